"""2B.S1 site weights: each site's share of its merchant's arrivals (spec/segment-2B.md, S1).

Upholds: one row a site of site_locations, in its key order; base weight by the policy's mode; floor, then cap; fallback
to equal weights; normalisation per merchant across all its countries; the quantisation check on the policy's grid.
Left to others: seals, row shapes, keys, order, created_utc and publishing (the runner).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from codegen.runtime.findings import Finding, Findings
from engine.core.blocks import Block, Blocks, blocks_of
from engine.core.errors import EngineError
from engine.core.run import Run
from engine.core.runner import StateAborted, implements, validates
from engine.kernels.errors import KernelError
from engine.kernels.expected_masses import expected_masses
from engine.kernels.grid_masses import grid_error, grid_masses
from engine.kernels.site_weights import base_weights, site_weights
from engine.s2b.alias_policy import POLICY, policy_shape_findings
from engine.s2b.row_findings import row_findings
from engine.s2b.site_keys import SiteKeys, coverage_findings, in_key_order, merchant_starts
from generated import errors, states
from generated.datasets.s2b import S1_SITE_WEIGHTS
from generated.tables.s1b import SiteLocations
from generated.tables.s2b import S1SiteWeights
from generated.validators.s2b import S2B_S1Validators

if TYPE_CHECKING:
    from generated.models.s2b import AliasLayoutPolicyV1

CODES = errors.S2B_S1


@implements(states.S2B_S1)
def site_weight_blocks(inputs: states.S2B_S1.Inputs, run: Run) -> Blocks[states.S2B_S1.Outputs]:
    """Shares of all sites; a block is a range of merchants."""
    policy = inputs.alias_layout_policy_v1
    refused = [*policy_findings(policy), *column_findings(policy)]
    if refused:
        raise StateAborted(refused)
    sites = in_key_order(inputs.site_locations.read())
    starts, country = merchant_starts(sites.merchant_id), sites.legal_country_iso.ordered()
    base = _base(policy, sites, starts)
    weights = _normalised(policy, sites, starts, base)
    _require_quantisable(policy, sites, starts, weights.p_weight)
    run.note("sites", sites.num_rows)
    run.note("merchants", starts.shape[0] - 1)
    run.note("floor_applied", int(weights.floor_applied.sum()))

    def rows_of(block: Block) -> states.S2B_S1.Outputs:
        rows = slice(int(starts[block.start]), int(starts[block.stop]))
        return states.S2B_S1.Outputs(
            s1_site_weights=S1SiteWeights.from_columns(
                merchant_id=sites.merchant_id[rows],
                legal_country_iso=country.take(rows),
                site_order=sites.site_order[rows],
                p_weight=weights.p_weight[rows],
                weight_source=source_name(policy),
                quantised_bits=policy.quantised_bits,
                floor_applied=weights.floor_applied[rows],
                created_utc=run.created,
            )
        )

    return Blocks(blocks_of(starts.shape[0] - 1, S1_SITE_WEIGHTS.block_size), rows_of)


def source_name(policy: AliasLayoutPolicyV1) -> str:
    """The name that rows carry: the weight source's id, else its mode."""
    return policy.weight_source.id or policy.weight_source.mode


def weight_column(sites: SiteLocations, name: str) -> NDArray[np.float64]:
    """(N,) values of a numeric column as binary64; null is NaN."""
    values = getattr(sites, name)
    column = np.ma.getdata(values).astype(np.float64)
    column[np.ma.getmaskarray(values)] = np.nan
    return column


def policy_findings(policy: AliasLayoutPolicyV1) -> Iterator[Finding]:
    """What the policy lacks: its shape (031), and the values that its own modes need (032)."""
    yield from policy_shape_findings(policy, CODES.POLICY_SCHEMA_INVALID)
    source = policy.weight_source
    for mode, pointer, value in (
        (source.mode == "zipf", "/weight_source/s", source.s),
        (source.mode == "column", "/weight_source/column", source.column),
        (policy.cap.mode != "none", "/cap/value", policy.cap.value),
    ):
        if mode and value is None:
            yield Finding(
                CODES.POLICY_MINIMA_MISSING, f"{POLICY} {pointer}", "a value, which the mode needs", "none"
            )


def column_findings(policy: AliasLayoutPolicyV1) -> Iterator[Finding]:
    """A weight column that site_locations does not have, or has as something else than a number (033)."""
    name = policy.weight_source.column
    if policy.weight_source.mode != "column" or name is None:
        return
    numeric = [c.name for c in SiteLocations.SPEC.columns if c.type.startswith(("int", "uint", "float"))]
    if name not in numeric:
        yield Finding(
            CODES.POLICY_REFERS_UNKNOWN_COLUMN,
            f"{POLICY} /weight_source/column",
            f"one of {', '.join(numeric)}",
            name,
        )


def _base(
    policy: AliasLayoutPolicyV1, sites: SiteLocations, starts: NDArray[np.int64]
) -> NDArray[np.float64]:
    source = policy.weight_source
    mode = source.mode
    column = weight_column(sites, source.column) if mode == "column" and source.column else None
    try:
        return base_weights(starts, mode=mode, column=column, zipf_s=source.s or 0.0)
    except KernelError as error:
        found = float("nan") if column is None else float(column[error.index])
        raise EngineError(
            CODES.INVALID_BASE_WEIGHT,
            where=SiteKeys.of(sites).text(error.index),
            expected="a finite weight of at least 0",
            found=found,
        ) from error


def _normalised(
    policy: AliasLayoutPolicyV1, sites: SiteLocations, starts: NDArray[np.int64], base: NDArray[np.float64]
) -> Any:
    try:
        return site_weights(
            starts,
            base,
            floor_mode=policy.floor.mode,
            floor_value=policy.floor.value,
            cap_mode=policy.cap.mode,
            cap_value=policy.cap.value or 0.0,
            normalisation_epsilon=policy.normalisation_epsilon,
            tiny_negative_epsilon=policy.tiny_negative_epsilon,
        )
    except KernelError as error:
        if error.status == "NEGATIVE_WEIGHT":
            raise EngineError(
                CODES.P_WEIGHT_OUT_OF_RANGE,
                where=SiteKeys.of(sites).text(error.index),
                expected=f"a share of at least -{policy.tiny_negative_epsilon}",
                found="a smaller one",
            ) from error
        merchant = int(sites.merchant_id[starts[error.index]])
        found = (
            "weights whose sum is not finite" if error.status == "SUM_NOT_FINITE" else "a sum further from 1"
        )
        raise EngineError(
            CODES.NORMALISATION_FAILED,
            where=f"merchant {merchant}",
            expected="shares that sum to 1",
            found=found,
        ) from error


def _require_quantisable(
    policy: AliasLayoutPolicyV1, sites: SiteLocations, starts: NDArray[np.int64], p: NDArray[np.float64]
) -> None:
    bits = policy.quantised_bits
    try:
        masses = grid_masses(starts, p, bits=bits)
    except KernelError as error:
        row = error.index if error.status == "BAD_PROBABILITY" else int(starts[error.index])
        raise EngineError(
            CODES.QUANTISATION_INCOHERENT,
            where=SiteKeys.of(sites).text(row),
            expected=f"masses that sum to 2^{bits}",
            found=error.status,
        ) from error
    away, row = grid_error(p, masses, bits=bits)
    if not away <= policy.quantisation_epsilon:
        raise EngineError(
            CODES.QUANTISATION_INCOHERENT,
            where=SiteKeys.of(sites).text(row),
            expected=f"a grid value within {policy.quantisation_epsilon}",
            found=f"one {away} away",
        )


@validates(states.S2B_S1)
class SiteWeightValidators(S2B_S1Validators):
    """The validators of S1, each over all rows of a block."""

    def __init__(self, inputs: states.S2B_S1.Inputs, run: Run) -> None:
        super().__init__(inputs, run)
        self.sites = in_key_order(inputs.site_locations.read())
        self.merchants = self.sites.merchant_id[merchant_starts(self.sites.merchant_id)[:-1]]

    def _block_sites(self, held: S1SiteWeights) -> SiteLocations:
        """The sites of the block of merchants in which the first row lies."""
        size = S1_SITE_WEIGHTS.block_size
        first = (
            int(np.searchsorted(self.merchants, held.merchant_id[0])) // size * size if held.num_rows else 0
        )
        ids = self.merchants[first : first + size]
        if not ids.shape[0]:
            return self.sites.take(np.empty(0, np.int64))
        bounds = np.searchsorted(self.sites.merchant_id, ids[[0, -1]], side="left")
        stop = int(np.searchsorted(self.sites.merchant_id, ids[-1], side="right"))
        return self.sites.take(np.arange(int(bounds[0]), stop))

    def v_04_the_policy_has_its_shape_and_what_its_modes_need(
        self, outputs: states.S2B_S1.Outputs
    ) -> Findings:
        yield from policy_findings(self.inputs.alias_layout_policy_v1)
        yield from column_findings(self.inputs.alias_layout_policy_v1)

    def v_08_one_row_for_each_site_of_site_locations(self, outputs: states.S2B_S1.Outputs) -> Findings:
        held = outputs.s1_site_weights
        yield from coverage_findings(
            CODES.COVERAGE_MISMATCH,
            self._block_sites(held),
            held,
            wanted_in="site_locations",
            held_in="s1_site_weights",
        )

    def v_09_every_share_lies_in_0_to_1(self, outputs: states.S2B_S1.Outputs) -> Findings:
        held = outputs.s1_site_weights
        keys, p = SiteKeys.of(held), held.p_weight
        outside = ~((p >= 0.0) & (p <= 1.0))
        yield from row_findings(CODES.P_WEIGHT_OUT_OF_RANGE, outside, keys.text, "0 to 1", p)
        base = self._base(held)
        unusable = ~((base >= 0.0) & np.isfinite(base))
        yield from row_findings(
            CODES.INVALID_BASE_WEIGHT,
            unusable,
            keys.text,
            "a finite base weight of at least 0",
            base,
        )

    def v_10_the_shares_of_each_merchant_sum_to_1(self, outputs: states.S2B_S1.Outputs) -> Findings:
        held = outputs.s1_site_weights
        starts, merchant = _merchants(held)
        sums = np.bincount(merchant, weights=held.p_weight, minlength=starts.shape[0] - 1)
        epsilon = self.inputs.alias_layout_policy_v1.normalisation_epsilon
        allowed = np.maximum(epsilon, np.diff(starts) * 2.0**-53)
        wrong = ~(np.abs(sums - 1.0) <= allowed)
        ids = held.merchant_id[starts[:-1]]
        yield from row_findings(
            CODES.NORMALISATION_FAILED, wrong, lambda m: f"merchant {ids[m]}", "a sum of 1", sums
        )
        weight, _ = self._bounded(held)
        totals = np.bincount(merchant, weights=weight, minlength=starts.shape[0] - 1)
        with np.errstate(divide="ignore", invalid="ignore"):
            share = np.where(
                totals[merchant] == 0.0, 1.0 / np.diff(starts)[merchant], weight / totals[merchant]
            )
        other = (share != held.p_weight) & ~wrong[merchant]
        yield from row_findings(
            CODES.NORMALISATION_FAILED,
            other,
            SiteKeys.of(held).text,
            share,
            held.p_weight,
        )

    def v_11_quantised_bits_is_one_value_the_policy_s(self, outputs: states.S2B_S1.Outputs) -> Findings:
        held, bits = outputs.s1_site_weights, self.inputs.alias_layout_policy_v1.quantised_bits
        wrong = held.quantised_bits != bits
        yield from row_findings(
            CODES.BIT_DEPTH_MISMATCH,
            wrong,
            SiteKeys.of(held).text,
            str(bits),
            held.quantised_bits,
        )

    def v_12_every_share_is_close_to_its_grid_value_and_the_grid(
        self, outputs: states.S2B_S1.Outputs
    ) -> Findings:
        held, policy = outputs.s1_site_weights, self.inputs.alias_layout_policy_v1
        starts, merchant = _merchants(held)
        grid = float(1 << policy.quantised_bits)
        masses = expected_masses(starts, held.p_weight, policy.quantised_bits)
        sums = np.bincount(merchant, weights=masses, minlength=starts.shape[0] - 1)
        ids = held.merchant_id[starts[:-1]]
        yield from row_findings(
            CODES.QUANTISATION_INCOHERENT,
            sums != grid,
            lambda m: f"merchant {ids[m]}",
            f"masses that sum to {grid:.0f}",
            sums,
        )
        away = np.abs(masses / grid - held.p_weight)
        far = ~(away <= policy.quantisation_epsilon)
        yield from row_findings(
            CODES.QUANTISATION_INCOHERENT,
            far,
            SiteKeys.of(held).text,
            f"a grid value within {policy.quantisation_epsilon}",
            lambda row: f"one {away[row]} away",
        )

    def v_13_floor_applied_tells_what_floor_and_fallback_changed(
        self, outputs: states.S2B_S1.Outputs
    ) -> Findings:
        held = outputs.s1_site_weights
        starts, merchant = _merchants(held)
        weight, floored = self._bounded(held)
        empty = (np.bincount(merchant, weights=weight, minlength=starts.shape[0] - 1) == 0.0)[merchant]
        equal = 1.0 / np.diff(starts)[merchant]
        text = SiteKeys.of(held).text
        misapplied = empty & ~(held.floor_applied & (held.p_weight == equal))
        yield from row_findings(
            CODES.ZERO_MASS_FALLBACK_MISAPPLIED,
            misapplied,
            text,
            lambda row: f"share {equal[row]}, floor_applied",
            held.p_weight,
        )
        wrong = ~empty & (held.floor_applied != floored)
        yield from row_findings(
            CODES.FLOOR_FLAG_INCOHERENT,
            wrong,
            text,
            lambda row: f"floor_applied {floored[row]}",
            held.floor_applied,
        )

    def v_14_weight_source_is_the_policy_s(self, outputs: states.S2B_S1.Outputs) -> Findings:
        held, name = outputs.s1_site_weights, source_name(self.inputs.alias_layout_policy_v1)
        source = held.weight_source
        wrong = np.array([*(value != name for value in source.values), True])[source.codes]
        yield from row_findings(
            CODES.WEIGHT_SOURCE_MISMATCH,
            wrong,
            SiteKeys.of(held).text,
            name,
            lambda row: source.values[int(source.codes[row])],
        )

    def v_20_site_time_zones_and_timetable_are_sealed_together_or(
        self, outputs: states.S2B_S1.Outputs
    ) -> Findings:
        held = {row.asset_id for row in self.inputs.sealed_inputs_2B.root}
        sealed = [name for name in ("site_timezones", "tz_timetable_cache") if name in held]
        if len(sealed) == 1:
            yield Finding(
                CODES.OPTIONAL_PINS_MIXED,
                "sealed_inputs_2B",
                "site_timezones and tz_timetable_cache",
                sealed[0],
            )

    # The law again, from the sites themselves and with other means (NumPy instead of the kernels).

    def _base(self, held: S1SiteWeights) -> NDArray[np.float64]:
        """(N,) base weights of a block's rows, NaN for a row whose site is not known."""
        source = self.inputs.alias_layout_policy_v1.weight_source
        if source.mode == "column" and source.column:
            sites = self._block_sites(held)
            same = SiteKeys.of(sites).equals(SiteKeys.of(held))
            return weight_column(sites, source.column) if same else np.full(held.num_rows, np.nan)
        starts, _ = _merchants(held)
        return base_weights(starts, mode=source.mode, zipf_s=source.s or 0.0)

    def _bounded(self, held: S1SiteWeights) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
        """(N,) weights after floor and cap, and whether the floor raised them."""
        policy = self.inputs.alias_layout_policy_v1
        base = self._base(held)
        starts, merchant = _merchants(held)
        mean = (np.bincount(merchant, weights=base, minlength=starts.shape[0] - 1) / np.diff(starts))[
            merchant
        ]
        floor = policy.floor.value * (mean if policy.floor.mode == "relative" else np.ones_like(mean))
        floored = base < floor
        weight = np.where(floored, floor, base)
        if policy.cap.mode != "none":
            cap = (policy.cap.value or 0.0) * (mean if policy.cap.mode == "relative" else np.ones_like(mean))
            weight = np.where(weight > cap, cap, weight)
        return weight, floored


def _merchants(held: S1SiteWeights) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """(M+1,) offsets of the merchants' rows, and (N,) the position of each row's merchant."""
    starts = merchant_starts(held.merchant_id)
    return starts, np.repeat(np.arange(starts.shape[0] - 1), np.diff(starts))
