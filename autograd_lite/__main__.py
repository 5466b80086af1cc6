"""The command line: `python -m autograd_lite` or `autograd-lite`; it reads words and calls the rooms above."""

from __future__ import annotations

import argparse
import importlib.metadata
import importlib.util
import io
import os
import platform
import re
import sys
import unicodedata
from collections.abc import Sequence
from itertools import pairwise
from typing import NoReturn

from . import show
from .cli import demo, grading
from .cli.expression import Expression, ExpressionError, shortened
from .engine import builds
from .engine.operation import EXACT, TABLE
from .engine.value import COMPILED, Value
from .engine.written import typeset
from .show.dot_text import INSTALL

TAKE_EXPRESSIONS = ("draw", "steps", "explain")
OPTION = r"-([oh]|-|-output(=.*)?|-wrt(=.*)?|-quiz|-help)$"
DONE, INCOMPLETE, REFUSED, INTERRUPTED = 0, 1, 2, 130
EXIT_CODES = """exit codes:
  0    done
  1    incomplete: something is not installed (the rest is done), the output is cut off, a notebook was stopped
  2    the request cannot be understood or carried out: a word, an expression, a path
  130  interrupted by Ctrl-C (the demonstration still writes what it has learnt so far)"""

#: What pictures and data need: distributions, the module of each, and what for. The extra `all` brings them.
PACKAGES = {
    "graphviz": ("graphviz", "the text that renderers read"),
    "numpy": ("numpy", "decision boundaries"),
    "matplotlib": ("matplotlib", "plots"),
    "scikit-learn": ("sklearn", "the iris measurements"),
    "pygraphviz": ("pygraphviz", "a renderer"),
    "tqdm": ("tqdm", "progress bars"),
}


class Parser(argparse.ArgumentParser):
    """Says in one line what is wrong."""

    def error(self, message: str) -> NoReturn:
        self.exit(REFUSED, f"{self.prog}: error: {message} (see {self.prog} --help)\n")


def parser() -> argparse.ArgumentParser:
    """What may be asked on the command line."""
    top = _command(
        Parser(prog="autograd-lite", allow_abbrev=False),
        "Scalars that know their derivatives: train a network, draw a computation, see what is installed.",
        "autograd-lite demo",
        "autograd-lite demo --data moons --out moons",
        'autograd-lite draw "tanh(w*x + b)" x=2 w=-0.5 b=1 -o neuron.svg',
        'autograd-lite steps "tanh(w*x + b)" x=2 w=-0.5 b=1 -o steps.html',
        'autograd-lite explain "(w*x + b)*w" x=2 w=3 b=1 --wrt w',
        "autograd-lite operations",
        "autograd-lite doctor",
        "autograd-lite course grade class/*/02_chain_rule.ipynb -o grades.csv",
    )
    top.add_argument("--version", action="version", version=f"autograd_lite {_version('autograd_lite')}")
    commands = top.add_subparsers(
        dest="command",
        required=True,
        metavar="demo | draw | steps | explain | operations | doctor | course",
        parser_class=Parser,
    )

    demonstration = _command(
        commands.add_parser("demo", help="train a network on real data and write pictures of what it has learnt"),
        "Trains a multilayer perceptron, tests it on samples it has not seen, and writes its picture, the\n"
        "computation graph of one sample's loss, the loss curve, the decision boundary and the model.",
        "autograd-lite demo",
        "autograd-lite demo --data circles --seed 7 --epochs 100 --out circles",
    )
    demonstration.add_argument(
        "--data", choices=demo.TASKS, default="iris", help="what to learn (default: iris, which needs scikit-learn)"
    )
    demonstration.add_argument("--seed", type=int, default=0, help="of all that is random (default: 0)")
    demonstration.add_argument("--epochs", type=_count, help="how often each sample is seen (default: enough)")
    demonstration.add_argument(
        "--out", default=demo.FOLDER, metavar="FOLDER", help=f"where to write (default: {demo.FOLDER})"
    )

    drawing = _command(
        commands.add_parser("draw", help="draw an expression with its value and all its derivatives"),
        "Draws an expression of numbers, names, + - * / // % ** and operations such as tanh, with values and\n"
        "derivatives. Without -o it prints them, and the graph as a text.",
        'autograd-lite draw "tanh(w*x + b)" x=2 w=-0.5 b=1',
        'autograd-lite draw "tanh(w*x + b)" x=2 w=-0.5 b=1 -o neuron.svg',
        'autograd-lite draw "where(x > 0, log(x), sum([x, y, 1]))" x=2 y=3 -o graph.png',
    )
    _takes_an_expression(drawing, "picture.svg, .png, .pdf, .dot or .txt")

    stepping = _command(
        commands.add_parser("steps", help="step through an expression, forward and then backward"),
        "Computes an expression and then its derivatives, one step at a time: each rule, with names and with\n"
        "numbers. Without -o it prints them as a table; a page has a player, and needs no network.",
        'autograd-lite steps "tanh(w*x + b)" x=2 w=-0.5 b=1',
        'autograd-lite steps "tanh(w*x + b)" x=2 w=-0.5 b=1 -o steps.html',
        'autograd-lite steps "(a + a) * (a + b)" a=2 b=3 --quiz -o quiz.html',
    )
    _takes_an_expression(stepping, "page.html, animation.gif, record.json or table.txt")
    stepping.add_argument("--quiz", action="store_true", help="let the page ask for derivatives on the way back")

    explaining = _command(
        commands.add_parser("explain", help="show all paths that a derivative is the sum of"),
        "Shows every path from the result of an expression down to one of its names: the local derivatives along\n"
        "it, their product, and the sum, which is the derivative. Without -o it prints them.",
        'autograd-lite explain "(w*x + b)*w" x=2 w=3 b=1 --wrt w',
        'autograd-lite explain "(w*x + b)*w" x=2 w=3 b=1 --wrt w -o paths.html',
        'autograd-lite explain "tanh(x)*x + x" x=0.5 --wrt x -o paths.png',
    )
    explaining.add_argument("--wrt", required=True, metavar="NAME", help="by which name to differentiate")
    _takes_an_expression(explaining, "page.html, picture.svg, .png, .pdf, .dot, or .txt")

    listing = _command(
        commands.add_parser("operations", help="list all operations with their derivatives and domains"),
        "Lists every operation: its name, how it is written, where it is defined, how many units in the last place\n"
        "its value, its first and its second derivatives are off at most, and its derivative by each operand, where\n"
        "out is the result, and i counts the numbers of a group. Below it says why some rows are less exact.",
        "autograd-lite operations",
        "autograd-lite operations --markdown",
    )
    listing.add_argument("--markdown", action="store_true", help="as a table in Markdown")

    _command(
        commands.add_parser("doctor", help="say what is installed, what renders pictures, and what mends the rest"),
        "Says what is installed, which renderer turns graphs into pictures, and the command that brings what is\n"
        "missing. Exit code 0 if pictures can be rendered as SVG, PNG and PDF, else 1.",
        "autograd-lite doctor",
    )

    teaching = commands.add_parser("course", help="grade the notebooks of a class")
    _command(teaching, "For teachers of the course.", "autograd-lite course grade *.ipynb")
    tasks = teaching.add_subparsers(dest="task", required=True, metavar="grade", parser_class=Parser)
    grades = _command(
        tasks.add_parser("grade", help="execute notebooks, and write what is to be said of each answer"),
        "Executes notebooks of the course and judges every answer anew: outputs are not read. Writes a table of\n"
        "comma-separated values, which spreadsheets open: who, exercise, verdict and message. Without -o it prints\n"
        "them. A line on the terminal sums up.\n\n"
        "who      what the file is called besides its lesson (02_chain_rule-anna.ipynb), else its folder\n"
        "verdict  right, wrong, undone; missing if there is no answer; stopped if its cell ran too long or ended\n"
        "         the process: the cells after it are graded all the same\n\n"
        "Notebooks are programs, and may do what programs may: they can read and delete files and use the network.\n"
        "Each runs in a process and an empty working directory of its own, within a time limit; nothing else holds\n"
        "it. Grade what you do not trust on a machine, or in a container, that has nothing to lose.\n\n"
        "What an answer gives is judged outside of that process, so that changing the checker in a notebook is of no\n"
        "use. But the right answers are in the package, and a notebook can look them up there, as any reader can:\n"
        "look at what was handed in.",
        "autograd-lite course grade class/*/02_chain_rule.ipynb -o grades.csv",
        "autograd-lite course grade anna.ipynb bela.ipynb --seconds 120",
    )
    grades.add_argument("notebooks", nargs="+", metavar="NOTEBOOK", help="its file, or a pattern such as *.ipynb")
    grades.add_argument("-o", "--output", metavar="FILE", help="where to write; printed if nothing is said")
    grades.add_argument(
        "--seconds",
        type=_count,
        default=grading.SECONDS,
        help="for each cell; ten times as long for a notebook (default: %(default)g)",
    )
    return top


def _command(command: argparse.ArgumentParser, description: str, *examples: str) -> argparse.ArgumentParser:
    command.formatter_class = argparse.RawDescriptionHelpFormatter
    command.description = description
    command.epilog = "\n  ".join(["examples:", *examples]) + f"\n\n{EXIT_CODES}"
    return command


def _takes_an_expression(command: argparse.ArgumentParser, files: str) -> None:
    command.add_argument("expression", help="in quotes, such as 'tanh(w*x + b)'")
    command.add_argument("values", nargs="*", default=[], metavar="NAME=NUMBER", help="a value for each name")
    command.add_argument("-o", "--output", metavar="FILE", help=files)


def _count(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"must be a whole number from 1 on, got {text!r}")
    return int(text)


def main(argv: Sequence[str] | None = None) -> int:
    """Do what the words ask; returns the exit code.

    Args:
        argv: The words after the name of the program; those of the process if None.

    Raises:
        SystemExit: After ``--help`` and ``--version``, and when the words are not understood.
    """
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="replace")  # a terminal without ∂ shows ? and goes on
    try:
        code = _run(_parsed(sys.argv[1:] if argv is None else list(argv)))
        print(end="", flush=True)
        return code
    except BrokenPipeError:
        # What is left in the buffer goes nowhere, so that Python does not complain at its end.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return INCOMPLETE
    except KeyboardInterrupt:
        return _complain("interrupted", INTERRUPTED)
    except (ImportError, show.RenderError) as error:
        return _complain(str(error), INCOMPLETE)
    except OSError as error:
        return _complain(f"{error.filename}: {error.strerror}" if error.filename else str(error), REFUSED)
    except (ValueError, ArithmeticError) as error:
        return _complain(str(error), REFUSED)


def _complain(message: str, code: int) -> int:
    print(f"autograd-lite: {' '.join(message.split())}", file=sys.stderr)
    return code


def _parsed(words: list[str]) -> argparse.Namespace:
    """The words as argparse reads them, save that an expression may begin with - and values may follow options."""
    if words[:1] and words[0] in TAKE_EXPRESSIONS:
        words = _protected(words)
    arguments, rest = parser().parse_known_args(words)
    if rest and (arguments.command not in TAKE_EXPRESSIONS or rest[0].startswith("-")):
        parser().error(f"unrecognized arguments: {' '.join(rest)}")
    if rest:
        arguments.values = [*arguments.values, *rest]
    return arguments


def _protected(words: list[str]) -> list[str]:
    """The words with a space before those that begin with - but are no options.

    Where no other word can be the expression, whatever is no option to the letter is the expression: --x, -offset.
    """
    others = [
        word
        for before, word in pairwise(words)
        if not before.endswith(("-o", "--output", "--wrt")) and not re.match(r"-|\s*\w+\s*=(?!=)", word)
    ]
    return [f" {word}" if re.match(r"-[^-oh]" if others else f"(?!{OPTION})-", word) else word for word in words]


def _run(arguments: argparse.Namespace) -> int:
    if arguments.command == "demo":
        return _demo(arguments)
    if arguments.command == "steps":
        return _steps(arguments)
    if arguments.command == "explain":
        return _explain(arguments)
    if arguments.command == "operations":
        return _operations(markdown=arguments.markdown)
    if arguments.command == "course":
        return _grade(arguments)
    return _draw(arguments) if arguments.command == "draw" else _doctor()


def _grade(arguments: argparse.Namespace) -> int:
    grades = grading.grade(arguments.notebooks, arguments.seconds)
    if arguments.output is None:
        grading.write(grades, sys.stdout)
    else:
        with open(arguments.output, "w", encoding="utf-8-sig", newline="") as file:  # the mark is for Excel
            grading.write(grades, file)
        print(f"open {arguments.output}")
    print(grading.summary(grades), file=sys.stderr)
    return DONE if grading.is_complete(grades) else INCOMPLETE


def _demo(arguments: argparse.Namespace) -> int:
    try:
        return demo.run(arguments.data, seed=arguments.seed, epochs=arguments.epochs, folder=arguments.out)
    except ModuleNotFoundError as error:
        raise ImportError(f"{error}; --data moons needs nothing") from None


# --- draw, steps, explain ---


def _draw(arguments: argparse.Namespace) -> int:
    expression, leaves, root = _computed(arguments)
    root.backward()
    picture = show.draw(root)
    file = picture.save(arguments.output.strip()) if arguments.output else None
    print(f"{shortened(expression.text)} = {root.data!r}")
    if file is not None:
        print(f"open {file}")
    else:
        print("", *([_gradients(leaves), ""] if leaves else []), picture, sep="\n")
    return DONE


def _steps(arguments: argparse.Namespace) -> int:
    if arguments.quiz and not (arguments.output or "").strip().lower().endswith(".html"):
        raise ExpressionError("--quiz: only a page asks; write one such as -o quiz.html")
    expression, leaves, root = _computed(arguments)
    _call_y(root, leaves)
    steps = show.steps(root, quiz=arguments.quiz)
    file = steps.save(arguments.output.strip()) if arguments.output else None
    print(f"{shortened(expression.text)} = {root.data!r}")
    print(*(["", steps] if file is None else [f"open {file}"]), sep="\n")
    return DONE


def _explain(arguments: argparse.Namespace) -> int:
    expression, leaves, root = _computed(arguments)
    name = unicodedata.normalize("NFKC", arguments.wrt.strip())
    if name not in leaves:
        raise ExpressionError(
            f"--wrt {name}: not a name in {shortened(expression.text)!r}; its names: {', '.join(leaves) or 'none'}"
        )
    _call_y(root, leaves)
    explanation = show.explain(root, wrt=leaves[name])
    file = explanation.save(arguments.output.strip()) if arguments.output else None
    print(f"{shortened(expression.text)} = {root.data!r}")
    print(*(["", explanation] if file is None else [f"open {file}"]), sep="\n")
    return DONE


def _computed(arguments: argparse.Namespace) -> tuple[Expression, dict[str, Value], Value]:
    """An expression, its names, and its value."""
    expression = Expression(arguments.expression)
    leaves = {name: Value(x, label=name) for name, x in _values(arguments.values).items()}
    result = expression(leaves)
    return expression, leaves, result if isinstance(result, Value) else Value(result)


def _call_y(root: Value, leaves: dict[str, Value]) -> None:
    """Give a result a name, if it has none and the name is free."""
    if root.operation is not None and "y" not in leaves:
        root.label = "y"


def _values(assignments: Sequence[str]) -> dict[str, float]:
    """Names and numbers from words such as x=2."""
    values: dict[str, float] = {}
    for assignment in assignments:
        text, sign, number = assignment.partition("=")
        name = unicodedata.normalize("NFKC", text.strip())  # as Python reads names
        if not sign or not name.isidentifier():
            raise ExpressionError(f"{assignment!r} is no value for a name; write one such as x=2")
        if name in values:
            raise ExpressionError(f"{name} is given twice")
        try:
            values[name] = float(number)
        except ValueError:
            raise ExpressionError(f"{assignment!r}: {number!r} is no number") from None
    return values


def _gradients(leaves: dict[str, Value]) -> str:
    rows = [("name", "value", "derivative"), *[(n, f"{x.data!r}", f"{x.grad!r}") for n, x in leaves.items()]]
    return _columns(rows, "<>>")


def _columns(rows: Sequence[tuple[str, ...]], sides: str = "") -> str:
    """Rows as columns as wide as they must be, each word to the side that ``sides`` tells: ``"<>"``, left if not."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    layout = list(zip(widths, sides.ljust(len(widths), "<"), strict=True))
    lines = ["  ".join([f"{x:{side}{width}}" for x, (width, side) in zip(row, layout, strict=True)]) for row in rows]
    return "\n".join([line.rstrip() for line in lines])


# --- operations ---


def _operations(*, markdown: bool) -> int:
    head = ("name", "written", "defined", "off at most", "derivatives")
    rows = []
    for row in TABLE.values():
        names = [[f"*{n}"] if is_group else n for n, is_group in zip(row.operands, row.groups, strict=True)]
        slopes = ", ".join(map(typeset, row.formula))
        bounds = " ".join([f"{bound:g}" for bound in row.bounds[:3]])
        rows.append((row.name, row.write(*names), row.domain or "everywhere", bounds, slopes))
    excuses = [(row.name, row.bounds.why) for row in TABLE.values() if row.bounds != EXACT]
    if markdown:
        cells = [(f"`{n}`", f"`{w}`", d if d == "everywhere" else f"`{d}`", b, f"`{s}`") for n, w, d, b, s in rows]
        reasons = [(f"`{name}`", why) for name, why in excuses]
        print(_markdown(head, cells), "", _markdown(("less exact", "why"), reasons), sep="\n")
    else:
        print(_columns([head, *rows]), "", _columns([("less exact", "why"), *excuses]), sep="\n")
    return DONE


def _markdown(head: Sequence[str], cells: Sequence[Sequence[str]]) -> str:
    return "\n".join([f"| {' | '.join(line)} |" for line in (head, ("---",) * len(head), *cells)])


# --- doctor ---


def _doctor() -> int:
    print(f"autograd_lite {_version('autograd_lite')}, Python {platform.python_version()} on {platform.platform()}\n")
    print(f"  {'engine':<12}  {'compiled' if COMPILED else 'readable':<13}  {_which_engine()}\n")
    absent = []
    for distribution, (module, use) in PACKAGES.items():
        there = importlib.util.find_spec(module) is not None
        absent += [] if there else [distribution]
        print(f"  {distribution:<12}  {_version(distribution) if there else 'not installed':<13}  {use}")
    print("\nrenderers, of which the first that works serves; the last, where long edges would keep the others busy:")
    renderers, lacking = show.describe()
    print(*[f"  {line}" for line in renderers.splitlines()], sep="\n")
    if lacking:
        print(f"\npictures cannot be rendered as {' or '.join(lacking)}; {INSTALL} brings what can")
        return INCOMPLETE
    print(f"\npictures can be rendered; {INSTALL} brings {', '.join(absent)}" if absent else "\nall is there")
    return DONE


def _which_engine() -> str:
    if COMPILED:
        return f"ahead of time by Cython; {builds.VARIABLE}=1 runs the readable files"
    return f"Python files, as {builds.VARIABLE} asks" if os.environ.get(builds.VARIABLE) else "Python files"


def _version(distribution: str) -> str:
    try:
        return importlib.metadata.version(distribution)
    except importlib.metadata.PackageNotFoundError:
        return "(not installed as a package)"


if __name__ == "__main__":
    sys.exit(main())
