"""Routed tiny runs, and ways to change what a run has published so that every seal and record still holds.

A fault planted like this is not found by digests: only the laws on the rows themselves can find it.
"""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from codegen.runtime.canonical import document_bytes, parse_json
from engine.core import publish
from engine.core.content_digest import content_digest_of_files
from engine.core.inputs import shape_of
from engine.core.run import RunFolder
from engine.execute import plan, prepare, rosters, session
from engine.execute.roster_identity import RosterOptions
from engine.execute.runs import opened_run
from generated.datasets import BY_ID
from tests.support.runs import config_folder

ARRIVALS = 90
SEED = 64
"""With this seed five of the twelve merchants are virtual."""
Tokens = Mapping[str, str]


def routed_run(root: Path, *, full_up_to_events: int = 5_000_000, logs: bool = True) -> RunFolder:
    """A tiny run with arrivals on all days of its plan, routed by S5 and S6."""

    def limited(data: bytes) -> bytes:
        return json.dumps(json.loads(data) | {"full_up_to_events": full_up_to_events}).encode()

    def logged(data: bytes) -> bytes:
        extensions = {"selection_log_enabled": logs, "edge_log_enabled": logs}
        return json.dumps(json.loads(data) | {"extensions": extensions}).encode()

    config = config_folder(
        root / "config", {"rng_evidence_policy_2B": limited, "route_rng_policy_v1": logged}
    )
    base = prepare.prepared_run(
        prepare.folder_policies(config), runs_root=root / "runs", ingress=session.ingress(), seed=SEED
    )
    session.run_states(base, plan.world_cards(), jobs=1)
    folder, _ = rosters.made_roster_run(base, RosterOptions(rows=ARRIVALS), jobs=1)
    session.run_states(folder, plan.planned("2B.S0", "2B.S6"), jobs=1)
    return folder


@pytest.fixture(scope="session")
def routed_original(tmp_path_factory: pytest.TempPathFactory) -> RunFolder:
    """The routed run with every event stored; tests must not change it."""
    return routed_run(tmp_path_factory.mktemp("routed"))


@pytest.fixture(scope="session")
def committed_original(tmp_path_factory: pytest.TempPathFactory) -> RunFolder:
    """The routed run with commitments in place of events; tests must not change it."""
    return routed_run(tmp_path_factory.mktemp("committed"), full_up_to_events=0)


PART = 16
"""Arrivals a part in a run of small parts."""


@pytest.fixture(scope="session", params=[5_000_000, 0], ids=["events", "commitments"])
def parted_original(tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest) -> RunFolder:
    """The routed run in small parts of merchants and of arrivals, in both forms of evidence."""
    from engine.s2b import edge_router, router, s5_router, s6_edge_router
    from tests.support.small_blocks import use_small_blocks

    with pytest.MonkeyPatch.context() as patch:
        use_small_blocks(patch)
        small = replace(BY_ID["s5_arrival_roster"], block_size=PART)
        for module in (rosters, s5_router, router, edge_router, s6_edge_router):
            for name in ("DATASET", "S5_ARRIVAL_ROSTER"):
                if hasattr(module, name):
                    patch.setattr(module, name, small)
        return routed_run(tmp_path_factory.mktemp("parted"), full_up_to_events=request.param)


def copied(original: RunFolder, tmp_path: Path) -> RunFolder:
    """A copy of a run that a test may change."""
    target = tmp_path / "runs" / original.root.name
    shutil.copytree(original.root, target)
    return opened_run(target)


def partitions(folder: RunFolder, dataset: str) -> list[dict[str, str]]:
    """The tokens of every published partition of a dataset."""
    return [publish.partition_tokens(r) for r in publish.dataset_records(folder.root, dataset)]


def reseal(folder: RunFolder, dataset: str, tokens: Tokens) -> None:
    """Let the publish record of a partition tell of the files as they are now."""
    spec = BY_ID[dataset]
    target = folder.folder(spec, tokens)
    path = folder.root / publish.record_path(dataset, tokens)
    record: Any = parse_json(path.read_bytes(), name=path.name)
    files = sorted(file for file in target.rglob("*") if file.is_file())
    record["files"] = [
        {
            "path": file.relative_to(target).as_posix(),
            "bytes": file.stat().st_size,
            "sha256_hex": hashlib.sha256(file.read_bytes()).hexdigest(),
        }
        for file in files
    ]
    shape: Any = shape_of(spec)
    if spec.format == "parquet":
        columns = [(c.name, c.type, c.nullable, c.constant) for c in shape.SPEC.columns]
        record["rows"] = sum(shape.read_file(file).num_rows for file in files)
        record["content_digest"] = content_digest_of_files(columns, files)
    elif spec.format == "jsonl":
        record["rows"] = sum(file.read_bytes().count(b"\n") for file in files)
    path.write_bytes(document_bytes(record))


def change_table(
    folder: RunFolder, dataset: str, change: Callable[[Any], Any], tokens: Tokens | None = None
) -> None:
    """Put the changed first part of a table in place of the published one."""
    chosen = tokens or partitions(folder, dataset)[0]
    path = sorted(folder.folder(BY_ID[dataset], chosen).glob("*.parquet"))[0]
    shape: Any = shape_of(BY_ID[dataset])
    changed = change(shape.read_file(path))
    path.unlink()
    changed.write_file(path)
    reseal(folder, dataset, chosen)


def change_document(folder: RunFolder, dataset: str, change: Callable[[Any], Any]) -> None:
    """Put the changed document in place of the published one."""
    path = folder.path(BY_ID[dataset])
    value = parse_json(path.read_bytes(), name=path.name)
    path.write_bytes(document_bytes(change(value)))
    reseal(folder, dataset, partitions(folder, dataset)[0])


def change_records(folder: RunFolder, dataset: str, change: Callable[[list[Any]], list[Any]]) -> None:
    """Put the changed records of a stream of JSON lines in place of the published ones."""
    tokens = partitions(folder, dataset)[0]
    (path,) = sorted(folder.folder(BY_ID[dataset], tokens).glob("*.jsonl"))
    rows = [parse_json(line, name=path.name) for line in path.read_bytes().splitlines()]
    path.write_bytes(b"".join(document_bytes(row) for row in change(rows)))
    reseal(folder, dataset, tokens)


def change_blob(
    folder: RunFolder, change: Callable[[bytearray, list[Any]], None], *, digests: bool = True
) -> None:
    """Change the alias blob, or rows of its index, and let digests and checksums tell of it if asked to."""
    path = folder.path(BY_ID["s2_alias_blob"])
    index_path = folder.path(BY_ID["s2_alias_index"])
    blob = bytearray(path.read_bytes())
    index: Any = parse_json(index_path.read_bytes(), name=index_path.name)
    change(blob, index["merchants"])
    path.write_bytes(bytes(blob))
    if digests:
        index["blob_sha256"] = hashlib.sha256(blob).hexdigest()
        for row in index["merchants"]:
            part = blob[row["offset"] : row["offset"] + row["length"]]
            row["checksum"] = hashlib.sha256(part).hexdigest()
    index_path.write_bytes(document_bytes(index))
    for dataset in ("s2_alias_blob", "s2_alias_index"):
        reseal(folder, dataset, partitions(folder, dataset)[0])


def without_dataset(folder: RunFolder, dataset: str) -> None:
    """Remove a dataset with its publish records."""
    for tokens in partitions(folder, dataset):
        shutil.rmtree(folder.folder(BY_ID[dataset], tokens))
    shutil.rmtree(folder.root / "published" / dataset, ignore_errors=True)
