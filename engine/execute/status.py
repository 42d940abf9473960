"""The status of a run: for each state whether its outputs are done, shared, missing or broken, and why."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from codegen.runtime.cards import StateCard
from engine.core import publish, run_reports, seals
from engine.core.errors import SealFailure
from engine.core.inputs import split_values
from engine.core.registry import is_implemented
from engine.core.run import RunFolder
from engine.core.work import unpublished
from engine.execute.plan import all_cards
from generated.datasets import BY_ID


@dataclass(frozen=True, slots=True)
class StateStatus:
    """One row of the status table.

    `digest` is the content digest of the state's first table, else of its first file.
    """

    state: str
    title: str
    status: str  # done, shared, missing, partial, broken, not written
    why: str
    rows: int
    bytes: int
    digest: str
    seconds: float | None
    shared_from: str = ""
    """The run whose files these are too, as the run report says; the records are those of a state that ran."""

    def as_json(self) -> dict[str, Any]:
        """The row as plain values."""
        return asdict(self)


def run_status(folder: RunFolder) -> list[StateStatus]:
    """The status of every state of a run, upstream first. Every published file is digested; nothing is written."""
    return [state_status(folder, card) for card in all_cards()]


def state_status(folder: RunFolder, card: StateCard) -> StateStatus:
    """The status of one state of a run."""
    if not is_implemented(card):
        return StateStatus(
            card.id, card.title, "not written", "this state has a card but no law yet", 0, 0, "", None
        )
    records: list[Mapping[str, Any]] = []
    missing: list[str] = []
    for dataset in card.writes:
        if dataset.kind in ("flag", "report"):
            continue
        try:
            split = dataset.path.split_token
            if split:
                values = split_values(folder, dataset)
                records += [seals.check_published(folder, dataset, {split: value}) for value in values]
                continue
            record = publish.read_record(folder.root, dataset.id, folder.partition(dataset))
            if record is not None:
                records.append(seals.check_published(folder, dataset))
            elif dataset.required:
                missing.append(dataset.id)
        except SealFailure as failure:
            why = f"{failure.where}: expected {failure.expected}, found {failure.found}"
            return StateStatus(card.id, card.title, "broken", why, 0, 0, "", None)
    if not records:
        return StateStatus(card.id, card.title, "missing", "not run yet", 0, 0, "", None)
    missing += [name for name in unpublished(card, _found(records)) if name not in missing]
    digest = next(
        (r["content_digest"] for r in records if r["content_digest"]), records[0]["files"][0]["sha256_hex"]
    )
    status, why = ("partial", f"not published: {', '.join(missing)}") if missing else ("done", "")
    source = run_reports.source_of(folder, card, BY_ID) if status == "done" else ""
    if source:
        status, why = "shared", f"shared from {source}"
    rows = sum(record["rows"] or 0 for record in records)
    size = sum(entry["bytes"] for record in records for entry in record["files"])
    return StateStatus(
        card.id, card.title, status, why, rows, size, digest, state_seconds(folder, card), source
    )


def _found(records: Iterable[Mapping[str, Any]]) -> dict[str, list[str]]:
    """The published values of each dataset's splitting token; the empty text where nothing splits it."""
    found: dict[str, list[str]] = {}
    for record in records:
        token = BY_ID[record["dataset"]].path.split_token
        found.setdefault(record["dataset"], []).append(publish.partition_tokens(record).get(token, ""))
    return found


def state_seconds(folder: RunFolder, card: StateCard) -> float | None:
    """How long the state took when it was made, from its run report; None when there is none."""
    for dataset in run_reports.report_datasets(card, BY_ID):
        try:
            report = json.loads(folder.path(dataset).read_text("utf-8"))
            return float(report["durations_ms"]["whole"]) / 1000
        except (OSError, ValueError, KeyError):
            continue
    return None
