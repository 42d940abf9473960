"""What is there of a state's outputs tells whether the state has published all of its work."""

from __future__ import annotations

from itertools import pairwise

import pytest

from codegen.runtime.cards import StateCard
from engine.core.work import published_datasets, unpublished
from generated import states

CARDS = {card.id: card for card in states.CARDS}
SPLITS = ("a", "b")


def in_order(card: StateCard) -> list[tuple[str, str]]:
    """Every partition of a state's outputs as it publishes them, with two values of a splitting token."""
    return [
        (dataset.id, value)
        for dataset in published_datasets(card)
        for value in (SPLITS if dataset.path.split_token else ("",))
    ]


def found(partitions: list[tuple[str, str]]) -> dict[str, list[str]]:
    values: dict[str, list[str]] = {}
    for dataset, value in partitions:
        values.setdefault(dataset, []).append(value)
    return values


@pytest.mark.parametrize("state", [name for name in CARDS if name != "5B.S2"])
def test_a_state_that_was_ended_while_it_published_is_never_taken_for_whole(state: str) -> None:
    """5B.S2 has one required output, which is split, and no other that each of its runs makes."""
    order = in_order(CARDS[state])
    assert unpublished(CARDS[state], found(order)) == ()
    for count in range(len(order)):
        assert unpublished(CARDS[state], found(order[:count])), order[:count]


def test_what_is_split_comes_before_what_is_whole_and_bundles_come_last() -> None:
    for card in CARDS.values():
        ranks = [
            (dataset.kind == "bundle", dataset.required, not dataset.path.split_token)
            for dataset in published_datasets(card)
        ]
        assert all(before <= after for before, after in pairwise(ranks)), card.id


def test_optional_outputs_that_a_run_did_not_make_are_not_missed() -> None:
    card = CARDS["2B.S5"]
    assert unpublished(card, {"rng_audit_log_2B_S5": [""]}) == ()
    assert unpublished(card, {"rng_event_alias_pick_group": [""]}) == ("rng_audit_log_2B_S5",)
    assert unpublished(CARDS["2B.S2"], {"s2_alias_index": [""]}) == ("s2_alias_blob",)
