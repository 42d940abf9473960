"""What a state published, read back as its blocks gave it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from codegen.runtime.cards import DatasetSpec, StateCard
from codegen.runtime.tables import part_number, part_paths
from engine.core.blocks import Block, blocks_of
from engine.core.inputs import is_published, opened, opened_records, shape_of, split_values
from engine.core.run import RunFolder


@dataclass(frozen=True, slots=True)
class PublishedOutputs:
    """The published outputs of a state as its blocks gave them: part files of one number belong to one block."""

    state: type[Any]
    whole: Mapping[str, Any]
    """The outputs that no block shares, by dataset, and None for those that are not there."""
    parts: Mapping[str, _Parts]

    @classmethod
    def of(
        cls,
        folder: RunFolder,
        card: StateCard,
        state: type[Any],
        seen: Callable[[Path, Any], None] | None = None,
    ) -> PublishedOutputs:
        """What a state published in a run; `seen` is told of every part of a table that is read."""
        whole: dict[str, Any] = dict.fromkeys(state.Outputs.__dataclass_fields__)
        parts: dict[str, _Parts] = {}
        for dataset in card.writes:
            if dataset.id not in whole or not is_published(folder, dataset):
                continue
            if dataset.format in ("parquet", "jsonl"):
                parts[dataset.id] = _Parts(folder, dataset, seen)
            else:
                whole[dataset.id] = opened(folder, dataset)
        return cls(state, whole, parts)

    @property
    def blocks(self) -> tuple[Block, ...]:
        """A block for every number of a part; one where there are no parts."""
        return blocks_of(max([1, *(one.blocks for one in self.parts.values())]), 1)

    def of_block(self, number: int) -> Any:
        """The outputs that one block gave."""
        return self.state.Outputs(
            **{**self.whole, **{name: one.of_block(number) for name, one in self.parts.items()}}
        )


class _Parts:
    """The part files of one output by the block that wrote them, and by day where days split the dataset."""

    def __init__(
        self, folder: RunFolder, dataset: DatasetSpec, seen: Callable[[Path, Any], None] | None
    ) -> None:
        self.dataset = dataset
        self.seen = seen
        self.shape = shape_of(dataset)
        split = dataset.path.split_token
        self.paths = {
            value: {
                part_number(path): path
                for path in part_paths(
                    folder.path(dataset, {split: value} if split else None), dataset.format
                )
            }
            for value in (split_values(folder, dataset) if split else ("",))
        }

    @property
    def blocks(self) -> int:
        """One more than the greatest number of a part."""
        return 1 + max((number for paths in self.paths.values() for number in paths), default=-1)

    def of_block(self, number: int) -> Any:
        """What one block wrote: a table, records, or for a split dataset the tables by day; None if nothing."""
        if self.dataset.format == "jsonl":
            path = self.paths[""].get(number)
            return opened_records(self.dataset, [path] if path is not None else [])
        tables = {}
        for value, paths in self.paths.items():
            if number in paths and self.shape is not None:
                tables[value] = self.shape.read_file(paths[number])
                if self.seen is not None:
                    self.seen(paths[number], tables[value])
        return tables if self.dataset.path.split_token else tables.get("")
