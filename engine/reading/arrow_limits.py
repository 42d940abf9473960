"""Values of DuckDB that Arrow's types would turn into other ones on the way: looked for, and refused by name."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.types as kinds

from engine.core.errors import EngineError
from generated.errors.engine import USE


def held(reader: pa.RecordBatchReader) -> pa.RecordBatchReader:
    """The batches, each looked through for values that Arrow's types do not hold."""
    if not any(map(_may_lack, reader.schema.types)):
        return reader

    def batches() -> Iterator[pa.RecordBatch]:
        for batch in reader:
            for name, column in zip(batch.schema.names, batch.columns, strict=True):
                _require_held(name, column)
            yield batch

    return pa.RecordBatchReader.from_batches(reader.schema, batches())


def _may_lack(type_: pa.DataType) -> bool:
    if kinds.is_nested(type_):
        return any(_may_lack(type_.field(number).type) for number in range(type_.num_fields))
    return bool(kinds.is_temporal(type_))


def _require_held(name: str, values: pa.Array[Any]) -> None:
    """Refuse infinite days and instants, and 24:00, which would come out as other ones."""
    kind = values.type
    if kinds.is_nested(kind):
        for inner in _parts(values):
            _require_held(name, inner)
        return
    if kinds.is_time(kind):
        day = {"s": 1, "ms": 10**3, "us": 10**6, "ns": 10**9}[kind.unit] * 86_400
        width, low, high = (pa.int32() if kind.bit_width == 32 else pa.int64()), 0, day - 1
    elif kinds.is_timestamp(kind) or kinds.is_date(kind):
        most = (1 << (kind.bit_width - 1)) - 1
        width, low, high = (pa.int32() if kind.bit_width == 32 else pa.int64()), 1 - most, most - 1
    else:
        return
    found = pc.min_max(values.view(width)).as_py()
    if found["min"] is not None and not low <= found["min"] <= found["max"] <= high:
        raise EngineError(
            USE.BAD_QUERY,
            where=f"SQL, column {name}",
            expected="days and times that Arrow holds; cast others to VARCHAR",
            found=f"24:00:00 among values of type {kind}"
            if kinds.is_time(kind)
            else f"an infinite value of type {kind}",
        )


def _parts(values: Any) -> list[Any]:
    """The arrays inside a nested one, of the rows that it has."""
    kind = values.type
    if kinds.is_map(kind):
        return [values.keys, values.items]
    if kinds.is_struct(kind):
        return list(values.flatten())
    if kinds.is_union(kind):
        return [values.field(number) for number in range(kind.num_fields)]
    return [values.flatten()]
