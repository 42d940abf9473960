"""What arrival_lgcp_config_5B says of a group: the sigma and the length scale of its path, and the floors of both.

Source: spec/segment-5B.md, S2.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

from codegen.runtime.errors import ErrorCode
from codegen.runtime.findings import Finding
from engine.core.policy_checks import shape_findings
from engine.s5b.features import base_of, clamped, missing_multipliers, multiplied
from engine.s5b.mix import Mix, out_of_reach, too_few, unnamed
from engine.s5b.series import Groups, SeriesPlan

if TYPE_CHECKING:
    from generated.models.s5b import ArrivalLgcpConfig5B

POLICY: Final = "arrival_lgcp_config_5B"
NONE: Final = "none"
"""The latent model without randomness."""
ORNSTEIN_UHLENBECK: Final = "log_gaussian_ou_v1"
"""The latent model whose buckets correlate."""

Float64Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class PathLaw:
    """(G,) standard deviation, and length scale in buckets, of the path of each group."""

    sigma: Float64Array
    length_scale: Float64Array


def path_law(config: ArrivalLgcpConfig5B, groups: Groups) -> PathLaw:
    """The law of every group's path; `config_findings` must have found nothing."""
    sigma = config.sigma
    value = np.full(len(groups), base_of(sigma.base_by_scenario_band, groups.band))
    value = multiplied(value, sigma.class_multipliers, groups.demand_class)
    value = multiplied(value, sigma.channel_multipliers, groups.channel_group)
    virtual = sigma.virtual_multipliers
    by_band = {"physical": virtual.physical, "virtual": virtual.virtual}
    value = multiplied(value, by_band, groups.virtual_band)
    scale = config.length_scale
    length = np.full(len(groups), base_of(scale.base_by_scenario_band, groups.band))
    length = multiplied(length, scale.class_multipliers, groups.demand_class)
    return PathLaw(clamped(value, sigma.bounds), clamped(length, scale.bounds))


def policy_findings(config: ArrivalLgcpConfig5B, code: ErrorCode) -> Iterator[Finding]:
    """What breaks the config's shape, contradicts itself, or misses a floor of its own."""
    yield from shape_findings(config, POLICY, code)
    for name, bounds in (("sigma", config.sigma.bounds), ("length_scale", config.length_scale.bounds)):
        if bounds.lower > bounds.upper:
            yield Finding(
                code, f"{POLICY} /{name}/bounds", "lower at most upper", f"{bounds.lower}, {bounds.upper}"
            )
    floors, clip = config.realism_floors, config.clip
    if clip.max_factor < floors.min_clip_ratio * clip.min_factor:
        yield Finding(
            code,
            f"{POLICY} /clip",
            f"max_factor at least {floors.min_clip_ratio} times min_factor",
            f"{clip.max_factor} and {clip.min_factor}",
        )
    if floors.baseline_median_length_scale_lower > floors.baseline_median_length_scale_upper:
        yield Finding(
            code,
            f"{POLICY} /realism_floors/baseline_median_length_scale_lower",
            f"at most baseline_median_length_scale_upper, {floors.baseline_median_length_scale_upper}",
            str(floors.baseline_median_length_scale_lower),
        )


def mix_findings(config: ArrivalLgcpConfig5B, mix: Mix, code: ErrorCode) -> Iterator[Finding]:
    """What no world of this mix can meet: a feature without a factor, floors that no group of the mix reaches.

    `policy_findings` must have found nothing.
    """
    if config.latent_model_id == NONE:
        return
    sigma, scale = config.sigma, config.length_scale
    lacking = [
        finding
        for pointer, table, names in (
            ("/sigma/class_multipliers", sigma.class_multipliers, mix.classes),
            ("/sigma/channel_multipliers", sigma.channel_multipliers, mix.channels),
            ("/length_scale/class_multipliers", scale.class_multipliers, mix.classes),
        )
        for finding in unnamed(f"{POLICY} {pointer}", table, names, code)
    ]
    yield from lacking
    if lacking:
        return
    floors = config.realism_floors
    for name, groups in mix.groups():
        law = path_law(config, groups)
        least = floors.min_distinct_sigmas
        yield from too_few(f"{POLICY} /realism_floors/min_distinct_sigmas", least, law.sigma, name, code)
        if groups.band == "stress":
            floor = floors.stress_sigma_floor
            if floors.min_stress_fraction_at_floor > 0 and not bool((law.sigma >= floor).any()):
                where, found = (
                    f"{POLICY} /realism_floors/stress_sigma_floor",
                    f"{float(law.sigma.max())} at most",
                )
                yield Finding(code, where, f"a sigma of {floor} or more in some group of {name}", found)
        else:
            bounds = (floors.baseline_median_length_scale_lower, floors.baseline_median_length_scale_upper)
            where = f"{POLICY} /length_scale"
            yield from out_of_reach(where, "a median length scale", bounds, law.length_scale, name, code)


def config_findings(config: ArrivalLgcpConfig5B, plan: SeriesPlan, code: ErrorCode) -> Iterator[Finding]:
    """What `policy_findings` finds, and what the groups of a run lack or miss."""
    yield from policy_findings(config, code)
    if config.latent_model_id == NONE:
        return
    missing = list(_missing(config, plan, code))
    yield from missing
    if not missing:
        yield from _floor_findings(config, plan, code)


def _missing(config: ArrivalLgcpConfig5B, plan: SeriesPlan, code: ErrorCode) -> Iterator[Finding]:
    sigma, scale = config.sigma, config.length_scale
    tables = (
        ("/sigma/class_multipliers", sigma.class_multipliers, "demand_class"),
        ("/sigma/channel_multipliers", sigma.channel_multipliers, "channel_group"),
        ("/length_scale/class_multipliers", scale.class_multipliers, "demand_class"),
    )
    for pointer, table, feature in tables:
        yield from missing_multipliers(f"{POLICY} {pointer}", table, plan, feature, code)


def _floor_findings(config: ArrivalLgcpConfig5B, plan: SeriesPlan, code: ErrorCode) -> Iterator[Finding]:
    floors = config.realism_floors
    for name, series in plan.scenarios.items():
        law = path_law(config, series.groups)
        distinct = np.unique(law.sigma).shape[0]
        if distinct < floors.min_distinct_sigmas:
            yield Finding(
                code,
                f"{name}: distinct sigmas of its groups",
                f"at least {floors.min_distinct_sigmas}",
                str(distinct),
            )
        if not len(series.groups):
            continue
        if series.groups.band == "stress":
            share = float(np.count_nonzero(law.sigma >= floors.stress_sigma_floor)) / len(series.groups)
            if share < floors.min_stress_fraction_at_floor:
                yield Finding(
                    code,
                    f"{name}: share of groups with sigma of {floors.stress_sigma_floor} or more",
                    f"at least {floors.min_stress_fraction_at_floor}",
                    str(share),
                )
        else:
            lower, upper = (
                floors.baseline_median_length_scale_lower,
                floors.baseline_median_length_scale_upper,
            )
            median = float(np.median(law.length_scale))
            if not lower <= median <= upper:
                yield Finding(
                    code,
                    f"{name}: median length scale of its groups",
                    f"{lower} to {upper} buckets",
                    str(median),
                )
