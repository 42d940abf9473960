"""What a gate state seals: upstream bundles verified first, then every declared input resolved and digested.

No PASS, no read: nothing of an upstream segment is opened before its bundle verified.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from codegen.runtime.cards import GateInput, Read, StateCard
from engine.core import seals
from engine.core.errors import (
    DocumentInvalid,
    EngineError,
    GateFailure,
    GateReason,
    SealFailure,
    SealReason,
    SyntaxProblem,
)
from engine.core.gates import verify_bundle
from engine.core.inputs import opened, shape_of
from engine.core.run import RunFolder

_GATE_NAMES: Final[Mapping[GateReason, tuple[str, ...]]] = {
    GateReason.MISSING: ("MINIMUM_SET_MISSING", "UPSTREAM_GATE_MISSING"),
    GateReason.INDEX: ("BUNDLE_INDEX_INVALID", "UPSTREAM_GATE_MISMATCH"),
    GateReason.PATH: ("BUNDLE_INDEX_INVALID", "UPSTREAM_GATE_MISMATCH"),
    GateReason.MEMBER: ("BUNDLE_INDEX_INVALID", "UPSTREAM_GATE_MISMATCH"),
    GateReason.SYMLINK: ("BUNDLE_INDEX_INVALID", "UPSTREAM_GATE_MISMATCH"),
    GateReason.FLAG: ("FLAG_FORMAT_INVALID", "UPSTREAM_GATE_MISMATCH"),
    GateReason.FINGERPRINT: ("FLAG_FORMAT_INVALID", "UPSTREAM_GATE_MISMATCH"),
    GateReason.DIGEST: ("BUNDLE_FLAG_HASH_MISMATCH", "UPSTREAM_GATE_MISMATCH"),
    GateReason.MEMBER_DIGEST: ("BUNDLE_FLAG_HASH_MISMATCH", "UPSTREAM_GATE_MISMATCH"),
}
_MISSING_NAMES: Final = ("MINIMUM_SET_MISSING", "SEALED_INPUTS_INCOMPLETE")
_POLICY_NAMES: Final = ("POLICY_CAPTURE_INCOHERENT", "POLICY_VERSION_MISMATCH")
_RESOLUTION_NAMES: Final = ("DICTIONARY_RESOLUTION_ERROR", "CATALOGUE_INCOMPLETE")


def gate_inputs(card: StateCard, folder: RunFolder, state: type[Any]) -> Any:
    """The inputs of a gate state: one `GateInput` a declared read (None where an optional one is absent), all verified.

    Raises:
        EngineError: under the card's code, with the file and both digests.
    """
    bundles = {
        read.dataset.id: _verified(card, folder, read) for read in card.reads if read.dataset.kind == "bundle"
    }
    flags = _bundle_digests_by_folder(folder, card, bundles)
    rows: dict[str, GateInput | None] = {}
    for read in card.reads:
        rows[read.dataset.id] = _sealed(card, folder, read, bundles, flags)
    sealed = sorted(
        (row for row in rows.values() if row is not None), key=lambda row: (row.dataset, row.path)
    )
    values: dict[str, Any] = {}
    for read in card.reads:
        row = rows[read.dataset.id]
        values[read.dataset.id] = (
            _policy(card, folder, read) if read.via == "policy" and row is not None else row
        )
    return state.Inputs(**values, sealed=tuple(sealed))


def _verified(card: StateCard, folder: RunFolder, read: Read) -> tuple[str, str] | None:
    """Bundle digest and folder digest of a verified bundle; None where an optional one is absent."""
    dataset = read.dataset
    path = folder.path(dataset)
    if read.optional and not path.exists():
        return None
    try:
        found = verify_bundle(
            path,
            bundle_law=dataset.bundle_law,  # type: ignore[arg-type]
            flag_form=dataset.flag_form,  # type: ignore[arg-type]
            index_form=dataset.index_form,  # type: ignore[arg-type]
            manifest_fingerprint=folder.identity.manifest_fingerprint,
        )
    except GateFailure as failure:
        failure.where = _inside(folder, failure.where)
        raise EngineError.from_failure(card.named_error(_GATE_NAMES[failure.reason]), failure) from failure
    return found.bundle_digest, found.folder_digest


def _inside(folder: RunFolder, where: str) -> str:
    """A place named relative to the run, so that a message does not depend on where the run lies."""
    return where.removeprefix(f"{folder.root}/")


def _bundle_digests_by_folder(
    folder: RunFolder, card: StateCard, bundles: Mapping[str, tuple[str, str] | None]
) -> dict[str, str]:
    """Bundle digests by the bundle's folder, to be found again for the flag inside it."""
    by_id = {read.dataset.id: read.dataset for read in card.reads}
    return {
        str(folder.path(by_id[name])): digests[0] for name, digests in bundles.items() if digests is not None
    }


def _sealed(
    card: StateCard,
    folder: RunFolder,
    read: Read,
    bundles: Mapping[str, tuple[str, str] | None],
    flags: Mapping[str, str],
) -> GateInput | None:
    dataset = read.dataset
    path = folder.path(dataset)
    if not path.exists():
        if read.optional:
            return None
        where = seals.relative(folder, path)
        raise EngineError(
            card.named_error(_MISSING_NAMES),
            where=f"{dataset.id} at {where}",
            expected="a sealed input",
            found="nothing",
        )
    try:
        verified = bundles.get(dataset.id)
        digest = verified[1] if verified is not None else seals.digest_of(folder, dataset)
    except SealFailure as failure:
        names = _MISSING_NAMES if failure.reason is SealReason.MISSING else _RESOLUTION_NAMES
        raise EngineError.from_failure(card.named_error(names), failure) from failure
    bundle = (
        verified[0]
        if verified is not None
        else flags.get(str(path.parent), "")
        if dataset.kind == "flag"
        else ""
    )
    return GateInput(
        dataset=dataset.id,
        path=seals.relative(folder, path),
        partition=folder.partition(dataset),
        schema_ref=dataset.schema_ref,
        sha256_hex=digest,
        version_tag=_policy_version(card, folder, read) if read.via == "policy" else dataset.version,
        bundle_digest=bundle,
    )


def _policy(card: StateCard, folder: RunFolder, read: Read) -> Any:
    """A policy read into its model, or the card's code with the file, the field and the value."""
    try:
        return opened(folder, read.dataset)
    except (DocumentInvalid, SyntaxProblem) as problem:
        raise EngineError.from_failure(card.named_error(_POLICY_NAMES), problem) from problem


def _policy_version(card: StateCard, folder: RunFolder, read: Read) -> str:
    """The policy's own version: policy_version, else version; `unknown` where it has none (a warning, not an abort)."""
    if shape_of(read.dataset) is None:
        return "unknown"
    policy = _policy(card, folder, read)
    for name in ("policy_version", "version", "recipe_version"):
        version = getattr(policy, name, None)
        if version:
            return str(getattr(version, "root", version))
    return "unknown"
