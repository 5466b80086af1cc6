"""What a user types is evaluated as Python would, or refused in one line: never run."""

import ast
import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from autograd_lite import Value
from autograd_lite.cli.expression import DEEPEST, FUNCTIONS, HINTS, LONGEST, Expression, ExpressionError
from autograd_lite.engine import table as ops
from autograd_lite.engine.operation import TABLE

# --- The same number as Python ---

# Each operation beside an independent function that Python's own evaluation of the same text calls.
ORACLE = {
    "tanh": math.tanh,
    "exp": math.exp,
    "arctan": math.atan,
    "sqrt": math.sqrt,
    "cos": math.cos,
    "abs": abs,
    "hypot": math.hypot,
    "arctan2": math.atan2,
    "maximum": max,
    "minimum": min,
    "where": lambda condition, x, y: x if condition else y,
    "leaky_relu": lambda x, slope=0.01: x if x > 0 else slope * x,
    "prod": math.prod,
    "dot": lambda xs, ys: ys[0] * xs[0] + ys[1] * xs[1],
}
NAMES = {"x": 2.0, "w": -0.5, "b_1": 0.25, "θ": 3.0}
NUMBERS = ["0.0", "0.5", "1.0", "2.0", "3.75", "1e-3", "17.0"]
TEMPLATES = [
    "{} + {}",
    "{}-{}",
    "{} * {}",
    "{}/{}",
    "{} // {}",
    "{}%{}",
    "({})",
    "-{}",
    "+{}",
    "{} ** 2.0",
    # No fractional power of a negative number: Python turns complex there, and we refuse.
    "(({}) ** -1.0)",
    "(abs({}) ** {})",
    *[f"{name}({{}})" for name in ("tanh", "exp", "arctan", "sqrt", "cos", "abs")],
    *[f"{name}({{}}, {{}})" for name in ("hypot", "arctan2", "maximum", "minimum")],
    *[f"where({{}} {sign} {{}}, {{}}, {{}})" for sign in ("<", "<=", ">", ">=", "==", "!=")],
    "where(0.0 < {} <= 2.0, {}, {})",  # Python would not always evaluate a third operand
    "leaky_relu({}, slope={})",
    "prod([{}, {}, {}])",
    "dot([{}, {}], [{}, 2.0])",
]


@st.composite
def texts(draw, depth=4):
    template = draw(st.sampled_from([*NUMBERS, *NAMES, *(TEMPLATES if depth else [])]))
    return template.format(*[draw(texts(depth - 1)) for _ in range(template.count("{}"))])


def _by_python(text: str) -> float | type[Exception]:
    try:
        result = eval(text, {"__builtins__": {}}, {**ORACLE, **NAMES})
    except (ValueError, ArithmeticError) as error:
        return type(error)
    assert isinstance(result, float)
    return result


def _by_us(text: str, values: dict[str, object]) -> float | type[Exception]:
    expression = Expression(text)
    try:
        result = expression({name: values[name] for name in expression.names})
    except ExpressionError:
        return ExpressionError
    return result.data if isinstance(result, Value) else result


@settings(max_examples=300)
@given(texts())
def test_random_expressions_have_the_value_that_python_gives_them(text):
    expected = _by_python(text)
    got = _by_us(text, NAMES)
    remembered = _by_us(text, {name: Value(data, label=name) for name, data in NAMES.items()})
    if isinstance(expected, float):
        assert got == expected or (math.isnan(got) and math.isnan(expected))
        assert repr(remembered) == repr(got)
    else:
        assert got is remembered is ExpressionError


@pytest.mark.parametrize("name", [n for n, row in TABLE.items() if not row.example[0].startswith("where(")])
def test_each_example_of_the_table_can_be_typed(name):
    text, expected = TABLE[name].example
    text = text.replace("-inf", "-1e999").replace("inf", "1e999")
    assert repr(Expression(text)({})) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("-2**2", -4.0),
        ("2**-1", 0.5),
        ("2**3**2", 512.0),
        ("-7 // 2", -4.0),
        ("-7 % 3", 2.0),
        ("1 - 2 - 3", -4.0),
        ("8 / 4 / 2", 1.0),
        ("2 + 3 * 4", 14.0),
        ("--2", 2.0),
        ("1_000 + 0x10", 1016.0),
        ("  1 +\n 1 ", 2.0),
        ("(1 +\t1)", 2.0),
        ("sum([1, 2, 3])", 6.0),
        ("dot(softmax([0, 0]), [1, 3])", 2.0),
        ("elu(-1e999, alpha=3)", -3.0),
        ("where(condition=2 > 1, x=5, y=7)", 5.0),
        ("where(0 < 0 < 1, 5, 7)", 7.0),
        ("where(0, 5, 7)", 7.0),
    ],
)
def test_precedence_and_forms(text, expected):
    assert Expression(text)({}) == expected


def test_values_are_nodes_and_constants_stay_plain_numbers():
    x, w = Value(2.0, label="x"), Value(-0.5, label="w")
    y = Expression("tanh(w*x + 1) * (2 + 3)")({"x": x, "w": w})
    y.backward()
    assert w.grad == pytest.approx(5.0 * 2.0, abs=1e-15)  # tanh'(0) = 1
    assert y.inputs[1] == 5.0
    assert type(y.inputs[1]) is float


def test_a_constant_exponent_and_a_constant_base_are_parameters():
    x = Value(3.0)
    assert Expression("x**2")({"x": x}).operation is ops.fixed_power
    assert Expression("2**x")({"x": x}).operation is ops.fixed_base
    assert Expression("x**x")({"x": x}).operation is ops.power


def test_a_name_stands_for_one_node_wherever_it_appears():
    x = Value(3.0)
    assert Expression("x * x")({"x": x}).parents == (x, x)
    assert all(parent is x for parent in Expression("x * x")({"x": x}).parents)


def test_pi_and_e_are_numbers_unless_they_are_given():
    expression = Expression("sin(pi / 2) * e**x + pi")
    assert expression.names == ("x",)
    assert expression({"x": 1.0}) == math.e + math.pi
    remembered = expression({"x": Value(1.0)})
    assert remembered.data == math.e + math.pi
    assert remembered.inputs[1] == math.pi
    assert type(remembered.inputs[1]) is float
    own = Value(3.0, label="e")
    assert Expression("e * e")({"e": own}).parents == (own, own)
    assert Expression("e * pi")({"e": 2.0, "pi": 5.0}) == 10.0
    with pytest.raises(ExpressionError, match=r"^pi given but not in 'e \* x'; it needs x$"):
        Expression("e * x")({"x": 1.0, "pi": 3.0})


@pytest.mark.parametrize(
    ("theirs", "expected"),
    [
        *[("ln", math.log(0.75)), ("lg", math.log10(0.75)), ("lb", math.log2(0.75)), ("tg", math.tan(0.75))],
        *[("cot", 1 / math.tan(0.75)), ("sec", 1 / math.cos(0.75)), ("csc", 1 / math.sin(0.75))],
        *[("asin", math.asin(0.75)), ("acos", math.acos(0.75)), ("arctg", math.atan(0.75))],
        *[("sh", math.sinh(0.75)), ("ch", math.cosh(0.75)), ("th", math.tanh(0.75)), ("asinh", math.asinh(0.75))],
        *[("atanh", math.atanh(0.75)), ("atan2", math.atan2(2.0, 0.75)), ("sgn", 1.0), ("fabs", 0.75)],
        *[("expit", 1 / (1 + math.exp(-0.75))), ("swish", 0.75 / (1 + math.exp(-0.75))), ("square", 0.5625)],
        *[("pow", 0.5625), ("avg", 1.375), ("product", 1.5)],
    ],
)
def test_what_is_called_otherwise_elsewhere_is_said_to_be_written_so(theirs, expected):
    with pytest.raises(ExpressionError, match=f"'{theirs}' is no operation; write ") as caught:
        Expression(f"{theirs}(x)")
    ours = Expression(str(caught.value).rpartition("; write ")[2])
    assert ours({name: {"x": 0.75, "y": 2.0}[name] for name in ours.names}) == pytest.approx(expected, rel=1e-15)


def test_every_hint_can_be_typed():
    for ours in HINTS.values():
        Expression(ours)


def test_names_come_in_the_order_of_the_text_and_once():
    assert Expression("tanh(w*x + b) + w + θ").names == ("w", "x", "b", "θ")


def test_a_chain_is_as_long_as_the_text_allows():
    terms = LONGEST // 2
    assert Expression("+".join("x" * terms))({"x": 1.0}) == terms
    assert Expression("x" + "-1" * (terms - 1))({"x": Value(0.0)}).data == 1.0 - terms


# --- Attacks and mistakes ---


def _by_name(text):
    """The value with 2 for every name, so that nothing is refused for its names."""
    expression = Expression(text)
    return expression(dict.fromkeys(expression.names, 2.0))


REFUSED = """
x.data | x.__class__ | x.tanh() | ().__class__.__bases__ | x[0] | softmax([x])[0] | 'text' | '2' | b'2'
f'{x}'
"" "a"
lambda: x | (lambda: x)() | [x for x in [1]] | sum(x for x in [1]) | {x} | {x: 1} | {} | () | x, x | (x, x)
(y := 2) | y := 2 | y = 2 | x == 1 | x if x else x | x and x | not x | ~x | x | x << 1 | x & x | x @ x | x ^ 2
x is x | x in [x] | True | None | ... | 1j | await x | yield x | (yield) | *x | sum(*[x])
leaky_relu(x, **{'slope': 1}) | __import__('os') | eval('1') | exec(x) | print(x) | open(x) | getattr(x, 'data')
globals() | exit() | x() | x(1)(2)
tanh | tanh + 1 | ops.tanh(x) | tanh(x)(x) | [tanh](x) | sum | x; x
import os | del x | x # 1 | # | \\
` | $ | ? | 1 2 | x x | 2x | 1.2.3 | 0b | 1__0 | 07 | 1e | ( | ) | (] | sum([x) | + | x + | * x | x ** | , | x , | ==
"" | ' | \"\"\" | x > 0 | 1 + (x > 0) | where(x, x > 0, 1) | tanh(x > 0)
where([x > 0], 1, 2) | where([1] < [2], 1, 2) | where(x > 0 > [1], 1, 2)
""".replace("\n", " | ").split(" | ")


@pytest.mark.parametrize("text", [text for text in REFUSED if text not in ("", "x")])
def test_everything_else_is_refused_in_one_line(text):
    with pytest.raises(ExpressionError, match=r"^[^\n]{10,200}$"):
        _by_name(text)


@pytest.mark.parametrize("kind", [k for k in vars(ast).values() if isinstance(k, type) and issubclass(k, ast.expr)])
def test_no_kind_of_expression_is_forgotten(kind):
    """Python's grammar may grow: a node of a kind that is not on the list is refused before its fields are read."""
    readable = (ast.Constant, ast.Name, ast.UnaryOp, ast.BinOp, ast.List, ast.Compare, ast.Call)
    if not issubclass(kind, readable):
        node = kind.__new__(kind)  # without fields, which Python would ask for from 3.13 on
        node.lineno, node.col_offset = 1, 0
        with pytest.raises(ExpressionError):
            Expression("1")._children(node)


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("tanh(w*x.y + b)", r"^column 8, 'x\.y': only numbers, names"),
        ("θ + tan(x)[1]", r"^column 5, 'tan\(x\)\[1\]': only"),
        ("x ^ 2", r"^column 1, 'x \^ 2': write \*\* for a power$"),
        ("1 + ln(x)", r"^column 5, 'ln\(x\)': 'ln' is no operation; write log\(x\)$"),
        ("1 + atan(x)", r"^column 5, 'atan\(x\)': 'atan' is no operation; write arctan\(x\)$"),
        ("sqt(x)", r"^column 1, 'sqt\(x\)': 'sqt' is no operation; did you mean sqrt\?$"),
        ("pi(x)", r"^column 1, 'pi\(x\)': 'pi' is no operation$"),
        ("1 + maxi(x, 2)", r"^column 5, 'maxi\(x, 2\)': 'maxi' is no operation; did you mean maximum"),
        ("1 + zzz(x)", r"^column 5, 'zzz\(x\)': 'zzz' is no operation$"),
        ("mean * x", r"^column 1, 'mean': is an operation; write mean\(\.\.\.\), or choose another name$"),
        ("x >", r"^column \d, .*invalid syntax"),
        ("2 + ", r"^column 4, the end: invalid syntax"),
        ("(x", r"^column 1, '\(x': '\(' was never closed$"),
        ("x # y", r"^column 3, '#': an expression has no comments$"),
        ("   ", r"^the expression is empty; write one such as"),
        ("\0", r"null bytes"),
        ("x\0 + 1", r"null bytes"),
        ("\udcff", r"surrogates"),
    ],
)
def test_a_refusal_shows_the_place(text, place):
    with pytest.raises(ExpressionError, match=place):
        Expression(text)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("2x", "column 1, '2x': write 2*x"),
        ("1 + 2.5 sin(x)", "column 9, 'sin(x)': write 2.5*sin"),
        ("y = x*2", "column 3, '= x*2': write only what stands right of the ="),
        ("x = 2 )", "column 7, ')': unmatched ')'"),
        ("x y", "column 3, 'y': invalid syntax"),
    ],
)
def test_what_is_usual_on_paper_is_written_otherwise(text, message):
    with pytest.raises(ExpressionError) as caught:
        Expression(text)
    assert str(caught.value).startswith(message)


def test_an_operand_is_told_from_a_label_of_the_same_name():
    with pytest.raises(ExpressionError, match=r"needs y != 0 \(x is 'x', y is 0\.0\)$"):
        Expression("x / 0")({"x": Value(1.0, label="x")})


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("1 + log(-x)", r"^column 5, 'log\(-x\)': log\(-2\.0\): needs x > 0"),
        ("w / (x - 2)", r"^column 1, 'w / \(x - 2\)': 1\.0 / 0\.0: needs y != 0"),
        ("9**9**9", r"^column 1, '9\*\*9\*\*9': 9\.0\*\*387420489\.0: the result is too large for a float$"),
        ("9" * 400, r"^column 1, '9+\.\.\.': .*too large"),
        ("(-8)**(1/3)", r"^column 1, .*needs x > 0"),
        ("max(x, 2)", r"^column 1, 'max\(x, 2\)': max\(\[xs\]\): got 2 operands, none by name; write max\(\[x, y\]\)$"),
        ("x / 0", r"^column 1, 'x / 0': 2\.0 / 0\.0: needs y != 0"),
        ("tanh(x, x)", r"^column 1, 'tanh\(x, x\)': tanh\(x\): got 2 operands"),
        ("tanh()", r"^column 1, 'tanh\(\)': tanh\(x\): got 0 operands"),
        ("leaky_relu(x, slop=1)", r"leaky_relu\(x, slope\): got 2 operands"),
        ("tanh([x])", r"^column 1, 'tanh\(\[x\]\)': .*needs a real number"),
        ("sum(x)", r"^column 1, 'sum\(x\)': sum: needs a sequence"),
        ("dot([x], [x, x])", r"needs as many|needs len"),
        ("mean([])", r"^column 1, 'mean\(\[\]\)'"),
        ("[x] * 9**9", r"needs a real number"),
        ("[x] + [x]", r"needs a real number"),
        ("softmax([x, x])", r"^column 1, 'softmax\(\[x, x\]\)': gives 2 numbers where one is needed"),
        ("softmax_entry([x], 5)", r"^column 1, 'softmax_entry\(\[x\], 5\)'"),
    ],
)
@pytest.mark.parametrize("kind", [float, Value])
def test_what_has_no_value_says_where_and_why(text, message, kind):
    expression = Expression(text)
    with pytest.raises(ExpressionError, match=message) as caught:
        expression({name: kind({"x": 2.0, "w": 1.0}[name]) for name in expression.names})
    assert "\n" not in str(caught.value)


def test_an_operand_given_twice_is_refused():
    with pytest.raises(ExpressionError, match="each operand is given once"):
        Expression("leaky_relu(x, slope=1, slope=2)")
    with pytest.raises(ExpressionError, match="each operand is given once"):
        Expression("leaky_relu(x, **x)")
    with pytest.raises(ExpressionError, match="got 3 operands"):
        Expression("leaky_relu(x, 1, slope=2)")({"x": 1.0})


@pytest.mark.parametrize(
    "text",
    [
        "(" * 100_000 + "x" + ")" * 100_000,
        "(" * 2000 + "x" + ")" * 2000,
        "-" * 100_000 + "x",
        "-" * (LONGEST - 1) + "x",
        "-" * (DEEPEST + 1) + "x",
        "x**" * (DEEPEST + 1) + "x",
        "[" * 2000 + "]" * 2000,
        "tanh(" * 900 + "x" + ")" * 900,
        "x**" * 1600 + "x",
        "9" * 4900,
        "0x" + "f" * 4900,
        "9**" * 1600 + "9",
        "prod([" + "9**9**9, " * 500 + "])",
        "x" * 100_000,
        "x." * 2000 + "x",
        "not " * 1200 + "x",
        "x if x else " * 400 + "x",
        "x < " * 1200 + "x",
    ],
    ids=lambda text: f"{text[:12]}...{len(text)}",
)
def test_huge_input_is_refused(text):
    with pytest.raises(ExpressionError, match=r"^[^\n]{1,300}$"):
        _by_name(text)


def test_what_is_nested_as_deeply_as_brackets_may_be_is_read():
    assert Expression("-" * DEEPEST + "x")({"x": 3.0}) == 3.0
    assert Expression("-" * (DEEPEST - 1) + "x")({"x": 3.0}) == -3.0
    assert Expression("1**" * DEEPEST + "x")({"x": 3.0}) == 1.0
    with pytest.raises(ExpressionError, match=r"^'-{17}\.\.\.' is nested too deeply$"):
        Expression("-" * (DEEPEST + 1) + "x")


def test_warnings_of_the_python_parser_do_not_reach_the_user(recwarn):
    with pytest.raises(ExpressionError):
        Expression("1if x else 2")
    assert not recwarn.list


# --- Values for names ---


def test_a_missing_value_lists_the_names_needed():
    with pytest.raises(ExpressionError, match=r"^no value for w, b in 'tanh\(w\*x \+ b\)'; it needs w, x, b$"):
        Expression("tanh(w*x + b)")({"x": 2.0})


def test_a_value_without_a_name_is_refused():
    with pytest.raises(ExpressionError, match=r"^X given but not in 'x \+ 1'; it needs x$"):
        Expression("x + 1")({"x": 2.0, "X": 3.0})
    with pytest.raises(ExpressionError, match=r"no value for x in 'x \+ 1'; it needs x \(given but not in it: X\)$"):
        Expression("x + 1")({"X": 3.0})
    with pytest.raises(ExpressionError, match=r"^x given but not in '1 \+ 1'; it needs no values$"):
        Expression("1 + 1")({"x": 3.0})


def test_the_functions_are_those_of_the_table_and_those_in_front_of_a_row():
    assert set(FUNCTIONS) == {*TABLE, "softmax", "log_softmax", "polygamma"}
