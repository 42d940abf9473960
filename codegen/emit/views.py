"""What templates lay out: the catalogue's values with every word of Python already chosen."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from codegen import names
from codegen.digest import dataset_digest, state_digest
from codegen.ir import (
    Column,
    Contracts,
    Dataset,
    Document,
    ErrorCode,
    Read,
    Segment,
    State,
    Stream,
    Table,
)
from codegen.runtime.paths import RUN_TOKENS

TOKEN_PYTHON: Final = {"seed": "int"}
"""Python type of a path token; every other is text."""
_ARRAYS: Final = {
    "uint64": "np.uint64",
    "int64": "np.int64",
    "int32": "np.int32",
    "uint32": "np.uint32",
    "uint16": "np.uint16",
    "uint8": "np.uint8",
    "float64": "np.float64",
    "bool": "np.bool_",
    "date32": "np.datetime64",
    "timestamp_us_utc": "np.datetime64",
    "timestamp_us": "np.datetime64",
}
_ONE: Final = {"float64": "float", "bool": "bool | np.bool_"}
_SPEC_DEFAULTS: Final = {
    "nullable": False,
    "constant": False,
    "storage": "",
    "minimum": None,
    "maximum": None,
    "exclusive_minimum": None,
    "exclusive_maximum": None,
    "enum": (),
    "pattern": None,
    "format": None,
    "min_length": None,
    "max_length": None,
}


@dataclass(frozen=True, slots=True)
class ColumnView:
    """A column with its Python types and the arguments of its `ColumnSpec`."""

    column: Column
    reader: str
    returns: str
    accepts: str
    arguments: tuple[tuple[str, object], ...]
    words: str

    @classmethod
    def of(cls, column: Column) -> ColumnView:
        """The view of one column."""
        words = f"{column.description} Unit: {column.unit}.".strip() if column.unit else column.description
        given = tuple(
            (name, getattr(column, name))
            for name, usual in _SPEC_DEFAULTS.items()
            if getattr(column, name) != usual
        )
        if column.type == "string":
            return cls(column, "_texts", "TextColumn", "TextLike", given, words)
        item = _ARRAYS[column.type]
        masked = f"np.ma.MaskedArray[Any, np.dtype[{item}]]"
        returns = masked if column.nullable else f"NDArray[{item}]"
        accepts = f"{masked} | NDArray[{item}]" if column.nullable else f"NDArray[{item}]"
        if column.constant:
            one = "np.datetime64" if item == "np.datetime64" else _ONE.get(column.type, f"int | {item}")
            accepts = f"{accepts} | {one}"
        return cls(column, "_masked" if column.nullable else "_values", returns, accepts, given, words)


@dataclass(frozen=True, slots=True)
class TableView:
    """A table class and the dataset that it belongs to."""

    table: Table
    dataset: str
    row_group_rows: int
    columns: tuple[ColumnView, ...]


@dataclass(frozen=True, slots=True)
class FieldView:
    """One field of a state's inputs or outputs."""

    name: str
    type: str
    optional: bool
    words: str


@dataclass(frozen=True, slots=True)
class StateView:
    """A state with the types of its fields and its digest."""

    state: State
    inputs: tuple[FieldView, ...]
    outputs: tuple[FieldView, ...]
    digest: str

    @property
    def is_gate(self) -> bool:
        """Whether the state seals inputs rather than reads them."""
        return self.state.kind == "gate"


class Views:
    """The views of one catalogue."""

    def __init__(self, contracts: Contracts) -> None:
        self.contracts = contracts

    @cached_property
    def users(self) -> dict[str, list[Dataset]]:
        """The datasets of each shape, in order of id."""
        found: dict[str, list[Dataset]] = {}
        for dataset in sorted(self.contracts.datasets.values(), key=lambda dataset: dataset.id):
            found.setdefault(dataset.schema_ref, []).append(dataset)
        return found

    def tables(self, segment: Segment) -> list[TableView]:
        """The table classes of a segment: its tables, and its streams that some dataset keeps as Parquet."""
        found = [self.table(table) for table in segment.tables]
        for stream in segment.streams:
            users = self.users.get(stream.ref, [])
            if stream.table is not None and any(user.format == "parquet" for user in users):
                found.append(self.table(stream.table))
        return found

    def table(self, table: Table) -> TableView:
        """One table class; where datasets share the shape, their row groups are the same."""
        users = [user for user in self.users.get(table.ref, []) if user.format == "parquet"]
        dataset = users[0].id if len(users) == 1 else table.name
        rows = users[0].row_group_rows if users else 1 << 20
        return TableView(table, dataset, rows, tuple(ColumnView.of(column) for column in table.columns))

    def shape_path(self, dataset: Dataset) -> str:
        """Import path of the class of a dataset's content; empty for bytes, text and folders."""
        shape = self.contracts.shapes.get(dataset.schema_ref)
        module = names.module_name(shape.segment) if shape is not None else ""
        if isinstance(shape, Table) or (isinstance(shape, Stream) and dataset.format == "parquet"):
            return f"generated.tables.{module}:{shape.class_name}"
        if isinstance(shape, Document | Stream) and dataset.format in ("json", "yaml", "jsonl"):
            return f"generated.models.{module}:{shape.class_name}"
        return ""

    def type_of(self, dataset: Dataset, *, output: bool) -> str:
        """The Python type under which a state meets a dataset."""
        path = self.shape_path(dataset)
        if not path:
            if dataset.kind == "bundle" or dataset.format == "folder":
                return "BundleMembers" if output else "Path"
            return "str" if dataset.format == "text" else "bytes"
        module, _, cls = path.removeprefix("generated.").partition(":")
        name = f"{module.replace('.', '_')}.{cls}"
        if module.startswith("tables."):
            found = name if output else f"PartitionedTable[{name}]"
        else:
            found = f"Sequence[{name}]" if dataset.format == "jsonl" else name
        split = any(token not in RUN_TOKENS for token in dataset.partitioning)
        return f"Mapping[str, {found}]" if split else found

    def state(self, state: State) -> StateView:
        """A state with its fields."""
        return StateView(
            state,
            tuple(self.input_field(state, read) for read in state.reads),
            tuple(
                FieldView(
                    dataset.id,
                    self.type_of(dataset, output=True),
                    dataset.status == "optional",
                    dataset.description,
                )
                for dataset in (self.contracts.datasets[name] for name in state.writes)
                if dataset.kind != "flag"
            ),
            state_digest(self.contracts, state),
        )

    def input_field(self, state: State, read: Read) -> FieldView:
        """One input of a state."""
        dataset = self.contracts.datasets[read.dataset]
        sealed = (
            state.kind == "gate" and read.via != "policy"
        )  # a gate reads its policies, and seals the rest
        kind = "GateInput" if sealed else self.type_of(dataset, output=False)
        words = f"{dataset.description} Absent: {read.when_absent}" if read.optional else dataset.description
        return FieldView(dataset.id, kind, read.optional, words)

    def manifest_key(self, dataset: Dataset) -> str:
        """The key of a dataset in its segment's artefact registry; empty where the registry does not list it."""
        segment = next(one for one in self.contracts.segments if one.id == dataset.segment)
        return next((one.manifest_key for one in segment.artefacts if one.dataset_id == dataset.id), "")

    def dataset_digest(self, dataset: Dataset) -> str:
        """The contract digest of a dataset that no state makes."""
        return dataset_digest(self.contracts, dataset)

    def run_order(self) -> list[State]:
        """Every state, upstream first; among states that could run, the one of the lowest layer, segment and number."""
        states = self.contracts.states
        writers = {dataset: state.id for state in states.values() for dataset in state.writes}
        waiting = {
            state.id: {writers[read.dataset] for read in state.reads if read.dataset in writers} - {state.id}
            for state in states.values()
        }
        order: list[State] = []
        while waiting:
            ready = [name for name, needs in waiting.items() if not needs & waiting.keys()] or sorted(waiting)
            name = min(
                ready, key=lambda name: (states[name].layer, states[name].segment, states[name].number)
            )
            order.append(states[name])
            del waiting[name]
        return order


def modules_of(fields: Iterable[FieldView]) -> list[tuple[str, str]]:
    """The generated modules that the types of some fields name, as (package, module), sorted."""
    found = set()
    for field in fields:
        for part in field.type.replace("[", " ").replace("]", " ").split():
            head = part.split(".")[0]
            if head.startswith(("tables_", "models_")):
                package, _, module = head.partition("_")
                found.add((package, module))
    return sorted(found)


def by_owner(errors: Iterable[ErrorCode]) -> dict[str, list[ErrorCode]]:
    """Error codes by the group or state that owns them, in order of appearance."""
    found: dict[str, list[ErrorCode]] = {}
    for error in errors:
        found.setdefault(error.owner, []).append(error)
    return found
