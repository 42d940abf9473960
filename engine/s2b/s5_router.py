"""2B.S5 router: a time zone group and a site for every arrival of the roster (spec/segment-2B.md, S5).

Upholds: groups by the stored p_group of (merchant, utc_day), sites by S1's weights inside the group, both by binary64
alias tables; arrival a draws at counter start + 2a for the group and start + 2a + 1 for the site; whole events or
commitments by the evidence policy. Blocks are ranges of the roster's rows; none depends on another.
Left to others: seals, row shapes, keys, order and publishing (the runner).
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from codegen.runtime.columns import TextColumn
from codegen.runtime.errors import ErrorCode
from codegen.runtime.findings import Finding, Findings
from engine.core.blocks import Block, Blocks, blocks_of
from engine.core.errors import EngineError
from engine.core.row_findings import Words, echo_findings, row_findings
from engine.core.run import Run
from engine.core.runner import StateAborted, implements, validates
from engine.evidence.file_states import FileStates, changed_file_findings
from engine.evidence.log_checks import (
    audit_findings,
    constant_text_findings,
    counter_words,
    event_counter_findings,
    smaller_counters,
    text_words,
    trace_findings,
)
from engine.evidence.rng_evidence import BLOCKS, DRAWS, audit_row, differing_fields
from engine.kernels.routing import EVENTS_PER_ARRIVAL, Counters, compared_picks
from engine.kernels.site_identifiers import site_positions
from engine.s2b import alias_policy
from engine.s2b.day_logs import DayLog, log_findings
from engine.s2b.router import MODULE, RoutedBlock, Router
from engine.s2b.routing_plan import preflight_findings
from engine.s2b.routing_policy import routing_findings
from generated import errors, states
from generated.datasets.s2b import S5_ARRIVAL_ROSTER
from generated.tables.s2b import S5SelectionLog
from generated.validators.s2b import S2B_S5Validators

if TYPE_CHECKING:
    from codegen.runtime.models import Document

CODES = errors.S2B_S5
_LOG = S5SelectionLog.SPEC.dataset
BoolArray = NDArray[np.bool_]
Int64Array = NDArray[np.int64]


@implements(states.S2B_S5)
def routed_blocks(inputs: states.S2B_S5.Inputs, run: Run) -> Blocks[states.S2B_S5.Outputs]:
    """The picks of all arrivals; a block is a range of the roster's rows."""
    router = Router.of(inputs, run)
    if router.findings:
        raise StateAborted(router.findings)
    run.note("arrivals", len(router.roster))
    run.note("draws", EVENTS_PER_ARRIVAL * len(router.roster))
    run.note("evidence", "events" if router.keeps_events else "commitments")
    audit = (audit_row(run, MODULE),)

    def outputs_of(block: Block) -> states.S2B_S5.Outputs:
        routed = router.routed(block)
        keeps = router.keeps_events
        return states.S2B_S5.Outputs(
            rng_event_alias_pick_group=routed.group_events if keeps else None,
            rng_event_alias_pick_site=routed.site_events if keeps else None,
            rng_commitment_alias_pick_group=None if keeps else (routed.group_commitment,),
            rng_commitment_alias_pick_site=None if keeps else (routed.site_commitment,),
            rng_trace_log_2B_S5=routed.trace,
            rng_audit_log_2B_S5=audit if block.number == 0 else None,
            s5_selection_log=routed.selection_log() if router.keeps_log else None,
        )

    return Blocks(blocks_of(len(router.roster), S5_ARRIVAL_ROSTER.block_size), outputs_of)


@dataclass(frozen=True, slots=True)
class _Picks:
    """What one output says of one kind of pick: some rows of the block, or all of them."""

    place: Callable[[int], str]
    """Where a row of the output lies, in words."""
    rows: Int64Array
    """(R,) the arrivals, as rows of the block."""
    of_group: bool
    """Whether this is the pick of the group; else that of the site."""
    zone: TextColumn
    counters: Counters
    site_id: NDArray[np.uint64] | None


def _named(dataset: str) -> Callable[[int], str]:
    """The place of every row of a dataset that is one table a block."""
    return lambda _row: dataset


@validates(states.S2B_S5)
class RouterValidators(S2B_S5Validators):
    """The validators of S5, each over all rows of a block, against the roster, the plan and the draws made again."""

    def __init__(self, inputs: states.S2B_S5.Inputs, run: Run) -> None:
        super().__init__(inputs, run)
        self.router = Router.of(inputs, run)
        self.policy = inputs.route_rng_policy_v1
        self.files = FileStates.of(
            inputs.s1_site_weights, inputs.site_timezones, inputs.s4_group_weights, inputs.s5_arrival_roster
        )
        self._last = threading.local()

    # -- the block, routed again -----------------------------------------------------------------------------

    def _again(self, outputs: states.S2B_S5.Outputs) -> RoutedBlock | None:
        """The block of these outputs, routed again; None where they name no block. Kept for the next validator."""
        if getattr(self._last, "outputs", None) is not outputs:
            block = self._block(outputs) if not self.router.findings else None
            try:
                again = self.router.routed(block) if block is not None else None
            except EngineError:  # the law itself refuses such a roster, before anything is validated
                again = None
            self._last.again, self._last.outputs, self._last.picks = again, outputs, None
            log = outputs.s5_selection_log
            self._last.log = DayLog.of(_LOG, log, again.rows.utc_day) if again is not None else None
        found: RoutedBlock | None = self._last.again
        return found

    def _block(self, outputs: states.S2B_S5.Outputs) -> Block | None:
        """The block that most of the outputs say they are of: by part, counters, and totals."""
        start = (self.router.stream.counter_hi << 64) + self.router.stream.counter_lo
        firsts = []
        for rows in (outputs.rng_commitment_alias_pick_group, outputs.rng_commitment_alias_pick_site):
            firsts += [row.part * S5_ARRIVAL_ROSTER.block_size for row in rows or ()]
        for events in (outputs.rng_event_alias_pick_group, outputs.rng_event_alias_pick_site):
            if events is not None and events.num_rows:
                counter = int(events.rng_counter_before_hi[0]) << 64 | int(events.rng_counter_before_lo[0])
                firsts.append((counter - start) // EVENTS_PER_ARRIVAL)
        if outputs.rng_trace_log_2B_S5 is not None and outputs.rng_trace_log_2B_S5.num_rows:
            firsts.append(int(outputs.rng_trace_log_2B_S5.events_total[0]) - 1)
        blocks = [block for block in map(self.router.block_at, firsts) if block is not None]
        return max(blocks, key=blocks.count) if blocks else None

    def _picks(self, outputs: states.S2B_S5.Outputs, again: RoutedBlock) -> Iterator[_Picks]:
        """Every pick that the outputs tell of, where they have as many rows as they should."""
        if self._last.picks is None:
            self._last.picks = list(self._picks_of(outputs, again))
        yield from self._last.picks

    def _picks_of(self, outputs: states.S2B_S5.Outputs, again: RoutedBlock) -> Iterator[_Picks]:
        everything = np.arange(len(again.block))
        for events, of_group in (
            (outputs.rng_event_alias_pick_group, True),
            (outputs.rng_event_alias_pick_site, False),
        ):
            if events is not None and events.num_rows == everything.shape[0]:
                counters = Counters(events.rng_counter_before_hi, events.rng_counter_before_lo)
                site_id = getattr(events, "site_id", None)
                place = _named(events.SPEC.dataset)
                yield _Picks(place, everything, of_group, events.tz_group_id, counters, site_id)
        log: DayLog[S5SelectionLog] | None = self._last.log
        if log is not None:
            table = log.table
            at_group = Counters(table.ctr_group_hi, table.ctr_group_lo)
            yield _Picks(log.place, log.rows, True, table.tz_group_id, at_group, None)
            at_site = Counters(table.ctr_site_hi, table.ctr_site_lo)
            yield _Picks(log.place, log.rows, False, table.tz_group_id, at_site, table.site_id)

    def _group(self, again: RoutedBlock, picks: _Picks) -> Int64Array:
        """(R,) the group that each row names; -1 where its merchant has no site in that zone."""
        zones = self.router.plan.groups.zones
        code = picks.zone.codes_in(zones)
        place = again.merchant[picks.rows] * len(zones) + code
        return np.where(code >= 0, self.router.plan.group_of_zone[place], -1).astype(np.int64)

    def _site(self, again: RoutedBlock, picks: _Picks) -> Int64Array:
        """(R,) the site that each row names; -1 where its merchant has no such site."""
        return site_positions(self.router.plan.site_index, again.merchant[picks.rows], picks.site_id)

    def _commitments(
        self, outputs: states.S2B_S5.Outputs, again: RoutedBlock
    ) -> Iterator[tuple[str, Document, Document]]:
        """(name, held, expected) of each commitment row."""
        if self.router.keeps_events:
            return
        for name, held, expected in (
            ("alias_pick_group", outputs.rng_commitment_alias_pick_group, again.group_commitment),
            ("alias_pick_site", outputs.rng_commitment_alias_pick_site, again.site_commitment),
        ):
            for row in held or ():
                yield f"rng_commitment_{name} part {again.block.number}", row, expected

    def _differing(
        self, outputs: states.S2B_S5.Outputs, again: RoutedBlock, code: ErrorCode, *fields: str
    ) -> Findings:
        """A finding for each commitment whose field of one of these names (or beginnings) is another."""
        for name, held, expected in self._commitments(outputs, again):
            for field, (wanted, found) in differing_fields(held, expected).items():
                if field.startswith(fields):
                    yield Finding(code, f"{name}: {field}", str(wanted), str(found))

    def _rows(
        self,
        code: ErrorCode,
        broken: BoolArray,
        again: RoutedBlock,
        picks: _Picks,
        expected: Words,
        found: Words,
    ) -> Findings:
        return row_findings(
            code,
            broken,
            lambda row: f"{picks.place(row)}: {again.text(int(picks.rows[row]))}",
            expected,
            found,
        )

    # -- validators ------------------------------------------------------------------------------------------

    def v_04_alias_index_blob_and_policy_belong_together(self, outputs: states.S2B_S5.Outputs) -> Findings:
        inputs = self.inputs
        sealed = self.run.sealed.get(alias_policy.POLICY)
        digest = sealed.sha256_hex if sealed else "none"
        yield from preflight_findings(
            self.router.plan,
            inputs.s2_alias_index,
            inputs.s2_alias_blob,
            inputs.alias_layout_policy_v1,
            digest,
        )

    def v_05_groups_are_picked_by_the_law_of_s4_group_weights_alone(
        self, outputs: states.S2B_S5.Outputs
    ) -> Findings:
        code = CODES.GROUP_PROBABILITY_MISMATCH
        yield from (finding for finding in self.router.plan.findings if finding.code == code)
        again = self._again(outputs)
        if again is None:
            return
        for picks in self._picks(outputs, again):
            group = self._group(again, picks)
            known = group >= 0
            share = np.zeros(group.shape[0])
            merchant, day = again.merchant[picks.rows], again.day[picks.rows]
            share[known] = self.router.plan.shares(merchant[known], day[known], group[known])
            wanted = "a group of the merchant with a share above 0 on that day"
            yield from self._rows(code, ~(share > 0.0), again, picks, wanted, text_words(picks.zone))
        yield from self._differing(outputs, again, code, "first_tz_group_id", "last_tz_group_id")

    def v_06_sites_are_picked_by_the_site_weights_of_the_group(
        self, outputs: states.S2B_S5.Outputs
    ) -> Findings:
        code, plan = CODES.SITE_ALIAS_DECODE_INCOHERENT, self.router.plan
        yield from (finding for finding in plan.findings if finding.code == code)
        again = self._again(outputs)
        if again is None:
            return
        for picks in self._picks(outputs, again):
            if picks.site_id is None:
                continue
            site = self._site(again, picks)
            unweighted = (site < 0) | ~(plan.p_weight[site] > 0.0)
            wanted = "a site of the merchant with a weight above 0"
            yield from self._rows(code, unweighted, again, picks, wanted, picks.site_id)
        yield from self._differing(outputs, again, code, "first_site_id", "last_site_id")

    def v_07_the_picked_site_lies_in_the_picked_group(self, outputs: states.S2B_S5.Outputs) -> Findings:
        code, plan = CODES.GROUP_SITE_MISMATCH, self.router.plan
        yield from (finding for finding in plan.findings if finding.code == code)
        again = self._again(outputs)
        if again is None:
            return
        for picks in self._picks(outputs, again):
            if picks.site_id is None:
                continue
            site, group = self._site(again, picks), self._group(again, picks)
            elsewhere = (site >= 0) & (plan.groups.site_group[site] != group)
            zones = picks.zone
            yield from self._rows(
                code,
                elsewhere,
                again,
                picks,
                lambda row, zones=zones: f"a site in {text_words(zones)(row)}",  # type: ignore[misc]
                lambda row, site=site: plan.groups.text(int(plan.groups.site_group[site[row]])),  # type: ignore[misc]
            )

    def v_08_two_events_an_arrival_group_before_site(self, outputs: states.S2B_S5.Outputs) -> Findings:
        code, again = CODES.RNG_DRAWS_COUNT_MISMATCH, self._again(outputs)
        if again is None:
            if not self.router.findings:
                yield Finding(code, MODULE, "evidence of a block of the roster", "evidence of none")
            return
        arrivals = len(again.block)
        place = f"part {again.block.number}"
        groups, sites = outputs.rng_event_alias_pick_group, outputs.rng_event_alias_pick_site
        events = (("alias_pick_group", groups), ("alias_pick_site", sites))
        committed = (
            ("alias_pick_group", outputs.rng_commitment_alias_pick_group),
            ("alias_pick_site", outputs.rng_commitment_alias_pick_site),
        )
        counts: list[tuple[str, object, object]] = []
        for name, table in events:
            wanted = arrivals if self.router.keeps_events else 0
            found = table.num_rows if table is not None else 0
            counts.append((f"rng_event_{name} {place}: rows", wanted, found))
        for name, rows in committed:
            wanted = 0 if self.router.keeps_events else 1
            counts.append((f"rng_commitment_{name} {place}: rows", wanted, len(rows or ())))
        yield from echo_findings(code, counts)
        yield from self._differing(outputs, again, code, "rows", "events", "draws", "blocks")
        yield from self._differing(
            outputs, again, CODES.EVENT_ORDER, "part", "first_merchant", "last_merchant"
        )
        yield from self._differing(outputs, again, CODES.EVENT_ORDER, "first_utc_day", "last_utc_day")
        for name, table in events:
            if table is None or table.num_rows != arrivals:
                continue

            def where(row: int, name: str = name) -> str:
                return f"rng_event_{name}: {again.text(row)}"

            draws = np.array([*(text != str(DRAWS) for text in table.draws.values), True])[table.draws.codes]
            yield from row_findings(code, draws, where, f"{DRAWS} draw", "another number")
            yield from row_findings(
                code, table.blocks != np.uint64(BLOCKS), where, f"{BLOCKS} block", table.blocks
            )
            for column in ("merchant_id", "utc_day"):
                held, wanted_values = getattr(table, column), getattr(again.rows, column)
                yield from row_findings(
                    CODES.EVENT_ORDER, held != wanted_values, where, wanted_values, held, column=column
                )
        if groups is not None and sites is not None and groups.num_rows == sites.num_rows == arrivals:
            late = ~smaller_counters(
                (groups.rng_counter_before_hi, groups.rng_counter_before_lo),
                (sites.rng_counter_before_hi, sites.rng_counter_before_lo),
            )
            yield from row_findings(
                CODES.EVENT_ORDER, late, again.text, "the group's counter before the site's", "not before it"
            )

    def v_09_counters_follow_the_arrival_s_position_and_never_wrap(
        self, outputs: states.S2B_S5.Outputs
    ) -> Findings:
        code, wrap = CODES.RNG_COUNTER_NOT_MONOTONE, CODES.RNG_COUNTER_WRAP
        yield from (finding for finding in self.router.findings if finding.code == wrap)
        again = self._again(outputs)
        if again is None:
            return
        for picks in self._picks(outputs, again):
            wanted = again.routed.group_counter if picks.of_group else again.routed.site_counter
            hi, lo = wanted.hi[picks.rows], wanted.lo[picks.rows]
            held = picks.counters
            yield from self._rows(
                code,
                (held.hi != hi) | (held.lo != lo),
                again,
                picks,
                counter_words(hi, lo),
                counter_words(*held),
            )
        for events in (outputs.rng_event_alias_pick_group, outputs.rng_event_alias_pick_site):
            if events is not None:
                yield from event_counter_findings(code, wrap, events, again.block.number)

    def v_10_streams_and_labels_are_the_policy_s(self, outputs: states.S2B_S5.Outputs) -> Findings:
        code = CODES.RNG_STREAM_MISCONFIGURED
        yield from routing_findings(self.policy, code)
        again = self._again(outputs)
        if again is None:
            return
        labels = self.router.labels
        for events, label in (
            (outputs.rng_event_alias_pick_group, labels[0]),
            (outputs.rng_event_alias_pick_site, labels[1]),
        ):
            if events is not None:
                yield from constant_text_findings(code, events, "module", MODULE)
                yield from constant_text_findings(code, events, "substream_label", label)
        if outputs.rng_trace_log_2B_S5 is not None:
            yield from constant_text_findings(code, outputs.rng_trace_log_2B_S5, "module", MODULE)
        if outputs.s5_selection_log is not None:
            stream = self.policy.streams.routing_selection.rng_stream_id
            yield from constant_text_findings(code, outputs.s5_selection_log, "rng_stream_id", stream)
        yield from self._differing(outputs, again, code, "module", "substream_label")
        yield from audit_findings(code, outputs.rng_audit_log_2B_S5, self.run, MODULE, again.block)

    def v_11_trace_totals_equal_the_events(self, outputs: states.S2B_S5.Outputs) -> Findings:
        again = self._again(outputs)
        if again is not None:
            yield from trace_findings(
                CODES.RNG_DRAWS_COUNT_MISMATCH, outputs.rng_trace_log_2B_S5, again.trace
            )

    def v_12_the_selection_log_has_its_shape_and_lineage(self, outputs: states.S2B_S5.Outputs) -> Findings:
        again = self._again(outputs)
        if again is None:
            return
        code, table, keeps = CODES.PATH_EMBED_MISMATCH, outputs.s5_selection_log, self.router.keeps_log
        log = self._last.log if keeps else None
        wanted = len(again.block) if keeps else 0
        yield from log_findings(code, _LOG, table, wanted, log, again.rows, again.text, self.run)
        if table is not None:
            yield from row_findings(
                CODES.CREATED_UTC_MISMATCH,
                table.created_utc != self.run.created,
                lambda row: f"{_LOG} row {row}: created_utc",
                self.run.identity.created_utc,
                table.created_utc,
            )

    def v_14_no_dataset_of_the_plan_is_touched(self, outputs: states.S2B_S5.Outputs) -> Findings:
        yield from changed_file_findings(CODES.PROHIBITED_WRITE, self.files, self.CARD)

    def v_15_every_pick_drawn_again_is_the_same(self, outputs: states.S2B_S5.Outputs) -> Findings:
        code, again = CODES.REPLAY_MISMATCH, self._again(outputs)
        if again is None:
            return
        key, plan = self.router.stream.key, self.router.plan
        for picks in self._picks(outputs, again):
            group = self._group(again, picks)
            if picks.of_group:
                pair = again.pairs.pair[picks.rows]
                compared = compared_picks(key, picks.counters, pair, again.tables, group)
                found: Words = text_words(picks.zone)
            else:
                site = self._site(again, picks)
                compared = compared_picks(key, picks.counters, group, plan.sites, site)
                assert picks.site_id is not None
                found = picks.site_id
            item = compared.item

            def drawn(row: int, item: Int64Array = item, of_group: bool = picks.of_group) -> str:
                place = int(item[row])
                if place < 0:
                    return "a pick from a table of the merchant"
                return plan.groups.text(place) if of_group else plan.keys.text(place)

            yield from self._rows(code, compared.differs, again, picks, drawn, found)
        yield from self._differing(outputs, again, code, "events_digest")

    def v_16_p_group_is_repeated_as_stored(self, outputs: states.S2B_S5.Outputs) -> Findings:
        code, again = CODES.GROUP_PROBABILITY_MISMATCH, self._again(outputs)
        events = outputs.rng_event_alias_pick_group
        if again is None or events is None or events.num_rows != len(again.block):
            return
        picks = next(self._picks(outputs, again))
        group = self._group(again, picks)
        known = group >= 0
        stored = np.full(group.shape[0], -1.0)
        stored[known] = self.router.plan.shares(again.merchant[known], again.day[known], group[known])
        wrong = known & (events.p_group != stored)
        yield from self._rows(code, wrong, again, picks, stored, events.p_group)
