"""The laws' arithmetic once more, in Python's own integers and floats, for one row or one merchant at a time.

Source: spec/rng-and-numerics.md, sections 1, 2 and 4; spec/segment-2B.md, S1, S2 and S5.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from heapq import heapify, heappop, heappush
from typing import Final, NamedTuple

__all__ = [
    "AliasTable",
    "Binary64Table",
    "GridMasses",
    "Pairing",
    "PhiloxRound",
    "alias_table",
    "binary64_table",
    "grid_masses",
    "philox_rounds",
    "running_sums",
    "sum_tolerance",
    "uniform_steps",
]

WORD: Final = 1 << 64
_MULTIPLIER: Final = 0xD2B74407B1CE6E93
_KEY_STEP: Final = 0x9E3779B97F4A7C15
_ROUNDS: Final = 10
_LARGEST_UNIFORM: Final = 1.0 - 2.0**-53
QBITS: Final = 32
"""Bits of a stored acceptance threshold."""
_LARGEST_Q: Final = (1 << QBITS) - 1


class PhiloxRound(NamedTuple):
    """Counter words and key before a round; after the last one, the output words and no key."""

    c0: int
    c1: int
    key: int | None


def philox_rounds(counter: int, key: int) -> list[PhiloxRound]:
    """The ten rounds of Philox2x64-10 on a 128-bit counter, then its output: eleven entries."""
    c0, c1 = counter % WORD, counter // WORD
    rounds = []
    for _ in range(_ROUNDS):
        rounds.append(PhiloxRound(c0, c1, key))
        product = _MULTIPLIER * c0
        c0, c1 = (product // WORD) ^ key ^ c1, product % WORD
        key = (key + _KEY_STEP) % WORD
    return [*rounds, PhiloxRound(c0, c1, None)]


class UniformSteps(NamedTuple):
    """What each operation of the uniform's law gives."""

    converted: float
    raised: float
    scaled: float
    u: float


def uniform_steps(word: int) -> UniformSteps:
    """u in (0, 1) of a 64-bit word: to binary64, plus 0.5, by 2^-64, and 1.0 becomes 1 - 2^-53."""
    converted = float(word)
    raised = converted + 0.5
    scaled = raised * 2.0**-64
    return UniformSteps(converted, raised, scaled, min(scaled, _LARGEST_UNIFORM))


def running_sums(values: Iterable[float]) -> list[float]:
    """The partial sums from the left, each addition in binary64; the last is the sum."""
    sums: list[float] = []
    total = 0.0
    for value in values:
        total += value
        sums.append(total)
    return sums


def sum_tolerance(epsilon: float, terms: int) -> float:
    """How far a serial sum of so many terms may lie from 1."""
    return max(epsilon, terms * 2.0**-53)


class GridMasses(NamedTuple):
    """Integer masses of shares on a grid, and how they came about."""

    rounded: list[int]
    """p G rounded to the nearest integer, ties to even."""
    residual: list[float]
    """p G - rounded, exact."""
    deficit: int
    """G - the sum of what was rounded."""
    masses: list[int]


def grid_masses(shares: Sequence[float], bits: int) -> GridMasses | None:
    """Masses that sum to 2^bits; None where a share is outside 0 to 1 or the grid cannot be reached."""
    if not all(0.0 <= share <= 1.0 for share in shares):
        return None
    grid = 1 << bits
    scaled = [share * grid for share in shares]
    rounded = [round(value) for value in scaled]
    residual = [value - mass for value, mass in zip(scaled, rounded, strict=True)]
    deficit = grid - sum(rounded)
    if deficit >= 0:
        order = sorted(range(len(shares)), key=lambda k: (-residual[k], k))
    else:
        order = sorted((k for k in range(len(shares)) if rounded[k]), key=lambda k: (residual[k], k))
    if abs(deficit) > len(order):
        return None
    masses = list(rounded)
    for k in order[: abs(deficit)]:
        masses[k] += 1 if deficit > 0 else -1
    return GridMasses(rounded, residual, deficit, masses)


class Pairing(NamedTuple):
    """One step of the construction: the small cell is filled up from the large one, which keeps `left`."""

    small: int
    scaled_small: int
    large: int
    scaled_large: int
    left: int
    joins: str


class AliasTable(NamedTuple):
    """Walker's table of one merchant, in exact integers."""

    scaled: list[int]
    """S = m N: a cell is small below G."""
    pairings: list[Pairing]
    prob_q: list[int]
    alias: list[int]


def alias_table(masses: Sequence[int], bits: int) -> AliasTable:
    """The table of masses that sum to 2^bits; always the smallest index of small and of large."""
    grid, n = 1 << bits, len(masses)
    scaled = [mass * n for mass in masses]
    left = list(scaled)
    small = [k for k in range(n) if left[k] < grid]
    large = [k for k in range(n) if left[k] >= grid]
    heapify(small)
    heapify(large)
    prob_q, alias = [_LARGEST_Q] * n, list(range(n))
    pairings = []
    while small and large:
        s, giver = heappop(small), heappop(large)
        prob_q[s] = min(max((left[s] << QBITS) >> bits, 1), _LARGEST_Q)
        alias[s] = giver
        before = left[giver]
        left[giver] -= grid - left[s]
        is_small = left[giver] < grid
        heappush(small if is_small else large, giver)
        pairings.append(Pairing(s, left[s], giver, before, left[giver], "small" if is_small else "large"))
    return AliasTable(scaled, pairings, prob_q, alias)


class Binary64Table(NamedTuple):
    """Walker's table of weights that are not quantised, as the routers pick from it."""

    total: float
    """The serial sum of the weights."""
    share: list[float]
    """p = w / total."""
    scaled: list[float]
    """s = p N: a cell is small below 1."""
    prob: list[float]
    alias: list[int]


def binary64_table(weights: Sequence[float]) -> Binary64Table | None:
    """The table of weights of at least 0; None where one is not, or where nothing or infinity is their sum."""
    if not weights or not all(0.0 <= weight < float("inf") for weight in weights):
        return None
    total = running_sums(weights)[-1]
    if not 0.0 < total < float("inf"):
        return None
    n = len(weights)
    share = [weight / total for weight in weights]
    scaled = [part * n for part in share]
    left = list(scaled)
    small = [k for k in range(n) if left[k] < 1.0]
    large = [k for k in range(n) if left[k] >= 1.0]
    heapify(small)
    heapify(large)
    prob, alias = [1.0] * n, list(range(n))
    while small and large:
        s, giver = heappop(small), heappop(large)
        prob[s], alias[s] = left[s], giver
        left[giver] -= 1.0 - left[s]
        heappush(small if left[giver] < 1.0 else large, giver)
    return Binary64Table(total, share, scaled, prob, alias)
