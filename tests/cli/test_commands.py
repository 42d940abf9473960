"""What the commands print of a run that is whole, for people and for machines."""

from __future__ import annotations

import inspect
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from engine.core.run import RunFolder
from generated import states
from generated.datasets import BY_ID
from tests.cli.command import Outcome, command
from tests.support.runs import LAST, TINY, flipped, published_bytes, without

HERE = Path(__file__).parents[2]


def on(folder: RunFolder, *words: str) -> Outcome:
    return command(*words, "--runs-root", str(folder.root.parent))


def document(outcome: Outcome) -> Any:
    """The one JSON document on standard output."""
    return json.loads(outcome.out)


def by_state(outcome: Outcome) -> dict[str, dict[str, Any]]:
    return {row["state"]: row for row in document(outcome)["states"]}


# -- status -----------------------------------------------------------------------------------------------------


def test_status_lists_every_state_with_what_it_made(tiny_original: RunFolder) -> None:
    outcome = on(tiny_original, "status", "--json")
    assert outcome.exit_code == 0
    assert document(outcome)["run_id"] == tiny_original.identity.run_id
    rows = by_state(outcome)
    assert set(rows) == {card.id for card in states.CARDS}
    made = rows["2B.S3"]
    record = json.loads(next(tiny_original.root.glob("published/s3_day_effects/**/*.json")).read_text())
    assert (made["status"], made["why"]) == ("done", "")
    assert made["digest"] == record["content_digest"]
    assert made["rows"] >= record["rows"] > 0
    assert made["seconds"] >= 0


def test_status_for_people_shows_the_same(tiny_original: RunFolder) -> None:
    outcome = on(tiny_original, "status", "--run", tiny_original.identity.run_id[:8])
    assert outcome.exit_code == 0
    assert tiny_original.identity.run_id in outcome.out
    for line in outcome.out.splitlines():
        if line.startswith("2B.S4"):
            assert "done" in line


def test_status_says_what_is_missing_and_what_is_broken_and_why(tiny_run: RunFolder) -> None:
    without(tiny_run, "s4_group_weights", "s2_alias_blob")
    part = next(tiny_run.root.glob("data/**/s3_day_effects/**/*.parquet"))
    flipped(part)
    rows = by_state(on(tiny_run, "status", "--json"))
    assert {state: rows[state]["status"] for state in ("2B.S1", "2B.S2", "2B.S3", "2B.S4")} == {
        "2B.S1": "done",
        "2B.S2": "partial",
        "2B.S3": "broken",
        "2B.S4": "missing",
    }
    assert "s2_alias_blob" in rows["2B.S2"]["why"]
    assert part.name in rows["2B.S3"]["why"]
    shown = on(tiny_run, "status").out
    assert f"2B.S3 broken: {rows['2B.S3']['why']}" in shown


def test_status_writes_nothing(tiny_run: RunFolder) -> None:
    before = {path: path.stat().st_mtime_ns for path in tiny_run.root.rglob("*")}
    on(tiny_run, "status")
    assert {path: path.stat().st_mtime_ns for path in tiny_run.root.rglob("*")} == before


# -- world show -------------------------------------------------------------------------------------------------


def test_world_show_counts_what_the_world_consists_of(tiny_original: RunFolder) -> None:
    shown = document(on(tiny_original, "world", "show", "--json"))
    rows = {
        name: json.loads(next(tiny_original.root.glob(f"published/{name}/**/*.json")).read_text())["rows"]
        for name in ("site_locations", "site_timezones")
    }
    assert shown["counts"]["sites"] == rows["site_locations"] == rows["site_timezones"]
    assert 0 < shown["counts"]["merchants"] <= shown["counts"]["time_zone_groups"] <= shown["counts"]["sites"]
    assert sum(count for _, count in shown["largest"]["country_by_sites"]) <= shown["counts"]["sites"]
    text = on(tiny_original, "world", "show").out
    assert tiny_original.identity.run_id in text
    assert f"{shown['counts']['sites']:,}" in text


def test_world_show_before_the_world_is_built_says_what_to_do(tmp_path: Path) -> None:
    root = str(tmp_path / "runs")
    assert command("run", "--recipe", TINY, "--to", "1A.S0", "--runs-root", root).exit_code == 0
    command("world", "show", "--runs-root", root).refused(
        "CONTRACT-010", exit_code=3, saying=["site_locations", "1B.S0"]
    )


# -- run --------------------------------------------------------------------------------------------------------


def test_a_dry_run_says_what_would_run_and_writes_nothing(tmp_path: Path) -> None:
    root = tmp_path / "runs"
    outcome = command("run", "--recipe", TINY, "--to", LAST, "--dry-run", "--json", "--runs-root", str(root))
    plan = document(outcome)
    assert outcome.exit_code == 0
    assert {row["plan"] for row in plan["states"]} == {"will run"}
    assert plan["states"][-1]["state"] == LAST
    assert not root.exists()


def test_a_dry_run_of_a_run_that_is_there_tells_done_from_missing(tiny_run: RunFolder) -> None:
    without(tiny_run, "s4_group_weights")
    before = published_bytes(tiny_run)
    for words in (("--run", "latest"), ("--recipe", TINY)):
        plan = document(on(tiny_run, "run", *words, "--to", LAST, "--dry-run", "--json"))
        assert plan["run_id"] == tiny_run.identity.run_id
        assert {row["state"]: row["plan"] for row in plan["states"]}["2B.S4"] == "will run"
        assert [row for row in plan["states"] if row["plan"] == "done"] == plan["states"][:-1]
    assert published_bytes(tiny_run) == before


def test_run_in_json_tells_what_was_made_and_what_was_reused(tiny_run: RunFolder) -> None:
    without(tiny_run, "s4_group_weights")
    outcome = on(tiny_run, "run", "--run", "latest", "--to", LAST, "--json")
    result = document(outcome)
    statuses = {row["state"]: row["status"] for row in result["states"]}
    assert statuses.pop("2B.S4") == "made"
    assert set(statuses.values()) == {"reused"}
    assert result["folder"] == str(tiny_run.root)
    (made,) = (row for row in result["states"] if row["state"] == "2B.S4")
    record = json.loads(next(tiny_run.root.glob("published/s4_group_weights/**/*.json")).read_text())
    assert made["datasets"] == [
        {"dataset": "s4_group_weights", "rows": record["rows"], "content_digest": record["content_digest"]}
    ]


def test_one_state_is_run_by_its_own_command(tiny_run: RunFolder) -> None:
    without(tiny_run, "s4_group_weights")
    outcome = on(tiny_run, "2b", "s4", "--json")
    assert {row["state"]: row["status"] for row in document(outcome)["states"]} == {"2B.S4": "made"}


def test_the_story_goes_to_standard_error_and_quiet_silences_it_anywhere_on_the_line(
    tiny_run: RunFolder,
) -> None:
    told = on(tiny_run, "run", "--run", "latest", "--from", "2B.S4", "--to", "2B.S4")
    assert "2B.S4 reused" in told.err
    for words in (("-q", "run"), ("run", "-q"), ("run", "--quiet")):
        quiet = on(tiny_run, *words, "--run", "latest", "--from", "2B.S4", "--to", "2B.S4")
        assert (quiet.exit_code, quiet.err) == (0, "")


def test_the_story_for_machines_is_one_json_object_a_line(tiny_run: RunFolder) -> None:
    words = ("--log-format", "json", "run", "--run", "latest", "--from", "2B.S3", "--to", "2B.S4")
    lines = [json.loads(line) for line in on(tiny_run, *words).err.splitlines()]
    assert {line["state"] for line in lines if "state" in line} == {"2B.S3", "2B.S4"}
    assert all({"level", "message", "time"} <= line.keys() for line in lines)


def test_warnings_are_told_with_their_code(tmp_path: Path) -> None:
    """The day-effect policy of every recipe is sealed without complaint; a placeholder version is not."""
    from tests.support.runs import config_folder

    def placeholder(data: bytes) -> bytes:
        return data.replace(b'"policy_version": "1.0.0"', b'"policy_version": "0.0.0"', 1)

    config = config_folder(tmp_path / "config", {"route_rng_policy_v1": placeholder})
    outcome = command("run", "--config", str(config), "--to", "2B.S0", "--runs-root", str(tmp_path / "runs"))
    assert outcome.exit_code == 0, outcome.err
    assert "2B.S0 warning [2B-S0-041] route_rng_policy_v1" in outcome.err


# -- verify -----------------------------------------------------------------------------------------------------


def test_verify_in_json_names_every_finding_with_its_remedy(tiny_run: RunFolder) -> None:
    assert document(on(tiny_run, "verify", "--json"))["status"] == "PASS"
    flipped(next(tiny_run.root.glob("data/**/s4_group_weights/**/*.parquet")))
    outcome = on(tiny_run, "verify", "--json")
    assert outcome.exit_code == 1
    result = document(outcome)
    assert result["status"] == "FAIL"
    assert all(finding["remedy"] for finding in result["findings"])
    assert "SEAL_DIGEST_MISMATCH" in {finding["name"] for finding in result["findings"]}
    text = on(tiny_run, "verify", str(tiny_run.root))
    assert text.exit_code == 1
    assert f"FAIL, {len(result['findings'])} findings" in text.out


def test_verify_takes_a_folder_from_anywhere(
    tiny_original: RunFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tiny_original.root)
    assert command("verify", ".").exit_code == 0


@pytest.mark.parametrize(("options", "jobs"), [((), None), (("--jobs", "1"), 1)])
def test_verify_takes_the_number_of_workers(
    tiny_run: RunFolder, monkeypatch: pytest.MonkeyPatch, options: tuple[str, ...], jobs: int | None
) -> None:
    from engine.execute import verify

    asked = []

    def watched(*arguments: Any, **named: Any) -> Any:
        asked.append(inspect.signature(verified).bind(*arguments, **named).arguments.get("jobs"))
        return verified(*arguments, **named)

    verified = verify.verified
    monkeypatch.setattr(verify, "verified", watched)
    assert on(tiny_run, "verify", *options).exit_code == 0
    assert asked == [jobs]


def test_verify_replays_when_asked(tiny_original: RunFolder) -> None:
    for share in ("all", "0.5", "1"):
        result = document(on(tiny_original, "verify", "--replay", share, "--json"))
        assert result["status"] == "PASS"
        assert result["checks"]["replayed states"] == result["checks"]["states"]
        assert result["not_drawn_again"] == []


def test_verify_draws_nothing_again_when_asked(tiny_original: RunFolder) -> None:
    result = document(on(tiny_original, "verify", "--replay", "none", "--json"))
    assert (result["status"], result["checks"].get("replayed states")) == ("PASS", None)
    assert {"1A.S0", "1B.S0", "2B.S3"} <= set(result["not_drawn_again"])


@pytest.mark.parametrize("share", ["0", "-0.1", "1.5", "some", "nan", ""])
def test_verify_refuses_a_share_that_is_none(tiny_original: RunFolder, share: str) -> None:
    on(tiny_original, "verify", "--replay", share).refused("USE-004", exit_code=2, saying=["--replay"])


# -- doctor and help --------------------------------------------------------------------------------------------


def test_doctor_says_what_the_machine_has_and_what_it_can_run(tmp_path: Path) -> None:
    outcome = command("doctor", "--json", "--runs-root", str(tmp_path / "not" / "yet"))
    facts = document(outcome)
    assert outcome.exit_code == 0
    assert facts["works"] is True
    assert facts["tried in"] == str(tmp_path)
    assert facts["free bytes"] > 0
    assert set(facts["can run"]) >= {"tiny", "demo", "standard"}
    assert facts["libraries"]["numpy"] and facts["libraries"]["pyarrow"]
    assert {trial["result"] for trial in facts["trials"]} <= {"works", "warning"}
    assert list(tmp_path.iterdir()) == []
    text = command("doctor", "--runs-root", str(tmp_path)).out
    for words in ("what can be run here", "kernel cache", "locks between processes", "room for paths"):
        assert words in text
    assert "\\n" not in text
    assert list(tmp_path.iterdir()) == []


def test_doctor_fails_where_nothing_can_be_written(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    outcome = command("doctor", "--json", "--runs-root", str(tmp_path / "file"))
    assert outcome.exit_code == 6
    facts = document(outcome)
    text = command("doctor", "--runs-root", str(tmp_path / "file")).out
    assert "what to know" in text and "\\n" not in text
    assert not any(facts["can run"].values())
    (trial,) = [trial for trial in facts["trials"] if trial["result"] == "does not work"]
    assert trial["remedy"] and "a file of 0 bytes" in trial["found"]


def test_every_command_has_help_with_an_example() -> None:
    import typer

    from closedworld.command import composed

    def leaves(group: Any, words: tuple[str, ...]) -> Any:
        for name, found in group.commands.items():
            yield from (
                leaves(found, (*words, name)) if hasattr(found, "commands") else [((*words, name), found)]
            )

    for words, found in leaves(typer.main.get_command(composed()), ()):
        assert "Example: closedworld" in (found.help or ""), words


# -- ends -------------------------------------------------------------------------------------------------------


def start(*words: str, **options: Any) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "closedworld.command", *words],
        cwd=HERE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        **options,
    )


def test_a_reader_that_leaves_is_neither_success_nor_a_finding() -> None:
    process = start("contracts", "list", "--json")
    assert process.stdout is not None and process.stderr is not None
    process.stdout.close()
    with process.stderr:
        assert process.stderr.read() == ""
    assert process.wait() == 141


def test_an_interrupt_ends_with_its_own_code_and_a_plain_word(tiny_run: RunFolder) -> None:
    """Interrupted while it waits for the run's lock, which is a place to be sure of."""
    from engine.core.lock import run_lock

    without(tiny_run, "s4_group_weights")
    with run_lock(tiny_run.root, wait=False):
        process = start("2b", "s4", "--runs-root", str(tiny_run.root.parent))
        assert process.stderr is not None
        assert "waiting: process" in process.stderr.readline()
        time.sleep(0.2)
        process.send_signal(signal.SIGINT)
        _, err = process.communicate(timeout=60)
    assert process.returncode == 130
    assert "interrupted: nothing is half-written" in err
    assert "Traceback" not in err
    assert not tiny_run.folder(BY_ID["s4_group_weights"]).exists()


@pytest.mark.skipif(os.name == "nt" or not hasattr(os, "geteuid"), reason="permissions of POSIX")
def test_a_failing_disk_is_the_environment_s_fault(
    tiny_original: RunFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    import errno

    def failing(*_arguments: object) -> object:
        raise OSError(errno.EIO, "Input/output error", "/runs/part")

    monkeypatch.setattr("engine.cli.showing.run_status", failing)
    on(tiny_original, "status").refused(
        "PUBLISH-007", exit_code=6, saying=["/runs/part", "Input/output error"]
    )
