"""The folders that come with the package are found from any working directory, or missed in plain words."""

from __future__ import annotations

import pickle
from pathlib import Path

import pytest

from codegen.runtime import resources
from tests.repository.source_tree import ROOT


def test_a_checkout_uses_the_folders_beside_the_package(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    assert resources.contracts_root() == ROOT / "contracts"
    assert resources.policies_root() == ROOT / "policies"
    assert (resources.contracts_root() / "layer1" / "schemas.layer1.yaml").is_file()


def test_a_packaged_copy_comes_before_the_folder_beside(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    package = tmp_path / "codegen"
    packaged = package / "_data" / "contracts"
    packaged.mkdir(parents=True)
    (tmp_path / "contracts").mkdir()
    monkeypatch.setattr(resources, "_PACKAGE", package)
    assert resources.contracts_root() == packaged


def test_a_missing_folder_names_both_places_and_survives_pickling(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(resources, "_PACKAGE", tmp_path / "codegen")
    with pytest.raises(resources.ResourceMissingError) as caught:
        resources.policies_root()
    message = str(caught.value)
    assert str(tmp_path / "codegen" / "_data" / "policies") in message
    assert str(tmp_path / "policies") in message
    assert "reinstall closedworld" in message
    assert str(pickle.loads(pickle.dumps(caught.value))) == message
