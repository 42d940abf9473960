"""What an explanation reads: declared inputs and outputs of a state, each checked against its seal or record first."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, Final

import numpy as np

from codegen.runtime.cards import DatasetSpec, GateInput, StateCard
from codegen.runtime.columns import TextColumn
from codegen.runtime.paths import Token
from codegen.runtime.tables import PartitionedTable, Table, TableShapeError
from engine.core import publish, seals
from engine.core.errors import EngineError, Failure, SyntaxProblem
from engine.core.failure_codes import engine_error
from engine.core.inputs import opened
from engine.core.inventory import sealed_inventory
from engine.core.run import RunFolder
from engine.explain.steps import Scalar, Source
from generated import states
from generated.errors.engine import CONTRACT

__all__ = ["Sources", "derived_columns", "python_column", "rows_of_merchant"]

_SEALED: Final = ("sealed", "policy")


class Sources:
    """The datasets of one state in a run; each is read only after its bytes were compared with what vouches for them.

    Attributes:
        read: what was read so far, in order.
    """

    def __init__(self, folder: RunFolder, card: StateCard) -> None:
        self.folder = folder
        self.card = card
        self.read: list[Source] = []
        self._inventory: Mapping[str, GateInput] | None = None

    @property
    def created(self) -> np.datetime64:
        """The instant that every output of the run carries, microseconds, UTC."""
        return np.datetime64(self.folder.identity.created_utc.removesuffix("Z"), "us")

    def opened(self, dataset: DatasetSpec, tokens: Mapping[str, Token] | None = None) -> Any:
        """A dataset as its generated table or model; bytes where it has none.

        Args:
            dataset: a declared input or output of the state.
            tokens: path tokens beyond those that the run fixes, such as scenario_id.

        Raises:
            EngineError: it is not there, its bytes are not those that were sealed or published, or it has other
                columns than the contract.
            LookupError: the state's card declares no such dataset.
        """
        with _coded(self.folder, self.card):
            self.read.append(self._checked(dataset, tokens))
            return opened(self.folder, dataset, tokens)

    def _checked(self, dataset: DatasetSpec, tokens: Mapping[str, Token] | None) -> Source:
        if dataset in self.card.writes:
            return self._published(dataset, self.card, tokens)
        read = next((read for read in self.card.reads if read.dataset == dataset), None)
        if read is None:
            raise LookupError(f"{self.card.id} declares no {dataset.id}")
        if read.via in _SEALED:
            if self._inventory is None:
                gate = seals.gate_card(states.CARDS, self.card.segment)
                self._inventory = sealed_inventory(self.folder, gate)
            row = seals.check_sealed(self.folder, read, self._inventory)
            wanted = {name: str(value) for name, value in (tokens or {}).items()}
            digests = [
                part.sha256_hex
                for part in (row.partitions if row is not None and wanted else ())
                if wanted.items() <= dict(part.partition).items()
            ]
            whole = row.sha256_hex if row is not None else ""
            return Source(dataset.id, "seal", digests[0] if digests else whole)
        maker = next((card for card in states.CARDS if card.id == dataset.produced_by), self.card)
        return self._published(dataset, maker, tokens)

    def _published(
        self, dataset: DatasetSpec, maker: StateCard, tokens: Mapping[str, Token] | None
    ) -> Source:
        partition = self.folder.partition(dataset, tokens)
        record = publish.read_record(self.folder.root, dataset.id, partition)
        if record is None:
            raise EngineError(
                CONTRACT.INPUT_NOT_PUBLISHED,
                where=dataset.id,
                expected=f"a run in which {maker.id} is done "
                f"(closedworld run --run {self.folder.identity.run_id} --to {maker.id})",
                found="nothing published",
            )
        record = seals.check_published(self.folder, dataset, tokens)
        digest = record["content_digest"] or record["files"][0]["sha256_hex"]
        return Source(dataset.id, "publish record", digest)


@contextmanager
def _coded(folder: RunFolder, card: StateCard) -> Iterator[None]:
    """Give failures of reading their codes."""
    try:
        yield
    except (Failure, SyntaxProblem) as failure:
        raise engine_error(failure) from failure
    except TableShapeError as error:
        raise shape_error(error) from error


def shape_error(error: TableShapeError) -> EngineError:
    """The error of a file whose columns are not the contract's."""
    return EngineError(
        CONTRACT.OUTPUT_SCHEMA_INVALID,
        where=f"{error.dataset}: {error.where}",
        expected=error.expected,
        found=error.found,
    )


def python_column(table: Table, name: str) -> list[Scalar]:
    """One column as Python's own values; null is None.

    Days as YYYY-MM-DD, instants as RFC 3339 with microseconds, civil times alike but without a zone.
    """
    column = getattr(table, name)
    if isinstance(column, TextColumn):
        return list(column.decoded().tolist())
    if column.dtype.kind == "M":
        suffix = "Z" if table.SPEC.column(name).type == "timestamp_us_utc" else ""
        missing = np.ma.getmaskarray(column).tolist()
        texts = np.datetime_as_string(np.ma.getdata(column)).tolist()
        return [None if null else f"{text}{suffix}" for text, null in zip(texts, missing, strict=True)]
    return list(column.tolist())


def derived_columns(row: Table) -> dict[str, Scalar]:
    """The columns of a table of one row that are no key, as Python's own values, in the contract's order."""
    names = [column.name for column in row.SPEC.columns if column.name not in row.SPEC.primary_key]
    return {name: python_column(row, name)[0] for name in names}


def rows_of_merchant(
    table: PartitionedTable[Any], merchant: int, wanted: Iterable[str] | None = None
) -> Iterator[tuple[int, dict[str, Scalar]]]:
    """Every stored row of a merchant with its 0-based position in the whole table, part by part.

    Args:
        table: the published partition.
        merchant: the merchant's id.
        wanted: columns to give; all by default.
    """
    names = tuple(wanted) if wanted is not None else table.table.ARROW_SCHEMA.names
    before = 0
    try:
        for part in table.parts():
            places = np.flatnonzero(part.merchant_id == np.uint64(merchant))
            if places.shape[0]:
                picked = part.take(places)
                columns = [python_column(picked, name) for name in names]
                for place, cells in zip(places.tolist(), zip(*columns, strict=True), strict=True):
                    yield before + place, dict(zip(names, cells, strict=True))
            before += part.num_rows
    except TableShapeError as error:
        raise shape_error(error) from error
