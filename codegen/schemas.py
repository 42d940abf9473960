"""Schema packs: references, the supported keywords of JSON Schema, and the schemas with references made absolute."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from codegen.catalogue_findings import ContractFinding
from codegen.ir import Source
from codegen.load import ContractFile
from codegen.runtime.canonical import Pointer, pointer_text
from codegen.runtime.formats import FORMATS

TYPES: Final = ("string", "integer", "number", "boolean", "object", "array", "null")
ANNOTATIONS: Final = frozenset(("title", "description", "unit", "storage", "arrow", "constant"))
"""Keywords that say something about a value without accepting or refusing it."""
KEYWORDS: Final[dict[str, frozenset[str]]] = {
    "string": frozenset(("minLength", "maxLength", "pattern", "format")),
    "integer": frozenset(("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum")),
    "number": frozenset(("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum")),
    "boolean": frozenset(),
    "object": frozenset(("properties", "required", "additionalProperties")),
    "array": frozenset(("items", "minItems", "maxItems", "uniqueItems")),
    "null": frozenset(),
}
COMMON: Final = ANNOTATIONS | {"type", "enum", "const", "default", "$ref", "oneOf"}
SUPPORTED: Final = COMMON.union(*KEYWORDS.values())
STORAGES: Final = ("dictionary", "timestamp_us_utc", "timestamp_us", "date32", "byte_stream_split", "delta")
ARROW: Final = (
    "uint64", "int64", "int32", "uint32", "uint16", "uint8", "float64", "bool", "string", "date32",
    "timestamp_us_utc", "timestamp_us",
)  # fmt: skip
_TYPE_OF: Final = {str: "string", bool: "boolean", int: "integer", float: "number", type(None): "null"}

SECTIONS_OF_SHAPES: Final = (
    "ingress",
    "plan",
    "egress",
    "policy",
    "validation",
    "receipt",
    "logs",
    "binary",
    "reference",
)
"""The sections of a pack that hold shapes."""

JsonSchema = dict[str, Any]


class UnresolvedReference(LookupError):
    """A reference that leads nowhere."""


def _tokens(pointer: str) -> Pointer:
    if not pointer.startswith("/"):
        raise UnresolvedReference(f"the pointer {pointer!r} does not start with /")
    return tuple(part.replace("~1", "/").replace("~0", "~") for part in pointer[1:].split("/"))


@dataclass(frozen=True, slots=True)
class Place:
    """A schema and where it stands."""

    file: ContractFile
    pointer: Pointer
    schema: Any

    @property
    def ref(self) -> str:
        """The absolute reference to this schema."""
        return f"{self.file.name}#{pointer_text(self.pointer)}"

    @property
    def source(self) -> Source:
        """The place in the contracts."""
        return self.file.source(self.pointer)

    def inner(self, *parts: str | int) -> Place:
        """The schema at a pointer inside this one."""
        schema = self.schema
        for part in parts:
            schema = schema[part]
        return Place(self.file, (*self.pointer, *parts), schema)

    def finding(self, rule: str, message: str, remedy: str, *parts: str | int) -> ContractFinding:
        """A finding about this schema, or about a part of it."""
        return self.file.finding((*self.pointer, *parts), rule, message, remedy)


@dataclass(frozen=True, slots=True)
class SchemaPacks:
    """Every schema pack by file name."""

    packs: Mapping[str, ContractFile] = field(default_factory=dict)

    def place(self, ref: str, base: ContractFile | None = None) -> Place:
        """What a reference points to.

        Raises:
            UnresolvedReference: there is no such pack, or nothing at the pointer.
        """
        name, sharp, pointer = ref.partition("#")
        file = self.packs.get(name) if name else base
        if not sharp or file is None:
            raise UnresolvedReference(
                f"{ref!r} names no schema pack" if sharp else f"{ref!r} has no #/pointer"
            )
        parts = _tokens(pointer)
        found: Any = file.value
        for part in parts:
            if not isinstance(found, dict) or part not in found:
                raise UnresolvedReference(f"{file.name} has nothing at {pointer}")
            found = found[part]
        if not isinstance(found, dict):
            raise UnresolvedReference(f"{ref!r} is not a schema")
        return Place(file, parts, found)

    def target(self, place: Place) -> Place:
        """The schema that the `$ref` at `place` points to, or `place` itself without one; follows chains.

        Raises:
            UnresolvedReference: a reference of the chain leads nowhere, or the chain is a ring.
        """
        seen: list[str] = []
        while "$ref" in place.schema:
            if place.ref in seen:
                raise UnresolvedReference(f"{seen[0]!r} refers to itself")
            seen.append(place.ref)
            place = self.place(place.schema["$ref"], place.file)
        return place

    def merged(self, place: Place) -> JsonSchema:
        """A scalar schema with its chain of references folded in; what stands nearer wins."""
        result: JsonSchema = {}
        seen: set[str] = set()
        while True:
            result = {**place.schema, **{key: value for key, value in result.items() if key != "$ref"}}
            if "$ref" not in place.schema:
                return result
            if place.ref in seen:
                raise UnresolvedReference(f"{place.ref!r} refers to itself")
            seen.add(place.ref)
            place = self.place(place.schema["$ref"], place.file)
            result.pop("$ref", None)

    def absolute(self, place: Place) -> JsonSchema:
        """The schema with every reference written as `<pack>#<pointer>`."""

        def rewritten(node: Any) -> Any:
            if isinstance(node, list):
                return [rewritten(item) for item in node]
            if isinstance(node, dict):
                return {
                    key: self.place(value, place.file).ref
                    if key == "$ref" and isinstance(value, str)
                    else (
                        {name: rewritten(inner) for name, inner in value.items()}
                        if key == "properties"
                        else rewritten(value)
                    )
                    for key, value in node.items()
                }
            return node

        result: JsonSchema = rewritten(place.schema)
        return result


def types_of(schema: JsonSchema) -> tuple[str, ...]:
    """The JSON types that a schema names, also where only `enum` or `const` tell them; empty where any is allowed."""
    declared = schema.get("type")
    if isinstance(declared, str):
        return (declared,)
    if isinstance(declared, list):
        return tuple(declared)
    values = schema.get("enum", [schema["const"]] if "const" in schema else [])
    return tuple(dict.fromkeys(_TYPE_OF.get(type(value), "object") for value in values))


def pattern_problem(pattern: str) -> tuple[str, str] | None:
    """What is wrong with a pattern and how to mend it: it must compile, and mean the same in every engine."""
    try:
        re.compile(pattern)
    except re.error as error:
        return (
            f"the pattern {pattern!r} does not compile: {error}",
            "write a regular expression that compiles",
        )
    if "\\\\." in pattern:
        return (
            f"the pattern {pattern!r} asks for a backslash before any character: the dot is escaped twice",
            r"write \. with one backslash",
        )
    loose = re.search(r"(?:^|[^\\])(?:\\\\)*(\\[dDwWsSbBAZzG1-9pP]|\(\?)", pattern)
    if loose is not None:
        return (
            f"the pattern {pattern!r} uses {loose[1]}, which regular expression engines read differently",
            "write the characters out, such as [0-9] or [A-Za-z0-9_], and groups as plain (...)",
        )
    if any(ord(character) > 126 for character in pattern):
        return f"the pattern {pattern!r} holds characters outside ASCII", "write ASCII"
    return None


def schema_findings(
    packs: SchemaPacks, place: Place, *, property_level: bool = True
) -> Iterator[ContractFinding]:
    """Every fault of a plain JSON Schema: keywords, types, references, patterns, defaults."""
    schema = place.schema
    if not isinstance(schema, dict):
        yield place.finding("SCHEMA", f"expected a schema, found {schema!r}", "write a mapping")
        return
    for key in schema:
        if key not in SUPPORTED:
            yield place.finding(
                "KEYWORD",
                f"the keyword {key!r} is not supported",
                "say it with the supported keywords, or in a validator",
                key,
            )
    yield from _annotation_findings(place)
    if "$ref" in schema:
        try:
            target = packs.target(place)
        except UnresolvedReference as error:
            yield place.finding(
                "REF", f"unresolved reference: {error}", "point at a schema that exists", "$ref"
            )
            return
        direct = packs.place(schema["$ref"], place.file)
        if len(direct.pointer) != 2 or direct.pointer[0] != "$defs":
            message = f"the reference leads to {direct.ref}, which is no definition"
            yield place.finding("REF", message, "give what it points to a name in $defs", "$ref")
            return
        beside = set(schema) - ANNOTATIONS - {"$ref", "default"}
        if beside and set(types_of(target.schema)) & {"object", "array"}:
            yield place.finding(
                "KEYWORD",
                f"{sorted(beside)} beside a reference to an object or array",
                "put the constraints into the definition",
            )
        if "default" in schema or beside:
            merged = packs.merged(place)
            yield from _value_findings(Place(place.file, place.pointer, merged))
        return
    if "oneOf" in schema:
        yield from _choice_findings(packs, place)
        return
    yield from _value_findings(place)
    types = types_of(schema)
    known = COMMON.union(*(KEYWORDS.get(name, frozenset()) for name in types)) if types else SUPPORTED
    for key in schema:
        if key in SUPPORTED and key not in known:
            yield place.finding(
                "KEYWORD", f"{key!r} says nothing about the type {types}", "remove it or mend the type", key
            )
    if schema.get("uniqueItems") and not property_level:
        yield place.finding(
            "KEYWORD",
            "uniqueItems inside items or additionalProperties",
            "give the array a name in $defs",
            "uniqueItems",
        )
    if not types and set(schema) - ANNOTATIONS - {"default"}:
        yield place.finding("TYPE", "constraints without a type", "name the type")
    yield from _object_findings(packs, place)
    if "items" in schema:
        yield from schema_findings(packs, place.inner("items"), property_level=False)


def _annotation_findings(place: Place) -> Iterator[ContractFinding]:
    schema = place.schema
    if "storage" in schema and schema["storage"] not in STORAGES:
        yield place.finding(
            "STORAGE",
            f"unknown storage {schema['storage']!r}",
            f"use one of {', '.join(STORAGES)}",
            "storage",
        )
    if "arrow" in schema and schema["arrow"] not in ARROW:
        yield place.finding(
            "STORAGE", f"unknown Arrow type {schema['arrow']!r}", f"use one of {', '.join(ARROW)}", "arrow"
        )
    if not isinstance(schema.get("description", ""), str):
        yield place.finding("SHAPE", "a description that is not text", "put it in quotes", "description")


def _object_findings(packs: SchemaPacks, place: Place) -> Iterator[ContractFinding]:
    schema = place.schema
    properties = schema.get("properties", {})
    if not isinstance(properties, dict):
        yield place.finding("SCHEMA", "properties is not a mapping", "map names to schemas", "properties")
        return
    for name in properties:
        yield from schema_findings(packs, place.inner("properties", name))
    required = schema.get("required", [])
    for name in required if isinstance(required, list) else []:
        if name not in properties:
            yield place.finding(
                "REQUIRED", f"{name!r} is required but is no property", "add the property", "required"
            )
    for name in sorted({name for name in required if required.count(name) > 1}):
        yield place.finding("REQUIRED", f"{name!r} is required twice", "name it once", "required")
    extra = schema.get("additionalProperties")
    if isinstance(extra, dict):
        if properties:
            yield place.finding(
                "KEYWORD",
                "properties beside a schema of additionalProperties",
                "use one of them, or additionalProperties true or false",
                "additionalProperties",
            )
        yield from schema_findings(packs, place.inner("additionalProperties"), property_level=False)
    elif extra not in (None, True, False):
        yield place.finding(
            "SCHEMA",
            "additionalProperties is no schema",
            "write false, true or a schema",
            "additionalProperties",
        )


def _choice_findings(packs: SchemaPacks, place: Place) -> Iterator[ContractFinding]:
    """oneOf may only choose between objects that one required constant property tells apart."""
    beside = set(place.schema) - ANNOTATIONS - {"oneOf"}
    if beside:
        yield place.finding("KEYWORD", f"{sorted(beside)} beside oneOf", "put them into the options")
    options = place.schema["oneOf"]
    tags: list[dict[str, Any]] = []
    for number, option in enumerate(options if isinstance(options, list) else []):
        inner = place.inner("oneOf", number)
        if not isinstance(option, dict) or "$ref" not in option:
            yield inner.finding(
                "ONE-OF",
                "an option of oneOf that is no reference",
                "put the object into $defs and refer to it",
            )
            return
        try:
            target = packs.target(inner)
        except UnresolvedReference as error:
            yield inner.finding(
                "REF", f"unresolved reference: {error}", "point at a schema that exists", "$ref"
            )
            return
        required = target.schema.get("required", [])
        properties = target.schema.get("properties", {})
        tags.append(
            {name: properties[name]["const"] for name in required if "const" in properties.get(name, {})}
        )
    shared = set.intersection(*(set(tag) for tag in tags)) if tags else set()
    if not any(len({repr(tag[name]) for tag in tags}) == len(tags) for name in shared):
        yield place.finding(
            "ONE-OF",
            "no required constant property tells the options apart",
            "give each option the same property with its own const",
        )


def _value_findings(place: Place) -> Iterator[ContractFinding]:
    """Types, bounds, patterns, enumerations and the default of one schema."""
    schema = place.schema
    types = types_of(schema)
    for name in types:
        if name not in TYPES:
            yield place.finding("TYPE", f"unknown type {name!r}", f"use one of {', '.join(TYPES)}", "type")
            return
    if len([name for name in types if name != "null"]) > 1 or types == ("null",):
        yield place.finding(
            "TYPE", f"the type {list(types)} is no single type", "write one type, or [type, 'null']"
        )
        return
    for key in ("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum"):
        if key in schema and (isinstance(schema[key], bool) or not isinstance(schema[key], int | float)):
            yield place.finding("SCHEMA", f"{key} is no number", "write a number", key)
            return
    for key in ("minLength", "maxLength", "minItems", "maxItems"):
        if key in schema and (
            isinstance(schema[key], bool) or not isinstance(schema[key], int) or schema[key] < 0
        ):
            yield place.finding("SCHEMA", f"{key} is no count", "write an integer from 0", key)
            return
    if "integer" in types:
        for key in ("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum"):
            if isinstance(schema.get(key), float):
                yield place.finding("SCHEMA", f"{key} of an integer is no integer", "write an integer", key)
    for low, high in (("minimum", "maximum"), ("minLength", "maxLength"), ("minItems", "maxItems")):
        if low in schema and high in schema and schema[low] > schema[high]:
            yield place.finding(
                "SCHEMA", f"{low} is above {high}: no value is accepted", "swap or mend them", low
            )
    if "pattern" in schema:
        problem = pattern_problem(str(schema["pattern"]))
        if problem is not None:
            yield place.finding("PATTERN", problem[0], problem[1], "pattern")
            return
    if "format" in schema and (not isinstance(schema["format"], str) or schema["format"] not in FORMATS):
        yield place.finding(
            "KEYWORD", f"unknown format {schema['format']!r}", f"use one of {', '.join(FORMATS)}", "format"
        )
    values = schema.get("enum", [schema["const"]] if "const" in schema else [])
    key = "enum" if "enum" in schema else "const"
    if "enum" in schema and "const" in schema:
        yield place.finding("ENUM", "enum beside const", "keep one of them", "const")
    if not isinstance(values, list) or ("enum" in schema and not values):
        yield place.finding("ENUM", "enum is no list of values", "list the accepted values", "enum")
        return
    for value in values:
        if isinstance(value, float | list | dict):
            yield place.finding(
                "ENUM", f"{key} holds {value!r}", "use text, integers, booleans or null; bound numbers", key
            )
        elif types and _TYPE_OF[type(value)] not in types:
            yield place.finding(
                "ENUM", f"{key} holds {value!r}, which the type {list(types)} refuses", "mend the type", key
            )
    beside = set(schema) & (KEYWORDS["string"] | KEYWORDS["integer"] | KEYWORDS["array"] | KEYWORDS["object"])
    if values and beside:
        yield place.finding(
            "ENUM", f"{sorted(beside)} beside {key}", f"{key} already says it all; remove them", key
        )
    if "default" in schema:
        yield from _default_findings(place)


def _default_findings(place: Place) -> Iterator[ContractFinding]:
    from jsonschema import Draft202012Validator

    schema, value = place.schema, place.schema["default"]
    if isinstance(value, list | dict):
        yield place.finding(
            "DEFAULT", "a default that is a list or mapping", "make the property required", "default"
        )
        return
    plain = {key: inner for key, inner in schema.items() if key not in ANNOTATIONS | {"default", "$ref"}}
    form = FORMATS.get(str(schema.get("format")))
    if form is not None and isinstance(value, str) and not form.accepts(value):
        yield place.finding(
            "DEFAULT", f"the default {value!r} is not {form.words}", "write one that exists", "default"
        )
    for error in Draft202012Validator(plain).iter_errors(value):
        yield place.finding(
            "DEFAULT",
            f"the default {value!r} is refused by its own schema: {error.message}",
            "mend one",
            "default",
        )


def walk(schema: Any, visit: Callable[[JsonSchema], None]) -> None:
    """Call `visit` for a schema and every schema inside it."""
    if not isinstance(schema, dict):
        return
    visit(schema)
    for inner in schema.get("properties", {}).values():
        walk(inner, visit)
    for key in ("items", "additionalProperties"):
        walk(schema.get(key), visit)
    for option in schema.get("oneOf", []):
        walk(option, visit)


def references(schema: JsonSchema) -> set[str]:
    """Every reference inside a schema."""
    found: set[str] = set()
    walk(schema, lambda node: found.add(node["$ref"]) if "$ref" in node else None)
    return found
