"""A run opened for reading: no row of a segment is handed out before the segment's bundle was verified.

Source: spec/identity-and-seals.md, section 4; spec/operations.md, 2.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from codegen.runtime.cards import DatasetSpec
from codegen.runtime.paths import PathTokenError
from engine.core import publish
from engine.core.errors import EngineError, GateFailure, SealFailure, SealReason
from engine.core.failure_codes import engine_error
from engine.core.inputs import split_values
from engine.core.run import RunFolder
from engine.reading import gate
from generated.datasets.s1a import OUTLET_CATALOGUE
from generated.datasets.s5b import S4_ARRIVAL_EVENTS_5B
from generated.errors.engine import SEAL, USE

if TYPE_CHECKING:
    import pyarrow as pa
    import pyarrow.dataset as pads

    from engine.core.identity import RunIdentity

BATCH_ROWS: Final = 1 << 16
"""Arrivals of a batch, at most."""
_SCENARIO: Final = S4_ARRIVAL_EVENTS_5B.path.split_token
_MERCHANT: Final = S4_ARRIVAL_EVENTS_5B.ordering[0]
_INSTANT: Final = "ts_utc"
_TABLE: Final = "parquet"
_FORMATS: Final = (_TABLE, "json", "jsonl")
_PUBLISHED: Final = ("dataset", "log")
"""The kinds of datasets that hold rows; bundles and flags speak of them, policies and reports are not published."""


class OpenRun:
    """The tables of a run by the ids of the contracts, for programs that read Parquet or Arrow.

    A dataset is handed out when the bundle of its segment verifies, its publish records are those that the bundle
    holds, and its files have the records' digests; each is checked once for the object's life.

    Args:
        folder: the run.
        verified: False hands out what is published without asking the gates, to look into an unfinished run.
    """

    def __init__(self, folder: RunFolder, *, verified: bool = True) -> None:
        self.folder = folder
        self.verified = verified
        self._gates: dict[str, gate.Vouched] = {}
        self._checked: set[str] = set()

    @property
    def identity(self) -> RunIdentity:
        """Who the run is: seed, fingerprint, parameter hash, run_id."""
        return self.folder.identity

    @property
    def root(self) -> Path:
        """The run's folder."""
        return self.folder.root

    def __repr__(self) -> str:
        return f"OpenRun({self.identity.run_id}, {len(self)} tables)"

    def __len__(self) -> int:
        return len(self.ids)

    def __iter__(self) -> Iterator[str]:
        return iter(self.ids)

    def __contains__(self, dataset_id: object) -> bool:
        return dataset_id in self.ids

    @property
    def ids(self) -> tuple[str, ...]:
        """The tables that are published in the run, whether their gates pass or not, ascending."""
        known = self.declared
        published = {record["dataset"] for record in publish.published_records(self.folder.root)}
        return tuple(sorted(name for name in published if name in known and known[name].format == _TABLE))

    @property
    def declared(self) -> Mapping[str, DatasetSpec]:
        """Every dataset by id, as the contracts that made the run declare it.

        Raises:
            EngineError: other contracts than this engine's made the run, and its copy of them does not hold.
        """
        try:
            return gate.datasets_of(self.folder)
        except SealFailure as failure:
            raise engine_error(failure) from failure

    @property
    def scenarios(self) -> tuple[str, ...]:
        """The scenarios whose arrivals are published, ascending."""
        return tuple(sorted(split_values(self.folder, S4_ARRIVAL_EVENTS_5B)))

    def __getitem__(self, dataset_id: str) -> pads.Dataset:
        return self.dataset(dataset_id)

    def dataset(self, dataset_id: str, *, scenario: str | Sequence[str] | None = None) -> pads.Dataset:
        """A table as a pyarrow dataset of its part files, in writer order.

        Args:
            dataset_id: the contract's id, such as `s3_bucket_counts_5B`.
            scenario: one or several scenarios of a dataset that has them; None for all.

        Raises:
            EngineError: no such table, no such scenario, a gate that does not pass, or files that are not the published
                ones.
        """
        import pyarrow as pa

        from engine.reading.rows import parquet_dataset

        self._declared(dataset_id, (_TABLE,))
        paths = self.files(dataset_id, scenario=scenario)
        try:
            return parquet_dataset(paths)
        except (OSError, pa.ArrowException) as error:  # only where the files were not checked
            raise EngineError(
                SEAL.PUBLISH_RECORD_MISMATCH,
                where=dataset_id,
                expected="Parquet files, as its publish record lists them",
                found=" ".join(str(error).split()),
            ) from error

    def files(self, dataset_id: str, *, scenario: str | Sequence[str] | None = None) -> list[Path]:
        """The checked files of a table, document or log, in writer order; arguments and errors as in `dataset`."""
        dataset = self._declared(dataset_id, _FORMATS)
        try:
            if self.verified and dataset.segment not in self._gates:
                self._gates[dataset.segment] = gate.vouched_records(self.folder, dataset.segment)
            records = gate.records_of(self.folder, dataset)
            if self.verified:
                gate.require_vouched(self.folder, dataset, records, self._gates[dataset.segment])
            chosen = self._chosen(dataset, records, scenario)
            unchecked = [tokens for place, tokens in chosen.items() if place not in self._checked]
            if self.verified and unchecked:
                gate.require_published(self.folder, dataset, unchecked)
                self._checked |= chosen.keys()
        except (SealFailure, GateFailure) as failure:
            raise engine_error(failure) from failure
        return [
            self.folder.folder(dataset, chosen[place]) / entry["path"]
            for record in records
            if (place := gate.place_of(record)) in chosen
            for entry in record["files"]
        ]

    def arrivals(
        self,
        *,
        scenario: str | Sequence[str] | None = None,
        merchant: int | Iterable[int] | None = None,
        between: tuple[datetime | str, datetime | str] | None = None,
        columns: Sequence[str] | None = None,
    ) -> Iterator[pa.RecordBatch]:
        """The arrivals in writer order, at most 65,536 a batch; row groups without any that is asked for are not read.

        Args:
            scenario: one or several scenarios; None for all.
            merchant: one or several merchant_ids; None for all.
            between: (start, end) of `ts_utc`, the end excluded; datetimes with a zone, or ISO 8601 texts, which are UTC
                where they name no offset.
            columns: the columns to read, in this order; None for all.

        Raises:
            EngineError: as `dataset`; an unknown column; times that are none, have no zone, or do not rise.
        """
        import pyarrow.compute as pc

        dataset = self.dataset(S4_ARRIVAL_EVENTS_5B.id, scenario=scenario)
        unknown = [name for name in columns or () if name not in dataset.schema.names]
        if unknown:
            raise _bad("columns", f"some of {', '.join(dataset.schema.names)}", ", ".join(unknown))
        wanted = None
        if merchant is not None:
            ids = [merchant] if isinstance(merchant, int) else list(merchant)
            wanted = pc.field(_MERCHANT).isin(self._known_merchants(ids))
        if between is not None:
            import pyarrow as pa

            start, end = _interval(between)
            type_ = dataset.schema.field(_INSTANT).type
            inside = (pc.field(_INSTANT) >= pa.scalar(start, type_)) & (
                pc.field(_INSTANT) < pa.scalar(end, type_)
            )
            wanted = inside if wanted is None else wanted & inside
        batches = dataset.to_batches(
            columns=list(columns) if columns is not None else None,
            filter=wanted,
            batch_size=BATCH_ROWS,
            batch_readahead=4,
            fragment_readahead=1,
        )
        return (batch for batch in batches if batch.num_rows)

    def query(self, sql: str) -> pa.Table:
        """The rows of a SELECT in DuckDB's SQL over the tables, each a view of its id, all of them in memory.

        JSON documents and logs are views too; `selected` in engine.reading.sql gives the rows in batches instead.

        Raises:
            EngineError: as `dataset` for every table that it names; SQL that DuckDB refuses, or that is no SELECT.
        """
        from engine.reading.sql import selected

        with selected(self, sql) as rows:
            return rows.read_all()

    def _known_merchants(self, ids: Sequence[Any]) -> pa.Array[Any]:
        """Merchant ids, which the world must have; one that only has no arrivals is an answer, and not refused."""
        import pyarrow.compute as pc

        wanted = _merchant_ids(ids)
        world = self[OUTLET_CATALOGUE.id].to_table(columns=[_MERCHANT]).column(0)
        unknown = wanted.filter(pc.invert(pc.is_in(wanted, world.combine_chunks()))).to_pylist()
        if unknown:
            some = ", ".join(map(str, pc.unique(world).to_pylist()[:3]))
            raise _bad("merchant", f"merchants of the world, such as {some}", ", ".join(map(str, unknown)))
        return wanted

    # -- gates -------------------------------------------------------------------------------------------------

    def _declared(self, dataset_id: str, formats: tuple[str, ...]) -> DatasetSpec:
        """A published dataset in one of some formats; policies and reports are not published."""
        known = self.declared
        dataset = known.get(dataset_id)
        if dataset is None or dataset.format not in formats or dataset.kind not in _PUBLISHED:
            tables = [name for name, one in known.items() if one.format == _TABLE]
            near = get_close_matches(str(dataset_id), tables, n=3, cutoff=0.4)
            expected = f"the id of a table, such as {', '.join(near or tables[:3])}"
            raise EngineError(USE.UNKNOWN_DATASET, where="dataset", expected=expected, found=dataset_id)
        return dataset

    def _chosen(
        self, dataset: DatasetSpec, records: Sequence[gate.Record], scenario: str | Sequence[str] | None
    ) -> dict[str, dict[str, str]]:
        """The partitions that are asked for: the place of each record with the token that splits it, if one does."""
        split = dataset.path.split_token
        tokens = {gate.place_of(record): self._split_of(dataset, record) for record in records}
        if scenario is None:
            return tokens
        if split != _SCENARIO:
            raise _bad("scenario", f"a dataset with scenarios, not {dataset.id}", str(scenario))
        asked = [scenario] if isinstance(scenario, str) else list(scenario)
        held = sorted(one[split] for one in tokens.values())
        for name in asked:
            if name not in held:
                there = ", ".join(held) or "none"
                raise EngineError(USE.UNKNOWN_SCENARIO, where=dataset.id, expected=there, found=str(name))
        return {place: one for place, one in tokens.items() if one[split] in asked}

    def _split_of(self, dataset: DatasetSpec, record: gate.Record) -> dict[str, str]:
        """The token that splits a dataset with its value in a record, which must be of this run."""
        split, tokens = dataset.path.split_token, publish.partition_tokens(record)
        own = {split: tokens.get(split, "")} if split else {}
        try:
            partition: object = self.folder.partition(dataset, own)
        except PathTokenError as problem:
            partition = problem
        if partition != tokens:
            raise SealFailure(
                where=gate.place_of(record),
                expected=f"a partition of this run, {partition}",
                found=record["partition"],
                reason=SealReason.RECORD,
            )
        return own


def _merchant_ids(ids: Sequence[Any]) -> Any:
    import pyarrow as pa

    for one in ids:
        if not isinstance(one, int) or isinstance(one, bool) or not 0 < one < 1 << 64:
            raise _bad("merchant", "merchant_ids from 1 to 2^64 - 1", repr(one))
    return pa.array(ids, pa.uint64())


def _interval(between: tuple[datetime | str, datetime | str]) -> tuple[datetime, datetime]:
    """Start and end in UTC."""
    times: Any = between  # callers without a type checker pass anything
    if not isinstance(times, tuple | list) or len(times) != 2:
        raise _bad("between", "a pair of a start and an end", repr(times))
    start, end = (_instant(value) for value in times)
    if not start < end:
        raise _bad("between", "a start before the end", f"{start.isoformat()}, {end.isoformat()}")
    return start, end


def _instant(value: Any) -> datetime:
    if isinstance(value, str):
        try:
            parsed = datetime.fromisoformat(value)
        except ValueError as error:
            wanted = "an ISO 8601 time, such as 2024-03-10T05:00:00Z"
            raise _bad("between", wanted, str(value)) from error
        return parsed.replace(tzinfo=UTC) if parsed.tzinfo is None else parsed.astimezone(UTC)
    if not isinstance(value, datetime) or value.tzinfo is None:
        raise _bad("between", "a datetime with a time zone, or an ISO 8601 text", repr(value))
    return value.astimezone(UTC)


def _bad(where: str, expected: str, found: str) -> EngineError:
    return EngineError(USE.BAD_OPTION, where=where, expected=expected, found=found)
