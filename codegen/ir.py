"""The contracts as the emitters see them: frozen values with every reference resolved and every name checked."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, TypeAlias

JSON: TypeAlias = "bool | int | float | str | list[JSON] | dict[str, JSON] | None"


@dataclass(frozen=True, slots=True)
class Source:
    """Where in the contracts something is declared."""

    file: str
    line: int
    pointer: str


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a table, with its reference resolved into plain constraints."""

    name: str
    type: str
    nullable: bool
    constant: bool
    storage: str
    description: str
    unit: str
    source: Source
    minimum: int | float | None = None
    maximum: int | float | None = None
    exclusive_minimum: int | float | None = None
    exclusive_maximum: int | float | None = None
    enum: tuple[Any, ...] = ()
    pattern: str | None = None
    format: str | None = None
    min_length: int | None = None
    max_length: int | None = None


@dataclass(frozen=True, slots=True)
class Table:
    """A table schema."""

    ref: str
    name: str
    class_name: str
    segment: str
    description: str
    columns: tuple[Column, ...]
    primary_key: tuple[str, ...]
    sort_keys: tuple[str, ...]
    partition_keys: tuple[str, ...]
    source: Source


@dataclass(frozen=True, slots=True)
class Document:
    """A JSON or YAML document; `schema` is its JSON Schema with every reference kept as `<pack>#<pointer>`."""

    ref: str
    name: str
    class_name: str
    segment: str
    description: str
    schema: dict[str, Any]
    source: Source


@dataclass(frozen=True, slots=True)
class Stream:
    """Records of one shape, stored as JSON Lines or as a table of the same columns."""

    ref: str
    name: str
    class_name: str
    segment: str
    description: str
    record: Document
    table: Table | None
    source: Source


@dataclass(frozen=True, slots=True)
class Binary:
    """A named byte layout."""

    ref: str
    name: str
    class_name: str
    segment: str
    description: str
    layout: dict[str, Any]
    source: Source


Shape: TypeAlias = "Table | Document | Stream | Binary"


@dataclass(frozen=True, slots=True)
class Dataset:
    """One entry of a dataset dictionary; `shape` is what its schema_ref points to."""

    id: str
    segment: str
    layer: int
    status: str
    description: str
    format: str
    path: str
    partitioning: tuple[str, ...]
    ordering: tuple[str, ...]
    schema_ref: str
    version: str
    produced_by: str
    consumed_by: tuple[str, ...]
    retention_days: int
    licence: str
    pii: bool
    source: Source
    kind: str = "dataset"
    block_unit: str = ""
    block_size: int = 0
    row_group_rows: int = 0
    index_schema: str = ""
    index_form: str = ""
    bundle_law: str = ""
    flag_form: str = ""
    rng_families: tuple[str, ...] = ()
    ordered_within: str = "partition"
    """`part` where `ordering` holds inside each part file alone, and not from one to the next."""


@dataclass(frozen=True, slots=True)
class Artefact:
    """One entry of an artefact registry."""

    artifact_id: str
    manifest_key: str
    kind: str
    dataset_id: str
    semver: str
    owner: str
    licence: str
    digest: str
    source: Source


@dataclass(frozen=True, slots=True)
class Read:
    """One input that a card declares."""

    dataset: str
    via: str
    optional: bool
    scope: str
    when_absent: str
    source: Source


@dataclass(frozen=True, slots=True)
class RngFamily:
    """One family of random streams that a card declares."""

    family: str
    event_dataset: str
    draws: str
    blocks: str
    source: Source


@dataclass(frozen=True, slots=True)
class Validator:
    """One validator of a card; `shared` names a check of the state runner, else `method` names the state's own.

    `covered_by` names the validator whose codes one without codes of its own reports under.
    """

    id: str
    title: str
    severity: str
    codes: tuple[str, ...]
    shared: str
    method: str
    datasets: tuple[str, ...]
    source: Source
    covered_by: str = ""


@dataclass(frozen=True, slots=True)
class ErrorCode:
    """One error code: of a card, or of the engine where `owner` is a group's name."""

    owner: str
    code: str
    full: str
    name: str
    kind: str
    message: str
    context: tuple[str, ...]
    remedy: str
    source: Source


@dataclass(frozen=True, slots=True)
class State:
    """One state card."""

    id: str
    segment: str
    layer: int
    number: int
    name: str
    class_name: str
    title: str
    kind: str
    scope: tuple[str, ...]
    reads: tuple[Read, ...]
    writes: tuple[str, ...]
    rng: tuple[RngFamily, ...]
    identity: tuple[str, ...]
    validators: tuple[Validator, ...]
    errors: tuple[ErrorCode, ...]
    cli_command: str
    cli_help: str
    cli_example: str
    source: Source


@dataclass(frozen=True, slots=True)
class Definition:
    """A named schema of a pack's `$defs`; `schema` keeps every reference as `<pack>#<pointer>`."""

    ref: str
    name: str
    class_name: str
    segment: str
    description: str
    schema: dict[str, Any]
    source: Source


@dataclass(frozen=True, slots=True)
class SourceFile:
    """One contract file and the SHA-256 of its bytes."""

    kind: str
    path: str
    sha256_hex: str


@dataclass(frozen=True, slots=True)
class Segment:
    """Everything that one segment's contract files declare."""

    id: str
    layer: int
    dictionary_version: str
    registry_version: str
    states_version: str
    files: tuple[SourceFile, ...]
    definitions: tuple[Definition, ...]
    tables: tuple[Table, ...]
    documents: tuple[Document, ...]
    streams: tuple[Stream, ...]
    binaries: tuple[Binary, ...]
    datasets: tuple[Dataset, ...]
    artefacts: tuple[Artefact, ...]
    states: tuple[State, ...]


@dataclass(frozen=True, slots=True)
class Contracts:
    """The whole catalogue.

    `segments` are in order of layer and id; shared packs are the segments `layer1` and `layer2`.
    """

    segments: tuple[Segment, ...]
    engine_errors: tuple[ErrorCode, ...]
    error_files: tuple[SourceFile, ...] = ()
    errors_version: str = ""

    @property
    def datasets(self) -> dict[str, Dataset]:
        """Every dataset by id."""
        return {dataset.id: dataset for segment in self.segments for dataset in segment.datasets}

    @property
    def states(self) -> dict[str, State]:
        """Every state by id."""
        return {state.id: state for segment in self.segments for state in segment.states}

    @property
    def shapes(self) -> dict[str, Shape]:
        """Every table, document, stream and binary by reference."""
        found: dict[str, Shape] = {}
        for segment in self.segments:
            found |= {table.ref: table for table in segment.tables}
            found |= {document.ref: document for document in segment.documents}
            found |= {stream.ref: stream for stream in segment.streams}
            found |= {binary.ref: binary for binary in segment.binaries}
        return found

    @property
    def definitions(self) -> dict[str, Definition]:
        """Every shared definition by reference."""
        return {definition.ref: definition for segment in self.segments for definition in segment.definitions}
