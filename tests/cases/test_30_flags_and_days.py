"""Case 30: a flag of 0 and 1 and a day of midnights are taken from Parquet as they are from CSV and JSON."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from tests.cases.imports import import_of, merchants, reported, roster_of

INSTANT = 1_704_448_800_000_000
MIDNIGHT = 1_704_412_800
FLAGS = [True, False, None]


def _flags() -> dict[str, Any]:
    numbers = [1, 0, None]
    return {
        "bool": pa.array(FLAGS),
        **{f"int {kind}": pa.array(numbers, kind) for kind in (
            pa.int8(), pa.int16(), pa.int32(), pa.int64(), pa.uint8(), pa.uint64()
        )},
        "float": pa.array(numbers, pa.float64()),
        "decimal": pa.array([None if one is None else Decimal(one) for one in numbers], pa.decimal128(1, 0)),
        "text": pa.array(["true", "0", ""]),
        "view": pa.array(["TRUE", "False", None], pa.string_view()),
        "dictionary": pa.array(["1", "false", None]).dictionary_encode(),
        "bool8": pa.ExtensionArray.from_storage(pa.bool8(), pa.array(numbers, pa.int8())),
    }  # fmt: skip


def _days() -> dict[str, Any]:
    def stamps(unit: str, per_second: int, zone: str | None = None) -> pa.Array:
        return pa.array([MIDNIGHT * per_second, None, MIDNIGHT * per_second], pa.timestamp(unit, tz=zone))

    days = [MIDNIGHT // 86_400, None, MIDNIGHT // 86_400]
    return {
        "date": pa.array(days, pa.int32()).cast(pa.date32()),
        "date64": pa.array(days, pa.int32()).cast(pa.date32()).cast(pa.date64()),
        "s": stamps("s", 1),
        "ms": stamps("ms", 1_000, "UTC"),
        "us": stamps("us", 1_000_000, "Asia/Tokyo"),
        "ns": stamps("ns", 1_000_000_000),
        "text": pa.array(["2024-01-05", "", "2024-01-05"], pa.string_view()),
        "dictionary": stamps("us", 1_000_000).dictionary_encode(),
    }


def _table(**columns: Any) -> pa.Table:
    ids = pa.array(merchants()[:3], pa.uint64())
    return pa.table(
        {"merchant_id": ids, "utc_timestamp": pa.array([INSTANT] * 3, pa.timestamp("us")), **columns}
    )


def test_every_layout_of_flags_and_days_comes_to_the_run_of_csv(tmp_path: Path) -> None:
    lines = [
        f"{one},2024-01-05T10:00:00Z,{flag}" for one, flag in zip(merchants(), ["1", "0", ""], strict=False)
    ]
    (tmp_path / "a.csv").write_text("merchant_id,utc_timestamp,is_virtual\n" + "\n".join(lines))
    expected = roster_of(tmp_path / "a.csv")
    objects = [
        {"merchant_id": one, "utc_timestamp": "2024-01-05T10:00:00Z", "is_virtual": flag}
        for one, flag in zip(merchants(), [1, 0, None], strict=False)
    ]
    (tmp_path / "a.jsonl").write_text("\n".join(map(json.dumps, objects)))
    found = {"jsonl": roster_of(tmp_path / "a.jsonl")}
    path = tmp_path / "a.parquet"
    for name, flags in _flags().items():
        pq.write_table(_table(is_virtual=flags), path)
        found[name] = roster_of(path)
    for name, days in _days().items():
        pq.write_table(_table(is_virtual=pa.array(FLAGS), utc_day=days), path, version="2.6")
        found[name] = roster_of(path)
    assert found == dict.fromkeys(found, expected)


@pytest.mark.parametrize(
    ("column", "values", "reason"),
    [
        ("is_virtual", pa.array([2, 0, 1], pa.int8()), "neither true nor false"),
        ("is_virtual", pa.array([-1, 0, 1], pa.int64()), "neither true nor false"),
        ("is_virtual", pa.array([np.nan, 0, 1]), "neither true nor false"),
        ("utc_day", pa.array([MIDNIGHT + 1, MIDNIGHT, None], pa.timestamp("s")), "not midnight in UTC"),
        (
            "utc_day",
            pa.array([MIDNIGHT + 54_000, MIDNIGHT, None], pa.timestamp("s", tz="Asia/Tokyo")),
            "not midnight",
        ),
        (
            "utc_timestamp",
            pa.array([INSTANT * 1_000 + 1] + [INSTANT * 1_000] * 2, pa.timestamp("ns")),
            "finer",
        ),
        ("utc_timestamp", pa.array([2**62, MIDNIGHT, MIDNIGHT], pa.timestamp("ms")), "no such day or time"),
        ("merchant_id", pa.array([0.5, None, None]), "not a whole number"),
        ("merchant_id", pa.array([2.0**60, None, None]), "a float too large"),
    ],
)
def test_what_is_not_exact_is_listed(
    column: str,
    values: Any,
    reason: str,
    tmp_path: Path,
) -> None:
    table = _table()
    named = {**{name: table.column(name) for name in table.column_names}, column: values}
    pq.write_table(pa.table(named), tmp_path / "a.parquet", version="2.6")
    outcome = import_of(str(tmp_path / "a.parquet"))
    outcome.refused("WORLD-012", exit_code=3, saying=[reason])
    first = reported("a.parquet")[0]
    assert (first["line"], first["field"]) == (1, column)
    assert reason in first["reason"]
