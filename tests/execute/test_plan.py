"""The plan of a run: which states, in which order."""

from __future__ import annotations

import pytest

from engine.core.errors import EngineError
from engine.execute import plan
from generated import states


def test_every_state_comes_after_the_states_that_make_what_it_reads() -> None:
    order = [card.id for card in plan.implemented_cards()]
    for card in plan.implemented_cards():
        for read in card.reads:
            if read.dataset.produced_by in order:
                assert order.index(read.dataset.produced_by) < order.index(card.id), read.dataset.id


def test_the_whole_plan_begins_with_the_world() -> None:
    cards = plan.planned()
    assert cards == plan.implemented_cards()
    kinds = [card.kind == "world" for card in cards]
    assert kinds == sorted(kinds, reverse=True)
    assert tuple(card for card in cards if card.kind == "world") == plan.world_cards()


def test_from_and_to_are_both_inside_and_case_does_not_matter() -> None:
    assert [card.id for card in plan.planned("2B.S1", "2b.s3")] == ["2B.S1", "2B.S2", "2B.S3"]
    assert [card.id for card in plan.planned("2b.s2", "2B.S2")] == ["2B.S2"]


def test_from_behind_to_is_refused() -> None:
    with pytest.raises(EngineError) as caught:
        plan.planned("2B.S3", "2B.S1")
    assert caught.value.code.name == "BAD_OPTION"
    assert "2B.S3 after 2B.S1" in caught.value.message


@pytest.mark.parametrize("name", ["2B.S9", "", "2B", "S3", "2B.S3 "])
def test_a_state_that_is_not_there_is_refused_with_the_ones_that_are(name: str) -> None:
    with pytest.raises(EngineError) as caught:
        plan.planned(None, name)
    assert caught.value.code.name == "UNKNOWN_STATE"
    assert "2B.S4" in caught.value.expected


def test_a_state_without_a_law_is_refused_by_name(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = plan.is_implemented
    monkeypatch.setattr(plan, "is_implemented", lambda card: card.id != "2B.S3" and whole(card))
    for first, last in ((None, "2B.S3"), ("2B.S3", None)):
        with pytest.raises(EngineError) as caught:
            plan.planned(first, last)
        assert caught.value.code.name == "STATE_NOT_IMPLEMENTED"
        assert "2B.S2" in caught.value.expected and "2B.S3" not in caught.value.expected
    assert all(card.id != "2B.S3" for card in plan.planned())
    assert len(states.CARDS) > len(plan.planned())
