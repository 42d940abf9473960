"""What a person or a machine is shown: tables and JSON on standard output, errors on standard error."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from codegen.runtime.findings import Finding
from engine.core.errors import EngineError


def print_json(value: Any) -> None:
    """One JSON document on standard output."""
    sys.stdout.write(json.dumps(value, indent=2, ensure_ascii=False, default=str) + "\n")


PIPED_WIDTH: Final = 160
"""Columns of a table that goes to a file or another program, unless it asks for more."""


def print_table(
    title: str,
    columns: Sequence[tuple[str, str]],
    rows: Iterable[Sequence[str]],
    *,
    piped_width: int = PIPED_WIDTH,
) -> None:
    """A table on standard output; each column is (heading, `left` or `right`). Cells are shown as they are."""
    from rich.console import Console
    from rich.table import Table

    sys.stdout.write(f"{title}\n")
    table = Table(header_style="bold", box=None, pad_edge=False)
    for heading, side in columns:
        table.add_column(heading, justify="right" if side == "right" else "left", overflow="fold")
    for row in rows:
        table.add_row(*row)
    width = None if sys.stdout.isatty() else piped_width
    Console(width=width, highlight=False, soft_wrap=False, markup=False, emoji=False).print(table)


def print_error(error: EngineError) -> None:
    """An error in three lines: code and name; what, where, expected and found; what to do."""
    lines = [
        f"error {error.code.full} {error.code.name}",
        f"  {error.message}",
        f"  what to do: {error.code.remedy}",
    ]
    sys.stderr.write("\n".join(lines) + "\n")
    findings: Sequence[Finding] = getattr(error, "findings", ())
    if len(findings) > 1 and getattr(error, "TOLD", False):
        told = (f"{f.code.full} {f.where}: expected {f.expected}, found {f.found}" for f in findings[1:])
        sys.stderr.write("".join(f"  also {line}\n" for line in told))
    elif len(findings) > 1:
        sys.stderr.write(f"  and {len(findings) - 1} more findings, all of them in the state's run report\n")


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
    width = max((len(name) for name in pairs), default=0)
    sys.stdout.write(
        f"{title}\n" + "".join(f"  {name.ljust(width)}  {value}\n" for name, value in pairs.items())
    )


def sized(count: int) -> str:
    """A byte count in words."""
    size = float(count)
    for unit in ("B", "KiB", "MiB", "GiB"):
        if size < 1024 or unit == "GiB":
            return f"{size:,.0f} {unit}" if unit == "B" else f"{size:,.1f} {unit}"
        size /= 1024
    return ""
