"""Who a run is: every part of its identity follows from its inputs (spec/identity-and-seals.md, 1)."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from codegen.runtime.canonical import JSON, canonical_bytes
from engine.core.digests import (
    folder_files,
    lines_digest,
    manifest_fingerprint,
    parameter_hash,
    sha256_bytes,
    sha256_file,
)
from engine.core.errors import SealFailure, SealReason

__all__ = [
    "LAW_VERSION",
    "RunIdentity",
    "ascending",
    "manifest_fingerprint",
    "parameter_hash",
    "policy_digests",
    "recompute",
    "roster_spec_digest",
    "run_id",
    "run_identity",
    "run_inputs_digest",
    "run_receipt",
    "scenario_set_digest",
]

LAW_VERSION: Final = 1
"""Raised by hand when a law changes outputs for the same inputs."""

SEED_MAXIMUM: Final = 2**64 - 1
RUN_INPUTS: Final = frozenset(("roster", "roster_spec", "scenario_set"))
"""What a user may pass for one run."""

_HEX64 = re.compile(r"[0-9a-f]{64}")
_RFC3339_MICROS = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z", re.ASCII)


@dataclass(frozen=True, slots=True)
class RunIdentity:
    """The identity of one run; hex strings are lower case, `created_utc` has six fractional digits and Z."""

    seed: int
    parameter_hash: str
    manifest_fingerprint: str
    run_inputs_digest: str
    run_id: str
    label: str
    created_utc: str
    law_version: int
    contracts_digest: str


def policy_digests(config: Path) -> dict[str, str]:
    """SHA-256 of every file under a run's config folder, by policy id (file name without extension).

    Raises:
        SealFailure: two files have one id (NAME), or the folder holds links or odd names.
    """
    digests: dict[str, str] = {}
    for relative, path in folder_files(config).items():
        policy = path.stem
        if policy in digests:
            raise SealFailure(
                where=path,
                expected=f"one file with the id {policy}",
                found="a second one",
                reason=SealReason.NAME,
            )
        digests[policy] = sha256_file(config / relative)
    return digests


def run_inputs_digest(run_inputs: Mapping[str, str]) -> str:
    """Hex SHA-256 over what the user passed for this run: `roster`, `roster_spec`, `scenario_set`."""
    unknown = sorted(set(run_inputs) - RUN_INPUTS)
    if unknown:
        raise ValueError(f"not inputs of a run: {', '.join(unknown)}")
    return lines_digest(run_inputs)


def roster_spec_digest(options: Mapping[str, JSON]) -> str:
    """Hex SHA-256 of the canonical JSON of the `roster make` options that differ from the recipe's."""
    return sha256_bytes(canonical_bytes(dict(options)))


def scenario_set_digest(scenario_ids: Collection[str]) -> str:
    """Hex SHA-256 over the ids in ascending order of their UTF-8 bytes, each followed by LF."""
    if len(set(scenario_ids)) != len(scenario_ids) or any(
        "\n" in scenario or not scenario for scenario in scenario_ids
    ):
        raise ValueError("scenario ids are distinct, not empty, and hold no line feed")
    return sha256_bytes(b"".join(name.encode("utf-8") + b"\n" for name in ascending(scenario_ids)))


def ascending(names: Collection[str]) -> list[str]:
    """Names in ascending order of their UTF-8 bytes."""
    return sorted(names, key=lambda name: name.encode("utf-8"))


def run_id(
    *,
    law_version: int,
    seed: int,
    parameter_hash: str,
    manifest_fingerprint: str,
    run_inputs_digest: str,
    label: str = "",
) -> str:
    """The 32 hex digits that name a run.

    Raises:
        ValueError: a seed outside 0..2^64-1, a digest that is not hex64, a label with NUL.
    """
    if isinstance(seed, bool) or not 0 <= seed <= SEED_MAXIMUM:
        raise ValueError(f"the seed {seed} lies outside 0..2^64-1")
    if "\0" in label:
        raise ValueError("a label holds no NUL")
    for digest in (parameter_hash, manifest_fingerprint, run_inputs_digest):
        if not _HEX64.fullmatch(digest):
            raise ValueError(f"{digest!r} is not 64 lower-case hex digits")
    parts = [
        "run",
        str(law_version),
        str(seed),
        parameter_hash,
        manifest_fingerprint,
        run_inputs_digest,
        label,
    ]
    return hashlib.sha256("\0".join(parts).encode("utf-8")).digest()[:16].hex()


def run_identity(
    *,
    seed: int,
    policies: Mapping[str, str],
    ingress: Mapping[str, str],
    contracts_digest: str,
    created_utc: str,
    run_inputs: Mapping[str, str] | None = None,
    label: str = "",
    law_version: int = LAW_VERSION,
) -> RunIdentity:
    """The identity that follows from a run's inputs.

    Args:
        seed: 0..2^64-1.
        policies: policy id to SHA-256 of its file, the recipe included.
        ingress: reference data and imported tables, id to SHA-256.
        contracts_digest: hex64 of the contracts.
        created_utc: the world's `as_of`, RFC 3339 with six fractional digits and Z.
        run_inputs: what the user passed for this run, id to SHA-256.
        label: empty unless the user gives one.
        law_version: of the laws that make the run.
    """
    if not _RFC3339_MICROS.fullmatch(created_utc):
        raise ValueError(f"created_utc {created_utc!r} is not RFC 3339 with six fractional digits and Z")
    parameters = parameter_hash(policies)
    fingerprint = manifest_fingerprint(contracts_digest, parameters, ingress)
    inputs = run_inputs_digest(run_inputs or {})
    return RunIdentity(
        seed=seed,
        parameter_hash=parameters,
        manifest_fingerprint=fingerprint,
        run_inputs_digest=inputs,
        run_id=run_id(
            law_version=law_version,
            seed=seed,
            parameter_hash=parameters,
            manifest_fingerprint=fingerprint,
            run_inputs_digest=inputs,
            label=label,
        ),
        label=label,
        created_utc=created_utc,
        law_version=law_version,
        contracts_digest=contracts_digest,
    )


def run_receipt(
    identity: RunIdentity,
    *,
    recipe: str,
    policies: Mapping[str, str],
    ingress: Mapping[str, str],
    run_inputs: Mapping[str, str] | None = None,
    scenario_set: Collection[str] | None = None,
) -> dict[str, JSON]:
    """The content of `run_receipt.json`: the identity and all that it follows from.

    The names behind the run input `scenario_set` stand beside its digest, since no file of the run would say them.
    """
    named: dict[str, JSON] = {} if scenario_set is None else {"scenario_set": ascending(scenario_set)}
    return {
        "seed": identity.seed,
        "parameter_hash": identity.parameter_hash,
        "manifest_fingerprint": identity.manifest_fingerprint,
        "run_inputs_digest": identity.run_inputs_digest,
        "run_id": identity.run_id,
        "label": identity.label,
        "created_utc": identity.created_utc,
        "recipe": recipe,
        "contracts_digest": identity.contracts_digest,
        "law_version": identity.law_version,
        "policies": _listed(policies),
        "ingress": _listed(ingress),
        "run_inputs": _listed(run_inputs or {}),
        **named,
    }


def _listed(digests: Mapping[str, str]) -> list[dict[str, str]]:
    return [{"id": name, "sha256_hex": digests[name]} for name in ascending(digests)]


def recompute(receipt: Mapping[str, JSON], *, where: str = "run_receipt.json") -> RunIdentity:
    """The identity recomputed from a receipt's own lists, which must equal the one that it states.

    Raises:
        SealFailure: RECORD when the receipt lacks a field or has one in the wrong form; IDENTITY when a
            stated identity differs from the recomputed one, naming both.
    """
    try:
        policies, ingress, run_inputs = (
            _digests_by_id(receipt[field], f"{where} {field}")
            for field in ("policies", "ingress", "run_inputs")
        )
        seed, label, law_version = receipt["seed"], receipt["label"], receipt["law_version"]
        created_utc, contracts_digest = receipt["created_utc"], receipt["contracts_digest"]
        for field, value, kind in (
            ("seed", seed, int),
            ("law_version", law_version, int),
            ("label", label, str),
            ("created_utc", created_utc, str),
            ("contracts_digest", contracts_digest, str),
        ):
            if type(value) is not kind:
                raise ValueError(f"{field} is {value!r}")
        identity = run_identity(
            seed=seed,
            policies=policies,
            ingress=ingress,
            contracts_digest=contracts_digest,
            created_utc=created_utc,
            run_inputs=run_inputs,
            label=label,
            law_version=law_version,
        )
        scenario_set = _scenario_set(receipt, f"{where} scenario_set")
    except KeyError as error:
        raise SealFailure(
            where=where, expected=f"the field {error.args[0]}", found="none", reason=SealReason.RECORD
        ) from None
    except ValueError as error:
        raise SealFailure(
            where=where, expected="a run receipt", found=str(error), reason=SealReason.RECORD
        ) from None
    for field in ("parameter_hash", "manifest_fingerprint", "run_inputs_digest", "run_id"):
        stated, computed = receipt.get(field), getattr(identity, field)
        if stated != computed:
            raise SealFailure(
                where=f"{where} {field}", expected=computed, found=str(stated), reason=SealReason.IDENTITY
            )
    named = scenario_set_digest(scenario_set) if scenario_set is not None else None
    if run_inputs.get("scenario_set") != named:
        raise SealFailure(
            where=f"{where} scenario_set",
            expected=f"the scenarios whose digest is {run_inputs.get('scenario_set', 'none, since none were named')}",
            found="none" if scenario_set is None else ", ".join(scenario_set),
            reason=SealReason.IDENTITY,
        )
    return identity


def _scenario_set(receipt: Mapping[str, JSON], where: str) -> list[str] | None:
    """The scenarios that the user named; None where there were none."""
    if "scenario_set" not in receipt:
        return None
    names = receipt["scenario_set"]
    if not isinstance(names, list) or not names or not all(isinstance(name, str) for name in names):
        raise ValueError(f"{where} holds {names!r}")
    found = [str(name) for name in names]
    if found != ascending(set(found)):
        raise ValueError(f"{where} is not ascending")
    return found


def _digests_by_id(entries: JSON, where: str) -> dict[str, str]:
    if not isinstance(entries, Sequence) or isinstance(entries, str):
        raise ValueError(f"{where} is not a list")
    digests: dict[str, str] = {}
    for entry in entries:
        if not isinstance(entry, Mapping) or set(entry) != {"id", "sha256_hex"}:
            raise ValueError(f"{where} holds {entry!r}")
        name, digest = entry["id"], entry["sha256_hex"]
        if not isinstance(name, str) or not isinstance(digest, str):
            raise ValueError(f"{where} holds {entry!r}")
        if name in digests:
            raise ValueError(f"{where} names {name} twice")
        digests[name] = digest
    return digests
