"""Case 05: a cell whose bytes are no UTF-8 is a row that is listed, in every format and column, with exit code 3."""

from __future__ import annotations

import json
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from tests.cases.imports import GOOD_TIME, import_of, reported

BAD = b"caf\xe9"


def written(path: Path, merchant: bytes, note: bytes) -> Path:
    if path.suffix == ".parquet":
        columns = {
            "merchant_id": pa.array([merchant], pa.binary()).view(pa.string()),
            "utc_timestamp": pa.array([1_704_448_800_000_000], pa.timestamp("us")),
            "note": pa.array([note], pa.binary()).view(pa.string()),
        }
        pq.write_table(pa.table(columns), path)
    elif path.suffix == ".csv":
        path.write_bytes(b"merchant_id,utc_timestamp,note\n%b,%b,%b\n" % (merchant, GOOD_TIME, note))
    else:
        text = b'{"merchant_id":"%b","utc_timestamp":"%b","note":"%b"}\n'
        path.write_bytes(text % (merchant, GOOD_TIME, note))
    return path


@pytest.mark.parametrize("form", ["jsonl", "ndjson", "csv", "parquet"])
@pytest.mark.parametrize("field", ["merchant_id", "note"])
def test_the_row_is_listed(form: str, field: str, tmp_path: Path) -> None:
    merchant, note = (BAD, b"fine") if field == "merchant_id" else (b"7", BAD)
    path = written(tmp_path / f"in.{form}", merchant, note)
    outcome = import_of(str(path))
    outcome.refused("WORLD-012", exit_code=3, saying=["caf\\xe9", "not UTF-8", "what to do"])
    line = {"csv": 2}.get(form, 1)
    told = [one for one in reported(path.name) if one["field"] == field]
    assert told == [
        {"field": field, "file": path.name, "line": line, "reason": "not UTF-8", "value": "caf\\xe9"}
    ]


def test_the_case_as_it_came_in(tmp_path: Path) -> None:
    path = tmp_path / "in.jsonl"
    path.write_bytes(b'{"merchant_id":"caf\xe9","utc_timestamp":"2024-01-05T10:00:00Z"}\n')
    outcome = import_of(str(path), "--json")
    assert outcome.exit_code == 3, outcome.err
    assert "caf\\xe9" in json.dumps(json.loads(outcome.out), ensure_ascii=False).replace("\\\\", "\\")
