"""The strict YAML 1.2 reader: what it accepts, what it refuses, and where it says things stand."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from ruamel.yaml import YAML

from codegen.runtime.canonical import SyntaxProblem
from codegen.runtime.strict_yaml import LocatedDocument, load

REPOSITORY = Path(__file__).parents[2]


def value_of(text: str) -> Any:
    return load(text.encode("utf-8"), name="t.yaml").value


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("no", "no"),
        ("on", "on"),
        ("Yes", "Yes"),
        ("y", "y"),
        ("true", True),
        ("False", False),
        ("TRUE", True),
        ("tRUE", "tRUE"),
        ("~", None),
        ("null", None),
        ("Null", None),
        ("nULL", "nULL"),
        ("1_000", "1_000"),
        ("12", 12),
        ("+12", 12),
        ("-0", 0),
        ("010", 10),
        ("0o17", 15),
        ("0x1F", 31),
        ("0b11", "0b11"),
        ("18446744073709551615", 2**64 - 1),
        ("-9223372036854775808", -(2**63)),
        ("1.5", 1.5),
        (".5", 0.5),
        ("1.", 1.0),
        ("1e3", 1000.0),
        ("-1.5E-3", -0.0015),
        ("1e", "1e"),
        ("190:20:30", "190:20:30"),
        ("2024-03-01", "2024-03-01"),
        ("2024-03-01T00:00:00Z", "2024-03-01T00:00:00Z"),
        ("1.2.3", "1.2.3"),
        ("-", [None]),
        ("'12'", "12"),
        ('"true"', "true"),
        ("!!str 12", "12"),
        ("! 12", "12"),
        ("!!float 3", 3.0),
        ("!!int 3", 3),
        ("!!null ~", None),
        ("!!bool true", True),
        ("!!map {}", {}),
        ("!!seq []", []),
        ('"\\t"', "\t"),
        ("|\n  a\n  b\n", "a\nb\n"),
        (">-\n  a\n  b\n", "a b"),
    ],
)
def test_scalars_follow_the_core_schema(text: str, value: Any) -> None:
    found = value_of(text)
    assert (found, type(found)) == (value, type(value))


def test_values_are_plain_and_merge_keys_mean_nothing() -> None:
    found = value_of("base: &b {x: 1}\nlist: [*b, *b]\nsub:\n  <<: *b\n")
    assert found == {"base": {"x": 1}, "list": [{"x": 1}, {"x": 1}], "sub": {"<<": {"x": 1}}}


@pytest.mark.parametrize(
    ("data", "place", "words"),
    [
        (b"a: 1\nb: 2\na: 3\n", (3, 1), "appears twice (first on line 1)"),
        (b"x: {k: 1, 'k': 2}\n", (1, 11), "appears twice"),
        (b"a:\n\t- 1\n", (2, 1), "tab"),
        (b"a: 1 # tab\there\n", (1, 11), "tab"),
        (b"a: \xff\n", (1, 4), "0xff"),
        (b"\xef\xbb\xbfa: 1\n", (1, 1), "byte order mark"),
        ("a: 1\n".encode("utf-16"), (1, 1), "not UTF-8"),
        (b"a: \x07\n", (1, 4), "U+0007"),
        ("a: x\u2028y\n".encode(), (1, 5), "U+2028"),
        ("a: \x85\n".encode(), (1, 4), "U+0085"),
        (b"a: 1\rb: 2\n", (1, 5), "U+000D"),
        (b"1: a\n", (1, 1), "not a string"),
        (b"a:\n  true: 1\n", (2, 3), "not a string"),
        (b"? [x]\n: 1\n", (1, 3), "keys are strings"),
        (b"? {x: 1}\n: 1\n", (1, 3), "keys are strings"),
        (b"~: 1\n", (1, 1), "not a string"),
        (b": 1\n", (1, 1), "not YAML"),
        (b"a: .inf\n", (1, 4), "not a finite number"),
        (b"a: -.INF\n", (1, 4), "not a finite number"),
        (b"a: .nan\n", (1, 4), "not a finite number"),
        (b"a: 1e999\n", (1, 4), "too large"),
        (b"a: 18446744073709551616\n", (1, 4), "2^64-1"),
        (b"a: 0xFFFFFFFFFFFFFFFFF\n", (1, 4), "2^64-1"),
        (b"a: !custom 1\n", (1, 4), "core schema"),
        (b"a: !!timestamp 2024-01-01\n", (1, 4), "core schema"),
        (b"a: !!python/object:os.system x\n", (1, 4), "core schema"),
        (b"a: !!int x\n", (1, 4), "!!int"),
        (b"a: !!float true\n", (1, 4), "!!float"),
        (b"a: !!set {x}\n", (1, 4), "core schema"),
        (b"a: *b\n", (1, 4), "anchor"),
        (b"a: &b [*b]\n", (1, 8), "anchor"),
        (b"a: &b 1\nc: &b [*b]\n", (2, 8), "anchor"),
        (b"a: 1\n---\nb: 2\n", (2, 1), "second document"),
        (b"%YAML 1.1\n---\na: 1\n", (1, 1), "YAML version"),
        (b"", (1, 1), "no document"),
        (b"# only a comment\n", (1, 1), "no document"),
        (b"a: [1, 2\nb: 3\n", (2, 2), "not YAML"),
        (b"a: 1\n b: 2\n", (2, 3), "not YAML"),
        (b"a: 'open\n", None, "not YAML"),
        (b"[" * 300 + b"]" * 300, (1, 201), "deeper than 200"),
    ],
)
def test_what_is_not_strict_yaml_is_refused_with_line_and_column(
    data: bytes, place: tuple[int, int] | None, words: str
) -> None:
    with pytest.raises(SyntaxProblem) as caught:
        load(data, name="card.yaml")
    assert words in caught.value.message
    if place is not None:
        assert (caught.value.line, caught.value.column) == place


def test_aliases_that_expand_past_ten_mebibytes_are_refused_quickly() -> None:
    lines = ["a0: &a0 [" + ", ".join(["lol"] * 10) + "]"]
    lines += [f"a{n}: &a{n} [" + ", ".join([f"*a{n - 1}"] * 10) + "]" for n in range(1, 12)]
    with pytest.raises(SyntaxProblem) as caught:
        load("\n".join(lines).encode(), name="bomb.yaml")
    assert caught.value.message == "the aliases expand past 10 MiB"
    assert caught.value.line < 9


def test_aliases_below_the_limit_and_large_plain_files_are_read() -> None:
    block = "x" * 2**20
    assert len(value_of(f"a: &a {block}\nb: [{', '.join(['*a'] * 9)}]")["b"]) == 9
    with pytest.raises(SyntaxProblem, match="10 MiB"):
        value_of(f"a: &a {block}\nb: [{', '.join(['*a'] * 10)}]")
    assert len(value_of("\n".join(f"- {block}" for _ in range(12)))) == 12


DOCUMENT = """\
datasets:
  - id: one
    columns:
      - {name: a, type: integer}
      - name: b
        type: string
  - id: two
empty: []
"""


@pytest.mark.parametrize(
    ("pointer", "place"),
    [
        ((), (1, 1)),
        (("datasets",), (1, 1)),
        (("datasets", 0), (2, 5)),
        (("datasets", 0, "columns", 0, "type"), (4, 19)),
        (("datasets", 0, "columns", 1, "type"), (6, 9)),
        (("datasets", 1, "id"), (7, 5)),
        (("empty",), (8, 1)),
        (("datasets", 1, "columns", 5), (7, 5)),
        (("absent",), (1, 1)),
    ],
)
def test_every_value_has_its_line_and_column(pointer: tuple[str | int, ...], place: tuple[int, int]) -> None:
    assert load(DOCUMENT.encode(), name="d.yaml").line(pointer) == place


def test_a_document_knows_which_places_exist() -> None:
    document = load(DOCUMENT.encode(), name="d.yaml")
    assert ("datasets", 0, "id") in document
    assert ("datasets", 2) not in document
    assert ("empty", 0) not in document


keys = st.text(st.characters(codec="utf-8", categories=["L", "N", "P", "Zs"]), max_size=8)
plain = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**63), 2**64 - 1)
    | st.floats(allow_nan=False, allow_infinity=False)
    | keys,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(keys, inner, max_size=4),
    max_leaves=15,
)


@given(plain)
def test_json_is_read_as_json_reads_it(value: Any) -> None:
    text = json.dumps(value, ensure_ascii=False)
    assert value_of(text) == json.loads(text)


def every_pointer(document: LocatedDocument) -> int:
    """How many values there are; each must have a place of its own that the map knows."""
    count = 0
    pending: list[tuple[tuple[str | int, ...], Any]] = [((), document.value)]
    while pending:
        pointer, value = pending.pop()
        assert pointer in document, pointer
        count += 1
        items = (
            value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
        )
        pending += [((*pointer, key), inner) for key, inner in items]
    return count


def test_contract_files_read_as_an_independent_yaml_1_2_reader_reads_them() -> None:
    reader = YAML(typ="safe", pure=True)
    files = sorted((REPOSITORY / "contracts").rglob("*.yaml"), key=lambda path: path.stat().st_size)[:6]
    assert files, "no contract files to read"
    for path in files:
        document = load(path.read_bytes(), name=path.name)
        assert document.value == reader.load(path.read_text("utf-8")), path
        assert every_pointer(document) > 1
