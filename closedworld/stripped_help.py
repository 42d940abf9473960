"""The words that help shows, where Python was told to drop docstrings (-OO, PYTHONOPTIMIZE=2): read from the source."""

from __future__ import annotations

import ast
import inspect
import sys
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import typer


def give_help(app: typer.Typer) -> None:
    """Give every command and group below an app the help that its docstring would have given."""
    if app.registered_callback is not None:
        _give(app.registered_callback)
    for command in app.registered_commands:
        _give(command)
    for group in app.registered_groups:
        if group.typer_instance is not None:
            give_help(group.typer_instance)


def _give(info: Any) -> None:
    if not info.help and info.callback is not None:
        info.help = _docstring(info.callback)


def _docstring(function: Callable[..., Any]) -> str | None:
    """A function's docstring as its module's source has it; None where there is no source."""
    return _docstrings(function.__module__).get(function.__name__)


@cache
def _docstrings(module: str) -> dict[str, str]:
    try:
        source = Path(inspect.getsourcefile(sys.modules[module]) or "").read_bytes()
        tree = ast.parse(source)
    except (OSError, TypeError, SyntaxError, ValueError):
        return {}
    functions = [node for node in tree.body if isinstance(node, ast.FunctionDef)]
    return {node.name: found for node in functions if (found := ast.get_docstring(node))}
