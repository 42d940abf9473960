"""Statements asked of a run in every form, in this process."""

from __future__ import annotations

import csv
import io
import json
from decimal import Decimal
from typing import Any

from engine.core.run import RunFolder
from tests.cli.command import Outcome, command


def asked(folder: RunFolder, sql: str, *options: str) -> Outcome:
    """The outcome of `closedworld query`."""
    return command("query", sql, "--runs-root", str(folder.root.parent), *options)


def cell(folder: RunFolder, expression: str) -> str:
    """The one value of an expression as CSV has it, which must be what the table shows too."""
    found = asked(folder, f"SELECT {expression} AS x", "--csv")
    assert found.exit_code == 0, found.err
    header, row = csv.reader(io.StringIO(found.out))
    assert header == ["x"] and len(row) == 1
    table = asked(folder, f"SELECT {expression} AS x")
    assert table.exit_code == 0 and row[0] in table.out, table.out
    return row[0]


def value(folder: RunFolder, expression: str) -> Any:
    """The one value of an expression as JSON has it, numbers with all of their digits."""
    found = asked(folder, f"SELECT {expression} AS x", "--json")
    assert found.exit_code == 0, found.err

    def refused(name: str) -> None:
        raise AssertionError(f"{name} is not JSON")

    document = json.loads(found.out, parse_float=Decimal, parse_constant=refused)
    ((number,),) = ([row["x"]] for row in document["rows"])
    return number
