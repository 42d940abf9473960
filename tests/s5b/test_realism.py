"""The realism statistics against slow plain Python: zones by zoneinfo, serial sums, nearest ranks, sets of offsets."""

from __future__ import annotations

import math
from collections import Counter
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from codegen.runtime.columns import TextColumn
from engine.kernels.arrivals import ZoneClocks
from engine.kernels.distinct_runs import distinct_in_runs
from engine.s5b.clocks import Clocks
from engine.s5b.local_hours import HOURS, LocalHours
from engine.s5b.realism import (
    RUN,
    ArrivalRows,
    CountRows,
    EdgeShares,
    IntensityRows,
    Realism,
    Statistic,
    count_variance,
)
from engine.s5b.s5_validation_bundle import _status

ZONES = ("America/New_York", "Asia/Kathmandu", "Australia/Lord_Howe", "Europe/Zurich", "Pacific/Apia")
NO_EDGES = EdgeShares(np.zeros(1, np.int64), np.zeros(0), np.zeros(0, np.int32), 0)
NO_HOURS = np.zeros((2, HOURS), np.int64)
NONE = np.zeros(0, np.int64)


# -- local hours ---------------------------------------------------------------------------------------------------


def offset_s(zone: ZoneInfo, instant: datetime) -> int:
    """The offset of a zone at an instant, in seconds."""
    offset = instant.astimezone(zone).utcoffset()
    assert offset is not None
    return int(offset.total_seconds())


def clocks_of(zones: tuple[str, ...], first: datetime, days: int) -> Clocks:
    """Clocks of some zones around a span, their changes found minute by minute where an hour holds one."""
    starts, transitions, offsets = [0], [], []
    for name in zones:
        zone, at = ZoneInfo(name), first - timedelta(days=40)
        transitions.append(-(2**40))
        offsets.append(offset_s(zone, at))
        for hour in range((days + 80) * 24):
            if offset_s(zone, at + timedelta(hours=hour + 1)) != offsets[-1]:
                minute = next(
                    at + timedelta(hours=hour, minutes=minute)
                    for minute in range(1, 61)
                    if offset_s(zone, at + timedelta(hours=hour, minutes=minute)) != offsets[-1]
                )
                transitions.append(int(minute.timestamp()))
                offsets.append(offset_s(zone, minute))
        starts.append(len(transitions))
    return Clocks(zones, ZoneClocks(*(np.array(one, np.int64) for one in (starts, transitions, offsets))))


@pytest.mark.parametrize(
    ("first", "days"),
    [
        (datetime(2024, 2, 26, tzinfo=UTC), 42),
        (datetime(2024, 9, 29, 5, tzinfo=UTC), 40),
        (datetime(1969, 12, 29, tzinfo=UTC), 9),
    ],
    ids=["spring", "autumn", "before 1970"],
)
def test_local_hours_and_weeks_of_change_are_those_of_zoneinfo(first: datetime, days: int) -> None:
    hours = [first + timedelta(hours=hour) for hour in range(24 * days)]
    starts = np.array([round(hour.timestamp()) * 1_000_000 for hour in hours], np.int64)
    codes = np.array([0, 4, 2, 1, 3, 0], np.int32)
    series: Any = SimpleNamespace(zone=TextColumn(codes, ZONES))
    found = LocalHours.of(series, starts, clocks_of(ZONES, first, days))
    changes = 0
    for place, name in enumerate(ZONES):
        zone = ZoneInfo(name)
        local = [hour.astimezone(zone).replace(tzinfo=None) for hour in hours]
        assert found.hour[place].tolist() == [one.weekday() * 24 + one.hour for one in local]
        weeks: dict[Any, set[int]] = {}
        for one, hour in zip(local, hours, strict=True):
            weeks.setdefault(one.date() - timedelta(days=one.weekday()), set()).add(offset_s(zone, hour))
        wanted = [len(weeks[one.date() - timedelta(days=one.weekday())]) > 1 for one in local]
        assert found.changing[place].tolist() == wanted
        changes += any(wanted)
    assert changes >= (2 if days > 20 else 0)
    hour, changing = found.of_rows(series, 1, 3)
    assert hour.tolist() == [*found.hour[4].tolist(), *found.hour[2].tolist()]
    assert changing.tolist() == [*found.changing[4].tolist(), *found.changing[2].tolist()]


def test_a_zone_without_clock_counts_as_utc() -> None:
    series: Any = SimpleNamespace(zone=TextColumn(np.zeros(1, np.int32), ("Atlantis/Capital",)))
    first = datetime(2024, 1, 1, tzinfo=UTC)
    starts = np.array([round(first.timestamp()) * 1_000_000], np.int64)
    found = LocalHours.of(series, starts, clocks_of(ZONES[:1], first, 1))
    assert found.hour.tolist() == [[0]] and found.changing.tolist() == [[False]]
    none: Any = SimpleNamespace(zone=TextColumn(np.zeros(0, np.int32), ()))
    assert LocalHours.of(none, starts, clocks_of(ZONES[:1], first, 1)).hour.shape == (0, 1)


# -- statistics of S2 and S3 ---------------------------------------------------------------------------------------


def told(realism: Realism, p_virtual: float = 0.35, edges: EdgeShares = NO_EDGES) -> dict[str, Statistic]:
    """The statistics by name."""
    return {statistic.name: statistic for statistic in realism.statistics(p_virtual, edges)}


def cut(values: Any, cuts: list[int]) -> list[Any]:
    """The values in pieces."""
    return np.split(values, sorted(min(place, len(values)) for place in cuts))


MEANS = st.floats(1e-6, 50.0) | st.sampled_from([0.0, 1e-12, 1e5])
ROW = st.tuples(
    st.floats(0.2, 5.0), MEANS, st.integers(0, 60), st.booleans(), st.integers(0, HOURS - 1), st.booleans()
)


@given(st.lists(ROW, min_size=1, max_size=40), st.lists(st.integers(0, 40), max_size=3))
def test_sums_and_quantiles_of_rows_do_not_depend_on_blocks(rows: list[Any], cuts: list[int]) -> None:
    factor, mean, count, capped, hour, changing = (list(column) for column in zip(*rows, strict=True))
    kappa = np.ma.MaskedArray(np.full(len(rows), 7.0), mask=[place % 3 == 0 for place in range(len(rows))])
    variance = count_variance(np.array(mean), kappa)
    for place, mu in enumerate(mean):
        assert variance[place] == (mu if place % 3 == 0 else mu + mu * mu / 7.0)
    realism = Realism()
    types = (np.uint32, np.float64, np.float64, np.bool_, np.uint8, np.bool_)
    columns = (count, mean, variance.tolist(), capped, hour, changing)
    arrays = [np.array(column, kind) for column, kind in zip(columns, types, strict=True)]
    for one, other in zip(cut(np.array(factor), cuts), cut(np.array(mean), cuts), strict=True):
        realism.add_intensities(IntensityRows(one, other))
    for piece in zip(*(cut(array, cuts) for array in arrays), strict=True):
        realism.add_counts(CountRows(*piece))
    found = told(realism)
    total = 0.0
    for value in factor:
        total += value
    assert found["factor_mean"] == ("factor_mean", total / len(rows), len(rows))
    above, below = 0.0, 0.0
    for place, mu in enumerate(mean):
        if not capped[place]:
            above += (count[place] - mu) * (count[place] - mu)
            below += float(variance[place])
    ratio = above / below if below else None
    assert found["count_dispersion_ratio"].value == ratio
    assert found["count_dispersion_ratio"].events == capped.count(False)
    assert found["nonzero_fraction"].value == sum(n > 0 for n in count) / len(rows)
    ordered = sorted(mean)
    p50, p99 = (ordered[math.ceil(len(rows) * percent / 100) - 1] for percent in (50, 99))
    assert found["intensity_p99_over_p50"].value == (p99 / p50 if p50 else None)


def test_a_profile_is_the_greatest_distance_of_two_shares() -> None:
    realism = Realism()
    hour, changing = np.array([0, 5, 5, 167], np.uint8), np.array([False, True, True, False])
    mean = np.array([1.0, 2.0, 3.0, 4.0])
    realism.add_counts(CountRows(np.ones(4, np.uint32), mean, mean, np.zeros(4, np.bool_), hour, changing))
    arrivals = NO_HOURS.copy()
    arrivals[0, [0, 5, 166]], arrivals[1, 5] = (6, 2, 2), 2
    realism.add_arrivals(ArrivalRows(arrivals, (0, 0), NONE, NONE, (0, 0), NONE))
    found = told(realism)
    assert found["weekly_profile_deviation"] == ("weekly_profile_deviation", abs(0.6 - 0.1), 10)
    assert found["dst_week_deviation"] == ("dst_week_deviation", 0.0, 2)


# -- statistics of S4 ----------------------------------------------------------------------------------------------


def arrivals_of(
    offsets: Any, before: int, edges: Any = NONE, coined: tuple[int, int] = (0, 0)
) -> ArrivalRows:
    """The rows of a block of arrivals, its offsets cut at the borders of whole runs as the checks do."""
    head = min(-before % RUN, len(offsets))
    tail = head + (len(offsets) - head) // RUN * RUN
    whole = ((tail - head) // RUN, distinct_in_runs(offsets[head:tail], RUN))
    return ArrivalRows(NO_HOURS, coined, edges, offsets[:head], whole, offsets[tail:])


@settings(max_examples=60)
@given(
    st.integers(0, 3_700),
    st.lists(st.integers(0, 3_700) | st.sampled_from([0, 999, 1_000, 1_001, 2_000]), max_size=6),
    st.integers(1, 3_000),
)
def test_different_offsets_are_those_of_whole_runs_wherever_blocks_are_cut(
    number: int, cuts: list[int], values: int
) -> None:
    offsets = np.random.default_rng([number, values]).integers(0, values, number)
    realism, before = Realism(), 0
    for piece in cut(offsets, cuts):
        realism.add_arrivals(arrivals_of(piece, before))
        before += len(piece)
    found = told(realism)["distinct_offsets_per_1000_events"]
    runs = [set(offsets[at : at + RUN].tolist()) for at in range(0, number - RUN + 1, RUN)]
    assert found.events == RUN * len(runs)
    assert found.value == (sum(map(len, runs)) / len(runs) if runs else None)


@given(st.data())
def test_the_country_mix_is_that_of_the_merchants_edges(data: st.DataObject) -> None:
    sizes = data.draw(st.lists(st.integers(0, 4), min_size=1, max_size=4))
    total = sum(sizes)
    countries = data.draw(st.lists(st.integers(0, 2), min_size=total, max_size=total))
    raw = data.draw(st.lists(st.integers(1, 9), min_size=total, max_size=total))
    counts = data.draw(st.lists(st.integers(0, 50), min_size=total, max_size=total))
    starts = np.cumsum([0, *sizes])
    weight, merchant = np.zeros(total), np.repeat(np.arange(len(sizes)), sizes)
    for place in range(total):
        mine = [raw[other] for other in range(total) if merchant[other] == merchant[place]]
        weight[place] = raw[place] / sum(mine)
    realism = Realism()
    first = np.array([count // 3 for count in counts], np.int64)
    for edges in (first, np.array(counts, np.int64) - first):
        realism.add_arrivals(ArrivalRows(NO_HOURS, (0, 0), edges, NONE, (0, 0), NONE))
    shares = EdgeShares(starts.astype(np.int64), weight, np.array(countries, np.int32), 3)
    found = told(realism, edges=shares)["edge_country_mix_deviation"]
    virtual = sum(counts)
    assert found.events == virtual
    if not virtual:
        assert found.value is None
        return
    seen, wanted = Counter[int](), Counter[int]()
    volume = Counter[int]()
    for place in range(total):
        volume[int(merchant[place])] += counts[place]
    for place in range(total):
        seen[countries[place]] += counts[place]
        wanted[countries[place]] += volume[int(merchant[place])] * weight[place]  # type: ignore[assignment]
    distance = max(abs(seen[country] - wanted[country]) / virtual for country in range(3))
    assert found.value == pytest.approx(distance, abs=1e-12)


def test_the_share_of_coins_is_that_of_all_blocks() -> None:
    realism = Realism()
    for coined in ((100, 30), (0, 0), (60, 50)):
        realism.add_arrivals(arrivals_of(NONE, 0, coined=coined))
    found = told(realism, p_virtual=0.25)["hybrid_virtual_share_deviation"]
    assert found == ("hybrid_virtual_share_deviation", 0.25, 160)


# -- outcomes ------------------------------------------------------------------------------------------------------


def test_nothing_gives_no_statistic() -> None:
    found = told(Realism())
    assert len(found) == 9 and list(found) == sorted(found)
    assert all(statistic.value is None and not statistic.events for statistic in found.values())


def test_rows_without_numbers_give_no_statistic() -> None:
    realism = Realism()
    bad = np.array([1.0, np.nan])
    realism.add_intensities(IntensityRows(bad, bad))
    hour = np.zeros(2, np.uint8)
    no = np.zeros(2, np.bool_)
    realism.add_counts(CountRows(np.ones(2, np.uint32), bad, np.array([1.0, np.inf]), no, hour, no))
    found = told(realism)
    assert found["factor_mean"].value is None
    assert found["count_dispersion_ratio"].value is None
    assert found["nonzero_fraction"].value == 1.0


def test_percentiles_are_not_told_of_intensities_that_are_not_repeated() -> None:
    """S3's rows say where in their bin the percentiles lie, so that other ones than S2's say nothing."""
    hour, no = np.zeros(3, np.uint8), np.zeros(3, np.bool_)
    for repeated, value in (([1.0, 2.0, 8.0], 4.0), ([8.0, 1.0, 2.0], 4.0), ([1.0, 4.0, 8.0], None)):
        realism, mean = Realism(), np.array(repeated)
        realism.add_intensities(IntensityRows(np.ones(3), np.array([8.0, 2.0, 1.0])))
        realism.add_counts(CountRows(np.ones(3, np.uint32), mean, mean, no, hour, no))
        assert told(realism)["intensity_p99_over_p50"].value == value


@given(
    st.lists(st.sampled_from([0.0, -0.0, 1.0, 1.0001, 1.0002, 1.0003, 2.0]), min_size=1), st.integers(0, 9)
)
def test_percentiles_are_told_apart_in_one_bin_and_zeros_are_one(values: list[float], cut_at: int) -> None:
    realism, mean = Realism(), np.array(values)
    for piece in cut(mean, [cut_at]):
        realism.add_intensities(IntensityRows(piece, piece))
    for piece in cut(mean, [2 * cut_at]):
        hour, no = np.zeros(len(piece), np.uint8), np.zeros(len(piece), np.bool_)
        realism.add_counts(CountRows(np.ones(len(piece), np.uint32), piece, piece, no, hour, no))
    p50, p99 = (sorted(values)[math.ceil(len(values) * percent / 100) - 1] for percent in (50, 99))
    assert told(realism)["intensity_p99_over_p50"].value == (p99 / p50 if p50 else None)


@pytest.mark.parametrize(
    ("value", "events", "severity", "status"),
    [
        (1.0, 10, "abort", "PASS"),
        (2.0, 10, "abort", "PASS"),
        (0.999, 10, "abort", "FAIL"),
        (2.001, 10, "abort", "FAIL"),
        (2.001, 10, "warn", "WARN"),
        (2.001, 9, "abort", "NOT_RUN"),
        (1.5, 9, "warn", "NOT_RUN"),
        (None, 10, "abort", "NOT_RUN"),
    ],
)
def test_the_outcome_of_a_statistic(value: float | None, events: int, severity: str, status: str) -> None:
    bounds = SimpleNamespace(lower=1.0, upper=2.0, minimum_events=10, severity=severity)
    assert _status(Statistic("any", value, events), bounds) == status
    open_ended = SimpleNamespace(lower=None, upper=None, minimum_events=10, severity=severity)
    assert _status(Statistic("any", value, events), open_ended) in ("PASS", "NOT_RUN")
