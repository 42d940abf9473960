"""Every publish record of a run against its files, and its tables' content against the rows.

Source: spec/identity-and-seals.md, sections 2 and 6.
"""

from __future__ import annotations

import functools
import threading
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from codegen.runtime.canonical import document_bytes
from codegen.runtime.cards import DatasetSpec
from codegen.runtime.findings import Finding
from codegen.runtime.paths import PathTokenError
from codegen.runtime.tables import part_paths, part_rows
from engine.core import publish, seals
from engine.core.blocks import Block, blocks_of
from engine.core.errors import SealFailure, SealReason
from engine.core.kept_contracts import KeptContracts
from engine.core.run import RunFolder
from engine.execute.local import LocalExecutor
from engine.execute.table_contents import TableContents
from engine.execute.verification import Verification, collected, collected_of
from generated.errors.engine import SEAL


def whole_records(folder: RunFolder) -> Iterator[dict[str, Any]]:
    """The publish records that can be read; the others are findings of their own."""
    for where, path in publish.record_places(folder.root).items():
        with suppress(SealFailure):
            yield publish.placed_record(path, where)


@dataclass
class _Known:
    """A record that can be read, of a dataset of the run's contracts."""

    record: Mapping[str, Any]
    dataset: DatasetSpec
    paths: list[Path] = field(default_factory=list)
    """Its files, once they were found to be those that it lists."""

    @property
    def bytes(self) -> int:
        """What its files weigh."""
        return sum(int(entry["bytes"]) for entry in self.record["files"])


@dataclass
class RecordChecks:
    """The publish records of a run; asked in two steps, since others may read the tables meanwhile."""

    folder: RunFolder
    kept: KeptContracts
    contents: TableContents
    jobs: int
    _known: list[_Known] = field(default_factory=list)

    def read(self, outcome: Verification) -> None:
        """Read every record by itself, so that a damaged one hides no other."""

        def one(outcome: Verification, where: str, path: Path) -> None:
            record = publish.placed_record(path, where)
            dataset = self.kept.datasets.get(record["dataset"])
            if dataset is None:
                raise SealFailure(
                    where=f"publish record of {record['dataset']}",
                    expected="a dataset of the run's contracts",
                    found="an unknown one",
                    reason=SealReason.RECORD,
                )
            self._known.append(_Known(record, dataset))
            columns = self.kept.columns.get(dataset.id)
            if columns is not None:
                with suppress(PathTokenError):  # found when the record's files are looked at
                    self.contents.expect(columns, self._listed(record, dataset))

        for where, path in publish.record_places(self.folder.root).items():
            collected(functools.partial(one, where=where, path=path), outcome)

    def check_files(self, outcome: Verification, stopped: threading.Event, ended: threading.Event) -> None:
        """The place, form and files of every record that could be read, and as much content as there is time for.

        The largest table has the longest digest, which is one chain; it is begun here, while the laws have not come
        to it yet.

        Args:
            outcome: takes what is found.
            stopped: set by whoever wants no more of it.
            ended: set by whoever has ended what is done beside it, after which there is no time to spare.
        """

        def checked(known: _Known) -> Verification:
            own = Verification(outcome.run_id)
            if not stopped.is_set():
                collected_of(functools.partial(self._check_files, known=known), self.folder, own)
            return own

        self._spread(checked, self._known, outcome)
        tables = (known for known in self._known if known.paths and known.dataset.id in self.kept.columns)
        largest = max(tables, key=lambda known: known.bytes, default=None)
        if largest is not None and self.jobs != 1:
            self.contents.ahead(largest.paths, ended)

    def check_contents(self, outcome: Verification) -> None:
        """Rows and content digest of every record whose files are those that it lists; what nobody read is read now."""

        def checked(known: _Known) -> Verification:
            own = Verification(outcome.run_id)
            collected_of(functools.partial(self._check_content, known=known), self.folder, own)
            return own

        self._spread(checked, [known for known in self._known if known.paths], outcome)

    def _spread(self, checked: Any, known: list[_Known], outcome: Verification) -> None:
        # The largest first: none of them is cut, and small ones fill the time of a large one's last rows.
        ordered = sorted(known, key=lambda known: -known.bytes)
        executor = LocalExecutor(self.jobs, ahead=len(ordered))

        def of_block(block: Block) -> Verification:
            found: Verification = checked(ordered[block.start])
            return found

        for own in executor.results(of_block, blocks_of(len(ordered), 1), small=True):
            outcome.add(own)

    def _listed(self, record: Mapping[str, Any], dataset: DatasetSpec) -> list[Path]:
        """The files that a record lists."""
        target = self.folder.folder(dataset, publish.partition_tokens(record))
        return [target / entry["path"] for entry in record["files"]]

    def _check_files(self, folder: RunFolder, outcome: Verification, known: _Known) -> None:
        record, dataset = known.record, known.dataset
        tokens, where = publish.partition_tokens(record), f"publish record of {dataset.id}"
        try:
            partition = folder.partition(dataset, tokens)
            if publish.partition_text(partition) != record["partition"] or any(
                str(folder.tokens.get(name, value)) != value for name, value in partition.items()
            ):
                raise PathTokenError(record["partition"])
            seals.check_published(folder, dataset, tokens)
        except PathTokenError as error:
            raise SealFailure(
                where=where,
                expected=f"the partition of this run by {', '.join(dataset.path.tokens) or 'no token'}",
                found=str(error),
                reason=SealReason.PARTITION,
            ) from error
        if (folder.root / publish.record_path(dataset.id, partition)).read_bytes() != document_bytes(
            dict(record)
        ):
            outcome.findings.append(
                Finding(SEAL.PUBLISH_RECORD_INVALID, where, "a record in canonical form", "another form")
            )
        outcome.count("published partitions")
        outcome.count("published files", len(record["files"]))
        paths = self._listed(record, dataset)
        for path, entry in zip(paths, record["files"], strict=True):
            if path.stat().st_size != entry["bytes"]:
                size = f"{path.stat().st_size} bytes"
                found_where = seals.relative(folder, path)
                outcome.findings.append(
                    Finding(SEAL.PUBLISH_RECORD_MISMATCH, found_where, f"{entry['bytes']} bytes", size)
                )
        if dataset.path.is_folder and dataset.format in ("parquet", "jsonl"):
            seen = part_paths(folder.folder(dataset, tokens), dataset.format)
            for path in sorted(set(paths) - set(seen)):
                outcome.findings.append(
                    Finding(
                        SEAL.PUBLISH_RECORD_INVALID,
                        seals.relative(folder, path),
                        "the name of a part",
                        path.name,
                    )
                )
        known.paths = paths

    def _check_content(self, folder: RunFolder, outcome: Verification, known: _Known) -> None:
        record, dataset = known.record, known.dataset
        columns = self.kept.columns.get(dataset.id)
        rows: int | None = None
        digest: str | None = None
        if columns is not None:
            rows = sum(part_rows(dataset.id, path) for path in known.paths)
            digest = self.contents.digest(columns, known.paths)
        elif dataset.format == "jsonl":
            rows = sum(path.read_bytes().count(b"\n") for path in known.paths)
        outcome.count("rows", rows or 0)
        for what, wanted, found in (
            ("rows", record["rows"], rows),
            ("content_digest", record["content_digest"], digest),
        ):
            if wanted != found:
                outcome.findings.append(
                    Finding(SEAL.CONTENT_DIGEST_MISMATCH, f"{dataset.id} {what}", str(wanted), str(found))
                )
