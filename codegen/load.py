"""Load: the bytes of the contract files become located documents, each with its kind, layer and segment."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from codegen.catalogue_findings import ContractFinding
from codegen.ir import Source
from codegen.runtime import strict_yaml
from codegen.runtime.canonical import Pointer, SyntaxProblem, pointer_text

_SEGMENT: Final = r"(?P<segment>[0-9][A-Z])"
_NAMES: Final = (
    ("schemas", re.compile(r"layer(?P<layer>[0-9])/schemas\.(?P<shared>layer(?P=layer))\.yaml", re.ASCII)),
    ("errors", re.compile(r"layer(?P<layer>[0-9])/errors\.(?P<shared>layer(?P=layer))\.yaml", re.ASCII)),
    ("schemas", re.compile(rf"layer(?P<layer>[0-9])/{_SEGMENT}/schemas\.(?P=segment)\.yaml", re.ASCII)),
    (
        "dataset_dictionary",
        re.compile(
            rf"layer(?P<layer>[0-9])/{_SEGMENT}/dataset_dictionary\.layer(?P=layer)\.(?P=segment)\.yaml",
            re.ASCII,
        ),
    ),
    (
        "artefact_registry",
        re.compile(rf"layer(?P<layer>[0-9])/{_SEGMENT}/artefact_registry_(?P=segment)\.yaml", re.ASCII),
    ),
    ("states", re.compile(rf"layer(?P<layer>[0-9])/{_SEGMENT}/states\.(?P=segment)\.yaml", re.ASCII)),
)

LARGEST_FILE: Final = 1 << 20
"""Bytes that a contract file may have."""
_LAYER: Final = re.compile(r"layer[0-9]", re.ASCII)
_SEGMENT_NAME: Final = re.compile(r"[0-9][A-Z]", re.ASCII)


@dataclass(frozen=True, slots=True)
class ContractFile:
    """One contract file: its parsed value and where each part of it stands."""

    path: str
    kind: str
    layer: int
    segment: str
    sha256_hex: str
    document: strict_yaml.LocatedDocument

    @property
    def value(self) -> Any:
        """The parsed value."""
        return self.document.value

    @property
    def name(self) -> str:
        """The file's own name, by which schema references call it."""
        return self.path.rsplit("/", 1)[-1]

    def source(self, pointer: Pointer = ()) -> Source:
        """The place of a value in this file."""
        return Source(self.path, self.document.line(pointer)[0], pointer_text(pointer))

    def finding(self, pointer: Pointer, rule: str, message: str, remedy: str) -> ContractFinding:
        """A finding about the value at `pointer`."""
        return ContractFinding.at(self.source(pointer), rule, message, remedy)


@dataclass(frozen=True, slots=True)
class Loaded:
    """Every contract file that could be read, in order of path, and the faults met on the way."""

    files: tuple[ContractFile, ...]
    findings: tuple[ContractFinding, ...]

    def of_kind(self, kind: str) -> Iterator[ContractFile]:
        """The files of one kind."""
        return (file for file in self.files if file.kind == kind)


def holds_contracts(folder: Path) -> bool:
    """Whether a folder is laid out as contracts are: with a folder layer1, layer2 and so on."""
    return folder.is_dir() and any(_LAYER.fullmatch(name) for name in _folders(folder))


def contract_bytes(folder: Path) -> dict[str, bytes]:
    """The bytes of every file where contract files lie, by relative POSIX path; other folders are named, not entered.

    Files that start with a dot are passed over; of one that is too large no more is read than shows it.
    """
    found: dict[str, bytes] = {}
    pending: list[tuple[str, Path, re.Pattern[str] | None]] = [("", folder, _LAYER)]
    pending += [(f"{name}/", folder / name, _SEGMENT_NAME) for name in _layers(folder)]
    for layer in _layers(folder):
        inside = folder / layer
        pending += [
            (f"{layer}/{name}/", inside / name, None)
            for name in _folders(inside)
            if _SEGMENT_NAME.fullmatch(name)
        ]
    for prefix, place, entered in pending:
        for path in sorted(place.iterdir()):
            if path.name.startswith("."):
                continue
            if path.is_file():
                found[prefix + path.name] = _bytes(path)
            elif entered is None or not path.is_dir() or not entered.fullmatch(path.name):
                found[f"{prefix}{path.name}/"] = b""
    return dict(sorted(found.items()))


def _bytes(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(LARGEST_FILE + 1)


def _folders(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir() if path.is_dir())


def _layers(folder: Path) -> list[str]:
    return [name for name in _folders(folder) if _LAYER.fullmatch(name)]


def load(files: Mapping[str, bytes]) -> Loaded:
    """The contract files in `files` (relative path to bytes), parsed strictly."""
    loaded: list[ContractFile] = []
    findings: list[ContractFinding] = []
    for path in sorted(files):
        shown = f"contracts/{path}"
        named = next(((kind, hit) for kind, form in _NAMES if (hit := form.fullmatch(path))), None)
        if named is None:
            findings.append(
                ContractFinding(
                    shown,
                    1,
                    "FILE-NAME",
                    "",
                    "the file is none of the contract files",
                    "name it as the others or move it",
                )
            )
            continue
        kind, hit = named
        if len(files[path]) > LARGEST_FILE:
            findings.append(
                ContractFinding(
                    shown,
                    1,
                    "YAML",
                    "",
                    f"the file has more than {LARGEST_FILE:,} bytes",
                    "split it; a contract file has at most 1 MiB",
                )
            )
            continue
        try:
            document = strict_yaml.load(files[path], name=shown)
        except SyntaxProblem as problem:
            findings.append(
                ContractFinding(
                    shown,
                    problem.line,
                    "YAML",
                    "",
                    f"column {problem.column}: {problem.message}",
                    "mend the YAML",
                )
            )
            continue
        groups = hit.groupdict()
        segment = groups.get("segment") or groups["shared"]
        digest = hashlib.sha256(files[path]).hexdigest()
        loaded.append(ContractFile(shown, kind, int(groups["layer"]), segment, digest, document))
    return Loaded(tuple(loaded), tuple(findings))
