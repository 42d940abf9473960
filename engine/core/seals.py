"""Seals: the digests recorded before anyone reads, and the check that they still hold.

Source: spec/identity-and-seals.md, section 3.

Digests of large immutable files are computed once a process and remembered by path, size, modification time
and inode; they are never trusted across processes.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, Final

from codegen.runtime.cards import DatasetSpec, GateInput, Read, SealedPartition, StateCard
from engine.core import digests, identity, publish
from engine.core.errors import SealFailure, SealReason
from engine.core.run import RunFolder

_Place = tuple[str, int, int, int]


class DigestMemory:
    """SHA-256 of files, each computed once as long as the file does not change."""

    def __init__(self) -> None:
        self._known: dict[_Place, str] = {}
        self._turns: dict[_Place, threading.Lock] = {}
        self._lock = threading.Lock()

    def file(self, path: Path) -> str:
        """The SHA-256 of one regular file, hex.

        Raises:
            SealFailure: the path is no regular file.
        """
        try:
            facts = path.lstat()
        except FileNotFoundError as error:
            raise SealFailure(
                where=path.name, expected="a file", found="nothing", reason=SealReason.MISSING
            ) from error
        place = (str(path.absolute()), facts.st_size, facts.st_mtime_ns, facts.st_ino)
        with self._lock:
            known, turn = self._known.get(place), self._turns.setdefault(place, threading.Lock())
        if known is None:
            with turn:  # whoever else wants it waits, and reads the file only if this reading fails
                with self._lock:
                    known = self._known.get(place)
                if known is None:
                    known = digests.sha256_file(path)
                    with self._lock:
                        self._known[place] = known
        return known

    def forget(self, folder: Path) -> None:
        """Let every file under a folder be read anew, whatever its size and times say."""
        inside = f"{folder.absolute()}{os.sep}"
        with self._lock:
            for place in [place for place in self._known if place[0].startswith(inside)]:
                del self._known[place]

    def folder(self, folder: Path) -> str:
        """The folder digest: SHA-256 over each file's path and digest in ASCII order of path."""
        files = digests.folder_files(folder)
        return digests.lines_digest(
            {name: self.file(path) for name, path in files.items() if name != digests.FLAG_NAME}
        )


MEMORY: Final = DigestMemory()


def digest_of(folder: RunFolder, dataset: DatasetSpec, tokens: Mapping[str, Any] | None = None) -> str:
    """The digest under which a dataset, or one partition, is sealed: a file's SHA-256, or a folder's folder digest.

    Raises:
        SealFailure: nothing is there, or something that may not be sealed (a symbolic link, a hidden file).
    """
    path = folder.path(dataset, tokens)
    if path.is_symlink():
        raise SealFailure(
            where=relative(folder, path),
            expected="a file or folder",
            found="a symbolic link",
            reason=SealReason.SYMLINK,
        )
    return MEMORY.folder(path) if dataset.path.is_folder else MEMORY.file(path)


def split_digest(partitions: Mapping[str, SealedPartition]) -> str:
    """The digest of a sealed input that a token splits: of the digest of each partition by the token's value."""
    return digests.value_digest({value: part.sha256_hex for value, part in partitions.items()})


def relative(folder: RunFolder, path: Path) -> str:
    """A path inside the run, as the inventory writes it."""
    return path.relative_to(folder.root).as_posix()


def gate_card(cards: Iterable[StateCard], segment: str) -> StateCard | None:
    """The gate state of a segment; the upstream segments have none."""
    return next((card for card in cards if card.segment == segment and card.kind == "gate"), None)


def check_sealed(folder: RunFolder, read: Read, sealed: Mapping[str, GateInput]) -> GateInput | None:
    """The inventory's row of a declared input, after path, partition and digest of every partition were compared.

    Returns:
        The row; None for an optional input that was not sealed.

    Raises:
        SealFailure: reason MISSING (not in the inventory, or no longer there), PATH, PARTITION or DIGEST.
    """
    dataset = read.dataset
    row = sealed.get(dataset.id)
    if row is None:
        if read.optional:
            return None
        raise SealFailure(
            where=dataset.id,
            expected="a row in the sealed inventory",
            found="none",
            reason=SealReason.MISSING,
        )
    token = dataset.path.split_token
    for part in row.partitions:
        _check_partition(folder, dataset, part, {token: part.partition.get(token, "")} if token else None)
    return row


def _check_partition(
    folder: RunFolder, dataset: DatasetSpec, part: SealedPartition, tokens: Mapping[str, str] | None
) -> None:
    path = relative(folder, folder.path(dataset, tokens))
    if part.path != path:
        raise SealFailure(where=f"{dataset.id}: path", expected=path, found=part.path, reason=SealReason.PATH)
    partition = folder.partition(dataset, tokens)
    if dict(part.partition) != partition:
        raise SealFailure(
            where=f"{dataset.id}: partition",
            expected=partition,
            found=dict(part.partition),
            reason=SealReason.PARTITION,
        )
    digest = digest_of(folder, dataset, tokens)
    if digest != part.sha256_hex:
        raise SealFailure(
            where=path,
            expected=f"sealed sha256 {part.sha256_hex}",
            found=f"sha256 {digest}",
            reason=SealReason.DIGEST,
        )


def check_published(
    folder: RunFolder, dataset: DatasetSpec, tokens: Mapping[str, Any] | None = None
) -> dict[str, Any]:
    """The publish record of an earlier output, after every file's digest was compared with it.

    Raises:
        SealFailure: no record, a file missing, unlisted, or of another digest.
    """
    record = publish.read_record(folder.root, dataset.id, folder.partition(dataset, tokens))
    if record is None:
        raise SealFailure(
            where=dataset.id,
            expected=f"a published partition, which {dataset.produced_by} makes",
            found="no publish record",
            reason=SealReason.UNPUBLISHED,
        )
    target = folder.folder(dataset, tokens)
    listed = {entry["path"]: entry["sha256_hex"] for entry in record["files"]}
    present = digests.folder_files(target) if target.is_dir() else {}
    for name in sorted(listed.keys() | present.keys()):
        where = f"{relative(folder, target)}/{name}"
        if name not in present:
            raise SealFailure(
                where=where, expected="the published file", found="nothing", reason=SealReason.GONE
            )
        if name not in listed:
            raise SealFailure(
                where=where,
                expected="no file beside the published ones",
                found="a file",
                reason=SealReason.EXTRA,
            )
        found = MEMORY.file(present[name])
        if found != listed[name]:
            raise SealFailure(
                where=where,
                expected=f"published sha256 {listed[name]}",
                found=f"sha256 {found}",
                reason=SealReason.DIGEST,
            )
    return record


def check_config(folder: RunFolder) -> None:
    """Refuse a run whose config was edited: its policies are part of its identity.

    Raises:
        SealFailure: a policy was changed, added or removed; names both digests.
    """
    sealed = {entry["id"]: entry["sha256_hex"] for entry in folder.receipt["policies"]}
    found = identity.policy_digests(folder.config)
    for policy in sorted(sealed.keys() | found.keys()):
        if sealed.get(policy) != found.get(policy):
            raise SealFailure(
                where=f"policy {policy} of run {folder.identity.run_id}",
                expected=f"sealed sha256 {sealed[policy]}" if policy in sealed else "no such policy",
                found=f"sha256 {found[policy]}" if policy in found else "nothing",
                reason=SealReason.CONFIG,
            )
