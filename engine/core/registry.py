"""Which laws and validators are written: state modules register themselves when they are imported."""

from __future__ import annotations

import importlib
import importlib.util
from collections.abc import Callable, Mapping
from typing import Any, ClassVar, Final, Protocol, TypeVar

from codegen.runtime.cards import StateCard, StateValidators
from codegen.runtime.errors import ErrorCode

_LAWS: Final[dict[str, Callable[..., Any]]] = {}
_MISSING: Final[dict[str, dict[str, ErrorCode]]] = {}
_VALIDATORS: Final[dict[str, type[StateValidators[Any, Any]]]] = {}

LawT = TypeVar("LawT", bound=Callable[..., Any])
ValidatorsT = TypeVar("ValidatorsT", bound=type[StateValidators[Any, Any]])


class State(Protocol):
    """A generated state class, known by its card."""

    CARD: ClassVar[StateCard]


def implements(
    state: type[State], *, missing: Mapping[str, ErrorCode] | None = None
) -> Callable[[LawT], LawT]:
    """Register a function as the law of a state.

    Args:
        state: the generated class of the state.
        missing: the code for a required earlier output that is not there, by dataset id, where the card has one.
    """

    def register(law: LawT) -> LawT:
        _LAWS[state.CARD.id] = law
        _MISSING[state.CARD.id] = dict(missing or {})
        return law

    return register


def validates(state: type[State]) -> Callable[[ValidatorsT], ValidatorsT]:
    """Register a class as the validators of a state."""

    def register(validators: ValidatorsT) -> ValidatorsT:
        _VALIDATORS[state.CARD.id] = validators
        return validators

    return register


def is_implemented(card: StateCard) -> bool:
    """Whether the state's module exists; a card may come before its law."""
    try:
        return importlib.util.find_spec(card.module) is not None
    except ModuleNotFoundError:
        return False


def law_of(card: StateCard) -> Callable[..., Any]:
    """The law of a state, from the module that the card names."""
    importlib.import_module(card.module)
    return _LAWS[card.id]


def missing_code(card: StateCard, dataset: str) -> ErrorCode | None:
    """The state's own code for a required earlier output that is not there; None where it has none."""
    importlib.import_module(card.module)
    return _MISSING.get(card.id, {}).get(dataset)


def validators_of(card: StateCard) -> type[StateValidators[Any, Any]] | None:
    """The validators class of a state; none where every validator is shared."""
    importlib.import_module(card.module)
    return _VALIDATORS.get(card.id)
