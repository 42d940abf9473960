"""Pydantic models of documents, policies and records, made by datamodel-code-generator.

Every name is decided here: each object, and each constrained scalar inside a list or mapping, becomes a definition
of its own before the library sees it, so that it never has to invent one. References into another pack become imports.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from codegen import names
from codegen.ir import Contracts, Definition, Document, Segment, Source
from codegen.runtime.formats import FORMATS
from codegen.schemas import JsonSchema, types_of

_TEMPLATES: Final = Path(__file__).parent.parent / "templates" / "models"
_CONSTRAINTS: Final = (
    "pattern", "minLength", "maxLength", "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "minItems",
    "maxItems",
)  # fmt: skip


class _Pack:
    """The definitions that one module's models are made from."""

    def __init__(self, contracts: Contracts, segment: Segment) -> None:
        self.definitions = contracts.definitions
        self.segment = segment
        self.made: dict[str, JsonSchema] = {}
        self.roots: set[str] = set()
        self.modules: set[str] = set()
        self.foreign: set[str] = set()
        self.source = Source("", 0, "")
        self.sources: dict[str, Source] = {}
        self.clashes: list[tuple[str, Source]] = []

    def add(self, name: str, schema: JsonSchema) -> None:
        """Keep a definition under its class name."""
        if name in self.made:
            first = self.sources[name]
            self.clashes.append(
                (f"two schemas become the class {name} (first at {first.file}:{first.line})", self.source)
            )
            return
        self.made[name] = schema
        self.sources[name] = self.source

    def definition(self, definition: Definition) -> None:
        """A shared definition: a class for an object, an alias for anything else."""
        self.add(definition.class_name, self.lowered(definition.schema, definition.class_name, hoist=False))

    def document(self, document: Document) -> None:
        """A document: always a class, with `root` where it is no object."""
        schema = self.lowered(document.schema, document.class_name, hoist=False)
        if schema.get("type") != "object" or "properties" not in schema:
            self.roots.add(document.class_name)
            inner = {key: value for key, value in schema.items() if key != "description"}
            schema = {"type": "object", "properties": {"root": inner}, "required": ["root"]}
        if document.description:
            schema = {**schema, "description": document.description}
        self.add(document.class_name, schema)

    def reference(self, ref: str) -> JsonSchema:
        """A reference as the library reads it: inside this module, or to another module's file."""
        target = self.definitions.get(ref)
        if target is None:  # its own finding says why; a name is all that is asked for here
            return {"type": "string"}
        if target.segment == self.segment.id:
            return {"$ref": f"#/$defs/{target.class_name}"}
        self.modules.add(names.module_name(target.segment))
        self.foreign.add(target.class_name)
        return {"$ref": f"{names.module_name(target.segment)}.json#/$defs/{target.class_name}"}

    def scalar(self, schema: JsonSchema) -> JsonSchema:
        """A reference with constraints beside it, folded into one schema."""
        if "$ref" not in schema:
            return schema
        target = self.definitions.get(schema["$ref"])
        base = self.scalar(target.schema) if target is not None else {}
        return {**base, **{key: value for key, value in schema.items() if key != "$ref"}}

    def lowered(self, schema: JsonSchema, name: str, *, hoist: bool) -> JsonSchema:
        """A schema in the library's terms; objects below it become definitions named after their place."""
        words = _words(schema)
        if "$ref" in schema:
            if set(schema) & {*_CONSTRAINTS, "format", "default", "enum", "const"}:
                return self.lowered(self.scalar(schema), name, hoist=hoist)
            return {**self.reference(schema["$ref"]), **words}
        if "oneOf" in schema:
            return {"oneOf": [self.reference(option["$ref"]) for option in schema["oneOf"]], **words}
        kinds = [kind for kind in types_of(schema) if kind != "null"]
        nullable = "null" in types_of(schema)
        if kinds == ["object"]:
            return self.object_(schema, name, hoist=hoist, nullable=nullable)
        if kinds == ["array"]:
            return self.array(schema, name, nullable=nullable)
        result: JsonSchema = {key: schema[key] for key in (*_CONSTRAINTS, "default") if key in schema}
        values = schema.get("enum", [schema["const"]] if "const" in schema else None)
        if values is not None:
            result = {key: schema[key] for key in ("default",) if key in schema}
            nullable = nullable and None in values
            result["enum"] = [value for value in values if value is not None] + ([None] if nullable else [])
        elif "format" in schema:
            result["customTypePath"] = FORMATS[schema["format"]].model_type
            return {
                **self.formed({**result, "type": "string"}, name, hoist=hoist, nullable=nullable),
                **words,
            }
        if kinds:
            result["type"] = [kinds[0], "null"] if nullable else kinds[0]
        return {**result, **words}

    def formed(self, schema: JsonSchema, name: str, *, hoist: bool, nullable: bool) -> JsonSchema:
        """A text of a format: a definition of its own, since the library would forget that it may be null."""
        if not hoist and not nullable:
            return schema
        own = name if hoist else f"{name}Text"
        self.add(own, {key: value for key, value in schema.items() if key != "default"})
        reference: JsonSchema = {"$ref": f"#/$defs/{own}"}
        default = {key: value for key, value in schema.items() if key == "default"}
        return {**({"oneOf": [reference, {"type": "null"}]} if nullable else reference), **default}

    def array(self, schema: JsonSchema, name: str, *, nullable: bool) -> JsonSchema:
        """A list whose items are a name, a plain scalar or a definition of their own."""
        result: JsonSchema = {"type": ["array", "null"] if nullable else "array", **_words(schema)}
        result |= {key: schema[key] for key in ("minItems", "maxItems") if key in schema}
        if schema.get("uniqueItems"):
            result["x-unique"] = True
        if "items" in schema:
            result["items"] = self.inner(schema["items"], f"{name}Item")
        return result

    def inner(self, schema: JsonSchema, name: str) -> JsonSchema:
        """The schema of list items or mapping values; what has constraints becomes a definition."""
        lowered = self.lowered(schema, name, hoist=True)
        lowered.pop("description", None)
        if "$ref" in lowered or not set(lowered) - {"type", "items", "additionalProperties"}:
            return lowered
        if name in self.made and "oneOf" in lowered:  # a definition already, or null
            return lowered
        self.add(name, lowered)
        return {"$ref": f"#/$defs/{name}"}

    def object_(self, schema: JsonSchema, name: str, *, hoist: bool, nullable: bool) -> JsonSchema:
        """An object: a mapping where it has no properties of its own, else a class."""
        words = _words(schema)
        extra = schema.get("additionalProperties", True)
        if not schema.get("properties") and extra is not False:
            mapping: JsonSchema = {"type": ["object", "null"] if nullable else "object", **words}
            mapping["additionalProperties"] = (
                self.inner(extra, f"{name}Value") if isinstance(extra, dict) else True
            )
            return mapping
        required = schema.get("required", [])
        properties = {}
        for key, inner in schema.get("properties", {}).items():
            lowered = self.lowered(inner, f"{name}{names.class_name(key)}", hoist=True)
            if key in required:
                lowered.pop("default", None)
            elif "null" in types_of(self.scalar(inner) if "$ref" in inner else inner):
                lowered["x-nullable"] = True
            properties[key] = lowered
        made: JsonSchema = {
            "type": "object",
            "properties": properties,
            "additionalProperties": extra is not False,
            **words,
        }
        if required:
            made["required"] = list(required)
        if not hoist:
            return made
        self.add(name, made)
        reference: JsonSchema = {"$ref": f"#/$defs/{name}"}
        return {"oneOf": [reference, {"type": "null"}], **words} if nullable else {**reference, **words}


def _words(schema: JsonSchema) -> JsonSchema:
    """The description of a schema with its unit."""
    description = str(schema.get("description", ""))
    if schema.get("unit"):
        description = f"{description} Unit: {schema['unit']}.".strip()
    return {"description": description} if description else {}


def _filled(contracts: Contracts, segment: Segment) -> _Pack:
    """Every definition of one module, by class name."""
    pack = _Pack(contracts, segment)
    for definition in segment.definitions:
        pack.source = definition.source
        pack.definition(definition)
    for document in (*segment.documents, *(stream.record for stream in segment.streams)):
        pack.source = document.source
        pack.document(document)
    return pack


def model_names(contracts: Contracts, segment: Segment) -> Iterator[tuple[str, Source]]:
    """Every clash of class names in one module of models: in words, with the place of the later one."""
    pack = _filled(contracts, segment)
    yield from pack.clashes
    for name in sorted(pack.foreign & pack.made.keys()):
        yield (
            f"the class {name} is also that of a definition of another pack that this one refers to",
            pack.sources[name],
        )


def rendered(contracts: Contracts, segment: Segment) -> str:
    """The module of one segment's models, not yet formatted; empty where it has none."""
    pack = _filled(contracts, segment)
    if not pack.made:
        return ""
    from datamodel_code_generator import InputFileType, LiteralType, PythonVersion, generate
    from datamodel_code_generator.enums import DataModelType

    source = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$defs": {name: pack.made[name] for name in sorted(pack.made)},
    }
    result: Any = generate(
        source,
        input_file_type=InputFileType.JsonSchema,
        output_model_type=DataModelType.PydanticV2BaseModel,
        base_class="codegen.runtime.models.Document",
        base_class_map=dict.fromkeys(sorted(pack.roots), "codegen.runtime.models.RootDocument"),
        target_python_version=PythonVersion.PY_311,
        disable_timestamp=True,
        use_annotated=True,
        field_constraints=True,
        use_schema_description=True,
        use_field_description=True,
        use_single_line_docstring=True,
        enum_field_as_literal=LiteralType.All,
        use_standard_collections=True,
        use_union_operator=True,
        use_double_quotes=True,
        use_type_alias=True,
        strict_nullable=True,
        aliases={name: f"{name}_" for name in names.DOCUMENT_NAMES},
        field_extra_keys_without_x_prefix={"x-unique", "x-nullable"},
        external_ref_mapping={
            f"{module}.json": f"generated.models.{module}" for module in sorted(pack.modules)
        },
        allow_remote_refs=False,
        custom_template_dir=_TEMPLATES,
        additional_imports=["typing.TypeAlias"],
        skip_root_model=True,
        custom_file_header="# -",
        formatters=[],
    )
    return str(result).removeprefix("# -").lstrip()
