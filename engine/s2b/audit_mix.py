"""The audit of day effects and group weights: keys, gamma, sums and base shares of every row (V-08 to V-11).

Source: spec/segment-2B.md, S3, S4 and S7. Both tables are read part by part; sums are taken with NumPy's serial
`bincount`, not with the kernels that made the rows.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numpy.typing import NDArray

from codegen.runtime.findings import Finding
from engine.core.blocks import Block
from engine.core.row_findings import row_findings
from engine.s2b.audit_checks import Checks
from engine.s2b.day_effect_policy import days_of
from engine.s2b.site_keys import merchant_starts
from engine.s2b.zone_groups import ZoneGroups, join_findings, serial_group_sums, zone_groups
from generated import errors

if TYPE_CHECKING:
    from codegen.runtime.errors import ErrorCode
    from generated.states.s2b import S2B_S7
    from generated.tables.s2b import S1SiteWeights, S3DayEffects, S4GroupWeights

CODES = errors.S2B_S7
SUM_EPSILON: Final = 1e-12


class _JoinCodes:
    """Both faults of the join have one code here: the keys of sites and zones do not meet."""

    JOIN_KEY_MISMATCH: ErrorCode = CODES.JOIN_KEY_MISMATCH
    TZ_GROUP_MULTIMAP: ErrorCode = CODES.JOIN_KEY_MISMATCH


@dataclass(frozen=True)
class GroupMix:
    """The plan that arrivals are routed by, as it was audited."""

    groups: ZoneGroups
    days: NDArray[np.datetime64]
    """(D,) the plan's days."""
    p_group: NDArray[np.float64]
    """(D x G,) shares in S4's order: merchant, day, group."""


def audit_mix(
    checks: Checks, inputs: S2B_S7.Inputs, weights: S1SiteWeights, *, keep: bool
) -> GroupMix | None:
    """Check S3 and S4; the plan if its keys hold and `keep` asks for it, else None."""
    checks.looked_at("V-11", sites=weights.num_rows)
    timezones = inputs.site_timezones.read()
    if checks.add("V-11", join_findings(weights, timezones, _JoinCodes())):
        return None
    groups, days = zone_groups(weights, timezones), days_of(inputs.day_effect_policy_v1)
    checks.figures.merchants_total = groups.merchants
    checks.figures.groups_total = int(groups.starts[-1])
    checks.figures.days_total = int(days.shape[0])
    shares = np.minimum(serial_group_sums(weights.p_weight, groups.site_group, int(groups.starts[-1])), 1.0)
    effects, mixes = inputs.s3_day_effects, inputs.s4_group_weights
    checks.looked_at("V-08", rows=0)
    whole, first = True, 0
    kept: list[NDArray[np.float64]] = []
    for number in range(min(len(effects), len(mixes))):
        effect, mix = effects.part(number), mixes.part(number)
        stop = min(first + merchant_starts(mix.merchant_id).shape[0] - 1, groups.merchants)
        block, first = Block(number, first, stop), stop
        place = groups.rows(block, days.shape[0])
        part = _Part(groups, days, block, place.merchant, place.day, place.group, effect, mix)
        checks.looked_at("V-08", rows=part.rows)
        if checks.add("V-08", part.key_findings()):
            whole = False
            continue
        for validator, found in (
            ("V-09", part.gamma_findings()),
            ("V-10", part.sum_findings(checks)),
            ("V-11", part.base_share_findings(shares)),
        ):
            checks.looked_at(validator, rows=part.rows)
            checks.add(validator, found)
        if keep:
            kept.append(np.array(mix.p_group))
    if first != groups.merchants or len(effects) != len(mixes):
        expected = f"{groups.merchants} merchants in parts of the same number"
        held = f"{first} merchants, {len(mixes)} parts and {len(effects)} of s3_day_effects"
        checks.add("V-08", [Finding(CODES.DAY_GRID_MISMATCH, "s4_group_weights", expected, held)])
        whole = False
    if not whole or not keep:
        return None
    return GroupMix(groups, days, np.concatenate(kept) if kept else np.zeros(0))


@dataclass(frozen=True)
class _Part:
    """The same part of both tables, with the keys that its rows must have."""

    groups: ZoneGroups
    days: NDArray[np.datetime64]
    block: Block
    merchant: NDArray[np.int64]
    day: NDArray[np.int64]
    group: NDArray[np.int64]
    effects: S3DayEffects
    mix: S4GroupWeights

    @property
    def rows(self) -> int:
        """How many rows the part must have."""
        return int(self.group.shape[0])

    def text(self, row: int) -> str:
        """The key that a row must have, in words."""
        return f"{self.groups.text(int(self.group[row]))}, {self.days[self.day[row]]}"

    def key_findings(self) -> Iterator[Finding]:
        """Rows of either table that are not merchants x days x groups, in order."""
        zones = self.groups.zones
        for name, table in (("s3_day_effects", self.effects), ("s4_group_weights", self.mix)):
            common = min(self.rows, table.num_rows)
            codes = table.tz_group_id.codes_in(zones)[:common]
            wrong = table.merchant_id[:common] != self.groups.merchant_id[self.merchant[:common]]
            wrong |= table.utc_day[:common] != self.days[self.day[:common]]
            wrong |= codes != self.groups.zone[self.group[:common]]
            where = f"{name} part {self.block.number}"
            if table.num_rows != self.rows:
                first = int(np.flatnonzero(wrong)[0]) if bool(wrong.any()) else common
                missing = self.text(first) if first < self.rows else "no further row"
                yield Finding(
                    CODES.DAY_GRID_MISMATCH,
                    f"{where} row {first}",
                    f"{self.rows} rows, here {missing}",
                    f"{table.num_rows} rows",
                )
                continue
            yield from row_findings(
                CODES.DAY_GRID_MISMATCH,
                wrong,
                lambda row, where=where: f"{where} row {row}",  # type: ignore[misc]
                self.text,
                lambda row, table=table: _key_text(table, row),  # type: ignore[misc]
            )

    def gamma_findings(self) -> Iterator[Finding]:
        """Rows whose gamma is not S3's, bit for bit."""
        wanted, held = np.array(self.effects.gamma), np.array(self.mix.gamma)
        yield from row_findings(
            CODES.GAMMA_ECHO_MISMATCH,
            wanted.view(np.uint64) != held.view(np.uint64),
            self.text,
            lambda row: f"gamma {wanted[row]!r}",
            lambda row: repr(held[row]),
        )

    def sum_findings(self, checks: Checks) -> Iterator[Finding]:
        """mass_raw, denom_raw and p_group of every row taken again, and the sum of each merchant's day."""
        mix, code = self.mix, CODES.S4_NORMALISATION_FAILED
        day_of = (self.merchant - self.block.start) * self.days.shape[0] + self.day
        count = len(self.block) * self.days.shape[0]
        mass = mix.base_share * mix.gamma
        denominator = np.bincount(day_of, weights=mix.mass_raw, minlength=count)[day_of]
        with np.errstate(divide="ignore", invalid="ignore"):
            share = mix.mass_raw / mix.denom_raw
        for name, wanted, held in (
            ("mass_raw", mass, mix.mass_raw),
            ("denom_raw", denominator, mix.denom_raw),
            ("p_group", share, mix.p_group),
        ):
            yield from row_findings(code, ~(wanted == held), self.text, wanted, held, column=name)
        sums = np.bincount(day_of, weights=mix.p_group, minlength=count)
        terms = np.bincount(day_of, minlength=count)
        error = np.abs(sums - 1.0)
        figures = checks.figures
        figures.max_abs_mass_error_s4 = max(figures.max_abs_mass_error_s4, float(error.max(initial=0.0)))
        first = np.searchsorted(day_of, np.arange(count))
        yield from row_findings(
            code,
            ~(error <= np.maximum(SUM_EPSILON, terms * 2.0**-53)),
            lambda day: f"{self.text(int(first[day]))} and the other groups",
            "shares that sum to 1",
            sums,
        )

    def base_share_findings(self, shares: NDArray[np.float64]) -> Iterator[Finding]:
        """Rows whose base_share is not the serial sum of the shares of the group's sites."""
        wanted, held = shares[self.group], self.mix.base_share
        yield from row_findings(
            CODES.BASE_SHARE_INCOHERENT, ~(wanted == held), self.text, wanted, held, column="base_share"
        )


def _key_text(table: Any, row: int) -> str:
    zone = table.tz_group_id.values[int(table.tz_group_id.codes[row])]
    return f"merchant {int(table.merchant_id[row])}, zone {zone}, {table.utc_day[row]}"
