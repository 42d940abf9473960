"""Build and drift: the rendered files against what lies on disk."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final

from codegen.catalogue_findings import ContractsInvalid
from codegen.check import check
from codegen.emit import render_all
from codegen.ir import Contracts
from codegen.load import contract_bytes, load
from codegen.lower import lower

_MARK: Final = b"Generated from contracts/"


def catalogue(files: Mapping[str, bytes]) -> Contracts:
    """The catalogue of sound contracts.

    Args:
        files: the bytes of every contract file by its path below the contracts folder.

    Raises:
        ContractsInvalid: the contracts have findings; carries them all.
    """
    loaded = load(files)
    contracts, findings = lower(loaded)
    findings = check(contracts, loaded, findings)
    if findings:
        raise ContractsInvalid(findings)
    return contracts


def rendered(contracts: Path) -> dict[str, str]:
    """Every file that the contracts in a folder give, by path: `generated/...` and `docs/contracts/...`."""
    return render_all(catalogue(contract_bytes(contracts)))


def _targets(files: Mapping[str, str], out: Path, docs: Path | None) -> dict[Path, bytes]:
    places = {"generated/": out, "docs/contracts/": docs}
    found = {}
    for path, text in files.items():
        prefix = next(prefix for prefix in places if path.startswith(prefix))
        folder = places[prefix]
        if folder is not None:
            found[folder / path.removeprefix(prefix)] = text.encode("utf-8")
    return found


def _on_disk(out: Path, docs: Path | None) -> Iterator[Path]:
    for folder in (out, docs) if docs is not None else (out,):
        for path in sorted(folder.rglob("*")):
            if path.is_file() and "__pycache__" not in path.parts and not path.name.startswith("."):
                yield path


def _is_generated(path: Path) -> bool:
    """Whether the generator wrote a file: its first line says so."""
    with path.open("rb") as file:
        return _MARK in file.readline(4096)


def is_free_for_code(folder: Path) -> bool:
    """Whether generated code may go into a folder: one that is not there or empty, or one that holds such code."""
    if not folder.exists():
        return True
    if not folder.is_dir():
        return False
    package = folder / "__init__.py"
    return (package.is_file() and _is_generated(package)) or next(folder.iterdir(), None) is None


def build(contracts: Path, out: Path, docs: Path) -> list[Path]:
    """Bring `out` and `docs` up to the contracts; returns every path that was written or removed, sorted.

    Only files whose bytes change are written; of files that are no longer emitted, only generated ones are removed.

    Raises:
        ContractsInvalid: the contracts have findings; nothing was written.
    """
    targets = _targets(rendered(contracts), out, docs)
    changed = []
    for path, data in targets.items():
        if not path.is_file() or path.read_bytes() != data:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)
            changed.append(path)
    for path in _on_disk(out, docs):
        if path not in targets and _is_generated(path):
            path.unlink()
            changed.append(path)
    return sorted(changed)


def drift(contracts: Path, out: Path, docs: Path | None) -> list[str]:
    """What differs between the contracts and the files on disk, one line a file: missing, different or not emitted.

    Without `docs` the reference is left out, as in an installed copy that does not carry it.

    Raises:
        ContractsInvalid: the contracts have findings.
    """
    targets = _targets(rendered(contracts), out, docs)
    lines = []
    for path, data in targets.items():
        if not path.is_file():
            lines.append(f"{path}: missing")
        elif path.read_bytes() != data:
            lines.append(f"{path}: differs from what the contracts give")
    lines += [f"{path}: not emitted by any contract" for path in _on_disk(out, docs) if path not in targets]
    return sorted(lines)
