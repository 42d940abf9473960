"""Building a bundle: members copied in, index in ASCII order, flag last (spec/identity-and-seals.md, 5)."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from codegen.runtime.canonical import JSON, document_bytes
from codegen.runtime.cards import MembersByPath
from codegen.runtime.paths import RUN_TOKENS
from engine.core.digests import (
    FLAG_NAME,
    INDEX_NAME,
    BundleLaw,
    FileDigest,
    illegal_path,
    lines_digest,
    open_regular,
    sha256_bytes,
)
from engine.core.gates import BundleMember, BundleVerification, FlagForm, IndexForm
from engine.core.publish import partition_tokens, storage_failures
from engine.core.stages import partition_segments

__all__ = ["bundle_documents", "members_and_roles", "record_member", "write_bundle"]

_CHUNK = 1 << 20
_ONLY_RECORD = "record"


def write_bundle(
    stage: Path,
    members: Mapping[str, Path | bytes],
    *,
    bundle_law: BundleLaw,
    flag_form: FlagForm,
    index_form: IndexForm,
    manifest_fingerprint: str,
    roles: Mapping[str, str] | None = None,
) -> BundleVerification:
    """The bundle written into the empty or absent folder `stage`; `verify_bundle` of it gives the same.

    Call it only when every validator has passed: the flag that it writes last says so.

    Args:
        stage: folder to fill; publishing it is the caller's.
        members: relative path to a file that is copied, or to bytes.
        bundle_law: how the bundle digest is made, as the bundle's dictionary entry declares.
        flag_form: text or json, as declared.
        index_form: array or entries, as declared.
        manifest_fingerprint: the world, named by a JSON flag.
        roles: path to role of every member, for the `entries` index; None for `array`.

    Raises:
        ValueError: an illegal or conflicting path, roles that do not fit, a stage that is not empty.
        SealFailure: a member is no regular file.
        PublishFailure: the file system refused a write.
    """
    _check_paths(members)
    if (roles is not None) != (index_form == "entries"):
        raise ValueError(f"an index of the form {index_form} {'needs' if roles is None else 'has no'} roles")
    if roles is not None and (set(roles) != set(members) or not all(roles.values())):
        raise ValueError(f"each member has one role; differing: {sorted(set(roles) ^ set(members))}")
    whole = hashlib.sha256()
    written: list[BundleMember] = []
    with storage_failures(stage):
        stage.mkdir(parents=True, exist_ok=True)
        if any(stage.iterdir()):
            raise ValueError(f"{stage} is not empty")
        for path in sorted(members):
            target = stage / path
            target.parent.mkdir(parents=True, exist_ok=True)
            copied = _copy(members[path], target, whole if bundle_law == "concat_v1" else None)
            written.append(BundleMember(path, *copied, None if roles is None else roles[path]))
        if bundle_law == "index_v2":
            digest = lines_digest({member.path: member.sha256_hex for member in written})
        else:
            digest = whole.hexdigest()
        index = document_bytes(_index(written, index_form))
        (stage / INDEX_NAME).write_bytes(index)
        (stage / FLAG_NAME).write_bytes(_flag(digest, flag_form, manifest_fingerprint))
    return BundleVerification(
        bundle_digest=digest,
        folder_digest=lines_digest(
            {INDEX_NAME: sha256_bytes(index), **{member.path: member.sha256_hex for member in written}}
        ),
        members=tuple(written),
        manifest_fingerprint=None if flag_form == "text" else manifest_fingerprint,
    )


def record_member(folder: str, record: Mapping[str, Any]) -> str:
    """Where in a bundle a publish record lies: in the dataset's folder, named by the token that splits the dataset.

    A bundle is of one run and a record names its whole partition, so the tokens that a run fixes are left out.
    """
    pairs = partition_tokens(record).items()
    own = partition_segments({token: value for token, value in pairs if token not in RUN_TOKENS})
    return "/".join((folder, record["dataset"], *(own or [_ONLY_RECORD]))) + ".json"


def members_and_roles(members: MembersByPath) -> tuple[dict[str, bytes], dict[str, str] | None]:
    """The bytes of a bundle's members by path, and their roles; None for a bundle whose members have none.

    Raises:
        ValueError: some members have a role and others have none.
    """
    with_role = {path: member for path, member in members.items() if isinstance(member, tuple)}
    plain = {path: member for path, member in members.items() if isinstance(member, bytes)}
    if not with_role:
        return plain, None
    if plain:
        raise ValueError(f"members without a role beside members with one: {sorted(plain)}")
    return (
        {path: data for path, (_, data) in with_role.items()},
        {path: role for path, (role, _) in with_role.items()},
    )


def bundle_documents(
    members: Mapping[str, bytes],
    *,
    bundle_law: BundleLaw,
    flag_form: FlagForm,
    index_form: IndexForm,
    manifest_fingerprint: str,
    roles: Mapping[str, str] | None = None,
) -> tuple[bytes, bytes]:
    """The bytes of the index and of the flag that `write_bundle` gives a bundle of these members."""
    written = [
        BundleMember(path, len(data), sha256_bytes(data), None if roles is None else roles[path])
        for path, data in sorted(members.items())
    ]
    if bundle_law == "index_v2":
        digest = lines_digest({member.path: member.sha256_hex for member in written})
    else:
        digest = hashlib.sha256(b"".join(data for _, data in sorted(members.items()))).hexdigest()
    index = document_bytes(_index(written, index_form))
    return index, _flag(digest, flag_form, manifest_fingerprint)


def _check_paths(members: Mapping[str, object]) -> None:
    files = {*members, INDEX_NAME, FLAG_NAME}
    for path in members:
        problem = illegal_path(path)
        if problem is None and any(segment.startswith(".") for segment in path.split("/")):
            problem = "a leading dot"
        if problem is None and path in (INDEX_NAME, FLAG_NAME):
            problem = "a file that the bundle writes itself"
        if problem is None:
            segments = path.split("/")
            if any("/".join(segments[:count]) in files for count in range(1, len(segments))):
                problem = "a folder that is also a file"
        if problem is not None:
            raise ValueError(f"member {path!r}: {problem}")


def _copy(content: Path | bytes, target: Path, whole: hashlib._Hash | None) -> FileDigest:
    """Write `content` to the new file `target`, hashing what is written."""
    digest, size = hashlib.sha256(), 0
    with target.open("xb") as sink:
        if isinstance(content, bytes):
            blocks = iter((content,))
        else:
            source = open_regular(content)
            blocks = iter(lambda: source.read(_CHUNK), b"")
        try:
            for block in blocks:
                sink.write(block)
                digest.update(block)
                if whole is not None:
                    whole.update(block)
                size += len(block)
        finally:
            if not isinstance(content, bytes):
                source.close()
    return FileDigest(size, digest.hexdigest())


def _index(written: list[BundleMember], form: IndexForm) -> JSON:
    if form == "array":
        return [{"path": member.path, "sha256_hex": member.sha256_hex} for member in written]
    return {
        "entries": [
            {"path": member.path, "sha256_hex": member.sha256_hex, "role": member.role} for member in written
        ]
    }


def _flag(digest: str, form: FlagForm, manifest_fingerprint: str) -> bytes:
    if form == "text":
        return f"sha256_hex = {digest}\n".encode("ascii")
    return document_bytes({"manifest_fingerprint": manifest_fingerprint, "bundle_digest_sha256": digest})
