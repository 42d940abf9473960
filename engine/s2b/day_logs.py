"""Logs of which one part tells of one block of the roster, by UTC day and then in roster order.

A roster in any order is routed block by block, so the order holds inside a part; no block waits for another.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

import numpy as np
from numpy.typing import NDArray

from codegen.runtime.errors import ErrorCode
from codegen.runtime.findings import Finding
from codegen.runtime.tables import Table
from engine.core.row_findings import echo_findings, row_findings
from engine.core.run import Run
from engine.evidence.log_checks import constant_text_findings
from generated.tables.s2b import S5ArrivalRoster

TableT = TypeVar("TableT", bound=Table)
Rows = NDArray[np.int64]


def day_order(day: NDArray[Any]) -> Rows | None:
    """(R,) the rows by day and then as they stand; None where they stand in that order already."""
    if bool((day[1:] >= day[:-1]).all()):
        return None
    return np.argsort(day, kind="stable").astype(np.int64)


def in_order(table: TableT, order: Rows | None) -> TableT:
    """The rows of a table in an order that `day_order` gave."""
    return table if order is None else table.take(order)


def rows_in_order(count: int, order: Rows | None) -> Rows:
    """(R,) the numbers of so many rows, in an order that `day_order` gave."""
    return np.arange(count, dtype=np.int64) if order is None else order


@dataclass(frozen=True, slots=True)
class DayLog(Generic[TableT]):
    """What one block wrote into a log, with the arrival that each row is about."""

    name: str
    table: TableT
    rows: Rows
    """(R,) the arrival of each row, as a row of the block's arrivals."""

    @classmethod
    def of(cls, name: str, table: TableT | None, day: NDArray[Any]) -> DayLog[TableT] | None:
        """The log of a block; None where it has not as many rows as there are arrivals.

        Args:
            name: the log.
            table: its rows.
            day: (R,) the day of each of the block's arrivals that the log should tell of.
        """
        if table is None or table.num_rows != day.shape[0]:
            return None
        return cls(name, table, rows_in_order(day.shape[0], day_order(day)))

    def place(self, row: int) -> str:
        """Where a row lies, in words."""
        return f"{self.name} row {row}"


def log_findings(
    code: ErrorCode,
    name: str,
    table: Table | None,
    wanted: int,
    log: DayLog[Any] | None,
    arrivals: S5ArrivalRoster,
    text: Callable[[int], str],
    run: Run,
) -> Iterator[Finding]:
    """Whether the part of a log has each arrival of its block, by day and then in roster order, and names its world.

    Args:
        code: the code of all findings.
        name: the log.
        table: the part; None for none.
        wanted: how many rows it should have; 0 where the log is not kept.
        log: the part with the arrivals of its rows, as `DayLog.of` gives it; None where their number is wrong.
        arrivals: the arrivals of the block.
        text: one of them in words.
        run: the run.
    """
    yield from echo_findings(code, [(f"{name}: rows", wanted, table.num_rows if table is not None else 0)])
    if log is None:
        return
    yield from constant_text_findings(
        code, log.table, "manifest_fingerprint", run.identity.manifest_fingerprint
    )
    for column in ("utc_day", "merchant_id", "utc_timestamp"):
        expected = getattr(arrivals, column)[log.rows]
        found = getattr(log.table, column)
        yield from row_findings(
            code,
            expected != found,
            lambda row: f"{log.place(row)}: {text(int(log.rows[row]))}",
            expected,
            found,
            column=column,
        )
