"""Opening the declared inputs of a state, after their seals were checked.

A law is handed typed tables, typed documents and bytes, never a path; what is not declared cannot be reached.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from codegen.runtime.cards import DatasetSpec, Read, StateCard
from engine.core import publish, seals
from engine.core.documents import load_document
from engine.core.run import Evidence, RunFolder

if TYPE_CHECKING:
    from codegen.runtime.tables import Table


def shape_of(dataset: DatasetSpec) -> type[Any] | None:
    """The generated class of a dataset: a table, or the model of a document; None for bytes and folders."""
    if not dataset.shape:
        return None
    module, _, name = dataset.shape.partition(":")
    return getattr(importlib.import_module(module), name)  # type: ignore[no-any-return]


def opened(
    folder: RunFolder,
    dataset: DatasetSpec,
    tokens: Mapping[str, Any] | None = None,
    *,
    values: Iterable[str] | None = None,
    seen: Callable[[Path, Table], None] | None = None,
) -> Any:
    """A published or sealed dataset as the value that a law is handed.

    Tables come as `PartitionedTable` (read part by part), documents as their model, binaries as bytes;
    bundles and flags are not handed out and give None. A dataset that a token splits comes as a mapping from the
    token's values, in ascending order.

    Args:
        folder: the run.
        dataset: what to open.
        tokens: path tokens besides the run's; with the splitting token among them, that partition alone is opened.
        values: the values of the splitting token whose partitions are opened; None for all that are published.
        seen: told of every part of a table that is read whole.

    Raises:
        DocumentInvalid, SyntaxProblem: a document does not parse or breaks its model.
    """
    from codegen.runtime.tables import PartitionedTable, Table, part_paths

    split = dataset.path.split_token
    if split and split not in (tokens or {}):
        chosen = sorted(values) if values is not None else split_values(folder, dataset)
        return {value: opened(folder, dataset, {split: value}, seen=seen) for value in chosen}
    path = folder.path(dataset, tokens)
    shape = shape_of(dataset)
    if dataset.kind in ("bundle", "flag"):
        return None
    if shape is None:
        return path.read_bytes() if path.is_file() else None
    if dataset.format == "parquet" and issubclass(shape, Table):
        return PartitionedTable.of(shape, path, seen)
    if dataset.format == "jsonl":
        return opened_records(dataset, part_paths(path, dataset.format))
    model, _ = load_document(
        path,
        format="yaml" if dataset.format == "yaml" else "json",
        model=shape,
        name=seals.relative(folder, path),
    )
    return model


def split_values(folder: RunFolder, dataset: DatasetSpec) -> list[str]:
    """The values of a dataset's splitting token that this run has published partitions for, ascending."""
    split, found = dataset.path.split_token, []
    for record in publish.dataset_records(folder.root, dataset.id):
        tokens = publish.partition_tokens(record)
        if all(str(folder.tokens[name]) == value for name, value in tokens.items() if name in folder.tokens):
            found.append(tokens[split])
    return sorted(found)


def is_published(folder: RunFolder, dataset: DatasetSpec) -> bool:
    """Whether anything of a dataset lies in the run."""
    if dataset.path.split_token:
        return bool(split_values(folder, dataset))
    return folder.path(dataset).exists()


def opened_records(dataset: DatasetSpec, paths: Iterable[Path]) -> tuple[Any, ...]:
    """The records of a stream's part files, one JSON line each, as their model.

    Raises:
        DocumentInvalid, SyntaxProblem: a line does not parse or breaks its model; names the part and the line.
    """
    shape = shape_of(dataset)
    if shape is None:
        raise LookupError(f"{dataset.id} has no record model")
    records = []
    for path in paths:
        for number, line in enumerate(path.read_bytes().splitlines(), start=1):
            record, _ = load_document(line, format="json", model=shape, name=f"{path.name}:{number}")
            records.append(record)
    return tuple(records)


def bundle_evidence(card: StateCard, folder: RunFolder) -> Evidence | None:
    """What a bundle tells of: its state's declared documents as they are, and its segment's earlier publish records.

    None for a state that writes no bundle.
    """
    if not any(dataset.kind == "bundle" for dataset in card.writes):
        return None
    paths = {
        read.dataset.id: folder.path(read.dataset)
        for read in card.reads
        if read.dataset.format in ("json", "yaml")
    }
    earlier = []
    for record in publish.published_records(folder.root):
        segment, _, number = str(record["state"]).partition(".S")
        if segment == card.segment and number.isdecimal() and int(number) < card.number:
            earlier.append(record)
    return Evidence(
        files={name: path.read_bytes() for name, path in paths.items() if path.is_file()},
        records=tuple(earlier),
    )


def is_present(folder: RunFolder, read: Read) -> bool:
    """Whether anything lies where a declared input should be."""
    return folder.path(read.dataset).exists()
