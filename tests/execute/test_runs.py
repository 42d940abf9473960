"""Finding a run by id, by the start of one, by label, or as the latest; and opening it with its identity checked."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from engine.core.errors import EngineError
from engine.execute import prepare
from engine.execute.runs import found_run, opened_run

INGRESS = {"a_source": "a" * 64}


@pytest.fixture
def made(tmp_path: Path) -> Callable[..., Path]:
    """Prepares runs without building anything."""

    def make(seed: int, label: str = "") -> Path:
        policies = prepare.recipe_policies("tiny")
        return prepare.prepared_run(
            policies, runs_root=tmp_path, ingress=INGRESS, seed=seed, label=label
        ).root

    return make


def code(root: Path, name: str) -> str:
    with pytest.raises(EngineError) as caught:
        found_run(root, name)
    return caught.value.code.name


def test_a_run_is_found_by_its_id_and_by_any_unique_start_of_four_or_more(
    made: Callable[..., Path], tmp_path: Path
) -> None:
    one, two = made(1), made(2)
    assert found_run(tmp_path, one.name).root == one
    assert found_run(tmp_path, two.name[:8]).root == two
    assert code(tmp_path, one.name[:3]) == "RUN_NOT_FOUND"
    assert code(tmp_path, "") == "RUN_NOT_FOUND"
    assert code(tmp_path, "../" + one.name) == "RUN_NOT_FOUND"


def test_a_start_of_two_runs_is_ambiguous(made: Callable[..., Path], tmp_path: Path) -> None:
    one = made(1)
    twin = one.with_name(one.name[:4] + "0" * 28)
    twin.mkdir()
    (twin / "run_receipt.json").write_bytes((one / "run_receipt.json").read_bytes())
    assert code(tmp_path, one.name[:4]) == "RUN_AMBIGUOUS"
    assert found_run(tmp_path, one.name).root == one


def test_a_run_is_found_by_its_label(made: Callable[..., Path], tmp_path: Path) -> None:
    made(1)
    baseline = made(1, "baseline")
    assert found_run(tmp_path, "baseline").root == baseline
    made(2, "baseline")
    assert code(tmp_path, "baseline") == "RUN_AMBIGUOUS"
    assert code(tmp_path, "base") == "RUN_NOT_FOUND"


def test_the_latest_run_is_the_one_that_was_worked_on_last(made: Callable[..., Path], tmp_path: Path) -> None:
    one, two = made(1), made(2)
    for place, moment in ((one, 2_000_000_000), (two, 1_000_000_000)):
        os.utime(place / "run_receipt.json", (moment, moment))
    assert found_run(tmp_path, "latest").root == one
    log = two / "reports" / "segment_state_runs.jsonl"
    log.parent.mkdir()
    log.write_text("")
    os.utime(log, (2_100_000_000, 2_100_000_000))
    assert found_run(tmp_path, "latest").root == two


@pytest.mark.parametrize("label", ["line\nfeed", "\x00", "bell\a", "\udcff"])
def test_a_label_that_cannot_be_printed_is_refused(
    made: Callable[..., Path], label: str, tmp_path: Path
) -> None:
    with pytest.raises(EngineError) as caught:
        made(1, label)
    assert caught.value.code.name == "BAD_OPTION"
    assert list(tmp_path.iterdir()) == []


def test_the_same_inputs_find_the_same_run_and_write_nothing_anew(made: Callable[..., Path]) -> None:
    one = made(1, "größer")
    before = {path: path.stat().st_mtime_ns for path in one.rglob("*") if path.is_file()}
    assert made(1, "größer") == one
    assert {path: path.stat().st_mtime_ns for path in one.rglob("*") if path.is_file()} == before


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("", "RUN_RECEIPT_DAMAGED"),
        ("[]", "RUN_RECEIPT_DAMAGED"),
        ("{}", "RUN_RECEIPT_DAMAGED"),
        ('{"seed": 1, "seed": 1}', "RUN_RECEIPT_DAMAGED"),
    ],
)
def test_a_damaged_receipt_is_called_a_damaged_receipt(
    made: Callable[..., Path], text: str, name: str
) -> None:
    one = made(1)
    (one / "run_receipt.json").write_text(text)
    with pytest.raises(EngineError) as caught:
        opened_run(one)
    assert (caught.value.code.name, caught.value.exit_code) == (name, 4)


def test_a_receipt_whose_identity_does_not_follow_from_its_lists_is_refused(
    made: Callable[..., Path],
) -> None:
    one = made(1)
    path = one / "run_receipt.json"
    receipt = json.loads(path.read_text())
    receipt["policies"][0]["sha256_hex"] = "0" * 64
    path.write_text(json.dumps(receipt))
    with pytest.raises(EngineError) as caught:
        opened_run(one)
    assert caught.value.code.name == "RUN_IDENTITY_MISMATCH"


def test_a_preparation_that_was_cut_short_is_completed(made: Callable[..., Path]) -> None:
    """The receipt is written first; contracts and policies follow when the run is asked for again."""
    one = made(1)
    whole = {path.relative_to(one): path.read_bytes() for path in one.rglob("*") if path.is_file()}
    for place in ("config/recipe.yaml", "contracts/contracts_ir.json"):
        (one / place).unlink()
    made(1)
    assert {path.relative_to(one): path.read_bytes() for path in one.rglob("*") if path.is_file()} == whole
