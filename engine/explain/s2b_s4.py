"""2B.S4 explained: the share of one zone in a merchant's day (spec/segment-2B.md, S4)."""

from __future__ import annotations

from typing import Any, Final, NamedTuple

import numpy as np

from codegen.runtime.tables import PartitionedTable
from engine.explain.arithmetic import running_sums, sum_tolerance
from engine.explain.selectors import Selector, bad_selector, chosen_day, chosen_zone
from engine.explain.sites import SiteKey, TzGroups, key_order, noted, select_merchant, site_keys, tz_groups
from engine.explain.sources import Sources, derived_columns, python_column, rows_of_merchant
from engine.explain.steps import Explanation, Terms, Value
from generated.datasets.s2a import SITE_TIMEZONES
from generated.datasets.s2b import S1_SITE_WEIGHTS, S3_DAY_EFFECTS, S4_GROUP_WEIGHTS
from generated.tables.s2b import S4GroupWeights

SUM_EPSILON: Final = 1e-12
NEGATIVE_TOLERANCE: Final = 1e-12


class _DayMix(NamedTuple):
    """What a zone has of a merchant's day."""

    mass_raw: float
    denom_raw: float
    p_group: float


def group_weight(sources: Sources, selector: Selector, explanation: Explanation) -> None:
    """Derive the share of one merchant's zone on a day and put it beside the stored row."""
    weights = sources.opened(S1_SITE_WEIGHTS).read()
    timezones = sources.opened(SITE_TIMEZONES).read()
    effects = sources.opened(S3_DAY_EFFECTS)
    stored = sources.opened(S4_GROUP_WEIGHTS)
    keys = site_keys(weights)
    groups = tz_groups(keys, timezones)
    merchant = select_merchant(explanation, selector, keys)
    gammas = _gammas(effects, merchant)
    days = sorted({day for day, _ in gammas})
    if not days:
        where = f"{selector.state} merchant {merchant}"
        raise bad_selector(where, f"a merchant with rows in {S3_DAY_EFFECTS.id}", "none")
    day = days[noted(explanation, chosen_day(selector, days))]
    explanation.key["utc_day"] = day
    if not explanation.check("every site has one zone", groups.unjoined, 0, groups.unjoined == 0):
        return
    zones = groups.zones[merchant]
    place = noted(explanation, chosen_zone(selector, merchant, zones))
    zone = zones[place]
    explanation.key["tz_group_id"] = zone

    share_of = {key: float(str(p)) for key, p in zip(keys, python_column(weights, "p_weight"), strict=True)}
    sites = sorted((key for key in keys if key[0] == merchant), key=key_order)
    shares = _base_shares(explanation, sites, share_of, groups, zones, place)
    gamma = [gammas.get((day, one), float("nan")) for one in zones]
    known = all(0.0 < one < float("inf") for one in gamma)
    if not explanation.check("each zone has a finite gamma above 0 in S3", gamma[place], 0.0, known):
        return
    mix = _day_mix(explanation, zones, shares, gamma, place)
    if mix is None:
        return
    derived = S4GroupWeights.from_columns(
        merchant_id=np.array([merchant], np.uint64),
        utc_day=np.array([day], "datetime64[D]"),
        tz_group_id=[zone],
        p_group=np.array([mix.p_group]),
        base_share=np.array([shares[place]]),
        gamma=np.array([gamma[place]]),
        created_utc=sources.created,
        mass_raw=np.array([mix.mass_raw]),
        denom_raw=np.array([mix.denom_raw]),
    )
    found = [
        row
        for _, row in rows_of_merchant(stored, merchant)
        if (row["utc_day"], row["tz_group_id"]) == (day, zone)
    ]
    explanation.check("the row is stored once", len(found), 1, len(found) == 1)
    explanation.compare_row(found[0] if found else None, derived_columns(derived))


def _gammas(effects: PartitionedTable[Any], merchant: int) -> dict[tuple[str, str], float]:
    """Gamma of a merchant by day and zone, as 2B.S3 published it."""
    columns = ("utc_day", "tz_group_id", "gamma")
    return {
        (str(row["utc_day"]), str(row["tz_group_id"])): float(str(row["gamma"]))
        for _, row in rows_of_merchant(effects, merchant, columns)
    }


def _base_shares(
    explanation: Explanation,
    sites: list[SiteKey],
    share_of: dict[SiteKey, float],
    groups: TzGroups,
    zones: list[str],
    place: int,
) -> list[float]:
    """The share of each zone of the merchant in its weight."""
    sums = {
        zone: running_sums([share_of[site] for site in sites if groups.zone[site] == zone]) for zone in zones
    }
    own = [site for site in sites if groups.zone[site] == zones[place]]
    shares = [min(sums[zone][-1], 1.0) for zone in zones]
    explanation.step(
        "The base share",
        "A zone weighs as much as its sites together: their p_weight of 2B.S1, added in key order.",
        Value("sites of the zone", len(own), f"of {len(sites)} of the merchant"),
        Value("sum", sums[zones[place]][-1], "serial, in key order"),
        Value("base_share", shares[place], "the sum, at most 1"),
        terms=Terms(
            ("country", "order", "p_weight", "running sum"),
            [
                (site[1], site[2], share_of[site], so_far)
                for site, so_far in zip(own, sums[zones[place]], strict=True)
            ],
        ),
    )
    away = abs(running_sums(sums[zone][-1] for zone in zones)[-1] - 1.0)
    allowed = sum_tolerance(SUM_EPSILON, len(sites))
    explanation.check("|sum of base shares - 1| <= max(1e-12, sites 2^-53)", away, allowed, away <= allowed)
    return shares


def _day_mix(
    explanation: Explanation, zones: list[str], shares: list[float], gamma: list[float], place: int
) -> _DayMix | None:
    """The zone's share of the day; None where the masses have no sum to divide by."""
    masses = [share * effect for share, effect in zip(shares, gamma, strict=True)]
    explanation.step(
        "The mass of the day",
        "The day effect of 2B.S3 lifts or lowers the zone (closedworld explain 2B.S3 derives it).",
        Value("base_share", shares[place]),
        Value("gamma", gamma[place], "as 2B.S3 stored it"),
        Value("mass_raw", masses[place], "base_share gamma"),
    )
    sums = running_sums(masses)
    total = sums[-1]
    if not explanation.check("denom_raw is finite and above 0", total, 0.0, 0.0 < total < float("inf")):
        return None
    parts, clamped = _clamped([mass / total for mass in masses])
    values = [Value("denom_raw", total, "serial, in the order of zones")]
    values.append(Value("p_group", parts[place], "mass_raw / denom_raw"))
    if clamped:
        values.append(Value("clamped", True, "a share just below 0 became 0, and all were divided once more"))
    explanation.step(
        "The share of the day",
        "Divided by the sum over the merchant's zones, so that the day's shares sum to 1.",
        *values,
        terms=Terms(
            ("tz_group_id", "base_share", "gamma", "mass_raw", "running sum", "p_group"),
            [(zone, shares[g], gamma[g], masses[g], sums[g], parts[g]) for g, zone in enumerate(zones)],
            frozenset((place,)),
        ),
    )
    away = abs(running_sums(parts)[-1] - 1.0)
    allowed = sum_tolerance(SUM_EPSILON, len(zones))
    explanation.check("|sum of p_group - 1| <= max(1e-12, zones 2^-53)", away, allowed, away <= allowed)
    return _DayMix(masses[place], total, parts[place])


def _clamped(parts: list[float]) -> tuple[list[float], bool]:
    """Parts with those just below 0 set to 0 and all divided by their sum once more; and whether any was."""
    if not any(-NEGATIVE_TOLERANCE <= part < 0.0 for part in parts):
        return parts, False
    raised = [0.0 if -NEGATIVE_TOLERANCE <= part < 0.0 else part for part in parts]
    total = running_sums(raised)[-1]
    return [part / total for part in raised], True
