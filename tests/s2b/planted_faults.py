"""One planted fault for every validator and code of S0 to S4 that a state's own class checks.

A fault takes a sound plan and gives (inputs, outputs, run) with one thing wrong; the validator must find it under its
code.
"""

from __future__ import annotations

import struct
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from generated.models.layer1 import RngAuditRow
from generated.models.s2b import (
    AliasLayoutPolicyV1,
    DayEffectPolicyV1,
    S0GateReceipt2B,
    S2AliasIndex,
    SealedInputs2B,
)
from tests.s2b.plan_oracle import Site
from tests.s2b.small_plan import (
    SmallPlan,
    alias_content,
    changed_rows,
    day_content,
    edited,
    in_order,
    locations,
    timezones,
    unchecked,
    with_digest,
)

Planted = tuple[Any, Any, Any]


@dataclass(frozen=True)
class Fault:
    """A named way to break one law of one state."""

    state: str
    validator: str
    code: str
    name: str
    plant: Callable[[SmallPlan], Planted]

    @property
    def label(self) -> str:
        """The fault in the words of a test id."""
        return f"{self.state} {self.validator} {self.code} {self.name}"


FAULTS: list[Fault] = []


def fault(
    state: str, validator: str, code: str
) -> Callable[[Callable[..., Planted]], Callable[..., Planted]]:
    """Register a function as the planted fault of a validator and code."""

    def register(plant: Callable[..., Planted]) -> Callable[..., Planted]:
        FAULTS.append(Fault(state, validator, code, plant.__name__, plant))
        return plant

    return register


def _sound(small: SmallPlan, state: str) -> Planted:
    return small.inputs(state), small.outputs(state)[0], small.run


def _with_inputs(small: SmallPlan, state: str, **changes: Any) -> Planted:
    inputs, outputs, run = _sound(small, state)
    return replace(inputs, **changes), outputs, run


def _with_outputs(small: SmallPlan, state: str, **changes: Any) -> Planted:
    inputs, outputs, run = _sound(small, state)
    return inputs, replace(outputs, **changes), run


def _at(row: int, value: object) -> Callable[[Any], Any]:
    """A function that puts a value into one row of a column."""

    def put(values: Any) -> Any:
        changed = values.copy()
        changed[row] = value
        return changed

    return put


# -- S0 --------------------------------------------------------------------------------------------------------


def _receipt(small: SmallPlan, pointer: str, value: object) -> Planted:
    content = small.outputs("2B.S0")[0].s0_gate_receipt_2B.content()
    return _with_outputs(
        small, "2B.S0", s0_gate_receipt_2B=S0GateReceipt2B.of(edited(content, pointer, value))
    )


def _inventory(small: SmallPlan, change: Callable[[list[Any]], list[Any]]) -> Planted:
    rows = small.outputs("2B.S0")[0].sealed_inputs_2B.content()
    return _with_outputs(small, "2B.S0", sealed_inputs_2B=SealedInputs2B.of(change(rows)))


def _without(name: str) -> Callable[[list[Any]], list[Any]]:
    return lambda rows: [row for row in rows if row["asset_id"] != name]


@fault("2B.S0", "V-01", "010")
def a_bundle_is_missing(small: SmallPlan) -> Planted:
    return _with_inputs(small, "2B.S0", validation_bundle_1B=None)


@fault("2B.S0", "V-01", "010")
def a_flag_is_not_sealed(small: SmallPlan) -> Planted:
    return _inventory(small, _without("validation_passed_flag_2A"))


def _gate(small: SmallPlan, name: str, digest: str) -> Planted:
    held = getattr(small.inputs("2B.S0"), name)
    return _with_inputs(small, "2B.S0", **{name: replace(held, bundle_digest=digest)})


@fault("2B.S0", "V-02", "011")
def the_flag_vouches_for_another_bundle(small: SmallPlan) -> Planted:
    return _gate(small, "validation_passed_flag_2A", "0" * 64)


@fault("2B.S0", "V-02", "012")
def the_bundle_has_no_digest(small: SmallPlan) -> Planted:
    return _gate(small, "validation_bundle_1B", "")


@fault("2B.S0", "V-02", "013")
def the_flag_states_no_digest(small: SmallPlan) -> Planted:
    return _gate(small, "validation_passed_flag_1B", "F" * 64)


@fault("2B.S0", "V-04", "010")
def a_required_input_is_not_sealed(small: SmallPlan) -> Planted:
    return _inventory(small, _without("site_timezones"))


@fault("2B.S0", "V-05", "090")
def the_timetable_is_not_sealed(small: SmallPlan) -> Planted:
    return _inventory(small, _without("tz_timetable_cache"))


@fault("2B.S0", "V-08", "040")
def the_receipt_leaves_an_input_out(small: SmallPlan) -> Planted:
    rows = small.outputs("2B.S0")[0].s0_gate_receipt_2B.content()["sealed_inputs"]
    return _receipt(small, "sealed_inputs", rows[1:])


@fault("2B.S0", "V-08", "040")
def the_inventory_leaves_an_input_out(small: SmallPlan) -> Planted:
    return _inventory(small, _without("route_rng_policy_v1"))


@fault("2B.S0", "V-08", "040")
def the_receipt_names_another_partition(small: SmallPlan) -> Planted:
    rows = small.outputs("2B.S0")[0].s0_gate_receipt_2B.content()["sealed_inputs"]
    return _receipt(small, "sealed_inputs", [rows[0] | {"partition": {"seed": "43"}}, *rows[1:]])


@fault("2B.S0", "V-08", "040")
def the_inventory_is_not_sorted(small: SmallPlan) -> Planted:
    return _inventory(small, lambda rows: [rows[1], rows[0], *rows[2:]])


@fault("2B.S0", "V-09", "041")
def a_row_has_no_digest(small: SmallPlan) -> Planted:
    rows = small.outputs("2B.S0")[0].sealed_inputs_2B.content()
    empty = unchecked(type(small.outputs("2B.S0")[0].sealed_inputs_2B.root[0]), rows[0] | {"sha256_hex": ""})
    held = small.outputs("2B.S0")[0].sealed_inputs_2B.root
    return _with_outputs(small, "2B.S0", sealed_inputs_2B=unchecked(SealedInputs2B, [empty, *held[1:]]))


@fault("2B.S0", "V-09", "041")
def a_row_has_another_digest(small: SmallPlan) -> Planted:
    return _inventory(small, lambda rows: [*rows[:-1], rows[-1] | {"sha256_hex": "0" * 64}])


@fault("2B.S0", "V-09", "041")
def a_row_has_another_tag(small: SmallPlan) -> Planted:
    return _inventory(small, lambda rows: [*rows[:-1], rows[-1] | {"version_tag": "9.9.9"}])


@fault("2B.S0", "V-10", "042")
def the_receipt_captures_another_policy_digest(small: SmallPlan) -> Planted:
    held = small.outputs("2B.S0")[0].s0_gate_receipt_2B.content()["determinism_receipt"]["policy_digests"]
    return _receipt(small, "determinism_receipt/policy_digests", [*reversed(held)])


@fault("2B.S0", "V-10", "042")
def the_receipt_leaves_a_policy_out(small: SmallPlan) -> Planted:
    held = small.outputs("2B.S0")[0].s0_gate_receipt_2B.content()["determinism_receipt"]["policy_ids"]
    return _receipt(small, "determinism_receipt/policy_ids", held[:-1])


@fault("2B.S0", "V-10", "042")
def the_receipt_names_another_law_version(small: SmallPlan) -> Planted:
    return _receipt(small, "determinism_receipt/law_version", 2)


@fault("2B.S0", "V-10", "042")
def the_receipt_names_other_contracts(small: SmallPlan) -> Planted:
    return _receipt(small, "determinism_receipt/contracts_digest", "0" * 64)


@fault("2B.S0", "V-10", "042")
def the_receipt_names_another_catalogue(small: SmallPlan) -> Planted:
    return _receipt(small, "catalogue_resolution/dictionary_version", "9.9.9")


@fault("2B.S0", "V-10", "042")
def the_receipt_tells_another_time(small: SmallPlan) -> Planted:
    return _receipt(small, "verified_at_utc", "2024-01-01T00:00:00.000001Z")


@fault("2B.S0", "V-10", "042")
def a_policy_is_below_a_floor_of_two_fields(small: SmallPlan) -> Planted:
    policy = AliasLayoutPolicyV1.of(edited(alias_content(small.plan), "quantisation_epsilon", 1e-9))
    return _with_inputs(small, "2B.S0", alias_layout_policy_v1=policy)


@fault("2B.S0", "V-10", "042")
def a_policy_covers_too_few_days(small: SmallPlan) -> Planted:
    content = with_digest(edited(day_content(small.plan), "day_range/end_day", "2024-12-29"))
    return _with_inputs(small, "2B.S0", day_effect_policy_v1=DayEffectPolicyV1.of(content))


@fault("2B.S0", "V-10", "042")
def a_policy_has_another_id(small: SmallPlan) -> Planted:
    content = with_digest(edited(day_content(small.plan), "policy_id", "day_effect_policy_v2"))
    return _with_inputs(small, "2B.S0", day_effect_policy_v1=unchecked(DayEffectPolicyV1, content))


@fault("2B.S0", "V-12", "043")
def an_id_is_sealed_twice(small: SmallPlan) -> Planted:
    return _inventory(small, lambda rows: [rows[0], *rows])


# -- S1 --------------------------------------------------------------------------------------------------------


def _alias_policy(small: SmallPlan, state: str, pointer: str, value: object, **forged: bool) -> Planted:
    content = edited(alias_content(small.plan), pointer, value)
    policy = unchecked(AliasLayoutPolicyV1, content) if forged else AliasLayoutPolicyV1.of(content)
    return _with_inputs(small, state, alias_layout_policy_v1=policy)


def _s1(small: SmallPlan, **columns: Callable[[Any], Any]) -> Planted:
    table = small.outputs("2B.S1")[0].s1_site_weights
    return _with_outputs(small, "2B.S1", s1_site_weights=changed_rows(table, **columns))


@fault("2B.S1", "V-04", "031")
def the_policy_breaks_its_schema(small: SmallPlan) -> Planted:
    return _alias_policy(small, "2B.S1", "normalisation_epsilon", -1.0, forged=True)


@fault("2B.S1", "V-04", "031")
def the_epsilon_is_below_half_a_grid_step(small: SmallPlan) -> Planted:
    return _alias_policy(small, "2B.S1", "quantisation_epsilon", 1e-9)


@fault("2B.S1", "V-04", "032")
def mode_zipf_has_no_exponent(small: SmallPlan) -> Planted:
    return _alias_policy(small, "2B.S1", "weight_source", {"mode": "zipf"})


@fault("2B.S1", "V-04", "032")
def mode_column_names_no_column(small: SmallPlan) -> Planted:
    return _alias_policy(small, "2B.S1", "weight_source", {"mode": "column"})


@fault("2B.S1", "V-04", "032")
def the_cap_has_no_value(small: SmallPlan) -> Planted:
    return _alias_policy(small, "2B.S1", "cap", {"mode": "relative"})


@fault("2B.S1", "V-04", "033")
def the_column_is_unknown(small: SmallPlan) -> Planted:
    return _alias_policy(small, "2B.S1", "weight_source", {"mode": "column", "column": "turnover"})


@fault("2B.S1", "V-04", "033")
def the_column_is_text(small: SmallPlan) -> Planted:
    return _alias_policy(small, "2B.S1", "weight_source", {"mode": "column", "column": "legal_country_iso"})


@fault("2B.S1", "V-08", "042")
def a_site_has_no_weight(small: SmallPlan) -> Planted:
    table = small.outputs("2B.S1")[0].s1_site_weights
    return _with_outputs(small, "2B.S1", s1_site_weights=table.take(np.arange(table.num_rows) != 3))


@fault("2B.S1", "V-08", "042")
def the_last_merchant_is_left_out(small: SmallPlan) -> Planted:
    table = small.outputs("2B.S1")[0].s1_site_weights
    return _with_outputs(
        small, "2B.S1", s1_site_weights=table.take(table.merchant_id != table.merchant_id[-1])
    )


@fault("2B.S1", "V-08", "042")
def a_weight_has_no_site(small: SmallPlan) -> Planted:
    return _s1(small, site_order=_at(-1, 99))


@fault("2B.S1", "V-09", "057")
def a_share_is_above_1(small: SmallPlan) -> Planted:
    return _s1(small, p_weight=_at(0, 1.0 + 2.0**-52))


@fault("2B.S1", "V-09", "057")
def a_share_is_negative(small: SmallPlan) -> Planted:
    return _s1(small, p_weight=_at(2, -1e-15))


@fault("2B.S1", "V-09", "057")
def a_share_is_not_a_number(small: SmallPlan) -> Planted:
    return _s1(small, p_weight=_at(2, np.nan))


def _s1_sites(small: SmallPlan, weight: float) -> Planted:
    sites = in_order(small.sites)
    sites[4] = replace(sites[4], column=weight)
    return _with_inputs(small, "2B.S1", site_locations=small.partition("faulty", locations(sites)))


@fault("2B.S1", "V-09", "050")
def a_base_weight_is_negative(small: SmallPlan) -> Planted:
    return _s1_sites(small, -1.0)


@fault("2B.S1", "V-09", "050")
def a_base_weight_is_missing(small: SmallPlan) -> Planted:
    sites = locations(in_order(small.sites))
    holed = sites.arrow.set_column(
        sites.arrow.column_names.index("site_weight"),
        sites.ARROW_SCHEMA.field("site_weight"),
        [[None if row == 4 else 1.0 for row in range(sites.num_rows)]],
    )
    return _with_inputs(small, "2B.S1", site_locations=small.partition("faulty", type(sites)(holed)))


@fault("2B.S1", "V-10", "051")
def a_merchant_sums_to_less(small: SmallPlan) -> Planted:
    return _s1(small, p_weight=lambda p: np.where(np.arange(p.size) == 0, p - 1e-11, p))


@fault("2B.S1", "V-10", "051")
def shares_are_normalised_per_country(small: SmallPlan) -> Planted:
    table = small.outputs("2B.S1")[0].s1_site_weights
    country = table.legal_country_iso.ordered().codes
    merchant = np.unique(table.merchant_id, return_inverse=True)[1]
    cell = merchant * 100 + country
    sums = np.bincount(cell, weights=table.p_weight)
    return _s1(small, p_weight=lambda p: p / np.where(sums[cell] > 0.0, sums[cell], 1.0))


@fault("2B.S1", "V-10", "051")
def two_sites_swap_their_shares(small: SmallPlan) -> Planted:
    def swapped(p: Any) -> Any:
        changed = p.copy()
        changed[[1, 5]] = p[[5, 1]]
        return changed

    return _s1(small, p_weight=swapped)


@fault("2B.S1", "V-11", "058")
def rows_state_another_grid(small: SmallPlan) -> Planted:
    return _s1(small, quantised_bits=lambda bits: bits + np.uint8(1))


@fault("2B.S1", "V-12", "052")
def the_grid_does_not_add_up(small: SmallPlan) -> Planted:
    return _s1(small, p_weight=lambda p: p * 0.5)


@fault("2B.S1", "V-12", "052")
def a_share_lies_too_far_from_its_grid_value(small: SmallPlan) -> Planted:
    narrow = 2.0 ** -(small.plan.quantised_bits + 1)
    return _alias_policy(small, "2B.S1", "quantisation_epsilon", narrow)


@fault("2B.S1", "V-13", "053")
def the_fallback_is_not_flagged(small: SmallPlan) -> Planted:
    table = small.outputs("2B.S1")[0].s1_site_weights
    (row,) = np.flatnonzero(table.merchant_id == 2**63)[:1]
    return _s1(small, floor_applied=_at(int(row), False))


@fault("2B.S1", "V-13", "053")
def the_fallback_is_not_equal(small: SmallPlan) -> Planted:
    table = small.outputs("2B.S1")[0].s1_site_weights
    (row,) = np.flatnonzero(table.merchant_id == 2**63)[:1]
    return _s1(small, p_weight=_at(int(row), 0.25))


@fault("2B.S1", "V-13", "054")
def a_row_claims_a_floor_that_did_nothing(small: SmallPlan) -> Planted:
    return _s1(small, floor_applied=_at(0, True))


@fault("2B.S1", "V-14", "055")
def rows_name_another_source(small: SmallPlan) -> Planted:
    return _s1(small, weight_source=lambda source: ["other_source"] * len(source))


def _evidence_without(small: SmallPlan, state: str, name: str) -> Planted:
    rows = small.outputs("2B.S0")[0].sealed_inputs_2B.content()
    held = SealedInputs2B.of(_without(name)(rows))
    return _with_inputs(small, state, sealed_inputs_2B=held)


@fault("2B.S1", "V-20", "090")
def only_the_zones_are_sealed(small: SmallPlan) -> Planted:
    return _evidence_without(small, "2B.S1", "tz_timetable_cache")


@fault("2B.S1", "V-20", "090")
def only_the_timetable_is_sealed(small: SmallPlan) -> Planted:
    return _evidence_without(small, "2B.S1", "site_timezones")


# -- S2 --------------------------------------------------------------------------------------------------------


def _index(small: SmallPlan, pointer: str, value: object) -> Planted:
    content = small.outputs("2B.S2")[0].s2_alias_index.content()
    return _with_outputs(small, "2B.S2", s2_alias_index=S2AliasIndex.of(edited(content, pointer, value)))


def _index_rows(small: SmallPlan, change: Callable[[list[Any]], list[Any]]) -> Planted:
    rows = small.outputs("2B.S2")[0].s2_alias_index.content()["merchants"]
    return _index(small, "merchants", change(rows))


def _blob(small: SmallPlan, change: Callable[[bytearray], None]) -> Planted:
    blob = bytearray(small.outputs("2B.S2")[0].s2_alias_blob)
    change(blob)
    return _with_outputs(small, "2B.S2", s2_alias_blob=bytes(blob))


def _word(place: int, value: int) -> Callable[[bytearray], None]:
    return lambda blob: struct.pack_into("<I", blob, place, value)


def _big_slice(small: SmallPlan) -> Any:
    """The index row of the merchant with eleven sites."""
    return next(row for row in small.outputs("2B.S2")[0].s2_alias_index.merchants if row.merchant_id == 77)


def _s2_weights(small: SmallPlan, **columns: Callable[[Any], Any]) -> Planted:
    table = changed_rows(small.outputs("2B.S1")[0].s1_site_weights, **columns)
    return _with_inputs(small, "2B.S2", s1_site_weights=small.partition("faulty", table))


@fault("2B.S2", "V-04", "031")
def the_alias_policy_breaks_its_schema(small: SmallPlan) -> Planted:
    return _alias_policy(small, "2B.S2", "endianness", "middle", forged=True)


@fault("2B.S2", "V-04", "032")
def the_policy_asks_for_another_layout(small: SmallPlan) -> Planted:
    return _alias_policy(small, "2B.S2", "decode_law", "walker_vose_q0_64")


@fault("2B.S2", "V-05", "058")
def the_weights_state_another_grid(small: SmallPlan) -> Planted:
    return _s2_weights(small, quantised_bits=lambda bits: bits - np.uint8(1))


@fault("2B.S2", "V-07", "041")
def a_header_states_another_depth(small: SmallPlan) -> Planted:
    return _blob(small, _word(_big_slice(small).offset + 4, 24))


@fault("2B.S2", "V-07", "041")
def a_reserved_word_is_used(small: SmallPlan) -> Planted:
    return _blob(small, _word(_big_slice(small).offset + 8, 1))


@fault("2B.S2", "V-07", "041")
def an_alias_points_outside_its_slice(small: SmallPlan) -> Planted:
    row = _big_slice(small)
    return _blob(small, _word(row.offset + 16 + 4 * row.sites, row.sites))


@fault("2B.S2", "V-07", "041")
def a_threshold_is_zero(small: SmallPlan) -> Planted:
    return _blob(small, _word(_big_slice(small).offset + 16, 0))


@fault("2B.S2", "V-07", "041")
def bytes_follow_the_last_slice(small: SmallPlan) -> Planted:
    return _blob(small, lambda blob: blob.extend(b"\0" * 8))


@fault("2B.S2", "V-07", "041")
def padding_is_not_zero(small: SmallPlan) -> Planted:
    """Room for 8 bytes of padding is made behind the first slice, and one of them is not zero."""
    blob = small.outputs("2B.S2")[0].s2_alias_blob
    rows = small.outputs("2B.S2")[0].s2_alias_index.content()["merchants"]
    end = rows[0]["offset"] + rows[0]["length"]
    shifted = [rows[0], *(row | {"offset": row["offset"] + 8} for row in rows[1:])]
    inputs, outputs, run = _index(small, "merchants", shifted)
    return inputs, replace(outputs, s2_alias_blob=blob[:end] + b"\0\0\0\1\0\0\0\0" + blob[end:]), run


@fault("2B.S2", "V-07", "064")
def slices_ignore_the_alignment(small: SmallPlan) -> Planted:
    return _alias_policy(small, "2B.S2", "alignment_bytes", 32)


@fault("2B.S2", "V-08", "050")
def a_merchant_has_no_slice(small: SmallPlan) -> Planted:
    return _index_rows(small, lambda rows: rows[1:])


@fault("2B.S2", "V-08", "050")
def a_slice_has_no_merchant(small: SmallPlan) -> Planted:
    return _index_rows(small, lambda rows: [*rows[:-1], rows[-1] | {"merchant_id": 5}])


@fault("2B.S2", "V-08", "050")
def a_merchant_has_two_slices(small: SmallPlan) -> Planted:
    return _index_rows(small, lambda rows: [rows[0], *rows])


@fault("2B.S2", "V-09", "051")
def a_row_counts_other_sites(small: SmallPlan) -> Planted:
    return _index_rows(small, lambda rows: [*rows[:-1], rows[-1] | {"sites": rows[-1]["sites"] + 1}])


@fault("2B.S2", "V-09", "051")
def a_header_counts_other_sites(small: SmallPlan) -> Planted:
    row = _big_slice(small)
    return _blob(small, _word(row.offset, row.sites - 1))


@fault("2B.S2", "V-10", "083")
def the_weights_are_not_in_order(small: SmallPlan) -> Planted:
    table = small.outputs("2B.S1")[0].s1_site_weights
    order = np.arange(table.num_rows)
    order[[2, 3]] = [3, 2]
    return _with_inputs(small, "2B.S2", s1_site_weights=small.partition("faulty", table.take(order)))


@fault("2B.S2", "V-10", "044")
def index_rows_are_not_in_order(small: SmallPlan) -> Planted:
    return _index_rows(small, lambda rows: [rows[1], rows[0], *rows[2:]])


@fault("2B.S2", "V-11", "060")
def a_slice_ends_behind_the_blob(small: SmallPlan) -> Planted:
    return _index_rows(small, lambda rows: [*rows[:-1], rows[-1] | {"offset": rows[-1]["offset"] + 8}])


@fault("2B.S2", "V-11", "060")
def a_slice_starts_off_its_alignment(small: SmallPlan) -> Planted:
    return _index_rows(small, lambda rows: [rows[0], rows[1] | {"offset": rows[1]["offset"] - 4}, *rows[2:]])


@fault("2B.S2", "V-12", "061")
def two_slices_share_bytes(small: SmallPlan) -> Planted:
    return _index_rows(small, lambda rows: [rows[0], rows[1] | {"offset": rows[0]["offset"] + 8}, *rows[2:]])


@fault("2B.S2", "V-13", "045")
def the_merchants_are_miscounted(small: SmallPlan) -> Planted:
    return _index(small, "merchants_count", 3)


@fault("2B.S2", "V-13", "045")
def the_blob_is_mismeasured(small: SmallPlan) -> Planted:
    return _index(small, "blob_size_bytes", 24)


@fault("2B.S2", "V-14", "062")
def the_blob_has_another_digest(small: SmallPlan) -> Planted:
    return _index(small, "blob_sha256", "0" * 64)


@fault("2B.S2", "V-15", "058")
def the_index_states_another_grid(small: SmallPlan) -> Planted:
    return _index(small, "quantised_bits", 25)


@fault("2B.S2", "V-15", "058")
def a_row_states_another_grid(small: SmallPlan) -> Planted:
    return _index_rows(small, lambda rows: [*rows[:-1], rows[-1] | {"quantised_bits": 25}])


def _moved_mass(small: SmallPlan, masses: int) -> Planted:
    """The first cell of the merchant with eleven sites gives some grid steps of mass to its alias."""
    row = _big_slice(small)
    blob = small.outputs("2B.S2")[0].s2_alias_blob
    (threshold,) = struct.unpack_from("<I", blob, row.offset + 16)
    step = row.sites * masses << (32 - small.plan.quantised_bits)
    return _blob(small, _word(row.offset + 16, threshold - step))


@fault("2B.S2", "V-16", "052")
def one_grid_step_of_mass_moves(small: SmallPlan) -> Planted:
    return _moved_mass(small, 1)


@fault("2B.S2", "V-16", "053")
def a_weight_is_more_than_the_grid(small: SmallPlan) -> Planted:
    return _s2_weights(small, p_weight=_at(1, 1.5))


@fault("2B.S2", "V-16", "053")
def a_weight_is_negative(small: SmallPlan) -> Planted:
    return _s2_weights(small, p_weight=_at(1, -0.5))


@fault("2B.S2", "V-17", "055")
def a_slice_decodes_to_another_law(small: SmallPlan) -> Planted:
    return _moved_mass(small, 4)


@fault("2B.S2", "V-17", "055")
def a_slice_cannot_be_decoded(small: SmallPlan) -> Planted:
    return _index_rows(small, lambda rows: [*rows[:-1], rows[-1] | {"length": rows[-1]["length"] - 8}])


@fault("2B.S2", "V-17", "055")
def the_cells_are_those_of_other_sites(small: SmallPlan) -> Planted:
    return _index_rows(small, lambda rows: rows[:-1])


@fault("2B.S2", "V-18", "063")
def a_slice_has_another_checksum(small: SmallPlan) -> Planted:
    return _index_rows(small, lambda rows: [rows[0] | {"checksum": "0" * 64}, *rows[1:]])


@fault("2B.S2", "V-18", "063")
def one_bit_of_the_blob_flips(small: SmallPlan) -> Planted:
    return _blob(small, lambda blob: blob.__setitem__(-1, blob[-1] ^ 1))


@fault("2B.S2", "V-19", "085")
def the_index_names_another_seal(small: SmallPlan) -> Planted:
    return _index(small, "policy_digest", "0" * 64)


@fault("2B.S2", "V-25", "064")
def the_index_states_another_byte_order(small: SmallPlan) -> Planted:
    return _index(small, "endianness", "big")


@fault("2B.S2", "V-25", "064")
def the_index_states_another_alignment(small: SmallPlan) -> Planted:
    return _index(small, "alignment_bytes", 16)


@fault("2B.S2", "V-25", "064")
def the_words_have_another_byte_order(small: SmallPlan) -> Planted:
    def swapped(blob: bytearray) -> None:
        blob[:] = np.frombuffer(bytes(blob), "<u4").astype(">u4").tobytes()

    return _blob(small, swapped)


@fault("2B.S2", "V-26", "042")
def the_index_lacks_a_required_field(small: SmallPlan) -> Planted:
    content = small.outputs("2B.S2")[0].s2_alias_index.content()
    rows = small.outputs("2B.S2")[0].s2_alias_index.merchants
    kept = {name: value for name, value in content.items() if name != "blob_sha256"} | {"merchants": rows}
    return _with_outputs(small, "2B.S2", s2_alias_index=unchecked(S2AliasIndex, kept))


@fault("2B.S2", "V-26", "042")
def a_row_lacks_a_required_field(small: SmallPlan) -> Planted:
    required = alias_content(small.plan)["required_index_fields"]["merchant_row"]
    return _alias_policy(small, "2B.S2", "required_index_fields/merchant_row", [*required, "country"])


@fault("2B.S2", "V-27", "090")
def the_policy_notes_another_convention(small: SmallPlan) -> Planted:
    return _alias_policy(small, "2B.S2", "encode_spec/worklist_order", "descending_index")


@fault("2B.S2", "V-27", "090")
def a_table_of_the_same_law_has_other_cells(small: SmallPlan) -> Planted:
    """A full cell may name any alias without changing its law by more than 2^-32."""
    row = _big_slice(small)
    blob = small.outputs("2B.S2")[0].s2_alias_blob
    thresholds = struct.unpack_from(f"<{row.sites}I", blob, row.offset + 16)
    full = thresholds.index(2**32 - 1)
    return _blob(small, _word(row.offset + 16 + 4 * (row.sites + full), (full + 1) % row.sites))


# -- S3 --------------------------------------------------------------------------------------------------------


def _day_policy(small: SmallPlan, pointer: str, value: object, *, forged: bool = False) -> Planted:
    content = with_digest(edited(day_content(small.plan), pointer, value))
    policy = unchecked(DayEffectPolicyV1, content) if forged else DayEffectPolicyV1.of(content)
    return _with_inputs(small, "2B.S3", day_effect_policy_v1=policy)


def _s3(small: SmallPlan, **columns: Callable[[Any], Any]) -> Planted:
    table = small.outputs("2B.S3")[0].s3_day_effects
    return _with_outputs(small, "2B.S3", s3_day_effects=changed_rows(table, **columns))


def _s3_rows(small: SmallPlan, keep: Callable[[Any], Any]) -> Planted:
    table = small.outputs("2B.S3")[0].s3_day_effects
    return _with_outputs(small, "2B.S3", s3_day_effects=table.take(keep(table)))


def _zones(small: SmallPlan, state: str, change: Callable[[list[Site]], list[Site]]) -> Planted:
    table = timezones(change(in_order(small.sites)))
    return _with_inputs(small, state, site_timezones=small.partition("faulty", table))


@fault("2B.S3", "V-04", "031")
def the_day_policy_breaks_its_schema(small: SmallPlan) -> Planted:
    return _day_policy(small, "sigma_gamma", 0.01, forged=True)


@fault("2B.S3", "V-04", "031")
def the_policys_own_digest_is_wrong(small: SmallPlan) -> Planted:
    content = edited(day_content(small.plan), "sigma_gamma", 0.5)
    return _with_inputs(small, "2B.S3", day_effect_policy_v1=DayEffectPolicyV1.of(content))


@fault("2B.S3", "V-04", "032")
def the_policy_asks_for_two_draws_a_row(small: SmallPlan) -> Planted:
    return _day_policy(small, "draws_per_row", 2)


@fault("2B.S3", "V-04", "032")
def record_fields_fall_short(small: SmallPlan) -> Planted:
    held = day_content(small.plan)["record_fields"]
    return _day_policy(small, "record_fields", [name for name in held if name != "created_utc"])


@fault("2B.S3", "V-04", "033")
def the_range_has_364_days(small: SmallPlan) -> Planted:
    return _day_policy(small, "day_range", {"start_day": "2024-01-01", "end_day": "2024-12-29"})


@fault("2B.S3", "V-04", "033")
def the_range_names_a_day_that_does_not_exist(small: SmallPlan) -> Planted:
    return _day_policy(small, "day_range", {"start_day": "2023-02-29", "end_day": "2024-12-31"}, forged=True)


@fault("2B.S3", "V-05", "040")
def a_site_has_no_zone(small: SmallPlan) -> Planted:
    return _zones(small, "2B.S3", lambda sites: sites[:3] + sites[4:])


@fault("2B.S3", "V-05", "040")
def a_zone_has_no_site(small: SmallPlan) -> Planted:
    return _zones(small, "2B.S3", lambda sites: [*sites, Site(2**64 - 1, "US", 3, "Europe/Zurich")])


@fault("2B.S3", "V-05", "041")
def a_site_has_two_zones(small: SmallPlan) -> Planted:
    return _zones(
        small, "2B.S3", lambda sites: [*sites[:2], replace(sites[1], tzid="Asia/Tokyo"), *sites[2:]]
    )


@fault("2B.S3", "V-05", "041")
def a_site_stands_twice_with_one_zone(small: SmallPlan) -> Planted:
    return _zones(small, "2B.S3", lambda sites: sites[:2] + sites[1:])


@fault("2B.S3", "V-06", "050")
def a_row_is_left_out(small: SmallPlan) -> Planted:
    return _s3_rows(small, lambda table: np.arange(table.num_rows) != 100)


@fault("2B.S3", "V-06", "050")
def the_last_merchant_has_no_rows(small: SmallPlan) -> Planted:
    return _s3_rows(small, lambda table: table.merchant_id != table.merchant_id[-1])


@fault("2B.S3", "V-06", "050")
def a_row_stands_for_another_day(small: SmallPlan) -> Planted:
    return _s3(small, utc_day=lambda day: np.concatenate([day[:1] + np.timedelta64(1, "D"), day[1:]]))


@fault("2B.S3", "V-06", "050")
def a_row_stands_for_another_zone(small: SmallPlan) -> Planted:
    return _s3(small, tz_group_id=_at(-1, "Africa/Lagos"))


@fault("2B.S3", "V-09", "057")
def gamma_is_zero(small: SmallPlan) -> Planted:
    return _s3(small, gamma=_at(5, 0.0))


@fault("2B.S3", "V-09", "057")
def gamma_is_infinite(small: SmallPlan) -> Planted:
    return _s3(small, gamma=_at(5, np.inf))


@fault("2B.S3", "V-09", "058")
def log_gamma_is_not_finite(small: SmallPlan) -> Planted:
    return _s3(small, log_gamma=_at(5, -np.inf))


@fault("2B.S3", "V-09", "059")
def sigma_lies_outside_its_domain(small: SmallPlan) -> Planted:
    return _s3(small, sigma_gamma=lambda sigma: sigma * 0.0 + 1.3)


@fault("2B.S3", "V-10", "059")
def sigma_is_not_the_policys(small: SmallPlan) -> Planted:
    return _s3(small, sigma_gamma=lambda sigma: np.nextafter(sigma, 2.0))


@fault("2B.S3", "V-11", "060")
def the_policy_names_another_generator(small: SmallPlan) -> Planted:
    return _day_policy(small, "rng_engine", "philox4x32-10")


@fault("2B.S3", "V-11", "060")
def the_audit_names_another_generator(small: SmallPlan) -> Planted:
    (row,) = small.outputs("2B.S3")[0].rng_audit_log_2B_S3
    forged = unchecked(RngAuditRow, row.content() | {"algorithm": "mt19937"})
    return _with_outputs(small, "2B.S3", rng_audit_log_2B_S3=(forged,))


@fault("2B.S3", "V-11", "061")
def rows_name_another_stream(small: SmallPlan) -> Planted:
    return _s3(small, rng_stream_id=lambda stream: ["2B.other"] * len(stream))


@fault("2B.S3", "V-12", "062")
def a_counter_is_skipped(small: SmallPlan) -> Planted:
    return _s3(small, rng_counter_lo=lambda low: low + (np.arange(low.size) > 10).astype(np.uint64))


@fault("2B.S3", "V-13", "063")
def two_rows_use_one_counter(small: SmallPlan) -> Planted:
    return _s3(small, rng_counter_lo=lambda low: np.concatenate([low[:7], low[6:7], low[8:]]))


@fault("2B.S3", "V-13", "063")
def all_counters_are_shifted(small: SmallPlan) -> Planted:
    return _s3(small, rng_counter_lo=lambda low: low + np.uint64(1))


@fault("2B.S3", "V-13", "064")
def the_counter_starts_again(small: SmallPlan) -> Planted:
    return _s3(
        small, rng_counter_hi=lambda high: np.where(np.arange(high.size) > 20, 0, high).astype(np.uint64)
    )


@fault("2B.S3", "V-20", "090")
def a_day_has_no_rows(small: SmallPlan) -> Planted:
    return _s3_rows(small, lambda table: table.utc_day != np.datetime64("2024-02-29"))


@fault("2B.S3", "V-20", "090")
def a_day_lies_outside_the_range(small: SmallPlan) -> Planted:
    return _s3(small, utc_day=_at(-1, np.datetime64("2025-01-01")))


@fault("2B.S3", "V-21", "191")
def a_zone_is_not_in_the_sites(small: SmallPlan) -> Planted:
    return _s3(small, tz_group_id=_at(0, "Antarctica/Troll"))


@fault("2B.S3", "V-22", "062")
def gamma_moves_by_one_bit(small: SmallPlan) -> Planted:
    return _s3(
        small, gamma=lambda gamma: np.concatenate([gamma[:9], np.nextafter(gamma[9:10], 2.0), gamma[10:]])
    )


@fault("2B.S3", "V-22", "062")
def a_row_repeats_the_draw_of_another(small: SmallPlan) -> Planted:
    def repeated(values: Any) -> Any:
        return np.concatenate([values[:9], values[8:9], values[10:]])

    return _s3(small, gamma=repeated, log_gamma=repeated)


@fault("2B.S3", "V-23", "040")
def a_merchant_has_a_zone_of_another(small: SmallPlan) -> Planted:
    return _s3(small, tz_group_id=_at(0, "Asia/Tokyo"))


@fault("2B.S3", "V-23", "040")
def a_row_has_an_unknown_merchant(small: SmallPlan) -> Planted:
    return _s3(small, merchant_id=_at(0, 5))


# -- S4 --------------------------------------------------------------------------------------------------------


def _s4(small: SmallPlan, **columns: Callable[[Any], Any]) -> Planted:
    table = small.outputs("2B.S4")[0].s4_group_weights
    return _with_outputs(small, "2B.S4", s4_group_weights=changed_rows(table, **columns))


def _s4_effects(small: SmallPlan, change: Callable[[Any], Any]) -> Planted:
    table = change(small.outputs("2B.S3")[0].s3_day_effects)
    return _with_inputs(small, "2B.S4", s3_day_effects=small.partition("faulty", table))


@fault("2B.S4", "V-04", "040")
def a_weighted_site_has_no_zone(small: SmallPlan) -> Planted:
    return _zones(small, "2B.S4", lambda sites: sites[1:])


@fault("2B.S4", "V-04", "040")
def the_effects_have_another_group(small: SmallPlan) -> Planted:
    return _s4_effects(small, lambda table: changed_rows(table, tz_group_id=_at(0, "Asia/Tokyo")))


@fault("2B.S4", "V-04", "040")
def the_effects_end_in_the_middle_of_a_day(small: SmallPlan) -> Planted:
    return _s4_effects(small, lambda table: table.rows(0, table.num_rows - 1))


@fault("2B.S4", "V-04", "041")
def a_weighted_site_has_two_zones(small: SmallPlan) -> Planted:
    return _zones(small, "2B.S4", lambda sites: sites[:2] + sites[1:])


@fault("2B.S4", "V-05", "052")
def the_base_shares_sum_to_more(small: SmallPlan) -> Planted:
    return _s4(small, base_share=lambda share: share * (1.0 + 1e-11))


@fault("2B.S4", "V-06", "050")
def a_weight_row_is_left_out(small: SmallPlan) -> Planted:
    table = small.outputs("2B.S4")[0].s4_group_weights
    return _with_outputs(small, "2B.S4", s4_group_weights=table.take(np.arange(table.num_rows) != 40))


@fault("2B.S4", "V-06", "050")
def a_row_is_that_of_another_zone(small: SmallPlan) -> Planted:
    return _s4(small, tz_group_id=_at(3, "Africa/Lagos"))


@fault("2B.S4", "V-09", "053")
def gamma_differs_by_one_bit(small: SmallPlan) -> Planted:
    return _s4(small, gamma=lambda gamma: np.concatenate([np.nextafter(gamma[:1], 2.0), gamma[1:]]))


@fault("2B.S4", "V-09", "053")
def gamma_is_that_of_another_row(small: SmallPlan) -> Planted:
    return _s4(small, gamma=lambda gamma: np.roll(gamma, 1))


@fault("2B.S4", "V-10", "057")
def a_group_share_is_above_1(small: SmallPlan) -> Planted:
    return _s4(small, p_group=_at(0, 1.0 + 2.0**-52))


@fault("2B.S4", "V-10", "057")
def a_base_share_is_negative(small: SmallPlan) -> Planted:
    return _s4(small, base_share=_at(0, -1e-13))


@fault("2B.S4", "V-10", "057")
def a_gamma_is_zero(small: SmallPlan) -> Planted:
    return _s4(small, gamma=_at(0, 0.0))


@fault("2B.S4", "V-10", "057")
def a_mass_is_not_a_number(small: SmallPlan) -> Planted:
    return _s4(small, mass_raw=_at(0, np.nan))


@fault("2B.S4", "V-10", "057")
def a_denominator_is_zero(small: SmallPlan) -> Planted:
    return _s4(small, denom_raw=_at(0, 0.0))


@fault("2B.S4", "V-11", "051")
def the_group_shares_sum_to_less(small: SmallPlan) -> Planted:
    return _s4(small, p_group=lambda share: np.concatenate([share[:1] - 1e-11, share[1:]]))


@fault("2B.S4", "V-12", "090")
def a_day_of_the_effects_is_left_out(small: SmallPlan) -> Planted:
    table = small.outputs("2B.S4")[0].s4_group_weights
    kept = table.take(table.utc_day != np.datetime64("2024-12-31"))
    return _with_outputs(small, "2B.S4", s4_group_weights=kept)


@fault("2B.S4", "V-12", "090")
def a_day_is_not_one_of_the_effects(small: SmallPlan) -> Planted:
    return _s4(small, utc_day=_at(-1, np.datetime64("2030-01-01")))


@fault("2B.S4", "V-19", "095")
def a_mass_is_not_share_times_gamma(small: SmallPlan) -> Planted:
    return _s4(small, mass_raw=lambda mass: np.concatenate([np.nextafter(mass[:1], 9.0), mass[1:]]))


@fault("2B.S4", "V-19", "095")
def a_denominator_is_not_the_sum(small: SmallPlan) -> Planted:
    return _s4(small, denom_raw=lambda denominator: np.nextafter(denominator, 9.0))


@fault("2B.S4", "V-19", "095")
def a_group_share_is_not_the_quotient(small: SmallPlan) -> Planted:
    return _s4(small, p_group=lambda share: np.concatenate([np.nextafter(share[:1], 0.0), share[1:]]))


@fault("2B.S4", "V-20", "052")
def two_groups_swap_their_base_shares(small: SmallPlan) -> Planted:
    table = small.outputs("2B.S4")[0].s4_group_weights
    (first,) = np.flatnonzero(table.merchant_id == 77)[:1]
    pair = [int(first), int(first) + 1]

    def swapped(share: Any) -> Any:
        changed = share.copy()
        changed[pair] = share[pair[::-1]]
        return changed

    return _s4(small, base_share=swapped)


@fault("2B.S4", "V-20", "052")
def a_base_share_moves_by_one_bit(small: SmallPlan) -> Planted:
    return _s4(small, base_share=lambda share: np.concatenate([share[:-1], np.nextafter(share[-1:], 0.0)]))
