"""The lock files pin what pyproject.toml asks for: exact versions, hashes, no machine and no index in them."""

from __future__ import annotations

import re
import tomllib
from functools import cache

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.repository.source_tree import ROOT

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
EXTRAS = PROJECT["optional-dependencies"]
WANTED = {
    "run": PROJECT["dependencies"],
    "codegen": PROJECT["dependencies"] + EXTRAS["codegen"],
    "check": PROJECT["dependencies"] + EXTRAS["codegen"] + EXTRAS["test"],
    "build": ["hatchling"],
}
HASH = re.compile(r"--hash=sha256:[0-9a-f]{64}")


@cache
def pins(lock: str) -> tuple[tuple[Requirement, int], ...]:
    """Every requirement of a lock file with how many hashes it has."""
    joined = (ROOT / "requirements" / f"{lock}.lock").read_text("utf-8").replace("\\\n", " ")
    lines = [line.strip() for line in joined.splitlines()]
    entries = [line for line in lines if line and not line.startswith("#")]
    return tuple((Requirement(HASH.sub("", entry).strip()), len(HASH.findall(entry))) for entry in entries)


def versions(lock: str) -> dict[str, set[str]]:
    """The pinned versions of each package; more than one where Python versions differ."""
    found: dict[str, set[str]] = {}
    for requirement, _ in pins(lock):
        version = str(requirement.specifier).removeprefix("==")
        found.setdefault(canonicalize_name(requirement.name), set()).add(version)
    return found


@pytest.mark.parametrize("lock", WANTED)
def test_every_pin_is_exact_and_hashed(lock: str) -> None:
    assert pins(lock)
    for requirement, hashes in pins(lock):
        assert re.fullmatch(r"==[0-9][\w.+!]*", str(requirement.specifier)), str(requirement)
        assert hashes >= 1, str(requirement)
        assert requirement.url is None, str(requirement)


@pytest.mark.parametrize("lock", WANTED)
def test_a_lock_names_no_index_and_no_path(lock: str) -> None:
    text = (ROOT / "requirements" / f"{lock}.lock").read_text("utf-8")
    assert not re.search(r"://|--index|--find-links|^\s*/|\bfile:", text, re.MULTILINE)


@pytest.mark.parametrize("lock", WANTED)
def test_a_lock_satisfies_what_the_project_asks_for(lock: str) -> None:
    pinned = versions(lock)
    for wanted in map(Requirement, WANTED[lock]):
        found = pinned.get(canonicalize_name(wanted.name))
        assert found, f"{lock}.lock does not pin {wanted.name}"
        assert all(version in wanted.specifier for version in found), f"{wanted}: locked {found}"


def test_a_package_has_one_version_in_all_locks() -> None:
    whole = versions("check")
    for lock in WANTED:
        for name, found in versions(lock).items():
            assert found <= whole[name], f"{lock}.lock: {name} {found}, check.lock: {whole[name]}"


def test_packages_are_locked_for_other_platforms_too() -> None:
    """A lock that holds a Linux wheel alone would refuse every other machine."""
    hashes: dict[str, int] = {
        canonicalize_name(requirement.name): count for requirement, count in pins("run")
    }
    assert hashes["numpy"] > 20 and hashes["numba"] > 8 and hashes["pyarrow"] > 8
    assert "colorama" in hashes
