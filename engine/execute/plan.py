"""The plan of a run: which states there are, in which order, and which of them a command is about."""

from __future__ import annotations

from collections.abc import Sequence

from codegen.runtime.cards import StateCard
from engine.core.errors import EngineError
from engine.core.registry import is_implemented
from generated import states
from generated.errors.engine import RUN, USE


def all_cards() -> tuple[StateCard, ...]:
    """Every state card: the world's, then the segments', each upstream first."""
    return tuple(sorted(states.CARDS, key=lambda card: card.kind != "world"))


def implemented_cards() -> tuple[StateCard, ...]:
    """The cards whose law is written, in the order of all cards."""
    return tuple(card for card in all_cards() if is_implemented(card))


def world_cards() -> tuple[StateCard, ...]:
    """The implemented states of the world builder."""
    return tuple(card for card in implemented_cards() if card.kind == "world")


def card_of(state: str, option: str = "state") -> StateCard:
    """The card of a state id such as 2B.S3.

    Raises:
        EngineError: no such state.
    """
    for card in states.CARDS:
        if card.id == state.upper():
            return card
    known = ", ".join(card.id for card in states.CARDS)
    raise EngineError(USE.UNKNOWN_STATE, where=option, expected=f"one of {known}", found=state)


def require_implemented(card: StateCard) -> None:
    """Refuse a state that has a card but no law yet.

    Raises:
        EngineError: the state is not implemented.
    """
    if not is_implemented(card):
        known = ", ".join(done.id for done in implemented_cards() if done.kind != "world")
        raise EngineError(
            RUN.STATE_NOT_IMPLEMENTED,
            where=card.id,
            expected=f"a state that is written ({known})",
            found="a card only",
        )


def planned(first: str | None = None, last: str | None = None) -> tuple[StateCard, ...]:
    """The states to run, in order: the world's, then every one from `first` to `last`.

    Args:
        first: where to start; states before it must have been run. None: from the beginning, world included.
        last: where to stop; None: the last state that is written.

    Raises:
        EngineError: an unknown state, one that is not written yet, or `first` behind `last`.
    """
    cards: Sequence[StateCard] = implemented_cards()
    order = [card.id for card in cards]
    start, stop = 0, len(cards)
    if first is not None:
        card = card_of(first, "--from")
        require_implemented(card)
        start = order.index(card.id)
    if last is not None:
        card = card_of(last, "--to")
        require_implemented(card)
        stop = order.index(card.id) + 1
    if start >= stop:
        raise EngineError(
            USE.BAD_OPTION,
            where="--from and --to",
            expected="--from before --to",
            found=f"{first} after {last}",
        )
    return tuple(cards[start:stop])
