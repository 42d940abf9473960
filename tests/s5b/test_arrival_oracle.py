"""Rows of a run's arrivals, read with pyarrow alone and derived again in plain Python; and laws over all of them.

The slow version is tests/oracle/arrivals.py: hashes are hashlib's, clocks are zoneinfo's.
Source: spec/segment-5B.md, S4.
"""

from __future__ import annotations

import json
import random
import struct
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest
import yaml

from engine.core.run import RunFolder
from tests.oracle import arrivals as oracle
from tests.oracle.routing import site_id

SEED = 20261127
ROWS = 40
SCENARIOS = ("baseline_v1", "stress_peak_v1")
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
Row = dict[str, Any]


def table(run: RunFolder, layer: str, name: str, **tokens: str) -> pa.Table:
    """All parts of a partition; tokens beyond the run's own are named."""
    (place,) = {
        path.parent
        for path in Path(run.root, "data", layer, name).rglob("part-*.parquet")
        if all(f"{key}={value}" in path.parts for key, value in tokens.items())
    }
    return pa.concat_tables([pq.ParquetFile(path).read() for path in sorted(place.glob("part-*.parquet"))])


def rows_of(run: RunFolder, layer: str, name: str, **tokens: str) -> list[Row]:
    return table(run, layer, name, **tokens).to_pylist()


def document(run: RunFolder, pattern: str) -> Any:
    (path,) = Path(run.root, "data").rglob(pattern)
    return json.loads(path.read_text())


def merchants(run: RunFolder) -> dict[int, oracle.Merchant]:
    """Every merchant with its sites, edges and settlement; places are identifiers."""
    mode = {
        row["merchant_id"]: row["virtual_mode"] for row in rows_of(run, "layer1/3B", "virtual_classification")
    }
    settles = {
        row["merchant_id"]: row["tzid_settlement"] for row in rows_of(run, "layer1/3B", "virtual_settlement")
    }
    sites: dict[int, dict[str, list[tuple[int, float]]]] = {}
    weights, zones = rows_of(run, "layer1/2B", "s1_site_weights"), rows_of(run, "layer1/2A", "site_timezones")
    for weight, zone in zip(weights, zones, strict=True):
        key = weight["merchant_id"], weight["legal_country_iso"], weight["site_order"]
        assert key == (zone["merchant_id"], zone["legal_country_iso"], zone["site_order"])
        own = sites.setdefault(key[0], {}).setdefault(zone["tzid"], [])
        own.append((site_id(*key), weight["p_weight"]))
    edges: dict[int, list[Row]] = {}
    for row in rows_of(run, "layer1/3B", "edge_catalogue"):
        edges.setdefault(row["merchant_id"], []).append(row)
    (blob,) = Path(run.root, "data", "layer1", "3B").rglob("*.bin")
    data = blob.read_bytes()
    cells: dict[int, list[tuple[int, int, int, str]]] = {}
    for entry in document(run, "edge_alias_index*.json")["merchants"]:
        count = entry["edges"]
        words = struct.unpack_from(f"<{4 + 2 * count}I", data, entry["offset"])
        own = edges[entry["merchant_id"]]
        cells[entry["merchant_id"]] = [
            (edge["edge_id"], words[4 + place], words[4 + count + place], edge["tzid_operational"])
            for place, edge in enumerate(own)
        ]
    return {
        merchant: oracle.Merchant(
            merchant,
            mode[merchant],
            sites.get(merchant, {}),
            {},
            cells.get(merchant, []),
            settles.get(merchant, ""),
        )
        for merchant in mode
    }


def instant(us: int) -> datetime:
    return EPOCH + timedelta(microseconds=us)


def civil(us: int) -> datetime:
    return instant(us).replace(tzinfo=None)


@pytest.mark.parametrize("scenario", SCENARIOS)
def test_arrivals_are_those_drawn_by_hand(arrived_original: RunFolder, scenario: str) -> None:
    run, chance = arrived_original, random.Random(f"{SEED} {scenario}")
    policy = yaml.safe_load(
        Path(run.root, "config", "layer2", "5B", "arrival_routing_policy_5B.yaml").read_text()
    )
    assert policy["physical_router"]["group_selection"] == "zone_locked"
    known, universe = merchants(run), document(run, "edge_universe_hash*.json")["universe_hash"]
    primary = document(run, "virtual_routing_policy*.json")["virtual_primary_clock"]
    grid = rows_of(run, "layer2/5B", "s1_time_grid", scenario_id=scenario)
    counts = [
        row for row in rows_of(run, "layer2/5B", "s3_bucket_counts", scenario_id=scenario) if row["count_N"]
    ]
    arrivals = table(run, "layer2/5B", "s4_arrival_events", scenario_id=scenario)
    own = run.identity
    identity = oracle.Scenario(own.manifest_fingerprint, own.parameter_hash, own.seed, scenario)
    # Some rows of each kind of merchant, the longest ones among them.
    by_mode: dict[str, list[Row]] = {}
    for row in counts:
        by_mode.setdefault(known[row["merchant_id"]].mode, []).append(row)
    assert set(by_mode) == {"NON_VIRTUAL", "HYBRID", "VIRTUAL_ONLY"}
    chosen = [row for rows in by_mode.values() for row in chance.sample(rows, min(ROWS, len(rows)))]
    chosen += [max(rows, key=lambda row: row["count_N"]) for rows in by_mode.values()]
    kinds = set()
    for row in chosen:
        merchant, zone = known[row["merchant_id"]], row["zone_representation"]
        bucket = grid[row["bucket_index"]]
        start = int((bucket["bucket_start_utc"] - EPOCH).total_seconds()) * 10**6
        wanted = oracle.arrivals_of_row(
            identity, merchant, zone, row["bucket_index"], start,
            bucket["bucket_duration_seconds"] * 10**6, row["count_N"], policy["p_virtual_hybrid"], False,
        )  # fmt: skip
        held = arrivals.filter(
            (pc.field("merchant_id") == pa.scalar(row["merchant_id"], pa.uint64()))
            & (pc.field("zone_representation") == zone)
            & (pc.field("bucket_index") == row["bucket_index"])
        ).to_pylist()
        assert len(held) == len(wanted) == row["count_N"]
        for found, one in zip(held, wanted, strict=True):
            kinds.add((merchant.mode, one.virtual))
            local, settles = civil(one.local_us), civil(one.settlement_us) if one.virtual else None
            by_settlement = one.virtual and primary == "settlement"
            assert found == {
                "manifest_fingerprint": own.manifest_fingerprint,
                "parameter_hash": own.parameter_hash,
                "seed": own.seed,
                "scenario_id": scenario,
                "merchant_id": row["merchant_id"],
                "zone_representation": zone,
                "channel_group": row["channel_group"],
                "bucket_index": row["bucket_index"],
                "arrival_seq": one.sequence,
                "draw_index": one.draw,
                "ts_utc": instant(one.instant_us),
                "is_virtual": one.virtual,
                "site_id": None if one.virtual else one.place,
                "edge_id": one.place if one.virtual else None,
                "tz_group_id": None if one.virtual else one.group,
                "tzid_primary": merchant.settlement if by_settlement else one.zone,
                "ts_local_primary": settles if by_settlement else local,
                "tzid_operational": one.zone if one.virtual else None,
                "ts_local_operational": local if one.virtual else None,
                "tzid_settlement": merchant.settlement if one.virtual else None,
                "ts_local_settlement": settles,
                "routing_universe_hash": universe if one.virtual else None,
                "s4_spec_version": "1.0.0",
            }
    assert kinds >= {("NON_VIRTUAL", False), ("HYBRID", True), ("HYBRID", False), ("VIRTUAL_ONLY", True)}


@pytest.mark.parametrize("scenario", SCENARIOS)
def test_every_bucket_has_its_arrivals_in_order(arrived_original: RunFolder, scenario: str) -> None:
    key = ["merchant_id", "zone_representation", "channel_group", "bucket_index"]
    arrivals = table(arrived_original, "layer2/5B", "s4_arrival_events", scenario_id=scenario)
    counts = table(arrived_original, "layer2/5B", "s3_bucket_counts", scenario_id=scenario)
    summary = table(arrived_original, "layer2/5B", "s4_arrival_summary", scenario_id=scenario)
    order = [(name, "ascending") for name in key]
    found = (
        arrivals.group_by(key)
        .aggregate([("arrival_seq", "count"), ("is_virtual", "sum")])
        .sort_by(order)
        .to_pylist()
    )
    wanted = counts.filter(pc.field("count_N") > 0).sort_by(order).to_pylist()
    told = summary.sort_by(order).to_pylist()
    assert [row["arrival_seq_count"] for row in found] == [row["count_N"] for row in wanted]
    assert [[row[name] for name in key] for row in found] == [[row[name] for name in key] for row in wanted]
    assert [(row["count_N"], row["count_virtual"]) for row in told] == [
        (row["arrival_seq_count"], row["is_virtual_sum"]) for row in found
    ]
    assert all(row["count_N"] == row["count_physical"] + row["count_virtual"] for row in told)
    rows = list(zip(*(arrivals.column(name).to_pylist() for name in [*key, "arrival_seq"]), strict=True))
    plain = [(row[0], row[1].encode(), row[2].encode(), *row[3:]) for row in rows]
    assert plain == sorted(set(plain))
    by_draw = arrivals.group_by(key).aggregate([("draw_index", "max"), ("draw_index", "count_distinct")])
    size = np.array(by_draw.column("draw_index_count_distinct").to_pylist())
    assert (np.array(by_draw.column("draw_index_max").to_pylist()) == size - 1).all()
    assert int(size.sum()) == arrivals.num_rows
