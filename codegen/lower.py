"""Lower: located documents become the catalogue, with every reference resolved and every name decided.

What is faulty is left out of the catalogue and named by a finding; nothing stops at the first.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, Final

from codegen import names
from codegen.catalogue_findings import ContractFinding, ordered
from codegen.ir import (
    Artefact,
    Binary,
    Column,
    Contracts,
    Dataset,
    Definition,
    Document,
    ErrorCode,
    Read,
    RngFamily,
    Segment,
    Source,
    SourceFile,
    State,
    Stream,
    Table,
    Validator,
)
from codegen.load import ContractFile, Loaded
from codegen.runtime.cards import SHARED_CHECKS
from codegen.runtime.paths import TOKEN_TYPES
from codegen.schemas import (
    ARROW,
    SECTIONS_OF_SHAPES,
    JsonSchema,
    Place,
    SchemaPacks,
    UnresolvedReference,
    pattern_problem,
    schema_findings,
    types_of,
)
from codegen.shapes import ENTRIES, shape_findings

_PLAIN: Final = {"string": "string", "number": "float64", "boolean": "bool"}
_TIMED: Final = ("timestamp_us_utc", "timestamp_us", "date32")
_INTEGERS: Final = ("uint64", "int64", "int32", "uint32", "uint16", "uint8")
_HOLDS: Final = {
    "string": ("string",),
    "number": ("float64",),
    "boolean": ("bool",),
    "integer": (*_INTEGERS, "timestamp_us_utc", "timestamp_us"),
}
_TABLE_KEYS: Final = frozenset(
    (
        "type",
        "title",
        "description",
        "primary_key",
        "partition_keys",
        "sort_keys",
        "columns_strict",
        "columns",
    )
)
_COLUMN_KEYS: Final = frozenset(
    (
        "name", "type", "$ref", "nullable", "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "enum",
        "pattern", "format", "minLength", "maxLength", "description", "unit", "storage", "arrow", "constant",
    )
)  # fmt: skip
_STREAM_KEYS: Final = frozenset(("type", "title", "description", "record"))
_BINARY_KEYS: Final = frozenset(("type", "title", "description", "layout"))
_TOKEN: Final = re.compile(r"\{([^{}]*)\}")


def lower(loaded: Loaded) -> tuple[Contracts, list[ContractFinding]]:
    """The catalogue of everything that is sound in the contract files, and the findings about the rest."""
    return _Lowering(loaded).contracts()


class _Lowering:
    """One pass over the loaded files; gathers findings as it goes."""

    def __init__(self, loaded: Loaded) -> None:
        self.loaded = loaded
        self.findings: list[ContractFinding] = list(loaded.findings)
        self.packs = SchemaPacks({file.name: file for file in loaded.of_kind("schemas")})
        self.broken: dict[str, set[tuple[str | int, ...]]] = {}
        self.streams: dict[str, tuple[Stream, Place]] = {}
        self.orderings: dict[str, tuple[str, ...]] = {}

    def contracts(self) -> tuple[Contracts, list[ContractFinding]]:
        """The whole catalogue with its findings, sorted."""
        for file in self.loaded.files:
            for pointer, finding in shape_findings(file):
                self.findings.append(finding)
                self.broken.setdefault(file.path, set()).add(pointer)
        datasets = {file.segment: self.datasets(file) for file in self.loaded.of_kind("dataset_dictionary")}
        for of_segment in datasets.values():
            for dataset in of_segment:
                self.orderings.setdefault(dataset.schema_ref, dataset.ordering)
        segments = []
        for segment, layer in sorted(
            {(file.segment, file.layer) for file in self.loaded.files}, key=_segment_order
        ):
            segments.append(self.segment(segment, layer, tuple(datasets.get(segment, ()))))
        engine_errors = tuple(
            error for file in self.loaded.of_kind("errors") for error in self.engine_errors(file)
        )
        error_files = tuple(_source_file(file) for file in self.loaded.of_kind("errors"))
        errors_version = ", ".join(
            str(file.value.get("version", ""))
            for file in self.loaded.of_kind("errors")
            if isinstance(file.value, dict)
        )
        contracts = Contracts(tuple(segments), engine_errors, error_files, errors_version)
        return contracts, ordered(self.findings)

    def entries(self, file: ContractFile) -> Iterator[tuple[int, dict[str, Any]]]:
        """The items of a file's list that have the shape of their kind, with their places."""
        key = ENTRIES[file.kind]
        items = file.value.get(key) if isinstance(file.value, dict) else None
        broken = self.broken.get(file.path, set())
        for number, item in enumerate(items if isinstance(items, list) else []):
            if not any(pointer[:2] == (key, number) for pointer in broken):
                yield number, item

    def segment(self, segment: str, layer: int, datasets: tuple[Dataset, ...]) -> Segment:
        """Everything that the files of one segment declare."""
        files = [file for file in self.loaded.files if file.segment == segment and file.kind != "errors"]
        definitions: list[Definition] = []
        tables: list[Table] = []
        documents: list[Document] = []
        streams: list[Stream] = []
        binaries: list[Binary] = []
        for file in files:
            if file.kind == "schemas" and isinstance(file.value, dict):
                definitions += self.definitions(file)
                for shape in self.shapes(file):
                    if isinstance(shape, Table):
                        tables.append(shape)
                    elif isinstance(shape, Stream):
                        streams.append(shape)
                    elif isinstance(shape, Binary):
                        binaries.append(shape)
                    else:
                        documents.append(shape)
        versions = {
            file.kind: str(file.value.get("version", "")) for file in files if isinstance(file.value, dict)
        }
        return Segment(
            id=segment,
            layer=layer,
            dictionary_version=versions.get("dataset_dictionary", ""),
            registry_version=versions.get("artefact_registry", ""),
            states_version=versions.get("states", ""),
            files=tuple(_source_file(file) for file in files),
            definitions=tuple(definitions),
            tables=tuple(tables),
            documents=tuple(documents),
            streams=tuple(streams),
            binaries=tuple(binaries),
            datasets=datasets,
            artefacts=tuple(
                a for file in files if file.kind == "artefact_registry" for a in self.artefacts(file)
            ),
            states=tuple(s for file in files if file.kind == "states" for s in self.states(file)),
        )

    # -- schemas -------------------------------------------------------------------------------------------

    def definitions(self, file: ContractFile) -> Iterator[Definition]:
        """The pack's `$defs` that are sound."""
        pack = file.value.get("$defs", {})
        for name in pack if isinstance(pack, dict) else {}:
            place = self.packs.place(f"{file.name}#/$defs/{name}")
            if self.sound(place):
                yield Definition(
                    place.ref,
                    name,
                    names.class_name(name),
                    file.segment,
                    str(place.schema.get("description", "")),
                    self.packs.absolute(place),
                    place.source,
                )

    def sound(self, place: Place) -> bool:
        """Whether a plain schema has no finding; its findings are kept."""
        found = list(schema_findings(self.packs, place))
        self.findings += found
        return not found

    def shapes(self, file: ContractFile) -> Iterator[Table | Document | Stream | Binary]:
        """Every sound entry of the pack's sections."""
        for section in SECTIONS_OF_SHAPES:
            entries = file.value.get(section, {})
            for name, schema in entries.items() if isinstance(entries, dict) else ():
                if not isinstance(schema, dict):
                    continue
                place = Place(file, (section, name), schema)
                if not names.is_usable(name):
                    self.findings.append(
                        place.finding("NAME", f"{name!r} is no name", "use letters, digits and _")
                    )
                    continue
                shape: Table | Document | Stream | Binary | None
                match schema.get("type"):
                    case "table":
                        shape = self.table(place, name)
                    case "stream":
                        shape = self.stream(place, name)
                    case "binary":
                        shape = self.binary(place, name)
                    case _:
                        shape = self.document(place, name)
                if shape is not None:
                    yield shape

    def unknown_keys(self, place: Place, known: frozenset[str]) -> None:
        """A finding for each key of an entry that its kind does not know."""
        for key in place.schema:
            if key not in known:
                self.findings.append(
                    place.finding(
                        "UNKNOWN-KEY", f"unknown key {key!r}", f"use one of: {', '.join(sorted(known))}", key
                    )
                )

    def document(self, place: Place, name: str) -> Document | None:
        """A plain document."""
        if not self.sound(place):
            return None
        description = str(place.schema.get("description", place.schema.get("title", "")))
        return Document(
            place.ref,
            name,
            names.class_name(name),
            place.file.segment,
            description,
            self.packs.absolute(place),
            place.source,
        )

    def binary(self, place: Place, name: str) -> Binary | None:
        """A byte layout."""
        self.unknown_keys(place, _BINARY_KEYS)
        layout = place.schema.get("layout")
        fields = layout.get("fields") if isinstance(layout, dict) else None
        if (
            not isinstance(layout, dict)
            or layout.get("endianness") not in ("little", "big")
            or not isinstance(fields, list)
        ):
            message = "a binary needs layout: {endianness: little|big, fields: [{name, type, count}]}"
            self.findings.append(place.finding("BINARY", message, "write the layout"))
            return None
        for number, field in enumerate(fields):
            if not isinstance(field, dict) or set(field) != {"name", "type", "count"}:
                self.findings.append(
                    place.finding(
                        "BINARY",
                        "a field needs name, type and count",
                        "write all three",
                        "layout",
                        "fields",
                        number,
                    )
                )
                return None
        description = str(place.schema.get("description", ""))
        return Binary(
            place.ref, name, names.class_name(name), place.file.segment, description, layout, place.source
        )

    def stream(self, place: Place, name: str) -> Stream | None:
        """Records of one shape, with the table of the same columns where every property is a scalar."""
        self.unknown_keys(place, _STREAM_KEYS)
        if not isinstance(place.schema.get("record"), dict):
            self.findings.append(
                place.finding("STREAM", "a stream needs a record", "write record: with an object schema")
            )
            return None
        record = place.inner("record")
        if types_of(record.schema) != ("object",) or not record.schema.get("properties"):
            self.findings.append(
                record.finding("STREAM", "a record must be an object with properties", "list its properties")
            )
            return None
        if not self.sound(record):
            return None
        shown = str(place.schema.get("description", ""))
        segment, cls = place.file.segment, names.class_name(name)
        schema = self.packs.absolute(record)
        document = Document(record.ref, name, cls, segment, shown, schema, record.source)
        return Stream(
            place.ref,
            name,
            cls,
            segment,
            shown,
            document,
            self.record_table(place, record, name),
            place.source,
        )

    def record_table(self, place: Place, record: Place, name: str) -> Table | None:
        """The table whose columns are a record's properties; none where a property is not a scalar."""
        required = record.schema.get("required", [])
        columns = []
        for key in record.schema["properties"]:
            inner = record.inner("properties", key)
            if not names.is_usable(key) or key in names.TABLE_NAMES:
                return None
            merged = self.packs.merged(inner)
            types = types_of(merged)
            kinds = [kind for kind in types if kind != "null"]
            if len(kinds) != 1 or kinds[0] in ("object", "array"):
                return None
            if kinds[0] == "integer" and "arrow" not in merged:
                return None
            nullable = "null" in types or key not in required
            column = self.column(inner, key, {**merged, "type": kinds[0]}, nullable)
            if column is None:
                return None
            columns.append(column)
        ordering = self.orderings.get(place.ref, ())
        return Table(
            place.ref,
            name,
            names.class_name(name),
            place.file.segment,
            str(place.schema.get("description", "")),
            tuple(columns),
            (),
            ordering,
            tuple(column.name for column in columns if column.name in TOKEN_TYPES),
            place.source,
        )

    def table(self, place: Place, name: str) -> Table | None:
        """A table; a finding for each fault of its columns and keys."""
        self.unknown_keys(place, _TABLE_KEYS)
        schema = place.schema
        before = len(self.findings)
        for key in ("primary_key", "partition_keys", "sort_keys", "columns"):
            if not isinstance(schema.get(key), list):
                self.findings.append(
                    place.finding("TABLE", f"a table needs {key} as a list", "add it ([] when empty)")
                )
        if schema.get("columns_strict") is not True:
            self.findings.append(place.finding("TABLE", "a table needs columns_strict: true", "add it"))
        if not schema.get("description"):
            self.findings.append(
                place.finding(
                    "DESCRIPTION", "the table has no description", "say in one sentence what a row is"
                )
            )
        if not isinstance(schema.get("columns"), list):
            return None
        columns = []
        for number, item in enumerate(schema["columns"]):
            inner = place.inner("columns", number)
            if not isinstance(item, dict) or not isinstance(item.get("name"), str):
                self.findings.append(
                    inner.finding(
                        "COLUMN", "a column needs a name", "write {name, type or $ref, description}"
                    )
                )
                continue
            found = self.table_column(inner)
            if found is not None:
                columns.append(found)
        if len(self.findings) > before:
            return None
        known = [column.name for column in columns]
        for duplicate in sorted({key for key in known if known.count(key) > 1}):
            self.findings.append(
                place.finding("COLUMN", f"two columns are named {duplicate!r}", "rename one", "columns")
            )
        for key in ("primary_key", "sort_keys"):
            for column_name in schema[key]:
                if column_name not in known:
                    message = f"{key} names {column_name!r}, which is no column"
                    self.findings.append(place.finding("KEY", message, "name a column", key))
                elif next(c for c in columns if c.name == column_name).nullable:
                    self.findings.append(
                        place.finding(
                            "KEY", f"the key column {column_name!r} is nullable", "make it required", key
                        )
                    )
        if len(self.findings) > before:
            return None
        return Table(
            place.ref,
            name,
            names.class_name(name),
            place.file.segment,
            str(schema["description"]),
            tuple(columns),
            tuple(schema["primary_key"]),
            tuple(schema["sort_keys"]),
            tuple(schema["partition_keys"]),
            place.source,
        )

    def table_column(self, place: Place) -> Column | None:
        """A column as a table declares it."""
        schema = place.schema
        name = schema["name"]
        self.unknown_keys(place, _COLUMN_KEYS)
        if not names.is_usable(name) or name in names.TABLE_NAMES:
            self.findings.append(
                place.finding("NAME", f"{name!r} cannot be a column's name", "choose another", "name")
            )
            return None
        if not schema.get("description"):
            self.findings.append(
                place.finding("DESCRIPTION", f"the column {name!r} has no description", "add one sentence")
            )
        if not isinstance(schema.get("nullable", False), bool) or not isinstance(
            schema.get("constant", False), bool
        ):
            self.findings.append(
                place.finding("COLUMN", "nullable and constant are true or false", "write a boolean")
            )
            return None
        bare = Place(
            place.file, place.pointer, {k: v for k, v in schema.items() if k not in ("name", "nullable")}
        )
        if not self.sound(bare):
            return None
        merged = self.packs.merged(bare)
        return self.column(place, name, merged, bool(schema.get("nullable", False)))

    def column(self, place: Place, name: str, merged: JsonSchema, nullable: bool) -> Column | None:
        """A column of a merged scalar schema, its Arrow type decided."""
        json_types = types_of(merged)
        if len(json_types) != 1 or json_types[0] not in _HOLDS:
            message = f"a column's type is string, integer, number or boolean, not {list(json_types)}"
            self.findings.append(
                place.finding("COLUMN", message, "name one of them; nullable: true allows null")
            )
            return None
        json_type = json_types[0]
        storage = str(merged.get("storage", ""))
        declared = place.schema.get("arrow")
        arrow = (
            declared
            or (storage if storage in _TIMED else None)
            or merged.get("arrow")
            or _PLAIN.get(json_type)
        )
        if arrow is None or arrow not in ARROW:
            self.findings.append(
                place.finding(
                    "COLUMN", "an integer column needs arrow:", f"use one of {', '.join(_INTEGERS)}"
                )
            )
            return None
        timed = arrow in _TIMED
        if arrow not in _HOLDS[json_type] and not (json_type == "string" and timed):
            self.findings.append(
                place.finding("COLUMN", f"the Arrow type {arrow} cannot hold {json_type}", "mend one of them")
            )
            return None
        if storage == "delta" and arrow not in (*_INTEGERS, *_TIMED):
            self.findings.append(
                place.finding("STORAGE", f"delta cannot store {arrow}", "remove storage", "storage")
            )
            return None
        if storage == "byte_stream_split" and arrow == "bool":
            self.findings.append(
                place.finding("STORAGE", "byte_stream_split cannot store bool", "remove storage", "storage")
            )
            return None
        if "pattern" in merged and pattern_problem(str(merged["pattern"])) is not None:
            return None
        values = merged.get("enum", [merged["const"]] if "const" in merged else [])
        text = arrow == "string"
        return Column(
            name=name,
            type=arrow,
            nullable=nullable,
            constant=bool(merged.get("constant", False)),
            storage="" if storage in _TIMED else storage,
            description=str(merged.get("description", "")),
            unit=str(merged.get("unit", "")),
            source=place.source,
            minimum=merged.get("minimum"),
            maximum=merged.get("maximum"),
            exclusive_minimum=merged.get("exclusiveMinimum"),
            exclusive_maximum=merged.get("exclusiveMaximum"),
            enum=tuple(value for value in values if value is not None) if not timed else (),
            pattern=merged.get("pattern") if text else None,
            format=merged.get("format") if text else None,
            min_length=merged.get("minLength") if text else None,
            max_length=merged.get("maxLength") if text else None,
        )

    # -- dictionaries, registries, cards -------------------------------------------------------------------

    def datasets(self, file: ContractFile) -> list[Dataset]:
        """The datasets of one dictionary, references resolved."""
        found = []
        for number, item in self.entries(file):
            pointer = ("datasets", number)
            try:
                ref = self.packs.place(item["schema_ref"]).ref
                index = self.packs.place(item["index_schema"]) if "index_schema" in item else None
            except UnresolvedReference as error:
                self.findings.append(
                    file.finding(
                        (*pointer, "schema_ref"),
                        "REF",
                        f"unresolved reference: {error}",
                        "point at a schema that exists",
                    )
                )
                continue
            block = item.get("block", {})
            found.append(
                Dataset(
                    id=item["id"],
                    segment=file.segment,
                    layer=file.layer,
                    status=item["status"],
                    description=item["description"],
                    format=item["format"],
                    path=item["path"],
                    partitioning=tuple(item["partitioning"]),
                    ordering=tuple(item["ordering"]),
                    schema_ref=ref,
                    version=item["version"],
                    produced_by=item["produced_by"],
                    consumed_by=tuple(item["consumed_by"]),
                    retention_days=item["retention_days"],
                    licence=item["licence"],
                    pii=item["pii"],
                    source=file.source(pointer),
                    kind=self.artefact_kind(file.segment, item["id"]),
                    block_unit=block.get("unit", ""),
                    block_size=block.get("size", 0),
                    row_group_rows=item.get("row_group_rows", 0),
                    index_schema=index.ref if index is not None else "",
                    index_form=_index_form(index),
                    bundle_law=item.get("bundle_law", ""),
                    flag_form=item.get("flag_form", ""),
                    rng_families=tuple(item.get("rng_families", ())),
                    ordered_within=item.get("ordered_within", "partition"),
                )
            )
        return found

    def artefact_kind(self, segment: str, dataset: str) -> str:
        """The kind under which the segment's registry lists a dataset."""
        for file in self.loaded.of_kind("artefact_registry"):
            if file.segment == segment:
                for _, item in self.entries(file):
                    if item["dataset_id"] == dataset:
                        return str(item["kind"])
        return "dataset"

    def artefacts(self, file: ContractFile) -> Iterator[Artefact]:
        """The artefacts of one registry."""
        for number, item in self.entries(file):
            yield Artefact(**item, source=file.source(("artifacts", number)))

    def states(self, file: ContractFile) -> Iterator[State]:
        """The cards of one file."""
        for number, item in self.entries(file):
            pointer = ("states", number)
            segment, _, step = item["id"].partition(".S")
            if segment != file.segment:
                self.findings.append(
                    file.finding(
                        (*pointer, "id"),
                        "SHAPE",
                        f"{item['id']} is no state of {file.segment}",
                        f"write {file.segment}.S…",
                    )
                )
                continue
            cli = item.get("cli", {})
            yield State(
                id=item["id"],
                segment=segment,
                layer=file.layer,
                number=int(step),
                name=item["name"],
                class_name=names.state_class(item["id"]),
                title=item["title"],
                kind=item["kind"],
                scope=tuple(item["scope"]),
                reads=tuple(
                    Read(
                        read["dataset"],
                        read["via"],
                        read["optional"],
                        read["scope"],
                        read.get("when_absent", ""),
                        file.source((*pointer, "reads", place)),
                    )
                    for place, read in enumerate(item["reads"])
                ),
                writes=tuple(item["writes"]),
                rng=tuple(
                    RngFamily(
                        family=family["family"],
                        event_dataset=family["event_dataset"] or "",
                        draws=family["draws"],
                        blocks=family["blocks"],
                        source=file.source((*pointer, "rng", place)),
                    )
                    for place, family in enumerate(item["rng"])
                ),
                identity=tuple(item["identity"]),
                validators=tuple(self.validators(file, item, pointer)),
                errors=tuple(self.errors(file, item, pointer)),
                cli_command=cli.get("command", ""),
                cli_help=cli.get("help", ""),
                cli_example=cli.get("example", ""),
                source=file.source(pointer),
            )

    def validators(
        self, file: ContractFile, item: dict[str, Any], pointer: tuple[str | int, ...]
    ) -> Iterator[Validator]:
        """The validators of one card."""
        known = {error["code"] for error in item["errors"]}
        for place, validator in enumerate(item["validators"]):
            here = (*pointer, "validators", place)
            shared = validator.get("shared", "")
            if shared and shared not in SHARED_CHECKS:
                message = f"{shared!r} is no check of the state runner"
                self.findings.append(
                    file.finding(
                        (*here, "shared"), "SHARED", message, f"use one of {', '.join(SHARED_CHECKS)}"
                    )
                )
            codes = []
            for code in validator["codes"]:
                if code not in known:
                    message = f"{item['id']} {validator['id']} names the code {code!r}, which the card does not declare"
                    self.findings.append(
                        file.finding((*here, "codes"), "CODE", message, "add the code to errors, or mend it")
                    )
                else:
                    codes.append(code)
            method = "" if shared else names.method_name(validator["id"], validator["title"])
            yield Validator(
                id=validator["id"],
                title=validator["title"],
                severity=validator["severity"],
                codes=tuple(codes),
                shared=shared,
                method=method,
                datasets=tuple(validator.get("datasets", ())),
                source=file.source(here),
                covered_by=validator.get("covered_by", ""),
            )

    def errors(
        self, file: ContractFile, item: dict[str, Any], pointer: tuple[str | int, ...]
    ) -> Iterator[ErrorCode]:
        """The codes of one card, in full form."""
        segment, _, step = item["id"].partition(".")
        for place, error in enumerate(item["errors"]):
            full = (
                f"{segment}-{step}-{error['code']}"
                if file.layer == 1
                else f"{segment}.{step}.{error['name']}"
            )
            yield _error(item["id"], full, error, file.source((*pointer, "errors", place)))

    def engine_errors(self, file: ContractFile) -> Iterator[ErrorCode]:
        """The engine's own codes, by group."""
        groups = file.value.get("groups", []) if isinstance(file.value, dict) else []
        broken = self.broken.get(file.path, set())
        for number, group in enumerate(groups if isinstance(groups, list) else []):
            if any(pointer[:2] == ("groups", number) for pointer in broken):
                continue
            for place, error in enumerate(group["errors"]):
                yield _error(
                    group["id"], error["code"], error, file.source(("groups", number, "errors", place))
                )


def _error(owner: str, full: str, error: dict[str, Any], source: Source) -> ErrorCode:
    return ErrorCode(
        owner=owner,
        code=error["code"],
        full=full,
        name=error["name"],
        kind=error["kind"],
        message=error["message"],
        context=tuple(error["context"]),
        remedy=error["remedy"],
        source=source,
    )


def _source_file(file: ContractFile) -> SourceFile:
    return SourceFile(file.kind, file.path, file.sha256_hex)


def _segment_order(item: tuple[str, int]) -> tuple[int, bool, str]:
    segment, layer = item
    return (layer, not segment.startswith("layer"), segment)


def _index_form(index: Place | None) -> str:
    """`array` or `entries`, as the index schema of a bundle says; empty for anything else."""
    if index is None:
        return ""
    return "array" if index.schema.get("type") == "array" else "entries"
