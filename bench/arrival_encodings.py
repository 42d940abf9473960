"""Bytes, writing and reading of each column of a published table under each encoding that Parquet has for it.

Run by hand:

    python -m bench.arrival_encodings RUN_FOLDER [--dataset s4_arrival_events_5B] [--parts 3]

Each column of some parts is written alone, with the writer's pinned settings but for its encoding, and read again; the
line of the contract's own choice ends in `*`. Sizes do not depend on the machine, times do; compare them in one run.
BYTE_STREAM_SPLIT of whole numbers is often the best of them and chosen for none: DuckDB 1.5 cannot read it.
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from codegen.runtime.tables import (
    COMPRESSION_LEVEL,
    PAGE_ROWS,
    ColumnSpec,
    PartitionedTable,
    TableSpec,
)

ENCODINGS = {
    "": "PLAIN",
    "dictionary": "",
    "delta": "DELTA_BINARY_PACKED",
    "byte_stream_split": "BYTE_STREAM_SPLIT",
}
REPEATS = 3


def fitting(column: ColumnSpec) -> list[str]:
    """The storages that the column's type allows."""
    if column.type == "bool":
        return [""]
    if column.type == "string":
        return ["", "dictionary"]
    return ["", "dictionary", "byte_stream_split"] + (["delta"] if column.type != "float64" else [])


def seconds(work: Callable[[], object]) -> float:
    """The median time of some runs."""
    times = []
    for _ in range(REPEATS):
        start = time.perf_counter()
        work()
        times.append(time.perf_counter() - start)
    return statistics.median(times)


def measured(spec: TableSpec, table: pa.Table, storage: str, scratch: Path) -> tuple[int, float, float]:
    """(bytes, seconds to write, seconds to read) of a table of one column."""
    name = table.column_names[0]
    path = scratch / "column.parquet"

    def write() -> None:
        pq.write_table(
            table,
            path,
            row_group_size=spec.row_group_rows,
            version="2.6",
            compression="zstd",
            compression_level=COMPRESSION_LEVEL,
            use_dictionary=[name] if storage == "dictionary" else False,
            column_encoding=None if storage == "dictionary" else {name: ENCODINGS[storage]},
            write_batch_size=PAGE_ROWS,
            max_rows_per_page=PAGE_ROWS,
            store_schema=False,
        )

    wrote = seconds(write)
    return path.stat().st_size, wrote, seconds(lambda: pq.read_table(path, read_dictionary=[name]))


def main() -> None:
    """Print a line for each column and encoding."""
    from engine.core.inputs import opened
    from engine.execute.runs import opened_run
    from generated.datasets import BY_ID

    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("run", type=Path)
    parser.add_argument("--dataset", default="s4_arrival_events_5B")
    parser.add_argument("--parts", type=int, default=3)
    options = parser.parse_args()
    held = opened(opened_run(options.run), BY_ID[options.dataset])
    partition: PartitionedTable = held if isinstance(held, PartitionedTable) else next(iter(held.values()))
    # Parts spread over the whole, since merchants differ.
    places = [len(partition) * part // options.parts for part in range(options.parts)]
    tables = [partition.part(place).arrow for place in places]
    rows = sum(table.num_rows for table in tables)
    spec = partition.table.SPEC
    print(f"{options.dataset}: parts {places}, {rows:,} rows")
    print(f"{'column':<26}{'storage':<20}{'bytes a row':>12}{'write ns':>10}{'read ns':>10}")
    whole: dict[str, list[float]] = {}
    with tempfile.TemporaryDirectory() as scratch:
        for column in spec.columns:
            own = "dictionary" if column.constant else column.storage
            for storage in fitting(column):
                found = [
                    measured(spec, table.select([column.name]), storage, Path(scratch)) for table in tables
                ]
                size, wrote, read = (sum(values) / rows for values in zip(*found, strict=True))
                mark = "*" if storage == own else ""
                if mark:
                    whole[column.name] = [size, wrote * 1e9, read * 1e9]
                line = f"{size:>12.3f}{wrote * 1e9:>10.1f}{read * 1e9:>10.1f}"
                print(f"{column.name:<26}{storage or 'plain':<20}{line} {mark}")
    total = [sum(values) for values in zip(*whole.values(), strict=True)]
    print(f"{'the contract, all columns':<46}{total[0]:>12.3f}{total[1]:>10.1f}{total[2]:>10.1f}")


if __name__ == "__main__":
    main()
