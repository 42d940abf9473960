"""Rosters of small faults, as users, their programs, disks and networks leave them; a number gives one file, always."""

from __future__ import annotations

import io
import json
import random
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

Row = dict[str, Any]
FIRST = np.datetime64("2024-01-02T03:04:05", "us")


def mutated_roster(seed: int, merchants: Sequence[int] = (7, 42, 2**63)) -> tuple[str, bytes]:
    """(name, content) of the file of a number: a good roster in some format, with none to three faults.

    Args:
        seed: the number.
        merchants: the merchants of its good rows.
    """
    chance = random.Random(seed)
    rows = _rows(chance, merchants)
    form = chance.choice(["csv", "csv", "jsonl", "parquet"])
    data = {"csv": _csv, "jsonl": _jsonl, "parquet": _parquet}[form](chance, rows)
    for _ in range(chance.choice([0, 1, 1, 1, 2, 3])):
        data = chance.choice(_OF_BYTES if form == "parquet" else [*_OF_BYTES, *_OF_TEXT])(chance, data)
    suffix = chance.choice(
        {"csv": [".csv"], "jsonl": [".jsonl", ".ndjson"], "parquet": [".parquet", ".pq"]}[form]
    )
    return f"roster-{seed}{suffix}", data


def _rows(chance: random.Random, merchants: Sequence[int]) -> list[Row]:
    rows: list[Row] = []
    for _ in range(chance.choice([0, 1, 2, 5, 40, 300])):
        instant = FIRST + np.timedelta64(chance.randrange(300 * 86_400_000_000), "us")
        row: Row = {"merchant_id": chance.choice(merchants), "utc_timestamp": f"{instant}Z"}
        row["utc_day"] = chance.choice([None, str(instant.astype("datetime64[D]"))])
        row["is_virtual"] = chance.choice([None, True, False])
        row["note"] = chance.choice(["", "a", "two words", 'a "quote"', "a, comma", "a\nbreak", "é ñ", "😀"])
        rows.append(row)
        if chance.random() < 0.02:
            row[chance.choice(list(row))] = chance.choice(ODD)
    return rows


ODD: list[Any] = [
    0, -1, 2**64, 2**64 - 1, 1.5, 7.0, float("nan"), float("inf"), "", " ", "NaN", "null", "7 ", "0x7", "１２",
    "2024-02-30T00:00:00Z", "2024-01-01", "2024-01-01T24:00:00Z", "9999-12-31T23:59:59Z", "0000-01-01T00:00:00Z",
    "2024-01-01T00:00:00.1234567Z", "2024-01-01 00:00:00", "maybe", "TRUE", "yes", "\x1b[31mred", "\u202eturned",
    "\ud800", "x" * 5_000, "\0", "a,b", 'a"b', '"', "\n", "\r", [7], {"a": 7}, True,
]  # fmt: skip


# -- formats ---------------------------------------------------------------------------------------------------


def _spelt(value: Any) -> str:
    return "" if value is None else value if isinstance(value, str) else json.dumps(value)


def _csv(chance: random.Random, rows: list[Row]) -> bytes:
    end = chance.choice(["\n", "\n", "\r\n", "\r"])
    always = chance.random() < 0.3

    def field(value: Any) -> str:
        text = _spelt(value)
        quoted = always or any(sign in text for sign in ',"\r\n')
        return '"' + text.replace('"', '""') + '"' if quoted else text

    names = ["merchant_id", "utc_timestamp", "utc_day", "is_virtual", "note"]
    chance.shuffle(names)
    lines = [",".join(names), *(",".join(field(row[name]) for name in names) for row in rows)]
    return (end.join(lines) + chance.choice([end, end, ""])).encode("utf-8", "surrogatepass")


def _jsonl(chance: random.Random, rows: list[Row]) -> bytes:
    ascii_only = chance.random() < 0.5
    lines = []
    for row in rows:
        kept = {name: value for name, value in row.items() if value is not None or chance.random() < 0.5}
        lines.append(json.dumps(kept, ensure_ascii=ascii_only))
    return "".join(line + "\n" for line in lines).encode("utf-8", "surrogatepass")


def _parquet(chance: random.Random, rows: list[Row]) -> bytes:
    table = pa.table({name: laid_out(chance, name, [row[name] for row in rows]) for name in NAMES})
    into = io.BytesIO()
    pq.write_table(
        table, into, compression=chance.choice(["none", "snappy", "zstd"]), version="2.6",
        row_group_size=chance.choice([1, 7, 1_000]), write_page_checksum=chance.random() < 0.5,
        use_dictionary=chance.random() < 0.5, data_page_version=chance.choice(["1.0", "2.0"]),
        store_schema=chance.random() < 0.7,
    )  # fmt: skip
    return into.getvalue()


NAMES = ("merchant_id", "utc_timestamp", "utc_day", "is_virtual", "note")


def laid_out(chance: random.Random, name: str, values: list[Any]) -> pa.Array:
    """The values of a column in one of the layouts that can hold them, else as text."""
    for kind in chance.sample(LAYOUTS[name], len(LAYOUTS[name])):
        try:
            return kind(values)
        except (pa.ArrowException, ValueError, TypeError, OverflowError):
            continue
    return pa.array(
        [None if one is None else _spelt(one).encode("utf-8", "surrogatepass") for one in values], pa.binary()
    )


def _typed(kind: pa.DataType) -> Callable[[list[Any]], pa.Array]:
    return lambda values: pa.array(values, kind)


def _text(kind: pa.DataType) -> Callable[[list[Any]], pa.Array]:
    def array(values: list[Any]) -> pa.Array:
        texts = [None if one is None else _spelt(one) for one in values]
        binary = pa.types.is_binary(kind) or pa.types.is_binary_view(kind) or pa.types.is_large_binary(kind)
        return pa.array([one if one is None or not binary else one.encode() for one in texts], kind)

    return array


def _ticks(text: Any, unit: str) -> int:
    if not isinstance(text, str):
        raise TypeError(text)
    return int(np.array([text.removesuffix("Z")], f"datetime64[{unit}]").astype(np.int64)[0])


def _instant(unit: str, zone: str | None) -> Callable[[list[Any]], pa.Array]:
    def array(values: list[Any]) -> pa.Array:
        ticks = [None if one is None else _ticks(one, "us") for one in values]
        return pa.array(ticks, pa.int64()).cast(pa.timestamp("us", tz=zone)).cast(pa.timestamp(unit, tz=zone))

    return array


def _day(kind: pa.DataType) -> Callable[[list[Any]], pa.Array]:
    def array(values: list[Any]) -> pa.Array:
        days = [None if one is None else _ticks(one, "D") for one in values]
        return pa.array(days, pa.int32()).cast(pa.date32()).cast(kind)

    return array


def _coded(layout: Callable[[list[Any]], pa.Array]) -> Callable[[list[Any]], pa.Array]:
    return lambda values: layout(values).dictionary_encode()


_TEXTS = [_text(kind) for kind in (
    pa.string(), pa.large_string(), pa.string_view(), pa.binary(), pa.large_binary(), pa.binary_view(),
)]  # fmt: skip
LAYOUTS: dict[str, list[Callable[[list[Any]], pa.Array]]] = {
    "merchant_id": [
        *map(_typed, (pa.uint64(), pa.int64(), pa.float64())),
        *map(_typed, (pa.decimal128(20, 0), pa.decimal256(40, 0), pa.decimal128(38, 3))),
        *_TEXTS, _coded(_typed(pa.uint64())), _coded(_text(pa.string())),
    ],
    "utc_timestamp": [
        *(_instant(unit, zone) for unit in ("us", "ns") for zone in (None, "UTC", "Asia/Tokyo")), *_TEXTS,
    ],
    "utc_day": [
        *map(_day, (pa.date32(), pa.date64(), pa.timestamp("s"), pa.timestamp("ms", tz="UTC"), pa.timestamp("ns"))),
        *_TEXTS,
    ],
    "is_virtual": [
        *map(_typed, (pa.bool_(), pa.int8(), pa.uint64(), pa.float32(), pa.decimal128(1, 0))), *_TEXTS,
        _coded(_text(pa.string())),
    ],
    "note": _TEXTS,
}  # fmt: skip


# -- faults ----------------------------------------------------------------------------------------------------


def _inserted(chance: random.Random, data: bytes, what: bytes) -> bytes:
    at = chance.randrange(len(data) + 1)
    return data[:at] + what + data[at:]


def _cut_off(chance: random.Random, data: bytes) -> bytes:
    return data[: chance.randrange(len(data) + 1)]


def _changed(chance: random.Random, data: bytes) -> bytes:
    at = chance.randrange(len(data) + 1)
    return data[:at] + bytes([chance.randrange(256)]) + data[at + 1 :]


def _gone(chance: random.Random, data: bytes) -> bytes:
    at = chance.randrange(len(data) + 1)
    return data[:at] + data[at + chance.choice([1, 1, 4, 50]) :]


def _doubled(chance: random.Random, data: bytes) -> bytes:
    at = chance.randrange(len(data) + 1)
    return data[:at] + data[max(0, at - chance.choice([1, 10, 200])) :]


def _sign(*signs: bytes) -> Callable[[random.Random, bytes], bytes]:
    return lambda chance, data: _inserted(chance, data, chance.choice(signs))


def _line(*lines: bytes) -> Callable[[random.Random, bytes], bytes]:
    def changed(chance: random.Random, data: bytes) -> bytes:
        parts = data.split(b"\n")
        parts.insert(chance.randrange(len(parts) + 1), chance.choice(lines))
        return b"\n".join(parts)

    return changed


def _whole(*ways: Callable[[bytes], bytes]) -> Callable[[random.Random, bytes], bytes]:
    return lambda chance, data: chance.choice(ways)(data)


def _recoded(encoding: str) -> Callable[[bytes], bytes]:
    return lambda data: data.decode("utf-8", "replace").encode(encoding, "replace")


_OF_BYTES = [_cut_off, _changed, _changed, _gone, _doubled]
_OF_TEXT = [
    _sign(b'"', b'"', b'"', b'""', b"'"),
    _sign(b",", b"\n", b"\r", b"\r\n", b"\0", b"\t", b";", b"\\", b"{", b"}", b"[", b" "),
    _sign(b"\xff", b"\xe9", b"\xc0\x80", b"\xed\xa0\x80", b"\xef\xbb\xbf", b"\xf4\x90\x80\x80", b"\xe2\x80\xae"),
    _sign(b"\\ud800", b"\\x", b"NaN", b"1e3", b"9" * 30, b"9" * 5_000, b"null", b"true"),
    _line(b"", b" ", b",", b",,,,", b"7", b"{}", b"[]", b"null", b'{"merchant_id":7}'),
    _line(b"[" * 2_000, b'"', b"x" * 9_000),
    _line(b'{"merchant_id":7,"merchant_id":7,"utc_timestamp":"2024-01-02T00:00:00Z"}',
          b'{"merchant_id":7,"utc_timestamp":"2024-01-02T00:00:00Z"}{"merchant_id":7}',
          b'{"merchant_id":7.0,"utc_timestamp":"2024-01-02T00:00:00Z","x":Infinity}',
          b'{"merchant_id":"\\ud800","utc_timestamp":"2024-01-02T00:00:00Z"}'),
    _whole(_recoded("latin-1"), _recoded("utf-16"), _recoded("utf-16-le"), _recoded("utf-32"), _recoded("utf-8-sig")),
    _whole(lambda data: data.replace(b",", b";"), lambda data: data.replace(b",", b"\t"),
           lambda data: data.replace(b"\n", b"\r\n"), lambda data: data.replace(b"\n", b"\r"),
           lambda data: data.replace(b'""', b'\\"'), lambda data: b"[" + data + b"]", lambda data: b"\n\n" + data),
]  # fmt: skip
