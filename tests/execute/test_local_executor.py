"""The local executor: results in block order, errors as they come, bounded work under way, nothing left behind."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.core.blocks import Block, SerialExecutor, blocks_of
from engine.execute.local import AHEAD_OF_SMALL, LocalExecutor


@given(total=st.integers(0, 60), size=st.integers(1, 9), jobs=st.integers(1, 6))
def test_results_come_in_the_order_of_the_blocks_for_any_number_of_jobs(
    total: int, size: int, jobs: int
) -> None:
    plan = blocks_of(total, size)

    def slow_at_first(block: Block) -> tuple[int, int]:
        time.sleep(0.0005 if block.number % jobs == 0 else 0)
        return block.start, block.stop

    wanted = [(block.start, block.stop) for block in plan]
    assert list(LocalExecutor(jobs).results(slow_at_first, plan)) == wanted
    assert list(SerialExecutor().results(slow_at_first, plan)) == wanted
    assert [unit for start, stop in wanted for unit in range(start, stop)] == list(range(total))


@pytest.mark.parametrize("jobs", [1, 2, 4])
def test_no_more_blocks_than_jobs_and_one_are_finished_ahead_of_who_takes_them(jobs: int) -> None:
    begun: list[int] = []

    def noted(block: Block) -> int:
        begun.append(block.number)
        return block.number

    results = LocalExecutor(jobs).results(noted, blocks_of(50, 1))
    for taken in range(10):
        assert next(results) == taken
        time.sleep(0.002)
        assert len(begun) <= taken + 1 + jobs + 1
    results.close()
    assert len(begun) <= 10 + jobs + 1


def test_where_results_are_small_one_long_block_holds_no_other_up() -> None:
    others = threading.Semaphore(0)

    def long_at_first(block: Block) -> int:
        if block.number == 0:
            for _ in range(AHEAD_OF_SMALL):
                assert others.acquire(timeout=10)
        else:
            others.release()
        return block.number

    results = LocalExecutor(2).results(long_at_first, blocks_of(AHEAD_OF_SMALL + 1, 1), small=True)
    assert list(results) == list(range(AHEAD_OF_SMALL + 1))


@pytest.mark.parametrize("jobs", [1, 3])
def test_the_error_of_the_first_block_in_order_is_raised(jobs: int) -> None:
    """Block 5 fails at once, block 2 later: block 2 is the answer, as it would be with one job."""

    def broken(block: Block) -> int:
        if block.number == 2:
            time.sleep(0.02)
            raise ValueError("two")
        if block.number == 5:
            raise ValueError("five")
        return block.number

    seen = []
    with pytest.raises(ValueError, match="two"):
        for number in LocalExecutor(jobs).results(broken, blocks_of(9, 1)):
            seen.append(number)
    assert seen == [0, 1]


def test_nothing_is_under_way_once_the_results_were_closed() -> None:
    """The stage into which workers write is removed next."""
    running, ended = threading.Semaphore(0), []

    def slow(block: Block) -> int:
        running.release()
        time.sleep(0.03)
        ended.append(block.number)
        return block.number

    results: Iterator[int] = LocalExecutor(3).results(slow, blocks_of(20, 1))
    assert next(results) == 0
    results.close()  # type: ignore[attr-defined]
    count = len(ended)
    time.sleep(0.08)
    assert len(ended) == count
    assert not [thread for thread in threading.enumerate() if thread.name.startswith("block")]


def test_jobs_are_at_least_one() -> None:
    with pytest.raises(ValueError, match="at least 1"):
        LocalExecutor(0)
    assert LocalExecutor(None).jobs >= 1
