"""S5 and S6: the tables that arrivals pick from."""

from __future__ import annotations

import hashlib
import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.kernels import KernelError
from engine.kernels.routing_tables import (
    DayPairs,
    PickTables,
    day_pairs,
    edge_tables,
    group_tables,
    normalised_weights,
    site_tables,
)
from tests.kernels.routing_cases import Plan, plans, rosters
from tests.kernels.strategies import flat, merchants, probabilities, read_only, starts
from tests.oracle import routing, routing_plan
from tests.vectors import number, vectors


def pairs_of(*pairs: tuple[int, int]) -> DayPairs:
    merchant, day = (np.array([pair[part] for pair in pairs], np.int64) for part in (0, 1))
    return DayPairs(np.arange(len(pairs)), merchant, day)


def table(tables: PickTables, number: int) -> tuple[list[int], list[float], list[float], list[int]]:
    cells = slice(int(tables.starts[number]), int(tables.starts[number + 1]))
    return (
        tables.item[cells].tolist(),
        tables.weight[cells].tolist(),
        tables.prob[cells].tolist(),
        tables.alias[cells].tolist(),
    )


def fault(raised: pytest.ExceptionInfo[KernelError]) -> tuple[str, int]:
    return raised.value.status, raised.value.index


@given(st.lists(st.tuples(st.integers(0, 4), st.integers(0, 365)), max_size=60))
def test_pairs_are_the_distinct_ones_as_they_appear(rows: list[tuple[int, int]]) -> None:
    merchant, day = (np.array([row[part] for row in rows], np.int64) for part in (0, 1))
    pairs = day_pairs(merchant, day, merchants=5, days=366)
    found = list(zip(pairs.merchant.tolist(), pairs.day.tolist(), strict=True))
    assert found == list(dict.fromkeys(rows))
    assert [found[pair] for pair in pairs.pair.tolist()] == rows


def test_many_pairs_are_told_apart() -> None:
    """40,000 scattered pairs, each twice: thousands of them meet in a slot of the search."""
    code = np.random.default_rng(5).choice(20_000 * 366, 40_000, replace=False)
    merchant, day = np.divmod(np.tile(code, 2), 366)
    pairs = day_pairs(merchant, day, merchants=20_000, days=366)
    assert np.array_equal(pairs.merchant * 366 + pairs.day, code)
    assert np.array_equal(pairs.pair, np.tile(np.arange(40_000), 2))


@pytest.mark.parametrize(
    ("merchant", "day", "expected"),
    [
        ([0, 2], [0, 0], ("MERCHANT_OUT_OF_RANGE", 1)),
        ([-1, 0], [0, 0], ("MERCHANT_OUT_OF_RANGE", 0)),
        ([0, 1, 1], [0, 2, 3], ("DAY_OUT_OF_RANGE", 2)),
        ([0, 1], [0, -1], ("DAY_OUT_OF_RANGE", 1)),
    ],
)
def test_a_row_outside_the_plan_is_reported(
    merchant: list[int], day: list[int], expected: tuple[str, int]
) -> None:
    with pytest.raises(KernelError) as raised:
        day_pairs(merchant, day, merchants=2, days=3)
    assert fault(raised) == expected


@given(rosters())
def test_group_tables_are_those_of_the_slow_construction(roster: tuple[Plan, list[tuple[int, int]]]) -> None:
    plan, arrivals = roster
    pairs = pairs_of(*dict.fromkeys(arrivals))
    tables = group_tables(pairs, plan.group_starts, read_only(np.array(plan.flat_p_group)), days=plan.days)
    for place, (m, d) in enumerate(zip(pairs.merchant.tolist(), pairs.day.tolist(), strict=True)):
        p = plan.p_group[m, d]
        items = list(range(plan.group_starts[m], plan.group_starts[m + 1]))
        assert table(tables, place) == (items, p, *routing_plan.binary64_alias_table(p))
    assert tables.drawable.all()


@given(plans())
def test_site_tables_are_those_of_the_slow_construction(plan: Plan) -> None:
    tables = plan.sites()
    for group in range(sum(plan.groups)):
        sites = [site for site, owner in enumerate(plan.site_group) if owner == group]
        w = [plan.p_weight[site] for site in sites]
        assert table(tables, group) == (sites, w, *routing_plan.binary64_alias_table(w))
    assert tables.drawable.all()


@given(merchants(12))
def test_edge_tables_are_those_of_the_slow_construction(segments: list[list[float]]) -> None:
    sets = [probabilities(segment) for segment in segments]
    tables = edge_tables(starts(sets), flat(sets))
    assert tables.item.tolist() == list(range(flat(sets).size))
    for place, w in enumerate(sets):
        assert table(tables, place)[1:] == (w, *routing_plan.binary64_alias_table(w))


@pytest.mark.parametrize("vector", vectors("alias_tables")["binary64"], ids=lambda vector: vector["name"])
def test_known_tables_of_one_group(vector: dict[str, Any]) -> None:
    w = [number(x) for x in vector["weights"]]
    tables = site_tables([0] * len(w), w, groups=1)
    data = tables.prob.astype("<f8").tobytes() + tables.alias.astype("<u4").tobytes()
    assert hashlib.sha256(data).hexdigest() == vector["prob_f8_alias_u4_sha256"]
    assert tables.item.tolist() == list(range(len(w)))


@given(merchants(12))
def test_country_weights_are_divided_once_by_their_serial_sum(segments: list[list[float]]) -> None:
    expected = [share for segment in segments for share in routing.shares(segment)]
    assert normalised_weights(starts(segments), flat(segments)).tolist() == expected


def test_a_group_that_weighs_nothing_is_kept_and_cannot_be_drawn() -> None:
    tables = site_tables([0, 1, 1, 2], [0.5, 0.0, 0.0, 0.5], groups=3)
    assert tables.drawable.tolist() == [True, False, True]
    assert tables.prob.tolist() == [1.0, 0.0, 0.0, 1.0]
    assert tables.item.tolist() == [0, 1, 2, 3]


MIX = [0.5, 0.5, 0.25, 0.75, 1.0, 1.0]
"""Two merchants of two groups and one, two days."""


@pytest.mark.parametrize(
    ("row", "value", "expected"),
    [
        (3, math.nan, ("BAD_WEIGHT", 1)),
        (2, -0.1, ("BAD_WEIGHT", 1)),
        (5, math.inf, ("BAD_WEIGHT", 0)),
        (4, 0.0, ("ZERO_TOTAL", 2)),
        (1, 0.5 + 4e-12, ("NOT_NORMALISED", 3)),
        (1, 0.5 - 4e-12, ("NOT_NORMALISED", 3)),
        (1, 0.5 + 4e-13, None),
        (1, 0.5 - 4e-13, None),
    ],
)
def test_a_bad_mix_is_reported_with_its_pair(
    row: int, value: float, expected: tuple[str, int] | None
) -> None:
    pairs = pairs_of((1, 1), (0, 1), (1, 0), (0, 0))
    changed = [*MIX[:row], value, *MIX[row + 1 :]]
    if expected is None:
        assert group_tables(pairs, [0, 2, 3], changed, days=2).weight.tolist()[4:] == [0.5, value]
        return
    with pytest.raises(KernelError) as raised:
        group_tables(pairs, [0, 2, 3], changed, days=2)
    assert (raised.value.kernel, *fault(raised)) == ("group_tables", *expected)


def test_only_the_pairs_of_the_block_are_checked() -> None:
    broken = [math.nan, *MIX[1:]]
    assert group_tables(pairs_of((0, 1)), [0, 2, 3], broken, days=2).weight.tolist() == [0.25, 0.75]


@pytest.mark.parametrize(
    ("group", "weight", "expected"),
    [
        ([0, 2, 1], [1.0, 1.0, 1.0], ("GROUP_OUT_OF_RANGE", 1)),
        ([0, 1, -1], [1.0, 1.0, 1.0], ("GROUP_OUT_OF_RANGE", 2)),
        ([0, 0, 0], [1.0, 1.0, 1.0], ("EMPTY_GROUP", 1)),
        ([0, 1, 0], [1.0, math.nan, 1.0], ("BAD_WEIGHT", 1)),
        ([0, 1, 0], [1.0, 1.0, -1e-300], ("BAD_WEIGHT", 0)),
    ],
)
def test_a_bad_site_is_reported(group: list[int], weight: list[float], expected: tuple[str, int]) -> None:
    with pytest.raises(KernelError) as raised:
        site_tables(group, weight, groups=2)
    assert (raised.value.kernel, *fault(raised)) == ("site_tables", *expected)


@pytest.mark.parametrize(
    ("last", "expected"),
    [
        ([0.5, math.nan], ("BAD_WEIGHT", 1)),
        ([1.5, -0.5], ("BAD_WEIGHT", 1)),
        ([0.0, 0.0], ("ZERO_TOTAL", 1)),
        ([0.5, 0.5 + 2e-9], ("NOT_NORMALISED", 1)),
        ([0.5, 0.5 - 2e-9], ("NOT_NORMALISED", 1)),
        ([0.5, 0.5 + 5e-10], None),
        ([0.5, 0.5 - 5e-10], None),
    ],
)
def test_a_bad_set_of_edges_is_reported(last: list[float], expected: tuple[str, int] | None) -> None:
    if expected is None:
        assert edge_tables([0, 1, 3], [1.0, *last]).weight.tolist() == [1.0, *last]
        return
    with pytest.raises(KernelError) as raised:
        edge_tables([0, 1, 3], [1.0, *last])
    assert (raised.value.kernel, *fault(raised)) == ("edge_tables", *expected)


@pytest.mark.parametrize(
    ("last", "expected"),
    [
        ([2.0, math.nan], ("BAD_WEIGHT", 2)),
        ([-1.0, 2.0], ("BAD_WEIGHT", 1)),
        ([0.0, 0.0], ("ZERO_TOTAL", 1)),
        ([1e308, 1e308], ("ZERO_TOTAL", 1)),
    ],
)
def test_bad_country_weights_are_reported(last: list[float], expected: tuple[str, int]) -> None:
    with pytest.raises(KernelError) as raised:
        normalised_weights([0, 1, 3], [1.0, *last])
    assert fault(raised) == expected


def test_arrays_that_do_not_fit_are_refused() -> None:
    with pytest.raises(ValueError, match="2 merchants for 1 days"):
        day_pairs([0, 0], [0], merchants=1, days=1)
    with pytest.raises(ValueError, match="more pairs than can be numbered"):
        day_pairs([0], [0], merchants=1 << 60, days=8)
    with pytest.raises(ValueError, match="weights for 2 days of 3 groups"):
        group_tables(pairs_of((0, 0)), [0, 2, 3], [1.0], days=2)
    with pytest.raises(ValueError, match="1 groups for 2 weights"):
        site_tables([0], [1.0, 2.0], groups=1)
