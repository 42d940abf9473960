"""A short slice of the fuzzing in every test run; `nox -s fuzz` is the long one."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.fuzz.policies import mutated_set
from tests.fuzz.session import KINDS, Fuzzing

SLICE = {"policies": 40, "arguments": 12, "sql": 12, "rosters": 3, "documents": 3}
"""So many inputs of each kind."""
FIRST = 20_000


@pytest.fixture(scope="module")
def fuzzing(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Fuzzing]:
    yield Fuzzing(tmp_path_factory.mktemp("fuzz"), run_share=0.0)


@pytest.mark.slow
@pytest.mark.parametrize("kind", sorted(KINDS))
def test_a_slice_of_each_kind_keeps_its_law(fuzzing: Fuzzing, kind: str) -> None:
    for number in range(FIRST, FIRST + SLICE[kind]):
        found = fuzzing.fault(kind, number)
        assert found.fault is None, f"python -m tests.fuzz --kind {kind} --case {number}: {found}"


def test_inputs_follow_from_their_numbers() -> None:
    assert [mutated_set(number) for number in range(20)] == [mutated_set(number) for number in range(20)]
    assert len({mutated_set(number).words for number in range(60)}) > 50


def test_a_policy_that_is_refused_with_another_exit_code_is_a_fault(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from tests.fuzz import session

    def broken(_files: dict[str, bytes], _folder: Path) -> None:
        raise RecursionError("too deep")

    monkeypatch.setattr(session, "verdict", broken)
    assert Fuzzing(tmp_path).fault("policies", 1).fault == "RecursionError: too deep"
