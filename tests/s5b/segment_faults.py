"""Faults planted in what S0 to S4 published, each with the code under which 5B.S5 finds it and what it must name."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from itertools import combinations
from typing import Any

import numpy as np

from engine.core.run import RunFolder
from engine.evidence.rng_evidence import commitment
from generated.datasets import BY_ID
from generated.models.s5b import RngCommitmentArrivalEdgePick
from generated.tables.s5b import S4ArrivalEvents5B
from tests.s2b.routed_runs import change_table, partitions, reseal, without_dataset
from tests.s5b.arrived_runs import (
    BASELINE,
    EVENTS,
    STRESS,
    tokens_of,
    with_values,
    without_partition,
)

COUNTS, INTENSITIES, GRID, SUMMARY = (
    "s3_bucket_counts_5B",
    "s2_realised_intensity_5B",
    "s1_time_grid_5B",
    "s4_arrival_summary_5B",
)
HOUR_US = np.timedelta64(3_600_000_000, "us")
Table = Any


@dataclass(frozen=True)
class Fault:
    """One fault of a whole run."""

    label: str
    validator: str
    code: str
    plant: Callable[[RunFolder], str]
    """Plants it, and gives what a finding of the code must name."""
    others: tuple[str, ...] = ()
    """Codes under which it must be found as well, since it breaks several laws."""
    parted: bool = False
    """Whether it needs the run of small blocks with commitments."""


FAULTS: list[Fault] = []
Plant = Callable[[RunFolder], str]


def planted(
    validator: str, code: str, *others: str, parted: bool = False, label: str = ""
) -> Callable[[Plant], Plant]:
    """Register a fault; its label is the name of the function that plants it."""

    def register(plant: Plant) -> Plant:
        name = label or plant.__name__.replace("_", " ")
        FAULTS.append(Fault(name, validator, code, plant, others, parted))
        return plant

    return register


def in_table(
    dataset: str, change: Callable[[Table], tuple[Table, str]], scenario: str = BASELINE
) -> Callable[[RunFolder], str]:
    """A fault of the first part of a scenario's table; `change` gives the table and what must be named."""

    def plant(folder: RunFolder) -> str:
        named: list[str] = []

        def changed(table: Table) -> Table:
            found, text = change(table)
            named.append(text)
            return found

        change_table(folder, dataset, changed, tokens_of(folder, dataset, scenario))
        return named[0]

    return plant


def table_fault(
    dataset: str, validator: str, code: str, *others: str, scenario: str = BASELINE
) -> Callable[[Callable[[Table], tuple[Table, str]]], None]:
    """Register a fault of a table; its label is the name of the function that changes it."""

    def register(change: Callable[[Table], tuple[Table, str]]) -> None:
        label = change.__name__.replace("_", " ")
        plant = in_table(dataset, change, scenario)
        FAULTS.append(Fault(label, validator, code, plant, others))

    return register


# -- S4: the arrivals --------------------------------------------------------------------------------------------


def physical(table: Table) -> np.ndarray[Any, Any]:
    """The rows of physical arrivals."""
    return np.flatnonzero(~table.is_virtual)


def virtual(table: Table) -> np.ndarray[Any, Any]:
    """The rows of virtual arrivals."""
    return np.flatnonzero(table.is_virtual)


def bucket_sizes(table: Table) -> np.ndarray[Any, Any]:
    """(A,) the arrivals of each arrival's bucket."""
    starts = np.flatnonzero(table.arrival_seq == 1)
    sizes = np.diff(np.append(starts, table.num_rows))
    return np.repeat(sizes, sizes)


def row_text(table: Table, row: int) -> str:
    """What findings name an arrival by."""
    merchant, bucket = table.merchant_id[row], table.bucket_index[row]
    zone = table.zone_representation.values[table.zone_representation.codes[row]]
    return (
        f"row {row}: {table.scenario_id.values[0]}, merchant_id {merchant}, zone_representation {zone}, "
        f"channel_group {table.channel_group.values[table.channel_group.codes[row]]}, bucket_index {bucket}, "
        f"arrival_seq {table.arrival_seq[row]}"
    )


def bucket_text(table: Table, row: int) -> str:
    """What findings name a bucket row by."""
    zone = table.zone_representation.values[table.zone_representation.codes[row]]
    channel = table.channel_group.values[table.channel_group.codes[row]]
    return (
        f"{table.scenario_id.values[0]}: merchant {table.merchant_id[row]}, zone {zone}, {channel}, "
        f"bucket {table.bucket_index[row]}"
    )


def moved(table: Table, row: int, by: np.timedelta64) -> Table:
    """An arrival at another instant, its local times moved with it."""
    names = ["ts_utc", "ts_local_primary"]
    names += ["ts_local_operational", "ts_local_settlement"] if table.is_virtual[row] else []
    for name in names:
        held = table.arrow.column(name)[row].as_py()
        table = with_values(table, name, {row: held + by.astype(object)})
    return table


@table_fault(EVENTS, "V-10", "TIME_WINDOW_VIOLATION")
def an_arrival_at_the_end_of_its_bucket(table: Table) -> tuple[Table, str]:
    row = int(np.flatnonzero(table.arrival_seq == bucket_sizes(table))[5])
    instant = table.ts_utc[row]
    end = instant.astype("datetime64[h]").astype("datetime64[us]") + HOUR_US
    return moved(table, row, end - instant), row_text(table, row)


@table_fault(EVENTS, "V-10", "TIME_WINDOW_VIOLATION", scenario=STRESS)
def an_arrival_a_microsecond_before_its_bucket(table: Table) -> tuple[Table, str]:
    row = int(np.flatnonzero(table.arrival_seq == 1)[-3])
    instant = table.ts_utc[row]
    start = instant.astype("datetime64[h]").astype("datetime64[us]")
    return moved(table, row, start - instant - np.timedelta64(1, "us")), row_text(table, row)


@table_fault(EVENTS, "V-09", "COUNT_MISMATCH_S3_S4", "RNG_ACCOUNTING_MISMATCH")
def the_last_arrival_of_a_bucket_missing(table: Table) -> tuple[Table, str]:
    row = int(np.flatnonzero((table.arrival_seq == bucket_sizes(table)) & (table.arrival_seq > 1))[3])
    return table.take(np.arange(table.num_rows) != row), bucket_text(table, row)


@table_fault(EVENTS, "V-17", "S4_PK_VIOLATION")
def an_arrival_twice(table: Table) -> tuple[Table, str]:
    return table.take(np.sort(np.append(np.arange(table.num_rows), 777))), "row 778"


@table_fault(EVENTS, "V-17", "S4_PK_VIOLATION", "COUNT_MISMATCH_S3_S4", "RNG_ACCOUNTING_MISMATCH")
def an_arrival_once_more_as_the_next(table: Table) -> tuple[Table, str]:
    row = int(np.flatnonzero(table.arrival_seq == bucket_sizes(table))[7])
    more = table.take(np.sort(np.append(np.arange(table.num_rows), row)))
    return with_values(more, "arrival_seq", {row + 1: int(table.arrival_seq[row]) + 1}), f"row {row + 1}:"


@table_fault(EVENTS, "V-17", "S4_PK_VIOLATION")
def two_arrivals_in_each_other_s_place(table: Table) -> tuple[Table, str]:
    row = int(np.flatnonzero(table.arrival_seq == 2)[4])
    order = np.arange(table.num_rows)
    order[[row - 1, row]] = order[[row, row - 1]]
    return table.take(order), f"row {row}"


@table_fault(EVENTS, "V-17", "S4_PK_VIOLATION")
def two_arrivals_that_change_their_numbers(table: Table) -> tuple[Table, str]:
    """The key ascends; the instants do not."""
    row = int(np.flatnonzero(table.arrival_seq == 2)[4])
    order = np.arange(table.num_rows)
    order[[row - 1, row]] = order[[row, row - 1]]
    swapped = table.take(order)
    return with_values(swapped, "arrival_seq", {row - 1: 1, row: 2}), f"row {row}:"


@table_fault(EVENTS, "V-17", "S4_PK_VIOLATION")
def a_draw_that_the_bucket_does_not_have(table: Table) -> tuple[Table, str]:
    row = int(np.flatnonzero(bucket_sizes(table) == 1)[0])
    return with_values(table, "draw_index", {row: 1}), row_text(table, row)


@table_fault(EVENTS, "V-12", "PHYSICAL_ROUTING_INVALID")
def a_site_of_another_merchant(table: Table) -> tuple[Table, str]:
    rows = physical(table)
    row = int(rows[10])
    other = int(rows[table.merchant_id[rows] != table.merchant_id[row]][0])
    return with_values(table, "site_id", {row: int(table.site_id.data[other])}), row_text(table, row)


@table_fault(EVENTS, "V-12", "PHYSICAL_ROUTING_INVALID")
def a_zone_group_of_another_zone(table: Table) -> tuple[Table, str]:
    """Group and primary zone agree, and the local time is that of the zone; the series is of another one."""
    groups = table.tz_group_id
    rows = physical(table)
    row = int(rows[0])
    other = int(rows[groups.codes[rows] != groups.codes[row]][0])
    offset = table.arrow.column("ts_local_primary")[other].as_py() - table.ts_utc[other].astype(object)
    zone = groups.values[groups.codes[other]]
    changed = with_values(with_values(table, "tz_group_id", {row: zone}), "tzid_primary", {row: zone})
    local = table.ts_utc[row].astype(object) + offset
    return with_values(changed, "ts_local_primary", {row: local}), row_text(table, row)


@table_fault(EVENTS, "V-13", "VIRTUAL_ROUTING_INVALID", scenario=STRESS)
def an_edge_of_another_merchant(table: Table) -> tuple[Table, str]:
    rows = virtual(table)
    row = int(rows[-1])
    other = int(rows[table.merchant_id[rows] != table.merchant_id[row]][0])
    return with_values(table, "edge_id", {row: int(table.edge_id.data[other])}), row_text(table, row)


@table_fault(EVENTS, "V-13", "VIRTUAL_ROUTING_INVALID")
def an_edge_with_the_clock_of_another(table: Table) -> tuple[Table, str]:
    """An edge of the same merchant, whose zone is not that of the row."""
    zones = table.tzid_operational
    for row in virtual(table).tolist():
        same = (table.merchant_id == table.merchant_id[row]) & table.is_virtual
        others = np.flatnonzero(same & (zones.codes != zones.codes[row]))
        if others.size:
            return with_values(table, "edge_id", {row: int(table.edge_id.data[others[0]])}), row_text(
                table, row
            )
    raise AssertionError("no merchant has edges in two zones")


@table_fault(EVENTS, "V-13", "VIRTUAL_ROUTING_INVALID")
def another_universe(table: Table) -> tuple[Table, str]:
    row = int(virtual(table)[3])
    return with_values(table, "routing_universe_hash", {row: "0" * 64}), row_text(table, row)


@table_fault(EVENTS, "V-13", "VIRTUAL_ROUTING_INVALID")
def a_physical_arrival_with_a_universe(table: Table) -> tuple[Table, str]:
    row, of = int(physical(table)[3]), table.routing_universe_hash.values[0]
    return with_values(table, "routing_universe_hash", {row: of}), row_text(table, row)


def an_hour_off(name: str, rows: Callable[[Table], Any]) -> Callable[[Table], tuple[Table, str]]:
    """A local time that is off by an hour."""

    def change(table: Table) -> tuple[Table, str]:
        row = int(rows(table)[20])
        held = table.arrow.column(name)[row].as_py()
        return with_values(table, name, {row: held + HOUR_US.astype(object)}), row_text(table, row)

    change.__name__ = f"{name}_an_hour_off"
    return change


for _name, _rows in (
    ("ts_local_primary", physical),
    ("ts_local_operational", virtual),
    ("ts_local_settlement", virtual),
):
    table_fault(EVENTS, "V-11", "CIVIL_TIME_MAPPING_FAILED")(an_hour_off(_name, _rows))


@table_fault(EVENTS, "V-11", "CIVIL_TIME_MAPPING_FAILED", "PHYSICAL_ROUTING_INVALID")
def a_zone_that_no_timetable_has(table: Table) -> tuple[Table, str]:
    row = int(physical(table)[9])
    return with_values(table, "tzid_primary", {row: "Atlantis/Capital"}), row_text(table, row)


@table_fault(EVENTS, "V-14", "SITE_EDGE_FLAG_INCONSISTENT")
def a_site_that_is_null(table: Table) -> tuple[Table, str]:
    row = int(physical(table)[2])
    return with_values(table, "site_id", {row: None}), row_text(table, row)


@table_fault(EVENTS, "V-14", "SITE_EDGE_FLAG_INCONSISTENT")
def a_virtual_arrival_without_settlement(table: Table) -> tuple[Table, str]:
    row = int(virtual(table)[2])
    return with_values(table, "ts_local_settlement", {row: None}), row_text(table, row)


@table_fault(
    EVENTS,
    "V-14",
    "SITE_EDGE_FLAG_INCONSISTENT",
    "RNG_ACCOUNTING_MISMATCH",
    "COUNT_MISMATCH_S3_S4",
    "VIRTUAL_ROUTING_INVALID",
)
def a_physical_arrival_that_says_virtual(table: Table) -> tuple[Table, str]:
    row = int(physical(table)[2])
    return with_values(table, "is_virtual", {row: True}), row_text(table, row)


@table_fault(EVENTS, "V-15", "S4_SCHEMA_VIOLATION")
def an_edge_of_number_zero(table: Table) -> tuple[Table, str]:
    row = int(virtual(table)[2])
    return with_values(table, "edge_id", {row: 0}), f"row {row}"


def constant(name: str, value: Any) -> Callable[[Table], tuple[Table, str]]:
    """Another value of a column that tells whose rows they are."""

    def change(table: Table) -> tuple[Table, str]:
        return with_values(table, name, value), name

    change.__name__ = f"arrivals_of_another_{name}"
    return change


for _name, _value in (
    ("scenario_id", STRESS),
    ("seed", 43),
    ("parameter_hash", "0" * 64),
    ("manifest_fingerprint", "0" * 64),
):
    table_fault(EVENTS, "V-16", "S4_PARTITION_OR_IDENTITY_VIOLATION")(constant(_name, _value))


@table_fault(SUMMARY, "V-09", "COUNT_MISMATCH_S3_S4")
def a_summary_of_another_kind(table: Table) -> tuple[Table, str]:
    row = int(np.flatnonzero(table.count_physical)[4])
    moved_on = {row: int(table.count_physical[row]) - 1}
    changed = with_values(table, "count_physical", moved_on)
    return with_values(changed, "count_virtual", {row: int(table.count_virtual[row]) + 1}), bucket_text(
        table, row
    )


@table_fault(SUMMARY, "V-09", "COUNT_MISMATCH_S3_S4", scenario=STRESS)
def a_summary_that_lacks_a_bucket(table: Table) -> tuple[Table, str]:
    return table.take(np.arange(table.num_rows) != 11), bucket_text(table, 11)


# -- S1 to S3 ----------------------------------------------------------------------------------------------------


@table_fault(COUNTS, "V-08", "S1_S3_GRID_DOMAIN_MISMATCH", "COUNT_MISMATCH_S3_S4", "RNG_ACCOUNTING_MISMATCH")
def an_arrival_where_the_intensity_is_zero(table: Table) -> tuple[Table, str]:
    row = int(np.flatnonzero(table.count_N == 0)[3])
    changed = with_values(table, "lambda_realised", {row: 0.0})
    return with_values(changed, "count_N", {row: 1}), bucket_text(table, row)


@table_fault(COUNTS, "V-08", "S1_S3_GRID_DOMAIN_MISMATCH", scenario=STRESS)
def an_intensity_of_the_counts_in_its_last_bit(table: Table) -> tuple[Table, str]:
    row = int(np.flatnonzero(table.lambda_realised > 1.0)[9])
    other = float(np.nextafter(table.lambda_realised[row], np.inf))
    return with_values(table, "lambda_realised", {row: other}), bucket_text(table, row)


@table_fault(COUNTS, "V-08", "S1_S3_GRID_DOMAIN_MISMATCH")
def the_last_row_of_the_counts_missing(table: Table) -> tuple[Table, str]:
    return table.take(np.arange(table.num_rows - 1)), COUNTS


@table_fault(INTENSITIES, "V-07", "S1_S3_GRID_DOMAIN_MISMATCH")
def a_factor_beyond_its_clip(table: Table) -> tuple[Table, str]:
    return with_values(table, "lambda_random_component", {5: 5.5}), bucket_text(table, 5)


@table_fault(INTENSITIES, "V-07", "S1_S3_GRID_DOMAIN_MISMATCH")
def a_factor_that_is_no_number(table: Table) -> tuple[Table, str]:
    return with_values(table, "lambda_random_component", {7: float("nan")}), "row 7"


@table_fault(INTENSITIES, "V-07", "S1_S3_GRID_DOMAIN_MISMATCH", scenario=STRESS)
def an_intensity_that_is_not_the_product(table: Table) -> tuple[Table, str]:
    row = int(np.flatnonzero(table.lambda_realised > 1.0)[9])
    other = float(np.nextafter(table.lambda_realised[row], 0.0))
    return with_values(table, "lambda_realised", {row: other}), bucket_text(table, row)


@table_fault(INTENSITIES, "V-07", "S1_S3_GRID_DOMAIN_MISMATCH")
def a_row_of_the_intensities_missing(table: Table) -> tuple[Table, str]:
    return table.take(np.arange(table.num_rows) != 100), INTENSITIES


@table_fault(GRID, "V-06", "S1_S3_GRID_DOMAIN_MISMATCH", "TIME_WINDOW_VIOLATION")
def a_bucket_of_the_grid_an_hour_later(table: Table) -> tuple[Table, str]:
    row, hour = 40, HOUR_US.astype(object)
    for name in ("bucket_start_utc", "bucket_end_utc"):
        table = with_values(table, name, {row: table.arrow.column(name)[row].as_py() + hour})
    return table, "40"


# -- evidence ----------------------------------------------------------------------------------------------------


def in_events(dataset: str, change: Callable[[Table], Table]) -> Plant:
    """A fault of the first part of a log of events."""

    def plant(folder: RunFolder) -> str:
        change_table(folder, dataset, change)
        return "part 0 row 3: rng_counter_before_lo"

    return plant


def counter(dataset: str) -> None:
    """An event with another counter."""

    def change(table: Table) -> Table:
        return with_values(table, "rng_counter_before_lo", {3: int(table.rng_counter_before_lo[3]) ^ 1})

    plant = in_events(dataset, change)
    label = dataset.removeprefix("rng_event_")
    FAULTS.append(Fault(f"a counter of {label}", "V-18", "RNG_ACCOUNTING_MISMATCH", plant))


for _label in (
    "arrival_lgcp_gaussian",
    "arrival_bucket_count",
    "arrival_time_jitter",
    "arrival_site_pick",
    "arrival_edge_pick",
):
    counter(f"rng_event_{_label}")


@planted("V-18", "RNG_ACCOUNTING_MISMATCH")
def an_event_missing(folder: RunFolder) -> str:
    def change(table: Table) -> Table:
        return table.take(np.arange(table.num_rows) != 9)

    change_table(folder, "rng_event_arrival_site_pick", change)
    return "events of arrival_site_pick: events"


@planted("V-18", "RNG_ACCOUNTING_MISMATCH")
def a_trace_that_adds_up_to_less(folder: RunFolder) -> str:
    dataset = "rng_trace_log_5B_S4"
    path = next(folder.folder(BY_ID[dataset], partitions(folder, dataset)[0]).glob("*.jsonl"))
    rows = path.read_bytes().splitlines(keepends=True)
    last = json.loads(rows[-1])
    value = last["draws_total"]
    last["draws_total"] = type(value)(int(value) - 1)
    rows[-1] = json.dumps(last, separators=(",", ":"), sort_keys=True).encode() + b"\n"
    path.write_bytes(b"".join(rows))
    reseal(folder, dataset, partitions(folder, dataset)[0])
    return "draws_total"


def first_record(folder: RunFolder, dataset: str, **changes: Any) -> None:
    """Change some fields of the first record of a log whose parts are JSON lines."""
    tokens = partitions(folder, dataset)[0]
    path = min(folder.folder(BY_ID[dataset], tokens).glob("*.jsonl"))
    first, *others = path.read_bytes().splitlines(keepends=True)
    row = json.loads(first) | changes
    path.write_bytes(
        json.dumps(row, separators=(",", ":"), sort_keys=True).encode() + b"\n" + b"".join(others)
    )
    reseal(folder, dataset, tokens)


@planted("V-18", "RNG_ACCOUNTING_MISMATCH", parted=True)
def a_commitment_of_fewer_draws(folder: RunFolder) -> str:
    first_record(folder, "rng_commitment_arrival_time_jitter", draws="5")
    return "commitments of arrival_time_jitter: draws"


@planted("V-20", "REPLAY_MISMATCH", parted=True)
def a_commitment_to_other_events(folder: RunFolder) -> str:
    first_record(folder, "rng_commitment_arrival_bucket_count", events_digest="0" * 64)
    return "rng_commitment_arrival_bucket_count part-00000.jsonl (block 0)"


@planted("V-19", "RNG_ACCOUNTING_INCOMPLETE", "RNG_ACCOUNTING_MISMATCH")
def no_events_of_a_family(folder: RunFolder) -> str:
    without_dataset(folder, "rng_event_arrival_edge_pick")
    return "events of arrival_edge_pick"


@planted("V-19", "RNG_ACCOUNTING_INCOMPLETE", "RNG_ACCOUNTING_MISMATCH", parted=True)
def no_commitments_of_a_family(folder: RunFolder) -> str:
    without_dataset(folder, "rng_commitment_arrival_site_pick")
    return "commitments of arrival_site_pick"


# -- domain and replay -------------------------------------------------------------------------------------------


def scenario_missing(dataset: str, *others: str) -> None:
    """A state that published one scenario alone."""

    def plant(folder: RunFolder) -> str:
        without_partition(folder, dataset, STRESS)
        return f"{dataset} scenario_id={STRESS}"

    FAULTS.append(Fault(f"{dataset} of one scenario", "V-04", "DOMAIN_DISCOVERY_FAILED", plant, others))


for _dataset in (GRID, "s1_grouping_5B"):
    scenario_missing(_dataset, "S1_S3_GRID_DOMAIN_MISMATCH")
for _dataset in (INTENSITIES, COUNTS, EVENTS, SUMMARY):
    scenario_missing(_dataset)


@planted("V-04", "DOMAIN_DISCOVERY_FAILED", parted=True)
def the_last_part_of_the_arrivals_missing(folder: RunFolder) -> str:
    tokens = tokens_of(folder, EVENTS, STRESS)
    max(folder.folder(BY_ID[EVENTS], tokens).iterdir()).unlink()
    reseal(folder, EVENTS, tokens)
    return f"{EVENTS} scenario_id={STRESS}"


@table_fault(EVENTS, "V-20", "REPLAY_MISMATCH")
def another_site_of_the_same_group(table: Table) -> tuple[Table, str]:
    """Every law of the row holds; it just was not drawn."""
    keys = list(zip(table.merchant_id.tolist(), table.tz_group_id.codes.tolist(), strict=True))
    rows = physical(table).tolist()
    for one, other in combinations(rows[:400], 2):
        if keys[one] == keys[other] and table.site_id.data[one] != table.site_id.data[other]:
            changed = with_values(table, "site_id", {one: int(table.site_id.data[other])})
            return changed, f"{EVENTS} scenario_id={BASELINE} part-00000.parquet (block 0)"
    raise AssertionError("no group has two sites")


@planted("V-20", "REPLAY_MISMATCH", parted=True)
def another_edge_of_the_same_zone(folder: RunFolder) -> str:
    dataset, tokens = EVENTS, tokens_of(folder, EVENTS, STRESS)
    for path in sorted(folder.folder(BY_ID[dataset], tokens).iterdir()):
        table = S4ArrivalEvents5B.read_file(path)
        keys = list(zip(table.merchant_id.tolist(), table.tzid_operational.codes.tolist(), strict=True))
        for one, other in combinations(virtual(table).tolist()[:400], 2):
            if keys[one] == keys[other] and table.edge_id.data[one] != table.edge_id.data[other]:
                with_values(table, "edge_id", {one: int(table.edge_id.data[other])}).write_file(path)
                reseal(folder, dataset, tokens)
                return f"{EVENTS} scenario_id={STRESS} {path.name}"
    raise AssertionError("no merchant has two edges in a zone")


# -- what no file can hold, since a seal would break first: inputs, policies and members in memory ------------------


@dataclass(frozen=True)
class Altered:
    """One fault of what 5B.S5 is handed."""

    label: str
    validator: str
    code: str
    plant: Callable[[Any, Any], tuple[Any, Any, str]]
    """(inputs, run) sound to (inputs, run) with the fault, and what a finding must name."""


ALTERED: list[Altered] = []


def altered(validator: str, code: str) -> Callable[[Any], Any]:
    """Register a fault in memory; its label is the name of the function that plants it."""

    def register(plant: Callable[[Any, Any], tuple[Any, Any, str]]) -> Any:
        ALTERED.append(Altered(plant.__name__.replace("_", " "), validator, code, plant))
        return plant

    return register


def document(held: Any, **changes: Any) -> Any:
    """A document with other values."""
    return type(held).of({**held.content(), **changes})


@altered("V-05", "S0_SEALED_INPUTS_INCONSISTENT")
def a_receipt_of_another_inventory(inputs: Any, run: Any) -> tuple[Any, Any, str]:
    receipt = document(inputs.s0_gate_receipt_5B, sealed_inputs_digest="0" * 64)
    return replace(inputs, s0_gate_receipt_5B=receipt), run, "s0_gate_receipt_5B /sealed_inputs_digest"


@altered("V-05", "S0_SEALED_INPUTS_INCONSISTENT")
def a_receipt_of_another_seed(inputs: Any, run: Any) -> tuple[Any, Any, str]:
    receipt = document(inputs.s0_gate_receipt_5B, seed=43)
    return replace(inputs, s0_gate_receipt_5B=receipt), run, "s0_gate_receipt_5B /seed"


@altered("V-05", "S0_SEALED_INPUTS_INCONSISTENT")
def an_inventory_without_a_policy(inputs: Any, run: Any) -> tuple[Any, Any, str]:
    held = inputs.sealed_inputs_5B
    rows = [row.content() for row in held.root if row.artifact_id != "validation_policy_5B"]
    return replace(inputs, sealed_inputs_5B=type(held).of(rows)), run, "sealed_inputs_5B validation_policy_5B"


@altered("V-05", "S0_SEALED_INPUTS_INCONSISTENT")
def a_sealed_file_of_another_digest(inputs: Any, run: Any) -> tuple[Any, Any, str]:
    name = "arrival_routing_policy_5B"
    sealed = {**run.sealed, name: replace(run.sealed[name], sha256_hex="0" * 64)}
    return inputs, replace(run, sealed=sealed), f"sealed_inputs_5B {name} sha256_hex"


@altered("V-19", "RNG_ACCOUNTING_INCOMPLETE")
def a_family_in_both_forms(inputs: Any, run: Any) -> tuple[Any, Any, str]:
    rows = []
    for number, events in enumerate(inputs.rng_event_arrival_edge_pick.parts()):
        draws = sum(int(events.draws.values[code]) for code in events.draws.codes.tolist())
        blocks = int(events.blocks.sum())
        rows.append(
            commitment(
                RngCommitmentArrivalEdgePick,
                run,
                "5B.S4",
                "arrival_edge_pick",
                number,
                events,
                draws=draws,
                blocks=blocks,
                rows=events.num_rows,
            )
        )
    changed = replace(inputs, rng_commitment_arrival_edge_pick=tuple(rows))
    return changed, run, "commitments of arrival_edge_pick"


def with_limit(inputs: Any, name: str, *, most: int = 20, **changes: Any) -> Any:
    """The inputs under another limit of a statistic, and another number of warnings that are borne."""
    policy = inputs.validation_policy_5B.content()
    intervals = {**policy["realism"], name: {**policy["realism"][name], **changes}}
    changed = document(inputs.validation_policy_5B, realism=intervals, max_warnings=most)
    return replace(inputs, validation_policy_5B=changed)


@altered("V-21", "REALISM_GATE_FAILED")
def counts_farther_from_their_law_than_may_be(inputs: Any, run: Any) -> tuple[Any, Any, str]:
    changed = with_limit(inputs, "nonzero_fraction", max_score=1e-9)
    return changed, run, f"nonzero_fraction of {BASELINE}"


@altered("V-21", "REALISM_GATE_FAILED")
def factors_farther_from_their_law_than_may_be(inputs: Any, run: Any) -> tuple[Any, Any, str]:
    changed = with_limit(inputs, "factor_mean", max_score=1e-9)
    return changed, run, f"factor_mean of {STRESS}"


@altered("V-22", "REALISM_TARGET_MISSED")
def a_greater_skew_than_should_be(inputs: Any, run: Any) -> tuple[Any, Any, str]:
    changed = with_limit(inputs, "intensity_p99_over_p50", lower=None, upper=2.0)
    return changed, run, f"intensity_p99_over_p50 of {STRESS}"


@altered("V-22", "REALISM_TARGET_MISSED")
def counts_farther_from_their_law_than_should_be(inputs: Any, run: Any) -> tuple[Any, Any, str]:
    changed = with_limit(inputs, "nonzero_fraction", max_score=1e-9, severity="warn")
    return changed, run, f"nonzero_fraction of {BASELINE}"


@altered("V-23", "REALISM_GATE_FAILED")
def more_warnings_than_are_borne(inputs: Any, run: Any) -> tuple[Any, Any, str]:
    changed = with_limit(inputs, "intensity_p99_over_p50", most=1, lower=None, upper=2.0)
    return changed, run, "validation_policy_5B /max_warnings"


@dataclass(frozen=True)
class Bundled:
    """One fault of what the law of 5B.S5 returns."""

    label: str
    validator: str
    code: str
    plant: Callable[[dict[str, Any]], str]
    """Changes the members, (role, bytes) by path, and gives what a finding must name."""


REPORT = "reports/validation_report.json"
POLICY = "evidence/policies/validation_policy_5B.yaml"


def _outside(members: dict[str, Any]) -> str:
    members["../outside"] = ("policy", b"")
    return "index.json ../outside"


def _foreign(members: dict[str, Any]) -> str:
    members["reports/\u00e9tat.json"] = ("policy", b"")
    return "index.json 'reports/\\xe9tat.json'"


def _without(members: dict[str, Any]) -> str:
    del members[POLICY]
    return POLICY


def _one_more(members: dict[str, Any]) -> str:
    members["evidence/more.json"] = ("policy", b"{}\n")
    return "evidence/more.json"


def _changed(members: dict[str, Any]) -> str:
    role, data = members[POLICY]
    members[POLICY] = (role, data + b" ")
    return f"{POLICY} sha256_hex"


def _of_another_role(members: dict[str, Any]) -> str:
    members[REPORT] = ("policy", members[REPORT][1])
    return f"{REPORT} role"


MISSING = "BUNDLE_MEMBER_MISSING_OR_HASH_MISMATCH"
BUNDLED = (
    Bundled("a path out of the bundle", "V-32", "BUNDLE_INDEX_INVALID", _outside),
    Bundled("a path that is not ASCII", "V-32", "BUNDLE_INDEX_INVALID", _foreign),
    Bundled("a member left out", "V-33", MISSING, _without),
    Bundled("a member that nobody asked for", "V-33", MISSING, _one_more),
    Bundled("a member that was changed", "V-33", MISSING, _changed),
    Bundled("a member of another role", "V-33", MISSING, _of_another_role),
)
