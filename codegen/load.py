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


def contract_bytes(folder: Path) -> dict[str, bytes]:
    """The bytes of every file below a contracts folder, by relative POSIX path."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and not path.name.startswith(".")
    }


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
