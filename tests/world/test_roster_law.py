"""Made rosters: exact counts, the order of rows, the law of time and weight, and parts that need no other part."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from engine.core.blocks import Block, blocks_of
from engine.core.run import WorldKey
from engine.kernels.errors import KernelError
from engine.kernels.roster_draws import arrivals, minute_counts
from engine.rng import FamilyStream
from engine.world.roster import EqualRoster, Merchants, RosterLaw, SpreadRoster, virtual_flags
from generated.datasets.s2b import S5_ARRIVAL_ROSTER
from generated.tables.s2b import S5ArrivalRoster
from tests.oracle import arrival_roster as oracle
from tests.vectors import vectors

KEY = WorldKey("ab" * 32, "cd" * 32)
SITES = {7: 3, 9: 1, 42: 400, 2**63: 2, 2**64 - 1: 17}


def merchants(sites: dict[int, int]) -> Merchants:
    return Merchants(
        np.array(sorted(sites), np.uint64), np.array([sites[m] for m in sorted(sites)], np.int64)
    )


def spread(rows: int, *, sites: dict[int, int] | None = None, days: int = 3, seed: int = 42) -> SpreadRoster:
    return SpreadRoster(merchants(sites or SITES), seed, rows, np.datetime64("2024-02-28"), days, KEY)


def whole(law: RosterLaw, size: int) -> S5ArrivalRoster:
    return S5ArrivalRoster.concatenated([law.part(block) for block in blocks_of(law.rows, size)])


def rows_of(table: S5ArrivalRoster) -> list[tuple[Any, ...]]:
    return [(row["merchant_id"], row["utc_timestamp"], row["is_virtual"]) for row in table.arrow.to_pylist()]


@settings(max_examples=40)
@given(
    sites=st.dictionaries(st.integers(1, 2**64 - 1), st.integers(1, 30), min_size=1, max_size=8),
    rows=st.integers(1, 60),
    days=st.integers(1, 3),
    seed=st.integers(0, 2**64 - 1),
)
def test_a_spread_roster_is_the_oracles(sites: dict[int, int], rows: int, days: int, seed: int) -> None:
    made = whole(spread(rows, sites=sites, days=days, seed=seed), 7)
    first = oracle.midnight("2024-02-28")
    expected = oracle.spread(sites, rows, first, days, seed, KEY.recipe_world_sha256, KEY.sources_sha256)
    assert rows_of(made) == expected


@settings(max_examples=25)
@given(rows=st.integers(1, 5000), size=st.integers(1, 5000), days=st.integers(1, 40))
def test_the_size_of_a_part_changes_nothing_and_the_count_is_exact(rows: int, size: int, days: int) -> None:
    law = spread(rows, days=days)
    size = max(size, rows // 50)
    made = whole(law, size)
    assert made.num_rows == rows
    assert made.arrow.equals(law.part(Block(0, 0, rows)).arrow)


def test_rows_ascend_by_instant_then_merchant_and_each_day_is_the_instants() -> None:
    # n arrivals in a day of 8.64e10 microseconds give about n^2 / 2 / 8.64e10 equal neighbours: 52 of them here.
    made = spread(3_000_000, days=1).part(Block(0, 0, 3_000_000))
    instant, merchant = made.utc_timestamp.astype(np.int64), made.merchant_id
    same = np.diff(instant) == 0
    assert (np.diff(instant) >= 0).all()
    assert same.sum() > 20
    assert (merchant[1:][same] >= merchant[:-1][same]).all()
    assert (made.utc_timestamp.astype("datetime64[D]") == made.utc_day).all()
    assert set(np.unique(made.utc_day).astype(str)) == {"2024-02-28"}


def test_merchants_come_by_their_sites_and_instants_evenly() -> None:
    """Three chi-squares at a fixed seed, each with a false-alarm rate of 1 in 10,000."""
    rows, days = 200_000, 30
    made = spread(rows, days=days).part(Block(0, 0, rows))
    total = sum(SITES.values())
    _, seen = np.unique(made.merchant_id, return_counts=True)
    expected = [rows * SITES[m] / total for m in sorted(SITES)]
    assert stats.chisquare(seen, expected).pvalue > 1e-4
    by_day = np.bincount((made.utc_day - np.datetime64("2024-02-28")).astype(int), minlength=days)
    assert by_day.shape == (days,)
    assert stats.chisquare(by_day).pvalue > 1e-4
    second = made.utc_timestamp.astype(np.int64) // 1_000_000 % 60
    assert stats.chisquare(np.bincount(second, minlength=60)).pvalue > 1e-4


def test_other_seeds_and_worlds_give_other_draws() -> None:
    one, other_seed = spread(50).part(Block(0, 0, 50)), spread(50, seed=43).part(Block(0, 0, 50))
    law = spread(50)
    other_world = SpreadRoster(
        law.merchants, 42, 50, law.first_day, law.days, WorldKey("ac" * 32, KEY.sources_sha256)
    )
    other = other_world.part(Block(0, 0, 50))
    assert len({table.utc_timestamp.tobytes() for table in (one, other_seed, other)}) == 3


@pytest.mark.parametrize("per_merchant", [1, 3, 1000])
@pytest.mark.parametrize("size", [1, 4, 2000])
def test_an_equal_roster_gives_each_merchant_its_arrivals_at_midnight(per_merchant: int, size: int) -> None:
    size = max(size, per_merchant // 10)
    law = EqualRoster(merchants(SITES), 0, per_merchant, np.datetime64("2024-02-29"))
    made = whole(law, size)
    assert made.merchant_id.tolist() == [m for m in sorted(SITES) for _ in range(per_merchant)]
    assert set(made.utc_timestamp.astype(str)) == {"2024-02-29T00:00:00.000000"}
    assert set(made.utc_day.astype(str)) == {"2024-02-29"}
    assert made.is_virtual.tolist() == [oracle.virtual(m, 0) for m in made.merchant_id.tolist()]


def test_the_virtual_flag_has_its_known_answers() -> None:
    known = vectors("site_ids")["is_virtual"]
    assert len(known) > 30
    for vector in known:
        ids = np.array([vector["merchant_id"]], np.uint64)
        assert virtual_flags(ids, vector["seed"]).tolist() == [vector["is_virtual"]]


def test_sites_are_summed_over_a_merchants_countries() -> None:
    made = Merchants.of(np.array([9, 2, 9, 2**64 - 1], np.uint64), np.array([2, 5, 3, 1], np.int32))
    assert made.merchant_id.tolist() == [2, 9, 2**64 - 1]
    assert made.sites.tolist() == [5, 5, 1]
    assert made.owner_of_site.tolist() == [0] * 5 + [1] * 5 + [2]


def test_a_counter_that_would_wrap_is_refused() -> None:
    last = FamilyStream(1, 2**64 - 1, 2**64 - 2)
    assert minute_counts(last, 2, 5).sum() == 2
    with pytest.raises(KernelError, match="COUNTER_WRAP at index 2"):
        minute_counts(last, 3, 5)
    owners = np.zeros(1, np.uint32)
    with pytest.raises(KernelError, match="COUNTER_WRAP at index 2"):
        arrivals(last, np.array([0, 3]), owners)


def test_the_stream_is_the_one_that_the_dictionary_declares() -> None:
    assert S5_ARRIVAL_ROSTER.rng_families == ("world.2B.roster.v1",)
