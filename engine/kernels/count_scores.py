"""How far counts lie from their law, as sums over bucket rows: by local hour, in their spread, and in how many are 0.

A count N of mean mu is Poisson, or Poisson mixed by a log-normal of mean one and variance q = 1/kappa (`nb2`; q = 0 is
Poisson). Its moments are exact: E[N(N-1)...(N-k+1)] = mu^k (1 + q)^(k(k-1)/2). Rows are weighted so that none can
outweigh the others, however large its mean: a row's deviation from its mean by 1/(1 + mu q), its squared deviation by
the variance over the variance of the squared deviation. These are the weights of greatest power against a factor on
the mean, or on the variance, that all rows share. Source: spec/segment-5B.md, S5; spec/realism.md.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from engine.kernels.arrays import Float64Array, Int64Array, Uint32Array, float64_array, unwritten
from engine.numerics import bits_of, compiled, compiled_part, exp, float_of_bits, log1p, square_root

__all__ = ["CountLaws", "CountScores", "Deviation", "count_laws", "count_scores"]

_LOWEST, _HIGHEST = -40, 24
_FINE: Final = 16
"""Cells of the table of occupied shares in each octave of the mean, from 2^-40 to 2^24."""
_CELLS: Final = (_HIGHEST - _LOWEST) * _FINE
_BIAS: Final = np.uint64(1023 + _LOWEST)
_CELL_BITS, _CELL_MASK = np.uint64(48), np.uint64(_FINE - 1)
_EXPONENT_BITS: Final = np.uint64(52)
_NODES, _REACH = 145, 9.0
"""Nodes and half width, in standard deviations, of the trapezoid rule over the mixing normal."""
_FAR: Final = 6.0
"""Standard deviations of the mixing normal within which a cap must not lie."""

_DEVIATION, _INFORMATION = 0, 1
_OCCUPIED, _SPREAD_ROWS, _ROWS = 0, 1, 2


@compiled_part
def _fill_occupied(q: Float64Array, value: Float64Array, slope: Float64Array) -> None:
    """Chance of a count above 0 and its derivative, at the lower border of each cell; rows of (K, cells + 1), flat."""
    step = 2.0 * _REACH / (_NODES - 1)
    for law in range(q.shape[0]):
        s2 = log1p(q[law])
        s = square_root(s2)
        for cell in range(_CELLS + 1):
            exponent = np.uint64(cell // _FINE) + _BIAS
            mean = float_of_bits((exponent << _EXPONENT_BITS) | (np.uint64(cell % _FINE) << _CELL_BITS))
            total = none = steep = 0.0
            for node in range(_NODES):
                z = -_REACH + node * step
                weight = exp(-(z * z) / 2.0)
                factor = exp(s * z - s2 / 2.0)
                empty = exp(-(mean * factor))
                total += weight
                none += weight * (1.0 - empty)
                steep += weight * factor * empty
            value[law * (_CELLS + 1) + cell] = none / total
            slope[law * (_CELLS + 1) + cell] = steep / total


@compiled_part
def _occupied(mean: float, value: Float64Array, slope: Float64Array, first: int) -> float:
    """The chance of a count above 0, by cubic interpolation inside the mean's cell."""
    bits = bits_of(mean)
    exponent = bits >> _EXPONENT_BITS
    if exponent < _BIAS:
        return mean  # below 2^-40, to within its square
    cell = np.int64((exponent - _BIAS) * np.uint64(_FINE) + ((bits >> _CELL_BITS) & _CELL_MASK))
    if cell >= _CELLS:
        last: float = value[first + _CELLS]
        return last
    lower = float_of_bits((bits >> _CELL_BITS) << _CELL_BITS)
    width = float_of_bits(exponent << _EXPONENT_BITS) / _FINE
    t = (mean - lower) / width
    at = first + cell
    rise = value[at + 1] - value[at]
    bend = slope[at] * width - rise
    other = slope[at + 1] * width - rise
    found: float = value[at] + t * (rise + (1.0 - t) * (bend * (1.0 - t) - other * t))
    return found


@compiled
def _table(q: Float64Array) -> tuple[Float64Array, Float64Array]:
    value, slope = np.empty(q.shape[0] * (_CELLS + 1)), np.empty(q.shape[0] * (_CELLS + 1))
    _fill_occupied(q, value, slope)
    return value, slope


@compiled
def _add(
    counts: Uint32Array,
    mean: Float64Array,
    law_of_series: Int64Array,
    buckets: int,
    hour: NDArray[np.uint8],
    changing: NDArray[np.bool_],
    zero: float,
    spread: Float64Array,
    most: Float64Array,
    value: Float64Array,
    slope: Float64Array,
    numbers: Int64Array,
    sums: Float64Array,
    profile: Float64Array,
) -> None:
    hours = profile.shape[0] // 4
    for row in range(counts.shape[0]):
        law = law_of_series[row // buckets]
        numbers[_ROWS] += 1
        numbers[_OCCUPIED] += 1 if counts[row] else 0
        mu, q = mean[row], spread[law]
        if not mu > zero:
            continue  # the count is 0 for certain
        p = _occupied(mu, value, slope, law * (_CELLS + 1))
        sums[0] += p
        sums[1] += p * (1.0 - p)
        if mu > most[law]:
            continue  # a cap may have a say
        away = np.float64(counts[row]) - mu
        weight = 1.0 / (1.0 + mu * q)
        at = 2 * np.int64(hour[row])
        profile[at + _DEVIATION] += weight * away
        profile[at + _INFORMATION] += weight * mu
        if changing[row]:
            profile[2 * hours + at + _DEVIATION] += weight * away
            profile[2 * hours + at + _INFORMATION] += weight * mu
        r = 1.0 + q
        third = q * q * (q + 3.0)
        fourth = q * q * (((r * r * r) * (r + 2.0)) + (3.0 * r * r - 4.0))
        variance = mu + mu * mu * q
        square_variance = mu * (1.0 + mu * ((2.0 + 7.0 * q) + mu * ((4.0 * q + 6.0 * third) + mu * fourth)))
        weight = variance / square_variance
        sums[2] += weight * (away * away - variance)
        sums[3] += weight * variance
        numbers[_SPREAD_ROWS] += 1


class Deviation(NamedTuple):
    """The deviation of a weighted sum from what its law expects; its variance under the law is `information`."""

    deviation: float
    information: float


@dataclass(frozen=True, slots=True, eq=False)
class CountLaws:
    """The count laws of the series of a scenario, by which `count_scores` judges; K different dispersions."""

    zero: float
    """Greatest mean at which a count is 0 for certain."""
    law_of_series: Int64Array
    """(S,) positions in the arrays that follow."""
    spread: Float64Array
    """(K,) q = 1/kappa, 0 under Poisson."""
    most: Float64Array
    """(K,) the greatest mean of which a count stays below every cap; rows above it are not judged."""
    occupied: Float64Array
    """(K x cells,) chance of a count above 0, by mean."""
    slope: Float64Array
    """(K x cells,) its derivative."""


def count_laws(kappa: Any, series: int, *, zero: float, cap: int) -> CountLaws:
    """The laws of series with these dispersions.

    Args:
        kappa: (S,) dispersions above 0; None under Poisson.
        series: S.
        zero: the greatest mean at which a count is 0 for certain.
        cap: the least count that a clamp may have set.

    Raises:
        ValueError: not one dispersion a series.
    """
    values = np.full(series, np.inf) if kappa is None else np.asarray(kappa, np.float64)
    if values.shape != (series,):
        raise ValueError(f"{values.shape[0]} dispersions for {series} series")
    different, place = np.unique(values, return_inverse=True)
    spread = 1.0 / different
    most = np.array([_uncapped(float(q), float(cap)) for q in spread])
    occupied, slope = _table(float64_array(spread))
    return CountLaws(zero, place.astype(np.int64), spread, most, occupied, slope)


def _uncapped(q: float, cap: float) -> float:
    """The mean whose count stays below the cap with the mixing normal and the count each 6 deviations up, or 0."""
    # The rate of which rate + 6 sqrt(rate) + 6 is the cap; the mixture's factor is e^(6 s) there.
    root = max(math.sqrt(max(cap - _FAR, 0.0) + _FAR * _FAR / 4.0) - _FAR / 2.0, 0.0)
    return root * root / exp(_FAR * math.sqrt(log1p(q)))


@dataclass(frozen=True, slots=True, eq=False)
class CountScores:
    """What rows add up to; whoever has several adds them with `+` in the order of the rows."""

    numbers: Int64Array
    """(3,) rows with arrivals, rows whose spread is judged, rows."""
    sums: Float64Array
    """(4,) expected rows with arrivals and their variance; weighted deviation of squares and its variance."""
    profile: Float64Array
    """(4 x hours,) deviation and information by local hour, of all weeks, then of those in which clocks change."""

    @classmethod
    def none(cls, hours: int) -> CountScores:
        """Of no rows."""
        return cls(np.zeros(3, np.int64), np.zeros(4), np.zeros(4 * hours))

    def __add__(self, other: CountScores) -> CountScores:
        return CountScores(self.numbers + other.numbers, self.sums + other.sums, self.profile + other.profile)

    @property
    def rows(self) -> int:
        """All rows."""
        return int(self.numbers[_ROWS])

    @property
    def occupied(self) -> int:
        """Rows that have arrivals."""
        return int(self.numbers[_OCCUPIED])

    @property
    def occupation(self) -> Deviation:
        """Rows with arrivals, less those expected."""
        return Deviation(float(self.occupied) - float(self.sums[0]), float(self.sums[1]))

    @property
    def spread(self) -> Deviation:
        """The weighted squared deviations, less their variances."""
        return Deviation(float(self.sums[2]), float(self.sums[3]))

    def hours(self, weeks: int) -> tuple[Float64Array, Float64Array]:
        """(hours,) deviation and information of each local hour; weeks 0: all, 1: those in which clocks change."""
        own = self.profile.reshape(2, -1, 2)[weeks]
        return own[:, _DEVIATION], own[:, _INFORMATION]


def count_scores(
    laws: CountLaws, first: int, buckets: int, counts: Any, mean: Any, hour: Any, changing: Any, hours: int
) -> CountScores:
    """What the bucket rows of a range of series add up to.

    Args:
        laws: of the scenario.
        first: the first series of the rows.
        buckets: rows a series.
        counts: (R,) arrivals.
        mean: (R,) what the count law expects.
        hour: (R,) local hour of the week, below `hours`.
        changing: (R,) whether clocks change in the local week.
        hours: local hours of the week.

    Raises:
        ValueError: the columns are not of one length, not of whole series, or an hour is not below `hours`.
    """
    rows = np.shape(counts)[0]
    if any(np.shape(column) != (rows,) for column in (mean, hour, changing)):
        raise ValueError(f"expected columns of {rows} rows")
    if rows % buckets or first + rows // buckets > laws.law_of_series.shape[0]:
        raise ValueError(f"{rows} rows from series {first} on: expected whole series of the scenario")
    if rows and int(np.max(hour)) >= hours:
        raise ValueError(f"hour {int(np.max(hour))}: expected below {hours}")
    found = CountScores.none(hours)
    _add(
        unwritten(np.asarray(counts, np.uint32)),
        unwritten(np.asarray(mean, np.float64)),
        np.ascontiguousarray(laws.law_of_series[first : first + rows // buckets]),
        buckets,
        unwritten(np.asarray(hour, np.uint8)),
        unwritten(np.asarray(changing, np.bool_)),
        laws.zero,
        laws.spread,
        laws.most,
        laws.occupied,
        laws.slope,
        found.numbers,
        found.sums,
        found.profile,
    )
    return found
