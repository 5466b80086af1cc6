"""The cells of a lesson, run one after another, with what each of them shows."""

from __future__ import annotations

import ast
import base64
import contextlib
import importlib.util
import io
import linecache
import sys
import types
from typing import Any

from .complaints import FILE, of_program

#: What a notebook would have; here only where it is installed.
ELSEWHERE = ("matplotlib", "numpy", "scipy", "sklearn", "jax", "torch")
KINDS = (("text/html", "_repr_html_"), ("image/svg+xml", "_repr_svg_"), ("image/png", "_repr_png_"))


class NotHereError(ModuleNotFoundError):
    """A package that this page has not."""


class Absent:
    """Stands for a package, or for what is in it, and says that it is missing as soon as it is used."""

    def __init__(self, name: str) -> None:
        self.__dict__["name"] = name

    def __getattr__(self, attribute: str) -> Any:
        if attribute.startswith("__"):
            raise AttributeError(attribute)
        self()

    def __call__(self, *_: Any, **__: Any) -> Any:
        name = self.__dict__["name"]
        raise NotHereError(f"this cell needs {name}, which this page has not", name=name)


class _Imports(ast.NodeTransformer):
    """An import of what is not here binds its names all the same: the rest of the cell may need none of them."""

    def visit_Import(self, node: ast.Import) -> Any:
        return [self._one(node, alias.name, alias.asname or alias.name.partition(".")[0]) for alias in node.names]

    def visit_ImportFrom(self, node: ast.ImportFrom) -> Any:
        if node.level or not _is_absent(node.module or ""):
            return node
        return [self._bound(node, node.module or "", alias.asname or alias.name) for alias in node.names]

    def _one(self, node: ast.Import, module: str, name: str) -> ast.stmt:
        if _is_absent(module):
            return self._bound(node, module, name)
        alias = next(alias for alias in node.names if alias.name == module)
        return ast.copy_location(ast.Import([alias]), node)

    def _bound(self, node: ast.stmt, module: str, name: str) -> ast.stmt:
        text = f"{name} = __absent__({module.partition('.')[0]!r})"
        return ast.copy_location(ast.parse(text).body[0], node)


def _is_absent(module: str) -> bool:
    top = module.partition(".")[0]
    return top in ELSEWHERE and importlib.util.find_spec(top) is None


class Cells:
    """A lesson that is being run: its names, and those that a cell could not make for want of a package."""

    def __init__(self) -> None:
        # What the library shows of a training it shows as in a notebook.
        sys.modules.setdefault("ipykernel", types.ModuleType("ipykernel"))
        self.names: dict[str, Any] = {"__name__": "__main__", "__absent__": Absent, "display": self._display}
        self.missed: dict[str, str] = {}
        self.outputs: list[dict[str, Any]] = []
        self.count = 0

    def run(self, source: str) -> dict[str, Any]:
        """Run a cell.

        Returns:
            Its outputs, each with its kind, in the order of a notebook; and under ``"absent"`` the package that it
            needs and this page has not: then what it showed when the lesson was made is still right.
        """
        self.outputs, self.count = [], self.count + 1
        file = f"{FILE[:-1]} {self.count}>"
        # Where the checkers of the course find what a function is made of.
        linecache.cache[file] = (len(source), None, source.splitlines(keepends=True), file)
        absent = ""
        printed = _Printed(self.outputs)
        with contextlib.redirect_stdout(printed), contextlib.redirect_stderr(printed):
            try:
                tree = ast.fix_missing_locations(_Imports().visit(ast.parse(source, file)))
                self._execute(tree, file)
            except (Exception, SystemExit) as error:  # a reader's mistake is shown, and the lesson goes on
                absent = self._absent(error)
                if not absent:
                    found = of_program(error, file)
                    self.outputs.append({"kind": "error", "text": str(found), "line": found.line})
        if absent:
            self.missed |= dict.fromkeys(_made(source) - set(self.names), absent)
        return {"outputs": self.outputs, "absent": absent}

    def _execute(self, tree: ast.Module, file: str) -> None:
        last = tree.body[-1] if tree.body else None
        if not isinstance(last, ast.Expr):
            exec(compile(tree, file, "exec"), self.names)
            return
        exec(compile(ast.Module(tree.body[:-1], []), file, "exec"), self.names)
        value = eval(compile(ast.Expression(last.value), file, "eval"), self.names)
        if value is not None:
            self.names["_"] = value
            self._display(value)

    def _display(self, *values: Any) -> None:
        for value in values:
            self.outputs.append(shown(value))

    def _absent(self, error: BaseException) -> str:
        """The package for want of which a cell failed; empty if it failed for another reason."""
        cause: BaseException | None = error
        while cause is not None:
            if isinstance(cause, ImportError):
                name = (cause.name or "").partition(".")[0]
                words = str(cause).replace(":", " ").replace(",", " ").split()
                found = name if name in ELSEWHERE else next((w for w in words if w.lower() in ELSEWHERE), "")
                if found:
                    return found
            cause = cause.__cause__ or cause.__context__
        if isinstance(error, NameError) and error.name in self.missed:
            return self.missed[error.name]
        return ""


def _made(source: str) -> set[str]:
    """The names that a cell would have bound."""
    tree = ast.parse(source)
    stored = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)}
    return stored | {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.ClassDef)}


class _Printed(io.TextIOBase):
    """What is printed stands among the other outputs, where it was printed."""

    def __init__(self, outputs: list[dict[str, Any]]) -> None:
        self._outputs = outputs

    def write(self, text: str) -> int:
        if self._outputs and self._outputs[-1]["kind"] == "printed":
            self._outputs[-1]["text"] += text
        elif text:
            self._outputs.append({"kind": "printed", "text": text})
        return len(text)


def shown(value: Any) -> dict[str, Any]:
    """The richest way to show a value, and its text.

    >>> shown([1, 2])
    {'kind': 'text', 'text': '[1, 2]'}
    """
    bundle: dict[str, Any] = {}
    about: dict[str, Any] = {}
    if not isinstance(value, type) and hasattr(value, "_repr_mimebundle_"):
        found = value._repr_mimebundle_()
        bundle, about = found if isinstance(found, tuple) else (found, {})
    elif not isinstance(value, type):
        for kind, method in KINDS:
            if hasattr(value, method) and (made := getattr(value, method)()) is not None:
                bundle[kind] = made
    text = bundle.get("text/plain", repr(value))
    if "text/html" in bundle:
        return {"kind": "html", "html": bundle["text/html"], "text": text}
    if "image/svg+xml" in bundle:
        return {"kind": "svg", "svg": bundle["image/svg+xml"], "alt": getattr(value, "alt", ""), "text": text}
    if "image/png" in bundle:
        png = bundle["image/png"]
        data = png if isinstance(png, str) else base64.b64encode(png).decode()
        return {"kind": "png", "png": data, "alt": about.get("image/png", {}).get("alt", ""), "text": text}
    return {"kind": "text", "text": text}
