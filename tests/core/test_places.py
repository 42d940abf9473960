"""What a place for runs can do is tried and told beforehand, and nothing is left of the trials."""

from __future__ import annotations

import errno
import os
from pathlib import Path
from typing import Any

import pytest

from engine.core import places
from engine.core.places import BROKEN, WARNING, WORKS, trials
from engine.execute.path_lengths import longest_path_below_a_run
from tests.cli.command import command
from tests.support import failing_places as lacking
from tests.support.runs import built


def results(runs_root: Path) -> dict[str, tuple[str, str]]:
    """Result and remedy of each trial."""
    found = {trial.name: (trial.result, trial.remedy) for trial in trials(runs_root, 215)}
    assert [path.name for path in runs_root.iterdir() if path.name.startswith(".closedworld")] == []
    assert all(remedy for result, remedy in found.values() if result != WORKS)
    return found


def test_a_usual_place_has_everything(tmp_path: Path) -> None:
    assert {result for result, _remedy in results(tmp_path).values()} == {WORKS}


@pytest.mark.parametrize("code", lacking.LINK_ERRORS, ids=errno.errorcode.get)
def test_a_place_without_links_works_with_a_warning(
    code: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lacking.without_no_replace(monkeypatch)
    lacking.without_links(monkeypatch, code)
    found = results(tmp_path)
    assert found["hard links"][0] == found["renames without replacing"][0] == WARNING
    assert BROKEN not in {result for result, _remedy in found.values()}
    assert command("doctor", "--runs-root", str(tmp_path)).exit_code == 0


@pytest.mark.parametrize("code", lacking.FLUSH_ERRORS, ids=errno.errorcode.get)
def test_a_place_without_flushes_works_with_a_warning(
    code: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lacking.without_flush(monkeypatch, code, folders=True, files=True)
    found = results(tmp_path)
    assert found["flushes files to the disk"][0] == found["flushes folders to the disk"][0] == WARNING


@pytest.mark.parametrize("code", lacking.LOCK_ERRORS, ids=errno.errorcode.get)
def test_a_place_without_locks_is_told_of(code: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    lacking.without_locks(monkeypatch, code)
    assert results(tmp_path)["locks between processes"][0] != WORKS


@pytest.mark.parametrize(("most", "result"), [(255, WORKS), (143, WORKS), (100, BROKEN)])
def test_the_longest_name_that_a_place_takes_is_found(
    most: int, result: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = Path.write_bytes

    def write(self: Path, data: bytes) -> int:
        if len(os.fsencode(self.name)) > most:
            raise OSError(errno.ENAMETOOLONG, os.strerror(errno.ENAMETOOLONG), str(self))
        return real(self, data)

    monkeypatch.setattr(Path, "write_bytes", write)
    assert results(tmp_path)["long names"][0] == result


@pytest.mark.parametrize(("room", "result"), [(4095, WORKS), (259, BROKEN)])
def test_a_root_that_leaves_too_little_room_for_paths_is_told_of(
    room: int, result: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(places, "_longest_path", lambda _place: room)
    deep = tmp_path / ("r" * 60)
    deep.mkdir()
    assert results(deep)["room for paths"][0] == result


def test_a_place_that_cannot_be_used_is_told_of_and_the_command_says_6(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refusing(*_arguments: Any, **_options: Any) -> None:
        raise OSError(errno.EROFS, os.strerror(errno.EROFS))

    monkeypatch.setattr(Path, "mkdir", refusing)
    (trial,) = trials(tmp_path, 215)
    assert (trial.name, trial.result) == ("writable", BROKEN)
    assert command("doctor", "--runs-root", str(tmp_path)).exit_code == 6


# -- names of a run ----------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def paths(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """Every path below a tiny run."""
    run = built(tmp_path_factory.mktemp("paths"), to="2B.S8").root
    return [path.relative_to(run).as_posix() for path in run.rglob("*")]


def test_paths_and_names_of_a_run_are_no_longer_than_the_doctor_reckons(paths: list[str]) -> None:
    assert max(map(len, paths)) <= longest_path_below_a_run()
    longest = max(len(os.fsencode(name)) for path in paths for name in path.split("/"))
    # The draft of a note that a part is complete has its name and an ending more.
    assert longest <= places.LONGEST_NAME <= 143


def test_no_two_names_of_a_run_differ_by_case_alone_and_all_are_plain_ascii(paths: list[str]) -> None:
    """So a run lies whole on file systems that know no case, and on those that normalise names."""
    assert all(path.isascii() for path in paths)
    folded = {path.casefold() for path in paths}
    assert len(folded) == len(paths)


@pytest.mark.parametrize("character", list('<>:"|?*\\'))
def test_no_name_of_a_run_holds_what_windows_refuses(character: str, paths: list[str]) -> None:
    assert not [path for path in paths if character in path]
    assert not [path for path in paths if any(name.endswith((".", " ")) for name in path.split("/"))]
