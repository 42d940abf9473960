"""What arrival_count_config_5B says: the count law, the dispersion of a group, and the floors of both.

Source: spec/segment-5B.md, S3.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

from codegen.runtime.errors import ErrorCode
from codegen.runtime.findings import Finding
from engine.core.policy_checks import constant_findings, shape_findings
from engine.kernels.bucket_counts import COUNT_LAWS, CountLaw
from engine.s5b.features import base_of, clamped, missing_multipliers, multiplied
from engine.s5b.mix import Mix, out_of_reach, too_few, unnamed
from engine.s5b.series import Groups, SeriesPlan

if TYPE_CHECKING:
    from generated.models.s5b import ArrivalCountConfig5B

POLICY: Final = "arrival_count_config_5B"
NEGATIVE_BINOMIAL: Final = "nb2"
"""The count law whose rows have a kappa."""

Float64Array = NDArray[np.float64]
_OLDER_NAMES: Final = {"erfinv_v1": "acklam_v1"}


def count_law(config: ArrivalCountConfig5B) -> CountLaw:
    """The law as the kernel takes it; `config_findings` must have found nothing."""
    return CountLaw(
        count_law_id=config.count_law_id,
        lambda_zero_eps=config.lambda_zero_eps,
        max_count_per_bucket=config.max_count_per_bucket,
        poisson_exact_lambda_max=config.poisson_exact_lambda_max,
        poisson_n_cap_exact=config.poisson_n_cap_exact,
        normal_icdf=_OLDER_NAMES.get(config.normal_icdf, config.normal_icdf),
        normal_branch=config.normal_branch,
    )


def kappas(config: ArrivalCountConfig5B, groups: Groups) -> Float64Array:
    """(G,) the dispersion of each group: clamp(base[band] x class multiplier, bounds)."""
    kappa = config.kappa
    value = np.full(len(groups), base_of(kappa.base_by_scenario_band, groups.band))
    return clamped(multiplied(value, kappa.class_multipliers, groups.demand_class), kappa.bounds)


def policy_findings(config: ArrivalCountConfig5B, code: ErrorCode) -> Iterator[Finding]:
    """What breaks the config's shape, names an unknown law, contradicts itself, or misses a floor of its own."""
    yield from shape_findings(config, POLICY, code)
    yield from constant_findings(POLICY, code, [("/count_law_id", config.count_law_id, COUNT_LAWS)])
    floors, bounds = config.realism_floors, config.kappa.bounds
    if bounds.lower > bounds.upper:
        yield Finding(
            code, f"{POLICY} /kappa/bounds", "lower at most upper", f"{bounds.lower}, {bounds.upper}"
        )
    if config.max_count_per_bucket < floors.min_max_count_per_bucket:
        yield Finding(
            code,
            f"{POLICY} /max_count_per_bucket",
            f"at least {floors.min_max_count_per_bucket}, its floor",
            str(config.max_count_per_bucket),
        )
    if config.lambda_zero_eps > floors.max_lambda_zero_eps:
        yield Finding(
            code,
            f"{POLICY} /lambda_zero_eps",
            f"at most {floors.max_lambda_zero_eps}",
            str(config.lambda_zero_eps),
        )
    if floors.baseline_median_kappa_lower > floors.baseline_median_kappa_upper:
        yield Finding(
            code,
            f"{POLICY} /realism_floors/baseline_median_kappa_lower",
            f"at most baseline_median_kappa_upper, {floors.baseline_median_kappa_upper}",
            str(floors.baseline_median_kappa_lower),
        )


def mix_findings(config: ArrivalCountConfig5B, mix: Mix, code: ErrorCode) -> Iterator[Finding]:
    """What no world of this mix can meet: a class without a factor, floors that no kappa of the mix reaches.

    `policy_findings` must have found nothing.
    """
    if config.count_law_id != NEGATIVE_BINOMIAL:
        return
    table = config.kappa.class_multipliers
    lacking = list(unnamed(f"{POLICY} /kappa/class_multipliers", table, mix.classes, code))
    yield from lacking
    if lacking:
        return
    floors = config.realism_floors
    for name, groups in mix.groups():
        values = kappas(config, groups)
        yield from too_few(
            f"{POLICY} /realism_floors/min_distinct_kappas", floors.min_distinct_kappas, values, name, code
        )
        if groups.band == "baseline":
            lower, upper = floors.baseline_median_kappa_lower, floors.baseline_median_kappa_upper
            where = f"{POLICY} /kappa"
            yield from out_of_reach(where, "a median kappa", (lower, upper), values, name, code)


def config_findings(config: ArrivalCountConfig5B, plan: SeriesPlan, code: ErrorCode) -> Iterator[Finding]:
    """What `policy_findings` finds, and what the groups of a run lack or miss."""
    yield from policy_findings(config, code)
    if config.count_law_id != NEGATIVE_BINOMIAL:
        return
    table = config.kappa.class_multipliers
    missing = list(
        missing_multipliers(f"{POLICY} /kappa/class_multipliers", table, plan, "demand_class", code)
    )
    yield from missing
    if not missing:
        yield from _floor_findings(config, plan, code)


def _floor_findings(config: ArrivalCountConfig5B, plan: SeriesPlan, code: ErrorCode) -> Iterator[Finding]:
    floors = config.realism_floors
    for name, series in plan.scenarios.items():
        if not len(series.groups):
            continue
        values = kappas(config, series.groups)
        distinct = np.unique(values).shape[0]
        if distinct < floors.min_distinct_kappas:
            yield Finding(
                code,
                f"{name}: distinct kappas of its groups",
                f"at least {floors.min_distinct_kappas}",
                str(distinct),
            )
        lower, upper = floors.baseline_median_kappa_lower, floors.baseline_median_kappa_upper
        median = float(np.median(values))
        if series.groups.band == "baseline" and not lower <= median <= upper:
            yield Finding(code, f"{name}: median kappa of its groups", f"{lower} to {upper}", str(median))
