"""S5 and S6 in whole runs: same bytes for any number of jobs, both forms of evidence, verified and replayed."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

import closedworld
from engine.core.run import RunFolder
from engine.execute import plan, prepare, session
from tests.s2b.small_routing import use_small_routing_blocks
from tests.support.runs import published_bytes

BLOCK = 5
SEED = 48
"""With this seed three of the tiny recipe's twelve merchants are virtual, in two blocks."""


@pytest.fixture(autouse=True)
def small_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    """Blocks of a few arrivals, so that a tiny roster has several."""
    use_small_routing_blocks(monkeypatch, BLOCK)


def routed(original: RunFolder, root: Path, jobs: int, full_up_to: int) -> RunFolder:
    """The tiny run with so much evidence, made up to 2B.S6."""
    config = root / "config"
    shutil.copytree(original.config, config)
    (policy,) = config.rglob("rng_evidence_policy_2B.json")
    content = json.loads(policy.read_text(encoding="utf-8")) | {"full_up_to_events": full_up_to}
    policy.write_text(json.dumps(content), encoding="utf-8")
    folder = prepare.prepared_run(
        prepare.folder_policies(config),
        runs_root=root / "runs",
        ingress=session.ingress(),
        seed=SEED,
        label="",
    )
    session.run_states(folder, plan.planned(None, "2B.S6"), jobs=jobs)
    return folder


@pytest.mark.parametrize("full_up_to", [0, 1000], ids=["commitments", "events"])
def test_every_byte_is_the_same_for_any_number_of_jobs(
    tiny_original: RunFolder, tmp_path: Path, full_up_to: int
) -> None:
    one, two, five = (
        published_bytes(routed(tiny_original, tmp_path / str(jobs), jobs, full_up_to)) for jobs in (1, 2, 5)
    )
    assert one == two == five
    names = {path for path in one if "/rng/" in path and "2B.S3" not in path}
    family = "events" if full_up_to else "commitments"
    parts = [path for path in names if f"/rng/{family}/alias_pick_site/" in path and "published" not in path]
    assert len(parts) > 2
    other = "commitments" if full_up_to else "events"
    assert not [path for path in names if f"/rng/{other}/" in path]
    for log in ("s5_selection_log", "s6_edge_log"):
        assert [path for path in one if f"/{log}/" in path and path.endswith(".parquet")]


@pytest.mark.parametrize("full_up_to", [0, 1000], ids=["commitments", "events"])
def test_a_routed_run_verifies_and_replays(tiny_original: RunFolder, tmp_path: Path, full_up_to: int) -> None:
    folder = routed(tiny_original, tmp_path, 2, full_up_to)
    verification = closedworld.verify(folder.root, replay=1.0)
    assert verification.passed, verification
    again = session.run_states(folder, plan.planned("2B.S5", "2B.S6"), jobs=1)
    assert {result.status for result in again} == {"reused"}
