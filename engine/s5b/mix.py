"""What is known of the groups of a run before its world is drawn, and checks that can be asked of it.

A recipe says which classes, channels and kinds of merchants there may be, so what no group can reach is known at once;
what only some draws reach is asked of the groups themselves, once there are any.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import product

import numpy as np
from numpy.typing import NDArray

from codegen.runtime.errors import ErrorCode
from codegen.runtime.findings import Finding
from engine.s5b.series import Groups

Float64Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Mix:
    """The features that groups may have."""

    bands: Mapping[str, str]
    """`baseline` or `stress` of each scenario."""
    classes: tuple[str, ...]
    channels: tuple[str, ...]
    virtual_bands: tuple[str, ...]
    series: int | None
    """The series of every scenario; None where an import decides it."""
    fewest_groups: int
    """Groups that every scenario has at least."""

    def groups(self) -> Iterator[tuple[str, Groups]]:
        """For each scenario, one group for each combination of features that may occur in it."""
        features = list(product(self.classes, self.channels, self.virtual_bands))
        ids = tuple("|".join(one) for one in features)
        columns = tuple(tuple(one[place] for one in features) for place in range(3))
        for name, band in sorted(self.bands.items()):
            yield name, Groups(ids, band, *columns)


def unnamed(
    where: str, factors: Mapping[str, float], names: Iterable[str], code: ErrorCode
) -> Iterator[Finding]:
    """A finding for each name that a table of factors has not."""
    for name in sorted(set(names) - set(factors)):
        yield Finding(code, where, f"a factor for {name}, which the recipe has", "none")


def too_few(
    where: str, least: int, values: Float64Array, scenario: str, code: ErrorCode
) -> Iterator[Finding]:
    """A finding where even all groups that may occur have too few different values."""
    most = int(np.unique(values).shape[0])
    if most < least:
        yield Finding(code, where, f"at most {most}, which groups of {scenario} can have", str(least))


def out_of_reach(
    where: str,
    what: str,
    bounds: tuple[float, float],
    values: Float64Array,
    scenario: str,
    code: ErrorCode,
) -> Iterator[Finding]:
    """A finding where every value that may occur lies on the same side of an interval."""
    lower, upper = bounds
    least, most = float(values.min()), float(values.max())
    if most < lower or least > upper:
        yield Finding(code, where, f"{what} from {lower} to {upper} in {scenario}", f"{least} to {most}")
