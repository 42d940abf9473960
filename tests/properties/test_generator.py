"""Whatever sound contracts are drawn, the generated code is right (spec/contracts.md, section 4, proof 6)."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings

from tests.codegen.generated_tree import REPOSITORY, environment, generated, type_errors
from tests.codegen.test_check import findings_of
from tests.properties.drawn_contracts import contract_files, segment_ids, segments

DRAWN = 24


def drawn_segments(count: int) -> list[dict[str, Any]]:
    """That many drawn segments under ids of their own; each is sound by itself."""
    found: list[dict[str, Any]] = []

    @settings(
        max_examples=count,
        derandomize=True,
        database=None,
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(segments())
    def draw(segment: dict[str, Any]) -> None:
        files = {path: text.encode() for path, text in contract_files([segment]).items()}
        assert [str(finding) for finding in findings_of(files)] == []
        found.append(segment)

    draw()
    return [
        json.loads(json.dumps(item).replace("1A", name))
        for item, name in zip(found, segment_ids(len(found)), strict=True)
    ]


@pytest.fixture(scope="module")
def package(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One generated package of all the drawn segments."""
    return generated(contract_files(drawn_segments(DRAWN)), tmp_path_factory.mktemp("drawn"))


def test_drawn_contracts_give_code_that_keeps_its_laws(package: Path) -> None:
    """Importable; paths invert; tables pass their validators, planted violations do not; models agree."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.properties.drawn_checks", str(package)],
        cwd=package,
        env={**environment(package), "HYPOTHESIS_STORAGE_DIRECTORY": str(package / ".hypothesis")},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-4000:]
    counts = json.loads(done.stdout)
    assert counts["tables"] >= DRAWN, counts
    assert counts["planted"] > 10 * counts["tables"], counts
    assert counts["accepted"] > counts["models"] > DRAWN, counts
    assert counts["refused"] > counts["models"], counts


def test_drawn_contracts_give_code_that_is_typed_and_clean(package: Path) -> None:
    assert type_errors(package, "generated") == []
    settings_file = REPOSITORY / "pyproject.toml"
    for command in (["check"], ["format", "--check"]):
        done = subprocess.run(
            ["ruff", *command, "--no-cache", "--config", str(settings_file), "generated"],
            cwd=package,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr
