"""2B.S1 explained: one site's share of its merchant (spec/segment-2B.md, S1)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from engine.explain.arithmetic import grid_masses, running_sums, sum_tolerance
from engine.explain.selectors import Selector, chosen_site
from engine.explain.sites import SiteKey, key_order, noted, select_merchant, site_keys
from engine.explain.sources import Sources, derived_columns, python_column, rows_of_merchant
from engine.explain.steps import Explanation, Scalar, Terms, Value
from engine.numerics import exp, log
from generated.datasets.s1b import SITE_LOCATIONS
from generated.datasets.s2b import ALIAS_LAYOUT_POLICY_V1, S1_SITE_WEIGHTS
from generated.tables.s2b import S1SiteWeights

if TYPE_CHECKING:
    from generated.models.s2b import AliasLayoutPolicyV1


class _Bounds(NamedTuple):
    """The merchant's floor and cap; no cap is infinite."""

    floor: float
    cap: float


def site_weight(sources: Sources, selector: Selector, explanation: Explanation) -> None:
    """Derive the share of one site and put it beside the stored row."""
    policy: AliasLayoutPolicyV1 = sources.opened(ALIAS_LAYOUT_POLICY_V1)
    locations = sources.opened(SITE_LOCATIONS).read()
    stored = sources.opened(S1_SITE_WEIGHTS)
    keys = site_keys(locations)
    merchant = select_merchant(explanation, selector, keys)
    rows = sorted(
        (row for row, key in enumerate(keys) if key[0] == merchant), key=lambda r: key_order(keys[r])
    )
    sites = [keys[row] for row in rows]
    k = noted(explanation, chosen_site(selector, merchant, [(iso, order) for _, iso, order in sites]))
    explanation.key.update(legal_country_iso=sites[k][1], site_order=sites[k][2])

    base = _base_weights(policy, locations, rows, explanation, k)
    usable = [0.0 <= weight < float("inf") for weight in base]
    if not all(usable):
        place = usable.index(False)
        explanation.check(f"base weight of site {place + 1} is finite, at least 0", base[place], 0.0, False)
        return
    bounds = _bounds(policy, base, explanation)
    weights = [min(max(weight, bounds.floor), bounds.cap) for weight in base]
    raised = [weight < bounds.floor for weight in base]
    explanation.step(
        "The weight between floor and cap",
        "A floor keeps every site reachable; a cap keeps one site from taking all. The floor comes first.",
        Value("base weight w", base[k]),
        Value("weight after both", weights[k]),
        Value("raised by the floor", raised[k]),
    )
    shares, floor_applied = _shares(policy, sites, weights, raised, explanation, k)
    _grid(policy, shares, explanation, k)

    found = [row for _, row in rows_of_merchant(stored, merchant) if _is_site(row, sites[k])]
    explanation.check("the row is stored once", len(found), 1, len(found) == 1)
    source = policy.weight_source
    derived = S1SiteWeights.from_columns(
        merchant_id=np.array([merchant], np.uint64),
        legal_country_iso=[sites[k][1]],
        site_order=np.array([sites[k][2]], np.int32),
        p_weight=np.array([shares[k]]),
        weight_source=source.id or source.mode,
        quantised_bits=policy.quantised_bits,
        floor_applied=np.array([floor_applied]),
        created_utc=sources.created,
    )
    explanation.compare_row(found[0] if found else None, derived_columns(derived))


def _is_site(row: dict[str, Scalar], site: SiteKey) -> bool:
    return (row["legal_country_iso"], row["site_order"]) == (site[1], site[2])


def _base_weights(
    policy: AliasLayoutPolicyV1, locations: Any, rows: list[int], explanation: Explanation, k: int
) -> list[float]:
    """The weight of each of the merchant's sites before floor and cap, in key order."""
    source = policy.weight_source
    n = len(rows)
    place = (
        Value("sites of the merchant", n, "over all its countries"),
        Value("position k", k + 1, "1-based, in order of country and site_order"),
        Value("weight_source.mode", source.mode, "policy"),
    )
    title = "The base weight"
    if source.mode == "zipf":
        s = source.s or 0.0
        base = [exp(-s * log(float(position))) for position in range(1, n + 1)]
        explanation.step(
            title,
            "Zipf's law: the k-th site weighs k to the power -s, taken as exp(-s log k).",
            *place,
            Value("s", float(s), "policy"),
            Value("log k", log(float(k + 1)), "correctly rounded"),
            Value("-s log k", -s * log(float(k + 1))),
            Value("w = exp(-s log k)", base[k], "correctly rounded"),
        )
        return base
    if source.mode == "column" and source.column:
        cells = python_column(locations, source.column)
        base = [float("nan") if cells[row] is None else float(str(cells[row])) for row in rows]
        why = f"The weight is the site's value of {source.column} in site_locations."
    else:
        base = [1.0] * n
        why = "Every site weighs the same."
    explanation.step(title, why, *place, Value("w", base[k]))
    return base


def _bounds(policy: AliasLayoutPolicyV1, base: list[float], explanation: Explanation) -> _Bounds:
    """The floor and the cap of the merchant's weights."""
    total = running_sums(base)[-1]
    mean = total / len(base)
    floor = policy.floor.value * mean if policy.floor.mode == "relative" else policy.floor.value
    cap = float("inf")
    if policy.cap.mode != "none":
        value = policy.cap.value or 0.0
        cap = value * mean if policy.cap.mode == "relative" else value
    values = [Value("floor.mode, value", f"{policy.floor.mode}, {policy.floor.value!r}", "policy")]
    if "relative" in (policy.floor.mode, policy.cap.mode):
        values += [
            Value("sum of base weights", total, "serial, in key order"),
            Value("mean", mean, "sum / sites, before the floor"),
        ]
    values.append(Value("floor", float(floor)))
    shown = policy.cap.mode if policy.cap.mode == "none" else f"{policy.cap.mode}, {policy.cap.value!r}"
    values.append(Value("cap.mode, value", shown, "policy"))
    if policy.cap.mode != "none":
        values.append(Value("cap", float(cap)))
    explanation.step(
        "The merchant's floor and cap",
        "Absolute bounds are the policy's numbers; relative ones scale with the merchant's mean weight.",
        *values,
    )
    return _Bounds(float(floor), float(cap))


def _shares(
    policy: AliasLayoutPolicyV1,
    sites: list[SiteKey],
    weights: list[float],
    raised: list[bool],
    explanation: Explanation,
    k: int,
) -> tuple[list[float], bool]:
    """The merchant's shares, and whether floor or fallback changed site k."""
    n = len(sites)
    fallback = running_sums(weights)[-1] == 0.0
    used = [1.0] * n if fallback else weights
    sums = running_sums(used)
    shares = [weight / sums[-1] for weight in used]
    values = [Value("sum", sums[-1], "serial, in key order"), Value("p = weight / sum", shares[k])]
    if fallback:
        values.insert(0, Value("fallback", policy.fallback.mode, "all weights are 0"))
    explanation.step(
        "The share",
        "Shares are normalised over the merchant as a whole, not country by country.",
        *values,
        terms=Terms(
            ("k", "country", "order", "weight", "running sum", "p"),
            [
                (place + 1, site[1], site[2], used[place], sums[place], shares[place])
                for place, site in enumerate(sites)
            ],
            frozenset((k,)),
        ),
    )
    away = abs(running_sums(shares)[-1] - 1.0)
    allowed = sum_tolerance(policy.normalisation_epsilon, n)
    explanation.check("|sum of p - 1| <= max(normalisation_epsilon, n 2^-53)", away, allowed, away <= allowed)
    return shares, fallback or raised[k]


def _grid(policy: AliasLayoutPolicyV1, shares: list[float], explanation: Explanation, k: int) -> None:
    """The share's place on the grid of the alias tables."""
    bits = policy.quantised_bits
    grid = 1 << bits
    found = grid_masses(shares, bits)
    if found is None:
        explanation.check("the shares can be put on the grid", shares[k], grid, False)
        return
    away = abs(found.masses[k] / grid - shares[k])
    explanation.step(
        "The mass on the grid",
        "The alias tables of 2B.S2 hold whole numbers of 1/G; every share must lie close to one.",
        Value("G", grid, f"2^{bits}"),
        Value("p G", shares[k] * grid, "exact: G is a power of two"),
        Value("rounded", found.rounded[k], "to nearest, ties to even"),
        Value("G - sum of rounded", found.deficit, "units to hand out or take back over all sites"),
        Value("m", found.masses[k]),
        Value("|m / G - p|", away),
    )
    total = sum(found.masses)
    explanation.check("sum of m = G", total, grid, total == grid)
    epsilon = policy.quantisation_epsilon
    explanation.check("|m / G - p| <= quantisation_epsilon", away, epsilon, away <= epsilon)
