"""The realism statistics against slow plain Python: zones by zoneinfo, serial sums, nearest ranks, sets of offsets."""

from __future__ import annotations

import json
import math
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from codegen.runtime.columns import TextColumn
from engine.kernels.arrivals import ZoneClocks
from engine.kernels.count_scores import count_laws, count_scores
from engine.kernels.distinct_runs import distinct_in_runs
from engine.s5b.clocks import Clocks
from engine.s5b.local_hours import HOURS, LocalHours
from engine.s5b.realism import (
    RUN,
    ArrivalRows,
    CountRows,
    EdgeShares,
    FactorLaw,
    IntensityRows,
    Realism,
    Statistic,
    score_of,
)
from engine.s5b.realism_limits import Limit

ZONES = ("America/New_York", "Asia/Kathmandu", "Australia/Lord_Howe", "Europe/Zurich", "Pacific/Apia")
NO_EDGES = EdgeShares(np.zeros(1, np.int64), np.zeros(0), np.zeros(0, np.int32), 0)
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


HOUR_US = 3_600_000_000


def told(
    realism: Realism,
    p_virtual: float = 0.35,
    edges: EdgeShares = NO_EDGES,
    factors: FactorLaw | None = FactorLaw(0.0, 1.0, 1.0),  # noqa: B008
) -> dict[str, Statistic]:
    """The statistics by name."""
    every = realism.statistics(factors=factors, bucket_us=HOUR_US, p_virtual=p_virtual, edges=edges)
    return {statistic.name: statistic for statistic in every}


def count_rows(mean: Any, counts: Any = None, hour: Any = None, changing: Any = None) -> CountRows:
    """Rows of a block of S3 under Poisson, one bucket a series."""
    mean, rows = np.array(mean, np.float64), len(mean)
    counts = np.ones(rows, np.uint32) if counts is None else np.array(counts, np.uint32)
    hour = np.zeros(rows, np.uint8) if hour is None else np.array(hour, np.uint8)
    changing = np.zeros(rows, np.bool_) if changing is None else np.array(changing)
    laws = count_laws(None, rows, zero=0.0, cap=10**6)
    return CountRows(mean, count_scores(laws, 0, 1, counts, mean, hour, changing, HOURS))


def cut(values: Any, cuts: list[int]) -> list[Any]:
    """The values in pieces."""
    return np.split(values, sorted(min(place, len(values)) for place in cuts))


ROW = st.tuples(
    st.floats(0.2, 5.0), st.floats(1e-3, 50.0), st.integers(0, 60), st.integers(0, HOURS - 1), st.booleans()
)


@given(st.lists(ROW, min_size=1, max_size=40), st.lists(st.integers(0, 40), max_size=3))
def test_statistics_of_rows_do_not_depend_on_blocks(rows: list[Any], cuts: list[int]) -> None:
    factor, mean, count, hour, changing = (np.array(column) for column in zip(*rows, strict=True))
    realism = Realism()
    for one, other in zip(cut(factor, cuts), cut(mean, cuts), strict=True):
        realism.add_intensities(IntensityRows(one, other))
    for piece in zip(*(cut(column, cuts) for column in (mean, count, hour, changing)), strict=True):
        realism.add_counts(count_rows(*piece))
    law = FactorLaw(1.1 * len(rows), 0.25 * len(rows), 3.0)
    found = told(realism, factors=law)
    total = 0.0
    for value in factor.tolist():
        total += value
    deviation = math.sqrt(law.variance) / len(rows)
    away = abs(total - law.mean)
    score = away / math.sqrt(law.variance + away) if away else 0.0
    assert found["factor_mean"][:4] == ("factor_mean", total / len(rows), len(rows), law.mean / len(rows))
    assert found["factor_mean"][4:] == pytest.approx((deviation, score))
    # Under Poisson the variance of a squared deviation is mu + 2 mu^2.
    weight = mean / (mean + 2.0 * mean * mean)
    information = float((weight * mean).sum())
    ratio = 1.0 + float((weight * ((count - mean) ** 2 - mean)).sum()) / information
    dispersion = found["count_dispersion_ratio"]
    assert dispersion.value == pytest.approx(ratio, rel=1e-9)
    assert dispersion.events == pytest.approx(information, abs=1.0)
    away = (ratio - 1.0) * information
    assert dispersion.score == pytest.approx(
        abs(away) / math.sqrt(information + 4.0 * abs(away) / 3.0), rel=1e-6, abs=1e-9
    )
    occupied = found["nonzero_fraction"]
    chance = -np.expm1(-mean)
    assert occupied.value == np.count_nonzero(count) / len(rows)
    assert occupied.expected == pytest.approx(chance.mean(), abs=1e-6)
    assert occupied.deviation == pytest.approx(
        math.sqrt((chance * (1.0 - chance)).sum()) / len(rows), abs=1e-6
    )
    for name, chosen in (("weekly_profile_deviation", mean > 0.0), ("dst_week_deviation", changing)):
        hours = {
            at: (float((count - mean)[chosen & (hour == at)].sum()), float(mean[chosen & (hour == at)].sum()))
            for at in set(hour[chosen].tolist())
        }
        if not hours:
            assert found[name] == (name, None, 0, None, None, None)
            continue
        scored = {at: abs(d) / math.sqrt(v + abs(d) / 3.0) if d else 0.0 for at, (d, v) in hours.items()}
        assert found[name].score == pytest.approx(max(scored.values()), rel=1e-9)
        assert found[name].events == int(min(v for _, v in hours.values()))
    ordered = sorted(mean.tolist())
    p50, p99 = (ordered[math.ceil(len(rows) * percent / 100) - 1] for percent in (50, 99))
    assert found["intensity_p99_over_p50"][1] == p99 / p50
    assert found["intensity_p99_over_p50"][3:] == (None, None, None)


def test_a_profile_names_the_hour_that_lies_farthest_from_its_law() -> None:
    realism = Realism()
    realism.add_counts(
        count_rows([100.0, 50.0, 50.0, 100.0], [101, 80, 60, 99], [1, 5, 5, 167], [False, True, True, False])
    )
    found = told(realism)
    assert found["weekly_profile_deviation"][:5] == ("weekly_profile_deviation", 0.4, 100, 0.0, 0.1)
    assert found["weekly_profile_deviation"].score == pytest.approx(40.0 / math.sqrt(100.0 + 40.0 / 3.0))
    assert found["dst_week_deviation"].value == 0.4


@pytest.mark.parametrize("distance", [0.0, 1.0, 12.0, 300.0])
def test_a_score_bounds_the_chance_of_sums_of_few_and_of_many_terms(distance: float) -> None:
    """Against the exact tails of Poisson numbers of mean 0.01 to 10^6, the sums of most infinitely many terms."""
    for mean in (0.01, 1.0, 30.0, 1e4, 1e6):
        at = math.ceil(mean + distance * max(1.0, math.sqrt(mean) / 10.0))
        score = score_of(at - mean, mean)
        assert float(stats.poisson.sf(at - 1, mean)) <= math.exp(-score * score / 2.0) * (1.0 + 1e-9)
    assert score_of(-distance, 1e12) == pytest.approx(distance / 1e6, rel=1e-6)


# -- statistics of S4 ----------------------------------------------------------------------------------------------


def arrivals_of(
    offsets: Any, before: int, edges: Any = NONE, coined: tuple[int, int] = (0, 0)
) -> ArrivalRows:
    """The rows of a block of arrivals, its offsets cut at the borders of whole runs as the checks do."""
    head = min(-before % RUN, len(offsets))
    tail = head + (len(offsets) - head) // RUN * RUN
    whole = ((tail - head) // RUN, distinct_in_runs(offsets[head:tail], RUN))
    return ArrivalRows(coined, edges, offsets[:head], whole, offsets[tail:])


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
    if runs:
        equal = RUN - HOUR_US * -math.expm1(RUN * math.log1p(-1.0 / HOUR_US))
        assert found.expected == pytest.approx(RUN - equal, abs=1e-6)
        away = abs(sum(RUN - len(run) for run in runs) - len(runs) * equal)
        assert found.score == pytest.approx(
            away / math.sqrt(len(runs) * equal + away / 3.0), rel=1e-3, abs=1e-3
        )


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
        realism.add_arrivals(ArrivalRows((0, 0), edges, NONE, (0, 0), NONE))
    shares = EdgeShares(starts.astype(np.int64), weight, np.array(countries, np.int32), 3)
    found = told(realism, edges=shares)["edge_country_mix_deviation"]
    virtual = sum(counts)
    assert found.events == virtual
    if not virtual:
        assert found.value is None
        return
    seen, expected, variance = Counter[int](), [0.0] * 3, [0.0] * 3
    for place in range(total):
        seen[countries[place]] += counts[place]
    for mine in range(len(sizes)):
        own = [place for place in range(total) if merchant[place] == mine]
        volume = sum(counts[place] for place in own)
        for country in range(3):
            share = sum(weight[place] for place in own if countries[place] == country)
            expected[country] += volume * share
            variance[country] += volume * share * (1.0 - share)
    away = [abs(seen[country] - expected[country]) for country in range(3)]
    scores = [d / math.sqrt(v + d / 3.0) for d, v in zip(away, variance, strict=True) if v > 1e-6]
    assert found.score == pytest.approx(max(scores, default=0.0), abs=1e-6)
    assert abs(found.value or 0.0) == pytest.approx(
        max((d / virtual for d, v in zip(away, variance, strict=True)
             if v > 1e-6 and d / math.sqrt(v + d / 3.0) > max(scores) - 1e-9), default=0.0), abs=1e-9)  # fmt: skip


def test_the_share_of_coins_is_that_of_all_blocks() -> None:
    realism = Realism()
    for coined in ((100, 30), (0, 0), (60, 50)):
        realism.add_arrivals(arrivals_of(NONE, 0, coined=coined))
    found = told(realism, p_virtual=0.25)["hybrid_virtual_share_deviation"]
    assert found[:4] == ("hybrid_virtual_share_deviation", 0.25, 160, 0.0)
    assert found[4:] == pytest.approx((math.sqrt(30.0) / 160.0, 40.0 / math.sqrt(30.0 + 40.0 / 3.0)))


# -- outcomes ------------------------------------------------------------------------------------------------------


def test_nothing_gives_no_statistic() -> None:
    found = told(Realism())
    assert len(found) == 9 and list(found) == sorted(found)
    assert all(statistic.value is None and not statistic.events for statistic in found.values())


def test_rows_without_numbers_give_no_statistic() -> None:
    realism = Realism()
    bad = np.array([1.0, np.nan])
    realism.add_intensities(IntensityRows(bad, bad))
    realism.add_counts(count_rows([1.0, np.inf]))
    found = told(realism)
    assert found["factor_mean"].value is None
    assert found["nonzero_fraction"].score is not None
    assert all(statistic.score is None or math.isfinite(statistic.score) for statistic in found.values())


def test_percentiles_are_not_told_of_intensities_that_are_not_repeated() -> None:
    """S3's rows say where in their bin the percentiles lie, so that other ones than S2's say nothing."""
    for repeated, value in (([1.0, 2.0, 8.0], 4.0), ([8.0, 1.0, 2.0], 4.0), ([1.0, 4.0, 8.0], None)):
        realism, mean = Realism(), np.array(repeated)
        realism.add_intensities(IntensityRows(np.ones(3), np.array([8.0, 2.0, 1.0])))
        realism.add_counts(count_rows(mean))
        assert told(realism)["intensity_p99_over_p50"].value == value


@given(
    st.lists(st.sampled_from([0.0, -0.0, 1.0, 1.0001, 1.0002, 1.0003, 2.0]), min_size=1), st.integers(0, 9)
)
def test_percentiles_are_told_apart_in_one_bin_and_zeros_are_one(values: list[float], cut_at: int) -> None:
    realism, mean = Realism(), np.array(values)
    for piece in cut(mean, [cut_at]):
        realism.add_intensities(IntensityRows(piece, piece))
    for piece in cut(mean, [2 * cut_at]):
        realism.add_counts(count_rows(piece))
    p50, p99 = (sorted(values)[math.ceil(len(values) * percent / 100) - 1] for percent in (50, 99))
    assert told(realism)["intensity_p99_over_p50"].value == (p99 / p50 if p50 else None)


@pytest.mark.parametrize(
    ("score", "events", "severity", "status"),
    [
        (0.0, 10, "abort", "PASS"),
        (6.0, 10, "abort", "PASS"),
        (6.001, 10, "abort", "FAIL"),
        (6.001, 10, "warn", "WARN"),
        (6.001, 9, "abort", "NOT_RUN"),
        (None, 10, "abort", "NOT_RUN"),
    ],
)
def test_the_outcome_of_a_score(score: float | None, events: int, severity: str, status: str) -> None:
    limit = Limit.of(SimpleNamespace(max_score=6.0, minimum_events=10, severity=severity))  # type: ignore[arg-type]
    statistic = Statistic("any", 1.5, events, 1.0, 0.25, score)
    assert limit.status(statistic) == status
    assert limit.status(statistic._replace(value=None)) == "NOT_RUN"
    assert limit.words(statistic)[0] == "1.0 within 6.0 standard deviations of 0.25"


@pytest.mark.parametrize(
    ("value", "events", "status"),
    [(1.0, 10, "PASS"), (2.0, 10, "PASS"), (0.999, 10, "WARN"), (2.001, 10, "WARN"), (2.001, 9, "NOT_RUN"),
     (None, 10, "NOT_RUN")],
)  # fmt: skip
def test_the_outcome_of_a_target_is_never_more_than_a_warning(
    value: float | None, events: int, status: str
) -> None:
    limit = Limit.of(SimpleNamespace(lower=1.0, upper=2.0, minimum_events=10))  # type: ignore[arg-type]
    assert limit.status(Statistic("any", value, events)) == status
    assert limit.words(Statistic("any", value, events)) == ("from 1.0 to 2.0", repr(value))
    open_ended = Limit.of(SimpleNamespace(lower=None, upper=None, minimum_events=10))  # type: ignore[arg-type]
    assert open_ended.status(Statistic("any", value, events)) in ("PASS", "NOT_RUN")


# -- limits on what ten sound worlds had -----------------------------------------------------------------------------

FIGURES: dict[str, list[dict[str, Any]]] = json.loads(
    (Path(__file__).parents[1] / "seeds/figures.json").read_bytes()
)
JUMPS = {"count_dispersion_ratio": 4.0}


def test_figures_of_ten_worlds_are_kept_among_them_those_that_bad_luck_once_stopped() -> None:
    assert len(FIGURES) == 10 and {"412", "418", "432"} <= set(FIGURES)
    assert all(len(rows) == 18 for rows in FIGURES.values())


@pytest.mark.parametrize("seed", FIGURES)
def test_no_limit_stops_a_sound_world(seed: str) -> None:
    """By the arithmetic of the limits, from the stored value, expectation and deviation of each statistic."""
    policy: Any = yaml.safe_load(
        (Path(__file__).parents[2] / "policies/layer2/5B/demo/validation_policy_5B.yaml").read_text("utf-8")
    )
    for row in FIGURES[seed]:
        limit = policy["realism"][row["statistic"]]
        if "max_score" not in limit or row["status"] == "NOT_RUN":
            assert row["status"] in ("PASS", "NOT_RUN")
            continue
        deviations = abs(row["value"] - row["expected"]) / row["standard_deviation"]
        if row["statistic"] == "factor_mean":
            assert row["score"] <= deviations * (1.0 + 1e-9)
        else:
            # The number of terms that stand behind a value of this deviation: its variance as a sum.
            size = row["standard_deviation"] ** -2 if "ratio" in row["statistic"] or "week" in row["statistic"] else (
                row["events"] / RUN if "distinct" in row["statistic"] else row["events"])  # fmt: skip
            scale = row["standard_deviation"] * size
            jump = JUMPS.get(row["statistic"], 1.0)
            score = deviations / math.sqrt(1.0 + jump * deviations / scale / 3.0)
            assert row["score"] == pytest.approx(score, rel=1e-6, abs=1e-9)
        assert row["score"] <= limit["max_score"] and row["status"] == "PASS"
