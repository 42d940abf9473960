"""The commands about runs, and what `status` and `run --dry-run` say of sharing."""

from __future__ import annotations

import io
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from codegen.runtime.resources import policies_root
from engine.core.lock import run_lock
from engine.core.run import RunFolder
from engine.execute import plan, prepare, session
from engine.execute.verify import verified
from generated.datasets import BY_ID
from tests.cli.command import Outcome, command
from tests.support.runs import LAST, config_folder, flipped, policy_with, published_bytes, run_to

DAY_EFFECTS = "day_effect_policy_v1"


@pytest.fixture
def root(tiny_run: RunFolder) -> str:
    """The runs root of the tiny run."""
    return str(tiny_run.root.parent)


@pytest.fixture
def changed(tiny_run: RunFolder, tmp_path: Path) -> RunFolder:
    """A run of another day effect policy beside the tiny one, wholly made."""
    config = config_folder(tmp_path / "config", {DAY_EFFECTS: policy_with(sigma_gamma=0.3)})
    outcome = command(
        "run", "--config", str(config), "--to", LAST, "--runs-root", str(tiny_run.root.parent), "--json"
    )
    assert outcome.exit_code == 0, outcome.err
    value = json.loads(outcome.out)
    assert {state["status"] for state in value["states"]} == {"made", "shared"}
    policies = prepare.folder_policies(config)
    return prepare.prepared_run(policies, runs_root=tiny_run.root.parent, ingress=session.ingress())


def answer(*words: str) -> Any:
    """The JSON document that a command prints."""
    outcome = command(*words, "--json")
    assert outcome.exit_code == 0, outcome.err
    return json.loads(outcome.out)


def text(*words: str) -> str:
    outcome = command(*words)
    assert outcome.exit_code == 0, outcome.err
    return outcome.out


# -- help ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("word", ["list", "show", "diff", "remove"])
def test_every_command_has_help_with_an_example(word: str) -> None:
    assert f"Example: closedworld runs {word}" in text("runs", word, "--help")


# -- list and show ---------------------------------------------------------------------------------------------


def test_an_empty_runs_root_lists_nothing(tmp_path: Path) -> None:
    assert "no run yet" in text("runs", "list", "--runs-root", str(tmp_path))
    assert answer("runs", "list", "--runs-root", str(tmp_path))["runs"] == []


def test_runs_are_listed_with_what_they_hold_and_share(
    tiny_run: RunFolder, changed: RunFolder, root: str
) -> None:
    runs = {run["run_id"]: run for run in answer("runs", "list", "--runs-root", root)["runs"]}
    assert runs.keys() == {tiny_run.identity.run_id, changed.identity.run_id}
    done = [card.id for card in plan.planned(None, LAST)]
    for run in runs.values():
        assert (run["recipe"], run["seed"], run["label"], run["states_done"]) == ("tiny", 42, "", done)
        assert 0 < run["bytes_shared"] < run["bytes"]
    assert runs[tiny_run.identity.run_id]["states_shared"] == []
    assert runs[changed.identity.run_id]["states_shared"][-2:] == ["2B.S1", "2B.S2"]
    shown = text("runs", "list", "--runs-root", root)
    assert all(run in shown for run in runs)
    assert f"{len(done)} of {len(plan.implemented_cards())}" in shown


def test_bytes_shared_are_the_files_that_another_run_holds_too(
    changed: RunFolder, tiny_run: RunFolder
) -> None:
    def files(run: RunFolder) -> dict[int, int]:
        return {p.stat().st_ino: p.stat().st_size for p in run.root.rglob("*") if p.is_file()}

    mine, theirs = files(changed), files(tiny_run)
    wanted = sum(size for inode, size in mine.items() if inode in theirs)
    (listed,) = (
        run["bytes_shared"]
        for run in answer("runs", "list", "--runs-root", str(tiny_run.root.parent))["runs"]
        if run["run_id"] == changed.identity.run_id
    )
    assert listed == wanted > 0


def test_a_damaged_run_is_listed_with_what_is_wrong(
    tiny_run: RunFolder, changed: RunFolder, root: str
) -> None:
    (tiny_run.root / "run_receipt.json").write_text("{", "utf-8")
    (run,) = (r for r in answer("runs", "list", "--runs-root", root)["runs"] if r["problem"])
    assert run["run_id"] == tiny_run.identity.run_id
    assert "receipt" in text("runs", "list", "--runs-root", root)


def test_a_run_is_shown_with_its_policies_and_where_its_states_come_from(
    tiny_run: RunFolder, changed: RunFolder, root: str
) -> None:
    value = answer("runs", "show", changed.identity.run_id[:6], "--runs-root", root)
    assert value["run_id"] == changed.identity.run_id
    assert value["policies"] == json.loads((changed.root / "run_receipt.json").read_text())["policies"]
    states = {state["state"]: state for state in value["states"]}
    assert states["2B.S1"]["shared_from"] == tiny_run.identity.run_id
    assert (states["2B.S3"]["status"], states["2B.S3"]["shared_from"]) == ("done", "")
    shown = text("runs", "show", changed.identity.run_id, "--runs-root", root)
    assert DAY_EFFECTS in shown
    assert f"shared from {tiny_run.identity.run_id}" in shown


# -- diff ------------------------------------------------------------------------------------------------------


def test_diff_names_the_changed_value_and_what_follows_from_it(
    tiny_run: RunFolder, changed: RunFolder, root: str
) -> None:
    words = ("runs", "diff", tiny_run.identity.run_id, changed.identity.run_id, "--runs-root", root)
    value = answer(*words)
    before = json.loads(next((tiny_run.root / "config").rglob(f"{DAY_EFFECTS}.json")).read_text())
    changes = {change["where"]: change for change in value["policies"].pop(DAY_EFFECTS)}
    assert value["policies"] == {}
    assert changes.keys() == {"/sigma_gamma", "/sha256_hex"}
    sigma = changes["/sigma_gamma"]
    assert (sigma["first"], sigma["second"]) == (before["sigma_gamma"], 0.3)
    assert {change["where"] for change in value["identity"]} == {"parameter_hash", "manifest_fingerprint"}
    assert value["sources"] == value["run_inputs"] == []
    found = {entry["dataset"]: entry for entry in value["datasets"]}
    assert {name for name, entry in found.items() if entry["verdict"] != "same"} == {
        "s0_gate_receipt_2B", "sealed_inputs_2B", "s3_day_effects", "rng_audit_log_2B_S3", "s4_group_weights",
        "validation_bundle_5A",  # its flag names the world
    }  # fmt: skip
    assert found["s3_day_effects"]["why"] == [f"policy {DAY_EFFECTS}", "manifest_fingerprint"]
    assert found["s4_group_weights"]["why"] == ["input s3_day_effects"]
    assert f"policy {DAY_EFFECTS}" in found["s0_gate_receipt_2B"]["why"]
    assert "run_id" in found["rng_audit_log_2B_S3"]["why"]
    shown = text(*words)
    assert "/sigma_gamma" in shown
    assert f"A {before['sigma_gamma']} | B 0.3" in shown


def test_diff_says_what_only_one_of_them_has(tiny_run: RunFolder, root: str) -> None:
    other = prepare.prepared_run(
        prepare.recipe_policies("tiny"), runs_root=Path(root), ingress=session.ingress(), label="short"
    )
    run_to(other, "2B.S2")
    value = answer("runs", "diff", "short", tiny_run.identity.run_id, "--runs-root", root)
    only = {e["dataset"]: e for e in value["datasets"] if e["verdict"].startswith("only in")}
    assert set(only) == {"s3_day_effects", "rng_audit_log_2B_S3", "s4_group_weights"}
    assert only["s3_day_effects"]["verdict"] == f"only in {tiny_run.identity.run_id}"
    assert other.identity.run_id in only["s3_day_effects"]["why"][0]
    assert [change["where"] for change in value["identity"]] == ["label"]
    assert "only in B" in text("runs", "diff", "short", tiny_run.identity.run_id, "--runs-root", root)


def test_diff_names_the_seed(tiny_run: RunFolder, root: str) -> None:
    assert (
        command("run", "--recipe", "tiny", "--seed", "43", "--to", "1A.S0", "--runs-root", root).exit_code
        == 0
    )
    value = answer("runs", "diff", tiny_run.identity.run_id, "latest", "--runs-root", root)
    assert {"where": "seed", "first": 42, "second": 43, "only_in": ""} in value["identity"]
    (catalogue,) = (e for e in value["datasets"] if e["dataset"] == "outlet_catalogue")
    assert (catalogue["verdict"], catalogue["why"]) == ("differs", ["seed"])


@pytest.mark.parametrize(
    ("before", "after", "where", "dataset", "why"),
    [
        (b"jitter_km_max: 5.0", b"jitter_km_max: 4.0", "/world/jitter_km_max", "outlet_catalogue",
         "the recipe's world or the sources"),
        (b"seed_default: 42", b"seed_default: 43", "/seed_default", "outlet_catalogue", "seed"),
        (b"as_of: '2024-01-01", b"as_of: '2024-01-02", "/as_of", "s1_site_weights", "created_utc"),
    ],
)  # fmt: skip
def test_diff_tells_the_world_s_part_of_a_recipe_from_the_rest(
    tiny_run: RunFolder, root: str, tmp_path: Path,
    before: bytes, after: bytes, where: str, dataset: str, why: str,
) -> None:  # fmt: skip
    config = config_folder(tmp_path / "config", {"recipe": lambda data: data.replace(before, after)})
    last = BY_ID[dataset].produced_by
    made = answer("run", "--config", str(config), "--to", last, "--runs-root", root)
    assert {state["status"] for state in made["states"]} == {"made"}
    value = answer("runs", "diff", tiny_run.identity.run_id, made["run_id"], "--runs-root", root)
    assert [change["where"] for change in value["policies"]["recipe"]] == [where]
    reasons = {e["dataset"]: e["why"] for e in value["datasets"] if e["verdict"] == "differs"}
    assert reasons[dataset] == [why]


def test_nothing_differs_between_a_run_and_itself(tiny_run: RunFolder, root: str) -> None:
    run = tiny_run.identity.run_id
    assert "nothing differs" in text("runs", "diff", run, run, "--runs-root", root)
    assert {e["verdict"] for e in answer("runs", "diff", run, run, "--runs-root", root)["datasets"]} == {
        "same"
    }


def test_diff_tells_bytes_that_nothing_explains(tiny_run: RunFolder, changed: RunFolder, root: str) -> None:
    """A forged record: the content differs and its provenance does not."""
    (path,) = (changed.root / "published" / "s1_site_weights").rglob("*.json")
    record = json.loads(path.read_text("utf-8"))
    record["content_digest"] = "0" * 64
    path.unlink()
    path.write_text(json.dumps(record), "utf-8")
    value = answer("runs", "diff", tiny_run.identity.run_id, changed.identity.run_id, "--runs-root", root)
    (weights,) = (e for e in value["datasets"] if e["dataset"] == "s1_site_weights")
    assert weights["why"] == ["nothing in its provenance: the same inputs gave other bytes"]


def test_diff_refuses_a_run_whose_policies_were_edited(
    tiny_run: RunFolder, changed: RunFolder, root: str
) -> None:
    flipped(next((changed.root / "config").rglob(f"{DAY_EFFECTS}.json")))
    outcome = command("runs", "diff", tiny_run.identity.run_id, changed.identity.run_id, "--runs-root", root)
    outcome.refused("RUN-005", exit_code=4, saying=[DAY_EFFECTS])


# -- remove ----------------------------------------------------------------------------------------------------


def test_a_removed_run_is_gone_and_the_other_one_whole(
    tiny_run: RunFolder, changed: RunFolder, root: str
) -> None:
    kept = published_bytes(changed)
    listed = {run["run_id"]: run for run in answer("runs", "list", "--runs-root", root)["runs"]}
    before = listed[tiny_run.identity.run_id]
    value = answer("runs", "remove", tiny_run.identity.run_id, "--yes", "--runs-root", root)
    assert value == {
        "run_id": tiny_run.identity.run_id,
        "bytes_freed": before["bytes"] - before["bytes_shared"],
        "bytes_kept": before["bytes_shared"],
    }
    assert [path.name for path in Path(root).iterdir()] == [changed.identity.run_id]
    assert published_bytes(changed) == kept
    assert verified(changed.root).ordered() == []


def test_a_removal_without_a_terminal_needs_yes(tiny_run: RunFolder, root: str) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "closedworld.command", "runs", "remove", tiny_run.identity.run_id,
         "--runs-root", root],
        cwd=Path(__file__).parents[2], input="y\n", capture_output=True, text=True, check=False,
    )  # fmt: skip
    Outcome(done.returncode, done.stdout, done.stderr).refused("RUN-009", exit_code=2, saying=["--yes"])
    assert tiny_run.root.is_dir()


class Terminal(io.StringIO):
    """Standard input as a person at a terminal gives it."""

    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(("typed", "goes"), [("y\n", True), ("n\n", False), ("\n", False)])
def test_a_person_is_asked(
    tiny_run: RunFolder, root: str, monkeypatch: pytest.MonkeyPatch, typed: str, goes: bool
) -> None:
    monkeypatch.setattr(sys, "stdin", Terminal(typed))
    outcome = command("runs", "remove", tiny_run.identity.run_id, "--runs-root", root)
    assert "Remove run" in outcome.err + outcome.out
    assert tiny_run.root.is_dir() is not goes
    if goes:
        assert "removed run" in outcome.out
    else:
        outcome.refused("RUN-009", exit_code=2, saying=["the answer no"])


def test_a_run_at_work_is_not_removed(tiny_run: RunFolder, root: str) -> None:
    with run_lock(tiny_run.root, wait=False):
        outcome = command("runs", "remove", tiny_run.identity.run_id, "--yes", "--runs-root", root)
    outcome.refused("RUN-009", exit_code=2, saying=["no process that writes to it", str(os.getpid())])
    assert verified(tiny_run.root).ordered() == []


def test_a_run_with_a_damaged_receipt_can_be_removed_by_its_whole_id(tiny_run: RunFolder, root: str) -> None:
    (tiny_run.root / "run_receipt.json").write_text("{", "utf-8")
    assert answer("runs", "remove", tiny_run.identity.run_id, "--yes", "--runs-root", root)["bytes_freed"] > 0
    assert list(Path(root).iterdir()) == []


def test_what_an_interrupted_removal_left_goes_with_the_next_one(
    tiny_run: RunFolder, changed: RunFolder, root: str
) -> None:
    left = Path(root) / f".removing-{changed.identity.run_id}-0a0b0c0d"
    changed.root.rename(left)
    assert len(answer("runs", "list", "--runs-root", root)["runs"]) == 1
    command("runs", "remove", tiny_run.identity.run_id, "--yes", "--runs-root", root)
    assert list(Path(root).iterdir()) == []


@pytest.mark.parametrize("words", [("show", "feed"), ("diff", "feed", "latest"), ("remove", "feed", "--yes")])
def test_a_run_that_is_not_there_is_named(tiny_run: RunFolder, root: str, words: tuple[str, ...]) -> None:
    outcome = command("runs", *words, "--runs-root", root)
    outcome.refused("RUN-001", exit_code=2, saying=["feed", tiny_run.identity.run_id])
    assert tiny_run.root.is_dir()


@pytest.mark.parametrize("name", ["latest", "../runs", ".", ""])
def test_only_a_run_that_is_named_is_removed(tiny_run: RunFolder, root: str, name: str) -> None:
    outcome = command("runs", "remove", name, "--yes", "--runs-root", root)
    assert outcome.exit_code == 2
    assert tiny_run.root.is_dir()


def test_an_ambiguous_beginning_is_refused(tiny_run: RunFolder, root: str) -> None:
    name = tiny_run.identity.run_id
    shutil.copytree(tiny_run.root, Path(root) / (name[:-1] + ("0" if name[-1] != "0" else "1")))
    command("runs", "show", name[:8], "--runs-root", root).refused("RUN-002", exit_code=2)
    command("runs", "remove", name[:8], "--yes", "--runs-root", root).refused("RUN-002", exit_code=2)


def test_a_missing_argument_is_wrong_use(root: str) -> None:
    for words in (("show",), ("diff", "latest"), ("remove",)):
        assert command("runs", *words, "--runs-root", root).exit_code == 2


# -- what will be shared ---------------------------------------------------------------------------------------


def test_a_dry_run_says_done_shared_or_will_run_and_writes_nothing(tiny_run: RunFolder, root: str) -> None:
    words = ("run", "--recipe", "tiny", "--to", LAST, "--dry-run", "--runs-root", root)
    assert {state["plan"] for state in answer(*words)["states"]} == {"done"}
    value = answer(*words, "--label", "other")
    plans = {state["state"]: (state["plan"], state["shared_from"]) for state in value["states"]}
    assert plans.pop("2B.S0") == ("will run", "")
    assert plans.pop("1A.S0") == ("shared", tiny_run.identity.run_id)
    assert plans["2B.S2"] == ("shared", tiny_run.identity.run_id)
    assert f"shared from {tiny_run.identity.run_id}" in text(*words, "--label", "other")
    assert [path.name for path in Path(root).iterdir()] == [tiny_run.identity.run_id]


def test_a_dry_run_names_a_broken_state(tiny_run: RunFolder, root: str) -> None:
    flipped(tiny_run.path(BY_ID["s2_alias_blob"]))
    value = answer("run", "--run", tiny_run.identity.run_id, "--to", LAST, "--dry-run", "--runs-root", root)
    plans = {state["state"]: state for state in value["states"]}
    assert plans["2B.S2"]["plan"] == "broken"
    assert "published sha256" in plans["2B.S2"]["why"]


def test_status_says_what_an_unchanged_recipe_needs_not_say(tiny_run: RunFolder, root: str) -> None:
    assert answer("status", "--runs-root", root)["would_make"] is None
    assert "now makes" not in text("status", "--runs-root", root)


def test_status_says_which_run_changed_policies_would_make_and_what_it_shares(
    tiny_run: RunFolder, root: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    policies = tmp_path / "policies"
    shutil.copytree(policies_root(), policies)
    path = policies / "layer1" / "2B" / "tiny" / f"{DAY_EFFECTS}.json"
    path.write_bytes(policy_with(sigma_gamma=0.3)(path.read_bytes()))
    monkeypatch.setattr(prepare, "policies_root", lambda: policies)
    would = answer("status", "--runs-root", root)["would_make"]
    assert would["changed"] == [f"policy {DAY_EFFECTS}"]
    assert not would["is_there"]
    plans = {state["state"]: state["plan"] for state in would["states"]}
    assert (plans["2A.S0"], plans["2B.S2"], plans["2B.S3"]) == ("shared", "shared", "will run")
    shown = text("status", "--runs-root", root)
    assert f"recipe tiny now makes run {would['run_id']}" in shown
    made = answer("run", "--recipe", "tiny", "--to", LAST, "--runs-root", root)
    assert made["run_id"] == would["run_id"]
    shared = [state["state"] for state in made["states"] if state["status"] == "shared"]
    assert shared == [state for state, what in plans.items() if what == "shared"]
    there = answer("status", "--run", tiny_run.identity.run_id, "--runs-root", root)["would_make"]
    assert there["is_there"]
    assert {state["plan"] for state in there["states"] if state["state"] in shared} == {"done"}


def test_status_says_that_the_contracts_have_changed(
    tiny_run: RunFolder, root: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(prepare, "CONTRACTS_DIGEST", "c" * 64)
    would = answer("status", "--runs-root", root)["would_make"]
    assert would["changed"] == ["contracts"]
    assert {s["state"]: s["plan"] for s in would["states"]}["2B.S1"] == "shared"
    assert "other than here: contracts" in text("status", "--runs-root", root)


def test_status_shows_shared_states(tiny_run: RunFolder, changed: RunFolder, root: str) -> None:
    value = answer("status", "--run", changed.identity.run_id, "--runs-root", root)
    states = {state["state"]: state for state in value["states"]}
    assert states["2B.S1"]["status"] == "shared"
    assert states["2B.S1"]["shared_from"] == tiny_run.identity.run_id
    shown = text("status", "--run", changed.identity.run_id, "--runs-root", root)
    assert f"shared from {tiny_run.identity.run_id}: 1A.S0" in shown
