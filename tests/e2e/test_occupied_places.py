"""What stands in the way of a run is named: links, files and empty folders in place of what it writes, deep folders."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

import closedworld
from engine.core import storage
from engine.core.digests import folder_files
from engine.core.errors import EngineError, SealFailure, SealReason
from engine.core.run import RunFolder
from generated.datasets import BY_ID
from tests.cli.command import Outcome, command
from tests.support.runs import built

NEXT = "1B.S0"
DATASET = "site_locations"
DEPTH = 1_200


@pytest.fixture
def begun(tmp_path: Path) -> Iterator[RunFolder]:
    """A run of one state, whose next state is `NEXT`; removed after the test, since others stop at long paths."""
    yield built(tmp_path / "runs", to="1A.S0")
    storage.remove(tmp_path / "runs")


def went_on(run: RunFolder) -> Outcome:
    return command(
        "run", "--run", run.root.name, "--to", NEXT, "--runs-root", str(run.root.parent), "--no-wait"
    )


def target(run: RunFolder) -> Path:
    """Where the next state's output is going to lie."""
    return run.folder(BY_ID[DATASET])


def record(run: RunFolder) -> Path:
    """Where the next state's record is going to lie."""
    place = run.root / "published" / DATASET
    return place.joinpath(*(f"{k}={v}" for k, v in run.partition(BY_ID[DATASET]).items())).with_suffix(
        ".json"
    )


def empty_folder(path: Path) -> None:
    path.mkdir(parents=True)


def a_file(path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"mine")


def a_link(path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.symlink_to("elsewhere")


@pytest.mark.parametrize(
    ("place", "obstacle", "code", "words"),
    [
        (target, empty_folder, "PUBLISH-009", "an empty folder"),
        (target, a_file, "PUBLISH-009", "a file of 4 bytes"),
        (target, a_link, "SEAL-006", "a symbolic link to elsewhere"),
        (lambda run: target(run).parent, a_file, "PUBLISH-009", "a file of 4 bytes"),
        (lambda run: target(run).parent, a_link, "SEAL-006", "a symbolic link to elsewhere"),
        (record, empty_folder, "PUBLISH-009", "an empty folder"),
        (lambda run: run.root / "tmp", a_file, "PUBLISH-009", "a file of 4 bytes"),
        (lambda run: run.root / "tmp", a_link, "SEAL-006", "a symbolic link to elsewhere"),
        (lambda run: run.root / "run.lock", a_link, "PUBLISH-009", "a symbolic link to elsewhere"),
        (lambda run: run.root / "run.lock", empty_folder, "PUBLISH-009", "an empty folder"),
    ],
)
def test_what_stands_in_the_way_is_said_and_once_it_is_gone_the_run_goes_on(
    place: Callable[[RunFolder], Path],
    obstacle: Callable[[Path], None],
    code: str,
    words: str,
    begun: RunFolder,
) -> None:
    path = place(begun)
    storage.remove(path)
    obstacle(path)
    refused = went_on(begun)
    refused.refused(code, saying=[str(path), words])
    assert "free disk space" not in refused.err.lower()
    storage.remove(path)
    assert went_on(begun).exit_code == 0


def deep(folder: Path, name: str) -> None:
    """Folders inside of each other, deeper than any path can say, with a file at the end."""
    descriptor = os.open(folder, os.O_RDONLY)
    for _ in range(DEPTH):
        os.mkdir(name, dir_fd=descriptor)
        inner = os.open(name, os.O_RDONLY, dir_fd=descriptor)
        os.close(descriptor)
        descriptor = inner
    os.close(os.open("leaf", os.O_CREAT | os.O_WRONLY, dir_fd=descriptor))
    os.close(descriptor)


STRANGERS: dict[str, Callable[[Path], None]] = {
    "short names a thousand deep": lambda folder: deep(folder, "d"),
    "names a thousand deep": lambda folder: deep(folder, "a-longer-name"),
    "a hidden file": lambda folder: (folder / ".DS_Store").touch(),
    "a link": lambda folder: (folder / "link").symlink_to("/"),
    "a link to itself": lambda folder: (folder / "loop").symlink_to("loop"),
    "a pipe": lambda folder: os.mkfifo(folder / "pipe"),
    "a name that is no text": lambda folder: (folder / "a\udcff.json").touch(),
}
QUESTIONS = (
    ("status",), ("verify",), ("runs", "list"), ("runs", "show", "latest"), ("runs", "diff", "latest", "latest"),
    ("run", "--recipe", "tiny", "--to", NEXT, "--dry-run"), ("query", "SELECT 1"), ("explain", "2B.S3"),
    ("world", "show"),
)  # fmt: skip


@pytest.mark.parametrize("stranger", STRANGERS)
@pytest.mark.parametrize("where", ["data", "published", "reports", "tmp", "", "config"])
def test_what_a_stranger_put_into_a_run_is_no_bug_of_any_command(
    where: str, stranger: str, begun: RunFolder
) -> None:
    STRANGERS[stranger](begun.root / where)
    root = ("--runs-root", str(begun.root.parent))
    for words in QUESTIONS:
        told = command(*words, *root)
        assert told.exit_code not in (70, 6), (words, told.err)
        assert "Traceback" not in told.err
    went = went_on(begun)
    assert went.exit_code != 70, went.err
    assert command("runs", "remove", begun.root.name, "--yes", *root).exit_code == 0
    assert list(begun.root.parent.iterdir()) == []


def test_a_failure_that_nobody_gave_a_code_comes_out_under_the_engines_own(
    begun: RunFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    def damaged(*_: object, **__: object) -> None:
        raise SealFailure(where="here", expected="a", found="b", reason=SealReason.EXTRA)

    monkeypatch.setattr("engine.execute.verify.verified", damaged)
    with pytest.raises(EngineError, match="SEAL-013"):
        closedworld.verify(begun.root)
    monkeypatch.setattr("engine.execute.status.state_status", damaged)
    command("status", "--runs-root", str(begun.root.parent)).refused("SEAL-013", exit_code=4)


def test_a_tree_deeper_than_any_path_is_told_of_and_removed(tmp_path: Path) -> None:
    top = tmp_path / "top"
    top.mkdir()
    deep(top, "deeper")
    (top / "deeper" / "file").write_bytes(b"x")
    (top / "deeper" / "link").symlink_to(tmp_path)
    with pytest.raises(SealFailure) as caught:
        folder_files(top / "deeper" / "deeper")
    assert caught.value.reason is SealReason.EXTRA
    assert sum(len(files) for _folder, files in storage.walked(top)) == 2  # of what a path can name
    storage.remove(top)
    assert not top.exists()
    assert tmp_path.exists()
