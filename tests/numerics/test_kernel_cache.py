"""What lies in the cache of compiled kernels is used only where it is what was written for that kernel."""

from __future__ import annotations

import errno
import importlib.util
import itertools
import logging
import subprocess
import sys
import textwrap
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any, NamedTuple

import pytest
from numba.core import config

from engine.numerics import cached_files, kernel_cache

ROOT = Path(__file__).parents[2]
LAW = """
from engine.numerics import compiled

@compiled
def law(x):
    return 2 * x + 1
"""
_numbers = itertools.count()


class Answer(NamedTuple):
    """What a fresh import of the law gave, and what it cost."""

    value: Any
    compiled: int
    faults: tuple[str, ...]


class Cache:
    """A law in a file of its own, with a cache of its own."""

    def __init__(self, folder: Path) -> None:
        self.source, self.folder = folder / "some_law.py", folder / "cache"
        self.source.write_text(LAW)

    def imported(self) -> ModuleType:
        spec = importlib.util.spec_from_file_location(f"some_law_{next(_numbers)}", self.source)
        assert spec is not None and spec.loader is not None
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        return module

    def answer(self, argument: Any = 20) -> Answer:
        before, known = kernel_cache.compilations().kernels, len(cached_files.faults())
        value = self.imported().law(argument)
        return Answer(value, kernel_cache.compilations().kernels - before, cached_files.faults()[known:])

    def files(self) -> list[Path]:
        return sorted(self.folder.rglob("*.nbc"))


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Cache:
    made = Cache(tmp_path)
    monkeypatch.setattr(config, "CACHE_DIR", str(made.folder))
    monkeypatch.setattr(cached_files, "_said", False)
    monkeypatch.setattr(cached_files, "_faults", [])
    return made


def _flipped(data: bytes, at: int) -> bytes:
    return data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :]


DAMAGES: dict[str, Callable[[bytes], bytes]] = {
    "empty": lambda data: b"",
    "one byte": lambda data: data[:1],
    "cut in its digest": lambda data: data[:40],
    "cut at 100 bytes": lambda data: data[:100],
    "cut by one byte": lambda data: data[:-1],
    "one byte more": lambda data: data + b"\0",
    "zeros": lambda data: bytes(len(data)),
    "text": lambda data: b"not a kernel\n" * 100,
    "a byte of its first line": lambda data: _flipped(data, 3),
    "a byte of its digest": lambda data: _flipped(data, 30),
    "a byte of its machine code": lambda data: _flipped(data, data.index(b"\x7fELF") + 700),
    "its last byte": lambda data: _flipped(data, len(data) - 1),
    "its second half twice": lambda data: data[: len(data) // 2] + data[: len(data) // 2],
}


@pytest.mark.parametrize("damage", DAMAGES.values(), ids=DAMAGES.keys())
def test_a_damaged_file_is_compiled_anew_and_said(cache: Cache, damage: Callable[[bytes], bytes]) -> None:
    assert cache.answer() == (41, 1, ())
    assert cache.answer() == (41, 0, ())
    (path,) = cache.files()
    path.write_bytes(damage(path.read_bytes()))
    value, compiled, faults = cache.answer()
    assert (value, compiled) == (41, 1)
    assert len(faults) == 1 and str(path) in faults[0] and "NUMBA_CACHE_DIR" in faults[0]
    assert cache.answer() == (41, 0, ())


def test_a_file_that_was_written_for_another_signature_is_not_used(cache: Cache) -> None:
    assert cache.answer(20).value == 41
    (whole,) = cache.files()
    assert cache.answer(0.5).value == 2.0
    (other,) = set(cache.files()) - {whole}
    whole.write_bytes(other.read_bytes())
    value, compiled, faults = cache.answer(20)
    assert (value, compiled, len(faults)) == (41, 1, 1)


def test_a_folder_in_place_of_a_file_costs_a_compilation_only(cache: Cache) -> None:
    cache.answer()
    (path,) = cache.files()
    path.unlink()
    path.mkdir()
    value, compiled, faults = cache.answer()
    assert (value, compiled) == (41, 1)
    assert faults and str(path) in faults[0]


def test_a_file_that_leads_nowhere_is_replaced(cache: Cache, tmp_path: Path) -> None:
    cache.answer()
    (path,) = cache.files()
    path.unlink()
    path.symlink_to(tmp_path / "nowhere")
    assert cache.answer() == (41, 1, ())
    assert cache.answer() == (41, 0, ())


def test_another_source_is_compiled_anew_and_leaves_nothing_of_the_old_one(cache: Cache) -> None:
    cache.answer()
    old = cache.files()
    cache.source.write_text(LAW.replace("+ 1", "+ 2"))
    kernel_cache._source_stamp.cache_clear()
    assert cache.answer() == (42, 1, ())
    assert len(cache.files()) == 1
    assert not set(cache.files()) & set(old)


def test_another_build_of_the_compiler_is_no_damage(cache: Cache, monkeypatch: pytest.MonkeyPatch) -> None:
    cache.answer()
    monkeypatch.setattr(kernel_cache, "_builds", lambda: ("another",))
    assert cache.answer() == (41, 1, ())


def test_a_full_disk_costs_nothing_but_the_next_compilation(
    cache: Cache, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as context:
        context.setattr(Path, "write_bytes", full)
        value, compiled, faults = cache.answer()
    assert (value, compiled) == (41, 1)
    assert len(faults) == 1 and "No space left" in faults[0] and "Make room" in faults[0]
    assert not list(cache.folder.rglob("*.nbc*"))
    assert cache.answer() == (41, 1, ())


@pytest.mark.parametrize("chosen", ["file", "below a file", "a link to nothing below itself"])
def test_a_folder_that_cannot_be_made_is_said_and_another_one_taken(
    cache: Cache, tmp_path: Path, chosen: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = tmp_path / "taken"
    if chosen.startswith("a link"):
        place.symlink_to(place)
    else:
        place.write_text("")
    monkeypatch.setattr(config, "CACHE_DIR", str(place / "inner" if chosen == "below a file" else place))
    value, compiled, faults = cache.answer()
    assert (value, compiled, len(faults)) == (41, 1, 1)
    assert "NUMBA_CACHE_DIR" in faults[0] and str(place) in faults[0]
    assert len(list((tmp_path / "__pycache__").glob("*.nbc"))) == 1
    assert cache.answer() == (41, 0, ())


def test_where_nothing_can_be_written_kernels_compile_in_memory_and_it_is_said_once(
    cache: Cache, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(cached_files, "_is_writable", lambda _: OSError(errno.EROFS, "Read-only file system"))
    with caplog.at_level(logging.WARNING, logger="closedworld"):
        value, compiled, faults = cache.answer()
        again = cache.answer()
    assert (value, compiled, len(faults)) == (41, 1, 1)
    assert (again.value, again.compiled, again.faults) == (41, 1, ())
    assert [record.levelname for record in caplog.records] == ["WARNING"]
    assert "Read-only file system" in caplog.text and "NUMBA_CACHE_DIR" in caplog.text


def test_kernels_in_a_folder_that_cannot_be_written_are_read(
    cache: Cache, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Such as an image that was filled when it was made and is read-only since."""
    assert cache.answer() == (41, 1, ())
    cached_files._folders_of.cache_clear()
    monkeypatch.setattr(cached_files, "_is_writable", lambda _: OSError(errno.EROFS, "Read-only file system"))
    value, compiled, _ = cache.answer()
    assert (value, compiled) == (41, 0)


def test_many_faults_are_one_warning(cache: Cache, caplog: pytest.LogCaptureFixture) -> None:
    for argument in (20, 0.5, True):
        cache.answer(argument)
    for path in cache.files():
        path.write_bytes(b"")
    with caplog.at_level(logging.WARNING, logger="closedworld"):
        for argument in (20, 0.5, True):
            assert cache.answer(argument).compiled == 1
    assert len(caplog.records) == 1
    assert "is empty" in caplog.text


def test_a_cache_that_is_removed_under_way_is_made_again(cache: Cache) -> None:
    import shutil

    cache.answer()
    shutil.rmtree(cache.folder)
    value, compiled, faults = cache.answer()
    assert (value, compiled) == (41, 1)
    assert len(faults) <= 1  # the folder was looked for before


def test_a_constant_in_a_call_is_of_its_type_alone(cache: Cache) -> None:
    cache.source.write_text(
        textwrap.dedent(
            """
            import numpy as np
            from engine.numerics import compiled

            @compiled
            def inner(x, positive):
                return x if positive else -x

            @compiled
            def law(x):
                return inner(x, True) + inner(7, False) + inner(x, x > 0) + inner(8, True)
            """
        )
    )
    module = cache.imported()
    assert module.law(3) == 3 - 7 + 3 + 8
    assert len(module.inner.signatures) == 1


HOLDS_A_TURN = """
import sys, time
from pathlib import Path
from engine.numerics.kernel_cache import _turns
assert _turns(Path(sys.argv[1])).take(int(sys.argv[2]))
print("held", flush=True)
sys.stdin.read()
"""


def test_a_kernel_that_another_process_compiles_is_waited_for_until_it_ends(cache: Cache) -> None:
    """Here the other one ends without having written it, as a killed one does; its turn ends with it."""
    law = cache.imported().law
    folder = Path(law._cache.cache_path)
    other = subprocess.Popen(
        [sys.executable, "-c", HOLDS_A_TURN, str(folder), str(law._cache._place)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        cwd=ROOT,
    )
    assert other.stdout is not None and other.stdout.readline() == b"held\n"
    assert not kernel_cache._turns(folder).take(law._cache._place)
    import threading

    found: list[Any] = []
    asking = threading.Thread(target=lambda: found.append(law(20)))
    asking.start()
    asking.join(0.3)
    assert asking.is_alive() and not found
    other.kill()
    other.wait()
    asking.join(60.0)
    assert found == [41]


def test_patience_with_another_process_ends(cache: Cache, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kernel_cache._Turns, "take", lambda *_: False)
    monkeypatch.setattr(kernel_cache, "_PATIENCE_SECONDS", 0.1)
    assert cache.answer() == (41, 1, ())


def test_a_file_system_without_locks_makes_nobody_wait(cache: Cache, monkeypatch: pytest.MonkeyPatch) -> None:
    def no_locks(*_: object) -> None:
        raise OSError(errno.ENOLCK, "No locks available")

    monkeypatch.setattr(kernel_cache._Turns, "_locked", no_locks)
    assert cache.answer() == (41, 1, ())
    assert cache.answer() == (41, 0, ())
