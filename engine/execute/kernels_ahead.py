"""Kernels that are in no cache yet are compiled by processes beside the work, in the order in which states need them.

Compiling holds one lock of the whole process, so a first run would compile one kernel after the other while nothing
else goes on. Up to two processes fill the cache instead; the one that works takes from there what it needs, waits for
a kernel that is just being compiled, and compiles what nobody has begun. Results never depend on it: where no process
can be started, or one dies, the run compiles for itself.

The processes begin at the first kernel that is in no cache, and end with the run: at its end, and, since each watches
a pipe that the run holds open, however the run ends. They write nothing but the cache.
"""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from engine.core import story

__all__ = ["compiled_ahead", "main"]

MOST_PROCESSES: Final = 2
_PROGRAM: Final = (
    "import sys; sys.path[:] = {path!r}; from engine.execute import kernels_ahead; kernels_ahead.main()"
)


_depth = 0


@contextmanager
def compiled_ahead(jobs: int | None = None) -> Iterator[None]:
    """Have kernels compiled beside what is done inside, and say at the end what compiling took.

    Args:
        jobs: threads of the work; with one, nothing runs beside it.
    """
    global _depth
    if _depth:  # a command around this one does it
        yield
        return
    from engine.numerics import cached_files, kernel_cache

    before = kernel_cache.compilations_of_all()
    found: list[str] = []
    helpers = _Helpers(_how_many(jobs), found)
    _depth += 1
    try:
        if helpers.most:
            kernel_cache.on_first_miss(helpers.begin)
        yield
    finally:
        _depth -= 1
        kernel_cache.on_first_miss(_nothing)
        helpers.end()
        after = kernel_cache.compilations_of_all()
        kernels, seconds = after.kernels - before.kernels, after.seconds - before.seconds
        cached_files.say_faults(further=tuple(found))
        if kernels:
            story.tell(
                f"{kernels} kernels were compiled in {seconds:.0f} s of processor time; "
                "they are kept for the next run",
                kernels_compiled=kernels,
                compile_seconds=round(seconds, 3),
            )


def _nothing() -> None:
    """Nothing is to be done at a kernel that is in no cache."""


def _how_many(jobs: int | None) -> int:
    """How many processes may compile: none beside a single job, or where another Python cannot be started."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    if jobs == 1 or cores < 2 or getattr(sys, "frozen", False) or not sys.executable or _memory_is_limited():
        return 0
    return min(MOST_PROCESSES, jobs or cores)


def _memory_is_limited() -> bool:
    try:
        import resource
    except ImportError:
        return False
    return resource.getrlimit(resource.RLIMIT_AS)[0] != resource.RLIM_INFINITY


class _Helpers:
    """The processes of one run. A thread of their own starts them, since the one that misses a kernel is guarded."""

    def __init__(self, most: int, faults: list[str]) -> None:
        self.most, self._faults = most, faults
        self._wanted, self._ended = threading.Event(), threading.Event()
        self._processes: list[subprocess.Popen[bytes]] = []
        self._threads: list[threading.Thread] = []
        if most:
            self._threads.append(threading.Thread(target=self._start, name="compiling", daemon=True))
            self._threads[0].start()

    def begin(self) -> None:
        """Start the processes, from another thread."""
        self._wanted.set()

    def end(self) -> None:
        """End the processes, and hear what they have done."""
        self._ended.set()
        self._wanted.set()
        if self._threads:
            self._threads[0].join()
        for process in self._processes:
            with contextlib.suppress(OSError):
                process.kill()
        for thread in self._threads[1:]:
            thread.join(5.0)
        for process in self._processes:
            process.wait()
            for stream in (process.stdin, process.stdout):
                if stream is not None:
                    with contextlib.suppress(OSError):
                        stream.close()

    def _start(self) -> None:
        self._wanted.wait()
        for number in range(self.most):
            if self._ended.is_set():
                return
            try:
                process = _started(number, self.most)
            except (OSError, ValueError, RuntimeError):
                return
            self._processes.append(process)
            listener = threading.Thread(
                target=_listen, args=(process, self._faults), name="compiled", daemon=True
            )
            listener.start()
            self._threads.append(listener)


def _started(number: int, most: int) -> subprocess.Popen[bytes]:
    program = _PROGRAM.format(path=sys.path)
    return subprocess.Popen(
        [sys.executable, "-W", "ignore", "-c", program, str(number), str(most)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        start_new_session=True,  # an interruption is for the run, whose end is theirs
        creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
    )


def _listen(process: subprocess.Popen[bytes], faults: list[str]) -> None:
    """Take note of what a process says; each line says all that it has done so far."""
    from engine.numerics.kernel_cache import Compilations, note_others

    assert process.stdout is not None
    with contextlib.suppress(OSError, ValueError, KeyError, TypeError):
        for line in process.stdout:
            said = json.loads(line)
            note_others(process.pid, Compilations(int(said["kernels"]), float(said["seconds"])))
            faults += [str(text) for text in said["faults"] if text not in faults]


def main() -> None:
    """Compile the steps of one of several processes, then those of the others that are left; what a helper runs."""
    number, most = int(sys.argv[1]), int(sys.argv[2])
    threading.Thread(target=_end_with_parent, daemon=True).start()
    from engine.execute.kernel_steps import STEPS
    from engine.numerics import cached_files, kernel_cache

    cached_files.say_faults(quiet=True)
    for step in (*STEPS[number::most], *STEPS):
        step()
        done = kernel_cache.compilations()
        report = {"kernels": done.kernels, "seconds": done.seconds, "faults": cached_files.faults()}
        sys.stdout.write(json.dumps(report) + "\n")
        sys.stdout.flush()


def _end_with_parent() -> None:
    """End at once when nobody holds the other end of the standard input any more."""
    with contextlib.suppress(OSError, ValueError):
        while os.read(0, 1024):
            pass
    os._exit(0)
