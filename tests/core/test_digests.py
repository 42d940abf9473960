"""Digests of files, folders and bundles, against published vectors."""

from __future__ import annotations

import hashlib
import json
import os
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from engine.core import digests
from engine.core.errors import SealFailure, SealReason

VECTORS = json.loads((Path(__file__).parents[1] / "vectors" / "digests.json").read_text("utf-8"))


def written(files: dict[str, str], folder: Path) -> Path:
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(text.encode())
    return folder


# ---------------------------------------------------------------------------------------- files and folders


def test_file_digests_equal_hashlib_with_and_without_company(tmp_path: Path) -> None:
    for size in (0, 1, 2**20, 2**20 + 1):
        path = tmp_path / str(size)
        data = np.arange(size, dtype=np.uint32).astype(np.uint8).tobytes()
        path.write_bytes(data)
        other = hashlib.sha256(b"before")
        expected = digests.FileDigest(size, hashlib.sha256(data).hexdigest())
        assert digests.file_digest(path) == digests.file_digest(path, other) == expected
        assert digests.sha256_file(path) == digests.sha256_bytes(data) == expected.sha256_hex
        assert other.hexdigest() == hashlib.sha256(b"before" + data).hexdigest()


@pytest.mark.parametrize("vector", VECTORS["folder_digest"])
def test_folder_digest_matches_the_vectors(vector: dict[str, Any], tmp_path: Path) -> None:
    folder = written(vector["files"], tmp_path)
    assert digests.folder_digest(folder) == vector["folder_digest"]
    (folder / "_passed.flag").write_text("other")
    (folder / "empty").mkdir()
    assert digests.folder_digest(folder) == vector["folder_digest"]
    (folder / "b" / "_passed.flag").write_text("other")
    assert digests.folder_digest(folder) != vector["folder_digest"]


def link_inside(folder: Path) -> None:
    (folder / "link").symlink_to(folder / "a")


def linked_folder_inside(folder: Path) -> None:
    (folder / "b" / "link").symlink_to(folder)


def fifo_inside(folder: Path) -> None:
    os.mkfifo(folder / "pipe")


def dot_file(folder: Path) -> None:
    (folder / "b" / ".hidden").write_text("")


def dot_folder(folder: Path) -> None:
    (folder / ".git").mkdir()


def odd_name(folder: Path) -> None:
    (folder / "é").write_text("")


def line_feed_in_name(folder: Path) -> None:
    (folder / "a\nb").write_text("")


@pytest.mark.parametrize(
    ("plant", "reason"),
    [
        (link_inside, SealReason.SYMLINK),
        (linked_folder_inside, SealReason.SYMLINK),
        (fifo_inside, SealReason.NOT_A_FILE),
        (dot_file, SealReason.NAME),
        (dot_folder, SealReason.NAME),
        (odd_name, SealReason.NAME),
        (line_feed_in_name, SealReason.NAME),
    ],
)
def test_a_folder_with_anything_odd_has_no_digest(plant: Any, reason: SealReason, tmp_path: Path) -> None:
    folder = written({"a": "1", "b/c": "2"}, tmp_path / "f")
    digests.folder_digest(folder)
    plant(folder)
    with pytest.raises(SealFailure) as caught:
        digests.folder_digest(folder)
    assert caught.value.reason is reason


def test_missing_linked_and_mistaken_folders_and_files_are_refused(tmp_path: Path) -> None:
    folder = written({"a": "1"}, tmp_path / "f")
    (tmp_path / "folder_link").symlink_to(folder)
    (tmp_path / "file_link").symlink_to(folder / "a")
    cases: list[tuple[Any, Path, SealReason]] = [
        (digests.folder_digest, tmp_path / "none", SealReason.MISSING),
        (digests.folder_digest, tmp_path / "folder_link", SealReason.SYMLINK),
        (digests.folder_digest, folder / "a", SealReason.NOT_A_FILE),
        (digests.sha256_file, tmp_path / "none", SealReason.MISSING),
        (digests.sha256_file, tmp_path / "file_link", SealReason.SYMLINK),
        (digests.sha256_file, folder, SealReason.NOT_A_FILE),
    ]
    for function, path, reason in cases:
        with pytest.raises(SealFailure) as caught:
            function(path)
        assert caught.value.reason is reason


@pytest.mark.parametrize("vector", VECTORS["bundle_digest"])
@pytest.mark.parametrize("law", ["concat_v1", "index_v2"])
def test_bundle_digest_matches_the_vectors(
    vector: dict[str, Any], law: digests.BundleLaw, tmp_path: Path
) -> None:
    folder = written(vector["listed_files"], tmp_path)
    in_memory = {path: text.encode() for path, text in vector["listed_files"].items()}
    on_disk = {path: folder / path for path in reversed(vector["listed_files"])}
    for members in (in_memory, on_disk):
        result = digests.bundle_digest(law, members)
        assert result.digest == vector[law]
        assert result.members == {
            path: digests.FileDigest(len(data), hashlib.sha256(data).hexdigest())
            for path, data in in_memory.items()
        }


def test_an_unknown_bundle_law_is_refused() -> None:
    with pytest.raises(ValueError, match="concat_v3"):
        digests.bundle_digest("concat_v3", {})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "path", ["", "/a", "a//b", "a/", "./a", "a/.", "../a", "a/../b", "a\\b", "é", "a\nb", "a\0b", "a\x7fb"]
)
def test_illegal_paths(path: str) -> None:
    assert digests.illegal_path(path) is not None


@pytest.mark.parametrize("path", ["a", "a/b=1/c.d", "a..b/...", "seed=42/x y"])
def test_legal_paths(path: str) -> None:
    assert digests.illegal_path(path) is None
