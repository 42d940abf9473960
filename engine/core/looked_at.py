"""What the law of a bundle found out about its run in this process, for whoever checks the same files again.

A bundle's law asks every row of its segment, which takes most of a verification. Where the process that made the
bundle verifies it too, the findings stand as long as every file of the run still has the digest under which the law
read it: the digests are taken anew from the files, and compared with those that lie in memory. Nothing is kept on disk
and nothing of another process is believed, so a verification that begins by itself asks everything.
Source: spec/robustness.md, section 10; spec/identity-and-seals.md, section 3.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, NamedTuple

from codegen.runtime.cards import StateCard
from engine.core import digests, publish, seals
from engine.core.run import Run, RunFolder
from generated.datasets import BY_ID


class _Facts(NamedTuple):
    """What a file system says of a file that nobody wrote to."""

    size: int
    modified_ns: int
    changed_ns: int
    inode: int


@dataclass(frozen=True, slots=True)
class RunAsRead:
    """Every file of a run that a digest, a record or a seal covers, but for one state's own, as it was at one time."""

    digests: Mapping[Path, str]
    facts: Mapping[Path, _Facts]

    @classmethod
    def of(cls, folder: RunFolder, card: StateCard) -> RunAsRead:
        """The run as it is now, without what a state has published.

        Raises:
            SealFailure: something lies in the run that may not be sealed, such as a link.
        """
        facts = {path: _facts(path) for path in _paths(folder, card)}
        return cls({path: seals.MEMORY.file(path) for path in facts}, facts)

    def is_untouched(self) -> bool:
        """Whether no file was written to since."""
        try:
            return all(_facts(path) == facts for path, facts in self.facts.items())
        except OSError:
            return False


def _facts(path: Path) -> _Facts:
    found = path.lstat()
    return _Facts(found.st_size, found.st_mtime_ns, found.st_ctime_ns, found.st_ino)


def _paths(folder: RunFolder, card: StateCard) -> Iterator[Path]:
    """Every file where data, policies, contracts and records lie."""
    root = folder.root.absolute()
    tops = {dataset.path.template.split("/")[0] for dataset in BY_ID.values() if dataset.kind != "report"}
    own = [publish.records_folder(root, dataset.id) for dataset in card.writes]
    own += [
        root / dataset.path.folder(folder.tokens) for dataset in card.writes if not dataset.path.split_token
    ]
    for top in sorted({*tops, publish.RECORDS}):
        place = root / top
        found = digests.folder_files(place).values() if place.is_dir() else [place] if place.exists() else ()
        for path in found:
            if not any(path.is_relative_to(one) for one in own):
                yield path


@dataclass(frozen=True, slots=True)
class Looked:
    """A law's finding out, begun."""

    folder: RunFolder
    card: StateCard
    before: RunAsRead

    def keep(self, run: Run) -> None:
        """Remember what the law derived from its inputs, unless a file was written to since the law began."""
        value = run.found_out
        if value is not None and self.before.is_untouched():
            with _LOCK:
                _KNOWN[_key(self.folder, self.card)] = self.before.digests, value


_KNOWN: Final[dict[tuple[Path, str, str], tuple[Mapping[Path, str], Any]]] = {}
_LOCK: Final = threading.Lock()


def _key(folder: RunFolder, card: StateCard) -> tuple[Path, str, str]:
    return folder.root.absolute(), folder.identity.run_id, card.id


def begun(folder: RunFolder, card: StateCard) -> Looked | None:
    """A law that is about to look at its whole run; None for a state that makes no bundle of its segment's rows."""
    return Looked(folder, card, RunAsRead.of(folder, card)) if card.kind == "bundle" else None


def found_out(folder: RunFolder, card: StateCard) -> Any:
    """What the law of a state derived in this process from exactly these files; None where it has not looked at them.

    Raises:
        SealFailure: something lies in the run that may not be sealed, such as a link.
    """
    with _LOCK:
        known = _KNOWN.get(_key(folder, card))
    if known is None:
        return None
    return known[1] if RunAsRead.of(folder, card).digests == known[0] else None


def forget() -> None:
    """Let every law look for itself again."""
    with _LOCK:
        _KNOWN.clear()
