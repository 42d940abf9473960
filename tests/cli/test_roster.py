"""`roster make`, `roster import` and `run --roster`, as a person types them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from engine.core.inputs import opened
from engine.execute.runs import opened_run, run_folders
from generated.datasets import BY_ID
from tests.cli.command import command


@pytest.fixture
def root(tmp_path: Path) -> Path:
    outcome = command("world", "build", "--recipe", "tiny", "--runs-root", str(tmp_path / "runs"))
    assert outcome.exit_code == 0, outcome.err
    return tmp_path / "runs"


def merchant(root: Path) -> int:
    return int(opened(opened_run(run_folders(root)[0]), BY_ID["outlet_catalogue"]).read().merchant_id[0])


def test_make_then_run_leaves_two_whole_runs(root: Path) -> None:
    (first,) = run_folders(root)
    made = command("roster", "make", "--rows", "1000", "--json", "--runs-root", str(root))
    assert made.exit_code == 0, made.err
    answer = json.loads(made.out)
    assert answer["run_id"] != first.name == answer["made_from"]
    assert (answer["status"], answer["rows"]) == ("made", 1000)
    for run in (first.name, answer["run_id"]):
        done = command("run", "--run", run, "--to", "2B.S4", "--runs-root", str(root))
        assert done.exit_code == 0, done.err
        assert command("verify", "--run", run, "--runs-root", str(root)).exit_code == 0
    assert {path.name for path in run_folders(root)} == {first.name, answer["run_id"]}
    told = command("roster", "make", "--rows", "1000", "--runs-root", str(root), "--run", first.name)
    assert f"roster of run {answer['run_id']}" in told.out
    assert "reused" in told.out
    assert f"next: closedworld run --run {answer['run_id']}" in told.err


def test_import_and_run_with_a_roster_come_to_the_same_run(root: Path, tmp_path: Path) -> None:
    path = tmp_path / "mine.csv"
    path.write_text(f"shop,utc_timestamp\n{merchant(root)},2024-05-01T08:00:00Z\n")
    imported = command(
        "roster", "import", str(path), "--map", "shop=merchant_id", "--json", "--runs-root", str(root)
    )
    assert imported.exit_code == 0, imported.err
    path.write_text(path.read_text().replace("shop", "merchant_id"))
    run = command(
        "run", "--recipe", "tiny", "--roster", str(path), "--to", "2B.S1", "--json", "--runs-root", str(root)
    )
    assert run.exit_code == 0, run.err
    assert json.loads(run.out)["run_id"] == json.loads(imported.out)["run_id"]


def test_run_with_a_roster_builds_the_world_that_it_needs(tmp_path: Path) -> None:
    root = str(tmp_path / "runs")
    built = command("world", "build", "--recipe", "tiny", "--runs-root", str(tmp_path / "other"))
    assert built.exit_code == 0, built.err
    path = tmp_path / "mine.jsonl"
    path.write_text(
        json.dumps({"merchant_id": merchant(tmp_path / "other"), "utc_timestamp": "2024-05-01T08:00:00Z"})
    )
    run = command("run", "--recipe", "tiny", "--roster", str(path), "--to", "2B.S0", "--runs-root", root)
    assert run.exit_code == 0, run.err
    assert len(run_folders(tmp_path / "runs")) == 2


def test_bad_rows_are_shown_and_listed(root: Path, tmp_path: Path) -> None:
    path = tmp_path / "mine.csv"
    path.write_text(f"merchant_id,utc_timestamp\n{merchant(root)},noon\n5,2024-05-01T08:00:00Z\n")
    outcome = command("roster", "import", str(path), "--runs-root", str(root))
    outcome.refused("WORLD-012", exit_code=3, saying=["what to do", "2 problems in 2 rows"])
    assert f"{path}:2: utc_timestamp 'noon': not RFC 3339" in outcome.err
    assert f"{path}:3: merchant_id '5': no merchant of this world" in outcome.err
    report = root / "import-reports" / "mine.csv.errors.jsonl"
    assert str(report) in outcome.err
    assert [json.loads(line)["line"] for line in report.read_text().splitlines()] == [2, 3]
    assert len(run_folders(root)) == 1


@pytest.mark.parametrize(
    ("words", "code", "exit_code", "saying"),
    [
        (["make", "--rows", "5", "--per-merchant", "5"], "USE-005", 2, ["--rows and --per-merchant"]),
        (["make", "--rows", "0"], "USE-004", 2, ["--rows", "found 0"]),
        (["make", "--day", "2023-01-01"], "USE-004", 2, ["--day", "2024-01-01 to 2024-12-30"]),
        (["import", "nowhere.csv"], "USE-004", 2, ["nowhere.csv"]),
        (["import", "nowhere.csv", "--map", "shop"], "USE-004", 2, ["old=new"]),
        (["make", "--run", "ffff"], "RUN-001", 2, ["ffff"]),
    ],
)
def test_wrong_use_is_refused(
    root: Path, words: list[str], code: str, exit_code: int, saying: list[str]
) -> None:
    command("roster", *words, "--runs-root", str(root)).refused(code, exit_code=exit_code, saying=saying)
    assert len(run_folders(root)) == 1


def test_a_roster_file_cannot_be_tried_dry(tmp_path: Path) -> None:
    words = ("run", "--recipe", "tiny", "--roster", "a.csv", "--dry-run", "--runs-root", str(tmp_path))
    command(*words).refused("USE-005", exit_code=2, saying=["--roster and --dry-run"])
    missing = command("run", "--recipe", "tiny", "--roster", "a.csv", "--runs-root", str(tmp_path))
    missing.refused("USE-004", exit_code=2, saying=["--roster"])


@pytest.mark.parametrize("name", ["make", "import"])
def test_help_has_an_example(name: str) -> None:
    assert "Example: closedworld roster" in command("roster", name, "--help").out
