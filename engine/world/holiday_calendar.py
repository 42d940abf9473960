"""Public holidays of a country, from the package holidays (spec/world.md, section 1).

The package computes them from the laws that it knows; it is loaded when the first country is asked for.
"""

from __future__ import annotations

import warnings

import numpy as np
from numpy.typing import NDArray

__all__ = ["public_holidays"]


def public_holidays(country_iso: str, first_year: int, last_year: int) -> NDArray[np.datetime64]:
    """The days of those years, inclusive, that are public holidays in the whole country, ascending.

    Substitute days count, as do the days that they stand for. A country or year that the package does not know has
    none.
    """
    import holidays

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # it warns of years for which it knows no more than this
            found = holidays.country_holidays(country_iso, years=range(first_year, last_year + 1))
    except NotImplementedError:
        return np.empty(0, dtype="datetime64[D]")
    return np.array(sorted(found), dtype="datetime64[D]")
