"""What the contracts say about one thing, or a list of things, as lines for a person and values for a machine."""

from __future__ import annotations

import difflib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from codegen.digest import plain
from codegen.ir import (
    Artefact,
    Binary,
    Contracts,
    Dataset,
    Document,
    ErrorCode,
    Shape,
    Source,
    State,
    Stream,
    Table,
    Validator,
)
from codegen.schemas import JsonSchema, types_of

KINDS: Final = ("datasets", "policies", "states", "codes")


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a list."""

    id: str
    words: str
    source: Source

    def as_json(self) -> dict[str, Any]:
        """Plain values."""
        return {"id": self.id, "description": self.words, "file": self.source.file, "line": self.source.line}


@dataclass(frozen=True, slots=True)
class Entry:
    """Everything about one thing."""

    kind: str
    id: str
    source: Source
    lines: tuple[str, ...]
    value: Any

    def as_json(self) -> dict[str, Any]:
        """Plain values."""
        return {
            "kind": self.kind,
            "id": self.id,
            "file": self.source.file,
            "line": self.source.line,
            "content": self.value,
        }


def listed(contracts: Contracts, kind: str | None) -> dict[str, list[Row]]:
    """Datasets, policies, states and codes, each in order of id, or only those of one kind."""
    datasets = sorted(
        contracts.datasets.values(), key=lambda dataset: (dataset.layer, dataset.segment, dataset.id)
    )
    states = contracts.states.values()
    errors = [*(error for state in states for error in state.errors), *contracts.engine_errors]
    rows = {
        "datasets": [Row(d.id, d.description, d.source) for d in datasets if d.kind != "policy"],
        "policies": [Row(d.id, d.description, d.source) for d in datasets if d.kind == "policy"],
        "states": [Row(state.id, f"{state.title} ({state.kind})", state.source) for state in states],
        "codes": [Row(error.full, f"{error.name}: {error.remedy}", error.source) for error in errors],
    }
    return {name: found for name, found in rows.items() if kind in (None, name)}


def shown(contracts: Contracts, name: str) -> list[Entry]:
    """Every thing of that id: dataset, policy, state, `2B.S3 V-06` or `V-06`, code in full, short or by name."""
    return [
        *_datasets(contracts, name),
        *_states(contracts, name),
        *_validators(contracts, name),
        *_codes(contracts, name),
    ]


def similar(contracts: Contracts, name: str) -> list[str]:
    """Up to three ids that look like `name`."""
    known = [row.id for rows in listed(contracts, None).values() for row in rows]
    return difflib.get_close_matches(name, known, n=3)


def _datasets(contracts: Contracts, name: str) -> Iterator[Entry]:
    dataset = contracts.datasets.get(name)
    if dataset is None:
        return
    shape = contracts.shapes.get(dataset.schema_ref)
    artefact = next((a for s in contracts.segments for a in s.artefacts if a.dataset_id == name), None)
    value = {
        "dataset": plain(dataset, prose=True),
        "artefact": plain(artefact, prose=True),
        "schema": plain(shape, prose=True),
    }
    lines = (*_dataset_lines(dataset, artefact), "", *_shape_lines(contracts, shape))
    yield Entry("policy" if dataset.kind == "policy" else "dataset", name, dataset.source, lines, value)


def _dataset_lines(dataset: Dataset, artefact: Artefact | None) -> Iterator[str]:
    yield dataset.description
    yield f"path          {dataset.path}"
    yield f"format        {dataset.format}, {dataset.status}, {dataset.kind}"
    yield f"schema        {dataset.schema_ref}"
    yield f"version       {dataset.version}" + (
        f", artefact {artefact.manifest_key} {artefact.semver}" if artefact else ""
    )
    yield f"produced by   {dataset.produced_by}"
    yield f"consumed by   {', '.join(dataset.consumed_by) or 'nobody'}"
    if dataset.ordering:
        inside = ", inside each part" if dataset.ordered_within == "part" else ""
        yield f"ordering      {', '.join(dataset.ordering)}{inside}"
    if dataset.block_size:
        yield f"blocks        {dataset.block_size} {dataset.block_unit}, row groups of {dataset.row_group_rows} rows"
    if dataset.bundle_law:
        yield f"bundle        {dataset.bundle_law}, {dataset.flag_form} flag, index {dataset.index_schema}"
    if dataset.rng_families:
        yield f"draws from    {', '.join(dataset.rng_families)}"
    personal = "personal" if dataset.pii else "no personal"
    yield f"kept          {dataset.retention_days} days, licence {dataset.licence}, {personal} data"
    if artefact is not None:
        yield f"owner         {artefact.owner}, digest {artefact.digest}"


def _shape_lines(contracts: Contracts, shape: Shape | None) -> Iterator[str]:
    if isinstance(shape, Table):
        key = ", ".join(shape.primary_key) or "none"
        yield f"table {shape.name} ({shape.source.file}:{shape.source.line}), key ({key})"
        for column in shape.columns:
            law = constraint_words(column)
            type_ = column.type + (" or null" if column.nullable else "")
            yield f"  {column.name:<24} {type_:<24} {column.description}{law}"
    elif isinstance(shape, Stream):
        yield f"records of {shape.name} ({shape.source.file}:{shape.source.line})"
        yield from property_lines(contracts, shape.record.schema, "  ")
    elif isinstance(shape, Document):
        yield f"document {shape.name} ({shape.source.file}:{shape.source.line})"
        yield from property_lines(contracts, shape.schema, "  ")
    elif isinstance(shape, Binary):
        yield f"bytes of {shape.name}, {shape.layout['endianness']} endian ({shape.source.file}:{shape.source.line})"
        for field in shape.layout["fields"]:
            yield f"  {field['name']:<24} {field['type']} x {field['count']}"


def constraint_words(column: Any) -> str:
    """The constraints of a column in brackets, or nothing."""
    words = []
    for key, sign in (
        ("minimum", ">="),
        ("exclusive_minimum", ">"),
        ("maximum", "<="),
        ("exclusive_maximum", "<"),
    ):
        if getattr(column, key) is not None:
            words.append(f"{sign} {getattr(column, key)}")
    if column.enum:
        words.append("one of " + ", ".join(map(str, column.enum)))
    if column.pattern:
        words.append(f"matches {column.pattern}")
    if column.constant:
        words.append("one value in every row")
    if column.unit:
        words.append(f"unit {column.unit}")
    return f" [{'; '.join(words)}]" if words else ""


def property_lines(contracts: Contracts, schema: JsonSchema, indent: str) -> Iterator[str]:
    """The properties of a schema, nested ones indented; shared definitions are named, not repeated."""
    required = schema.get("required", [])
    for name, inner in schema.get("properties", {}).items():
        need = "" if name in required else ", may be absent"
        yield f"{indent}{name}: {type_words(inner)}{need}  {inner.get('description', '')}".rstrip()
        yield from property_lines(contracts, inner, indent + "  ")
        if isinstance(inner.get("items"), dict):
            yield from property_lines(contracts, inner["items"], indent + "  ")
    if not schema.get("properties"):
        yield f"{indent}{type_words(schema)}"
        if isinstance(schema.get("items"), dict):
            yield from property_lines(contracts, schema["items"], indent + "  ")


def type_words(schema: JsonSchema) -> str:
    """The type and constraints of a schema in words."""
    if "$ref" in schema:
        return str(schema["$ref"]).rsplit("/", 1)[-1]
    if "oneOf" in schema:
        return "one of " + ", ".join(type_words(option) for option in schema["oneOf"])
    if "const" in schema:
        return f"always {schema['const']!r}"
    if "enum" in schema:
        return "one of " + ", ".join(map(repr, schema["enum"]))
    words = " or ".join(types_of(schema)) or "anything"
    bounds = [
        f"{sign} {schema[key]}"
        for key, sign in (
            ("minimum", ">="),
            ("exclusiveMinimum", ">"),
            ("maximum", "<="),
            ("exclusiveMaximum", "<"),
            ("minLength", "length >="),
            ("maxLength", "length <="),
            ("minItems", "items >="),
            ("maxItems", "items <="),
            ("pattern", "matches"),
        )
        if key in schema
    ]
    inner = schema.get("items") or schema.get("additionalProperties")
    of = f" of {type_words(inner)}" if isinstance(inner, dict) and not inner.get("properties") else ""
    return words + of + (f" ({', '.join(bounds)})" if bounds else "")


def _states(contracts: Contracts, name: str) -> Iterator[Entry]:
    state = contracts.states.get(name)
    if state is not None:
        yield Entry("state", name, state.source, tuple(_state_lines(state)), plain(state, prose=True))


def _state_lines(state: State) -> Iterator[str]:
    yield f"{state.title} ({state.kind}), scope ({', '.join(state.scope)}), identity ({', '.join(state.identity)})"
    if state.cli_command:
        yield f"{state.cli_help} Example: {state.cli_example}"
    yield "reads"
    for read in state.reads:
        optional = f", optional: {read.when_absent}" if read.optional else ""
        yield f"  {read.dataset:<32} via {read.via}, {read.scope}{optional}"
    yield "writes"
    for dataset in state.writes:
        yield f"  {dataset}"
    if state.rng:
        yield "random streams"
        for family in state.rng:
            log = family.event_dataset or "no stored events"
            yield f"  {family.family:<32} {family.draws} draws, {family.blocks} blocks, {log}"
    yield "validators"
    for validator in state.validators:
        yield f"  {_validator_words(validator)}"
    yield "codes"
    for error in state.errors:
        yield f"  {error.full:<40} {error.name} ({error.kind})"


def _validator_words(validator: Validator) -> str:
    by = f", by the runner's {validator.shared}" if validator.shared else ""
    codes = ", ".join(validator.codes) or f"those of {validator.covered_by}"
    return f"{validator.id}  {validator.title} ({validator.severity}; codes {codes}{by})"


def _validators(contracts: Contracts, name: str) -> Iterator[Entry]:
    for state in contracts.states.values():
        for validator in state.validators:
            if name in (f"{state.id} {validator.id}", f"{state.id}.{validator.id}", validator.id):
                lines = (
                    _validator_words(validator),
                    *(
                        f"{error.full} {error.name}: {error.message}"
                        for error in state.errors
                        if error.code in validator.codes
                    ),
                )
                value = {"state": state.id, **plain(validator, prose=True)}
                yield Entry("validator", f"{state.id} {validator.id}", validator.source, lines, value)


def _codes(contracts: Contracts, name: str) -> Iterator[Entry]:
    owned = [(error, state) for state in contracts.states.values() for error in state.errors]
    for error, state in [*owned, *((error, None) for error in contracts.engine_errors)]:
        if name in (error.full, error.name):
            yield Entry(
                "code", error.full, error.source, tuple(_code_lines(error, state)), plain(error, prose=True)
            )


def _code_lines(error: ErrorCode, state: State | None) -> Iterator[str]:
    from codegen.runtime.errors import EXIT_CODES

    yield f"{error.name}, kind {error.kind}, exit code {EXIT_CODES[error.kind]}"
    yield f"message   {error.message}"
    yield f"context   {', '.join(error.context)}"
    yield f"remedy    {error.remedy}"
    if state is not None:
        raised = [v.id for v in state.validators if error.code in v.codes]
        yield f"raised by {state.id} {', '.join(raised) or 'outside its validators'}"
