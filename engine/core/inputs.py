"""Opening the declared inputs of a state, after their seals were checked.

A law is handed typed tables, typed documents and bytes, never a path; what is not declared cannot be reached.
"""

from __future__ import annotations

import importlib
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from codegen.runtime.cards import DatasetSpec, GateInput, Read, StateCard
from engine.core import publish, seals
from engine.core.documents import load_document
from engine.core.errors import SealFailure, SealReason
from engine.core.run import Evidence, RunFolder


def shape_of(dataset: DatasetSpec) -> type[Any] | None:
    """The generated class of a dataset: a table, or the model of a document; None for bytes and folders."""
    if not dataset.shape:
        return None
    module, _, name = dataset.shape.partition(":")
    return getattr(importlib.import_module(module), name)  # type: ignore[no-any-return]


def opened(folder: RunFolder, dataset: DatasetSpec, tokens: Mapping[str, Any] | None = None) -> Any:
    """A published or sealed dataset as the value that a law is handed.

    Tables come as `PartitionedTable` (read part by part), documents as their model, binaries as bytes;
    bundles and flags are not handed out and give None.

    Raises:
        DocumentInvalid, SyntaxProblem: a document does not parse or breaks its model.
    """
    from codegen.runtime.tables import PartitionedTable, Table, part_paths

    split = dataset.path.split_token
    if split and split not in (tokens or {}):
        return {value: opened(folder, dataset, {split: value}) for value in split_values(folder, dataset)}
    path = folder.path(dataset, tokens)
    shape = shape_of(dataset)
    if dataset.kind in ("bundle", "flag"):
        return None
    if shape is None:
        return path.read_bytes() if path.is_file() else None
    if dataset.format == "parquet" and issubclass(shape, Table):
        return PartitionedTable.of(shape, path)
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


def sealed_inventory(folder: RunFolder, gate: StateCard | None) -> dict[str, GateInput]:
    """The rows of a segment's sealed inventory by asset id, from the gate's published and checked output.

    Raises:
        SealFailure: the receipt or the inventory is not published, its bytes changed, or it speaks of another run.
    """
    if gate is None:
        return {}
    rows: dict[str, GateInput] = {}
    own = {**folder.tokens, "verified_at_utc": folder.identity.created_utc}
    for dataset in gate.writes:
        seals.check_published(folder, dataset)
        document = opened(folder, dataset)
        for name, value in own.items():
            held = getattr(document, name, None)
            if held is not None and str(held) != str(value):
                raise SealFailure(
                    where=f"{dataset.id} {name}",
                    expected=value,
                    found=held,
                    reason=SealReason.IDENTITY,
                )
        entries = getattr(document, "root", None)
        if not isinstance(entries, list | tuple):
            continue
        for entry in entries:
            rows[entry.asset_id] = GateInput(
                dataset=entry.asset_id,
                path=entry.path,
                partition=_plain(entry.partition),
                schema_ref=entry.schema_ref,
                sha256_hex=entry.sha256_hex,
                version_tag=entry.version_tag,
            )
    return rows


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


def _plain(value: Any) -> dict[str, str]:
    fields = value.model_dump(exclude_none=True) if hasattr(value, "model_dump") else value
    return {name: str(text) for name, text in dict(fields).items()}


def is_present(folder: RunFolder, read: Read) -> bool:
    """Whether anything lies where a declared input should be."""
    return folder.path(read.dataset).exists()
