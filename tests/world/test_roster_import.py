"""A user's roster: the same from every format, every bad row told, bounded memory."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.core.errors import EngineError
from engine.world import import_csv, import_json, import_parquet
from engine.world.roster_import import RosterChecks, RowProblem, read_roster
from generated.errors.engine import USE, WORLD
from tests.oracle import arrival_roster as oracle

VIRTUAL = 9007199254740993  # by law, with this seed
MERCHANTS = [7, 42, VIRTUAL, 2**63, 2**64 - 1]
SEED = 42
CHECKS = RosterChecks(
    np.array(MERCHANTS, np.uint64),
    np.datetime64("2024-01-01"),
    np.datetime64("2024-12-31"),
    SEED,
    {"Café Ñ": 42},
)
FORMATS = ("csv", "jsonl", "parquet")
Row = dict[str, Any]


def written(path: Path, rows: Sequence[Row]) -> Path:
    """A file of these rows in the format that its name says; a field that a row lacks is left empty."""
    columns = list(dict.fromkeys(name for row in rows for name in row))
    if path.suffix == ".csv":
        lines = [",".join(columns)] + [",".join(_field(row.get(c)) for c in columns) for row in rows]
        path.write_text("\n".join(lines) + "\n", "utf-8")
    elif path.suffix == ".jsonl":
        path.write_text("".join(json.dumps(row) + "\n" for row in rows), "utf-8")
    else:
        texts = {c: pa.array([None if r.get(c) is None else _field(r[c]) for r in rows]) for c in columns}
        pq.write_table(pa.table(texts), path)
    return path


def _field(value: Any) -> str:
    return "" if value is None else json.dumps(value) if not isinstance(value, str) else value


def result(path: Path, **options: Any) -> tuple[list[tuple[int, str, bool]], list[RowProblem]]:
    """Accepted rows and problems of a file."""
    rows: list[tuple[int, str, bool]] = []
    problems: list[RowProblem] = []
    for block in read_roster(path, CHECKS, options.get("names")):
        instants = np.datetime_as_string(block.accepted.microsecond.astype("datetime64[us]"), timezone="UTC")
        rows += zip(
            block.accepted.merchant_id.tolist(),
            instants.tolist(),
            block.accepted.virtual.tolist(),
            strict=True,
        )
        problems += block.problems
    return rows, problems


GOOD: list[Row] = [
    {"merchant_id": 7, "utc_timestamp": "2024-01-01T00:00:00Z"},
    {"merchant_id": 2**64 - 1, "utc_timestamp": "2024-02-29T23:59:59.999999+00:00", "utc_day": "2024-02-29"},
    {"merchant_id": 2**63, "utc_timestamp": "2025-01-01T00:30:00+01:00", "utc_day": "2024-12-31"},
    {"merchant_id": 7, "utc_timestamp": "2024-01-01T00:00:00Z"},
    {"merchant_id": 7, "utc_timestamp": "2024-01-01T00:00:00Z", "is_virtual": True},
    {"merchant_id": "42", "utc_timestamp": "2024-06-01T12:00:00.5Z", "is_virtual": False},
    {"merchant_id": VIRTUAL, "utc_timestamp": "2024-06-01T12:00:00Z"},
    {"merchant_id": VIRTUAL, "utc_timestamp": "2024-06-01T12:00:00Z", "is_virtual": False},
    {"merchant_id": "Café Ñ", "utc_timestamp": "2024-06-01T12:00:00.5Z", "is_virtual": "TRUE"},
]
ACCEPTED = [
    (7, "2024-01-01T00:00:00.000000Z", oracle.virtual(7, SEED)),
    (2**64 - 1, "2024-02-29T23:59:59.999999Z", oracle.virtual(2**64 - 1, SEED)),
    (2**63, "2024-12-31T23:30:00.000000Z", oracle.virtual(2**63, SEED)),
    (7, "2024-01-01T00:00:00.000000Z", oracle.virtual(7, SEED)),
    (7, "2024-01-01T00:00:00.000000Z", True),
    (42, "2024-06-01T12:00:00.500000Z", False),
    (VIRTUAL, "2024-06-01T12:00:00.000000Z", True),
    (VIRTUAL, "2024-06-01T12:00:00.000000Z", False),
    (42, "2024-06-01T12:00:00.500000Z", True),
]


@pytest.mark.parametrize("form", FORMATS)
def test_good_rows_keep_their_order_and_repetitions_in_every_format(form: str, tmp_path: Path) -> None:
    assert result(written(tmp_path / f"mine.{form}", GOOD)) == (ACCEPTED, [])


def test_rows_of_json_that_arrow_reads_are_the_same_as_rows_read_one_by_one(tmp_path: Path) -> None:
    rows = [row for row in GOOD if isinstance(row["merchant_id"], int)]
    path = written(tmp_path / "mine.jsonl", rows)
    assert import_json.one_object_a_line(path.read_bytes())
    fast = result(path)
    path.write_bytes(path.read_bytes() + b"\n \n")  # empty lines send the whole block the slow way
    assert not import_json.one_object_a_line(path.read_bytes())
    assert result(path) == fast == ([row for row, one in zip(ACCEPTED, GOOD, strict=True) if one in rows], [])


@settings(max_examples=60)
@given(st.lists(st.sampled_from([*GOOD, "", "{", '{"merchant_id":7}{"merchant_id":7}', "[1]", "3"]), max_size=12),
       st.sampled_from(["\n", "\r\n"]))  # fmt: skip
def test_fast_and_slow_json_agree_on_any_lines(tmp_path_factory: Any, lines: list[Any], end: str) -> None:
    path = tmp_path_factory.mktemp("j") / "mine.jsonl"
    texts = [line if isinstance(line, str) else json.dumps(line) for line in lines]
    path.write_bytes("".join(text + end for text in texts).encode())
    rows, problems = result(path)
    expected = [ACCEPTED[GOOD.index(line)] for line in lines if isinstance(line, dict)]
    bad = [number for number, line in enumerate(lines, 1) if isinstance(line, str) and line]
    assert rows == expected
    assert [problem.line for problem in problems] == bad


BAD: list[tuple[Row, str, str]] = [
    ({"merchant_id": 8}, "merchant_id", "no merchant of this world"),
    ({"merchant_id": 0}, "merchant_id", "no merchant of this world"),
    ({"merchant_id": 2**64}, "merchant_id", "above 2^64 - 1"),
    ({"merchant_id": -7}, "merchant_id", "not an identifier"),
    ({"merchant_id": 7.0}, "merchant_id", "not an identifier"),
    ({"merchant_id": "shop"}, "merchant_id", "not an identifier"),
    ({"merchant_id": None}, "merchant_id", "missing"),
    ({"utc_timestamp": None}, "utc_timestamp", "missing"),
    ({"utc_timestamp": "yesterday"}, "utc_timestamp", "not RFC 3339"),
    ({"utc_timestamp": "2024-01-01T00:00:00"}, "utc_timestamp", "not RFC 3339"),
    ({"utc_timestamp": "2024-02-30T00:00:00Z"}, "utc_timestamp", "no such day or time"),
    ({"utc_timestamp": "2024-01-01T00:00:00.1234567Z"}, "utc_timestamp", "finer than a microsecond"),
    ({"utc_timestamp": "2023-12-31T23:59:59.999999Z"}, "utc_timestamp", "outside the days of the plan"),
    ({"utc_timestamp": "2025-01-01T00:00:00Z"}, "utc_timestamp", "outside the days of the plan"),
    ({"utc_day": "2024-03-04"}, "utc_day", "not the UTC day of utc_timestamp, 2024-03-03"),
    ({"utc_day": "3 March"}, "utc_day", "not a day"),
    ({"utc_day": "2023-02-29"}, "utc_day", "no such day"),
    ({"is_virtual": "maybe"}, "is_virtual", "neither true nor false"),
]
SOUND: Row = {"merchant_id": 7, "utc_timestamp": "2024-03-03T08:00:00Z", "utc_day": None, "is_virtual": None}


@pytest.mark.parametrize("form", FORMATS)
def test_every_bad_field_is_told_with_line_field_value_and_reason(form: str, tmp_path: Path) -> None:
    rows = [row for bad, _, _ in BAD for row in (SOUND, {**SOUND, **bad})]
    accepted, problems = result(written(tmp_path / f"mine.{form}", rows))
    assert len(accepted) == len(BAD)
    header = 1 if form == "csv" else 0
    for place, ((bad, field, reason), problem) in enumerate(zip(BAD, problems, strict=True)):
        assert problem.line == 2 * place + 2 + header
        assert problem.field == field
        assert reason in problem.reason, problem
        assert problem.value == _field(bad[field])
        assert problem.unknown_merchant == ("no merchant" in reason)


@pytest.mark.parametrize("form", FORMATS)
def test_a_row_with_several_faults_tells_all_of_them(form: str, tmp_path: Path) -> None:
    row = {"merchant_id": 8, "utc_timestamp": "x", "utc_day": "y", "is_virtual": "z"}
    _, problems = result(written(tmp_path / f"mine.{form}", [row]))
    assert [problem.field for problem in problems] == list(row)


def test_lines_that_are_no_rows_are_told_by_their_line(tmp_path: Path) -> None:
    path = tmp_path / "mine.csv"
    good = "7,2024-01-01T00:00:00Z"
    path.write_text(f"merchant_id,utc_timestamp\n{good}\n\n{good},9\n7\n{good}\n8,2024-01-01T00:00:00Z\n")
    rows, problems = result(path)
    assert len(rows) == 2
    assert [(p.line, p.field, p.value) for p in problems] == [
        (4, "", f"{good},9"),
        (5, "", "7"),
        (7, "merchant_id", "8"),
    ]


def test_bad_lines_of_json_are_told_by_their_line(tmp_path: Path) -> None:
    good = json.dumps(GOOD[0])
    lines = [good, "{", "", '"7"', '{"merchant_id": 7, "merchant_id": 7}', good + good, "\x00", good]
    path = tmp_path / "mine.jsonl"
    path.write_text("\n".join(lines))
    rows, problems = result(path)
    assert len(rows) == 2
    assert [problem.line for problem in problems] == [2, 4, 5, 6, 7]
    assert problems[2].reason == "the field stands twice"


def test_lines_stay_right_across_blocks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(import_csv, "BLOCK_BYTES", 400)
    monkeypatch.setattr(import_json, "BLOCK_BYTES", 100)
    monkeypatch.setattr(import_parquet, "BATCH_ROWS", 3)
    rows = [{**SOUND, "merchant_id": 8} if n % 5 == 0 else SOUND for n in range(200)]
    for form, header in (("csv", 1), ("jsonl", 0), ("parquet", 0)):
        accepted, problems = result(written(tmp_path / f"mine.{form}", rows))
        assert len(accepted) == 160
        assert [problem.line for problem in problems] == [n + 1 + header for n in range(0, 200, 5)]
    path = tmp_path / "ragged.csv"
    good, unknown = "7,2024-01-01T00:00:00Z", "8,2024-01-01T00:00:00Z"
    lines = [",,,,", "", good, unknown, good, "7"] * 60
    path.write_text("merchant_id,utc_timestamp\n" + "\n".join(lines) + "\n")
    accepted, problems = result(path)
    assert len(accepted) == 120
    assert [(problem.line, problem.value) for problem in problems] == [
        (number, line[:1] if line == unknown else line)
        for number, line in enumerate(lines, 2)
        if line not in ("", good)
    ]


@pytest.mark.parametrize("unit", ["s", "ms", "us", "ns"])
@pytest.mark.parametrize("zone", [None, "UTC", "Asia/Tokyo"])
def test_typed_parquet_columns_are_read_in_every_unit(unit: str, zone: str | None, tmp_path: Path) -> None:
    instants = np.array(["2024-01-01T00:00:00", "2024-03-03T08:00:01"], "datetime64[s]").astype(
        f"datetime64[{unit}]"
    )
    table = pa.table(
        {
            "merchant_id": pa.array([7, 2**64 - 1], pa.uint64()).dictionary_encode(),
            "utc_timestamp": pa.array(instants).cast(pa.timestamp(unit, tz=zone)),
            "utc_day": pa.array(instants.astype("datetime64[D]")).cast(pa.date32()),
            "is_virtual": pa.array([True, None]),
        }
    )
    pq.write_table(table, tmp_path / "mine.parquet", version="2.6")
    rows, problems = result(tmp_path / "mine.parquet")
    assert problems == []
    assert rows == [
        (7, "2024-01-01T00:00:00.000000Z", True),
        (2**64 - 1, "2024-03-03T08:00:01.000000Z", oracle.virtual(2**64 - 1, SEED)),
    ]


def test_typed_parquet_values_that_cannot_be_are_told(tmp_path: Path) -> None:
    table = pa.table(
        {
            "merchant_id": pa.array([-7, None, 7, 7], pa.int64()),
            "utc_timestamp": pa.array([0, 1, 1_709_000_000_000_000_001, None], pa.timestamp("ns", tz="UTC")),
            "utc_day": pa.array([0, None, None, None], pa.int32()).cast(pa.date32()),
        }
    )
    pq.write_table(table, tmp_path / "mine.parquet", version="2.6")
    rows, problems = result(tmp_path / "mine.parquet")
    assert rows == []
    assert [(p.line, p.field) for p in problems] == [
        (1, "merchant_id"), (1, "utc_timestamp"), (2, "merchant_id"), (2, "utc_timestamp"),
        (3, "utc_timestamp"), (4, "utc_timestamp"),
    ]  # fmt: skip
    assert problems[4].value == "2024-02-27T02:13:20.000000001Z"
    seconds = pa.table(
        {"merchant_id": [7], "utc_timestamp": pa.array([2**62], pa.int64()).cast(pa.timestamp("ms"))}
    )
    pq.write_table(seconds, tmp_path / "far.parquet")
    assert [p.reason for p in result(tmp_path / "far.parquet")[1]] == ["no such day or time"]


def test_columns_may_bear_other_names_and_others_are_passed_over(tmp_path: Path) -> None:
    path = tmp_path / "mine.csv"
    path.write_text('note,shop,at\n"a ""b"", c",7,2024-01-01T00:00:00Z\n', "utf-8-sig")
    names = {"merchant_id": "shop", "utc_timestamp": "at"}
    assert result(path, names=names) == (ACCEPTED[:1], [])
    path = tmp_path / "mine.jsonl"
    path.write_text('{"note": {"a": [1]}, "shop": 7, "at": "2024-01-01T00:00:00Z"}\n', "utf-8-sig")
    assert result(path, names=names) == (ACCEPTED[:1], [])


@pytest.mark.parametrize(
    ("name", "content", "code", "words"),
    [
        ("mine.csv", b"", WORLD.IMPORT_UNREADABLE, "an empty file"),
        ("mine.csv", b"\xff\xfe\n", WORLD.IMPORT_UNREADABLE, "UTF-8"),
        ("mine.csv", b"merchant_id,when\n", WORLD.IMPORT_FIELD_MISSING, "utc_timestamp"),
        ("mine.csv", b"merchant_id,merchant_id,utc_timestamp\n", WORLD.IMPORT_UNREADABLE, "2 of them"),
        ("mine.parquet", b"PAR1", WORLD.IMPORT_UNREADABLE, "Parquet"),
        ("mine.xlsx", b"x", WORLD.IMPORT_UNREADABLE, ".xlsx"),
        ("mine", b"x", WORLD.IMPORT_UNREADABLE, ".csv"),
    ],
)
def test_a_file_that_cannot_be_read_is_refused(
    name: str, content: bytes, code: Any, words: str, tmp_path: Path
) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(EngineError) as caught:
        result(tmp_path / name)
    assert caught.value.code is code
    assert words in str(caught.value)
    assert name in str(caught.value)


@pytest.mark.parametrize("column", ["merchant_id", "utc_timestamp", "utc_day", "is_virtual"])
def test_a_parquet_column_of_another_type_is_refused(column: str, tmp_path: Path) -> None:
    table = pa.table({**{name: ["7"] for name in SOUND}, column: [[1.5]]})
    pq.write_table(table, tmp_path / "mine.parquet")
    with pytest.raises(EngineError) as caught:
        result(tmp_path / "mine.parquet")
    assert caught.value.code is WORLD.IMPORT_UNREADABLE
    assert f"column {column}" in str(caught.value)
    assert "list<element: double>" in str(caught.value)


def test_a_missing_file_and_an_unknown_column_to_map_are_wrong_use(tmp_path: Path) -> None:
    for path, names in ((tmp_path / "none.csv", None), (written(tmp_path / "a.csv", GOOD), {"shop": "x"})):
        with pytest.raises(EngineError) as caught:
            list(read_roster(path, CHECKS, names))
        assert caught.value.code is USE.BAD_OPTION
