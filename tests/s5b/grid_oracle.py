"""The laws of 5B.S1 as slow as they read: one bucket, one series at a time. Imports nothing from the engine."""

from __future__ import annotations

import hashlib
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from statistics import median
from typing import Any

Entity = tuple[int, str, str]
"""merchant_id, zone, channel group."""


@dataclass(frozen=True)
class Scene:
    """A scenario as the manifest has it."""

    scenario_id: str
    start: datetime
    end: datetime
    stress: bool
    labels: str


def grid_rows(scene: Scene, seconds: int) -> list[dict[str, Any]]:
    """One row a bucket."""
    rows: list[dict[str, Any]] = []
    start = scene.start
    while start < scene.end:
        rows.append(
            {
                "bucket_index": len(rows),
                "bucket_start_utc": start,
                "bucket_end_utc": start + timedelta(seconds=seconds),
                "local_day_of_week": start.astimezone(UTC).isoweekday(),
                "local_minutes_since_midnight": start.hour * 60 + start.minute,
                "is_weekend": start.isoweekday() in (6, 7),
            }
        )
        start += timedelta(seconds=seconds)
    return rows


def zone_group_id(tzid: str) -> str:
    """`zg` and two digits."""
    return f"zg{hashlib.sha256(f'5B.zone_group|{tzid}'.encode()).digest()[0] % 16:02d}"


def group_row(
    scene: Scene, entity: Entity, demand_class: str, virtual_mode: str, buckets: int
) -> dict[str, Any]:
    """The grouping's row of one series."""
    merchant, zone, channel = entity
    virtual_band = "physical" if virtual_mode == "NON_VIRTUAL" else "virtual"
    zone_group = zone_group_id(zone)
    message = f"5B.group|{scene.scenario_id}|{demand_class}|{channel}|{virtual_band}|{zone_group}|{merchant}"
    bucket = int(hashlib.sha256(message.encode()).hexdigest()[:16], 16) % buckets
    band = "stress" if scene.stress else "baseline"
    return {
        "merchant_id": merchant,
        "zone_representation": zone,
        "channel_group": channel,
        "group_id": f"g|{band}|{demand_class}|{channel}|{virtual_band}|{zone_group}|b{bucket:02d}",
        "scenario_band": band,
        "demand_class": demand_class,
        "virtual_band": virtual_band,
        "zone_group_id": zone_group,
        "in_stratum_bucket": bucket,
    }


def grouping_rows(
    scene: Scene,
    bucket_rows: Iterable[Entity],
    classes: Mapping[Entity, str],
    modes: Mapping[int, str],
    buckets: int,
) -> list[dict[str, Any]]:
    """One row a series, in series order, from the entity of every bucket row."""
    entities = sorted(set(bucket_rows), key=lambda e: (e[0], e[1].encode(), e[2]))
    return [group_row(scene, e, classes[e], modes[e[0]], buckets) for e in entities]


def figures(group_ids: Sequence[str]) -> dict[str, Fraction]:
    """What the groups look like, exactly."""
    sizes = sorted(Counter(group_ids).values())
    members: dict[int, int] = defaultdict(int)
    for size in sizes:
        members[size > 1] += 1
    return {
        "series": Fraction(len(group_ids)),
        "groups": Fraction(len(sizes)),
        "group_members_median": Fraction(median([Fraction(size) for size in sizes])),
        "single_group_share": Fraction(max(sizes), len(group_ids)),
        "multi_member_fraction": Fraction(members[True], len(sizes)),
    }
