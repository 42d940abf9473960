"""Case 07: text is text, however Arrow lays it out; the same values come to the same run, whoever wrote the file."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import polars
import pyarrow as pa
import pyarrow.parquet as pq

from tests.cases.imports import import_of, merchants, roster_of

TIMES = [1_704_448_800_000_000, 1_704_448_800_000_001]


def _layouts(ids: list[int]) -> dict[str, Any]:
    texts = [str(one) for one in ids]
    binary = [one.encode() for one in texts]
    view = pa.array(texts, pa.string_view())
    return {
        "string view": view,
        "binary view": pa.array(binary, pa.binary_view()),
        "large text": pa.array(texts, pa.large_string()),
        "bytes": pa.array(binary, pa.binary()),
        "large bytes": pa.array(binary, pa.large_binary()),
        "dictionary": pa.array(texts).dictionary_encode(),
        "dictionary of large text": pa.array(texts, pa.large_string()).dictionary_encode(),
        "integers": pa.array(ids, pa.uint64()),
        "decimal(20,0)": pa.array(ids, pa.uint64()).cast(pa.decimal128(20, 0)),
        "decimal(38,6)": pa.array(ids, pa.uint64()).cast(pa.decimal128(20, 0)).cast(pa.decimal128(38, 6)),
        "json": pa.ExtensionArray.from_storage(pa.json_(), pa.array(texts)),
    }


def test_every_layout_comes_to_the_same_run(tmp_path: Path) -> None:
    two = [merchants()[0], merchants()[-1]]
    instants = pa.array(TIMES, pa.timestamp("us"))
    found = {}
    for number, (name, column) in enumerate(_layouts(two).items()):
        path = tmp_path / f"{number}.parquet"
        pq.write_table(pa.table({"merchant_id": column, "utc_timestamp": instants}), path)
        found[name] = roster_of(path)
    for name, write in _writers(two).items():
        write(tmp_path / f"{name}.parquet")
        found[name] = roster_of(tmp_path / f"{name}.parquet")
    assert len(set(found.values())) == 1, found
    outcome = import_of(str(tmp_path / "0.parquet"), "--json")
    assert outcome.exit_code == 0, outcome.err


def _writers(ids: list[int]) -> dict[str, Callable[[Path], object]]:
    frame = polars.DataFrame(
        {"merchant_id": [str(one) for one in ids], "utc_timestamp": TIMES},
        schema={"merchant_id": polars.String, "utc_timestamp": polars.Datetime("us", "UTC")},
    )
    coded = frame.with_columns(polars.col("merchant_id").cast(polars.Categorical))

    def by_duckdb(path: Path, merchant: str) -> None:
        with duckdb.connect() as connection:
            connection.register("arrow", frame.to_arrow())
            connection.execute(
                f"COPY (SELECT {merchant} AS merchant_id, utc_timestamp FROM arrow) TO '{path}' (FORMAT parquet)"
            )

    return {
        "polars": frame.write_parquet,
        "polars-categories": coded.write_parquet,
        "polars-by-arrow": lambda path: frame.write_parquet(path, use_pyarrow=True),
        "duckdb-text": lambda path: by_duckdb(path, "merchant_id"),
        "duckdb-ubigint": lambda path: by_duckdb(path, "merchant_id::UBIGINT"),
        "duckdb-decimal": lambda path: by_duckdb(path, "merchant_id::DECIMAL(38, 0)"),
        "duckdb-blob": lambda path: by_duckdb(path, "merchant_id::BLOB"),
    }
