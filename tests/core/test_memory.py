"""Too little memory is refused with both numbers before anything is begun; fewer workers are taken where that fits."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from engine.core import memory
from engine.core.errors import EngineError
from engine.core.memory import GIB, MIB, Limit
from engine.execute.estimates import fitting_jobs, memory_needed
from engine.execute.prepare import recipe_names, shipped_policies

ROOT = Path(__file__).parents[2]


def recipe(name: str) -> Mapping[str, Any]:
    """A shipped recipe."""
    return shipped_policies(name).recipe


def limited(monkeypatch: pytest.MonkeyPatch, size: int, *, address_space: bool = True) -> None:
    """A limit of so many bytes."""
    limit = Limit(size, "the limit of this test")
    monkeypatch.setattr(memory, "limits", lambda: [limit])
    monkeypatch.setattr(memory, "address_space", lambda: limit if address_space else None)


def test_what_is_needed_grows_with_workers_and_world_and_not_beyond_blocks() -> None:
    needed = {name: [memory_needed(recipe(name), jobs) for jobs in (1, 2, 8)] for name in recipe_names()}
    for sizes in needed.values():
        assert sizes == sorted(sizes)
    for jobs in range(3):
        assert needed["tiny"][jobs] <= needed["demo"][jobs] <= needed["standard"][jobs]
    assert needed["standard"] == needed["large"]  # blocks are no larger there
    # Measured with the lean settings, cold: tiny 901 MiB; warm: demo 836, 953 and 1,110 MiB with 1, 2 and 4 workers.
    assert needed["tiny"][0] > 901 * MIB
    assert memory_needed(recipe("demo"), 4) > 1110 * MIB


@pytest.mark.parametrize(
    ("name", "size", "wanted", "chosen"),
    [
        ("tiny", GIB, 2, 2),
        ("tiny", 2 * GIB, 8, 8),
        ("demo", GIB, 2, 1),
        ("demo", 3 * GIB // 2, 2, 2),
        ("demo", 3 * GIB // 2, 64, 4),
        ("standard", 2 * GIB, 2, 1),
        ("standard", 64 * GIB, 2, 2),
    ],
)
def test_as_many_workers_are_taken_as_fit(
    name: str, size: int, wanted: int, chosen: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    limited(monkeypatch, size)
    assert fitting_jobs(recipe(name), wanted, "run") == chosen


@pytest.mark.parametrize("name", ["tiny", "demo", "standard"])
@pytest.mark.parametrize("size", [600 * MIB, 800 * MIB])
def test_too_little_for_one_worker_is_refused_with_both_numbers(
    name: str, size: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    limited(monkeypatch, size)
    with pytest.raises(EngineError) as caught:
        fitting_jobs(recipe(name), None, "run")
    assert caught.value.code.full == "ENV-001"
    assert f"{size // MIB:,} MiB" in caught.value.found
    assert f"{memory_needed(recipe(name), 1) / MIB:,.0f} MiB" in caught.value.expected


def test_a_container_counts_what_is_used_and_not_what_is_reserved(monkeypatch: pytest.MonkeyPatch) -> None:
    limited(monkeypatch, 700 * MIB, address_space=False)
    assert fitting_jobs(recipe("tiny"), 1, "run") == 1


@pytest.mark.parametrize(
    "error",
    [
        MemoryError(),
        OSError(12, "Cannot allocate memory"),
        ImportError("libx.so: failed to map segment from shared object"),
        OSError("Could not find/load shared object file 'libllvmlite.so'"),
        RuntimeError("can't start new thread"),
    ],
)
def test_a_shortage_is_known_by_the_words_of_every_library(
    error: BaseException, monkeypatch: pytest.MonkeyPatch
) -> None:
    limited(monkeypatch, GIB)
    assert memory.is_shortage(error)
    assert not memory.is_shortage(ValueError("out of memory"))
    assert not memory.is_shortage(RuntimeError("another"))


@pytest.mark.skipif(sys.platform != "linux", reason="limits of the address space hold on Linux")
@pytest.mark.parametrize(
    ("mebibytes", "words", "exit_code"),
    [
        (614, ("run", "--recipe", "tiny", "--to", "1A.S0"), 6),
        (614, ("verify",), 6),
        (614, ("doctor",), 6),
        (614, ("--help",), 0),
        (800, ("run", "--recipe", "tiny", "--to", "1A.S0"), 6),
        (1024, ("run", "--recipe", "tiny", "--to", "1B.S0"), 0),
    ],
)
def test_a_limited_process_ends_in_words(
    mebibytes: int, words: tuple[str, ...], exit_code: int, tmp_path: Path
) -> None:
    """Never by a signal, and never as a bug."""
    code = (
        "import resource, runpy, sys\n"
        f"resource.setrlimit(resource.RLIMIT_AS, ({mebibytes << 20}, {mebibytes << 20}))\n"
        "sys.argv = ['closedworld', *sys.argv[1:]]\n"
        "runpy.run_module('closedworld.command', run_name='__main__')\n"
    )
    rest = () if words == ("--help",) else ("--runs-root", str(tmp_path))
    done = subprocess.run(
        [sys.executable, "-c", code, *words, *rest], capture_output=True, text=True, cwd=ROOT, check=False
    )
    assert done.returncode == exit_code, done.stderr
    if exit_code == 6 and words != ("doctor",):
        assert "ENV-001 MEMORY_SHORT" in done.stderr
        assert f"{mebibytes:,} MiB" in done.stderr
