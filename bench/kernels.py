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
    from engine.execute.kernel_steps import STEPS

    for step in STEPS:
        step()
    _compile_what_only_some_runs_call()


def _compile_what_only_some_runs_call() -> None:
    """Call once what the states of a run without a roster of its own do not call."""
    import numpy as np

    from engine import numerics, rng
    from engine.kernels import (
        alias_binary64,
        alias_integer,
        bucket_counts,
        csv_records,
        day_effects,
        latent_intensity,
        occurrence_join,
        roster_draws,
        roster_text,
    )
    from engine.rng import sha256

    for function in (numerics.sin2pi, numerics.log1p, numerics.normal_icdf_as241):
        function(0.3)
    numerics.box_muller_u2(0.3, 0.4)
    rng.block_words(1, 2, 3, 0, 4)
    one = np.ones(1, np.float64)
    tables = alias_integer.alias_tables([0, 2], [1 << 23, 1 << 23], bits=24)
    alias_integer.picks(tables.prob_q, tables.alias, [0.5])
    unquantised = alias_binary64.binary64_tables([0, 2], [0.5, 0.5])
    alias_binary64.picks(unquantised.prob, unquantised.alias, [0.5])
    day_effects.day_effects(rng.PlanStream(1, 2, 3), first=0, count=6, sigma=0.2)
    roster_draws.minute_counts(rng.FamilyStream(1, 2, 3), 5, 10)
    roster_draws.arrivals(rng.FamilyStream(1, 2, 3), np.array([0, 1, 3]), np.array([0, 1], np.uint32))
    text = np.frombuffer(b"2024-01-01T00:00:00Z", np.uint8)
    for read in (roster_text.identifiers_of_text, roster_text.days_of_text, roster_text.instants_of_text):
        read([0, 20], text)
    csv_records.csv_records(b'a,"b"\n', 1, final=True)
    occurrence_join.partner_rows([0], [5], [0], [5])
    state, _ = sha256.state_after(b"m" * 64)
    sha256.portable_compressed_rows(state, np.zeros(64, np.uint8), 1, 1, np.empty(8, np.uint32))
    path = np.zeros((1, 2))
    latent_intensity.latent_factors("log_gaussian_iid_v1", path, one, minimum=0.2, maximum=5.0)
    bucket_counts.counts(bucket_counts.CountLaw("nb2", 0.0, 100), one, one, np.full(1, 0.5), np.full(1, 0.5))


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
