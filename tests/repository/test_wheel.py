"""The wheel is whole: code, contracts, policies and templates, and it finds them wherever it is unpacked."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from tests.repository.source_tree import ROOT, tracked_files

PACKAGES = ("closedworld", "codegen", "engine", "generated")
CARRIED = {"contracts": "codegen/_data/contracts", "policies": "codegen/_data/policies"}


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The project built as a wheel from this checkout, without the network."""
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory", str(folder)]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    (built,) = folder.glob("*.whl")
    return built


def test_the_wheel_holds_every_tracked_file_of_the_packages_and_nothing_else(wheel: Path) -> None:
    expected = set()
    for path in tracked_files():
        relative = path.relative_to(ROOT)
        if relative.parts[0] in PACKAGES:
            expected.add(relative.as_posix())
        elif relative.parts[0] in CARRIED:
            expected.add("/".join((CARRIED[relative.parts[0]], *relative.parts[1:])))
    held = {name for name in zipfile.ZipFile(wheel).namelist() if ".dist-info/" not in name}
    assert held == expected
    assert any(name.endswith(".jinja") for name in held)
    assert any(name.startswith("codegen/_data/policies/recipes/") for name in held)


def test_an_unpacked_wheel_finds_its_contracts_from_any_folder(wheel: Path, tmp_path: Path) -> None:
    installed, elsewhere = tmp_path / "installed", tmp_path / "elsewhere"
    elsewhere.mkdir()
    zipfile.ZipFile(wheel).extractall(installed)
    program = (
        f"import sys; sys.path.insert(0, {str(installed)!r})\n"
        "from codegen.runtime.resources import contracts_root, policies_root\n"
        "print(contracts_root().resolve()); print(policies_root().resolve())\n"
    )
    done = subprocess.run(
        [sys.executable, "-I", "-c", program], cwd=elsewhere, capture_output=True, text=True, check=True
    )
    data = (installed / "codegen" / "_data").resolve()
    assert done.stdout.splitlines() == [str(data / "contracts"), str(data / "policies")]


def test_the_wheel_names_its_command_and_licence(wheel: Path) -> None:
    archive = zipfile.ZipFile(wheel)
    (points,) = [name for name in archive.namelist() if name.endswith("entry_points.txt")]
    assert "closedworld = closedworld.command:main" in archive.read(points).decode()
    (metadata,) = [name for name in archive.namelist() if name.endswith(".dist-info/METADATA")]
    assert "License-Expression: Apache-2.0" in archive.read(metadata).decode()
