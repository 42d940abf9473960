"""explain 5B.S4: arrivals of every kind derived again from first principles, and what does not fit shown as such."""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from engine.core.errors import EngineError
from engine.core.inputs import opened
from engine.core.run import RunFolder
from engine.explain.registry import explained, selector_of
from engine.explain.steps import Explanation
from generated.datasets import BY_ID
from generated.tables.s5b import S4ArrivalEvents5B
from tests.cli.command import command
from tests.s5b.arrival_faults import columns_of, table_of
from tests.s5b.arrived_runs import arrived_original, copy_of
from tests.s5b.gated_runs import gated_original
from tests.s5b.test_arrival_runs import forged_part

__all__ = ["arrived_original", "gated_original"]
EVENTS, BASELINE, STRESS = "s4_arrival_events_5B", "baseline_v1", "stress_peak_v1"
OPTIONS = ("merchant_id", "zone_representation", "channel_group", "bucket_index", "arrival_seq")


def told(folder: RunFolder, row: dict[str, Any], scenario: str) -> Explanation:
    names = dict(zip(("merchant", "zone", "channel", "bucket", "seq"), OPTIONS, strict=True))
    options = {option: str(row[column]) for option, column in names.items()}
    return explained(folder, selector_of("5B.S4", {**options, "scenario": scenario}))


def rows_of(folder: RunFolder, scenario: str) -> list[dict[str, Any]]:
    table = opened(folder, BY_ID[EVENTS], {"scenario_id": scenario}).read()
    found: list[dict[str, Any]] = table.arrow.select([*OPTIONS, "is_virtual", "draw_index"]).to_pylist()
    return found


@pytest.mark.parametrize("scenario", [BASELINE, STRESS])
def test_arrivals_of_every_kind_come_out_as_they_are_stored(
    arrived_original: RunFolder, scenario: str
) -> None:
    modes = opened(arrived_original, BY_ID["virtual_classification_3B"]).read()
    mode = dict(zip(modes.merchant_id.tolist(), modes.virtual_mode.decoded().tolist(), strict=True))
    by_kind: dict[tuple[str, bool], list[dict[str, Any]]] = {}
    for row in rows_of(arrived_original, scenario):
        by_kind.setdefault((mode[row["merchant_id"]], row["is_virtual"]), []).append(row)
    assert set(by_kind) >= {
        ("NON_VIRTUAL", False), ("HYBRID", True), ("HYBRID", False), ("VIRTUAL_ONLY", True),
    }  # fmt: skip
    chance = random.Random(f"20261127 {scenario}")
    for rows in by_kind.values():
        for row in [*chance.sample(rows, 5), max(rows, key=lambda one: one["arrival_seq"])]:
            explanation = told(arrived_original, row, scenario)
            assert explanation.matches, [one for one in explanation.comparisons if not one.matches]
            assert len(explanation.comparisons) == len(S4ArrivalEvents5B.SPEC.columns)


@pytest.mark.parametrize(
    ("column", "change"),
    [
        ("ts_utc", lambda value: value + np.timedelta64(1, "us")),
        ("draw_index", lambda value: value + np.uint32(1)),
        ("site_id", lambda value: np.uint64(5)),
        ("ts_local_primary", lambda value: value + np.timedelta64(1, "h")),
        ("tz_group_id", lambda value: "Europe/Paris"),
        ("is_virtual", lambda value: True),
    ],
)
def test_a_forged_value_stands_beside_the_derived_one(
    arrived_original: RunFolder, tmp_path: Path, column: str, change: Callable[[Any], Any]
) -> None:
    folder = copy_of(arrived_original, tmp_path)
    (path,) = folder.path(BY_ID[EVENTS], {"scenario_id": BASELINE}).iterdir()
    held = S4ArrivalEvents5B.read_file(path)
    columns = columns_of(held)
    columns[column][0] = change(columns[column][0])
    forged_part(folder, path, table_of(held, columns))
    explanation = told(folder, rows_of(arrived_original, BASELINE)[0], BASELINE)
    assert [one.name for one in explanation.comparisons if not one.matches] == [column]
    assert not explanation.matches


def asked(folder: RunFolder, **options: str) -> Any:
    words = [word for name, value in options.items() for word in (f"--{name}", value)]
    return command("explain", "5B.S4", *words, "--runs-root", str(folder.root.parent))


def test_the_command_tells_it_to_people_and_programs(arrived_original: RunFolder) -> None:
    row = next(row for row in rows_of(arrived_original, STRESS) if row["is_virtual"])
    options = {
        "merchant": str(row["merchant_id"]), "zone": row["zone_representation"],
        "bucket": str(row["bucket_index"]), "seq": str(row["arrival_seq"]), "scenario": STRESS,
    }  # fmt: skip
    text = asked(arrived_original, **options)
    assert text.exit_code == 0
    for words in ("S4.arrival_edge_pick.v1", "The edge", "The clock of", "Physical or virtual", "MATCH: 23"):
        assert words in text.out
    document = command(
        "explain", "5B.S4", "--json", "--runs-root", str(arrived_original.root.parent),
        *(word for name, value in options.items() for word in (f"--{name}", value)),
    )  # fmt: skip
    assert document.exit_code == 0 and json.loads(document.out)["state"] == "5B.S4"


def test_what_names_no_arrival_is_said(arrived_original: RunFolder, gated_original: RunFolder) -> None:
    rows = rows_of(arrived_original, BASELINE)
    row = rows[0]
    own = {"merchant": str(row["merchant_id"]), "scenario": BASELINE, "bucket": str(row["bucket_index"])}
    asked(arrived_original, **own, seq="99999").refused("USE-007", exit_code=2, saying=["from 1 to"])
    asked(arrived_original, **own, seq="0").refused("USE-007", exit_code=2, saying=["from 1 to"])
    asked(arrived_original, **own, seq="x").refused("USE-007", exit_code=2)
    used = {one["bucket_index"] for one in rows if one["merchant_id"] == row["merchant_id"]}
    empty = next(bucket for bucket in range(672) if bucket not in used)
    asked(arrived_original, **{**own, "bucket": str(empty)}).refused(
        "USE-007", exit_code=2, saying=["count_N 0"]
    )
    asked(arrived_original, **{**own, "bucket": "100000"}).refused("USE-007", exit_code=2)
    asked(arrived_original, **{**own, "scenario": "calm_v1"}).refused(
        "USE-007", exit_code=2, saying=[BASELINE]
    )
    first = json.loads(
        command("explain", "5B.S4", "--json", "--runs-root", str(arrived_original.root.parent)).out
    )
    assert first["key"]["bucket_index"] == min(used) and "first with arrivals" in json.dumps(first)
    asked(arrived_original, **own, row="3").refused("USE-007", exit_code=2, saying=["--seq"])
    with pytest.raises(EngineError) as caught:
        explained(gated_original, selector_of("5B.S4", {}))
    assert caught.value.code.name == "INPUT_NOT_PUBLISHED" and "5B.S3" in caught.value.expected
