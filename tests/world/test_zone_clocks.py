"""The clocks by which a timetable is checked are those of `zoneinfo`, for every zone and at every kind of instant."""

from __future__ import annotations

import io
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from numpy.typing import NDArray

from engine.world import s2a_time_zones
from engine.world.reference import load
from engine.world.tz_timetable import SPAN_END_UTC_S, SPAN_START_UTC_S, zone_timetable
from engine.world.zone_clocks import GRID_S, zone_clocks

ZONES = load().zone_files
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def by_zoneinfo(tzif: bytes, instants: NDArray[np.int64]) -> list[tuple[int, bool]]:
    zone = ZoneInfo.from_file(io.BytesIO(tzif))
    local = [(EPOCH + timedelta(seconds=instant)).astimezone(zone) for instant in instants.tolist()]
    return [(int((one.utcoffset() or timedelta()).total_seconds()), bool(one.dst())) for one in local]


def test_every_zone_agrees_with_zoneinfo_at_its_changes_and_beside_them() -> None:
    for name, tzif in ZONES.items():
        changes = zone_timetable(tzif).transition_utc_s
        instants = np.unique(np.concatenate([changes, changes - 1, changes + 1, GRID_S[::40]]))
        found = zone_clocks(tzif, instants)
        assert list(zip(found.offset_s.tolist(), found.is_dst.tolist(), strict=True)) == by_zoneinfo(
            tzif, instants
        ), name


@pytest.mark.parametrize(
    "name",
    [
        "Europe/Dublin",  # standard time in summer, negative daylight saving in winter
        "Africa/Casablanca",  # changes that are recorded up to 2087
        "America/Nuuk",
        "Asia/Gaza",
        "Australia/Lord_Howe",  # half an hour
        "Etc/UTC",  # no change at all
        "Pacific/Apia",
        "Antarctica/Troll",
    ],
)
def test_hard_zones_agree_with_zoneinfo_on_every_third_day(name: str) -> None:
    instants = np.arange(SPAN_START_UTC_S, SPAN_END_UTC_S, 3 * 86_400 + 1_801, dtype=np.int64)
    found = zone_clocks(ZONES[name], instants)
    assert list(zip(found.offset_s.tolist(), found.is_dst.tolist(), strict=True)) == by_zoneinfo(
        ZONES[name], instants
    )


@pytest.mark.parametrize("fault", ["shifted", "missing", "offset", "flag", "one second early"])
@pytest.mark.parametrize("name", ["Europe/Berlin", "Africa/Casablanca", "America/New_York"])
def test_a_wrong_row_is_told(name: str, fault: str) -> None:
    table = zone_timetable(ZONES[name])
    instants, offsets, flags = (
        np.array(column) for column in (table.transition_utc_s, table.offset_s, table.is_dst)
    )
    assert s2a_time_zones._disagreements(ZONES[name], instants, offsets, flags) == []
    row = instants.shape[0] // 2
    if fault == "shifted":
        instants[row] += 3_600
    elif fault == "one second early":
        instants[row] -= 1
    elif fault == "missing":
        instants, offsets, flags = (np.delete(column, row) for column in (instants, offsets, flags))
    elif fault == "offset":
        offsets[row] += 1
    else:
        flags[row] = not flags[row]
    assert s2a_time_zones._disagreements(ZONES[name], instants, offsets, flags) != []
