"""Nanoseconds per row of every kernel, on one core, and the seconds that compiling them takes.

Run `python bench/kernels.py` from the repository root; with `--cold` the kernels are first compiled in an empty cache.
Sizes are those of the standard recipe: 1,249 merchants, 34,363 sites, 3,087 groups, 366 days.
"""

from __future__ import annotations

import argparse
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

MERCHANTS, SITES, GROUPS, DAYS = 1_249, 34_363, 3_087, 366
LARGE_MERCHANT = 1_000_000
REPEATS = 7


def _seconds(task: Callable[[], Any]) -> list[float]:
    task()
    seconds = []
    for _ in range(REPEATS):
        start = time.perf_counter()
        task()
        seconds.append(time.perf_counter() - start)
    return seconds


def _report(name: str, rows: int, task: Callable[[], Any]) -> None:
    seconds = _seconds(task)
    best, median = min(seconds), statistics.median(seconds)
    print(
        f"{name:<44} {rows:>10,} rows  best {best / rows * 1e9:8.1f} ns/row  median {median / rows * 1e9:8.1f} ns/row"
        f"  {median:8.4f} s"
    )


def _offsets(generator: Any, segments: int, total: int) -> Any:
    import numpy as np

    cuts = np.sort(generator.choice(np.arange(1, total), segments - 1, replace=False))
    return np.concatenate([[0], cuts, [total]]).astype(np.int64)


def compile_every_kernel() -> None:
    """Call every kernel once, so that each is compiled in the types that it is always called with."""
    import numpy as np

    from engine import numerics, rng
    from engine.kernels import (
        alias_binary64,
        alias_integer,
        csv_records,
        day_effects,
        grid_masses,
        group_weights,
        occurrence_join,
        roster_draws,
        roster_text,
        routing,
        routing_tables,
        site_identifiers,
        site_weights,
    )

    for function in (numerics.sin2pi, numerics.log1p, numerics.normal_icdf_as241):
        function(0.3)
    numerics.serial_sum(np.ones(3))
    numerics.box_muller_u2(0.3, 0.4)
    rng.block_uniforms(1, 2, 3, 0, 4)
    rng.block_words(1, 2, 3, 0, 4)
    starts = [0, 3, 5]
    base = site_weights.base_weights(starts, mode="zipf", zipf_s=1.1)
    weights = site_weights.site_weights(
        starts,
        base,
        floor_mode="relative",
        floor_value=0.1,
        cap_mode="none",
        cap_value=0.0,
        normalisation_epsilon=1e-12,
        tiny_negative_epsilon=1e-15,
    )
    masses = grid_masses.grid_masses(starts, weights.p_weight, bits=24)
    grid_masses.grid_error(weights.p_weight, masses, bits=24)
    tables = alias_integer.alias_tables(starts, masses, bits=24)
    alias_integer.decode_check(starts, tables, weights.p_weight)
    alias_integer.picks(tables.prob_q[:3], tables.alias[:3], [0.5])
    unquantised = alias_binary64.binary64_tables(starts, weights.p_weight)
    alias_binary64.picks(unquantised.prob[:3], unquantised.alias[:3], [0.5])
    effects = day_effects.day_effects(rng.PlanStream(1, 2, 3), first=0, count=6, sigma=0.2)
    roster_draws.minute_counts(rng.FamilyStream(1, 2, 3), 5, 10)
    roster_draws.arrivals(rng.FamilyStream(1, 2, 3), np.array([0, 1, 3]), np.array([0, 1], np.uint32))
    text = np.frombuffer(b"2024-01-01T00:00:00Z", np.uint8)
    for read in (roster_text.identifiers_of_text, roster_text.days_of_text, roster_text.instants_of_text):
        read([0, 20], text)
    csv_records.csv_records(b'a,"b"\n', 1, final=True)
    shares = group_weights.base_shares(starts, [0, 2, 3], weights.p_weight, np.array([0, 1, 0, 0, 0]))
    mix = group_weights.group_weights([0, 2, 3], shares, days=2, gamma=effects.gamma)
    pairs = routing_tables.day_pairs([0, 1], [1, 0], merchants=2, days=2)
    routing.routed_arrivals(
        rng.RoutingStream(1, 2, 3),
        first=0,
        pair=pairs.pair,
        groups=routing_tables.group_tables(pairs, [0, 2, 3], mix.p_group, days=2),
        sites=routing_tables.site_tables([0, 1, 0, 2, 2], weights.p_weight, groups=3),
    )
    index = site_identifiers.site_index([0, 2], np.arange(2, dtype=np.uint64))
    site_identifiers.site_positions(index, [0], np.ones(1, np.uint64))
    occurrence_join.partner_rows([0], [5], [0], [5])
    _compile_kernels_of_arrivals()


def _compile_kernels_of_arrivals() -> None:
    """Call every kernel of the world's intensities and of segment 5B once."""
    import numpy as np

    from engine.kernels import (
        arrival_checks,
        arrival_rows,
        arrivals,
        bucket_counts,
        count_sums,
        distinct_runs,
        intensities,
        latent_intensity,
        routing_tables,
    )
    from engine.rng import family_streams, sha256

    one = np.ones(1, np.float64)
    none = np.zeros(0, np.int64)
    calendar = intensities.Calendar(
        day=np.zeros((1, 2), np.int32),
        hour=np.zeros((1, 2), np.uint8),
        day_kind=np.zeros((1, 1), np.uint8),
        holiday=np.zeros((1, 1), np.uint8),
        pay_day=np.zeros(1, np.uint8),
        week=np.zeros(1, np.int32),
        shape=np.ones((1, 1, 3, 24)),
        holiday_factor=one,
        pay_day_factor=one,
    )
    outages = intensities.Outages(none.astype(np.int32), none, none, np.zeros(0), none, np.zeros(0))
    factors = intensities.ScenarioFactors(np.ones((1, 1)), outages)
    rows = intensities.Rows(*(np.zeros(1, np.int32) for _ in range(3)), one)
    intensities.row_totals(calendar, factors, rows, buckets_per_week=168)
    intensity = intensities.series_intensities(calendar, factors, [0, 1], rows, buckets_per_week=168)
    intensities.count_into(intensities.intensity_histogram(), intensity)

    state, _ = sha256.state_after(b"m" * 64)
    sha256.portable_compressed_rows(state, np.zeros(64, np.uint8), 1, 1, np.empty(8, np.uint32))
    identity = ("a" * 64, "b" * 64, 42, "baseline_v1")
    groups = family_streams.group_streams("S2.latent_vector.v1", *identity, ["g"])
    series = family_streams.SeriesStreams.of(
        "S3.bucket_count.v1", *identity, np.ones(1, np.uint64), ("Etc/UTC",), np.zeros(1, np.int32)
    )
    series.at(np.array([0, 1]), np.array([5]))
    series.every(2)
    for law in ("log_gaussian_ou_v1", "log_gaussian_iid_v1"):
        path = latent_intensity.latent_paths(law, *groups, sigma=one, length_scale=one, buckets=2)
        factor = latent_intensity.latent_factors(law, path, one, minimum=0.2, maximum=5.0).factor
    latent_intensity.realised_intensity(intensity.reshape(-1), factor, np.zeros(1, np.int64), largest=9.0)
    law_of_counts = bucket_counts.CountLaw("nb2", 0.0, 100)
    bucket_counts.bucket_counts(series, intensity.reshape(-1), one, law_of_counts)
    bucket_counts.counts(law_of_counts, one, one, np.full(1, 0.5), np.full(1, 0.5))
    zero = np.zeros(1, np.int64)
    starts, routing = (
        np.array([0, 900_000_000]),
        arrivals.SeriesRouting(np.ones(1, np.int64), zero, zero, zero, zero),
    )
    clocks = arrivals.ZoneClocks(np.array([0, 1]), zero, zero)
    streams = series.every(2)
    arrivals.virtual_counts(streams, np.ones(2, np.uint32), 0.5)
    coin = arrivals.coins(streams, np.zeros(1, np.int32), np.zeros(1, np.uint32), 0.5)
    code, no = np.zeros(1, np.int32), np.zeros(1, np.bool_)
    zones = arrival_checks.Zones(code, no, np.array([0, -1], np.int32))
    number, word, one_id = zero, np.zeros(1, np.uint32), np.ones(1, np.uint64)
    held = arrival_checks.ArrivalColumns(
        code, word + np.uint32(1), word, number, no, coin, one_id, no, one_id, no, zones, zones, number,
        zones, number, no, zones, number, no, code, no, np.array([True, False]),
    )  # fmt: skip
    ends = np.array([0, 1])
    places = arrival_checks.Places(True, zero, ends, zero, ends, one_id, ends, one_id, zero, False)
    arrival_checks.broken_laws(
        held,
        np.ones(2, np.uint32),
        bucket_start_us=starts,
        bucket_us=900_000_000,
        routing=routing,
        places=places,
        clocks=clocks,
    )
    arrival_checks.local_times(zero, zero, clocks)
    arrival_checks.tallies(
        code, zero, no, one_id, no, bucket_start_us=starts, table=zero, starts=ends, edges=one_id
    )
    arrival_rows.bucket_keys(code, 1, np.ones(1, np.uint64), code, code)
    distinct_runs.distinct_in_runs(zero, 1)
    count_sums.CountSums(1).add(code, one, one, no, np.zeros(1, np.uint8), no)
    placed, _ = arrivals.arrivals(
        (series, series, series),
        np.ones(2, np.uint32),
        bucket_start_us=starts,
        bucket_us=900_000_000,
        routing=routing,
        p_virtual=0.5,
        groups=arrivals.GroupRouting(
            False,
            routing_tables.group_tables(
                routing_tables.day_pairs([0], [0], merchants=1, days=1), [0, 1], one, days=1
            ),
            routing_tables.site_tables(zero, one, groups=1),
            zero,
        ),
        edges=arrivals.EdgeTables(np.array([0, 1]), np.full(1, 9, np.uint32), np.zeros(1, np.uint32), zero),
        clocks=clocks,
    )
    arrival_rows.routed_columns(
        placed,
        buckets=2,
        settlement=zero,
        site_id=one_id,
        edge_id=one_id,
        group_zone=code,
        zones=1,
        settlement_first=False,
    )


def _compile_seconds() -> float:
    start = time.perf_counter()
    compile_every_kernel()
    return time.perf_counter() - start


def _measure() -> None:
    import numpy as np
    from numba import njit

    from engine import numerics, rng
    from engine.kernels import (
        alias_binary64,
        alias_integer,
        day_effects,
        grid_masses,
        group_weights,
        site_weights,
    )

    generator = np.random.default_rng(20240601)
    n = 1_000_000
    out = np.empty(n)
    ranges = {
        "exp": generator.uniform(-20.0, 20.0, n),
        "log": generator.uniform(0.0, 1.0, n),
        "log1p": 10.0 ** generator.uniform(-6.0, 2.0, n),
        "cos2pi": generator.uniform(0.0, 1.0, n),
        "sin2pi": generator.uniform(0.0, 1.0, n),
        "normal_icdf_acklam": generator.uniform(0.0, 1.0, n),
        "normal_icdf_as241": generator.uniform(0.0, 1.0, n),
    }
    for name, arguments in ranges.items():
        function = getattr(numerics, name)

        @njit(error_model="numpy")  # type: ignore[untyped-decorator, unused-ignore]
        def values(x: Any, y: Any, function: Any = function) -> None:
            for i in range(x.shape[0]):
                y[i] = function(x[i])

        _report(f"numerics.{name}", n, lambda values=values, arguments=arguments: values(arguments, out))
    _report("rng.block_words (Philox blocks)", n, lambda: rng.block_words(1, 2, 3, 0, n))
    _report("rng.block_uniforms (two a block)", n, lambda: rng.block_uniforms(1, 2, 3, 0, n))

    starts = _offsets(generator, MERCHANTS, SITES)
    base = site_weights.base_weights(starts, mode="zipf", zipf_s=1.1)
    policy: dict[str, Any] = {
        "floor_mode": "relative",
        "floor_value": 0.05,
        "cap_mode": "none",
        "cap_value": 0.0,
        "normalisation_epsilon": 1e-12,
        "tiny_negative_epsilon": 1e-15,
    }
    p = site_weights.site_weights(starts, base, **policy).p_weight
    masses = grid_masses.grid_masses(starts, p, bits=24)
    tables = alias_integer.alias_tables(starts, masses, bits=24)
    _report("S1 base_weights", SITES, lambda: site_weights.base_weights(starts, mode="zipf", zipf_s=1.1))
    _report("S1 site_weights", SITES, lambda: site_weights.site_weights(starts, base, **policy))
    _report("S1/S2 grid_masses", SITES, lambda: grid_masses.grid_masses(starts, p, bits=24))
    _report("S2 alias_tables", SITES, lambda: alias_integer.alias_tables(starts, masses, bits=24))
    _report("S2 decode_check", SITES, lambda: alias_integer.decode_check(starts, tables, p))
    _report(
        "S2 encoded_blob",
        SITES,
        lambda: alias_integer.encoded_blob(starts, tables, alignment=8, endianness="little"),
    )

    def s2(starts: Any, p: Any) -> None:
        masses = grid_masses.grid_masses(starts, p, bits=24)
        tables = alias_integer.alias_tables(starts, masses, bits=24)
        alias_integer.encoded_blob(starts, tables, alignment=8, endianness="little")
        alias_integer.decode_check(starts, tables, p)

    _report("S2 all of it", SITES, lambda: s2(starts, p))
    weights = generator.pareto(1.2, LARGE_MERCHANT)
    large = weights / weights.sum()
    _report("S2 all of it, one merchant", LARGE_MERCHANT, lambda: s2([0, LARGE_MERCHANT], large))
    _report("S5 binary64_tables", SITES, lambda: alias_binary64.binary64_tables(starts, p))
    uniforms = rng.block_uniforms(1, 2, 3, 0, n)[0]
    _report(
        "S2 picks, one large table",
        n,
        lambda: alias_integer.picks(tables.prob_q, np.zeros(SITES, "u4"), uniforms),
    )

    groups = _offsets(generator, MERCHANTS, GROUPS)
    sites_by_group = np.concatenate(
        [
            np.arange(s) % g
            for s, g in zip(np.maximum(np.diff(starts), np.diff(groups)), np.diff(groups), strict=True)
        ]
    )
    group_sites = np.concatenate([[0], np.cumsum(np.maximum(np.diff(starts), np.diff(groups)))])
    equal = np.concatenate([np.full(s, 1.0 / s) for s in np.diff(group_sites)])
    shares = group_weights.base_shares(group_sites, groups, equal, sites_by_group)
    rows = GROUPS * DAYS
    stream = rng.PlanStream(1, 2, 3)
    gamma = day_effects.day_effects(stream, first=0, count=rows, sigma=0.3).gamma
    _report("S3 day_effects", rows, lambda: day_effects.day_effects(stream, first=0, count=rows, sigma=0.3))
    _report(
        "S4 base_shares",
        equal.size,
        lambda: group_weights.base_shares(group_sites, groups, equal, sites_by_group),
    )
    _report(
        "S4 group_weights", rows, lambda: group_weights.group_weights(groups, shares, days=DAYS, gamma=gamma)
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--cold", action="store_true", help="compile in an empty cache first and print the seconds"
    )
    if parser.parse_args().cold:
        with tempfile.TemporaryDirectory() as cache:
            os.environ["NUMBA_CACHE_DIR"] = cache
            print(f"cold compile of all kernels: {_compile_seconds():.1f} s")
            _measure()
    else:
        print(f"import and load of all kernels: {_compile_seconds():.1f} s")
        _measure()


if __name__ == "__main__":
    main()
