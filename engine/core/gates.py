"""The gate: a bundle verifies in full or nobody reads what it guards (spec/identity-and-seals.md, section 4).

The code knows no segment: the law, the index form and the flag form come from the dictionary entry. Checked
here: index, members, digests, flag. Left to the caller: what the members say.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final, Literal, NamedTuple, TypeAlias

from codegen.runtime.canonical import JSON, SyntaxProblem, parse_json
from engine.core.digests import (
    FLAG_NAME,
    INDEX_NAME,
    BundleLaw,
    bundle_digest,
    folder_files,
    illegal_path,
    lines_digest,
    open_regular,
    sha256_bytes,
)
from engine.core.errors import GateFailure, GateReason, SealFailure, SealReason

__all__ = [
    "BundleMember",
    "BundleVerification",
    "FlagForm",
    "IndexForm",
    "flag_digest",
    "index_entries",
    "verify_bundle",
]

FlagForm: TypeAlias = Literal["text", "json"]
IndexForm: TypeAlias = Literal["array", "entries"]
"""`array`: [{path, sha256_hex}]; `entries`: {"entries": [{path, sha256_hex, role}]}."""

_TEXT_FLAG: Final = re.compile(rb"[ \t]*sha256_hex[ \t]*[=:][ \t]*([0-9a-f]{64})[ \t]*\r?\n?")
_HEX64: Final = re.compile(r"[0-9a-f]{64}")
_LARGEST_FLAG: Final = 4096  # bytes; every legal flag is far smaller


class BundleMember(NamedTuple):
    """One file of a bundle; `role` is None where the index has none."""

    path: str
    bytes: int
    sha256_hex: str
    role: str | None


class BundleVerification(NamedTuple):
    """What a bundle that verifies is: its digests and members in ASCII order of path.

    `folder_digest` is what a seal of the bundle records; `manifest_fingerprint` is the flag's, None in a
    text flag.
    """

    bundle_digest: str
    folder_digest: str
    members: tuple[BundleMember, ...]
    manifest_fingerprint: str | None


def verify_bundle(
    folder: Path,
    *,
    bundle_law: BundleLaw,
    flag_form: FlagForm,
    index_form: IndexForm,
    manifest_fingerprint: str | None = None,
) -> BundleVerification:
    """The verified bundle in `folder`. Reads nothing outside of it and follows no link.

    Args:
        folder: the bundle folder, holding `index.json` and `_passed.flag`.
        bundle_law: how the bundle digest is made, as the bundle's dictionary entry declares.
        flag_form: text or json, as declared.
        index_form: array or entries, as declared.
        manifest_fingerprint: the world that a JSON flag must name, if that is to be checked.

    Raises:
        GateFailure: the first rule broken, in the order of the spec, with place, expected and found.
    """
    try:
        files = folder_files(folder)
        for name, reason in ((INDEX_NAME, GateReason.MISSING), (FLAG_NAME, GateReason.FLAG_MISSING)):
            if name not in files:
                raise GateFailure(where=folder / name, expected="a file", found="nothing", reason=reason)
        index_bytes = _content(files[INDEX_NAME])
        listed = index_entries(index_bytes, index_form, where=str(folder / INDEX_NAME))
        _check_membership(folder, files, listed)
        digest = bundle_digest(bundle_law, {path: files[path] for path in listed})
        for path, entry in listed.items():
            if digest.members[path].sha256_hex != entry["sha256_hex"]:
                raise GateFailure(
                    where=folder / path,
                    expected=entry["sha256_hex"],
                    found=digest.members[path].sha256_hex,
                    reason=GateReason.MEMBER_DIGEST,
                )
        stated, world = flag_digest(_flag_bytes(files[FLAG_NAME]), flag_form, where=str(folder / FLAG_NAME))
    except SealFailure as failure:
        raise GateFailure(
            where=failure.where,
            expected=failure.expected,
            found=failure.found,
            reason=_GATE_REASON.get(failure.reason, GateReason.MEMBER),
        ) from None
    if stated != digest.digest:
        raise GateFailure(
            where=folder / FLAG_NAME, expected=stated, found=digest.digest, reason=GateReason.DIGEST
        )
    if manifest_fingerprint is not None and world not in (None, manifest_fingerprint):
        raise GateFailure(
            where=folder / FLAG_NAME,
            expected=manifest_fingerprint,
            found=world,
            reason=GateReason.FINGERPRINT,
        )
    digests = {path: member.sha256_hex for path, member in digest.members.items()}
    return BundleVerification(
        bundle_digest=digest.digest,
        folder_digest=lines_digest({**digests, INDEX_NAME: sha256_bytes(index_bytes)}),
        members=tuple(
            BundleMember(path, member.bytes, member.sha256_hex, listed[path].get("role"))
            for path, member in digest.members.items()
        ),
        manifest_fingerprint=world,
    )


_GATE_REASON: Final[Mapping[SealReason | None, GateReason]] = {
    SealReason.MISSING: GateReason.MISSING,
    SealReason.SYMLINK: GateReason.SYMLINK,
    SealReason.NOT_A_FILE: GateReason.SYMLINK,
}


def _content(path: Path) -> bytes:
    with open_regular(path) as handle:
        return handle.read()


def _flag_bytes(path: Path) -> bytes:
    with open_regular(path) as handle:
        return handle.read(_LARGEST_FLAG + 1)


def index_entries(data: bytes, form: IndexForm, *, where: str) -> dict[str, dict[str, str]]:
    """The entries of an index by path, in ASCII order of path.

    Raises:
        GateFailure: INDEX when the document is not of the form; PATH when it lists a path that it may not.
    """
    try:
        document = parse_json(data, name=where)
    except SyntaxProblem as problem:
        raise _bad_index(problem.where, "strict JSON", problem.message) from None
    entries: JSON = document
    keys = ["path", "sha256_hex"]
    if form == "entries":
        keys.append("role")
        if not isinstance(document, dict) or list(document) != ["entries"]:
            raise _bad_index(where, "an object with the one key entries", _shown(document))
        entries = document["entries"]
    if not isinstance(entries, list):
        raise _bad_index(where, "a list of members", _shown(entries))
    listed: dict[str, dict[str, str]] = {}
    for position, entry in enumerate(entries):
        place = f"{where} member {position}"
        if not isinstance(entry, dict) or sorted(entry) != sorted(keys):
            raise _bad_index(place, f"an object with exactly {', '.join(keys)}", _shown(entry))
        for key in keys:
            if not isinstance(entry[key], str) or not entry[key]:
                raise _bad_index(f"{place} {key}", "a string", _shown(entry[key]))
        path = entry["path"]
        if not _HEX64.fullmatch(entry["sha256_hex"]):
            raise _bad_index(f"{place} sha256_hex", "64 lower-case hex digits", _shown(entry["sha256_hex"]))
        fault = illegal_path(path)
        if fault is None and path in (INDEX_NAME, FLAG_NAME):
            fault = "a file that is never listed"
        if fault is None and path in listed:
            fault = "a path that is listed twice"
        if fault is not None:
            raise GateFailure(
                where=f"{place} path {path!r}",
                expected="a relative path inside the bundle",
                found=fault,
                reason=GateReason.PATH,
            )
        listed[path] = entry
    return {path: listed[path] for path in sorted(listed)}


def _bad_index(where: str, expected: str, found: str) -> GateFailure:
    return GateFailure(where=where, expected=expected, found=found, reason=GateReason.INDEX)


def _shown(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= 80 else text[:77] + "..."


def _check_membership(folder: Path, files: Mapping[str, Path], listed: Mapping[str, object]) -> None:
    for path in listed:
        if path not in files:
            raise GateFailure(
                where=folder / path,
                expected="a file, as the index says",
                found="nothing",
                reason=GateReason.MEMBER,
            )
    for path in files:
        if path not in listed and path not in (INDEX_NAME, FLAG_NAME):
            raise GateFailure(
                where=folder / path,
                expected="no file, as the index says",
                found="a file",
                reason=GateReason.EXTRA,
            )


def flag_digest(data: bytes, form: FlagForm, *, where: str) -> tuple[str, str | None]:
    """The bundle digest that a flag states, and the world that it names (None in a text flag).

    Raises:
        GateFailure: FLAG, when the flag is not exactly in the declared form.
    """
    if form == "text":
        match = _TEXT_FLAG.fullmatch(data)
        if match is None:
            raise _bad_flag(where, "one line `sha256_hex = <64 lower-case hex digits>`", data)
        return match.group(1).decode("ascii"), None
    expected = 'exactly {"manifest_fingerprint", "bundle_digest_sha256"}, both 64 lower-case hex digits'
    try:
        document = parse_json(data, name=where)
    except SyntaxProblem:
        raise _bad_flag(where, expected, data) from None
    if not isinstance(document, dict) or set(document) != {"manifest_fingerprint", "bundle_digest_sha256"}:
        raise _bad_flag(where, expected, data)
    if not all(isinstance(value, str) and _HEX64.fullmatch(value) for value in document.values()):
        raise _bad_flag(where, expected, data)
    return document["bundle_digest_sha256"], document["manifest_fingerprint"]


def _bad_flag(where: str, expected: str, data: bytes) -> GateFailure:
    return GateFailure(where=where, expected=expected, found=_shown(data), reason=GateReason.FLAG)
