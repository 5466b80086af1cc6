"""What is said of an answer: right, not done yet, or what is wrong with it, as a tutor would tell."""

from __future__ import annotations

import ast
import contextlib
import functools
import inspect
import io
import linecache
import math
import re
import sys
import textwrap
import traceback
from collections.abc import Iterable
from dataclasses import dataclass, replace
from types import CodeType
from typing import Any

from .comparing import (
    alike,
    differences,
    flat,
    holds_values,
    is_scalar,
    is_sequence,
    items,
    kind,
    same,
    shapes_differ,
    shown,
)
from .exercise import At, CallError, Exercise, in_any_order, named

#: Compiled, types are called by their modules, too.
FLOATS = r"'(float|int)' object has no attribute '(backward|grad|data|parents)'"
UNPACKED = r"cannot unpack non-iterable (float|int|[\w.]*Value)"
LISTS = r"sequence by non-int|for [-+*/@]+=?: .*'(list|tuple)'|unary -: '(list|tuple)'"
FUNCTIONS = (
    r"for .*: .*'(function|[\w.]*(Unary|Operation)|Formula|builtin_function_or_method)'"
    r"|'(function|Formula)' object has no|'(function|method|Formula)' object is not"
)
#: What Python's own words mean for a beginner.
TIPS = {
    FLOATS: "A float remembers nothing: compute with Values, which you make by Value(…)",
    "NoneType": "Something there is None: backward(), append() and functions without return give None",
    LISTS: "Lists and tuples do not compute as a whole: go through their numbers, or take them apart, x, y = point",
    FUNCTIONS: "A function stands there without its brackets: call it, as in f(x)",
    r"for \^": "A power is written with two stars, x**3",
    r"'(float|int|[\w.]*Value|numpy\.\w+)' object is not callable": (
        "A number is called like a function: is a * missing there, or has the function been called already"
    ),
    r"<lambda>\(\) missing|must be real number, not (list|tuple)": (
        "The function wants its numbers one by one: a star hands them over, as in f(*leaves)"
    ),
    r"\w\(\) missing": "It wants as many arguments as the function that was given",
    r"<lambda>\(\) takes": "The function takes the list as it is: leave the star out",
    "'(list|tuple)' object has no attribute 'backward'": (
        "There are several results in it: take them one by one, and go backward from each"
    ),
    UNPACKED: "There is one number where several are taken apart: grad gives several with argnums=(0, 1)",
    "'int' object is not iterable": "for goes through a list: range(…) makes one of a number",
    "object is not subscriptable": "One number stands there in the place of a list",
    "list indices must be": "for n in w gives the numbers themselves; range(len(w)) gives their places",
    "cannot access local variable": "It has no value yet at that line: give it one before, outside of the loop",
    "name '.*' is not defined": "Is it spelt as it was where it got its value, capitals too, and was that cell run",
    "'<' not supported between": "sorted(…) is to be told by what it sorts, as in key=lambda node: node.born",
    "^stale graph": "Go backward once, before any parameter moves",
    "is not in list": "index() looks for it in another list than the one it is from",
    "index out of range": "Places are counted from 0 to len(…) - 1, and how many there are differs from call to call",
}
NEARLY = 0.001  # of a number: a nudge in the place of a derivative, or a rounding on the way
ROUNDED = 0.01  # how far a rounding may lead from a number
RATIOS = {-1.0: "The size is right, the sign is not", 2.0: "It is twice too much", 0.5: "It is half of it"}


@dataclass(frozen=True, slots=True)
class Verdict:
    """What is said of an answer.

    Attributes:
        kind: ``"right"``, ``"wrong"`` or ``"undone"``.
        message: In a sentence or two.
    """

    kind: str
    message: str


A_VALUE = (
    "the numbers are right, but there is a Value among them, which keeps its whole graph: take its .data, a float."
)
RIGHT = Verdict("right", "right.")
UNDONE = Verdict("undone", "not done yet. Put your answer in place of the dots and run the cell again.")


def judge(exercise: Exercise, answer: Any) -> Verdict:
    """What is to be said of an answer.

    >>> judge(Exercise("1", 6.0, ((9.0, "that is the value."),)), 9.0).message
    'that is the value.'
    >>> judge(Exercise("1", 6.0), "6").message
    "the number is right, but '6' is a text: leave out the quotation marks."
    """
    if answer is ...:
        return UNDONE
    if complaint := _unfit(exercise, answer):
        return Verdict("wrong", complaint)
    printed = _Tee()
    try:
        with contextlib.redirect_stdout(printed):
            given = exercise.read(answer)
    except Exception as error:  # whatever a learner's code may raise is told, not thrown
        if has_dots(answer) or "ellipsis" in str(error.__cause__ or error):
            return UNDONE
        if not callable(exercise.right):
            return Verdict("wrong", _misshapen(exercise.right, answer))
        if isinstance(error, CallError) and error.place and isinstance(exercise.read, At):
            before = judge(replace(exercise, read=exercise.read.first(error.place)), answer)
            if before.kind != "right":
                return before
        return Verdict("wrong", _mistake(exercise, error) or _stopped(answer, error))
    right = exercise.read(exercise.right)
    numbers = flat(given)
    if fits(exercise, given):
        more = ", ".join([f"{x:.10g}" if isinstance(x, float) else str(x) for x in flat(right)])
        rounded = Verdict("right", f"right, as it is rounded; with more digits it is {more}.")
        return RIGHT if alike(numbers, flat(right), exercise.tolerance) else rounded
    if not shapes_differ(given, right) and alike(numbers, flat(right), exercise.tolerance):
        return Verdict("wrong", A_VALUE)
    if any(x is ... for x in numbers) or has_dots(answer):
        return UNDONE
    if message := _mistake(exercise, numbers):
        return Verdict("wrong", message)
    return _Case(exercise, answer, given, right, bool(printed.getvalue())).verdict()


def fits(exercise: Exercise, given: Any) -> bool:
    """Whether what was read of an answer is right; a number that is no function's may be rounded.

    >>> fits(Exercise("1", 1 / 3), 0.33), fits(Exercise("1", 1 / 3), 0.3)
    (True, False)
    """
    right = exercise.read(exercise.right)
    if shapes_differ(given, right) or (exercise.floats and holds_values(given)):
        return False
    rounds = not callable(exercise.right)
    pairs = zip(flat(given), flat(right), strict=True)
    return all(same(x, y, exercise.tolerance) or (rounds and _is_rounding(x, y)) for x, y in pairs)


def _mistake(exercise: Exercise, outcome: list[Any] | Exception) -> str:
    """What is said of the mistake that has the same outcome: the same numbers, or the same stop at the first call."""
    others = [(_outcome(exercise, mistake), message) for mistake, message in exercise.wrong]
    for other, message in others:
        if isinstance(outcome, list) and isinstance(other, list):
            if alike(outcome, other, exercise.tolerance):
                return message
        elif isinstance(outcome, CallError) and isinstance(other, CallError) and _why(outcome) == _why(other):
            return message
    if callable(exercise.right) or _rounds(outcome, _outcome(exercise, exercise.right)):
        return ""
    return next((message for other, message in others if _rounds(outcome, other)), "")


def _outcome(exercise: Exercise, answer: Any) -> list[Any] | Exception:
    """The numbers of an answer, or what stops it: a mistake may stop, too, such as where it takes rows for columns."""
    try:
        return flat(exercise.read(answer))
    except Exception as error:
        return error


def _rounds(given: list[Any] | Exception, wanted: list[Any] | Exception) -> bool:
    """Whether the numbers of an answer are others, perhaps rounded."""
    if isinstance(given, Exception) or isinstance(wanted, Exception) or len(given) != len(wanted):
        return False
    return all(x == y or _is_rounding(x, y) for x, y in zip(given, wanted, strict=True))


def _misshapen(right: Any, answer: Any) -> str:
    """Of an answer that cannot be read: a text in it, or another structure."""
    text = next((x for x in flat(answer) if isinstance(x, str)), None)
    if is_sequence(answer) and text is not None:
        return f"{text!r} is a text; the question asks for {kind(right)}: leave out the quotation marks."
    return f"the question asks for {kind(right)}, this is {kind(answer)}."


def _why(error: CallError) -> tuple[int, type, str]:
    """In which call a function stops, and by what."""
    return error.place, type(error.__cause__), str(error.__cause__).partition(":")[0]


class _Tee(io.StringIO):
    """What a learner's code prints is shown as ever, and known here."""

    def __init__(self) -> None:
        super().__init__()
        self.through = sys.stdout

    def write(self, text: str, /) -> int:
        self.through.write(text)
        return super().write(text)


# --- What an answer is ---


def _unfit(exercise: Exercise, answer: Any) -> str:
    """What is to be said of an answer that is another kind of thing than what is asked for."""
    wanted = exercise.right
    if isinstance(wanted, type):
        return "" if isinstance(answer, type) else f"the question asks for the class itself, this is {kind(answer)}."
    if not callable(wanted):
        return f"the question asks for {kind(wanted)}, this is a function: call it." if callable(answer) else ""
    if not callable(answer):
        return f"the question asks for a function, this is {kind(answer)}: give its name alone, without brackets."
    if isinstance(exercise.read, At):
        return _cannot_be_called(exercise.read, answer)
    return ""


def _cannot_be_called(at: At, function: Any) -> str:
    try:
        inspect.signature(function).bind(*at.points[0])
    except TypeError as error:
        return f"it is called as {at.call(function, 0)}: {error}."
    except ValueError:  # a built-in function that does not say what it takes
        pass
    return ""


# --- What a tutor says ---


@dataclass(frozen=True, slots=True)
class _Case:
    """A wrong answer that is no mistake known of this exercise."""

    exercise: Exercise
    answer: Any
    given: Any
    right: Any
    has_printed: bool

    def verdict(self) -> Verdict:
        said = self._nothing() or self._texts() or self._comma() or self._structure() or self._numbers()
        in_loop = " A return stands in a loop, and ends it in its first round: move it to the left, under the word for."
        return Verdict("wrong", said + (in_loop if _returns_in_loop(self.answer) else ""))

    @property
    def is_called(self) -> bool:
        return isinstance(self.exercise.read, At)

    def _results(self) -> list[tuple[str, Any, Any]]:
        """What each call gives, and what it should; of an answer that is no function, the answer."""
        read = self.exercise.read
        if not isinstance(read, At):
            return [("", self.given, self.right)]
        calls = [read.call(self.answer, place) for place in range(len(read.points))]
        return list(zip(calls, self.given, self.right, strict=True))

    def _nothing(self) -> str:
        for call, given, _ in self._results():
            if self._is_empty(given):
                return self._returns_nothing(call or f"{named(self.answer)}(…)")
            if given is None:
                return "this is None, which print(…) and functions without return give: give the answer itself."
        return ""

    def _returns_nothing(self, call: str) -> str:
        returned = [node.value for node in _nodes(self.answer, ast.Return) if node.value]
        for value in returned:
            called = value.func if isinstance(value, ast.Call) else None
            if isinstance(called, ast.Attribute) and called.attr == "backward":
                return f"{call} returns what backward() does, which is None: the gradients are in .grad of the leaves."
            if isinstance(called, ast.Attribute) and called.attr in ("append", "sort", "extend"):
                return (
                    f"{call} returns what {called.attr}() does, which is None: return the list, on a line of its own."
                )
        if self.has_printed:
            return f"{call} prints its answer, but returns nothing: write return in the place of print."
        if returned:
            return f"{call} comes to its end without a return, and so gives None: which case is left out?"
        return f"{call} returns nothing: the answer needs a return, at the end of the function."

    def _is_empty(self, given: Any) -> bool:
        """Whether a function returns nothing, in a call or, read by what it does, in one of several."""
        if not inspect.isroutine(self.answer):
            return False
        return given is None or (isinstance(given, dict) and any(x is None for x in given.values()))

    def _texts(self) -> str:
        """Of a text in the place of a number, and the other way round."""
        for call, given, right in self._results():
            if shapes_differ(given, right):
                continue
            found = [d for d in differences(given, right, self.exercise.tolerance) if isinstance(d.got, str)]
            if not found or isinstance(found[0].want, str):
                continue
            if call:
                return f"{call} gives {kind(found[0].got)}, where a number is asked for: return the number itself."
            numbers = [_number(x) if isinstance(x, str) else x for x in flat(given)]
            if None in numbers:
                return f"{found[0].got!r} is a text; the question asks for a number."
            if alike(numbers, flat(right), self.exercise.tolerance):
                return f"the number is right, but {found[0].got!r} is a text: leave out the quotation marks."
            return f"{found[0].got!r} is a text: leave out the quotation marks. And the number in it is not it yet."
        return ""

    def _comma(self) -> str:
        """Of a decimal comma, which makes two numbers of one."""
        for _, given, right in self._results():
            wanted = flat(right)
            if not (is_sequence(given) and all(isinstance(x, float) for x in wanted)):
                continue
            numbers = items(given)
            if len(numbers) != 2 * len(wanted) or not all(type(x) is int for x in numbers):
                continue
            if is_scalar(right) and type(given) is tuple:
                whole, decimals = numbers
                return f"{whole},{decimals} is two numbers: Python writes a decimal point, {whole}.{decimals}."
            if any(x % 1 for x in wanted):
                return f"these are {len(numbers)} numbers: Python writes a decimal point, as in 0.5, not a comma."
        return ""

    def _structure(self) -> str:
        """Of a list in the place of a number or of a longer list, of a function in the place of a number, and so on."""
        for call, given, right in self._results():
            found = shapes_differ(given, right, names=self.exercise.parts)
            if found is None:
                others = differences(given, right, self.exercise.tolerance, names=self.exercise.parts)
                found = next((one for one in others if is_scalar(one.got) != is_scalar(one.want)), None)
            if found and found.got is None:
                return f"{self._where(call, found.path)} None: is a return missing?"
            if found:
                same = alike(flat(found.got), flat(found.want), self.exercise.tolerance)
                turned = not same and is_sequence(found.got) and _sorted(found.got) == _sorted(found.want)
                more = ": the numbers are right, their brackets are not." if same else "."
                more = ": rows and columns are swapped." if turned else more
                more = ": are its brackets missing?" if inspect.isroutine(found.got) else more
                asked = kind(found.want) if is_scalar(found.want) or is_sequence(found.want) else "a text"
                if not call and not found.path:
                    return f"the question asks for {asked}, this is {kind(found.got)}{more}"
                return f"{self._where(call, found.path)} {kind(found.got)}, it should be {asked}{more}"
        return ""

    def _numbers(self) -> str:
        if not callable(self.exercise.right) and not isinstance(self.right, dict):
            return self._one_not_it()
        for call, given, right in self._results():
            for found in differences(given, right, self.exercise.tolerance, names=self.exercise.parts):
                got, want = shown(found.got, found.want), shown(found.want, found.got)
                return f"not yet: {self._where(call, found.path)} {got}, it should be {want}.{self._pattern()}"
        raise AssertionError(f"exercise {self.exercise.name}: an answer is neither right nor different")

    def _where(self, call: str, path: str) -> str:
        verb = ", is" if re.search(", (number|row) ", path) else " is"
        return f"{call}: {path}{verb}" if call and path else f"{call} gives" if call else f"{path}{verb}"

    def _one_not_it(self) -> str:
        """Of an answer that is no function: which number is not right, and not what it should be."""
        if self.exercise.read is in_any_order:
            return f"not yet: {self._one_too_many()}{self._pattern() or ' The hint may help.'}"
        found = next(differences(self.given, self.right, self.exercise.tolerance))
        got = shown(found.got, found.want)
        said = f"{found.path}, {got}," if found.path else got
        return f"not yet: {said} is not it.{self._pattern() or ' The hint may help.'}"

    def _one_too_many(self) -> str:
        """Of a list whose order is free: the number that is not among the right ones, or too often in it."""
        left = flat(self.right)
        for number in flat(self.given):
            match = next((x for x in left if same(number, x, self.exercise.tolerance)), None)
            if match is None:
                often = any(same(number, x, self.exercise.tolerance) for x in flat(self.right))
                return f"{shown(number)} is {'there too often' if often else 'none of them'}."
            left.remove(match)
        raise AssertionError(f"exercise {self.exercise.name}: an answer is neither right nor different")

    def _pattern(self) -> str:
        """What all numbers together betray, as a sentence."""
        given, right = flat(self.given), flat(self.right)
        if not all(isinstance(x, float) and math.isfinite(x) for x in (*given, *right)):
            return ""
        pairs = list(zip(given, right, strict=True))
        if self.is_called and all(math.isclose(x, y, rel_tol=NEARLY) for x, y in pairs):
            return " That is nearly right: is a slope nudged that should be exact, or a number rounded on the way?"
        if not self.is_called and all(math.isclose(x, y, rel_tol=ROUNDED) for x, y in pairs):
            return " It comes near: is something nudged, rounded or cut off on the way?"
        ratio = _ratio(pairs)
        if ratio and ratio > 0 and len(pairs) == 1 and not self.is_called and round(math.log10(ratio), 6) % 1 == 0:
            return " The digits are right, the decimal point is not where it belongs."
        if ratio in RATIOS and (self.is_called or ratio == -1.0):  # of one number the factor would be the answer
            return f" {RATIOS[ratio]}."
        if ratio and len(pairs) > 1 and sum(y != 0 for _, y in pairs) > 1:
            times = f": {ratio:.4g} times" if self.is_called else ""
            return f" All numbers are off by the same factor{times}."
        if len(pairs) > 1 and alike(sorted(given), sorted(right), self.exercise.tolerance):
            return " The numbers are right, their order is not."
        if self.is_called and len(self.given) > 1 and all(flat(x) == flat(self.given[0]) for x in self.given):
            return " It gives the same for every call, though the arguments differ."
        return ""


def _ratio(pairs: list[tuple[float, float]]) -> float | None:
    """By what the second number of every pair is multiplied to give the first, if it is the same for all.

    >>> _ratio([(6.0, 2.0), (0.0, 0.0), (-3.0, -1.0)]), _ratio([(6.0, 2.0), (1.0, 1.0)])
    (3.0, None)
    """
    ratio = next((round(x / y, 9) for x, y in pairs if y), None)
    even = ratio and all(math.isclose(x, ratio * y, rel_tol=1e-6, abs_tol=1e-9) for x, y in pairs)
    return ratio if even else None


def _sorted(answer: Any) -> list[str]:
    """The numbers of an answer without their order."""
    return sorted(map(shown, flat(answer)))


def _is_rounding(x: Any, y: Any) -> bool:
    """Whether x is y with fewer digits, two of them at least.

    >>> _is_rounding(9.5e-7, 9.5367e-7), _is_rounding(9.6e-7, 9.5367e-7), _is_rounding(13.0, 13.4)
    (True, False, False)
    """
    if not (isinstance(x, float) and isinstance(y, float)) or abs(x - y) > ROUNDED * abs(y):
        return False
    return any(float(f"{y:.{digits}g}") == x for digits in range(2, 16))


def _number(text: str) -> float | None:
    """The number that is written in a text, if there is one; a comma may stand for the point.

    >>> _number("0,08"), _number("1/4"), _number("six")
    (0.08, 0.25, None)
    """
    over, _, under = text.replace(",", ".").partition("/")
    try:
        return float(over) / float(under or 1)
    except (ValueError, ZeroDivisionError):
        return None


# --- The learner's own code ---


def _stopped(answer: Any, error: BaseException) -> str:
    """What is said where a learner's code raises: in which call, at which line, and what."""
    call = str(error) if isinstance(error, CallError) else ""
    raised = error.__cause__ or error
    line = _line(answer, raised)
    said = f"{call or 'it'} stops{f' at your line `{line}`' if line else ''} with {type(raised).__name__}: {raised}"
    tip = next((tip for pattern, tip in TIPS.items() if re.search(pattern, str(raised))), "")
    return f"{said.rstrip('.')}.{f' {tip}.' if tip else ''}"


def _line(answer: Any, error: BaseException) -> str:
    """The deepest line of a learner's own code that led to an error."""
    own = {code.co_filename for code in _codes(answer)}
    lines = [
        linecache.getline(frame.f_code.co_filename, number).strip()
        for frame, number in traceback.walk_tb(error.__traceback__)
        if frame.f_code.co_filename in own
    ]
    return lines[-1] if lines else ""


def has_dots(answer: Any) -> bool:
    """Whether the code of a function or a class still has dots in it where something is to be filled in."""
    return any(map(_has_dots, _codes(answer)))


def _has_dots(code: CodeType) -> bool:
    tree = _tree(code)
    if tree is None:
        return any(x is ... for x in code.co_consts)
    places = {id(node) for outer in ast.walk(tree) if isinstance(outer, ast.Subscript) for node in ast.walk(outer)}
    dots = [node for node in ast.walk(tree) if isinstance(node, ast.Constant) and node.value is ...]
    return any(id(node) not in places for node in dots)


def _tree(code: CodeType) -> ast.Module | None:
    """A code as Python parses it, unless there is no text, or a piece of a line."""
    try:
        return ast.parse(textwrap.dedent(inspect.getsource(code)))
    except (OSError, SyntaxError):
        return None


def _nodes(answer: Any, *kinds: type[ast.AST]) -> list[Any]:
    """All nodes of some kinds in the code of an answer."""
    trees = filter(None, map(_tree, _codes(answer)))
    return [node for tree in trees for node in ast.walk(tree) if isinstance(node, kinds)]


def _returns_in_loop(answer: Any) -> bool:
    """Whether a return ends a loop in its first round, whatever happens there."""
    loops = _nodes(answer, ast.For, ast.While)
    return any(isinstance(step, ast.Return) for loop in loops for step in loop.body)


def _codes(answer: Any) -> Iterable[CodeType]:
    """The code that a learner has written: of a function, or of all methods of a class."""
    if isinstance(answer, functools.partial):
        answer = answer.func
    members = list(vars(answer).values()) if isinstance(answer, type) else [answer]
    return [member.__code__ for member in members if inspect.isfunction(member)]
