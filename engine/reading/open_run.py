"""A run opened for reading: no row of a segment is handed out before the segment's bundle was verified.

Source: spec/identity-and-seals.md, section 4; spec/operations.md, 2.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from codegen.runtime.canonical import document_bytes
from codegen.runtime.cards import DatasetSpec
from engine.core import publish, seals
from engine.core.digests import sha256_bytes
from engine.core.errors import EngineError, GateFailure, SealFailure
from engine.core.failure_codes import engine_error
from engine.core.gates import verify_bundle
from engine.core.inputs import shape_of, split_values
from engine.core.run import RunFolder
from generated import states
from generated.datasets import BY_ID
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


class OpenRun:
    """The tables of a run by the ids of the contracts, for programs that read Parquet or Arrow.

    A dataset is handed out when the bundle of its segment verifies, its publish record is one that the bundle holds,
    and its files have the record's digests; each is checked once for the object's life.

    Args:
        folder: the run.
        verified: False hands out what is published without asking the gates, to look into an unfinished run.
    """

    def __init__(self, folder: RunFolder, *, verified: bool = True) -> None:
        self.folder = folder
        self.verified = verified
        self._gates: dict[str, frozenset[str]] = {}
        self._checked: set[tuple[str, str]] = set()

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
        published = {record["dataset"] for record in publish.published_records(self.folder.root)}
        return tuple(sorted(name for name in published if name in BY_ID and _is_table(BY_ID[name])))

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
        import pyarrow.dataset as pads

        dataset = _table_of(dataset_id)
        shape: Any = shape_of(dataset)
        coded = [column.name for column in shape.SPEC.columns if column.coded]
        return pads.dataset(
            [str(path) for path in self.files(dataset_id, scenario=scenario)],
            schema=shape.ARROW_SCHEMA,
            format=pads.ParquetFileFormat(dictionary_columns=coded),
        )

    def files(self, dataset_id: str, *, scenario: str | Sequence[str] | None = None) -> list[Path]:
        """The checked Parquet files of a table, in writer order; arguments and errors as in `dataset`."""
        dataset = _table_of(dataset_id)
        token = dataset.path.split_token
        found: list[Path] = []
        for value in self._splits(dataset, scenario):
            tokens = {token: value} if token else {}
            record = self._record(dataset, tokens)
            place = self.folder.folder(dataset, tokens)
            found += [place / entry["path"] for entry in record["files"]]
        return found

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
            wanted = pc.field(_MERCHANT).isin(_merchant_ids(ids))
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
        """The rows of a SELECT in DuckDB's SQL over the tables, each a view of its id.

        Raises:
            EngineError: as `dataset` for every table that it names; SQL that DuckDB refuses, or that is no SELECT.
        """
        from engine.reading.sql import selected

        return selected(self, sql)

    # -- gates -------------------------------------------------------------------------------------------------

    def _splits(self, dataset: DatasetSpec, scenario: str | Sequence[str] | None) -> Sequence[str]:
        """The values of the token that splits a dataset that are asked for; one empty text where nothing does."""
        token = dataset.path.split_token
        if not token:
            if scenario is not None:
                raise _bad("scenario", f"a dataset with scenarios, not {dataset.id}", str(scenario))
            return ("",)
        held = sorted(split_values(self.folder, dataset))
        if scenario is None:
            return held or ("",)
        asked = [scenario] if isinstance(scenario, str) else list(scenario)
        for name in asked:
            if name not in held:
                there = ", ".join(held) or "none"
                raise EngineError(USE.UNKNOWN_SCENARIO, where=dataset.id, expected=there, found=str(name))
        return sorted(dict.fromkeys(asked))

    def _record(self, dataset: DatasetSpec, tokens: Mapping[str, str]) -> dict[str, Any]:
        """The publish record of a partition, after the gate and the files were checked."""
        try:
            if not self.verified:
                return _published(self.folder, dataset, tokens)
            key = dataset.id, publish.partition_text(self.folder.partition(dataset, tokens))
            if key in self._checked:
                return _published(self.folder, dataset, tokens)
            vouched = self._vouched(dataset.segment)
            record = seals.check_published(self.folder, dataset, tokens)
        except (SealFailure, GateFailure) as failure:
            raise engine_error(failure) from failure
        if vouched and sha256_bytes(document_bytes(record)) not in vouched and _is_told(dataset):
            raise EngineError(
                SEAL.PUBLISH_RECORD_MISMATCH,
                where=f"publish record of {dataset.id} {record['partition']}",
                expected="the record that the bundle of its segment holds",
                found="another one",
            )
        self._checked.add(key)
        return record

    def _vouched(self, segment: str) -> frozenset[str]:
        """The digests of a segment's bundle members, after the bundle was verified; none if it holds no records."""
        if segment not in self._gates:
            self._gates[segment] = self._passed(segment)
        return self._gates[segment]

    def _passed(self, segment: str) -> frozenset[str]:
        bundle = next(
            (one for one in BY_ID.values() if one.segment == segment and one.kind == "bundle"), None
        )
        if bundle is None:
            return frozenset()
        path = self.folder.path(bundle)
        if not path.is_dir():
            raise EngineError(
                SEAL.FLAG_MISSING,
                where=f"{bundle.id} of run {self.identity.run_id}",
                expected=f"a bundle with its flag, which {bundle.produced_by} writes when segment {segment} passes",
                found="none",
            )
        held = verify_bundle(
            path,
            bundle_law=bundle.bundle_law,  # type: ignore[arg-type]
            flag_form=bundle.flag_form,  # type: ignore[arg-type]
            index_form=bundle.index_form,  # type: ignore[arg-type]
            manifest_fingerprint=self.identity.manifest_fingerprint,
        )
        digests = frozenset(member.sha256_hex for member in held.members)
        records = (
            sha256_bytes(document_bytes(dict(record)))
            for record in publish.published_records(self.folder.root)
            if record["dataset"] in BY_ID and BY_ID[record["dataset"]].segment == segment
        )
        return digests if any(record in digests for record in records) else frozenset()


def _is_table(dataset: DatasetSpec) -> bool:
    return dataset.format == "parquet"


def _is_told(dataset: DatasetSpec) -> bool:
    """Whether a bundle of records holds that of the dataset: not of what it makes itself, nor of a roster."""
    makers = {one.produced_by for one in BY_ID.values() if one.kind == "bundle"}
    return dataset.produced_by in states.BY_ID and dataset.produced_by not in makers


def _table_of(dataset_id: str) -> DatasetSpec:
    dataset = BY_ID.get(dataset_id)
    if dataset is None or not _is_table(dataset):
        from difflib import get_close_matches

        tables = [name for name, one in BY_ID.items() if _is_table(one)]
        near = get_close_matches(dataset_id, tables, n=3, cutoff=0.4)
        expected = f"the id of a table, such as {', '.join(near or tables[:3])}"
        raise EngineError(USE.UNKNOWN_DATASET, where="dataset", expected=expected, found=dataset_id)
    return dataset


def _published(folder: RunFolder, dataset: DatasetSpec, tokens: Mapping[str, str]) -> dict[str, Any]:
    """The publish record of a partition, its files unchecked."""
    record = publish.read_record(folder.root, dataset.id, folder.partition(dataset, tokens))
    if record is None:
        raise EngineError(
            SEAL.SEAL_MISSING,
            where=dataset.id,
            expected=f"a published partition, which {dataset.produced_by} makes",
            found="none",
        )
    return record


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
