"""The sealed inventory of a segment as later states read it: one row an input, whichever form the gate wrote it in.

A gate writes a receipt and lists. A row that names a path and its tokens is whole by itself. A row that names a path
template is completed by the list of sealed bytes, which has a row for each partition of a seed-scoped input
(spec/segment-5B.md, S0). The form is told from the fields of the rows; no segment is known by name.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from codegen.runtime.cards import DatasetSpec, GateInput, SealedPartition, StateCard
from codegen.runtime.paths import DatasetPath, PathTokenError
from engine.core import seals
from engine.core.errors import SealFailure, SealReason
from engine.core.inputs import opened
from engine.core.run import RunFolder

__all__ = ["STRUCTURAL", "sealed_inventory"]

STRUCTURAL: Final = "structural"
"""The note of a row whose digest is that of the dataset's description, not of its bytes."""


def sealed_inventory(folder: RunFolder, gate: StateCard | None) -> dict[str, GateInput]:
    """The rows of a segment's sealed inventory by dataset id, from the gate's published and checked output.

    Raises:
        SealFailure: a document of the gate is not published, its bytes changed, it speaks of another run, or its lists
            do not belong together.
    """
    if gate is None:
        return {}
    lists: list[tuple[DatasetSpec, tuple[Any, ...]]] = []
    for dataset in gate.writes:
        seals.check_published(folder, dataset)
        document = opened(folder, dataset)
        _check_identity(folder, dataset.id, document)
        entries = getattr(document, "root", None)
        if isinstance(entries, list | tuple):
            lists.append((dataset, tuple(entries)))
            for entry in entries:
                _check_identity(folder, f"{dataset.id} {_id(entry)}", entry)
    whole = [entry for _, entries in lists for entry in entries if hasattr(entry, "partition")]
    described = [entry for _, entries in lists for entry in entries if hasattr(entry, "path_template")]
    other = [
        entry
        for _, entries in lists
        for entry in entries
        if not (hasattr(entry, "partition") or hasattr(entry, "path_template"))
    ]
    rows = {entry.asset_id: _whole_row(entry) for entry in whole}
    datasets = {read.dataset.id: read.dataset for read in gate.reads}
    for entry in described:
        own = [row for row in other if row.artifact_id == entry.artifact_id]
        rows[entry.artifact_id] = _described_row(folder, datasets.get(entry.artifact_id), entry, own)
    return rows


def _id(entry: Any) -> str:
    return str(getattr(entry, "asset_id", None) or getattr(entry, "artifact_id", ""))


def _check_identity(folder: RunFolder, where: str, held: Any) -> None:
    own = {
        **folder.tokens,
        "verified_at_utc": folder.identity.created_utc,
        "created_utc": folder.identity.created_utc,
    }
    for name, value in own.items():
        found = getattr(held, name, None)
        if found is not None and str(found) != str(value):
            raise SealFailure(
                where=f"{where} {name}", expected=value, found=found, reason=SealReason.IDENTITY
            )


def _whole_row(entry: Any) -> GateInput:
    return GateInput(
        dataset=entry.asset_id,
        path=entry.path,
        partition=_plain(entry.partition),
        schema_ref=entry.schema_ref,
        sha256_hex=entry.sha256_hex,
        version_tag=entry.version_tag,
    )


def _plain(value: Any) -> dict[str, str]:
    fields = value.model_dump(exclude_none=True) if hasattr(value, "model_dump") else value
    return {name: str(text) for name, text in dict(fields).items()}


def _described_row(
    folder: RunFolder, dataset: DatasetSpec | None, entry: Any, sealed_bytes: Iterable[Any]
) -> GateInput:
    """The row of an input that the inventory describes, completed with the partitions whose bytes were sealed.

    Raises:
        SealFailure: MISSING where no bytes were sealed of an input that has some for each seed; PATH where a sealed
            path is not one of the template.
    """
    template = DatasetPath(entry.artifact_id, entry.path_template, tuple(map(str, entry.partition_keys)))
    common = {"dataset": entry.artifact_id, "schema_ref": entry.schema_ref, "version_tag": ""}
    run_tokens = {name: str(folder.tokens[name]) for name in template.tokens if name in folder.tokens}
    if entry.notes != STRUCTURAL:
        try:
            path = str(template.resolve(folder.tokens))
        except (PathTokenError, KeyError) as error:
            raise SealFailure(
                where=f"{entry.artifact_id}: path",
                expected="a template that the tokens of the run complete",
                found=entry.path_template,
                reason=SealReason.PATH,
            ) from error
        return GateInput(path=path, partition=run_tokens, sha256_hex=entry.sha256_hex, **common)
    held = dict(_partitions(template, sealed_bytes))
    if not held:
        raise SealFailure(
            where=entry.artifact_id,
            expected="the digest of its bytes in the list of sealed bytes",
            found="none",
            reason=SealReason.MISSING,
        )
    if dataset is not None and not template.split_token:
        (one,) = held.values()
        return GateInput(
            path=one.path,
            partition=one.partition,
            sha256_hex=one.sha256_hex,
            content_digest=one.content_digest,
            **common,
        )
    split = {value: held[value] for value in sorted(held)}
    return GateInput(
        path=entry.path_template,
        partition=run_tokens,
        sha256_hex=seals.split_digest(split),
        split=split,
        **common,
    )


def _partitions(template: DatasetPath, rows: Iterable[Any]) -> Iterator[tuple[str, SealedPartition]]:
    for row in rows:
        try:
            tokens: Mapping[str, str] = template.parse(row.path)
        except PathTokenError as error:
            raise SealFailure(
                where=f"{row.artifact_id}: path",
                expected=f"a path of the form {template.template}",
                found=row.path,
                reason=SealReason.PATH,
            ) from error
        content = row.content_digest or ""
        yield (
            tokens.get(template.split_token, ""),
            SealedPartition(row.path, tokens, row.sha256_hex, content),
        )
