"""`closedworld run --scenarios`: another run of the same world, which shares what the choice does not touch."""

from __future__ import annotations

import json
from typing import Any

from engine.core.run import RunFolder
from engine.execute.verify import verified
from tests.cli.command import command
from tests.support.runs import only_run


def answer(*words: str) -> Any:
    outcome = command(*words, "--json")
    assert outcome.exit_code == 0, outcome.err
    return json.loads(outcome.out)


def test_a_run_of_one_scenario_shares_the_world_and_says_which_it_has(gated_run: RunFolder) -> None:
    whole = gated_run.identity.run_id
    asked = ("run", "--recipe", "tiny", "--scenarios", "stress_peak_v1")
    root = ("--runs-root", str(gated_run.root.parent))
    plan = answer(*asked, "--to", "5B.S1", "--dry-run", *root)
    assert only_run(gated_run.root.parent).identity.run_id == whole  # a dry run makes nothing
    made = answer(*asked, "--to", "5B.S1", *root)
    assert made["run_id"] == plan["run_id"] != whole
    done = {state["state"]: state["status"] for state in made["states"]}
    for state in plan["states"]:
        assert (done[state["state"]] == "shared") == (state["plan"] == "shared"), state
    assert done["5A.S0"] == done["5A.S1"] == done["2B.S4"] == "shared"
    assert done["5B.S0"] == done["5B.S1"] == "made"
    shown = answer("runs", "diff", whole, made["run_id"], *root)
    assert shown["run_inputs"] == [
        {"where": "scenario_set", "first": None, "second": ["stress_peak_v1"], "only_in": made["run_id"]}
    ]
    assert verified(gated_run.root.parent / made["run_id"]).findings == []
    status = {
        state["state"]: state["status"]
        for state in answer("status", "--run", made["run_id"], *root)["states"]
    }
    assert status["5B.S0"] == status["5B.S1"] == "done"


def test_a_roster_for_a_run_of_one_scenario_keeps_the_choice(gated_run: RunFolder) -> None:
    root = ("--runs-root", str(gated_run.root.parent))
    one = answer("run", "--recipe", "tiny", "--scenarios", "baseline_v1", "--to", "1A.S0", *root)
    other = answer("roster", "make", "--per-merchant", "2", "--run", one["run_id"], *root)
    receipt = json.loads((gated_run.root.parent / other["run_id"] / "run_receipt.json").read_text("utf-8"))
    assert receipt["scenario_set"] == ["baseline_v1"]
    assert [entry["id"] for entry in receipt["run_inputs"]] == ["roster_spec", "scenario_set"]
