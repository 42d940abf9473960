"""Records are checked beside the laws, and nobody waits for them after an interrupt."""

from __future__ import annotations

import threading
from contextlib import suppress
from typing import Any

import pytest

from engine.execute.verify import _beside


def test_a_task_is_done_beside_what_is_inside() -> None:
    inside, done = threading.Event(), threading.Event()

    def task() -> None:
        assert inside.wait(10)
        done.set()

    with _beside(task, threading.Event(), threading.Event(), at_once=False):
        inside.set()
        assert done.wait(10)


def test_with_one_worker_the_task_comes_first() -> None:
    order: list[str] = []
    with _beside(lambda: order.append("task"), threading.Event(), threading.Event(), at_once=True):
        order.append("inside")
    assert order == ["task", "inside"]


def test_an_interrupt_inside_stops_the_task() -> None:
    stopped, seen = threading.Event(), threading.Event()

    def task() -> None:
        if stopped.wait(10):
            seen.set()

    with pytest.raises(KeyboardInterrupt), _beside(task, stopped, threading.Event(), at_once=False):
        raise KeyboardInterrupt
    assert seen.is_set()


def test_what_the_task_raises_is_raised_at_the_end() -> None:
    def task() -> None:
        raise ZeroDivisionError

    inside = []
    with pytest.raises(ZeroDivisionError), _beside(task, threading.Event(), threading.Event(), at_once=False):
        inside.append(1)
    assert inside == [1]


@pytest.mark.parametrize("error", [None, ZeroDivisionError, KeyboardInterrupt])
def test_what_the_task_does_in_time_to_spare_ends_with_what_is_done_inside(error: Any) -> None:
    ended = threading.Event()

    def task() -> None:
        assert ended.wait(10)

    with suppress(ZeroDivisionError, KeyboardInterrupt):
        with _beside(task, threading.Event(), ended, at_once=False):
            assert not ended.is_set()
            if error is not None:
                raise error
        assert error is None
    assert ended.is_set()
