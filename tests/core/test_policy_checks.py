"""Which versions of a policy a dictionary entry admits (spec/segment-5B.md, S0)."""

from __future__ import annotations

import pytest

from engine.core.policy_checks import version_admitted


@pytest.mark.parametrize(
    ("admitted", "version"),
    [
        ("v1", "v1.0.0"), ("v1", "v1.22.3"), ("v1.2", "v1.2.0"), ("v1.2", "v1.2.9"), ("v1.2.3", "v1.2.3"),
        ("1.0.0", "1.0.0"),
    ],
)  # fmt: skip
def test_a_prefix_admits_what_starts_with_its_numbers(admitted: str, version: str) -> None:
    assert version_admitted(admitted, version)


@pytest.mark.parametrize(
    ("admitted", "version"),
    [
        ("v1", "v2.0.0"), ("v1", "v10.0.0"), ("v1.2", "v1.20.0"), ("v1.2", "v1.3.0"), ("v1.2.3", "v1.2.4"),
        ("v1.2.3", "v1.2.30"), ("v1", "v1"), ("v1", "v1.0"), ("v1", "v1.0.0-draft"), ("v1", "1.0.0"),
        ("v1", "unknown"), ("v1", ""), ("1.0.0", "v1.0.0"),
    ],
)  # fmt: skip
def test_it_admits_nothing_else(admitted: str, version: str) -> None:
    assert not version_admitted(admitted, version)
