"""A user's own arrival roster read from CSV, Parquet or JSON Lines, block by block, every row checked.

Source: spec/world.md 5; spec/robustness.md 1 to 3. Rows keep their order. Every row that cannot be used is told with
file, line, field, value and reason; memory is bounded by a block of the file.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from engine.kernels.arrays import BoolArray, Int64Array, Uint64Array
from engine.world import exact_layouts, exact_values
from engine.world.exact_layouts import UnfitLayout
from engine.world.exact_values import EMPTY, READ
from engine.world.import_csv import csv_blocks
from engine.world.import_file import PARQUET_SUFFIXES, ImportFile, opened_import, unreadable
from engine.world.import_json import json_blocks
from engine.world.import_parquet import parquet_blocks
from engine.world.import_rows import ColumnNames, ImportBlock, RowProblem, cut, map_refused
from engine.world.roster import MICROSECONDS_A_DAY, virtual_flags
from generated.tables.s2b import S5ArrivalRoster

__all__ = ["AcceptedRows", "ReadBlock", "RosterChecks", "RowProblem", "read_roster", "roster_names"]

COLUMNS: Final = tuple(S5ArrivalRoster.ARROW_SCHEMA.names)
MERCHANT, INSTANT, DAY, VIRTUAL = COLUMNS
NEEDED: Final = (MERCHANT, INSTANT)

UNKNOWN, OUTSIDE_GRID, OTHER_DAY = range(20, 23)
"""What else may come of a field, beside what the conversion room says."""

Uint8Array = NDArray[np.uint8]


class AcceptedRows(NamedTuple):
    """Usable rows in the order of the file: merchant, microseconds since 1970-01-01T00:00:00Z, virtual; all (rows,)."""

    merchant_id: Uint64Array
    microsecond: Int64Array
    virtual: BoolArray


class ReadBlock(NamedTuple):
    """What came of one block of a file: its usable rows, and every problem of the others, by line.

    `spread` is the first line of a row that runs over several lines of CSV, 0 if none does; `spread_rows` counts them.
    """

    rows: int
    accepted: AcceptedRows
    problems: list[RowProblem]
    spread: int = 0
    spread_rows: int = 0


@dataclass(frozen=True)
class RosterChecks:
    """What the rows of a roster are held against: the world's merchants (ascending), the days of the plan, the seed.

    `labels` gives the merchant of each name of an imported world; a name goes before a number.
    """

    merchant_id: Uint64Array
    first_day: np.datetime64
    last_day: np.datetime64
    seed: int
    labels: Mapping[str, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Compute each merchant's flag once."""
        labels = pa.array([label.encode() for label in self.labels], pa.large_binary())
        object.__setattr__(self, "_names", (labels, np.array(list(self.labels.values()), np.uint64)))
        object.__setattr__(self, "_known", pa.array(self.merchant_id, pa.uint64()))
        object.__setattr__(self, "_virtual", virtual_flags(self.merchant_id, self.seed))
        object.__setattr__(self, "_days", tuple(int(d.astype("datetime64[D]").astype(np.int64))
                                                for d in (self.first_day, self.last_day)))  # fmt: skip

    def checked(self, file: ImportFile, block: ImportBlock) -> ReadBlock:
        """The usable rows of a block, and the problems of the others.

        Raises:
            EngineError: a column has a layout that cannot hold what it should.
        """
        rows = int(block.lines.shape[0])
        if not rows:
            empty = AcceptedRows(np.empty(0, np.uint64), np.empty(0, np.int64), np.empty(0, np.bool_))
            return ReadBlock(len(block.problems), empty, sorted(block.problems))
        columns = {
            name: _read(file, name, exact_layouts.plain, values) for name, values in block.columns.items()
        }
        ids, merchant_status = _read(file, MERCHANT, self._merchants, columns[MERCHANT])
        found = pc.index_in(pa.array(ids), value_set=self._known)  # type: ignore[attr-defined]
        place = found.fill_null(0).to_numpy(zero_copy_only=False).astype(np.int64)
        merchant_status[(merchant_status == READ) & found.is_null().to_numpy(zero_copy_only=False)] = UNKNOWN
        instant, instant_status = _read(file, INSTANT, exact_values.instants, columns[INSTANT])
        day = instant // MICROSECONDS_A_DAY
        first, last = self._days  # type: ignore[attr-defined]
        outside = (instant_status == READ) & ((day < first) | (day > last))
        day_status = np.zeros(rows, np.uint8)
        if DAY in columns:
            stated, day_status = _read(file, DAY, exact_values.days, columns[DAY])
            day_status[(day_status == READ) & (instant_status == READ) & (stated != day)] = OTHER_DAY
            day_status[day_status == EMPTY] = READ
        instant_status[outside] = OUTSIDE_GRID
        flags: BoolArray = self._virtual[place]  # type: ignore[attr-defined]
        virtual_status = np.zeros(rows, np.uint8)
        if VIRTUAL in columns:
            given, virtual_status = _read(file, VIRTUAL, exact_values.flags, columns[VIRTUAL])
            flags = np.where(virtual_status == EMPTY, flags, given)
            virtual_status[virtual_status == EMPTY] = READ
        statuses = {
            MERCHANT: merchant_status,
            INSTANT: instant_status,
            DAY: day_status,
            VIRTUAL: virtual_status,
        }
        good = ~np.logical_or.reduce([status != READ for status in statuses.values()])
        problems = block.problems
        if not good.all():
            problems = [*problems, *self._problems(block.lines, columns, statuses, day)]
        return ReadBlock(
            rows + len({problem.line for problem in block.problems}),
            AcceptedRows(self.merchant_id[place[good]], instant[good], flags[good]),
            sorted(problems, key=lambda problem: problem.line),
            block.spread,
            block.spread_rows,
        )

    def _merchants(self, values: pa.Array) -> tuple[Uint64Array, Uint8Array]:
        """(merchant, status) of each row: by name where the world has names, else by number."""
        ids, status = exact_values.identifiers(values)
        if not self.labels:
            return ids, status
        labels, named = self._names  # type: ignore[attr-defined]
        # A number is looked up as it is spelt, so that every layout of a column comes to the same merchants.
        text = (
            values
            if pa.types.is_large_binary(values.type)
            else pa.array(ids).cast(pa.string()).cast(labels.type)
        )
        found = (
            pc.index_in(text.fill_null(b""), value_set=labels).fill_null(-1).to_numpy(zero_copy_only=False)
        )
        is_name = (found >= 0) & ((status == READ) | pa.types.is_large_binary(values.type))
        status[is_name] = READ
        return np.where(is_name, named[found], ids), status

    def _problems(
        self,
        lines: Int64Array,
        columns: Mapping[str, pa.Array],
        statuses: Mapping[str, Uint8Array],
        day: Int64Array,
    ) -> Iterator[RowProblem]:
        for name, status in statuses.items():
            for row in np.flatnonzero(status != READ).tolist():
                code = int(status[row])
                reason = _REASONS.get((name, code)) or _REASONS_OF_ALL[code]
                if code == OUTSIDE_GRID:
                    reason += f" {self.first_day} to {self.last_day}"
                elif code == OTHER_DAY:
                    reason += f" {np.datetime64(int(day[row]), 'D')}"
                value = cut(exact_layouts.spelling(columns[name][row]))
                yield RowProblem(int(lines[row]), name, value, reason, code == UNKNOWN)


_REASONS: Final[Mapping[tuple[str, int], str]] = {
    (MERCHANT, exact_values.MALFORMED): "not an identifier of decimal digits",
    (MERCHANT, exact_values.OUT_OF_RANGE): "above 2^64 - 1",
    (MERCHANT, UNKNOWN): "no merchant of this world",
    (INSTANT, exact_values.MALFORMED): "not RFC 3339 with Z or an offset, such as 2024-01-31T08:30:00.25Z",
    (INSTANT, exact_values.NO_SUCH_TIME): "no such day or time",
    (INSTANT, OUTSIDE_GRID): "outside the days of the plan,",
    (DAY, exact_values.MALFORMED): "not a day such as 2024-01-31",
    (DAY, exact_values.NO_SUCH_TIME): "no such day",
    (DAY, OTHER_DAY): "not the UTC day of utc_timestamp,",
}
_REASONS_OF_ALL: Final[Mapping[int, str]] = {
    EMPTY: "missing",
    exact_values.TOO_FINE: "finer than a microsecond",
    exact_values.NOT_TEXT: "not UTF-8",
    exact_values.NOT_WHOLE: "not a whole number",
    exact_values.NOT_EXACT: "a float too large to stand for one integer alone; give integers or text",
    exact_values.NOT_FLAG: "neither true nor false",
    exact_values.NOT_MIDNIGHT: "not a day: an instant that is not midnight in UTC",
}


def _read(file: ImportFile, name: str, read: Any, values: Any) -> Any:
    """What a function of the conversion room gives; a layout that it refuses is an error of the file."""
    try:
        return read(values)
    except UnfitLayout as unfit:
        raise unreadable(f"{file.shown}: column {name}", unfit.expected, unfit.found) from unfit
    except pa.ArrowException as error:  # an array that is damaged, which only its decoding shows
        raise unreadable(f"{file.shown}: column {name}", "values that can be read", error) from error


def roster_names(names: Mapping[str, str]) -> ColumnNames:
    """The columns of a roster, with the names that the file has for some of them.

    Raises:
        EngineError: a name that is no column of a roster, or a column of the file for two of them.
    """
    unknown = sorted(set(names) - set(COLUMNS))
    if unknown:
        found = ", ".join(f"{names[new]}={new}" for new in unknown)
        raise map_refused(f"one of {', '.join(COLUMNS)} after =", found)
    for new, old in names.items():
        if old != old.encode("utf-8", "ignore").decode():  # an argument that is no text names no column
            raise map_refused("names in UTF-8", f"{old}={new}")
    olds = list(names.values())
    twice = [f"{old}={new}" for new, old in names.items() if olds.count(old) > 1]
    if twice:
        raise map_refused("each column of the file for one of the roster", ", ".join(twice))
    columns = ColumnNames(COLUMNS, NEEDED, names)
    columns.in_file()
    return columns


def read_roster(
    path: Path, checks: RosterChecks, names: Mapping[str, str] | None = None
) -> Iterator[ReadBlock]:
    """The blocks of a user's roster in the order of the file.

    Args:
        path: a .csv, .parquet, .pq, .jsonl or .ndjson file.
        checks: what the rows are held against.
        names: for columns that bear another name in the file, that name by the roster's.

    Raises:
        EngineError: no such file, another format, a column missing, or a file that cannot be read to its end or changes
            meanwhile.
    """
    wanted = roster_names(names or {})
    with opened_import(path) as file:
        suffix = path.suffix.lower()
        if suffix in PARQUET_SUFFIXES:
            blocks = parquet_blocks(file, wanted)
        elif suffix == ".csv":
            blocks = csv_blocks(file, wanted)
        else:
            blocks = json_blocks(file, wanted, MERCHANT, VIRTUAL)
        for block in blocks:
            yield checks.checked(file, block)
