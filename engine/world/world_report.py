"""The validation report that a world segment's bundle holds: what was built, and that every check passed."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

from codegen.runtime.canonical import document_bytes
from codegen.runtime.cards import PublishedRecords, StateCard
from engine.core.digests import lines_digest, sha256_bytes
from engine.core.publish import partition_tokens
from engine.core.run import Run
from engine.core.validation import document_value
from generated.datasets import BY_ID
from generated.models.layer1 import WorldReport

__all__ = ["REPORT_MEMBER", "bundle_members", "report_bytes"]

REPORT_MEMBER: Final = "world_report.json"

Record = Mapping[str, Any]


def bundle_members(run: Run, *cards: StateCard) -> Callable[[PublishedRecords], Mapping[str, bytes]]:
    """The function that makes a bundle's members from the publish records of its segment's datasets.

    What comes back takes the records of the state's own outputs and returns the bundle's members by path; the runner
    calls it once the tables are published. The records of earlier states come with the run.

    Args:
        run: the run.
        cards: the segment's states, in order; the last one writes the bundle.
    """
    return lambda own: {REPORT_MEMBER: report_bytes(run, cards, own)}


def report_bytes(run: Run, cards: tuple[StateCard, ...], own: PublishedRecords) -> bytes:
    """The report of a segment as its file holds it.

    It names no fingerprint and no run, so that an unchanged world gives the same report in every run.
    """
    if run.world_key is None:
        raise ValueError(f"{cards[-1].id} reports on a world, and the run has no world key")
    earlier = run.evidence.records if run.evidence is not None else ()
    records = [*earlier, *(record for record in own.values() if record)]
    report = WorldReport.model_validate(
        {
            "segment": cards[-1].segment,
            "identity": {
                "seed": run.identity.seed,
                "world_digest": sha256_bytes(run.world_key.text.encode()),
                "law_version": run.identity.law_version,
            },
            "created_utc": run.identity.created_utc,
            "checks": [check for card in cards for check in _checks(card, records)],
            "datasets": [_dataset(record) for record in sorted(records, key=_place)],
        }
    )
    return document_bytes(document_value(report))


def _checks(card: StateCard, records: list[Record]) -> Iterator[dict[str, Any]]:
    """The validators of a state, which published only because all of them passed over all rows.

    A state that writes the bundle alone looked at what the states before it had published.
    """
    seen = [record for record in records if record["state"] == card.id] or records
    rows = sum(record["rows"] or 0 for record in seen)
    for validator in card.validators:
        yield {"id": f"{card.id}.{validator.id}", "status": "PASS", "rows_checked": rows}


def _place(record: Record) -> tuple[str, str]:
    return record["dataset"], _split(record)


def _split(record: Record) -> str:
    """The value of the token that splits the record's dataset; the empty text where nothing does."""
    return partition_tokens(record).get(BY_ID[record["dataset"]].path.split_token, "")


def _dataset(record: Record) -> dict[str, Any]:
    entry = {
        "id": record["dataset"],
        "partition": list(partition_tokens(record)),
        "rows": record["rows"],
        "content_digest": record["content_digest"],
        "folder_digest": lines_digest({f["path"]: f["sha256_hex"] for f in record["files"]}),
    }
    split = _split(record)
    return {**entry, "split": split} if split else entry
