"""Arrivals a second of the routing kernels, on one core, for the shape of the standard world.

Run `python bench/routing.py` from the repository root. 1,249 merchants, 34,363 sites, 3,087 groups, 366 days,
10^6 arrivals spread over merchants by a heavy tail and over days evenly, in roster order by time.
"""

from __future__ import annotations

import argparse
import resource
import statistics
import sys
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

MERCHANTS, SITES, GROUPS, DAYS = 1_249, 34_363, 3_087, 366
EDGES = 220
BLOCK = 262_144
REPEATS = 5


def _report(name: str, rows: int, task: Callable[[], Any], unit: str = "arrivals") -> float:
    task()
    seconds = []
    for _ in range(REPEATS):
        start = time.perf_counter()
        task()
        seconds.append(time.perf_counter() - start)
    median = statistics.median(seconds)
    print(
        f"{name:<52} {rows:>10,} {unit:<8} median {median:7.4f} s {rows / median / 1e6:8.2f} M {unit}/s"
        f"  best {rows / min(seconds) / 1e6:8.2f}"
    )
    return median


def _offsets(generator: Any, segments: int, total: int) -> Any:
    import numpy as np

    cuts = np.sort(generator.choice(np.arange(1, total), segments - 1, replace=False))
    return np.concatenate([[0], cuts, [total]]).astype(np.int64)


def _plan(generator: Any) -> dict[str, Any]:
    """Weights of sites and groups in the shape of the standard world."""
    import numpy as np

    from engine.kernels.group_weights import group_weights

    group_starts = _offsets(generator, MERCHANTS, GROUPS)
    counts = np.diff(group_starts)
    # Every group has a site; the rest fall on merchants by a heavy tail.
    tail = generator.pareto(1.2, MERCHANTS)
    more = generator.multinomial(SITES - GROUPS, tail / tail.sum())
    site_starts = np.concatenate([[0], np.cumsum(counts + more)])
    site_group = np.concatenate(
        [
            first + np.concatenate([np.arange(n), generator.integers(0, n, extra)])
            for first, n, extra in zip(group_starts[:-1], counts, more, strict=True)
        ]
    )
    weight = generator.pareto(1.1, SITES) + 1e-3
    p_weight = weight / np.repeat(np.add.reduceat(weight, site_starts[:-1]), np.diff(site_starts))
    share = np.bincount(site_group, weights=p_weight, minlength=GROUPS)
    gamma = np.exp(generator.normal(0.0, 0.2, GROUPS * DAYS))
    return {
        "group_starts": group_starts,
        "site_starts": site_starts,
        "site_group": site_group,
        "p_weight": p_weight,
        "p_group": group_weights(group_starts, share, days=DAYS, gamma=gamma).p_group,
    }


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=1_000_000)
    rows = parser.parse_args().rows
    import numpy as np

    from engine.kernels import occurrence_join, routing, routing_evidence, routing_tables, site_identifiers
    from engine.rng import RoutingStream

    generator = np.random.default_rng(20240601)
    plan = _plan(generator)
    stream = RoutingStream(0x1234_5678_9ABC_DEF0, 0, 0)
    popularity = generator.pareto(1.2, MERCHANTS)
    merchant = generator.choice(MERCHANTS, rows, p=popularity / popularity.sum())
    instants = {
        "by time": np.sort(generator.integers(0, DAYS * 86_400_000_000, rows)),
        "any order": generator.integers(0, DAYS * 86_400_000_000, rows),
    }
    days = {name: instant // 86_400_000_000 for name, instant in instants.items()}
    sites = routing_tables.site_tables(plan["site_group"], plan["p_weight"], groups=GROUPS)
    weights = {"group_starts": plan["group_starts"], "p_group": plan["p_group"], "days": DAYS}

    def blocks() -> Any:
        return ((start, min(start + BLOCK, rows)) for start in range(0, rows, BLOCK))

    def pairs_of(day: Any, start: int, stop: int) -> Any:
        return routing_tables.day_pairs(merchant[start:stop], day[start:stop], merchants=MERCHANTS, days=DAYS)

    def all_blocks(day: Any, task: Callable[[int, int, Any], Any] | None = None) -> None:
        for start, stop in blocks():
            pairs = pairs_of(day, start, stop)
            if task is not None:
                task(start, stop, pairs)

    def with_tables(start: int, stop: int, pairs: Any) -> Any:
        return routing_tables.group_tables(pairs, **weights)

    def routed(start: int, stop: int, pairs: Any) -> Any:
        groups = with_tables(start, stop, pairs)
        return routing.routed_arrivals(stream, first=start, pair=pairs.pair, groups=groups, sites=sites)

    _report(
        "site tables, all groups",
        SITES,
        lambda: routing_tables.site_tables(plan["site_group"], plan["p_weight"], groups=GROUPS),
        "sites",
    )
    whole = routing_tables.DayPairs(
        np.empty(0, np.int64), np.repeat(np.arange(MERCHANTS), DAYS), np.tile(np.arange(DAYS), MERCHANTS)
    )
    _report(
        "group tables, every merchant and day",
        GROUPS * DAYS,
        lambda: routing_tables.group_tables(whole, **weights),
        "cells",
    )
    built = routing_tables.group_tables(whole, **weights)
    megabytes = sum(column.nbytes for column in built) / 2**20
    print(f"{'':<52} {megabytes:.1f} MiB of tables for every merchant and day")
    for name, day in days.items():
        distinct = sum(pairs_of(day, *block).merchant.size for block in blocks())
        print(f"{'':<52} roster {name}: {distinct:,} tables of groups over the blocks of {BLOCK:,} rows")
        _report(f"pairs, {name}", rows, partial(all_blocks, day))
        _report(f"pairs and group tables, {name}", rows, partial(all_blocks, day, with_tables))
        _report(f"S5 whole: pairs, tables, picks, {name}", rows, partial(all_blocks, day, routed))
    pair = merchant * DAYS + days["by time"]

    def picks() -> Any:
        return routing.routed_arrivals(stream, first=0, pair=pair, groups=built, sites=sites)

    _report("S5 picks alone, tables of every pair at hand", rows, picks)
    done = picks()
    _report(
        "S5 audit: both picks again and compared",
        rows,
        lambda: (
            routing.compared_picks(stream.key, done.group_counter, pair, built, done.group),
            routing.compared_picks(stream.key, done.site_counter, done.group, sites, done.site),
        ),
    )
    _report(
        "S5 evidence: two envelopes and the trace",
        rows,
        lambda: (
            routing_evidence.event_evidence(done.group_counter),
            routing_evidence.event_evidence(done.site_counter),
            routing_evidence.trace_rows(rows, [routing_evidence.Totals()] * 2),
        ),
    )
    tail = generator.pareto(1.1, EDGES) + 0.01
    edges = routing_tables.edge_tables([0, EDGES], tail / tail.sum())
    one_set = np.zeros(rows, np.int64)
    _report(
        "S6 edge picks",
        rows,
        lambda: routing.edge_picks(stream, first=0, edge_set=one_set, edges=edges),
    )
    _report(
        "S6 join with the selection log",
        rows,
        lambda: occurrence_join.partner_rows(merchant, instants["by time"], merchant, instants["by time"]),
    )
    merchant_id = generator.integers(0, 1 << 63, MERCHANTS).astype(np.uint64)
    names = ("DE", "FR", "GB", "US")
    country, order = np.arange(SITES) % len(names), np.arange(SITES)

    def identifiers() -> Any:
        return site_identifiers.site_ids(plan["site_starts"], merchant_id, names, country, order)

    _report("site_id of every site", SITES, identifiers, "sites")
    ids = identifiers()
    index = site_identifiers.site_index(plan["site_starts"], ids)
    _report(
        "site of a merchant and site_id",
        rows,
        lambda: site_identifiers.site_positions(index, merchant, ids[done.site]),
    )
    print(f"peak memory {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20:.2f} GiB")


if __name__ == "__main__":
    main()
