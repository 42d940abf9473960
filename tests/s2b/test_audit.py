"""S7 finds each fault, planted one at a time in a sound routed run whose seals and records all hold, under its code."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from codegen.runtime.tables import part_name
from engine.core.inputs import shape_of
from engine.core.run import Run, RunFolder, RunNotes
from engine.core.runner import StateAborted, opened_inputs
from engine.execute import plan, session
from engine.s2b.s7_audit import OWN, audited
from engine.s2b.s8_validation_bundle import validation_bundle
from generated import states
from generated.datasets import BY_ID
from tests.s2b.routed_runs import (
    ARRIVALS,
    PART,
    change_blob,
    change_document,
    change_records,
    change_table,
    copied,
    partitions,
    reseal,
    without_dataset,
)
from tests.s2b.small_plan import changed_rows
from tests.support.runs import built

CODES = states.S2B_S7.CARD.errors
GROUP_EVENTS, SITE_EVENTS = "rng_event_alias_pick_group", "rng_event_alias_pick_site"
EDGE_EVENTS, EDGE_LOG, LOG = "rng_event_cdn_edge_pick", "s6_edge_log", "s5_selection_log"
TRACE, EDGE_TRACE = "rng_trace_log_2B_S5", "rng_trace_log_2B_S6"
AUDIT, EDGE_AUDIT = "rng_audit_log_2B_S5", "rng_audit_log_2B_S6"
S3, S4 = "s3_day_effects", "s4_group_weights"


def audit(folder: RunFolder) -> dict[str, Any]:
    """Run S7; its report."""
    session.run_states(folder, plan.planned("2B.S7", "2B.S7"), jobs=1)
    report: dict[str, Any] = json.loads(folder.path(BY_ID["s7_audit_report"]).read_bytes())
    return report


@dataclass(frozen=True)
class Fault:
    """One way to break a sound run."""

    codes: tuple[str, ...]
    """The first is the one that must be found; the others may come with it."""
    plant: Callable[[RunFolder], None]
    original: str = "routed_original"

    @property
    def label(self) -> str:
        return f"{self.codes[0]} {self.plant.__name__}"


FAULTS: list[Fault] = []


def fault(
    *codes: str, original: str = "routed_original"
) -> Callable[[Callable[[RunFolder], None]], Callable[[RunFolder], None]]:
    def register(plant: Callable[[RunFolder], None]) -> Callable[[RunFolder], None]:
        FAULTS.append(Fault(codes, plant, original))
        return plant

    return register


def put(row: int, value: Callable[[Any], Any]) -> Callable[[Any], Any]:
    """A function that changes one row of a column."""

    def change(values: Any) -> Any:
        changed = values.copy()
        changed[row] = value(values)
        return changed

    return change


def everywhere(value: Any) -> Callable[[Any], Any]:
    """A function that gives every row of a column one value."""
    return lambda values: np.full_like(values, value)


def table(dataset: str, **columns: Callable[[Any], Any]) -> Callable[[RunFolder], None]:
    """The plant that changes columns of a table's first part."""
    return lambda folder: change_table(folder, dataset, lambda rows: changed_rows(rows, **columns))


def rows(dataset: str, chosen: Callable[[int], Any]) -> Callable[[RunFolder], None]:
    """The plant that keeps, repeats or reorders rows of a table's first part."""
    return lambda folder: change_table(
        folder, dataset, lambda held: held.take(np.asarray(chosen(held.num_rows), np.int64))
    )


def without_row(row: int) -> Callable[[int], Any]:
    return lambda count: [n for n in range(count) if n != row]


def with_row_twice(row: int) -> Callable[[int], Any]:
    return lambda count: sorted([*range(count), row])


# -- alias index and blob --------------------------------------------------------------------------------------


@fault("200")
def a_wrong_count_of_merchants(folder: RunFolder) -> None:
    change_document(folder, "s2_alias_index", lambda v: v | {"merchants_count": v["merchants_count"] + 1})


@fault("200")
def another_time_of_creation(folder: RunFolder) -> None:
    change_document(folder, "s2_alias_index", lambda v: v | {"created_utc": "2024-01-01T00:00:00.000001Z"})


@fault("201")
def a_reserved_word_that_is_not_zero(folder: RunFolder) -> None:
    change_blob(folder, lambda blob, rows: blob.__setitem__(rows[0]["offset"] + 8, 1))


@fault("201", "206")
def an_alias_beyond_the_sites(folder: RunFolder) -> None:
    def change(blob: bytearray, rows: list[Any]) -> None:
        blob[rows[0]["offset"] + rows[0]["length"] - 1] = 0x7F

    change_blob(folder, change)


@fault("202", "206")
def a_flipped_alias_cell(folder: RunFolder) -> None:
    def change(blob: bytearray, rows: list[Any]) -> None:
        blob[rows[1]["offset"] + 18] ^= 0x40

    change_blob(folder, change, digests=False)


@fault("202")
def another_checksum_of_a_slice(folder: RunFolder) -> None:
    change_blob(folder, lambda blob, rows: rows[2].update(checksum="0" * 64), digests=False)


@fault("202")
def the_digest_of_another_policy(folder: RunFolder) -> None:
    change_document(folder, "s2_alias_index", lambda v: v | {"policy_digest": "0" * 64})


@fault("203", "201", "206", "202")
def two_swapped_offsets(folder: RunFolder) -> None:
    def change(blob: bytearray, rows: list[Any]) -> None:
        rows[0]["offset"], rows[1]["offset"] = rows[1]["offset"], rows[0]["offset"]

    change_blob(folder, change)


@fault("203", "201", "206")
def a_slice_beyond_the_blob(folder: RunFolder) -> None:
    def change(blob: bytearray, rows: list[Any]) -> None:
        rows[-1]["offset"] += 8

    change_blob(folder, change)


@fault("204")
def another_alignment(folder: RunFolder) -> None:
    change_document(folder, "s2_alias_index", lambda v: v | {"alignment_bytes": 32})


@fault("205")
def quantised_bits_in_the_header(folder: RunFolder) -> None:
    change_blob(folder, lambda blob, rows: blob.__setitem__(rows[0]["offset"] + 4, 24))


@fault("205")
def other_bits_of_one_merchant(folder: RunFolder) -> None:
    change_blob(folder, lambda blob, rows: rows[0].update(quantised_bits=25))


@fault("206")
def a_threshold_moved_with_all_digests(folder: RunFolder) -> None:
    def change(blob: bytearray, rows: list[Any]) -> None:
        row = next(row for row in rows if row["sites"] > 1)
        blob[row["offset"] + 16 + 2] ^= 0x10

    change_blob(folder, change)


@fault("206", "201", "303")
def a_merchant_without_a_slice(folder: RunFolder) -> None:
    def change(value: Any) -> Any:
        return value | {"merchants": value["merchants"][:-1], "merchants_count": len(value["merchants"]) - 1}

    change_document(folder, "s2_alias_index", change)


# -- day effects and group weights -----------------------------------------------------------------------------


def without_a_day(dataset: str) -> Callable[[RunFolder], None]:
    def change(held: Any) -> Any:
        return held.take(np.flatnonzero(held.utc_day != held.utc_day[40]))

    return lambda folder: change_table(folder, dataset, change)


@fault("300", "402", "410")
def a_day_missing_from_the_weights(folder: RunFolder) -> None:
    without_a_day(S4)(folder)


@fault("300")
def a_day_missing_from_both(folder: RunFolder) -> None:
    without_a_day(S3)(folder)
    without_a_day(S4)(folder)


@fault("300")
def another_zone_in_one_row(folder: RunFolder) -> None:
    table(S3, tz_group_id=put(7, lambda zones: "Etc/UTC"))(folder)


@fault("301", "302")
def a_gamma_off_by_one_ulp(folder: RunFolder) -> None:
    table(S4, gamma=put(5, lambda values: np.nextafter(values[5], 9.0)))(folder)


@fault("302", "410", "402")
def a_share_off_by_one_part_in_a_million(folder: RunFolder) -> None:
    table(S4, p_group=put(3, lambda values: values[3] * (1.0 - 1e-6)))(folder)


@fault("302")
def another_denominator(folder: RunFolder) -> None:
    table(S4, denom_raw=put(3, lambda values: np.nextafter(values[3], 9.0)))(folder)


@fault("303", "206")
def a_site_without_weight(folder: RunFolder) -> None:
    rows("s1_site_weights", without_row(0))(folder)


@fault("304", "302")
def a_base_share_off_by_one_ulp(folder: RunFolder) -> None:
    table(S4, base_share=put(5, lambda values: np.nextafter(values[5], 0.0)))(folder)


# -- S5 --------------------------------------------------------------------------------------------------------


@fault("400", "402")
def draws_that_are_no_number(folder: RunFolder) -> None:
    table(GROUP_EVENTS, draws=put(3, lambda values: "one"))(folder)


@fault("400")
def no_selection_log(folder: RunFolder) -> None:
    without_dataset(folder, LOG)


@fault("401")
def an_instant_of_another_arrival(folder: RunFolder) -> None:
    table(LOG, utc_timestamp=put(0, lambda values: values[0] + np.timedelta64(1, "us")))(folder)


@fault("401", "403")
def two_rows_of_a_log_in_the_other_order(folder: RunFolder) -> None:
    change_table(folder, LOG, lambda held: held.take(np.array([1, 0, *range(2, held.num_rows)])))


@fault("401", "403")
def two_rows_of_one_day_in_the_other_order(folder: RunFolder) -> None:
    def change(held: Any) -> Any:
        first = int(np.argmax(held.utc_day[1:] == held.utc_day[:-1]))
        assert held.utc_day[first] == held.utc_day[first + 1]
        order = np.arange(held.num_rows)
        order[[first, first + 1]] = order[[first + 1, first]]
        return held.take(order)

    change_table(folder, LOG, change)


@fault("401")
def a_log_row_of_another_day(folder: RunFolder) -> None:
    table(LOG, utc_day=put(0, lambda values: values[0] - np.timedelta64(1, "D")))(folder)


@fault("401")
def labels_of_the_trace_swapped(folder: RunFolder) -> None:
    table(TRACE, substream_label=lambda labels: labels[::-1])(folder)


@fault("503")
def events_of_another_run(folder: RunFolder) -> None:
    table(SITE_EVENTS, run_id=everywhere("0" * 32))(folder)


@fault("503")
def a_log_of_another_world(folder: RunFolder) -> None:
    table(LOG, manifest_fingerprint=everywhere("0" * 64))(folder)


@fault("503")
def an_audit_row_of_other_contracts(folder: RunFolder) -> None:
    change_records(folder, AUDIT, lambda held: [held[0] | {"contracts_digest": "0" * 64}])


@fault("402")
def an_event_that_is_missing(folder: RunFolder) -> None:
    rows(GROUP_EVENTS, without_row(ARRIVALS - 1))(folder)


@fault("402", "403")
def a_duplicated_event(folder: RunFolder) -> None:
    rows(SITE_EVENTS, with_row_twice(20))(folder)


@fault("402")
def two_draws_in_one_event(folder: RunFolder) -> None:
    table(GROUP_EVENTS, draws=put(9, lambda values: "2"))(folder)


@fault("402")
def a_trace_total_off_by_one(folder: RunFolder) -> None:
    table(TRACE, draws_total=put(77, lambda values: values[77] + np.uint64(1)))(folder)


@fault("402")
def a_trace_that_ends_too_soon(folder: RunFolder) -> None:
    rows(TRACE, without_row(2 * ARRIVALS - 1))(folder)


@fault("402")
def no_trace(folder: RunFolder) -> None:
    without_dataset(folder, TRACE)


@fault("402")
def no_audit_row(folder: RunFolder) -> None:
    without_dataset(folder, AUDIT)


@fault("402")
def events_not_stored(folder: RunFolder) -> None:
    without_dataset(folder, GROUP_EVENTS)


@fault("402")
def an_arrival_that_is_not_logged(folder: RunFolder) -> None:
    rows(LOG, without_row(0))(folder)


@fault("403")
def a_counter_reused(folder: RunFolder) -> None:
    table(
        GROUP_EVENTS,
        rng_counter_before_lo=put(11, lambda values: values[10]),
        rng_counter_after_lo=put(11, lambda values: values[10]),
    )(folder)


@fault("403", "402", "401")
def a_row_logged_twice(folder: RunFolder) -> None:
    rows(LOG, with_row_twice(0))(folder)


@fault("403", "402")
def a_logged_counter_of_no_arrival(folder: RunFolder) -> None:
    table(LOG, ctr_group_hi=put(0, lambda values: np.uint64(9)))(folder)


@fault("405")
def another_label_of_the_events(folder: RunFolder) -> None:
    table(GROUP_EVENTS, substream_label=everywhere("alias_pick_site"))(folder)


@fault("405")
def another_stream_in_the_log(folder: RunFolder) -> None:
    table(LOG, rng_stream_id=everywhere("2B.other"))(folder)


def another_site_of_the_group(values: Any, zones: Any, merchants: Any) -> tuple[int, Any]:
    """A row, and a site of the same merchant and group that other arrivals went to."""
    keys = list(zip(merchants.tolist(), zones.decoded().tolist(), strict=True))
    for row, key in enumerate(keys):
        for other, found in enumerate(keys):
            if found == key and values[other] != values[row]:
                return row, values[other]
    raise AssertionError("every group has one site")


@fault("410")
def an_event_with_another_site_of_the_same_group(folder: RunFolder) -> None:
    def change(held: Any) -> Any:
        row, site = another_site_of_the_group(held.site_id, held.tz_group_id, held.merchant_id)
        return changed_rows(held, site_id=put(row, lambda values: site))

    change_table(folder, SITE_EVENTS, change)


@fault("410")
def a_selection_with_another_site(folder: RunFolder) -> None:
    table(LOG, site_id=put(0, lambda values: values[0] + np.uint64(1)))(folder)


@fault("410")
def a_selection_with_another_group(folder: RunFolder) -> None:
    table(LOG, tz_group_id=put(0, lambda values: "Etc/UTC"))(folder)


@fault("410")
def another_p_group_in_an_event(folder: RunFolder) -> None:
    table(GROUP_EVENTS, p_group=put(0, lambda values: np.nextafter(values[0], 0.0)))(folder)


# -- S6 --------------------------------------------------------------------------------------------------------


@fault("411")
def another_edge_in_an_event(folder: RunFolder) -> None:
    table(EDGE_EVENTS, edge_id=put(0, lambda values: "zz-nowhere-1"))(folder)


@fault("411")
def another_latitude_of_an_edge(folder: RunFolder) -> None:
    table(EDGE_LOG, edge_lat=put(0, lambda values: values[0] + 0.5))(folder)


@fault("410")
def an_edge_row_with_another_site(folder: RunFolder) -> None:
    table(EDGE_LOG, site_id=put(0, lambda values: values[0] + np.uint64(1)))(folder)


@fault("402")
def an_edge_event_that_is_missing(folder: RunFolder) -> None:
    rows(EDGE_EVENTS, lambda count: range(count - 1))(folder)


@fault("402")
def no_edge_trace(folder: RunFolder) -> None:
    without_dataset(folder, EDGE_TRACE)


@fault("403")
def an_edge_counter_off_by_one(folder: RunFolder) -> None:
    table(EDGE_EVENTS, rng_counter_before_lo=put(1, lambda values: values[1] + np.uint64(1)))(folder)


@fault("405")
def edge_events_of_another_module(folder: RunFolder) -> None:
    table(EDGE_EVENTS, module=everywhere("2B.S5"))(folder)


# -- commitments -----------------------------------------------------------------------------------------------


@fault("410", original="committed_original")
def a_commitment_to_other_sites(folder: RunFolder) -> None:
    change_records(
        folder, "rng_commitment_alias_pick_site", lambda held: [held[0] | {"events_digest": "0" * 64}]
    )


@fault("411", original="committed_original")
def a_commitment_to_other_edges(folder: RunFolder) -> None:
    change_records(
        folder, "rng_commitment_cdn_edge_pick", lambda held: [held[0] | {"events_digest": "0" * 64}]
    )


@fault("402", original="committed_original")
def a_commitment_to_one_event_more(folder: RunFolder) -> None:
    change_records(
        folder,
        "rng_commitment_alias_pick_group",
        lambda held: [held[0] | {"events": held[0]["events"] + 1}],
    )


@fault("402", original="committed_original")
def a_commitment_of_a_part_that_is_not_there(folder: RunFolder) -> None:
    change_records(folder, "rng_commitment_alias_pick_group", lambda held: [held[0], held[0] | {"part": 1}])


# -- tests -----------------------------------------------------------------------------------------------------


def test_a_sound_routed_run_passes_every_check(routed_original: RunFolder, tmp_path: Path) -> None:
    folder = copied(routed_original, tmp_path)
    report = audit(folder)
    virtual = report["metrics"]["draws_expected"] - 2 * ARRIVALS
    assert [row["id"] for row in report["checks"]] == list(OWN)
    assert {row["status"] for row in report["checks"]} == {"PASS"}
    assert report["summary"] == {"overall_status": "PASS", "warn_count": 0, "fail_count": 0}
    assert report["metrics"]["selections_checked"] == ARRIVALS
    assert 0 < virtual < ARRIVALS
    assert report["metrics"]["draws_observed"] == report["metrics"]["draws_expected"]
    assert report["metrics"]["alias_decode_max_abs_delta"] > 0.0


def test_commitments_are_made_again(committed_original: RunFolder, tmp_path: Path) -> None:
    report = audit(copied(committed_original, tmp_path))
    assert {row["status"] for row in report["checks"]} == {"PASS"}
    assert next(row for row in report["checks"] if row["id"] == "V-13")["context"]["commitments"] == 2


def test_every_part_of_a_run_of_many_parts_is_checked(parted_original: RunFolder, tmp_path: Path) -> None:
    folder = copied(parted_original, tmp_path)
    parts = -(-ARRIVALS // PART)
    assert len(list(folder.folder(BY_ID[TRACE]).glob("*"))) == parts > 1
    report = audit(folder)
    assert {row["status"] for row in report["checks"]} == {"PASS"}
    assert report["metrics"]["selections_checked"] == ARRIVALS


def test_a_fault_in_a_later_part_is_found(parted_original: RunFolder, tmp_path: Path) -> None:
    folder = copied(parted_original, tmp_path)
    tokens = partitions(folder, TRACE)[0]
    place = folder.folder(BY_ID[TRACE], tokens)
    last = sorted(place.glob("*"))[-1]
    shape: Any = shape_of(BY_ID[TRACE])
    changed = changed_rows(
        shape.read_file(last), events_total=put(-1, lambda values: values[-1] + np.uint64(1))
    )
    last.unlink()
    changed.write_file(last)
    reseal(folder, TRACE, tokens)
    with pytest.raises(StateAborted) as caught:
        audit(folder)
    assert {finding.code for finding in caught.value.findings} == {CODES["402"]}


def test_a_part_that_no_arrival_caused_is_found(parted_original: RunFolder, tmp_path: Path) -> None:
    folder = copied(parted_original, tmp_path)
    tokens = partitions(folder, TRACE)[0]
    parts = sorted(folder.folder(BY_ID[TRACE], tokens).glob("*"))
    shutil.copy(parts[0], parts[0].with_name(part_name(len(parts))))
    reseal(folder, TRACE, tokens)
    with pytest.raises(StateAborted) as caught:
        audit(folder)
    assert CODES["402"] in {finding.code for finding in caught.value.findings}


def test_without_routing_the_routers_checks_are_skipped_and_nothing_warns(tmp_path: Path) -> None:
    folder = built(tmp_path / "runs", to="2B.S4")
    report = audit(folder)
    status = {row["id"]: row["status"] for row in report["checks"]}
    assert [name for name, found in status.items() if found == "SKIPPED"] == ["V-12", "V-13", "V-14", "V-15"]
    assert report["summary"] == {"overall_status": "PASS", "warn_count": 0, "fail_count": 0}


@pytest.mark.parametrize("planted", FAULTS, ids=lambda planted: planted.label)
def test_a_planted_fault_is_found_under_its_code(
    planted: Fault, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    folder = copied(request.getfixturevalue(planted.original), tmp_path)
    planted.plant(folder)
    with pytest.raises(StateAborted) as caught:
        audit(folder)
    found = {finding.code for finding in caught.value.findings}
    assert CODES[planted.codes[0]] in found
    assert found <= {CODES[code] for code in planted.codes}
    assert not folder.path(BY_ID["s7_audit_report"]).exists()
    for finding in caught.value.findings:
        assert finding.where and finding.expected != finding.found


def audit_inputs(folder: RunFolder) -> tuple[Any, Run]:
    """The inputs of S7 as the runner would open them, and a run."""
    inputs = opened_inputs(states.S2B_S7, folder, dict.fromkeys(BY_ID))  # type: ignore[arg-type]
    return inputs, Run(folder.identity, folder.tokens, {}, RunNotes())


def policy_with(inputs: Any, change: Callable[[Any], None]) -> Any:
    """The inputs with a changed routing policy."""
    policy = inputs.route_rng_policy_v1
    content = policy.model_dump(mode="json", by_alias=True, exclude_unset=True)
    change(content)
    return replace(inputs, route_rng_policy_v1=type(policy).of(content))


@pytest.mark.parametrize(("stream", "validator"), [("routing_selection", "V-13"), ("routing_edge", "V-14")])
def test_counters_that_would_wrap_are_found(routed_original: RunFolder, stream: str, validator: str) -> None:
    inputs, run = audit_inputs(routed_original)

    def change(content: Any) -> None:
        start = {"hi": 2**64 - 1, "lo": 2**64 - 5}
        content["streams"][stream]["basis"]["counter_start"] = start

    found = audited(policy_with(inputs, change), run).of(validator)
    assert CODES["404"] in {finding.code for finding in found}


def test_two_streams_of_one_name_are_found(routed_original: RunFolder) -> None:
    inputs, run = audit_inputs(routed_original)

    def change(content: Any) -> None:
        streams = content["streams"]
        streams["routing_edge"]["rng_stream_id"] = streams["routing_selection"]["rng_stream_id"]

    found = audited(policy_with(inputs, change), run).of("V-14")
    assert CODES["405"] in {finding.code for finding in found}


def test_a_key_of_another_run_gives_other_picks(routed_original: RunFolder) -> None:
    inputs, run = audit_inputs(routed_original)
    other = replace(run, identity=replace(run.identity, seed=run.identity.seed + 1))
    found = audited(inputs, other).of("V-15")
    assert CODES["410"] in {finding.code for finding in found}


def test_every_code_of_the_checks_has_a_planted_fault() -> None:
    declared = {
        code.full.rsplit("-", 1)[1]
        for spec in states.S2B_S7.CARD.validators
        if spec.method
        for code in spec.codes
    }
    assert {planted.codes[0] for planted in FAULTS} | {"404"} == declared


def test_the_audit_and_the_bundle_are_laws_of_their_states() -> None:
    from engine.core.registry import law_of

    assert law_of(states.S2B_S8.CARD) is validation_bundle
