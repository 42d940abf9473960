"""Reading documents: strict syntax, then the generated model, with the line of every problem."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, TypeVar, overload

from codegen.runtime.canonical import (
    JSON,
    CanonicalError,
    Pointer,
    SyntaxProblem,
    canonical_bytes,
    json_positions,
    parse_json,
)
from engine.core.digests import sha256_bytes
from engine.core.errors import DocumentInvalid, DocumentProblem

if TYPE_CHECKING:
    from pydantic import BaseModel

__all__ = ["DocumentInvalid", "DocumentProblem", "SyntaxProblem", "load_document"]

_Model = TypeVar("_Model", bound="BaseModel")


@overload
def load_document(
    source: Path | bytes, *, format: Literal["json", "yaml"], model: None = None, name: str
) -> tuple[JSON, str]: ...
@overload
def load_document(
    source: Path | bytes, *, format: Literal["json", "yaml"], model: type[_Model], name: str
) -> tuple[_Model, str]: ...
def load_document(
    source: Path | bytes, *, format: Literal["json", "yaml"], model: type[BaseModel] | None = None, name: str
) -> tuple[Any, str]:
    """The document's value, or its model if one is given, and the SHA-256 of its bytes.

    Args:
        source: the file, or its bytes.
        format: json or yaml, both strict.
        model: the Pydantic model that it must satisfy, strictly: no value is converted into another type.
        name: what the document is called in an error.

    Raises:
        SyntaxProblem: not strict JSON or YAML; with line and column.
        DocumentInvalid: breaks the model; with pointer, line, rule, expected and found of every problem.
        OSError: the file cannot be read.
    """
    data = source if isinstance(source, bytes) else Path(os.fspath(source)).read_bytes()
    line: Callable[[Pointer], int | None]
    if format == "json":
        value = parse_json(data, name=name)
        line = _json_line(data)
    else:
        from codegen.runtime import strict_yaml

        located = strict_yaml.load(data, name=name)
        value = located.value

        def line(pointer: Pointer) -> int | None:
            return located.line(pointer)[0]

    digest = sha256_bytes(data)
    if model is None:
        return value, digest
    return _validated(value, model, name, line), digest


def _json_line(data: bytes) -> Callable[[Pointer], int | None]:
    places: dict[Pointer, tuple[int, int]] = {}

    def line(pointer: Pointer) -> int | None:
        if not places:  # only a document with a problem pays for the positions
            places.update(json_positions(data))
        while pointer and pointer not in places:
            pointer = pointer[:-1]
        return places[pointer][0]

    return line


def _validated(value: JSON, model: type[_Model], name: str, line: Callable[[Pointer], int | None]) -> _Model:
    from pydantic import ValidationError

    try:
        # From JSON rather than from Python values, so that strictness is JSON's: 1.0 is an integer and a list
        # may fill a tuple, but nothing else is converted.
        return model.model_validate_json(canonical_bytes(value, ascii_keys=False), strict=True)
    except CanonicalError as error:
        problem = DocumentProblem(error.pointer, line(error.pointer), "finite", "a JSON value", error.problem)
        raise DocumentInvalid(name, [problem]) from None
    except ValidationError as error:
        found = [
            _problem(value, dict(detail), line)
            for detail in error.errors(include_url=False, include_context=False)
        ]
        raise DocumentInvalid(
            name, sorted(set(found), key=lambda problem: (problem.line or 0, str(problem)))
        ) from None


def _problem(value: JSON, detail: dict[str, Any], line: Callable[[Pointer], int | None]) -> DocumentProblem:
    pointer = _pointer_in(value, detail["loc"], missing=detail["type"] == "missing")
    message = str(detail["msg"])
    expected = message[:1].lower() + message[1:]
    if detail["type"] == "missing":
        expected, found = f"the field {pointer[-1] if pointer else '?'}", "nothing"
    elif detail["type"] == "extra_forbidden":
        expected, found = "no such field", f"the field {pointer[-1] if pointer else '?'}"
    else:
        found = _shown(detail["input"])
    return DocumentProblem(pointer, line(pointer), str(detail["type"]), expected, found)


def _pointer_in(value: JSON, location: tuple[str | int, ...], *, missing: bool) -> Pointer:
    """The document's own path within a model's error location, which also names the members of unions."""
    pointer: list[str | int] = []
    for position, part in enumerate(location):
        if isinstance(value, dict) and part in value:
            value = value[str(part)]
        elif isinstance(value, list) and isinstance(part, int) and part < len(value):
            value = value[part]
        elif not (missing and position == len(location) - 1):
            continue
        pointer.append(part)
    return tuple(pointer)


def _shown(value: JSON) -> str:
    try:
        text = canonical_bytes(value, ascii_keys=False).decode("utf-8")
    except CanonicalError:
        text = repr(value)
    return text if len(text) <= 120 else text[:117] + "..."
