"""The laws of 5B.S1 against the known answers, a slow oracle, and their own properties; what they refuse."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from codegen.runtime.columns import TextColumn
from engine.core.runner import StateAborted
from engine.kernels.series_grouping import falling, in_stratum_buckets, run_starts, zone_group
from engine.s5b import entities as entities_room
from engine.s5b.entities import entities_of
from engine.s5b.grouping import FeatureTables, groups, realism_figures
from engine.s5b.time_grid import Scenario, time_grid
from tests.s5b.grid_oracle import Entity, Scene, figures, grid_rows, grouping_rows, zone_group_id
from tests.s5b.small_segment import (
    ENTITIES,
    MODES,
    SCENES,
    SmallSegment,
    classification,
    computed,
    fresh_run,
    local,
    manifest,
    policy,
    profile,
    profile_rows,
    rows_of,
    with_scene,
)
from tests.vectors import vectors

ZONES = ("Africa/Lagos", "America/New_York", "America/São_Paulo", "Asia/Tokyo", "Europe/Zurich", "Etc/UTC")
CLASSES = ("office_hours", "online_24h", "retail_daytime")
CHANNELS = ("card_not_present", "card_present", "mixed")
MODE_NAMES = ("NON_VIRTUAL", "HYBRID", "VIRTUAL_ONLY")


@pytest.fixture
def small(tmp_path: Path) -> SmallSegment:
    return SmallSegment(tmp_path)


def _columns(table: Any) -> dict[str, list[Any]]:
    found = {}
    for spec in table.SPEC.columns:
        value = getattr(table, spec.name)
        value = value.decoded() if isinstance(value, TextColumn) else value
        found[spec.name] = np.asarray(value).tolist()
    return found


def _scenario(scene: Scene) -> Scenario:
    start, end = (round(instant.timestamp() * 1_000_000) for instant in (scene.start, scene.end))
    return Scenario(scene.scenario_id, start, end, not scene.stress, scene.stress, scene.labels)


# -- known answers ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("vector", vectors("grouping")["vectors"], ids=lambda v: v["group_id"])
def test_groups_are_the_known_answers(small: SmallSegment, vector: dict[str, Any]) -> None:
    merchant, zone, channel = (
        int(vector["merchant_id"]),
        vector["zone_representation"],
        vector["channel_group"],
    )
    entity = (merchant, zone, channel)
    held = entities_of(small.partition("local", local(vector["scenario_id"], [entity])))
    tables = FeatureTables(
        profile([(merchant, "AA", zone, channel, vector["demand_class"])]),
        classification([(merchant, vector["virtual_mode"])]),
    )
    stress = vector["scenario_band"] == "stress"
    scenario = _scenario(Scene(vector["scenario_id"], SCENES[0].start, SCENES[0].end, stress, "[]"))
    law = policy("grouping_policy_5B", in_stratum_buckets=vector["in_stratum_buckets"])
    features = tables.features(held)
    found = groups(held, features, scenario, law)
    assert features.virtual_band.decoded().tolist() == [vector["virtual_band"]]
    assert found.zone_group_id.decoded().tolist() == [vector["zone_group_id"]]
    assert found.bucket.tolist() == [vector["in_stratum_bucket"]]
    assert found.group_id.decoded().tolist() == [vector["group_id"]]


# -- the oracle ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("seconds", [900, 1800, 3600])
def test_the_grid_is_the_oracles(small: SmallSegment, seconds: int) -> None:
    inputs = replace(
        small.inputs("5B.S1"),
        time_grid_policy_5B=policy("time_grid_policy_5B", bucket_duration_seconds=seconds),
    )
    made = computed("5B.S1", inputs).s1_time_grid_5B
    assert list(made) == [scene.scenario_id for scene in SCENES]
    for scene in SCENES:
        held, rows = _columns(made[scene.scenario_id]), grid_rows(scene, seconds)
        for name in rows[0]:
            values = [
                row[name].replace(tzinfo=None) if isinstance(row[name], datetime) else row[name]
                for row in rows
            ]
            assert held[name] == values, name
        assert set(held["scenario_is_stress"]) == {scene.stress}
        assert set(held["scenario_is_baseline"]) == {not scene.stress}
        assert set(held["scenario_labels"]) == {scene.labels}
        assert set(held["bucket_duration_seconds"]) == {seconds}


@pytest.mark.parametrize("buckets", [1, 2, 7, 100])
def test_the_grouping_is_the_oracles(small: SmallSegment, buckets: int) -> None:
    inputs = replace(
        small.inputs("5B.S1"), grouping_policy_5B=policy("grouping_policy_5B", in_stratum_buckets=buckets)
    )
    made = computed("5B.S1", inputs).s1_grouping_5B
    for scene in SCENES:
        held = _columns(made[scene.scenario_id])
        rows = grouping_rows(scene, rows_of(), ENTITIES, MODES, buckets)
        for name in rows[0]:
            assert held[name] == [row[name] for row in rows], name


Drawn = dict[Entity, str]


@st.composite
def worlds(draw: st.DrawFn) -> tuple[Drawn, dict[int, str], int]:
    merchants = draw(st.lists(st.integers(1, 2**64 - 1), min_size=1, max_size=5, unique=True))
    found: Drawn = {}
    for merchant in sorted(merchants):
        for zone in sorted(draw(st.sets(st.sampled_from(ZONES), min_size=1)), key=str.encode):
            for channel in sorted(draw(st.sets(st.sampled_from(CHANNELS), min_size=1, max_size=2))):
                found[merchant, zone, channel] = draw(st.sampled_from(CLASSES))
    modes = {merchant: draw(st.sampled_from(MODE_NAMES)) for merchant in sorted(merchants)}
    return found, modes, draw(st.integers(1, 100))


@given(worlds(), st.integers(1, 3), st.integers(1, 9))
def test_any_small_world_is_grouped_as_the_oracle_says(
    tmp_path_factory: pytest.TempPathFactory,
    world: tuple[Drawn, dict[int, str], int],
    buckets: int,
    at_once: int,
) -> None:
    entities, modes, in_stratum = world
    small = SmallSegment(tmp_path_factory.mktemp("drawn"))
    rows = rows_of(entities, buckets)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(entities_room, "ROWS_AT_ONCE", at_once)
        held = entities_of(small.partition("local", local("baseline_v1", rows)))
    # The profile's key has the country and no channel group, so a second channel group has a country of its own.
    profiles = [(m, f"A{'CPM'[CHANNELS.index(c)]}", z, c, of) for (m, z, c), of in entities.items()]
    features = FeatureTables(profile(profiles), classification(modes)).features(held)
    scenario = _scenario(SCENES[1])
    made = groups(held, features, scenario, policy("grouping_policy_5B", in_stratum_buckets=in_stratum))
    wanted = grouping_rows(SCENES[1], rows, entities, modes, in_stratum)
    assert made.group_id.decoded().tolist() == [row["group_id"] for row in wanted]
    assert made.bucket.tolist() == [row["in_stratum_bucket"] for row in wanted]
    exact = figures([row["group_id"] for row in wanted])
    assert realism_figures(made.group_id) == {name: float(value) for name, value in exact.items()}


# -- properties of the kernels ---------------------------------------------------------------------------------

Column = list[int]


@given(st.lists(st.tuples(st.integers(0, 2), st.integers(0, 2)), max_size=30))
def test_runs_and_falls_are_those_of_the_tuples(rows: list[tuple[int, int]]) -> None:
    key = [np.array([row[k] for row in rows], np.int64) for k in (0, 1)]
    assert run_starts(*key).tolist() == [i for i in range(len(rows)) if i == 0 or rows[i] != rows[i - 1]]
    assert falling(*key).tolist() == [i > 0 and rows[i] < rows[i - 1] for i in range(len(rows))]


@pytest.mark.parametrize("zone", ZONES)
def test_a_zone_group_is_the_first_byte_of_the_digest(zone: str) -> None:
    assert f"zg{zone_group(zone):02d}" == zone_group_id(zone)


@pytest.mark.parametrize(
    ("strata", "merchants", "buckets"), [([0], [1, 2], 4), ([0], [1], 0), ([0], [1], 101)]
)
def test_buckets_refuse_what_no_policy_can_say(strata: Column, merchants: Column, buckets: int) -> None:
    with pytest.raises(ValueError, match="buckets"):
        in_stratum_buckets("s", ["a"], np.array(strata), np.array(merchants, np.uint64), buckets)


def test_merchants_spread_evenly_over_the_buckets() -> None:
    """Chi-square of 20,000 hashes over 100 buckets: 99 degrees of freedom, so past 160 once in 10,000 keys."""
    found = in_stratum_buckets(
        "baseline_v1", ["a|b|c|zg00"], np.zeros(20_000, np.int64), np.arange(1, 20_001, dtype=np.uint64), 100
    )
    counts = np.bincount(found, minlength=100)
    assert float(((counts - 200.0) ** 2 / 200.0).sum()) < 160.0


def test_no_annotations_where_the_policy_wants_none() -> None:
    law = policy("time_grid_policy_5B", local_annotations__emit=False)
    grid = time_grid(_scenario(SCENES[0]), law, fresh_run())
    for name in ("local_day_of_week", "local_minutes_since_midnight", "is_weekend"):
        assert np.ma.getmaskarray(getattr(grid, name)).all()


def test_a_horizon_before_1970_is_cut_as_well() -> None:
    start = datetime(1969, 12, 28, 22, tzinfo=UTC)
    scene = Scene("old", start, start + timedelta(days=7), False, "[]")
    grid = time_grid(_scenario(scene), policy("time_grid_policy_5B"), fresh_run())
    rows = grid_rows(scene, 3600)
    assert grid.local_day_of_week.tolist() == [row["local_day_of_week"] for row in rows]
    assert grid.local_minutes_since_midnight.tolist() == [row["local_minutes_since_midnight"] for row in rows]


# -- what the law refuses --------------------------------------------------------------------------------------


def _local(small: SmallSegment, rows: list[Entity]) -> Any:
    held = small.inputs("5B.S1").merchant_zone_scenario_local_5A
    part = SmallSegment(small.folder / "other").partition("local", local("baseline_v1", rows))
    return {**held, "baseline_v1": part}


def _swapped(small: SmallSegment) -> dict[str, Any]:
    rows = list(ENTITIES)
    return {"merchant_zone_scenario_local_5A": _local(small, [rows[1], rows[0], *rows[2:]])}


def _in_two_pieces(small: SmallSegment) -> dict[str, Any]:
    rows = rows_of()
    return {"merchant_zone_scenario_local_5A": _local(small, [*rows, rows[0]])}


def _zones_by_another_collation(small: SmallSegment) -> dict[str, Any]:
    rows = [(7, "America/São_Paulo", "mixed"), (7, "America/Sitka", "mixed")]
    return {"merchant_zone_scenario_local_5A": _local(small, rows)}


def _unknown_series(small: SmallSegment) -> dict[str, Any]:
    return {
        "merchant_zone_scenario_local_5A": _local(small, [*rows_of(), (2**64 - 1, "Pacific/Fiji", "mixed")])
    }


def _off_the_boundary(small: SmallSegment) -> dict[str, Any]:
    scenes = with_scene(SCENES, "stress_v1", start=SCENES[1].start + timedelta(minutes=1))
    part = SmallSegment(small.folder / "other").partition("manifest", manifest(scenes))
    return {"scenario_manifest_5A": part}


def _two_classes(small: SmallSegment) -> dict[str, Any]:
    rows = [(*row[:4], "online_24h") if row[1] == "BB" else row for row in profile_rows()]
    part = SmallSegment(small.folder / "other").partition("profile", profile(rows))
    return {"merchant_zone_profile_5A": part}


def _two_modes(small: SmallSegment) -> dict[str, Any]:
    pairs = sorted([*MODES.items(), (9, "NON_VIRTUAL")])
    part = SmallSegment(small.folder / "other").partition("classification", classification(pairs))
    return {"virtual_classification_3B": part}


REFUSED: list[tuple[Callable[[SmallSegment], dict[str, Any]], str, str]] = [
    (_swapped, "GROUP_DOMAIN_DERIVATION_FAILED", "merchant 7, Africa/Lagos"),
    (_in_two_pieces, "GROUP_DOMAIN_DERIVATION_FAILED", "merchant 7, Africa/Lagos"),
    (_zones_by_another_collation, "GROUP_DOMAIN_DERIVATION_FAILED", "America/Sitka"),
    (_unknown_series, "GROUP_DOMAIN_DERIVATION_FAILED", "Pacific/Fiji"),
    (_two_classes, "GROUP_DOMAIN_DERIVATION_FAILED", "merchant 7, Africa/Lagos"),
    (_two_modes, "GROUP_DOMAIN_DERIVATION_FAILED", "merchant 9, America/New_York"),
    (_off_the_boundary, "SCENARIO_HORIZON_INVALID", "stress_v1: horizon_start_utc"),
    (lambda _: {"time_grid_policy_5B": None}, "TIME_GRID_POLICY_MISSING", "time_grid_policy_5B"),
    (lambda _: {"grouping_policy_5B": None}, "GROUPING_POLICY_MISSING", "grouping_policy_5B"),
]


@pytest.mark.parametrize(("change", "code", "where"), REFUSED, ids=[one[0].__name__ for one in REFUSED])
def test_the_law_refuses(
    small: SmallSegment, change: Callable[[SmallSegment], dict[str, Any]], code: str, where: str
) -> None:
    inputs = replace(small.inputs("5B.S1"), **change(small))
    with pytest.raises(StateAborted) as refused:
        computed("5B.S1", inputs)
    assert refused.value.code.name == code
    assert where in refused.value.where


def test_a_series_that_goes_on_in_the_next_part_is_one(small: SmallSegment) -> None:
    found = entities_of(small.inputs("5B.S1").merchant_zone_scenario_local_5A["baseline_v1"])
    assert [found.text(row) for row in range(len(found))] == [
        f"merchant {merchant}, {zone}, {channel}" for merchant, zone, channel in ENTITIES
    ]


def test_two_channel_groups_of_a_merchant_and_zone_are_two_series(small: SmallSegment) -> None:
    rows = [*ENTITIES]
    twice = [rows[0], (7, "Africa/Lagos", "mixed"), *rows[1:]]
    more = sorted([*profile_rows(), (7, "CC", "Africa/Lagos", "mixed", "office_hours")])
    other = SmallSegment(small.folder / "other")
    inputs = replace(
        small.inputs("5B.S1"),
        merchant_zone_scenario_local_5A=_local(small, twice),
        merchant_zone_profile_5A=other.partition("profile", profile(more)),
    )
    made = computed("5B.S1", inputs).s1_grouping_5B["baseline_v1"]
    assert made.demand_class.decoded().tolist()[:2] == ["retail_daytime", "office_hours"]


def test_a_run_of_one_scenario_has_that_one_alone(small: SmallSegment) -> None:
    inputs = small.inputs("5B.S1")
    receipt = inputs.s0_gate_receipt_5B.content() | {"scenario_set": ["stress_v1"]}
    one = {"stress_v1": inputs.merchant_zone_scenario_local_5A["stress_v1"]}
    chosen = replace(
        inputs,
        s0_gate_receipt_5B=type(inputs.s0_gate_receipt_5B).of(receipt),
        merchant_zone_scenario_local_5A=one,
    )
    made = computed("5B.S1", chosen)
    assert list(made.s1_time_grid_5B) == list(made.s1_grouping_5B) == ["stress_v1"]
