"""The realism statistics of a scenario, added up block by block: whole numbers, and sums serial in writer order.

Source: spec/segment-5B.md, S5; validation_policy_5B says what each statistic is and in which interval it must lie.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from engine.kernels.count_sums import CountSums
from engine.kernels.distinct_runs import distinct_in_runs
from engine.kernels.intensities import Bin, count_into, histogram_bin, intensity_histogram
from engine.numerics import serial_sum
from engine.s5b.local_hours import HOURS

Float64Array = NDArray[np.float64]
Int64Array = NDArray[np.int64]

RUN: Final = 1_000
"""Arrivals among which different offsets are counted."""
_PERCENTILES: Final = (50, 99)


class IntensityRows(NamedTuple):
    """What statistics need of a block of S2."""

    factor: Float64Array
    """(R,) lambda_random_component."""
    realised: Float64Array
    """(R,) lambda_realised."""


class CountRows(NamedTuple):
    """What statistics need of a block of S3; R rows."""

    counts: NDArray[np.uint32]
    mean: Float64Array
    variance: Float64Array
    """(R,) that of the count law."""
    capped: NDArray[np.bool_]
    hour: NDArray[np.uint8]
    """(R,) local hour of the week."""
    changing: NDArray[np.bool_]
    """(R,) whether clocks change in the local week."""


class ArrivalRows(NamedTuple):
    """What statistics need of a block of S4."""

    arrivals_by_hour: Int64Array
    """(2, 168) arrivals by local hour of the week, of all weeks and of those in which clocks change."""
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


class Statistic(NamedTuple):
    """One statistic of one scenario."""

    name: str
    value: float | None
    """None where there is nothing to take it of, or where rows hold no numbers, which other checks say."""
    events: int


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
    _counts: CountSums = field(default_factory=lambda: CountSums(HOURS))
    _arrivals: Int64Array = field(default_factory=lambda: np.zeros((2, HOURS), np.int64))
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
        self._rows += rows.counts.shape[0]
        self._counts.add(rows.counts, rows.mean, rows.variance, rows.capped, rows.hour, rows.changing)

    def add_arrivals(self, rows: ArrivalRows) -> None:
        """Take the next block of S4."""
        self._arrivals += rows.arrivals_by_hour
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

    def statistics(self, p_virtual: float, edges: EdgeShares) -> Iterator[Statistic]:
        """Every statistic of validation_policy_5B, ascending by name.

        Args:
            p_virtual: the chance that a HYBRID arrival in a zone with a site is virtual.
            edges: the law of the edges.
        """
        virtual = int(self._edges.sum()) if self._edges is not None else 0
        arrivals = int(self._arrivals[0].sum())
        found = {
            "count_dispersion_ratio": (
                _ratio(self._counts.squares, self._counts.variance),
                self._counts.free,
            ),
            "distinct_offsets_per_1000_events": (
                _ratio(float(self._distinct[1]), float(self._distinct[0])),
                self._distinct[0] * RUN,
            ),
            "dst_week_deviation": (self._profile(1), int(self._arrivals[1].sum())),
            "edge_country_mix_deviation": (self._country_mix(edges, virtual), virtual),
            "factor_mean": (_ratio(self._factor, float(self._rows)), self._rows),
            "hybrid_virtual_share_deviation": (self._coin_share(p_virtual), self._coined[0]),
            "intensity_p99_over_p50": (self._skew(), self._rows),
            "nonzero_fraction": (_ratio(float(self._counts.nonzero), float(self._rows)), self._rows),
            "weekly_profile_deviation": (self._profile(0), arrivals),
        }
        for name in sorted(found):
            value, events = found[name]
            yield Statistic(name, value if value is not None and math.isfinite(value) else None, events)

    def _profile(self, weeks: int) -> float | None:
        """The greatest distance, over local hours of the week, of the share of arrivals from the share of intensity."""
        total, expected = int(self._arrivals[weeks].sum()), float(serial_sum(self._counts.expected[weeks]))
        if not total or not expected:
            return None
        distance = self._arrivals[weeks] / float(total) - self._counts.expected[weeks] / expected
        return float(np.abs(distance).max())

    def _coin_share(self, p_virtual: float) -> float | None:
        share = _ratio(float(self._coined[1]), float(self._coined[0]))
        return None if share is None else abs(share - p_virtual)

    def _country_mix(self, edges: EdgeShares, virtual: int) -> float | None:
        """The greatest distance, over countries, of the share of virtual arrivals from that of the merchants' edges."""
        if not virtual or self._edges is None:
            return None
        merchant = np.repeat(np.arange(edges.starts.shape[0] - 1), np.diff(edges.starts))
        volume = np.zeros(edges.starts.shape[0] - 1, dtype=np.int64)
        np.add.at(volume, merchant, self._edges)
        wanted, found = np.zeros(edges.countries), np.zeros(edges.countries, dtype=np.int64)
        np.add.at(wanted, edges.country, volume[merchant] * edges.weight)
        np.add.at(found, edges.country, self._edges)
        distance = found / float(virtual) - wanted / float(virtual)
        return float(np.abs(distance).max())

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


def count_variance(mean: Float64Array, kappa: Any) -> Float64Array:
    """(R,) the variance of the count law: mu + mu^2 / kappa under nb2, mu under poisson.

    Args:
        mean: (R,) mu.
        kappa: (R,) masked dispersions, null under poisson.
    """
    absent = np.ma.getmaskarray(kappa)
    spread = np.where(absent, 0.0, mean * mean / np.where(absent, 1.0, kappa.data))
    found: Float64Array = mean + spread
    return found
