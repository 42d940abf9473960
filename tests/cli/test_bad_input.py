"""What a user sees of bad input: the code, the place, the remedy, the exit code; and that nothing was written."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO

import pytest

from engine.core.lock import run_lock
from engine.core.run import RunFolder
from engine.execute import policy_files
from generated.datasets import BY_ID
from tests.cli.command import Outcome, command
from tests.support.runs import config_folder, flipped, published_bytes, without


def run_with(root: Path, config: Path, *more: str) -> Outcome:
    return command("run", "--config", str(config), "--to", "2B.S4", "--runs-root", str(root), *more)


def as_json(change: Callable[[dict[str, Any]], None]) -> Callable[[bytes], bytes]:
    def changed(data: bytes) -> bytes:
        value = json.loads(data)
        change(value)
        return json.dumps(value).encode()

    return changed


# -- wrong names and options ---------------------------------------------------------------------------------


def test_an_unknown_recipe_is_refused_with_the_ones_that_exist(tmp_path: Path) -> None:
    outcome = command("run", "--recipe", "huge", "--runs-root", str(tmp_path / "runs"))
    outcome.refused("USE-001", exit_code=2, saying=["huge", "tiny", "demo", "standard", "what to do"])
    assert not (tmp_path / "runs").exists()


@pytest.mark.parametrize("name", ["../tiny", "tiny.yaml", "", "recipes/tiny"])
def test_a_recipe_is_a_name_and_never_a_path(tmp_path: Path, name: str) -> None:
    command("run", "--recipe", name, "--runs-root", str(tmp_path / "runs")).refused("USE-001", exit_code=2)


def test_an_unknown_dataset_is_refused() -> None:
    outcome = command("contracts", "show", "s9_nothing")
    assert outcome.exit_code == 2
    assert "s9_nothing" in outcome.err


def test_an_unknown_state_is_refused_with_the_ones_that_exist(tmp_path: Path) -> None:
    outcome = command("run", "--to", "2B.S9", "--runs-root", str(tmp_path / "runs"))
    outcome.refused("USE-003", exit_code=2, saying=["--to", "2B.S9", "2B.S4"])


def test_a_state_without_a_law_says_so(tiny_original: RunFolder, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("engine.execute.plan.is_implemented", lambda card: card.id != "2B.S8")
    outcome = command("2b", "s8", "--runs-root", str(tiny_original.root.parent))
    outcome.refused("RUN-006", saying=["2B.S8"])


def test_two_ways_to_name_a_run_exclude_each_other(tmp_path: Path) -> None:
    outcome = command("run", "--recipe", "tiny", "--run", "latest", "--runs-root", str(tmp_path))
    outcome.refused("USE-005", exit_code=2, saying=["--recipe", "--run"])


@pytest.mark.parametrize(
    ("names", "code", "exit_code", "saying"),
    [
        ("calm_v1", "5B.S0.SCENARIO_SET_INVALID", 3, ["calm_v1", "baseline_v1, stress_peak_v1"]),
        ("baseline_v1, calm_v1", "5B.S0.SCENARIO_SET_INVALID", 3, ["found calm_v1"]),
        ("baseline_v1,baseline_v1", "USE-004", 2, ["--scenarios", "baseline_v1 twice"]),
        ("", "USE-004", 2, ["--scenarios", "an empty name"]),
        ("baseline_v1,", "USE-004", 2, ["--scenarios", "an empty name"]),
    ],
)
def test_scenarios_that_the_world_lacks_are_refused_before_anything_is_made(
    tmp_path: Path, names: str, code: str, exit_code: int, saying: list[str]
) -> None:
    for more in ((), ("--dry-run",)):
        outcome = command(
            "run", "--recipe", "tiny", "--scenarios", names, "--runs-root", str(tmp_path / "runs"), *more
        )
        outcome.refused(code, exit_code=exit_code, saying=saying)
        assert not (tmp_path / "runs").exists()


def test_the_scenarios_of_an_existing_run_are_its_own(tiny_original: RunFolder) -> None:
    root = str(tiny_original.root.parent)
    outcome = command("run", "--run", "latest", "--scenarios", "baseline_v1", "--runs-root", root)
    outcome.refused("USE-005", exit_code=2, saying=["--run", "--scenarios"])


def test_a_seed_past_64_bits_is_refused(tmp_path: Path) -> None:
    outcome = command(
        "world", "build", "--recipe", "tiny", "--seed", str(1 << 64), "--runs-root", str(tmp_path / "runs")
    )
    outcome.refused("USE-004", exit_code=2, saying=["--seed", "2^64 - 1"])
    assert not (tmp_path / "runs").exists()


def test_a_run_that_is_not_there_is_refused(tmp_path: Path) -> None:
    command("status", "--runs-root", str(tmp_path)).refused("RUN-001", saying=["no run yet"])
    command("status", "--run", "abcd", "--runs-root", str(tmp_path)).refused("RUN-001", saying=["abcd"])


# -- policies ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("policy", "change", "code", "saying"),
    [
        pytest.param(
            "day_effect_policy_v1",
            as_json(lambda p: p.update(sigma_gamma="0.2")),
            "POLICY-002",
            ["sigma_gamma", "0.2"],
            id="wrong type",
        ),
        pytest.param(
            "alias_layout_policy_v1",
            as_json(lambda p: p.update(quantised_bitz=24)),
            "POLICY-003",
            ["quantised_bitz"],
            id="unknown key",
        ),
        pytest.param(
            "day_effect_policy_v1",
            lambda data: data.replace(b'"sigma_gamma": ', b'"sigma_gamma": NaN, "x": ', 1),
            "POLICY-001",
            ["NaN"],
            id="NaN",
        ),
        pytest.param(
            "day_effect_policy_v1",
            as_json(lambda p: p.update(sigma_gamma=0.01)),
            "POLICY-005",
            ["sigma_gamma", "0.08", "0.01"],
            id="under its realism floor",
        ),
        pytest.param(
            "alias_layout_policy_v1",
            as_json(lambda p: p.update(quantised_bits=19)),
            "POLICY-005",
            ["quantised_bits", "20", "19"],
            id="too few bits",
        ),
        pytest.param(
            "route_rng_policy_v1",
            lambda data: data.replace(b":", b"=", 1),
            "POLICY-001",
            ["route_rng_policy_v1.json:2:"],
            id="malformed JSON",
        ),
        pytest.param(
            "recipe",
            lambda data: data + b"\nworld:\n  merchants: [1, 2\n",
            "POLICY-001",
            ["recipe.yaml"],
            id="malformed YAML",
        ),
        pytest.param(
            "recipe", lambda data: data + b"\nas_of: twice\n", "POLICY-001", ["as_of"], id="YAML key twice"
        ),
        pytest.param(
            "recipe",
            lambda data: data.replace(b"merchants: 12", b"merchants: .nan"),
            "POLICY-001",
            ["line"],
            id="YAML NaN",
        ),
        pytest.param(
            "day_effect_policy_v1", None, "POLICY-007", ["day_effect_policy_v1"], id="missing policy"
        ),
        pytest.param(
            "config/layer1/2B/policy/mine.json", b"{}", "POLICY-010", ["mine.json"], id="undeclared policy"
        ),
    ],
)
def test_a_bad_policy_is_refused_before_anything_is_written(
    tmp_path: Path, policy: str, change: Any, code: str, saying: list[str]
) -> None:
    config = config_folder(tmp_path / "config", {policy: change})
    outcome = run_with(tmp_path / "runs", config)
    outcome.refused(code, exit_code=3, saying=[*saying, "what to do"])
    assert not (tmp_path / "runs").exists()


def test_a_config_folder_that_is_not_there_is_refused(tmp_path: Path) -> None:
    outcome = run_with(tmp_path / "runs", tmp_path / "nowhere")
    outcome.refused("USE-004", exit_code=2, saying=["--config", "nowhere"])
    assert not (tmp_path / "runs").exists()


def test_an_edited_config_makes_every_state_refuse_and_says_what_to_do(tiny_run: RunFolder) -> None:
    policy = next(tiny_run.config.rglob("day_effect_policy_v1.json"))
    policy.write_bytes(policy.read_bytes().replace(b"0.25", b"0.26"))
    before = published_bytes(tiny_run)
    for state in ("s0", "s1", "s4"):
        outcome = command("2b", state, "--runs-root", str(tiny_run.root.parent))
        outcome.refused("RUN-005", saying=["day_effect_policy_v1", "--config"])
    assert published_bytes(tiny_run) == before


# -- broken seals --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("pattern", "states"),
    [
        ("data/layer1/1B/validation/**/index.json", "s0"),
        ("data/layer1/1B/validation/**/_passed.flag", "s0"),
        ("data/layer1/1B/validation/**/world_report.json", "s0"),
        ("data/layer1/2A/validation/**/world_report.json", "s0"),
        ("data/layer1/1B/site_locations/**/*.parquet", "s0 s1"),
        ("data/layer1/2A/site_timezones/**/*.parquet", "s3 s4"),
        ("data/layer1/2B/s0_gate_receipt/**/*.json", "s1 s2"),
        ("data/layer1/2B/sealed_inputs/**/*.json", "s1 s2"),
        ("data/layer1/2B/s1_site_weights/**/*.parquet", "s2 s3 s4"),
        ("data/layer1/2B/s3_day_effects/**/*.parquet", "s4"),
    ],
)
def test_a_flipped_byte_in_a_sealed_file_stops_every_state_that_reads_it(
    tiny_run: RunFolder, pattern: str, states: str
) -> None:
    path = next(tiny_run.root.glob(pattern))
    flipped(path)
    before = published_bytes(tiny_run)
    for state in states.split():
        outcome = command("2b", state, "--runs-root", str(tiny_run.root.parent))
        assert outcome.exit_code in (4, 5), (state, outcome.err)
        assert "what to do" in outcome.err
    assert published_bytes(tiny_run) == before


def test_an_index_path_that_leaves_the_bundle_is_refused(tiny_run: RunFolder) -> None:
    index = next(tiny_run.root.glob("data/layer1/1B/validation/**/index.json"))
    entries = json.loads(index.read_text())
    entries[0]["path"] = "../../../../../run_receipt.json"
    index.write_text(json.dumps(entries))
    outcome = command("2b", "s0", "--runs-root", str(tiny_run.root.parent))
    outcome.refused("2B-S0-012", exit_code=4, saying=[".."])


def test_a_symbolic_link_in_a_bundle_is_refused(tiny_run: RunFolder, tmp_path: Path) -> None:
    member = next(tiny_run.root.glob("data/layer1/2A/validation/**/world_report.json"))
    shutil.move(member, tmp_path / "report.json")
    member.symlink_to(tmp_path / "report.json")
    outcome = command("2b", "s0", "--runs-root", str(tiny_run.root.parent))
    outcome.refused("2B-S0-012", exit_code=4, saying=["symbolic link"])


def test_a_missing_upstream_is_refused(tiny_run: RunFolder) -> None:
    without(
        tiny_run,
        "s0_gate_receipt_2B",
        "sealed_inputs_2B",
        "s1_site_weights",
        "s2_alias_index",
        "s2_alias_blob",
    )
    bundle = next(tiny_run.root.glob("data/layer1/2A/validation/*"))
    shutil.rmtree(bundle)
    outcome = command("2b", "s0", "--runs-root", str(tiny_run.root.parent))
    outcome.refused("2B-S0-010", exit_code=4, saying=["2A", "what to do"])
    assert not tiny_run.folder(BY_ID["s0_gate_receipt_2B"]).exists()


def test_a_state_before_its_gate_is_refused(tiny_run: RunFolder) -> None:
    without(tiny_run, "s0_gate_receipt_2B", "sealed_inputs_2B", "s1_site_weights")
    outcome = command("2b", "s1", "--runs-root", str(tiny_run.root.parent))
    outcome.refused("2B-S1-001", exit_code=4)


# -- the run folder ------------------------------------------------------------------------------------------


def test_a_run_that_another_process_works_on_fails_at_once_with_no_wait(tiny_run: RunFolder) -> None:
    script = (
        "import sys, time\nfrom pathlib import Path\nfrom engine.core.lock import run_lock\n"
        f"with run_lock(Path({str(tiny_run.root)!r}), wait=True):\n"
        "    print('held', flush=True)\n    sys.stdin.read()\n"
    )
    holder = subprocess.Popen(
        [sys.executable, "-c", script],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        cwd=Path(__file__).parents[2],
    )
    try:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "held\n"
        outcome = command("2b", "s4", "--no-wait", "--runs-root", str(tiny_run.root.parent))
        outcome.refused("RUN-004", saying=[str(holder.pid)])
    finally:
        holder.communicate("")
    with run_lock(tiny_run.root, wait=False):
        pass


@contextmanager
def small_disk(place: Path, kilobytes: int) -> Iterator[None]:
    """A file system of its own, of a size, at a folder; skips the test where mounting is not allowed."""
    place.mkdir(parents=True, exist_ok=True)
    done = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={kilobytes}k", "tmpfs", str(place)], capture_output=True
    )
    if done.returncode:
        pytest.skip(
            "mounting a file system is not allowed here; test_publish covers the same with a patched write"
        )
    try:
        yield
    finally:
        subprocess.run(["umount", str(place)], check=True)


@pytest.mark.parametrize("kilobytes", [200, 400, 600])
def test_a_full_disk_ends_clearly_and_a_rerun_elsewhere_finishes(
    tiny_original: RunFolder, tmp_path: Path, kilobytes: int
) -> None:
    with small_disk(tmp_path / "disk", kilobytes):
        root = tmp_path / "disk" / "runs"
        outcome = command("run", "--recipe", "tiny", "--to", "2B.S4", "--runs-root", str(root))
        assert outcome.exit_code == 6, outcome.err
        assert "what to do" in outcome.err
        assert list(root.glob("*/tmp/*")) == []
        shutil.copytree(root, tmp_path / "runs")
    again = command("run", "--recipe", "tiny", "--to", "2B.S4", "--runs-root", str(tmp_path / "runs"))
    assert again.exit_code == 0, again.err
    (run,) = (tmp_path / "runs").iterdir()
    assert published_bytes(RunFolder(run, tiny_original.identity, tiny_original.receipt)) == published_bytes(
        tiny_original
    )


def test_a_read_only_run_folder_ends_clearly(tiny_run: RunFolder) -> None:
    without(tiny_run, "s4_group_weights")
    bound = subprocess.run(["mount", "--bind", str(tiny_run.root), str(tiny_run.root)], capture_output=True)
    if bound.returncode:
        pytest.skip("mounting is not allowed here; test_publish covers the same with a patched write")
    try:
        subprocess.run(["mount", "-o", "remount,ro,bind", str(tiny_run.root)], check=True)
        outcome = command("2b", "s4", "--runs-root", str(tiny_run.root.parent))
        assert outcome.exit_code == 6, outcome.err
        assert "what to do" in outcome.err
        assert command("verify", str(tiny_run.root)).exit_code == 0  # reading needs no permission to write
    finally:
        subprocess.run(["umount", str(tiny_run.root)], check=True)


def test_an_error_in_json_is_one_document(tmp_path: Path) -> None:
    outcome = command("status", "--json", "--runs-root", str(tmp_path))
    document = json.loads(outcome.out)
    assert document["error"]["code"] == "RUN-001"
    assert set(document["error"]) >= {"where", "expected", "found", "remedy"}


def test_a_bug_shows_no_traceback_unless_asked(
    tiny_original: RunFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    from engine.execute import status

    def broken(*_arguments: object) -> object:
        raise ZeroDivisionError("a planted bug")

    monkeypatch.setattr("engine.cli.showing.run_status", broken)
    root = str(tiny_original.root.parent)
    quiet = command("status", "--runs-root", root)
    assert quiet.exit_code == 70
    assert "Traceback" not in quiet.err
    assert "a planted bug" in quiet.err
    loud = command("status", "--runs-root", root, "--traceback")
    assert "Traceback" in loud.err
    assert status.run_status is not broken
    assert os.environ.get("CLOSEDWORLD_RUNS_ROOT") is None


def test_a_library_that_is_not_installed_is_named(
    tiny_original: RunFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    def absent(*_arguments: object) -> object:
        raise ModuleNotFoundError("No module named 'pyarrow'", name="pyarrow")

    monkeypatch.setattr("engine.cli.showing.run_status", absent)
    outcome = command("status", "--runs-root", str(tiny_original.root.parent))
    outcome.refused("ENV-004", exit_code=6, saying=["pyarrow", "Install the locked dependencies"])


# -- policies, once more -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("policy", "change", "code", "saying"),
    [
        pytest.param(
            "day_effect_policy_v1",
            as_json(lambda p: p.update(policy_id="another")),
            "POLICY-009",
            ["policy_id", "another"],
            id="policy_id of another file",
        ),
        pytest.param(
            "alias_layout_policy_v1",
            as_json(lambda p: p.update(endianness="middle")),
            "POLICY-002",
            ["endianness", "middle"],
            id="none of the values that there are",
        ),
    ],
)
def test_a_policy_that_names_something_else_is_refused_for_what_it_is(
    tmp_path: Path, policy: str, change: Any, code: str, saying: list[str]
) -> None:
    config = config_folder(tmp_path / "config", {policy: change})
    run_with(tmp_path / "runs", config).refused(code, exit_code=3, saying=saying)


def test_a_policy_file_that_cannot_be_read_is_the_environment_s_fault(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    config = config_folder(tmp_path / "config", {})
    whole = policy_files.open_regular

    def refusing(path: Path) -> BinaryIO:
        if path.name == "day_effect_policy_v1.json" and config in path.parents:
            raise PermissionError(13, "Permission denied", str(path))
        return whole(path)

    monkeypatch.setattr(policy_files, "open_regular", refusing)
    run_with(tmp_path / "runs", config).refused("POLICY-008", exit_code=6, saying=["Permission denied"])


def test_asking_for_a_run_whose_files_were_edited_says_which_and_what_to_do(tiny_run: RunFolder) -> None:
    """The same recipe finds the same run: what was edited there since is named, and nothing is written over."""
    root = str(tiny_run.root.parent)
    for place, code in (
        ("config/layer1/2B/policy/day_effect_policy_v1.json", "RUN-005"),
        ("contracts/contracts_ir.json", "SEAL-002"),
        ("run_receipt.json", "RUN-008"),
    ):
        path = tiny_run.root / place
        whole = path.read_bytes()
        path.write_bytes(whole + b"\n")
        command("run", "--recipe", "tiny", "--to", "2B.S4", "--runs-root", root).refused(code, saying=[place])
        assert path.read_bytes() == whole + b"\n"
        path.write_bytes(whole)
