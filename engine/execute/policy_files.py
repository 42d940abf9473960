"""The files of a policy folder: what may lie there, and how large it may be, asked before anything is parsed."""

from __future__ import annotations

import difflib
import os
import stat
from collections.abc import Iterator, Mapping
from pathlib import Path, PurePosixPath
from typing import Final

from codegen.runtime.cards import DatasetSpec
from codegen.runtime.findings import Finding
from engine.core.digests import open_regular
from engine.core.errors import Failure
from engine.core.run import CONFIG_FOLDER
from generated.errors.engine import POLICY

__all__ = ["LARGEST_POLICY", "folder_bytes", "policy_bytes"]

LARGEST_POLICY: Final = 1 << 20
"""Bytes that a policy or recipe may have."""
_SHOWN: Final = 20


def policy_bytes(path: Path, where: str) -> bytes | Finding:
    """The bytes of one policy file, or why it is none that can be used.

    Nothing but a regular file is opened, and no more is read than a policy may have.
    """
    try:
        with open_regular(path) as handle:
            data = _read(handle.fileno(), LARGEST_POLICY + 1)
    except Failure as failure:
        return Finding(POLICY.POLICY_NOT_A_FILE, where, str(failure.expected), str(failure.found))
    except OSError as error:
        found = error.strerror or type(error).__name__
        return Finding(POLICY.POLICY_UNREADABLE, where, "a file that can be read", found)
    if len(data) > LARGEST_POLICY:
        size = f"more than {LARGEST_POLICY:,} bytes"
        return Finding(POLICY.POLICY_TOO_LARGE, where, f"at most {LARGEST_POLICY:,} bytes (1 MiB)", size)
    return data


def _read(descriptor: int, most: int) -> bytes:
    pieces = []
    while most and (piece := os.read(descriptor, most)):
        pieces.append(piece)
        most -= len(piece)
    return b"".join(pieces)


def folder_bytes(folder: Path, known: Mapping[str, DatasetSpec]) -> tuple[dict[str, bytes], list[Finding]]:
    """The bytes of the policies in a folder by path inside the run, and what must not lie in the folder.

    Args:
        folder: laid out like a run's config.
        known: every declared policy by path inside the run. Only folders in which one of them may lie are looked into.
    """
    files: dict[str, bytes] = {}
    findings: list[Finding] = []
    for relative, entry in _entries(folder, known, findings):
        found = policy_bytes(Path(entry), relative)
        if isinstance(found, Finding):
            findings.append(found)
        else:
            files[relative] = found
    return files, findings


def _entries(
    folder: Path, known: Mapping[str, DatasetSpec], findings: list[Finding]
) -> Iterator[tuple[str, str]]:
    """(path inside the run, path on disk) of every declared policy that is there; the rest becomes findings."""
    folders = {parent.as_posix() for path in known for parent in PurePosixPath(path).parents}
    pending = [(CONFIG_FOLDER, os.fspath(folder))]
    strays = 0
    while pending:
        inside, place = pending.pop()
        try:
            with os.scandir(place) as scan:
                entries = sorted(scan, key=lambda entry: os.fsencode(entry.name))
        except OSError as error:
            found = error.strerror or type(error).__name__
            findings.append(Finding(POLICY.POLICY_UNREADABLE, inside, "a folder that can be read", found))
            continue
        for entry in entries:
            relative = f"{inside}/{entry.name}"
            if relative in known:
                yield relative, entry.path
            elif relative in folders and entry.is_dir(follow_symlinks=False):
                pending.append((relative, entry.path))
            else:
                strays += 1
                if strays <= _SHOWN:
                    findings.append(_stray(relative, entry, known, is_folder=relative in folders))
    if strays > _SHOWN:
        where, found = CONFIG_FOLDER, f"{strays - _SHOWN} more"
        findings.append(Finding(POLICY.POLICY_UNDECLARED, where, "declared policies alone", found))


def _stray(
    relative: str, entry: os.DirEntry[str], known: Mapping[str, DatasetSpec], *, is_folder: bool
) -> Finding:
    where = os.fsencode(relative).decode("utf-8", "backslashreplace")
    if is_folder:
        return Finding(POLICY.POLICY_NOT_A_FILE, where, "a folder", _kind(entry))
    near = difflib.get_close_matches(relative, known, n=1, cutoff=0.8)
    expected = f"a declared policy, such as {near[0]}" if near else "a declared policy"
    kind = _kind(entry)
    found = (
        "a file that no dictionary declares" if kind == "a file" else f"{kind} that no dictionary declares"
    )
    return Finding(POLICY.POLICY_UNDECLARED, where, expected, found)


def _kind(entry: os.DirEntry[str]) -> str:
    try:
        mode = entry.stat(follow_symlinks=False).st_mode
    except OSError:
        return "something that cannot be looked at"
    for test, words in (
        (stat.S_ISLNK, "a symbolic link"),
        (stat.S_ISDIR, "a folder"),
        (stat.S_ISREG, "a file"),
    ):
        if test(mode):
            return words
    return "a special file"
