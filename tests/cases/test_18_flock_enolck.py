"""File systems and shares without locks: a marker file stands for one, and two writers never meet."""

from __future__ import annotations

import errno
import os
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from engine.core import lock_holder
from engine.core.errors import LockHeld, PublishFailure, PublishReason
from engine.core.lock import run_lock
from tests.cli.command import command
from tests.support import failing_places as lacking

ROOT = Path(__file__).parents[2]
HOLD = """
import errno, os, sys
from pathlib import Path
if sys.argv[2] != "locks":
    import fcntl
    def flock(*arguments):
        raise OSError(int(sys.argv[2]), os.strerror(int(sys.argv[2])))
    fcntl.flock = flock
from engine.core.lock import run_lock
with run_lock(Path(sys.argv[1]), wait=False):
    print("held", flush=True)
    sys.stdin.readline()
"""


def holder(run: Path, way: str) -> subprocess.Popen[str]:
    """A process that holds the run, by the system's lock or without one."""
    process = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(run), way],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "held\n"
    return process


@pytest.mark.parametrize("code", lacking.LOCK_ERRORS, ids=errno.errorcode.get)
def test_a_run_is_made_where_there_are_no_locks(
    code: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lacking.without_locks(monkeypatch, code)
    done = command("run", "--recipe", "tiny", "--to", "1A.S0", "--runs-root", str(tmp_path))
    assert done.exit_code == 0, done.err
    (run,) = tmp_path.iterdir()
    assert not (run / "run.lock.marker").exists()
    assert not (run / "run.lock.holder").exists()


@pytest.mark.parametrize("first", ["locks", str(errno.ENOLCK), str(errno.ENOSYS)])
@pytest.mark.parametrize("second", [0, errno.ENOLCK, errno.EIO])
def test_two_writers_exclude_each_other_whichever_of_them_has_locks(
    first: str, second: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if second:
        lacking.without_locks(monkeypatch, second)
    with holder(tmp_path, first) as process:
        with pytest.raises(LockHeld) as caught, run_lock(tmp_path, wait=False):
            pytest.fail("two writers")
        assert caught.value.pid == process.pid
        process.communicate("\n")
    with run_lock(tmp_path, wait=False):
        pass


@pytest.mark.parametrize("first", ["locks", str(errno.ENOLCK)])
@pytest.mark.parametrize("second", [0, errno.ENOLCK])
def test_a_killed_holder_leaves_no_lock_however_it_held_it(
    first: str, second: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if second:
        lacking.without_locks(monkeypatch, second)
    with holder(tmp_path, first) as process:
        process.kill()
        process.wait(10)
        with run_lock(tmp_path, wait=False):
            pass


def test_a_marker_of_another_machine_stays_and_the_error_says_which_file_it_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lacking.without_locks(monkeypatch, errno.ENOLCK)
    marker = tmp_path / "run.lock.marker"
    marker.write_text("4711\nanother-machine\n")
    with pytest.raises(LockHeld) as caught, run_lock(tmp_path, wait=False):
        pytest.fail("two writers")
    assert "process 4711 on another-machine" in caught.value.found
    assert str(marker) in caught.value.found


def test_where_not_even_a_marker_can_be_made_the_run_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lacking.without_locks(monkeypatch, errno.ENOLCK)
    real = os.open

    def opened(path: str, flags: int, *rest: int, **options: int) -> int:
        if flags & os.O_EXCL and str(path).endswith(".marker"):
            raise OSError(errno.EOPNOTSUPP, os.strerror(errno.EOPNOTSUPP), path)
        return real(path, flags, *rest, **options)

    monkeypatch.setattr(os, "open", opened)
    with pytest.raises(PublishFailure) as caught, run_lock(tmp_path, wait=False):
        pytest.fail("no lock at all")
    assert caught.value.reason is PublishReason.NO_LOCK
    assert "No locks available" in caught.value.found


@pytest.mark.skipif(sys.platform != "linux", reason="Linux tells of a process whether it is stopped")
@pytest.mark.parametrize("way", ["locks", str(errno.ENOLCK)])
@pytest.mark.parametrize("note", [True, False])
def test_a_stopped_holder_is_told_at_once(
    way: str, note: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if way != "locks":
        lacking.without_locks(monkeypatch, errno.ENOLCK)
    with holder(tmp_path, way) as process:
        if not note:  # stopped before it wrote who it is
            (tmp_path / "run.lock.holder").unlink()
        process.send_signal(signal.SIGSTOP)
        os.waitpid(process.pid, os.WUNTRACED)
        try:
            with pytest.raises(LockHeld) as caught, run_lock(tmp_path, wait=False):
                pytest.fail("two writers")
            assert caught.value.pid == process.pid
            assert f"process {process.pid}, which is stopped" in caught.value.found
        finally:
            process.send_signal(signal.SIGCONT)
        process.communicate("\n")


def test_a_note_of_a_number_that_was_given_again_is_not_believed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if lock_holder._beginning(os.getpid()) is None:
        pytest.skip("this system does not tell when a process began")
    lacking.without_locks(monkeypatch, errno.ENOLCK)
    note = tmp_path / "run.lock.holder"
    note.write_text(f'{{"began":1,"host":"{socket.gethostname()}","pid":{os.getpid()}}}\n')
    with run_lock(tmp_path, wait=False):
        pass


@pytest.mark.parametrize("name", ["run.lock", "run.lock.marker", "run.lock.holder"])
@pytest.mark.parametrize("kind", ["link", "folder", "pipe"])
def test_what_is_no_lock_in_its_place_is_said(name: str, kind: str, tmp_path: Path) -> None:
    place, secret = tmp_path / name, tmp_path / "secret"
    secret.write_bytes(b"mine")
    if kind == "link":
        place.symlink_to(secret)
    elif kind == "folder":
        place.mkdir()
    else:
        os.mkfifo(place)
    with pytest.raises(PublishFailure) as caught, run_lock(tmp_path, wait=False):
        pytest.fail("no lock")
    assert caught.value.reason is PublishReason.TAKEN
    assert caught.value.where == str(place)
    stands = {"link": f"a symbolic link to {secret}", "folder": "an empty folder", "pipe": "a pipe"}
    assert caught.value.found == stands[kind]
    assert secret.read_bytes() == b"mine"


@pytest.mark.parametrize("way", ["locks", str(errno.ENOLCK)])
@pytest.mark.parametrize("leaves", ["moved", "removed"])
def test_a_run_that_goes_away_while_one_waits_for_it_is_gone(
    way: str, leaves: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import shutil

    if way != "locks":
        lacking.without_locks(monkeypatch, errno.ENOLCK)
    run = tmp_path / "run"
    run.mkdir()
    with holder(run, way) as process:

        def goes(_pid: int | None) -> None:
            if leaves == "moved":
                run.rename(tmp_path / "elsewhere")
            else:
                shutil.rmtree(run)

        with pytest.raises(PublishFailure) as caught, run_lock(run, wait=True, on_wait=goes):
            pytest.fail("a run that is not there")
        assert caught.value.reason is PublishReason.GONE
        process.communicate("\n")
    assert not run.exists()
