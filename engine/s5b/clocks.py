"""The clocks by which arrivals of S4 tell their local times: the zones of the timetable and their changes.

Source: spec/segment-5B.md, S4 (5); spec/world.md 3, 2A.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

from codegen.runtime.columns import TextColumn
from codegen.runtime.findings import Finding
from engine.core.row_findings import listed, row_findings
from engine.core.work import StateAborted
from engine.kernels.arrivals import ZoneClocks
from generated import errors

if TYPE_CHECKING:
    from generated.tables.s2a import TzTimetableCache

CODES = errors.S5B_S4
Int64Array = NDArray[np.int64]
CLOCKS_END: Final = np.datetime64("2101-01-01")
"""The timetable tells the offsets of local times before this day (spec/world.md 3, 2A)."""


@dataclass(frozen=True, slots=True, eq=False)
class Clocks:
    """The zones of the timetable, by name, and their changes."""

    zones: tuple[str, ...]
    """(Z,) in the order of the timetable."""
    changes: ZoneClocks

    @classmethod
    def of(cls, timetable: TzTimetableCache, horizon_end: np.datetime64) -> Clocks:
        """The clocks of a timetable.

        Args:
            timetable: its rows, by zone and instant.
            horizon_end: the first instant after the last bucket of all scenarios.

        Raises:
            StateAborted: rows out of order, a zone that stands twice, or a horizon that goes on after the last local
                time that the timetable tells (DST_MAPPING_FAILED).
        """
        code = CODES.DST_MAPPING_FAILED
        codes, instants = timetable.tzid.codes, timetable.transition_utc_s
        begins = np.ones(timetable.num_rows, dtype=np.bool_)
        begins[1:] = codes[1:] != codes[:-1]
        starts = np.flatnonzero(begins)
        zones = tuple(timetable.tzid.values[place] for place in codes[starts].tolist())
        falls = np.zeros(timetable.num_rows, dtype=np.bool_)
        falls[1:] = ~begins[1:] & (instants[1:] <= instants[:-1])
        found = list(
            row_findings(
                code,
                falls,
                lambda row: f"tz_timetable_cache row {row}",
                "a later instant than that of the row before",
                instants,
            )
        )
        twice = sorted(name for name in set(zones) if zones.count(name) > 1)
        found += listed(
            code, (f"tz_timetable_cache tzid={name}" for name in twice), "one run of rows", "several"
        )
        if horizon_end > CLOCKS_END:
            wanted = f"a horizon that ends by {CLOCKS_END}, as the clocks of tz_timetable_cache do"
            found.append(Finding(code, "s1_time_grid_5B", wanted, f"one that ends at {horizon_end}"))
        if found:
            raise StateAborted(found)
        changes = ZoneClocks(
            np.append(starts, timetable.num_rows).astype(np.int64),
            np.array(instants, dtype=np.int64),
            timetable.offset_s.astype(np.int64),
        )
        return cls(zones, changes)

    def codes_of(self, zone: TextColumn, where: str) -> Int64Array:
        """(R,) position of each zone.

        Raises:
            StateAborted: the timetable lacks a zone (DST_MAPPING_FAILED).
        """
        codes = zone.codes_in(self.zones)
        lacking = sorted({zone.values[place] for place in np.unique(zone.codes[codes < 0]).tolist()})
        if lacking:
            places = (f"{where} {name}" for name in lacking)
            raise StateAborted(
                list(listed(CODES.DST_MAPPING_FAILED, places, "a zone of tz_timetable_cache", "none"))
            )
        return codes.astype(np.int64)
