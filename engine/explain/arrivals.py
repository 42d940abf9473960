"""Arrivals of the roster, and what routing stored of them (spec/segment-2B.md, S5; spec/rng-and-numerics.md, 5)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from codegen.runtime.cards import DatasetSpec
from codegen.runtime.tables import PartitionedTable, Table, part_rows
from engine.explain.arithmetic import WORD
from engine.explain.selectors import Selector, bad_selector, chosen_merchant, one_of
from engine.explain.sites import noted
from engine.explain.sources import Sources, python_column
from engine.explain.steps import Explanation, Scalar, Value
from generated.datasets.s2b import S5_ARRIVAL_ROSTER
from generated.tables.layer1 import RngTraceRow

if TYPE_CHECKING:
    from codegen.runtime.models import Document
    from generated.tables.s2b import S5ArrivalRoster

__all__ = [
    "Arrival",
    "all_columns",
    "arrival_step",
    "audit_check",
    "compare_columns",
    "compare_commitment",
    "compare_trace",
    "envelope",
    "logged_rows",
    "occurrence",
    "roster_block",
    "row_at",
    "select_arrival",
    "stored_step",
    "virtual_between",
]

ALGORITHM: Final = "philox2x64-10"


class Arrival(NamedTuple):
    """One row of the roster."""

    number: int
    """Its place in the roster, counted from 0."""
    total: int
    """Arrivals of the roster."""
    virtual_before: int
    """How many virtual arrivals stand before it."""
    merchant_id: int
    utc_timestamp: str
    utc_day: str
    is_virtual: bool | None

    @property
    def instant(self) -> np.datetime64:
        """Its instant, microseconds, UTC."""
        return np.datetime64(self.utc_timestamp.removesuffix("Z"), "us")

    @property
    def day(self) -> np.datetime64:
        """Its UTC day."""
        return np.datetime64(self.utc_day, "D")


# -- choosing --------------------------------------------------------------------------------------------------


def select_arrival(
    roster: PartitionedTable[S5ArrivalRoster],
    selector: Selector,
    explanation: Explanation,
    *,
    virtual_only: bool = False,
) -> Arrival:
    """The arrival that the selector names, by its number or by merchant, day and instant; the first that fits.

    Args:
        roster: the arrivals.
        selector: what was typed.
        explanation: keeps the choice and the key.
        virtual_only: whether only virtual arrivals count.

    Raises:
        EngineError: no such arrival, or one that does not fit everything that was typed.
    """
    merchant = None
    if selector.get("merchant") is not None:
        merchants = _merchants(roster)
        merchant = merchants[noted(explanation, chosen_merchant(selector, merchants))]
    wanted = _Wanted(_row(selector, roster), merchant, _time(selector), selector.get("day"), virtual_only)
    found: Arrival | None = None
    hits, total, virtual_before = 0, 0, 0
    near: list[str] = []
    for part in roster.parts():
        virtual = np.ma.filled(part.is_virtual, False)
        fits = wanted.rows(part, total, virtual)
        places = np.flatnonzero(fits)
        hits += places.shape[0]
        if found is None and places.shape[0]:
            place = int(places[0])
            before = virtual_before + int(np.count_nonzero(virtual[:place]))
            found = _arrival(part, place, total + place, before)
        if found is None and len(near) < _NEAR:
            near += _near(part, wanted, virtual, _NEAR - len(near))
        total += part.num_rows
        virtual_before += int(np.count_nonzero(virtual))
    if found is None:
        raise _no_arrival(selector, wanted, near, total)
    if hits > 1:
        kind = "virtual arrivals" if virtual_only else "arrivals"
        explanation.choices.append(
            f"arrival {found.number}: the first of {hits:,} {kind} that fit; name another with --row or --time"
        )
    found = found._replace(total=total)
    explanation.key.update(
        arrival=found.number, merchant_id=found.merchant_id, utc_timestamp=found.utc_timestamp
    )
    return found


def _merchants(roster: PartitionedTable[S5ArrivalRoster]) -> list[int]:
    """The merchants that have arrivals, ascending."""
    known: set[int] = set()
    for part in roster.parts():
        known.update(np.unique(part.merchant_id).tolist())
    return sorted(known)


_NEAR: Final = 9


class _Wanted(NamedTuple):
    """What was typed, understood."""

    row: int | None
    merchant: int | None
    instant: np.datetime64 | None
    day: str | None
    virtual_only: bool

    def rows(self, part: S5ArrivalRoster, first: int, virtual: NDArray[np.bool_]) -> NDArray[np.bool_]:
        """(R,) which rows of a part fit everything; `first` is the number of its first row."""
        fits = virtual.copy() if self.virtual_only else np.ones(part.num_rows, np.bool_)
        if self.row is not None:
            fits &= np.arange(first, first + part.num_rows) == self.row
        if self.merchant is not None:
            fits &= part.merchant_id == np.uint64(self.merchant)
        if self.instant is not None:
            fits &= part.utc_timestamp == self.instant
        if self.day is not None:
            fits &= np.datetime_as_string(part.utc_day, unit="D") == self.day
        return fits


def _near(part: S5ArrivalRoster, wanted: _Wanted, virtual: NDArray[np.bool_], most: int) -> list[str]:
    """Instants of arrivals of the merchant, to say what there is."""
    fits = _Wanted(None, wanted.merchant, None, None, wanted.virtual_only).rows(part, 0, virtual)
    places = np.flatnonzero(fits)[:most]
    return [f"{instant}Z" for instant in np.datetime_as_string(part.utc_timestamp[places]).tolist()]


def _no_arrival(selector: Selector, wanted: _Wanted, near: list[str], total: int) -> Exception:
    typed = " ".join(f"--{option} {value}" for option, value in selector.given.items())
    kind = "a virtual arrival" if wanted.virtual_only else "an arrival"
    where = f"{selector.state} {typed}".rstrip()
    if wanted.row is not None:
        found = f"arrival {wanted.row}, of which something else is said"
        if wanted.virtual_only and len(selector.given) == 1:
            found = f"arrival {wanted.row}, which is not virtual and draws nothing"
        return bad_selector(where, f"{kind} that fits everything named", found)
    if near:
        return bad_selector(where, f"{kind} at one of {one_of(near)}", "none at that time")
    whose = f" of merchant {wanted.merchant}" if wanted.merchant is not None else ""
    return bad_selector(where, f"{kind}{whose} in the roster", f"none among {total:,} arrivals")


def _row(selector: Selector, roster: PartitionedTable[S5ArrivalRoster]) -> int | None:
    """The number of the arrival that was typed."""
    text = selector.get("row")
    if text is None:
        return None
    total = sum(_counts(roster))
    if not (text.isascii() and text.isdigit()) or int(text) >= total:
        wanted = f"the number of an arrival, from 0 to {total - 1}"
        raise bad_selector(f"{selector.state} --row {text}", wanted, repr(text))
    return int(text)


def _time(selector: Selector) -> np.datetime64 | None:
    """The instant that was typed."""
    text = selector.get("time")
    if text is None:
        return None
    try:
        instant = datetime.fromisoformat(text.removesuffix("Z"))
    except ValueError:
        instant = None
    if instant is None or instant.tzinfo is not None:
        wanted = "an instant in UTC, such as 2024-03-01T12:34:56.000001Z"
        raise bad_selector(f"{selector.state} --time {text}", wanted, repr(text))
    return np.datetime64(instant, "us")


def _arrival(part: S5ArrivalRoster, place: int, number: int, virtual_before: int) -> Arrival:
    row = part.rows(place, place + 1)
    said = np.ma.getmaskarray(row.is_virtual)[0]
    return Arrival(
        number,
        0,
        virtual_before,
        int(row.merchant_id[0]),
        str(python_column(row, "utc_timestamp")[0]),
        str(python_column(row, "utc_day")[0]),
        None if said else bool(row.is_virtual[0]),
    )


def arrival_step(explanation: Explanation, arrival: Arrival) -> bool:
    """The step that shows the arrival; whether its day is that of its instant."""
    explanation.step(
        "The arrival",
        "Arrivals are counted through the whole roster; the number alone says which counters belong to one.",
        Value("arrival a", arrival.number, f"0-based, of {arrival.total:,}"),
        Value("merchant_id", arrival.merchant_id),
        Value("utc_timestamp", arrival.utc_timestamp),
        Value("utc_day", arrival.utc_day),
        Value(
            "is_virtual",
            arrival.is_virtual,
            "" if arrival.is_virtual is not None else "not said: not virtual",
        ),
    )
    day = arrival.utc_timestamp[:10]
    return explanation.check(
        "utc_day is the day of utc_timestamp", arrival.utc_day, day, arrival.utc_day == day
    )


# -- what is stored --------------------------------------------------------------------------------------------


def _counts(table: PartitionedTable[Any]) -> list[int]:
    """Rows of each part, from the files' footers."""
    return [part_rows(table.table.SPEC.dataset, path) for path in table.paths]


def all_columns(row: Table, place: int = 0) -> dict[str, Scalar]:
    """Every column of one row of a table as Python's own values, in the contract's order."""
    one = row.rows(place, place + 1)
    return {column.name: python_column(one, column.name)[0] for column in row.SPEC.columns}


def row_at(table: PartitionedTable[Any], number: int) -> dict[str, Scalar] | None:
    """The row of that 0-based number in a table of several parts; None where it has fewer."""
    before = 0
    for part, count in enumerate(_counts(table)):
        if number < before + count:
            return all_columns(table.part(part), number - before)
        before += count
    return None


def logged_rows(
    table: PartitionedTable[Any], block: int, picked: Mapping[str, int | np.datetime64]
) -> Iterator[dict[str, Scalar]]:
    """The rows of one block of the roster in a log in which these columns have these values, in order."""
    part = table.of_block(block)
    if part is None:
        return
    fits = np.ones(part.num_rows, np.bool_)
    for name, value in picked.items():
        column = getattr(part, name)
        fits &= column == column.dtype.type(value)
    for place in np.flatnonzero(fits).tolist():
        yield all_columns(part, place)


def compare_columns(
    explanation: Explanation,
    name: str,
    stored: Mapping[str, Scalar] | None,
    derived: Mapping[str, Scalar],
) -> None:
    """Put every column of a stored row, None where there is none, beside the derived one."""
    for column, value in derived.items():
        explanation.compare(f"{name}.{column}", stored[column] if stored is not None else None, value)


def envelope(sources: Sources, module: str, label: str, counter: int) -> dict[str, Any]:
    """What every event says first, of one draw and one block at that counter."""
    identity = sources.folder.identity
    after = counter + 1
    return {
        "ts_utc": sources.created,
        "run_id": identity.run_id,
        "seed": identity.seed,
        "parameter_hash": identity.parameter_hash,
        "manifest_fingerprint": identity.manifest_fingerprint,
        "module": module,
        "substream_label": label,
        "rng_counter_before_hi": np.array([counter // WORD], np.uint64),
        "rng_counter_before_lo": np.array([counter % WORD], np.uint64),
        "rng_counter_after_hi": np.array([after // WORD], np.uint64),
        "rng_counter_after_lo": np.array([after % WORD], np.uint64),
        "draws": ["1"],
        "blocks": np.array([1], np.uint64),
    }


def audit_check(sources: Sources, explanation: Explanation, dataset: DatasetSpec) -> None:
    """Open the audit log of the state, which is there whenever the state has run, and check what it says."""
    rows = sources.opened(dataset)
    found = rows[0].algorithm if rows else "none"
    explanation.check(
        "one audit row, of the generator", found, ALGORITHM, len(rows) == 1 and found == ALGORITHM
    )


def compare_trace(
    sources: Sources,
    explanation: Explanation,
    dataset: DatasetSpec,
    module: str,
    labels: Sequence[str],
    unit: int,
) -> None:
    """Put the running totals after the events of a unit, one a label, beside what they must be."""
    table, identity = sources.opened(dataset), sources.folder.identity
    for number, label in enumerate(labels):
        total = np.array([unit + 1], np.uint64)
        derived = RngTraceRow.from_columns(
            ts_utc=sources.created,
            run_id=identity.run_id,
            seed=identity.seed,
            parameter_hash=identity.parameter_hash,
            manifest_fingerprint=identity.manifest_fingerprint,
            module=module,
            substream_label=[label],
            events_total=total,
            draws_total=total,
            blocks_total=total,
        )
        stored = row_at(table, unit * len(labels) + number)
        compare_columns(explanation, f"trace {label}", stored, all_columns(derived))


class RosterBlock(NamedTuple):
    """The block of the roster in which an arrival lies."""

    part: int
    start: int
    stop: int


def roster_block(number: int, total: int) -> RosterBlock:
    """The block of an arrival among so many."""
    size = S5_ARRIVAL_ROSTER.block_size
    part = number // size
    return RosterBlock(part, part * size, min((part + 1) * size, total))


def compare_commitment(
    explanation: Explanation,
    held: Sequence[Document],
    *,
    part: int,
    unit: int,
    first: int,
    rows: int,
    event: Mapping[str, Scalar],
    keys: Sequence[str],
) -> None:
    """Put the commitment of a part beside what follows from the roster, and from the event where it is at an end.

    Args:
        explanation: keeps the comparisons.
        held: the commitments of the family.
        part: the part in which the event would lie.
        unit: number of the arrival among those that draw.
        first: number of the part's first one.
        rows: how many the part has.
        event: the event's columns.
        keys: those of them that are the family's keys.
    """
    found = next((row.content() for row in held if row.content()["part"] == part), None)
    said = ("run_id", "seed", "parameter_hash", "manifest_fingerprint", "module", "substream_label")
    derived: dict[str, Scalar] = {name: event[name] for name in said}
    derived |= {"part": part, "rows": rows, "events": rows, "draws": str(rows), "blocks": rows}
    for end, place in (("first", first), ("last", first + rows - 1)):
        if place == unit:
            derived |= {f"{end}_{column}": event[column] for column in keys}
    name = f"commitment {event['substream_label']}"
    for column, value in derived.items():
        explanation.compare(f"{name}.{column}", found[column] if found is not None else None, value)


def stored_step(
    explanation: Explanation, limit: int, events: int, keeps_events: bool, keeps_log: bool
) -> None:
    """The step that says what is stored of the arrival, and so what it is compared with."""
    if keeps_events:
        what = "whole events, and the log" if keeps_log else "whole events; the policy keeps no log"
    elif keeps_log:
        what = "the log, and the part's commitment; events are not stored one by one"
    else:
        what = (
            "the part's commitment alone, whose digest covers this pick and is not computed here; "
            "closedworld verify --replay all computes it"
        )
    explanation.step(
        "What is stored of it",
        "The evidence policy says when events are stored one by one, and when each part is committed to.",
        Value("events of the family", events, "in the whole run"),
        Value("full_up_to_events", limit, "policy rng_evidence_policy_2B"),
        Value("compared with", what),
    )


def virtual_between(roster: PartitionedTable[S5ArrivalRoster], start: int, stop: int) -> int:
    """How many of the arrivals [start, stop) are virtual."""
    before = found = 0
    for part in roster.parts():
        low, high = max(start - before, 0), min(stop - before, part.num_rows)
        if low < high:
            found += int(np.count_nonzero(np.ma.filled(part.is_virtual, False)[low:high]))
        before += part.num_rows
    return found


def occurrence(roster: PartitionedTable[S5ArrivalRoster], arrival: Arrival, first: int) -> int:
    """How many arrivals of the same merchant and instant stand before this one, counted from arrival `first`."""
    before = found = 0
    for part in roster.parts():
        same = (part.merchant_id == np.uint64(arrival.merchant_id)) & (part.utc_timestamp == arrival.instant)
        found += int(np.count_nonzero(same[max(first - before, 0) : max(arrival.number - before, 0)]))
        before += part.num_rows
    return found
