"""Runs for tests: one tiny world, built once a session and copied for each test that changes it."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

import closedworld
from codegen.runtime.canonical import canonical_bytes
from engine.core.digests import folder_files, sha256_bytes
from engine.core.run import RunFolder
from engine.execute import plan, prepare, session
from engine.execute.runs import opened_run, run_folders
from generated.datasets import BY_ID

TINY = "tiny"
LAST = "2B.S4"


def built(runs_root: Path, *, to: str = LAST, jobs: int | None = 1, seed: int | None = None) -> RunFolder:
    """The tiny run under a runs root, made up to a state."""
    return closedworld.run(TINY, runs_root=runs_root, seed=seed, to=to, jobs=jobs)


@pytest.fixture(scope="session")
def tiny_original(tmp_path_factory: pytest.TempPathFactory) -> RunFolder:
    """The tiny run, made up to 2B.S4 once a session; tests must not change it."""
    return built(tmp_path_factory.mktemp("tiny") / "runs")


@pytest.fixture
def tiny_run(tiny_original: RunFolder, tmp_path: Path) -> RunFolder:
    """A copy of the tiny run that a test may damage; its runs root is `tmp_path / "runs"`."""
    target = tmp_path / "runs" / tiny_original.root.name
    shutil.copytree(tiny_original.root, target)
    return opened_run(target)


def published_bytes(folder: RunFolder) -> dict[str, bytes]:
    """Every byte of a run that a digest, record or seal covers, by relative path: all but reports, locks and stages."""
    tops = {dataset.path.template.split("/")[0] for dataset in BY_ID.values() if dataset.kind != "report"}
    kept = tops | {"published", "contracts"}
    found = {}
    for path in sorted(folder.root.rglob("*")):
        relative = path.relative_to(folder.root).as_posix()
        if path.is_file() and relative.split("/")[0] in kept:
            found[relative] = path.read_bytes()
    return found


def without(folder: RunFolder, *datasets: str) -> None:
    """Remove datasets and their publish records from a run, as if they had never been made."""
    for name in datasets:
        dataset = BY_ID[name]
        shutil.rmtree(folder.folder(dataset), ignore_errors=True)
        shutil.rmtree(folder.root / "published" / name, ignore_errors=True)


def flipped(path: Path, at: int = -1, mask: int = 0x01) -> None:
    """Flip bits of one byte of a file; by default the lowest bit of the middle one."""
    data = bytearray(path.read_bytes())
    place = len(data) // 2 if at < 0 else at
    data[place] ^= mask
    path.write_bytes(bytes(data))


def only_run(runs_root: Path) -> RunFolder:
    """The one run under a runs root."""
    (folder,) = run_folders(runs_root)
    return opened_run(folder)


def policy_files(recipe: str = TINY) -> dict[str, bytes]:
    """The policy set of a recipe by path inside the run."""
    return dict(prepare.recipe_policies(recipe).files)


def config_folder(
    root: Path, changes: Mapping[str, Callable[[bytes], bytes] | bytes | None], recipe: str = TINY
) -> Path:
    """A folder laid out like a run's config, with some files changed; None leaves a file out.

    Keys are policy ids (file names without extension) or, for files that no recipe has, whole paths.
    """
    files = policy_files(recipe)
    by_id = {Path(path).stem: path for path in files}
    for name, change in changes.items():
        path = by_id.get(name, name)
        if change is None:
            del files[path]
        else:
            files[path] = change(files[path]) if callable(change) else change
    for path, data in files.items():
        target = root / Path(path).relative_to("config")
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(data)
    return root


def unchecked_policies(config: Path) -> prepare.Policies:
    """The policies in a folder as they lie there, for what a state says of its own sealed copies."""
    files = {f"config/{name}": path.read_bytes() for name, path in folder_files(config).items()}
    return prepare.Policies(files, prepare.recipe_policies(TINY).recipe)


def policy_with(**changes: Any) -> Callable[[bytes], bytes]:
    """A change of some fields of a JSON policy that keeps its own sha256_hex true."""

    def changed(data: bytes) -> bytes:
        value = {**json.loads(data), **changes}
        value.pop("sha256_hex", None)
        return json.dumps({**value, "sha256_hex": sha256_bytes(canonical_bytes(value))}).encode()

    return changed


def run_to(folder: RunFolder, last: str, first: str | None = None, jobs: int = 1) -> list[Any]:
    """Run the states of an existing run."""
    return session.run_states(folder, plan.planned(first, last), jobs=jobs)


def nothing_written(root: Path) -> bool:
    """Whether no run lies under a runs root."""
    return not root.exists() or not any(folder_files(path) for path in root.iterdir() if path.is_dir())
