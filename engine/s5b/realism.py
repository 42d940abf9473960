"""The realism statistics of a scenario, added up block by block: whole numbers, and sums serial in writer order.

Source: spec/segment-5B.md, S5; validation_policy_5B says what each statistic is and in which interval it must lie.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from engine.kernels.count_scores import CountScores
from engine.kernels.distinct_runs import distinct_in_runs
from engine.kernels.intensities import Bin, count_into, histogram_bin, intensity_histogram
from engine.numerics import serial_sum
from engine.s5b.local_hours import HOURS

Float64Array = NDArray[np.float64]
Int64Array = NDArray[np.int64]

RUN: Final = 1_000
"""Arrivals among which different offsets are counted."""
_PERCENTILES: Final = (50, 99)
_SQUARE_JUMP: Final = 4.0
"""The weighted square of a count of 2 where a much smaller one is expected."""
_NO_VARIANCE: Final = 1e-9
"""Arrivals; a country that has all edges of its merchants has no variance but that of rounding."""


class IntensityRows(NamedTuple):
    """What statistics need of a block of S2."""

    factor: Float64Array
    """(R,) lambda_random_component."""
    realised: Float64Array
    """(R,) lambda_realised."""


class CountRows(NamedTuple):
    """What statistics need of a block of S3; R rows."""

    mean: Float64Array
    """(R,) mu."""
    scores: CountScores


class ArrivalRows(NamedTuple):
    """What statistics need of a block of S4."""

    coined: tuple[int, int]
    """(arrivals, virtual ones) of HYBRID merchants in zones with sites."""
    edges: Int64Array
    """(E,) virtual arrivals of each edge, in order of the catalogue."""
    head: Int64Array
    """Offsets up to the first whole run of the block."""
    whole: tuple[int, int]
    """(runs, different offsets in them) of the whole runs inside the block."""
    tail: Int64Array
    """Offsets behind the last whole run."""


class EdgeShares(NamedTuple):
    """The law of the edges, in order of the catalogue."""

    starts: Int64Array
    """(T+1,) offsets of the merchants' edges."""
    weight: Float64Array
    """(E,) the share of each edge in the virtual arrivals of its merchant."""
    country: NDArray[np.int32]
    """(E,) code of the country of each edge."""
    countries: int


class FactorLaw(NamedTuple):
    """What the latent law of a scenario expects of the sum of the factors of all rows."""

    mean: float
    variance: float
    excursion: float
    """Rows that one excursion of a path moves at once: of all groups the greatest members times twice the length."""


class Statistic(NamedTuple):
    """One statistic of one scenario."""

    name: str
    value: float | None
    """None where there is nothing to take it of, or where rows hold no numbers, which other checks say."""
    events: int
    expected: float | None = None
    """What the laws expect of the value; None where it has no law but a target."""
    deviation: float | None = None
    """The value's standard deviation under the laws."""
    score: float | None = None
    """See `score_of`."""


def score_of(distance: float, variance: float, jump: float = 1.0) -> float:
    """How far a sum lies from its mean: |distance| / sqrt(variance + jump |distance| / 3), at least 0.

    A sum of independent terms none of which exceeds its mean by more than `jump` has a greater score than s with a
    chance of at most exp(-s^2 / 2) on either side (Bernstein 1946); with many terms it is the number of standard
    deviations.
    """
    away = abs(distance)
    return away / math.sqrt(variance + jump * away / 3.0) if away else 0.0


@dataclass
class Realism:
    """The statistics of one scenario so far; blocks must be added in order."""

    _factor: float = 0.0
    _realised: Int64Array = field(default_factory=intensity_histogram)
    _bins: tuple[Bin, ...] | None = None
    """Those of the ranks, from the intensities of S2."""
    _ranked: list[list[tuple[Float64Array, Int64Array]]] = field(default_factory=list)
    """For each bin the different intensities in it, as S3 repeats them, and how often: most may be one."""
    _rows: int = 0
    _counts: CountScores = field(default_factory=lambda: CountScores.none(HOURS))
    _coined: list[int] = field(default_factory=lambda: [0, 0])
    _edges: Int64Array | None = None
    _offsets: Int64Array = field(default_factory=lambda: np.zeros(0, np.int64))
    _distinct: list[int] = field(default_factory=lambda: [0, 0])

    def add_intensities(self, rows: IntensityRows) -> None:
        """Take the next block of S2."""
        self._factor = _sum_on(self._factor, rows.factor)
        count_into(self._realised, rows.realised)

    def add_counts(self, rows: CountRows) -> None:
        """Take the next block of S3, after all of S2."""
        if self._bins is None:
            number = int(self._realised.sum())
            ranks = (_rank(number, percent) for percent in _PERCENTILES)
            self._bins = tuple(histogram_bin(self._realised, rank) for rank in ranks) if number else ()
            self._ranked = [[] for _ in self._bins]
        for place, held in zip(self._bins, self._ranked, strict=True):
            inside = rows.mean[(rows.mean >= place.lower) & (rows.mean < place.upper)]
            held.append(np.unique(inside, return_counts=True))
        self._rows += rows.mean.shape[0]
        self._counts = self._counts + rows.scores

    def add_arrivals(self, rows: ArrivalRows) -> None:
        """Take the next block of S4."""
        for place, count in enumerate(rows.coined):
            self._coined[place] += count
        self._edges = rows.edges if self._edges is None else self._edges + rows.edges
        self._offsets = np.concatenate([self._offsets, rows.head])
        if self._offsets.shape[0] == RUN:
            self._distinct[0] += 1
            self._distinct[1] += distinct_in_runs(self._offsets, RUN)
            self._offsets = self._offsets[:0]
        for place, count in enumerate(rows.whole):
            self._distinct[place] += count
        self._offsets = np.concatenate([self._offsets, rows.tail])

    def statistics(
        self, *, factors: FactorLaw | None, bucket_us: int, p_virtual: float, edges: EdgeShares
    ) -> Iterator[Statistic]:
        """Every statistic of validation_policy_5B, ascending by name.

        Args:
            factors: the law of the factors; None where nothing is drawn.
            bucket_us: microseconds a bucket.
            p_virtual: the chance that a HYBRID arrival in a zone with a site is virtual.
            edges: the law of the edges.
        """
        yield self._dispersion()
        yield self._offsets_apart(bucket_us)
        yield self._profile("dst_week_deviation", 1)
        yield self._country_mix(edges)
        yield self._factor_mean(factors)
        yield self._coin(p_virtual)
        yield Statistic("intensity_p99_over_p50", self._skew(), self._rows)
        yield self._occupation()
        yield self._profile("weekly_profile_deviation", 0)

    def _dispersion(self) -> Statistic:
        name, (away, information) = "count_dispersion_ratio", self._counts.spread
        if not (information > 0.0 and math.isfinite(away) and math.isfinite(information)):
            return Statistic(name, None, 0)
        score = score_of(away, information, _SQUARE_JUMP)
        deviation = 1.0 / math.sqrt(information)
        return Statistic(name, 1.0 + away / information, int(information), 1.0, deviation, score)

    def _profile(self, name: str, weeks: int) -> Statistic:
        """The local hour of the week whose counts lie farthest from their means."""
        away, information = self._counts.hours(weeks)
        hours = np.flatnonzero(information)
        if not hours.size or not (np.isfinite(away).all() and np.isfinite(information).all()):
            return Statistic(name, None, 0)
        least = int(information[hours].min())
        scored = [(score_of(float(away[hour]), float(information[hour])), hour) for hour in hours.tolist()]
        score, hour = max(scored, key=lambda one: (one[0], -one[1]))
        own = float(information[hour])
        return Statistic(name, float(away[hour]) / own, least, 0.0, 1.0 / math.sqrt(own), score)

    def _occupation(self) -> Statistic:
        name, (away, variance), rows = "nonzero_fraction", self._counts.occupation, self._counts.rows
        if not rows or not (math.isfinite(away) and math.isfinite(variance)):
            return Statistic(name, None, rows)
        value = self._counts.occupied / rows
        score = score_of(away, variance) if variance > 0.0 else None
        return Statistic(name, value, rows, value - away / rows, math.sqrt(variance) / rows, score)

    def _factor_mean(self, law: FactorLaw | None) -> Statistic:
        name, value = "factor_mean", _ratio(self._factor, float(self._rows))
        if law is None or value is None or not math.isfinite(value) or not law.variance > 0.0:
            return Statistic(name, None, self._rows)
        score = score_of(self._factor - law.mean, law.variance, law.excursion)
        rows = float(self._rows)
        return Statistic(name, value, self._rows, law.mean / rows, math.sqrt(law.variance) / rows, score)

    def _offsets_apart(self, bucket_us: int) -> Statistic:
        """Pairs of equal offsets among 1,000 are rare, and their number is close to Poisson."""
        name, (runs, different) = "distinct_offsets_per_1000_events", self._distinct
        if not runs or bucket_us < 1:
            return Statistic(name, None, runs * RUN)
        equal = _equal_in_run(bucket_us)
        score = score_of(float(runs * RUN - different) - runs * equal, runs * equal)
        deviation = math.sqrt(equal / runs)
        return Statistic(name, different / runs, runs * RUN, RUN - equal, deviation, score)

    def _coin(self, p_virtual: float) -> Statistic:
        name, (coins, virtual) = "hybrid_virtual_share_deviation", self._coined
        if not coins:
            return Statistic(name, None, 0)
        away, variance = virtual - coins * p_virtual, coins * p_virtual * (1.0 - p_virtual)
        score = score_of(away, variance)
        return Statistic(name, away / coins, coins, 0.0, math.sqrt(variance) / coins, score)

    def _country_mix(self, edges: EdgeShares) -> Statistic:
        """The country whose share of virtual arrivals lies farthest from that of the merchants' edges."""
        name = "edge_country_mix_deviation"
        virtual = int(self._edges.sum()) if self._edges is not None else 0
        if not virtual or self._edges is None:
            return Statistic(name, None, virtual)
        merchants = edges.starts.shape[0] - 1
        merchant = np.repeat(np.arange(merchants), np.diff(edges.starts))
        volume = np.zeros(merchants, dtype=np.int64)
        np.add.at(volume, merchant, self._edges)
        found = np.zeros(edges.countries, dtype=np.int64)
        np.add.at(found, edges.country, self._edges)
        # Edges of one merchant in one country together, since of these only the sum is a binomial number.
        cell, of_edge = np.unique(merchant * edges.countries + edges.country, return_inverse=True)
        share = np.zeros(cell.shape[0])
        np.add.at(share, of_edge, edges.weight)
        arrivals, country = volume[cell // edges.countries], cell % edges.countries
        expected, variance = np.zeros(edges.countries), np.zeros(edges.countries)
        np.add.at(expected, country, arrivals * share)
        np.add.at(variance, country, arrivals * share * np.maximum(1.0 - share, 0.0))
        away = found - expected
        scored = [
            (score_of(float(away[code]), float(variance[code])), code)
            for code in np.flatnonzero(variance > _NO_VARIANCE).tolist()
        ]
        if not scored:
            return Statistic(name, 0.0, virtual, 0.0, 0.0, 0.0)
        score, code = max(scored, key=lambda one: (one[0], -one[1]))
        deviation = math.sqrt(float(variance[code])) / virtual
        return Statistic(name, float(away[code]) / virtual, virtual, 0.0, deviation, score)

    def _skew(self) -> float | None:
        """The 99th percentile of the intensities over their median, both by the nearest rank.

        The intensities of S2 say in which bins of a histogram the two lie, and those that S3 repeats are kept where
        they fall into these; None where it does not repeat as many, which other checks say.
        """
        rows, values = self._rows, []
        if not rows or int(self._realised.sum()) != rows:
            return None
        for percent, place, held in zip(_PERCENTILES, self._bins or (), self._ranked, strict=True):
            inside, often = (np.concatenate(column) for column in zip(*held, strict=True))
            order = np.argsort(inside, kind="stable")
            running = np.cumsum(often[order])
            if not running.size or int(running[-1]) != place.held:
                return None
            at = int(np.searchsorted(running, _rank(rows, percent) - place.before))
            values.append(float(inside[order[at]]))
        return _ratio(values[1], values[0])


def _rank(rows: int, percent: int) -> int:
    """The nearest rank of a percentile among so many rows, counted from 1."""
    return -(-rows * percent // 100)


def _sum_on(total: float, values: Float64Array) -> float:
    """The sum so far with the values added one after the other."""
    return float(serial_sum(np.concatenate([[total], values])))


def _ratio(one: float, other: float) -> float | None:
    """The quotient, or None where there is nothing to divide by."""
    return one / other if other else None


def _equal_in_run(bucket_us: int) -> float:
    """How many of 1,000 uniform offsets repeat an earlier one on average: n - D (1 - (1 - 1/D)^n), term by term."""
    repeated, no_repeat, value = 0.0, 1.0, 1.0 / bucket_us
    for _ in range(RUN):
        repeated += 1.0 - no_repeat  # the chance that one of those before has the same
        no_repeat *= 1.0 - value
    return repeated
