"""5B.S3 explained: one bucket count, from the bytes that are hashed to the rate, the law's steps and the count.

Source: spec/segment-5B.md, S3; spec/rng-and-numerics.md, sections 1 to 4.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final

import numpy as np

from engine.explain.arithmetic import WORD
from engine.explain.draws import (
    FamilyEvent,
    block_step,
    family_event_steps,
    normal_step,
    two_words_step,
    uniform_step,
    uniforms_step,
)
from engine.explain.selectors import Selector
from engine.explain.series import Place, clamped_step, event_comparisons, group_step, place_of, stored_row
from engine.explain.sources import Sources, derived_columns
from engine.explain.steps import Explanation, Terms, Value
from engine.numerics import exp, log, log1p
from generated import states
from generated.datasets.s5b import (
    ARRIVAL_COUNT_CONFIG_5B,
    RNG_EVENT_ARRIVAL_BUCKET_COUNT,
    S2_REALISED_INTENSITY_5B,
    S3_BUCKET_COUNTS_5B,
)
from generated.tables.s5b import S3BucketCounts5B

if TYPE_CHECKING:
    from generated.models.s5b import ArrivalCountConfig5B

__all__ = ["bucket_count", "poisson_steps"]

_FAMILY: Final = states.S5B_S3.CARD.rng[0].family
_NB2, _CORNISH_FISHER = "nb2", "cornish_fisher_v1"


def bucket_count(sources: Sources, selector: Selector, explanation: Explanation) -> None:
    """Derive count_N of one series and bucket, and put it beside the stored row."""
    config: ArrivalCountConfig5B = sources.opened(ARRIVAL_COUNT_CONFIG_5B)
    place = place_of(sources, selector, explanation)
    intensities = sources.opened(S2_REALISED_INTENSITY_5B, place.tokens)
    table = sources.opened(S3_BUCKET_COUNTS_5B, place.tokens)
    rows = place.all_series * place.buckets
    group_step(explanation, place)
    held = stored_row(explanation, intensities, "S2's table", place.row, rows)
    found = {name: held[name] for name in place.key} if held is not None else None
    same = found == place.key
    explanation.check("S2 has this series and bucket in this row", str(found), str(place.key), same)
    intensity = held["lambda_realised"] if held is not None else None
    valid = isinstance(intensity, float) and 0.0 <= intensity < math.inf
    explanation.check("the intensity is finite and at least 0", intensity, 0.0, valid)
    if not (same and isinstance(intensity, float) and valid):
        return
    zero = float(config.lambda_zero_eps)
    draws = intensity > zero
    explanation.step(
        "The mean and the zero law",
        "The mean is S2's intensity: expected arrivals of the bucket, never scaled by its length.",
        Value("lambda_realised", intensity, "as S2 stored it"),
        Value("lambda_zero_eps", zero, "policy"),
        Value("draws", draws, "lambda above lambda_zero_eps" if draws else "no arrival, no event"),
    )
    kappa = _kappa(explanation, config, place) if config.count_law_id == _NB2 else None
    if config.count_law_id == _NB2 and kappa is None:
        return
    count, capped = 0, False
    if draws:
        event = _event(sources, explanation, place)
        drawn = _drawn(explanation, config, event, intensity, kappa)
        if drawn is None:
            return
        count, capped = drawn
        _compare_event(sources, explanation, config, place, event)
    explanation.step(
        "The count",
        "count_capped says whether the largest count or the cap of the walk set the count.",
        Value("count_N", count),
        Value("count_capped", capped),
    )
    stored = stored_row(explanation, table, "the stored table", place.row, rows)
    explanation.check("the row is stored", stored is not None, True, stored is not None)
    identity = sources.folder.identity
    derived = S3BucketCounts5B.from_columns(
        manifest_fingerprint=identity.manifest_fingerprint,
        parameter_hash=identity.parameter_hash,
        seed=identity.seed,
        scenario_id=place.scenario_id,
        merchant_id=np.array([place.merchant_id], np.uint64),
        zone_representation=[place.zone],
        channel_group=[place.channel],
        bucket_index=np.array([place.bucket], np.int32),
        bucket_duration_seconds=place.bucket_seconds,
        group_id=[place.group_id],
        lambda_realised=np.array([intensity]),
        kappa=np.ma.MaskedArray([kappa or 0.0], mask=[kappa is None]),
        count_law_id=config.count_law_id,
        count_N=np.array([count], np.uint32),
        count_capped=np.array([capped]),
        s3_spec_version=place.spec_version,
    )
    explanation.compare_row(stored, {**place.key, **derived_columns(derived)})


def _kappa(explanation: Explanation, config: ArrivalCountConfig5B, place: Place) -> float | None:
    """The dispersion of the group."""
    band, kappa = place.features.scenario_band, config.kappa
    return clamped_step(
        explanation,
        "The dispersion",
        "How far counts scatter beyond Poisson's law: the variance is about mu + mu^2 / kappa.",
        "kappa",
        (band, float(getattr(kappa.base_by_scenario_band, band))),
        [("demand_class", place.features.demand_class, kappa.class_multipliers)],
        (float(kappa.bounds.lower), float(kappa.bounds.upper)),
    )


def _event(sources: Sources, explanation: Explanation, place: Place) -> FamilyEvent:
    """Key and counter of the row's event."""
    identity = sources.folder.identity
    return family_event_steps(
        explanation,
        family_id=_FAMILY,
        manifest_fingerprint=identity.manifest_fingerprint,
        parameter_hash=identity.parameter_hash,
        seed=identity.seed,
        scenario_id=place.scenario_id,
        domain_key=f"merchant_id={place.merchant_id}|zone={place.zone}|bucket_index={place.bucket}",
    )


def _drawn(
    explanation: Explanation,
    config: ArrivalCountConfig5B,
    event: FamilyEvent,
    intensity: float,
    kappa: float | None,
) -> tuple[int, bool] | None:
    """Count and whether it was capped; None, and a broken law, where the row could not be drawn."""
    key, counter = event
    fits = counter + 1 < WORD * WORD
    explanation.check("the event's counters stay below 2^128", f"{counter + 1:x}", "f" * 32, fits)
    if not fits:
        return None
    if kappa is None:
        word = block_step(explanation, key, counter, "first counter", "the row")
        return poisson_steps(explanation, config, intensity, uniform_step(explanation, word), "lambda", "u")
    words = two_words_step(explanation, key, counter, "first counter", "the row")
    u1, u2 = uniforms_step(explanation, words, ("u1", "u2"))
    z = normal_step(explanation, config.normal_icdf, u1, "u1")
    s2 = float(log1p(1.0 / kappa))
    m = float(log(intensity)) - s2 / 2.0
    rate = float(exp(m + math.sqrt(s2) * z))
    explanation.step(
        "The rate that was drawn",
        "nb2: counts are Poisson given a log-normal rate of mean mu; the drift -s2 / 2 keeps the mean.",
        Value("mu", intensity, "lambda_realised"),
        Value("s2", s2, "log1p(1 / kappa): variance of the rate's logarithm"),
        Value("m", m, "log(mu) - s2 / 2"),
        Value("m + sqrt(s2) z", m + math.sqrt(s2) * z),
        Value("L", rate, "exp of it, correctly rounded"),
    )
    if not explanation.check("the drawn rate is finite", rate, math.inf, rate < math.inf):
        return None
    return poisson_steps(explanation, config, rate, u2, "L", "u2")


def poisson_steps(
    explanation: Explanation,
    config: ArrivalCountConfig5B,
    rate: float,
    u: float,
    name_of_rate: str,
    name_of_u: str,
) -> tuple[int, bool]:
    """(count, capped) of a Poisson variable of that rate by one uniform: the walk, or the normal branch above it."""
    if rate <= float(config.poisson_exact_lambda_max):
        return _walk_step(explanation, config, rate, u, name_of_rate, name_of_u)
    z = normal_step(explanation, config.normal_icdf, u, name_of_u)
    skew = config.normal_branch == _CORNISH_FISHER
    value = rate + math.sqrt(rate) * z
    value = value + ((z * z - 1.0) / 6.0 + 0.5) if skew else value + 0.5
    most = int(config.max_count_per_bucket)
    capped = value >= most + 1.0
    count = most if capped else max(math.floor(value), 0)
    explanation.step(
        "Poisson's law: the normal branch",
        "Large rates are not walked; a normal quantile is rounded down, by Cornish and Fisher with the law's skew.",
        Value(name_of_rate, rate, f"above poisson_exact_lambda_max {config.poisson_exact_lambda_max}"),
        Value("normal_branch", config.normal_branch, "policy"),
        Value("z", z),
        Value("value", value, "l + sqrt(l) z + ((z z - 1)/6 + 0.5)" if skew else "l + sqrt(l) z + 0.5"),
        Value("largest", most, "policy max_count_per_bucket"),
        Value("N", count, "the largest" if capped else "floor, at least 0"),
    )
    return count, capped


def _walk_step(
    explanation: Explanation,
    config: ArrivalCountConfig5B,
    rate: float,
    u: float,
    name_of_rate: str,
    name_of_u: str,
) -> tuple[int, bool]:
    """The walk up the distribution function."""
    most, cap = int(config.max_count_per_bucket), int(config.poisson_n_cap_exact)
    n, p = 0, float(exp(-rate))
    c = p
    rows, ended = [(n, p, c)], "the first n with c >= u"
    count, capped = 0, False
    while True:
        if not c < u:
            count, capped = min(n, most), n > most
            break
        if n == cap:
            count, capped, ended = most, True, "poisson_n_cap_exact was reached"
            break
        n += 1
        p = (p * rate) / float(n)
        if n > rate and c + p == c:
            count, capped, ended = min(n, most), n > most, "the sum no longer grows"
            break
        c += p
        rows.append((n, p, c))
    explanation.step(
        "Poisson's law: the walk",
        "Up the distribution function, one probability after the other, until it reaches the uniform.",
        Value(name_of_rate, rate, f"at most poisson_exact_lambda_max {config.poisson_exact_lambda_max}"),
        Value(name_of_u, u),
        Value("p_0", rows[0][1], "exp(-rate), correctly rounded; then p_n = (p_(n-1) rate) / n"),
        Value("c at the end", c, "the sum of p_0 to p_n, serial"),
        Value("largest", most, "policy max_count_per_bucket"),
        Value("N", count, ended),
        terms=Terms(("n", "p_n", "c_n"), rows, frozenset((len(rows) - 1,))),
    )
    return count, capped


def _compare_event(
    sources: Sources,
    explanation: Explanation,
    config: ArrivalCountConfig5B,
    place: Place,
    event: FamilyEvent,
) -> None:
    """Put the row's event beside what it must be; its number is that of the rows before it that drew."""
    zero = float(config.lambda_zero_eps)
    before = 0
    for name in (*place.earlier_scenarios, place.scenario_id):
        table = sources.opened(S2_REALISED_INTENSITY_5B, {"scenario_id": name})
        stop = place.row if name == place.scenario_id else table.num_rows
        before += int(np.count_nonzero(table.values("lambda_realised", 0, min(stop, table.num_rows)) > zero))
    event_comparisons(
        sources,
        explanation,
        RNG_EVENT_ARRIVAL_BUCKET_COUNT,
        before,
        {
            "scenario_id": place.scenario_id,
            "merchant_id": place.merchant_id,
            "zone_representation": place.zone,
            "bucket_index": place.bucket,
        },
        event.counter,
        2 if config.count_law_id == _NB2 else 1,
        1,
    )
