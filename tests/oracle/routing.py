"""Slow and obvious versions of S5's and S6's laws: one arrival after another, in Python's own numbers."""

from __future__ import annotations

import hashlib
from collections import defaultdict

from tests.oracle.routing_plan import binary64_alias_table, serial_sum
from tests.oracle.words import philox2x64_10, uniform

WORD = 2**64 - 1

Pair = tuple[int, int]


def words_of(counter: int) -> tuple[int, int]:
    """(hi, lo) of a 128-bit counter."""
    assert 0 <= counter < 2**128
    return counter >> 64, counter & WORD


def uniform_at(key: int, counter: int) -> float:
    hi, lo = words_of(counter)
    return uniform(philox2x64_10(lo, hi, key)[0])


def picked(weights: list[float], u: float) -> int:
    prob, alias = binary64_alias_table(weights)
    scaled = u * len(weights)
    j = int(scaled)
    return j if scaled - j < prob[j] else alias[j]


def route(
    key: int,
    start: int,
    arrivals: list[Pair],
    merchant_groups: list[list[int]],
    p_group: dict[Pair, list[float]],
    site_group: list[int],
    p_weight: list[float],
) -> list[tuple[int, float, int, int, int, float, float]]:
    """(group, p_group, site, group counter, site counter, both uniforms) of each arrival of the whole roster."""
    routed = []
    for a, (merchant, day) in enumerate(arrivals):
        u_group = uniform_at(key, start + 2 * a)
        k = picked(p_group[merchant, day], u_group)
        group = merchant_groups[merchant][k]
        sites = [site for site, owner in enumerate(site_group) if owner == group]
        u_site = uniform_at(key, start + 2 * a + 1)
        site = sites[picked([p_weight[s] for s in sites], u_site)]
        routed.append(
            (group, p_group[merchant, day][k], site, start + 2 * a, start + 2 * a + 1, u_group, u_site)
        )
    return routed


def edges(key: int, start: int, sets: list[list[float]], arrivals: list[int]) -> list[tuple[int, int]]:
    """(edge among all edges, counter) of each virtual arrival, given its set of edges."""
    firsts = [sum(len(earlier) for earlier in sets[:number]) for number in range(len(sets))]
    return [
        (firsts[s] + picked(sets[s], uniform_at(key, start + v)), start + v) for v, s in enumerate(arrivals)
    ]


def shares(weights: list[float]) -> list[float]:
    total = serial_sum(weights)
    return [w / total for w in weights]


def trace(
    units: int, before: list[tuple[int, int, int]], draws: int, blocks: int
) -> list[tuple[int, int, int, int]]:
    """(substream, events, draws, blocks) behind each event; the substreams take turns."""
    totals = [list(total) for total in before]
    rows = []
    for _ in range(units):
        for substream, total in enumerate(totals):
            total[0] += 1
            total[1] += draws
            total[2] += blocks
            rows.append((substream, total[0], total[1], total[2]))
    return rows


def site_id(merchant_id: int, country: str, site_order: int) -> int:
    digest = hashlib.sha256(f"{merchant_id}:{country}:{site_order}".encode()).digest()
    return sum(byte << (8 * place) for place, byte in enumerate(digest[-8:]))


def partners(arrivals: list[Pair], log: list[Pair]) -> list[int]:
    """The log's row of each arrival: the n-th row of a key goes with the n-th arrival of that key."""
    rows: dict[Pair, list[int]] = defaultdict(list)
    for row, key in enumerate(log):
        rows[key].append(row)
    return [rows[key].pop(0) if rows[key] else -1 for key in arrivals]
