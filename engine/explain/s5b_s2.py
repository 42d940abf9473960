"""5B.S2 explained: one realised intensity, from the bytes that are hashed to the path, the factor and the product.

Source: spec/segment-5B.md, S2; spec/rng-and-numerics.md, sections 1 to 4.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from engine.explain.arithmetic import WORD, philox_rounds, uniform_steps
from engine.explain.draws import FamilyEvent, box_muller, family_event_steps, two_words_step, uniforms_step
from engine.explain.selectors import Selector
from engine.explain.series import Place, clamped_step, event_comparisons, group_step, place_of, stored_row
from engine.explain.sources import Sources, derived_columns, python_column
from engine.explain.steps import Explanation, Terms, Value
from engine.numerics import exp
from generated import states
from generated.datasets.s5a import MERCHANT_ZONE_SCENARIO_LOCAL_5A
from generated.datasets.s5b import (
    ARRIVAL_LGCP_CONFIG_5B,
    RNG_EVENT_ARRIVAL_LGCP_GAUSSIAN,
    S1_GROUPING_5B,
    S2_LATENT_FIELD_5B,
    S2_REALISED_INTENSITY_5B,
)
from generated.tables.s5a import MerchantZoneScenarioLocal5A
from generated.tables.s5b import S2LatentField5B, S2RealisedIntensity5B

if TYPE_CHECKING:
    from generated.models.s5b import ArrivalLgcpConfig5B

__all__ = ["realised_intensity"]

_FAMILY: Final = states.S5B_S2.CARD.rng[0].family
_OU, _NONE = "log_gaussian_ou_v1", "none"
_LAST_STEPS: Final = 5


def realised_intensity(sources: Sources, selector: Selector, explanation: Explanation) -> None:
    """Derive lambda_realised of one series and bucket, and put it beside the stored row."""
    config: ArrivalLgcpConfig5B = sources.opened(ARRIVAL_LGCP_CONFIG_5B)
    place = place_of(sources, selector, explanation)
    source = sources.opened(MERCHANT_ZONE_SCENARIO_LOCAL_5A, place.tokens)
    table = sources.opened(S2_REALISED_INTENSITY_5B, place.tokens)
    group_step(explanation, place)
    law = _path_law(explanation, config, place)
    if law is None:
        return
    sigma, length_scale = law
    latent = 0.0
    if config.latent_model_id != _NONE:
        path = _path(sources, explanation, config, place, sigma, length_scale)
        if path is None:
            return
        latent = path
    factor = _factor_step(explanation, config, sigma, latent)
    baseline = _baseline(explanation, source, place)
    if baseline is None:
        return
    realised = _product_step(explanation, baseline, factor, float(config.clip.lambda_max))

    stored = stored_row(explanation, table, "the stored table", place.row, place.all_series * place.buckets)
    explanation.check("the row is stored", stored is not None, True, stored is not None)
    identity = sources.folder.identity
    shared: dict[str, Any] = {
        "manifest_fingerprint": identity.manifest_fingerprint,
        "parameter_hash": identity.parameter_hash,
        "seed": identity.seed,
        "scenario_id": place.scenario_id,
        "s2_spec_version": place.spec_version,
    }
    derived = S2RealisedIntensity5B.from_columns(
        **shared,
        **_columns(place),
        lambda_baseline=np.array([baseline]),
        lambda_random_component=np.array([factor]),
        lambda_realised=np.array([realised]),
    )
    explanation.compare_row(stored, {**place.key, **derived_columns(derived)})
    if config.diagnostics.emit_latent_field:
        _compare_field(sources, explanation, place, shared, latent, sigma)


def _columns(place: Place) -> dict[str, Any]:
    """The key columns of a table of the one row."""
    merchant, bucket = np.array([place.merchant_id], np.uint64), np.array([place.bucket], np.int32)
    columns = (merchant, [place.zone], [place.channel], bucket)
    return dict(zip(S2RealisedIntensity5B.PRIMARY_KEY, columns, strict=True))


def _path_law(
    explanation: Explanation, config: ArrivalLgcpConfig5B, place: Place
) -> tuple[float, float] | None:
    """sigma and L of the group; zeros where nothing is drawn."""
    if config.latent_model_id == _NONE:
        return 0.0, 0.0
    features, sigma, scale = place.features, config.sigma, config.length_scale
    band = features.scenario_band
    virtual = {"physical": sigma.virtual_multipliers.physical, "virtual": sigma.virtual_multipliers.virtual}
    demand = features.demand_class
    deviation = clamped_step(
        explanation,
        "The path's standard deviation",
        "How far the group's intensity strays: a base by scenario band, times one factor a feature, clamped.",
        "sigma",
        (band, float(getattr(sigma.base_by_scenario_band, band))),
        [
            ("demand_class", demand, sigma.class_multipliers),
            ("channel_group", features.channel_group, sigma.channel_multipliers),
            ("virtual_band", features.virtual_band, virtual),
        ],
        (float(sigma.bounds.lower), float(sigma.bounds.upper)),
    )
    length = clamped_step(
        explanation,
        "The path's length scale",
        "For how many buckets a deviation lasts.",
        "L",
        (band, float(getattr(scale.base_by_scenario_band, band))),
        [("demand_class", demand, scale.class_multipliers)],
        (float(scale.bounds.lower), float(scale.bounds.upper)),
    )
    return None if deviation is None or length is None else (deviation, length)


def _path(
    sources: Sources,
    explanation: Explanation,
    config: ArrivalLgcpConfig5B,
    place: Place,
    sigma: float,
    length_scale: float,
) -> float | None:
    """Z of the bucket, with the event that drew it put beside the stored one; None where the counters wrap."""
    identity = sources.folder.identity
    event = family_event_steps(
        explanation,
        family_id=_FAMILY,
        manifest_fingerprint=identity.manifest_fingerprint,
        parameter_hash=identity.parameter_hash,
        seed=identity.seed,
        scenario_id=place.scenario_id,
        domain_key=f"group_id={place.group_id}",
    )
    last = event.counter + place.buckets
    fits = last < WORD * WORD
    explanation.check("the event's counters stay below 2^128", f"{last:x}", "f" * 32, fits)
    if not fits:
        return None
    where = f"first counter + {place.bucket}, the bucket"
    words = two_words_step(explanation, event.key, event.counter + place.bucket, where, "the bucket")
    u0, u1 = uniforms_step(explanation, words, ("u0", "u1"))
    explanation.step(
        "The normal deviate: Box-Muller",
        "Two uniforms give one standard normal deviate; the second that they could give is discarded.",
        Value("u0", u0),
        Value("u1", u1),
        Value("z", box_muller(u0, u1), "sqrt(-2 log u0) cos(2 pi u1)"),
    )
    latent = _recursion_step(explanation, config.latent_model_id, event, place.bucket, sigma, length_scale)
    before = 0
    for name in place.earlier_scenarios:
        grouping = sources.opened(S1_GROUPING_5B, {"scenario_id": name}).read()
        before += len(set(python_column(grouping, "group_id")))
    event_comparisons(
        sources,
        explanation,
        RNG_EVENT_ARRIVAL_LGCP_GAUSSIAN,
        before + place.groups.index(place.group_id),
        {"scenario_id": place.scenario_id, "group_id": place.group_id},
        event.counter,
        2 * place.buckets,
        place.buckets,
    )
    return latent


def _recursion_step(
    explanation: Explanation, model: str, event: FamilyEvent, bucket: int, sigma: float, length_scale: float
) -> float:
    """Z of the bucket: every bucket up to it for a path with memory, the bucket alone for one without."""
    ornstein = model == _OU
    phi = float(exp(-1.0 / length_scale)) if ornstein else 0.0
    step = sigma * math.sqrt(1.0 - phi * phi)
    rows: list[tuple[int, float, float]] = []
    latent = 0.0
    for t in range(0 if ornstein else bucket, bucket + 1):
        words = philox_rounds(event.counter + t, event.key)[-1]
        z = box_muller(uniform_steps(words.c0).u, uniform_steps(words.c1).u)
        latent = phi * latent + step * z if ornstein and t else sigma * z
        rows.append((t, z, latent))
    law = (
        (
            Value("phi", phi, "exp(-1/L): the correlation of neighbours"),
            Value("step", step, "sigma sqrt(1 - phi phi)"),
            Value("Z_0", "sigma z_0", "the path starts in its stationary law"),
            Value("Z_t", "phi Z_(t-1) + step z_t", "then it remembers"),
        )
        if ornstein
        else (Value("Z_t", "sigma z_t", "no memory"),)
    )
    explanation.step(
        "The path",
        "An Ornstein-Uhlenbeck path in log space: its standard deviation is sigma in every bucket."
        if ornstein
        else "Independent deviates in log space.",
        Value("latent model", model, "policy"),
        *law,
        Value(f"Z_{bucket}", latent, f"after {len(rows):,} buckets" if ornstein else ""),
        terms=Terms(("t", "z_t", "Z_t"), rows, frozenset(range(max(0, len(rows) - _LAST_STEPS), len(rows)))),
    )
    return latent


def _factor_step(explanation: Explanation, config: ArrivalLgcpConfig5B, sigma: float, latent: float) -> float:
    """The factor of the bucket, inside its clips; 1 where nothing is drawn."""
    if config.latent_model_id == _NONE:
        explanation.step(
            "The factor",
            "The policy draws nothing.",
            Value("latent model", _NONE, "policy"),
            Value("factor", 1.0),
        )
        return 1.0
    lower, upper = float(config.clip.min_factor), float(config.clip.max_factor)
    drift = (sigma * sigma) / 2.0
    raw = float(exp(latent - drift))
    factor = min(max(raw, lower), upper)
    said = "min_factor" if raw < lower else "max_factor" if raw > upper else "not clipped"
    explanation.step(
        "The factor",
        "Log-normal; the drift -sigma^2 / 2 makes its expectation 1: the path moves the intensity, not its mean.",
        Value("sigma^2 / 2", drift),
        Value("Z - sigma^2 / 2", latent - drift),
        Value("exp of it", raw, "correctly rounded"),
        Value("clip", f"{lower} to {upper}", "policy"),
        Value("factor", factor, said),
    )
    return factor


def _baseline(explanation: Explanation, source: Any, place: Place) -> float | None:
    """The intensity of 5A of the row; None, and a broken law, where 5A has another row there."""
    held = stored_row(explanation, source, "5A's table", place.row, place.all_series * place.buckets)
    names = MerchantZoneScenarioLocal5A.PRIMARY_KEY
    found = tuple(held[name] for name in names) if held is not None else None
    wanted = tuple(place.key.values())
    if not explanation.check(
        "5A has this series and bucket in this row", str(found), str(wanted), found == wanted
    ):
        return None
    baseline = held["lambda_local_scenario"] if held is not None else None
    valid = isinstance(baseline, float) and 0.0 <= baseline < math.inf
    explanation.check("the intensity of 5A is finite and at least 0", baseline, 0.0, valid)
    return baseline if isinstance(baseline, float) and valid else None


def _product_step(explanation: Explanation, baseline: float, factor: float, largest: float) -> float:
    """The realised intensity."""
    product = baseline * factor
    realised = min(product, largest)
    explanation.step(
        "The realised intensity",
        "Expected arrivals of the bucket: what 5A expects, times the factor of the group, and never above the largest.",
        Value("lambda_baseline", baseline, "5A, lambda_local_scenario"),
        Value("factor", factor),
        Value("product", product),
        Value("lambda_max", largest, "policy"),
        Value("lambda_realised", realised, "lambda_max" if product > largest else "the product"),
    )
    return realised


def _compare_field(
    sources: Sources,
    explanation: Explanation,
    place: Place,
    shared: dict[str, Any],
    latent: float,
    sigma: float,
) -> None:
    """Put the published path's value of the group and bucket beside the derived one."""
    field = sources.opened(S2_LATENT_FIELD_5B, place.tokens)
    row = place.groups.index(place.group_id) * place.buckets + place.bucket
    held = stored_row(explanation, field, "the latent field", row, len(place.groups) * place.buckets)
    derived = S2LatentField5B.from_columns(
        **shared,
        group_id=[place.group_id],
        bucket_index=np.array([place.bucket], np.int32),
        latent_value=np.array([latent]),
        latent_mean=0.0,
        latent_std=np.array([sigma]),
    )
    key = {name: python_column(derived, name)[0] for name in derived.PRIMARY_KEY}
    for name, value in {**key, **derived_columns(derived)}.items():
        if name not in shared:
            explanation.compare(f"field {name}", held[name] if held is not None else None, value)
