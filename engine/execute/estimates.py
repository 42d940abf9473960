"""How many rows, bytes and seconds a state will come to: as it did in another run here, or by figures measured once.

An estimate is for people who wait, never for anything that is published. Source: spec/operations.md, section 2.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, NamedTuple

from codegen.runtime.canonical import SyntaxProblem
from codegen.runtime.cards import StateCard
from codegen.runtime.strict_yaml import load
from engine.core import memory, publish, story
from engine.core.errors import EngineError
from engine.core.run import RunFolder
from engine.execute.prepare import RECIPE
from engine.execute.runs import last_work, opened_run, run_folders
from engine.execute.status import state_seconds
from generated.datasets import BY_ID

REFERENCE: Final = "reference"
_DAY_SECONDS: Final = 86_400
_PLAN_DAYS: Final = 366
"""Days of 2B's plan, of which groups have a row each."""


@dataclass(frozen=True, slots=True)
class Estimate:
    """What one state is expected to come to."""

    rows: int
    bytes: int
    seconds: float
    source: str
    """The run_id of the run where it was measured, or `reference`."""


class _Figures(NamedTuple):
    """What a state came to in the standard world, on two cores of a common cloud machine with compiled kernels."""

    unit: str
    """What its work grows with; empty where it does not."""
    rows: int
    bytes: int
    seconds: float


_STANDARD: Final[Mapping[str, _Figures]] = {
    "1A.S0": _Figures("merchants", 2_142, 24_353, 0.5),
    "1B.S0": _Figures("sites", 34_363, 604_819, 0.27),
    "2A.S0": _Figures("sites", 58_035, 67_509, 0.69),
    "3A.S0": _Figures("groups", 3_106, 25_149, 0.04),
    "3B.S0": _Figures("merchants", 1_399, 15_750, 0.07),
    "3B.S1": _Figures("merchants", 27_457, 606_378, 1.2),
    "5A.S0": _Figures("bucket_rows", 31_682_441, 24_341_332, 3.9),
    "5A.S1": _Figures("", 0, 2_772, 0.04),
    "2B.S0": _Figures("", 0, 8_001, 0.04),
    "2B.S1": _Figures("sites", 34_363, 140_620, 0.06),
    "2B.S2": _Figures("sites", 0, 511_899, 0.10),
    "2B.S3": _Figures("group_days", 1_129_843, 16_272_965, 0.35),
    "2B.S4": _Figures("group_days", 1_129_842, 26_570_749, 0.49),
    "2B.S5": _Figures("merchants", 4_997, 54_568, 0.3),
    "2B.S6": _Figures("merchants", 247, 9_395, 0.06),
    "2B.S7": _Figures("group_days", 0, 2_594, 0.30),
    "2B.S8": _Figures("", 0, 69_204, 0.07),
    "5B.S0": _Figures("", 0, 36_450, 0.07),
    "5B.S1": _Figures("series", 16_821, 83_474, 0.76),
    "5B.S2": _Figures("bucket_rows", 31_673_115, 423_078_340, 7.0),
    "5B.S3": _Figures("bucket_rows", 31_667_877, 232_569_774, 10.0),
    "5B.S4": _Figures("arrivals", 125_861_990, 1_290_987_500, 47.0),
    "5B.S5": _Figures("arrivals", 0, 630_667, 43.0),
}
_STANDARD_SIZE: Final[Mapping[str, float]] = {
    "merchants": 1_249,
    "sites": 34_363,
    "groups": 3_087,
    "group_days": 3_087 * _PLAN_DAYS,
    "series": 14_661,
    "bucket_rows": 14_661 * 2_160,
    "arrivals": 116e6,
}


def estimates_for(
    runs_root: Path, recipe: Mapping[str, Any], scenarios: int | None, *, but: str = ""
) -> Callable[[StateCard], Estimate | None]:
    """The estimate of any state of a run: from the newest run of the recipe that made it, else from the reference.

    Args:
        runs_root: where other runs lie.
        recipe: the recipe of the run, as its YAML says.
        scenarios: how many of its scenarios the run realises; None for all.
        but: the run that is asked about, which tells nothing of itself.
    """
    size = _size_of(recipe, scenarios)
    others = list(_runs_of(runs_root, str(recipe.get("recipe_id")), but)) if scenarios is None else []

    def estimate(card: StateCard) -> Estimate | None:
        for folder in others:
            seconds = state_seconds(folder, card)
            records = _records_of(folder, card)
            if seconds is not None and records:
                return Estimate(*_totals(records), seconds, folder.identity.run_id)
        figures = _STANDARD.get(card.id)
        if figures is None:
            return None
        share = size[figures.unit] / _STANDARD_SIZE[figures.unit] if figures.unit else 1.0
        return Estimate(
            round(figures.rows * share), round(figures.bytes * share), figures.seconds * share, REFERENCE
        )

    return estimate


# -- memory ----------------------------------------------------------------------------------------------------

_MIB: Final = memory.MIB
_HELD: Final = (30, 300 * _MIB)
"""What a run holds beside its blocks: bytes an arrival of the recipe, and the most that it comes to."""
_BLOCK: Final = (48 * _MIB, 40, 920 * _MIB)
"""What a worker holds: bytes at least, bytes an arrival, and the most, since blocks have a largest size."""
_COMPILING: Final = 220 * _MIB
"""What compiling the kernels takes, the first time on a machine."""
_RESERVED: Final = 300 * _MIB
"""How much of the address space of a process is code and reserve, which takes no memory."""


def memory_needed(recipe: Mapping[str, Any], jobs: int) -> int:
    """The address space, in bytes, that a run of the recipe needs with so many workers; measured, with some margin."""
    arrivals = float(recipe["world"]["arrivals_target"])
    a_worker = min(_BLOCK[0] + arrivals * _BLOCK[1], _BLOCK[2])
    working = min(arrivals * _HELD[0], _HELD[1]) + jobs * a_worker
    return memory.NEEDED_TO_START + round(max(_COMPILING, working))


def fitting_jobs(recipe: Mapping[str, Any], jobs: int | None, where: str) -> int:
    """The number of workers for a run: as many as were asked for, or cores, but no more than memory allows.

    Args:
        recipe: the recipe of the run.
        jobs: what the user asked for; None for the number of cores.
        where: the run, for the error.

    Raises:
        EngineError: MEMORY_SHORT, when there is not enough for one worker.
    """
    wanted = chosen = jobs if jobs is not None else os.cpu_count() or 1
    limit = None
    for one in memory.limits():
        reserved = 0 if one == memory.address_space() else _RESERVED
        if memory_needed(recipe, 1) - reserved > one.bytes:
            raise memory.short_of_memory(where, memory_needed(recipe, 1) - reserved, one)
        while chosen > 1 and memory_needed(recipe, chosen) - reserved > one.bytes:
            chosen, limit = chosen - 1, one
    if limit is not None:
        story.caution(
            f"{chosen} of {wanted} workers: {limit.bytes / _MIB:,.0f} MiB, {limit.name}, is too little for more "
            f"(about {memory_needed(recipe, wanted) / _MIB:,.0f} MiB)"
        )
    return chosen


def jobs_for_run(folder: RunFolder, jobs: int | None) -> int | None:
    """As `fitting_jobs`, for a run on disk, whose recipe may be damaged: what was asked for then.

    Raises:
        EngineError: MEMORY_SHORT.
    """
    try:
        recipe = recipe_of(folder)
        memory_needed(recipe, 1)
    except (OSError, SyntaxProblem, KeyError, TypeError, ValueError):
        return jobs
    return fitting_jobs(recipe, jobs, f"run {folder.identity.run_id}")


def recipe_of(folder: RunFolder) -> Mapping[str, Any]:
    """The recipe that a run was made by."""
    path = folder.path(BY_ID[RECIPE])
    value: Any = load(path.read_bytes(), name=path.name).value
    return value if isinstance(value, dict) else {}


def _size_of(recipe: Mapping[str, Any], scenarios: int | None) -> dict[str, float]:
    """How large the recipe's world is, in the units of the reference."""
    world, horizon = recipe["world"], recipe["horizon"]
    every = len(recipe["scenarios"])
    chosen = every if scenarios is None else scenarios
    buckets = int(horizon["days"]) * _DAY_SECONDS // int(horizon["bucket_seconds"])
    groups, series = float(world["tz_groups_target"]), float(world["series_target"]) * chosen
    return {
        "merchants": float(world["merchants"]),
        "sites": float(world["sites"]),
        "groups": groups,
        "group_days": groups * _PLAN_DAYS,
        "series": series,
        "bucket_rows": series * buckets,
        "arrivals": float(world["arrivals_target"]) * chosen / every,
    }


def _runs_of(runs_root: Path, recipe: str, but: str) -> Iterator[RunFolder]:
    """The runs of a recipe, the newest first."""
    for path in sorted(run_folders(runs_root), key=last_work, reverse=True):
        try:
            folder = opened_run(path)
        except EngineError:
            continue
        if str(folder.receipt["recipe"]) == recipe and folder.identity.run_id != but:
            yield folder


def _records_of(folder: RunFolder, card: StateCard) -> list[Mapping[str, Any]]:
    own = {dataset.id for dataset in card.writes}
    return [record for record in publish.published_records(folder.root) if record["dataset"] in own]


def _totals(records: list[Mapping[str, Any]]) -> tuple[int, int]:
    """(rows, bytes)."""
    rows = sum(record["rows"] or 0 for record in records)
    return rows, sum(entry["bytes"] for record in records for entry in record["files"])
