"""Columns of users' files in a plain layout, however Arrow lays them out.

Plain is: large binary for every kind of text, booleans, integers, decimals, floats, dates and timestamps as they are.
Dictionaries, runs, chunks, and extension types whose meaning is known are gone; nothing is changed on the way.
"""

from __future__ import annotations

import json
import uuid
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from engine.kernels.arrays import BoolArray

__all__ = ["JsonNumber", "UnfitLayout", "is_utf8", "json_spelling", "no_utf8", "plain", "spelling"]


class UnfitLayout(Exception):
    """A column of a layout that cannot hold the values: `expected` says which could, `found` is the layout's name."""

    def __init__(self, expected: str, found: str) -> None:
        super().__init__(expected, found)
        self.expected = expected
        self.found = found


def plain(values: pa.Array | pa.ChunkedArray) -> pa.Array:
    """The same values in one array of a plain layout.

    Raises:
        UnfitLayout: an extension type of unknown meaning.
        pa.ArrowException: an array that is damaged.
    """
    if isinstance(values, pa.ChunkedArray):
        chunks = [plain(chunk) for chunk in values.chunks] or [plain(pa.array([], values.type))]
        return chunks[0] if len(chunks) == 1 else pa.concat_arrays(chunks)
    kind = values.type
    if isinstance(kind, pa.BaseExtensionType):
        return _of_extension(values)
    if pa.types.is_dictionary(kind):
        return plain(values.dictionary).take(values.indices)
    if pa.types.is_run_end_encoded(kind):
        numbers = pa.array(np.arange(len(values.values)))
        places = pa.RunEndEncodedArray.from_arrays(values.run_ends, numbers)
        return plain(values.values).take(pc.run_end_decode(places.slice(values.offset, len(values))))
    return values.cast(pa.large_binary()) if _is_text(kind) or pa.types.is_null(kind) else values


def _is_text(kind: pa.DataType) -> bool:
    """Whether a layout holds text or bytes."""
    tests = (
        pa.types.is_string, pa.types.is_large_string, pa.types.is_string_view,
        pa.types.is_binary, pa.types.is_large_binary, pa.types.is_binary_view, pa.types.is_fixed_size_binary,
    )  # fmt: skip
    return any(test(kind) for test in tests)


def _of_extension(values: pa.Array) -> pa.Array:
    """An extension type whose meaning is one of ours."""
    storage = values.storage
    match values.type.extension_name:
        case "arrow.bool8":  # any byte but 0 is true
            return pc.not_equal(plain(storage), pa.scalar(0, pa.int8()))
        case "arrow.uuid":
            texts = [
                None if one is None else str(uuid.UUID(bytes=one)).encode() for one in storage.to_pylist()
            ]
            return pa.array(texts, pa.large_binary())
        case "arrow.json":
            return pa.array([_of_json(one) for one in plain(storage).to_pylist()], pa.large_binary())
    raise UnfitLayout("a known layout", str(values.type))


def _of_json(text: bytes | None) -> bytes | None:
    """The text that a JSON value spells; what is no JSON or nested stays as it is and is refused by its reader."""
    try:
        return (
            None
            if text is None
            else json_spelling(json.loads(text, parse_int=JsonNumber, parse_float=JsonNumber))
        )
    except (ValueError, RecursionError):
        return text


class JsonNumber(str):
    """A number of JSON as it is spelt there."""


def json_spelling(value: Any) -> bytes | None:
    """What a JSON value spells as text; null is none. Numbers come as they stand if they were read as JsonNumber."""
    if value is None:
        return None
    text = value if isinstance(value, str) else json.dumps(value)
    return text.encode("utf-8", "surrogatepass")


def no_utf8(values: pa.Array) -> BoolArray:
    """Which rows of plain text are not UTF-8, though they should be."""
    try:
        values.cast(pa.large_string())
    except pa.ArrowInvalid:
        return np.array([not is_utf8(one) for one in values.to_pylist()], np.bool_)
    return np.zeros(len(values), np.bool_)


def is_utf8(text: bytes | None) -> bool:
    """Whether bytes are text; none are."""
    if text is None or text.isascii():
        return True
    try:
        text.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def spelling(scalar: pa.Scalar) -> bytes | str:
    """A plain value as a report spells it, whatever lies beyond Python's dates; missing is empty."""
    kind = scalar.type
    if not scalar.is_valid:
        return ""
    if pa.types.is_timestamp(kind):
        return f"{np.datetime64(scalar.value, kind.unit)}Z"
    if pa.types.is_date(kind):
        return str(np.datetime64(scalar.value, "D" if pa.types.is_date32(kind) else "ms"))
    value = scalar.as_py()
    return value if isinstance(value, bytes) else str(value)
