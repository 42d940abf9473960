"""Write-once atomic publishing, the only way into a run (spec/identity-and-seals.md, section 6).

A state writes into a stage, `runs/<run_id>/tmp/<state>-<random>/`; `publish` renames each finished partition
into place without replacing anything and then writes its record. Killed at any instant, a run holds whole
partitions only: a partition without its record is completed by the next run of the state, and a dead stage
is taken over or removed. All of this presumes the run's lock (engine.core.lock), so that no other process
has a live stage in the run.
"""

from __future__ import annotations

import os
from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path, PurePath
from typing import Any, Final, Literal, NamedTuple

from codegen.runtime.canonical import JSON, SyntaxProblem, document_bytes, parse_json
from engine.core.digests import FileDigest, file_digest, folder_files, illegal_path, sha256_bytes
from engine.core.errors import (
    ConflictReason,
    PublishConflict,
    PublishUnknown,
    SealFailure,
    SealReason,
)
from engine.core.stages import CompletePart, Stage, draft_path, partition_segments, remove_dead_stages
from engine.core.storage import (
    bytes_if_file,
    checked_path,
    evidence_of,
    make_folders,
    place_taken,
    refuse_links,
    remove_quietly,
    rename_without_replacing,
    storage_failures,
    sync_folder,
    sync_tree,
    write_new,
)
from engine.core.table_files import TABLE_SUFFIX, same_rows

__all__ = [
    "RECORDS",
    "CompletePart",
    "PublishResult",
    "PublishedFile",
    "RecordFields",
    "Stage",
    "append_report_line",
    "dataset_records",
    "make_places",
    "parsed_record",
    "partition_text",
    "partition_tokens",
    "publish",
    "published_records",
    "read_record",
    "record_path",
    "records_folder",
    "remove_dead_stages",
    "replace_report",
    "storage_failures",
    "sync_folders",
    "write_once",
]

RECORDS: Final = "published"
"""Where in a run its publish records lie."""
_REPORTS: Final = "reports"
_RECORD_KEYS: Final = frozenset(
    (
        "dataset",
        "partition",
        "state",
        "law_version",
        "rows",
        "files",
        "content_digest",
        "inputs",
        "inputs_key",
    )
)

# --------------------------------------------------------------------------------------------- records


@dataclass(frozen=True, slots=True)
class RecordFields:
    """What a publish record says beside the files (spec/identity-and-seals.md, section 6).

    `rows` and `content_digest` are None for what is not a table; `inputs` maps the id of every input read to
    its digest.
    """

    state: str
    law_version: int
    rows: int | None
    content_digest: str | None
    inputs: Mapping[str, str]
    inputs_key: str


class PublishedFile(NamedTuple):
    """One file of a published partition; `path` is relative to the partition's folder."""

    path: str
    bytes: int
    sha256_hex: str


class PublishResult(NamedTuple):
    """What publishing came to: `made`, or `reused` when the identical partition was there already."""

    status: Literal["made", "reused"]
    files: tuple[PublishedFile, ...]
    bytes: int


def partition_text(partition: Mapping[str, str]) -> str:
    """The tokens as `key=value` segments joined by slashes; empty for a dataset without tokens."""
    return "/".join(partition_segments(partition))


def record_path(dataset: str, partition: Mapping[str, str]) -> str:
    """Where in a run the publish record of a partition lies."""
    return checked_path("/".join((RECORDS, dataset, *partition_segments(partition)))) + ".json"


def records_folder(run_folder: Path, dataset: str) -> Path:
    """Where in a run the publish records of a dataset lie."""
    return run_folder / RECORDS / checked_path(dataset)


def read_record(run_folder: Path, dataset: str, partition: Mapping[str, str]) -> dict[str, Any] | None:
    """The publish record of a partition, or None if there is none.

    Raises:
        SealFailure: RECORD, when the record is damaged or speaks of another partition.
    """
    relative = record_path(dataset, partition)
    data = bytes_if_file(run_folder / relative)
    if data is None:
        return None
    record = parsed_record(data, relative)
    for key, expected in (("dataset", dataset), ("partition", partition_text(partition))):
        if record[key] != expected:
            raise SealFailure(
                where=f"{relative} {key}", expected=expected, found=record[key], reason=SealReason.RECORD
            )
    return record


def parsed_record(data: bytes, where: str) -> dict[str, Any]:
    """The publish record in these bytes.

    Raises:
        SealFailure: RECORD, when they are not one.
    """
    try:
        record = parse_json(data, name=where)
    except SyntaxProblem as problem:
        raise SealFailure(
            where=problem.where, expected="a publish record", found=problem.message, reason=SealReason.RECORD
        ) from None
    if not isinstance(record, dict) or set(record) != _RECORD_KEYS:
        found = sorted(record) if isinstance(record, dict) else type(record).__name__
        raise SealFailure(
            where=where, expected=f"exactly {sorted(_RECORD_KEYS)}", found=found, reason=SealReason.RECORD
        )
    for key in ("dataset", "partition", "state"):
        if not isinstance(record[key], str):
            raise SealFailure(
                where=f"{where} {key}", expected="a text", found=record[key], reason=SealReason.RECORD
            )
    files = record["files"]
    if not isinstance(files, list) or not all(_is_file_entry(entry) for entry in files):
        raise SealFailure(
            where=f"{where} files",
            expected="{path, bytes, sha256_hex} each",
            found="another form",
            reason=SealReason.RECORD,
        )
    return record


def _is_file_entry(entry: JSON) -> bool:
    return (
        isinstance(entry, dict)
        and set(entry) == {"path", "bytes", "sha256_hex"}
        and isinstance(entry["path"], str)
        and illegal_path(entry["path"]) is None
        and type(entry["bytes"]) is int
        and isinstance(entry["sha256_hex"], str)
    )


def partition_tokens(record: Mapping[str, Any]) -> dict[str, str]:
    """The tokens of a record's partition with their texts."""
    pairs = (part.partition("=") for part in record["partition"].split("/") if part)
    return {name: value for name, _, value in pairs}


def dataset_records(run_folder: Path, dataset: str) -> Iterator[dict[str, Any]]:
    """The publish records of every partition of one dataset, in ASCII order of their paths.

    Raises:
        SealFailure: a record is damaged, or does not lie where it says.
    """
    own = f"{RECORDS}/{checked_path(dataset)}"
    whole = run_folder / f"{own}.json"  # of a dataset without partitions
    if whole.is_file():
        yield placed_record(whole, f"{own}.json")
    yield from _records_under(run_folder, own)


def published_records(run_folder: Path) -> Iterator[dict[str, Any]]:
    """Every publish record of a run, in ASCII order of its path.

    Raises:
        SealFailure: a record is damaged, or does not lie where it says.
    """
    return _records_under(run_folder, RECORDS)


def record_places(run_folder: Path) -> dict[str, Path]:
    """The file of every publish record by its path in the run, in ASCII order; none of them is read."""
    return _places_under(run_folder, RECORDS)


def _records_under(run_folder: Path, relative: str) -> Iterator[dict[str, Any]]:
    for where, path in _places_under(run_folder, relative).items():
        yield placed_record(path, where)


def _places_under(run_folder: Path, relative: str) -> dict[str, Path]:
    root = run_folder / relative
    if not root.is_dir():
        return {}
    return {f"{relative}/{name}": path for name, path in folder_files(root).items()}


def placed_record(path: Path, where: str) -> dict[str, Any]:
    """The record in a file, which must lie where its dataset and partition say.

    Raises:
        SealFailure: it is damaged, or lies elsewhere.
    """
    record = parsed_record(path.read_bytes(), where)
    stated = "/".join(part for part in (RECORDS, record["dataset"], record["partition"]) if part) + ".json"
    if where != stated:
        raise SealFailure(where=where, expected=stated, found=where, reason=SealReason.RECORD)
    return record


# ------------------------------------------------------------------------------------------ publishing


def publish(
    run_folder: Path,
    *,
    dataset: str,
    partition: Mapping[str, str],
    target: str | os.PathLike[str],
    staged: Path,
    fields: RecordFields,
    known: Mapping[str, CompletePart | FileDigest] | None = None,
    flushed: Collection[str] = (),
) -> PublishResult:
    """Publishes the folder `staged` as one partition, once and for ever, and writes its record.

    Args:
        run_folder: the run.
        dataset: the contract's id.
        partition: path tokens in the order of the path.
        target: the partition's folder, relative to the run, as the generated path gives it.
        staged: a validated folder inside the run's tmp/, wholly written; it is gone afterwards.
        fields: the rest of the record.
        known: sizes and digests of files that need no second reading, such as `Stage.complete_parts`.
        flushed: files whose bytes are on the disk beyond those that `known` has as complete parts, such as links to
            another run's published files.

    Returns:
        `made`, or `reused` if exactly these files were published there already. A table that stands there with the
        same rows, written by another library, is reused as it stands: its files are the ones of the record.

    Raises:
        PublishConflict: other files, or another record, stand there. Names the first differing file and both
            digests; nothing was changed. NON_IDEMPOTENT if the record there has the same inputs key.
        PublishFailure: the file system refused; nothing was published. `staged` is left to its stage, which keeps
            what is known to be whole for the next run.
        PublishUnknown: the file system failed after the rename; publish the same again to settle it.
        ValueError: an illegal target, or nothing staged.
    """
    run_folder = run_folder.absolute()
    relative, record_relative = checked_path(target), record_path(dataset, partition)
    destination, record_file = run_folder / relative, run_folder / record_relative
    with storage_failures(destination), draft_path(run_folder, "record") as draft:
        files = _staged_files(staged, known or {})
        refuse_links(run_folder, relative)
        refuse_links(run_folder, record_relative)
        _refuse_what_nobody_published(destination, record_file)
        existing = bytes_if_file(record_file)
        reason = _conflict_reason(existing, fields.inputs_key)
        made = not os.path.lexists(destination)
        if not made:
            files = _standing(destination, relative, staged, files, reason)
        record = _record_bytes(dataset, partition, fields, files)
        if existing is not None and existing != record:
            raise _record_conflict(existing, record, record_relative, reason)
        # Whatever can run out of space does so before the rename.
        if existing is None:
            make_folders(run_folder, record_relative.rpartition("/")[0])
            write_new(draft, record)
        if made:
            complete = {name for name, part in (known or {}).items() if isinstance(part, CompletePart)}
            sync_tree(staged, flushed=complete.union(flushed))
            make_folders(run_folder, relative.rpartition("/")[0])
            made = _renamed(staged, destination)
            if not made and _standing(destination, relative, staged, files, reason) != files:
                # Taken in the meantime, by another library: what was drafted does not tell of these files.
                raise PublishConflict(
                    where=relative,
                    expected="the staged files",
                    found="the same rows in other files",
                    reason=reason,
                )
        _after_rename(run_folder, destination, None if existing is not None else draft, record_file, record)
    if not made:
        remove_quietly(staged)
    return PublishResult("made" if made else "reused", files, sum(file.bytes for file in files))


def _refuse_what_nobody_published(destination: Path, record_file: Path) -> None:
    """Refuse a place that holds something that no publishing ever leaves there.

    Raises:
        PublishFailure: a file or an empty folder in place of the partition, or a folder in place of its record.
    """
    if os.path.lexists(destination) and (not destination.is_dir() or not any(destination.iterdir())):
        raise place_taken(destination, "nothing, or the folder of this partition with its files")
    if os.path.lexists(record_file) and not record_file.is_file():
        raise place_taken(record_file, "nothing, or the publish record of this partition")


def make_places(run_folder: Path, partitions: Iterable[tuple[str, Mapping[str, str], PurePath]]) -> None:
    """Make the folders in which partitions and their records are going to lie, each flushed once for all of them.

    Args:
        run_folder: the run.
        partitions: (dataset, partition, target) of each, as `publish` is given them.

    Raises:
        PublishFailure: the file system refused, or something else stands there.
    """
    run_folder = run_folder.absolute()
    later: set[Path] = set()
    with storage_failures(run_folder):
        for dataset, partition, target in partitions:
            for relative in (checked_path(target), record_path(dataset, partition)):
                make_folders(run_folder, relative.rpartition("/")[0], later=later)
        for folder in sorted(later):
            sync_folder(folder)


def _staged_files(staged: Path, known: Mapping[str, CompletePart | FileDigest]) -> tuple[PublishedFile, ...]:
    files = []
    for name, path in folder_files(staged).items():
        noted = known.get(name)
        if noted is None or noted.bytes != path.lstat().st_size:
            noted = file_digest(path)
        files.append(PublishedFile(name, noted.bytes, noted.sha256_hex))
    if not files:
        raise ValueError(f"nothing is staged in {staged}")
    return tuple(files)


def _record_bytes(
    dataset: str, partition: Mapping[str, str], fields: RecordFields, files: tuple[PublishedFile, ...]
) -> bytes:
    ordered = sorted(fields.inputs, key=lambda name: name.encode("utf-8"))
    return document_bytes(
        {
            "dataset": dataset,
            "partition": partition_text(partition),
            "state": fields.state,
            "law_version": fields.law_version,
            "rows": fields.rows,
            "files": [file._asdict() for file in files],
            "content_digest": fields.content_digest,
            "inputs": [{"id": name, "digest": fields.inputs[name]} for name in ordered],
            "inputs_key": fields.inputs_key,
        }
    )


def _renamed(staged: Path, destination: Path) -> bool:
    """Whether the rename took place; False if the name was taken in the meantime."""
    try:
        rename_without_replacing(staged, destination)
    except FileExistsError:
        return False
    return True


def _after_rename(
    run_folder: Path, destination: Path, draft: Path | None, record_file: Path, record: bytes
) -> None:
    """Makes the rename durable and puts the record beside it."""
    try:
        sync_folder(destination.parent)
        if draft is not None and not _renamed(draft, record_file):
            existing = bytes_if_file(record_file)
            if existing != record:
                relative = record_file.relative_to(run_folder).as_posix()
                raise _record_conflict(existing or b"", record, relative, ConflictReason.IMMUTABLE)
        sync_folder(record_file.parent)
    except OSError as error:
        raise PublishUnknown(**evidence_of(error, destination)) from error


def _conflict_reason(existing: bytes | None, inputs_key: str) -> ConflictReason:
    """NON_IDEMPOTENT when what stands there was made from the same inputs."""
    if existing is not None:
        with suppress(SealFailure):
            if parsed_record(existing, RECORDS)["inputs_key"] == inputs_key:
                return ConflictReason.NON_IDEMPOTENT
    return ConflictReason.IMMUTABLE


def _standing(
    destination: Path,
    relative: str,
    staged: Path,
    files: tuple[PublishedFile, ...],
    reason: ConflictReason,
) -> tuple[PublishedFile, ...]:
    """The files of what is published already: the staged ones, or tables of the same rows by another library.

    Raises:
        PublishConflict: at the first file, in ASCII order, that is neither.
    """
    try:
        present = folder_files(destination)
    except SealFailure as failure:
        raise PublishConflict(
            where=failure.where, expected=failure.expected, found=failure.found, reason=reason
        ) from None
    made = {file.path: file for file in files}
    standing = []
    for name in sorted(present.keys() | made.keys()):
        published = file_digest(present[name]) if name in present else None
        new = made.get(name)
        same = published is not None and new is not None and published.sha256_hex == new.sha256_hex
        if published is None or new is None or not (same or _same_table(present[name], staged / name)):
            raise PublishConflict(
                where=f"{relative}/{name}",
                expected="no such file" if published is None else f"published sha256 {published.sha256_hex}",
                found="no such file" if new is None else f"new sha256 {new.sha256_hex}",
                reason=reason,
            )
        standing.append(PublishedFile(name, *published))
    return tuple(standing)


def _same_table(published: Path, staged: Path) -> bool:
    return published.suffix == TABLE_SUFFIX and same_rows(published, staged) is not None


def _record_conflict(
    existing: bytes, record: bytes, relative: str, reason: ConflictReason
) -> PublishConflict:
    """What differs between two records: a file if one does, else the first field, else the bytes."""
    where, expected, found = (
        relative,
        f"published sha256 {sha256_bytes(existing)}",
        f"new sha256 {sha256_bytes(record)}",
    )
    new = parsed_record(record, relative)
    try:
        old = parsed_record(existing, relative)
    except SealFailure:
        old = new
    for key in ("files", *sorted(_RECORD_KEYS - {"files"})):
        if old[key] == new[key]:
            continue
        where, expected, found = f"{relative} {key}", f"published {old[key]}", f"new {new[key]}"
        if key == "files":
            before, after = (
                {file["path"]: file["sha256_hex"] for file in side} for side in (old[key], new[key])
            )
            for name in sorted(before.keys() | after.keys()):
                if before.get(name) != after.get(name):
                    where = f"{relative} {name}"
                    expected = f"published sha256 {before[name]}" if name in before else "no such file"
                    found = f"new sha256 {after[name]}" if name in after else "no such file"
                    break
        break
    return PublishConflict(where=where, expected=expected, found=found, reason=reason)


def write_once(
    run_folder: Path,
    relative: str | os.PathLike[str],
    data: bytes,
    *,
    later: set[Path] | None = None,
) -> Literal["made", "reused"]:
    """Writes one file of a run that never changes, such as its receipt: atomically, durably, never replacing.

    Args:
        run_folder: the run.
        relative: where in it.
        data: the file's bytes.
        later: takes the folders to be flushed, for a caller that writes many files and flushes each folder once with
            `sync_folders`; until then a power failure may take the file's name, never half of it.

    Returns:
        `made`, or `reused` if the same bytes were there already.

    Raises:
        PublishConflict: other bytes are there; nothing was changed.
        PublishFailure: the file system refused; nothing was written.
        PublishUnknown: the file system failed after the rename.
    """
    run_folder = run_folder.absolute()
    relative = checked_path(relative)
    destination = run_folder / relative
    with storage_failures(destination):
        refuse_links(run_folder, relative)
        made = not os.path.lexists(destination)
        if made:
            with draft_path(run_folder, "file") as draft:
                write_new(draft, data)
                make_folders(run_folder, relative.rpartition("/")[0], later=later)
                made = _renamed(draft, destination)
        if not made:
            _compare_file(destination, relative, data)
            return "reused"
    if later is not None:
        later.add(destination.parent)
    else:
        sync_folders((destination.parent,))
    return "made"


def sync_folders(folders: Collection[Path]) -> None:
    """Flush the folders in which files were made.

    Raises:
        PublishUnknown: the file system failed.
    """
    for folder in sorted(folders):
        try:
            sync_folder(folder)
        except OSError as error:
            raise PublishUnknown(**evidence_of(error, folder)) from error


def _compare_file(destination: Path, relative: str, data: bytes) -> None:
    try:
        published = file_digest(destination).sha256_hex
    except SealFailure as failure:
        raise PublishConflict(
            where=relative, expected=failure.expected, found=failure.found, reason=ConflictReason.IMMUTABLE
        ) from None
    if published != sha256_bytes(data):
        raise PublishConflict(
            where=relative,
            expected=f"published sha256 {published}",
            found=f"new sha256 {sha256_bytes(data)}",
            reason=ConflictReason.IMMUTABLE,
        )


# --------------------------------------------------------------------------------------------- reports


def replace_report(run_folder: Path, relative: str | os.PathLike[str], data: bytes) -> None:
    """Writes a run report, replacing the one before in one step; reports are never sealed.

    Nothing of a report is flushed: it carries no promise, and one that a power failure tears is replaced by the next.

    Raises:
        PublishFailure: the file system refused.
        ValueError: a path outside the run's reports.
    """
    run_folder = run_folder.absolute()
    relative = _report_path(relative)
    with storage_failures(run_folder / relative), draft_path(run_folder, "report") as draft:
        refuse_links(run_folder, relative)
        make_folders(run_folder, relative.rpartition("/")[0], lasting=False)
        write_new(draft, data, lasting=False)
        draft.replace(run_folder / relative)


def append_report_line(run_folder: Path, relative: str | os.PathLike[str], value: JSON) -> None:
    """Appends one canonical JSON line to a log among the run's reports.

    Raises:
        PublishFailure: the file system refused.
        ValueError: a path outside the run's reports.
    """
    run_folder = run_folder.absolute()
    relative = _report_path(relative)
    with storage_failures(run_folder / relative):
        refuse_links(run_folder, relative)
        make_folders(run_folder, relative.rpartition("/")[0], lasting=False)
        flags = os.O_WRONLY | os.O_CREAT | os.O_APPEND | getattr(os, "O_BINARY", 0)
        descriptor = os.open(run_folder / relative, flags, 0o666)
        try:
            os.write(descriptor, document_bytes(value))  # one write, so that lines of two threads do not mix
        finally:
            os.close(descriptor)


def _report_path(relative: str | os.PathLike[str]) -> str:
    text = checked_path(relative)
    if not text.startswith(f"{_REPORTS}/"):
        raise ValueError(f"{text} is not among the run's reports")
    return text
