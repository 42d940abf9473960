"""28: a day or instant that does not exist is refused in recipes and policies, with line and pointer."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from codegen.runtime.canonical import canonical_bytes
from engine.core.digests import sha256_bytes
from tests.cli.command import command
from tests.support.runs import config_folder

INSTANTS = [
    "2023-02-29T00:00:00.000000Z",
    "2024-02-30T00:00:00.000000Z",
    "2024-06-31T00:00:00.000000Z",
    "0000-01-01T00:00:00.000000Z",
    "2024-03-04T24:00:00.000000Z",
    "2016-12-31T23:59:60.000000Z",
    "2024-W10-1T00:00:00.000000Z",
    "2024-03-04T00:00:00.000000+00:00",
    "2024-03-04 00:00:00.000000Z",
]
DAYS = ["2023-02-29", "2024-02-30", "1900-02-29", "0000-01-01", "20240301", "2024-W01-1", "2024-3-1"]


def refused(config: Path, runs_root: Path, *, saying: list[str], dry: bool) -> None:
    """Refused with exit 3 and no folder, by the dry run as by the run."""
    more = ["--dry-run"] if dry else []
    command("run", "--config", str(config), "--runs-root", str(runs_root), *more).refused(
        "POLICY-002", exit_code=3, saying=saying
    )
    assert not runs_root.exists()


def recipe_with(old: str, new: str) -> dict[str, object]:
    def changed(data: bytes) -> bytes:
        assert old.encode() in data
        return data.replace(old.encode(), new.encode())

    return {"recipe": changed}


@pytest.mark.parametrize("dry", [True, False])
@pytest.mark.parametrize("instant", INSTANTS)
@pytest.mark.parametrize(
    "field", ["as_of: '2024-01-01T00:00:00.000000Z'", "start_utc: '2024-03-04T00:00:00.000000Z'"]
)
def test_an_instant_of_a_recipe(tmp_path: Path, field: str, instant: str, dry: bool) -> None:
    name = field.partition(":")[0]
    config = config_folder(tmp_path / "config", recipe_with(field, f"{name}: '{instant}'"))  # type: ignore[arg-type]
    refused(config, tmp_path / "runs", saying=["config/recipe.yaml:", name, instant], dry=dry)


@pytest.mark.parametrize("day", DAYS)
def test_a_day_of_a_recipe_s_roster(tmp_path: Path, day: str) -> None:
    config = config_folder(
        tmp_path / "config", recipe_with("per_merchant: 1}", f"per_merchant: 1, day: '{day}'}}")
    )  # type: ignore[arg-type]
    refused(config, tmp_path / "runs", saying=["config/recipe.yaml:", "/roster/day"], dry=True)


@pytest.mark.parametrize("day", DAYS)
@pytest.mark.parametrize("bound", ["start_day", "end_day"])
def test_a_day_of_the_plan(tmp_path: Path, bound: str, day: str) -> None:
    def changed(data: bytes) -> bytes:
        value = json.loads(data)
        value["day_range"][bound] = day
        value.pop("sha256_hex")
        return json.dumps({**value, "sha256_hex": sha256_bytes(canonical_bytes(value))}, indent=1).encode()

    config = config_folder(tmp_path / "config", {"day_effect_policy_v1": changed})
    refused(config, tmp_path / "runs", saying=["day_effect_policy_v1.json:", f"/day_range/{bound}"], dry=True)


def test_days_that_exist_are_taken(tmp_path: Path) -> None:
    config = config_folder(
        tmp_path / "config", recipe_with("per_merchant: 1}", "per_merchant: 1, day: '2024-02-29'}")
    )  # type: ignore[arg-type]
    done = command("run", "--config", str(config), "--runs-root", str(tmp_path / "runs"), "--dry-run")
    assert done.exit_code == 0, done
