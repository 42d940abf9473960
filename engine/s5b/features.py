"""Parameters of a group from its features: a base by scenario band, times one factor a feature, clamped.

Source: spec/segment-5B.md, S2 (sigma, length scale) and S3 (kappa). Products associate from the left.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from codegen.runtime.errors import ErrorCode
from codegen.runtime.findings import Finding
from engine.s5b.series import SeriesPlan

Float64Array = NDArray[np.float64]


class ByBand(Protocol):
    """One number for each scenario band."""

    @property
    def baseline(self) -> float:
        """For baseline scenarios."""
        ...

    @property
    def stress(self) -> float:
        """For stress scenarios."""
        ...


class Bounds(Protocol):
    """A closed interval."""

    @property
    def lower(self) -> float:
        """Its least value."""
        ...

    @property
    def upper(self) -> float:
        """Its greatest value."""
        ...


def base_of(bases: ByBand, band: str) -> float:
    """The base of a scenario's band."""
    return bases.stress if band == "stress" else bases.baseline


def multiplied(values: Float64Array, factors: Mapping[str, float], names: Sequence[str]) -> Float64Array:
    """(G,) each value times the factor of its name."""
    return values * np.array([float(factors[name]) for name in names], dtype=np.float64)


def clamped(values: Float64Array, bounds: Bounds) -> Float64Array:
    """(G,) the values, none below the lower or above the upper bound."""
    return np.minimum(np.maximum(values, bounds.lower), bounds.upper)


def missing_multipliers(
    where: str, factors: Mapping[str, float], plan: SeriesPlan, feature: str, code: ErrorCode
) -> Iterator[Finding]:
    """A finding for each name of a feature that some group has and the table of factors has not."""
    used = {name for series in plan.scenarios.values() for name in getattr(series.groups, feature)}
    for name in sorted(used - set(factors)):
        yield Finding(code, where, f"a factor for {name}", "none")
