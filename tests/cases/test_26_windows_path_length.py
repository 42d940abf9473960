"""Case 26: the longest path below a run was 297 characters. None passes 215 now, by arithmetic and in a real run."""

from __future__ import annotations

import json
import shutil
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

import pytest

from engine.core.run import RunFolder
from engine.core.stages import Stage
from engine.execute.path_lengths import (
    MOST,
    MOST_OF_A_NAME,
    longest_path_below_a_run,
    longest_tokens,
    paths_below_a_run,
)
from engine.execute.runs import opened_run
from engine.execute.verify_bundle import verified_bundle
from generated.datasets import BY_ID
from tests.cli.command import command
from tests.support.runs import built, config_folder, nothing_written

LONGEST_SCENARIO = "peak_of_the_year_in_winter1"
LARGEST_SEED = 2**64 - 1


def files_of(root: Path) -> list[str]:
    """The files below a run, as paths relative to it."""
    return [path.relative_to(root).as_posix() for path in root.rglob("*") if path.is_file()]


def assert_places_fit(paths: Iterable[str]) -> None:
    """No path is too long, no name is, and no two differ only by case."""
    held = set(paths)
    assert held
    assert max(map(len, held)) <= MOST, max(held, key=len)
    names = {name for path in held for name in path.split("/")}
    assert max(len(name.encode()) for name in names) <= MOST_OF_A_NAME
    folders = {path.rsplit("/", number)[0] for path in held for number in range(path.count("/") + 1)}
    twice = [name for name, count in Counter(path.casefold() for path in folders | held).items() if count > 1]
    assert not twice


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> RunFolder:
    """A tiny run to its end, with a roster and both logs."""
    return built(
        tmp_path_factory.mktemp("whole") / "runs", to="5B.S5", jobs=2, seed=64
    )  # with virtual merchants


# -- by arithmetic -----------------------------------------------------------------------------------------------


def test_no_path_of_the_contracts_is_longer_with_the_longest_tokens() -> None:
    assert longest_path_below_a_run() == max(map(len, paths_below_a_run())) <= MOST


def test_no_name_is_too_long_and_no_two_paths_differ_by_case() -> None:
    assert_places_fit(paths_below_a_run())


def test_every_dataset_is_counted_with_its_record_and_its_stage() -> None:
    paths = list(paths_below_a_run())
    for dataset in BY_ID.values():
        held = dataset.path.resolve(longest_tokens()).as_posix()
        assert any(path == held or path.startswith(f"{held}/") for path in paths), dataset.id
        if dataset.kind in ("dataset", "log", "bundle"):
            assert any(path.startswith(f"published/{dataset.id}") for path in paths), dataset.id
            assert any(f"/complete/{dataset.id}/" in path for path in paths), dataset.id


@pytest.mark.parametrize("token", ["seed", "manifest_fingerprint", "parameter_hash", "run_id", "scenario_id"])
def test_the_longest_tokens_are_legal_and_cannot_be_longer(token: str) -> None:
    from codegen.runtime.paths import is_token
    from generated.models.s1a import Scenario

    value = longest_tokens()[token]
    assert is_token(token, value)
    if token == "scenario_id":
        fields = {"kind": "baseline", "labels": [], "surges": [], "outages": []}
        Scenario.of({"scenario_id": value, **fields})
        with pytest.raises(ValueError, match="scenario_id"):
            Scenario.of({"scenario_id": f"{value}x", **fields})
    else:
        assert not is_token(token, f"{value}0")


def test_a_stage_leaves_out_the_tokens_that_a_run_fixes(tmp_path: Path) -> None:
    partition = {
        "seed": "42",
        "manifest_fingerprint": "f" * 64,
        "scenario_id": "baseline_v1",
    }
    with Stage.open(tmp_path, "5B.S4", "key") as stage:
        folder = stage.dataset_folder("s4_arrival_events_5B", partition)
        assert folder == stage.folder / "data" / "s4_arrival_events_5B" / "scenario_id=baseline_v1"
        other = stage.dataset_folder("s4_arrival_events_5B", {**partition, "scenario_id": "other"})
        assert other != folder


# -- real runs ---------------------------------------------------------------------------------------------------


def test_a_whole_run_has_no_longer_path_than_the_arithmetic_says(whole: RunFolder) -> None:
    paths = files_of(whole.root)
    assert_places_fit(paths)
    assert max(map(len, paths)) <= longest_path_below_a_run()
    for name in ("s5_selection_log", "s6_edge_log", "validation_bundle_2B", "validation_bundle_5B"):
        assert (whole.root / "published" / name).is_dir(), name


@pytest.mark.parametrize("segment", ["layer1/2B", "layer2/5B"])
def test_a_copied_bundle_verifies_alone(whole: RunFolder, tmp_path: Path, segment: str) -> None:
    (bundle,) = (whole.root / "data" / segment / "validation").iterdir()
    copy = tmp_path / "bundle"
    shutil.copytree(bundle, copy)
    outcome = verified_bundle(copy)
    assert outcome.ordered() == []
    assert outcome.checks["publish records"] == len(list((copy / "evidence/publish").rglob("*.json")))
    for path in (copy / "evidence/publish").rglob("*.json"):
        record = json.loads(path.read_bytes())
        held = path.relative_to(copy / "evidence/publish").with_suffix("").as_posix()
        scenario = [part for part in record["partition"].split("/") if part.startswith("scenario_id=")]
        assert held == "/".join([record["dataset"], *(scenario or ["record"])])


@pytest.mark.parametrize("segment", ["layer1/2B", "layer2/5B"])
def test_a_record_at_another_place_in_a_bundle_is_found(
    whole: RunFolder, tmp_path: Path, segment: str
) -> None:
    """The index and the flag fit: what is wrong is that the record does not lie where its dataset says."""
    from engine.core.bundles import write_bundle

    (bundle,) = (whole.root / "data" / segment / "validation").iterdir()
    dataset = BY_ID[f"validation_bundle_{segment[-2:]}"]
    index = json.loads((bundle / "index.json").read_bytes())
    rows = index["entries"] if isinstance(index, dict) else index
    moved = {row["path"]: row["path"] for row in rows}
    taken = next(path for path in moved if path.startswith("evidence/publish/"))
    moved[taken] = "evidence/publish/elsewhere.json"
    copy = tmp_path / "bundle"
    write_bundle(
        copy,
        {moved[row["path"]]: bundle / row["path"] for row in rows},
        bundle_law=dataset.bundle_law,  # type: ignore[arg-type]
        flag_form=dataset.flag_form,  # type: ignore[arg-type]
        index_form=dataset.index_form,  # type: ignore[arg-type]
        manifest_fingerprint=whole.identity.manifest_fingerprint,
        roles={moved[row["path"]]: row["role"] for row in rows} if isinstance(index, dict) else None,
    )
    found = verified_bundle(copy).ordered()
    assert {finding.code.name for finding in found} >= {"PUBLISH_RECORD_INVALID"}
    assert any(finding.where == moved[taken] for finding in found)


def test_the_largest_seed_and_the_longest_scenario_fit(tmp_path: Path) -> None:
    """The world and the plan of a run whose tokens are as long as they can be."""
    assert len(LONGEST_SCENARIO) == len(longest_tokens()["scenario_id"])

    def named(data: bytes) -> bytes:
        assert b"stress_peak_v1" in data
        return data.replace(b"stress_peak_v1", LONGEST_SCENARIO.encode())

    config = config_folder(tmp_path / "config", {"recipe": named})
    words = ("--config", str(config), "--seed", str(LARGEST_SEED), "--to", "5A.S1")
    outcome = command("run", *words, "--runs-root", str(tmp_path / "runs"), "--jobs", "2")
    assert outcome.exit_code == 0, outcome.err
    (root,) = (path for path in (tmp_path / "runs").iterdir() if (path / "run_receipt.json").is_file())
    paths = files_of(opened_run(root).root)
    assert_places_fit(paths)
    assert any(
        f"scenario_id={LONGEST_SCENARIO}/" in path and f"seed={LARGEST_SEED}/" in path for path in paths
    )


# -- what would make paths longer is refused before there is a run -------------------------------------------------


@pytest.mark.parametrize(
    "scenario",
    ["s" * 28, "s" * 64, "s" * 300, "Stress_peak_v1", "stress.", "stress/peak", "con.aux", "stréss"],
)
def test_a_scenario_whose_name_does_not_fit_into_paths_is_refused(tmp_path: Path, scenario: str) -> None:
    def named(data: bytes) -> bytes:
        return data.replace(b"stress_peak_v1", scenario.encode())

    config = config_folder(tmp_path / "config", {"recipe": named})
    runs = tmp_path / "runs"
    for more in ((), ("--dry-run",)):
        outcome = command("run", "--config", str(config), "--runs-root", str(runs), *more)
        assert outcome.exit_code == 3, outcome.err
        assert "scenario_id" in outcome.err
    assert nothing_written(runs)


def test_a_layout_whose_folders_are_too_long_is_refused(tmp_path: Path) -> None:
    def longer(data: bytes) -> bytes:
        assert b"folder: evidence/publish" in data
        return data.replace(b"folder: evidence/publish", b"folder: " + b"f" * 25)

    config = config_folder(tmp_path / "config", {"bundle_layout_policy_5B": longer})
    outcome = command("run", "--config", str(config), "--runs-root", str(tmp_path / "runs"), "--dry-run")
    assert outcome.exit_code == 3, outcome.err
    assert "folder" in outcome.err
