"""One planted fault for every validator and code of 5B.S2 and 5B.S3 that a state's own class checks."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np

from codegen.runtime.tables import Table
from generated.models.layer1 import RngAuditRow, RngTraceRow
from generated.models.s5b import ArrivalRngPolicy5B
from tests.s2b.small_plan import changed_rows, edited
from tests.s5b.planted_faults import Fault, Planted
from tests.s5b.small_segment import policy, policy_content
from tests.s5b.small_series import BASELINE, COUNTS, LGCP, RNG, STRESS, SmallSeries

FAULTS: list[Fault] = []
TABLE = {"5B.S2": "s2_realised_intensity_5B", "5B.S3": "s3_bucket_counts_5B"}
EVENTS = {"5B.S2": "rng_event_arrival_lgcp_gaussian", "5B.S3": "rng_event_arrival_bucket_count"}


def fault(
    state: str, validator: str, code: str
) -> Callable[[Callable[..., Planted]], Callable[..., Planted]]:
    """Register a function as a planted fault of a validator and code."""

    def register(plant: Callable[..., Planted]) -> Callable[..., Planted]:
        FAULTS.append(Fault(state, validator, code, plant.__name__, plant))  # type: ignore[arg-type]
        return plant

    return register


def with_inputs(small: SmallSeries, state: str, **changes: Any) -> Planted:
    return replace(small.inputs(state), **changes), small.outputs(state)[0], small.run


def with_outputs(small: SmallSeries, state: str, **changes: Any) -> Planted:
    return small.inputs(state), replace(small.outputs(state)[0], **changes), small.run


def with_rows(small: SmallSeries, state: str, **columns: Callable[[Any], Any]) -> Planted:
    """The first block's table with some columns changed."""
    held = getattr(small.outputs(state)[0], TABLE[state])[BASELINE]
    return with_outputs(small, state, **{TABLE[state]: {BASELINE: changed_rows(held, **columns)}})


def with_table(small: SmallSeries, state: str, change: Callable[[Table], Table]) -> Planted:
    held = getattr(small.outputs(state)[0], TABLE[state])[BASELINE]
    return with_outputs(small, state, **{TABLE[state]: {BASELINE: change(held)}})


def at(row: int, value: Any) -> Callable[[Any], Any]:
    """A change of one row, to a value or by a function of what stands there."""

    def change(values: Any) -> Any:
        changed = values.copy()
        changed[row] = value(changed[row]) if callable(value) else value
        return changed

    return change


def swapped(values: Any) -> Any:
    changed = values.copy()
    changed[[3, 4]] = changed[[4, 3]]
    return changed


def ulp(value: float) -> float:
    return float(np.nextafter(value, np.inf))


for _state in ("5B.S2", "5B.S3"):
    missing = {"5B.S2": "LAMBDA_SOURCE_MISSING", "5B.S3": "S2_OUTPUT_MISSING"}[_state]
    source = {"5B.S2": "merchant_zone_scenario_local_5A", "5B.S3": "s2_realised_intensity_5B"}[_state]
    incomplete = {
        "5B.S2": ("V-11", "REALISED_DOMAIN_INCOMPLETE"),
        "5B.S3": ("V-12", "COUNTS_DOMAIN_INCOMPLETE"),
    }

    for _name in ("s1_time_grid_5B", "s1_grouping_5B"):

        @fault(_state, "V-03", "S1_OUTPUT_MISSING")
        def a_scenario_has_no_output_of_s1(
            small: SmallSeries, state: str = _state, name: str = _name
        ) -> Planted:
            return with_inputs(
                small, state, **{name: {BASELINE: getattr(small.inputs(state), name)[BASELINE]}}
            )

    @fault(_state, "V-04", missing)
    def a_scenario_has_no_intensities(small: SmallSeries, state: str = _state, name: str = source) -> Planted:
        return with_inputs(small, state, **{name: {STRESS: getattr(small.inputs(state), name)[STRESS]}})

    for _pointer, _value in (
        ("draws", "N"), ("blocks", "N"), ("substream_label", "other"), ("module", "5B.S9"),
        ("event_dataset", "site_locations"), ("event", "bucket_row_with_arrivals"),
    ):  # fmt: skip

        @fault(_state, "V-06", "RNG_POLICY_INVALID")
        def a_family_is_described_otherwise(
            small: SmallSeries, state: str = _state, pointer: str = _pointer, value: str = _value
        ) -> Planted:
            content = policy_content(RNG)
            place = next(n for n, one in enumerate(content["families"]) if one["module"] == state)
            content["families"][place] |= {pointer: value}
            return with_inputs(small, state, **{RNG: ArrivalRngPolicy5B.of(content)})

    @fault(_state, "V-06", "RNG_POLICY_INVALID")
    def a_family_is_missing(small: SmallSeries, state: str = _state) -> Planted:
        content = policy_content(RNG)
        others = [one for one in content["families"] if one["module"] != state]
        content["families"] = [*others, others[-1]]
        return with_inputs(small, state, **{RNG: ArrivalRngPolicy5B.of(content)})

    @fault(_state, "V-07", "BUCKET_SET_INCONSISTENT")
    def two_buckets_are_swapped(small: SmallSeries, state: str = _state) -> Planted:
        return with_rows(small, state, bucket_index=swapped)

    @fault(_state, "V-08", "DOMAIN_ALIGN_FAILED")
    def a_row_names_another_merchant(small: SmallSeries, state: str = _state) -> Planted:
        return with_rows(small, state, merchant_id=at(700, np.uint64(8)))

    @fault(_state, "V-08", "DOMAIN_ALIGN_FAILED")
    def a_row_names_another_zone(small: SmallSeries, state: str = _state) -> Planted:
        return with_rows(small, state, zone_representation=at(700, "Europe/Paris"))

    @fault(_state, "V-08", "DOMAIN_ALIGN_FAILED")
    def a_row_names_another_channel(small: SmallSeries, state: str = _state) -> Planted:
        return with_rows(small, state, channel_group=at(700, "card_present"))

    @fault(_state, *incomplete[_state])
    def a_row_is_missing(small: SmallSeries, state: str = _state) -> Planted:
        return with_table(small, state, lambda held: held.rows(0, held.num_rows - 1))

    @fault(_state, *incomplete[_state])
    def rows_of_an_unknown_series(small: SmallSeries, state: str = _state) -> Planted:
        return with_table(
            small, state, lambda held: changed_rows(held, merchant_id=lambda ids: ids + np.uint64(1))
        )

    for _column in ("rng_counter_before_hi", "rng_counter_before_lo", "rng_counter_after_lo", "blocks"):

        @fault(_state, "V-13", "RNG_ACCOUNTING_MISMATCH")
        def an_event_has_another_counter(
            small: SmallSeries, state: str = _state, column: str = _column
        ) -> Planted:
            held = getattr(small.outputs(state)[0], EVENTS[state])
            changed = changed_rows(held, **{column: at(2, lambda value: value + np.uint64(1))})
            return with_outputs(small, state, **{EVENTS[state]: changed})

    @fault(_state, "V-13", "RNG_ACCOUNTING_MISMATCH")
    def an_event_says_other_draws(small: SmallSeries, state: str = _state) -> Planted:
        held = getattr(small.outputs(state)[0], EVENTS[state])
        return with_outputs(small, state, **{EVENTS[state]: changed_rows(held, draws=at(1, "7"))})

    @fault(_state, "V-13", "RNG_ACCOUNTING_MISMATCH")
    def an_event_is_missing(small: SmallSeries, state: str = _state) -> Planted:
        held = getattr(small.outputs(state)[0], EVENTS[state])
        return with_outputs(small, state, **{EVENTS[state]: held.rows(1, held.num_rows)})

    @fault(_state, "V-13", "RNG_ACCOUNTING_MISMATCH")
    def no_events_are_left(small: SmallSeries, state: str = _state) -> Planted:
        return with_outputs(small, state, **{EVENTS[state]: None})

    for _total in ("events_total", "draws_total", "blocks_total"):

        @fault(_state, "V-13", "RNG_ACCOUNTING_MISMATCH")
        def a_total_of_the_trace_is_off_by_one(
            small: SmallSeries, state: str = _state, total: str = _total
        ) -> Planted:
            name = f"rng_trace_log_5B_{state.removeprefix('5B.')}"
            *rows, last = getattr(small.outputs(state)[0], name)
            wrong = RngTraceRow.of(edited(last.content(), total, last.content()[total] + 1))
            return with_outputs(small, state, **{name: (*rows, wrong)})

    @fault(_state, "V-13", "RNG_ACCOUNTING_MISMATCH")
    def the_trace_lacks_a_row(small: SmallSeries, state: str = _state) -> Planted:
        name = f"rng_trace_log_5B_{state.removeprefix('5B.')}"
        return with_outputs(small, state, **{name: getattr(small.outputs(state)[0], name)[1:]})

    @fault(_state, "V-13", "RNG_ACCOUNTING_MISMATCH")
    def the_audit_row_names_another_generator(small: SmallSeries, state: str = _state) -> Planted:
        name = f"rng_audit_log_5B_{state.removeprefix('5B.')}"
        (row,) = getattr(small.outputs(state)[0], name)
        return with_outputs(
            small, state, **{name: (RngAuditRow.of(edited(row.content(), "law_version", 99)),)}
        )

    @fault(_state, "V-13", "RNG_ACCOUNTING_MISMATCH")
    def there_is_no_audit_row(small: SmallSeries, state: str = _state) -> Planted:
        return with_outputs(small, state, **{f"rng_audit_log_5B_{state.removeprefix('5B.')}": ()})


# -- S2 --------------------------------------------------------------------------------------------------------

_LGCP_FAULTS: dict[str, dict[str, Any]] = {
    "a class has no multiplier of sigma": {
        "sigma__class_multipliers": {"retail_daytime": 1.0, "online_24h": 1.1}
    },
    "a class has no multiplier of length": {"length_scale__class_multipliers": {"office_hours": 1.0}},
    "a channel has no multiplier": {"sigma__channel_multipliers": {"mixed": 1.0}},
    "the bounds of sigma are reversed": {"sigma__bounds": {"lower": 1.0, "upper": 0.5}},
    "the bounds of the length are reversed": {"length_scale__bounds": {"lower": 9.0, "upper": 3.0}},
    "too few distinct sigmas": {"realism_floors__min_distinct_sigmas": 99},
    "stress is too mild": {"realism_floors__stress_sigma_floor": 4.0},
    "paths forget too fast": {"realism_floors__baseline_median_length_scale_lower": 71.0},
    "the clip is too narrow": {"clip__max_factor": 1.5},
}
for _name, _changes in _LGCP_FAULTS.items():

    @fault("5B.S2", "V-05", "LGCP_CONFIG_INVALID")
    def the_latent_config_is_wrong(
        small: SmallSeries, changes: dict[str, Any] = _changes, name: str = _name
    ) -> Planted:
        return with_inputs(small, "5B.S2", **{LGCP: policy(LGCP, **changes)})


@fault("5B.S2", "V-09", "KERNEL_CONSTRUCTION_FAILED")
def members_of_a_group_differ(small: SmallSeries) -> Planted:
    return with_inputs(small, "5B.S2", s1_grouping_5B=mixed_grouping(small))


def mixed_grouping(small: SmallSeries) -> Any:
    """Grouping in which two series of different classes share a group."""
    held = {name: part.read() for name, part in small.inputs("5B.S2").s1_grouping_5B.items()}
    first = str(held[BASELINE].group_id.decoded()[0])
    held[BASELINE] = changed_rows(held[BASELINE], group_id=at(3, first))
    return small.partitions("mixed", held)


for _column in ("lambda_realised", "lambda_random_component", "lambda_baseline"):

    @fault("5B.S2", "V-10", "REALISED_NUMERIC_INVALID")
    def a_factor_or_product_is_off_by_one_ulp(small: SmallSeries, column: str = _column) -> Planted:
        return with_rows(small, "5B.S2", **{column: at(5, ulp)})


@fault("5B.S2", "V-10", "REALISED_NUMERIC_INVALID")
def a_factor_passes_its_clip(small: SmallSeries) -> Planted:
    held = small.outputs("5B.S2")[0].s2_realised_intensity_5B[BASELINE]
    return with_rows(
        small,
        "5B.S2",
        lambda_random_component=at(5, 5.5),
        lambda_realised=at(5, float(held.lambda_baseline[5]) * 5.5),
    )


@fault("5B.S2", "V-11", "REALISED_DOMAIN_INCOMPLETE")
def the_intensity_of_5a_is_changed(small: SmallSeries) -> Planted:
    return with_rows(small, "5B.S2", lambda_baseline=at(1, ulp))


@fault("5B.S2", "V-12", "LATENT_DOMAIN_INCOMPLETE")
def the_field_is_missing(small: SmallSeries) -> Planted:
    return with_outputs(small, "5B.S2", s2_latent_field_5B=None)


@fault("5B.S2", "V-12", "LATENT_DOMAIN_INCOMPLETE")
def the_field_is_there_unasked(small: SmallSeries) -> Planted:
    return with_inputs(small, "5B.S2", **{LGCP: policy(LGCP, diagnostics__emit_latent_field=False)})


@fault("5B.S2", "V-12", "LATENT_DOMAIN_INCOMPLETE")
def a_value_of_the_field_is_off_by_one_ulp(small: SmallSeries) -> Planted:
    held = small.outputs("5B.S2")[0].s2_latent_field_5B[BASELINE]
    return with_outputs(
        small, "5B.S2", s2_latent_field_5B={BASELINE: changed_rows(held, latent_value=at(9, ulp))}
    )


@fault("5B.S2", "V-12", "LATENT_DOMAIN_INCOMPLETE")
def a_row_of_the_field_is_missing(small: SmallSeries) -> Planted:
    held = small.outputs("5B.S2")[0].s2_latent_field_5B[BASELINE]
    return with_outputs(small, "5B.S2", s2_latent_field_5B={BASELINE: held.rows(1, held.num_rows)})


# -- S3 --------------------------------------------------------------------------------------------------------


@fault("5B.S3", "V-05", "COUNT_CONFIG_MISSING")
def there_is_no_count_config(small: SmallSeries) -> Planted:
    return with_inputs(small, "5B.S3", **{COUNTS: None})


_COUNT_FAULTS: dict[str, dict[str, Any]] = {
    "an unknown law": {"count_law_id": "zero_inflated_v9"},
    "a class has no multiplier": {"kappa__class_multipliers": {"office_hours": 1.0, "online_24h": 0.8}},
    "the bounds of kappa are reversed": {"kappa__bounds": {"lower": 9.0, "upper": 3.0}},
    "the cap is below its floor": {"max_count_per_bucket": 4999},
    "too much counts as zero": {"lambda_zero_eps": 0.0009},
    "too few distinct kappas": {"realism_floors__min_distinct_kappas": 99},
    "counts are too even": {"realism_floors__baseline_median_kappa_upper": 11.0},
}
for _name, _changes in _COUNT_FAULTS.items():

    @fault("5B.S3", "V-05", "COUNT_CONFIG_INVALID")
    def the_count_config_is_wrong(
        small: SmallSeries, changes: dict[str, Any] = _changes, name: str = _name
    ) -> Planted:
        return with_inputs(small, "5B.S3", **{COUNTS: policy(COUNTS, **changes)})


@fault("5B.S3", "V-07", "BUCKET_SET_INCONSISTENT")
def a_bucket_has_another_length(small: SmallSeries) -> Planted:
    return with_rows(small, "5B.S3", bucket_duration_seconds=lambda values: np.full_like(values, 1800))


@fault("5B.S3", "V-08", "DOMAIN_ALIGN_FAILED")
def two_channel_groups_share_a_zone(small: SmallSeries) -> Planted:
    return with_inputs(small, "5B.S3", s1_grouping_5B=doubled_channels(small))


def doubled_channels(small: SmallSeries) -> Any:
    """Grouping in which two neighbouring series differ in their channel group alone."""
    held = {name: part.read() for name, part in small.inputs("5B.S3").s1_grouping_5B.items()}
    held[BASELINE] = changed_rows(
        held[BASELINE], zone_representation=at(1, "Africa/Lagos"), channel_group=at(1, "mixed")
    )
    return small.partitions("doubled", held)


@fault("5B.S3", "V-09", "PARAM_DERIVATION_INVALID")
def the_mean_is_off_by_one_ulp(small: SmallSeries) -> Planted:
    return with_rows(small, "5B.S3", lambda_realised=at(5, ulp))


@fault("5B.S3", "V-09", "PARAM_DERIVATION_INVALID")
def a_kappa_is_off_by_one_ulp(small: SmallSeries) -> Planted:
    return with_rows(small, "5B.S3", kappa=at(5, ulp))


@fault("5B.S3", "V-09", "PARAM_DERIVATION_INVALID")
def a_kappa_is_null(small: SmallSeries) -> Planted:
    return with_rows(
        small, "5B.S3", kappa=lambda values: np.ma.MaskedArray(values, np.arange(len(values)) == 4)
    )


@fault("5B.S3", "V-09", "PARAM_DERIVATION_INVALID")
def a_row_names_another_group(small: SmallSeries) -> Planted:
    held = small.outputs("5B.S3")[0].s3_bucket_counts_5B[BASELINE]
    other = str(held.group_id.decoded()[-1])
    return with_rows(small, "5B.S3", group_id=at(5, other))


@fault("5B.S3", "V-09", "PARAM_DERIVATION_INVALID")
def the_law_is_not_the_policy_s(small: SmallSeries) -> Planted:
    return with_rows(small, "5B.S3", count_law_id=lambda values: np.full(len(values), "poisson"))


@fault("5B.S3", "V-10", "COUNT_SAMPLING_ERROR")
def an_intensity_of_zero_has_an_arrival(small: SmallSeries) -> Planted:
    return with_rows(small, "5B.S3", count_N=at(0, np.uint32(1)))


@fault("5B.S3", "V-11", "COUNTS_NUMERIC_INVALID")
def a_count_passes_the_greatest(small: SmallSeries) -> Planted:
    return with_rows(small, "5B.S3", count_N=at(5, np.uint32(50_001)))


@fault("5B.S3", "V-11", "COUNTS_NUMERIC_INVALID")
def a_count_is_marked_that_nothing_limited(small: SmallSeries) -> Planted:
    return with_rows(small, "5B.S3", count_capped=at(5, True))


@fault("5B.S3", "V-11", "COUNTS_NUMERIC_INVALID")
def the_greatest_count_is_marked_though_it_was_not_drawn(small: SmallSeries) -> Planted:
    return with_rows(small, "5B.S3", count_N=at(5, np.uint32(50_000)), count_capped=at(5, True))
