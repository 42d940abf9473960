"""The strict YAML 1.2 reader: plain values, and the line and column of each (spec/contracts.md, section 1).

libyaml gives the events; everything that YAML leaves to taste is decided here, by the core schema of
YAML 1.2 (section 10.3): `no` and `on` are strings, `1_000` and dates are strings, `1e3` is a number.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from typing import Any, Final

import yaml
from yaml.events import (
    AliasEvent,
    DocumentStartEvent,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
)

from codegen.runtime.canonical import (
    JSON,
    Pointer,
    SyntaxProblem,
    decoded,
    exact_integer,
    line_and_column,
)

__all__ = ["ALIAS_EXPANSION_LIMIT", "LocatedDocument", "SyntaxProblem", "load"]

ALIAS_EXPANSION_LIMIT: Final = 10 * 2**20
"""Bytes that the aliases of one document may add."""
DEPTH_LIMIT: Final = 200
"""Levels of nesting; beyond, readers that recurse would fail in a less clear way."""

_NODE_COST: Final = 2  # bytes of structure counted for a node beside its text, so that empty nodes cost too

_NULL = frozenset(("", "~", "null", "Null", "NULL"))
_BOOLEAN = {"true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False}
_INTEGER = re.compile(r"[-+]?[0-9]+")
_OCTAL = re.compile(r"0o[0-7]+")
_HEXADECIMAL = re.compile(r"0x[0-9a-fA-F]+")
_FLOAT = re.compile(r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?")
_NOT_FINITE = re.compile(r"[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN)")
_CORE_TAG = "tag:yaml.org,2002:"
# YAML 1.2 allows these nowhere or, like U+2028, no longer counts them as line breaks while libyaml does.
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\x80-\x9f\u2028\u2029\ufeff\ufffe\uffff]")
_LONE_CARRIAGE_RETURN = re.compile("\r(?!\n)")
_MAYBE_NOT_STRING = frozenset("-+.0123456789~nNtTfF")


@dataclass(slots=True)
class _Node:
    """A value's place, and the places of what it holds."""

    line: int
    column: int
    children: dict[str | int, _Node] | None


@dataclass(frozen=True, slots=True)
class LocatedDocument:
    """A parsed document and where each of its values stands."""

    name: str
    value: JSON
    root: _Node

    def line(self, pointer: Pointer = ()) -> tuple[int, int]:
        """Line and column, from 1, of the value at `pointer`, or of its nearest enclosing value that exists.

        A member of a mapping stands at its key, an item of a sequence at its first character.
        """
        node = self.root
        for part in pointer:
            inner = None if node.children is None else node.children.get(part)
            if inner is None:
                break
            node = inner
        return node.line, node.column

    def __contains__(self, pointer: Pointer) -> bool:
        node = self.root
        for part in pointer:
            inner = None if node.children is None else node.children.get(part)
            if inner is None:
                return False
            node = inner
        return True


class _Frame:
    """A mapping or sequence under construction."""

    __slots__ = (
        "anchor",
        "column",
        "key",
        "key_node",
        "line",
        "mapping",
        "places",
        "sequence",
        "size",
        "start",
    )

    def __init__(self, mapping: bool, start: int, line: int, column: int, anchor: str | None) -> None:
        self.mapping: dict[str, Any] | None = {} if mapping else None
        self.sequence: list[Any] = []
        self.places: dict[str | int, _Node] = {}
        self.key: str | None = None
        self.key_node: tuple[int, int] = (0, 0)
        self.size = start
        self.line = line
        self.column = column
        self.anchor = anchor


def load(data: bytes, *, name: str) -> LocatedDocument:
    """The one document in `data`, as plain Python values with their places.

    Refused, each with line and column: bytes outside UTF-8, a byte order mark, tabs, control characters,
    duplicate keys, keys that are not strings, numbers that are not finite or not exact, tags outside the core
    schema, aliases that expand past 10 MiB, nesting past 200 levels, no document or more than one.

    Args:
        data: the bytes of the whole file.
        name: what the file is called in an error.

    Raises:
        SyntaxProblem: the first problem found.
    """
    text = decoded(data, name=name)
    _check_characters(text, name)
    builder = _Builder(name)
    try:
        parser = _event_source(data)
        while (event := parser.get_event()) is not None:
            builder.take(event)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line, column = (mark.line + 1, mark.column + 1) if mark is not None else (1, 1)
        what = ", ".join(part for part in (error.context, error.problem) if part)
        raise SyntaxProblem(name, line, column, f"not YAML: {what}") from None
    except yaml.YAMLError as error:
        raise SyntaxProblem(name, 1, 1, f"not YAML: {error}") from None
    if builder.root is None:
        raise SyntaxProblem(name, 1, 1, "the file holds no document")
    return LocatedDocument(name, builder.value, builder.root)


def _event_source(data: bytes) -> Any:
    """A source of parsing events: libyaml's where PyYAML was built with it, or the same grammar in Python."""
    try:
        from yaml.cyaml import CParser  # type: ignore[attr-defined]
    except ImportError:
        return yaml.Loader(data)
    return CParser(data)


def _check_characters(text: str, name: str) -> None:
    tab = text.find("\t")
    if tab >= 0:
        line, column = line_and_column(text, tab)
        raise SyntaxProblem(name, line, column, "a tab; indent with spaces, and write \\t in double quotes")
    for pattern in (_FORBIDDEN, _LONE_CARRIAGE_RETURN):
        match = pattern.search(text)
        if match is not None:
            line, column = line_and_column(text, match.start())
            raise SyntaxProblem(
                name,
                line,
                column,
                f"the character U+{ord(match.group()):04X}; write it as an escape in double quotes",
            )


class _Builder:
    """Turns parsing events into values, without recursion."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.value: JSON = None
        self.root: _Node | None = None
        self.documents = 0
        self.frames: list[_Frame] = []
        self.anchors: dict[str, tuple[Any, _Node, int]] = {}
        self.expanded = 0

    def problem(self, event: Any, message: str) -> SyntaxProblem:
        mark = event.start_mark
        return SyntaxProblem(self.name, mark.line + 1, mark.column + 1, message)

    def take(self, event: Any) -> None:
        kind = type(event)
        if kind is ScalarEvent:
            self.scalar(event)
        elif kind is MappingStartEvent or kind is SequenceStartEvent:
            self.opened(event, kind is MappingStartEvent)
        elif kind is MappingEndEvent or kind is SequenceEndEvent:
            frame = self.frames.pop()
            value = frame.sequence if frame.mapping is None else frame.mapping
            node = _Node(frame.line, frame.column, frame.places)
            if frame.anchor is not None:
                self.anchors[frame.anchor] = (value, node, frame.size)
            self.place(event, value, node, frame.size)
        elif kind is AliasEvent:
            self.alias(event)
        elif kind is DocumentStartEvent:
            self.documents += 1
            if self.documents > 1:
                raise self.problem(event, "a second document; one file holds one document")
            if event.version not in (None, (1, 2)):
                raise self.problem(event, "the file asks for another YAML version than 1.2")

    def opened(self, event: Any, mapping: bool) -> None:
        wanted = "map" if mapping else "seq"
        if event.tag not in (None, "!", _CORE_TAG + wanted):
            raise self.problem(event, f"the tag {event.tag} is not one of the YAML core schema's")
        if len(self.frames) >= DEPTH_LIMIT:
            raise self.problem(event, f"nested deeper than {DEPTH_LIMIT} levels")
        if self.frames and self.frames[-1].mapping is not None and self.frames[-1].key is None:
            raise self.problem(event, f"a {'mapping' if mapping else 'sequence'} as a key; keys are strings")
        if event.anchor is not None:
            self.anchors.pop(event.anchor, None)  # an anchor names its node only once that is complete
        mark = event.start_mark
        self.frames.append(_Frame(mapping, _NODE_COST, mark.line + 1, mark.column + 1, event.anchor))

    def alias(self, event: Any) -> None:
        known = self.anchors.get(event.anchor)
        if known is None:
            raise self.problem(event, f"the alias *{event.anchor} stands for no finished anchor before it")
        value, node, size = known
        self.expanded += size
        if self.expanded > ALIAS_EXPANSION_LIMIT:
            raise self.problem(event, "the aliases expand past 10 MiB")
        self.place(event, value, node, size)

    def scalar(self, event: Any) -> None:
        text = event.value
        tag = event.tag
        if tag is None and event.implicit[0] and (not text or text[0] in _MAYBE_NOT_STRING):
            value = self.plain(event, text)
        elif tag is None or tag == "!" or tag == _CORE_TAG + "str":
            value = text
        else:
            value = self.tagged(event, tag, text)
        mark = event.start_mark
        node = _Node(mark.line + 1, mark.column + 1, None)
        size = _NODE_COST + (len(text) if text.isascii() else len(text.encode("utf-8")))
        if event.anchor is not None:
            self.anchors[event.anchor] = (value, node, size)
        self.place(event, value, node, size)

    def plain(self, event: Any, text: str) -> JSON:
        """The value of an untagged plain scalar by the core schema (YAML 1.2.2, section 10.3.2)."""
        if text in _NULL:
            return None
        if text in _BOOLEAN:
            return _BOOLEAN[text]
        if _INTEGER.fullmatch(text):
            sign = "-" if text[0] == "-" else ""
            return self.integer(event, text, sign + (text.lstrip("+-").lstrip("0") or "0"))
        if _OCTAL.fullmatch(text) or _HEXADECIMAL.fullmatch(text):
            return self.integer(event, text, str(int(text, 0)) if len(text) < 40 else "9" * 40)
        if _FLOAT.fullmatch(text):
            number = float(text)
            if not math.isfinite(number):
                raise self.problem(event, f"the number {text} is too large to be finite")
            return number
        if _NOT_FINITE.fullmatch(text):
            raise self.problem(event, f"{text} is not a finite number; quote it if it is text")
        return text

    def integer(self, event: Any, text: str, digits: str) -> int | float:
        value = exact_integer(digits)
        if value is None:
            raise self.problem(event, f"the integer {text[:40]} lies outside -2^63..2^64-1")
        return value

    def tagged(self, event: Any, tag: str, text: str) -> JSON:
        wanted: dict[str, tuple[type, ...]] = {
            "null": (type(None),),
            "bool": (bool,),
            "int": (int,),
            "float": (int, float),
        }
        kind = tag.removeprefix(_CORE_TAG)
        if not tag.startswith(_CORE_TAG) or kind not in wanted:
            raise self.problem(event, f"the tag {tag} is not one of the YAML core schema's")
        value: Any = self.plain(event, text)
        if type(value) not in wanted[kind]:
            raise self.problem(event, f"{text!r} is not a value of the tag !!{kind}")
        return float(value) if kind == "float" else value

    def place(self, event: Any, value: JSON, node: _Node, size: int) -> None:
        """Put a finished value where it belongs: root, next item, key, or value of the key before it."""
        if not self.frames:
            self.value, self.root = value, node
            return
        frame = self.frames[-1]
        frame.size += size
        if frame.mapping is None:
            frame.places[len(frame.sequence)] = node
            frame.sequence.append(value)
        elif frame.key is None:
            if not isinstance(value, str):
                raise self.problem(event, f"the key {value!r} is not a string; put it in quotes")
            if value in frame.mapping:
                first = frame.places[value].line
                raise self.problem(event, f"the key {value!r} appears twice (first on line {first})")
            mark = event.start_mark
            frame.key, frame.key_node = value, (mark.line + 1, mark.column + 1)
        else:
            line, column = frame.key_node
            frame.places[frame.key] = _Node(line, column, node.children)
            frame.mapping[frame.key] = value
            frame.key = None
