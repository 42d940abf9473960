"""What the laws of S5 and S6 refuse before they route, and the cases at their edges."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from codegen.runtime.tables import PartitionedTable, part_name
from engine.core.errors import EngineError
from engine.core.run import RunFolder
from engine.execute import plan, prepare, session
from engine.s2b import edge_policy, routing_plan
from engine.s2b.roster_rows import RosterRows
from generated import errors
from generated.models.s2b import RouteRngPolicyV1, S2AliasIndex, VirtualEdgePolicyV1
from generated.tables.s2b import S5ArrivalRoster
from tests.s2b.plan_oracle import Site
from tests.s2b.routing_oracle import Arrival
from tests.s2b.small_plan import (
    SITES,
    ZONES,
    changed_rows,
    computed,
    edited,
    fresh_run,
    policy_content,
    timezones,
)
from tests.s2b.small_routing import (
    LARGE,
    OVERRIDDEN,
    SmallRouting,
    edge_content,
    roster,
    use_small_routing_blocks,
)

S5, S6 = errors.S2B_S5, errors.S2B_S6


@pytest.fixture(autouse=True)
def small_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    """Blocks of a few arrivals."""
    use_small_routing_blocks(monkeypatch)


@pytest.fixture
def small(tmp_path: Path) -> SmallRouting:
    """The hand-made arrivals."""
    return SmallRouting(tmp_path)


def refusal(state: str, inputs: Any) -> EngineError:
    """The error with which a state's law refuses its inputs."""
    with pytest.raises(EngineError) as caught:
        computed(state, inputs, fresh_run())
    return caught.value


CONTRARY: dict[str, object] = {
    "rng_engine": "philox4x32-10",
    "streams/routing_selection/basis/key_basis": ["seed"],
    "streams/routing_selection/basis/counter_step_per_event": 2,
    "streams/routing_selection/basis/counter_wrap_policy": "wrap",
    "streams/routing_selection/event_families/alias_pick_group/blocks": 2,
    "streams/routing_selection/event_families/alias_pick_site/draws": "2",
    "streams/routing_selection/event_families/alias_pick_site/substream_label": "alias_pick_group",
    "streams/routing_selection/draws_per_unit/draws_per_selection": 1,
    "streams/routing_edge/basis/key_basis": ["run_id", "seed", "parameter_hash"],
    "streams/routing_edge/basis/counter_step_per_event": 0,
    "streams/routing_edge/basis/counter_wrap_policy": "ignore",
    "streams/routing_edge/event_families/cdn_edge_pick/blocks": 0,
    "streams/routing_edge/event_families/cdn_edge_pick/draws": "0",
    "streams/routing_edge/draws_per_unit/draws_per_virtual": 2,
    "streams/routing_edge/rng_stream_id": "2B.routing",
}


@pytest.mark.parametrize("state", ["2B.S5", "2B.S6"])
@pytest.mark.parametrize("pointer", list(CONTRARY))
def test_a_routing_policy_of_another_law_is_refused(small: SmallRouting, state: str, pointer: str) -> None:
    content = edited(policy_content("route_rng_policy_v1"), pointer, CONTRARY[pointer])
    inputs = replace(small.inputs(state), route_rng_policy_v1=RouteRngPolicyV1.of(content))
    error = refusal(state, inputs)
    assert error.code.full == f"{state.replace('.', '-')}-053"
    assert error.where == f"route_rng_policy_v1 /{pointer}"


INDEX: dict[str, object] = {
    "blob_sha256": "0" * 64,
    "blob_size_bytes": 24,
    "policy_digest": "0" * 64,
    "endianness": "big",
    "alignment_bytes": 32,
    "quantised_bits": 20,
    "merchants_count": 1,
    "merchants/0/sites": 3,
    "merchants/0/merchant_id": 10,
    "merchants/1/offset": 1 << 40,
}


@pytest.mark.parametrize("pointer", list(INDEX))
def test_an_alias_index_that_does_not_fit_is_refused(small: SmallRouting, pointer: str) -> None:
    content = copy.deepcopy(small.outputs("2B.S2")[0].s2_alias_index.content())
    *path, last = pointer.split("/")
    place: Any = content
    for key in path:
        place = place[int(key) if key.isdigit() else key]
    assert place[last] != INDEX[pointer]
    place[last] = INDEX[pointer]
    error = refusal("2B.S5", replace(small.inputs("2B.S5"), s2_alias_index=S2AliasIndex.of(content)))
    assert error.code is S5.SITE_ALIAS_DECODE_INCOHERENT


@pytest.mark.parametrize("byte", [0, 4, 8, 12, -1])
def test_a_changed_alias_blob_is_refused(small: SmallRouting, byte: int) -> None:
    blob = bytearray(small.outputs("2B.S2")[0].s2_alias_blob)
    blob[byte] ^= 1
    error = refusal("2B.S5", replace(small.inputs("2B.S5"), s2_alias_blob=bytes(blob)))
    assert error.code is S5.SITE_ALIAS_DECODE_INCOHERENT


SHARES: dict[str, Callable[[Any], Any]] = {
    "sum": lambda p: np.where(np.arange(p.size) == p.size - 1, p * (1 - 1e-9), p),
    "negative": lambda p: np.where(np.arange(p.size) == 400, -p, p),
    "zero": lambda p: p * 0.0,
}


@pytest.mark.parametrize("case", list(SHARES))
def test_shares_that_are_no_law_are_refused_wherever_they_stand(small: SmallRouting, case: str) -> None:
    (made,) = small.outputs("2B.S4")
    table = small.partition("faulty", changed_rows(made.s4_group_weights, p_group=SHARES[case]))
    error = refusal("2B.S5", replace(small.inputs("2B.S5"), s4_group_weights=table))
    assert error.code is S5.GROUP_PROBABILITY_MISMATCH


@pytest.mark.parametrize("rows", [slice(1, None), slice(0, -1), slice(0, 366)])
def test_group_weights_that_miss_rows_are_refused(small: SmallRouting, rows: slice) -> None:
    (made,) = small.outputs("2B.S4")
    held = made.s4_group_weights
    table = small.partition("faulty", held.take(np.arange(held.num_rows)[rows]))
    error = refusal("2B.S5", replace(small.inputs("2B.S5"), s4_group_weights=table))
    assert error.code is S5.GROUP_PROBABILITY_MISMATCH


def test_group_weights_in_several_parts_are_one_plan(small: SmallRouting) -> None:
    (made,) = small.outputs("2B.S4")
    held = made.s4_group_weights
    border = int(np.flatnonzero(held.merchant_id == 77)[0])
    parts = small.partition("parts", held.rows(0, border), held.rows(border, held.num_rows))
    inputs = replace(small.inputs("2B.S5"), s4_group_weights=parts)
    for again, before in zip(computed("2B.S5", inputs, fresh_run()), small.outputs("2B.S5"), strict=True):
        assert again.rng_event_alias_pick_site.arrow.equals(before.rng_event_alias_pick_site.arrow)


@pytest.mark.parametrize(
    ("arrival", "words"),
    [
        (Arrival(5, "2024-01-01T00:00:00", False), "merchant"),
        (Arrival(9, "2023-12-31T23:59:59", False), "a day from 2024-01-01 to 2024-12-31"),
        (Arrival(9, "2025-01-01T00:00:00", False), "a day from 2024-01-01 to 2024-12-31"),
    ],
)
def test_an_arrival_outside_the_plan_aborts(tmp_path: Path, arrival: Arrival, words: str) -> None:
    known = Arrival(9, "2024-01-01T00:00:00", False)
    small = SmallRouting(tmp_path, arrivals=[*[known] * 9, arrival])
    error = refusal("2B.S5", small.inputs("2B.S5"))
    assert error.code is S5.GROUP_PROBABILITY_MISMATCH
    assert "arrival 9 " in error.where and words in error.expected


def test_an_arrival_with_another_day_than_its_instant_s_aborts(small: SmallRouting) -> None:
    table = roster(small.arrivals)
    days = table.utc_day.copy()
    days[8] += np.timedelta64(1, "D")
    faulty = small.partition("faulty", changed_rows(table, utc_day=lambda _: days))
    error = refusal("2B.S5", replace(small.inputs("2B.S5"), s5_arrival_roster=faulty))
    assert error.code is S5.GROUP_PROBABILITY_MISMATCH
    assert "arrival 8 " in error.where and "the day of utc_timestamp" in error.expected


def test_two_sites_with_one_identifier_abort(small: SmallRouting, monkeypatch: pytest.MonkeyPatch) -> None:
    from engine.kernels import site_identifiers

    monkeypatch.setattr(site_identifiers, "site_id", lambda merchant, country, order: 7)
    monkeypatch.setattr(routing_plan, "_kept", None)
    error = refusal("2B.S5", small.inputs("2B.S5"))
    assert error.code is S5.GROUP_SITE_MISMATCH
    assert "site_id" in error.expected


def test_a_site_without_a_zone_aborts(small: SmallRouting) -> None:
    sites = sorted(SITES, key=lambda site: site.key)
    zones = small.partition("faulty", timezones(sites[1:]))
    error = refusal("2B.S5", replace(small.inputs("2B.S5"), site_timezones=zones))
    assert error.code is S5.SITE_ALIAS_DECODE_INCOHERENT


@pytest.mark.parametrize(("left", "fits"), [(0, False), (2, True)])
def test_the_counter_never_wraps(tmp_path: Path, left: int, fits: bool) -> None:
    """Two arrivals take four counters, and the counter behind the last must exist."""
    start = {"hi": 2**64 - 1, "lo": 2**64 - 3 - left}
    route = edited(
        policy_content("route_rng_policy_v1"), "streams/routing_selection/basis/counter_start", start
    )
    small = SmallRouting(tmp_path, arrivals=[Arrival(9, "2024-01-01T00:00:00", True)] * 2, route=route)
    if fits:
        (made,) = small.outputs("2B.S5")
        assert made.rng_event_alias_pick_site.rng_counter_after_lo.tolist() == [2**64 - 3, 2**64 - 1]
    else:
        assert refusal("2B.S5", small.inputs("2B.S5")).code is S5.RNG_COUNTER_WRAP


def test_a_group_that_weighs_nothing_is_never_picked(tmp_path: Path) -> None:
    from tests.s2b.plan_oracle import Plan

    sites = [Site(3, "CH", 1, ZONES[0], 0.0), Site(3, "US", 1, ZONES[1], 1.0)]
    arrivals = [Arrival(3, "2024-05-05T05:05:05", False)] * 50
    small = SmallRouting(tmp_path, sites, Plan(mode="column"), arrivals=arrivals)
    picked = [
        made.rng_event_alias_pick_group.tz_group_id.decoded().tolist() for made in small.outputs("2B.S5")
    ]
    assert {zone for part in picked for zone in part} == {ZONES[1]}


def test_the_rows_of_a_block_are_found_in_any_parts(small: SmallRouting) -> None:
    whole = roster(small.arrivals)
    from engine.core.blocks import blocks_of

    for pieces in ((1, 1, 100), (100,), (7, 7, 100), (2, 13, 9, 100)):
        small.pieces = pieces
        rows = RosterRows.of(small.roster_parts())
        assert len(rows) == whole.num_rows
        for block in blocks_of(len(rows), 5):
            assert rows.rows(block).arrow.equals(whole.rows(block.start, block.stop).arrow)


# -- edges -----------------------------------------------------------------------------------------------------

EDGE = {"edge_id": "x-1", "ip_country": "CH", "edge_lat": 47.0, "edge_lon": 8.0}
OTHER = {"edge_id": "x-2", "ip_country": "US", "edge_lat": 40.0, "edge_lon": -74.0}
BROKEN: dict[str, tuple[dict[str, Any], str]] = {
    "neither form": ({"geo_metadata": OVERRIDDEN["geo_metadata"]}, "031"),
    "both forms": ({"edges": [EDGE | {"weight": 1.0}], "default_edges": [EDGE | {"weight": 1.0}]}, "031"),
    "edges with overrides": ({"edges": [EDGE | {"weight": 1.0}], "merchant_overrides": {}}, "031"),
    "no weight": ({"edges": [EDGE]}, "031"),
    "two weights": ({"edges": [EDGE | {"weight": 1.0, "country_weights": {"CH": 1.0}}]}, "031"),
    "two kinds": ({"edges": [EDGE | {"weight": 0.5}, OTHER | {"country_weights": {"US": 0.5}}]}, "031"),
    "another country's weight": ({"edges": [EDGE | {"country_weights": {"US": 1.0}}]}, "031"),
    "country weights of 0": ({"edges": [EDGE | {"country_weights": {"CH": 0.0}}]}, "031"),
    "a sum of less": ({"edges": [EDGE | {"weight": 0.5}, OTHER | {"weight": 0.5 - 3e-9}]}, "031"),
    "an id twice": ({"edges": [EDGE | {"weight": 0.5}, EDGE | {"weight": 0.5}]}, "031"),
    "no merchant": (
        {"default_edges": [EDGE | {"weight": 1.0}], "merchant_overrides": {"0x7": [EDGE | {"weight": 1.0}]}},
        "031",
    ),
    "too large a merchant": (
        {
            "default_edges": [EDGE | {"weight": 1.0}],
            "merchant_overrides": {str(2**64): [EDGE | {"weight": 1.0}]},
        },
        "031",
    ),
    "no place": ({"default_edges": [{"edge_id": "x-1", "weight": 1.0}]}, "060"),
    "half a place": (
        {"edges": [{"edge_id": "x-1", "ip_country": "CH", "edge_lat": 1.0, "weight": 1.0}]},
        "060",
    ),
}


@pytest.mark.parametrize("case", list(BROKEN))
def test_edges_that_are_no_law_are_refused(small: SmallRouting, case: str) -> None:
    fields, code = BROKEN[case]
    edges = VirtualEdgePolicyV1.of(edge_content(**fields))
    error = refusal("2B.S6", replace(small.inputs("2B.S6"), virtual_edge_policy_v1=edges))
    assert error.code.full == f"2B-S6-{code}"
    assert error.where.startswith("virtual_edge_policy_v1")


def test_weights_enter_the_table_as_they_are_and_country_weights_are_divided_once() -> None:
    weights = [0.1, 0.2, 0.7 - 2e-10]
    named = [EDGE | {"edge_id": f"e{k}", "weight": w} for k, w in enumerate(weights)]
    law, found = edge_policy.edge_law(VirtualEdgePolicyV1.of(edge_content(edges=named[::-1])))
    assert law is not None and not found
    assert law.edge_id == ("e0", "e1", "e2") and law.weight.tolist() == weights
    shares = [
        EDGE | {"edge_id": f"e{k}", "country_weights": {"CH": w}} for k, w in enumerate((3.0, 1.0, 3.0))
    ]
    law, found = edge_policy.edge_law(VirtualEdgePolicyV1.of(edge_content(edges=shares)))
    assert law is not None and not found
    assert law.weight.tolist() == [3.0 / 7.0, 1.0 / 7.0, 3.0 / 7.0]


def test_ids_sort_by_their_bytes_and_overrides_are_the_merchant_s_alone() -> None:
    law, found = edge_policy.edge_law(VirtualEdgePolicyV1.of(edge_content(**OVERRIDDEN)))
    assert law is not None and not found
    assert law.edge_id == ("B_3", "a.2", "zz-1", "B_3", "zz-1")
    assert law.sets_of(np.array([1, LARGE, 77, LARGE - 1], np.uint64)).tolist() == [0, 1, 0, 0]
    assert law.latitude.tolist() == [40.7, -90.0, 47.4, 40.7, 47.4]


def test_the_edge_log_needs_the_selection_log(small: SmallRouting) -> None:
    error = refusal("2B.S6", replace(small.inputs("2B.S6"), s5_selection_log=None))
    assert error.code is S6.DICTIONARY_RESOLUTION_ERROR
    assert error.where == "s5_selection_log"


LOGS: dict[str, Callable[[Any], Any]] = {
    "a row less": lambda table: table.rows(1, table.num_rows),
    "another merchant": lambda table: changed_rows(table, merchant_id=lambda m: m + np.uint64(1)),
    "another instant": lambda table: changed_rows(table, utc_timestamp=lambda t: t + np.timedelta64(1, "us")),
    "other counters": lambda table: changed_rows(table, ctr_group_lo=lambda c: c + np.uint64(1)),
    "nothing": lambda table: type(table).empty(),
}


@pytest.mark.parametrize("case", list(LOGS))
def test_a_virtual_arrival_without_a_partner_aborts(small: SmallRouting, case: str) -> None:
    selections = small.selections()
    assert selections is not None
    folder = small.folder / "faulty"
    folder.mkdir(parents=True)
    for path in selections.paths:
        LOGS[case](selections.table.read_file(path)).write_file(folder / path.name)
    faulty = PartitionedTable.of(selections.table, folder)
    error = refusal("2B.S6", replace(small.inputs("2B.S6"), s5_selection_log=faulty))
    assert error.code is S6.BYPASS_FLAG_INCOHERENT
    assert "s5_selection_log of 2024-" in error.expected


def test_a_part_that_the_selection_log_lacks_aborts(small: SmallRouting) -> None:
    selections = small.selections()
    assert selections is not None
    fewer = replace(selections, paths=selections.paths[1:])
    error = refusal("2B.S6", replace(small.inputs("2B.S6"), s5_selection_log=fewer))
    assert error.code is S6.BYPASS_FLAG_INCOHERENT


def test_arrivals_that_are_not_said_to_be_virtual_are_not_and_warn_once(small: SmallRouting) -> None:
    run = fresh_run()
    computed("2B.S6", small.inputs("2B.S6"), run)
    (warning,) = run.notes.warnings
    unsaid = sum(arrival.is_virtual is None for arrival in small.arrivals)
    assert unsaid > 1 and f"{unsaid} rows" in warning.found


def test_a_roster_without_virtual_arrivals_draws_nothing(tmp_path: Path) -> None:
    small = SmallRouting(tmp_path, arrivals=[Arrival(9, "2024-01-01T00:00:00", False)] * 9)
    first, second = small.outputs("2B.S6")
    for made in (first, second):
        assert made.rng_event_cdn_edge_pick is made.rng_trace_log_2B_S6 is None
        assert not made.s6_edge_log
    assert first.rng_audit_log_2B_S6 and not second.rng_audit_log_2B_S6


# -- whole runs ------------------------------------------------------------------------------------------------


def test_a_run_without_a_roster_is_told_how_to_make_one(tiny_original: RunFolder, tmp_path: Path) -> None:
    config = tmp_path / "config"
    policies = prepare.folder_policies(tiny_original.config)
    import shutil

    shutil.copytree(tiny_original.config, config)
    (recipe,) = config.rglob("recipe.yaml")
    text = recipe.read_text(encoding="utf-8")
    assert "made_by_default: true" in text
    recipe.write_text(text.replace("made_by_default: true", "made_by_default: false"), encoding="utf-8")
    changed = prepare.folder_policies(config)
    assert changed != policies
    folder = prepare.prepared_run(
        changed, runs_root=tmp_path / "runs", ingress=session.ingress(), seed=None, label=""
    )
    session.run_states(folder, plan.planned(None, "2B.S4"), jobs=1)
    with pytest.raises(EngineError) as caught:
        session.run_states(folder, plan.planned("2B.S5", "2B.S5"), jobs=1)
    assert caught.value.code is S5.DICTIONARY_RESOLUTION_ERROR
    assert "closedworld roster make" in caught.value.code.remedy


def test_a_table_of_the_roster_is_written_and_read_back(tmp_path: Path) -> None:
    small = SmallRouting(tmp_path)
    table = roster(small.arrivals)
    table.write_file(tmp_path / part_name(0))
    assert json.dumps(S5ArrivalRoster.read_file(tmp_path / part_name(0)).is_virtual.tolist()) == json.dumps(
        [arrival.is_virtual for arrival in small.arrivals]
    )
