"""Drawn contracts: segments with tables, documents, streams, references across packs, tokens, and nasty words."""

from __future__ import annotations

import json
import string
from typing import Any

from hypothesis import strategies as st

from codegen.names import DOCUMENT_NAMES, TABLE_NAMES, class_name, constant_name, is_usable
from codegen.runtime.paths import TOKEN_TYPES

PATTERNS: dict[str, tuple[list[str], list[str]]] = {
    "^[a-z]{2,4}$": (["ab", "xyz", "aaaa", "qq", "zz"], ["A", "a", "abcde", "ab\n", ""]),
    "^2B\\.[A-Za-z0-9_.-]+$": (["2B.x", "2B.a-b", "2B.0", "2B.._"], ["2Bx", "2B.", "2B.a b"]),
    "^(0|[1-9][0-9]{0,38})$": (["0", "10", "7", "123456789012345678901"], ["01", "-1", "1.0", "1\n"]),
    "[$]": (["$", "a$b", "1$", "$$"], ["a", "", "\\"]),
    "^[^\\]\"']+$": (["plain", "ünï", "a b", "\\"], ["]", '"', "'"]),
}
"""Patterns with texts that match and texts that do not."""

SHARED: dict[str, Any] = {
    "hex64": {"type": "string", "pattern": "^[0-9a-f]{64}$"},
    "code": {"type": "string", "pattern": "^[a-z]{2,4}$"},
    "id64": {"type": "integer", "minimum": 1, "maximum": 2**64 - 1, "arrow": "uint64"},
    "share": {"type": "number", "minimum": 0, "maximum": 1, "unit": "share"},
    "size": {"type": "string", "enum": ["small", "it's", 'say "large"']},
    "pair": {
        "type": "object",
        "additionalProperties": False,
        "required": ["left"],
        "properties": {"left": {"type": "integer"}, "right": {"$ref": "#/$defs/share"}},
    },
}
"""Definitions of the shared pack."""

SHARED_SCALARS = ("hex64", "code", "id64", "share", "size")

_KEYWORDS = [
    "schema",
    "copy",
    "json",
    "model_fields",
    "model_config",
    "fields",
    "dict",
    "validate",
    "values",
    "arrow_",
]
words = st.text(
    st.characters(
        codec="utf-8", exclude_categories=["Cc", "Cs", "Cn", "Co"], exclude_characters="\u2028\u2029\ufeff"
    ),
    min_size=1,
    max_size=20,
)
"""Descriptions, with quotes, backslashes, braces and any script."""
plain_names = st.from_regex("[a-z][a-z0-9_]{0,10}", fullmatch=True).filter(
    lambda name: is_usable(name) and name not in TABLE_NAMES
)
"""Names of columns and datasets."""
property_names = st.one_of(
    plain_names, st.sampled_from([*_KEYWORDS, *DOCUMENT_NAMES, "$schema", "a-b", "1x", "class", "From"])
)
"""Names of properties, with those that Python or Pydantic would trip over."""


def unique(items: st.SearchStrategy[Any], least: int, most: int) -> st.SearchStrategy[list[Any]]:
    """Distinct names that stay distinct as class names, constants and fields."""
    return st.lists(
        items,
        min_size=least,
        max_size=most,
        unique_by=(
            lambda name: class_name(name).casefold(),
            lambda name: constant_name(name),
            lambda name: name.strip("_$"),
        ),
    )


def _bounds(draw: st.DrawFn, low: int, high: int, whole: bool) -> dict[str, Any]:
    one, two = sorted(draw(st.lists(st.integers(low, high), min_size=2, max_size=2)))
    found: dict[str, Any] = {}
    if draw(st.booleans()):
        found["minimum" if draw(st.booleans()) else "exclusiveMinimum"] = one if whole else one / 4
    if draw(st.booleans()):
        found["maximum" if draw(st.booleans()) else "exclusiveMaximum"] = (
            (two + 3) if whole else (two + 3) / 4
        )
    return found


@st.composite
def scalars(draw: st.DrawFn) -> dict[str, Any]:
    """A scalar schema."""
    match draw(st.sampled_from(["string", "pattern", "enum", "integer", "number", "boolean", "format"])):
        case "format":
            return {"type": "string", "format": draw(st.sampled_from(["date", "date-time"]))}
        case "string":
            least = draw(st.integers(0, 3))
            return {"type": "string", "minLength": least, "maxLength": least + draw(st.integers(1, 5))}
        case "pattern":
            return {"type": "string", "pattern": draw(st.sampled_from(sorted(PATTERNS)))}
        case "enum":
            return {"type": "string", "enum": draw(st.lists(words, min_size=1, max_size=4, unique=True))}
        case "integer":
            return {"type": "integer", **_bounds(draw, -100, 100, True)}
        case "number":
            return {"type": "number", **_bounds(draw, -100, 100, False)}
    return {"type": "boolean"}


@st.composite
def columns(draw: st.DrawFn, name: str) -> dict[str, Any]:
    """A column that is no key: any type, constraint and storage."""
    found: dict[str, Any] = {"name": name, "description": draw(words)}
    if draw(st.integers(0, 3)) == 0:
        found["$ref"] = f"schemas.layer1.yaml#/$defs/{draw(st.sampled_from(SHARED_SCALARS))}"
    else:
        found |= draw(scalars())
        if found["type"] == "integer":
            signed = found.get("minimum", found.get("exclusiveMinimum", -1)) < 0
            widths = (
                ["int64", "int32"] if signed else ["uint64", "int64", "int32", "uint32", "uint16", "uint8"]
            )
            found["arrow"] = draw(st.sampled_from(widths))
        if found["type"] == "string" and draw(st.integers(0, 5)) == 0:
            form = draw(st.sampled_from(["timestamp_us_utc", "timestamp_us", "date32"]))
            found = {"name": name, "description": found["description"], "type": "string", "storage": form}
        elif found["type"] == "string" and draw(st.booleans()):
            found["storage"] = "dictionary"
        elif found["type"] == "number" and draw(st.booleans()):
            found["storage"] = "byte_stream_split"
    if draw(st.integers(0, 3)) == 0:
        found["nullable"] = True
    elif draw(st.integers(0, 4)) == 0:
        found["constant"] = True
    return found


@st.composite
def tables(draw: st.DrawFn, tokens: list[str]) -> dict[str, Any]:
    """A table with one or two key columns."""
    known = draw(unique(plain_names.filter(lambda name: name not in TOKEN_TYPES), 2, 6))
    keys = known[: draw(st.integers(1, 2))]
    made = []
    for key in keys:
        kind = draw(st.sampled_from(["id64", "code", "int", "day"]))
        column: dict[str, Any] = {"name": key, "description": draw(words)}
        if kind in ("id64", "code"):
            column["$ref"] = f"schemas.layer1.yaml#/$defs/{kind}"
        elif kind == "int":
            column |= {
                "type": "integer",
                "minimum": 0,
                "maximum": 10**6,
                "arrow": "int32",
                "storage": "delta",
            }
        else:
            column |= {"type": "string", "storage": "date32"}
        made.append(column)
    made += [draw(columns(name)) for name in known[len(keys) :]]
    if "seed" in tokens and draw(st.booleans()):
        made.append(
            {
                "name": "seed",
                "type": "integer",
                "arrow": "uint64",
                "constant": True,
                "description": "The seed.",
            }
        )
    primary = keys[: draw(st.integers(0, len(keys)))]
    return {
        "type": "table",
        "description": draw(words),
        "primary_key": primary,
        "partition_keys": tokens,
        "sort_keys": keys,
        "columns_strict": True,
        "columns": made,
    }


def _described(draw: st.DrawFn, schema: dict[str, Any]) -> dict[str, Any]:
    return {**schema, "description": draw(words)} if draw(st.booleans()) else schema


@st.composite
def values(draw: st.DrawFn, depth: int) -> dict[str, Any]:
    """The schema of a property."""
    kinds = ["scalar", "scalar", "ref", "const", "nullable"] + (
        ["object", "array", "map", "choice", "open"] if depth < 2 else []
    )
    match draw(st.sampled_from(kinds)):
        case "ref":
            return {"$ref": f"schemas.layer1.yaml#/$defs/{draw(st.sampled_from(sorted(SHARED)))}"}
        case "const":
            return {"const": draw(st.one_of(words, st.integers(-5, 5), st.booleans()))}
        case "nullable":
            inner = draw(scalars())
            if "enum" in inner:
                return {"type": [inner["type"], "null"], "enum": [*inner["enum"], None]}
            return {**inner, "type": [inner["type"], "null"]}
        case "object":
            return draw(objects(depth + 1))
        case "array":
            found: dict[str, Any] = {"type": "array", "items": draw(values(depth + 1))}
            found["items"].pop("uniqueItems", None)
            if draw(st.booleans()):
                found["minItems"] = draw(st.integers(0, 2))
            if draw(st.booleans()) and draw(st.booleans()):
                found["maxItems"] = 3
            if depth == 0 and draw(st.booleans()):
                found["uniqueItems"] = True
            return found
        case "map":
            return {"type": "object", "additionalProperties": draw(scalars())}
        case "choice":
            return {"oneOf": [{"$ref": "#/$defs/first_option"}, {"$ref": "#/$defs/second_option"}]}
        case "open":
            return {"type": "object", "additionalProperties": True}
    return draw(scalars())


def _strip_unique(schema: Any) -> Any:
    """uniqueItems is for arrays that a property holds directly, so not for arrays inside items."""
    if isinstance(schema, dict) and "items" in schema:
        schema["items"].pop("uniqueItems", None)
    return schema


@st.composite
def objects(draw: st.DrawFn, depth: int = 0) -> dict[str, Any]:
    """An object schema."""
    known = draw(unique(property_names, 1, 5))
    properties = {}
    for name in known:
        inner = _strip_unique(draw(values(depth)))
        if (
            "type" in inner
            and isinstance(inner["type"], str)
            and inner["type"] == "boolean"
            and draw(st.booleans())
        ):
            inner["default"] = True
        properties[name] = _described(draw, inner)
    found: dict[str, Any] = {"type": "object", "properties": properties, "description": draw(words)}
    found["required"] = [name for name in known if draw(st.booleans())]
    if not found["required"]:
        del found["required"]
    if draw(st.booleans()):
        found["additionalProperties"] = draw(st.booleans())
    return found


@st.composite
def records(draw: st.DrawFn) -> dict[str, Any]:
    """The record of a stream that can be a Parquet row."""
    known = draw(unique(plain_names.filter(lambda name: name not in TOKEN_TYPES), 1, 4))
    properties = {}
    for name in known:
        column = draw(columns(name))
        nullable = column.pop("nullable", False)
        column.pop("name")
        if nullable and "$ref" not in column and "enum" not in column:
            column["type"] = [column["type"], "null"]
        properties[name] = column
    return {
        "type": "object",
        "additionalProperties": False,
        "required": [name for name in known if draw(st.integers(0, 3))],
        "properties": properties,
    }


@st.composite
def segments(draw: st.DrawFn, segment: str = "1A") -> dict[str, Any]:
    """The parsed contract files of one segment: schemas, dictionary and registry, by file name."""
    known = draw(unique(plain_names.filter(lambda name: len(name) > 2), 4, 8))
    known = [f"{name}_{segment}" for name in known]
    schemas: dict[str, Any] = {"plan": {}, "policy": {}, "logs": {}}
    datasets = []
    for number, name in enumerate(known):
        kind = ("table", "document", "stream", "list")[number % 4]
        tokens = draw(st.permutations(sorted(TOKEN_TYPES)))[: len(name) % 4]
        folder = "/".join([f"data/layer1/{segment}/{name}", *(f"{token}={{{token}}}" for token in tokens)])
        entry: dict[str, Any] = {"format": "json", "path": f"{folder}/{name}.json", "ordering": []}
        if kind == "table":
            table = draw(tables(list(tokens)))
            schemas["plan"][name] = table
            entry = {"format": "parquet", "path": folder + "/", "ordering": table["sort_keys"]}
        elif kind == "stream":
            schemas["logs"][name] = {"type": "stream", "description": draw(words), "record": draw(records())}
            entry = {"format": "parquet", "path": folder + "/", "ordering": []}
        elif kind == "list":
            items = _strip_unique(draw(values(1)))
            items.pop("uniqueItems", None)
            schemas["policy"][name] = {
                "type": "array",
                "description": draw(words),
                "items": items,
                "uniqueItems": draw(st.booleans()),
            }
        else:
            schemas["policy"][name] = draw(objects())
        section = {"table": "plan", "stream": "logs"}.get(kind, "policy")
        more = (
            {"block": {"unit": "rows", "size": 10}, "row_group_rows": 5}
            if entry["format"] == "parquet"
            else {}
        )
        datasets.append(
            {
                "id": name,
                "status": draw(st.sampled_from(["required", "optional"])),
                "description": draw(words),
                **entry,
                "partitioning": list(tokens),
                "schema_ref": f"schemas.{segment}.yaml#/{section}/{name}",
                "version": "1.0.0",
                "produced_by": "run",
                "consumed_by": [],
                "retention_days": 1,
                "licence": "CC0-1.0",
                "pii": False,
                **more,
            }
        )
    options = {
        f"{which}_option": {
            "type": "object",
            "additionalProperties": False,
            "required": ["kind"],
            "properties": {"kind": {"const": which}, "amount": draw(scalars())},
        }
        for which in ("first", "second")
    }
    return {
        "schemas": {
            "$schema": "https://json-schema.org/draft/2020-12/schema",
            "$id": f"schemas.{segment}.yaml",
            "version": "1.0.0",
            "$defs": options,
            **{section: found for section, found in schemas.items() if found},
        },
        "dictionary": {
            "kind": "dataset_dictionary",
            "layer": 1,
            "segment": segment,
            "version": "1.0.0",
            "description": "Drawn.",
            "datasets": datasets,
        },
        "registry": {
            "kind": "artefact_registry",
            "layer": 1,
            "segment": segment,
            "version": "1.0.0",
            "artifacts": [
                {
                    "artifact_id": item["id"],
                    "manifest_key": f"layer1.{segment}.{item['id']}",
                    "kind": "dataset",
                    "dataset_id": item["id"],
                    "semver": "1.0.0",
                    "owner": "drawn",
                    "licence": "CC0-1.0",
                    "digest": "computed",
                }
                for item in datasets
            ],
        },
    }


def segment_ids(count: int) -> list[str]:
    """The first ids that a segment may have."""
    return [f"{digit}{letter}" for digit in range(1, 10) for letter in string.ascii_uppercase][:count]


def contract_files(drawn: list[dict[str, Any]]) -> dict[str, str]:
    """The contract files of drawn segments and of the shared pack; JSON text is YAML too."""
    shared = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": "schemas.layer1.yaml",
        "version": "1.0.0",
        "$defs": SHARED,
    }
    files = {"layer1/schemas.layer1.yaml": json.dumps(shared, ensure_ascii=False)}
    for item in drawn:
        segment = item["dictionary"]["segment"]
        files[f"layer1/{segment}/schemas.{segment}.yaml"] = json.dumps(item["schemas"], ensure_ascii=False)
        files[f"layer1/{segment}/dataset_dictionary.layer1.{segment}.yaml"] = json.dumps(
            item["dictionary"], ensure_ascii=False
        )
        files[f"layer1/{segment}/artefact_registry_{segment}.yaml"] = json.dumps(
            item["registry"], ensure_ascii=False
        )
    return files
