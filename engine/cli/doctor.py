"""The doctor: what this machine and installation are, what a place for runs can do, and what will not work there."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from codegen.runtime.shown_text import shown_path
from engine.cli.printing import print_json, print_lines, print_pairs, print_table, sized
from engine.core import memory
from engine.core.places import BROKEN, WARNING, Trial, space, standing_place, trials
from engine.execute import installation
from engine.execute.estimates import memory_needed
from engine.execute.path_lengths import longest_path_below_a_run
from engine.execute.prepare import recipe_names, shipped_policies

_BYTES_AN_ARRIVAL: Final = 18
_BYTES_ANYWAY: Final = 32 << 20
"""Of a run on disk: measured, 1.9 GiB with 116 million arrivals; the rest is room for a stage beside it."""
_NAMES_ANYWAY: Final = 1_500
_ARRIVALS_A_NAME: Final = 100_000
_LEAST_FREE: Final = 64 << 20


def _needs() -> dict[str, dict[str, int]]:
    """What each shipped recipe needs: bytes of memory with one worker, bytes and names on the disk."""
    found = {}
    for name in recipe_names():
        recipe = shipped_policies(name).recipe
        arrivals = float(recipe["world"]["arrivals_target"])
        found[name] = {
            "memory": memory_needed(recipe, 1),
            "disk": round(_BYTES_ANYWAY + arrivals * _BYTES_AN_ARRIVAL),
            "names": round(_NAMES_ANYWAY + arrivals / _ARRIVALS_A_NAME),
        }
    return dict(sorted(found.items(), key=lambda item: item[1]["disk"]))


def _short_of(needs: Mapping[str, int], room: Mapping[str, Any]) -> list[str]:
    """What a recipe lacks here, in words; nothing where it can run."""
    lacking = []
    for limit in memory.limits():
        if limit.bytes < needs["memory"]:
            lacking.append(f"memory: about {sized(needs['memory'])}, {limit.name} is {sized(limit.bytes)}")
            break
    if room["free bytes"] is not None and room["free bytes"] < needs["disk"]:
        lacking.append(f"disk: about {sized(needs['disk'])}, {sized(room['free bytes'])} are free")
    if room["free names"] is not None and room["free names"] < needs["names"]:
        lacking.append(
            f"files and folders: about {needs['names']:,}, {room['free names']:,} are free (inodes)"
        )
    return lacking


def _installed(facts: Mapping[str, Any], runs_root: Path) -> list[Trial]:
    """What of the machine and installation keeps runs from being made, or slows them."""
    found = []
    if not facts["python supported"]:
        found.append(Trial("Python", BROKEN, facts["python"], "Use Python 3.11, 3.12 or 3.13."))
    absent = [name for name, version in facts["libraries"].items() if version == "absent"]
    if absent:
        found.append(
            Trial("libraries", BROKEN, f"absent: {', '.join(absent)}", "Install the locked dependencies.")
        )
    trouble = installation.cache_trouble(runs_root)
    if trouble:
        remedy = "Set NUMBA_CACHE_DIR to a folder outside of the runs."
        found.append(Trial("kernel cache", BROKEN, trouble, remedy))
    elif not facts["kernel cache"]["writable"]:
        remedy = (
            "Works, but kernels are compiled anew by each command: set NUMBA_CACHE_DIR to a folder of yours."
        )
        found.append(
            Trial("kernel cache", WARNING, f"{facts['kernel cache']['folder']} is not writable", remedy)
        )
    limit = memory.address_space()
    if limit is not None and limit.bytes < memory.NEEDED_TO_START:
        remedy = f"Raise it to {sized(memory.NEEDED_TO_START)} or more, or take it away with `ulimit -v unlimited`."
        found.append(Trial("address space", BROKEN, f"{sized(limit.bytes)}, {limit.name}", remedy))
    return found


def show_machine(runs_root: Path, as_json: bool) -> bool:
    """Print what this machine, installation and place are, and what will not work; whether runs can be made there."""
    facts = installation.facts()
    tried = [*_installed(facts, runs_root), *trials(runs_root, longest_path_below_a_run())]
    room = space(standing_place(runs_root))
    if room["free bytes"] is not None and room["free bytes"] < _LEAST_FREE:
        free = f"{sized(room['free bytes'])} free"
        tried.append(Trial("free space", BROKEN, free, "Free space, or choose another runs root."))
    needs = _needs()
    lacking = {name: _short_of(need, room) for name, need in needs.items()}
    works = all(trial.result != BROKEN for trial in tried)
    can = {name: works and not short for name, short in lacking.items()}
    if works and not any(can.values()):
        works = False
    if as_json:
        print_json(
            {
                **facts,
                "runs root": shown_path(runs_root.absolute()),
                "tried in": shown_path(standing_place(runs_root)),
                **room,
                "trials": [trial.as_json() for trial in tried],
                "needs": needs,
                "lacking": lacking,
                "can run": can,
                "works": works,
            }
        )
        return works
    _print_facts(facts)
    _print_place(runs_root, tried, room)
    _print_verdict(tried, lacking, can, works)
    return works


def _print_facts(facts: Mapping[str, Any]) -> None:
    held, cache = facts["memory"], facts["kernel cache"]
    filled = (
        f"{cache['files']:,} files, {sized(cache['bytes'])}"
        if cache["files"]
        else "empty: the first run compiles"
    )
    print_pairs(
        "this installation",
        {
            "closedworld": f"{facts['closedworld']}, in {facts['code']}",
            "python": f"{facts['python']} on {facts['system']}, {facts['byte order']}-endian",
            "libraries": ", ".join(f"{name} {version}" for name, version in facts["libraries"].items()),
            "cores": f"{facts['cores']}, with {', '.join(facts['cpu features']) or 'unknown features'}",
            "memory": f"{sized(held['available'])} of {sized(held['total'])} free",
            **{
                f"limit {number}": f"{sized(size)}, {name}"
                for number, (name, size) in enumerate(held["limits"].items(), 1)
            },
            "kernel cache": f"{cache['folder']}: {filled}",
            "console": ", ".join(f"{name} in {encoding}" for name, encoding in facts["console"].items()),
        },
    )


def _print_place(runs_root: Path, tried: list[Trial], room: Mapping[str, Any]) -> None:
    names = "" if room["free names"] is None else f", room for {room['free names']:,} files and folders"
    free = "unknown" if room["free bytes"] is None else sized(room["free bytes"])
    print_lines("")
    print_pairs(f"the place for runs, {shown_path(runs_root.absolute())}", {"free": f"{free}{names}"})
    rows = [(trial.name, trial.result, trial.found) for trial in tried]
    print_table("", (("what was tried", "left"), ("result", "left"), ("found", "left")), rows)


def _print_verdict(
    tried: list[Trial], lacking: Mapping[str, list[str]], can: Mapping[str, bool], works: bool
) -> None:
    lines = [
        line
        for trial in tried
        if trial.remedy
        for line in (f"  {trial.result}: {trial.name}: {trial.found}", f"    {trial.remedy}")
    ]
    told = ["", "what to know", *lines] if lines else []
    told += ["", "what can be run here"]
    for name, fits in can.items():
        told.append(
            f"  {name.ljust(10)} {'yes' if fits else 'no; ' + ('; '.join(lacking[name]) or 'see above')}"
        )
    told += [
        "",
        "Runs can be made here; begin with `closedworld demo`." if works else "Runs cannot be made here.",
    ]
    if not works and not any(trial.result == BROKEN for trial in tried):
        told.append("No shipped recipe has what it needs.")
    print_lines(*told)
