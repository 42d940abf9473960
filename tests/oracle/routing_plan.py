"""Slow and obvious versions of the routing plan's laws: rationals, Python integers, and lists searched in full."""

from __future__ import annotations

from fractions import Fraction


def serial_sum(values: list[float]) -> float:
    total = 0.0
    for value in values:
        total = total + value
    return total


def grid_masses(p: list[float], bits: int) -> list[int] | None:
    """Masses of one merchant, None where more than one unit a site would be needed."""
    grid = 2**bits
    exact = [Fraction(x) * grid for x in p]
    masses = [round(x) for x in exact]  # Python rounds rationals half to even
    residual = [x - m for x, m in zip(exact, masses, strict=True)]
    deficit = grid - sum(masses)
    if deficit >= 0:
        order = sorted(range(len(p)), key=lambda k: (-residual[k], k))
    else:
        order = sorted((k for k in range(len(p)) if masses[k] > 0), key=lambda k: (residual[k], k))
    if abs(deficit) > len(order):
        return None
    for k in order[: abs(deficit)]:
        masses[k] += 1 if deficit > 0 else -1
    return masses


def alias_table(masses: list[int]) -> tuple[list[Fraction], list[int]]:
    """(prob, alias) in rationals; the lists of small and large cells are searched afresh each time."""
    n, grid = len(masses), sum(masses)
    scaled = [Fraction(m * n, grid) for m in masses]
    prob, alias = [Fraction(1)] * n, list(range(n))
    small = {k for k in range(n) if scaled[k] < 1}
    large = set(range(n)) - small
    while small and large:
        s, target = min(small), min(large)
        small.remove(s)
        prob[s], alias[s] = scaled[s], target
        scaled[target] -= 1 - scaled[s]
        if scaled[target] < 1:
            large.remove(target)
            small.add(target)
    return prob, alias


def quantised(prob: list[Fraction]) -> list[int]:
    return [min(max(int(q * 2**32), 1), 2**32 - 1) for q in prob]


def binary64_alias_table(weights: list[float]) -> tuple[list[float], list[int]]:
    n, total = len(weights), serial_sum(weights)
    scaled = [w / total * n for w in weights]
    prob, alias = [1.0] * n, list(range(n))
    small = {k for k in range(n) if scaled[k] < 1.0}
    large = set(range(n)) - small
    while small and large:
        s, target = min(small), min(large)
        small.remove(s)
        prob[s], alias[s] = scaled[s], target
        scaled[target] = scaled[target] - (1.0 - scaled[s])
        if scaled[target] < 1.0:
            large.remove(target)
            small.add(target)
    return prob, alias


def decoded_law(prob_q: list[int], alias: list[int]) -> list[Fraction]:
    n = len(prob_q)
    law = [Fraction(0)] * n
    for k in range(n):
        law[k] += Fraction(prob_q[k], 2**32 * n)
        law[alias[k]] += Fraction(2**32 - prob_q[k], 2**32 * n)
    return law


def _bound(mode: str, value: float, mean: float) -> float | None:
    if mode == "none":
        return None
    return value * mean if mode == "relative" else value


def site_weights(
    base: list[float], floor: tuple[str, float], cap: tuple[str, float]
) -> tuple[list[float], list[bool]]:
    """(p, floor_applied) of one merchant."""
    mean = serial_sum(base) / len(base)
    least, greatest = _bound(*floor, mean), _bound(*cap, mean)
    raised = [least is not None and w < least for w in base]
    w = [x if least is None or x >= least else least for x in base]
    w = [greatest if greatest is not None and x > greatest else x for x in w]
    if serial_sum(w) == 0.0:
        w, raised = [1.0] * len(w), [True] * len(w)
    total = serial_sum(w)
    return [x / total for x in w], raised


def group_weights(shares: list[float], gamma: list[float]) -> tuple[list[float], list[float], float]:
    """(p_group, mass_raw, denom_raw) of one merchant and day."""
    mass = [s * g for s, g in zip(shares, gamma, strict=True)]
    denominator = serial_sum(mass)
    return [m / denominator for m in mass], mass, denominator
