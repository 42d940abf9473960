"""Figures of a state's blocks, added up for its run report in order of the blocks, whoever computed them."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from typing import Generic, TypeVar

FiguresT = TypeVar("FiguresT")


class Tally(Generic[FiguresT]):
    """What each block gave, by the block's number. Safe to use from several threads.

    After each block `publish` is called with the figures of all blocks so far, in order of their numbers, so that what
    it notes last is about the whole run and does not depend on who was first.
    """

    def __init__(self, publish: Callable[[Mapping[int, FiguresT]], None]) -> None:
        self._figures: dict[int, FiguresT] = {}
        self._publish = publish
        self._lock = threading.Lock()

    def add(self, number: int, figures: FiguresT) -> None:
        """Take the figures of one block."""
        with self._lock:
            self._figures[number] = figures
            self._publish(dict(sorted(self._figures.items())))
