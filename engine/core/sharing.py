"""Sharing: a state takes over what another run made from the same inputs (spec/identity-and-seals.md, section 7).

A publish record that carries the inputs key of today stands for work that need not be done again. Its files are
hard-linked, or copied across file systems, each after its digest was checked, and published here under this run's own
partition with the record that computing would have written.

Outputs whose rows name a part of the identity that the inputs key does not cover, such as a log's run_id, are the same
rows under another name: of a stream of records each record is read, checked and written again with this run's identity.
Any other such output is shared only between runs for which that part of the identity is equal.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, fields
from pathlib import Path, PurePath
from typing import Any, Final

from codegen.runtime.canonical import SyntaxProblem, canonical_bytes, parse_json
from codegen.runtime.cards import DatasetSpec, StateCard
from codegen.runtime.paths import PathTokenError
from engine.core import publish, story
from engine.core.digests import FileDigest, sha256_bytes
from engine.core.documents import load_document
from engine.core.errors import DocumentInvalid, PublishFailure, SealFailure, SealReason
from engine.core.identity import RunIdentity
from engine.core.inputs import shape_of
from engine.core.run import RunFolder
from engine.core.validation import file_bytes
from engine.core.work import published_datasets, unpublished

__all__ = ["Source", "first_source", "is_shareable", "shared_records", "sources", "uncovered_identity"]

_ALWAYS_IN_THE_KEY: Final = frozenset(("law_version", "created_utc"))


@dataclass(frozen=True, slots=True)
class Source:
    """A run that holds every output of a state under one inputs key, by what its publish records say."""

    root: Path
    outputs: tuple[tuple[DatasetSpec, Mapping[str, Any]], ...]
    """Each output's dataset with its publish record, in the order in which they are published."""

    @property
    def run_id(self) -> str:
        """The run's id, which is its folder's name."""
        return self.root.name


def is_shareable(card: StateCard) -> bool:
    """Whether a state can be shared at all.

    A gate seals the inputs of its own run. A state whose only output is split by a token such as scenario_id gives no
    sign that another run made all of its partitions, so it is computed.
    """
    own = published_datasets(card)
    split = [dataset for dataset in own if dataset.required and dataset.path.split_token]
    return card.kind != "gate" and (not own[-1].path.split_token or len(split) > 1)


def sources(card: StateCard, folder: RunFolder, runs_root: Path, key: str) -> Iterator[Source]:
    """The other runs under a runs root that hold all outputs of a state under this inputs key, in ascending run_id.

    Only publish records are read; no file of an output is opened. A damaged record makes its run no source.
    """
    if not is_shareable(card) or not runs_root.is_dir():
        return
    own = folder.root.absolute()
    for root in sorted(runs_root.absolute().iterdir()):
        if root == own or root.name.startswith("."):
            continue
        try:
            outputs = _outputs(card, root, key)
        except (SealFailure, OSError) as failure:
            _skipped(card, root, failure)
            continue
        if outputs is not None and all(_is_usable(card, *output, folder.identity) for output in outputs):
            yield Source(root, outputs)


def first_source(card: StateCard, folder: RunFolder, runs_root: Path, key: str) -> Source | None:
    """The run from which a state would be shared, as far as the publish records tell; None where it would run."""
    return next(sources(card, folder, runs_root, key), None)


def shared_records(
    card: StateCard, folder: RunFolder, runs_root: Path, key: str, digests: Mapping[str, str]
) -> tuple[str, list[dict[str, Any]]] | None:
    """The id of the run that a state was shared from and the records that were published; None when the state must run.

    A source whose files do not hold is left alone with a caution, and the next one is tried.

    Args:
        card: the state.
        folder: the run that takes over; the caller holds its lock.
        runs_root: the folder of all runs.
        key: the inputs key of today.
        digests: the digests of the inputs that this run's records must name.

    Raises:
        PublishConflict, PublishFailure, PublishUnknown: the outputs could not be published here.
    """
    for source in sources(card, folder, runs_root, key):
        with publish.Stage.open(folder.root, f"shared.{card.id}", key) as stage:
            try:
                staged = [_staged(card, folder, stage, source, *output) for output in source.outputs]
            except (SealFailure, PublishFailure, SyntaxProblem, DocumentInvalid, OSError) as failure:
                _skipped(card, source.root, failure)
                continue
            publish.make_places(
                folder.root, ((entry.dataset.id, entry.partition, _target(folder, entry)) for entry in staged)
            )
            return source.run_id, [_published(card, folder, entry, key, digests) for entry in staged]
    return None


def _skipped(card: StateCard, root: Path, failure: Exception) -> None:
    story.caution(f"{card.id} is not shared from run {root.name}: {failure}", state=card.id, source=root.name)


# -- which runs can give ---------------------------------------------------------------------------------------


def _outputs(
    card: StateCard, root: Path, key: str
) -> tuple[tuple[DatasetSpec, Mapping[str, Any]], ...] | None:
    """All outputs of a state that a run published under a key; None where it has not published all of its work.

    Raises:
        SealFailure: a record is damaged.
    """
    found: list[tuple[DatasetSpec, Mapping[str, Any]]] = []
    values: dict[str, list[str]] = {}
    for dataset in reversed(
        published_datasets(card)
    ):  # the last one published says most cheaply that all are there
        records = [
            record
            for record in publish.dataset_records(root, dataset.id)
            if record["inputs_key"] == key and record["state"] == card.id
        ]
        split = dataset.path.split_token
        if (dataset.required and not records) or (len(records) > 1 and not split):
            return None
        values[dataset.id] = [publish.partition_tokens(record).get(split, "") for record in records]
        found += [(dataset, record) for record in reversed(records)]
    return tuple(reversed(found)) if not unpublished(card, values) else None


def _named_identity(dataset: DatasetSpec) -> set[str]:
    """The parts of the identity that an output's own bytes name."""
    shape: Any = shape_of(dataset)
    held = shape.ARROW_SCHEMA.names if hasattr(shape, "ARROW_SCHEMA") else getattr(shape, "model_fields", ())
    named = set(held) & {field.name for field in fields(RunIdentity)}
    return named | ({"manifest_fingerprint"} if dataset.flag_form == "json" else set())


def uncovered_identity(card: StateCard, dataset: DatasetSpec) -> set[str]:
    """The parts of the identity that an output names and that the state's inputs key does not cover."""
    return _named_identity(dataset) - set(card.identity) - _ALWAYS_IN_THE_KEY


def _is_stream(dataset: DatasetSpec) -> bool:
    return dataset.format == "jsonl" and bool(dataset.shape)


def _is_usable(
    card: StateCard, dataset: DatasetSpec, record: Mapping[str, Any], identity: RunIdentity
) -> bool:
    """Whether an output of another run can stand in this one: its names are covered, equal, or can be written anew."""
    tokens = publish.partition_tokens(record)
    if set(tokens) != set(dataset.path.tokens):
        return False
    return _is_stream(dataset) or all(
        tokens.get(name) == str(getattr(identity, name)) for name in uncovered_identity(card, dataset)
    )


# -- taking over -----------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Staged:
    """One output in the stage, with what its record says of its content."""

    dataset: DatasetSpec
    partition: Mapping[str, str]
    folder: Path
    rows: int | None
    content_digest: str | None
    known: Mapping[str, FileDigest]


def _staged(
    card: StateCard,
    folder: RunFolder,
    stage: publish.Stage,
    source: Source,
    dataset: DatasetSpec,
    record: Mapping[str, Any],
) -> _Staged:
    """One output of the source in this run's stage, every file checked.

    Raises:
        SealFailure, SyntaxProblem, DocumentInvalid: a file does not hold.
        PublishFailure, OSError: a file cannot be read or written.
    """
    tokens = publish.partition_tokens(record)
    split = dataset.path.split_token
    partition = folder.partition(dataset, {split: tokens[split]} if split else None)
    try:
        theirs = source.root / dataset.path.folder(tokens)
    except PathTokenError as error:
        raise SealFailure(
            where=f"{source.root} {dataset.id}",
            expected="a partition of the contract's form",
            found=str(error),
            reason=SealReason.RECORD,
        ) from None
    files = {entry["path"]: FileDigest(entry["bytes"], entry["sha256_hex"]) for entry in record["files"]}
    known: Mapping[str, FileDigest] = {}
    if _is_stream(dataset) and uncovered_identity(card, dataset):
        mine = stage.dataset_folder(dataset.id, partition)
        for name, recorded in files.items():
            data = _checked_bytes(theirs / name, recorded)
            target = mine / name
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(_renamed_records(dataset, data, tokens, folder.identity))
    else:
        mine = stage.adopt(dataset.id, partition, theirs, files)
        # A hard link holds the very bytes that were checked; a copy is read again when it is published.
        known = {name: files[name] for name in files if (mine / name).samefile(theirs / name)}
        for name in files.keys() - known.keys():
            _checked_bytes(mine / name, files[name])
    return _Staged(dataset, partition, mine, record["rows"], record["content_digest"], known)


def _checked_bytes(path: Path, recorded: FileDigest) -> bytes:
    """A file's bytes, after they were compared with its record.

    Raises:
        SealFailure: they differ.
    """
    data = path.read_bytes()
    if FileDigest(len(data), sha256_bytes(data)) != recorded:
        raise SealFailure(
            where=path,
            expected=f"published sha256 {recorded.sha256_hex}",
            found=f"sha256 {sha256_bytes(data)}",
            reason=SealReason.DIGEST,
        )
    return data


def _renamed_records(
    dataset: DatasetSpec, data: bytes, theirs: Mapping[str, str], identity: RunIdentity
) -> bytes:
    """The records of one part under this run's identity.

    Raises:
        SealFailure: a record names another run than the partition that it lies in.
        SyntaxProblem, DocumentInvalid: a record does not parse or breaks its model.
    """
    shape, mine = shape_of(dataset), asdict(identity)
    records = []
    for number, line in enumerate(data.splitlines(), start=1):
        value = parse_json(line, name=f"{dataset.id}:{number}")
        if not isinstance(value, dict):
            raise SyntaxProblem(f"{dataset.id}:{number}", 1, 1, "not a record")
        for name in sorted(value.keys() & theirs.keys()):
            if str(value[name]) != theirs[name]:
                raise SealFailure(
                    where=f"{dataset.id}:{number} {name}",
                    expected=theirs[name],
                    found=str(value[name]),
                    reason=SealReason.IDENTITY,
                )
        renamed = canonical_bytes({name: mine.get(name, held) for name, held in value.items()})
        records.append(load_document(renamed, format="json", model=shape, name=f"{dataset.id}:{number}")[0])
    return file_bytes(records)


def _target(folder: RunFolder, entry: _Staged) -> PurePath:
    """Where in the run a partition is published."""
    return entry.dataset.path.folder({**folder.tokens, **entry.partition})


def _published(
    card: StateCard, folder: RunFolder, entry: _Staged, key: str, digests: Mapping[str, str]
) -> dict[str, Any]:
    publish.publish(
        folder.root,
        dataset=entry.dataset.id,
        partition=entry.partition,
        target=_target(folder, entry),
        staged=entry.folder,
        fields=publish.RecordFields(
            state=card.id,
            law_version=folder.identity.law_version,
            rows=entry.rows,
            content_digest=entry.content_digest,
            inputs=digests,
            inputs_key=key,
        ),
        known=entry.known,
        flushed=entry.known,  # links to files that were flushed when the other run published them
    )
    record = publish.read_record(folder.root, entry.dataset.id, entry.partition)
    return record if record is not None else {}
