"""Blocks: contiguous ranges of series or merchants, the unit of work, of validation and of part files.

The size of a block is fixed by the contract, never by the number of workers, so that the bytes do not depend
on who computes them.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable, Sequence
from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar

ResultT = TypeVar("ResultT")
OutputsT = TypeVar("OutputsT")


@dataclass(frozen=True, slots=True)
class Block:
    """The range [start, stop) of the dataset's block unit; `number` is also the number of its part file."""

    number: int
    start: int
    stop: int
    split: str = ""
    """The value of the token that splits the state's tables, such as a scenario_id, when all rows of the block have
    the same; it then writes one part of that partition. Empty where rows of a block may go to several partitions."""

    def __len__(self) -> int:
        return self.stop - self.start


def blocks_of(total: int, size: int) -> tuple[Block, ...]:
    """The blocks of `size` units (the last may be shorter) that cover `total` units.

    Raises:
        ValueError: the size is not positive or the total is negative.
    """
    if size < 1 or total < 0:
        raise ValueError(f"blocks of {size} over {total} units")
    starts = range(0, total, size)
    return tuple(Block(number, start, min(start + size, total)) for number, start in enumerate(starts))


def split_blocks(totals: Iterable[tuple[str, int]], size: int) -> tuple[Block, ...]:
    """The blocks of several partitions, numbered through, each block inside one of them.

    Args:
        totals: (value of the splitting token, units) of each partition; a partition without units has no block.
        size: units a block; the last of a partition may be shorter.

    Raises:
        ValueError: the size is not positive or a total is negative.
    """
    found: list[Block] = []
    for split, total in totals:
        for block in blocks_of(total, size):
            found.append(Block(len(found), block.start, block.stop, split))
    return tuple(found)


@dataclass(frozen=True, slots=True)
class Blocks(Generic[OutputsT]):
    """What a state returns that is computed block by block.

    `compute` is pure and safe to call from several threads at once: it is given a block and returns the
    outputs of that block.
    """

    plan: tuple[Block, ...]
    compute: Callable[[Block], OutputsT]


class Executor(Protocol):
    """Something that runs one function over blocks."""

    def results(
        self, function: Callable[[Block], ResultT], blocks: Sequence[Block], *, small: bool = False
    ) -> Generator[ResultT, None, None]:
        """The results in order of the blocks; the first error ends the iteration and is raised.

        Once it has ended or was closed, no block is under way any more.

        Args:
            function: is given a block.
            blocks: what to run it over.
            small: whether a result takes little memory, so that many may wait for a block that takes long.
        """
        ...


class SerialExecutor:
    """Runs the blocks one after the other in the calling thread."""

    def results(
        self, function: Callable[[Block], ResultT], blocks: Sequence[Block], *, small: bool = False
    ) -> Generator[ResultT, None, None]:
        """The results in order of the blocks."""
        return (function(block) for block in blocks)
