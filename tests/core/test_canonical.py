"""Canonical JSON and the strict reader, against published vectors and an obvious oracle."""

from __future__ import annotations

import hashlib
import json
import math
from pathlib import Path
from typing import Any

import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from codegen.runtime.canonical import (
    CanonicalError,
    SyntaxProblem,
    canonical_bytes,
    document_bytes,
    json_positions,
    parse_json,
    pointer_text,
)

VECTORS = json.loads((Path(__file__).parents[1] / "vectors" / "digests.json").read_text("utf-8"))

integers = st.integers(-(2**63), 2**64 - 1)
finite = st.floats(allow_nan=False, allow_infinity=False)
texts = st.text(st.characters(exclude_categories=["Cs"]))
scalars = st.none() | st.booleans() | integers | finite | texts
ascii_texts = st.text(st.characters(max_codepoint=127))
values = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(ascii_texts, inner, max_size=4),
    max_leaves=20,
)


@pytest.mark.parametrize("vector", VECTORS["canonical_json"], ids=lambda vector: vector["input"][:30])
def test_canonical_form_matches_the_vectors(vector: dict[str, str]) -> None:
    value = parse_json(vector["input"].encode("utf-8"), name="vector")
    assert canonical_bytes(value).decode("utf-8") == vector["canonical"]
    assert hashlib.sha256(document_bytes(value)).hexdigest() == vector["file_sha256"]


def same(left: Any, right: Any) -> bool:
    """Equality of JSON values, in which 1 and 1.0 and -0.0 are one number, and True is not 1."""
    if isinstance(left, bool) or isinstance(right, bool) or left is None or right is None:
        return left is right
    if isinstance(left, (int, float)) and isinstance(right, (int, float)):
        return left == right or (
            float(left) == float(right) and (type(left) is float or type(right) is float)
        )
    if isinstance(left, dict) and isinstance(right, dict):
        return left.keys() == right.keys() and all(same(left[key], right[key]) for key in left)
    if isinstance(left, list) and isinstance(right, list):
        return len(left) == len(right) and all(map(same, left, right))
    return type(left) is type(right) and bool(left == right)


@given(values)
def test_canonical_form_reads_back_as_the_same_value(value: Any) -> None:
    data = canonical_bytes(value)
    back = parse_json(data, name="value")
    assert same(back, value)
    assert canonical_bytes(back) == data


@given(integers)
def test_integers_keep_every_digit(value: int) -> None:
    assert canonical_bytes(value) == str(value).encode()
    back = parse_json(str(value).encode(), name="value")
    assert back == value
    assert type(back) is int


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | finite | texts,
        lambda inner: st.lists(inner, max_size=4) | st.dictionaries(texts, inner, max_size=4),
        max_leaves=20,
    )
)
def test_canonical_form_is_rfc_8785_where_that_can_write_the_value(value: Any) -> None:
    assert canonical_bytes(value, ascii_keys=False) == rfc8785.dumps(value)


@given(st.dictionaries(ascii_texts, integers))
def test_key_order_of_the_writer_does_not_show(value: dict[str, int]) -> None:
    assert canonical_bytes(dict(reversed(value.items()))) == canonical_bytes(value)


@pytest.mark.parametrize(
    ("value", "pointer", "words"),
    [
        (math.nan, "", "nan"),
        ({"a": [1, math.inf]}, "/a/1", "inf"),
        ({"a": {"b": -math.inf}}, "/a/b", "-inf"),
        (2**64, "", "2^64-1"),
        ([-(2**63) - 1], "/0", "-2^63"),
        ({"é": 1}, "", "not ASCII"),
        ({1: 1}, "", "not a string"),
        ({"a": {1, 2}}, "/a", "set"),
        (b"bytes", "", "bytes"),
    ],
)
def test_a_value_without_canonical_form_is_refused_with_its_place(
    value: Any, pointer: str, words: str
) -> None:
    with pytest.raises(CanonicalError) as caught:
        canonical_bytes(value)
    assert pointer_text(caught.value.pointer) == pointer
    assert words in caught.value.problem


def test_a_lone_surrogate_and_endless_nesting_have_no_canonical_form() -> None:
    with pytest.raises(CanonicalError, match="surrogate"):
        canonical_bytes(["\ud800"])
    loop: list[Any] = []
    loop.append(loop)
    with pytest.raises(CanonicalError, match="nested"):
        canonical_bytes(loop)


def test_keys_outside_ascii_are_ordered_by_utf_16_when_allowed() -> None:
    value = {"\U0001f600": 1, "\ufb33": 2}
    assert canonical_bytes(value, ascii_keys=False) == '{"\U0001f600":1,"\ufb33":2}'.encode()


@pytest.mark.parametrize(
    ("data", "place", "words"),
    [
        (b'{"a":1,\n "a":2}', (2, 2), '"a" appears twice'),
        (b'[{"x":{"b":1}},{"x":{"c":1,"b":2,"c":3}}]', (1, 34), '"c" appears twice'),
        (b'{"a":1,"\\u0061":2}', (1, 8), "appears twice"),
        (b"[1,\n  NaN]", (2, 3), "NaN"),
        (b"[Infinity]", (1, 2), "Infinity"),
        (b"[-Infinity]", (1, 2), "-Infinity"),
        (b"[1e999]", (1, 2), "too large"),
        (b"[1,-1e400]", (1, 4), "too large"),
        (b"\xef\xbb\xbf{}", (1, 1), "byte order mark"),
        (b'{"a":"\xff"}', (1, 7), "0xff"),
        ('{"é":\n"é'.encode() + b'\xc3"}', (2, 3), "0xc3"),
        (b"{} x", (1, 4), "extra data"),
        (b"{}{}", (1, 3), "extra data"),
        (b"", (1, 1), "expecting value"),
        (b"[1,]", None, "not JSON"),
        (b"[01]", None, "not JSON"),
        (b"{'a':1}", (1, 2), "not JSON"),
        (b'["a\tb"]', (1, 4), "control character"),
        (b'["\\ud800"]', (1, 2), "surrogate"),
        (b'["ok",\n{"a":"\\udc00x"}]', (2, 6), "surrogate"),
        (b"18446744073709551616", (1, 1), "2^64-1"),
        (b"[-9223372036854775809]", (1, 2), "-2^63"),
        (b"1" + b"0" * 5000, (1, 1), "2^64-1"),
        (b"[" * 100_000, (1, 1), "nested"),
    ],
)
def test_what_is_not_strict_json_is_refused_with_line_and_column(
    data: bytes, place: tuple[int, int] | None, words: str
) -> None:
    with pytest.raises(SyntaxProblem) as caught:
        parse_json(data, name="policy.json")
    assert words in caught.value.message
    if place is not None:
        assert (caught.value.line, caught.value.column) == place
    assert str(caught.value).startswith("policy.json:")


def test_numbers_take_their_type_from_how_they_are_written() -> None:
    assert [type(v) for v in parse_json(b"[1,1.0,1e2,-0,-0.0,1e20]", name="n")] == [
        int,
        float,
        float,
        int,
        float,
        float,
    ]
    large = parse_json(b"123456789012345680000", name="n")
    assert (type(large), large) == (float, 1.2345678901234568e20)
    assert parse_json(b'["\\ud83d\\ude00"]', name="n") == ["\U0001f600"]


def walk(value: Any, pointer: tuple[str | int, ...] = ()) -> list[tuple[str | int, ...]]:
    found = [pointer]
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, inner in items:
        found += walk(inner, (*pointer, key))
    return found


@given(values, st.sampled_from([None, 2]))
def test_every_value_has_a_position_and_the_text_stands_there(value: Any, indent: int | None) -> None:
    text = json.dumps(value, indent=indent)
    places = json_positions(text.encode())
    assert sorted(map(repr, places)) == sorted(map(repr, walk(value)))
    lines = text.split("\n")
    for pointer, (line, column) in places.items():
        rest = lines[line - 1][column - 1 :]
        if pointer and isinstance(pointer[-1], str):
            assert rest.startswith(json.dumps(pointer[-1]) + ":")
        else:
            inner = value
            for part in pointer:
                inner = inner[part]
            assert rest.startswith(
                "[" if isinstance(inner, list) else "{" if isinstance(inner, dict) else json.dumps(inner)
            )
