"""Public holidays of a country, from the package holidays (spec/world.md, section 1).

The package computes them from the laws that it knows; it is loaded when the first country is asked for.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

__all__ = ["public_holidays"]


def public_holidays(country_iso: str, first_year: int, last_year: int) -> NDArray[np.datetime64]:
    """The days of those years, inclusive, that are public holidays in the whole country, ascending.

    Substitute days count, as do the days that they stand for. A country that the package does not know has none.
    """
    import holidays

    try:
        found = holidays.country_holidays(country_iso, years=range(first_year - 1, last_year + 2))
    except NotImplementedError:
        return np.empty(0, dtype="datetime64[D]")
    # A year's rules may give a day of a neighbour, such as the Friday before a New Year's Day on Saturday.
    days = np.array(sorted(found), dtype="datetime64[D]")
    years = days.astype("datetime64[Y]").astype(np.int64) + 1970
    return days[(years >= first_year) & (years <= last_year)]
