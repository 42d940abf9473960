"""What the laws of S1 to S4 refuse before they compute, and the cases at their edges."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from engine.core.errors import EngineError
from engine.core.identity import RunIdentity
from engine.core.runner import StateAborted
from engine.rng import PlanStream
from engine.s2b import s1_site_weights, s3_day_effects
from generated import errors, states
from generated.models.s2b import AliasLayoutPolicyV1, DayEffectPolicyV1
from tests.s2b.plan_oracle import Plan, Site
from tests.s2b.small_plan import (
    IDENTITY,
    SITES,
    ZONES,
    SmallPlan,
    alias_content,
    changed_rows,
    computed,
    day_content,
    edited,
    fresh_run,
    in_order,
    locations,
    timezones,
    with_digest,
)


def refusal(state: str, inputs: Any, run: Any = None) -> EngineError:
    """The error with which a state's law refuses its inputs."""
    with pytest.raises(EngineError) as caught:
        computed(state, inputs, run or fresh_run())
    return caught.value


@pytest.fixture
def small(tmp_path: Path) -> SmallPlan:
    """The hand-made sites under the default plan."""
    return SmallPlan(tmp_path)


UNIMPLEMENTED = {
    "layout_version": "2B.alias.blob.v2",
    "padding_rule/pad_byte_hex": "ff",
    "encode_spec/mass_rounding": "floor",
    "encode_spec/delta_adjust": "largest_first",
    "encode_spec/worklist_order": "descending_index",
    "record_layout/slice_header": "u32_n_sites",
    "record_layout/prob_qbits": 16,
    "record_layout/prob_q_encoding": "Q0.16",
    "record_layout/alias_index_type": "u16",
    "decode_law": "walker_vose_q0_16",
    "checksum/algorithm": "crc32",
    "checksum/scope": "raw_blob_bytes",
    "blob_digest/algorithm": "sha512",
    "blob_digest/scope": "slice_payload_bytes",
    "required_index_fields/header": ["layout_version"],
    "required_index_fields/merchant_row": ["merchant_id"],
}


@pytest.mark.parametrize("pointer", list(UNIMPLEMENTED))
def test_alias_tables_refuse_a_layout_that_is_not_implemented(small: SmallPlan, pointer: str) -> None:
    content = edited(alias_content(small.plan), pointer, UNIMPLEMENTED[pointer])
    inputs = replace(small.inputs("2B.S2"), alias_layout_policy_v1=AliasLayoutPolicyV1.of(content))
    error = refusal("2B.S2", inputs)
    assert error.code is errors.S2B_S2.POLICY_MINIMA_MISSING
    assert error.where == f"alias_layout_policy_v1 /{pointer}"
    assert isinstance(error, StateAborted)


def test_required_index_fields_may_not_name_a_field_that_is_not_written(small: SmallPlan) -> None:
    held = alias_content(small.plan)["required_index_fields"]["header"]
    content = edited(alias_content(small.plan), "required_index_fields/header", [*held, "author"])
    inputs = replace(small.inputs("2B.S2"), alias_layout_policy_v1=AliasLayoutPolicyV1.of(content))
    assert refusal("2B.S2", inputs).code is errors.S2B_S2.POLICY_MINIMA_MISSING


CONTRARY = {
    "rng_engine": "philox4x32-10",
    "draws_per_row": 0,
    "normal_icdf": "exact",
    "rng_derivation/low64_rule": "be64_bytes_24_32",
    "rng_derivation/counter_split_rule": "none",
    "rng_derivation/key_basis": ["seed"],
    "rng_derivation/base_counter_basis": ["seed", "manifest_fingerprint", "rng_stream_id"],
    "record_fields": ["gamma"],
}


@pytest.mark.parametrize("pointer", list(CONTRARY))
def test_day_effects_refuse_a_law_that_is_not_implemented(small: SmallPlan, pointer: str) -> None:
    content = with_digest(edited(day_content(small.plan), pointer, CONTRARY[pointer]))
    inputs = replace(small.inputs("2B.S3"), day_effect_policy_v1=DayEffectPolicyV1.of(content))
    error = refusal("2B.S3", inputs)
    assert error.code is errors.S2B_S3.POLICY_MINIMA_MISSING
    assert error.where == f"day_effect_policy_v1 /{pointer}"


def test_day_effects_refuse_a_policy_whose_own_digest_is_wrong(small: SmallPlan) -> None:
    content = day_content(small.plan) | {"sha256_hex": "0" * 64}
    inputs = replace(small.inputs("2B.S3"), day_effect_policy_v1=DayEffectPolicyV1.of(content))
    error = refusal("2B.S3", inputs)
    assert error.code is errors.S2B_S3.POLICY_SCHEMA_INVALID
    assert (error.expected, error.found) == (day_content(small.plan)["sha256_hex"], "0" * 64)


@pytest.mark.parametrize(
    ("days", "accepted"), [(364, False), (365, True), (1826, True), (1827, False), (0, False)]
)
def test_day_effects_cover_365_to_1826_days(small: SmallPlan, days: int, accepted: bool) -> None:
    last = date(2024, 1, 1) + timedelta(days=days - 1)
    content = with_digest(edited(day_content(small.plan), "day_range/end_day", last.isoformat()))
    inputs = replace(small.inputs("2B.S3"), day_effect_policy_v1=DayEffectPolicyV1.of(content))
    if accepted:
        (made,) = computed("2B.S3", inputs, fresh_run())
        assert np.unique(made.s3_day_effects.utc_day).shape == (days,)
    else:
        assert refusal("2B.S3", inputs).code is errors.S2B_S3.DAY_RANGE_INVALID


@pytest.mark.parametrize(
    ("change", "name"),
    [
        (lambda sites: sites[1:], "JOIN_KEY_MISMATCH"),
        (lambda sites: [*sites, Site(2**64 - 1, "US", 9, ZONES[0])], "JOIN_KEY_MISMATCH"),
        (lambda sites: sites[:4] + sites[3:], "TZ_GROUP_MULTIMAP"),
    ],
)
@pytest.mark.parametrize("state", ["2B.S3", "2B.S4"])
def test_a_join_that_is_not_one_to_one_aborts(
    small: SmallPlan, state: str, change: Callable[[list[Site]], list[Site]], name: str
) -> None:
    zones = small.partition("faulty", timezones(change(in_order(small.sites))))
    error = refusal(state, replace(small.inputs(state), site_timezones=zones))
    assert error.code is getattr({"2B.S3": errors.S2B_S3, "2B.S4": errors.S2B_S4}[state], name)
    assert "merchant" in error.where


@pytest.mark.parametrize("weight", [-1.0, -1e-300])
def test_a_negative_base_weight_aborts(tmp_path: Path, weight: float) -> None:
    sites = [replace(site, column=weight) if site == SITES[-1] else site for site in SITES]
    small = SmallPlan(tmp_path, sites, Plan(mode="column"))
    error = refusal("2B.S1", small.inputs("2B.S1"))
    assert error.code is errors.S2B_S1.INVALID_BASE_WEIGHT
    assert error.where == "merchant 77, US, site 11"
    assert float(error.found) == weight


def test_a_missing_base_weight_aborts(tmp_path: Path) -> None:
    small = SmallPlan(tmp_path, plan=Plan(mode="column"))
    table = locations(in_order(SITES))
    holed = table.arrow.set_column(6, table.ARROW_SCHEMA.field(6), [[None, *[1.0] * (table.num_rows - 1)]])
    inputs = replace(small.inputs("2B.S1"), site_locations=small.partition("faulty", type(table)(holed)))
    error = refusal("2B.S1", inputs)
    assert (error.code, error.found) == (errors.S2B_S1.INVALID_BASE_WEIGHT, "nan")


def test_weights_whose_sum_is_infinite_abort(tmp_path: Path) -> None:
    sites = [Site(5, "CH", k, ZONES[0], 1e308) for k in (1, 2, 3)]
    error = refusal("2B.S1", SmallPlan(tmp_path, sites, Plan(mode="column")).inputs("2B.S1"))
    assert error.code is errors.S2B_S1.NORMALISATION_FAILED
    assert error.where == "merchant 5"


def test_a_share_below_the_tolerance_aborts_and_one_above_it_counts_as_zero(
    small: SmallPlan, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Base weights and floors are never negative; both are forced to be, so that the clamp is reached."""
    policy = small.alias_policy
    floor = policy.floor.model_construct(mode="absolute", value=-1.0)
    inputs = replace(small.inputs("2B.S1"), alias_layout_policy_v1=policy.model_copy(update={"floor": floor}))

    def made(weight: float) -> Any:
        def base(starts: Any, **_: object) -> Any:
            return np.where(np.arange(starts[-1]) == 3, weight, 1.0)

        monkeypatch.setattr(s1_site_weights, "policy_findings", lambda policy: iter(()))
        monkeypatch.setattr(s1_site_weights, "base_weights", base)
        return computed("2B.S1", inputs, fresh_run())[0].s1_site_weights

    clamped = made(-1e-13)
    assert clamped.p_weight[3] == 0.0
    assert abs(clamped.p_weight[1:12].sum() - 1.0) < 1e-15
    with pytest.raises(EngineError) as caught:
        made(-1e-3)
    assert caught.value.code is errors.S2B_S1.P_WEIGHT_OUT_OF_RANGE
    assert caught.value.where == "merchant 77, US, site 3"


def test_a_quantisation_that_is_too_coarse_aborts(tmp_path: Path) -> None:
    """Five equal shares of 0.2 leave one grid step over; the first site goes up by 0.8 of a step."""
    small = SmallPlan(tmp_path, plan=Plan(mode="uniform"))
    content = edited(alias_content(small.plan), "quantisation_epsilon", 2.0**-25)
    policy = AliasLayoutPolicyV1.of(content)
    error = refusal("2B.S1", replace(small.inputs("2B.S1"), alias_layout_policy_v1=policy))
    assert error.code is errors.S2B_S1.QUANTISATION_INCOHERENT
    assert error.where == f"merchant {2**64 - 1}, CH, site 1"
    error = refusal("2B.S2", replace(small.inputs("2B.S2"), alias_layout_policy_v1=policy))
    assert error.code is errors.S2B_S2.ALIAS_DECODE_INCOHERENT


@pytest.mark.parametrize(
    ("change", "name"),
    [
        ({"quantised_bits": lambda bits: bits + np.uint8(1)}, "BIT_DEPTH_INCOHERENT"),
        ({"p_weight": lambda p: p * 1.5}, "NEGATIVE_OR_OVERFLOW_MASS"),
        ({"p_weight": lambda p: p * 0.5}, "GRID_SUM_INCORRECT"),
    ],
)
def test_alias_tables_refuse_weights_that_are_not_s1s(
    small: SmallPlan, change: dict[str, Callable[[Any], Any]], name: str
) -> None:
    table = changed_rows(small.outputs("2B.S1")[0].s1_site_weights, **change)
    error = refusal("2B.S2", replace(small.inputs("2B.S2"), s1_site_weights=small.partition("faulty", table)))
    assert error.code is getattr(errors.S2B_S2, name)


def test_alias_tables_refuse_weights_out_of_order(small: SmallPlan) -> None:
    table = small.outputs("2B.S1")[0].s1_site_weights
    table = table.take(np.arange(table.num_rows)[::-1].copy())
    error = refusal("2B.S2", replace(small.inputs("2B.S2"), s1_site_weights=small.partition("faulty", table)))
    assert error.code is errors.S2B_S2.WRITER_ORDER_NOT_ASC


@pytest.mark.parametrize(
    ("gamma", "name"), [(0.0, "DOMAIN_VIOLATION"), (np.nan, "DOMAIN_VIOLATION"), (np.inf, "DOMAIN_VIOLATION")]
)
def test_group_weights_refuse_a_gamma_outside_its_domain(small: SmallPlan, gamma: float, name: str) -> None:
    def put(values: Any) -> Any:
        return np.concatenate([[gamma], values[1:]])

    table = changed_rows(small.outputs("2B.S3")[0].s3_day_effects, gamma=put)
    error = refusal("2B.S4", replace(small.inputs("2B.S4"), s3_day_effects=small.partition("faulty", table)))
    assert error.code is getattr(errors.S2B_S4, name)


@pytest.mark.parametrize(
    "change",
    [
        lambda table: table.rows(0, table.num_rows - 1),
        lambda table: table.rows(0, 0),
        lambda table: changed_rows(table, tz_group_id=lambda zone: ["Asia/Tokyo", *zone[1:]]),
        lambda table: changed_rows(table, merchant_id=lambda ids: np.append(ids[:-1], np.uint64(5))),
    ],
    ids=["a day cut short", "no rows", "another zone", "another merchant"],
)
def test_group_weights_refuse_day_effects_of_other_groups(
    small: SmallPlan, change: Callable[[Any], Any]
) -> None:
    table = change(small.outputs("2B.S3")[0].s3_day_effects)
    inputs = replace(small.inputs("2B.S4"), s3_day_effects=small.partition("faulty", table))
    error = refusal("2B.S4", inputs)
    assert error.code is errors.S2B_S4.JOIN_KEY_MISMATCH
    assert error.where.startswith("s3_day_effects part 0")


def test_group_weights_refuse_weights_that_do_not_sum_to_1(small: SmallPlan) -> None:
    table = changed_rows(small.outputs("2B.S1")[0].s1_site_weights, p_weight=lambda p: p * (1.0 - 1e-11))
    error = refusal("2B.S4", replace(small.inputs("2B.S4"), s1_site_weights=small.partition("faulty", table)))
    assert error.code is errors.S2B_S4.BASE_SHARE_INCOHERENT


def test_group_weights_refuse_another_number_of_parts(small: SmallPlan) -> None:
    table = small.outputs("2B.S3")[0].s3_day_effects
    parts = small.partition("faulty", table.rows(0, 366), table.rows(366, table.num_rows))
    error = refusal("2B.S4", replace(small.inputs("2B.S4"), s3_day_effects=parts))
    assert (error.code, error.expected, error.found) == (
        errors.S2B_S4.JOIN_KEY_MISMATCH,
        "1 parts",
        "2 parts",
    )


def test_a_counter_that_would_pass_its_end_aborts(small: SmallPlan, monkeypatch: pytest.MonkeyPatch) -> None:
    """2,928 rows fit from 2^128 - 2,928 on, and no later."""

    def stream(counter: int) -> Callable[..., PlanStream]:
        return lambda policy, run: PlanStream(1, counter >> 64, counter % 2**64)

    monkeypatch.setattr(s3_day_effects, "plan_stream", stream(2**128 - 2928))
    (made,) = computed("2B.S3", small.inputs("2B.S3"), fresh_run())
    assert made.s3_day_effects.rng_counter_lo[-1] == 2**64 - 1
    assert made.s3_day_effects.rng_counter_hi[-1] == 2**64 - 1
    monkeypatch.setattr(s3_day_effects, "plan_stream", stream(2**128 - 2927))
    assert refusal("2B.S3", small.inputs("2B.S3")).code is errors.S2B_S3.RNG_COUNTER_WRAP


def test_counters_carry_into_the_high_word(small: SmallPlan, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(s3_day_effects, "plan_stream", lambda policy, run: PlanStream(1, 6, 2**64 - 100))
    (made,) = computed("2B.S3", small.inputs("2B.S3"), fresh_run())
    table = made.s3_day_effects
    counters = [
        (int(hi) << 64) | int(lo) for hi, lo in zip(table.rng_counter_hi, table.rng_counter_lo, strict=True)
    ]
    assert counters == [(6 << 64) + 2**64 - 100 + row for row in range(table.num_rows)]


def test_another_seed_or_world_gives_other_draws(small: SmallPlan) -> None:
    def gammas(identity: RunIdentity) -> list[float]:
        (made,) = computed("2B.S3", small.inputs("2B.S3"), replace(fresh_run(), identity=identity))
        return list(made.s3_day_effects.gamma.tolist())

    first = gammas(IDENTITY)
    assert gammas(IDENTITY) == first
    assert set(gammas(replace(IDENTITY, seed=43))).isdisjoint(first)
    assert set(gammas(replace(IDENTITY, manifest_fingerprint="0" * 64))).isdisjoint(first)
    assert gammas(replace(IDENTITY, run_id="4" * 32, parameter_hash="5" * 64)) == first


@pytest.mark.parametrize("echo", [True, False])
def test_the_policy_echo_stands_in_the_run_report(small: SmallPlan, echo: bool) -> None:
    content = with_digest(day_content(small.plan) | {"created_utc_policy_echo": echo})
    run = fresh_run()
    computed("2B.S3", replace(small.inputs("2B.S3"), day_effect_policy_v1=DayEffectPolicyV1.of(content)), run)
    sealed = run.sealed["day_effect_policy_v1"].sha256_hex
    expected = {"policy_id": "day_effect_policy_v1", "policy_version": "1.0.0", "sha256_hex": sealed}
    assert run.notes.figures.get("day_effect_policy") == (expected if echo else None)


def test_the_gate_notes_a_missing_roster_and_warns_of_placeholder_versions(small: SmallPlan) -> None:
    inputs, run = small.inputs("2B.S0"), fresh_run()
    tags = dict(
        zip(
            [row.dataset for row in inputs.sealed], ["1.0.0", "unknown", "", "{policy_version}"], strict=False
        )
    )
    sealed = tuple(
        replace(row, version_tag=tags.get(row.dataset, row.version_tag))
        for row in inputs.sealed
        if row.dataset != "s5_arrival_roster"
    )
    (made,) = computed("2B.S0", replace(inputs, sealed=sealed, s5_arrival_roster=None), run)
    assert "roster make" in run.notes.figures["s5_arrival_roster"]
    assert [(warning.code.full, warning.found) for warning in run.notes.warnings] == [
        ("2B-S0-041", "unknown"),
        ("2B-S0-041", "none"),
        ("2B-S0-041", "{policy_version}"),
    ]
    assert [row.version_tag for row in made.sealed_inputs_2B.root[:4]] == list(tags.values())


def test_the_gate_seals_in_order_of_id_whatever_the_order_of_its_inputs(small: SmallPlan) -> None:
    inputs = small.inputs("2B.S0")
    (made,) = computed("2B.S0", inputs, fresh_run())
    (turned,) = computed("2B.S0", replace(inputs, sealed=inputs.sealed[::-1]), fresh_run())
    assert made == turned
    names = [row.asset_id for row in made.sealed_inputs_2B.root]
    assert names == sorted(read.dataset.id for read in states.S2B_S0.CARD.reads)
    assert names == [row.id for row in made.s0_gate_receipt_2B.sealed_inputs]
    assert made.s0_gate_receipt_2B.determinism_receipt.policy_ids == [n for n in names if "policy" in n]


def test_a_merchant_with_one_site(tmp_path: Path) -> None:
    small = SmallPlan(tmp_path, [Site(3, "NG", 1, ZONES[3])])
    assert small.outputs("2B.S1")[0].s1_site_weights.p_weight.tolist() == [1.0]
    made = small.outputs("2B.S2")[0]
    assert made.s2_alias_blob.hex() == "01000000200000000000000000000000ffffffff00000000"
    shared = small.outputs("2B.S4")[0].s4_group_weights
    assert set(shared.p_group.tolist()) == set(shared.base_share.tolist()) == {1.0}


def test_a_merchant_with_a_million_sites_has_its_table(tmp_path: Path) -> None:
    """How long it takes is measured in bench/kernels.py: the law's limit is a second."""
    small = SmallPlan(tmp_path, plan=Plan(zipf_s=0.8))
    sites = np.arange(1, 10**6 + 1, dtype=np.int32)
    table = changed_rows(
        type(small.outputs("2B.S1")[0].s1_site_weights).empty(),
        merchant_id=lambda _: np.full(sites.size, 8, np.uint64),
        legal_country_iso=lambda _: ["CH"] * sites.size,
        site_order=lambda _: sites,
        p_weight=lambda _: (1.0 / sites) / float(np.sum(1.0 / sites)),
        weight_source=lambda _: ["zipf"] * sites.size,
        quantised_bits=lambda _: np.full(sites.size, small.plan.quantised_bits, np.uint8),
        floor_applied=lambda _: np.zeros(sites.size, np.bool_),
        created_utc=lambda _: np.full(sites.size, small.run.created),
    )
    inputs = replace(small.inputs("2B.S2"), s1_site_weights=small.partition("large", table))
    (made,) = computed("2B.S2", inputs, fresh_run())
    assert made.s2_alias_index.merchants[0].sites == 10**6
    assert len(made.s2_alias_blob) == 16 + 8 * 10**6
