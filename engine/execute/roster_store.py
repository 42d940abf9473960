"""The files of a run's roster: parts that are checked and written, published once, or shared from another run.

Source: spec/identity-and-seals.md, sections 6 and 7.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from codegen.runtime.cards import StateCard
from engine.core import digests, publish, seals, sharing
from engine.core.content_digest import ContentDigest
from engine.core.errors import EngineError
from engine.core.run import RunFolder
from engine.execute.roster_identity import DATASET, Provenance
from generated.errors.engine import CONTRACT

if TYPE_CHECKING:
    from codegen.runtime.tables import Table

STAGE: Final = "roster"
MOST_ROWS: Final = 100_000 * DATASET.block_size
"""As many rows as fill the parts that five digits can number."""
_WORK: Final = StateCard(
    id=DATASET.produced_by,
    segment="",
    layer=1,
    number=0,
    name="roster",
    title="arrival roster",
    kind="world",
    scope=(),
    reads=(),
    writes=(DATASET,),
    rng=(),
    identity=("seed",),
    validators=(),
    errors={},
    contract_digest=DATASET.contract_digest,
)
"""The roster as work that can be shared; it is no state, since a run may be without one."""


class RosterResult(NamedTuple):
    """What became of a run's roster: `made`, `reused` or `shared`, with its rows, bytes and content digest."""

    status: str
    rows: int
    bytes: int
    content_digest: str
    shared_from: str = ""
    """The run_id whose files were taken over; empty unless the status is `shared`."""


def new_content_digest() -> ContentDigest:
    """The content digest of a roster, of no parts yet."""
    from generated.tables.s2b import S5ArrivalRoster

    return ContentDigest([(c.name, c.type, c.nullable, c.constant) for c in S5ArrivalRoster.SPEC.columns])


def write_part(folder: RunFolder, table: Table, target: Path, number: int) -> str:
    """Check one part in full and write it; its name.

    Raises:
        EngineError: a row breaks the contract, or the file cannot be written.
    """
    from codegen.runtime.checks import TableChecks
    from codegen.runtime.tables import part_name

    for violation in TableChecks(table.SPEC).violations(table.arrow, folder.tokens):
        raise EngineError(
            CONTRACT.OUTPUT_SCHEMA_INVALID,
            where=f"{DATASET.id}: {violation.where}",
            expected=violation.expected,
            found=violation.found,
        )
    name = part_name(number, DATASET.format)
    with publish.storage_failures(target):
        table.write_file(target / name)
    return name


def published_roster(
    folder: RunFolder,
    staged: Path,
    rows: int,
    content_digest: str,
    fields: Provenance,
    known: Mapping[str, publish.CompletePart | digests.FileDigest],
) -> RosterResult:
    """Publish staged parts as the roster of a run.

    Args:
        folder: the run; the caller holds its lock.
        staged: the folder of the parts.
        rows: their rows.
        content_digest: the content digest of those rows.
        fields: what the rows follow from.
        known: digests of parts that were taken as they were written, by file name.
    """
    done = publish.publish(
        folder.root,
        dataset=DATASET.id,
        partition=folder.partition(DATASET),
        target=DATASET.path.folder(folder.tokens),
        staged=staged,
        fields=publish.RecordFields(
            state=DATASET.produced_by,
            law_version=folder.identity.law_version,
            rows=rows,
            content_digest=content_digest,
            inputs=fields.inputs,
            inputs_key=fields.inputs_key,
        ),
        known=known,
    )
    return RosterResult(done.status, rows, done.bytes, content_digest)


def held_roster(folder: RunFolder) -> RosterResult | None:
    """The roster that a run holds, every file checked; None where it has none.

    Raises:
        SealFailure: the published roster does not hold.
    """
    if publish.read_record(folder.root, DATASET.id, folder.partition(DATASET)) is None:
        return None
    return _result("reused", seals.check_published(folder, DATASET))


def shared_roster(folder: RunFolder, fields: Provenance) -> RosterResult | None:
    """The roster taken over from another run that holds one of the same inputs key; None where no run does.

    Args:
        folder: the run that takes over; the caller holds its lock.
        fields: what the rows follow from.
    """
    found = sharing.shared_records(_WORK, folder, folder.root.parent, fields.inputs_key, fields.inputs)
    if found is None:
        return None
    source, (record,) = found
    return _result("shared", record, source)


def _result(status: str, record: Mapping[str, Any], source: str = "") -> RosterResult:
    size = sum(entry["bytes"] for entry in record["files"])
    return RosterResult(status, record["rows"], size, record["content_digest"], source)
