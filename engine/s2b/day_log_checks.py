"""Logs that are split by UTC day against the roster that they log, over all rows."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from codegen.runtime.errors import ErrorCode
from codegen.runtime.findings import Finding
from engine.core.row_findings import echo_findings, listed, row_findings
from engine.core.run import Run
from engine.evidence.log_checks import constant_text_findings
from generated.tables.s2b import S5ArrivalRoster


def log_findings(
    code: ErrorCode,
    name: str,
    logs: Mapping[str, Any],
    days: Mapping[str, NDArray[np.int64]],
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
        arrivals: the arrivals of the block.
        text: one of them in words.
        run: the run.
    """
    yield from listed(
        code, (f"{name} {day}" for day in days.keys() - logs.keys()), "arrivals of the day", "none"
    )
    yield from listed(code, (f"{name} {day}" for day in logs.keys() - days.keys()), "no such day", "rows")
    for day in sorted(days.keys() & logs.keys()):
        log, rows = logs[day], days[day]
        if log.num_rows != rows.shape[0]:
            yield from echo_findings(code, [(f"{name} {day}: rows", int(rows.shape[0]), log.num_rows)])
            continue
        fingerprint = run.identity.manifest_fingerprint
        yield from constant_text_findings(code, log, "manifest_fingerprint", fingerprint)
        for column in ("utc_day", "merchant_id", "utc_timestamp"):
            wanted, found = getattr(arrivals, column)[rows], getattr(log, column)
            if column == "utc_day":
                wanted = np.full(rows.shape[0], np.datetime64(day, "D"))
            yield from row_findings(
                code,
                wanted != found,
                lambda row, day=day, rows=rows: f"{name} {day}: {text(int(rows[row]))}",  # type: ignore[misc]
                wanted,
                found,
                column=column,
            )
