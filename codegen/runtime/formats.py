"""The formats of text that contracts may ask for, each enforced wherever such a text is read.

One home for schema checks, generated models and column checks: a format says exactly one way of writing, and only what
exists may be written. `FORMATS` is what `contracts check` accepts.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Final

__all__ = ["FORMATS", "TextFormat"]

_DATE: Final = r"[0-9]{4}-[0-9]{2}-[0-9]{2}"
_DATE_FORM: Final = re.compile(_DATE, re.ASCII)
_INSTANT_FORM: Final = re.compile(
    rf"(?P<second>{_DATE}T[0-9]{{2}}:[0-9]{{2}}:[0-9]{{2}})(?:\.[0-9]+)?(?P<zone>Z|[+-][0-9]{{2}}:[0-9]{{2}})",
    re.ASCII,
)


@dataclass(frozen=True, slots=True)
class TextFormat:
    """A way of writing, and what of it stands for something that exists."""

    name: str
    words: str
    """What a text of the format is, for people."""
    accepts: Callable[[str], bool]
    model_type: str
    """Where the type lies that generated models give to such a text."""


def _is_day(text: str) -> bool:
    """Whether a text is YYYY-MM-DD, a day of the Gregorian calendar in the years 1 to 9999."""
    if _DATE_FORM.fullmatch(text) is None:
        return False
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True


def _is_instant(text: str) -> bool:
    """Whether a text is an RFC 3339 instant with capital T and Z, whose UTC lies in the years 1 to 9999.

    Hours run from 00 to 23 and seconds from 00 to 59: neither 24:00 nor a leap second has a place on the grid of UTC
    microseconds that everything here is counted on.
    """
    match = _INSTANT_FORM.fullmatch(text)
    if match is None:
        return False
    zone = "+00:00" if match["zone"] == "Z" else match["zone"]
    if match["second"][11:13] == "24" or zone[4:] > "59":
        return False  # later Pythons read 24:00 as the next midnight
    try:
        datetime.fromisoformat(match["second"] + zone).astimezone(UTC)
    except (ValueError, OverflowError):
        return False
    return True


FORMATS: Final[Mapping[str, TextFormat]] = {
    "date": TextFormat("date", "a day that exists, as YYYY-MM-DD", _is_day, "codegen.runtime.models.Day"),
    "date-time": TextFormat(
        "date-time",
        "an instant that exists, as YYYY-MM-DDThh:mm:ss with Z or an offset",
        _is_instant,
        "codegen.runtime.models.Instant",
    ),
}
"""Every format by the name that contracts use."""
