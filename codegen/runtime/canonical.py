"""Canonical JSON bytes and the strict JSON reader (spec/identity-and-seals.md, section 2).

One law for every JSON byte that is published or digested: RFC 8785, except that an integer keeps all its
decimal digits and lies in -2^63..2^64-1. Whatever `parse_json` accepts, `canonical_bytes` can write.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Callable, Iterator, Mapping
from json.encoder import encode_basestring
from typing import Any, Final, TypeAlias

import rfc8785

__all__ = [
    "INTEGER_MAXIMUM",
    "INTEGER_MINIMUM",
    "JSON",
    "CanonicalError",
    "Pointer",
    "SyntaxProblem",
    "canonical_bytes",
    "document_bytes",
    "json_positions",
    "parse_json",
    "pointer_text",
]

JSON: TypeAlias = Any
"""A plain JSON value: None, bool, int, float, str, list or dict with string keys."""
Pointer: TypeAlias = tuple[str | int, ...]
"""Place of a value inside a document: member names and zero-based item indices from the root."""

INTEGER_MINIMUM: Final = -(2**63)
INTEGER_MAXIMUM: Final = 2**64 - 1

_encode_string: Final[Callable[[str], str]] = encode_basestring


def pointer_text(pointer: Pointer) -> str:
    """The RFC 6901 form of `pointer`; the root is the empty string."""
    return "".join("/" + str(part).replace("~", "~0").replace("/", "~1") for part in pointer)


class CanonicalError(ValueError):
    """A value has no canonical form; says where in the value and why."""

    def __init__(self, pointer: Pointer, problem: str) -> None:
        super().__init__(pointer, problem)
        self.pointer = pointer
        self.problem = problem

    def __str__(self) -> str:
        return f"{pointer_text(self.pointer) or 'the whole value'}: {self.problem}"


class SyntaxProblem(Exception):
    """Bytes are not the strict JSON or YAML that they claim to be.

    `line` and `column` count from 1; `column` counts characters.
    """

    def __init__(self, name: str, line: int, column: int, message: str) -> None:
        super().__init__(name, line, column, message)
        self.name = name
        self.line = line
        self.column = column
        self.message = message

    @property
    def where(self) -> str:
        """`name:line:column`, as editors understand it."""
        return f"{self.name}:{self.line}:{self.column}"

    @property
    def expected(self) -> str:
        """What the place should have held, in words."""
        return "a well-formed document"

    @property
    def found(self) -> str:
        """What is wrong at the place, in words."""
        return self.message

    def __str__(self) -> str:
        return f"{self.where}: {self.message}"


# ---------------------------------------------------------------------------------------------- writing


def canonical_bytes(value: JSON, *, ascii_keys: bool = True) -> bytes:
    """The canonical form of `value`, without a final line feed.

    Args:
        value: dicts, lists, tuples, strings, booleans, None, finite floats and integers in -2^63..2^64-1.
        ascii_keys: refuse an object key outside ASCII, as the law for stored documents asks.

    Raises:
        CanonicalError: a value has no canonical form; carries its pointer.
    Source: RFC 8785; spec/identity-and-seals.md, section 2.
    """
    pieces: list[str] = []
    try:
        _append(value, pieces.append, (), ascii_keys)
    except RecursionError:
        raise CanonicalError((), "nested too deeply") from None
    try:
        return "".join(pieces).encode("utf-8")
    except UnicodeEncodeError as error:
        raise CanonicalError((), f"a string holds the lone surrogate {error.object[error.start]!r}") from None


def document_bytes(value: JSON, *, ascii_keys: bool = True) -> bytes:
    """The bytes of a stored JSON document, or of one line of JSON Lines: canonical form and a line feed."""
    return canonical_bytes(value, ascii_keys=ascii_keys) + b"\n"


def _append(value: JSON, write: Callable[[str], None], pointer: Pointer, ascii_keys: bool) -> None:
    if value is None:
        write("null")
    elif value is True:
        write("true")
    elif value is False:
        write("false")
    elif isinstance(value, str):
        write(_encode_string(value))
    elif isinstance(value, int):
        if not INTEGER_MINIMUM <= value <= INTEGER_MAXIMUM:
            raise CanonicalError(pointer, f"the integer {value} lies outside -2^63..2^64-1")
        write(int.__repr__(value))
    elif isinstance(value, float):
        if not math.isfinite(value):
            raise CanonicalError(pointer, f"{value} is not a finite number")
        write(rfc8785.dumps(value).decode("ascii"))
    elif isinstance(value, (list, tuple)):
        opener = "["
        for index, item in enumerate(value):
            write(opener)
            _append(item, write, (*pointer, index), ascii_keys)
            opener = ","
        write("[]" if opener == "[" else "]")
    elif isinstance(value, Mapping):
        opener = "{"
        for key in _ordered_keys(value, pointer, ascii_keys):
            write(f"{opener}{_encode_string(key)}:")
            _append(value[key], write, (*pointer, key), ascii_keys)
            opener = ","
        write("{}" if opener == "{" else "}")
    else:
        raise CanonicalError(pointer, f"a {type(value).__name__} is not a JSON value")


def _ordered_keys(value: Mapping[Any, Any], pointer: Pointer, ascii_keys: bool) -> list[str]:
    """Keys in the order of their UTF-16 code units (RFC 8785, section 3.2.3)."""
    plain = True
    for key in value:
        if not isinstance(key, str):
            raise CanonicalError(pointer, f"the object key {key!r} is not a string")
        if not key.isascii():
            plain = False
            if ascii_keys:
                raise CanonicalError(pointer, f"the object key {key!r} is not ASCII")
    if plain:
        return sorted(value)
    return sorted(value, key=lambda key: key.encode("utf-16-be", "surrogatepass"))


# ---------------------------------------------------------------------------------------------- reading


class _Refused(Exception):
    """A hook met what strict JSON does not allow; the scanner then finds the place."""


_ESCAPED_SURROGATE = re.compile(r"\\u[dD][89a-fA-F]")


def _object(pairs: list[tuple[str, JSON]]) -> dict[str, JSON]:
    members = dict(pairs)
    if len(members) != len(pairs):
        raise _Refused
    return members


def exact_integer(digits: str) -> int | float | None:
    """The number that plain decimal digits stand for, or None if it cannot be held exactly.

    In -2^63..2^64-1 it is an int. Outside, only the canonical digits of a float (such as those of 1e20) are
    accepted, as that float, since any other reading would lose digits.
    """
    if len(digits) <= 21:
        value = int(digits)
        if INTEGER_MINIMUM <= value <= INTEGER_MAXIMUM:
            return value
    if len(digits) <= 22:
        nearest = float(digits)
        if rfc8785.dumps(nearest) == digits.encode("ascii"):
            return nearest
    return None


def _integer(digits: str) -> int | float:
    value = exact_integer(digits)
    if value is None:
        raise _Refused
    return value


def _floating(text: str) -> float:
    value = float(text)
    if not math.isfinite(value):
        raise _Refused
    return value


def _constant(text: str) -> JSON:
    raise _Refused


_DECODER = json.JSONDecoder(
    object_pairs_hook=_object, parse_int=_integer, parse_float=_floating, parse_constant=_constant
)


def parse_json(data: bytes, *, name: str) -> JSON:
    """The value of a strict JSON document.

    Numbers without fraction or exponent are int with every digit; the others are float. Duplicate keys,
    NaN, infinities (also by overflow), a byte order mark, bytes outside UTF-8, lone surrogates, integers
    that cannot be kept exactly and anything after the value are refused.

    Args:
        data: the bytes of the whole document.
        name: what the document is called in an error.

    Raises:
        SyntaxProblem: with line and column of the first problem.
    """
    text = decoded(data, name=name)
    try:
        value = _DECODER.decode(text)
    except json.JSONDecodeError as error:
        # A refused number or key ahead of the broken syntax would have stopped the decoder first.
        raise SyntaxProblem(name, error.lineno, error.colno, f"not JSON: {_lower_first(error.msg)}") from None
    except _Refused:
        raise _first_refusal(text, name) from None
    except RecursionError:
        raise SyntaxProblem(name, 1, 1, "the document is nested too deeply") from None
    if _ESCAPED_SURROGATE.search(text):
        problem = _first_lone_surrogate(text, name)
        if problem is not None:
            raise problem
    return value


def decoded(data: bytes, *, name: str) -> str:
    """The text of `data`, which must be UTF-8 without a byte order mark; SyntaxProblem if it is not."""
    if data.startswith(b"\xef\xbb\xbf"):
        raise SyntaxProblem(
            name, 1, 1, "the file starts with a byte order mark; save it as UTF-8 without one"
        )
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        line, column = line_and_column(data[: error.start].decode("utf-8"), error.start)
        byte = data[error.start]
        raise SyntaxProblem(name, line, column, f"the byte 0x{byte:02x} is not UTF-8") from None


def line_and_column(text: str, offset: int) -> tuple[int, int]:
    """Line and column, both from 1, of the character at `offset`; lines end in LF."""
    before = text[:offset]
    return before.count("\n") + 1, len(before) - (before.rfind("\n") + 1) + 1


def _lower_first(message: str) -> str:
    return message[:1].lower() + message[1:]


_TOKEN = re.compile(
    r"""[ \t\n\r]*(?:
        (?P<string>"(?:[^"\\\x00-\x1f]|\\.)*")
      | (?P<number>-?(?:0|[1-9][0-9]*)(?P<fraction>\.[0-9]+)?(?P<exponent>[eE][-+]?[0-9]+)?)
      | (?P<word>-?[A-Za-z]+)
      | (?P<mark>[][{},:])
    )""",
    re.VERBOSE,
)


def _tokens(text: str) -> Iterator[tuple[Pointer, bool, re.Match[str]]]:
    """Every key and value start as (pointer, is a key, match), up to the first place that is not JSON.

    Only used to say where: the value itself comes from the decoder.
    """
    containers: list[
        dict[str, Any]
    ] = []  # {"key": current key | None, "index": int | None, "wants_key": bool}
    position = 0
    while True:
        match = _TOKEN.match(text, position)
        if match is None:
            return
        position = match.end()
        mark = match.group("mark")
        top = containers[-1] if containers else None
        if mark in ("}", "]"):
            if top is None:
                return
            containers.pop()
            continue
        if mark == ":":
            continue
        if mark == ",":
            if top is None:
                return
            if top["index"] is None:
                top["wants_key"] = True
            else:
                top["index"] += 1
            continue
        if top is not None and top["wants_key"] and match.group("string"):
            top["key"] = json.loads(match.group("string"))
            top["wants_key"] = False
            yield _pointer(containers), True, match
            continue
        yield _pointer(containers), False, match
        if mark == "{":
            containers.append({"key": None, "index": None, "wants_key": True})
        elif mark == "[":
            containers.append({"key": None, "index": 0, "wants_key": False})


def _pointer(containers: list[dict[str, Any]]) -> Pointer:
    return tuple(c["key"] if c["index"] is None else c["index"] for c in containers)


def _start(match: re.Match[str]) -> int:
    return match.start(match.lastgroup if match.lastgroup in ("string", "word", "mark") else "number")


def _first_refusal(text: str, name: str) -> SyntaxProblem:
    seen: set[Pointer] = set()
    for pointer, is_key, match in _tokens(text):
        line, column = line_and_column(text, _start(match))
        if is_key:
            if pointer in seen:
                return SyntaxProblem(name, line, column, f"the key {match.group('string')} appears twice")
            seen.add(pointer)
            continue
        number, word = match.group("number"), match.group("word")
        if word is not None and word not in ("true", "false", "null"):
            return SyntaxProblem(name, line, column, f"{word} is not a JSON value")
        if number is not None:
            if match.group("fraction") or match.group("exponent"):
                if not math.isfinite(float(number)):
                    return SyntaxProblem(name, line, column, f"the number {number} is too large to be finite")
            elif exact_integer(number) is None:
                return SyntaxProblem(
                    name, line, column, f"the integer {number[:40]} lies outside -2^63..2^64-1"
                )
    return SyntaxProblem(name, 1, 1, "the document is not strict JSON")


def _first_lone_surrogate(text: str, name: str) -> SyntaxProblem | None:
    for match in _TOKEN.finditer(text):
        string = match.group("string")
        if string is not None and _ESCAPED_SURROGATE.search(string):
            try:
                json.loads(string).encode("utf-8")
            except UnicodeEncodeError:
                line, column = line_and_column(text, match.start("string"))
                return SyntaxProblem(name, line, column, f"the string {string[:80]} holds a lone surrogate")
    return None


def json_positions(data: bytes) -> dict[Pointer, tuple[int, int]]:
    """Line and column, from 1, of every value of a well-formed JSON document, by pointer.

    A member of an object stands at its key, an item of an array at its first character.
    """
    text = data.decode("utf-8")
    places: dict[Pointer, tuple[int, int]] = {}
    line, counted, line_start = 1, 0, 0
    for pointer, _is_key, match in _tokens(text):
        start = _start(match)
        breaks = text.count("\n", counted, start)
        if breaks:
            line += breaks
            line_start = text.rfind("\n", counted, start) + 1
        counted = start
        places.setdefault(pointer, (line, start - line_start + 1))
    return places
