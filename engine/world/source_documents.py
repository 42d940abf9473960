"""Documents of the world's sources: JSON objects and their fields, and how a source can be unusable."""

from __future__ import annotations

import json
from collections.abc import Mapping
from enum import StrEnum
from typing import Any

from engine.core.errors import Failure

__all__ = ["SourceFailure", "SourceReason", "damaged", "field_of", "objects"]


class SourceReason(StrEnum):
    """How a source can be unusable."""

    MISSING = "missing"
    """The package or one of its files is not installed."""
    DAMAGED = "damaged"
    """A file is there and does not hold what it should."""
    ZONE_ABSENT = "zone_absent"
    """A city's zone is not in the time zone database."""


class SourceFailure(Failure):
    """A source of the world cannot be read."""

    reason: SourceReason

    def __init__(self, *, where: object, expected: object, found: object, reason: SourceReason) -> None:
        super().__init__(where=where, expected=expected, found=found, reason=reason)


def damaged(where: str, expected: str, found: str) -> SourceFailure:
    """The failure of a source that does not hold what it should."""
    return SourceFailure(where=where, expected=expected, found=found, reason=SourceReason.DAMAGED)


def objects(content: bytes, name: str) -> dict[str, dict[str, Any]]:
    """The objects of a JSON file by key."""
    try:
        document = json.loads(content)
    except ValueError as error:
        raise damaged(name, "a JSON document", str(error)) from error
    if (
        not isinstance(document, dict)
        or not document
        or not all(isinstance(v, dict) for v in document.values())
    ):
        raise damaged(name, "an object of objects", "another shape")
    return document


def field_of(entry: Mapping[str, Any], field: str, types: tuple[type, ...], where: str) -> Any:
    """The field of an object, of one of these types; a flag is no number."""
    value = entry.get(field)
    if not isinstance(value, types) or isinstance(value, bool):
        raise damaged(f"{where} {field}", " or ".join(type_.__name__ for type_ in types), repr(value))
    return value
