"""Slow and obvious version of 5B.S4: one arrival after another, hashlib for streams, `zoneinfo` for clocks."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from tests.oracle.routing import picked, words_of
from tests.oracle.words import philox2x64_10, uniform

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Scenario:
    fingerprint: str
    parameter_hash: str
    seed: int
    scenario_id: str


@dataclass(frozen=True)
class Merchant:
    merchant_id: int
    mode: str
    sites: dict[str, list[tuple[int, float]]]
    """By zone: (number, weight) of each site, in key order."""
    shares: dict[int, list[tuple[str, float]]]
    """By day since 1970: (zone, weight) of each group, in key order."""
    edges: list[tuple[int, int, int, str]]
    """(number, threshold, alias, zone) of each edge."""
    settlement: str


@dataclass(frozen=True)
class Row:
    """One arrival."""

    sequence: int
    draw: int
    instant_us: int
    virtual: bool
    group: str
    place: int
    zone: str
    local_us: int
    settlement_us: int


def origin(scenario: Scenario, family: str, merchant: int, zone: str, bucket: int) -> tuple[int, int]:
    """(key, counter) of a row's event."""
    message = b""
    for text in ("5B.rng.v1", family, scenario.fingerprint, scenario.parameter_hash):
        message += len(text.encode()).to_bytes(4, "big") + text.encode()
    message += scenario.seed.to_bytes(8, "little")
    for text in (scenario.scenario_id, f"merchant_id={merchant}|zone={zone}|bucket_index={bucket}"):
        message += len(text.encode()).to_bytes(4, "big") + text.encode()
    digest = hashlib.sha256(message).digest()
    return int.from_bytes(digest[:8], "big"), int.from_bytes(digest[8:24], "big")


def drawn(stream: tuple[int, int], j: int) -> tuple[float, float]:
    """The two uniforms of draw j."""
    hi, lo = words_of(stream[1] + j)
    first, second = philox2x64_10(lo, hi, stream[0])
    return uniform(first), uniform(second)


def local(instant_us: int, zone: str) -> int:
    """Civil time in a zone, in microseconds since 1970-01-01T00:00:00 there."""
    moment = EPOCH + timedelta(microseconds=instant_us)
    offset = moment.astimezone(ZoneInfo(zone)).utcoffset()
    assert offset is not None
    return instant_us + int(offset.total_seconds()) * 10**6


def arrivals_of_row(
    scenario: Scenario,
    merchant: Merchant,
    zone: str,
    bucket: int,
    start_us: int,
    length_us: int,
    count: int,
    p: float,
    day_mix: bool,
) -> list[Row]:
    jitter, site, edge = (
        origin(scenario, f"S4.arrival_{use}.v1", merchant.merchant_id, zone, bucket)
        for use in ("time_jitter", "site_pick", "edge_pick")
    )
    offsets = [min(int(drawn(jitter, j)[0] * float(length_us)), length_us - 1) for j in range(count)]
    rows = []
    for position, j in enumerate(sorted(range(count), key=lambda j: (offsets[j], j))):
        instant = start_us + offsets[j]
        u0, u1 = drawn(site, j)
        has_sites = zone in merchant.sites
        virtual = merchant.mode == "VIRTUAL_ONLY" or (merchant.mode == "HYBRID" and (not has_sites or u0 < p))
        if virtual:
            u = drawn(edge, j)[0] * len(merchant.edges)
            cell = int(u)
            _, threshold, alias, _ = merchant.edges[cell]
            if not int((u - cell) * 2**32) < threshold:
                cell = alias
            number, _, _, clock = merchant.edges[cell]
            settled = local(instant, merchant.settlement)
            rows.append(
                Row(position + 1, j, instant, True, "", number, clock, local(instant, clock), settled)
            )
            continue
        group = zone
        if day_mix:
            if merchant.mode == "HYBRID":
                u0 = min((u0 - p) / (1.0 - p), 1.0 - 2.0**-53)
            shares = merchant.shares[instant // (86_400 * 10**6)]
            group = shares[picked([weight for _, weight in shares], u0)][0]
        sites = merchant.sites[group]
        number = sites[picked([weight for _, weight in sites], u1)][0]
        rows.append(Row(position + 1, j, instant, False, group, number, group, local(instant, group), 0))
    return rows
