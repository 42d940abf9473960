"""2B.S4 group weights: the share of each time zone group in a merchant's day (spec/segment-2B.md, S4).

Upholds: base_share = serial sum of p_weight over the group's sites; mass_raw = base_share gamma; p_group = mass_raw /
denom_raw; rows, keys and gamma are S3's. Block k reads part k of s3_day_effects.
Left to others: seals, row shapes, keys, order, created_utc and publishing (the runner).
"""

from __future__ import annotations

from collections.abc import Iterator
from threading import get_ident
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from codegen.runtime.findings import Finding, Findings
from engine.core.blocks import Block, Blocks, blocks_of
from engine.core.errors import EngineError
from engine.core.row_findings import row_findings
from engine.core.run import Run
from engine.core.runner import StateAborted, implements, validates
from engine.kernels import KernelError
from engine.kernels.group_weights import (
    NEGATIVE_TOLERANCE,
    SUM_EPSILON,
    GroupWeights,
    base_shares,
    group_weights,
)
from engine.s2b.site_keys import merchant_starts
from engine.s2b.zone_groups import ZoneGroups, join_findings, serial_group_sums, zone_groups
from generated import errors, states
from generated.datasets.s2b import S4_GROUP_WEIGHTS
from generated.tables.s2b import S3DayEffects, S4GroupWeights
from generated.validators.s2b import S2B_S4Validators

if TYPE_CHECKING:
    from generated.tables.s2b import S1SiteWeights, S3DayEffects, S4GroupWeights

CODES = errors.S2B_S4


@implements(states.S2B_S4)
def group_weight_blocks(inputs: states.S2B_S4.Inputs, run: Run) -> Blocks[states.S2B_S4.Outputs]:
    """The rows of s3_day_effects with their shares; a block is a range of merchants."""
    weights, timezones = inputs.s1_site_weights.read(), inputs.site_timezones.read()
    unjoined = list(join_findings(weights, timezones, CODES))
    if unjoined:
        raise StateAborted(unjoined)
    groups = zone_groups(weights, timezones)
    shares = _base_shares(weights, groups)
    plan = blocks_of(groups.merchants, S4_GROUP_WEIGHTS.block_size)
    if len(inputs.s3_day_effects) != len(plan):
        found = f"{len(inputs.s3_day_effects)} parts"
        raise EngineError(
            CODES.JOIN_KEY_MISMATCH, where="s3_day_effects", expected=f"{len(plan)} parts", found=found
        )
    run.note("merchants", groups.merchants)
    run.note("groups", int(groups.starts[-1]))

    def rows_of(block: Block) -> states.S2B_S4.Outputs:
        effects = inputs.s3_day_effects.part(block.number)
        strange = list(grid_findings(groups, block, effects))
        if strange:
            raise StateAborted(strange)
        weighed = _weights(groups, shares, block, effects)
        return states.S2B_S4.Outputs(
            s4_group_weights=S4GroupWeights.from_columns(
                merchant_id=effects.merchant_id,
                utc_day=effects.utc_day,
                tz_group_id=effects.tz_group_id,
                p_group=weighed.p_group,
                base_share=weighed.base_share,
                gamma=effects.gamma,
                created_utc=run.created,
                mass_raw=weighed.mass_raw,
                denom_raw=weighed.denom_raw,
            )
        )

    return Blocks(plan, rows_of)


def _base_shares(weights: S1SiteWeights, groups: ZoneGroups) -> NDArray[np.float64]:
    """(G,) the share of every group in its merchant's weight."""
    sites = merchant_starts(weights.merchant_id)
    within = groups.site_group - np.repeat(groups.starts[:-1], np.diff(sites))
    try:
        return base_shares(sites, groups.starts, weights.p_weight, within)
    except KernelError as error:
        merchant = f"merchant {groups.merchant_id[min(error.index, groups.merchants - 1)]}"
        raise EngineError(
            CODES.BASE_SHARE_INCOHERENT,
            where=merchant,
            expected="base shares that sum to 1",
            found=error.status,
        ) from error


def grid_findings(groups: ZoneGroups, block: Block, effects: S3DayEffects) -> Iterator[Finding]:
    """Rows of s3_day_effects that are not merchants x days x groups of the join (040)."""
    where = f"s3_day_effects part {block.number}"
    count = int(groups.starts[block.stop] - groups.starts[block.start])
    days, rest = divmod(effects.num_rows, count) if count else (0, effects.num_rows)
    if rest or (count and not days):
        wanted = f"a whole number of days of {count} groups"
        yield Finding(CODES.JOIN_KEY_MISMATCH, where, wanted, f"{effects.num_rows} rows")
        return
    place = groups.rows(block, days)
    zone = groups.zone_column(place.group)
    wrong = effects.merchant_id != groups.merchant_id[place.merchant]
    wrong |= zone.differs(effects.tz_group_id)
    yield from row_findings(
        CODES.JOIN_KEY_MISMATCH,
        wrong,
        lambda row: f"{where} row {row}",
        lambda row: groups.text(int(place.group[row])),
        lambda row: _text(effects, row),
    )


def _weights(
    groups: ZoneGroups, shares: NDArray[np.float64], block: Block, effects: S3DayEffects
) -> GroupWeights:
    starts = groups.starts[block.start : block.stop + 1]
    first, stop = int(starts[0]), int(starts[-1])
    days = effects.num_rows // (stop - first)
    try:
        return group_weights(starts - first, shares[first:stop], days=days, gamma=effects.gamma)
    except KernelError as error:
        code, expected = {
            "NEGATIVE_WEIGHT": (CODES.DOMAIN_VIOLATION, f"a share of at least -{NEGATIVE_TOLERANCE}"),
            "BAD_GAMMA": (CODES.DOMAIN_VIOLATION, "a finite gamma above 0"),
        }.get(error.status, (CODES.NORMALISATION_FAILED, "group shares that sum to 1"))
        raise EngineError(
            code, where=_text(effects, error.index), expected=expected, found=error.status
        ) from error


def _text(rows: S3DayEffects | S4GroupWeights, row: int) -> str:
    zone = rows.tz_group_id.values[int(rows.tz_group_id.codes[row])]
    return f"merchant {int(rows.merchant_id[row])}, {rows.utc_day[row]}, zone {zone}"


@validates(states.S2B_S4)
class GroupWeightValidators(S2B_S4Validators):
    """The validators of S4, each over all rows of a block; sums are taken again with NumPy's serial `bincount`."""

    def __init__(self, inputs: states.S2B_S4.Inputs, run: Run) -> None:
        super().__init__(inputs, run)
        self.weights, timezones = inputs.s1_site_weights.read(), inputs.site_timezones.read()
        self.unjoined = tuple(join_findings(self.weights, timezones, CODES))
        self.groups = zone_groups(self.weights, timezones) if not self.unjoined else None
        self._parts: dict[int, tuple[int, S3DayEffects]] = {}
        # By thread, the part that it read last: several validators look at it.

    def _effects(self, held: S4GroupWeights) -> S3DayEffects | None:
        """The part of s3_day_effects that belongs to the rows' block; None where there is none."""
        block = self.groups.block_of(held.merchant_id, S4_GROUP_WEIGHTS.block_size) if self.groups else None
        if block is None or block.number >= len(self.inputs.s3_day_effects):
            return None
        thread = get_ident()
        number, part = self._parts.get(thread, (-1, None))
        if part is None or number != block.number:
            part = self.inputs.s3_day_effects.part(block.number)
            self._parts[thread] = (block.number, part)
        return part

    def v_04_site_weights_time_zones_and_day_effects_meet_on_their(
        self, outputs: states.S2B_S4.Outputs
    ) -> Findings:
        held = outputs.s4_group_weights
        yield from self.unjoined
        effects = self._effects(held)
        block = self.groups.block_of(held.merchant_id, S4_GROUP_WEIGHTS.block_size) if self.groups else None
        if self.groups is not None and block is not None and effects is not None:
            yield from grid_findings(self.groups, block, effects)

    def v_05_the_base_shares_of_each_merchant_sum_to_1(self, outputs: states.S2B_S4.Outputs) -> Findings:
        held = outputs.s4_group_weights
        starts, day = _days(held)
        sums = np.bincount(day, weights=held.base_share, minlength=starts.shape[0] - 1)
        sites = (
            np.diff(merchant_starts(self.weights.merchant_id))
            if self.weights.num_rows
            else np.zeros(1, np.int64)
        )
        place = np.searchsorted(np.unique(self.weights.merchant_id), held.merchant_id[starts[:-1]])
        terms = sites[np.minimum(place, sites.shape[0] - 1)]
        wrong = ~(np.abs(sums - 1.0) <= np.maximum(SUM_EPSILON, terms * 2.0**-53))
        yield from row_findings(
            CODES.BASE_SHARE_INCOHERENT,
            wrong,
            lambda d: _text(held, int(starts[d])),
            "base shares that sum to 1",
            sums,
        )

    def v_06_the_rows_are_those_of_s3_day_effects(self, outputs: states.S2B_S4.Outputs) -> Findings:
        held, effects = outputs.s4_group_weights, self._effects(outputs.s4_group_weights)
        if effects is None or effects.num_rows != held.num_rows:
            rows = "none" if effects is None else f"{effects.num_rows} rows"
            yield Finding(
                CODES.COVERAGE_MISMATCH,
                "s4_group_weights",
                f"the rows of s3_day_effects ({rows})",
                f"{held.num_rows} rows",
            )
            return
        wrong = (held.merchant_id != effects.merchant_id) | (held.utc_day != effects.utc_day)
        wrong |= effects.tz_group_id.differs(held.tz_group_id)
        yield from row_findings(
            CODES.COVERAGE_MISMATCH,
            wrong,
            lambda row: f"s4_group_weights row {row}",
            lambda row: _text(effects, row),
            lambda row: _text(held, row),
        )

    def v_09_gamma_is_that_of_s3_day_effects_bit_for_bit(self, outputs: states.S2B_S4.Outputs) -> Findings:
        held, effects = outputs.s4_group_weights, self._effects(outputs.s4_group_weights)
        if effects is None or effects.num_rows != held.num_rows:
            yield Finding(
                CODES.GAMMA_ECHO_MISMATCH,
                "s4_group_weights",
                "one gamma of s3_day_effects a row",
                "another number of rows",
            )
            return
        wrong = held.gamma.view(np.uint64) != effects.gamma.view(np.uint64)
        yield from row_findings(
            CODES.GAMMA_ECHO_MISMATCH,
            wrong,
            lambda row: _text(held, row),
            effects.gamma,
            held.gamma,
        )

    def v_10_every_share_and_mass_lies_in_its_range(self, outputs: states.S2B_S4.Outputs) -> Findings:
        held = outputs.s4_group_weights
        for name, values, low, high in (
            ("p_group from 0 to 1", held.p_group, held.p_group >= 0.0, held.p_group <= 1.0),
            ("base_share from 0 to 1", held.base_share, held.base_share >= 0.0, held.base_share <= 1.0),
            ("a finite gamma above 0", held.gamma, held.gamma > 0.0, np.isfinite(held.gamma)),
            (
                "a finite mass_raw of at least 0",
                held.mass_raw,
                held.mass_raw >= 0.0,
                np.isfinite(held.mass_raw),
            ),
            ("a finite denom_raw above 0", held.denom_raw, held.denom_raw > 0.0, np.isfinite(held.denom_raw)),
        ):
            yield from row_findings(
                CODES.DOMAIN_VIOLATION,
                ~(low & high),
                lambda row: _text(held, row),
                name,
                values,
            )

    def v_11_the_group_shares_of_each_merchant_and_day_sum_to_1(
        self, outputs: states.S2B_S4.Outputs
    ) -> Findings:
        held = outputs.s4_group_weights
        starts, day = _days(held)
        sums = np.bincount(day, weights=held.p_group, minlength=starts.shape[0] - 1)
        wrong = ~(np.abs(sums - 1.0) <= np.maximum(SUM_EPSILON, np.diff(starts) * 2.0**-53))
        yield from row_findings(
            CODES.NORMALISATION_FAILED,
            wrong,
            lambda d: _text(held, int(starts[d])),
            "group shares that sum to 1",
            sums,
        )

    def v_12_the_days_are_those_of_s3_day_effects(self, outputs: states.S2B_S4.Outputs) -> Findings:
        held, effects = outputs.s4_group_weights, self._effects(outputs.s4_group_weights)
        found = np.unique(held.utc_day)
        wanted = np.unique(effects.utc_day) if effects is not None else found[:0]
        code, where = CODES.DAY_GRID_MISMATCH, "s4_group_weights utc_day"
        missing, other = np.setdiff1d(wanted, found), np.setdiff1d(found, wanted)
        yield from row_findings(
            code, np.ones(missing.shape, np.bool_), lambda d: f"{where} {missing[d]}", "rows", "none"
        )
        yield from row_findings(
            code, np.ones(other.shape, np.bool_), lambda d: f"{where} {other[d]}", "no row", "rows"
        )

    def v_19_mass_raw_denom_raw_and_p_group_agree(self, outputs: states.S2B_S4.Outputs) -> Findings:
        held = outputs.s4_group_weights
        starts, day = _days(held)
        mass = held.base_share * held.gamma
        denominator = np.bincount(day, weights=held.mass_raw, minlength=starts.shape[0] - 1)[day]
        with np.errstate(divide="ignore", invalid="ignore"):
            share = held.mass_raw / held.denom_raw
        for name, wanted, found in (
            ("mass_raw", mass, held.mass_raw),
            ("denom_raw", denominator, held.denom_raw),
            ("p_group", share, held.p_group),
        ):
            yield from row_findings(
                CODES.AUDIT_INCOHERENT,
                wanted != found,
                lambda row: _text(held, row),
                wanted,
                found,
                column=name,
            )

    def v_20_every_base_share_is_the_sum_of_its_sites_shares(
        self, outputs: states.S2B_S4.Outputs
    ) -> Findings:
        held = outputs.s4_group_weights
        if self.groups is None:
            return
        sums = np.minimum(
            serial_group_sums(self.weights.p_weight, self.groups.site_group, int(self.groups.starts[-1])), 1.0
        )
        block = self.groups.block_of(held.merchant_id, S4_GROUP_WEIGHTS.block_size)
        count = 0 if block is None else int(self.groups.starts[block.stop] - self.groups.starts[block.start])
        days = held.num_rows // count if count else 0
        if block is None or days * count != held.num_rows:
            yield Finding(
                CODES.BASE_SHARE_INCOHERENT,
                "s4_group_weights",
                f"days of {count} groups",
                f"{held.num_rows} rows",
            )
            return
        wanted = sums[self.groups.rows(block, days).group]
        yield from row_findings(
            CODES.BASE_SHARE_INCOHERENT,
            wanted != held.base_share,
            lambda row: _text(held, row),
            wanted,
            held.base_share,
        )


def _days(held: S4GroupWeights) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """(K+1,) offsets of the runs of one merchant and day, and (N,) the run of each row."""
    change = np.ones(held.num_rows, dtype=np.bool_)
    change[1:] = (held.merchant_id[1:] != held.merchant_id[:-1]) | (held.utc_day[1:] != held.utc_day[:-1])
    starts = np.append(np.flatnonzero(change), held.num_rows)
    return starts, np.cumsum(change) - 1
