"""What a gate state seals: upstream bundles verified first, then every declared input resolved and digested.

No PASS, no read: nothing of an upstream segment is opened before its bundle verified. Inputs that a token such as
scenario_id splits are sealed partition by partition; which values the token has is said by the input whose key it is,
and which of them the run wants, by the run's receipt.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from codegen.runtime.cards import GateInput, Read, SealedPartition, StateCard
from codegen.runtime.paths import is_token
from engine.core import publish, seals
from engine.core.content_digest import ContentDigest
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

if TYPE_CHECKING:
    from codegen.runtime.tables import TableShapeError

_GATE_NAMES: Final[Mapping[GateReason, tuple[str, ...]]] = {
    GateReason.MISSING: ("MINIMUM_SET_MISSING", "UPSTREAM_GATE_MISSING"),
    GateReason.FLAG_MISSING: ("MINIMUM_SET_MISSING", "UPSTREAM_GATE_MISSING"),
    GateReason.INDEX: ("BUNDLE_INDEX_INVALID", "UPSTREAM_GATE_MISMATCH"),
    GateReason.PATH: ("BUNDLE_INDEX_INVALID", "UPSTREAM_GATE_MISMATCH"),
    GateReason.MEMBER: ("BUNDLE_INDEX_INVALID", "UPSTREAM_GATE_MISMATCH"),
    GateReason.EXTRA: ("BUNDLE_INDEX_INVALID", "UPSTREAM_GATE_MISMATCH"),
    GateReason.SYMLINK: ("BUNDLE_INDEX_INVALID", "UPSTREAM_GATE_MISMATCH"),
    GateReason.FLAG: ("FLAG_FORMAT_INVALID", "UPSTREAM_GATE_MISMATCH"),
    GateReason.FINGERPRINT: ("FLAG_FORMAT_INVALID", "UPSTREAM_GATE_MISMATCH"),
    GateReason.DIGEST: ("BUNDLE_FLAG_HASH_MISMATCH", "UPSTREAM_GATE_MISMATCH"),
    GateReason.MEMBER_DIGEST: ("BUNDLE_FLAG_HASH_MISMATCH", "UPSTREAM_GATE_MISMATCH"),
}
_SPLIT_NAMES: Final = ("SCENARIO_SET_INVALID",)
_MISSING_NAMES: Final = ("MINIMUM_SET_MISSING", "SEALED_INPUTS_INCOMPLETE")
_POLICY_NAMES: Final = ("POLICY_CAPTURE_INCOHERENT", "POLICY_VERSION_MISMATCH")
_RESOLUTION_NAMES: Final = ("DICTIONARY_RESOLUTION_ERROR", "CATALOGUE_INCOMPLETE")


def gate_inputs(card: StateCard, folder: RunFolder, state: type[Any]) -> Any:
    """The inputs of a gate state: one `GateInput` a declared read (None where an optional one is absent), all verified.

    Raises:
        EngineError: under the card's code, with the file and both digests.
        SealFailure: an input is no longer what its publish record says.
    """
    bundles = {
        read.dataset.id: _verified(card, folder, read) for read in card.reads if read.dataset.kind == "bundle"
    }
    flags = _bundle_digests_by_folder(folder, card, bundles)
    splits = _splits(card, folder)
    rows: dict[str, GateInput | None] = {}
    for read in card.reads:
        rows[read.dataset.id] = (
            _sealed_split(card, folder, read, splits[read.dataset.path.split_token].chosen)
            if read.dataset.path.split_token
            else _sealed(card, folder, read, bundles, flags)
        )
    for split in splits.values():
        row = rows[split.listed_by]
        rows[split.listed_by] = replace(row, values=split.values) if row is not None else None
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


class _Split(NamedTuple):
    """A token that splits inputs: the table that lists its values, those values, and those that the run wants."""

    listed_by: str
    values: tuple[str, ...]
    chosen: tuple[str, ...]


def _splits(card: StateCard, folder: RunFolder) -> dict[str, _Split]:
    """Each token that splits inputs of the card, with its values in ascending order.

    Raises:
        EngineError: the table that lists them is not there, cannot be read, is empty or names one twice, or the run
            wants a value that it does not list.
    """
    found: dict[str, _Split] = {}
    for token in sorted({read.dataset.path.split_token for read in card.reads} - {""}):
        listing = next(read for read in card.reads if _lists(read, token))
        _require_present(card, folder, listing)
        values = _listed_values(card, folder, listing, token)
        chosen = folder.requested.get(token, values)
        where, code = listing.dataset.id, card.named_error(_SPLIT_NAMES)
        unknown = [value for value in chosen if value not in values]
        if unknown:
            raise EngineError(
                code,
                where=f"{token} of the run receipt",
                expected=f"values that {where} has: {', '.join(values)}",
                found=", ".join(unknown),
            )
        found[token] = _Split(where, values, chosen)
    return found


def _lists(read: Read, token: str) -> bool:
    """Whether an input is the table whose only key is the token."""
    shape = shape_of(read.dataset)
    spec = getattr(shape, "SPEC", None)
    return spec is not None and not read.dataset.path.split_token and spec.primary_key == (token,)


def _listed_values(card: StateCard, folder: RunFolder, read: Read, token: str) -> tuple[str, ...]:
    """The values in a table that lists them, which must stand there once each and be fit for a path."""
    from codegen.runtime.tables import TableShapeError

    try:
        names = list(getattr(opened(folder, read.dataset).read(), token).decoded())
    except TableShapeError as error:
        raise _unreadable(card, error) from error
    faults = {
        "none": not names,
        "another order": names != sorted(names, key=str.encode),
        "one twice": len(set(names)) != len(names),
        "one that no path can hold": any(not is_token(token, name) for name in names),
    }
    for fault, is_there in faults.items():
        if is_there:
            raise EngineError(
                card.named_error(_SPLIT_NAMES),
                where=read.dataset.id,
                expected=f"at least one {token}, ascending, each once",
                found=f"{fault}: {', '.join(names)}" if names else fault,
            )
    return tuple(names)


def _require_present(
    card: StateCard, folder: RunFolder, read: Read, tokens: Mapping[str, str] | None = None
) -> None:
    """Refuse to go on without an input; a folder without a file is no input."""
    path = folder.path(read.dataset, tokens)
    if not _is_there(path):
        raise EngineError(
            card.named_error(_MISSING_NAMES),
            where=f"{read.dataset.id} at {seals.relative(folder, path)}",
            expected="a sealed input",
            found="a folder without files" if path.exists() else "nothing",
        )


def _is_there(path: Path) -> bool:
    return any(path.iterdir()) if path.is_dir() else path.exists()


def _sealed(
    card: StateCard,
    folder: RunFolder,
    read: Read,
    bundles: Mapping[str, tuple[str, str] | None],
    flags: Mapping[str, str],
) -> GateInput | None:
    dataset = read.dataset
    path = folder.path(dataset)
    if read.optional and not _is_there(path):
        return None
    _require_present(card, folder, read)
    verified = bundles.get(dataset.id)
    if verified is not None:
        part = SealedPartition(seals.relative(folder, path), folder.partition(dataset), verified[1])
    else:
        part = _sealed_partition(card, folder, read)
    bundle = (
        verified[0]
        if verified is not None
        else flags.get(str(path.parent), "")
        if dataset.kind == "flag"
        else ""
    )
    return GateInput(
        dataset=dataset.id,
        path=part.path,
        partition=part.partition,
        schema_ref=dataset.schema_ref,
        sha256_hex=part.sha256_hex,
        version_tag=_policy_version(card, folder, read) if read.via == "policy" else dataset.version,
        bundle_digest=bundle,
        content_digest=part.content_digest,
    )


def _sealed_split(
    card: StateCard, folder: RunFolder, read: Read, values: tuple[str, ...]
) -> GateInput | None:
    """An input that a token splits, with the partition of each value that the run wants; None where all are absent."""
    dataset = read.dataset
    each = [{dataset.path.split_token: value} for value in values]
    if read.optional and not any(_is_there(folder.path(dataset, tokens)) for tokens in each):
        return None
    for tokens in each:
        _require_present(card, folder, read, tokens)
    split = {
        value: _sealed_partition(card, folder, read, tokens)
        for value, tokens in zip(values, each, strict=True)
    }
    return GateInput(
        dataset=dataset.id,
        path=dataset.path.template,
        partition={name: str(value) for name, value in folder.tokens.items() if name in dataset.path.tokens},
        schema_ref=dataset.schema_ref,
        sha256_hex=seals.split_digest(split),
        version_tag=dataset.version,
        split=split,
    )


def _sealed_partition(
    card: StateCard, folder: RunFolder, read: Read, tokens: Mapping[str, str] | None = None
) -> SealedPartition:
    """One partition with its digests: of its bytes, and, for a table, of its content.

    Raises:
        EngineError: what lies there may not be digested.
        SealFailure: it is not what its publish record says.
    """
    dataset = read.dataset
    try:
        digest = seals.digest_of(folder, dataset, tokens)
    except SealFailure as failure:
        names = _MISSING_NAMES if failure.reason is SealReason.MISSING else _RESOLUTION_NAMES
        raise EngineError.from_failure(card.named_error(names), failure) from failure
    path = seals.relative(folder, folder.path(dataset, tokens))
    return SealedPartition(
        path, folder.partition(dataset, tokens), digest, _content_digest(card, folder, read, tokens)
    )


def _content_digest(card: StateCard, folder: RunFolder, read: Read, tokens: Mapping[str, str] | None) -> str:
    """A table's content digest: its publish record's once the bytes are proven by it, else recomputed from the rows."""
    from codegen.runtime.tables import TableShapeError, part_paths

    dataset = read.dataset
    if read.via == "policy" or dataset.kind != "dataset":
        return ""
    if publish.read_record(folder.root, dataset.id, folder.partition(dataset, tokens)) is not None:
        return str(seals.check_published(folder, dataset, tokens)["content_digest"] or "")
    shape = shape_of(dataset)
    if dataset.format != "parquet" or shape is None:
        return ""
    found = ContentDigest([(c.name, c.type, c.nullable, c.constant) for c in shape.SPEC.columns])
    try:
        for part in part_paths(folder.path(dataset, tokens)):
            found.add(part.name, shape.read_file(part).arrow)
    except TableShapeError as error:
        raise _unreadable(card, error) from error
    return found.hexdigest()


def _unreadable(card: StateCard, error: TableShapeError) -> EngineError:
    """A table that is not of its contracted columns, under the card's code."""
    return EngineError(
        card.named_error(_RESOLUTION_NAMES),
        where=f"{error.dataset}: {error.where}",
        expected=error.expected,
        found=error.found,
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
