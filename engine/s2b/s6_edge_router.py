"""2B.S6 edge router: an edge for every virtual arrival of the roster (spec/segment-2B.md, S6).

Upholds: the edges of the merchant in order of edge_id, their weights as they are, the binary64 alias table; virtual
arrival v draws at counter start + v, other arrivals draw nothing; whole events or a commitment by the evidence policy;
the edge log with group and site of the selection log. Blocks are ranges of the roster's rows.
Left to others: seals, row shapes, keys, order and publishing (the runner).
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from codegen.runtime.columns import TextColumn
from codegen.runtime.errors import ErrorCode
from codegen.runtime.findings import Finding, Findings
from engine.core.blocks import Block, Blocks
from engine.core.row_findings import Words, echo_findings, row_findings
from engine.core.run import Run
from engine.core.runner import StateAborted, implements, validates
from engine.evidence.file_states import FileStates, changed_file_findings
from engine.evidence.log_checks import (
    audit_findings,
    constant_text_findings,
    counter_words,
    event_counter_findings,
    other_texts,
    text_words,
    trace_findings,
)
from engine.evidence.rng_evidence import BLOCKS, DRAWS, audit_row, differing_fields
from engine.kernels.routing import Counters, compared_picks
from engine.numerics import sum_tolerance
from engine.s2b.day_logs import DayLog, log_findings
from engine.s2b.edge_policy import edge_law
from engine.s2b.edge_router import MODULE, EdgeBlock, EdgeRouter
from engine.s2b.routing_policy import edge_label, routing_findings
from generated import errors, states
from generated.tables.s2b import S6EdgeLog
from generated.validators.s2b import S2B_S6Validators

CODES = errors.S2B_S6
_LOG = S6EdgeLog.SPEC.dataset
Int64Array = NDArray[np.int64]
DECODE_EPSILON = 1e-12


@implements(states.S2B_S6)
def edge_blocks(inputs: states.S2B_S6.Inputs, run: Run) -> Blocks[states.S2B_S6.Outputs]:
    """The edge picks of all virtual arrivals; a block is a range of the roster's rows."""
    router = EdgeRouter.of(inputs, run)
    if router.findings:
        raise StateAborted(router.findings)
    if router.unsaid:
        run.warn(
            Finding(
                CODES.BYPASS_FLAG_INCOHERENT,
                "s5_arrival_roster is_virtual",
                "true or false in every row",
                f"{router.unsaid} rows without, which are taken as not virtual",
            )
        )
    run.note("virtual_arrivals", int(router.firsts[-1]))
    run.note("draws", int(router.firsts[-1]))
    run.note("evidence", "events" if router.keeps_events else "commitments")
    audit = (audit_row(run, MODULE),)

    def outputs_of(block: Block) -> states.S2B_S6.Outputs:
        routed = router.routed(block)
        draws, keeps = len(routed) > 0, router.keeps_events
        return states.S2B_S6.Outputs(
            rng_event_cdn_edge_pick=routed.events if draws and keeps else None,
            rng_commitment_cdn_edge_pick=(routed.commitment,) if draws and not keeps else None,
            rng_trace_log_2B_S6=routed.trace if draws else None,
            rng_audit_log_2B_S6=audit if block.number == 0 else None,
            s6_edge_log=routed.edge_log() if router.keeps_log else None,
        )

    return Blocks(router.blocks, outputs_of)


@dataclass(frozen=True, slots=True)
class _Picks:
    """What one output says of picks: of some virtual arrivals of the block, or of all."""

    place: Callable[[int], str]
    """Where a row of the output lies, in words."""
    rows: Int64Array
    """(R,) the arrivals, as rows of the block's virtual arrivals."""
    edge_id: TextColumn
    counters: Counters
    log: S6EdgeLog | None
    """The log that says so, which tells of the edge as well; None for the events."""


@validates(states.S2B_S6)
class EdgeRouterValidators(S2B_S6Validators):
    """The validators of S6, each over all rows of a block, against roster, policy, S5's log and draws made again."""

    def __init__(self, inputs: states.S2B_S6.Inputs, run: Run) -> None:
        super().__init__(inputs, run)
        self.router = EdgeRouter.of(inputs, run)
        self.policy = inputs.route_rng_policy_v1
        log = self.router.selections
        self.files = FileStates.of(inputs.s5_arrival_roster, *((log,) if log is not None else ()))
        self._last = threading.local()

    # -- the block, routed again -----------------------------------------------------------------------------

    def _again(self, outputs: states.S2B_S6.Outputs) -> EdgeBlock | None:
        """The block of these outputs, routed again; None where they name no block. Kept for the next validator."""
        if getattr(self._last, "outputs", None) is not outputs:
            block = self._block(outputs) if not self.router.findings else None
            self._last.again = self.router.routed(block) if block is not None else None
            self._last.outputs, self._last.picks = outputs, None
            log, again = outputs.s6_edge_log, self._last.again
            self._last.log = DayLog.of(_LOG, log, again.rows.utc_day) if again is not None else None
        found: EdgeBlock | None = self._last.again
        return found

    def _block(self, outputs: states.S2B_S6.Outputs) -> Block | None:
        """The block that most of the outputs say they are of; without any draw the one that is known to have none."""
        router = self.router
        start = (router.stream.counter_hi << 64) + router.stream.counter_lo
        parts = [row.part for row in outputs.rng_commitment_cdn_edge_pick or ()]
        firsts: list[int] = []
        events, trace = outputs.rng_event_cdn_edge_pick, outputs.rng_trace_log_2B_S6
        if events is not None and events.num_rows:
            counter = int(events.rng_counter_before_hi[0]) << 64 | int(events.rng_counter_before_lo[0])
            firsts.append(counter - start)
        if trace is not None and trace.num_rows:
            firsts.append(int(trace.events_total[0]) - 1)
        for first in firsts:
            if 0 <= first < int(router.firsts[-1]):
                parts.append(int(np.searchsorted(router.firsts, first, side="right")) - 1)
        known = [part for part in parts if 0 <= part < len(router.blocks)]
        if known:
            return router.blocks[max(known, key=known.count)]
        if outputs.rng_audit_log_2B_S6:
            return router.blocks[0]
        silent = np.flatnonzero(np.diff(router.firsts) == 0)
        return router.blocks[int(silent[-1])] if silent.shape[0] else None

    def _picks(self, outputs: states.S2B_S6.Outputs, again: EdgeBlock) -> Iterator[_Picks]:
        """Every pick that the outputs tell of, where they have as many rows as they should."""
        if self._last.picks is None:
            self._last.picks = list(self._picks_of(outputs, again))
        yield from self._last.picks

    def _picks_of(self, outputs: states.S2B_S6.Outputs, again: EdgeBlock) -> Iterator[_Picks]:
        events = outputs.rng_event_cdn_edge_pick
        if events is not None and events.num_rows == len(again):
            counters = Counters(events.rng_counter_before_hi, events.rng_counter_before_lo)
            name = events.SPEC.dataset
            yield _Picks(lambda _row: name, np.arange(len(again)), events.edge_id, counters, None)
        log: DayLog[S6EdgeLog] | None = self._last.log
        if log is not None:
            counters = Counters(log.table.ctr_edge_hi, log.table.ctr_edge_lo)
            yield _Picks(log.place, log.rows, log.table.edge_id, counters, log.table)

    @staticmethod
    def _edge(again: EdgeBlock, picks: _Picks) -> Int64Array:
        """(R,) the edge that each row names; -1 where its merchant has no such edge."""
        code = picks.edge_id.codes_in(again.law.names)
        found = again.law.edge_of_name[again.edge_set[picks.rows], code]
        return np.where(code >= 0, found, -1)

    def _rows(
        self, code: ErrorCode, broken: NDArray[np.bool_], again: EdgeBlock, picks: _Picks, *words: Words
    ) -> Findings:
        return row_findings(
            code,
            broken,
            lambda row: f"{picks.place(row)}: {again.text(int(picks.rows[row]))}",
            *words,
        )

    def _differing(
        self, outputs: states.S2B_S6.Outputs, again: EdgeBlock, code: ErrorCode, *fields: str
    ) -> Findings:
        """A finding for each commitment whose field of one of these names (or beginnings) is another."""
        if self.router.keeps_events or not len(again):
            return
        for held in outputs.rng_commitment_cdn_edge_pick or ():
            for field, (wanted, found) in differing_fields(held, again.commitment).items():
                if field.startswith(fields):
                    where = f"rng_commitment_cdn_edge_pick part {again.block.number}: {field}"
                    yield Finding(code, where, str(wanted), str(found))

    # -- validators ------------------------------------------------------------------------------------------

    def v_04_the_edges_of_every_merchant_are_a_usable_law(self, outputs: states.S2B_S6.Outputs) -> Findings:
        broken = edge_law(self.inputs.virtual_edge_policy_v1)[1]
        own = (CODES.POLICY_SCHEMA_INVALID, CODES.POLICY_MINIMA_MISSING)
        yield from (finding for finding in broken if finding.code in own)

    def v_05_only_virtual_arrivals_draw(self, outputs: states.S2B_S6.Outputs) -> Findings:
        code, again = CODES.BYPASS_FLAG_INCOHERENT, self._again(outputs)
        if again is None:
            return
        events = outputs.rng_event_cdn_edge_pick
        if events is not None:
            more = events.num_rows - len(again)
            if more > 0:
                yield Finding(
                    code,
                    f"rng_event_cdn_edge_pick part {again.block.number}",
                    f"events of {len(again)} virtual arrivals",
                    f"{more} more",
                )
            if not more:
                for column in ("merchant_id", "utc_day"):
                    wanted, found = getattr(again.rows, column), getattr(events, column)
                    yield from row_findings(
                        code,
                        wanted != found,
                        lambda row: f"rng_event_cdn_edge_pick: {again.text(row)}",
                        wanted,
                        found,
                        column=column,
                    )
        fields = ("first_merchant_id", "last_merchant_id", "first_utc_day", "last_utc_day")
        yield from self._differing(outputs, again, code, *fields)

    def v_06_edge_tables_give_back_the_weights(self, outputs: states.S2B_S6.Outputs) -> Findings:
        code, law = CODES.EDGE_ALIAS_DECODE_INCOHERENT, self.router.law
        if self.router.findings or law is None:
            return
        tables = law.tables
        sizes = np.diff(tables.starts)
        first = np.repeat(tables.starts[:-1], sizes)
        cells = np.repeat(sizes, sizes)
        share = tables.prob + np.bincount(
            first + tables.alias, weights=1.0 - tables.prob, minlength=tables.prob.shape[0]
        )
        owner = np.repeat(np.arange(sizes.shape[0]), sizes)
        total = np.bincount(owner, weights=law.weight, minlength=sizes.shape[0])[owner]
        tolerance = np.array([sum_tolerance(DECODE_EPSILON, int(n)) for n in cells])
        far = ~(np.abs(share / cells - law.weight / total) <= tolerance)
        yield from row_findings(code, far, law.text, law.weight / total, share / cells)
        again = self._again(outputs)
        if again is None:
            return
        for picks in self._picks(outputs, again):
            edge = self._edge(again, picks)
            weightless = (edge >= 0) & ~(law.weight[edge] > 0.0)
            wanted = "an edge with a weight above 0"
            yield from self._rows(code, weightless, again, picks, wanted, text_words(picks.edge_id))

    def v_07_every_edge_has_its_country_and_place(self, outputs: states.S2B_S6.Outputs) -> Findings:
        code = CODES.EDGE_ATTR_MISSING
        broken = edge_law(self.inputs.virtual_edge_policy_v1)[1]
        yield from (finding for finding in broken if finding.code == code)
        again = self._again(outputs)
        if again is None:
            return
        law = again.law
        for picks in self._picks(outputs, again):
            edge = self._edge(again, picks)
            wanted = "an edge of the merchant in the policy"
            yield from self._rows(code, edge < 0, again, picks, wanted, text_words(picks.edge_id))
            log = picks.log
            if log is None:
                continue
            known = edge >= 0
            countries = law.ip_country.take(edge)
            other = known & countries.differs(log.ip_country)
            yield from self._rows(
                code, other, again, picks, text_words(countries), text_words(log.ip_country)
            )
            for place, held in ((law.latitude, log.edge_lat), (law.longitude, log.edge_lon)):
                yield from self._rows(code, known & (held != place[edge]), again, picks, place[edge], held)
        yield from self._differing(outputs, again, code, "first_edge_id", "last_edge_id")

    def v_08_one_event_a_virtual_arrival(self, outputs: states.S2B_S6.Outputs) -> Findings:
        code, again = CODES.RNG_DRAWS_COUNT_MISMATCH, self._again(outputs)
        if again is None:
            if not self.router.findings:
                yield Finding(code, MODULE, "evidence of a block of the roster", "evidence of none")
            return
        events, commitments = outputs.rng_event_cdn_edge_pick, outputs.rng_commitment_cdn_edge_pick
        keeps, place = self.router.keeps_events, f"part {again.block.number}"
        committed = 1 if len(again) and not keeps else 0
        yield from echo_findings(
            code,
            (
                (
                    f"rng_event_cdn_edge_pick {place}: rows",
                    len(again) if keeps else 0,
                    events.num_rows if events is not None else 0,
                ),
                (f"rng_commitment_cdn_edge_pick {place}: rows", committed, len(commitments or ())),
            ),
        )
        yield from self._differing(outputs, again, code, "rows", "events", "draws", "blocks", "part")
        if events is None or events.num_rows != len(again):
            return

        def where(row: int) -> str:
            return f"rng_event_cdn_edge_pick: {again.text(row)}"

        draws = other_texts(events.draws, str(DRAWS))
        yield from row_findings(code, draws, where, f"{DRAWS} draw", text_words(events.draws))
        yield from row_findings(
            code, events.blocks != np.uint64(BLOCKS), where, f"{BLOCKS} block", events.blocks
        )

    def v_09_counters_follow_the_virtual_arrival_s_position_and(
        self, outputs: states.S2B_S6.Outputs
    ) -> Findings:
        code, wrap = CODES.RNG_COUNTER_NOT_MONOTONE, CODES.RNG_COUNTER_WRAP
        yield from (finding for finding in self.router.findings if finding.code == wrap)
        again = self._again(outputs)
        if again is None:
            return
        for picks in self._picks(outputs, again):
            hi, lo = again.picks.counter.hi[picks.rows], again.picks.counter.lo[picks.rows]
            off = (picks.counters.hi != hi) | (picks.counters.lo != lo)
            yield from self._rows(
                code, off, again, picks, counter_words(hi, lo), counter_words(*picks.counters)
            )
        if outputs.rng_event_cdn_edge_pick is not None:
            yield from event_counter_findings(code, wrap, outputs.rng_event_cdn_edge_pick, again.block.number)

    def v_10_streams_and_labels_are_the_policy_s(self, outputs: states.S2B_S6.Outputs) -> Findings:
        code = CODES.RNG_STREAM_MISCONFIGURED
        yield from routing_findings(self.policy, code)
        again = self._again(outputs)
        if again is None:
            return
        events, trace = outputs.rng_event_cdn_edge_pick, outputs.rng_trace_log_2B_S6
        if events is not None:
            yield from constant_text_findings(code, events, "module", MODULE)
            yield from constant_text_findings(code, events, "substream_label", edge_label(self.policy))
        if trace is not None:
            yield from constant_text_findings(code, trace, "module", MODULE)
        if outputs.s6_edge_log is not None:
            stream = self.policy.streams.routing_edge.rng_stream_id
            yield from constant_text_findings(code, outputs.s6_edge_log, "rng_stream_id", stream)
        yield from self._differing(outputs, again, code, "module", "substream_label")
        yield from audit_findings(code, outputs.rng_audit_log_2B_S6, self.run, MODULE, again.block)

    def v_11_trace_totals_equal_the_events(self, outputs: states.S2B_S6.Outputs) -> Findings:
        again = self._again(outputs)
        if again is not None and (len(again) or outputs.rng_trace_log_2B_S6 is not None):
            yield from trace_findings(
                CODES.RNG_DRAWS_COUNT_MISMATCH, outputs.rng_trace_log_2B_S6, again.trace
            )

    def v_12_the_edge_log_has_its_shape_and_lineage(self, outputs: states.S2B_S6.Outputs) -> Findings:
        again = self._again(outputs)
        if again is None:
            return
        code, table, keeps = CODES.PATH_EMBED_MISMATCH, outputs.s6_edge_log, self.router.keeps_log
        log: DayLog[S6EdgeLog] | None = self._last.log if keeps else None
        wanted = len(again) if keeps else 0
        yield from log_findings(code, _LOG, table, wanted, log, again.rows, again.text, self.run)
        if log is None:
            return
        rows, held, partner = log.rows, log.table, again.partners.take(log.rows)

        def where(row: int) -> str:
            return f"{log.place(row)}: {again.text(int(rows[row]))}"

        zones = partner.tz_group_id
        other = zones.differs(held.tz_group_id)
        yield from row_findings(
            code, other, where, text_words(zones), text_words(held.tz_group_id), column="tz_group_id"
        )
        elsewhere = held.site_id != partner.site_id
        yield from row_findings(code, elsewhere, where, partner.site_id, held.site_id, column="site_id")

    def v_14_no_dataset_of_the_plan_is_touched(self, outputs: states.S2B_S6.Outputs) -> Findings:
        yield from changed_file_findings(CODES.PROHIBITED_WRITE, self.files, self.CARD)

    def v_15_every_pick_drawn_again_is_the_same(self, outputs: states.S2B_S6.Outputs) -> Findings:
        code, again = CODES.REPLAY_MISMATCH, self._again(outputs)
        if again is None:
            return
        for picks in self._picks(outputs, again):
            edge = self._edge(again, picks)
            compared = compared_picks(
                self.router.stream.key, picks.counters, again.edge_set[picks.rows], again.law.tables, edge
            )
            item = compared.item

            def drawn(row: int, item: Int64Array = item) -> str:
                return again.law.edge_id[int(item[row])] if item[row] >= 0 else "an edge of the merchant"

            yield from self._rows(code, compared.differs, again, picks, drawn, text_words(picks.edge_id))
        yield from self._differing(outputs, again, code, "events_digest")
