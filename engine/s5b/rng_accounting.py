"""What every family of the segment should have used and what its evidence says that it used.

Source: spec/rng-and-numerics.md, section 5; spec/segment-5B.md, S5.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from codegen.runtime.findings import Finding
from codegen.runtime.tables import PartitionedTable
from engine.evidence.rng_evidence import keeps_events
from engine.s5b.arrival_evidence import EVENTS, ArrivalEvidence, Totals
from engine.s5b.count_evidence import BLOCKS, CountEvidence
from engine.s5b.count_evidence import FAMILY as COUNTS
from engine.s5b.latent_evidence import WORDS
from engine.s5b.latent_paths import FAMILY as PATHS
from engine.s5b.rng_policy import substream_label
from engine.s5b.series import SeriesPlan
from generated import errors, states

CODES = errors.S5B_S5
_OWN_NAMES: Final = {
    family.family: family.event_dataset.removeprefix("rng_event_")
    for state in (states.S5B_S2, states.S5B_S3, states.S5B_S4)
    for family in state.CARD.rng
}
"""What the names of a family's events and of its commitments end with."""


@dataclass(frozen=True)
class FamilyAccount:
    """The account of one family."""

    family: str
    module: str
    form: str
    """`events` or `commitments`, as the policy asks."""
    expected: Totals
    observed: Totals | None
    """None where no evidence of the form is there."""
    stray: bool
    """Whether there is evidence of the other form."""

    @property
    def label(self) -> str:
        """The label of the family's events."""
        return substream_label(self.family)

    def mismatches(self) -> Iterator[Finding]:
        """Totals of the evidence that are not those that the rows ask for."""
        if self.observed is None:
            return
        for name in Totals._fields:
            wanted, found = getattr(self.expected, name), getattr(self.observed, name)
            if wanted != found:
                where = f"{self.form} of {self.label}: {name}"
                yield Finding(CODES.RNG_ACCOUNTING_MISMATCH, where, str(wanted), str(found))

    def gaps(self) -> Iterator[Finding]:
        """Evidence that is not there, or there in two forms."""
        code, other = CODES.RNG_ACCOUNTING_INCOMPLETE, "commitments" if self.form == "events" else "events"
        if self.observed is None:
            yield Finding(code, f"{self.form} of {self.label}", f"the {self.form} of all parts", "none")
        if self.stray:
            yield Finding(
                code, f"{other} of {self.label}", f"none, since the policy asks for {self.form}", "some"
            )

    def as_json(self) -> dict[str, Any]:
        """The account as the report states it."""
        seen = self.observed if self.observed is not None else Totals(0, 0, 0)
        return {
            "family_id": self.family,
            "module": self.module,
            "substream_label": self.label,
            "evidence": self.form,
            "domain_rows": self.expected.events,
            "events_expected": self.expected.events,
            "events_observed": seen.events,
            "draws_expected": str(self.expected.draws),
            "draws_observed": str(seen.draws),
            "blocks_expected": str(self.expected.blocks),
            "blocks_observed": str(seen.blocks),
        }


def accounts(
    inputs: states.S5B_S5.Inputs,
    plan: SeriesPlan,
    counts: CountEvidence | None,
    arrivals: ArrivalEvidence | None,
) -> list[FamilyAccount]:
    """The accounts of all families that had to draw, ascending by family.

    Args:
        inputs: what S5 reads.
        plan: the series of the run.
        counts, arrivals: the evidence of S3 and S4 as their rows ask for it; None where their inputs give none.
    """
    expected: dict[str, tuple[str, Totals, int]] = {}
    if inputs.arrival_lgcp_config_5B.latent_model_id != "none":
        blocks = sum(len(series.groups) * series.buckets for series in plan.scenarios.values())
        expected[PATHS] = (
            states.S5B_S2.ID,
            Totals(plan.groups, WORDS * blocks, blocks),
            plan.groups,
        )
    if counts is not None:
        rows = counts.total
        totals = Totals(rows, rows * counts.law.draws, rows * BLOCKS)
        expected[COUNTS] = (states.S5B_S3.ID, totals, rows)
    if arrivals is not None:
        for family in EVENTS:
            used = [totals[family] for totals in arrivals.totals_of_blocks]
            whole = Totals(*(sum(column) for column in zip(*used, strict=True))) if used else Totals(0, 0, 0)
            expected[family] = (states.S5B_S4.ID, whole, arrivals.total)
    found = []
    for family in sorted(expected):
        module, wanted, domain = expected[family]
        stored = keeps_events(inputs.rng_evidence_policy_5B, domain)
        own = _OWN_NAMES[family]
        events, commitments = getattr(inputs, f"rng_event_{own}"), getattr(inputs, f"rng_commitment_{own}")
        held, other = (events, commitments) if stored else (commitments, events)
        observed = None if held is None else _of_events(held) if stored else _of_commitments(held)
        form = "events" if stored else "commitments"
        found.append(FamilyAccount(family, module, form, wanted, observed, other is not None))
    return found


def _of_events(table: PartitionedTable[Any]) -> Totals:
    """What the stored events add up to."""
    draws = blocks = 0
    for start, stop in table.borders():
        blocks += int(table.values("blocks", start, stop).sum(dtype=np.uint64))
        text = table.rows(start, stop, ("draws",)).draws
        numbers = np.bincount(text.codes, minlength=len(text.values)).tolist()
        draws += sum(int(value) * number for value, number in zip(text.values, numbers, strict=True))
    return Totals(table.num_rows, draws, blocks)


def _of_commitments(rows: Sequence[Any]) -> Totals:
    """What the commitments add up to."""
    return Totals(
        sum(row.events for row in rows), sum(int(row.draws) for row in rows), sum(row.blocks for row in rows)
    )
