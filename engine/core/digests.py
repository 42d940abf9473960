"""SHA-256 of files, folders, bundles and identities (spec/identity-and-seals.md, 1, 2 and 4)."""

from __future__ import annotations

import errno
import hashlib
import os
import re
import stat
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, BinaryIO, Final, Literal, NamedTuple, TypeAlias

from codegen.runtime.canonical import JSON, canonical_bytes
from engine.core.errors import SealFailure, SealReason

__all__ = [
    "FLAG_NAME",
    "INDEX_NAME",
    "BundleDigest",
    "BundleLaw",
    "FileDigest",
    "bundle_digest",
    "file_digest",
    "folder_digest",
    "folder_files",
    "illegal_path",
    "lines_digest",
    "manifest_fingerprint",
    "open_regular",
    "parameter_hash",
    "rows_digest",
    "sha256_bytes",
    "sha256_file",
    "value_digest",
]

BundleLaw: TypeAlias = Literal["concat_v1", "index_v2"]

INDEX_NAME: Final = "index.json"
FLAG_NAME: Final = "_passed.flag"
"""The two files of a bundle that its index neither lists nor counts."""

_CHUNK = 1 << 20
_HEX64 = re.compile(r"[0-9a-f]{64}")


# ----------------------------------------------------------------------------------------- bytes and files


def sha256_bytes(data: bytes) -> str:
    """Lower-case hex SHA-256 of `data`."""
    return hashlib.sha256(data).hexdigest()


def value_digest(value: JSON) -> str:
    """SHA-256 over the canonical form of `value`, without a line feed: a value's digest, not a file's."""
    return sha256_bytes(canonical_bytes(value))


def rows_digest(rows: Iterable[Mapping[str, JSON]]) -> str:
    """SHA-256 over the canonical form of the rows, each followed by a line feed."""
    digest = hashlib.sha256()
    for row in rows:
        digest.update(canonical_bytes(dict(row)) + b"\n")
    return digest.hexdigest()


def open_regular(path: Path) -> BinaryIO:
    """`path` open for reading; a symbolic link, or anything else but a regular file, is never followed.

    Raises:
        SealFailure: SYMLINK, NOT_A_FILE or MISSING.
        OSError: the file system failed.
    """
    flags = (
        os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
    )
    try:
        mode = os.lstat(path).st_mode
        if stat.S_ISREG(mode):
            descriptor = os.open(path, flags)
            handle = os.fdopen(descriptor, "rb", buffering=0)
            if stat.S_ISREG(os.fstat(descriptor).st_mode):
                return handle
            handle.close()
    except FileNotFoundError:
        raise SealFailure(where=path, expected="a file", found="nothing", reason=SealReason.MISSING) from None
    raise _not_a_file(path, mode)


def _not_a_file(path: Path | str, mode: int) -> SealFailure:
    if stat.S_ISLNK(mode):
        return SealFailure(where=path, expected="a file", found="a symbolic link", reason=SealReason.SYMLINK)
    kind = "a folder" if stat.S_ISDIR(mode) else "a special file"
    return SealFailure(where=path, expected="a file", found=kind, reason=SealReason.NOT_A_FILE)


class FileDigest(NamedTuple):
    """Length in bytes and lower-case hex SHA-256 of one file."""

    bytes: int
    sha256_hex: str


def file_digest(path: Path, *also: Any) -> FileDigest:
    """Size and SHA-256 of the regular file at `path`, read once as a stream.

    Args:
        path: the file; links are refused.
        also: further hashes that take the same bytes on the same reading.
    """
    with open_regular(path) as handle:
        if not also:
            digest = hashlib.file_digest(handle, "sha256")  # type: ignore[arg-type]
            return FileDigest(handle.tell(), digest.hexdigest())
        digest, size, buffer = hashlib.sha256(), 0, bytearray(_CHUNK)
        view = memoryview(buffer)
        while count := handle.readinto(buffer):  # type: ignore[attr-defined]
            size += count
            digest.update(view[:count])
            for other in also:
                other.update(view[:count])
        return FileDigest(size, digest.hexdigest())


def sha256_file(path: Path) -> str:
    """Lower-case hex SHA-256 of the regular file at `path`, read as a stream."""
    return file_digest(path).sha256_hex


# ------------------------------------------------------------------------------------------------- folders


def illegal_path(path: str) -> str | None:
    """Why `path` may not name a file inside a sealed folder, or None if it may.

    A legal path is relative, POSIX, ASCII without control characters, and has no empty, `.` or `..`
    segment and no backslash.
    """
    if not path:
        return "an empty path"
    if not path.isascii():
        return "a character outside ASCII"
    if not path.isprintable():
        return "a control character"
    if path.startswith("/"):
        return "a leading /"
    if "\\" in path:
        return "a backslash"
    if os.name == "nt" and ":" in path:
        return "a drive or stream"
    for segment in path.split("/"):
        if not segment:
            return "an empty segment"
        if segment in (".", ".."):
            return f"the segment {segment}"
    return None


def folder_files(folder: Path) -> dict[str, Path]:
    """Every file under `folder` by relative POSIX path, in ASCII order of that path.

    Raises:
        SealFailure: the folder is missing or a link; a symbolic link or special file lies inside; a name
            starts with `.` or is not plain ASCII.
    """
    try:
        mode = os.lstat(folder).st_mode
    except (FileNotFoundError, NotADirectoryError):
        raise SealFailure(
            where=folder, expected="a folder", found="nothing", reason=SealReason.MISSING
        ) from None
    if stat.S_ISLNK(mode):
        raise SealFailure(
            where=folder, expected="a folder", found="a symbolic link", reason=SealReason.SYMLINK
        )
    if not stat.S_ISDIR(mode):
        raise SealFailure(where=folder, expected="a folder", found="a file", reason=SealReason.NOT_A_FILE)
    found: dict[str, Path] = {}
    pending = [("", os.fspath(folder))]
    while pending:
        prefix, inside = pending.pop()
        try:
            entries = os.scandir(inside)
        except OSError as error:
            if error.errno != errno.ENAMETOOLONG:
                raise
            raise SealFailure(
                where=folder,
                expected="paths that the system can follow",
                found=f"folders {prefix.count('/')} deep, {len(inside):,} characters long",
                reason=SealReason.EXTRA,
            ) from None
        with entries:
            for entry in entries:
                relative = prefix + entry.name
                if entry.is_symlink():
                    raise SealFailure(
                        where=entry.path, expected="no symbolic link", found="one", reason=SealReason.SYMLINK
                    )
                problem = "a leading dot" if entry.name.startswith(".") else illegal_path(entry.name)
                if problem is not None:
                    raise SealFailure(
                        where=entry.path, expected="a plain name", found=problem, reason=SealReason.NAME
                    )
                if entry.is_dir(follow_symlinks=False):
                    pending.append((relative + "/", entry.path))
                elif entry.is_file(follow_symlinks=False):
                    found[relative] = Path(entry.path)
                else:
                    raise _not_a_file(entry.path, entry.stat(follow_symlinks=False).st_mode)
    return {relative: found[relative] for relative in sorted(found)}


def lines_digest(entries: Mapping[str, str]) -> str:
    """SHA-256 over `name NUL digest LF` of every entry, in ascending order of the name's UTF-8 bytes."""
    return _lines(sorted(entries.items(), key=lambda entry: entry[0].encode("utf-8"))).hexdigest()


def _lines(entries: Iterable[tuple[str, str]]) -> hashlib._Hash:
    digest = hashlib.sha256()
    for name, sha256_hex in entries:
        if "\0" in name or "\n" in name or not name:
            raise ValueError(f"{name!r} cannot name a digest: it is empty or holds NUL or LF")
        if not _HEX64.fullmatch(sha256_hex):
            raise ValueError(f"{name}: {sha256_hex!r} is not 64 lower-case hex digits")
        digest.update(f"{name}\0{sha256_hex}\n".encode())
    return digest


def folder_digest(folder: Path) -> str:
    """The folder digest of `folder` (spec/identity-and-seals.md, 2); SealFailure as `folder_files`."""
    return lines_digest(
        {name: sha256_file(path) for name, path in folder_files(folder).items() if name != FLAG_NAME}
    )


class BundleDigest(NamedTuple):
    """A bundle's digest, and size and SHA-256 of each member by path."""

    digest: str
    members: dict[str, FileDigest]


def bundle_digest(law: BundleLaw, members: Mapping[str, Path | bytes]) -> BundleDigest:
    """The bundle digest of `members` under `law`; every member is read once, as a stream.

    Args:
        law: `concat_v1`, the raw bytes one after another; or `index_v2`, `path NUL sha256_hex LF`.
        members: relative path to file or bytes; taken in ASCII order of path.
    Source: spec/identity-and-seals.md, section 4.
    """
    if law not in ("concat_v1", "index_v2"):
        raise ValueError(f"unknown bundle law {law!r}")
    whole = hashlib.sha256()
    digests: dict[str, FileDigest] = {}
    for path in sorted(members):
        content = members[path]
        if isinstance(content, bytes):
            digests[path] = FileDigest(len(content), sha256_bytes(content))
            if law == "concat_v1":
                whole.update(content)
        elif law == "concat_v1":
            digests[path] = file_digest(content, whole)
        else:
            digests[path] = file_digest(content)
    if law == "index_v2":
        whole = _lines((path, digest.sha256_hex) for path, digest in digests.items())
    return BundleDigest(whole.hexdigest(), digests)


# ---------------------------------------------------------------------------------------------- identities


def parameter_hash(policies: Mapping[str, str]) -> str:
    """Hex SHA-256 over the policy set: policy id to SHA-256 of its file (spec/identity-and-seals.md, 1)."""
    return lines_digest(policies)


def manifest_fingerprint(contracts_digest: str, parameter_hash: str, ingress: Mapping[str, str]) -> str:
    """Hex SHA-256 that names a world: contracts, parameters, then ingress artefacts by ascending id."""
    ordered = sorted(ingress.items(), key=lambda entry: entry[0].encode("utf-8"))
    return str(
        _lines([("contracts", contracts_digest), ("parameters", parameter_hash), *ordered]).hexdigest()
    )
