"""Content digests taken while parts are read: the same as those of the files, whoever reads what and when."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from codegen.runtime.tables import ColumnSpec, PartitionedTable, Table, TableSpec, part_name
from engine.core.content_digest import content_digest_of_files
from engine.core.errors import TableMismatch
from engine.execute import table_contents
from engine.execute.table_contents import TableContents

COLUMNS = [("n", "uint64", False, False), ("t", "string", True, False)]


class Rows(Table):
    SPEC = TableSpec(
        "rows",
        "x",
        (ColumnSpec("n", "uint64"), ColumnSpec("t", "string", nullable=True, storage="dictionary")),
        (),
        (),
        (),
        3,
    )
    ARROW_SCHEMA = SPEC.arrow_schema
    __slots__ = ()


def parts(folder: Path, sizes: list[int]) -> list[Path]:
    paths = []
    for number, size in enumerate(sizes):
        texts = [None if row % 3 == 2 else f"{number}{row % 2}" for row in range(size)]
        columns = [
            pa.array(np.arange(size, dtype=np.uint64) + np.uint64(number)),
            pa.array(texts, pa.string()).dictionary_encode(),
        ]
        table = Rows(pa.table(columns, schema=Rows.ARROW_SCHEMA))
        paths.append(folder / part_name(number))
        table.write_file(paths[-1])
    return paths


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    return parts(tmp_path_factory.mktemp("rows"), [4, 0, 7, 1, 9, 2])


@given(st.lists(st.integers(0, 5), max_size=15), st.integers(0, 12), st.integers(1, 4))
def test_the_digest_is_that_of_the_files_in_whatever_order_parts_are_seen(
    written: list[Path], order: list[int], most: int, threads: int
) -> None:
    contents = TableContents(most)
    contents.expect(COLUMNS, written)
    with ThreadPoolExecutor(threads) as pool:
        list(pool.map(lambda at: contents.seen(written[at], Rows.read_file(written[at])), order))
    assert contents.digest(COLUMNS, written) == content_digest_of_files(COLUMNS, written)
    assert contents.digest(COLUMNS, written) == content_digest_of_files(COLUMNS, written)


def reading(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The names of the parts that digests read from their files, as they do so."""
    names: list[str] = []
    add_file = table_contents.ContentDigest.add_file

    def noted(self: Any, path: Path) -> None:
        names.append(path.name)
        add_file(self, path)

    monkeypatch.setattr(table_contents.ContentDigest, "add_file", noted)
    return names


def test_what_was_seen_is_not_read_again(written: list[Path], monkeypatch: pytest.MonkeyPatch) -> None:
    wanted = content_digest_of_files(COLUMNS, written)
    read = reading(monkeypatch)
    contents = TableContents()
    contents.expect(COLUMNS, written)
    table = PartitionedTable(Rows, tuple(written), contents.seen)
    for number in (1, 0, 3, 2):
        table.part(number)
    assert contents.digest(COLUMNS, written) == wanted
    assert read == [part_name(4), part_name(5)]


def test_parts_that_find_too_many_waiting_are_let_go_and_read_again(
    written: list[Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    contents = TableContents(most=8)
    contents.expect(COLUMNS, written)
    tables = [Rows.read_file(path) for path in written]
    again = reading(monkeypatch)
    for number in (2, 4, 3, 0, 0, 1, 2, 5):
        contents.seen(written[number], tables[number])
    assert again == [part_name(4)]  # of 9 rows, where 7 waited; that of one row found its place
    (held,) = set(contents._tables.values())
    assert held._waiting == {}
    assert contents.digest(COLUMNS, written) == content_digest_of_files(COLUMNS, written)


def test_another_table_and_one_of_other_columns_are_read_from_their_files(
    written: list[Path], tmp_path: Path
) -> None:
    contents = TableContents()
    contents.expect(COLUMNS, written)
    others = parts(tmp_path, [3])
    contents.seen(others[0], Rows.read_file(others[0]))
    assert contents.digest(COLUMNS, others) == content_digest_of_files(COLUMNS, others)
    few = written[:2]
    assert contents.digest(COLUMNS, few) == content_digest_of_files(COLUMNS, few)
    assert contents.digest(COLUMNS, []) == content_digest_of_files(COLUMNS, [])


def test_a_part_that_has_no_digest_fails_whoever_asks_for_it_and_not_who_reads_it(
    written: list[Path], tmp_path: Path
) -> None:
    strict = [("n", "uint64", False, False), ("t", "string", False, False)]
    contents = TableContents()
    contents.expect(strict, written)
    for path in written:
        contents.seen(path, Rows.read_file(path))
    with pytest.raises(TableMismatch) as found:
        contents.digest(strict, written)
    with pytest.raises(TableMismatch) as wanted:
        content_digest_of_files(strict, written)
    assert str(found.value) == str(wanted.value)


def test_a_reader_does_not_wait_for_another_ones_digest(
    written: list[Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    inside, go_on = threading.Event(), threading.Event()
    add = table_contents.ContentDigest.add

    def slow(self: Any, name: str, table: pa.Table) -> None:
        if name == part_name(0):
            inside.set()
            assert go_on.wait(10)
        add(self, name, table)

    wanted = content_digest_of_files(COLUMNS, written)
    monkeypatch.setattr(table_contents.ContentDigest, "add", slow)
    contents = TableContents()
    contents.expect(COLUMNS, written)
    with ThreadPoolExecutor(1) as pool:
        first = pool.submit(contents.seen, written[0], Rows.read_file(written[0]))
        assert inside.wait(10)
        for path in written[1:]:
            contents.seen(
                path, Rows.read_file(path)
            )  # comes back at once, though the first part is under way
        go_on.set()
        first.result(10)
    monkeypatch.setattr(table_contents.ContentDigest, "add_file", None)
    assert contents.digest(COLUMNS, written) == wanted


def test_a_part_at_rest_is_read_when_its_turn_comes(
    written: list[Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    wanted = content_digest_of_files(COLUMNS, written)
    contents, names = TableContents(), reading(monkeypatch)
    contents.expect(COLUMNS, written)
    contents.seen(written[2], Rows.at_rest(written[2]))
    assert names == []
    contents.seen(written[0], Rows.read_file(written[0]))
    contents.seen(written[1], Rows.read_file(written[1]))
    assert names == [part_name(2)]
    assert contents.digest(COLUMNS, written) == wanted


def test_a_digest_goes_ahead_until_somebody_reads_a_part(
    written: list[Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    wanted = content_digest_of_files(COLUMNS, written)
    contents, names = TableContents(), reading(monkeypatch)
    contents.expect(COLUMNS, written)
    add_file = table_contents.ContentDigest.add_file

    def seen_meanwhile(self: Any, path: Path) -> None:
        add_file(self, path)
        if path == written[1]:
            for number in (3, 0):  # one that waits, and one that was taken already
                contents.seen(written[number], Rows.read_file(written[number]))

    monkeypatch.setattr(table_contents.ContentDigest, "add_file", seen_meanwhile)
    contents.ahead(reversed(written), threading.Event())
    assert names == [part_name(0), part_name(1)]
    contents.ahead(written, threading.Event())  # somebody reads it already
    assert names == [part_name(0), part_name(1)]
    contents.seen(written[2], Rows.read_file(written[2]))
    assert contents.digest(COLUMNS, written) == wanted
    assert names == [part_name(0), part_name(1), part_name(4), part_name(5)]


def test_a_digest_that_goes_ahead_stops_when_told_and_tells_of_no_error(
    written: list[Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    stopped, names = threading.Event(), reading(monkeypatch)
    contents = TableContents()
    contents.expect(COLUMNS, written)
    stopped.set()
    contents.ahead(written, stopped)
    contents.ahead([], threading.Event())
    assert names == []
    strict = [("n", "uint64", False, False), ("t", "string", False, False)]
    other = TableContents()
    other.expect(strict, written)
    other.ahead(written, threading.Event())
    assert names == [part_name(0)]
    with pytest.raises(TableMismatch):
        other.digest(strict, written)
    contents.ahead(written, threading.Event())
    assert names[2:] == [path.name for path in written]
    assert contents.digest(COLUMNS, written) == content_digest_of_files(COLUMNS, written)


def test_an_interrupt_inside_a_digest_leaves_none_that_is_half_taken(
    written: list[Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    wanted = content_digest_of_files(COLUMNS, written)
    contents = TableContents()
    contents.expect(COLUMNS, written)
    with monkeypatch.context() as patched:
        patched.setattr(table_contents.ContentDigest, "_column", interrupted)
        with pytest.raises(KeyboardInterrupt):
            contents.ahead(written, threading.Event())
    assert contents.digest(COLUMNS, written) == wanted


def interrupted(*_: Any) -> None:
    raise KeyboardInterrupt


def test_a_row_group_is_a_chunk_and_a_piece(tmp_path: Path) -> None:
    path = tmp_path / part_name(0)
    pq.write_table(
        pa.table(
            {"n": pa.array(range(8), pa.uint64()), "t": ["a", "b", None, "b", "c", "a", "a", None]},
            schema=pa.schema([pa.field("n", pa.uint64(), nullable=False), pa.field("t", pa.string())]),
        ),
        path,
        row_group_size=3,
        store_schema=False,
    )
    table = Rows.read_file(path)
    assert [piece.num_rows for piece in table.pieces(10)] == [3, 3, 2]
    assert [piece.num_rows for piece in table.pieces(2)] == [2, 1, 2, 1, 2]
    held = [piece.stored("t") for piece in table.pieces(10)]
    texts = [
        None if gone else column.texts[code]
        for column in held
        for code, gone in zip(column.values.tolist(), column.missing.tolist(), strict=True)
    ]
    assert texts == ["a", "b", None, "b", "c", "a", "a", None]
    assert np.concatenate([piece.stored("n").values for piece in table.pieces(10)]).tolist() == list(range(8))
    assert not any(piece.stored("n").missing.any() for piece in table.pieces(10))
    assert len(Rows.empty().stored("t").values) == len(Rows.empty().stored("n").missing) == 0
