"""Whether the tables that a state reads are still the files that it was given."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

from codegen.runtime.cards import StateCard
from codegen.runtime.errors import ErrorCode
from codegen.runtime.findings import Finding
from codegen.runtime.tables import PartitionedTable

FileState = tuple[int, int, int]


@dataclass(frozen=True, slots=True)
class FileStates:
    """(size, modification time in ns, inode) of each file when the state began."""

    states: dict[Path, FileState | None]

    @classmethod
    def of(cls, *tables: PartitionedTable[Any]) -> Self:
        """The files of these tables as they are now."""
        return cls({path: _state(path) for table in tables for path in table.paths})


def _state(path: Path) -> FileState | None:
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_size, found.st_mtime_ns, found.st_ino


def changed_file_findings(code: ErrorCode, files: FileStates, card: StateCard) -> Iterator[Finding]:
    """A finding for each file that is no longer what it was, and for each output that another state produces."""
    for path, before in files.states.items():
        now = _state(path)
        if now != before:
            where = "/".join(path.parts[-3:])
            yield Finding(code, where, f"the file as it was: {_words(before)}", _words(now))
    for dataset in card.writes:
        if dataset.produced_by != card.id:
            yield Finding(
                code, dataset.id, f"outputs of {card.id} alone", f"an output of {dataset.produced_by}"
            )


def _words(state: FileState | None) -> str:
    return "no file" if state is None else f"{state[0]} bytes, changed at {state[1]} ns, inode {state[2]}"
