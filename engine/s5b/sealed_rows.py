"""The rows of sealed_inputs_5B and sealed_data_5B that the sealed inputs come to (spec/segment-5B.md, S0)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from codegen.runtime.cards import DatasetSpec, GateInput, Read, StateCard
from engine.core.digests import rows_digest, value_digest
from engine.core.identity import RunIdentity
from engine.core.inventory import STRUCTURAL
from generated import states

CARD: Final[StateCard] = states.S5B_S0.CARD
READS: Final[Mapping[str, Read]] = {read.dataset.id: read for read in CARD.reads}


def is_seed_scoped(dataset: DatasetSpec) -> bool:
    """Whether the bytes of a dataset belong to one seed, so that its description is sealed and its bytes apart."""
    return "seed" in dataset.path.tokens


def structural_digest(dataset: DatasetSpec, scenario_set: Sequence[str]) -> str:
    """SHA-256 of the canonical form of what a seed-scoped dataset is, whatever the seed.

    Args:
        dataset: its dictionary entry.
        scenario_set: the scenarios of the run, ascending.
    """
    return value_digest(
        {
            "manifest_key": dataset.manifest_key,
            "schema_ref": dataset.schema_ref,
            "path_template": dataset.path.template,
            "partition_keys": list(dataset.path.tokens),
            "scenario_ids": list(scenario_set) if dataset.path.split_token else [],
        }
    )


def inventory_key(row: Mapping[str, Any]) -> tuple[int, bytes, bytes]:
    """The order of the inventory: owner_layer, owner_segment, artifact_id."""
    return row["owner_layer"], row["owner_segment"].encode(), row["artifact_id"].encode()


def inventory_rows(
    sealed: Iterable[GateInput], scenario_set: Sequence[str], identity: RunIdentity
) -> list[dict[str, Any]]:
    """One row of sealed_inputs_5B for every sealed input, in the order of the inventory."""
    return sorted((_inventory_row(row, scenario_set, identity) for row in sealed), key=inventory_key)


def _inventory_row(row: GateInput, scenario_set: Sequence[str], identity: RunIdentity) -> dict[str, Any]:
    read = READS[row.dataset]
    dataset, structural = read.dataset, is_seed_scoped(read.dataset)
    return {
        "manifest_fingerprint": identity.manifest_fingerprint,
        "parameter_hash": identity.parameter_hash,
        "owner_layer": dataset.layer,
        "owner_segment": dataset.segment,
        "artifact_id": dataset.id,
        "manifest_key": dataset.manifest_key,
        "role": dataset.kind,
        "schema_ref": dataset.schema_ref,
        "path_template": dataset.path.template,
        "partition_keys": list(dataset.path.tokens),
        "sha256_hex": structural_digest(dataset, scenario_set) if structural else row.sha256_hex,
        "status": "OPTIONAL" if read.optional else "REQUIRED",
        "read_scope": read.scope.upper(),
        "notes": STRUCTURAL if structural else "",
    }


def data_rows(sealed: Iterable[GateInput]) -> list[dict[str, Any]]:
    """One row of sealed_data_5B for every partition of every seed-scoped input, ascending by artifact_id and path."""
    rows = [
        {
            "artifact_id": row.dataset,
            "path": part.path,
            "sha256_hex": part.sha256_hex,
            "content_digest": part.content_digest or None,
        }
        for row in sealed
        if is_seed_scoped(READS[row.dataset].dataset)
        for part in row.partitions
    ]
    return sorted(rows, key=data_key)


def data_key(row: Mapping[str, Any]) -> tuple[bytes, bytes]:
    """The order of the list of sealed bytes: artifact_id, path."""
    return row["artifact_id"].encode(), row["path"].encode()


def inventory_digest(rows: Iterable[Mapping[str, Any]]) -> str:
    """SHA-256 over the canonical form of the inventory's rows, one a line."""
    return rows_digest(rows)
