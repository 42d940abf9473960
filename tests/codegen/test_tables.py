"""The base of generated tables: columns in and out, exactness, Parquet bytes, parts."""

from __future__ import annotations

import pickle
import weakref
from collections.abc import Iterator
from dataclasses import replace
from itertools import chain
from pathlib import Path
from typing import Any, ClassVar, Self

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from codegen.runtime import columns
from codegen.runtime.columns import TextColumn
from codegen.runtime.tables import (
    ARROW_TYPES,
    ColumnSpec,
    PartitionedTable,
    Table,
    TableShapeError,
    TableSpec,
    bounded,
    nulls_of,
    part_name,
    part_rows,
    read_rows,
    without_nulls,
    write_parquet,
)
from engine.core.content_digest import content_digest, content_digest_of_files
from engine.core.errors import TableMismatch

SPEC = TableSpec(
    dataset="sample",
    ref="schemas.1A.yaml#/plan/sample",
    columns=(
        ColumnSpec("key", "uint64", storage="delta"),
        ColumnSpec("zone", "string", storage="dictionary", nullable=True),
        ColumnSpec("name", "string"),
        ColumnSpec("label", "string", constant=True),
        ColumnSpec("weight", "float64", storage="byte_stream_split"),
        ColumnSpec("small", "uint8", nullable=True),
        ColumnSpec("flag", "bool", nullable=True),
        ColumnSpec("day", "date32"),
        ColumnSpec("instant", "timestamp_us_utc", constant=True),
        ColumnSpec("local", "timestamp_us", nullable=True),
    ),
    primary_key=("key",),
    sort_keys=("key",),
    partition_keys=(),
    row_group_rows=3,
)


class Sample(Table):
    """A table with every type."""

    __slots__ = ()
    SPEC: ClassVar[TableSpec] = SPEC
    ARROW_SCHEMA: ClassVar[pa.Schema] = SPEC.arrow_schema

    @classmethod
    def of(cls, **columns: Any) -> Self:
        """The table of these columns."""
        return cls._assembled(columns)

    def values(self, name: str) -> Any:
        """A column that is not text."""
        return self._values(name)

    def texts(self, name: str) -> TextColumn:
        """A text column."""
        return self._texts(name)


def sample(rows: int = 7, **changes: Any) -> Sample:
    """Rows 0 to n - 1, with a null here and there."""
    index = np.arange(rows)
    columns: dict[str, Any] = {
        "key": index.astype(np.uint64) + np.uint64(2**63),
        "zone": TextColumn.of([None if i % 3 == 2 else f"zone {i % 2}" for i in range(rows)]),
        "name": [f"näme {i}" for i in range(rows)],
        "label": "one",
        "weight": index / 7,
        "small": np.ma.MaskedArray(index.astype(np.uint8), mask=index % 2 == 1),
        "flag": np.ma.MaskedArray(index % 2 == 0, mask=index == 3),
        "day": np.datetime64("1969-12-30") + index,
        "instant": np.datetime64("2026-01-01T00:00:00.000001"),
        "local": np.ma.MaskedArray(np.datetime64("2026-01-01", "us") + index, mask=index == 0),
    }
    return Sample.of(**{**columns, **changes})


def test_columns_come_out_as_they_went_in() -> None:
    table = sample()
    assert table.num_rows == 7
    assert table.values("key").dtype == np.uint64
    assert table.values("key").tolist() == [2**63 + i for i in range(7)]
    assert table.texts("zone").decoded().tolist() == [
        "zone 0",
        "zone 1",
        None,
        "zone 1",
        "zone 0",
        None,
        "zone 0",
    ]
    assert table.texts("name").decoded().tolist() == [f"näme {i}" for i in range(7)]
    assert table.texts("label").values == ("one",)
    assert table.values("small").tolist() == [0, None, 2, None, 4, None, 6]
    assert table.values("small").dtype == np.uint8
    assert table.values("flag").tolist() == [True, False, True, None, True, False, True]
    assert table.values("day").astype(str).tolist()[:3] == ["1969-12-30", "1969-12-31", "1970-01-01"]
    assert set(table.values("instant").tolist()) == {np.datetime64("2026-01-01T00:00:00.000001").item()}
    assert np.ma.getmaskarray(table.values("local")).tolist() == [True, *[False] * 6]


@pytest.mark.parametrize("name", sorted(set(ARROW_TYPES) - {"string"}))
def test_a_column_of_nulls_has_the_type_of_one_with_values(name: str) -> None:
    kind = ARROW_TYPES[name]
    one = pa.array([1], pa.int32() if name == "date32" else pa.int64()).cast(kind)
    some = pa.concat_arrays([pa.nulls(2, kind), one])
    for rows in (0, 1, 3):
        column = pa.nulls(rows, kind)
        assert without_nulls(column).dtype == without_nulls(some).dtype
        assert without_nulls(column).astype(np.int64).tolist() == [0] * rows
        assert nulls_of(column).tolist() == [True] * rows
    assert nulls_of(some).tolist() == [True, True, False]
    assert without_nulls(some).astype(np.int64).tolist() == [0, 0, 1]
    assert without_nulls(some.slice(1)).astype(np.int64).tolist() == [0, 1]
    assert nulls_of(some.slice(1)).tolist() == [True, False]


@pytest.mark.parametrize("dtype", ["int8", "int16", "int64", ">i4"])
def test_codes_of_any_width_stand_for_their_texts(dtype: str) -> None:
    codes = np.array([0, 1, 1, -1, 2], dtype=dtype)
    held = sample(5, zone=TextColumn(codes, ("a", "b", "c"))).texts("zone")  # type: ignore[arg-type]
    assert held.decoded().tolist() == ["a", "b", "b", None, "c"]


def test_columns_may_be_strided_swapped_or_of_times_that_are_none() -> None:
    key = np.arange(14, dtype=">u8")[::2]
    flag = np.zeros(14, dtype=np.bool_)
    flag[::4] = True
    local = np.arange(7).astype("datetime64[us]")
    local[2] = np.datetime64("NaT")
    table = sample(key=key, flag=flag[::2], local=local)
    table.arrow.validate(full=True)
    assert table.values("key").tolist() == list(range(0, 14, 2))
    assert table.values("flag").tolist() == [True, False] * 3 + [True]
    assert np.ma.getmaskarray(table.values("local")).tolist() == [row == 2 for row in range(7)]
    with pytest.raises(ValueError, match="small: a value does not fit uint8"):
        sample(small=np.arange(7) * 100)


def test_parquet_round_trip_is_exact(tmp_path: Path) -> None:
    table = sample()
    table.write_file(tmp_path / "t.parquet")
    back = Sample.read_file(tmp_path / "t.parquet")
    assert back.arrow.schema == table.arrow.schema
    assert back.arrow.to_pylist() == table.arrow.to_pylist()
    assert Sample.read_row_group(tmp_path / "t.parquet", 1).arrow.to_pylist() == table.arrow.to_pylist()[3:6]
    assert part_rows("sample", tmp_path / "t.parquet") == 7
    written = pq.ParquetFile(tmp_path / "t.parquet")
    assert written.metadata.metadata is None
    assert [written.metadata.row_group(i).num_rows for i in range(3)] == [3, 3, 1]
    encodings = {
        written.metadata.row_group(0).column(i).path_in_schema: written.metadata.row_group(0)
        .column(i)
        .encodings
        for i in range(10)
    }
    assert "DELTA_BINARY_PACKED" in encodings["key"]
    assert "BYTE_STREAM_SPLIT" in encodings["weight"]
    assert any("DICTIONARY" in name for name in encodings["zone"])
    assert not any("DICTIONARY" in name for name in encodings["name"])


def test_equal_texts_give_equal_bytes_however_they_were_coded(tmp_path: Path) -> None:
    plain = sample()
    codes = np.array([2, 0, -1, 0, 2, -1, 2], np.int32)
    turned = sample(zone=TextColumn(codes, ("zone 1", "unused", "zone 0")))
    doubled = sample(
        zone=TextColumn(np.array([0, 1, -1, 2, 0, -1, 3], np.int32), ("zone 0", "zone 1", "zone 1", "zone 0"))
    )
    cut = Sample.concatenated([sample(), sample()]).rows(7, 14)
    for number, table in enumerate((plain, turned, doubled, cut)):
        table.write_file(tmp_path / f"{number}.parquet")
    first = (tmp_path / "0.parquet").read_bytes()
    assert all((tmp_path / f"{number}.parquet").read_bytes() == first for number in range(4))


@pytest.mark.parametrize(
    ("column", "values"),
    [
        ("key", np.array([-1, 0, 1, 2, 3, 4, 5])),
        ("key", np.array([0.5, 0, 1, 2, 3, 4, 5])),
        ("key", np.array([np.nan, 0, 1, 2, 3, 4, 5])),
        ("small", np.array([256, 0, 1, 2, 3, 4, 5])),
        ("weight", np.array([2**53 + 1, 0, 1, 2, 3, 4, 5])),
        ("flag", np.array([2, 0, 1, 0, 1, 0, 1])),
        ("day", np.array(["2026-01-01T12"] * 7, "datetime64[h]")),
        ("local", np.array(["2026-01-01T00:00:00.000000001"] * 7, "datetime64[ns]")),
    ],
)
def test_a_value_that_the_type_cannot_hold_is_refused_not_wrapped(column: str, values: Any) -> None:
    with pytest.raises(ValueError, match=f"{column}: a value does not fit"):
        sample(**{column: values})


@pytest.mark.parametrize(
    "change",
    [
        {"weight": np.ma.MaskedArray(np.zeros(7), mask=[True, *[False] * 6])},
        {"name": ["a", None, "c", "d", "e", "f", "g"]},
    ],
)
def test_null_is_refused_where_the_contract_has_none(change: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="null in a column that allows none"):
        sample(**change)


def test_columns_of_different_lengths_are_refused() -> None:
    with pytest.raises((ValueError, pa.ArrowInvalid)):
        sample(weight=np.zeros(6))


def test_rows_can_be_sliced_taken_and_put_together() -> None:
    table = sample()
    assert table.rows(2, 4).values("key").tolist() == [2**63 + 2, 2**63 + 3]
    assert table.take(np.array([6, 0])).values("key").tolist() == [2**63 + 6, 2**63]
    assert table.take(table.values("weight") > 0.5).num_rows == 3
    both = Sample.concatenated([table.rows(3, 7), table.rows(0, 3)])
    assert both.texts("zone").decoded().tolist() == [
        "zone 1",
        "zone 0",
        None,
        "zone 0",
        "zone 0",
        "zone 1",
        None,
    ]
    assert Sample.concatenated([]).num_rows == 0
    assert Sample.empty().values("day").tolist() == []
    assert Sample.empty().texts("zone").values == ()


def test_parts_are_read_in_order(tmp_path: Path) -> None:
    for number, rows in enumerate(((0, 3), (3, 7))):
        sample().rows(*rows).write_file(tmp_path / part_name(number))
    (tmp_path / "notes.txt").write_text("no part")
    partition = PartitionedTable.of(Sample, tmp_path)
    assert len(partition) == 2
    assert [part.num_rows for part in partition.parts()] == [3, 4]
    assert partition.read().arrow.to_pylist() == sample().arrow.to_pylist()
    assert Sample.read_partition(tmp_path).num_rows == 7


def test_a_file_of_another_shape_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "t.parquet"
    path.write_bytes(b"PAR1 but not really")
    with pytest.raises(TableShapeError, match="expected a whole Parquet file"):
        Sample.read_file(path)
    pq.write_table(sample().arrow.drop_columns(["day"]), path)
    with pytest.raises(TableShapeError, match=r"t\.parquet: expected key, zone") as caught:
        Sample.read_file(path)
    again = pickle.loads(pickle.dumps(caught.value))
    assert (str(again), again.expected) == (str(caught.value), caught.value.expected)
    with pytest.raises(TableShapeError):
        Sample(sample().arrow.select(sample().arrow.column_names[::-1]))


texts = st.lists(st.one_of(st.none(), st.text(st.characters(codec="utf-8"), max_size=3)), max_size=20)


@given(texts)
def test_ordered_codes_compare_as_utf8_does(values: list[str | None]) -> None:
    column = TextColumn.of(values)
    ordered = column.ordered()
    assert ordered.decoded().tolist() == values
    assert list(ordered.values) == sorted(set(column.values), key=str.encode)
    present = [value for value in values if value is not None]
    codes = ordered.codes[ordered.codes >= 0].tolist()
    assert sorted(range(len(present)), key=lambda i: present[i].encode()) == sorted(
        range(len(codes)), key=codes.__getitem__
    )


@given(texts, st.lists(st.text(max_size=3), unique=True, max_size=5))
def test_codes_in_other_values_stand_for_the_same_texts(values: list[str | None], others: list[str]) -> None:
    codes = TextColumn.of(values).codes_in(others).tolist()
    assert [None if code < 0 else others[code] for code in codes] == [
        v if v in others else None for v in values
    ]


@given(st.lists(st.lists(st.none() | st.text(max_size=3), max_size=5), max_size=4))
def test_columns_put_together_have_their_texts_in_turn(columns: list[list[str | None]]) -> None:
    whole = TextColumn.concatenated([TextColumn.of(texts) for texts in columns])
    assert whole.decoded().tolist() == [text for texts in columns for text in texts]
    assert list(whole.values) == sorted(set(whole.values), key=str.encode)


def test_equal_texts_under_two_codes_count_as_equal() -> None:
    doubled = TextColumn(np.array([1, 0, 2], np.int32), ("b", "a", "a"))
    assert doubled.ordered().codes.tolist() == [0, 1, 0]
    assert doubled.take(np.array([True, False, True])).decoded().tolist() == ["a", "a"]
    assert TextColumn.constant("x", 3).decoded().tolist() == ["x"] * 3


@given(
    st.lists(st.lists(st.integers(-1, 4), max_size=9), max_size=4),
    st.integers(0, 6),
    st.sampled_from([0, 1, 8]),
)
@settings(max_examples=400)
def test_codes_count_up_if_each_new_one_follows_the_highest_before(
    parts: list[list[int]], size: int, few: int
) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(columns, "ROWS_AT_A_TIME", 3)
        patch.setattr(columns, "_FEW_NEW", few)
        found = columns.count_up([np.array(part, dtype=np.int32) for part in parts], size)
    named = [code for code in dict.fromkeys(chain.from_iterable(parts)) if code >= 0]
    assert found == (named == list(range(size)))


@given(
    st.integers(0, 12).flatmap(
        lambda rows: st.tuples(
            *[st.lists(st.sampled_from(["a", "b", "c", None]), min_size=rows, max_size=rows)] * 2
        )
    ),
    st.booleans(),
)
def test_two_columns_differ_where_their_texts_do(
    texts: tuple[list[str | None], list[str | None]], ordered: bool
) -> None:
    one, other = (TextColumn.of(values) for values in texts)
    if ordered:  # so that both often have the same values, which is another way through
        one, other = one.ordered(), other.ordered()
    assert one.differs(other).tolist() == [a != b for a, b in zip(*texts, strict=True)]


def test_values_in_order_already_are_not_coded_again() -> None:
    column = TextColumn.of(["a", "c", "a"])
    assert column.ordered() is column


# -- tables at rest ------------------------------------------------------------------------------------------------


@given(st.integers(0, 11), st.integers(1, 12))
@settings(deadline=None)
def test_a_table_at_rest_has_the_rows_of_one_in_memory(
    tmp_path_factory: pytest.TempPathFactory, rows: int, most: int
) -> None:
    path = tmp_path_factory.mktemp("rest") / part_name(0)
    whole = sample(rows) if rows else Sample.empty()
    whole.write_file(path)
    resting = Sample.at_rest(path)
    assert (resting.num_rows, resting.in_memory) == (rows, False)
    assert resting.first().arrow.to_pylist() == whole.arrow.slice(0, 1).to_pylist()
    pieces = [piece.arrow for piece in resting.pieces(most)]
    assert list(chain.from_iterable(piece.to_pylist() for piece in pieces)) == whole.arrow.to_pylist()
    assert all(0 < piece.num_rows <= most for piece in pieces)
    assert all(column.num_chunks == 1 for piece in pieces for column in piece.columns)
    assert not resting.in_memory
    ends = whole.arrow.to_pylist()[:: max(1, rows - 1)]
    assert resting.ends().arrow.to_pylist() == whole.ends().arrow.to_pylist() == ends
    assert resting.in_memory == (rows == 0)
    assert resting.arrow.to_pylist() == whole.arrow.to_pylist()
    assert resting.in_memory and resting.first().arrow.to_pylist() == whole.arrow.slice(0, 1).to_pylist()


class Watched:
    """Batches that are asked one after the other whether the one before is still in memory."""

    def __init__(self, batches: Iterator[pa.RecordBatch]) -> None:
        self.batches, self.last = batches, None
        self.still_there: list[bool] = []

    def __iter__(self) -> Self:
        return self

    def __next__(self) -> pa.RecordBatch:
        if self.last is not None:
            self.still_there.append(self.last() is not None)
        batch = next(self.batches)
        self.last = weakref.ref(batch)
        return batch


def test_pieces_of_a_table_at_rest_do_not_stay_in_memory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No piece is there any more when the next one is read, and the ends, which stay, hold no buffer of the pieces."""
    path = tmp_path / part_name(0)
    write_parquet(replace(SPEC, row_group_rows=5_000), sample(9_000).arrow, path)
    watched: list[Watched] = []
    held: list[int] = []
    iter_batches = pq.ParquetFile.iter_batches

    def watching(*given: Any, **named: Any) -> Watched:
        watched.append(Watched(iter_batches(*given, **named)))
        return watched[-1]

    monkeypatch.setattr(pq.ParquetFile, "iter_batches", watching)
    resting, before = Sample.at_rest(path), pa.total_allocated_bytes()
    for piece in resting.pieces(3_000):
        assert piece.num_rows <= 3_000
        held.append(pa.total_allocated_bytes() - before)
        del piece
    assert held[-1] < held[0]  # of 1,000 and of 3,000 rows
    assert [one.still_there for one in watched] == [[False] * 4]
    assert pa.total_allocated_bytes() - before < 10_000


def test_a_file_that_ends_early_or_has_other_columns_is_told_by_whoever_reads_it(tmp_path: Path) -> None:
    path = tmp_path / part_name(0)
    sample(9).write_file(path)
    resting = Sample.at_rest(path)
    path.write_bytes(path.read_bytes()[:-300])
    with pytest.raises(TableShapeError, match="a whole Parquet file"):
        list(resting.pieces(2))
    with pytest.raises(TableShapeError, match="a whole Parquet file"):
        Sample.at_rest(path)
    whole = sample(2).arrow
    pq.write_table(whole.select(whole.column_names[::-1]), path, store_schema=False)
    with pytest.raises(TableShapeError, match="expected key, zone"):
        Sample.at_rest(path)


def test_a_part_of_few_rows_is_read_at_once_and_both_are_told_of(tmp_path: Path) -> None:
    for number, rows in enumerate((4, 5)):
        sample(rows).write_file(tmp_path / part_name(number))
    told: list[tuple[str, bool]] = []
    parts = PartitionedTable.of(Sample, tmp_path, lambda path, rows: told.append((path.name, rows.in_memory)))
    few, many = parts.part_at_rest(0, 4), parts.part_at_rest(1, 4)
    assert (few.in_memory, many.in_memory) == (True, False)
    assert told == [(part_name(0), True), (part_name(1), False)]


def beyond(path: Path) -> None:
    """A file of eight codes of three texts, of which the first four are 3."""
    pq.write_table(pa.table({"t": [*"abcabcab"]}), path, store_schema=False, compression="none")
    whole = path.read_bytes()
    at = whole.index(b"\x02\x03\x24\x49") + 2  # two bits a code, one run of eight, the codes
    path.write_bytes(whole[:at] + b"\xff" + whole[at + 1 :])


class Coded(Table):
    """One column of coded text."""

    __slots__ = ()
    SPEC: ClassVar[TableSpec] = TableSpec(
        "coded", "x", (ColumnSpec("t", "string", nullable=True, storage="dictionary"),), (), (), (), 8
    )
    ARROW_SCHEMA: ClassVar[pa.Schema] = SPEC.arrow_schema


@pytest.mark.parametrize(
    "read",
    [
        Coded.read_file,
        lambda path: Coded.read_row_group(path, 0),
        lambda path: Coded.at_rest(path).first(),
        lambda path: list(Coded.at_rest(path).pieces(3)),
        lambda path: read_rows(Coded, path, 0, 1, None),
    ],
    ids=["file", "row group", "first row", "pieces", "rows"],
)
def test_a_code_without_a_text_is_refused_before_anybody_looks_it_up(tmp_path: Path, read: Any) -> None:
    path = tmp_path / part_name(0)
    beyond(path)
    with pytest.raises(TableShapeError, match="column t has the code 3 for 3 texts"):
        read(path)
    with pytest.raises(TableMismatch, match="column t has the code 3 for 3 texts"):
        content_digest_of_files([("t", "string", True, False)], [path])


def test_codes_where_there_is_no_text_may_be_any() -> None:
    for codes, fault in (([7, 1], None), ([1, 7], 7), ([0, -1], 2**32 - 1)):
        indices = pa.Array.from_buffers(
            pa.int32(), 2, [pa.py_buffer(b"\x02"), pa.py_buffer(np.array(codes, np.int32))]
        )
        texts = pa.DictionaryArray.from_arrays(indices, pa.array(["a", "b"]), safe=False)
        for rows in (pa.table({"t": texts}), pa.record_batch({"t": texts})):
            if fault is None:
                assert bounded(rows) is rows
            else:
                with pytest.raises(ValueError, match=f"the code {fault} for 2 texts"):
                    bounded(rows)


class Numbers(Table):
    """One column of numbers."""

    __slots__ = ()
    SPEC: ClassVar[TableSpec] = TableSpec("numbers", "x", (ColumnSpec("n", "uint64"),), (), (), (), 7)
    ARROW_SCHEMA: ClassVar[pa.Schema] = SPEC.arrow_schema


def hiding(path: Path, lies: tuple[int, ...]) -> None:
    """A file of seven rows whose footer says at some of three places that they are six: file, column, row group."""
    Numbers(pa.table([pa.array(range(7), pa.uint64())], schema=Numbers.ARROW_SCHEMA)).write_file(path)
    whole, seven, six = path.read_bytes(), b"\x16\x0e", b"\x16\x0c"
    start = len(whole) - 8 - int.from_bytes(whole[-8:-4], "little")
    before, *pieces = whole[start:].split(seven)
    assert len(pieces) == 3
    numbers = [six if place in lies else seven for place in range(3)]
    path.write_bytes(whole[:start] + before + b"".join(map(bytes.__add__, numbers, pieces)))


@pytest.mark.parametrize(
    ("lie", "told"),
    [
        (0, "6 rows in the footer, and 7 in its row groups"),
        (1, "row group 0 has 7 rows, and its column n 6"),
        (2, "row group 0 has 6 rows, and its column n 7"),
    ],
    ids=["file", "column", "row group"],
)
def test_a_footer_that_hides_a_row_from_some_readers_is_refused(tmp_path: Path, lie: int, told: str) -> None:
    path = tmp_path / part_name(0)
    hiding(path, (lie,))
    for read in (Numbers.read_file, Numbers.at_rest, lambda path: read_rows(Numbers, path, 0, 1, None)):
        with pytest.raises(TableShapeError, match=told):
            read(path)
    with pytest.raises(TableMismatch, match=told):
        content_digest_of_files([("n", "uint64", False, False)], [path])


def test_a_footer_that_hides_a_row_from_all_readers_hides_it_from_all(tmp_path: Path) -> None:
    path, columns = tmp_path / part_name(0), [("n", "uint64", False, False)]
    hiding(path, (0, 1, 2))
    whole = Numbers.read_file(path).arrow
    assert whole.to_pydict() == pq.read_table(path).to_pydict() == {"n": [*range(6)]}
    assert [piece.num_rows for piece in Numbers.at_rest(path).pieces(4)] == [4, 2]
    assert content_digest_of_files(columns, [path]) == content_digest(columns, [(path.name, whole)])


def test_a_page_holds_131072_rows(tmp_path: Path) -> None:
    """Each page is a zstd frame of its own; 2.4 MB of noise hold its magic number by chance once in 1,800 files."""
    spec = TableSpec("one", "x", (ColumnSpec("n", "uint64"),), (), (), (), 1 << 20)
    noise = np.random.default_rng(1).integers(0, 2**63, 300_000).astype(np.uint64)
    write_parquet(spec, pa.table([pa.array(noise)], schema=spec.arrow_schema), tmp_path / "one")
    assert (tmp_path / "one").read_bytes().count(bytes.fromhex("28b52ffd")) == 3
