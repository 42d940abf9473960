"""State cards: what a state reads and writes, its validators and its codes, as the generated code states them."""

from __future__ import annotations

from abc import ABC
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar, Final, Generic, TypeAlias, TypeVar

from codegen.runtime.errors import ErrorCode
from codegen.runtime.findings import Finding
from codegen.runtime.paths import DatasetPath

SHARED_CHECKS: Final = (
    "s0_receipt",
    "dictionary_resolution",
    "partition_selection",
    "sealed_inputs",
    "output_shape",
    "key_unique",
    "writer_order",
    "created_utc",
    "path_embed",
    "write_once",
    "idempotent_reemit",
    "no_extra_reads",
)
"""Checks that the state runner performs for every state; a card names the codes under which it reports them."""


@dataclass(frozen=True, slots=True)
class DatasetSpec:
    """One entry of a dataset dictionary: where a dataset lives and how it is stored.

    `shape` is the import path of its generated class (`generated.tables.s2b:S3DayEffects`), or empty for
    bytes and folders.
    """

    id: str
    segment: str
    layer: int
    required: bool
    format: str
    path: DatasetPath
    schema_ref: str
    shape: str
    kind: str
    version: str
    produced_by: str
    ordering: tuple[str, ...] = ()
    ordered_within: str = "partition"
    """`part` where the order holds inside each part file alone, and not from one to the next."""
    block_unit: str = ""
    block_size: int = 0
    row_group_rows: int = 0
    bundle_law: str = ""
    flag_form: str = ""
    index_schema: str = ""
    index_form: str = ""
    rng_families: tuple[str, ...] = ()
    """The random streams of a dataset that no state makes; a state's are on its card."""
    contract_digest: str = ""
    """Of a dataset with random streams of its own: moves when its entry or its shape does, as a card's does."""
    manifest_key: str = ""
    """Its key in the artefact registry."""


@dataclass(frozen=True, slots=True)
class Read:
    """One declared input of a state."""

    dataset: DatasetSpec
    via: str
    optional: bool
    scope: str


@dataclass(frozen=True, slots=True)
class ValidatorSpec:
    """One validator of a card; `shared` names the runner's check that performs it, `method` the state's own.

    `datasets` limits a shared check to some of the state's outputs; empty means all of them.
    """

    id: str
    title: str
    severity: str
    codes: tuple[ErrorCode, ...]
    shared: str = ""
    method: str = ""
    datasets: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SealedPartition:
    """One partition of a sealed input: where it lies and the digest of its bytes.

    `sha256_hex` is a file's SHA-256 or a folder's folder digest; `content_digest` is a table's, else empty.
    """

    path: str
    partition: Mapping[str, str]
    sha256_hex: str
    content_digest: str = ""


@dataclass(frozen=True, slots=True)
class GateInput:
    """One input that a gate state seals: where it lies, its digest and its version.

    `sha256_hex` is a file's SHA-256 or a folder's folder digest; `bundle_digest` is the flag's digest for
    bundles and flags, else empty. Where a token such as scenario_id splits the dataset, `path` is the template,
    `partition` holds the tokens that the run fixes, and `sha256_hex` is the digest of the partitions' digests.
    """

    dataset: str
    path: str
    partition: Mapping[str, str]
    schema_ref: str
    sha256_hex: str
    version_tag: str
    bundle_digest: str = ""
    content_digest: str = ""
    """A table's content digest where nothing splits it, else empty."""
    split: Mapping[str, SealedPartition] = field(default_factory=dict)
    """The partition of each value of the token that splits the dataset, ascending; none where nothing does."""
    values: tuple[str, ...] = ()
    """The keys of a table that lists what a splitting token may be, as they stand there; none for other inputs."""

    @property
    def partitions(self) -> tuple[SealedPartition, ...]:
        """Every partition that was sealed: one a value where a token splits the dataset, else the only one."""
        whole = SealedPartition(self.path, self.partition, self.sha256_hex, self.content_digest)
        return tuple(self.split.values()) or (whole,)


@dataclass(frozen=True, slots=True)
class RngFamily:
    """One family of random streams that a state draws from."""

    family: str
    event_dataset: str
    draws: str
    blocks: str


@dataclass(frozen=True, slots=True)
class StateCard:
    """A state as its contract describes it. `contract_digest` moves when the card or a dataset that it touches does."""

    id: str
    segment: str
    layer: int
    number: int
    name: str
    title: str
    kind: str
    scope: tuple[str, ...]
    reads: tuple[Read, ...]
    writes: tuple[DatasetSpec, ...]
    rng: tuple[RngFamily, ...]
    identity: tuple[str, ...]
    validators: tuple[ValidatorSpec, ...]
    errors: Mapping[str, ErrorCode]
    contract_digest: str

    @property
    def module(self) -> str:
        """The engine module that holds the state's law."""
        package = "world" if self.kind == "world" else f"s{self.segment.lower()}"
        stem = (
            f"s{self.segment.lower()}_{self.name}" if self.kind == "world" else f"s{self.number}_{self.name}"
        )
        return f"engine.{package}.{stem}"

    def shared(self, check: str) -> tuple[ValidatorSpec, ...]:
        """The validators that the runner's check of that name performs."""
        return tuple(validator for validator in self.validators if validator.shared == check)

    def named_error(self, names: Iterable[str]) -> ErrorCode:
        """The card's code of the first of these names that it has; segments name the same situation differently.

        Raises:
            LookupError: the card has a code of none of these names.
        """
        for name in names:
            for code in self.errors.values():
                if code.name == name:
                    return code
        raise LookupError(f"{self.id} has no error named {' or '.join(names)}")


PublishedRecords: TypeAlias = Mapping[str, Mapping[str, Any]]
"""Publish records by dataset id."""
MembersByPath: TypeAlias = Mapping[str, bytes] | Mapping[str, tuple[str, bytes]]
"""A bundle's members by path: their bytes, or, where the bundle's index states roles, (role, bytes)."""
BundleMembers: TypeAlias = MembersByPath | Callable[[PublishedRecords], MembersByPath]
"""A bundle's members; or the function that makes them from the publish records of the state's other outputs."""

InputsT = TypeVar("InputsT")
OutputsT = TypeVar("OutputsT")


class StateValidators(ABC, Generic[InputsT, OutputsT]):
    """Base of the generated validator classes: one abstract method per validator that is the state's own.

    An instance is made once a run of the state with its inputs; each method is then called with the outputs of each
    block (a state that is not blocked has one block) and yields the findings of all rows of that block.
    """

    CARD: ClassVar[StateCard]

    def __init__(self, inputs: InputsT, run: Any) -> None:
        self.inputs = inputs
        self.run = run

    def findings(self, validator: ValidatorSpec, outputs: OutputsT) -> Iterable[Finding]:
        """The findings of one validator over the outputs of one block."""
        method = getattr(self, validator.method)
        return method(outputs)  # type: ignore[no-any-return]
