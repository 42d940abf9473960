"""The repository as its own tests see it: tracked files, syntax trees, declared columns."""

from __future__ import annotations

import ast
import subprocess
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).resolve().parents[2]
UNTRACKED_FOLDERS = {".git", ".nox", ".venv", "venv", "__pycache__", "build", "dist", "runs"}


@cache
def tracked_files() -> tuple[Path, ...]:
    """Every file that is, or is about to be, under version control; all files where git is not at hand."""
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    try:
        listed = (
            subprocess.run(command, cwd=ROOT, check=True, capture_output=True).stdout.decode().split("\0")
        )
        files = [ROOT / name for name in listed if name]
    except (OSError, subprocess.CalledProcessError):
        files = [path for path in ROOT.rglob("*") if not UNTRACKED_FOLDERS & set(path.parts)]
    return tuple(sorted(path for path in files if path.is_file() and not path.name.endswith(".pyc")))


def modules(*packages: str) -> tuple[Path, ...]:
    """The Python files of the named top-level packages."""
    return tuple(p for p in tracked_files() if p.suffix == ".py" and p.relative_to(ROOT).parts[0] in packages)


def place(path: Path, line: int) -> str:
    """A file and line as an editor opens it."""
    return f"{path.relative_to(ROOT).as_posix()}:{line}"


def texts(source: str) -> Iterator[tuple[int, str]]:
    """Line and value of every string that the code uses; docstrings are prose and left out."""
    tree = ast.parse(source)
    prose = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in prose:
            yield node.lineno, node.value


def text_lists(source: str) -> Iterator[tuple[int, tuple[str, ...]]]:
    """Line and members of every literal list, tuple, set or set of dictionary keys that is made of strings.

    A key that only names the typed column behind it is left out: the type checker watches over that one.
    """
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.List | ast.Tuple | ast.Set):
            members: list[Any] = list(node.elts)
        elif isinstance(node, ast.Dict):
            members = [
                key for key, value in zip(node.keys, node.values, strict=True) if not _echoes(key, value)
            ]
        else:
            continue
        if members and all(isinstance(m, ast.Constant) and isinstance(m.value, str) for m in members):
            yield node.lineno, tuple(member.value for member in members)


def _echoes(key: ast.expr | None, value: ast.expr) -> bool:
    """Whether a dictionary only gives a typed column its own name, as in `{"gamma": table.gamma}`."""
    attributes = {node.attr for node in ast.walk(value) if isinstance(node, ast.Attribute)}
    return isinstance(key, ast.Constant) and key.value in attributes


@cache
def declared_columns() -> dict[str, frozenset[str]]:
    """The column names of every table in the schema packs, by `file#name`."""
    tables: dict[str, frozenset[str]] = {}
    for pack in sorted((ROOT / "contracts").rglob("schemas.*.yaml")):
        sections = yaml.load(pack.read_text("utf-8"), yaml.CSafeLoader)
        for section in sections.values():
            for name, schema in section.items() if isinstance(section, dict) else ():
                if isinstance(schema, dict) and schema.get("type") == "table":
                    tables[f"{pack.name}#{name}"] = frozenset(column["name"] for column in schema["columns"])
    return tables
