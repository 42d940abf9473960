"""Rosters in runs: made, imported, found again, sealed, and never a change to another run."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
import pytest

from engine.core import digests, publish, seals
from engine.core.content_digest import content_digest_of_files
from engine.core.errors import EngineError
from engine.core.inputs import opened
from engine.core.lock import run_lock
from engine.core.run import RunFolder
from engine.execute import plan, prepare, roster_findings, roster_identity, roster_imports, rosters, session
from engine.execute.roster_identity import RosterOptions, chosen_run_inputs
from engine.execute.roster_imports import RosterRefused
from engine.execute.roster_store import RosterResult
from engine.execute.runs import opened_run, run_folders
from engine.execute.verify import verified
from generated.datasets import BY_ID
from generated.errors.engine import SEAL, USE, WORLD
from generated.models.s1a import ImportError as ImportProblem
from tests.oracle import arrival_roster as oracle
from tests.support.runs import config_folder, flipped, published_bytes, run_to, without

ROSTER = BY_ID["s5_arrival_roster"]
WORLD_LAST = plan.world_cards()[-1].id
MEMORY_BOUND_MIB = 450


@pytest.fixture(scope="module")
def world_original(tmp_path_factory: pytest.TempPathFactory) -> RunFolder:
    """The tiny run with its world and nothing else; tests must not change it."""
    root = tmp_path_factory.mktemp("world") / "runs"
    folder = prepare.prepared_run(prepare.recipe_policies("tiny"), runs_root=root, ingress=session.ingress())
    session.run_states(folder, plan.world_cards(), jobs=1)
    return folder


@pytest.fixture
def base(world_original: RunFolder, tmp_path: Path) -> RunFolder:
    target = tmp_path / "runs" / world_original.root.name
    shutil.copytree(world_original.root, target)
    return opened_run(target)


@pytest.fixture
def quick(base: RunFolder, monkeypatch: pytest.MonkeyPatch) -> RunFolder:
    """The base, with the world of every other run copied from it, as it would be built: the same bytes."""
    built = session.run_states

    def copied(folder: RunFolder, *arguments: object, **options: object) -> object:
        if folder.root != base.root and not (folder.root / "published").exists():
            for name in ("data", "published"):
                shutil.copytree(base.root / name, folder.root / name)
        return built(folder, *arguments, **options)  # type: ignore[arg-type]

    monkeypatch.setattr(session, "run_states", copied)
    return base


def ensured(folder: RunFolder, jobs: int = 1) -> RosterResult | None:
    with run_lock(folder.root, wait=False):
        return rosters.ensure_roster(folder, session.run_context(folder, jobs))


def merchants(folder: RunFolder) -> list[int]:
    return sorted(set(opened(folder, BY_ID["outlet_catalogue"]).read().merchant_id.tolist()))


# -- made ----------------------------------------------------------------------------------------------------


def test_the_default_roster_is_one_arrival_a_merchant_on_the_first_day(base: RunFolder) -> None:
    result = ensured(base)
    assert result is not None
    assert (result.status, result.rows) == ("made", 12)
    rows = opened(base, ROSTER).read().arrow.to_pylist()
    assert rows == [
        {
            "merchant_id": merchant,
            "utc_timestamp": oracle.midnight("2024-01-01"),
            "utc_day": oracle.midnight("2024-01-01").date(),
            "is_virtual": oracle.virtual(merchant, 42),
        }
        for merchant in merchants(base)
    ]
    record = publish.read_record(base.root, ROSTER.id, base.partition(ROSTER))
    assert record is not None
    assert (record["state"], record["rows"]) == ("run", 12)
    assert record["content_digest"] == result.content_digest
    assert [entry["id"] for entry in record["inputs"]] == [
        "day_effect_policy_v1",
        "outlet_catalogue",
        "recipe",
    ]
    before = published_bytes(base)
    again = ensured(base)
    assert again is not None
    assert again.status == "reused"
    assert published_bytes(base) == before


def test_other_options_make_another_run_and_leave_the_first_alone(base: RunFolder) -> None:
    """Both runs are whole: the gate seals the roster, the plan is made, everything verifies."""
    before = published_bytes(base)
    folder, result = rosters.made_roster_run(base, RosterOptions(rows=1000), jobs=1)
    assert published_bytes(base) == before
    assert folder.identity.run_id != base.identity.run_id
    assert folder.identity.manifest_fingerprint == base.identity.manifest_fingerprint
    assert folder.receipt["run_inputs"] == [
        {"id": "roster_spec", "sha256_hex": chosen_run_inputs(
            RosterOptions(rows=1000), prepare.folder_policies(base.config).recipe, "2024-01-01")["roster_spec"]}
    ]  # fmt: skip
    assert (result.status, result.rows) == ("made", 1000)
    ensured(base)
    for run in (base, folder):
        run_to(run, "2B.S4", "2B.S0")
        inventory = json.loads(run.path(BY_ID["sealed_inputs_2B"]).read_text())
        (sealed,) = [row for row in inventory if row["asset_id"] == ROSTER.id]
        assert (
            sealed["sha256_hex"] == digests.folder_digest(run.folder(ROSTER)) == seals.digest_of(run, ROSTER)
        )
        assert sealed["partition"]["run_id"] == run.identity.run_id
        assert verified(run.root).findings == []
        assert list(roster_findings.roster_findings(run)) == []
    again, found = rosters.made_roster_run(folder, RosterOptions(rows=1000), jobs=1)
    assert (again.identity, found.status) == (folder.identity, "reused")
    back, found = rosters.made_roster_run(folder, RosterOptions(), jobs=1)
    assert (back.identity, found.status) == (base.identity, "reused")


def test_the_bytes_do_not_depend_on_jobs(quick: RunFolder, tmp_path: Path) -> None:
    folder, result = rosters.made_roster_run(quick, RosterOptions(rows=600_000), jobs=1)
    one = published_bytes(folder)
    parts = [path.name for path in sorted(folder.folder(ROSTER).iterdir())]
    assert parts == ["part-00000.parquet", "part-00001.parquet", "part-00002.parquet"]
    assert [pq.read_metadata(path).num_rows for path in sorted(folder.folder(ROSTER).iterdir())] == [
        262_144, 262_144, 75_712,
    ]  # fmt: skip
    without(folder, ROSTER.id)
    _, again = rosters.made_roster_run(quick, RosterOptions(rows=600_000), jobs=4)
    assert (again.status, again.content_digest) == ("made", result.content_digest)
    assert published_bytes(folder) == one
    columns = [(c.name, c.type, c.nullable, c.constant) for c in opened(folder, ROSTER).table.SPEC.columns]
    paths = sorted(folder.folder(ROSTER).iterdir())
    assert content_digest_of_files(columns, paths) == result.content_digest


def test_rows_on_one_day_lie_on_it_and_arrivals_of_a_merchant_repeat(quick: RunFolder) -> None:
    one_day, _ = rosters.made_roster_run(quick, RosterOptions(rows=500, day="2024-03-01"), jobs=1)
    assert set(opened(one_day, ROSTER).read().utc_day.astype(str)) == {"2024-03-01"}
    assert len(set(opened(one_day, ROSTER).read().utc_timestamp.tolist())) == 500
    many, result = rosters.made_roster_run(quick, RosterOptions(per_merchant=3, day="2024-12-30"), jobs=1)
    table = opened(many, ROSTER).read()
    assert result.rows == 36
    assert table.merchant_id.tolist() == [m for m in merchants(quick) for _ in range(3)]
    assert set(table.utc_timestamp.astype(str)) == {"2024-12-30T00:00:00.000000"}


@pytest.mark.parametrize(
    ("options", "code", "words"),
    [
        (RosterOptions(rows=0), USE.BAD_OPTION, "--rows"),
        (RosterOptions(rows=10**12), USE.BAD_OPTION, "--rows"),
        (RosterOptions(per_merchant=-1), USE.BAD_OPTION, "--per-merchant"),
        (RosterOptions(per_merchant=1, rows=1), USE.OPTIONS_EXCLUDE_EACH_OTHER, "both"),
        (RosterOptions(day="2023-12-31"), USE.BAD_OPTION, "2024-01-01 to 2024-12-30"),
        (RosterOptions(day="2024-12-31"), USE.BAD_OPTION, "2024-01-01 to 2024-12-30"),
        (RosterOptions(day="2024-02"), USE.BAD_OPTION, "a day of the plan"),
        (RosterOptions(day="tomorrow"), USE.BAD_OPTION, "a day of the plan"),
    ],
)
def test_options_that_no_roster_can_meet_make_no_run(
    base: RunFolder, options: RosterOptions, code: object, words: str
) -> None:
    with pytest.raises(EngineError) as caught:
        rosters.made_roster_run(base, options, jobs=1)
    assert caught.value.code is code
    assert words in str(caught.value)
    assert len(run_folders(base.root.parent)) == 1


def test_too_many_arrivals_for_all_merchants_together_are_refused(quick: RunFolder) -> None:
    with pytest.raises(EngineError, match="in all"):
        rosters.made_roster_run(quick, RosterOptions(per_merchant=rosters.MOST_ROWS), jobs=1)


def test_a_recipe_without_a_roster_makes_none_unless_asked(tmp_path: Path) -> None:
    def silent(recipe: bytes) -> bytes:
        assert b"made_by_default: true" in recipe
        return recipe.replace(b"made_by_default: true", b"made_by_default: false")

    policies = prepare.folder_policies(config_folder(tmp_path / "config", {"recipe": silent}))
    plain = prepare.prepared_run(policies, runs_root=tmp_path / "runs", ingress=session.ingress())
    session.run_states(plain, plan.world_cards(), jobs=1)
    assert ensured(plain) is None
    assert not plain.folder(ROSTER).exists()
    asked, result = rosters.made_roster_run(plain, RosterOptions(), jobs=1)
    assert asked.identity.run_id != plain.identity.run_id
    assert result.rows == 12


def test_a_run_whose_roster_is_not_there_says_how_to_give_it_again(quick: RunFolder) -> None:
    folder, _ = rosters.made_roster_run(quick, RosterOptions(rows=10), jobs=1)
    without(folder, ROSTER.id)
    with pytest.raises(EngineError) as caught:
        ensured(folder)
    assert caught.value.code is WORLD.ROSTER_ABSENT
    assert "roster make" in caught.value.code.remedy
    _, result = rosters.made_roster_run(folder, RosterOptions(rows=10), jobs=1)
    assert result.status == "made"


def test_a_damaged_roster_is_not_reused(base: RunFolder) -> None:
    ensured(base)
    flipped(next(base.folder(ROSTER).iterdir()))
    with pytest.raises(Exception, match="published sha256"):
        ensured(base)


def test_a_run_with_an_edited_policy_is_no_model_of_another(base: RunFolder) -> None:
    policy = base.path(BY_ID["day_effect_policy_v1"])
    policy.write_bytes(policy.read_bytes().replace(b"0.25", b"0.26"))
    with pytest.raises(EngineError) as caught:
        rosters.made_roster_run(base, RosterOptions(rows=10), jobs=1)
    assert caught.value.exit_code == 4
    assert len(run_folders(base.root.parent)) == 1


def test_seed_and_label_go_over_to_the_rosters_run(tmp_path: Path, base: RunFolder) -> None:
    policies = prepare.folder_policies(base.config)
    labelled = prepare.prepared_run(
        policies,
        runs_root=base.root.parent,
        ingress=session.ingress(),
        seed=7,
        label="mine",
        run_inputs={"scenario_set": "0" * 64},
    )
    folder, _ = rosters.made_roster_run(labelled, RosterOptions(per_merchant=2), jobs=1)
    assert (folder.identity.seed, folder.identity.label) == (7, "mine")
    assert [entry["id"] for entry in folder.receipt["run_inputs"]] == ["roster_spec", "scenario_set"]


# -- imported ------------------------------------------------------------------------------------------------


def csv_of(path: Path, rows: list[tuple[object, str]]) -> Path:
    path.write_text("merchant_id,utc_timestamp\n" + "".join(f"{m},{t}\n" for m, t in rows))
    return path


def test_an_import_is_another_run_named_by_its_content(quick: RunFolder, tmp_path: Path) -> None:
    first, last = merchants(quick)[0], merchants(quick)[-1]
    rows = [(last, "2024-05-01T10:00:00Z"), (first, "2024-02-01T00:00:00.5Z"), (last, "2024-05-01T10:00:00Z")]
    before = published_bytes(quick)
    folder, result = roster_imports.imported_roster_run(quick, csv_of(tmp_path / "a.csv", rows), jobs=1)
    assert published_bytes(quick) == before
    assert (result.status, result.rows) == ("made", 3)
    assert folder.identity.run_id != quick.identity.run_id
    (stored,) = folder.receipt["run_inputs"]
    path = next(folder.folder(ROSTER).iterdir())
    line = f"{path.name}\0{digests.sha256_file(path)}\n"
    assert stored == {"id": "roster", "sha256_hex": digests.sha256_bytes(line.encode())}
    table = opened(folder, ROSTER).read()
    assert table.merchant_id.tolist() == [last, first, last]
    assert table.is_virtual.tolist() == [oracle.virtual(m, 42) for m in (last, first, last)]
    run_to(folder, "2B.S1", "2B.S0")
    inventory = json.loads(folder.path(BY_ID["sealed_inputs_2B"]).read_text())
    assert [r["sha256_hex"] for r in inventory if r["asset_id"] == ROSTER.id] == [stored["sha256_hex"]]
    assert verified(folder.root).findings == []
    assert list(roster_findings.roster_findings(folder)) == []
    # Other text of the same rows is the same roster; another order is another one.
    same = [(last, "2024-05-01T12:00:00+02:00"), (first, "2024-02-01T00:00:00.500Z"), rows[2]]
    again, found = roster_imports.imported_roster_run(folder, csv_of(tmp_path / "b.csv", same), jobs=1)
    assert (again.identity, found.status) == (folder.identity, "reused")
    other, _ = roster_imports.imported_roster_run(
        quick, csv_of(tmp_path / "c.csv", rows[1:] + rows[:1]), jobs=1
    )
    assert other.identity.run_id != folder.identity.run_id
    assert not list(quick.root.parent.glob(".roster-*"))


def test_a_made_roster_that_is_exported_comes_back_with_the_same_content(
    quick: RunFolder, tmp_path: Path
) -> None:
    made, result = rosters.made_roster_run(quick, RosterOptions(rows=300_000), jobs=1)
    pq.write_table(pq.read_table(made.folder(ROSTER), partitioning=None), tmp_path / "mine.parquet")
    imported, found = roster_imports.imported_roster_run(quick, tmp_path / "mine.parquet", jobs=1)
    assert found.content_digest == result.content_digest
    assert [p.read_bytes() for p in sorted(imported.folder(ROSTER).iterdir())] == [
        p.read_bytes() for p in sorted(made.folder(ROSTER).iterdir())
    ]


def test_bad_rows_are_all_in_the_report_and_nothing_is_made(base: RunFolder, tmp_path: Path) -> None:
    merchant = merchants(base)[0]
    rows: list[tuple[object, str]] = [(merchant, "2024-01-01T00:00:00Z")]
    rows += [(n, "2024-01-01T00:00:00Z") for n in range(1, 101)] + [(merchant, "2025-01-01T00:00:00Z")]
    with pytest.raises(RosterRefused) as caught:
        roster_imports.imported_roster_run(base, csv_of(tmp_path / "mine.csv", rows), jobs=1)
    refused = caught.value
    assert (refused.code, refused.exit_code) == (WORLD.ROSTER_ROW_INVALID, 3)
    assert "101 problems in 102 rows" in str(refused)
    assert str(refused.report) in str(refused)
    assert len(refused.first) == roster_imports.PROBLEMS_SHOWN
    assert refused.first[0] == f"{tmp_path / 'mine.csv'}:3: merchant_id '1': no merchant of this world"
    lines = [ImportProblem.model_validate_json(line) for line in refused.report.read_text().splitlines()]
    assert [line.line for line in lines] == [*range(3, 103), 103]
    assert {line.file for line in lines} == {"mine.csv"}
    assert lines[-1].field == "utc_timestamp"
    assert lines[-1].value == "2025-01-01T00:00:00Z"
    assert len(run_folders(base.root.parent)) == 1
    assert not list(base.root.parent.glob(".roster-*"))
    with pytest.raises(RosterRefused) as caught:
        roster_imports.imported_roster_run(base, csv_of(tmp_path / "mine.csv", rows[:-1]), jobs=1)
    assert caught.value.code is WORLD.ROSTER_MERCHANT_UNKNOWN
    assert len(refused.report.read_text().splitlines()) == 100
    assert [path.name for path in refused.report.parent.iterdir()] == ["mine.csv.errors.jsonl"]


def test_the_report_of_an_earlier_import_goes_when_the_file_is_mended(
    quick: RunFolder, tmp_path: Path
) -> None:
    with pytest.raises(RosterRefused) as caught:
        roster_imports.imported_roster_run(
            quick, csv_of(tmp_path / "a.csv", [(1, "2024-01-01T00:00:00Z")]), jobs=1
        )
    good = csv_of(tmp_path / "a.csv", [(merchants(quick)[0], "2024-01-01T00:00:00Z")])
    roster_imports.imported_roster_run(quick, good, jobs=1)
    assert not caught.value.report.exists()


@pytest.mark.parametrize("content", ["merchant_id,utc_timestamp\n", "merchant_id,utc_timestamp\n\n\n"])
def test_an_empty_roster_is_refused(base: RunFolder, tmp_path: Path, content: str) -> None:
    (tmp_path / "mine.csv").write_text(content)
    with pytest.raises(EngineError) as caught:
        roster_imports.imported_roster_run(base, tmp_path / "mine.csv", jobs=1)
    assert caught.value.code is WORLD.ROSTER_EMPTY
    assert len(run_folders(base.root.parent)) == 1


def test_an_import_into_a_run_without_a_world_is_refused(tmp_path: Path) -> None:
    empty = prepare.prepared_run(
        prepare.recipe_policies("tiny"), runs_root=tmp_path / "runs", ingress=session.ingress()
    )
    with pytest.raises(EngineError) as caught:
        roster_imports.imported_roster_run(
            empty, csv_of(tmp_path / "a.csv", [(1, "2024-01-01T00:00:00Z")]), jobs=1
        )
    assert "outlet_catalogue" in str(caught.value)
    assert len(run_folders(tmp_path / "runs")) == 1


def test_what_a_killed_import_left_is_removed_and_a_live_one_stays(quick: RunFolder, tmp_path: Path) -> None:
    dead, live = quick.root.parent / ".roster-dead", quick.root.parent / ".roster-live"
    for place in (dead, live):
        (place / "parts").mkdir(parents=True)
    with run_lock(live, wait=False):
        good = csv_of(tmp_path / "a.csv", [(merchants(quick)[0], "2024-01-01T00:00:00Z")])
        roster_imports.imported_roster_run(quick, good, jobs=1)
    assert not dead.exists()
    assert live.exists()


# -- shared --------------------------------------------------------------------------------------------------


def neighbour(base: RunFolder, seed: int = 42) -> RunFolder:
    """A run beside the base with another routing policy, its world the base's."""
    changed = {
        "route_rng_policy_v1": lambda data: data.replace(b'_log_enabled": true', b'_log_enabled": false')
    }
    policies = prepare.folder_policies(config_folder(base.root.parent.parent / f"config-{seed}", changed))
    other = prepare.prepared_run(
        policies, runs_root=base.root.parent, ingress=session.ingress(), seed=seed, label=""
    )
    assert other.identity.run_id != base.identity.run_id
    return other


def linked(one: RunFolder, other: RunFolder) -> list[bool]:
    """For each file of the first run's roster, whether the second run's is the same file."""
    return [path.samefile(other.folder(ROSTER) / path.name) for path in one.folder(ROSTER).iterdir()]


def test_a_roster_of_the_same_inputs_is_shared_between_runs(quick: RunFolder) -> None:
    """Another routing policy changes nothing that the rows follow from; its record is the one that making writes."""
    mine, result = rosters.made_roster_run(quick, RosterOptions(rows=300_000), jobs=1)
    other = neighbour(quick)
    theirs, found = rosters.made_roster_run(other, RosterOptions(rows=300_000), jobs=1)
    assert theirs.identity.run_id not in (mine.identity.run_id, other.identity.run_id)
    assert found == result._replace(status="shared", shared_from=mine.identity.run_id)
    assert linked(mine, theirs) == [True, True]
    assert list(roster_findings.roster_findings(theirs)) == []
    shared = published_bytes(theirs)
    without(mine, ROSTER.id)
    without(theirs, ROSTER.id)
    _, again = rosters.made_roster_run(other, RosterOptions(rows=300_000), jobs=1)
    assert again == result
    assert published_bytes(theirs) == shared


def test_a_roster_of_other_options_or_another_seed_is_not_shared(quick: RunFolder) -> None:
    rosters.made_roster_run(quick, RosterOptions(rows=10), jobs=1)
    _, other_rows = rosters.made_roster_run(neighbour(quick), RosterOptions(rows=11), jobs=1)
    _, other_seed = rosters.made_roster_run(neighbour(quick, seed=7), RosterOptions(rows=10), jobs=1)
    assert (other_rows.status, other_seed.status) == ("made", "made")


@pytest.mark.parametrize("way", ["made", "imported"])
def test_a_roster_of_another_contract_is_not_shared(
    quick: RunFolder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, way: str
) -> None:
    """Another block size cuts the same rows into other files: a fresh run would not write those of the old roster."""
    file = csv_of(tmp_path / "a.csv", [(merchants(quick)[0], "2024-01-01T00:00:00Z")] * 3)

    def roster_of(folder: RunFolder) -> RosterResult:
        if way == "made":
            return rosters.made_roster_run(folder, RosterOptions(rows=10), jobs=1)[1]
        return roster_imports.imported_roster_run(folder, file, jobs=1)[1]

    other = neighbour(quick)
    session.run_states(other, plan.world_cards(), jobs=1)
    roster_of(quick)
    monkeypatch.setattr(roster_identity, "DATASET", replace(ROSTER, contract_digest="0" * 64))
    assert ROSTER.contract_digest
    assert roster_of(other).status == "made"


def test_a_damaged_roster_is_not_shared(quick: RunFolder) -> None:
    mine, result = rosters.made_roster_run(quick, RosterOptions(rows=10), jobs=1)
    flipped(next(mine.folder(ROSTER).iterdir()))
    theirs, found = rosters.made_roster_run(neighbour(quick), RosterOptions(rows=10), jobs=1)
    assert found == result
    assert list(roster_findings.roster_findings(theirs)) == []


def test_an_imported_roster_is_shared_where_another_run_holds_it(quick: RunFolder, tmp_path: Path) -> None:
    file = csv_of(tmp_path / "a.csv", [(merchants(quick)[0], "2024-01-01T00:00:00Z")] * 3)
    mine, result = roster_imports.imported_roster_run(quick, file, jobs=1)
    other = neighbour(quick)
    session.run_states(other, plan.world_cards(), jobs=1)
    theirs, found = roster_imports.imported_roster_run(other, file, jobs=1)
    assert theirs.identity.run_id != mine.identity.run_id
    assert found == result._replace(status="shared", shared_from=mine.identity.run_id)
    assert linked(mine, theirs) == [True]
    assert list(roster_findings.roster_findings(theirs)) == []
    # A run that lost its import finds it in the other one, with no need for the file.
    without(theirs, ROSTER.id)
    assert ensured(theirs) == found
    without(mine, ROSTER.id)
    without(theirs, ROSTER.id)
    with pytest.raises(EngineError) as caught:
        ensured(theirs)
    assert caught.value.code is WORLD.ROSTER_ABSENT


# -- verifying -----------------------------------------------------------------------------------------------


def test_a_planted_fault_in_each_law_of_a_roster_is_found(quick: RunFolder, tmp_path: Path) -> None:
    good = csv_of(tmp_path / "a.csv", [(merchants(quick)[0], "2024-01-01T00:00:00Z")] * 3)
    folder, _ = roster_imports.imported_roster_run(quick, good, jobs=1)
    path = next(folder.folder(ROSTER).iterdir())
    table = opened(folder, ROSTER).read()
    plain = {
        "merchant_id": table.merchant_id,
        "utc_timestamp": table.utc_timestamp,
        "utc_day": table.utc_day,
        "is_virtual": table.is_virtual,
    }
    late = np.datetime64("2024-12-31")
    for change, code in (
        ({"merchant_id": np.array([5, 5, 5], np.uint64)}, WORLD.ROSTER_MERCHANT_UNKNOWN),
        ({"utc_day": np.array(["2024-01-02"] * 3, "datetime64[D]")}, WORLD.ROSTER_ROW_INVALID),
        ({"utc_day": np.full(3, late), "utc_timestamp": np.full(3, late.astype("datetime64[us]"))},
         WORLD.ROSTER_ROW_INVALID),
    ):  # fmt: skip
        type(table).from_columns(**{**plain, **change}).write_file(path)
        found = list(roster_findings.roster_findings(folder))
        assert [finding.code for finding in found] == [SEAL.SEAL_DIGEST_MISMATCH, code]
        assert "3 rows" in found[1].where


# -- scale ---------------------------------------------------------------------------------------------------

_MEASURED = """
import resource, sys
from pathlib import Path
from engine.execute import roster_imports, rosters
from engine.execute.roster_identity import RosterOptions
from engine.execute.runs import opened_run
base = opened_run(Path(sys.argv[1]))
if sys.argv[2].isdigit():
    _, result = rosters.made_roster_run(base, RosterOptions(rows=int(sys.argv[2])), jobs=2)
else:
    _, result = roster_imports.imported_roster_run(base, Path(sys.argv[2]), jobs=2)
print(result.rows, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
"""


def measured(folder: RunFolder, what: str) -> tuple[int, float]:
    """(rows, MiB at the peak) of making or importing a roster in a process of its own."""
    # A process begins with the peak of the one that started it, so a small one stands between.
    between = "import subprocess, sys; sys.exit(subprocess.run([sys.executable, *sys.argv[1:]]).returncode)"
    done = subprocess.run(
        [sys.executable, "-c", between, "-c", _MEASURED, str(folder.root), what],
        env=os.environ | {"PYTHONPATH": str(Path(__file__).parents[2])},
        capture_output=True,
        text=True,
        check=True,
    )
    rows, peak = done.stdout.split()
    scale = 1 << 20 if sys.platform == "darwin" else 1 << 10
    return int(rows), int(peak) / scale


def test_a_million_rows_need_little_memory(base: RunFolder, tmp_path: Path) -> None:
    """The 10^6 rows alone are 21 MB; what is measured is mostly the libraries. Ten times as many need no more."""
    rows, peak = measured(base, "1000000")
    assert rows == 1_000_000
    assert peak < MEMORY_BOUND_MIB, peak
    ids = np.array(merchants(base), np.uint64)
    lines = "\n".join(f"{ids[n % ids.size]},2024-03-{n % 28 + 1:02}T00:00:00Z" for n in range(1000)) + "\n"
    (tmp_path / "big.csv").write_text("merchant_id,utc_timestamp\n" + lines * 1000)
    rows, peak = measured(base, str(tmp_path / "big.csv"))
    assert rows == 1_000_000
    assert peak < MEMORY_BOUND_MIB, peak
