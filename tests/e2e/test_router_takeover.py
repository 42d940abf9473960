"""Routers that were killed go on block by block: all their outputs are optional, so the last part of a block tells."""

from __future__ import annotations

import json
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from codegen.runtime.tables import Table
from engine.core.run import RunFolder
from engine.execute import plan, prepare, session
from engine.execute.runs import opened_run
from engine.execute.verify import verified
from tests.cli.command import command
from tests.s2b.small_routing import use_small_routing_blocks
from tests.support.runs import published_bytes, run_to

BLOCK = 5
SEED = 48
"""With this seed three of the tiny recipe's twelve merchants are virtual, in two blocks."""
LOG = {"2B.S5": "s5_selection_log", "2B.S6": "s6_edge_log"}
TRACE = {"2B.S5": "rng_trace_log_2B_S5", "2B.S6": "rng_trace_log_2B_S6"}

# Runs a router and kills itself, as a power cut would, when a part of one output is about to be noted, or was.
KILLED = """
import os, signal, sys
from pathlib import Path
import pytest
from engine.core.stages import Stage
from engine.execute import plan, session
from engine.execute.runs import opened_run
from tests.s2b.small_routing import use_small_routing_blocks

run, state, place, output, part, jobs = sys.argv[1:]
use_small_routing_blocks(pytest.MonkeyPatch(), {block})
mark = Stage.mark_part_complete

def at(here, dataset, name):
    if (here, dataset, name) == (place, output, part):
        os.kill(os.getpid(), signal.SIGKILL)

def mark_part_complete(stage, dataset, partition, name, summary=None):
    at("before the note", dataset, name)
    done = mark(stage, dataset, partition, name, summary)
    at("after the note", dataset, name)
    return done

Stage.mark_part_complete = mark_part_complete
session.run_states(opened_run(Path(run)), plan.planned(state, state), jobs=int(jobs))
"""


@pytest.fixture(autouse=True)
def small_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    """Blocks of a few arrivals, so that a tiny roster has several."""
    use_small_routing_blocks(monkeypatch, BLOCK)


@pytest.fixture(params=["commitments", "events"])
def before(request: pytest.FixtureRequest, tiny_original: RunFolder, tmp_path: Path) -> RunFolder:
    """A tiny run with both logs on, made up to 2B.S4."""
    config = tmp_path / "config"
    shutil.copytree(tiny_original.config, config)
    (policy,) = config.rglob("rng_evidence_policy_2B.json")
    most = 0 if request.param == "commitments" else 1000
    content = json.loads(policy.read_text(encoding="utf-8")) | {"full_up_to_events": most}
    policy.write_text(json.dumps(content), encoding="utf-8")
    folder = prepare.prepared_run(
        prepare.folder_policies(config), runs_root=tmp_path / "runs", ingress=session.ingress(), seed=SEED
    )
    session.run_states(folder, plan.planned(None, "2B.S4"), jobs=1)
    return folder


def killed(folder: RunFolder, state: str, place: str, output: str, block: int, jobs: int) -> None:
    """Run a router in another process until it kills itself."""
    part = f"part-{block:05d}.parquet"
    script = KILLED.replace("{block}", str(BLOCK))
    done = subprocess.run(
        [sys.executable, "-c", script, str(folder.root), state, place, output, part, str(jobs)],
        cwd=Path(__file__).parents[2],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == -signal.SIGKILL, done.stderr
    assert any(path.name.startswith(f"{state}-") for path in (folder.root / "tmp").iterdir())


def written(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, str]]:
    """Collects the outputs and parts that are written from now on."""
    names: list[tuple[str, str]] = []
    write = Table.write_file

    def write_file(table: Table, path: Path) -> None:
        names.append((path.parent.name, path.name))
        write(table, path)

    monkeypatch.setattr(Table, "write_file", write_file)
    return names


@pytest.mark.parametrize(
    ("state", "place", "output", "block", "jobs", "again"),
    [
        ("2B.S5", "after the note", LOG, 0, 1, {1, 2}),
        ("2B.S5", "after the note", LOG, 1, 1, {2}),
        ("2B.S5", "before the note", LOG, 1, 1, {1, 2}),
        ("2B.S5", "after the note", TRACE, 1, 1, {1, 2}),
        ("2B.S5", "before the note", TRACE, 2, 2, {2}),
        ("2B.S6", "after the note", LOG, 1, 1, set()),
        ("2B.S6", "before the note", LOG, 1, 2, {1}),
    ],
)
def test_a_killed_router_keeps_its_complete_blocks(
    before: RunFolder,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    state: str,
    place: str,
    output: dict[str, str],
    block: int,
    jobs: int,
    again: set[int],
) -> None:
    wanted = tmp_path / "in one go" / before.root.name
    shutil.copytree(before.root, wanted)
    run_to(opened_run(wanted), state, "2B.S5")
    if state == "2B.S6":
        run_to(before, "2B.S5", "2B.S5")
    killed(before, state, place, output[state], block, jobs)
    plan_ = json.loads(
        command(
            "run", "--run", before.root.name, "--dry-run", "--json", "--runs-root", str(before.root.parent)
        ).out
    )
    kept = {row["state"]: row["finished_blocks"] for row in plan_["states"]}
    assert kept[state] >= 1
    names = written(monkeypatch)
    (result,) = run_to(opened_run(before.root), state, state)
    assert result.status == "made"
    assert {int(part.removeprefix("part-")[:5]) for _, part in names} == again
    assert published_bytes(opened_run(before.root)) == published_bytes(opened_run(wanted))
    assert verified(before.root).ordered() == []
