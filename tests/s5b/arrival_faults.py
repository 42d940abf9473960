"""One planted fault or more for every validator and code of 5B.S4 that its own class checks."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np

from codegen.runtime.columns import TextColumn
from codegen.runtime.tables import Table
from generated.models.layer1 import RngAuditRow, RngTraceRow
from generated.models.s3b import EdgeUniverseHash3B
from generated.models.s5b import ArrivalRngPolicy5B, ArrivalRoutingPolicy5B, ArrivalTimePlacementPolicy5B
from tests.s2b.small_plan import edited, unchecked
from tests.s5b.planted_faults import Fault, Planted
from tests.s5b.small_arrivals import (
    EDGES,
    ONLINE,
    PLACEMENT,
    ROUTING,
    SETTLES,
    SITES,
    ZONES,
    SmallArrivals,
    edge_inputs,
    settlement,
    timetable,
    timezones,
    weights,
)
from tests.s5b.small_segment import classification, policy_content
from tests.s5b.small_series import BASELINE, RNG, STRESS

FAULTS: list[Fault] = []
EVENTS, SUMMARY = "s4_arrival_events_5B", "s4_arrival_summary_5B"
HOUR = np.timedelta64(3_600, "s")
ONE = np.timedelta64(1, "us")
Columns = dict[str, Any]


def fault(validator: str, code: str) -> Callable[[Callable[..., Planted]], Callable[..., Planted]]:
    """Register a function as a planted fault of a validator and code."""

    def register(plant: Callable[..., Planted]) -> Callable[..., Planted]:
        FAULTS.append(Fault("5B.S4", validator, code, plant.__name__, plant))  # type: ignore[arg-type]
        return plant

    return register


def columns_of(table: Table) -> Columns:
    """The columns of a table as arrays that can be changed; null is None in text and masked elsewhere."""
    found: Columns = {}
    for spec in table.SPEC.columns:
        value = getattr(table, spec.name)
        found[spec.name] = value.decoded() if isinstance(value, TextColumn) else value.copy()
    return found


def table_of(like: Table, columns: Columns) -> Any:
    """A table of such columns."""
    values = {
        name: TextColumn.of(value) if value.dtype == object else value for name, value in columns.items()
    }
    return type(like).from_columns(**values)


def with_inputs(small: SmallArrivals, **changes: Any) -> Planted:
    return replace(small.inputs, **changes), small.outputs[0], small.run


def with_outputs(small: SmallArrivals, **changes: Any) -> Planted:
    return small.inputs, replace(small.outputs[0], **changes), small.run


def with_rows(small: SmallArrivals, change: Callable[[Columns], object], dataset: str = EVENTS) -> Planted:
    """The first block's table with something in its columns changed."""
    held = getattr(small.outputs[0], dataset)[BASELINE]
    columns = columns_of(held)
    change(columns)
    return with_outputs(small, **{dataset: {BASELINE: table_of(held, columns)}})


def with_table(small: SmallArrivals, change: Callable[[Any], Any], dataset: str = EVENTS) -> Planted:
    held = getattr(small.outputs[0], dataset)[BASELINE]
    return with_outputs(small, **{dataset: {BASELINE: change(held)}})


def first(
    columns: Columns, merchant: int, zone: str = "", *, virtual: bool | None = None, skip: int = 3
) -> int:
    """A row of a merchant, in a zone if one is named, and of a kind if one is asked for; not the first of its kind."""
    wanted = columns["merchant_id"] == np.uint64(merchant)
    if zone:
        wanted &= columns["zone_representation"] == zone
    if virtual is not None:
        wanted &= columns["is_virtual"] == virtual
    return int(np.flatnonzero(wanted)[skip])


def site(columns: Columns, merchant: int, zone: str) -> Any:
    """The site of some arrival of a merchant in a zone."""
    return columns["site_id"][first(columns, merchant, zone, virtual=False)]


# -- inputs --------------------------------------------------------------------------------------------------------

for _name in ("s1_time_grid_5B", "s1_grouping_5B", "s3_bucket_counts_5B"):

    @fault("V-04", "S1_OR_S3_OUTPUT_MISSING")
    def a_scenario_has_no_output_of_an_earlier_state(small: SmallArrivals, name: str = _name) -> Planted:
        return with_inputs(small, **{name: {STRESS: getattr(small.inputs, name)[STRESS]}})


@fault("V-05", "UPSTREAM_HASHGATE_NOT_PASSED")
def the_alias_blob_has_another_byte(small: SmallArrivals) -> Planted:
    blob = small.inputs.s2_alias_blob
    return with_inputs(small, s2_alias_blob=blob[:-1] + bytes([blob[-1] ^ 1]))


@fault("V-05", "UPSTREAM_HASHGATE_NOT_PASSED")
def the_alias_index_counts_another_merchant(small: SmallArrivals) -> Planted:
    index = small.inputs.s2_alias_index
    return with_inputs(small, s2_alias_index=type(index).of({**index.content(), "merchants_count": 2}))


def with_counts(small: SmallArrivals, change: Callable[[Any], Any]) -> Planted:
    """The baseline's counts changed."""
    partitions = dict(small.inputs.s3_bucket_counts_5B)
    table = change(partitions[BASELINE].read())
    partitions[BASELINE] = small.partition("other counts", table)
    return with_inputs(small, s3_bucket_counts_5B=partitions)


def changed(table: Table, **changes: Callable[[Any], Any]) -> Any:
    columns = columns_of(table)
    for name, change in changes.items():
        columns[name] = change(columns[name])
    return table_of(table, columns)


@fault("V-06", "TIME_GRID_MISMATCH")
def the_counts_lack_a_bucket(small: SmallArrivals) -> Planted:
    return with_counts(small, lambda table: table.take(np.arange(table.num_rows) != 200))


@fault("V-06", "TIME_GRID_MISMATCH")
def the_counts_have_other_buckets(small: SmallArrivals) -> Planted:
    def swapped(values: Any) -> Any:
        values[[3, 4]] = values[[4, 3]]
        return values

    return with_counts(small, lambda table: changed(table, bucket_index=swapped))


@fault("V-06", "TIME_GRID_MISMATCH")
def the_counts_have_buckets_of_another_length(small: SmallArrivals) -> Planted:
    return with_counts(
        small, lambda table: changed(table, bucket_duration_seconds=lambda held: np.full_like(held, 1800))
    )


@fault("V-07", "DOMAIN_ALIGN_FAILED")
def the_counts_name_another_merchant(small: SmallArrivals) -> Planted:
    def other(values: Any) -> Any:
        values[700] = 8
        return values

    return with_counts(small, lambda table: changed(table, merchant_id=other))


@fault("V-07", "DOMAIN_ALIGN_FAILED")
def a_zone_has_two_channel_groups(small: SmallArrivals) -> Planted:
    groupings = dict(small.inputs.s1_grouping_5B)
    table = groupings[BASELINE].read()
    rows = np.sort(np.append(np.arange(table.num_rows), 0))
    doubled = columns_of(table.take(rows))
    doubled["channel_group"][1] = "mixed"
    groupings[BASELINE] = small.partition("doubled", table_of(table, doubled))
    return with_inputs(small, s1_grouping_5B=groupings)


for _policy, _model, _pointer in (
    (ROUTING, ArrivalRoutingPolicy5B, "physical_router/group_selection"),
    (ROUTING, ArrivalRoutingPolicy5B, "hybrid_coin"),
    (PLACEMENT, ArrivalTimePlacementPolicy5B, "placement_law"),
    (PLACEMENT, ArrivalTimePlacementPolicy5B, "bucket_interval"),
):

    @fault("V-08", "ROUTING_POLICY_INVALID")
    def a_policy_names_an_unknown_law(
        small: SmallArrivals, name: str = _policy, model: Any = _model, pointer: str = _pointer
    ) -> Planted:
        content = edited(getattr(small.inputs, name).content(), pointer, "another_law_v9")
        return with_inputs(small, **{name: unchecked(model, content)})


@fault("V-08", "ROUTING_POLICY_INVALID")
def a_merchant_has_no_mode(small: SmallArrivals) -> Planted:
    table = classification({7: "NON_VIRTUAL", 9: "HYBRID"})
    return with_inputs(small, virtual_classification_3B=small.partition("no modes", table))


@fault("V-08", "ROUTING_POLICY_INVALID")
def merchants_sell_online_without_a_clock_policy(small: SmallArrivals) -> Planted:
    return with_inputs(small, virtual_routing_policy_3B=None)


@fault("V-10", "DST_MAPPING_FAILED")
def the_timetable_lacks_the_zone_of_a_site(small: SmallArrivals) -> Planted:
    table = timetable(tuple(zone for zone in ZONES if zone != "Africa/Lagos"))
    return with_inputs(small, tz_timetable_cache=small.partition("no Lagos", table))


@fault("V-10", "DST_MAPPING_FAILED")
def the_timetable_lacks_the_zone_of_an_edge(small: SmallArrivals) -> Planted:
    table = timetable(tuple(zone for zone in ZONES if zone != "Asia/Kolkata"))
    return with_inputs(small, tz_timetable_cache=small.partition("no Kolkata", table))


@fault("V-11", "SITE_RESOLUTION_FAILED")
def a_merchant_has_no_site_in_its_zone(small: SmallArrivals) -> Planted:
    sites = [one for one in SITES if one[:2] != (7, "BB")]
    return with_inputs(
        small,
        s1_site_weights=small.partition("fewer sites", weights(sites)),
        site_timezones=small.partition("fewer zones", timezones(sites)),
    )


@fault("V-12", "EDGE_RESOLUTION_FAILED")
def a_merchant_has_no_edges(small: SmallArrivals) -> Planted:
    edges = [edge for edge in EDGES if edge[0] != ONLINE]
    return with_inputs(
        small, **edge_inputs(lambda name, table: small.partition(f"fewer {name}", table), edges)
    )


@fault("V-12", "EDGE_RESOLUTION_FAILED")
def a_merchant_settles_nowhere(small: SmallArrivals) -> Planted:
    others = {merchant: zone for merchant, zone in SETTLES.items() if merchant != ONLINE}
    return with_inputs(small, virtual_settlement_3B=small.partition("fewer settle", settlement(others)))


@fault("V-13", "ROUTING_UNIVERSE_HASH_MISMATCH")
def the_universe_has_another_hash(small: SmallArrivals) -> Planted:
    content = {**small.inputs.edge_universe_hash_3B.content(), "universe_hash": "f" * 64}
    return with_inputs(small, edge_universe_hash_3B=EdgeUniverseHash3B.of(content))


@fault("V-13", "ROUTING_UNIVERSE_HASH_MISMATCH")
def the_edges_have_no_index(small: SmallArrivals) -> Planted:
    return with_inputs(small, edge_alias_index_3B=None)


@fault("V-17", "RNG_STREAM_CONFIG_INVALID")
def a_family_is_described_otherwise(small: SmallArrivals) -> Planted:
    content = policy_content(RNG)
    place = next(n for n, one in enumerate(content["families"]) if one["module"] == "5B.S4")
    content["families"][place] |= {"draws": "2N"}
    return with_inputs(small, **{RNG: ArrivalRngPolicy5B.of(content)})


# -- arrivals ------------------------------------------------------------------------------------------------------


@fault("V-08", "ROUTING_POLICY_INVALID")
def an_arrival_of_a_merchant_with_sites_alone_is_virtual(small: SmallArrivals) -> Planted:
    return with_rows(small, lambda held: held["is_virtual"].__setitem__(first(held, 7), True))


@fault("V-08", "ROUTING_POLICY_INVALID")
def an_arrival_of_a_merchant_without_sites_is_physical(small: SmallArrivals) -> Planted:
    return with_rows(small, lambda held: held["is_virtual"].__setitem__(first(held, ONLINE), False))


@fault("V-08", "ROUTING_POLICY_INVALID")
def a_hybrid_arrival_in_a_zone_without_sites_is_physical(small: SmallArrivals) -> Planted:
    def change(held: Columns) -> None:
        held["is_virtual"][first(held, 9, "America/Toronto")] = False

    return with_rows(small, change)


@fault("V-08", "ROUTING_POLICY_INVALID")
def a_hybrid_arrival_is_what_its_coin_denies(small: SmallArrivals) -> Planted:
    """One virtual arrival told as physical in every column, so that only its draw can tell."""

    def change(held: Columns) -> None:
        row = first(held, 9, "Asia/Tokyo", virtual=True, skip=0)
        held["is_virtual"][row] = False
        held["site_id"][row] = site(held, 9, "Asia/Tokyo")
        held["tz_group_id"][row] = held["tzid_primary"][row] = "Asia/Tokyo"
        held["ts_local_primary"][row] = held["ts_utc"][row] + 9 * HOUR
        for name in ("edge_id", "ts_local_operational", "ts_local_settlement"):
            held[name][row] = np.ma.masked
        for name in ("tzid_operational", "tzid_settlement", "routing_universe_hash"):
            held[name][row] = None

    return with_rows(small, change)


def shifted(row: int, by: Any) -> Callable[[Columns], None]:
    def change(held: Columns) -> None:
        held["ts_utc"][row] += by
        for name in ("ts_local_primary", "ts_local_operational", "ts_local_settlement"):
            held[name][row] += by

    return change


@fault("V-09", "TS_OUTSIDE_BUCKET_WINDOW")
def an_arrival_comes_at_the_end_of_its_bucket(small: SmallArrivals) -> Planted:
    def change(held: Columns) -> None:
        row = int(np.flatnonzero(held["bucket_index"][:-1] != held["bucket_index"][1:])[2])
        start = held["ts_utc"][row].astype("datetime64[h]").astype("datetime64[us]")
        shifted(row, start + HOUR - held["ts_utc"][row])(held)

    return with_rows(small, change)


@fault("V-09", "TS_OUTSIDE_BUCKET_WINDOW")
def an_arrival_comes_a_microsecond_before_its_bucket(small: SmallArrivals) -> Planted:
    def change(held: Columns) -> None:
        row = int(np.flatnonzero(held["bucket_index"][:-1] != held["bucket_index"][1:])[2]) + 1
        start = held["ts_utc"][row].astype("datetime64[h]").astype("datetime64[us]")
        shifted(row, start - ONE - held["ts_utc"][row])(held)

    return with_rows(small, change)


for _time, _of in (
    ("ts_local_primary", 7),
    ("ts_local_primary", ONLINE),
    ("ts_local_operational", ONLINE),
    ("ts_local_settlement", ONLINE),
):

    @fault("V-10", "DST_MAPPING_FAILED")
    def a_local_time_is_off_by_an_hour(small: SmallArrivals, time: str = _time, of: int = _of) -> Planted:
        def change(held: Columns) -> None:
            held[time][first(held, of)] += HOUR

        return with_rows(small, change)


for _zone in ("tzid_primary", "tzid_operational", "tzid_settlement"):

    @fault("V-10", "DST_MAPPING_FAILED")
    def a_zone_is_not_in_the_timetable(small: SmallArrivals, name: str = _zone) -> Planted:
        return with_rows(small, lambda held: held[name].__setitem__(first(held, ONLINE), "Mars/Olympus"))


@fault("V-11", "SITE_RESOLUTION_FAILED")
def an_arrival_has_a_site_of_another_merchant(small: SmallArrivals) -> Planted:
    def change(held: Columns) -> None:
        held["site_id"][first(held, 7, "Europe/Zurich")] = site(held, 2**64 - 2, "Europe/Zurich")

    return with_rows(small, change)


@fault("V-11", "SITE_RESOLUTION_FAILED")
def an_arrival_has_a_site_in_another_zone(small: SmallArrivals) -> Planted:
    def change(held: Columns) -> None:
        zones = {row: held["tz_group_id"][row] for row in range(len(held["site_id"]))}
        row = next(row for row in zones if held["merchant_id"][row] == 7 and zones[row] == "Europe/Zurich")
        other = next(row for row in zones if held["merchant_id"][row] == 7 and zones[row] == "Africa/Lagos")
        held["site_id"][row] = held["site_id"][other]

    return with_rows(small, change)


@fault("V-11", "SITE_RESOLUTION_FAILED")
def an_arrival_has_an_unknown_site(small: SmallArrivals) -> Planted:
    return with_rows(small, lambda held: held["site_id"].__setitem__(first(held, 7), np.uint64(5)))


@fault("V-11", "SITE_RESOLUTION_FAILED")
def an_arrival_has_the_group_of_no_site(small: SmallArrivals) -> Planted:
    def change(held: Columns) -> None:
        row = first(held, 7)
        held["tz_group_id"][row] = held["tzid_primary"][row] = "Asia/Tokyo"
        held["ts_local_primary"][row] = held["ts_utc"][row] + 9 * HOUR

    return with_rows(small, change)


@fault("V-11", "SITE_RESOLUTION_FAILED")
def the_primary_zone_is_not_that_of_the_site(small: SmallArrivals) -> Planted:
    def change(held: Columns) -> None:
        row = first(held, 7)
        held["tzid_primary"][row] = "Asia/Tokyo"
        held["ts_local_primary"][row] = held["ts_utc"][row] + 9 * HOUR

    return with_rows(small, change)


@fault("V-12", "EDGE_RESOLUTION_FAILED")
def an_arrival_has_an_edge_of_another_merchant(small: SmallArrivals) -> Planted:
    return with_rows(small, lambda held: held["edge_id"].__setitem__(first(held, ONLINE), np.uint64(901)))


@fault("V-12", "EDGE_RESOLUTION_FAILED")
def an_edge_has_the_clock_of_another(small: SmallArrivals) -> Planted:
    def change(held: Columns) -> None:
        row = next(n for n, edge in enumerate(held["edge_id"].tolist()) if edge == 801)
        held["tzid_operational"][row] = "Asia/Tokyo"
        held["ts_local_operational"][row] = held["ts_utc"][row] + 9 * HOUR

    return with_rows(small, change)


@fault("V-12", "EDGE_RESOLUTION_FAILED")
def an_arrival_settles_elsewhere(small: SmallArrivals) -> Planted:
    def change(held: Columns) -> None:
        row = first(held, ONLINE)
        held["tzid_settlement"][row] = "Asia/Tokyo"
        held["ts_local_settlement"][row] = held["ts_utc"][row] + 9 * HOUR

    return with_rows(small, change)


@fault("V-12", "EDGE_RESOLUTION_FAILED")
def the_primary_clock_is_neither_edge_nor_settlement(small: SmallArrivals) -> Planted:
    def change(held: Columns) -> None:
        row = first(held, ONLINE)
        held["tzid_primary"][row] = "Asia/Tokyo"
        held["ts_local_primary"][row] = held["ts_utc"][row] + 9 * HOUR

    return with_rows(small, change)


@fault("V-13", "ROUTING_UNIVERSE_HASH_MISMATCH")
def a_virtual_arrival_names_another_universe(small: SmallArrivals) -> Planted:
    return with_rows(
        small, lambda held: held["routing_universe_hash"].__setitem__(first(held, ONLINE), "e" * 64)
    )


@fault("V-13", "ROUTING_UNIVERSE_HASH_MISMATCH")
def a_virtual_arrival_names_no_universe(small: SmallArrivals) -> Planted:
    return with_rows(small, lambda held: held["routing_universe_hash"].__setitem__(first(held, ONLINE), None))


@fault("V-13", "ROUTING_UNIVERSE_HASH_MISMATCH")
def a_physical_arrival_names_the_universe(small: SmallArrivals) -> Planted:
    def change(held: Columns) -> None:
        held["routing_universe_hash"][first(held, 7)] = held["routing_universe_hash"][first(held, ONLINE)]

    return with_rows(small, change)


@fault("V-14", "BUCKET_COUNT_MISMATCH")
def an_arrival_is_missing(small: SmallArrivals) -> Planted:
    return with_table(small, lambda table: table.take(np.arange(table.num_rows) != 100))


@fault("V-14", "BUCKET_COUNT_MISMATCH")
def an_arrival_stands_twice(small: SmallArrivals) -> Planted:
    return with_table(small, lambda table: table.take(np.sort(np.append(np.arange(table.num_rows), 100))))


@fault("V-14", "BUCKET_COUNT_MISMATCH")
def no_arrivals_at_all(small: SmallArrivals) -> Planted:
    return with_table(small, lambda table: table.rows(0, 0))


@fault("V-14", "BUCKET_COUNT_MISMATCH")
def an_arrival_of_an_unknown_zone(small: SmallArrivals) -> Planted:
    return with_rows(small, lambda held: held["zone_representation"].__setitem__(100, "Europe/Paris"))


@fault("V-14", "BUCKET_COUNT_MISMATCH")
def an_arrival_of_a_bucket_that_the_grid_lacks(small: SmallArrivals) -> Planted:
    return with_rows(small, lambda held: held["bucket_index"].__setitem__(100, 5_000))


@fault("V-14", "BUCKET_COUNT_MISMATCH")
def all_arrivals_are_of_merchants_that_nobody_knows(small: SmallArrivals) -> Planted:
    return with_rows(small, lambda held: held["merchant_id"].__setitem__(slice(None), np.uint64(1)))


for _column in ("count_N", "count_physical", "count_virtual"):

    @fault("V-14", "BUCKET_COUNT_MISMATCH")
    def the_summary_counts_one_more(small: SmallArrivals, name: str = _column) -> Planted:
        return with_rows(small, lambda held: held[name].__setitem__(9, held[name][9] + 1), SUMMARY)


@fault("V-14", "BUCKET_COUNT_MISMATCH")
def the_summary_lacks_a_row(small: SmallArrivals) -> Planted:
    return with_table(small, lambda table: table.take(np.arange(table.num_rows) != 9), SUMMARY)


@fault("V-14", "BUCKET_COUNT_MISMATCH")
def the_summary_has_a_row_without_arrivals(small: SmallArrivals) -> Planted:
    def change(held: Columns) -> None:
        used = set(held["bucket_index"][held["merchant_id"] == np.uint64(7)].tolist())
        held["bucket_index"][9] = next(bucket for bucket in range(168) if bucket not in used)

    return with_rows(small, change, SUMMARY)


@fault("V-14", "BUCKET_COUNT_MISMATCH")
def the_summary_is_of_another_scenario(small: SmallArrivals) -> Planted:
    return with_outputs(small, **{SUMMARY: {STRESS: getattr(small.outputs[0], SUMMARY)[BASELINE]}})


for _nulled, _of in (
    ("site_id", 7),
    ("edge_id", ONLINE),
    ("ts_local_operational", ONLINE),
    ("ts_local_settlement", ONLINE),
):

    @fault("V-15", "SCHEMA_VIOLATION")
    def a_value_is_null(small: SmallArrivals, name: str = _nulled, of: int = _of) -> Planted:
        return with_rows(small, lambda held: held[name].__setitem__(first(held, of), np.ma.masked))


for _nulled, _of in (("tz_group_id", 7), ("tzid_operational", ONLINE), ("tzid_settlement", ONLINE)):

    @fault("V-15", "SCHEMA_VIOLATION")
    def a_zone_is_null(small: SmallArrivals, name: str = _nulled, of: int = _of) -> Planted:
        return with_rows(small, lambda held: held[name].__setitem__(first(held, of), None))


for _filled, _of, _value in (
    ("site_id", ONLINE, np.uint64(1)),
    ("edge_id", 7, np.uint64(901)),
    ("tz_group_id", ONLINE, "Europe/Paris"),
    ("tzid_operational", 7, "Europe/Paris"),
    ("tzid_settlement", 7, "Europe/Paris"),
    ("ts_local_operational", 7, np.datetime64("2024-02-27T00:00:00", "us")),
    ("ts_local_settlement", 7, np.datetime64("2024-02-27T00:00:00", "us")),
):

    @fault("V-15", "SCHEMA_VIOLATION")
    def a_value_stands_where_none_may(
        small: SmallArrivals, name: str = _filled, of: int = _of, value: Any = _value
    ) -> Planted:
        return with_rows(small, lambda held: held[name].__setitem__(first(held, of), value))


@fault("V-15", "SCHEMA_VIOLATION")
def a_physical_arrival_says_that_it_is_virtual(small: SmallArrivals) -> Planted:
    return with_rows(small, lambda held: held["is_virtual"].__setitem__(first(held, 7), True))


def crowded(held: Columns) -> int:
    """The first row of a bucket with at least three arrivals."""
    return int(np.flatnonzero(held["arrival_seq"] == 3)[0]) - 2


for _field, _set in (("arrival_seq", 2), ("draw_index", 60_000)):

    @fault("V-16", "PARTITION_OR_PK_VIOLATION")
    def a_number_in_its_bucket_is_wrong(
        small: SmallArrivals, name: str = _field, value: int = _set
    ) -> Planted:
        return with_rows(small, lambda held: held[name].__setitem__(crowded(held), value))


@fault("V-16", "PARTITION_OR_PK_VIOLATION")
def a_draw_stands_twice(small: SmallArrivals) -> Planted:
    def change(held: Columns) -> None:
        row = crowded(held)
        held["draw_index"][row] = held["draw_index"][row + 1]

    return with_rows(small, change)


@fault("V-16", "PARTITION_OR_PK_VIOLATION")
def two_arrivals_are_swapped(small: SmallArrivals) -> Planted:
    def change(held: Columns) -> None:
        row = crowded(held)
        for name in held:
            if name != "arrival_seq":
                held[name][[row, row + 1]] = held[name][[row + 1, row]]

    return with_rows(small, change)


# -- evidence ------------------------------------------------------------------------------------------------------

for _family in ("time_jitter", "site_pick", "edge_pick"):
    for _event, _plus in (("rng_counter_before_lo", 1), ("rng_counter_after_hi", 1), ("blocks", 1)):

        @fault("V-18", "RNG_ACCOUNTING_MISMATCH")
        def an_event_says_otherwise(
            small: SmallArrivals, family: str = _family, name: str = _event, plus: int = _plus
        ) -> Planted:
            held = getattr(small.outputs[0], f"rng_event_arrival_{family}")
            columns = columns_of(held)
            columns[name][5] += np.uint64(plus)
            return with_outputs(small, **{f"rng_event_arrival_{family}": table_of(held, columns)})

    @fault("V-18", "RNG_ACCOUNTING_MISMATCH")
    def an_event_draws_otherwise(small: SmallArrivals, family: str = _family) -> Planted:
        held = getattr(small.outputs[0], f"rng_event_arrival_{family}")
        columns = columns_of(held)
        columns["draws"][5] = "77777"
        return with_outputs(small, **{f"rng_event_arrival_{family}": table_of(held, columns)})

    @fault("V-18", "RNG_ACCOUNTING_MISMATCH")
    def an_event_is_missing(small: SmallArrivals, family: str = _family) -> Planted:
        held = getattr(small.outputs[0], f"rng_event_arrival_{family}")
        return with_outputs(small, **{f"rng_event_arrival_{family}": held.rows(1, held.num_rows)})

    @fault("V-18", "RNG_ACCOUNTING_MISMATCH")
    def a_family_has_no_events(small: SmallArrivals, family: str = _family) -> Planted:
        return with_outputs(small, **{f"rng_event_arrival_{family}": None})


for _place in range(3):
    for _total in ("events_total", "draws_total", "blocks_total"):

        @fault("V-18", "RNG_ACCOUNTING_MISMATCH")
        def a_total_is_one_more(small: SmallArrivals, place: int = _place, name: str = _total) -> Planted:
            rows = list(small.outputs[0].rng_trace_log_5B_S4)
            rows[place] = RngTraceRow.of({**rows[place].content(), name: rows[place].content()[name] + 1})
            return with_outputs(small, rng_trace_log_5B_S4=tuple(rows))


@fault("V-18", "RNG_ACCOUNTING_MISMATCH")
def a_total_is_missing(small: SmallArrivals) -> Planted:
    return with_outputs(small, rng_trace_log_5B_S4=small.outputs[0].rng_trace_log_5B_S4[:2])


@fault("V-18", "RNG_ACCOUNTING_MISMATCH")
def the_audit_row_is_missing(small: SmallArrivals) -> Planted:
    return with_outputs(small, rng_audit_log_5B_S4=())


@fault("V-18", "RNG_ACCOUNTING_MISMATCH")
def the_audit_row_names_another_generator(small: SmallArrivals) -> Planted:
    (row,) = small.outputs[0].rng_audit_log_5B_S4
    content = {**row.content(), "law_version": row.content()["law_version"] + 1}
    return with_outputs(small, rng_audit_log_5B_S4=(RngAuditRow.of(content),))
