"""Text from outside is shown: never refused, never obeyed."""

from __future__ import annotations

import json
import unicodedata
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from codegen.runtime.shown_text import (
    ESCAPED,
    decoded,
    escaped_for,
    json_text,
    shown,
    shown_lines,
    shown_path,
)

any_text = st.text(st.characters(exclude_categories=[]))  # lone surrogates included


@pytest.mark.parametrize(
    ("data", "text"),
    [
        (b"plain", "plain"),
        ("São €".encode(), "São €"),
        (b"caf\xe9", r"caf\xe9"),
        (b"\xff\xfe", r"\xff\xfe"),
        (b"\xed\xa0\x80", r"\xed\xa0\x80"),  # a surrogate in the manner of CESU-8
        (b"cut \xe2\x82", r"cut \xe2\x82"),
        (b"\xc0\xaf", r"\xc0\xaf"),  # an overlong slash
    ],
)
def test_bytes_are_decoded_and_what_is_no_text_is_escaped(data: bytes, text: str) -> None:
    assert decoded(data) == text


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Zürich, 東京, 🏪, a\\b", "Zürich, 東京, 🏪, a\\b"),
        ("👩‍👩‍👧", "👩‍👩‍👧"),  # joiners are part of a sign
        ("\x1b[31mred", r"\x1b[31mred"),
        ("\x9b31m", r"\x9b31m"),
        ("a\r\nb\tc", r"a\r\nb\tc"),
        ("\x00\x07\x08\x7f\x85", r"\x00\x07\x08\x7f\x85"),
        ("a\u2028b\u2029c", r"a\u2028b\u2029c"),
        ("\u202eexe.txt\u202c \u2066x\u2069", r"\u202eexe.txt\u202c \u2066x\u2069"),
        ("\u200e\u200f\u061c", r"\u200e\u200f\u061c"),
        ("b\udcffd.csv", r"b\xffd.csv"),
        ("\ud800 \udfff", r"\ud800 \udfff"),
    ],
)
def test_what_is_shown_is_one_line_that_no_terminal_obeys(text: str, expected: str) -> None:
    assert shown(text) == expected
    assert shown_lines(text) == "\n".join(shown(line) for line in text.split("\n"))


@given(any_text)
def test_every_text_can_be_shown_and_written(text: str) -> None:
    line = shown(text)
    assert len(line.splitlines()) <= 1
    assert not [one for one in line if unicodedata.category(one) in ("Cc", "Cs", "Zl", "Zp")]
    assert line.encode("utf-8") and shown(line) == line if line else not text
    for encoding in ("ascii", "cp437", "latin-1", "utf-8"):
        assert text.encode(encoding, ESCAPED).decode(encoding) == escaped_for(text, encoding)


def test_a_console_of_few_characters_gets_escapes() -> None:
    assert escaped_for("São …", "cp437") == r"S\xe3o \u2026"
    assert escaped_for("🏪", "ascii") == r"\U0001f3ea"
    assert escaped_for("é", "no such encoding") == r"\xe9"
    assert escaped_for("é", None) == "é"


def test_a_path_is_shown_by_its_bytes() -> None:
    assert shown_path(Path("b\udcffd\n.csv")) == r"b\xffd\n.csv"
    assert shown_path("\ud800") == r"\ud800"


@given(any_text, st.booleans())
def test_json_is_valid_for_every_text(text: str, only_ascii: bool) -> None:
    written = json_text({text: [text]}, only_ascii=only_ascii)
    data = written.encode("ascii" if only_ascii else "utf-8")
    ((name, (value,)),) = json.loads(data).items()
    assert name == value and len(written.splitlines()) == 1
    if not any(0xD800 <= ord(one) <= 0xDFFF for one in text):
        assert value == text


def test_json_has_no_number_that_json_lacks_and_shows_what_is_no_value() -> None:
    value = {
        "a": [float("nan"), float("inf"), 1.5],
        "p": Path("r\udcfft"),
        "b": b"\xff",
        "s": "\x9b\u202e\udcff",
    }
    written = json_text(value)
    assert json.loads(written) == {
        "a": [None, None, 1.5],
        "p": r"r\xfft",
        "b": r"\xff",
        "s": "\x9b\u202e\\xff",
    }
    assert "\x9b" not in written and "\u202e" not in written
