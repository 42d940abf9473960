r"""Text that comes from outside, as people and programs may be shown it: never refused, never obeyed.

Names of files, cells of tables, arguments and messages of libraries may hold bytes that are no UTF-8 (Python carries
them as lone surrogates), characters that a terminal obeys (escape sequences), and characters that turn the order of
what follows. All of them are shown as escapes: `\xff` for a byte that is no text or a character below U+0100,
`\u202e` for another, `\n` `\r` `\t` by their names. Everything else stays as it is, a backslash too.
"""

from __future__ import annotations

import codecs
import json
import math
import os
import re
from collections.abc import Mapping
from decimal import Decimal
from json.encoder import encode_basestring as _json_string
from typing import Any, Final

__all__ = [
    "ESCAPED",
    "ascii_json",
    "decoded",
    "escaped_for",
    "exact_json",
    "json_text",
    "shown",
    "shown_lines",
    "shown_path",
]

ESCAPED: Final = "closedworld.escaped"
"""The error handler of encoders, by name: what an encoding lacks is written as an escape."""
_ODD: Final = "\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff"
"""Controls (C0, DEL, C1), marks of direction, separators of lines and paragraphs, surrogates."""
_HIDDEN: Final = re.compile(f"[{_ODD}]")
_HIDDEN_IN_JSON: Final = re.compile("[\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")
_BEYOND_ASCII: Final = re.compile("[^\x00-\x7f]")
_NAMED: Final = {"\n": r"\n", "\r": r"\r", "\t": r"\t"}


def decoded(data: bytes) -> str:
    r"""Bytes that should be text, as text: UTF-8, and each byte that is not as `\xNN`."""
    return data.decode("utf-8", "backslashreplace")


def shown(text: str) -> str:
    """Text on one line, of characters that are printed and never obeyed; see the module."""
    return _HIDDEN.sub(_escape, text) if _HIDDEN.search(text) else text


def shown_lines(text: str) -> str:
    """Text as `shown` gives it, with its line breaks kept."""
    return "\n".join(map(shown, text.split("\n"))) if _HIDDEN.search(text) else text


def shown_path(path: str | os.PathLike[str]) -> str:
    """A path as its bytes read in UTF-8, whatever encoding the locale says names of files have."""
    text = os.fspath(path)
    try:
        data = os.fsencode(text)
    except UnicodeEncodeError:  # no name of a file on this machine
        return shown(text)
    return shown(decoded(data))


def _escape(found: re.Match[str]) -> str:
    return _escaped_character(found[0])


def _escaped_character(character: str) -> str:
    number = ord(character)
    if 0xDC80 <= number <= 0xDCFF:  # a byte that was no text
        return f"\\x{number - 0xDC00:02x}"
    if number < 0x100:
        return _NAMED.get(character) or f"\\x{number:02x}"
    return f"\\u{number:04x}" if number < 0x10000 else f"\\U{number:08x}"


def _escaped_error(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeEncodeError):
        raise error
    lacking = error.object[error.start : error.end]
    return "".join(map(_escaped_character, lacking)), error.end


codecs.register_error(ESCAPED, _escaped_error)


def escaped_for(text: str, encoding: str | None) -> str:
    """Text of the characters that an encoding has, with escapes for the others; an unknown encoding has ASCII's."""
    try:
        codec = codecs.lookup(encoding or "utf-8").name
        return text.encode(codec, ESCAPED).decode(codec)
    except (LookupError, TypeError, ValueError):
        return text.encode("ascii", ESCAPED).decode("ascii")


def json_text(value: Any, *, indent: int | None = None, only_ascii: bool = False) -> str:
    r"""A value as JSON that every parser takes and no terminal obeys.

    Numbers that JSON lacks are null, what is neither value nor container is its text, characters that are shown as
    escapes elsewhere are escapes of JSON, which parsers undo. Bytes that are no text stand as the text `\xNN`.

    Args:
        value: the value.
        indent: as json.dumps takes it.
        only_ascii: write each character beyond ASCII as an escape.
    """
    try:
        text = json.dumps(value, indent=indent, ensure_ascii=False, default=_as_text, allow_nan=False)
    except ValueError:
        text = json.dumps(
            _finite(value), indent=indent, ensure_ascii=False, default=_as_text, allow_nan=False
        )
    if _HIDDEN_IN_JSON.search(text):
        text = _HIDDEN_IN_JSON.sub(_json_escape, text)
    return ascii_json(text) if only_ascii else text


def ascii_json(text: str) -> str:
    """JSON text with an escape for each character beyond ASCII."""
    return text if text.isascii() else _BEYOND_ASCII.sub(_json_escape, text)


def exact_json(value: Any) -> str:
    """A value as JSON that no digit is missing from, on one line, as `json_text` otherwise.

    A Decimal is a number with all of its digits, as whole numbers are. What is no number (NaN) is null, since JSON has
    no other word for it; the infinite ones are the texts "inf" and "-inf".
    """
    match value:
        case str():
            text = _json_string(value)
            return _HIDDEN_IN_JSON.sub(_json_escape, text) if _HIDDEN_IN_JSON.search(text) else text
        case None:
            return "null"
        case bool():
            return "true" if value else "false"
        case int():
            return str(value)
        case float():
            return repr(value) if math.isfinite(value) else "null" if math.isnan(value) else f'"{value}"'
        case Decimal():
            return f"{value:f}"
        case Mapping():
            pairs = (f"{exact_json(str(name))}: {exact_json(one)}" for name, one in value.items())
            return "{" + ", ".join(pairs) + "}"
        case list() | tuple():
            return "[" + ", ".join(map(exact_json, value)) + "]"
    return exact_json(_as_text(value))


def _as_text(value: object) -> str:
    if isinstance(value, os.PathLike):
        return shown_path(value)
    return decoded(bytes(value)) if isinstance(value, bytes | bytearray | memoryview) else str(value)


def _json_escape(found: re.Match[str]) -> str:
    character = found[0]
    number = ord(character)
    if 0xD800 <= number <= 0xDFFF:  # a lone half, which strict parsers refuse
        return "\\" + _escaped_character(character)
    if number < 0x10000:
        return f"\\u{number:04x}"
    high, low = divmod(number - 0x10000, 0x400)
    return f"\\u{0xD800 + high:04x}\\u{0xDC00 + low:04x}"


def _finite(value: Any) -> Any:
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, Mapping):
        return {name: _finite(one) for name, one in value.items()}
    if isinstance(value, list | tuple):
        return [_finite(one) for one in value]
    return value
