"""What the rows of a time grid must be, bucket by bucket (spec/segment-5B.md, S1; V-06 to V-08)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from codegen.runtime.columns import TextColumn
from codegen.runtime.errors import ErrorCode
from codegen.runtime.findings import Finding
from engine.core.row_findings import Words, row_findings
from engine.s5b.time_grid import Scenario, bucket_starts, local_annotations, said
from generated.tables.s5b import S1TimeGrid5B

if TYPE_CHECKING:
    from generated.models.s5b import TimeGridPolicy5B

_SECOND = 1_000_000  # microseconds


def instants(values: NDArray[np.datetime64]) -> NDArray[np.int64]:
    """Timestamps as microseconds since 1970-01-01 UTC."""
    return values.astype("datetime64[us]").astype(np.int64)


def _rows(
    code: ErrorCode, where: str, off: NDArray[np.bool_], expected: Words, found: Words, column: str = ""
) -> Iterator[Finding]:
    yield from row_findings(code, off, lambda row: f"{where}: row {row}", expected, found, column=column)


def cover_findings(
    code: ErrorCode, where: str, grid: S1TimeGrid5B, scenario: Scenario, policy: TimeGridPolicy5B
) -> Iterator[Finding]:
    """A finding where the grid has not every bucket of the horizon, counted from 0, and no other."""
    wanted, starts = bucket_starts(scenario, policy.bucket_duration_seconds), instants(grid.bucket_start_utc)
    if grid.num_rows != wanted.shape[0]:
        yield Finding(code, where, f"{wanted.shape[0]} buckets", f"{grid.num_rows}")
        return
    yield from _rows(
        code,
        where,
        (grid.bucket_index != np.arange(wanted.shape[0])) | (starts != wanted),
        lambda row: f"bucket {row} from {said(int(wanted[row]))}",
        lambda row: f"bucket {grid.bucket_index[row]} from {said(int(starts[row]))}",
    )


def touch_findings(
    code: ErrorCode, where: str, grid: S1TimeGrid5B, policy: TimeGridPolicy5B
) -> Iterator[Finding]:
    """A finding for each bucket of another length, or that does not start where the one before ends."""
    starts, ends, seconds = (
        instants(grid.bucket_start_utc),
        instants(grid.bucket_end_utc),
        policy.bucket_duration_seconds,
    )
    lengths = ends - starts
    yield from _rows(
        code,
        where,
        lengths != seconds * _SECOND,
        f"a bucket of {seconds} s, end excluded",
        lambda row: f"{lengths[row] / _SECOND:g} s",
    )
    apart = np.zeros(grid.num_rows, dtype=np.bool_)
    apart[1:] = starts[1:] != ends[:-1]
    yield from _rows(
        code,
        where,
        apart,
        lambda row: f"a start at {said(int(ends[row - 1]))}",
        lambda row: said(int(starts[row])),
    )


def annotation_findings(
    code: ErrorCode, where: str, grid: S1TimeGrid5B, scenario: Scenario, policy: TimeGridPolicy5B
) -> Iterator[Finding]:
    """A finding where flags, length, labels or annotations do not follow from manifest, policy and instants."""
    if scenario.is_baseline == scenario.is_stress:
        found = f"is_baseline and is_stress both {str(scenario.is_stress).lower()}"
        yield Finding(code, f"{where}: flags", "one of the two flags true", found)
    constants: tuple[tuple[str, NDArray[Any], Any], ...] = (
        ("bucket_duration_seconds", grid.bucket_duration_seconds, policy.bucket_duration_seconds),
        ("scenario_is_baseline", grid.scenario_is_baseline, scenario.is_baseline),
        ("scenario_is_stress", grid.scenario_is_stress, scenario.is_stress),
    )
    for column, held, value in constants:
        yield from _rows(code, where, held != value, str(value), held, column)
    marks, emits = local_annotations(instants(grid.bucket_start_utc)), policy.local_annotations.emit
    for column, wanted in marks._asdict().items():
        held = getattr(grid, column)
        missing = np.ma.getmaskarray(held)
        off = (missing | (np.ma.getdata(held) != wanted)) if emits else ~missing
        yield from _rows(code, where, off, wanted if emits else "null", held, column)
    yield from constant_text_findings(code, where, "scenario_labels", grid.scenario_labels, scenario.labels)


def constant_text_findings(
    code: ErrorCode, where: str, column: str, held: TextColumn, wanted: str
) -> Iterator[Finding]:
    """A finding for each row that does not hold the one text that all rows should."""
    off = np.array([*(text != wanted for text in held.values), True])[held.codes]
    yield from _rows(code, where, off, wanted, lambda row: held.values[int(held.codes[row])], column)
