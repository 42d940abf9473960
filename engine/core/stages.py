"""Stages: where a state writes before anything is published (spec/identity-and-seals.md, section 6).

A stage is `runs/<run_id>/tmp/<state>-<random>/`. Whatever lies in a run's tmp/ and is not in use by this
process is dead, since the run's lock (engine.core.lock) lets one process write: a dead stage is taken over by
the next run of its state if the inputs key still holds, and removed otherwise.
"""

from __future__ import annotations

import os
import secrets
import shutil
import threading
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Final, NamedTuple, Self

from codegen.runtime.canonical import JSON, SyntaxProblem, document_bytes, parse_json
from codegen.runtime.paths import RUN_TOKENS
from engine.core.digests import FileDigest, file_digest, folder_files
from engine.core.errors import PublishFailure, SealFailure, SealReason
from engine.core.storage import (
    CANNOT_LINK,
    bytes_if_file,
    checked_path,
    make_folders,
    remove,
    remove_quietly,
    storage_failures,
    sync_file,
    walked,
    write_new,
)
from engine.core.table_files import is_by_other_library

__all__ = [
    "CompletePart",
    "FinishedBlocks",
    "Stage",
    "draft_path",
    "finished_blocks",
    "longest_draft",
    "longest_stage_paths",
    "partition_segments",
    "remove_dead_stages",
    "staged_parts",
]

_TMP: Final = "tmp"
_MANIFEST: Final = "stage.json"
_DATA, _COMPLETE = "data", "complete"
_MOST_OF_A_KIND: Final = 12


def partition_segments(partition: Mapping[str, str]) -> list[str]:
    """The tokens of a partition as `key=value` segments."""
    return [f"{token}={value}" for token, value in partition.items()]


class _Live:
    """Temporary names that this process uses; every other one in the run is dead (the lock says so)."""

    def __init__(self) -> None:
        self._paths: set[Path] = set()
        self._lock = threading.Lock()

    def claim(self, path: Path) -> bool:
        """Whether `path` was free and is now the caller's."""
        with self._lock:
            if path in self._paths:
                return False
            self._paths.add(path)
            return True

    def release(self, path: Path) -> None:
        with self._lock:
            self._paths.discard(path)


_LIVE = _Live()


@contextmanager
def draft_path(run_folder: Path, kind: str) -> Iterator[Path]:
    """A new name in the run's tmp/ for a file that a rename then moves into place; removed if it did not."""
    path = run_folder / _TMP / f"{kind}-{secrets.token_hex(8)}"
    _LIVE.claim(path)
    try:
        make_folders(run_folder, _TMP, lasting=False)
        yield path
    finally:
        remove_quietly(path)
        _LIVE.release(path)


def longest_draft() -> str:
    """A name in a run's tmp/, as long as any of a draft or a stage; kinds of drafts and states have few letters."""
    return f"{_TMP}/{'x' * _MOST_OF_A_KIND}-{'f' * 16}"


def longest_stage_paths(dataset: str, partition: Mapping[str, str], name: str) -> Iterator[str]:
    """Where in a run a file of a partition is staged, and where the note that it is complete is drafted."""
    stage = Stage(Path(longest_draft()), "", "")
    yield (stage._place(_DATA, dataset, partition) / name).as_posix()
    yield _drafted(stage._place(_COMPLETE, dataset, partition) / f"{name}.json", "f" * 8).as_posix()


def _drafted(note: Path, random: str) -> Path:
    """Under what name a note is written before it gets its own."""
    return note.with_name(f"{note.name}.{random}.draft")


class CompletePart(NamedTuple):
    """A part file that is wholly written: size, SHA-256, and what its maker wanted remembered with it."""

    name: str
    bytes: int
    sha256_hex: str
    summary: JSON


@dataclass(frozen=True, slots=True)
class Stage:
    """The folder into which a state writes before publishing.

    Picklable: a worker of another process may write parts into it and mark them complete; only the process
    that opened it publishes and closes. As a context manager it is removed when the block ends well or by an
    error; a killed process leaves it, and so does one whose disk refused to write, for the next run of the same
    state and inputs key to take its complete parts over.
    """

    folder: Path
    state: str
    inputs_key: str

    @classmethod
    def open(cls, run_folder: Path, state: str, inputs_key: str) -> Self:
        """A stage for `state`: a dead one with the same inputs key if there is one, or a new one.

        Of a dead stage, only parts that were marked complete and whose bytes still have their digest are
        kept, and of tables those that this process's own library wrote: a partition has one writer, so that what
        was ended and gone on with has the bytes of what was never ended. Other dead stages of the state are removed.

        Raises:
            PublishFailure: the run folder cannot be written.
        """
        checked_path(state)
        run_folder = run_folder.absolute()
        with storage_failures(run_folder):
            tmp = make_folders(run_folder, _TMP, lasting=False)
            manifest = document_bytes({"state": state, "inputs_key": inputs_key})
            for folder in sorted(tmp.iterdir()):
                if not folder.name.startswith(f"{state}-") or not _LIVE.claim(folder):
                    continue
                try:
                    if bytes_if_file(folder / _MANIFEST) == manifest:
                        stage = cls(folder, state, inputs_key)
                        stage._keep_checked_parts()
                        return stage
                    remove(folder)
                except BaseException:
                    _LIVE.release(folder)
                    raise
                _LIVE.release(folder)
            folder = tmp / f"{state}-{secrets.token_hex(8)}"
            _LIVE.claim(folder)
            try:
                folder.mkdir()
                write_new(folder / _MANIFEST, manifest, lasting=False)
            except BaseException:
                remove_quietly(folder)
                _LIVE.release(folder)
                raise
            return cls(folder, state, inputs_key)

    def dataset_folder(self, dataset: str, partition: Mapping[str, str]) -> Path:
        """The folder that `publish` will rename into place for this partition; made if missing."""
        folder = self._place(_DATA, dataset, partition)
        with storage_failures(folder):
            folder.mkdir(parents=True, exist_ok=True)
        return folder

    def mark_part_complete(
        self, dataset: str, partition: Mapping[str, str], name: str, summary: JSON = None
    ) -> CompletePart:
        """The part `name` of a partition, flushed, digested and remembered as wholly written.

        Args:
            dataset: the contract's id.
            partition: path tokens in the order of the path.
            name: path of the part inside that folder.
            summary: JSON that a run which takes the stage over gets back with the part.
        """
        path = self._place(_DATA, dataset, partition) / checked_path(name)
        note = self._place(_COMPLETE, dataset, partition) / f"{name}.json"
        with storage_failures(path):
            sync_file(path)
            digest = file_digest(path)
            note.parent.mkdir(parents=True, exist_ok=True)
            draft = _drafted(note, secrets.token_hex(4))
            content = {"bytes": digest.bytes, "sha256_hex": digest.sha256_hex, "summary": summary}
            # Not flushed: a note that a power failure takes or tears counts for nothing, and its block is made again.
            write_new(draft, document_bytes(content), lasting=False)
            draft.replace(note)
        return CompletePart(name, digest.bytes, digest.sha256_hex, summary)

    def complete_parts(self, dataset: str, partition: Mapping[str, str]) -> dict[str, CompletePart]:
        """The complete parts of a partition by name, in ASCII order; give them to `publish` as `known`."""
        notes = self._place(_COMPLETE, dataset, partition)
        data = self._place(_DATA, dataset, partition)
        if not notes.is_dir():
            return {}
        parts = {}
        for relative, path in folder_files(notes).items():
            part = _noted_part(relative, path)
            if part is not None and (data / part.name).is_file():
                parts[part.name] = part
        return dict(sorted(parts.items()))

    def adopt(
        self, dataset: str, partition: Mapping[str, str], source: Path, files: Mapping[str, FileDigest]
    ) -> Path:
        """The staged folder with another run's published files, hard-linked, or copied across file systems.

        Args:
            dataset: the contract's id.
            partition: path tokens of the target.
            source: the published folder of the other run.
            files: its record's files by path; exactly these are taken, each after its digest was checked.

        Raises:
            SealFailure: a file is missing, no regular file, or differs from `files`; nothing of it is kept.
            PublishFailure: the file system refused.
        """
        folder = self.dataset_folder(dataset, partition)
        try:
            with storage_failures(folder):
                for name, recorded in files.items():
                    target = folder / checked_path(name)
                    target.parent.mkdir(parents=True, exist_ok=True)
                    found = file_digest(source / name)
                    if found != recorded:
                        raise SealFailure(
                            where=source / name,
                            expected=f"published sha256 {recorded.sha256_hex}",
                            found=f"sha256 {found.sha256_hex}",
                            reason=SealReason.DIGEST,
                        )
                    target.unlink(missing_ok=True)
                    _link_or_copy(source / name, target)
        except (SealFailure, PublishFailure):
            remove_quietly(folder)
            raise
        return folder

    def close(self) -> None:
        """Remove the stage with all that was not published."""
        remove_quietly(self.folder)
        _LIVE.release(self.folder)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if isinstance(error, PublishFailure):
            self._drop_unfinished()  # the disk refused, not the law: what was finished before is worth keeping
            _LIVE.release(self.folder)
        elif kind is None or issubclass(kind, Exception):
            # After an error too: the inputs key does not cover code, so a mended law must not meet old parts.
            self.close()
        else:
            _LIVE.release(self.folder)  # interrupted from outside: the parts are sound and worth keeping

    def _place(self, kind: str, dataset: str, partition: Mapping[str, str]) -> Path:
        # A stage is of one run, so the tokens that a run fixes would only make its paths long.
        own = {token: value for token, value in partition.items() if token not in RUN_TOKENS}
        return self.folder / kind / checked_path("/".join((dataset, *partition_segments(own))))

    def _drop_unfinished(self) -> None:
        """Remove all files but complete parts and their notes, and the whole stage where there is no such part."""
        notes, data = self.folder / _COMPLETE, self.folder / _DATA
        kept = {path.relative_to(notes).as_posix().removesuffix(".json") for path in _plain_files(notes)}
        for path in _plain_files(data):
            if path.relative_to(data).as_posix() not in kept:
                remove_quietly(path)
        if not any(True for _ in _plain_files(data)):
            remove_quietly(self.folder)

    def _keep_checked_parts(self) -> None:
        notes, data = self.folder / _COMPLETE, self.folder / _DATA
        kept: set[str] = set()
        for path in _plain_files(notes):
            relative = path.relative_to(notes).as_posix()
            part = _noted_part(relative, path)
            if (
                part is not None
                and _same_bytes(data / part.name, FileDigest(part.bytes, part.sha256_hex))
                and not is_by_other_library(data / part.name)
            ):
                kept.add(part.name)
            else:
                path.unlink()
        for path in _plain_files(data):
            if path.relative_to(data).as_posix() not in kept:
                path.unlink()
        for inside in reversed([folder for folder, _files in walked(data)]):
            if not any(inside.iterdir()):
                inside.rmdir()  # a bundle is written into an empty folder only


def _plain_files(folder: Path) -> list[Path]:
    return [path for _inside, files in walked(folder) for path in files]


def _noted_part(relative: str, path: Path) -> CompletePart | None:
    """What a completion note says, or None if it is not a whole note."""
    if not relative.endswith(".json"):
        return None
    try:
        note = parse_json(path.read_bytes(), name=relative)
    except SyntaxProblem:
        return None
    if not isinstance(note, dict) or set(note) != {"bytes", "sha256_hex", "summary"}:
        return None
    return CompletePart(relative.removesuffix(".json"), note["bytes"], note["sha256_hex"], note["summary"])


def _same_bytes(path: Path, recorded: FileDigest) -> bool:
    try:
        return path.lstat().st_size == recorded.bytes and file_digest(path) == recorded
    except (SealFailure, FileNotFoundError, NotADirectoryError):
        return False


def _link_or_copy(source: Path, target: Path) -> None:
    try:
        os.link(source, target, follow_symlinks=False)
    except OSError as error:
        if error.errno not in CANNOT_LINK:
            raise
        shutil.copyfile(source, target, follow_symlinks=False)


class FinishedBlocks(NamedTuple):
    """Blocks of a state that an interrupted run finished: those that are kept, and those to be made again."""

    kept: int = 0
    by_other_library: int = 0
    """Whose tables another library wrote than the one that goes on."""


def finished_blocks(run_folder: Path, state: str, inputs_key: str, bulk: Collection[str]) -> FinishedBlocks:
    """How many blocks of a state an interrupted run finished that the next one, of the same inputs key, takes over.

    Args:
        run_folder: the run.
        state: the state.
        inputs_key: what its outputs follow from now.
        bulk: the datasets of which a block writes its part last; none where any part may be a block's last one, which
            is then noted with those before it. Parts are counted by their notes; their digests are checked when they
            are taken over.
    """
    manifest = document_bytes({"state": state, "inputs_key": inputs_key})
    for folder in sorted((run_folder / _TMP).glob(f"{state}-*")):
        if bytes_if_file(folder / _MANIFEST) == manifest:
            return min(_counted(folder, dataset) for dataset in bulk or [""])
    return FinishedBlocks()


def _counted(stage: Path, dataset: str) -> FinishedBlocks:
    """The noted parts of a dataset in a stage by who wrote them; of any dataset, those that end a block."""
    parts = []
    for path in _plain_files(stage / _COMPLETE / dataset):
        note = _noted_part(path.relative_to(stage / _COMPLETE).as_posix(), path)
        if note is not None and (dataset or isinstance(note.summary, list)):
            parts.append(stage / _DATA / note.name)
    others = sum(map(is_by_other_library, parts))
    return FinishedBlocks(len(parts) - others, others)


def staged_parts(run_folder: Path) -> dict[str, int]:
    """How many wholly written parts the stages of each state under a run's tmp/ hold, by the state's id."""
    found: dict[str, int] = {}
    tmp = run_folder / _TMP
    for folder in sorted(tmp.iterdir()) if tmp.is_dir() else ():
        state, _, word = folder.name.rpartition("-")
        if state and word and not folder.is_symlink() and bytes_if_file(folder / _MANIFEST) is not None:
            found[state] = found.get(state, 0) + len(_plain_files(folder / "complete"))
    return found


def remove_dead_stages(run_folder: Path, *, keep: Callable[[str, str], bool] | None = None) -> list[str]:
    """Names of the dead stages and drafts removed from a run; needs the run's lock.

    Args:
        run_folder: the run.
        keep: given (state, inputs_key) of a dead stage, whether it may still be taken over and so stays.

    Raises:
        PublishFailure: the file system refused.
    """
    tmp = run_folder.absolute() / _TMP
    if not tmp.is_dir() or tmp.is_symlink():
        return []
    removed: list[str] = []
    with storage_failures(tmp):
        for path in sorted(tmp.iterdir()):
            if not _LIVE.claim(path):
                continue
            try:
                if keep is None or not _wanted(path, keep):
                    remove(path)
                    removed.append(path.name)
            finally:
                _LIVE.release(path)
    return removed


def _wanted(path: Path, keep: Callable[[str, str], bool]) -> bool:
    data = bytes_if_file(path / _MANIFEST)
    if data is None:
        return False
    try:
        manifest = parse_json(data, name=_MANIFEST)
    except SyntaxProblem:
        return False
    if not isinstance(manifest, dict) or set(manifest) != {"state", "inputs_key"}:
        return False
    return keep(manifest["state"], manifest["inputs_key"])
