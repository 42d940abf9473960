"""The regenerate-then-run loop: a changed contract reaches the running engine with no hand-written change."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from codegen.build import build

REPOSITORY = Path(__file__).parents[2]
SCHEMAS = Path("layer1/2B/schemas.2B.yaml")
DICTIONARY = Path("layer1/2B/dataset_dictionary.layer1.2B.yaml")


def regenerated(root: Path, file: Path, change: Callable[[str], str]) -> Path:
    """A folder whose `generated` package follows from changed contracts; put it first on the path."""
    contracts = root / "contracts"
    shutil.copytree(REPOSITORY / "contracts", contracts)
    text = (contracts / file).read_text("utf-8")
    changed = change(text)
    assert changed != text, "the change must change something"
    (contracts / file).write_text(changed, "utf-8")
    build(contracts, root / "generated", root / "docs")
    return root


def run_with(root: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """The command line, with the generated package of `root` before the repository's."""
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(root), str(REPOSITORY)])}
    command = [sys.executable, "-m", "closedworld.command", *words, "--runs-root", str(root / "runs")]
    return subprocess.run(command, capture_output=True, text=True, cwd=root, env=environment, check=False)


def test_a_changed_path_template_moves_the_output_and_the_run_passes(tmp_path: Path) -> None:
    old, new = "data/layer1/2B/s1_site_weights/", "data/layer1/2B/weights/of_sites/"
    root = regenerated(tmp_path, DICTIONARY, lambda text: text.replace(old, new))
    done = run_with(root, "run", "--recipe", "tiny", "--to", "2B.S4")
    assert done.returncode == 0, done.stderr
    (run,) = (root / "runs").iterdir()
    assert list((run / new).rglob("*.parquet"))
    assert not (run / old).exists()
    assert run_with(root, "verify").returncode == 0


def test_a_narrowed_range_aborts_the_run_under_the_states_output_schema_code(tmp_path: Path) -> None:
    """log_gamma of the tiny world spreads over about +-1; a range of +-0.1 must be broken by some row."""
    old = "{name: log_gamma, type: number, storage"
    new = "{name: log_gamma, type: number, minimum: -0.1, maximum: 0.1, storage"
    root = regenerated(tmp_path, SCHEMAS, lambda text: text.replace(old, new))
    done = run_with(root, "run", "--recipe", "tiny", "--to", "2B.S4")
    assert done.returncode == 1, done.stderr
    assert "error 2B-S3-030 OUTPUT_SCHEMA_INVALID" in done.stderr
    for words in ("column log_gamma", "merchant_id=", "utc_day=", "tz_group_id=", "at least -0.1"):
        assert words in done.stderr, words
    (run,) = (root / "runs").iterdir()
    assert not list(run.glob("data/layer1/2B/s3_day_effects/**/*.parquet"))


def test_a_run_of_other_contracts_is_read_and_verified_but_not_continued(tmp_path: Path) -> None:
    """The engine would look for the receipt elsewhere; the run's copy of its contracts says where it is."""
    old, new = "data/layer1/2B/s0_gate_receipt/", "data/layer1/2B/receipt_of_the_gate/"
    root = regenerated(tmp_path, DICTIONARY, lambda text: text.replace(old, new))
    assert run_with(root, "run", "--recipe", "tiny", "--to", "2B.S0").returncode == 0
    shutil.rmtree(root / "generated")
    verified = run_with(root, "verify")
    assert verified.returncode == 0, verified.stdout + verified.stderr
    assert "note:" in verified.stdout
    continued = run_with(root, "2b", "s1")
    assert continued.returncode != 0
    assert "RUN-007" in continued.stderr
