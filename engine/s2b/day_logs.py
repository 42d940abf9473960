"""Logs that are split by UTC day: the parts that one block writes, and all their rows against the roster."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

import numpy as np
from numpy.typing import NDArray

from codegen.runtime.errors import ErrorCode
from codegen.runtime.findings import Finding
from codegen.runtime.tables import Table
from engine.core.row_findings import echo_findings, listed, row_findings
from engine.core.run import Run
from engine.evidence.log_checks import constant_text_findings
from generated.tables.s2b import S5ArrivalRoster

TableT = TypeVar("TableT", bound=Table)


@dataclass(frozen=True, slots=True)
class DayLog(Generic[TableT]):
    """What one block wrote into a log that is split by UTC day, as one table in order of the days."""

    name: str
    table: TableT
    rows: NDArray[np.int64]
    """(R,) the arrival of each row, as a row of the block's arrivals."""
    day: NDArray[np.datetime64]
    """(R,) the day in whose part each row lies."""

    @classmethod
    def of(
        cls, name: str, logs: Mapping[str, TableT] | None, days: Mapping[str, NDArray[np.int64]]
    ) -> DayLog[TableT] | None:
        """The log of the days that have as many rows as they should; None where no day has.

        Args:
            name: the log.
            logs: the log of each day.
            days: the arrivals that each day should have, as rows of the block's arrivals.
        """
        held = logs or {}
        sound = [day for day in sorted(days.keys() & held.keys()) if held[day].num_rows == days[day].shape[0]]
        if not sound:
            return None
        tables = [held[day] for day in sound]
        rows = [days[day] for day in sound]
        day = np.repeat(np.array(sound, dtype="datetime64[D]"), [part.shape[0] for part in rows])
        return cls(name, type(tables[0]).concatenated(tables), np.concatenate(rows), day)

    def place(self, row: int) -> str:
        """The part in which a row lies, in words."""
        return f"{self.name} {self.day[row]}"


def in_day_order(table: TableT, days: Mapping[str, NDArray[np.int64]]) -> dict[str, TableT]:
    """The part of each day of a table whose rows lie in order of the days.

    Args:
        table: the rows.
        days: the rows of each day, which count here by their number alone, ascending by day.
    """
    stops = np.cumsum([rows.shape[0] for rows in days.values()]).tolist()
    starts = [0, *stops[:-1]]
    return {day: table.rows(*borders) for day, *borders in zip(days, starts, stops, strict=True)}


def log_findings(
    code: ErrorCode,
    name: str,
    logs: Mapping[str, Any],
    days: Mapping[str, NDArray[np.int64]],
    log: DayLog[Any] | None,
    arrivals: S5ArrivalRoster,
    text: Callable[[int], str],
    run: Run,
) -> Iterator[Finding]:
    """Whether a log that is split by UTC day has the arrivals of each day, in roster order, and names its world.

    Args:
        code: the code of all findings.
        name: the log.
        logs: the log of each day.
        days: the rows of `arrivals` that each day should have; none where the log is not kept.
        log: the days whose number of rows is right, as `DayLog.of` gives them.
        arrivals: the arrivals of the block.
        text: one of them in words.
        run: the run.
    """
    yield from listed(
        code, (f"{name} {day}" for day in days.keys() - logs.keys()), "arrivals of the day", "none"
    )
    yield from listed(code, (f"{name} {day}" for day in logs.keys() - days.keys()), "no such day", "rows")
    both = sorted(days.keys() & logs.keys())
    counts = ((f"{name} {day}: rows", int(days[day].shape[0]), logs[day].num_rows) for day in both)
    yield from echo_findings(code, counts)
    if log is None:
        return
    yield from constant_text_findings(
        code, log.table, "manifest_fingerprint", run.identity.manifest_fingerprint
    )
    for column in ("utc_day", "merchant_id", "utc_timestamp"):
        wanted = log.day if column == "utc_day" else getattr(arrivals, column)[log.rows]
        found = getattr(log.table, column)
        yield from row_findings(
            code,
            wanted != found,
            lambda row: f"{log.place(row)}: {text(int(log.rows[row]))}",
            wanted,
            found,
            column=column,
        )
