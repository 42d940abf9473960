"""What the statistics of counts add up over bucket rows, in the order of the rows. Source: spec/segment-5B.md, S5."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.kernels.arrays import BoolArray, Float64Array, Int64Array, Uint32Array, unwritten
from engine.numerics import compiled

__all__ = ["CountSums"]

_SQUARES, _VARIANCE = 0, 1
_NONZERO, _FREE = 0, 1


@compiled
def _add(
    counts: Uint32Array,
    mean: Float64Array,
    variance: Float64Array,
    capped: BoolArray,
    hour: NDArray[np.uint8],
    changing: BoolArray,
    sums: Float64Array,
    numbers: Int64Array,
    expected: NDArray[np.float64],
) -> None:
    for row in range(counts.shape[0]):
        numbers[_NONZERO] += 1 if counts[row] else 0
        if not capped[row]:
            distance = np.float64(counts[row]) - mean[row]
            sums[_SQUARES] += distance * distance
            sums[_VARIANCE] += variance[row]
            numbers[_FREE] += 1
        expected[0, hour[row]] += mean[row]
        if changing[row]:
            expected[1, hour[row]] += mean[row]


@dataclass(eq=False)
class CountSums:
    """Sums over bucket rows, each serial in the order in which rows are added."""

    hours: int
    """Local hours of the week."""
    _sums: Float64Array = field(default_factory=lambda: np.zeros(2))
    _numbers: Int64Array = field(default_factory=lambda: np.zeros(2, np.int64))
    expected: NDArray[np.float64] = field(init=False)
    """(2, hours) intensity by local hour, of all rows and of those of weeks in which clocks change."""

    def __post_init__(self) -> None:
        self.expected = np.zeros((2, self.hours))

    @property
    def nonzero(self) -> int:
        """Rows that have arrivals."""
        return int(self._numbers[_NONZERO])

    @property
    def free(self) -> int:
        """Rows whose count no cap holds down, of which are the two sums that follow."""
        return int(self._numbers[_FREE])

    @property
    def squares(self) -> float:
        """The squared distances of counts from their mean."""
        return float(self._sums[_SQUARES])

    @property
    def variance(self) -> float:
        """The variances of the count law."""
        return float(self._sums[_VARIANCE])

    def add(self, counts: Any, mean: Any, variance: Any, capped: Any, hour: Any, changing: Any) -> None:
        """Take the next rows.

        Args:
            counts: (R,) arrivals.
            mean: (R,) what the count law expects.
            variance: (R,) its variance.
            capped: (R,) whether the count is the cap.
            hour: (R,) local hour of the week, below `hours`.
            changing: (R,) whether clocks change in the local week.

        Raises:
            ValueError: the columns are not of one length, or an hour is not below `hours`.
        """
        rows = np.shape(counts)[0]
        if any(np.shape(column) != (rows,) for column in (mean, variance, capped, hour, changing)):
            raise ValueError(f"expected columns of {rows} rows")
        if rows and int(np.max(hour)) >= self.hours:
            raise ValueError(f"hour {int(np.max(hour))}: expected below {self.hours}")
        _add(
            unwritten(np.asarray(counts, np.uint32)),
            unwritten(np.asarray(mean, np.float64)),
            unwritten(np.asarray(variance, np.float64)),
            unwritten(np.asarray(capped, np.bool_)),
            unwritten(np.asarray(hour, np.uint8)),
            unwritten(np.asarray(changing, np.bool_)),
            self._sums,
            self._numbers,
            self.expected,
        )
