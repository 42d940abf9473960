"""A run that was ended at any moment is unfinished, not broken: where it stands, how to go on, what is wrong besides.

Most runs here are cut: what a whole run published last is taken away again, in the order in which states publish. Some
are really killed, or meet a full disk.
"""

from __future__ import annotations

import errno
import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import closedworld
from codegen.runtime.cards import DatasetSpec
from engine.core import publish
from engine.core.errors import EngineError
from engine.core.inputs import split_values
from engine.core.run import RunFolder
from engine.core.work import published_datasets
from engine.execute import plan
from engine.execute.runs import opened_run
from engine.execute.verification import Verification
from engine.execute.verify import verified
from generated import states
from generated.datasets import BY_ID
from tests.cli.command import command
from tests.s5b.arrived_runs import BASELINE, STRESS, copied
from tests.support.runs import TINY, built, flipped, published_bytes, run_to

ROOT = Path(__file__).parents[2]


def published(folder: RunFolder) -> Iterator[tuple[str, DatasetSpec, str]]:
    """(state, dataset, value of the splitting token) of every partition, in the order of publishing."""
    for card in plan.all_cards():
        for dataset in published_datasets(card):
            values = split_values(folder, dataset) if dataset.path.split_token else [""]
            for value in values:
                if publish.read_record(folder.root, dataset.id, partition(folder, dataset, value)):
                    yield card.id, dataset, value


def partition(folder: RunFolder, dataset: DatasetSpec, value: str) -> dict[str, str]:
    return folder.partition(dataset, {dataset.path.split_token: value} if value else None)


def taken(folder: RunFolder, dataset: DatasetSpec, value: str, *, data: bool = True) -> None:
    """Take a partition's record away, and its data unless they stay."""
    tokens = {dataset.path.split_token: value} if value else None
    (folder.root / publish.record_path(dataset.id, partition(folder, dataset, value))).unlink()
    if data:
        shutil.rmtree(folder.folder(dataset, tokens))


def cut(folder: RunFolder, dataset: str, value: str = "", *, data: bool = True) -> RunFolder:
    """A run as it was right before this partition was published, or, with its data, before its record was written."""
    order = list(published(folder))
    place = next(i for i, (_, one, split) in enumerate(order) if (one.id, split) == (dataset, value))
    for _, one, split in reversed(order[place + 1 :]):
        taken(folder, one, split)
    taken(folder, order[place][1], value, data=data)
    return opened_run(folder.root)


@pytest.fixture
def whole(passed: RunFolder, tmp_path: Path) -> RunFolder:
    """A copy of the tiny run to its end."""
    return copied(passed, tmp_path)


def told(outcome: Verification) -> list[tuple[str, tuple[str, ...]]]:
    assert outcome.ordered() == []
    assert (outcome.status, outcome.exit_code, outcome.passed) == ("UNFINISHED", 7, False)
    return [(work.state, work.missing) for work in outcome.unfinished]


CUTS = [
    pytest.param(
        "s3_bucket_counts_5B",
        STRESS,
        (
            "5B.S3",
            (f"s3_bucket_counts_5B scenario_id={STRESS}", "rng_audit_log_5B_S3", "rng_trace_log_5B_S3"),
        ),
        id="between two scenarios of the counts",
    ),
    pytest.param(
        "s2_realised_intensity_5B",
        STRESS,
        ("5B.S2", (f"s2_realised_intensity_5B scenario_id={STRESS}", "rng_trace_log_5B_S2")),
        id="between two scenarios of the intensities",
    ),
    pytest.param(
        "s1_grouping_5B",
        STRESS,
        ("5B.S1", (f"s1_grouping_5B scenario_id={STRESS}",)),
        id="between two scenarios of the groups",
    ),
    pytest.param(
        "s4_arrival_summary_5B",
        BASELINE,
        (
            "5B.S4",
            (
                f"s4_arrival_summary_5B scenario_id={BASELINE}",
                f"s4_arrival_summary_5B scenario_id={STRESS}",
                "rng_audit_log_5B_S4",
                "rng_trace_log_5B_S4",
            ),
        ),
        id="between two tables of the arrivals",
    ),
    pytest.param(
        "merchant_zone_scenario_local_5A",
        STRESS,
        (
            "5A.S0",
            (
                f"merchant_zone_scenario_local_5A scenario_id={STRESS}",
                "scenario_manifest_5A",
                "merchant_zone_profile_5A",
            ),
        ),
        id="between two scenarios of the world",
    ),
    pytest.param("rng_audit_log_2B_S3", "", ("2B.S3", ("rng_audit_log_2B_S3",)), id="before a log"),
    pytest.param("edge_alias_blob_3B", "", None, id="in the middle of a state of the world"),
    pytest.param("sealed_data_5B", "", ("5B.S0", ("sealed_data_5B",)), id="in the middle of a gate"),
    pytest.param(
        "validation_bundle_5B", "", ("5B.S5", ("validation_bundle_5B",)), id="before the last bundle"
    ),
    pytest.param(
        "validation_bundle_1A", "", ("1A.S0", ("validation_bundle_1A",)), id="before the first bundle"
    ),
]


@pytest.mark.parametrize(("dataset", "value", "wanted"), CUTS)
@pytest.mark.parametrize("data", [True, False], ids=["before the rename", "before the record"])
def test_a_run_that_was_ended_inside_a_state_is_unfinished(
    whole: RunFolder, dataset: str, value: str, wanted: Any, data: bool
) -> None:
    outcome = verified(cut(whole, dataset, value, data=data).root, 0.0)
    (found,) = told(outcome)
    assert found[0] == BY_ID[dataset].produced_by
    assert wanted is None or found == wanted
    later = [card.id for card in plan.all_cards()]
    assert set(outcome.not_run) == set(later[later.index(found[0]) + 1 :])
    (work,) = outcome.unfinished
    assert f"closedworld run --run {whole.identity.run_id}" in work.remedy
    if not data:
        assert any("no publish record yet" in sign and dataset in sign for sign in work.signs)


def test_a_run_goes_on_as_it_is_told_and_passes(whole: RunFolder) -> None:
    expected = published_bytes(whole)
    cut(whole, "s3_bucket_counts_5B", STRESS)
    text = command("verify", str(whole.root), "--replay", "none")
    assert text.exit_code == 7, text.err
    assert "UNFINISHED" in text.out and "FAIL" not in text.out and "PASS" not in text.out
    words = text.out.partition("`closedworld ")[2].partition("`")[0].split()
    assert command(*words, "--jobs", "1").exit_code == 0
    assert command("verify", str(whole.root), "--replay", "none").exit_code == 0
    assert published_bytes(whole) == expected


def test_json_says_what_is_unfinished(whole: RunFolder) -> None:
    cut(whole, "s1_time_grid_5B", STRESS)
    outcome = command("verify", str(whole.root), "--json", "--replay", "none")
    result = json.loads(outcome.out)
    assert (outcome.exit_code, result["status"], result["findings"]) == (7, "UNFINISHED", [])
    (work,) = result["unfinished"]
    assert work["state"] == "5B.S1"
    assert f"s1_time_grid_5B scenario_id={STRESS}" in work["missing"]
    assert result["not_run"] == ["5B.S2", "5B.S3", "5B.S4", "5B.S5"]


def test_findings_are_told_beside_what_is_unfinished(whole: RunFolder) -> None:
    cut(whole, "s3_bucket_counts_5B", STRESS)
    flipped(
        next(whole.root.glob("data/**/s2_realised_intensity/**/part-00000.parquet"), None) or parts(whole)[0]
    )
    outcome = verified(whole.root, 0.0)
    assert (outcome.status, outcome.exit_code) == ("FAIL", 1)
    assert [work.state for work in outcome.unfinished] == ["5B.S3"]


def test_a_changed_byte_in_the_unfinished_state_itself_is_a_finding(whole: RunFolder) -> None:
    cut(whole, "s3_bucket_counts_5B", STRESS)
    dataset = BY_ID["s3_bucket_counts_5B"]
    flipped(next(whole.folder(dataset, {"scenario_id": BASELINE}).glob("*.parquet")))
    outcome = verified(whole.root, 0.0)
    assert outcome.status == "FAIL"
    assert "SEAL_DIGEST_MISMATCH" in {finding.code.name for finding in outcome.findings}


def parts(folder: RunFolder) -> list[Path]:
    dataset = BY_ID["s2_realised_intensity_5B"]
    return sorted(folder.folder(dataset, {"scenario_id": BASELINE}).glob("*.parquet"))


@pytest.mark.parametrize(
    ("dataset", "value"),
    [
        ("s3_bucket_counts_5B", STRESS),
        ("rng_audit_log_2B_S3", ""),
        ("validation_bundle_1A", ""),
        ("s1_grouping_5B", STRESS),
        ("sealed_data_5B", ""),
        ("scenario_manifest_5A", ""),
    ],
)
@pytest.mark.parametrize("data", [True, False], ids=["with its data", "its record alone"])
def test_what_was_taken_away_after_it_was_read_is_a_finding(
    whole: RunFolder, dataset: str, value: str, data: bool
) -> None:
    taken(whole, BY_ID[dataset], value, data=data)
    outcome = verified(whole.root, 0.0)
    assert (outcome.status, outcome.exit_code) == ("FAIL", 1)


@pytest.mark.parametrize("last", ["1A.S0", "2B.S0", "2B.S4", "5B.S1", "5B.S4"])
def test_a_run_that_was_to_end_there_passes_and_says_what_never_ran(whole: RunFolder, last: str) -> None:
    order = [card.id for card in plan.all_cards()]
    first = next(
        (one.id, value)
        for state, one, value in published(whole)
        if order.index(state) == order.index(last) + 1
    )
    outcome = verified(cut(whole, *first).root, 0.0)
    assert outcome.ordered() == []
    assert (outcome.status, outcome.exit_code, outcome.unfinished) == ("PASS", 0, [])
    assert outcome.not_run == [name for name in order_of_cards() if order.index(name) > order.index(last)]


def order_of_cards() -> list[str]:
    return [card.id for card in states.CARDS]


def test_the_line_of_a_pass_names_what_never_ran(tiny_original: RunFolder) -> None:
    outcome = command("verify", str(tiny_original.root))
    assert outcome.exit_code == 0
    assert "never run: 2B.S5 to 5B.S5" in outcome.out.splitlines()[-1]


def test_a_whole_run_says_that_nothing_is_missing(whole: RunFolder) -> None:
    outcome = verified(whole.root, 0.0)
    assert (outcome.status, outcome.unfinished, outcome.not_run) == ("PASS", [], [])


@pytest.mark.parametrize("left", [0, 1, 5])
def test_a_run_that_was_ended_while_it_was_prepared_is_unfinished(tmp_path: Path, left: int) -> None:
    folder = built(tmp_path / "runs", to="1A.S0")
    for name in ("data", "published", "reports", "tmp"):
        shutil.rmtree(folder.root / name)
    files = sorted(path for path in folder.config.rglob("*") if path.is_file())
    for path in files[left:]:
        path.unlink()
    if left == 0:
        shutil.rmtree(folder.root / "contracts")
    outcome = verified(folder.root)
    ((state, missing),) = told(outcome)
    assert state == "preparation"
    assert len(missing) == len(files) - left + (left == 0)
    assert len(outcome.not_run) == len(states.CARDS)
    assert closedworld.verify(built(tmp_path / "runs", to="1A.S0").root).status == "PASS"


def test_a_policy_that_was_taken_from_a_prepared_run_is_a_finding(tmp_path: Path) -> None:
    folder = built(tmp_path / "runs", to="1A.S0")
    next(folder.config.rglob("*.json")).unlink()
    assert verified(folder.root).status == "FAIL"


KILLED = """
import os, signal, sys
from pathlib import Path
from engine.core import publish, stages
from engine.execute import plan, session
from engine.execute.runs import opened_run

where, left = sys.argv[2], int(sys.argv[3])
module, name = (stages.Stage, "mark_part_complete") if where == "parts" else (publish, where)
real = getattr(module, name)

def counted(*arguments, **named):
    global left
    left -= 1
    if left == 0 and where == "_after_rename":
        os.kill(os.getpid(), signal.SIGKILL)
    done = real(*arguments, **named)
    if left == 0:
        os.kill(os.getpid(), signal.SIGKILL)
    return done

setattr(module, name, counted)
session.run_states(opened_run(Path(sys.argv[1])), plan.planned(sys.argv[4], sys.argv[4]), jobs=1)
"""


@pytest.mark.parametrize(
    ("where", "times", "state", "published_some"),
    [
        pytest.param("publish", 2, "5B.S1", True, id="between two scenarios"),
        pytest.param("publish", 3, "5B.S1", True, id="between two tables"),
        pytest.param("_after_rename", 1, "5B.S1", False, id="after the first rename"),
        pytest.param("_after_rename", 2, "5B.S1", True, id="after the second rename"),
        pytest.param("parts", 2, "5B.S2", False, id="after a part of the intensities"),
        pytest.param("parts", 1, "2B.S4", False, id="after a part of the plan"),
    ],
)
def test_a_run_that_was_killed_is_unfinished(
    whole: RunFolder, where: str, times: int, state: str, published_some: bool
) -> None:
    first = next((one.id, value) for name, one, value in published(whole) if name == state)
    folder = cut(whole, *first)
    done = subprocess.run(
        [sys.executable, "-c", KILLED, str(folder.root), where, str(times), state],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == -signal.SIGKILL, done.stderr
    outcome = verified(folder.root, 0.0)
    ((found, missing),) = told(outcome)
    assert found == state
    assert missing or where == "_after_rename"
    (work,) = outcome.unfinished
    assert any("stage" in sign for sign in work.signs)
    assert any(sign.startswith("published: ") for sign in work.signs) == published_some
    (result,) = run_to(opened_run(folder.root), state, state)
    assert result.status == "made"
    assert verified(folder.root, 0.0).status == "PASS"


@pytest.mark.parametrize("times", [1, 2, 3, 4])
def test_a_run_that_met_a_full_disk_is_unfinished(
    whole: RunFolder, monkeypatch: pytest.MonkeyPatch, times: int
) -> None:
    folder = cut(whole, "s1_time_grid_5B", BASELINE)
    real, left = publish.write_new, times

    def full(path: Path, data: bytes, **settings: bool) -> None:
        nonlocal left
        left -= path.name.startswith("record-")
        if left <= 0 and path.name.startswith("record-"):
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(path))
        real(path, data, **settings)

    with monkeypatch.context() as patch:
        patch.setattr(publish, "write_new", full)
        with pytest.raises(EngineError) as caught:
            run_to(folder, "5B.S1", "5B.S1")
    assert caught.value.exit_code in (5, 6)
    ((state, missing),) = told(verified(folder.root, 0.0))
    assert state == "5B.S1"
    assert len(missing) == 5 - times
    assert any("last try ended with" in sign for sign in verified(folder.root, 0.0).unfinished[0].signs)
    run_to(opened_run(folder.root), "5B.S1", "5B.S1")
    assert verified(folder.root, 0.0).status == "PASS"


def test_a_stage_that_a_finished_state_left_is_nothing(tiny_run: RunFolder) -> None:
    stage = publish.Stage.open(tiny_run.root, "2B.S4", "0" * 64)
    assert verified(tiny_run.root).status == "PASS"
    stage.close()
    begun = publish.Stage.open(tiny_run.root, "2B.S5", "0" * 64)
    ((state, _),) = told(verified(tiny_run.root))
    assert state == "2B.S5"
    begun.close()


def test_a_roster_that_came_to_its_place_without_its_record_is_unfinished(tmp_path: Path) -> None:
    folder = built(tmp_path / "runs", to="2B.S0")
    roster = BY_ID["s5_arrival_roster"]
    cut(folder, "s0_gate_receipt_2B")
    taken(folder, roster, "", data=False)
    ((name, _),) = told(verified(folder.root))
    assert name == roster.id
    assert closedworld.run(TINY, runs_root=tmp_path / "runs", to="2B.S0", jobs=1).root == folder.root
    assert verified(folder.root).status == "PASS"
