"""The local hours of the week of every bucket, and the weeks in which clocks change.

Source: spec/segment-5B.md, S5 (weekly profile, DST weeks).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.kernels.arrival_checks import local_times
from engine.s5b.clocks import Clocks
from engine.s5b.series import ScenarioSeries

HOURS = 168
_HOUR_US, _DAY_US = 3_600_000_000, 86_400_000_000
_THURSDAY = 3
"""1970-01-01 was one; Monday is 0."""


@dataclass(frozen=True, slots=True, eq=False)
class LocalHours:
    """By zone of a scenario's series and by bucket, told at the start of the bucket."""

    hour: NDArray[np.uint8]
    """(Z, H) hour of the local week, 0 on Monday at midnight."""
    changing: NDArray[np.bool_]
    """(Z, H) whether the zone's clocks change inside the local week, Monday to Sunday, of the bucket."""

    @classmethod
    def of(cls, series: ScenarioSeries, bucket_start_us: NDArray[np.int64], clocks: Clocks) -> LocalHours:
        """The hours of a scenario; a zone that the timetable lacks, which other checks report, counts as UTC."""
        places = {zone: place for place, zone in enumerate(clocks.zones)}
        hours, changing = [], []
        for zone in series.zone.values:
            local = bucket_start_us
            if zone in places:
                code = np.full(bucket_start_us.shape[0], places[zone], dtype=np.int64)
                local = local_times(code, bucket_start_us, clocks.changes)
            day = local // _DAY_US
            weekday = (day + _THURSDAY) % 7
            hours.append((weekday * 24 + (local - day * _DAY_US) // _HOUR_US).astype(np.uint8))
            changing.append(_in_changing_weeks((day + _THURSDAY) // 7, local - bucket_start_us))
        shape = (len(hours), bucket_start_us.shape[0])
        return cls(
            np.array(hours, dtype=np.uint8).reshape(shape), np.array(changing, dtype=np.bool_).reshape(shape)
        )

    def of_rows(
        self, series: ScenarioSeries, first: int, stop: int
    ) -> tuple[NDArray[np.uint8], NDArray[np.bool_]]:
        """(R,) hour of the week, and whether clocks change in it, of the bucket rows of a range of series."""
        zone = series.zone.codes[first:stop]
        return self.hour[zone].reshape(-1), self.changing[zone].reshape(-1)


def _in_changing_weeks(week: NDArray[np.int64], offset_us: NDArray[np.int64]) -> NDArray[np.bool_]:
    """(H,) whether another bucket of the same week has another offset."""
    if not week.size:
        return np.zeros(0, dtype=np.bool_)
    place = week - week.min()
    least = np.full(int(place.max()) + 1, np.iinfo(np.int64).max)
    most = np.full(least.shape[0], np.iinfo(np.int64).min)
    np.minimum.at(least, place, offset_us)
    np.maximum.at(most, place, offset_us)
    found: NDArray[np.bool_] = (least != most)[place]
    return found
