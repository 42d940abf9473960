"""Two files of one table: the same rows by two libraries are told from everything else, whatever the footers say."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from engine.core.table_files import (
    OtherLibraries,
    OtherLibrary,
    is_by_other_library,
    members_as_they_stand,
    own_writer,
    same_rows,
    shown_writer,
    writer_of,
)
from tests.support.other_library import other_version, own_version, relabelled

ROWS = 500
SETTINGS: dict[str, Any] = {"compression": "zstd", "row_group_size": 200, "store_schema": False}
FOUND = OtherLibrary(f"pyarrow {other_version()}", f"pyarrow {own_version()}")
Change = Callable[[pa.Table], pa.Table]


def table() -> pa.Table:
    """Columns of every kind that tables of runs have, with and without nulls, zeros of both signs among the floats."""
    numbers = np.arange(ROWS)
    return pa.table(
        {
            "id": pa.array(numbers.astype(np.uint64) + 2**63),
            "count": pa.array(numbers.astype(np.int32)),
            "share": pa.array(np.where(numbers % 7 == 0, 0.0, numbers / 3)),
            "zone": pa.array([f"zone {number % 5}" for number in numbers]),
            "label": pa.array([None if number % 3 else "label" for number in numbers]),
            "flag": pa.array(numbers % 2 == 0),
            "day": pa.array(numbers.astype("datetime64[D]")),
            "at": pa.array(numbers.astype("datetime64[us]")),
        }
    )


def file_of(rows: pa.Table, **settings: Any) -> bytes:
    sink = io.BytesIO()
    pq.write_table(rows, sink, **{**SETTINGS, **settings})
    return sink.getvalue()


def with_value(column: str, row: int, value: Any) -> Change:
    def changed(rows: pa.Table) -> pa.Table:
        place = rows.schema.get_field_index(column)
        values = rows.column(column).to_pylist()
        assert values[row] is not value
        values[row] = value
        return rows.set_column(
            place, rows.schema.field(place), [pa.array(values, rows.schema.field(place).type)]
        )

    return changed


@pytest.fixture
def standing(tmp_path: Path) -> Callable[[bytes], Path]:
    def put(data: bytes) -> Path:
        path = tmp_path / "part-00000.parquet"
        path.write_bytes(data)
        return path

    return put


@pytest.mark.parametrize(
    "settings",
    [
        {},
        {"compression_level": 15},
        {"max_rows_per_page": 50, "write_batch_size": 50},
        {"use_dictionary": False},
        {"column_encoding": {"id": "DELTA_BINARY_PACKED"}, "use_dictionary": ["zone"]},
        {"write_statistics": False},
        {"data_page_version": "2.0"},
    ],
    ids=str,
)
def test_the_same_rows_by_another_library_are_told(
    standing: Callable[[bytes], Path], settings: dict[str, Any]
) -> None:
    path = standing(relabelled(file_of(table(), **settings)))
    assert same_rows(path, file_of(table())) == FOUND
    other = path.with_name("made.parquet")
    other.write_bytes(file_of(table()))
    assert same_rows(path, other) == FOUND
    assert same_rows(other, path.read_bytes()) == OtherLibrary(FOUND.here, FOUND.wrote)


@pytest.mark.parametrize("settings", [{}, {"compression_level": 15}, {"use_dictionary": False}], ids=str)
def test_the_same_rows_by_the_same_library_are_no_excuse(
    standing: Callable[[bytes], Path], settings: dict[str, Any]
) -> None:
    assert same_rows(standing(file_of(table(), **settings)), file_of(table())) is None


CHANGES: dict[str, Change] = {
    "an integer one greater": with_value("count", 499, 500),
    "the top bit of an id": with_value("id", 7, 7),
    "the last bit of a share": with_value("share", 8, float(np.nextafter(8 / 3, 9))),
    "a zero with a sign": with_value("share", 0, -0.0),
    "another text": with_value("zone", 250, "zone 9"),
    "a text for a null": with_value("label", 1, "label"),
    "a null for a text": with_value("label", 0, None),
    "a flag": with_value("flag", 3, True),
    "another day": with_value("day", 3, np.datetime64("2031-01-01").astype(object)),
    "two rows in the other order": lambda rows: rows.take(pa.array([1, 0, *range(2, ROWS)])),
    "a row less": lambda rows: rows.slice(0, ROWS - 1),
    "a row twice": lambda rows: pa.concat_tables([rows, rows.slice(ROWS - 1)]),
    "no row": lambda rows: rows.slice(0, 0),
    "a column less": lambda rows: rows.drop_columns(["flag"]),
    "another name": lambda rows: rows.rename_columns(
        [n if n != "flag" else "flags" for n in rows.column_names]
    ),
    "another order of columns": lambda rows: rows.select(rows.column_names[::-1]),
    "a wider type": lambda rows: rows.set_column(1, "count", rows.column("count").cast(pa.int64())),
    "values that must be there": lambda rows: rows.cast(
        pa.schema([field.with_nullable(field.name == "label") for field in rows.schema])
    ),
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_a_forged_writer_hides_no_change(standing: Callable[[bytes], Path], change: Change) -> None:
    data = file_of(change(table()))
    assert same_rows(standing(relabelled(data)), file_of(table())) is None
    assert same_rows(standing(relabelled(file_of(table()))), data) is None


@pytest.mark.parametrize(
    "settings",
    [{"row_group_size": 100}, {"compression": "snappy"}, {"version": "1.0"}, {"store_schema": True}],
    ids=str,
)
def test_a_file_of_another_form_is_no_work_of_another_version(
    standing: Callable[[bytes], Path], settings: dict[str, Any]
) -> None:
    assert same_rows(standing(relabelled(file_of(table(), **settings))), file_of(table())) is None


def test_a_footer_that_lies_about_values_is_found(standing: Callable[[bytes], Path]) -> None:
    """Readers skip row groups by the least and the greatest value: a wrong one hides rows from them."""
    honest = file_of(table())
    greatest = (2**63 + 199).to_bytes(8, "little")
    assert honest.count(greatest) >= 1
    forged = honest[: -len(honest) // 4] + honest[-len(honest) // 4 :].replace(
        greatest, (2**63 + 9).to_bytes(8, "little")
    )
    assert forged != honest
    path = standing(relabelled(forged))
    assert pq.read_table(path).equals(table())
    assert same_rows(path, honest) is None


@pytest.mark.parametrize("keep", [0, 3, 100, -9, -1])
def test_a_file_that_cannot_be_read_is_not_the_same(standing: Callable[[bytes], Path], keep: int) -> None:
    path = standing(relabelled(file_of(table()))[:keep])
    assert same_rows(path, file_of(table())) is None
    assert writer_of(path) == ""
    assert not is_by_other_library(path)


def test_a_damaged_page_is_not_the_same(standing: Callable[[bytes], Path]) -> None:
    data = bytearray(relabelled(file_of(table())))
    data[100:200] = bytes(100)
    assert same_rows(standing(bytes(data)), file_of(table())) is None


def test_links_folders_and_what_is_not_there_are_not_the_same(tmp_path: Path) -> None:
    real = tmp_path / "real.parquet"
    real.write_bytes(relabelled(file_of(table())))
    link = tmp_path / "link.parquet"
    link.symlink_to(real)
    for path in (link, tmp_path, tmp_path / "none.parquet"):
        assert same_rows(path, file_of(table())) is None
        assert writer_of(path) == ""


def test_a_writer_without_a_name_is_not_another_one(standing: Callable[[bytes], Path]) -> None:
    """A file that names no writer does not explain its bytes."""
    data = relabelled(file_of(table()))
    name = f"parquet-cpp-arrow version {other_version()}".encode()
    place = data.rindex(name) - 1
    assert data[place] == len(name)
    # The field's length becomes 0 and the text after it fields that no reader knows would be garbage: cut it instead.
    footer = int.from_bytes(data[-8:-4], "little") - len(name)
    unnamed = (
        data[:place] + b"\x00" + data[place + 1 + len(name) : -8] + footer.to_bytes(4, "little") + b"PAR1"
    )
    assert pq.read_metadata(io.BytesIO(unnamed)).created_by in ("", None)
    assert same_rows(standing(unnamed), file_of(table())) is None


def test_a_writer_is_named_as_people_know_it_and_never_obeyed() -> None:
    assert shown_writer("parquet-cpp-arrow version 25.0.1") == "pyarrow 25.0.1"
    assert shown_writer("parquet-cpp-arrow version 7.0.0-SNAPSHOT (build 1a2b)") == "pyarrow 7.0.0-SNAPSHOT"
    assert shown_writer("DuckDB version v1.5.6") == "DuckDB version v1.5.6"
    assert shown_writer("\x1b[2Jgone\nPASS: run") == r"\x1b[2Jgone\nPASS: run"
    assert shown_writer("é" * 100) == (r"\xe9" * 100)[:60] + "..."
    assert shown_writer("parquet-cpp-arrow version 1\n") == r"parquet-cpp-arrow version 1\n"


def test_the_own_writer_is_the_one_that_tables_get(tmp_path: Path) -> None:
    from generated.tables.s2b import S1SiteWeights

    path = tmp_path / "part-00000.parquet"
    S1SiteWeights.empty().write_file(path)
    assert writer_of(path) == own_writer() == f"parquet-cpp-arrow version {pa.cpp_version}"
    assert not is_by_other_library(path)
    path.write_bytes(relabelled(path.read_bytes()))
    assert is_by_other_library(path)


def test_members_of_a_bundle_stand_as_they_are_where_another_library_wrote_them(tmp_path: Path) -> None:
    there = relabelled(file_of(table(), compression_level=9))
    (tmp_path / "tables").mkdir()
    (tmp_path / "tables" / "same.parquet").write_bytes(there)
    (tmp_path / "tables" / "other.parquet").write_bytes(relabelled(file_of(CHANGES["a flag"](table()))))
    (tmp_path / "report.json").write_bytes(b"{}\n")
    members = {
        "tables/same.parquet": file_of(table()),
        "tables/other.parquet": file_of(table()),
        "tables/new.parquet": file_of(table()),
        "report.json": b'{"a":1}\n',
    }
    kept, others = members_as_they_stand("bundle", members, tmp_path)
    assert kept == {**members, "tables/same.parquet": there}
    assert others.as_json() == [{**FOUND._asdict(), "files": ["bundle/tables/same.parquet"]}]
    assert members_as_they_stand("bundle", members, tmp_path / "nowhere")[0] == members


def test_a_file_that_is_met_twice_is_told_once() -> None:
    others = OtherLibraries()
    assert not others
    others.add(FOUND, "a/part-00000.parquet")
    again = OtherLibraries.of_json(others.as_json())
    again.add(FOUND, "a/part-00001.parquet")
    others.take(again)
    assert others.text == f"same rows, other library: 2 files written by {FOUND.wrote}, here {FOUND.here}"
