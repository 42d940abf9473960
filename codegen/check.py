"""Governance: every law that the contracts as a whole must keep (spec/contracts.md, section 3).

Each check is a generator of findings over the catalogue; none stops at the first, and none changes anything.
`RULES` lists every rule id with its purpose, those of loading and lowering among them.
"""

from __future__ import annotations

import re
import string
from collections.abc import Callable, Hashable, Iterable, Iterator
from typing import Final, TypeVar

from codegen import names
from codegen.catalogue_findings import ContractFinding, ordered
from codegen.ir import Binary, Contracts, Dataset, Document, ErrorCode, Segment, Source, State, Stream, Table
from codegen.load import ContractFile, Loaded
from codegen.runtime.canonical import Pointer
from codegen.runtime.paths import TOKEN_TYPES

RULES: Final[dict[str, str]] = {
    "FILE-NAME": "every file below contracts/ is a contract file",
    "YAML": "files are strict YAML 1.2: UTF-8, no tabs, no key twice, aliases within bounds",
    "SHAPE": "a file and its entries have the shape of their kind",
    "UNKNOWN-KEY": "no key that the format does not know",
    "SCHEMA": "a schema is well formed and accepts some value",
    "KEYWORD": "only the supported keywords of JSON Schema, each where it says something",
    "TYPE": "a schema names one type, or one type and null",
    "ONE-OF": "oneOf chooses between objects that a constant property tells apart",
    "REQUIRED": "required names properties, each once",
    "ENUM": "enumerations and constants hold values that their type accepts",
    "REF": "every reference leads to something that exists",
    "PATTERN": "patterns compile, mean the same in every engine, and escape a dot once",
    "DEFAULT": "a default is accepted by its own schema",
    "TABLE": "a table lists its keys and columns",
    "COLUMN": "a column has one scalar type and an Arrow type that holds it",
    "STORAGE": "storage and Arrow types are known and fit each other",
    "STREAM": "a stream has a record that is an object",
    "BINARY": "a binary layout names its fields",
    "DESCRIPTION": "tables and columns say what they hold",
    "NAME": "names can stand in Python and hide nothing",
    "NAME-CLASH": "no two things of one module get the same name",
    "KEY": "keys name columns that are never null",
    "ORDER": "primary key, sort keys and the dictionary's ordering agree",
    "TOKEN": "path tokens are known and stand as key={key}",
    "PATH": "a path is relative, POSIX, and ends as its format asks",
    "PARTITIONING": "partitioning lists exactly the tokens of the path; the table and the scope agree",
    "PATH-COLLISION": "no two datasets can lie at one place, nor one inside another",
    "DUPLICATE": "ids are unique",
    "FORMAT": "a dataset's format fits its schema and brings the keys that it needs",
    "ARTEFACT": "every dataset has exactly one artefact of a fitting kind",
    "PRODUCER": "what a state reads, some state writes or something provides; cards and dictionaries agree on writers",
    "CONSUMER": "cards and dictionaries agree on readers",
    "VIA": "a read comes the way that its dataset comes: policy, sealed or run-local",
    "SEALED": "what a state reads sealed, its segment's gate seals",
    "OPTIONAL": "an optional input names the branch taken without it",
    "CYCLE": "states do not wait for each other",
    "CODE": "validators have codes that the card declares",
    "MESSAGE": "messages use the keys of their context, and context names where, expected and found",
    "SHARED": "shared validators name a check of the state runner",
    "RNG": "random streams log into a dataset that the state writes",
    "COMMAND": "commands are unique in their segment",
}
"""Every rule with its purpose."""

_PATH_FORM: Final = re.compile(r"[A-Za-z0-9_.=+{}-]+(/[A-Za-z0-9_.=+{}-]+)*/?", re.ASCII)
_TOKEN: Final = re.compile(r"\{([^{}]*)\}")
_FOLDER_FORMATS: Final = ("parquet", "jsonl", "folder")
_RESERVED_PLACES: Final = ("published", "tmp")


class Places:
    """Finds the line of a part of an entry."""

    def __init__(self, loaded: Loaded) -> None:
        self.files: dict[str, ContractFile] = {file.path: file for file in loaded.files}

    def inside(self, source: Source, *parts: str | int) -> Source:
        """The place of a part inside the entry at `source`."""
        file = self.files.get(source.file)
        if file is None or not parts:
            return source
        pointer: Pointer = tuple(
            int(part) if part.isdecimal() else part.replace("~1", "/").replace("~0", "~")
            for part in source.pointer.split("/")[1:]
        )
        return file.source((*pointer, *parts))


T = TypeVar("T", bound=Hashable)
Found = Iterator[ContractFinding]
Check = Callable[[Contracts, Places], Found]


def check(
    contracts: Contracts, loaded: Loaded, findings: Iterable[ContractFinding] = ()
) -> list[ContractFinding]:
    """The findings of lowering together with those of the whole catalogue, sorted."""
    places = Places(loaded)
    return ordered([*findings, *(finding for law in CHECKS for finding in law(contracts, places))])


def _repeated(items: Iterable[tuple[T, Source]]) -> Iterator[tuple[T, Source, Source]]:
    """Each item that an earlier one equals: the item, the earlier place and its own."""
    seen: dict[T, Source] = {}
    for item, source in items:
        first = seen.setdefault(item, source)
        if first is not source:
            yield item, first, source


# -- names -------------------------------------------------------------------------------------------------------


def duplicate_ids(contracts: Contracts, places: Places) -> Found:
    """Ids that stand for two things."""
    segments = contracts.segments
    kinds: list[tuple[str, str, Iterable[tuple[Hashable, Source]]]] = [
        ("dataset", "id", ((d.id, d.source) for s in segments for d in s.datasets)),
        ("artefact", "artifact_id", ((a.artifact_id, a.source) for s in segments for a in s.artefacts)),
        ("manifest key", "manifest_key", ((a.manifest_key, a.source) for s in segments for a in s.artefacts)),
        ("state", "id", ((state.id, state.source) for s in segments for state in s.states)),
        ("error code", "code", ((error.full, error.source) for error in _codes(contracts))),
        (
            "error name of one owner",
            "name",
            (((error.owner, error.name), error.source) for error in _codes(contracts)),
        ),
        (
            "code of one card",
            "code",
            (((error.owner, error.code), error.source) for error in _codes(contracts)),
        ),
        (
            "validator",
            "id",
            (((state.id, v.id), v.source) for s in segments for state in s.states for v in state.validators),
        ),
    ]
    for kind, key, items in kinds:
        for item, first, source in _repeated(items):
            shown = " ".join(item) if isinstance(item, tuple) else item
            message = f"the {kind} {shown} is declared twice (first at {first.file}:{first.line})"
            yield ContractFinding.at(
                places.inside(source, key), "DUPLICATE", message, "give one of them another id"
            )


def _codes(contracts: Contracts) -> Iterator[ErrorCode]:
    for segment in contracts.segments:
        for state in segment.states:
            yield from state.errors
    yield from contracts.engine_errors


def name_clashes(contracts: Contracts, places: Places) -> Found:
    """Names that would meet in one generated module, or hide what the module needs."""
    from codegen.emit.models import model_names

    for segment in contracts.segments:
        shapes = [(item.name, item.source) for item in _shapes(segment)]
        made = [
            *((names.class_name(name), f"the schema {name!r}", source) for name, source in shapes),
            *(
                (item.class_name, f"the definition {item.name!r}", item.source)
                for item in segment.definitions
            ),
        ]
        yield from _clashes(made, names.TYPE_NAMES)
        yield from _clashes(
            [(names.constant_name(name), f"the schema {name!r}", source) for name, source in shapes],
            frozenset(),
        )
        ids = [(item.id, f"the dataset {item.id!r}", item.source) for item in segment.datasets]
        for name, shown, source in ids:
            if not names.is_usable(name):
                yield ContractFinding.at(
                    source, "NAME", f"{shown} is no Python name", "use letters, digits and _"
                )
        yield from _clashes(
            [(names.constant_name(n), shown, source) for n, shown, source in ids], names.DATASET_CONSTANTS
        )
        yield from _clashes(
            [(names.class_name(n) + "Path", shown, source) for n, shown, source in ids], names.PATH_NAMES
        )
        for clash, source in model_names(contracts, segment):
            yield ContractFinding.at(source, "NAME-CLASH", clash, "rename one of them")
    for state in contracts.states.values():
        for name in {read.dataset for read in state.reads} & {"sealed"}:
            yield ContractFinding.at(
                state.source, "NAME", f"the dataset {name!r} hides a field of the inputs", "rename it"
            )


def _clashes(made: Iterable[tuple[str, str, Source]], taken: frozenset[str]) -> Found:
    first: dict[str, tuple[str, Source]] = {}
    for name, shown, source in made:
        if name in taken:
            yield ContractFinding.at(source, "NAME", f"{shown} would hide {name}", "choose another name")
        other = first.setdefault(name, (shown, source))
        if other[1] is not source:
            message = f"{shown} becomes {name}, as {other[0]} does ({other[1].file}:{other[1].line})"
            yield ContractFinding.at(source, "NAME-CLASH", message, "rename one of them")


def _shapes(segment: Segment) -> Iterator[Table | Document | Stream | Binary]:
    yield from segment.tables
    yield from segment.documents
    yield from segment.streams
    yield from segment.binaries


# -- dictionaries ------------------------------------------------------------------------------------------------


def paths(contracts: Contracts, places: Places) -> Found:
    """The form of each path, its tokens, and its partitioning."""
    for dataset in contracts.datasets.values():
        here = places.inside(dataset.source, "path")
        path = dataset.path
        parts = path.rstrip("/").split("/")
        if (
            not _PATH_FORM.fullmatch(path)
            or any(part in (".", "..") for part in parts)
            or path.startswith("/")
        ):
            yield ContractFinding.at(
                here,
                "PATH",
                f"{path!r} is no relative POSIX path",
                "use letters, digits and _ . = + - between slashes",
            )
            continue
        if parts[0] in _RESERVED_PLACES:
            yield ContractFinding.at(
                here, "PATH", f"{parts[0]}/ belongs to the run itself", "put the dataset elsewhere"
            )
        tokens = _TOKEN.findall(path)
        for token in tokens:
            if token not in TOKEN_TYPES:
                known = ", ".join(TOKEN_TYPES)
                yield ContractFinding.at(
                    here, "TOKEN", f"unknown path token {token!r}", f"use one of: {known}"
                )
        for part in parts:
            if ("{" in part or "}" in part) and not re.fullmatch(r"([a-z0-9_]+)=\{\1\}", part):
                yield ContractFinding.at(
                    here,
                    "TOKEN",
                    f"the segment {part!r} is not of the form key={{key}}",
                    "write seed={seed} and the like",
                )
        if tuple(tokens) != dataset.partitioning:
            message = f"partitioning is {list(dataset.partitioning)}, but the path's tokens are {tokens}"
            yield ContractFinding.at(
                places.inside(dataset.source, "partitioning"),
                "PARTITIONING",
                message,
                "list the tokens of the path in its order",
            )
        if dataset.format == "jsonl" and dataset.produced_by == "run":
            continue  # the run's own list of lines is one file
        wants_folder = dataset.format in _FOLDER_FORMATS
        if wants_folder != path.endswith("/"):
            wanted = (
                "a folder, so its path must end in /"
                if wants_folder
                else "one file, so its path must not end in /"
            )
            yield ContractFinding.at(
                here, "PATH", f"{dataset.format} is {wanted}", "add or remove the final slash"
            )


def path_collisions(contracts: Contracts, places: Places) -> Found:
    """Pairs of datasets that some tokens would put at one place, or one inside the other.

    What a state writes is published as a folder, so folders are compared; only a bundle's flag lies inside its bundle.
    """
    datasets = sorted(contracts.datasets.values(), key=lambda dataset: (dataset.segment, dataset.id))
    for number, one in enumerate(datasets):
        for two in datasets[number + 1 :]:
            if {one.kind, two.kind} == {"bundle", "flag"} and one.produced_by == two.produced_by:
                continue
            published = not {one.produced_by, two.produced_by} & {"policy", "run"}
            left, right = _place(one, published), _place(two, published)
            if not published and len(left) != len(right):
                continue
            if all(_may_equal(a, b) for a, b in zip(left, right, strict=False)):
                what = "at the same place as" if len(left) == len(right) else "inside or around"
                message = (
                    f"the dataset {two.id} can lie {what} {one.id} ({one.source.file}:{one.source.line})"
                )
                yield ContractFinding.at(
                    places.inside(two.source, "path"),
                    "PATH-COLLISION",
                    message,
                    "give each a folder of its own",
                )


def _place(dataset: Dataset, published: bool) -> tuple[str, ...]:
    parts = tuple(dataset.path.rstrip("/").split("/"))
    return parts if dataset.path.endswith("/") or not published else parts[:-1]


def _may_equal(one: str, two: str) -> bool:
    """Whether two path segments can have the same text; letter case does not count, as on some file systems."""
    if "{" not in one and "{" not in two:
        return one.casefold() == two.casefold()
    if "{" in one and "{" in two:
        return one.split("{")[0].casefold() == two.split("{")[0].casefold()
    plain, held = (two, one) if "{" in one else (one, two)
    return plain.casefold().startswith(held.split("{")[0].casefold())


def formats(contracts: Contracts, places: Places) -> Found:
    """A dataset's format against its schema, and the keys that the format needs."""
    shapes = contracts.shapes
    allowed: dict[str, tuple[type, ...]] = {
        "parquet": (Table, Stream),
        "json": (Document,),
        "yaml": (Document,),
        "jsonl": (Stream, Document),
        "binary": (Binary,),
        "text": (Document,),
        "folder": (Document, Binary, Table),
    }
    for dataset in contracts.datasets.values():
        shape = shapes.get(dataset.schema_ref)
        here = places.inside(dataset.source, "schema_ref")
        if shape is None:
            message = f"{dataset.schema_ref} is no sound table, stream, binary or document of a section"
            yield ContractFinding.at(
                here, "FORMAT", message, "point at an entry of a section, and mend its findings"
            )
        elif not isinstance(shape, allowed[dataset.format]):
            message = f"{dataset.format} cannot hold a {type(shape).__name__.lower()}"
            yield ContractFinding.at(here, "FORMAT", message, "mend the format or the schema_ref")
        elif dataset.format == "parquet" and isinstance(shape, Stream) and shape.table is None:
            message = (
                "the record has a property that no column can hold: no scalar, no arrow:, or a taken name"
            )
            yield ContractFinding.at(here, "FORMAT", message, "mend it, or store the stream as jsonl")
        is_parquet = dataset.format == "parquet"
        for key, given in (
            ("block", bool(dataset.block_size)),
            ("row_group_rows", bool(dataset.row_group_rows)),
        ):
            if is_parquet and not given:
                yield ContractFinding.at(dataset.source, "FORMAT", f"a Parquet dataset needs {key}", "add it")
            if not is_parquet and given:
                yield ContractFinding.at(
                    places.inside(dataset.source, key),
                    "FORMAT",
                    f"{key} belongs to Parquet datasets only",
                    "remove it",
                )
        if dataset.ordered_within == "part" and not (is_parquet and dataset.ordering):
            yield ContractFinding.at(
                places.inside(dataset.source, "ordered_within"),
                "FORMAT",
                "ordered_within: part belongs to Parquet datasets with an ordering only",
                "remove it, or name the columns of the order",
            )
        if dataset.kind == "bundle":
            for key in ("index_schema", "bundle_law", "flag_form"):
                if not getattr(dataset, key):
                    yield ContractFinding.at(dataset.source, "FORMAT", f"a bundle needs {key}", "add it")
            index = shapes.get(dataset.index_schema)
            if dataset.index_schema and (
                not isinstance(index, Document) or index.schema.get("type") not in ("array", "object")
            ):
                message = "the index schema is no document that is an array or object"
                yield ContractFinding.at(
                    places.inside(dataset.source, "index_schema"), "FORMAT", message, "mend the reference"
                )
        elif dataset.bundle_law or dataset.index_schema:
            key = "bundle_law" if dataset.bundle_law else "index_schema"
            yield ContractFinding.at(
                places.inside(dataset.source, key), "FORMAT", f"{key} belongs to bundles only", "remove it"
            )


def orders(contracts: Contracts, places: Places) -> Found:
    """Primary key, sort keys, ordering and partition keys of each table and its datasets."""
    shapes = contracts.shapes
    users: dict[str, list[Dataset]] = {}
    for dataset in contracts.datasets.values():
        users.setdefault(dataset.schema_ref, []).append(dataset)
    for shape in shapes.values():
        table = shape if isinstance(shape, Table) else shape.table if isinstance(shape, Stream) else None
        if table is None:
            continue
        stored = [dataset for dataset in users.get(table.ref, []) if dataset.format == "parquet"]
        shortest = min(len(table.primary_key), len(table.sort_keys))
        if table.primary_key[:shortest] != table.sort_keys[:shortest]:
            message = f"the sort keys {list(table.sort_keys)} do not follow the primary key {list(table.primary_key)}"
            yield ContractFinding.at(
                places.inside(table.source, "sort_keys"),
                "ORDER",
                message,
                "let one be a beginning of the other",
            )
        for dataset in stored:
            if isinstance(shape, Table) and dataset.ordering != table.sort_keys:
                wanted = list(table.sort_keys)
                message = f"the ordering {list(dataset.ordering)} differs from the table's sort keys {wanted}"
                yield ContractFinding.at(
                    places.inside(dataset.source, "ordering"), "ORDER", message, "write the sort keys"
                )
            for column in dataset.ordering:
                if column not in {item.name for item in table.columns}:
                    message = f"the ordering names {column!r}, which is no column"
                    yield ContractFinding.at(
                        places.inside(dataset.source, "ordering"), "ORDER", message, "name a column"
                    )
            if isinstance(shape, Table) and dataset.partitioning != table.partition_keys:
                wanted = list(table.partition_keys)
                message = f"partitioning is {list(dataset.partitioning)}, the table's partition_keys {wanted}"
                yield ContractFinding.at(
                    places.inside(dataset.source, "partitioning"), "PARTITIONING", message, "make them equal"
                )
            first = stored[0]
            if (dataset.ordering, dataset.row_group_rows) != (first.ordering, first.row_group_rows):
                message = (
                    f"{dataset.id} and {first.id} share a schema but differ in ordering or row_group_rows"
                )
                yield ContractFinding.at(
                    dataset.source, "ORDER", message, "make them equal, or give each its own schema"
                )


def artefacts(contracts: Contracts, places: Places) -> Found:
    """One artefact for each dataset, of the kind that the dataset is."""
    for segment in contracts.segments:
        ids = {dataset.id: dataset for dataset in segment.datasets}
        listed: dict[str, Source] = {}
        prefix = f"layer{segment.layer}.{segment.id}."
        for item in segment.artefacts:
            here = places.inside(item.source, "dataset_id")
            if item.dataset_id not in ids:
                yield ContractFinding.at(
                    here, "REF", f"no dataset {item.dataset_id!r} in {segment.id}", "name a dataset"
                )
                continue
            if item.dataset_id in listed:
                yield ContractFinding.at(
                    here, "ARTEFACT", f"{item.dataset_id} has a second artefact", "keep one"
                )
            listed.setdefault(item.dataset_id, item.source)
            if (item.kind == "policy") != (ids[item.dataset_id].produced_by == "policy"):
                message = f"kind {item.kind} beside produced_by {ids[item.dataset_id].produced_by}"
                yield ContractFinding.at(
                    places.inside(item.source, "kind"), "ARTEFACT", message, "make them agree"
                )
            if ids[item.dataset_id].version.startswith("v") and item.kind != "policy":
                message = f"the version of {item.dataset_id} is a prefix, which only policies have"
                place = places.inside(ids[item.dataset_id].source, "version")
                yield ContractFinding.at(place, "ARTEFACT", message, "write a whole version")
            if not item.manifest_key.startswith(prefix):
                message = f"the manifest key {item.manifest_key!r} does not start with {prefix}"
                yield ContractFinding.at(
                    places.inside(item.source, "manifest_key"), "ARTEFACT", message, "mend the key"
                )
        if any(file.kind == "dataset_dictionary" for file in segment.files):
            for name in ids.keys() - listed.keys():
                message = f"the dataset {name} has no artefact"
                yield ContractFinding.at(
                    ids[name].source, "ARTEFACT", message, "add it to the artefact registry"
                )


# -- cards -------------------------------------------------------------------------------------------------------


def producers(contracts: Contracts, places: Places) -> Found:
    """Reads, writes, producers and consumers: cards against dictionaries, in both directions."""
    datasets, states = contracts.datasets, contracts.states
    for state in states.values():
        for number, name in enumerate(state.writes):
            here = places.inside(state.source, "writes", number)
            if name not in datasets:
                yield ContractFinding.at(
                    here, "REF", f"{state.id} writes {name!r}, which no dictionary has", "add the dataset"
                )
            elif datasets[name].produced_by != state.id:
                declared = datasets[name].produced_by
                message = f"{state.id} writes {name}, whose dictionary entry says produced_by {declared}"
                yield ContractFinding.at(here, "PRODUCER", message, "make them agree")
        for read in state.reads:
            dataset = datasets.get(read.dataset)
            if dataset is None:
                message = f"{state.id} reads {read.dataset!r}, which no state writes and nothing provides"
                yield ContractFinding.at(
                    read.source, "PRODUCER", message, "add the dataset to a dictionary, or remove the read"
                )
                continue
            if state.id not in dataset.consumed_by:
                message = (
                    f"{state.id} reads {dataset.id}, whose dictionary entry does not list it in consumed_by"
                )
                yield ContractFinding.at(
                    read.source, "CONSUMER", message, f"add {state.id} to consumed_by of {dataset.id}"
                )
        for _, _, source in _repeated((read.dataset, read.source) for read in state.reads):
            yield ContractFinding.at(
                source, "DUPLICATE", f"{state.id} reads one dataset twice", "keep one of the reads"
            )
    for dataset in datasets.values():
        here = places.inside(dataset.source, "produced_by")
        writer = states.get(dataset.produced_by)
        if dataset.produced_by not in ("policy", "run"):
            if writer is None:
                message = f"{dataset.id} is produced by {dataset.produced_by}, which is no state"
                yield ContractFinding.at(here, "PRODUCER", message, "name a state, `policy` or `run`")
            elif dataset.id not in writer.writes and dataset.kind != "report":
                message = f"{dataset.id} is produced by {writer.id}, whose card does not write it"
                yield ContractFinding.at(
                    here, "PRODUCER", message, "add it to the card's writes, or mend produced_by"
                )
        for name in dataset.consumed_by:
            here = places.inside(dataset.source, "consumed_by")
            if name not in states:
                yield ContractFinding.at(
                    here, "CONSUMER", f"{dataset.id} is consumed by {name}, which is no state", "remove it"
                )
            elif dataset.id not in {read.dataset for read in states[name].reads}:
                message = f"{dataset.id} is consumed by {name}, whose card does not read it"
                yield ContractFinding.at(here, "CONSUMER", message, f"remove it, or add the read to {name}")


def reads(contracts: Contracts, places: Places) -> Found:
    """How each read comes, that the gate seals it, and that an optional one names its branch."""
    datasets = contracts.datasets
    gates: dict[str, State] = {}
    for state in contracts.states.values():
        if state.kind == "gate":
            gates.setdefault(state.segment, state)
    for state in contracts.states.values():
        gate = gates.get(state.segment)
        sealed = {read.dataset for read in gate.reads} if gate is not None else set()
        for read in state.reads:
            dataset = datasets.get(read.dataset)
            if dataset is None:
                continue
            here = places.inside(read.source, "via")
            if (read.via == "policy") != (dataset.produced_by == "policy"):
                message = f"{dataset.id} is read via {read.via}, but produced by {dataset.produced_by}"
                yield ContractFinding.at(here, "VIA", message, "policies, and only they, are read via policy")
            elif read.via == "run_local" and dataset.segment != state.segment and gate is not None:
                message = (
                    f"{dataset.id} belongs to {dataset.segment}, so {state.id} cannot read it run-locally"
                )
                yield ContractFinding.at(here, "VIA", message, "read it via sealed, behind the gate")
            if (
                state is not gate
                and gate is not None
                and read.via != "run_local"
                and dataset.id not in sealed
            ):
                message = f"{state.id} reads {dataset.id} via {read.via}, but {gate.id} does not seal it"
                yield ContractFinding.at(here, "SEALED", message, f"add it to the reads of {gate.id}")
            if read.optional and not read.when_absent:
                message = f"{state.id} reads {dataset.id} as optional, but names no branch for its absence"
                yield ContractFinding.at(
                    read.source, "OPTIONAL", message, "say in when_absent what the state does without it"
                )
            if not read.optional and read.when_absent:
                message = f"{state.id} names a branch for the absence of {dataset.id}, which is not optional"
                yield ContractFinding.at(
                    read.source, "OPTIONAL", message, "set optional: true, or remove when_absent"
                )
            if not read.optional and dataset.status == "optional" and state.kind == "gate":
                message = f"the dataset {dataset.id} is optional, but {state.id} reads it as if it were always there"
                yield ContractFinding.at(
                    read.source, "OPTIONAL", message, "set optional: true and say what happens without it"
                )


def cycles(contracts: Contracts, places: Places) -> Found:
    """States that wait for each other."""
    states = contracts.states
    writers = {dataset: state.id for state in states.values() for dataset in state.writes}
    waits = {
        state.id: {writers[read.dataset] for read in state.reads if read.dataset in writers}
        for state in states.values()
    }
    reaches = {name: set(found) for name, found in waits.items()}
    for middle in states:
        for name in states:
            if middle in reaches[name]:
                reaches[name] |= reaches[middle]
    for name in sorted(states):
        ring = sorted(other for other in reaches[name] if name in reaches[other])
        if name in reaches[name]:
            message = f"{name} waits for itself through {', '.join(ring)}"
            yield ContractFinding.at(states[name].source, "CYCLE", message, "remove one of the reads")


def cards(contracts: Contracts, places: Places) -> Found:
    """Validators, messages, streams and commands of each card."""
    for state in contracts.states.values():
        for validator in state.validators:
            covering = next((other for other in state.validators if other.id == validator.covered_by), None)
            if not validator.codes and not validator.covered_by:
                message = f"{state.id} {validator.id} has no code"
                remedy = (
                    "name the codes that it can raise, or in covered_by the validator whose codes it raises"
                )
                yield ContractFinding.at(validator.source, "CODE", message, remedy)
            elif validator.covered_by and (covering is None or not covering.codes or validator.codes):
                other = validator.covered_by
                message = f"{state.id} {validator.id} is covered by {other!r}, which has no codes to lend"
                here = places.inside(validator.source, "covered_by")
                yield ContractFinding.at(here, "CODE", message, "name a validator of the card that has codes")
            for name in validator.datasets:
                if name not in state.writes:
                    message = f"{state.id} {validator.id} is about {name!r}, which the state does not write"
                    yield ContractFinding.at(
                        places.inside(validator.source, "datasets"), "REF", message, "name an output"
                    )
            if validator.datasets and not validator.shared:
                yield ContractFinding.at(
                    places.inside(validator.source, "datasets"),
                    "SHARED",
                    "datasets without shared",
                    "remove it, or name the check",
                )
        for number, family in enumerate(state.rng):
            if family.event_dataset and family.event_dataset not in state.writes:
                message = (
                    f"{state.id} logs {family.family} into {family.event_dataset!r}, which it does not write"
                )
                yield ContractFinding.at(
                    places.inside(state.source, "rng", number, "event_dataset"),
                    "RNG",
                    message,
                    "add it to writes, or write null",
                )
        for token in state.scope:
            if token not in TOKEN_TYPES:
                here = places.inside(state.source, "scope")
                yield ContractFinding.at(
                    here, "TOKEN", f"unknown scope token {token!r}", f"use one of: {', '.join(TOKEN_TYPES)}"
                )
    for segment in contracts.segments:
        commands = (
            (state.cli_command, places.inside(state.source, "cli", "command"))
            for state in segment.states
            if state.cli_command
        )
        for command, _, source in _repeated(commands):
            yield ContractFinding.at(
                source, "COMMAND", f"two states of {segment.id} have the command {command}", "rename one"
            )
    for error in _codes(contracts):
        here = places.inside(error.source, "message")
        try:
            keys = {name for _, name, _, _ in string.Formatter().parse(error.message) if name is not None}
        except ValueError as problem:
            yield ContractFinding.at(
                here,
                "MESSAGE",
                f"the message of {error.full} is no template: {problem}",
                "double stray braces",
            )
            continue
        for key in sorted(keys - set(error.context)):
            yield ContractFinding.at(
                here,
                "MESSAGE",
                f"the message of {error.full} uses {key!r}, which is not in context",
                "add it",
            )
        missing = [key for key in ("where", "expected", "found") if key not in error.context]
        if missing:
            yield ContractFinding.at(
                places.inside(error.source, "context"),
                "MESSAGE",
                f"the context of {error.full} lacks {', '.join(missing)}",
                "add it",
            )


CHECKS: Final[tuple[Check, ...]] = (
    duplicate_ids,
    name_clashes,
    paths,
    path_collisions,
    formats,
    orders,
    artefacts,
    producers,
    reads,
    cycles,
    cards,
)
"""Every check of the catalogue as a whole."""
