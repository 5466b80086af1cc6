"""Compiles the engine ahead of time, in a build of the wheel that HATCH_BUILD_HOOK_ENABLE_CUSTOM=1 asks to."""

from __future__ import annotations

import ast
import shutil
import sys
import tempfile
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

#: What is written for type checkers, or because it is the shorter way in Python, and what Cython reads instead.
INSTEAD = {"@final\n": "", "(Methods)": "(Operand)", "= _new(Value)": "= Value.__new__(Value)"}
#: How compiled nodes are freed, which stands before these lines of the engine, in its file and in its class.
_FREEING = (Path(__file__).parent / "freeing.txt").read_text(encoding="utf-8").split("# --- In the class ---\n\n")
_BEFORE = ("_now = 0\n", "    # --- Operators ---\n")
INSTEAD |= {line: piece + line for piece, line in zip(_FREEING, _BEFORE, strict=True)}


def _constant(file: Path, name: str) -> Any:
    """What a file assigns to a name, read without running the file."""
    for statement in ast.parse(file.read_text(encoding="utf-8")).body:
        if isinstance(statement, ast.Assign) and ast.unparse(statement.targets[0]) == name:
            return ast.literal_eval(statement.value)
    raise ValueError(f"{file.name} assigns nothing to {name}")


class Compilation(BuildHookInterface[Any]):
    """Cython makes an extension of each file of the engine, with the C types of its .pxd, where it has one."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        from Cython.Build import cythonize
        from Cython.Compiler.Options import get_directive_defaults
        from setuptools import Distribution, Extension

        self.folder = Path(tempfile.mkdtemp())
        readable, package = Path(self.root) / "autograd_lite/engine", self.folder / "autograd_lite/engine"
        engine = _constant(readable / "builds.py", "ENGINE").split()
        package.mkdir(parents=True)
        for folder in (package.parent, package):
            (folder / "__init__.py").touch()
        awaited = set(INSTEAD)
        for source in readable.glob("*.p*"):
            if source.stem in engine:
                text = source.read_text(encoding="utf-8")
                awaited -= {given for given in awaited if given in text}
                for given, taken in INSTEAD.items():
                    text = text.replace(given, taken)
                (package / source.name).write_text(text, encoding="utf-8")
        if awaited:
            raise ValueError(f"the engine has no {sorted(awaited)} in it, for which INSTEAD gives Cython another text")
        extensions = [
            Extension(
                f"autograd_lite.engine.{name}",
                [str(package / f"{name}.py")],
                # Types that are made at run time accept the rows of the table as methods.
                define_macros=[("CYTHON_USE_TYPE_SPECS", "1")],
                extra_compile_args=[] if sys.platform == "win32" else ["-g0", "-ffp-contract=off"],
            )
            for name in engine
        ]
        # Powers of floats are floats, and None where a Value should be is an error, not the end of the process.
        directives = {"language_level": 3, "cpow": True, "nonecheck": True, "auto_pickle": False}
        modules = []
        for extension in extensions:
            # Nodes refer to older nodes only: the garbage collector, which took half of a step's time, need not know
            # them. Rows may be part of cycles.
            get_directive_defaults()["no_gc"] = not extension.name.endswith(".operation")
            modules += cythonize([extension], include_path=[str(self.folder)], compiler_directives=directives)
        command = Distribution({"name": "autograd_lite", "ext_modules": modules}).get_command_obj("build_ext")
        command.build_lib, command.build_temp = str(self.folder / "lib"), str(self.folder / "objects")
        command.ensure_finalized()
        command.run()
        for made in command.get_outputs():
            build_data["force_include"][made] = f"autograd_lite/engine/{Path(made).name}"
        build_data.update(pure_python=False, infer_tag=True)

    def finalize(self, version: str, build_data: dict[str, Any], artifact_path: str) -> None:
        shutil.rmtree(self.folder)
