"""Every row of the segment against every law: the states' own laws over what they published, and statistics besides.

The states' validators are asked again, of the published files and not of what a law returned, and what they find is
reported under S5's own codes. Blocks are looked at beside each other; what is added up is added up in their order.
Source: spec/segment-5B.md, S5.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, NamedTuple

import numpy as np

from codegen.runtime.errors import ErrorCode
from codegen.runtime.findings import Finding
from engine.core.blocks import Block
from engine.core.registry import validators_of
from engine.core.run import Run
from engine.core.validation import Borders, block_findings, declared_checks, ends_of
from engine.kernels.count_scores import CountLaws, count_laws, count_scores
from engine.kernels.factor_law import factor_sums
from engine.numerics import serial_sum
from engine.s5b import s2_latent_intensity, s3_bucket_counts, s4_arrival_events
from engine.s5b.arrival_evidence import JITTER
from engine.s5b.arrival_findings import ArrivalChecks
from engine.s5b.arrival_tally import ArrivalTally
from engine.s5b.count_config import count_law, kappas
from engine.s5b.latent_config import NONE, ORNSTEIN_UHLENBECK, path_law
from engine.s5b.local_hours import HOURS, LocalHours
from engine.s5b.published_blocks import PublishedBlocks, inputs_of
from engine.s5b.realism import (
    CountRows,
    EdgeShares,
    FactorLaw,
    IntensityRows,
    Realism,
    Statistic,
)
from engine.s5b.series import ScenarioSeries, SeriesPlan
from generated import errors, states
from generated.datasets.s5b import S4_ARRIVAL_EVENTS_5B

CODES = errors.S5B_S5
MOST_FINDINGS: Final = 2_000
"""How many findings a check keeps; a table of millions of rows can break a law in each of them."""

_OF_CODE: Final[Mapping[ErrorCode, tuple[str, ErrorCode]]] = {
    errors.S5B_S4.TS_OUTSIDE_BUCKET_WINDOW: ("V-10", CODES.TIME_WINDOW_VIOLATION),
    errors.S5B_S4.DST_MAPPING_FAILED: ("V-11", CODES.CIVIL_TIME_MAPPING_FAILED),
    errors.S5B_S4.SITE_RESOLUTION_FAILED: ("V-12", CODES.PHYSICAL_ROUTING_INVALID),
    errors.S5B_S4.EDGE_RESOLUTION_FAILED: ("V-13", CODES.VIRTUAL_ROUTING_INVALID),
    errors.S5B_S4.ROUTING_UNIVERSE_HASH_MISMATCH: ("V-13", CODES.VIRTUAL_ROUTING_INVALID),
    errors.S5B_S4.BUCKET_COUNT_MISMATCH: ("V-09", CODES.COUNT_MISMATCH_S3_S4),
    errors.S5B_S4.ROUTING_POLICY_INVALID: ("V-14", CODES.SITE_EDGE_FLAG_INCONSISTENT),
    errors.S5B_S4.SCHEMA_VIOLATION: ("V-15", CODES.S4_SCHEMA_VIOLATION),
    errors.S5B_S4.PARTITION_OR_PK_VIOLATION: ("V-17", CODES.S4_PK_VIOLATION),
    errors.S5B_S4.UPSTREAM_HASHGATE_NOT_PASSED: ("V-05", CODES.S0_SEALED_INPUTS_INCONSISTENT),
}
"""Which check and code of S5 tells of a code of S4."""
_OF_VALIDATOR: Final[Mapping[str, tuple[str, ErrorCode]]] = {
    "V-15": ("V-14", CODES.SITE_EDGE_FLAG_INCONSISTENT),
    "V-27": ("V-16", CODES.S4_PARTITION_OR_IDENTITY_VIOLATION),
}
"""Validators of S4 whose findings S5 tells apart from others of the same code."""
_OF_STATE: Final = {"5B.S1": "V-06", "5B.S2": "V-07", "5B.S3": "V-08", "5B.S4": "V-08"}
"""The check that tells of everything else that is wrong with a state's rows."""
ACCOUNTING: Final = "V-18"


@dataclass
class SegmentChecks:
    """What the checks of S5 have found and looked at, by validator."""

    findings: dict[str, list[Finding]] = field(default_factory=dict)
    counts: dict[str, int] = field(default_factory=dict)
    """All findings, those that are not kept included."""
    rows: dict[str, int] = field(default_factory=dict)
    statistics: list[tuple[str, Statistic]] = field(default_factory=list)
    """(scenario, statistic), ascending."""

    def add(self, validator: str, found: Iterable[Finding]) -> None:
        """Keep the findings of a check, the first `MOST_FINDINGS` of them."""
        kept = self.findings.setdefault(validator, [])
        for finding in found:
            self.counts[validator] = self.counts.get(validator, 0) + 1
            if len(kept) < MOST_FINDINGS:
                kept.append(finding)

    def looked(self, rows: int, *validators: str) -> None:
        """Count the rows that some checks have looked at."""
        for validator in validators:
            self.rows[validator] = self.rows.get(validator, 0) + rows

    def translated(self, state: str, found: Mapping[str, Iterable[Finding]]) -> None:
        """Keep what the validators of an earlier state found, under the codes of S5; mere warnings are that state's."""
        card = states.BY_ID[state].CARD
        mild = {spec.id for spec in card.validators if spec.severity != "abort"}
        for owner, findings in found.items():
            if owner in mild:
                continue
            for finding in findings:
                validator, code = _told_as(state, owner, finding.code)
                self.add(validator, [Finding(code, finding.where, finding.expected, finding.found)])


def _told_as(state: str, owner: str, code: ErrorCode) -> tuple[str, ErrorCode]:
    """The check and code of S5 under which a finding of an earlier state is told."""
    if code.name.startswith("RNG_"):
        return ACCOUNTING, CODES.RNG_ACCOUNTING_MISMATCH
    if state == states.S5B_S4.ID and owner in _OF_VALIDATOR:
        return _OF_VALIDATOR[owner]
    return _OF_CODE.get(code, (_OF_STATE[state], CODES.S1_S3_GRID_DOMAIN_MISMATCH))


class EarlierState(NamedTuple):
    """An earlier state as it is looked at block by block."""

    blocks: PublishedBlocks
    inputs: Any
    """Its own."""
    validators: Any
    run: Run

    def judged(self, block: Block) -> tuple[Mapping[str, list[Finding]], Any]:
        """(findings by validator, outputs) of a block."""
        outputs = self.blocks.of(block)
        return block_findings(self.blocks.state.CARD, self.run, self.validators, outputs), outputs


def earlier_state(
    state: type[Any], inputs: Any, run: Run, size_of: Callable[[Any], SeriesPlan]
) -> EarlierState:
    """A state of blocks with its validators, over its own inputs."""
    own, apart = inputs_of(state, inputs), run.apart()
    plan = size_of(own)
    made = validators_of(state.CARD)
    assert made is not None
    return EarlierState(
        PublishedBlocks(state, inputs, plan, _traced(state, plan)), own, made(own, apart), apart
    )


def _traced(state: type[Any], plan: SeriesPlan) -> Callable[[Block], int]:
    """How many rows of its trace a block of a state leaves: one an event of S2, one a family of S3 and S4."""
    if state is states.S5B_S2:
        return lambda block: len(plan.share(block))
    return lambda _block: len(state.CARD.rng)


def earlier_states(inputs: states.S5B_S5.Inputs, run: Run) -> tuple[EarlierState, EarlierState, EarlierState]:
    """S2, S3 and S4."""
    return (
        earlier_state(states.S5B_S2, inputs, run, s2_latent_intensity.series_plan),
        earlier_state(states.S5B_S3, inputs, run, s3_bucket_counts.series_plan),
        earlier_state(states.S5B_S4, inputs, run, s4_arrival_events.series_plan),
    )


def check_rows(
    checks: SegmentChecks, inputs: states.S5B_S5.Inputs, run: Run
) -> tuple[EarlierState, EarlierState, EarlierState]:
    """Ask every validator of S1 to S4 about every published row, and take the statistics of every scenario.

    Returns:
        S2, S3 and S4 with the validators that were asked, which know by now what the accounts need of every block.
    """
    _check_plan(checks, inputs, run)
    earlier = intensities, counts, arrivals = earlier_states(inputs, run)
    code = CODES.DOMAIN_DISCOVERY_FAILED
    for state in (intensities, counts, arrivals):
        checks.add("V-04", state.blocks.domain_findings(code))
        checks.looked(len(state.blocks.plan.blocks), "V-04")
    if checks.findings.get("V-04"):
        return earlier  # without their parts, blocks cannot be told
    laws: ArrivalChecks | None = arrivals.validators.checks
    realism = {name: Realism() for name in intensities.blocks.plan.scenarios}
    hours = _hours(laws, arrivals.blocks.plan) if laws is not None else {}
    laws_of = _count_laws(inputs, counts.blocks.plan) if laws is not None else {}

    def intensity_rows(block: Block) -> Any:
        found, outputs = intensities.judged(block)
        table = outputs.s2_realised_intensity_5B[block.split]
        return found, ends_of(outputs), IntensityRows(table.lambda_random_component, table.lambda_realised)

    def count_rows(block: Block) -> Any:
        found, outputs = counts.judged(block)
        table, series = outputs.s3_bucket_counts_5B[block.split], counts.blocks.plan.series(block)
        mean = table.lambda_realised
        rows = None
        if block.split in hours and table.num_rows == len(block) * series.buckets:
            hour, changing = hours[block.split].of_rows(series, block.start, block.stop)
            own = laws_of[block.split]
            scores = count_scores(
                own, block.start, series.buckets, table.count_N, mean, hour, changing, HOURS
            )
            rows = CountRows(mean, scores)
        return found, ends_of(outputs), rows

    def arrival_rows(block: Block) -> Any:
        outputs = arrivals.blocks.of(block)
        table = outputs.s4_arrival_events_5B[block.split]
        checks_of, tokens = declared_checks(arrivals.run, S4_ARRIVAL_EVENTS_5B, block.split, table.SPEC)
        plain, rows, looked = checks_of.piecewise(tokens), None, 0
        tally = None
        if laws is not None:
            tally = ArrivalTally(laws, block, before[block.number])

        def watch(some: Any, row: Any) -> None:
            nonlocal looked
            looked += some.num_rows
            plain.add(some.arrow)
            if tally is not None:
                tally.add(some, row)

        checked = arrivals.validators.look(outputs, watch)
        if checked is not None and tally is not None:
            rows = tally.rows(checked)
        held = (S4_ARRIVAL_EVENTS_5B.id,) if plain.holds and looked == table.num_rows else ()
        found = block_findings(arrivals.blocks.state.CARD, arrivals.run, arrivals.validators, outputs, held)
        return found, ends_of(outputs), rows, table.num_rows

    for state, function, take, validators in (
        (intensities, intensity_rows, Realism.add_intensities, ("V-07",)),
        (counts, count_rows, Realism.add_counts, ("V-08", "V-09")),
    ):
        borders = Borders(state.blocks.state.CARD)
        for block, (found, ends, rows) in _spread(run, state, function, small=False):
            _told(checks, state, borders, found, ends)
            checks.looked(len(block) * state.blocks.plan.series(block).buckets, *validators)
            if rows is not None:
                take(realism[block.split], rows)
    before = _arrivals_before(laws, arrivals.blocks.plan) if laws is not None else {}
    borders = Borders(states.S5B_S4.CARD)
    for block, (found, ends, rows, size) in _spread(run, arrivals, arrival_rows, small=True):
        _told(checks, arrivals, borders, found, ends)
        checks.looked(size, *(f"V-{number}" for number in range(10, 18)))
        if rows is not None:
            realism[block.split].add_arrivals(rows)
    if laws is not None:
        shares = _edge_shares(inputs, laws)
        for name in sorted(realism):
            series = counts.blocks.plan.scenarios[name]
            found_here = realism[name].statistics(
                factors=_factor_law(inputs, series),
                bucket_us=series.bucket_seconds * 1_000_000,
                p_virtual=laws.routing.p_virtual,
                edges=shares,
            )
            checks.statistics += [(name, statistic) for statistic in found_here]
    return earlier


def _spread(
    run: Run, state: EarlierState, function: Callable[[Block], Any], *, small: bool
) -> Iterator[tuple[Block, Any]]:
    """The results of all blocks of a state, in order; `small` where they may wait while a large block takes longer."""
    blocks = state.blocks.plan.blocks
    return zip(blocks, run.executor.results(function, blocks, small=small), strict=True)


def _told(checks: SegmentChecks, state: EarlierState, borders: Borders, found: Any, ends: Any) -> None:
    """Keep what was found in a block and between it and the one before."""
    card = state.blocks.state.CARD
    checks.translated(card.id, found)
    for validator, finding in borders.findings(ends):
        checks.translated(card.id, {validator: [finding]})


def _check_plan(checks: SegmentChecks, inputs: states.S5B_S5.Inputs, run: Run) -> None:
    """Grid and groups of S1, whole."""
    state, scenarios = states.S5B_S1, set(inputs.s0_gate_receipt_5B.scenario_set)
    for name in ("s1_time_grid_5B", "s1_grouping_5B"):
        for scenario in sorted(scenarios ^ set(getattr(inputs, name))):
            there = "a published partition" if scenario in scenarios else "none"
            found = "none" if scenario in scenarios else "a published partition"
            finding = Finding(CODES.DOMAIN_DISCOVERY_FAILED, f"{name} scenario_id={scenario}", there, found)
            checks.add("V-04", [finding])
    own, apart = inputs_of(state, inputs), run.apart()
    outputs = state.Outputs(
        s1_time_grid_5B={name: table.read() for name, table in inputs.s1_time_grid_5B.items()},
        s1_grouping_5B={name: table.read() for name, table in inputs.s1_grouping_5B.items()},
    )
    made = validators_of(state.CARD)
    assert made is not None
    checks.translated(state.ID, block_findings(state.CARD, apart, made(own, apart), outputs))
    for table in (*outputs.s1_time_grid_5B.values(), *outputs.s1_grouping_5B.values()):
        checks.looked(table.num_rows, "V-06")


def _hours(laws: ArrivalChecks, plan: SeriesPlan) -> dict[str, LocalHours]:
    """The local hours of every scenario."""
    return {
        name: LocalHours.of(series, laws.routing.scenarios[name].bucket_start_us, laws.routing.clocks)
        for name, series in plan.scenarios.items()
    }


def _count_laws(inputs: states.S5B_S5.Inputs, plan: SeriesPlan) -> dict[str, CountLaws]:
    """The count laws of the series of every scenario."""
    config = inputs.arrival_count_config_5B
    law = count_law(config)
    return {
        name: count_laws(
            kappas(config, series.groups)[series.group] if law.needs_kappa else None,
            len(series),
            zero=law.lambda_zero_eps,
            cap=min(law.max_count_per_bucket, law.poisson_n_cap_exact),
        )
        for name, series in plan.scenarios.items()
    }


def _factor_law(inputs: states.S5B_S5.Inputs, series: ScenarioSeries) -> FactorLaw | None:
    """What the latent law expects of the factors of a scenario; None where nothing is drawn."""
    config = inputs.arrival_lgcp_config_5B
    if config.latent_model_id == NONE or not len(series):
        return None
    law, clip = path_law(config, series.groups), config.clip
    length = (
        law.length_scale if config.latent_model_id == ORNSTEIN_UHLENBECK else np.zeros(len(series.groups))
    )
    sums = factor_sums(law.sigma, length, series.buckets, clip.min_factor, clip.max_factor)
    members = np.bincount(series.group, minlength=len(series.groups)).astype(np.float64)
    return FactorLaw(
        float(serial_sum(members * sums.mean)),
        float(serial_sum(members * members * sums.variance)),
        float(np.max(members * np.maximum(np.minimum(2.0 * length, series.buckets), 1.0))),
    )


def _arrivals_before(laws: ArrivalChecks, plan: SeriesPlan) -> dict[int, int]:
    """How many arrivals S3 counted in the blocks of the scenario before each block."""
    found, so_far = {}, dict.fromkeys(plan.scenarios, 0)
    for block, totals in zip(plan.blocks, laws.evidence.totals_of_blocks, strict=True):
        found[block.number] = so_far[block.split]
        so_far[block.split] += totals[JITTER].draws
    return found


def _edge_shares(inputs: states.S5B_S5.Inputs, laws: ArrivalChecks) -> EdgeShares:
    """The law of the edges by the catalogue's weights."""
    if inputs.edge_catalogue_3B is None:
        none = np.zeros(0, dtype=np.int32)
        return EdgeShares(np.zeros(1, dtype=np.int64), np.zeros(0), none, 0)
    catalogue = inputs.edge_catalogue_3B.read()
    country = catalogue.country_iso.ordered()
    starts = laws.routing.edges.tables.starts
    return EdgeShares(starts, catalogue.edge_weight, country.codes, len(country.values))
