"""How the values of each DuckDB type leave DuckDB without losing anything, or are refused by the type's name.

What Arrow or Python cannot hold (whole numbers beyond 128 bits, bits, times with an offset, the end of a day, infinite
and far dates, intervals of centuries) leaves as the text that DuckDB writes. Two ways out share this room: values for
text (tables, CSV, JSON), and Arrow tables for programs.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from engine.core.errors import EngineError
from generated.errors.engine import USE

if TYPE_CHECKING:
    from duckdb.sqltypes import DuckDBPyType

LONGEST_WHOLE: Final = 4300
"""Digits of a whole number that Python turns into a number; a longer one stays text."""
_WHOLE: Final = frozenset({"hugeint", "uhugeint", "bignum"})
_NUMBERS: Final = frozenset(
    {"tinyint", "smallint", "integer", "bigint", "utinyint", "usmallint", "uinteger", "ubigint"}
    | {"float", "double", "decimal"}
)
NUMERIC: Final = _NUMBERS | _WHOLE
"""The types whose values are numbers, by DuckDB's ids."""
_DAYS_AND_TIMES: Final = frozenset(
    {"date", "time", "timetz", "time with time zone", "time_ns"}
    | {"timestamp", "timestamp_s", "timestamp_ms", "timestamp_ns", "timestamp with time zone"}
)
_INTERVALS: Final = "interval"
_WRITTEN: Final = frozenset({"bit", "uuid", "enum", "geometry", "variant"})
_ARROW_HOLDS: Final = frozenset(
    {"boolean", "varchar", "blob", "hugeint", "uuid", "enum", "geometry", "sqlnull", '"null"'}
) | (_NUMBERS | (_DAYS_AND_TIMES - {"timetz", "time with time zone"}))
_ARROW_LACKS: Final = frozenset({"uhugeint", "bignum", "bit", "timetz", "time with time zone", "variant"})
_HOURS_OF_NANOSECONDS: Final = 2_562_047
"""Whole hours that 64 bits of nanoseconds hold, as Arrow counts intervals."""

Plain = Callable[[Any], Any]


class Route(NamedTuple):
    """How the values of a type leave."""

    type: str
    """The type that they leave as, as SQL spells it."""
    changes: bool
    """Whether DuckDB is asked to turn them into it."""
    plain: Plain | None = None
    """What makes of a value, as Python has it, one that is written; None where it is one."""


_Leaf = Callable[["DuckDBPyType"], Route]
_AS_TEXT: Final = Route("VARCHAR", True)


def text_route(type_: DuckDBPyType) -> Route:
    """How values leave to be written: as flags, numbers, text, lists and objects of these.

    Raises:
        EngineError: the type is not known (BAD_QUERY).
    """
    return _route(type_, _text_leaf)


def arrow_route(type_: DuckDBPyType) -> Route:
    """How values leave into an Arrow table: unchanged, or as text where Arrow has no type that holds them.

    Raises:
        EngineError: the type is not known (BAD_QUERY).
    """
    return Route("INTERVAL", False) if type_.id == _INTERVALS else _route(type_, _arrow_leaf)


def text_column(number: int, route: Route) -> str:
    """The SQL that gives the column of a number (from 1) as its route says."""
    return f"CAST(#{number} AS {route.type})" if route.changes else f"#{number}"


def arrow_column(number: int, type_: DuckDBPyType, route: Route) -> str:
    """As `text_column`; an interval that Arrow cannot count is an error rather than another interval."""
    if type_.id == _INTERVALS:
        hours = f"extract('hour' FROM #{number})"
        told = "an INTERVAL of more than 292 years of hours has no place in Arrow; cast it to VARCHAR"
        return (
            f"CASE WHEN {hours} NOT BETWEEN -{_HOURS_OF_NANOSECONDS - 1} AND {_HOURS_OF_NANOSECONDS - 1} "
            f"THEN error('{told}') ELSE #{number} END"
        )
    return text_column(number, route)


def quoted(name: str) -> str:
    """A name as SQL takes it, whatever it holds."""
    escaped = name.replace('"', '""')
    return f'"{escaped}"'


# -- types -----------------------------------------------------------------------------------------------------


def _route(type_: DuckDBPyType, leaf: _Leaf) -> Route:
    children: Any  # sizes and names among the types
    match type_.id:
        case "list" | "array":
            children = dict(type_.children)
            size = children["size"] if type_.id == "array" else ""
            inner = _route(children["child"], leaf)
            return Route(f"{inner.type}[{size}]", inner.changes, _listed(inner.plain))
        case "struct":
            return _struct_route(type_.children, leaf)
        case "map":
            children = dict(type_.children)
            key, value = _route(children["key"], leaf), _route(children["value"], leaf)
            plain = _paired(key.plain, value.plain)
            return Route(f"MAP({key.type}, {value.type})", key.changes or value.changes, plain)
        case "union":
            # A value comes without the name of its member: one that would be changed leaves as DuckDB writes it.
            children = type_.children
            members = [_route(member, leaf) for name, member in children if name]
            if any(member.changes or member.plain for member in members):
                return _AS_TEXT
            return Route(str(type_), False)
    return leaf(type_)


def _struct_route(children: Sequence[tuple[str, Any]], leaf: _Leaf) -> Route:
    fields = [(name, _route(field, leaf)) for name, field in children]
    unnamed = any(not name for name, _ in fields)
    named = [(name or str(number), route) for number, (name, route) in enumerate(fields, start=1)]
    spelled = ", ".join(f"{quoted(name)} {route.type}" for name, route in named)
    plains = {name: route.plain for name, route in named if route.plain is not None}
    changes = unnamed or any(route.changes for _, route in named)
    return Route(f"STRUCT({spelled})", changes, _object(plains, listed=unnamed))


def _text_leaf(type_: DuckDBPyType) -> Route:
    name = type_.id
    if name in _NUMBERS or name in ("boolean", "varchar"):
        return Route("VARCHAR" if name == "varchar" else str(type_), False)
    if name in _WHOLE:
        return Route("VARCHAR", True, whole_number)
    if name in _DAYS_AND_TIMES:
        return Route("VARCHAR", True, iso_time)
    if name == _INTERVALS:
        return Route("VARCHAR", True, interval)
    if name == "blob":
        return Route("BLOB", False, bytes.hex)
    if name in _WRITTEN or name in ("sqlnull", '"null"'):
        return _AS_TEXT
    raise _unknown(type_)


def _arrow_leaf(type_: DuckDBPyType) -> Route:
    name = type_.id
    if name in _ARROW_HOLDS:
        return Route("VARCHAR" if name in ("varchar", "enum") else str(type_), False)
    if name in _ARROW_LACKS:
        return _AS_TEXT
    if name == _INTERVALS:  # inside a list or an object; a column of them is seen to in `arrow_column`
        return _AS_TEXT
    raise _unknown(type_)


def _unknown(type_: DuckDBPyType) -> EngineError:
    return EngineError(
        USE.BAD_QUERY,
        where="SQL",
        expected="columns of types whose values leave DuckDB unchanged; cast others to VARCHAR",
        found=f"a column of type {type_}",
    )


# -- values ----------------------------------------------------------------------------------------------------

_IN_OUR_ERA: Final = re.compile(
    r"(?P<day>\d{4,}-\d\d-\d\d)?(?P<gap> )?(?P<time>\d\d:\d\d:\d\d)?(?:\.(?P<part>\d+))?(?P<offset>[+-]\d\d(?::\d\d)*)?"
)
_INTERVAL: Final = re.compile(
    r"(?:(?P<years>-?\d+) years? ?)?(?:(?P<months>-?\d+) months? ?)?(?:(?P<days>-?\d+) days? ?)?"
    r"(?P<sign>-)?(?:(?P<hours>\d+):(?P<minutes>\d\d):(?P<seconds>\d\d)(?:\.(?P<part>\d{1,6}))?)?"
)


def whole_number(text: str) -> int | str:
    """A whole number of any length; text where it is longer than `LONGEST_WHOLE` digits."""
    return int(text) if len(text) <= LONGEST_WHOLE else text


def iso_time(text: str) -> str:
    """A day or time as ISO 8601, with a part of a second in 6 or 9 digits; one that ISO lacks as DuckDB writes it.

    Years beyond 9999 have as many digits as they need; `infinity`, `-infinity` and years `(BC)` are DuckDB's.
    """
    if len(text) in (19, 26) and text[10] == " ":  # nearly all of them, and there may be millions
        return f"{text[:10]}T{text[11:]}"
    found = _IN_OUR_ERA.fullmatch(text)
    if found is None or not text:
        return text
    part, offset = found["part"] or "", found["offset"] or ""
    digits = f".{part.ljust(6 if len(part) <= 6 else 9, '0')}" if part else ""
    gap = "T" if found["gap"] else ""
    return (
        f"{found['day'] or ''}{gap}{found['time'] or ''}{digits}{offset}{':00' if len(offset) == 3 else ''}"
    )


def interval(text: str) -> dict[str, int]:
    """An interval in its three parts, none of which follows from another."""
    found = _INTERVAL.fullmatch(text)
    if found is None:
        raise ValueError(f"DuckDB writes an interval as {text!r}")
    parts = {
        name: int(found[name] or 0) for name in ("years", "months", "days", "hours", "minutes", "seconds")
    }
    seconds = (parts["hours"] * 60 + parts["minutes"]) * 60 + parts["seconds"]
    nanoseconds = seconds * 10**9 + int((found["part"] or "").ljust(9, "0"))
    return {
        "months": parts["years"] * 12 + parts["months"],
        "days": parts["days"],
        "nanoseconds": -nanoseconds if found["sign"] else nanoseconds,
    }


def _listed(inner: Plain | None) -> Plain | None:
    if inner is None:
        return None
    return lambda values: [None if one is None else inner(one) for one in values]


def _paired(key: Plain | None, value: Plain | None) -> Plain:
    """A map as a list of pairs, since its keys may be anything."""

    def pairs(values: Any) -> list[list[Any]]:
        return [
            [
                key(name) if key is not None else name,
                value(one) if value is not None and one is not None else one,
            ]
            for name, one in values
        ]

    return pairs


def _object(plains: dict[str, Plain], *, listed: bool) -> Plain | None:
    """An object by the names of its fields; a list where they have none."""
    if not plains and not listed:
        return None

    def plain(value: dict[str, Any]) -> Any:
        changed = {
            name: plains[name](one) if one is not None and name in plains else one
            for name, one in value.items()
        }
        return list(changed.values()) if listed else changed

    return plain
