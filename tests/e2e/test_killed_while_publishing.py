"""A state that was killed between two of its partitions is not taken for done: the rest is made, to the same bytes."""

from __future__ import annotations

import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from engine.core.run import RunFolder
from engine.execute.runs import opened_run
from engine.execute.status import state_status
from engine.execute.verify import verified
from generated import states
from tests.support.runs import built, published_bytes, run_to

ROUTER = states.S2B_S5.CARD

KILLED = """
import os, signal, sys
from pathlib import Path
from engine.core import publish
from engine.execute import plan, session
from engine.execute.runs import opened_run

real, left = publish.publish, int(sys.argv[2])

def publishing(folder, *, dataset, **rest):
    global left
    done = real(folder, dataset=dataset, **rest)
    left -= 1
    if left == 0:
        os.kill(os.getpid(), signal.SIGKILL)
    return done

publish.publish = publishing
session.run_states(opened_run(Path(sys.argv[1])), plan.planned("2B.S5", "2B.S5"), jobs=1)
"""


@pytest.fixture(scope="module")
def routed(tmp_path_factory: pytest.TempPathFactory) -> RunFolder:
    """The tiny run up to the router."""
    return built(tmp_path_factory.mktemp("routed") / "runs", to="2B.S5")


@pytest.fixture
def before_router(tmp_path: Path) -> RunFolder:
    """The tiny run, made up to the router and no further."""
    return built(tmp_path / "runs", to="2B.S4")


@pytest.mark.parametrize("published", [1, 3, 4])
def test_a_router_that_was_killed_while_it_published_goes_on(
    routed: RunFolder, before_router: RunFolder, published: int
) -> None:
    done = subprocess.run(
        [sys.executable, "-c", KILLED, str(before_router.root), str(published)],
        cwd=Path(__file__).parents[2],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == -signal.SIGKILL, done.stderr
    held = state_status(before_router, ROUTER)
    assert (held.status, held.why) == ("partial", "not published: rng_audit_log_2B_S5")
    (result,) = run_to(opened_run(before_router.root), "2B.S5", "2B.S5")
    assert result.status == "made"
    assert published_bytes(before_router) == published_bytes(routed)
    assert state_status(before_router, ROUTER).status == "done"
    (again,) = run_to(opened_run(before_router.root), "2B.S5", "2B.S5")
    assert again.status == "reused"
    assert verified(before_router.root).ordered() == []


def test_a_router_that_lost_its_last_output_makes_it_again(routed: RunFolder, tmp_path: Path) -> None:
    copy = tmp_path / "runs" / routed.root.name
    shutil.copytree(routed.root, copy)
    folder = opened_run(copy)
    for path in (copy / "published" / "s5_selection_log", copy / "published" / "rng_audit_log_2B_S5"):
        shutil.rmtree(path)
    (result,) = run_to(folder, "2B.S5", "2B.S5")
    assert result.state == "2B.S5"
    assert published_bytes(folder) == published_bytes(routed)
