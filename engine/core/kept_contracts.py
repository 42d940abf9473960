"""The contracts that a run keeps: enough to read and check it when the engine's own contracts have moved on.

A run stores the catalogue that made it, without prose, in canonical form; the SHA-256 of that value is the
contracts_digest of its receipt, so the copy proves itself. Source: spec/contracts.md, section 3.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from codegen.runtime.canonical import SyntaxProblem, parse_json
from codegen.runtime.cards import DatasetSpec, StateCard
from codegen.runtime.paths import DatasetPath
from engine.core.digests import sha256_bytes
from engine.core.errors import SealFailure, SealReason


@dataclass(frozen=True, slots=True)
class KeptState:
    """A state as far as it tells what of a run must be there: what it writes, and the ids of what it reads."""

    id: str
    title: str
    kind: str
    writes: tuple[DatasetSpec, ...]
    reads: frozenset[str]

    @classmethod
    def of(cls, card: StateCard) -> KeptState:
        """A state of the engine's own contracts."""
        reads = frozenset(read.dataset.id for read in card.reads)
        return cls(card.id, card.title, card.kind, card.writes, reads)


@dataclass(frozen=True, slots=True)
class KeptContracts:
    """Datasets and states as the run's own contracts declare them, and the columns of those that are tables."""

    datasets: Mapping[str, DatasetSpec]
    columns: Mapping[str, tuple[tuple[str, str, bool, bool], ...]]
    states: tuple[KeptState, ...] = ()
    """Upstream segments first, as far as the contracts' own order goes."""


def kept_contracts(path: Path, contracts_digest: str) -> KeptContracts:
    """The contracts in a run's own copy.

    Args:
        path: the copy.
        contracts_digest: what the run's receipt says, hex64.

    Raises:
        SealFailure: no copy is there, it does not parse, or its digest is not the receipt's.
    """
    try:
        data = path.read_bytes()
        catalogue = parse_json(data, name=path.name)
    except (FileNotFoundError, NotADirectoryError, IsADirectoryError):
        raise SealFailure(
            where=path.name, expected="the contracts of the run", found="nothing", reason=SealReason.MISSING
        ) from None
    except SyntaxProblem as problem:
        raise SealFailure(
            where=problem.where, expected="a JSON document", found=problem.message, reason=SealReason.DIGEST
        ) from None
    # The file is canonical, so its bytes without the last line feed are what the digest is taken of.
    found = sha256_bytes(data.removesuffix(b"\n"))
    if found != contracts_digest:
        raise SealFailure(
            where=path.name,
            expected=f"contracts_digest {contracts_digest}",
            found=f"sha256 {found}",
            reason=SealReason.DIGEST,
        )
    return _read(catalogue)


def _read(catalogue: Any) -> KeptContracts:
    datasets: dict[str, DatasetSpec] = {}
    columns: dict[str, tuple[tuple[str, str, bool, bool], ...]] = {}
    tables = {table["ref"]: table for segment in catalogue["segments"] for table in segment["tables"]}
    for stream in (stream for segment in catalogue["segments"] for stream in segment["streams"]):
        if stream["table"] is not None:
            tables[stream["ref"]] = stream["table"]
    for entry in (entry for segment in catalogue["segments"] for entry in segment["datasets"]):
        datasets[entry["id"]] = _dataset(entry)
        if entry["format"] == "parquet":
            columns[entry["id"]] = tuple(
                (column["name"], column["type"], column["nullable"], column["constant"])
                for column in tables[entry["schema_ref"]]["columns"]
            )
    states = tuple(
        _state(entry, datasets) for segment in catalogue["segments"] for entry in segment["states"]
    )
    return KeptContracts(datasets, columns, states)


def _state(entry: Mapping[str, Any], datasets: Mapping[str, DatasetSpec]) -> KeptState:
    return KeptState(
        id=entry["id"],
        title=str(entry["name"]).replace("_", " "),
        kind=entry["kind"],
        writes=tuple(datasets[name] for name in entry["writes"]),
        reads=frozenset(read["dataset"] for read in entry["reads"]),
    )


def _dataset(entry: Mapping[str, Any]) -> DatasetSpec:
    return DatasetSpec(
        id=entry["id"],
        segment=entry["segment"],
        layer=entry["layer"],
        required=entry["status"] == "required",
        format=entry["format"],
        path=DatasetPath(entry["id"], entry["path"], tuple(entry["partitioning"])),
        schema_ref=entry["schema_ref"],
        shape="",
        kind=entry["kind"],
        version=entry["version"],
        produced_by=entry["produced_by"],
        bundle_law=entry["bundle_law"],
        flag_form=entry["flag_form"],
        index_schema=entry["index_schema"],
        index_form=entry["index_form"],
    )
