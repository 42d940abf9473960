# Generated from contracts/ by `closedworld codegen`; do not edit: change the contract and regenerate.
"""Every state, upstream first."""

from __future__ import annotations

from typing import Any, Final

from codegen.runtime.cards import StateCard
from generated.states.s1a import S1A_S0
from generated.states.s1b import S1B_S0
from generated.states.s2a import S2A_S0
from generated.states.s2b import S2B_S0, S2B_S1, S2B_S2, S2B_S3, S2B_S4, S2B_S5, S2B_S6, S2B_S7, S2B_S8
from generated.states.s3a import S3A_S0
from generated.states.s3b import S3B_S0, S3B_S1
from generated.states.s5a import S5A_S0, S5A_S1
from generated.states.s5b import S5B_S0, S5B_S1, S5B_S2, S5B_S3, S5B_S4, S5B_S5

__all__ = [
    "BY_ID",
    "CARDS",
    "S1A_S0",
    "S1B_S0",
    "S2A_S0",
    "S2B_S0",
    "S2B_S1",
    "S2B_S2",
    "S2B_S3",
    "S2B_S4",
    "S2B_S5",
    "S2B_S6",
    "S2B_S7",
    "S2B_S8",
    "S3A_S0",
    "S3B_S0",
    "S3B_S1",
    "S5A_S0",
    "S5A_S1",
    "S5B_S0",
    "S5B_S1",
    "S5B_S2",
    "S5B_S3",
    "S5B_S4",
    "S5B_S5",
]

BY_ID: Final[dict[str, type[Any]]] = {
    "1A.S0": S1A_S0,
    "1B.S0": S1B_S0,
    "2A.S0": S2A_S0,
    "2B.S0": S2B_S0,
    "2B.S1": S2B_S1,
    "2B.S2": S2B_S2,
    "2B.S3": S2B_S3,
    "2B.S4": S2B_S4,
    "2B.S5": S2B_S5,
    "2B.S6": S2B_S6,
    "2B.S7": S2B_S7,
    "2B.S8": S2B_S8,
    "3A.S0": S3A_S0,
    "3B.S0": S3B_S0,
    "3B.S1": S3B_S1,
    "5A.S0": S5A_S0,
    "5A.S1": S5A_S1,
    "5B.S0": S5B_S0,
    "5B.S1": S5B_S1,
    "5B.S2": S5B_S2,
    "5B.S3": S5B_S3,
    "5B.S4": S5B_S4,
    "5B.S5": S5B_S5,
}
"""The class of every state, in an order in which they can run."""

CARDS: Final[tuple[StateCard, ...]] = (
    S1A_S0.CARD,
    S1B_S0.CARD,
    S2A_S0.CARD,
    S2B_S0.CARD,
    S2B_S1.CARD,
    S2B_S2.CARD,
    S2B_S3.CARD,
    S2B_S4.CARD,
    S2B_S5.CARD,
    S2B_S6.CARD,
    S2B_S7.CARD,
    S2B_S8.CARD,
    S3A_S0.CARD,
    S3B_S0.CARD,
    S3B_S1.CARD,
    S5A_S0.CARD,
    S5A_S1.CARD,
    S5B_S0.CARD,
    S5B_S1.CARD,
    S5B_S2.CARD,
    S5B_S3.CARD,
    S5B_S4.CARD,
    S5B_S5.CARD,
)
"""The card of every state, upstream first."""
