"""Files are digested once, whoever asks meanwhile, and again once they change."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from engine.core import digests, seals
from engine.core.errors import SealFailure


def test_two_who_ask_at_once_read_a_file_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path, read, go_on = tmp_path / "file", [], threading.Event()
    path.write_bytes(b"content")

    def slow(path: Path) -> str:
        read.append(path)
        assert go_on.wait(10)
        return "digest"

    monkeypatch.setattr(digests, "sha256_file", slow)
    memory = seals.DigestMemory()
    with ThreadPoolExecutor(2) as pool:
        asked = [pool.submit(memory.file, path) for _ in range(2)]
        while not read:
            pass
        go_on.set()
        assert [one.result(10) for one in asked] == ["digest"] * 2
    assert read == [path]


def test_a_file_that_could_not_be_read_is_read_when_it_is_asked_for_again(tmp_path: Path) -> None:
    memory, path, target = seals.DigestMemory(), tmp_path / "file", tmp_path / "target"
    target.write_bytes(b"content")
    path.symlink_to(target)
    for _ in range(2):
        with pytest.raises(SealFailure):
            memory.file(path)
    path.unlink()
    path.write_bytes(b"content")
    assert memory.file(path) == digests.sha256_bytes(b"content")
    path.write_bytes(b"contents")
    assert memory.file(path) == digests.sha256_bytes(b"contents")


def test_a_reading_that_failed_is_not_remembered(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path, memory = tmp_path / "file", seals.DigestMemory()
    path.write_bytes(b"content")

    def failing(path: Path) -> str:
        raise PermissionError(path)

    with monkeypatch.context() as patch:
        patch.setattr(digests, "sha256_file", failing)
        with pytest.raises(PermissionError):
            memory.file(path)
    assert memory.file(path) == digests.sha256_bytes(b"content")
