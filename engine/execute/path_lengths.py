"""How long paths below a run can become, by arithmetic over the contracts and the longest legal values of their tokens.

A root of the runs leaves room for as many characters as a file system or a system allows beyond these; `MOST` is what
the contracts keep to. Source: spec/robustness.md, section 4.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import PurePosixPath
from typing import Final

from pydantic import BaseModel

from codegen.runtime.cards import DatasetSpec
from codegen.runtime.tables import part_name
from engine.core.bundles import record_member
from engine.core.digests import FLAG_NAME, INDEX_NAME
from engine.core.publish import partition_text, record_path
from engine.core.stages import longest_draft, longest_stage_paths
from engine.s2b import s8_validation_bundle as s8
from engine.world.world_report import REPORT_MEMBER
from generated.datasets import BY_ID
from generated.models.s1a import Scenario
from generated.models.s5b import BundleLayoutPolicy5BMembersItem

MOST: Final = 215
"""Characters of the longest path below a run."""
MOST_OF_A_NAME: Final = 143
"""Bytes of the longest name of a file or folder that every usual file system takes; eCryptfs takes no more."""
_LAST_PART: Final = 99_999


def _most_characters(model: type[BaseModel], field: str) -> int:
    """How many characters the contract allows a text field."""
    rules = model.model_fields[field].metadata
    return next(int(rule.max_length) for rule in rules if hasattr(rule, "max_length"))


@cache
def longest_tokens() -> Mapping[str, str]:
    """The longest legal value of each path token."""
    return {
        "seed": str(2**64 - 1),
        "manifest_fingerprint": "f" * 64,
        "parameter_hash": "f" * 64,
        "run_id": "f" * 32,
        "scenario_id": "s" * _most_characters(Scenario, "scenario_id"),
        "utc_day": "2024-12-31",
    }


def paths_below_a_run() -> Iterator[str]:
    """A path for each kind of file that a run can hold, with the longest tokens: published, recorded, or on its way."""
    yield longest_draft()
    for dataset in BY_ID.values():
        files = list(_files(dataset))
        path = dataset.path.resolve(longest_tokens()).as_posix()
        yield from (f"{path}/{file}" for file in files) if dataset.path.is_folder else (path,)
        if dataset.kind in ("flag", "report", "policy"):
            continue
        partition = dataset.path.partition(longest_tokens())
        yield record_path(dataset.id, partition)
        for file in files if dataset.path.is_folder else [PurePosixPath(path).name]:
            yield from longest_stage_paths(dataset.id, partition, file)


def longest_path_below_a_run() -> int:
    """Characters of the longest path of a file below the folder of a run, its own name not counted."""
    return max(map(len, paths_below_a_run()))


def _files(dataset: DatasetSpec) -> Iterator[str]:
    """The files in a dataset's folder."""
    if dataset.kind == "bundle":
        yield from (INDEX_NAME, FLAG_NAME, REPORT_MEMBER)
        yield from _members_2b() if dataset is s8.BUNDLE else ()
        yield from _members_5b() if dataset.segment == "5B" else ()
    elif dataset.path.is_folder:
        yield part_name(_LAST_PART, dataset.format)


def _record(folder: str, dataset: DatasetSpec) -> str:
    """Where a bundle holds the publish record of a dataset."""
    partition = partition_text(dataset.path.partition(longest_tokens()))
    return record_member(folder, {"dataset": dataset.id, "partition": partition})


def _members_2b() -> Iterator[str]:
    """The members of 2B's bundle."""
    yield s8.report_member(int(longest_tokens()["seed"]))
    yield from map(s8.gate_member, s8.GATE_EVIDENCE)
    yield from map(s8.policy_member, s8.POLICIES)
    yield from map(s8.audit_log_member, s8.AUDIT_LOGS)
    yield s8.TRACE_TOTALS
    yield from (_record(s8.RECORDS, dataset) for dataset in _published("2B"))


def _members_5b() -> Iterator[str]:
    """What members 5B's bundle may have: the layout policy chooses the folders and what of each dataset is there."""
    folder = "f" * _most_characters(BundleLayoutPolicy5BMembersItem, "folder")
    for dataset in BY_ID.values():
        if dataset.segment == "5B" and dataset.kind == "policy":
            yield f"{folder}/{PurePosixPath(dataset.path.template).name}"
    for dataset in _published("5B"):
        yield _record(folder, dataset)
        yield f"{folder}/{dataset.id}.json"
        yield f"{folder}/{dataset.id}/{part_name(_LAST_PART, 'parquet')}"
        yield f"{folder}/{PurePosixPath(dataset.path.template).name}"


def _published(segment: str) -> list[DatasetSpec]:
    """What states of a segment publish, without bundles, flags and reports."""
    others = ("bundle", "flag", "report", "policy")
    return [d for d in BY_ID.values() if d.segment == segment and d.kind not in others]
