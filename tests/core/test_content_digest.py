"""Content digests of tables, against published vectors and a row-by-row oracle."""

from __future__ import annotations

import hashlib
import importlib.util
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from codegen.runtime.canonical import canonical_bytes
from engine.core.content_digest import ContentDigest, DigestColumn, content_digest, content_digest_of_files
from engine.core.errors import TableMismatch

VECTORS = json.loads((Path(__file__).parents[1] / "vectors" / "digests.json").read_text("utf-8"))

_spec = importlib.util.spec_from_file_location("oracle", Path(__file__).with_name("content_digest_oracle.py"))
assert _spec is not None
assert _spec.loader is not None
oracle = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(oracle)

ARROW = {
    "timestamp_us_utc": pa.timestamp("us", tz="UTC"),
    "timestamp_us": pa.timestamp("us"),
    "bool": pa.bool_(),
    **{
        name: getattr(pa, name)()
        for name in ("uint64", "int64", "int32", "uint32", "uint16", "uint8", "float64", "string", "date32")
    },
}


def concrete(column: dict[str, Any]) -> dict[str, Any]:
    """A vector's column with its floats and lists as the values that they stand for."""

    def value(raw: Any) -> Any:
        if raw is None:
            return None
        if column["type"] == "float64":
            return float.fromhex(raw)
        return canonical_bytes(raw).decode() if isinstance(raw, list) else raw

    return {**column, "values": [value(raw) for raw in column["values"]]}


def array(column: dict[str, Any]) -> pa.Array:
    kind = column["type"]
    if kind in ("date32", "timestamp_us", "timestamp_us_utc"):
        bare = pa.array(column["values"], pa.int32() if kind == "date32" else pa.int64())
        return bare.cast(ARROW[kind])
    return pa.array(column["values"], ARROW[kind])


def declared(columns: list[dict[str, Any]]) -> list[DigestColumn]:
    return [DigestColumn(c["name"], c["type"], c["nullable"], bool(c.get("constant"))) for c in columns]


def parts_of(columns: list[dict[str, Any]], rows_per_part: list[int]) -> list[tuple[str, pa.Table]]:
    table = pa.table({column["name"]: array(column) for column in columns})
    starts = np.concatenate([[0], np.cumsum(rows_per_part)])
    return [
        (f"part-{number:05d}.parquet", table.slice(int(starts[number]), rows))
        for number, rows in enumerate(rows_per_part)
    ]


@pytest.mark.parametrize("vector", VECTORS["content_digest"], ids=lambda vector: vector["name"])
def test_content_digest_matches_the_vectors(vector: dict[str, Any], tmp_path: Path) -> None:
    columns = [concrete(column) for column in vector["columns"]]
    assert oracle.digest(columns, vector["rows_per_part"]) == vector["content_digest"]
    parts = parts_of(columns, vector["rows_per_part"])
    assert content_digest(declared(columns), parts) == vector["content_digest"]
    for name, part in parts:
        pq.write_table(part, tmp_path / name)
    files = sorted(tmp_path.iterdir(), reverse=True)
    assert content_digest_of_files(declared(columns), files) == vector["content_digest"]


WHOLE = {
    "uint64": st.integers(0, 2**64 - 1),
    "int64": st.integers(-(2**63), 2**63 - 1),
    "int32": st.integers(-(2**31), 2**31 - 1),
    "uint32": st.integers(0, 2**32 - 1),
    "uint16": st.integers(0, 2**16 - 1),
    "uint8": st.integers(0, 255),
    "float64": st.floats(allow_nan=False) | st.sampled_from([0.0, -0.0]),
    "bool": st.booleans(),
    "date32": st.integers(-(10**5), 10**5),
    "timestamp_us_utc": st.integers(-(10**15), 10**15),
    "timestamp_us": st.integers(-(10**15), 10**15),
    "string": st.sampled_from(["", "a", "b", "é", "Europe/Zurich", "日本"]) | st.text(max_size=3),
}


@st.composite
def tables(draw: st.DrawFn) -> tuple[list[dict[str, Any]], list[int]]:
    parts = draw(st.lists(st.integers(0, 6), min_size=1, max_size=3))
    rows = sum(parts)
    columns = []
    for number in range(draw(st.integers(1, 4))):
        kind = draw(st.sampled_from(sorted(WHOLE)))
        nullable, constant = draw(st.booleans()), draw(st.booleans())
        one = draw(WHOLE[kind])
        source = st.just(one) if constant and draw(st.booleans()) else WHOLE[kind]
        source = st.none() | source if nullable else source
        values = draw(st.lists(source, min_size=rows, max_size=rows))
        columns.append(
            {"name": f"c{number}", "type": kind, "nullable": nullable, "constant": constant, "values": values}
        )
    return columns, parts


@given(tables())
@settings(max_examples=200)
def test_content_digest_equals_the_oracle(drawn: tuple[list[dict[str, Any]], list[int]]) -> None:
    columns, parts = drawn
    assert content_digest(declared(columns), parts_of(columns, parts)) == oracle.digest(columns, parts)


def rechunked(column: pa.ChunkedArray, sizes: list[int], encode: bool, seed: int) -> pa.ChunkedArray:
    """The same values in other chunks and, for strings, under shuffled dictionaries with unused entries."""
    chunks, start = [], 0
    rng = np.random.default_rng(seed)
    for size in [*sizes, len(column)]:
        chunk = column.slice(start, size).combine_chunks()
        chunk = chunk.chunk(0) if isinstance(chunk, pa.ChunkedArray) and chunk.num_chunks else chunk
        if isinstance(chunk, pa.ChunkedArray):
            chunk = pa.array([], chunk.type)
        start += len(chunk)
        if encode:
            entries = [*{value for value in chunk.to_pylist() if value is not None}, "unused", "ünused"]
            entries = [entries[i] for i in rng.permutation(len(entries))]
            codes = [None if value is None else entries.index(value) for value in chunk.to_pylist()]
            chunk = pa.DictionaryArray.from_arrays(
                pa.array(codes, pa.int32()), pa.array(entries, pa.string())
            )
        chunks.append(chunk)
    return pa.chunked_array(chunks)


@given(tables(), st.lists(st.integers(0, 3), max_size=4), st.booleans(), st.integers(0, 99))
@settings(max_examples=120)
def test_content_digest_does_not_see_chunks_or_dictionaries(
    drawn: tuple[list[dict[str, Any]], list[int]], sizes: list[int], encode: bool, seed: int
) -> None:
    columns, rows_per_part = drawn
    parts = [
        (
            name,
            pa.table(
                {
                    field.name: rechunked(
                        part.column(field.name), sizes, encode and field.type == pa.string(), seed
                    )
                    for field in part.schema
                }
            ),
        )
        for name, part in parts_of(columns, rows_per_part)
    ]
    assert content_digest(declared(columns), parts) == oracle.digest(columns, rows_per_part)


@given(
    tables(),
    st.integers(1, 5),
    st.booleans(),
    st.sampled_from(["zstd", "none", "snappy"]),
    st.sampled_from(["1.0", "2.0"]),
)
@settings(max_examples=60)
def test_content_digest_does_not_see_how_parquet_stored_the_rows(
    tmp_path_factory: pytest.TempPathFactory,
    drawn: tuple[list[dict[str, Any]], list[int]],
    row_group: int,
    dictionary: bool,
    compression: str,
    page: str,
) -> None:
    columns, rows_per_part = drawn
    folder = tmp_path_factory.mktemp("parquet")
    for name, part in parts_of(columns, rows_per_part):
        pq.write_table(
            part,
            folder / name,
            row_group_size=row_group,
            use_dictionary=dictionary,
            compression=compression,
            data_page_version=page,
        )
    found = content_digest_of_files(declared(columns), folder.iterdir())
    assert found == oracle.digest(columns, rows_per_part)


def test_repeated_and_null_dictionary_entries_mean_their_values() -> None:
    plain = pa.array(["b", "a", None, "b"])
    codes = pa.array([0, 1, None, 2], pa.int32())
    repeated = pa.DictionaryArray.from_arrays(codes, pa.array(["b", "a", "b"]))
    nulled = pa.DictionaryArray.from_arrays(pa.array([0, 1, 2, 0], pa.int8()), pa.array(["b", "a", None]))
    large = pa.DictionaryArray.from_arrays(codes, pa.array(["b", "a", "b"], pa.large_string()))
    column = [DigestColumn("s", "string", True)]
    found = {
        content_digest(column, [("p", pa.table({"s": values}))])
        for values in (plain, repeated, nulled, large, plain.cast(pa.large_string()))
    }
    assert len(found) == 1
    strict = [DigestColumn("s", "string", False)]
    for values in (plain, repeated, nulled):
        with pytest.raises(TableMismatch, match="no null"):
            content_digest(strict, [("p", pa.table({"s": values}))])


def test_codes_that_follow_a_null_are_not_taken_for_counted_ones() -> None:
    column = [DigestColumn("s", "string", True)]
    coded = pa.DictionaryArray.from_arrays(pa.array([None, 1, 0, None], pa.int32()), ["a", "b"])
    plain = pa.array([None, "b", "a", None])
    assert content_digest(column, [("p", pa.table({"s": coded}))]) == content_digest(
        column, [("p", pa.table({"s": plain}))]
    )


def test_a_dictionary_of_numbers_is_its_numbers() -> None:
    values = pa.array([7, 7, 8], pa.uint64())
    for constant in (False, True):
        column = [DigestColumn("n", "uint64", False, constant)]
        plain, coded = (
            content_digest(column, [("p", pa.table({"n": v}))]) for v in (values, values.dictionary_encode())
        )
        assert plain == coded


@pytest.mark.parametrize(
    ("values", "kind"),
    [
        (pa.array([-1], pa.int64()), "uint64"),
        (pa.array([2**40], pa.int64()), "int32"),
        (pa.array([1.0]), "int64"),
        (pa.array([1]), "float64"),
        (pa.array([1]), "string"),
        (pa.array(["1"]), "int64"),
        (pa.array([0], pa.timestamp("us")), "timestamp_us_utc"),
        (pa.array([0], pa.timestamp("us", tz="UTC")), "timestamp_us"),
        (pa.array([1], pa.timestamp("ns")), "timestamp_us"),
        (pa.array([1]), "bool"),
        (pa.array([None]), "int64"),
    ],
)
def test_a_value_that_the_declared_type_cannot_hold_is_refused(values: pa.Array, kind: str) -> None:
    with pytest.raises(TableMismatch) as caught:
        content_digest([DigestColumn("x", kind)], [("p", pa.table({"x": values}))])
    assert "p column x" in caught.value.where


def test_the_contract_and_not_the_file_gives_the_type() -> None:
    column = [DigestColumn("x", "uint64")]
    found = {
        content_digest(column, [("p", pa.table({"x": pa.array([1, 2], kind)}))])
        for kind in (pa.uint64(), pa.int64(), pa.uint8())
    }
    assert len(found) == 1


def test_missing_extra_and_repeated_columns_and_parts_out_of_order_are_refused() -> None:
    one = pa.table({"x": pa.array([1])})
    column = [DigestColumn("x", "int64")]
    for table in (pa.table({"y": pa.array([1])}), pa.table({"x": pa.array([1]), "y": pa.array([1])})):
        with pytest.raises(TableMismatch) as caught:
            content_digest(column, [("p", table)])
        assert "y" in caught.value.found
    with pytest.raises(ValueError, match="come after"):
        content_digest(column, [("b", one), ("a", one)])
    with pytest.raises(ValueError, match="twice"):
        ContentDigest([*column, *column])
    with pytest.raises(ValueError, match="unknown type"):
        ContentDigest([DigestColumn("x", "float32")])


def test_minus_zero_and_zero_are_different_constants() -> None:
    column = [DigestColumn("x", "float64", False, True)]
    found = [
        content_digest(column, [("p", pa.table({"x": pa.array(values)}))])
        for values in ([0.0, 0.0], [-0.0, -0.0], [0.0, -0.0], [-0.0, 0.0])
    ]
    assert len(set(found)) == 4


def test_a_large_part_is_digested_without_a_loop_over_rows(tmp_path: Path) -> None:
    """A million rows with strings, nulls and times against NumPy's own bytes (no timing, only size)."""
    rows = 1_000_000
    number = np.arange(rows, dtype=np.uint64)
    names = np.array(["a", "b", "c"])[(number % 3).astype(int)]
    pq.write_table(pa.table({"n": number, "s": names}), tmp_path / "p", row_group_size=100_000)
    expected = hashlib.sha256(b"part\0" + rows.to_bytes(8, "little"))
    expected.update(b"n\0uint64\0" + number.astype("<u8").tobytes())
    expected.update(b"s\0string\0" + (3).to_bytes(4, "little"))
    for name in (b"a", b"b", b"c"):
        expected.update((1).to_bytes(4, "little") + name)
    expected.update((number % 3).astype("<u4").tobytes())
    columns = [DigestColumn("n", "uint64"), DigestColumn("s", "string")]
    assert content_digest_of_files(columns, [tmp_path / "p"]) == expected.hexdigest()


THREADS_AROUND_A_FILE = """
import os
import sys
from pathlib import Path

import pyarrow.parquet

from engine.core.content_digest import ContentDigest

before = len(os.listdir("/proc/self/task"))
ContentDigest([("number", "int64", False, False), ("text", "string", False, False)]).add_file(Path(sys.argv[1]))
print(len(os.listdir("/proc/self/task")) - before)
"""


@pytest.mark.skipif(
    not Path("/proc/self/task").is_dir(), reason="the threads of a process are not listed here"
)
def test_a_file_is_digested_on_the_calling_thread_alone(tmp_path: Path) -> None:
    """A pool's thread that holds the file's Python handle at the interpreter's end would abort the process."""
    path = tmp_path / "part-00000.parquet"
    pq.write_table(pa.table({"number": range(100_000), "text": ["a", "b"] * 50_000}), path)
    done = subprocess.run(
        [sys.executable, "-c", THREADS_AROUND_A_FILE, str(path)], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "0"
