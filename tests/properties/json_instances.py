"""Instances of JSON Schemas, valid and broken, and an oracle that says which is which.

The oracle is jsonschema's Draft 2020-12 validator; only `pattern` is read as ECMA-262 does, where `$` matches at the
very end, and `format` is asserted: as one way of writing, by counting the days of months.
"""

from __future__ import annotations

import copy
import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from hypothesis import strategies as st
from jsonschema import Draft202012Validator, validators
from jsonschema.exceptions import ValidationError

Schema = dict[str, Any]
ODD: list[Any] = [
    None,
    True,
    False,
    0,
    1,
    -1,
    1.0,
    0.5,
    2,
    "",
    "x",
    "a\n",
    [],
    ["x", "x"],
    {},
    {"x": 1},
    2**63,
    1e300,
]
"""What a value may be replaced by."""


def standalone(schema: Schema, definitions: Mapping[str, Schema]) -> Schema:
    """A schema that holds the definitions it refers to; references of the catalogue become local ones."""
    names = {ref: f"d{number}" for number, ref in enumerate(sorted(definitions))}

    def local(node: Any) -> Any:
        if isinstance(node, list):
            return [local(item) for item in node]
        if isinstance(node, dict):
            return {
                key: f"#/$defs/{names[value]}" if key == "$ref" and isinstance(value, str) else local(value)
                for key, value in node.items()
            }
        return node

    return {**local(schema), "$defs": {names[ref]: local(inner) for ref, inner in definitions.items()}}


def _pattern(validator: Any, pattern: str, instance: Any, schema: Any) -> Iterator[ValidationError]:
    if isinstance(instance, str):
        ended = pattern[:-1] + r"\Z" if pattern.endswith("$") and not pattern.endswith(r"\$") else pattern
        if re.search(ended, instance) is None:
            yield ValidationError(f"{instance!r} does not match {pattern!r}")


def _format(validator: Any, name: str, instance: Any, schema: Any) -> Iterator[ValidationError]:
    if isinstance(instance, str) and not has_format(name, instance):
        yield ValidationError(f"{instance!r} is no {name}")


def has_format(name: str, text: str) -> bool:
    """Whether a text has a format, by the rules of the calendar alone; of instants those in Z."""
    parts = re.fullmatch(r"([0-9]{4})-([0-9]{2})-([0-9]{2})(.*)", text, re.ASCII | re.DOTALL)
    if parts is None:
        return False
    year, month, day = (int(part) for part in parts.groups()[:3])
    leap = year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)
    lengths = (31, 29 if leap else 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
    if year == 0 or not 1 <= month <= 12 or not 1 <= day <= lengths[month - 1]:
        return False
    rest = r"T([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](\.[0-9]+)?Z" if name == "date-time" else ""
    return re.fullmatch(rest, parts[4]) is not None


_Oracle: Any = validators.extend(Draft202012Validator, {"pattern": _pattern, "format": _format})


def oracle(schema: Schema) -> Callable[[Any], bool]:
    """Whether an instance is valid."""
    validator = _Oracle(schema)
    return lambda instance: bool(validator.is_valid(instance))


def instances(schema: Schema, root: Schema, depth: int = 0) -> st.SearchStrategy[Any]:
    """Instances that mostly are valid."""
    if "$ref" in schema:
        target = root["$defs"][schema["$ref"].rsplit("/", 1)[-1]]
        return instances({**target, **{k: v for k, v in schema.items() if k != "$ref"}}, root, depth)
    if "oneOf" in schema:
        return st.one_of([instances(option, root, depth) for option in schema["oneOf"]])
    if "const" in schema:
        return st.just(schema["const"])
    if "enum" in schema:
        return st.sampled_from(schema["enum"])
    declared = schema.get("type", [])
    types = [declared] if isinstance(declared, str) else list(declared)
    if not types:
        return st.sampled_from(ODD)
    return st.one_of([_of_type(name, schema, root, depth) for name in types])


def _of_type(name: str, schema: Schema, root: Schema, depth: int) -> st.SearchStrategy[Any]:
    if name == "null":
        return st.none()
    if name == "boolean":
        return st.booleans()
    if name == "string":
        if schema.get("format") == "date":
            return st.dates().map(lambda day: day.isoformat())
        if schema.get("format") == "date-time":
            return st.datetimes().map(lambda at: at.isoformat(timespec="microseconds") + "Z")
        if "pattern" in schema:
            return st.from_regex(schema["pattern"], fullmatch=True)
        return st.text(
            st.characters(codec="utf-8"),
            min_size=schema.get("minLength", 0),
            max_size=schema.get("maxLength", 8),
        )
    if name == "integer":
        low, high = _integer_bounds(schema)
        whole = st.integers(low, high)
        return st.one_of(whole, whole.filter(lambda value: abs(value) < 2**53).map(float))
    if name == "number":
        return _numbers(schema)
    if name == "array":
        items = instances(schema.get("items", {}), root, depth + 1)
        least = schema.get("minItems", 0)
        most = min(schema.get("maxItems", least + 2), least + 2)
        return st.lists(
            items, min_size=least, max_size=most, unique_by=repr if schema.get("uniqueItems") else None
        )
    return _objects(schema, root, depth)


def _integer_bounds(schema: Schema) -> tuple[int, int]:
    low = max(schema.get("minimum", -(2**63)), schema.get("exclusiveMinimum", -(2**63) - 1) + 1)
    high = min(schema.get("maximum", 2**64 - 1), schema.get("exclusiveMaximum", 2**64) - 1)
    return low, high


def _numbers(schema: Schema) -> st.SearchStrategy[Any]:
    low = schema.get("minimum", schema.get("exclusiveMinimum", -1e6))
    high = schema.get("maximum", schema.get("exclusiveMaximum", max(1e6, low + 1)))
    open_low, open_high = "exclusiveMinimum" in schema, "exclusiveMaximum" in schema
    floats = st.floats(
        low, high, allow_nan=False, allow_infinity=False, exclude_min=open_low, exclude_max=open_high
    )
    edges = [
        value
        for value in (low, high, (low + high) / 2, 0, 1)
        if low <= value <= high and not (open_low and value == low) and not (open_high and value == high)
    ]
    return st.one_of(floats, st.sampled_from(edges)) if edges else floats


def _objects(schema: Schema, root: Schema, depth: int) -> st.SearchStrategy[Any]:
    properties = schema.get("properties", {})
    required = set(schema.get("required", []))
    fixed = {
        name: instances(inner, root, depth + 1) for name, inner in properties.items() if name in required
    }
    free = {
        name: instances(inner, root, depth + 1) for name, inner in properties.items() if name not in required
    }
    known = st.fixed_dictionaries(fixed, optional=free)
    extra = schema.get("additionalProperties", True)
    if properties or extra is False:
        return known
    values = instances(extra, root, depth + 1) if isinstance(extra, dict) else st.sampled_from(ODD)
    return st.dictionaries(st.text("abcXYZ_9", min_size=1, max_size=6), values, max_size=2)


@st.composite
def mutated(draw: st.DrawFn, valid: st.SearchStrategy[Any]) -> Any:
    """An instance with one value replaced, bent a little, removed, repeated, or with one property more."""
    instance = copy.deepcopy(draw(valid))
    places = list(_places(instance, ()))
    place = draw(st.sampled_from(places))
    if not place:
        return draw(st.sampled_from(ODD)) if draw(st.booleans()) else _bent(draw, instance)
    holder = instance
    for part in place[:-1]:
        holder = holder[part]
    key = place[-1]
    match draw(st.sampled_from(["null", "replace", "bend", "remove", "add", "repeat"])):
        case "replace":
            holder[key] = draw(st.sampled_from(ODD))
        case "null":
            holder[key] = None
        case "bend":
            holder[key] = _bent(draw, holder[key])
        case "remove":
            del holder[key]
        case "add" if isinstance(holder, dict):
            holder[draw(st.sampled_from(["extra", "of", "content", "root"]))] = draw(st.sampled_from(ODD))
        case "repeat" if isinstance(holder, list):
            holder.append(copy.deepcopy(holder[key]))
    return instance


def _bent(draw: st.DrawFn, value: Any) -> Any:
    """A neighbour of a value: a little more, a little less, another case, another type of the same number."""
    if isinstance(value, bool):
        return int(value)
    if isinstance(value, int):
        return value + draw(st.sampled_from([-1, 1, 1000]))
    if isinstance(value, float):
        return draw(st.sampled_from([-value, value + 1, value * 2, int(value), value / 3]))
    if isinstance(value, str):
        return draw(
            st.sampled_from(
                [value + "\n", value + "x", "\n" + value, value[:-1], value.swapcase(), value * 2]
            )
        )
    if isinstance(value, list):
        return value + value
    return value


def _places(value: Any, at: tuple[Any, ...]) -> Iterator[tuple[Any, ...]]:
    yield at
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from _places(inner, (*at, key))
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            yield from _places(inner, (*at, index))
