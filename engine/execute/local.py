"""The local executor: a thread pool over blocks. Kernels release the GIL, so threads share the cores."""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Callable, Generator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Final, TypeVar

from engine.core.blocks import Block

ResultT = TypeVar("ResultT")
AHEAD_OF_SMALL: Final = 16
"""Blocks may differ by a factor of ten and more in what they hold; so many small ones fill the time of a large one."""


class LocalExecutor:
    """Runs blocks on `jobs` threads and gives the results in block order.

    At most `jobs` + `ahead` blocks are under way or waiting to be taken, so memory is bounded by the block and not
    by the table; where results are small, `AHEAD_OF_SMALL` of them may wait.

    Args:
        jobs: worker threads; None: the number of cores.
        ahead: blocks that may be begun while an earlier one takes longer.
    """

    def __init__(self, jobs: int | None = None, *, ahead: int = 2) -> None:
        self.jobs, self.ahead = jobs if jobs is not None else os.cpu_count() or 1, ahead
        if self.jobs < 1:
            raise ValueError(f"jobs must be at least 1, found {self.jobs}")

    def results(
        self, function: Callable[[Block], ResultT], blocks: Sequence[Block], *, small: bool = False
    ) -> Generator[ResultT, None, None]:
        """The results in order of the blocks; the first error ends the iteration and is raised.

        Once it has ended or was closed, no block is under way any more.
        """
        if self.jobs == 1 or len(blocks) <= 1:
            yield from (function(block) for block in blocks)
            return
        waiting: deque[Future[ResultT]] = deque()
        most = self.jobs + (max(self.ahead, AHEAD_OF_SMALL) if small else self.ahead)
        remaining = iter(blocks)
        with ThreadPoolExecutor(self.jobs, thread_name_prefix="block") as pool:
            try:
                for block in remaining:
                    waiting.append(pool.submit(function, block))
                    if len(waiting) >= most:
                        yield waiting.popleft().result()
                while waiting:
                    yield waiting.popleft().result()
            finally:
                for future in waiting:
                    future.cancel()
