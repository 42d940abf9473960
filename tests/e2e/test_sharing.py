"""A run takes over what another made from the same inputs: the bytes are those of a run that computed everything."""

from __future__ import annotations

import errno
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

import closedworld
from engine.core import publish
from engine.core.errors import EngineError
from engine.core.run import RunFolder
from engine.execute import plan, prepare, session
from engine.execute.expectations import expected_of_run, expected_states
from engine.execute.runs import opened_run
from engine.execute.shelf import removed_run
from engine.execute.status import run_status
from engine.execute.verify import verified
from generated.datasets import BY_ID
from tests.support.runs import (
    LAST,
    TINY,
    config_folder,
    flipped,
    only_run,
    published_bytes,
    run_to,
    without,
)
from tests.support.runs import policy_with as changed_policy

SIGMA = {"day_effect_policy_v1": changed_policy(sigma_gamma=0.3)}
OTHER = "other"
WORLD = ("1A.S0", "1B.S0", "2A.S0", "3A.S0", "3B.S0", "3B.S1", "5A.S0")


def prepared(runs_root: Path, config: Path | None = None, label: str = OTHER) -> RunFolder:
    """A run that is made but has no state yet."""
    policies = prepare.folder_policies(config) if config is not None else prepare.recipe_policies(TINY)
    return prepare.prepared_run(policies, runs_root=runs_root, ingress=session.ingress(), label=label)


@pytest.fixture(scope="module")
def alone(tmp_path_factory: pytest.TempPathFactory) -> RunFolder:
    """The run that the tests make with a neighbour, made in an empty runs root instead."""
    root = tmp_path_factory.mktemp("alone") / "runs"
    return closedworld.run(TINY, runs_root=root, label=OTHER, to=LAST, jobs=1)


@pytest.fixture(scope="module")
def wanted(alone: RunFolder) -> dict[str, bytes]:
    """Every byte of that run, its publish records included."""
    return published_bytes(alone)


@pytest.fixture
def other(tiny_run: RunFolder) -> RunFolder:
    """A run of the same inputs beside the tiny one, without any state yet."""
    return prepared(tiny_run.root.parent)


def statuses(results: list[Any]) -> dict[str, str]:
    return {result.state: result.status for result in results}


def inodes(folder: RunFolder) -> set[int]:
    return {path.stat().st_ino for path in (folder.root / "data").rglob("*") if path.is_file()}


def differing(folder: RunFolder, wanted: dict[str, bytes]) -> list[str]:
    mine = published_bytes(folder)
    return sorted(path for path in mine.keys() | wanted.keys() if mine.get(path) != wanted.get(path))


# -- the same inputs under another name ------------------------------------------------------------------------


def test_every_byte_of_a_shared_run_is_that_of_a_computed_one(
    tiny_run: RunFolder, other: RunFolder, wanted: dict[str, bytes], caplog: pytest.LogCaptureFixture
) -> None:
    before = published_bytes(tiny_run)
    with caplog.at_level("INFO", logger="closedworld"):
        results = run_to(other, LAST)
    assert statuses(results) == {r.state: "made" if r.state == "2B.S0" else "shared" for r in results}
    assert differing(other, wanted) == []
    assert published_bytes(tiny_run) == before
    assert "2B.S3 shared from " + tiny_run.identity.run_id in caplog.text
    assert {r.shared_from for r in results if r.status == "shared"} == {tiny_run.identity.run_id}
    shared = {result.state for result in results if result.status == "shared"}
    for record in publish.published_records(other.root):
        if (
            record["state"] in shared and record["dataset"] != "rng_audit_log_2B_S3"
        ):  # the one that names the run
            folder = other.folder(BY_ID[record["dataset"]], publish.partition_tokens(record))
            linked = {(folder / entry["path"]).stat().st_ino for entry in record["files"]}
            assert linked <= inodes(tiny_run), record["dataset"]
    assert verified(other.root, replay=1.0).ordered() == []
    assert list((other.root / "tmp").iterdir()) == []


def test_status_and_report_say_from_where_and_a_rerun_does_not_forget(
    tiny_run: RunFolder, other: RunFolder
) -> None:
    run_to(other, LAST)
    assert set(statuses(run_to(other, LAST)).values()) == {"reused"}
    rows = {row.state: row for row in run_status(other)}
    assert rows["2B.S0"].status == "done"
    assert rows["2B.S4"].status == "shared"
    assert rows["2B.S4"].why == f"shared from {tiny_run.identity.run_id}"
    assert {row.status for row in run_status(tiny_run) if row.rows} == {"done"}


def test_removing_the_source_leaves_the_other_run_whole(
    tiny_run: RunFolder, other: RunFolder, wanted: dict[str, bytes]
) -> None:
    run_to(other, LAST)
    removed_run(tiny_run.root)
    assert not tiny_run.root.exists()
    assert differing(other, wanted) == []
    assert verified(other.root, replay=1.0).ordered() == []


def test_a_run_without_a_neighbour_shares_nothing(alone: RunFolder) -> None:
    assert "shared" not in {row.status for row in run_status(alone)}


# -- other policies --------------------------------------------------------------------------------------------


def test_another_day_effect_policy_is_another_run_that_shares_all_it_can(
    tiny_run: RunFolder, tmp_path: Path
) -> None:
    before, config = published_bytes(tiny_run), config_folder(tmp_path / "config", SIGMA)
    changed = prepared(tiny_run.root.parent, config, "")
    assert changed.identity.run_id != tiny_run.identity.run_id
    results = statuses(run_to(changed, LAST))
    assert results == dict.fromkeys((*WORLD, "2B.S1", "2B.S2"), "shared") | dict.fromkeys(
        ("5A.S1", "2B.S0", "2B.S3", "2B.S4"),
        "made",  # the flag of 5A names the world
    )
    empty = prepared(tmp_path / "empty", config, "")
    run_to(empty, LAST)
    assert differing(changed, published_bytes(empty)) == []
    assert published_bytes(tiny_run) == before
    for folder in (changed, tiny_run):
        assert verified(folder.root, replay=1.0).ordered() == []


def test_another_seed_shares_only_what_does_not_hang_on_it(tiny_run: RunFolder) -> None:
    other = closedworld.run(TINY, runs_root=tiny_run.root.parent, seed=43, to=LAST, jobs=1)
    assert {row.state for row in run_status(other) if row.status == "shared"} == set()
    assert verified(other.root).ordered() == []


def test_the_plan_says_beforehand_what_running_then_does(tiny_run: RunFolder, tmp_path: Path) -> None:
    policies = prepare.folder_policies(config_folder(tmp_path / "config", SIGMA))
    ingress, cards = session.ingress(), plan.planned(None, LAST)
    identity = prepare.run_identity(policies, ingress=ingress)
    folder = RunFolder(tiny_run.root.parent / identity.run_id, identity, {})
    key = prepare.world_key(policies.recipe, ingress)
    planned = {e.state: e for e in expected_states(folder, policies.digests, key, cards)}
    assert not folder.root.exists()
    made = prepare.prepared_run(policies, runs_root=tiny_run.root.parent, ingress=ingress)
    assert {e.state: e.plan for e in expected_of_run(made, cards)} == {s: e.plan for s, e in planned.items()}
    results = run_to(made, LAST)
    words = {"made": "will run", "shared": "shared"}
    assert {s: (e.plan, e.shared_from) for s, e in planned.items()} == {
        r.state: (words[r.status], r.shared_from) for r in results
    }
    assert {e.plan for e in expected_of_run(made, cards)} == {"done"}


# -- sources that do not hold ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("dataset", "state"),
    [
        ("outlet_catalogue", "1A.S0"),
        ("validation_bundle_2A", "2A.S0"),
        ("s2_alias_blob", "2B.S2"),
        ("rng_audit_log_2B_S3", "2B.S3"),
        ("s4_group_weights", "2B.S4"),
    ],
)
def test_a_tampered_source_is_never_used(
    tiny_run: RunFolder,
    other: RunFolder,
    wanted: dict[str, bytes],
    caplog: pytest.LogCaptureFixture,
    dataset: str,
    state: str,
) -> None:
    path = next(path for path in sorted(tiny_run.folder(BY_ID[dataset]).rglob("*")) if path.is_file())
    flipped(path)
    results = statuses(run_to(other, LAST))
    assert results[state] == "made"
    assert {s for s, status in results.items() if status == "made"} == {state, "2B.S0"}
    assert differing(other, wanted) == []
    assert f"{state} is not shared from run {tiny_run.identity.run_id}" in caplog.text


def test_the_next_run_is_asked_when_the_first_does_not_hold(
    tiny_run: RunFolder, other: RunFolder, wanted: dict[str, bytes]
) -> None:
    third = prepared(tiny_run.root.parent, label="third")
    run_to(third, LAST)
    sources = sorted([tiny_run, third], key=lambda run: run.identity.run_id)
    blob = sources[0].path(BY_ID["s2_alias_blob"])
    data = bytearray(blob.read_bytes())
    data[0] ^= 1
    blob.unlink()  # the other run holds the same file under another name
    blob.write_bytes(data)
    results = {result.state: result for result in run_to(other, LAST)}
    assert results["2B.S2"].shared_from == sources[1].identity.run_id
    assert results["2B.S1"].shared_from == sources[0].identity.run_id
    assert differing(other, wanted) == []


def test_a_source_that_lacks_one_output_is_not_used_for_its_state(
    tiny_run: RunFolder, other: RunFolder, wanted: dict[str, bytes]
) -> None:
    without(tiny_run, "s2_alias_blob")
    results = statuses(run_to(other, LAST))
    assert results["2B.S2"] == "made"
    assert results["2B.S3"] == "shared"
    assert differing(other, wanted) == []


# -- across file systems ---------------------------------------------------------------------------------------


@pytest.fixture
def no_links(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Two runs on two file systems, as far as hard links can tell."""

    def refused(*_arguments: object, **_options: object) -> None:
        raise OSError(errno.EXDEV, os.strerror(errno.EXDEV))

    monkeypatch.setattr(os, "link", refused)
    yield


@pytest.mark.usefixtures("no_links")
def test_files_are_copied_where_they_cannot_be_linked(
    tiny_run: RunFolder, other: RunFolder, wanted: dict[str, bytes]
) -> None:
    assert statuses(run_to(other, LAST))["2B.S4"] == "shared"
    assert inodes(other) & inodes(tiny_run) == set()
    assert differing(other, wanted) == []


@pytest.mark.usefixtures("no_links")
def test_a_copy_that_went_wrong_is_not_published(
    other: RunFolder, wanted: dict[str, bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    copy = shutil.copyfile

    def wrong(source: Path, target: Path, **options: Any) -> Any:
        done = copy(source, target, **options)
        flipped(Path(target))
        return done

    with monkeypatch.context() as patch:
        patch.setattr(shutil, "copyfile", wrong)
        assert set(statuses(run_to(other, LAST)).values()) == {"made"}
    assert differing(other, wanted) == []


def test_a_source_on_another_file_system_is_copied(
    tiny_run: RunFolder, other: RunFolder, wanted: dict[str, bytes]
) -> None:
    memory = Path("/dev/shm")
    if not os.access(memory, os.W_OK) or memory.stat().st_dev == tiny_run.root.stat().st_dev:
        pytest.skip("no second file system here")
    there = memory / f"closedworld-test-{os.getpid()}"
    try:
        shutil.copytree(tiny_run.root, there)
        shutil.rmtree(tiny_run.root)
        tiny_run.root.symlink_to(there)
        assert statuses(run_to(other, LAST))["2B.S4"] == "shared"
    finally:
        shutil.rmtree(there, ignore_errors=True)
    assert differing(other, wanted) == []


# -- killed in the middle --------------------------------------------------------------------------------------

KILLED = """
import os, signal, sys
from pathlib import Path
from engine.core import publish
from engine.core.stages import Stage
from engine.execute import plan, session
from engine.execute.runs import opened_run

run, place, at = Path(sys.argv[1]), sys.argv[2], sys.argv[3]
adopt, published = Stage.adopt, publish.publish

def kill(here, dataset):
    if (here, dataset) == (place, at):
        os.kill(os.getpid(), signal.SIGKILL)

def adopting(stage, dataset, *rest):
    done = adopt(stage, dataset, *rest)
    kill("taken", dataset)
    return done

def publishing(folder, *, dataset, **rest):
    kill("before publishing", dataset)
    done = published(folder, dataset=dataset, **rest)
    kill("published", dataset)
    return done

Stage.adopt, publish.publish = adopting, publishing
session.run_states(opened_run(run), plan.planned(None, "2B.S4"), jobs=1)
"""


@pytest.mark.parametrize("source_stays", [True, False])
@pytest.mark.parametrize(
    ("place", "dataset"),
    [
        ("taken", "s2_alias_blob"),
        ("before publishing", "rng_audit_log_2B_S3"),
        ("published", "s2_alias_index"),
        ("published", "site_timezones"),
    ],
)
def test_a_run_that_was_killed_while_it_shared_goes_on(
    tiny_run: RunFolder,
    other: RunFolder,
    wanted: dict[str, bytes],
    place: str,
    dataset: str,
    source_stays: bool,
) -> None:
    done = subprocess.run(
        [sys.executable, "-c", KILLED, str(other.root), place, dataset],
        cwd=Path(__file__).parents[2],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == -signal.SIGKILL, done.stderr
    assert list((other.root / "tmp").iterdir()) != []
    if not source_stays:
        removed_run(tiny_run.root)
    run_to(opened_run(other.root), LAST)
    assert differing(other, wanted) == []
    assert list((other.root / "tmp").iterdir()) == []
    if not source_stays:
        assert only_run(other.root.parent).identity == other.identity


def test_a_file_system_that_refuses_is_an_error_and_publishes_nothing_of_the_state(
    other: RunFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    real: Callable[..., Any] = publish.publish

    def full(folder: Path, *, dataset: str, **rest: Any) -> Any:
        if dataset == "s1_site_weights":
            with publish.storage_failures(folder):
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        return real(folder, dataset=dataset, **rest)

    monkeypatch.setattr(publish, "publish", full)
    with pytest.raises(EngineError) as failure:
        run_to(other, LAST)
    assert "No space left" in failure.value.found
    place = other.root / "published" / "s1_site_weights"
    assert not [
        path for path in place.rglob("*") if not path.is_dir()
    ]  # the folders may be there for the next run
    assert list((other.root / "tmp").iterdir()) == []
