"""One planted fault for every validator and code of 5B.S0 and 5B.S1 that a state's own class checks.

A fault takes a sound small segment and gives (inputs, outputs, run) with one thing wrong; the validator must find it
under its code.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

import numpy as np

from engine.core.identity import RunIdentity
from generated.models.s5b import (
    GroupingPolicy5B,
    S0GateReceipt5B,
    SealedData5B,
    SealedInputs5B,
    TimeGridPolicy5B,
)
from tests.s2b.small_plan import changed_rows, edited, unchecked
from tests.s5b.grid_oracle import Scene
from tests.s5b.small_segment import (
    ENTITIES,
    MODES,
    SCENES,
    SmallSegment,
    classification,
    fresh_run,
    manifest,
    policy,
    policy_content,
    profile,
    profile_rows,
    with_scene,
)

Planted = tuple[Any, Any, Any]
BASELINE = SCENES[0].scenario_id


@dataclass(frozen=True)
class Fault:
    """A named way to break one law of one state."""

    state: str
    validator: str
    code: str
    name: str
    plant: Callable[[SmallSegment], Planted]

    @property
    def label(self) -> str:
        """The fault in the words of a test id."""
        return f"{self.state} {self.validator} {self.code} {self.name}"


FAULTS: list[Fault] = []


def fault(
    state: str, validator: str, code: str
) -> Callable[[Callable[..., Planted]], Callable[..., Planted]]:
    """Register a function as a planted fault of a validator and code."""

    def register(plant: Callable[..., Planted]) -> Callable[..., Planted]:
        FAULTS.append(Fault(state, validator, code, plant.__name__, plant))
        return plant

    return register


def _sound(small: SmallSegment, state: str) -> Planted:
    return small.inputs(state), small.outputs(state), small.run


def _with_inputs(small: SmallSegment, state: str, **changes: Any) -> Planted:
    inputs, outputs, run = _sound(small, state)
    return replace(inputs, **changes), outputs, run


def _with_outputs(small: SmallSegment, state: str, **changes: Any) -> Planted:
    inputs, outputs, run = _sound(small, state)
    return inputs, replace(outputs, **changes), run


# -- S0 --------------------------------------------------------------------------------------------------------


def _receipt(small: SmallSegment, pointer: str, value: object, **forged: bool) -> Planted:
    content = edited(small.outputs("5B.S0").s0_gate_receipt_5B.content(), pointer, value)
    made = unchecked(S0GateReceipt5B, content) if forged else S0GateReceipt5B.of(content)
    return _with_outputs(small, "5B.S0", s0_gate_receipt_5B=made)


Change = Callable[[list[Any]], list[Any]]


def _inventory(small: SmallSegment, change: Change) -> Planted:
    rows = small.outputs("5B.S0").sealed_inputs_5B.content()
    return _with_outputs(small, "5B.S0", sealed_inputs_5B=SealedInputs5B.of(change(rows)))


def _bytes(small: SmallSegment, change: Change) -> Planted:
    rows = small.outputs("5B.S0").sealed_data_5B.content()
    return _with_outputs(small, "5B.S0", sealed_data_5B=SealedData5B.of(change(rows)))


def _without(name: str) -> Change:
    return lambda rows: [row for row in rows if row["artifact_id"] != name]


def _with(name: str, **values: Any) -> Change:
    return lambda rows: [row | values if row["artifact_id"] == name else row for row in rows]


def _resealed(small: SmallSegment, name: str, **changes: Any) -> Planted:
    """Inputs in which one sealed input is other than it was when the documents were made."""
    inputs, outputs, run = _sound(small, "5B.S0")
    sealed = tuple(replace(row, **changes) if row.dataset == name else row for row in inputs.sealed)
    held = {row.dataset: row for row in sealed}[name]
    named = {} if name in ("time_grid_policy_5B", "arrival_rng_policy_5B") else {name: held}
    return replace(inputs, **named, sealed=sealed), outputs, run


for _segment in ("1A", "1B", "2A", "2B", "3A", "3B", "5A"):

    @fault("5B.S0", "V-01", "UPSTREAM_GATE_MISSING")
    def a_bundle_is_missing(small: SmallSegment, segment: str = _segment) -> Planted:
        return _with_inputs(small, "5B.S0", **{f"validation_bundle_{segment}": None})

    @fault("5B.S0", "V-01", "UPSTREAM_GATE_MISSING")
    def a_flag_is_not_in_the_inventory(small: SmallSegment, segment: str = _segment) -> Planted:
        return _inventory(small, _without(f"validation_passed_flag_{segment}"))

    @fault("5B.S0", "V-02", "UPSTREAM_GATE_MISMATCH")
    def a_flag_vouches_for_another_bundle(small: SmallSegment, segment: str = _segment) -> Planted:
        return _resealed(small, f"validation_passed_flag_{segment}", bundle_digest="0" * 64)


@fault("5B.S0", "V-01", "UPSTREAM_GATE_MISSING")
def the_receipt_leaves_a_segment_out(small: SmallSegment) -> Planted:
    held = small.outputs("5B.S0").s0_gate_receipt_5B.content()["upstream_segments"]
    rest = {name: value for name, value in held.items() if name != "3A"}
    inputs, outputs, run = _sound(small, "5B.S0")
    receipt = outputs.s0_gate_receipt_5B.content() | {"upstream_segments": rest}
    return inputs, replace(outputs, s0_gate_receipt_5B=_Forged(receipt)), run


class _Forged:
    """A document that holds a content which its schema refuses."""

    def __init__(self, content: Any) -> None:
        self._content = content

    def content(self) -> Any:
        return self._content


@fault("5B.S0", "V-02", "UPSTREAM_GATE_MISMATCH")
def a_bundle_has_no_digest(small: SmallSegment) -> Planted:
    return _resealed(small, "validation_bundle_2B", bundle_digest="")


@fault("5B.S0", "V-02", "UPSTREAM_GATE_MISMATCH")
def the_receipt_states_another_bundle_digest(small: SmallSegment) -> Planted:
    return _receipt(small, "upstream_segments/5A/bundle_digest", "0" * 64)


@fault("5B.S0", "V-02", "UPSTREAM_GATE_MISMATCH")
def the_receipt_names_the_bundle_of_another_segment(small: SmallSegment) -> Planted:
    held = small.outputs("5B.S0").s0_gate_receipt_5B.content()["upstream_segments"]["1A"]["bundle_path"]
    return _receipt(small, "upstream_segments/1B/bundle_path", held)


for _field, _other in (
    ("manifest_fingerprint", "0" * 64),
    ("parameter_hash", "0" * 64),
    ("seed", 43),
    ("run_id", "0" * 32),
    ("created_utc", "2024-01-01T00:00:00.000001Z"),
    ("contracts_digest", "0" * 64),
    ("law_version", 2),
    ("spec_version", "9.9.9"),
):

    @fault("5B.S0", "V-04", "RUN_IDENTITY_INVALID")
    def the_receipt_is_of_another_run(
        small: SmallSegment, name: str = _field, other: object = _other
    ) -> Planted:
        return _receipt(small, name, other)


@fault("5B.S0", "V-04", "RUN_IDENTITY_INVALID")
def a_row_is_of_another_world(small: SmallSegment) -> Planted:
    return _inventory(small, _with("site_locations", manifest_fingerprint="0" * 64))


@fault("5B.S0", "V-04", "RUN_IDENTITY_INVALID")
def the_run_id_does_not_follow(small: SmallSegment) -> Planted:
    inputs, outputs, run = _sound(small, "5B.S0")
    own = {name: getattr(run.identity, name) for name in RunIdentity.__dataclass_fields__}
    return inputs, outputs, replace(run, identity=RunIdentity(**own | {"label": "another"}))


@fault("5B.S0", "V-05", "SCENARIO_SET_INVALID")
def a_scenario_is_not_in_the_manifest(small: SmallSegment) -> Planted:
    return _receipt(small, "scenario_set", ["baseline_v1", "stress_v1", "zero_v1"])


@fault("5B.S0", "V-05", "SCENARIO_SET_INVALID")
def the_receipt_names_no_scenario(small: SmallSegment) -> Planted:
    return _receipt(small, "scenario_set", [], forged=True)


@fault("5B.S0", "V-05", "SCENARIO_SET_INVALID")
def the_receipt_leaves_a_scenario_out(small: SmallSegment) -> Planted:
    return _receipt(small, "scenario_set", ["stress_v1"])


@fault("5B.S0", "V-05", "SCENARIO_SET_INVALID")
def the_receipt_has_more_than_the_user_asked_for(small: SmallSegment) -> Planted:
    inputs, outputs, _ = _sound(small, "5B.S0")
    return inputs, outputs, fresh_run(scenario_id=("stress_v1",))


@fault("5B.S0", "V-05", "SCENARIO_SET_INVALID")
def the_scenarios_do_not_ascend(small: SmallSegment) -> Planted:
    return _receipt(small, "scenario_set", ["stress_v1", "baseline_v1"])


for _version in ("v2.0.0", "v10.0.0", "unknown", "1.0.0"):

    @fault("5B.S0", "V-06", "POLICY_VERSION_MISMATCH")
    def a_policy_has_a_version_that_is_not_admitted(small: SmallSegment, version: str = _version) -> Planted:
        return _resealed(small, "arrival_rng_policy_5B", version_tag=version)


@fault("5B.S0", "V-06", "POLICY_VERSION_MISMATCH")
def a_policy_is_not_sealed(small: SmallSegment) -> Planted:
    inputs, outputs, run = _sound(small, "5B.S0")
    rest = tuple(row for row in inputs.sealed if row.dataset != "arrival_rng_policy_5B")
    return replace(inputs, sealed=rest), outputs, run


@fault("5B.S0", "V-07", "SEALED_INPUTS_INCOMPLETE")
def a_required_input_is_not_in_the_inventory(small: SmallSegment) -> Planted:
    return _inventory(small, _without("tz_timetable_cache"))


@fault("5B.S0", "V-07", "SEALED_INPUTS_INCOMPLETE")
def a_row_has_another_digest(small: SmallSegment) -> Planted:
    return _inventory(small, _with("tz_timetable_cache", sha256_hex="0" * 64))


@fault("5B.S0", "V-07", "SEALED_INPUTS_INCOMPLETE")
def a_structural_digest_is_of_other_scenarios(small: SmallSegment) -> Planted:
    held = small.outputs("5B.S0").sealed_inputs_5B.content()
    other = next(row for row in held if row["artifact_id"] == "site_locations")["sha256_hex"]
    return _inventory(small, _with("merchant_zone_scenario_local_5A", sha256_hex=other))


@fault("5B.S0", "V-07", "SEALED_INPUTS_INCOMPLETE")
def a_row_gives_more_than_the_card_allows(small: SmallSegment) -> Planted:
    return _inventory(small, _with("site_locations", read_scope="ROW_LEVEL"))


@fault("5B.S0", "V-07", "SEALED_INPUTS_INCOMPLETE")
def a_row_is_of_an_input_that_was_not_sealed(small: SmallSegment) -> Planted:
    inputs, outputs, run = _sound(small, "5B.S0")
    rest = tuple(row for row in inputs.sealed if row.dataset != "edge_catalogue_3B")
    return replace(inputs, edge_catalogue_3B=None, sealed=rest), outputs, run


@fault("5B.S0", "V-07", "SEALED_INPUTS_INCOMPLETE")
def a_scenario_has_no_partition(small: SmallSegment) -> Planted:
    held = small.inputs("5B.S0").merchant_zone_scenario_local_5A.split
    return _resealed(small, "merchant_zone_scenario_local_5A", split={BASELINE: held[BASELINE]})


@fault("5B.S0", "V-08", "SEALED_INPUTS_INCOMPLETE")
def the_bytes_of_a_partition_are_not_sealed(small: SmallSegment) -> Planted:
    return _bytes(
        small, lambda rows: [row for row in rows if not row["path"].endswith("scenario_id=stress_v1")]
    )


@fault("5B.S0", "V-08", "SEALED_INPUTS_INCOMPLETE")
def bytes_are_sealed_that_are_nobodys(small: SmallSegment) -> Planted:
    return _bytes(small, lambda rows: [*rows, rows[-1] | {"path": f"{rows[-1]['path']}x"}])


@fault("5B.S0", "V-08", "SEALED_INPUTS_INCOMPLETE")
def the_bytes_have_another_digest(small: SmallSegment) -> Planted:
    return _bytes(small, _with("site_timezones", sha256_hex="0" * 64))


@fault("5B.S0", "V-08", "SEALED_INPUTS_INCOMPLETE")
def a_table_has_no_content_digest(small: SmallSegment) -> Planted:
    return _bytes(small, _with("site_timezones", content_digest=None))


@fault("5B.S0", "V-09", "SEALED_INPUTS_DUPLICATE_KEY")
def an_artefact_is_sealed_twice(small: SmallSegment) -> Planted:
    return _inventory(small, lambda rows: [rows[0], *rows])


@fault("5B.S0", "V-09", "SEALED_INPUTS_DUPLICATE_KEY")
def a_partition_is_sealed_twice(small: SmallSegment) -> Planted:
    return _bytes(small, lambda rows: [rows[0], *rows])


@fault("5B.S0", "V-10", "SEALED_INPUTS_SCHEMA_INVALID")
def the_inventory_does_not_ascend(small: SmallSegment) -> Planted:
    return _inventory(small, lambda rows: [rows[1], rows[0], *rows[2:]])


@fault("5B.S0", "V-10", "SEALED_INPUTS_SCHEMA_INVALID")
def the_inventory_is_by_id_alone(small: SmallSegment) -> Planted:
    return _inventory(small, lambda rows: sorted(rows, key=lambda row: row["artifact_id"]))


@fault("5B.S0", "V-10", "SEALED_INPUTS_SCHEMA_INVALID")
def the_list_of_bytes_does_not_ascend(small: SmallSegment) -> Planted:
    return _bytes(small, lambda rows: [*rows[1:], rows[0]])


@fault("5B.S0", "V-11", "GATE_RECEIPT_DIGEST_MISMATCH")
def the_receipt_states_another_digest(small: SmallSegment) -> Planted:
    return _receipt(small, "sealed_inputs_digest", "0" * 64)


@fault("5B.S0", "V-11", "GATE_RECEIPT_DIGEST_MISMATCH")
def the_receipt_states_another_row_count(small: SmallSegment) -> Planted:
    return _receipt(small, "sealed_inputs_row_count", 7)


@fault("5B.S0", "V-11", "GATE_RECEIPT_DIGEST_MISMATCH")
def a_note_of_the_inventory_was_changed(small: SmallSegment) -> Planted:
    return _inventory(small, _with("site_locations", notes="bytes"))


# -- S1 --------------------------------------------------------------------------------------------------------


def _at(row: int, value: object) -> Callable[[Any], Any]:
    def put(values: Any) -> Any:
        changed = values.copy()
        changed[row] = value
        return changed

    return put


def _s1(small: SmallSegment, output: str, name: str = BASELINE, **columns: Callable[[Any], Any]) -> Planted:
    held = getattr(small.outputs("5B.S1"), output)
    table = changed_rows(held[name], **columns)
    return _with_outputs(small, "5B.S1", **{output: {**held, name: table}})


def _grid(small: SmallSegment, name: str = BASELINE, **columns: Callable[[Any], Any]) -> Planted:
    return _s1(small, "s1_time_grid_5B", name, **columns)


def _grouping(small: SmallSegment, name: str = BASELINE, **columns: Callable[[Any], Any]) -> Planted:
    return _s1(small, "s1_grouping_5B", name, **columns)


def _rows(small: SmallSegment, output: str, rows: Sequence[int], name: str = BASELINE) -> Planted:
    held = getattr(small.outputs("5B.S1"), output)
    return _with_outputs(small, "5B.S1", **{output: {**held, name: held[name].take(np.array(rows))}})


def _policy_input(small: SmallSegment, name: str, pointer: str, value: object, **forged: bool) -> Planted:
    model: Any = {"time_grid_policy_5B": TimeGridPolicy5B, "grouping_policy_5B": GroupingPolicy5B}[name]
    content = edited(policy_content(name), pointer, value)
    return _with_inputs(small, "5B.S1", **{name: unchecked(model, content) if forged else model.of(content)})


@fault("5B.S1", "V-03", "TIME_GRID_POLICY_MISSING")
def there_is_no_time_grid_policy(small: SmallSegment) -> Planted:
    return _with_inputs(small, "5B.S1", time_grid_policy_5B=None)


@fault("5B.S1", "V-03", "TIME_GRID_POLICY_SCHEMA_INVALID")
def a_bucket_has_an_unknown_length(small: SmallSegment) -> Planted:
    return _policy_input(small, "time_grid_policy_5B", "bucket_duration_seconds", 600, forged=True)


@fault("5B.S1", "V-03", "TIME_GRID_POLICY_SCHEMA_INVALID")
def the_longest_horizon_is_shorter_than_the_shortest(small: SmallSegment) -> Planted:
    return _policy_input(small, "time_grid_policy_5B", "guardrails/max_horizon_days", 6)


@fault("5B.S1", "V-04", "GROUPING_POLICY_MISSING")
def there_is_no_grouping_policy(small: SmallSegment) -> Planted:
    return _with_inputs(small, "5B.S1", grouping_policy_5B=None)


@fault("5B.S1", "V-04", "GROUPING_POLICY_SCHEMA_INVALID")
def there_are_too_many_buckets_in_a_stratum(small: SmallSegment) -> Planted:
    return _policy_input(small, "grouping_policy_5B", "in_stratum_buckets", 101, forged=True)


@fault("5B.S1", "V-04", "GROUPING_POLICY_SCHEMA_INVALID")
def the_most_groups_are_fewer_than_the_fewest(small: SmallSegment) -> Planted:
    return _policy_input(small, "grouping_policy_5B", "realism_targets/max_groups_per_scenario", 4)


def _scenes(small: SmallSegment, scenes: Sequence[Scene]) -> Planted:
    table = SmallSegment(small.folder / "scenes").partition("manifest", manifest(scenes))
    return _with_inputs(small, "5B.S1", scenario_manifest_5A=table)


for _change in (
    {"start": SCENES[0].start + timedelta(minutes=30)},
    {"end": SCENES[0].end + timedelta(seconds=1)},
    {"end": SCENES[0].end - timedelta(microseconds=1)},
    {"end": SCENES[0].start},
    {"end": SCENES[0].start - timedelta(days=9)},
    {"end": SCENES[0].end - timedelta(hours=1)},
    {"end": SCENES[0].start + timedelta(days=371)},
):

    @fault("5B.S1", "V-05", "SCENARIO_HORIZON_INVALID")
    def a_horizon_does_not_fit(small: SmallSegment, change: Any = _change) -> Planted:
        return _scenes(small, with_scene(SCENES, BASELINE, **change))


@fault("5B.S1", "V-05", "SCENARIO_HORIZON_INVALID")
def a_horizon_has_too_many_buckets(small: SmallSegment) -> Planted:
    return _policy_input(small, "time_grid_policy_5B", "guardrails/max_buckets_per_scenario", 7 * 24 - 1)


@fault("5B.S1", "V-06", "TIME_GRID_INCOMPLETE")
def the_last_bucket_is_missing(small: SmallSegment) -> Planted:
    return _rows(small, "s1_time_grid_5B", range(7 * 24 - 1))


@fault("5B.S1", "V-06", "TIME_GRID_INCOMPLETE")
def a_bucket_is_counted_from_one(small: SmallSegment) -> Planted:
    return _grid(small, bucket_index=lambda values: values + 1)


@fault("5B.S1", "V-06", "TIME_GRID_INCOMPLETE")
def the_grid_starts_an_hour_late(small: SmallSegment) -> Planted:
    return _grid(small, bucket_start_utc=lambda values: values + np.timedelta64(1, "h"))


@fault("5B.S1", "V-06", "TIME_GRID_INCOMPLETE")
def a_scenario_has_no_grid(small: SmallSegment) -> Planted:
    held = small.outputs("5B.S1").s1_time_grid_5B
    return _with_outputs(small, "5B.S1", s1_time_grid_5B={BASELINE: held[BASELINE]})


@fault("5B.S1", "V-07", "TIME_GRID_OVERLAP_OR_ORDER")
def a_bucket_ends_late(small: SmallSegment) -> Planted:
    return _grid(small, bucket_end_utc=lambda values: _at(3, values[3] + np.timedelta64(1, "us"))(values))


@fault("5B.S1", "V-07", "TIME_GRID_OVERLAP_OR_ORDER")
def there_is_a_gap(small: SmallSegment) -> Planted:
    return _rows(small, "s1_time_grid_5B", [0, 1, *range(3, 7 * 24)])


@fault("5B.S1", "V-08", "TIME_GRID_SCHEMA_INVALID")
def a_scenario_is_both_baseline_and_stress(small: SmallSegment) -> Planted:
    table = changed_rows(manifest(), is_baseline=lambda values: values | True)
    part = SmallSegment(small.folder / "flags").partition("manifest", table)
    return _with_inputs(small, "5B.S1", scenario_manifest_5A=part)


for _column, _wrong in (
    ("scenario_is_baseline", lambda values: ~values),
    ("scenario_is_stress", lambda values: ~values),
    ("local_day_of_week", lambda values: values % 7 + 1),
    ("local_minutes_since_midnight", _at(5, 301)),
    ("is_weekend", _at(0, True)),
    ("scenario_labels", lambda values: ["[]" for _ in values]),
    ("bucket_duration_seconds", lambda values: values // 2),
):

    @fault("5B.S1", "V-08", "TIME_GRID_SCHEMA_INVALID")
    def an_annotation_does_not_follow(
        small: SmallSegment, column: str = _column, wrong: Any = _wrong
    ) -> Planted:
        return _grid(small, **{column: wrong})


@fault("5B.S1", "V-08", "TIME_GRID_SCHEMA_INVALID")
def there_are_annotations_that_the_policy_does_not_want(small: SmallSegment) -> Planted:
    return _policy_input(small, "time_grid_policy_5B", "local_annotations/emit", False)


@fault("5B.S1", "V-09", "GROUP_DOMAIN_DERIVATION_FAILED")
def a_class_is_not_the_profiles(small: SmallSegment) -> Planted:
    return _grouping(small, demand_class=_at(2, "online_24h"))


@fault("5B.S1", "V-09", "GROUP_DOMAIN_DERIVATION_FAILED")
def a_band_is_not_the_classifications(small: SmallSegment) -> Planted:
    return _grouping(small, virtual_band=_at(0, "virtual"))


def _profile(small: SmallSegment, rows: Any) -> Planted:
    part = SmallSegment(small.folder / "profiles").partition("profile", profile(rows))
    return _with_inputs(small, "5B.S1", merchant_zone_profile_5A=part)


@fault("5B.S1", "V-09", "GROUP_DOMAIN_DERIVATION_FAILED")
def a_series_has_no_profile(small: SmallSegment) -> Planted:
    return _profile(small, profile_rows()[:-1])


@fault("5B.S1", "V-09", "GROUP_DOMAIN_DERIVATION_FAILED")
def a_series_has_two_classes(small: SmallSegment) -> Planted:
    rows = profile_rows()
    return _profile(small, [(*row[:4], "office_hours") if row[1] == "BB" else row for row in rows])


@fault("5B.S1", "V-09", "GROUP_DOMAIN_DERIVATION_FAILED")
def the_profile_has_the_series_under_another_channel(small: SmallSegment) -> Planted:
    rows = profile_rows()
    return _profile(small, [*rows[:-1], (*rows[-1][:3], "mixed", rows[-1][4])])


def _modes(small: SmallSegment, pairs: Any) -> Planted:
    part = SmallSegment(small.folder / "modes").partition("classification", classification(pairs))
    return _with_inputs(small, "5B.S1", virtual_classification_3B=part)


@fault("5B.S1", "V-09", "GROUP_DOMAIN_DERIVATION_FAILED")
def a_merchant_is_not_classified(small: SmallSegment) -> Planted:
    return _modes(small, [pair for pair in MODES.items() if pair[0] != 9])


@fault("5B.S1", "V-09", "GROUP_DOMAIN_DERIVATION_FAILED")
def a_merchant_has_two_modes(small: SmallSegment) -> Planted:
    return _modes(small, sorted([*MODES.items(), (9, "NON_VIRTUAL")]))


@fault("5B.S1", "V-10", "GROUP_ASSIGNMENT_INCOMPLETE")
def a_series_has_no_group(small: SmallSegment) -> Planted:
    return _rows(small, "s1_grouping_5B", range(1, len(ENTITIES)))


@fault("5B.S1", "V-10", "GROUP_ASSIGNMENT_INCOMPLETE")
def a_group_has_a_series_that_5a_lacks(small: SmallSegment) -> Planted:
    return _grouping(small, zone_representation=_at(1, "Europe/Berlin"))


@fault("5B.S1", "V-10", "GROUP_ASSIGNMENT_INCOMPLETE")
def two_series_have_changed_places(small: SmallSegment) -> Planted:
    return _rows(small, "s1_grouping_5B", [1, 0, *range(2, len(ENTITIES))])


@fault("5B.S1", "V-10", "GROUP_ASSIGNMENT_INCOMPLETE")
def a_scenario_has_no_groups(small: SmallSegment) -> Planted:
    held = small.outputs("5B.S1").s1_grouping_5B
    return _with_outputs(small, "5B.S1", s1_grouping_5B={BASELINE: held[BASELINE]})


for _column, _wrong in (
    ("group_id", lambda values: [values[-1], *values[1:]]),
    ("zone_group_id", _at(0, "zg15")),
    ("in_stratum_bucket", lambda values: values + 1),
    ("scenario_band", lambda values: ["stress" for _ in values]),
):

    @fault("5B.S1", "V-11", "GROUP_ID_DOMAIN_INVALID")
    def a_group_is_not_the_laws(small: SmallSegment, column: str = _column, wrong: Any = _wrong) -> Planted:
        return _grouping(small, **{column: wrong})


@fault("5B.S1", "V-11", "GROUP_ID_DOMAIN_INVALID")
def the_groups_are_those_of_another_scenario(small: SmallSegment) -> Planted:
    other = small.outputs("5B.S1").s1_grouping_5B["stress_v1"].group_id.decoded()
    return _grouping(small, group_id=lambda _values: list(other))


for _target, _value in (
    ("min_groups_per_scenario", 9),
    ("max_groups_per_scenario", 7),
    ("min_group_members_median", 1.5),
    ("max_single_group_share", 0.2),
    ("min_multi_member_fraction", 0.5),
):

    @fault("5B.S1", "V-12", "GROUPING_REALISM_FAILED")
    def a_target_is_missed(small: SmallSegment, target: str = _target, value: object = _value) -> Planted:
        return _policy_input(small, "grouping_policy_5B", f"realism_targets/{target}", value)


for _target, _value in (
    ("min_groups_per_scenario", 6),
    ("min_group_members_median", 1.5),
    ("min_multi_member_fraction", 0.5),
):

    @fault("5B.S1", "V-13", "GROUPING_BELOW_GUIDE")
    def a_target_is_laxer_than_the_guide(
        small: SmallSegment, target: str = _target, value: object = _value
    ) -> Planted:
        changes = {f"guide_targets__{name}": 0 if "fraction" in name else 1 for name in
                   ("min_groups_per_scenario", "min_group_members_median", "min_multi_member_fraction")}  # fmt: skip
        held = policy("grouping_policy_5B", **(changes | {f"guide_targets__{target}": value}))
        return _with_inputs(small, "5B.S1", grouping_policy_5B=held)


@fault("5B.S1", "V-14", "GROUP_DOMAIN_DERIVATION_FAILED")
def a_zone_has_two_channel_groups(small: SmallSegment) -> Planted:
    return _grouping(
        small, zone_representation=_at(3, "America/New_York"), channel_group=_at(2, "card_present")
    )
