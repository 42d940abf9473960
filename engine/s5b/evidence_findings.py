"""Where the evidence that a block left is not the evidence that its rows ask for, field by field."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from typing import TYPE_CHECKING, Any

from codegen.runtime.columns import TextColumn
from codegen.runtime.errors import ErrorCode
from codegen.runtime.findings import Finding
from codegen.runtime.tables import Table
from engine.core.blocks import Block
from engine.core.row_findings import row_findings
from engine.evidence.log_checks import text_words
from engine.evidence.rng_evidence import differing_fields

if TYPE_CHECKING:
    from codegen.runtime.models import Document


def differing_events(
    code: ErrorCode, label: str, block: Block, wanted: Table | None, held: Table | None
) -> Iterator[Finding]:
    """Event rows that are missing, too many, or differ in a column; none may be there where none are wanted."""
    where = f"events of {label}, part {block.number}"
    if wanted is None or held is None:
        if wanted is not held:
            said = ("none" if one is None else f"{one.num_rows} rows" for one in (wanted, held))
            yield Finding(code, where, *said)
        return
    if wanted.num_rows != held.num_rows:
        yield Finding(code, where, f"{wanted.num_rows} events", f"{held.num_rows} events")
        return
    for column in wanted.SPEC.columns:
        one, other = getattr(wanted, column.name), getattr(held, column.name)
        if isinstance(one, TextColumn):
            wrong = one.differs(other)
            words = text_words(one), text_words(other)
        else:
            wrong, words = one != other, (one, other)
        yield from row_findings(code, wrong, lambda row: f"{where} row {row}", *words, column=column.name)


def differing_records(
    code: ErrorCode,
    what: str,
    block: Block,
    wanted: Sequence[Document] | None,
    held: Sequence[Document] | None,
    *,
    left_out: Collection[str] = (),
) -> Iterator[Finding]:
    """Records that are missing, too many, or differ in a field that is not left out."""
    where = f"{what}, part {block.number}"
    ours, theirs = tuple(wanted or ()), tuple(held or ())
    if len(ours) != len(theirs):
        yield Finding(code, where, f"{len(ours)} records", f"{len(theirs)} records")
        return
    for number, (one, other) in enumerate(zip(ours, theirs, strict=True), start=1):
        for name, values in differing_fields(other, one).items():
            if name not in left_out:
                yield Finding(code, f"{where} record {number}: {name}", str(values[0]), str(values[1]))


def differing_evidence(
    code: ErrorCode,
    label: str,
    block: Block,
    *,
    events: tuple[Any, Any],
    commitments: tuple[Any, Any],
    trace: tuple[Any, Any],
    left_out: Collection[str] = (),
) -> Iterator[Finding]:
    """What differs in events, commitments and trace of one substream; each a pair (wanted, held).

    Args:
        code: the code of all findings.
        label: the substream.
        block: the block that left the evidence.
        events, commitments, trace: what the block's rows ask for, and what is there.
        left_out: fields of commitments that are not compared.
    """
    yield from differing_events(code, label, block, *events)
    yield from differing_records(code, f"commitments of {label}", block, *commitments, left_out=left_out)
    yield from differing_records(code, f"trace of {label}", block, *trace)
