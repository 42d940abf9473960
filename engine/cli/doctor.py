"""The doctor: what this machine has, and what it can run."""

from __future__ import annotations

import os
import platform
import shutil
import sys
import tempfile
from pathlib import Path
from typing import Any, Final

from codegen.runtime.shown_text import shown_path
from engine.cli.printing import print_json, print_pairs, sized
from engine.core import run_reports

GIB: Final = 1 << 30
NEEDS: Final = {"tiny": (1, 1), "demo": (2, 1), "standard": (4, 8), "large": (8, 80)}
"""Memory and free disk that a recipe needs, in GiB."""


def machine() -> dict[str, Any]:
    """Facts about the machine: versions, CPU, memory."""
    facts = run_reports.environment()
    total, available = _memory()
    return {
        "python": facts["python"],
        "python supported": (3, 11) <= sys.version_info[:2] <= (3, 13),
        "system": f"{facts['system']} {facts['machine']}",
        "byte order": sys.byteorder,
        "cores": facts["cpus"],
        "cpu features": ", ".join(_cpu_features()) or "unknown",
        "memory total": total,
        "memory available": available,
        **{f"library {name}": version for name, version in facts["libraries"].items()},
    }


def _memory() -> tuple[int, int]:
    """Total and available bytes of memory; 0 where the platform does not tell."""
    try:
        page = os.sysconf("SC_PAGE_SIZE")
        return page * os.sysconf("SC_PHYS_PAGES"), page * os.sysconf("SC_AVPHYS_PAGES")
    except (AttributeError, ValueError, OSError):
        return 0, 0


def _cpu_features() -> list[str]:
    """The CPU features that the compiled kernels can use, as the compiler sees them."""
    try:
        from llvmlite import binding
    except ImportError:
        return []
    try:
        found = binding.get_host_cpu_features()
    except RuntimeError:
        return []
    return sorted(name for name in ("sha", "sha2", "avx2", "avx512f", "neon", "bmi2") if found.get(name))


def show_machine(runs_root: Path, as_json: bool) -> bool:
    """Print the machine and what it can run; whether it can run anything."""
    facts = machine()
    place = runs_root if runs_root.exists() else Path(runs_root.absolute().anchor)
    for parent in [runs_root.absolute(), *runs_root.absolute().parents]:
        if parent.exists():
            place = parent
            break
    free = shutil.disk_usage(place).free
    writable = _writable(place)
    can = {
        recipe: writable
        and free >= disk * GIB
        and (facts["memory total"] == 0 or facts["memory total"] >= memory * GIB)
        for recipe, (memory, disk) in NEEDS.items()
    }
    works = writable and bool(facts["python supported"])
    if as_json:
        print_json(
            {
                **facts,
                "runs root": shown_path(place),
                "free disk": free,
                "writable": writable,
                "can run": can,
                "platform": platform.platform(),
            }
        )
        return works
    shown = {name: sized(value) if name.startswith("memory") else value for name, value in facts.items()}
    print_pairs(
        "this machine",
        {
            **shown,
            "runs root": f"{shown_path(place)} ({'writable' if writable else 'NOT writable'})",
            "free disk": sized(free),
            "can run": ", ".join(recipe for recipe, enough in can.items() if enough) or "nothing",
        },
    )
    return works


def _writable(place: Path) -> bool:
    try:
        with tempfile.TemporaryFile(dir=place):
            return True
    except OSError:
        return False
