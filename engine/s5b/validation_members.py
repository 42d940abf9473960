"""The members of 5B's bundle, as bundle_layout_policy_5B lays them out.

A file dataset lies at folder/<file name>, part files at folder/<dataset>/<part>, publish records at
folder/<dataset>/record.json, or folder/<dataset>/<token>=<value>.json where a token splits the dataset, trace totals
at folder/<dataset>.json.
Source: spec/segment-5B.md, S5; spec/identity-and-seals.md, section 5.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any

from codegen.runtime.canonical import JSON, document_bytes
from codegen.runtime.cards import DatasetSpec
from codegen.runtime.findings import Finding
from codegen.runtime.tables import Table, part_name
from engine.core.bundles import record_member
from engine.core.run import Run
from engine.core.validation import file_bytes
from engine.s5b.replayed_blocks import table_bytes
from generated import errors
from generated.datasets import BY_ID

if TYPE_CHECKING:
    from generated.models.layer1 import RngTraceRow
    from generated.models.s5b import BundleLayoutPolicy5B

CODES = errors.S5B_S5
Members = dict[str, tuple[str, bytes]]
"""By path: role and bytes."""


def bundle_members(
    layout: BundleLayoutPolicy5B, inputs: Any, own: Mapping[str, Any], run: Run
) -> tuple[Members, list[Finding]]:
    """The members that the policy asks for, and a finding for each required dataset that there is nothing of.

    Args:
        layout: the policy.
        inputs: what S5 reads.
        own: the outputs of S5 that go into the bundle, by dataset.
        run: holds the documents as published, and the publish records.
    """
    members: Members = {}
    missing = []
    for entry in layout.members:
        for name in entry.datasets:
            found = dict(_members(entry.content_, entry.folder, BY_ID.get(name), inputs, own, run))
            if not found and entry.required:
                where = f"bundle_layout_policy_5B {entry.role} {name}"
                missing.append(
                    Finding(
                        CODES.BUNDLE_MEMBER_MISSING_OR_HASH_MISMATCH,
                        where,
                        f"{entry.content_} of the dataset",
                        "none",
                    )
                )
            members |= {path: (entry.role, data) for path, data in found.items()}
    return members, missing


def _members(
    content: str, folder: str, dataset: DatasetSpec | None, inputs: Any, own: Mapping[str, Any], run: Run
) -> Iterator[tuple[str, bytes]]:
    """(path, bytes) of what a policy entry asks of one dataset; nothing where there is none."""
    if dataset is None:
        return
    if content == "publish_records":
        yield from _records(folder, dataset, run)
    elif content == "trace_totals":
        rows = getattr(inputs, dataset.id, None)
        if rows:
            yield f"{folder}/{dataset.id}.json", document_bytes(trace_totals(rows))
    else:
        yield from _files(folder, dataset, inputs, own, run)


def _files(
    folder: str, dataset: DatasetSpec, inputs: Any, own: Mapping[str, Any], run: Run
) -> Iterator[tuple[str, bytes]]:
    value = own.get(dataset.id, getattr(inputs, dataset.id, None))
    published = run.evidence.files.get(dataset.id) if run.evidence is not None else None
    if isinstance(value, Table):
        yield f"{folder}/{dataset.id}/{part_name(0)}", bytes(table_bytes(value))
    elif dataset.path.is_folder:
        for number, rows in _parts(value or ()).items():
            yield f"{folder}/{dataset.id}/{part_name(number, dataset.format)}", file_bytes(rows)
    elif dataset.id in own:
        yield f"{folder}/{_name(dataset)}", file_bytes(value)
    elif published is not None:
        yield f"{folder}/{_name(dataset)}", published


def _parts(rows: Sequence[Any]) -> dict[int, tuple[Any, ...]]:
    """The rows of a log by part; a log whose rows name none has one part."""
    found: dict[int, tuple[Any, ...]] = {}
    for row in rows:
        part = getattr(row, "part", 0)
        found[part] = (*found.get(part, ()), row)
    return found


def _records(folder: str, dataset: DatasetSpec, run: Run) -> Iterator[tuple[str, bytes]]:
    for record in run.evidence.records if run.evidence is not None else ():
        if record["dataset"] == dataset.id:
            yield record_member(folder, record), document_bytes(dict(record))


def _name(dataset: DatasetSpec) -> str:
    return PurePosixPath(dataset.path.template).name


def trace_totals(rows: Sequence[RngTraceRow]) -> list[JSON]:
    """The last running totals of every substream, by label."""
    last = {row.substream_label: row for row in rows}
    return [
        {
            "module": last[label].module,
            "substream_label": label,
            "events_total": last[label].events_total,
            "draws_total": last[label].draws_total,
            "blocks_total": last[label].blocks_total,
        }
        for label in sorted(last)
    ]
