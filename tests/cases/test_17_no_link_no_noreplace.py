"""File systems with neither hard links nor a rename that refuses to replace, and without flushes: runs work there.

sshfs, gcsfuse, rclone, exFAT and others lack one or several of them. What is published is the same, byte by byte.
"""

from __future__ import annotations

import errno
import os
from pathlib import Path
from typing import Any

import pytest

import closedworld
from engine.core import publish, storage
from engine.core.errors import PublishFailure, PublishReason
from engine.core.publish import RecordFields, Stage
from tests.cli.command import command
from tests.support import failing_places as lacking
from tests.support.runs import only_run, published_bytes

FIELDS = RecordFields("T.S1", 1, None, None, {}, "k")


@pytest.fixture(scope="module")
def usual(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """What two states publish where nothing is lacking."""
    root = tmp_path_factory.mktemp("usual")
    return published_bytes(closedworld.run("tiny", runs_root=root, to="1B.S0", jobs=1))


@pytest.mark.parametrize("code", lacking.LINK_ERRORS, ids=errno.errorcode.get)
def test_without_links_and_without_refusing_renames_a_run_is_the_same(
    code: int, usual: dict[str, bytes], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lacking.without_no_replace(monkeypatch)
    lacking.without_links(monkeypatch, code)
    done = command("run", "--recipe", "tiny", "--to", "1B.S0", "--runs-root", str(tmp_path))
    assert done.exit_code == 0, done.err
    assert published_bytes(only_run(tmp_path)) == usual
    assert list((only_run(tmp_path).root / "tmp").iterdir()) == []


@pytest.mark.parametrize("code", lacking.FLUSH_ERRORS, ids=errno.errorcode.get)
@pytest.mark.parametrize(("folders", "files"), [(True, False), (False, True), (True, True)])
def test_without_flushes_a_run_is_the_same(
    code: int,
    folders: bool,
    files: bool,
    usual: dict[str, bytes],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    lacking.without_flush(monkeypatch, code, folders=folders, files=files)
    done = command("run", "--recipe", "tiny", "--to", "1B.S0", "--runs-root", str(tmp_path))
    assert done.exit_code == 0, done.err
    assert published_bytes(only_run(tmp_path)) == usual


def test_where_everything_is_lacking_at_once_a_run_is_made_shared_and_verified(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lacking.without_no_replace(monkeypatch)
    lacking.without_links(monkeypatch, errno.EPERM)
    lacking.without_flush(monkeypatch, errno.EINVAL, folders=True, files=True)
    lacking.without_locks(monkeypatch, errno.ENOLCK)
    words = ("run", "--recipe", "tiny", "--to", "2A.S0", "--runs-root", str(tmp_path))
    assert command(*words).exit_code == 0
    again = command(*words, "--label", "second")
    assert again.exit_code == 0, again.err
    assert "shared" in again.out
    for folder in sorted(tmp_path.iterdir()):
        assert {path.stat().st_nlink for path in folder.rglob("*.parquet")} == {1}


def test_a_flush_that_fails_for_real_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    lacking.without_flush(monkeypatch, errno.EIO, folders=False, files=True)
    done = command("run", "--recipe", "tiny", "--to", "1A.S0", "--runs-root", str(tmp_path))
    done.refused("PUBLISH-007", exit_code=6)


@pytest.mark.parametrize("code", [errno.EPERM, errno.EINVAL, errno.ENOSYS, errno.EOPNOTSUPP, errno.ENOTTY])
def test_a_filter_of_system_calls_that_refuses_the_rename_is_gone_around(
    code: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import ctypes

    def refusing(*_arguments: Any) -> int:
        ctypes.set_errno(code)
        return -1

    monkeypatch.setattr(storage, "_renameat2", lambda: refusing)
    for name in ("one", "two"):
        (tmp_path / name).write_bytes(name.encode())
    storage.rename_without_replacing(tmp_path / "one", tmp_path / "target")
    with pytest.raises(FileExistsError):
        storage.rename_without_replacing(tmp_path / "two", tmp_path / "target")
    assert (tmp_path / "target").read_bytes() == b"one"
    assert (tmp_path / "two").read_bytes() == b"two"


@pytest.mark.parametrize("linkable", [True, False])
@pytest.mark.parametrize("kind", ["file", "folder", "empty folder", "link"])
def test_what_stands_there_is_never_replaced(
    linkable: bool, kind: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lacking.without_no_replace(monkeypatch)
    if not linkable:
        lacking.without_links(monkeypatch, errno.EPERM)
    target = tmp_path / "target"
    if kind == "link":
        target.symlink_to("nowhere")
    elif kind == "file":
        target.write_bytes(b"mine")
    else:
        (target / "inside" if kind == "folder" else target).mkdir(parents=True)
    (tmp_path / "draft").write_bytes(b"new")
    (tmp_path / "stage").mkdir()
    for source in ("draft", "stage"):
        with pytest.raises(FileExistsError):
            storage.rename_without_replacing(tmp_path / source, target)
    assert (tmp_path / "draft").read_bytes() == b"new"
    assert target.is_symlink() == (kind == "link")


@pytest.mark.parametrize("code", [errno.EXDEV, errno.EMFILE, errno.EOPNOTSUPP, errno.ENOSYS])
def test_a_store_that_moves_no_folders_is_named_as_such(
    code: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lacking.without_no_replace(monkeypatch)
    real = Path.rename

    def rename(self: Path, target: Path) -> Path:
        if self.is_dir():
            raise OSError(code, os.strerror(code), str(self))
        return real(self, target)

    monkeypatch.setattr(Path, "rename", rename)
    with pytest.raises(PublishFailure) as caught, Stage.open(tmp_path, "T.S1", "k") as stage:
        folder = stage.dataset_folder("table_T", {})
        (folder / "part").write_bytes(b"x")
        publish.publish(
            tmp_path, dataset="table_T", partition={}, target="data/table", staged=folder, fields=FIELDS
        )
    assert caught.value.reason is PublishReason.FOLDER_RENAME
    assert "moves a folder in one step" in caught.value.expected
    assert not (tmp_path / "data/table").exists()
