"""Which run a roster belongs to: its options and its content are inputs of the run."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.core.identity import roster_spec_digest
from engine.execute.roster_identity import RosterOptions, chosen_run_inputs, differing_options
from engine.execute.roster_imports import _Pieces
from tests.vectors import vectors

FIRST = "2024-01-01"


def recipe(**roster: Any) -> dict[str, Any]:
    return {"roster": {"made_by_default": True, "per_merchant": 1, **roster}}


@pytest.mark.parametrize("vector", vectors("digests")["roster_spec"])
def test_options_give_the_known_digests(vector: dict[str, Any]) -> None:
    inputs = chosen_run_inputs(RosterOptions(**vector["options"]), recipe(), FIRST)
    assert inputs == {"roster_spec": vector["sha256_hex"]}


@pytest.mark.parametrize(
    ("roster", "options", "differing"),
    [
        ({}, {}, {}),
        ({}, {"per_merchant": 1}, {}),
        ({}, {"day": FIRST}, {}),
        ({}, {"per_merchant": 1, "day": FIRST}, {}),
        ({}, {"per_merchant": 2, "day": FIRST}, {"per_merchant": 2}),
        ({}, {"day": "2024-01-02"}, {"day": "2024-01-02"}),
        ({}, {"rows": 5}, {"rows": 5}),
        ({}, {"rows": 5, "day": FIRST}, {"rows": 5, "day": FIRST}),
        ({"day": "2024-02-02"}, {"day": "2024-02-02"}, {}),
        ({"day": "2024-02-02"}, {"day": FIRST}, {"day": FIRST}),
        ({"day": "2024-02-02"}, {"rows": 5, "day": "2024-02-02"}, {"rows": 5}),
        ({"rows": 9}, {"rows": 9}, {}),
        ({"rows": 9}, {"per_merchant": 1}, {"per_merchant": 1}),
        ({"rows": 9}, {"day": FIRST}, {"day": FIRST}),
        ({"rows": 9}, {"rows": 9, "day": FIRST}, {"day": FIRST}),
    ],
)
def test_only_what_makes_another_roster_differs(
    roster: dict[str, Any], options: dict[str, Any], differing: dict[str, Any]
) -> None:
    assert differing_options(RosterOptions(**options), recipe(**roster), FIRST) == differing
    expected = {"roster_spec": roster_spec_digest(differing)} if differing else {}
    assert chosen_run_inputs(RosterOptions(**options), recipe(**roster), FIRST) == expected


def test_a_roster_where_the_recipe_makes_none_is_another_run() -> None:
    inputs = chosen_run_inputs(RosterOptions(), recipe(made_by_default=False), FIRST)
    assert inputs == {"roster_spec": roster_spec_digest({})}


@given(sizes=st.lists(st.integers(0, 40)), size=st.integers(1, 12))
def test_rows_are_cut_into_pieces_of_one_size_in_their_order(sizes: list[int], size: int) -> None:
    pieces, found, at = _Pieces(size), [], 0
    for count in sizes:
        rows = np.arange(at, at + count)
        found += list(pieces.added((rows, -rows)))
        at += count
    assert all(piece[0].size == size for piece in found)
    found += list(pieces.rest())
    assert [n for piece in found for n in piece[0].tolist()] == list(range(at))
    assert all((piece[0] == -piece[1]).all() for piece in found)
    assert all(0 < piece[0].size <= size for piece in found)
