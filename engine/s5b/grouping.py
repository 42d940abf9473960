"""The features of every series and the group that they give (spec/segment-5B.md, S1)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numpy.typing import NDArray

from codegen.runtime.columns import TextColumn
from codegen.runtime.errors import ErrorCode
from codegen.runtime.findings import Finding
from engine.core.policy_checks import shape_findings
from engine.core.row_findings import row_findings
from engine.core.run import Run
from engine.kernels.arrays import run_starts
from engine.kernels.series_grouping import in_stratum_buckets, zone_group
from engine.s5b.entities import Entities
from engine.s5b.grid_checks import constant_text_findings
from engine.s5b.laws import SPEC_VERSION
from engine.s5b.mix import Mix
from engine.s5b.time_grid import Scenario
from generated.datasets.s5b import GROUPING_POLICY_5B
from generated.tables.s3b import VirtualClassification3B
from generated.tables.s5a import MerchantZoneProfile5A
from generated.tables.s5b import S1Grouping5B

if TYPE_CHECKING:
    from generated.models.s5b import GroupingPolicy5B

POLICY: Final = GROUPING_POLICY_5B.id
PROFILE: Final = MerchantZoneProfile5A.SPEC.dataset
CLASSIFICATION: Final = VirtualClassification3B.SPEC.dataset
PHYSICAL: Final = "physical"
VIRTUAL: Final = "virtual"
_NON_VIRTUAL: Final = "NON_VIRTUAL"
_BANDS: Final = (PHYSICAL, VIRTUAL)

Int64Array = NDArray[np.int64]


def policy_findings(
    missing: ErrorCode, invalid: ErrorCode, policy: GroupingPolicy5B | None
) -> Iterator[Finding]:
    """What the policy lacks: it is not there, breaks its shape, or its targets contradict each other."""
    if policy is None:
        yield Finding(missing, POLICY, "a policy", "nothing")
        return
    yield from shape_findings(policy, POLICY, invalid)
    targets = policy.realism_targets
    if targets.min_groups_per_scenario > targets.max_groups_per_scenario:
        yield Finding(
            invalid,
            f"{POLICY} /realism_targets/max_groups_per_scenario",
            f"at least min_groups_per_scenario, {targets.min_groups_per_scenario}",
            str(targets.max_groups_per_scenario),
        )


def mix_findings(policy: GroupingPolicy5B, mix: Mix, code: ErrorCode) -> Iterator[Finding]:
    """The targets that no grouping of a world of this mix can meet."""
    if mix.series is None:
        return
    targets, where = policy.realism_targets, f"{POLICY} /realism_targets"
    strata = len(mix.classes) * len(mix.channels) * len(mix.virtual_bands) * policy.zone_group_buckets
    most = min(mix.series, strata * policy.in_stratum_buckets)
    if targets.min_groups_per_scenario > most:
        found = str(targets.min_groups_per_scenario)
        yield Finding(code, f"{where}/min_groups_per_scenario", f"at most {most} groups of the world", found)
    if targets.max_groups_per_scenario < mix.fewest_groups:
        found = str(targets.max_groups_per_scenario)
        expected = f"at least {mix.fewest_groups}, one group a class"
        yield Finding(code, f"{where}/max_groups_per_scenario", expected, found)
    # Half of the groups have the median of members or more, so that the others leave them the rest.
    upper = (mix.fewest_groups + 1) // 2
    largest = 2 * (mix.series - (mix.fewest_groups - upper)) / upper
    if targets.min_group_members_median > largest:
        found = str(targets.min_group_members_median)
        yield Finding(code, f"{where}/min_group_members_median", f"at most {largest:g}", found)
    if targets.max_single_group_share < 1 / most:
        found = str(targets.max_single_group_share)
        yield Finding(code, f"{where}/max_single_group_share", f"at least {1 / most:g}, an even share", found)
    if targets.min_multi_member_fraction > 0 and mix.series < 2:
        found = str(targets.min_multi_member_fraction)
        yield Finding(code, f"{where}/min_multi_member_fraction", "0, since there is one series", found)


# -- features --------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, eq=False)
class Features:
    """The features of each series; code -1 where they do not follow from 5A and 3B in one way."""

    demand_class: TextColumn
    virtual_band: TextColumn
    channel: TextColumn


class FeatureTables:
    """The profile of 5A and the classification of 3B, ready to be looked up by series."""

    def __init__(self, profile: MerchantZoneProfile5A, classification: VirtualClassification3B) -> None:
        self.profile = profile
        self.classification = classification
        self._classes = profile.demand_class.ordered()
        modes = classification.virtual_mode
        self._is_virtual = np.array([*(mode != _NON_VIRTUAL for mode in modes.values), False])[modes.codes]

    def features(self, series: Entities) -> Features:
        """The features of each series: class by merchant, zone and channel group; virtual band by merchant."""
        return Features(self._demand_class(series), self._virtual_band(series), series.channel)

    def _demand_class(self, series: Entities) -> TextColumn:
        profile = self.profile
        zone, channel = (
            texts.codes_in(values).astype(np.int64)
            for texts, values in (
                (profile.tzid, series.zone.values),
                (profile.channel_group, series.channel.values),
            )
        )
        known = (zone >= 0) & (channel >= 0)  # a zone or channel group of no series is asked for by none
        merchants, place = np.unique(profile.merchant_id[known], return_inverse=True)
        sizes = (len(series.zone.values), len(series.channel.values))
        keys = _combined(place.reshape(-1), zone[known], channel[known], sizes)
        codes = _one_value_a_key(keys, self._classes.codes[known].astype(np.int64))
        wanted = _combined(
            _places(merchants, series.merchant_id), series.zone.codes, series.channel.codes, sizes
        )
        return TextColumn(_looked_up(*codes, wanted), self._classes.values)

    def _virtual_band(self, series: Entities) -> TextColumn:
        merchants, place = np.unique(self.classification.merchant_id, return_inverse=True)
        codes = _one_value_a_key(place.reshape(-1).astype(np.int64), self._is_virtual.astype(np.int64))
        return TextColumn(_looked_up(*codes, _places(merchants, series.merchant_id)), _BANDS)


def _combined(
    merchant: NDArray[Any], zone: NDArray[Any], channel: NDArray[Any], sizes: tuple[int, int]
) -> Int64Array:
    """One number a (merchant, zone, channel); -1 where the merchant is not known."""
    zones, channels = sizes
    whole = (merchant.astype(np.int64) * max(zones, 1) + zone) * max(channels, 1) + channel
    return np.where(merchant < 0, np.int64(-1), whole)


def _places(ascending: NDArray[np.uint64], wanted: NDArray[np.uint64]) -> Int64Array:
    """The position of each wanted id among ids in ascending order; -1 where it is none of them."""
    if not ascending.shape[0]:
        return np.full(wanted.shape[0], -1, np.int64)
    found = np.minimum(np.searchsorted(ascending, wanted), ascending.shape[0] - 1)
    return np.where(ascending[found] == wanted, found, -1).astype(np.int64)


def _one_value_a_key(keys: Int64Array, values: Int64Array) -> tuple[Int64Array, Int64Array]:
    """The distinct keys, ascending, and the value of each; -1 for a key that stands with two values."""
    order = np.lexsort((values, keys))
    keys, values = keys[order], values[order]
    firsts = run_starts(keys)
    lasts = np.append(firsts[1:], keys.shape[0]) - 1 if firsts.shape[0] else firsts
    return keys[firsts], np.where(values[firsts] == values[lasts], values[firsts], -1)


def _looked_up(keys: Int64Array, values: Int64Array, wanted: Int64Array) -> NDArray[np.int32]:
    """The value of each wanted key; -1 where it is not there."""
    if not keys.shape[0]:
        return np.full(wanted.shape[0], -1, np.int32)
    found = np.minimum(np.searchsorted(keys, wanted), keys.shape[0] - 1)
    return np.where(keys[found] == wanted, values[found], -1).astype(np.int32)


def feature_findings(code: ErrorCode, series: Entities, features: Features, where: str) -> Iterator[Finding]:
    """A finding for each series whose class or virtual band does not follow in one way."""
    for texts, expected, found in (
        (
            features.demand_class,
            f"one demand class for merchant, zone and channel group in {PROFILE}",
            "none, or more than one",
        ),
        (
            features.virtual_band,
            f"one virtual mode for the merchant in {CLASSIFICATION}",
            "none, or more than one",
        ),
    ):
        yield from row_findings(
            code, texts.codes < 0, lambda row: f"{where}: {series.text(row)}", expected, found
        )


# -- groups ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, eq=False)
class Groups:
    """The group of each series and what its name is made of."""

    group_id: TextColumn
    zone_group_id: TextColumn
    bucket: NDArray[np.uint8]


def groups(series: Entities, features: Features, scenario: Scenario, policy: GroupingPolicy5B) -> Groups:
    """The groups of series whose features are all known."""
    names = [f"zg{zone_group(zone):02d}" for zone in series.zone.values]
    ordered = tuple(sorted(set(names)))
    zone_group_code = np.array([ordered.index(name) for name in names], np.int32)[series.zone.codes]
    zone_groups = TextColumn(zone_group_code, ordered)
    parts = (features.demand_class, series.channel, features.virtual_band, zone_groups)
    code = np.zeros(len(series), np.int64)
    for texts in parts:
        code = code * len(texts.values) + texts.codes
    firsts, stratum = np.unique(code, return_index=True, return_inverse=True)[1:]
    strata = ["|".join(texts.values[int(texts.codes[row])] for texts in parts) for row in firsts.tolist()]
    stratum = stratum.reshape(-1)
    bucket = in_stratum_buckets(
        scenario.scenario_id, strata, stratum, series.merchant_id, int(policy.in_stratum_buckets)
    )
    wide = 1 + int(np.iinfo(np.uint8).max)
    pairs, group = np.unique(stratum.astype(np.int64) * wide + bucket, return_inverse=True)
    ids = tuple(f"g|{scenario.band}|{strata[pair // wide]}|b{pair % wide:02d}" for pair in pairs.tolist())
    return Groups(TextColumn(group.reshape(-1).astype(np.int32), ids), zone_groups, bucket)


def grouping(
    series: Entities, features: Features, found: Groups, scenario: Scenario, run: Run
) -> S1Grouping5B:
    """One row a series, in series order."""
    return S1Grouping5B.from_columns(
        manifest_fingerprint=run.identity.manifest_fingerprint,
        parameter_hash=run.identity.parameter_hash,
        scenario_id=scenario.scenario_id,
        merchant_id=series.merchant_id,
        zone_representation=series.zone,
        channel_group=series.channel,
        group_id=found.group_id,
        scenario_band=scenario.band,
        demand_class=features.demand_class,
        virtual_band=features.virtual_band,
        zone_group_id=found.zone_group_id,
        in_stratum_bucket=found.bucket,
        s1_spec_version=SPEC_VERSION,
    )


# -- what a grouping holds -------------------------------------------------------------------------------------


def held_feature_findings(
    code: ErrorCode, where: str, held: S1Grouping5B, tables: FeatureTables
) -> Iterator[Finding]:
    """A finding for each series whose class or virtual band is not the one of 5A and 3B."""
    series = Entities.of(held)
    features = tables.features(series)
    yield from feature_findings(code, series, features, where)
    yield from _column_findings(code, where, series, "demand_class", features.demand_class, held.demand_class)
    yield from _column_findings(code, where, series, "virtual_band", features.virtual_band, held.virtual_band)


def held_group_findings(
    code: ErrorCode, where: str, held: S1Grouping5B, scenario: Scenario, policy: GroupingPolicy5B
) -> Iterator[Finding]:
    """A finding for each series whose group, or what it is made of, is not the one that its features give."""
    series = Entities.of(held)
    features = Features(held.demand_class, held.virtual_band, series.channel)
    wanted = groups(series, features, scenario, policy)
    yield from _column_findings(code, where, series, "group_id", wanted.group_id, held.group_id)
    yield from _column_findings(
        code, where, series, "zone_group_id", wanted.zone_group_id, held.zone_group_id
    )
    yield from row_findings(
        code,
        held.in_stratum_bucket != wanted.bucket,
        lambda row: f"{where}: {series.text(row)}",
        wanted.bucket,
        held.in_stratum_bucket,
        column="in_stratum_bucket",
    )
    yield from constant_text_findings(code, where, "scenario_band", held.scenario_band, scenario.band)


def _column_findings(
    code: ErrorCode, where: str, series: Entities, column: str, wanted: TextColumn, held: TextColumn
) -> Iterator[Finding]:
    """A finding for each series whose text is not the wanted one, where that is known."""
    yield from row_findings(
        code,
        (wanted.codes >= 0) & wanted.differs(held),
        lambda row: f"{where}: {series.text(row)}",
        lambda row: wanted.values[int(wanted.codes[row])],
        lambda row: held.values[int(held.codes[row])],
        column=column,
    )


# -- realism ---------------------------------------------------------------------------------------------------


def realism_figures(group_id: TextColumn) -> dict[str, int | float]:
    """What the groups of one scenario look like: how many, how large, how unequal."""
    counts = np.bincount(group_id.codes, minlength=len(group_id.values))
    counts = np.sort(counts[counts > 0])
    if not counts.shape[0]:
        return {"series": 0, "groups": 0, "group_members_median": 0.0, "single_group_share": 0.0,
                "multi_member_fraction": 0.0}  # fmt: skip
    middle = counts[(counts.shape[0] - 1) // 2] + counts[counts.shape[0] // 2]
    return {
        "series": int(counts.sum()),
        "groups": int(counts.shape[0]),
        "group_members_median": int(middle) / 2,
        "single_group_share": int(counts[-1]) / int(counts.sum()),
        "multi_member_fraction": int((counts > 1).sum()) / int(counts.shape[0]),
    }


def realism_findings(
    code: ErrorCode, figures: Mapping[str, int | float], policy: GroupingPolicy5B, where: str
) -> Iterator[Finding]:
    """A finding for each figure that misses its target."""
    targets = policy.realism_targets
    for name, least, most in (
        ("groups", targets.min_groups_per_scenario, targets.max_groups_per_scenario),
        ("group_members_median", targets.min_group_members_median, None),
        ("single_group_share", None, targets.max_single_group_share),
        ("multi_member_fraction", targets.min_multi_member_fraction, None),
    ):
        found = figures[name]
        for bound, missed, words in (
            (least, least is not None and found < least, "at least"),
            (most, most is not None and found > most, "at most"),
        ):
            if missed:
                yield Finding(code, f"{where}: {name}", f"{words} {bound:g}", f"{found:.6g}")


def guide_findings(code: ErrorCode, policy: GroupingPolicy5B) -> Iterator[Finding]:
    """A finding for each target that is laxer than the policy's guide for a full-size world."""
    targets, guide = policy.realism_targets, policy.guide_targets
    for name in type(guide).model_fields:
        target, wanted = getattr(targets, name), getattr(guide, name)
        if target < wanted:
            where = f"{POLICY} /realism_targets/{name}"
            yield Finding(code, where, f"at least {wanted:g}, the guide for a full-size world", f"{target:g}")


def channel_findings(code: ErrorCode, series: Entities, where: str) -> Iterator[Finding]:
    """A finding for each (merchant, zone) with a second channel group: the draws of 5B are told apart by neither."""
    second = np.zeros(len(series), dtype=np.bool_)
    second[1:] = (series.merchant_id[1:] == series.merchant_id[:-1]) & (
        series.zone.codes[1:] == series.zone.codes[:-1]
    )
    yield from row_findings(
        code,
        second,
        lambda row: f"{where}: {series.text(row)}",
        "one channel group for a merchant and zone, since draws are keyed by merchant, zone and bucket alone",
        lambda row: f"{series.channel.values[int(series.channel.codes[row - 1])]} as well",
    )
