"""Mutations of documents: of one value of a parsed document, or of the bytes of a file. Pure and seeded."""

from __future__ import annotations

import copy
import json
import random
from typing import Any

Pointer = tuple[str | int, ...]

OPERATIONS = (
    "drop", "null", "boolean", "text", "empty text", "long text", "zero", "minus one", "negated", "huge", "tiny",
    "half", "double", "infinite", "not a number", "beyond uint64", "empty list", "empty object", "wrapped",
    "unwrapped", "repeated", "duplicated", "reversed", "shuffled", "swapped", "unknown key", "other spelling",
    "deep", "impossible date", "unknown name",
)  # fmt: skip
"""What a mutation does to a value."""
FITTING: dict[type, tuple[str, ...]] = {
    bool: ("boolean", "null", "drop", "swapped"),
    int: ("zero", "minus one", "negated", "half", "double", "huge", "tiny", "swapped"),
    float: ("zero", "minus one", "negated", "half", "double", "huge", "tiny", "swapped"),
    str: ("unknown name", "impossible date", "empty text", "swapped", "long text", "other spelling"),
    list: ("repeated", "reversed", "shuffled", "half", "empty list", "swapped"),
    dict: ("drop", "duplicated", "swapped", "unknown key"),
}
"""Operations after which a value may still be one of its kind."""
DATES = (
    "2023-02-29",
    "2024-02-30",
    "0000-01-01",
    "20240101",
    "2024-W01-1",
    "2024-06-31",
    "9999-12-31",
    "2024-13-01",
)
"""Days that are none, or hardly."""


def place(value: Any, draw: random.Random) -> Pointer:
    """A place in a document but its root: members of one level are equally likely, so that no list drowns all."""
    found: list[str | int] = []
    while isinstance(value, dict | list) and value and (not found or draw.random() < 0.85):
        key: Any = draw.choice(list(value)) if isinstance(value, dict) else draw.randrange(len(value))
        found.append(key)
        value = value[key]
    return tuple(found)


def operation(value: Any, pointer: Pointer, draw: random.Random) -> str:
    """What is done at a place: mostly something after which the value may be one of its kind."""
    for part in pointer:
        value = value[part]
    fitting = FITTING.get(type(value))
    return draw.choice(fitting if fitting is not None and draw.random() < 0.7 else OPERATIONS)


def mutated(value: Any, pointer: Pointer, change: str, draw: random.Random) -> Any:
    """A copy of the document with one value changed, or the same where the change says nothing about it."""
    root = copy.deepcopy(value)
    parent: Any = root
    for part in pointer[:-1]:
        parent = parent[part]
    key = pointer[-1]
    found = parent[key]
    if change == "drop":
        del parent[key]
    elif change == "unknown key":
        target = found if isinstance(found, dict) else parent if isinstance(parent, dict) else {}
        target[draw.choice(["unknown", "$schema", "", "policy_id ", "__class__"])] = draw.choice(
            [1, None, "x", []]
        )
    elif change == "other spelling" and isinstance(parent, dict) and isinstance(key, str):
        parent[draw.choice([key.upper(), f"{key} ", key.replace("_", "-"), f"{key}s"])] = parent.pop(key)
    elif change == "swapped" and isinstance(parent, dict):
        other = draw.choice(sorted(parent))
        parent[key], parent[other] = parent[other], parent[key]
    elif change == "swapped":
        other = draw.randrange(len(parent))
        parent[key], parent[other] = parent[other], parent[key]
    elif change == "duplicated" and isinstance(parent, list):
        parent.insert(int(key), copy.deepcopy(found))
    else:
        parent[key] = _changed(found, change, draw)
    return root


def _changed(found: Any, change: str, draw: random.Random) -> Any:
    number = isinstance(found, int | float) and not isinstance(found, bool)
    if change == "impossible date" and isinstance(found, str):
        day = draw.choice(DATES)
        return day + found[10:] if len(found) > 10 and found[4:5] == "-" else day
    if change == "unknown name" and isinstance(found, str):
        return draw.choice(
            ["ZZ", "QQ", "unknown_name", "Mars/Olympus", found[:-1] or "x", found + "x", found.lower()]
        )
    if isinstance(found, list) and found:
        many = {
            "repeated": found * 2,
            "reversed": found[::-1],
            "shuffled": draw.sample(found, len(found)),
            "unwrapped": found[0],
            "half": found[: len(found) // 2],
        }
        if change in many:
            return many[change]
    if number:
        numbers = {
            "negated": -found,
            "half": found / 2,
            "double": found * 2,
            "boolean": bool(found),
            "text": str(found),
        }
        if change in numbers:
            return numbers[change]
    deep: Any = 1
    if change == "deep":
        for _ in range(draw.choice([10, 150, 300, 2000])):
            deep = [deep]
    others = {
        "null": None,
        "boolean": draw.choice([True, False]),
        "text": draw.choice(["x", "0", "true", "\u0000", "\u2028", "\x1b[31m", "é", "a/b", "../x"]),
        "empty text": "",
        "long text": "x" * draw.choice([65, 300, 70_000]),
        "zero": 0,
        "minus one": -1,
        "huge": draw.choice([10**6, 10**9, 2**31, 2**63, 2**64 - 1, 1e18, 1e300]),
        "tiny": draw.choice([1e-300, 5e-324, 1e-12, 1e-6]),
        "infinite": float("inf"),
        "not a number": float("nan"),
        "beyond uint64": 2**64,
        "empty list": [],
        "empty object": {},
        "wrapped": [found],
        "deep": deep,
    }
    return others.get(change, found)


def json_text(value: Any) -> bytes:
    """A document as JSON, with whatever Python writes for numbers that JSON has not."""
    pieces: list[str] = []
    _write(value, pieces)
    return "".join(pieces).encode("utf-8", "surrogatepass")


def _write(value: Any, pieces: list[str]) -> None:
    """As json.dumps, of any depth."""
    pending: list[Any] = [value]
    while pending:
        item = pending.pop()
        if isinstance(item, _Raw):
            pieces.append(item.text)
        elif isinstance(item, dict):
            inner: list[Any] = [_Raw("{")]
            for number, (key, member) in enumerate(item.items()):
                inner += [_Raw("," * (number > 0) + json.dumps(key) + ":"), member]
            pending.extend(reversed([*inner, _Raw("}")]))
        elif isinstance(item, list):
            inner = [_Raw("[")]
            for number, member in enumerate(item):
                inner += [_Raw("," * (number > 0)), member]
            pending.extend(reversed([*inner, _Raw("]")]))
        else:
            pieces.append(json.dumps(item))


class _Raw:
    """Text that is written as it stands."""

    def __init__(self, text: str) -> None:
        self.text = text


def mutated_bytes(data: bytes, draw: random.Random) -> tuple[str, bytes]:
    """What was done to a file, and its bytes afterwards."""
    at = draw.randrange(max(len(data), 1))
    lines = data.splitlines(keepends=True) or [b""]
    line = draw.randrange(len(lines))
    bomb = b"a: &a [x,x,x,x,x,x,x,x,x]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a]\n" + b"".join(
        b"%c: &%c [*%c,*%c,*%c,*%c,*%c,*%c,*%c,*%c,*%c]\n" % (c, c, *[c - 1] * 9)
        for c in range(ord("c"), ord("k"))
    )
    choices = {
        "empty": b"",
        "cut": data[:at],
        "bit": data[:at] + bytes([data[at] ^ (1 << draw.randrange(8))]) + data[at + 1 :] if data else b"x",
        "byte": data[:at]
        + draw.choice([b"\xff", b"\x00", b"\t", b"\r", b"\xc3", b"\xed\xa0\x80"])
        + data[at:],
        "mark": b"\xef\xbb\xbf" + data,
        "utf-16": data.decode("utf-8", "replace").encode("utf-16"),
        "line twice": b"".join([*lines[:line], lines[line], *lines[line:]]),
        "line gone": b"".join([*lines[:line], *lines[line + 1 :]]),
        "indented": b"".join([*lines[:line], b"   " + lines[line], *lines[line + 1 :]]),
        "tab": data.replace(b"  ", b"\t", 1),
        "two documents": data + b"\n---\n" + data,
        "tag": data.replace(
            b": ", draw.choice([b": !!python/object:os.system ", b": !!binary ", b": !x "]), 1
        ),
        "merge": data + b"\nbase: &base {x: 1}\n<<: *base\n",
        "bomb": data + b"\n" + bomb,
        "deep": b"[" * draw.choice([100, 250, 5_000, 100_000]),
        "large": data + b"\n#" + b" " * (1 << 20),
        "large json": data.rstrip() + b" " * (1 << 20),
        "digits": data.replace(b"1", b"1" * draw.choice([30, 400, 5_000]), 1),
        "not finite": data.replace(b"0.", draw.choice([b".inf #", b".nan #", b"NaN ", b"1e999 "]), 1),
        "binary": draw.randbytes(200),
    }
    name = draw.choice(sorted(choices))
    return name, choices[name]
