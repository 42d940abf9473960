"""Contract files of another time: from a git revision, or from a folder."""

from __future__ import annotations

import io
import subprocess
import tarfile
from pathlib import Path

from codegen.load import contract_bytes, holds_contracts
from codegen.runtime.shown_text import shown, shown_path


class RevisionUnreadable(ValueError):
    """There are no contract files under the name that was given."""


def files_of(name: str, contracts: Path) -> dict[str, bytes]:
    """The contract files that `name` stands for: a folder of contracts, or a git revision of the folder `contracts`.

    Raises:
        RevisionUnreadable: the name is neither; says what was tried.
    """
    folder = Path(name)
    if folder.is_dir():
        inner = folder / "contracts"
        chosen = inner if inner.is_dir() else folder
        if not holds_contracts(chosen):
            raise RevisionUnreadable(
                f"the folder {shown_path(name)} holds no contract files, which lie below layer1/ and so on"
            )
        return contract_bytes(chosen)
    if name.startswith("-"):
        raise RevisionUnreadable(f"'{shown(name)}' is neither a folder nor a git revision")
    return _archived(name, contracts)


def _archived(revision: str, contracts: Path) -> dict[str, bytes]:
    """The contract files of a git revision, read from the repository that holds `contracts`, in memory."""
    try:
        inside = _git(contracts, "rev-parse", "--is-inside-work-tree")
    except FileNotFoundError:
        raise RevisionUnreadable("git is not installed; give a folder of contracts instead") from None
    if inside.returncode != 0:
        raise RevisionUnreadable(
            f"{shown_path(contracts)} is not inside a git repository, so '{shown(revision)}' cannot be looked up; "
            "give a folder instead"
        )
    known = _git(contracts, "rev-parse", "--verify", "--quiet", f"{revision}^{{commit}}")
    if known.returncode != 0:
        raise RevisionUnreadable(
            f"git knows no revision '{shown(revision)}', and there is no folder of that name"
        )
    archive = _git(contracts, "archive", "--format=tar", revision)
    if archive.returncode != 0:
        raise RevisionUnreadable(f"the revision {shown(revision)} has no folder {contracts.name}/")
    found = {}
    with tarfile.open(fileobj=io.BytesIO(archive.stdout)) as members:
        for member in members:
            data = members.extractfile(member) if member.isfile() else None
            if data is not None and not Path(member.name).name.startswith("."):
                found[member.name] = data.read()
    return found


def _git(folder: Path, *arguments: str) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(["git", "-C", str(folder), *arguments], capture_output=True, check=False)
