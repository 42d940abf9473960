"""The content digest written out row by row from its law, in plain Python; imports nothing from the engine."""

from __future__ import annotations

import hashlib
import struct
from typing import Any

FORMATS = {
    "uint64": "<Q",
    "int64": "<q",
    "int32": "<i",
    "uint32": "<I",
    "uint16": "<H",
    "uint8": "<B",
    "float64": "<d",
    "bool": "<B",
    "date32": "<i",
    "timestamp_us_utc": "<q",
    "timestamp_us": "<q",
}


def stored(value: Any, kind: str) -> bytes:
    if kind == "string":
        text: bytes = value.encode("utf-8")
        return text
    return struct.pack(FORMATS[kind], value)


def digest(columns: list[dict[str, Any]], rows_per_part: list[int]) -> str:
    """SHA-256 over the parts; a column is {name, type, nullable, constant?, values}."""
    out = b""
    start = 0
    for rows in rows_per_part:
        out += b"part\0" + struct.pack("<Q", rows)
        for column in columns:
            kind = column["type"]
            values = column["values"][start : start + rows]
            out += column["name"].encode() + b"\0" + kind.encode() + b"\0"
            if column["nullable"]:
                for value in values:
                    out += b"\0" if value is None else b"\1"
            if kind == "string" or column.get("constant"):
                distinct: list[bytes] = []
                for value in values:
                    if value is not None and stored(value, kind) not in distinct:
                        distinct.append(stored(value, kind))
                out += struct.pack("<I", len(distinct))
                for entry in distinct:
                    out += struct.pack("<I", len(entry)) + entry
                if len(distinct) != 1 or None in values:
                    for value in values:
                        out += struct.pack("<I", 0 if value is None else distinct.index(stored(value, kind)))
            else:
                for value in values:
                    out += stored(0 if value is None else value, kind)
        start += rows
    return hashlib.sha256(out).hexdigest()
