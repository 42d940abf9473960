"""Case 20: a damaged cache of compiled kernels is rebuilt, with one warning, and never changes what a run publishes."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
pytestmark = [pytest.mark.e2e, pytest.mark.slow]


def ran(
    runs: Path, cache: Path, *, folder: Path | None = None, **variables: str
) -> subprocess.CompletedProcess[str]:
    """The first state of a small world, with a cache of its own; nothing compiles beside it."""
    plain = {name: value for name, value in os.environ.items() if not name.startswith("NUMBA_")}
    return subprocess.run(
        [
            *(sys.executable, "-m", "closedworld.command", "run", "--recipe", "tiny", "--to", "1A.S0"),
            *("--jobs", "1", "--runs-root", str(runs)),
        ],
        env=plain | {"NUMBA_CACHE_DIR": str(cache), "PYTHONPATH": str(ROOT)} | variables,
        cwd=folder or ROOT,
        capture_output=True,
        text=True,
        check=False,
    )


def published(runs: Path) -> dict[str, bytes]:
    """What a run publishes, without its reports and logs."""
    return {str(path.relative_to(runs)): path.read_bytes() for path in sorted(runs.rglob("*.parquet"))}


def warnings(run: subprocess.CompletedProcess[str]) -> list[str]:
    return [line for line in run.stderr.splitlines() if line.startswith("compiled kernels: ")]


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, bytes]]:
    """A cache that is whole, and what the run with it published."""
    folder = tmp_path_factory.mktemp("whole")
    run = ran(folder / "runs", folder / "cache")
    assert run.returncode == 0, run.stderr
    assert warnings(run) == []
    assert "kernels were compiled" in run.stderr
    return folder / "cache", published(folder / "runs")


def _flipped(data: bytes) -> bytes:
    """One bit of the machine code changed."""
    at = data.index(b"\x7fELF") + 900
    return data[:at] + bytes([data[at] ^ 4]) + data[at + 1 :]


DAMAGES: dict[str, Callable[[bytes], bytes]] = {
    "truncated": lambda data: data[:100],
    "empty": lambda data: b"",
    "garbage": lambda data: b"\x80\x05garbage" * 50,
    "a bit of machine code": _flipped,
}


@pytest.mark.parametrize("damage", DAMAGES.values(), ids=DAMAGES.keys())
def test_a_damaged_cache_is_rebuilt_with_one_warning(
    tmp_path: Path, whole: tuple[Path, dict[str, bytes]], damage: Callable[[bytes], bytes]
) -> None:
    cache, expected = whole
    shutil.copytree(cache, tmp_path / "cache")
    for path in (tmp_path / "cache").rglob("*.nbc"):
        path.write_bytes(damage(path.read_bytes()))
    run = ran(tmp_path / "runs", tmp_path / "cache")
    assert run.returncode == 0, run.stderr
    assert len(warnings(run)) == 1
    assert published(tmp_path / "runs") == expected
    again = ran(tmp_path / "again", tmp_path / "cache")
    assert (again.returncode, warnings(again)) == (0, [])
    assert "kernels were compiled" not in again.stderr


def test_files_of_two_kernels_exchanged_are_found(
    tmp_path: Path, whole: tuple[Path, dict[str, bytes]]
) -> None:
    cache, expected = whole
    shutil.copytree(cache, tmp_path / "cache")
    files = sorted((tmp_path / "cache").rglob("*.nbc"))
    contents = [path.read_bytes() for path in files]
    for path, content in zip(files, [*contents[1:], contents[0]], strict=True):
        path.write_bytes(content)
    run = ran(tmp_path / "runs", tmp_path / "cache")
    assert run.returncode == 0, run.stderr
    assert len(warnings(run)) == 1
    assert published(tmp_path / "runs") == expected


def test_numbas_own_files_of_another_build_are_not_looked_at(
    tmp_path: Path, whole: tuple[Path, dict[str, bytes]]
) -> None:
    cache, expected = whole
    shutil.copytree(cache, tmp_path / "cache")
    for path in sorted((tmp_path / "cache").rglob("*.nbc")):
        path.with_name(path.name.split(".cpython")[0] + ".py311.nbi").write_bytes(b"\x80\x04K\x01.")
    run = ran(tmp_path / "runs", tmp_path / "cache")
    assert (run.returncode, warnings(run)) == (0, [])
    assert published(tmp_path / "runs") == expected


def test_a_cache_that_cannot_be_made_where_it_was_asked_for_is_said_once(
    tmp_path: Path, whole: tuple[Path, dict[str, bytes]]
) -> None:
    (tmp_path / "file").write_text("")
    run = ran(tmp_path / "runs", tmp_path / "file")
    assert run.returncode == 0, run.stderr
    (said,) = warnings(run)
    assert "NUMBA_CACHE_DIR" in said
    assert published(tmp_path / "runs") == whole[1]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("NUMBA_DISABLE_JIT", "1"),
        ("NUMBA_DUMP_LLVM", "1"),
        ("NUMBA_NUM_THREADS", "0"),
        ("NUMBA_CPU_FEATURES", "nonsense"),
        ("NUMBA_OPT", "fast"),
    ],
)
def test_a_setting_that_makes_kernels_wrong_is_refused_before_a_folder_is_made(
    tmp_path: Path, name: str, value: str
) -> None:
    run = ran(tmp_path / "runs", tmp_path / "cache", **{name: value})
    assert run.returncode == 6, run.stderr
    assert "ENV-009" in run.stderr and name in run.stderr
    assert run.stdout == ""
    assert not (tmp_path / "runs").exists()


def test_the_file_of_settings_is_refused_alike(tmp_path: Path) -> None:
    (tmp_path / ".numba_config.yaml").write_text("disable_jit: 1\n")
    run = ran(tmp_path / "runs", tmp_path / "cache", folder=tmp_path)
    assert run.returncode == 6, run.stderr
    assert "disable_jit" in run.stderr and str(tmp_path) in run.stderr
    assert not (tmp_path / "runs").exists()


def test_a_cache_beside_the_runs_works_and_one_among_them_is_refused_by_name(tmp_path: Path) -> None:
    beside = ran(tmp_path / "runs", tmp_path / "runs" / "cache")
    assert beside.returncode == 0, beside.stderr
    among = ran(tmp_path / "others", tmp_path / "others")
    assert among.returncode == 2, among.stderr
    assert "NUMBA_CACHE_DIR" in among.stderr and "the runs root itself" in among.stderr
    assert not (tmp_path / "others").exists()


def test_harmless_settings_change_nothing(tmp_path: Path, whole: tuple[Path, dict[str, bytes]]) -> None:
    harmless = {
        "NUMBA_OPT": "0",
        "NUMBA_BOUNDSCHECK": "1",
        "NUMBA_CPU_NAME": "generic",
        "NUMBA_LOOP_VECTORIZE": "0",
    }
    run = ran(tmp_path / "runs", tmp_path / "cache", **harmless)
    assert (run.returncode, warnings(run)) == (0, []), run.stderr
    assert published(tmp_path / "runs") == whole[1]
