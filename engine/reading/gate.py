"""What a PASS says of a dataset: the bundle of its segment verifies, and its records are those that the bundle holds.

Source: spec/identity-and-seals.md, sections 4 to 6. The code knows no segment: the bundle of a segment, its law, index
and flag form come from the contracts that made the run.
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from functools import lru_cache
from pathlib import Path
from typing import Any, TypeAlias

from codegen.runtime.cards import DatasetSpec
from engine.core import publish, seals
from engine.core.digests import sha256_file
from engine.core.errors import EngineError, SealFailure, SealReason
from engine.core.gates import verify_bundle
from engine.core.kept_contracts import kept_contracts
from engine.core.run import RunFolder
from generated import CONTRACTS_DIGEST
from generated.datasets import BY_ID
from generated.errors.engine import SEAL

Record: TypeAlias = dict[str, Any]
Vouched: TypeAlias = Mapping[str, Mapping[str, str]]
"""Of each dataset whose publish records a bundle holds: their places in the run, with their SHA-256."""


def datasets_of(folder: RunFolder) -> Mapping[str, DatasetSpec]:
    """Every dataset by id, as the contracts that made the run declare it.

    Raises:
        SealFailure: other contracts than this engine's made the run, and its own copy of them does not hold.
    """
    if folder.identity.contracts_digest == CONTRACTS_DIGEST:
        return BY_ID
    return _kept(folder.path(BY_ID["contracts_ir"]), folder.identity.contracts_digest)


@lru_cache(maxsize=8)
def _kept(path: Path, contracts_digest: str) -> Mapping[str, DatasetSpec]:
    return kept_contracts(path, contracts_digest).datasets


def vouched_records(folder: RunFolder, segment: str) -> Vouched:
    """The publish records of which a segment's bundle tells, after it verified in full.

    Raises:
        EngineError: the segment has no bundle.
        GateFailure: the bundle does not verify.
    """
    known = datasets_of(folder)
    bundle = next((one for one in known.values() if one.segment == segment and one.kind == "bundle"), None)
    if bundle is None:
        raise EngineError(
            SEAL.FLAG_MISSING, where=segment, expected="a bundle among the run's contracts", found="none"
        )
    path = folder.path(bundle)
    if not os.path.lexists(path):
        raise EngineError(
            SEAL.FLAG_MISSING,
            where=f"{bundle.id} of run {folder.identity.run_id}",
            expected=f"a bundle with its flag, which {bundle.produced_by} writes when segment {segment} passes",
            found="none",
        )
    held = verify_bundle(
        path,
        bundle_law=bundle.bundle_law,  # type: ignore[arg-type]
        flag_form=bundle.flag_form,  # type: ignore[arg-type]
        index_form=bundle.index_form,  # type: ignore[arg-type]
        manifest_fingerprint=folder.identity.manifest_fingerprint,
    )
    vouched: dict[str, dict[str, str]] = {}
    for member in held.members:
        if not known.keys().isdisjoint(member.path.removesuffix(".json").split("/")):
            with suppress(SealFailure):  # a policy or a report, which is no record
                record = publish.parsed_record((path / member.path).read_bytes(), member.path)
                vouched.setdefault(record["dataset"], {})[place_of(record)] = member.sha256_hex
    return vouched


def place_of(record: Record) -> str:
    """Where in its run a publish record lies."""
    return publish.record_path(record["dataset"], publish.partition_tokens(record))


def records_of(folder: RunFolder, dataset: DatasetSpec) -> list[Record]:
    """The publish records of a dataset in its run, in ASCII order of their places.

    Raises:
        SealFailure: none is there, or one is damaged.
    """
    records = list(publish.dataset_records(folder.root, dataset.id))
    if not records:
        raise SealFailure(
            where=dataset.id,
            expected=f"a published partition, which {dataset.produced_by} makes",
            found="no publish record",
            reason=SealReason.UNPUBLISHED,
        )
    return records


def require_vouched(
    folder: RunFolder, dataset: DatasetSpec, records: Sequence[Record], vouched: Vouched
) -> None:
    """Refuse a dataset whose records are not exactly those that the bundle holds: changed, added or taken away since.

    A bundle that holds a record of what a state made holds those of all that it made; one that holds none of them,
    such as those of the upstream segments, tells nothing of records.

    Raises:
        EngineError: the first record that differs.
    """
    known = datasets_of(folder)
    if dataset.produced_by not in {known[name].produced_by for name in vouched if name in known}:
        return
    wanted = vouched.get(dataset.id, {})
    for place in sorted(wanted.keys() | {place_of(record) for record in records}):
        file = folder.root / place
        found = sha256_file(file) if file.is_file() else "none"
        if wanted.get(place) != found:
            held = f"the record of sha256 {wanted[place]}" if place in wanted else "no such record"
            raise EngineError(
                SEAL.PUBLISH_RECORD_MISMATCH,
                where=place,
                expected=f"{held}, as the bundle of segment {dataset.segment} says",
                found=found,
            )


def require_published(
    folder: RunFolder, dataset: DatasetSpec, partitions: Sequence[Mapping[str, str]]
) -> None:
    """Refuse files that are not those that the publish records name; they are digested over all cores.

    Args:
        folder: the run.
        dataset: whose files.
        partitions: the splitting token of each partition with its value; empty mappings where nothing splits it.

    Raises:
        SealFailure: a file is missing, unlisted, or of another digest.
    """
    files = [
        path
        for tokens in partitions
        if (place := folder.folder(dataset, tokens)).is_dir()
        for path in place.iterdir()
    ]
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        list(pool.map(_remembered, files))
    for tokens in partitions:
        seals.check_published(folder, dataset, tokens)


def _remembered(path: Path) -> None:
    """Digest a file into the memory of the process; what is wrong with it is said when it is compared."""
    with suppress(SealFailure, OSError):
        seals.MEMORY.file(path)
