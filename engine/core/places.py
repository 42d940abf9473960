"""What a place for runs can do: each step that publishing needs is tried there, and what was made is removed again.

Every trial says what was found and, where something is missing, what follows from it and what to do.
"""

from __future__ import annotations

import errno
import os
import secrets
import subprocess
import sys
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any, Final, NamedTuple

from engine.core import storage
from engine.core.errors import Failure, LockHeld
from engine.core.lock import LOCK_NAMES, run_lock

RUN_NAME: Final = 32
"""Characters of a run's folder name."""
LONGEST_NAME: Final = 110
"""Bytes of the longest name that a run makes: the draft of a note about a partition, by its fingerprint."""
WINDOWS_PATH: Final = 259
"""Characters that Windows takes of a path unless long ones were switched on; its limit counts a closing zero."""
_TRIED: Final = ".closedworld-doctor-"
_HOLDS: Final = (
    "import sys; from pathlib import Path; from engine.core.lock import run_lock\n"
    "with run_lock(Path(sys.argv[1]), wait=False):\n"
    "    print('held', flush=True); sys.stdin.readline()\n"
)
_WAIT_SECONDS: Final = 30

WORKS, WARNING, BROKEN = "works", "warning", "does not work"


class Trial(NamedTuple):
    """One thing that was tried."""

    name: str
    result: str
    """works, warning or does not work."""
    found: str
    remedy: str = ""

    def as_json(self) -> dict[str, str]:
        """The trial as plain values."""
        return self._asdict()


def standing_place(runs_root: Path) -> Path:
    """The runs root, or the nearest folder above it that is there."""
    root = runs_root.absolute()
    return next((folder for folder in (root, *root.parents) if os.path.lexists(folder)), root)


def trials(runs_root: Path, longest_below_run: int) -> list[Trial]:
    """What the place of a runs root can do. Nothing that was made there is left.

    Args:
        runs_root: the place, or where it would be made.
        longest_below_run: characters of the longest path below a run's folder.
    """
    place = standing_place(runs_root)
    if not place.is_dir():
        stands = f"{place} is {storage.what_stands_at(place)}"
        return [
            Trial("writable", BROKEN, stands, "Choose a folder with --runs-root, or move what stands there.")
        ]
    inside = place / f"{_TRIED}{secrets.token_hex(4)}"
    try:
        inside.mkdir()
    except OSError as error:
        remedy = "Give your user write access to the folder, free space, or choose another with --runs-root."
        return [Trial("writable", BROKEN, f"{place}: {error.strerror}", remedy)]
    try:
        found = [Trial("writable", WORKS, str(place))]
        for trial in (
            _creates, _renames, _renames_folders, _links, _flushes_files, _flushes_folders, _locks,
            _names, _cases,
        ):  # fmt: skip
            found.append(_tried(trial, inside))
        found.append(_path_room(runs_root, longest_below_run))
        return found
    finally:
        storage.remove_quietly(inside)


def _tried(trial: Callable[[Path], Trial], inside: Path) -> Trial:
    """What a trial came to; a failure that nobody foresaw is one that keeps runs from this place."""
    try:
        return trial(inside)
    except (OSError, Failure) as error:
        name = trial.__name__.strip("_").replace("_", " ")
        return Trial(name, BROKEN, str(error), "Choose a runs root on another file system with --runs-root.")


def _creates(inside: Path) -> Trial:
    name = "makes a file only where there is none"
    path = inside / "once"
    storage.write_new(path, b"x" * 4096, lasting=False)
    with suppress(FileExistsError):
        storage.write_new(path, b"y", lasting=False)
        return Trial(name, BROKEN, "a second file took the place of the first", "Choose another file system.")
    return Trial(name, WORKS, "yes")


def _renames(inside: Path) -> Trial:
    name = "renames without replacing"
    for number in range(2):
        (inside / f"draft{number}").write_bytes(str(number).encode())
    storage.rename_without_replacing(inside / "draft0", inside / "target")
    try:
        storage.rename_without_replacing(inside / "draft1", inside / "target")
    except FileExistsError:
        if (inside / "target").read_bytes() == b"0":
            return _how_renamed(name, inside)
    return Trial(name, BROKEN, "a rename replaced a file", "Choose another file system.")


def _how_renamed(name: str, inside: Path) -> Trial:
    rename = storage._renameat2()
    if os.name == "nt" or (
        rename is not None
        and rename(-100, os.fsencode(inside / "draft1"), -100, os.fsencode(inside / "target"), 1) != 0
        and storage.last_error() == errno.EEXIST
    ):
        return Trial(name, WORKS, "by the file system itself")
    if _link_error(inside / "draft1", inside / "linked") is None:
        return Trial(name, WORKS, "by a hard link")
    return Trial(
        name,
        WARNING,
        "by looking first, under the run's lock",
        "Works. Let no other program write into a run's folder while closedworld does.",
    )


def _renames_folders(inside: Path) -> Trial:
    name = "moves a folder in one step"
    (inside / "stage" / "deep").mkdir(parents=True)
    (inside / "stage" / "deep" / "part").write_bytes(b"x")
    try:
        storage.rename_without_replacing(inside / "stage", inside / "partition")
    except Failure as failure:
        return Trial(name, BROKEN, failure.found, "Keep the runs root on a file system that renames folders.")
    moved = (inside / "partition" / "deep" / "part").is_file()
    return Trial(
        name, WORKS if moved else BROKEN, "yes" if moved else "no", "" if moved else "Choose another."
    )


def _link_error(source: Path, target: Path) -> OSError | None:
    try:
        os.link(source, target)
    except OSError as error:
        return error
    return None


def _links(inside: Path) -> Trial:
    name = "hard links"
    (inside / "shared").write_bytes(b"x")
    error = _link_error(inside / "shared", inside / "shared-too")
    if error is None:
        return Trial(name, WORKS, "yes: what runs share takes its space once")
    return Trial(
        name,
        WARNING,
        f"no ({error.strerror})",
        "Works. What a run shares with another is copied, so each run takes its whole space.",
    )


def _flushes_files(inside: Path) -> Trial:
    (inside / "flushed").write_bytes(b"x")
    return _flush("flushes files to the disk", inside / "flushed", os.O_RDWR)


def _flushes_folders(inside: Path) -> Trial:
    if os.name == "nt":
        return Trial("flushes folders to the disk", WORKS, "by the file system itself")
    return _flush("flushes folders to the disk", inside, os.O_RDONLY)


def _flush(name: str, path: Path, flags: int) -> Trial:
    descriptor = os.open(path, flags)
    try:
        os.fsync(descriptor)
    except OSError as error:
        if error.errno not in storage.CANNOT_FLUSH:
            raise
        return Trial(
            name,
            WARNING,
            f"no ({error.strerror})",
            "Works, and a killed process loses nothing. After a power failure run `closedworld verify` first.",
        )
    finally:
        os.close(descriptor)
    return Trial(name, WORKS, "yes")


def _locks(inside: Path) -> Trial:
    """Whether a lock keeps another process out: one of this process first, then one of another."""
    name, folder = "locks between processes", inside / "locked"
    folder.mkdir()
    with run_lock(folder, wait=False):
        marker = (folder / LOCK_NAMES[1]).exists()
    with subprocess.Popen(
        [sys.executable, "-c", _HOLDS, str(folder)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(entry or os.getcwd() for entry in sys.path)},  # noqa: PTH109
    ) as other:
        try:
            if other.stdout is None or other.stdout.readline() != "held\n":
                return Trial(
                    name,
                    WARNING,
                    "not tried: a second process did not start",
                    "Start one run at a time here.",
                )
            with suppress(LockHeld), run_lock(folder, wait=False):
                remedy = "Choose a local disk, or have the share mounted with locks."
                return Trial(name, BROKEN, "two processes held one lock", remedy)
        finally:
            with suppress(OSError, subprocess.TimeoutExpired):
                other.communicate("\n", timeout=_WAIT_SECONDS)
            if other.poll() is None:
                other.kill()
    if not marker:
        return Trial(name, WORKS, "yes")
    return Trial(
        name,
        WARNING,
        "no locks; a marker file stands for one",
        "Works. A marker that another machine left when it died has to be removed by hand; the error names it.",
    )


def _names(inside: Path) -> Trial:
    name = "long names"
    most = 0
    for length in (255, 143, LONGEST_NAME, 64):
        path = inside / ("n" * length)
        try:
            path.write_bytes(b"")
        except OSError as error:
            if error.errno not in (errno.ENAMETOOLONG, errno.EINVAL):
                raise
            continue
        path.unlink()
        most = length
        break
    if most >= LONGEST_NAME:
        return Trial(name, WORKS, f"{most} bytes and more; a run needs {LONGEST_NAME}")
    return Trial(
        name, BROKEN, f"fewer than {LONGEST_NAME} bytes", "Choose another file system with --runs-root."
    )


def _cases(inside: Path) -> Trial:
    (inside / "letters").write_bytes(b"")
    same = (inside / "LETTERS").exists()
    found = "upper and lower case are one" if same else "upper and lower case differ"
    return Trial("letters of names", WORKS, f"{found}; no two names of a run differ by case alone")


def _path_room(runs_root: Path, longest_below_run: int) -> Trial:
    """How much of the longest path is left, here and for a copy on Windows."""
    name = "room for paths"
    root = str(runs_root.absolute())
    longest = len(os.fsencode(root)) + 1 + RUN_NAME + 1 + longest_below_run
    most = _longest_path(standing_place(runs_root))
    windows = WINDOWS_PATH - 1 - RUN_NAME - 1 - longest_below_run
    beside = (
        f"on Windows a root may have {windows} characters"
        if windows >= 3
        else "Windows takes them with long paths switched on only"
    )
    found = f"the longest path of a run will have {longest} of {most} characters; {beside}"
    if longest > most:
        return Trial(name, BROKEN, found, "Choose a runs root with a shorter path, such as one near the top.")
    return Trial(name, WORKS, found)


def _longest_path(place: Path) -> int:
    if os.name == "nt":
        return WINDOWS_PATH
    try:
        return int(os.pathconf(place, "PC_PATH_MAX")) - 1
    except (OSError, ValueError):
        return 1023


def space(place: Path) -> dict[str, Any]:
    """Free bytes and free names (inodes) of a place; None where the file system has no fixed number of them."""
    try:
        facts = os.statvfs(place)
    except (AttributeError, OSError):
        import shutil

        with suppress(OSError):
            return {"free bytes": shutil.disk_usage(place).free, "free names": None}
        return {"free bytes": None, "free names": None}
    names = facts.f_favail if facts.f_files else None
    return {"free bytes": facts.f_bavail * facts.f_frsize, "free names": names}
