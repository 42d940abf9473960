"""What a person or a machine is shown: tables and JSON on standard output, errors on standard error.

Every text is shown as codegen.runtime.shown_text says, since any of it may come from outside.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Sequence
from typing import IO, Any, Final, cast

from codegen.runtime.findings import Finding
from codegen.runtime.shown_text import shown, shown_path
from codegen.runtime.streams import output, write_error, write_json
from engine.core.errors import EngineError

print_json = write_json
"""One JSON document on standard output."""


PIPED_WIDTH: Final = 160
"""Columns of a table that goes to a file or another program, unless it asks for more."""


def print_table(
    title: str,
    columns: Sequence[tuple[str, str]],
    rows: Iterable[Sequence[str]],
    *,
    piped_width: int = PIPED_WIDTH,
) -> None:
    """A table on standard output; each column is (heading, `left` or `right`). A row is one line of text."""
    from rich.console import Console
    from rich.table import Table

    outlet = output()
    print_lines(title)
    table = Table(header_style="bold", box=None, pad_edge=False)
    for heading, side in columns:
        table.add_column(shown(heading), justify="right" if side == "right" else "left", overflow="fold")
    for row in rows:
        table.add_row(*map(shown, row))
    width = None if outlet.isatty() else piped_width
    file = cast(IO[str], outlet)
    Console(file=file, width=width, highlight=False, soft_wrap=False, markup=False, emoji=False).print(table)


def print_lines(*lines: str) -> None:
    """Lines of text on standard output."""
    output().write("".join(f"{shown(line)}\n" for line in lines))


def print_error(error: EngineError) -> None:
    """An error in three lines: code and name; what, where, expected and found; what to do."""
    lines = [
        f"error {error.code.full} {error.code.name}",
        f"  {error.message}",
        f"  what to do: {error.code.remedy}",
    ]
    findings: Sequence[Finding] = getattr(error, "findings", ())
    if len(findings) > 1 and getattr(error, "TOLD", False):
        lines += [
            f"  also {f.code.full} {f.where}: expected {f.expected}, found {f.found}" for f in findings[1:]
        ]
    elif len(findings) > 1:
        lines.append(f"  and {len(findings) - 1} more findings, all of them in the state's run report")
    write_error("".join(f"{shown(line)}\n" for line in lines))


def error_json(error: EngineError) -> dict[str, Any]:
    """An error as plain values."""
    findings: Sequence[Finding] = getattr(error, "findings", ())
    return {
        "error": {
            "code": error.code.full,
            "name": error.code.name,
            "message": error.message,
            "where": error.where,
            "expected": error.expected,
            "found": error.found,
            "remedy": error.code.remedy,
            "exit_code": error.exit_code,
        },
        "findings": [
            {"code": f.code.full, "where": f.where, "expected": f.expected, "found": f.found}
            for f in findings
        ],
    }


def print_pairs(title: str, pairs: Mapping[str, Any]) -> None:
    """Names and values, one a line."""
    texts = [(shown(name), shown_value(value)) for name, value in pairs.items()]
    width = max((len(name) for name, _ in texts), default=0)
    print_lines(title, *(f"  {name.ljust(width)}  {text}" for name, text in texts))


def shown_value(value: Any) -> str:
    """A value as one line of text; a path by its bytes."""
    return shown_path(value) if isinstance(value, os.PathLike) else shown(str(value))


def sized(count: int) -> str:
    """A byte count in words."""
    size = float(count)
    for unit in ("B", "KiB", "MiB", "GiB"):
        if size < 1024 or unit == "GiB":
            return f"{size:,.0f} {unit}" if unit == "B" else f"{size:,.1f} {unit}"
        size /= 1024
    return ""
