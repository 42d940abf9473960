"""How many nanoseconds a row the kernels of 5B.S2, S3 and S4 take, beside plain-Python loops of the same laws.

Run by hand:

    python -m bench.arrival_kernels

Times of a shared machine move by half from day to day; the ratio to the loops, measured in the same run, does not.
The limits in brackets are those of performance.md, for one core.
"""

from __future__ import annotations

import hashlib
import math
import time
from collections.abc import Callable
from datetime import UTC, datetime
from statistics import NormalDist, median
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np

from engine.kernels import arrivals, bucket_counts, latent_intensity, routing_tables
from engine.numerics.processor import sha256_instructions
from engine.rng import block_uniforms, family_streams, sha256
from engine.world.reference import load
from engine.world.tz_timetable import zone_timetable

FINGERPRINT, PARAMETERS, SEED, SCENARIO = "ab" * 32, "0c" * 32, 42, "baseline_v1"
SERIES, BUCKETS = 128, 2160
GROUPS = 64
LOOPED = 3_000
"""Rows that the plain loops do."""
REPEATS = 5
WORD = (1 << 64) - 1


def nanoseconds(rows: int, work: Callable[[], object]) -> float:
    """The median time of one row; the first run, which may compile, does not count."""
    work()
    times = []
    for _ in range(REPEATS):
        start = time.perf_counter()
        work()
        times.append(time.perf_counter() - start)
    return median(times) / rows * 1e9


def report(name: str, compiled: float, looped: float | None = None, limit: str = "") -> None:
    """One line of the table."""
    ratio = f"{looped:>12,.0f} ns {looped / compiled:>8,.0f} x" if looped is not None else ""
    print(f"{name:<46}{compiled:>9.1f} ns {limit:<14}{ratio}")


# -- the same laws as plain loops, with the functions of the platform ---------------------------------------------


def text(value: str) -> bytes:
    return len(value.encode()).to_bytes(4, "big") + value.encode()


def stream(family: str, key: str) -> tuple[int, int, int]:
    message = b"".join(map(text, ("5B.rng.v1", family, FINGERPRINT, PARAMETERS)))
    digest = hashlib.sha256(message + SEED.to_bytes(8, "little") + text(SCENARIO) + text(key)).digest()
    words = (int.from_bytes(digest[at : at + 8], "big") for at in (0, 8, 16))
    return next(words), next(words), next(words)


def philox(c0: int, c1: int, key: int) -> tuple[int, int]:
    for _ in range(10):
        product = 0xD2B74407B1CE6E93 * c0
        c0, c1 = (product >> 64) ^ key ^ c1, product & WORD
        key = (key + 0x9E3779B97F4A7C15) & WORD
    return c0, c1


def uniform(word: int) -> float:
    return min((float(word) + 0.5) * 2.0**-64, 1 - 2.0**-53)


def looped_count(merchant: int, zone: str, bucket: int, mu: float, kappa: float | None) -> int:
    name = f"merchant_id={merchant}|zone={zone}|bucket_index={bucket}"
    key, hi, lo = stream("S3.bucket_count.v1", name)
    u, v = (uniform(word) for word in philox(lo, hi, key))
    rate = mu
    if kappa is not None:
        s2 = math.log1p(1 / kappa)
        rate, u = math.exp(math.log(mu) - s2 / 2 + math.sqrt(s2) * NormalDist().inv_cdf(u)), v
    n, p = 0, math.exp(-rate)
    total = p
    while total < u:
        n += 1
        p *= rate / n
        total += p
    return n


def looped_path(key: int, hi: int, lo: int, sigma: float, length: float, buckets: int) -> list[float]:
    phi = math.exp(-1 / length)
    step, counter = sigma * math.sqrt(1 - phi * phi), hi << 64 | lo
    found: list[float] = []
    for t in range(buckets):
        u0, u1 = (uniform(word) for word in philox((counter + t) & WORD, (counter + t) >> 64, key))
        z = math.sqrt(-2 * math.log(u0)) * math.cos(2 * math.pi * u1)
        found.append(sigma * z if t == 0 else phi * found[-1] + step * z)
    return [math.exp(value - sigma * sigma / 2) for value in found]


def looped_arrivals(merchant: int, zone: str, bucket: int, count: int, sites: list[float]) -> list[Any]:
    name = f"merchant_id={merchant}|zone={zone}|bucket_index={bucket}"
    events = [stream(f"S4.arrival_{use}.v1", name) for use in ("time_jitter", "site_pick")]
    start, clock, found = 3_600 * bucket, ZoneInfo(zone), []
    for j in range(count):
        (jitter, _), (_, pick) = (
            (uniform(word) for word in philox((lo + j) & WORD, hi, key)) for key, hi, lo in events
        )
        site = 0
        while site + 1 < len(sites) and pick >= sites[site]:
            site += 1
        instant = datetime.fromtimestamp(start + int(jitter * 3.6e9) / 1e6, UTC)
        found.append((instant, j, site, instant.astimezone(clock)))
    return sorted(found)


# -- the kernels -----------------------------------------------------------------------------------------------


def main() -> None:
    rows = SERIES * BUCKETS
    merchants = np.arange(1, SERIES + 1, dtype=np.uint64) * np.uint64(0x9E3779B97F4A7C15)
    zones = ("America/Argentina/Buenos_Aires", "Europe/Zurich")
    codes = np.arange(SERIES, dtype=np.int32) % 2
    series = family_streams.SeriesStreams.of(
        "S3.bucket_count.v1", FINGERPRINT, PARAMETERS, SEED, SCENARIO, merchants, zones, codes
    )
    intensity = np.random.default_rng(20240601).gamma(0.6, 6.0, rows)
    kappa = np.full(SERIES, 12.0)
    first = [(int(merchants[0]), zones[0], bucket, float(intensity[bucket])) for bucket in range(BUCKETS)]

    state, messages = sha256.INITIAL_STATE.copy(), np.zeros(64 * 10_000, np.uint8)
    states = np.empty(8 * 10_000, np.uint32)
    for kind in ("portable", *(("instruction",) if sha256_instructions() else ())):
        compress: Any = getattr(sha256, f"{kind}_compressed_rows")
        limit = "(25 to 35)" if kind == "instruction" else "(360 to 400)"
        report(
            f"SHA-256 compression, {kind}",
            nanoseconds(10_000, lambda compress=compress: compress(state, messages, 10_000, 1, states)),
            nanoseconds(10_000, lambda: [hashlib.sha256(b"m" * 55).digest() for _ in range(10_000)]),
            limit,
        )
    report(
        "stream of a row, series order",
        nanoseconds(rows, lambda: series.every(BUCKETS)),
        nanoseconds(
            LOOPED,
            lambda: [
                stream("S3.bucket_count.v1", f"merchant_id=1|zone=UTC|bucket_index={b}")
                for b in range(LOOPED)
            ],
        ),
    )
    report(
        "Philox block, two uniforms",
        nanoseconds(rows, lambda: block_uniforms(1, 2, 3, 0, rows)),
        None,
        "(6 to 12)",
    )
    for name, own, limit in (("poisson", None, ""), ("nb2", 12.0, "(126)")):
        law = bucket_counts.CountLaw(name, 1e-9, 50_000)
        report(
            f"S3 row complete, {name}",
            nanoseconds(rows, lambda law=law: bucket_counts.bucket_counts(series, intensity, kappa, law)),
            nanoseconds(BUCKETS, lambda own=own: [looped_count(*row, own) for row in first]),
            limit,
        )
    streams = family_streams.group_streams(
        "S2.latent_vector.v1", FINGERPRINT, PARAMETERS, SEED, SCENARIO, [f"g{n}" for n in range(GROUPS)]
    )
    sigma, length = np.full(GROUPS, 0.3), np.full(GROUPS, 24.0)

    def paths() -> None:
        path = latent_intensity.latent_paths(
            "log_gaussian_ou_v1", *streams, sigma=sigma, length_scale=length, buckets=BUCKETS
        )
        latent_intensity.latent_factors("log_gaussian_ou_v1", path, sigma, minimum=0.2, maximum=5.0)

    key, hi, lo = (int(word[0]) for word in streams)
    report(
        "S2 factor of a group and bucket",
        nanoseconds(GROUPS * BUCKETS, paths),
        nanoseconds(LOOPED, lambda: looped_path(key, hi, lo, 0.3, 24.0, LOOPED)),
    )
    factor = np.ones((GROUPS, BUCKETS))
    group = np.arange(SERIES, dtype=np.int64) % GROUPS
    report(
        "S2 product of a row",
        nanoseconds(rows, lambda: latent_intensity.realised_intensity(intensity, factor, group, largest=2e5)),
    )
    counts = np.random.default_rng(20240601).poisson(intensity).astype(np.uint32)
    some = [(*row[:3], int(count)) for row, count in zip(first, counts, strict=False) if count]
    shares = [0.4, 0.7, 0.9, 1.0]
    report(
        "S4 arrival, site and local time",
        nanoseconds(int(counts.sum()), arrival_work(series, counts, zones)),
        nanoseconds(sum(row[3] for row in some), lambda: [looped_arrivals(*row, shares) for row in some]),
        "(108)",
    )


def arrival_work(
    series: family_streams.SeriesStreams, counts: Any, zones: tuple[str, ...]
) -> Callable[[], object]:
    """The arrivals of all series, each at four sites in its zone, with the clocks of 2024."""
    files = load().zone_files
    tables = [zone_timetable(files[zone]) for zone in zones]
    starts = np.cumsum([0, *(table.offset_s.size for table in tables)])
    clocks = arrivals.ZoneClocks(
        starts,
        np.concatenate([table.transition_utc_s for table in tables]),
        np.concatenate([table.offset_s for table in tables]).astype(np.int64),
    )
    number, none = len(series), np.full(len(series), -1)
    day = routing_tables.day_pairs([0], [0], merchants=1, days=1)
    groups = arrivals.GroupRouting(
        False,
        routing_tables.group_tables(day, [0, 1], [1.0], days=1),
        routing_tables.site_tables(
            np.repeat(np.arange(number), 4), np.tile([0.4, 0.3, 0.2, 0.1], number), groups=number
        ),
        series.zone_code,
    )
    routing = arrivals.SeriesRouting(np.zeros(number, np.int64), np.arange(number), none, none, none)
    edges = arrivals.EdgeTables(
        np.zeros(1, np.int64), np.zeros(0, np.uint32), np.zeros(0, np.uint32), none[:0]
    )
    begin = int(datetime(2024, 3, 4, tzinfo=UTC).timestamp()) * 10**6
    bucket_start = begin + 3_600 * 10**6 * np.arange(BUCKETS)
    return lambda: arrivals.arrivals(
        (series, series, series),
        counts,
        bucket_start_us=bucket_start,
        bucket_us=3_600 * 10**6,
        routing=routing,
        p_virtual=0.35,
        groups=groups,
        edges=edges,
        clocks=clocks,
    )


if __name__ == "__main__":
    main()
