"""Import rules that a list of layers cannot say (the layers themselves are in pyproject.toml, for import-linter)."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator

import pytest

from tests.repository.source_tree import ROOT, modules, place

ARITHMETIC = ("engine.kernels", "engine.numerics", "engine.rng")
ARITHMETIC_LIBRARIES = {"numpy", "numba", "llvmlite", "engine"}


def imported(source: str) -> Iterator[tuple[int, str]]:
    """Line and full name of every module that the code imports, at its top or inside a function."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.lineno, node.module


def belongs(module: str, package: str) -> bool:
    """Whether a module is the package or lies in it."""
    return module == package or module.startswith(f"{package}.")


def test_arithmetic_stands_on_numpy_and_numba_alone() -> None:
    folders = tuple(ROOT.joinpath(*package.split(".")) for package in ARITHMETIC)
    read = [path for path in modules("engine") if any(folder in path.parents for folder in folders)]
    found = [
        f"{place(path, line)}: imports {name}"
        for path in read
        for line, name in imported(path.read_text("utf-8"))
        if name.partition(".")[0] not in sys.stdlib_module_names | ARITHMETIC_LIBRARIES
    ]
    assert len(read) > 15
    assert not found, "\n".join(found)


def test_the_runtime_never_imports_the_generator() -> None:
    """The base of the generated code must run where the generator's own libraries are not installed."""
    read = [path for path in modules("codegen") if "runtime" in path.relative_to(ROOT).parts]
    found = [
        f"{place(path, line)}: imports {name}"
        for path in read
        for line, name in imported(path.read_text("utf-8"))
        if (belongs(name, "codegen") and not belongs(name, "codegen.runtime"))
        or name.partition(".")[0]
        in {"engine", "generated", "closedworld", "datamodel_code_generator", "jinja2"}
    ]
    assert len(read) > 8
    assert not found, "\n".join(found)


@pytest.mark.parametrize("module", ["generated.datasets", "generated.states", "generated.errors"])
def test_the_plan_is_imported_without_heavy_libraries(module: str) -> None:
    """The command line starts fast because cards, paths and codes need neither Arrow nor numba nor Pydantic."""
    report = f"import sys, {module}; print(*sorted({{'numpy', 'numba', 'pyarrow', 'pydantic'}} & set(sys.modules)))"
    done = subprocess.run(
        [sys.executable, "-c", report], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert done.stdout.split() == []
