"""The evidence that states leave of their draws: audit rows, envelopes of events, commitments, and the trace.

Source: spec/rng-and-numerics.md section 5. A family whose events in the whole run are at most the policy's
full_up_to_events is stored event by event, a larger one as one commitment a part, which holds the content digest that
the part's events would have. Totals of the trace follow from the number of the block's first unit alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final, Protocol, TypeVar

import numpy as np

from codegen.runtime.columns import TextColumn
from codegen.runtime.tables import Table, part_name
from engine.core.content_digest import ContentDigest
from engine.core.run import Run
from engine.kernels.routing import Counters
from engine.kernels.routing_evidence import Totals, event_evidence, trace_rows
from generated.tables.layer1 import RngTraceRow

if TYPE_CHECKING:
    from codegen.runtime.models import Document
    from generated.models import layer1 as models
    from generated.models.layer1 import RngAuditRow

ALGORITHM: Final = "philox2x64-10"
DRAWS: Final = 1
"""Uniforms of one event."""
BLOCKS: Final = 1
"""Generator blocks of one event."""
_FIRST: Final = "first_"

DocumentT = TypeVar("DocumentT", bound="Document")


class EvidencePolicy(Protocol):
    """A policy that says up to how many events a family is stored event by event."""

    @property
    def full_up_to_events(self) -> int:
        """The most events of a family in a run that are stored."""
        ...


def keeps_events(policy: EvidencePolicy, events: int) -> bool:
    """Whether a family with so many events in the whole run is stored event by event."""
    return events <= policy.full_up_to_events


def drawn_by(run: Run, module: str) -> dict[str, Any]:
    """The fields by which every row of evidence names its run and the state that drew."""
    identity = run.identity
    return {
        "run_id": identity.run_id,
        "seed": identity.seed,
        "parameter_hash": identity.parameter_hash,
        "manifest_fingerprint": identity.manifest_fingerprint,
        "module": module,
    }


def audit_row(run: Run, module: str) -> RngAuditRow:
    """Who drew, with which generator, under which identity."""
    from generated.models.layer1 import RngAuditRow

    identity = run.identity
    return RngAuditRow.of(
        {
            "ts_utc": identity.created_utc,
            **drawn_by(run, module),
            "algorithm": ALGORITHM,
            "contracts_digest": identity.contracts_digest,
            "law_version": identity.law_version,
        }
    )


def envelope(run: Run, module: str, label: str, before: Counters) -> dict[str, Any]:
    """The columns that every event table starts with, for events at these counters, one block and one draw each."""
    evidence = event_evidence(before, draws=DRAWS, blocks=BLOCKS)
    return {
        "ts_utc": run.created,
        **drawn_by(run, module),
        "substream_label": label,
        "rng_counter_before_hi": evidence.before.hi,
        "rng_counter_before_lo": evidence.before.lo,
        "rng_counter_after_hi": evidence.after.hi,
        "rng_counter_after_lo": evidence.after.lo,
        "draws": TextColumn.constant(str(DRAWS), evidence.before.hi.shape[0]),
        "blocks": evidence.blocks,
    }


def events_digest(part: int, events: Table) -> str:
    """The content digest of a part whose rows are these events."""
    digest = ContentDigest([(c.name, c.type, c.nullable, c.constant) for c in events.SPEC.columns])
    digest.add(part_name(part), events.arrow, events.counted)
    return digest.hexdigest()


def commitment(
    model: type[DocumentT],
    run: Run,
    module: str,
    label: str,
    part: int,
    events: Table,
    *,
    draws: int | None = None,
    blocks: int | None = None,
    digest: str | None = None,
    rows: int | None = None,
) -> DocumentT:
    """The row that stands for a part whose events are not stored.

    Args:
        model: the family's commitment.
        run, module, label: who drew.
        part: the number of the part.
        events: the rows that the part would have, one a row of the domain that drew; there may be none.
        draws, blocks: uniforms and generator blocks of all of them; None where each event has one.
        digest: the digest of the events where it is known, or does not matter; else it is taken of `events`.
        rows: how many events there are, where `events` are only the first and the last of them.
    """
    held = events.num_rows
    rows = held if rows is None else rows
    ends: dict[str, Any] = {}
    for name in key_columns(model):
        values = getattr(events, name)
        ends[f"first_{name}"] = _plain(values, 0) if held else None
        ends[f"last_{name}"] = _plain(values, held - 1) if held else None
    return model.of(
        {
            "ts_utc": run.identity.created_utc,
            **drawn_by(run, module),
            "substream_label": label,
            "part": part,
            "rows": rows,
            "events": rows,
            "draws": str(rows * DRAWS if draws is None else draws),
            "blocks": rows * BLOCKS if blocks is None else blocks,
            **ends,
            "events_digest": events_digest(part, events) if digest is None else digest,
        }
    )


def key_columns(model: type[Document]) -> tuple[str, ...]:
    """The key columns of a family, for which its commitments state the first and the last value."""
    return tuple(name.removeprefix(_FIRST) for name in model.model_fields if name.startswith(_FIRST))


def _plain(values: Any, row: int) -> int | str:
    """One value of a key column as it stands in JSON."""
    if isinstance(values, TextColumn):
        return values.values[int(values.codes[row])]
    value = values[row]
    return str(value) if isinstance(value, np.datetime64) else int(value)


def trace_records(
    run: Run, module: str, label: str, totals: Iterable[tuple[int, int, int]]
) -> tuple[models.RngTraceRow, ...]:
    """The running (events, draws, blocks) of one substream, one record each, where a log is kept as JSON Lines."""
    from generated.models.layer1 import RngTraceRow

    fixed = {"ts_utc": run.identity.created_utc, **drawn_by(run, module), "substream_label": label}
    return tuple(
        RngTraceRow.of({**fixed, "events_total": events, "draws_total": draws, "blocks_total": blocks})
        for events, draws, blocks in totals
    )


def trace_table(run: Run, module: str, labels: Sequence[str], first: int, units: int) -> RngTraceRow:
    """The running totals after each event of those units, counted from `first`; a unit draws once a label, in turn."""
    before = Totals(first, first * DRAWS, first * BLOCKS)
    rows = trace_rows(units, [before] * len(labels), draws=DRAWS, blocks=BLOCKS)
    return RngTraceRow.from_columns(
        ts_utc=run.created,
        **drawn_by(run, module),
        substream_label=TextColumn(rows.substream.astype(np.int32), tuple(labels)),
        events_total=rows.events_total,
        draws_total=rows.draws_total,
        blocks_total=rows.blocks_total,
    )


def differing_fields(held: Document, expected: Document) -> Mapping[str, tuple[object, object]]:
    """The fields in which two documents of one model differ, with (expected, found)."""
    theirs, mine = expected.content(), held.content()
    return {
        name: (theirs.get(name), mine.get(name))
        for name in sorted(theirs.keys() | mine.keys())
        if theirs.get(name) != mine.get(name)
    }
