"""Import rules that a list of layers cannot say (the layers themselves are in pyproject.toml, for import-linter)."""

from __future__ import annotations

import ast
import subprocess
import sys
import tomllib
from collections.abc import Iterator

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.repository.source_tree import ROOT, modules, place

ARITHMETIC = ("engine.kernels", "engine.numerics", "engine.rng")
# Libraries whose distribution has another name, or comes with another library as a part of it.
DISTRIBUTIONS = {"llvmlite": "numba", "pydantic_core": "pydantic", "ruamel": "ruamel-yaml", "yaml": "pyyaml"}
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


def distributions(requirements: list[str]) -> set[str]:
    """The normalised names of requirements such as `ruamel.yaml>=0.18`."""
    return {canonicalize_name(Requirement(text).name) for text in requirements}


@pytest.mark.parametrize(
    ("packages", "extras"),
    [
        (("closedworld", "engine", "generated"), ()),
        (("codegen",), ("codegen",)),
        (("bench", "tests"), ("codegen", "test")),
    ],
)
def test_every_imported_library_is_declared(packages: tuple[str, ...], extras: tuple[str, ...]) -> None:
    """What is imported is asked for in pyproject.toml: nothing works only because a machine happens to have it."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    asked = [
        *project["dependencies"],
        *(text for extra in extras for text in project["optional-dependencies"][extra]),
    ]
    declared = distributions(asked)
    own = {"bench", "closedworld", "codegen", "engine", "generated", "tests"}
    found = []
    for path in modules(*packages):
        source = path.read_text("utf-8")
        for line, name in imported(source):
            library = name.partition(".")[0]
            made_by_the_test = f"{library}.py" in source
            if made_by_the_test or library in sys.stdlib_module_names | own:
                continue
            if DISTRIBUTIONS.get(library, canonicalize_name(library)) not in declared:
                found.append(f"{place(path, line)}: imports {name}, which no dependency brings")
    assert not found, "\n".join(found)


@pytest.mark.parametrize("module", ["generated.datasets", "generated.states", "generated.errors"])
def test_the_plan_is_imported_without_heavy_libraries(module: str) -> None:
    """The command line starts fast because cards, paths and codes need neither Arrow nor numba nor Pydantic."""
    report = f"import sys, {module}; print(*sorted({{'numpy', 'numba', 'pyarrow', 'pydantic'}} & set(sys.modules)))"
    done = subprocess.run(
        [sys.executable, "-c", report], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert done.stdout.split() == []
