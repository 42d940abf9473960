"""Expected arrivals of series and buckets: weekly volume x weekly shape x overlay x scenario (spec/world.md, 5A).

Symbols: a row is one merchant, country and zone; a series sums the rows of one merchant and zone. Hours and days are
civil ones of the row's zone; days count from the first day of the calendar. Sums are serial: a row's buckets in order
of time, a series' rows in order of country.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from engine.kernels.arrays import Float64Array, Int64Array, checked_starts, float64_array
from engine.numerics import compiled, compiled_part

__all__ = [
    "Bin",
    "Calendar",
    "Outages",
    "Rows",
    "ScenarioFactors",
    "count_into",
    "histogram_bin",
    "histogram_quantile",
    "intensity_histogram",
    "row_totals",
    "series_intensities",
]

HOURS = 24
WEEKDAY, FIRST_DAY_OFF, LAST_DAY_OFF = 0, 1, 2
_BINS_SHIFT = 44
_BINS = 1 << (64 - _BINS_SHIFT)

Int32Matrix = NDArray[np.int32]
Uint8Matrix = NDArray[np.uint8]


class Calendar(NamedTuple):
    """What the hours of a horizon are, wherever one lives: Z zones, C countries, D days, K classes, H buckets."""

    day: Int32Matrix
    """(Z, H) the civil day of each bucket's start, 0 .. D - 1."""
    hour: Uint8Matrix
    """(Z, H) its civil hour, 0 .. 23."""
    day_kind: Uint8Matrix
    """(C, D) 0 for a working day, 1 for the first day of a weekend of two, 2 for the last or only one."""
    holiday: Uint8Matrix
    """(C, D) 1 on a public holiday."""
    pay_day: NDArray[np.uint8]
    """(D,) 1 on a pay day."""
    week: NDArray[np.int32]
    """(C,) the country's kind of week, a place in the first axis of `shape`."""
    shape: NDArray[np.float64]
    """(W, K, 3, 24) intensity of a class at a kind of day and hour, of mean 1 over a week of that kind."""
    holiday_factor: Float64Array
    """(K,)"""
    pay_day_factor: Float64Array
    """(K,)"""


class Outages(NamedTuple):
    """(O,) hours in which a country can hardly pay, and the hours after it in which part of that returns."""

    country: NDArray[np.int32]
    first_hour: Int64Array
    """Civil hours after the start of the calendar's first day."""
    hours: Int64Array
    residual: Float64Array
    """What is left of the demand, 0 to 1."""
    catch_up_hours: Int64Array
    catch_up_share: Float64Array
    """The share of the lost demand that returns, 0 to 1."""


class ScenarioFactors(NamedTuple):
    """What a scenario does to the ordinary course."""

    surge: NDArray[np.float64]
    """(K, D) factor of a class on a day."""
    outages: Outages


class Rows(NamedTuple):
    """(R,) rows: places of zone, country and class, and the arrivals of an ordinary week."""

    zone: NDArray[np.int32]
    country: NDArray[np.int32]
    demand_class: NDArray[np.int32]
    weekly_volume: Float64Array


@compiled_part
def _fill_row(
    calendar: Calendar,
    factors: ScenarioFactors,
    zone: int,
    country: int,
    demand_class: int,
    volume: float,
    ordinary: Float64Array,
    factor: Float64Array,
) -> None:
    """ordinary = (volume x shape) x overlay and factor = surge x outages, (H,) each; volume is that of a bucket."""
    week = calendar.week[country]
    holiday_factor = calendar.holiday_factor[demand_class]
    pay_day_factor = calendar.pay_day_factor[demand_class]
    for b in range(ordinary.shape[0]):
        day = calendar.day[zone, b]
        shape = calendar.shape[week, demand_class, calendar.day_kind[country, day], calendar.hour[zone, b]]
        overlay = 1.0
        if calendar.holiday[country, day]:
            overlay = holiday_factor
        if calendar.pay_day[day]:
            overlay *= pay_day_factor
        ordinary[b] = (volume * shape) * overlay
        factor[b] = factors.surge[demand_class, day]
    outages = factors.outages
    for o in range(outages.country.shape[0]):
        if outages.country[o] != country:
            continue
        stop = outages.hours[o]
        end = stop + outages.catch_up_hours[o]
        lost = 0.0
        later = 0.0
        for b in range(ordinary.shape[0]):
            hour = np.int64(calendar.day[zone, b]) * HOURS + calendar.hour[zone, b] - outages.first_hour[o]
            surge = factors.surge[demand_class, calendar.day[zone, b]]
            if 0 <= hour < stop:
                lost += (ordinary[b] * surge) * (1.0 - outages.residual[o])
            elif stop <= hour < end:
                later += ordinary[b] * surge
        returning = 1.0
        if later > 0.0:
            returning = 1.0 + (outages.catch_up_share[o] * lost) / later
        for b in range(ordinary.shape[0]):
            hour = np.int64(calendar.day[zone, b]) * HOURS + calendar.hour[zone, b] - outages.first_hour[o]
            if 0 <= hour < stop:
                factor[b] *= outages.residual[o]
            elif stop <= hour < end:
                factor[b] *= returning


@compiled
def _fill_totals(
    calendar: Calendar, factors: ScenarioFactors, rows: Rows, buckets_per_week: float, out: Float64Array
) -> None:
    ordinary = np.empty(calendar.day.shape[1], np.float64)
    factor = np.empty(calendar.day.shape[1], np.float64)
    for row in range(out.shape[0]):
        _fill_row(
            calendar,
            factors,
            rows.zone[row],
            rows.country[row],
            rows.demand_class[row],
            rows.weekly_volume[row] / buckets_per_week,
            ordinary,
            factor,
        )
        total = 0.0
        for b in range(ordinary.shape[0]):
            total += ordinary[b] * factor[b]
        out[row] = total


@compiled
def _fill_series(
    calendar: Calendar,
    factors: ScenarioFactors,
    starts: Int64Array,
    rows: Rows,
    buckets_per_week: float,
    out: NDArray[np.float64],
) -> None:
    ordinary = np.empty(calendar.day.shape[1], np.float64)
    factor = np.empty(calendar.day.shape[1], np.float64)
    for series in range(out.shape[0]):
        for row in range(starts[series], starts[series + 1]):
            _fill_row(
                calendar,
                factors,
                rows.zone[row],
                rows.country[row],
                rows.demand_class[row],
                rows.weekly_volume[row] / buckets_per_week,
                ordinary,
                factor,
            )
            for b in range(ordinary.shape[0]):
                if row == starts[series]:
                    out[series, b] = ordinary[b] * factor[b]
                else:
                    out[series, b] += ordinary[b] * factor[b]


@compiled
def _count_into(values: Float64Array, words: NDArray[np.uint64], counts: Int64Array) -> None:
    for i in range(values.shape[0]):
        if values[i] == 0.0:  # -0.0 as well, whose word is another
            counts[0] += 1
        else:
            counts[words[i] >> np.uint64(_BINS_SHIFT)] += 1


def row_totals(
    calendar: Calendar, factors: ScenarioFactors, rows: Rows, *, buckets_per_week: int
) -> Float64Array:
    """(R,) the expected arrivals of each row in the whole horizon of a scenario."""
    out = np.empty(rows.zone.shape[0], np.float64)
    _fill_totals(calendar, factors, rows, float(buckets_per_week), out)
    return out


def series_intensities(
    calendar: Calendar, factors: ScenarioFactors, starts: Any, rows: Rows, *, buckets_per_week: int
) -> NDArray[np.float64]:
    """(S, H) the expected arrivals of each series and bucket.

    Args:
        calendar: the hours of the horizon.
        factors: the scenario.
        starts: (S + 1,) the rows of series s are starts[s] : starts[s + 1].
        rows: the rows, one series after the other.
        buckets_per_week: 168 hours over the length of a bucket.
    """
    offsets = checked_starts(starts, rows.zone.shape[0])
    out = np.empty((offsets.shape[0] - 1, calendar.day.shape[1]), np.float64)
    _fill_series(calendar, factors, offsets, rows, float(buckets_per_week), out)
    return out


def intensity_histogram() -> Int64Array:
    """An empty histogram of non-negative numbers, for `histogram_quantile`: bins of relative width 2^-8."""
    return np.zeros(_BINS, np.int64)


def count_into(histogram: Int64Array, values: Any) -> None:
    """Count finite values of at least 0 into their bins."""
    flat = float64_array(np.ravel(values))
    _count_into(flat, flat.view(np.uint64), histogram)


def histogram_quantile(histogram: Int64Array, share: float) -> tuple[float, float]:
    """The lower and upper border of the bin in which the value of rank ceil(share x count) lies; share in (0, 1]."""
    found = histogram_bin(histogram, max(int(np.ceil(share * int(histogram.sum()))), 1))
    return found.lower, found.upper


class Bin(NamedTuple):
    """One bin of a histogram."""

    lower: float
    upper: float
    """Not in it."""
    before: int
    """How many values are below it."""
    held: int
    """How many are in it."""


def histogram_bin(histogram: Int64Array, rank: int) -> Bin:
    """The bin in which the value of a rank lies, counted from 1."""
    running = np.cumsum(histogram)
    place = int(np.searchsorted(running, rank))
    borders = np.array([place, place + 1], dtype=np.uint64) << np.uint64(_BINS_SHIFT)
    lower, upper = borders.view(np.float64).tolist()
    held = int(histogram[place])
    return Bin(lower, upper, int(running[place]) - held, held)
