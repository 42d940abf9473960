"""The roster's law written slowly: every arrival drawn by itself, the whole sorted at the end."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime, timedelta

from tests.oracle.words import philox2x64_10, uniform


def stream(recipe_world: str, sources: str, seed: int, use: str) -> tuple[int, int]:
    """(key, 128-bit counter) by the derivation of segment 5B."""

    def text(value: str) -> bytes:
        return len(value.encode()).to_bytes(4, "big") + value.encode()

    digest = hashlib.sha256(
        text("5B.rng.v1") + text("world.2B.roster.v1") + text(recipe_world) + text(sources)
        + seed.to_bytes(8, "little") + text("") + text(use)
    ).digest()  # fmt: skip
    return int.from_bytes(digest[:8], "big"), int.from_bytes(digest[8:24], "big")


def draw(origin: tuple[int, int], number: int) -> tuple[float, float]:
    key, counter = origin
    counter += number
    assert counter < 2**128
    first, second = philox2x64_10(counter % 2**64, counter >> 64, key)
    return uniform(first), uniform(second)


def virtual(merchant: int, seed: int) -> bool:
    return int(hashlib.sha256(f"{merchant}:{seed}".encode()).hexdigest(), 16) % 100 < 10


def spread(
    sites: dict[int, int], rows: int, first: datetime, days: int, seed: int, recipe_world: str, sources: str
) -> list[tuple[int, datetime, bool]]:
    """The whole roster of `rows` arrivals; `sites` counts each merchant's."""
    minutes, arrivals = (stream(recipe_world, sources, seed, use) for use in ("minutes", "arrivals"))
    owners = [merchant for merchant in sorted(sites) for _ in range(sites[merchant])]
    minute_of = sorted(int(draw(minutes, a)[0] * (days * 1440)) for a in range(rows))
    found = []
    for number, minute in enumerate(minute_of):
        u, v = draw(arrivals, number)
        instant = first + timedelta(minutes=minute, microseconds=int(u * 60_000_000))
        merchant = owners[int(v * len(owners))]
        found.append((instant, merchant))
    return [(merchant, instant, virtual(merchant, seed)) for instant, merchant in sorted(found)]


def midnight(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)
