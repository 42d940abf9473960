"""2B.S3 day effects: one mean-one factor a merchant, UTC day and time zone group (spec/segment-2B.md, S3).

Upholds: groups by the 1:1 join of S1 with site_timezones; every day of the policy's range; row i of the table draws
word 0 of the block at counter base + i; log_gamma = -sigma^2/2 + sigma z. Blocks are ranges of merchants.
Left to others: seals, row shapes, keys, order, created_utc and publishing (the runner).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from codegen.runtime.findings import Finding, Findings
from engine.core.blocks import Block, Blocks, blocks_of
from engine.core.errors import EngineError
from engine.core.row_findings import echo_findings, row_findings
from engine.core.run import Run
from engine.core.runner import StateAborted, implements, validates
from engine.kernels import KernelError
from engine.kernels.day_effects import day_effects
from engine.rng import CounterWrapError, PlanStream
from engine.s2b.day_effect_policy import (
    ENGINE,
    GREATEST_SIGMA,
    LEAST_SIGMA,
    POLICY,
    constants_findings,
    day_range_findings,
    days_of,
    shape_and_digest_findings,
)
from engine.s2b.zone_groups import ZoneGroups, join_findings, zone_groups
from generated import errors, states
from generated.datasets.s2b import S3_DAY_EFFECTS
from generated.tables.s2b import S3DayEffects
from generated.validators.s2b import S2B_S3Validators

if TYPE_CHECKING:
    from generated.models.s2b import DayEffectPolicyV1

CODES = errors.S2B_S3


@implements(states.S2B_S3)
def day_effect_blocks(inputs: states.S2B_S3.Inputs, run: Run) -> Blocks[states.S2B_S3.Outputs]:
    """The rows of all merchants, days and groups; a block is a range of merchants."""
    from generated.models.layer1 import RngAuditRow

    policy = inputs.day_effect_policy_v1
    refused = list(policy_findings(policy))
    if refused:
        raise StateAborted(refused)
    weights, timezones = inputs.s1_site_weights.read(), inputs.site_timezones.read()
    unjoined = list(join_findings(weights, timezones, CODES))
    if unjoined:
        raise StateAborted(unjoined)
    groups = zone_groups(weights, timezones)
    days = days_of(policy)
    stream = plan_stream(policy, run)
    rows = int(groups.starts[-1]) * days.shape[0]
    if rows:
        _require_counters(stream, rows)
    _note(policy, run, groups, days)
    identity = run.identity
    audit = RngAuditRow.of(
        {
            "ts_utc": identity.created_utc,
            "run_id": identity.run_id,
            "seed": identity.seed,
            "parameter_hash": identity.parameter_hash,
            "manifest_fingerprint": identity.manifest_fingerprint,
            "module": states.S2B_S3.ID,
            "algorithm": ENGINE,
            "contracts_digest": identity.contracts_digest,
            "law_version": identity.law_version,
        }
    )

    def rows_of(block: Block) -> states.S2B_S3.Outputs:
        place = groups.rows(block, days.shape[0])
        effects = day_effects(
            stream,
            first=groups.first_row(block, days.shape[0]),
            count=place.group.shape[0],
            sigma=policy.sigma_gamma,
            normal_icdf_name=policy.normal_icdf,
        )
        return states.S2B_S3.Outputs(
            s3_day_effects=S3DayEffects.from_columns(
                merchant_id=groups.merchant_id[place.merchant],
                utc_day=days[place.day],
                tz_group_id=groups.zone_column(place.group),
                gamma=effects.gamma,
                log_gamma=effects.log_gamma,
                sigma_gamma=policy.sigma_gamma,
                rng_stream_id=policy.rng_stream_id,
                rng_counter_lo=effects.counter_lo,
                rng_counter_hi=effects.counter_hi,
                created_utc=run.created,
            ),
            rng_audit_log_2B_S3=(audit,) if block.number == 0 else (),
        )

    return Blocks(blocks_of(groups.merchants, S3_DAY_EFFECTS.block_size), rows_of)


def plan_stream(policy: DayEffectPolicyV1, run: Run) -> PlanStream:
    """The stream that the policy names in this world, under this seed."""
    return PlanStream.derive(
        policy.rng_derivation.domain_master,
        policy.rng_derivation.domain_stream,
        policy.rng_stream_id,
        run.identity.manifest_fingerprint,
        run.identity.seed,
    )


def policy_findings(policy: DayEffectPolicyV1) -> Iterator[Finding]:
    """What breaks the policy's shape or digest (031), its constants (032) or its days (033)."""
    yield from shape_and_digest_findings(policy, CODES.POLICY_SCHEMA_INVALID)
    yield from constants_findings(policy, CODES.POLICY_MINIMA_MISSING)
    yield from day_range_findings(policy, CODES.DAY_RANGE_INVALID)


def _require_counters(stream: PlanStream, rows: int) -> None:
    try:
        stream.counter(rows - 1)
    except CounterWrapError as error:
        base = f"base counter {stream.counter_hi:016x}{stream.counter_lo:016x}"
        raise EngineError(
            CODES.RNG_COUNTER_WRAP,
            where=base,
            expected="a last counter below 2^128",
            found=f"{rows} rows that pass it",
        ) from error


def _note(policy: DayEffectPolicyV1, run: Run, groups: ZoneGroups, days: NDArray[np.datetime64]) -> None:
    run.note("merchants", groups.merchants)
    run.note("groups", int(groups.starts[-1]))
    run.note("days", int(days.shape[0]))
    run.note("draws", int(groups.starts[-1]) * int(days.shape[0]))
    if policy.created_utc_policy_echo:
        sealed = run.sealed.get(POLICY)
        run.note(
            "day_effect_policy",
            {
                "policy_id": policy.policy_id,
                "policy_version": policy.policy_version,
                "sha256_hex": sealed.sha256_hex if sealed else "",
            },
        )


@validates(states.S2B_S3)
class DayEffectValidators(S2B_S3Validators):
    """The validators of S3, each over all rows of a block; they derive the plan again from the inputs."""

    def __init__(self, inputs: states.S2B_S3.Inputs, run: Run) -> None:
        super().__init__(inputs, run)
        self.policy = inputs.day_effect_policy_v1
        weights, self.timezones = inputs.s1_site_weights.read(), inputs.site_timezones.read()
        self.unjoined = tuple(join_findings(weights, self.timezones, CODES))
        self.groups = zone_groups(weights, self.timezones) if not self.unjoined else None
        bad_days = any(day_range_findings(self.policy, CODES.DAY_RANGE_INVALID))
        self.days = days_of(self.policy) if not bad_days else np.empty(0, "datetime64[D]")
        self.stream = plan_stream(self.policy, run)

    def _block(self, held: S3DayEffects) -> tuple[ZoneGroups, Block] | None:
        """The groups and the block of merchants that the rows belong to; None where the inputs give none."""
        block = self.groups.block_of(held.merchant_id, S3_DAY_EFFECTS.block_size) if self.groups else None
        return None if self.groups is None or block is None else (self.groups, block)

    @staticmethod
    def _text(held: S3DayEffects, row: int) -> str:
        zone = held.tz_group_id.values[int(held.tz_group_id.codes[row])]
        return f"merchant {int(held.merchant_id[row])}, {held.utc_day[row]}, zone {zone}"

    def v_04_the_policy_has_its_shape_constants_and_days(self, outputs: states.S2B_S3.Outputs) -> Findings:
        yield from policy_findings(self.policy)

    def v_05_every_weighted_site_has_exactly_one_time_zone(self, outputs: states.S2B_S3.Outputs) -> Findings:
        yield from self.unjoined

    def v_06_merchants_groups_and_days_fill_the_table_exactly(
        self, outputs: states.S2B_S3.Outputs
    ) -> Findings:
        held = outputs.s3_day_effects
        found = self._block(held)
        if found is None:
            if self.groups is None or self.groups.merchants or held.num_rows:
                yield Finding(
                    CODES.COVERAGE_MISMATCH,
                    "s3_day_effects",
                    "rows of merchants of s1_site_weights",
                    f"{held.num_rows} others",
                )
            return
        groups, block = found
        place = groups.rows(block, self.days.shape[0])
        if held.num_rows != place.group.shape[0]:
            wanted = f"{place.group.shape[0]} rows for merchants {block.start} to {block.stop - 1}"
            yield Finding(
                CODES.COVERAGE_MISMATCH,
                f"s3_day_effects part {block.number}",
                wanted,
                f"{held.num_rows} rows",
            )
            return
        zone = groups.zone_column(place.group)
        wrong = (
            (held.merchant_id != groups.merchant_id[place.merchant])
            | (held.utc_day != self.days[place.day])
            | zone.differs(held.tz_group_id)
        )
        yield from row_findings(
            CODES.COVERAGE_MISMATCH,
            wrong,
            lambda row: f"s3_day_effects part {block.number} row {row}",
            lambda row: f"{groups.text(int(place.group[row]))}, {self.days[place.day[row]]}",
            lambda row: self._text(held, row),
        )

    def v_09_gamma_log_gamma_and_sigma_lie_in_their_domains(self, outputs: states.S2B_S3.Outputs) -> Findings:
        held = outputs.s3_day_effects
        for code, column, domain, expected in (
            (
                CODES.NON_POSITIVE_GAMMA,
                held.gamma,
                (held.gamma > 0.0) & np.isfinite(held.gamma),
                "a finite gamma above 0",
            ),
            (CODES.NONFINITE_LOG_GAMMA, held.log_gamma, np.isfinite(held.log_gamma), "a finite log_gamma"),
            (
                CODES.SIGMA_MISMATCH,
                held.sigma_gamma,
                (held.sigma_gamma >= LEAST_SIGMA) & (held.sigma_gamma <= GREATEST_SIGMA),
                f"sigma_gamma in {LEAST_SIGMA} to {GREATEST_SIGMA}",
            ),
        ):
            values = column
            yield from row_findings(code, ~domain, lambda row: self._text(held, row), expected, values)

    def v_10_sigma_gamma_is_the_policy_s(self, outputs: states.S2B_S3.Outputs) -> Findings:
        held, sigma = outputs.s3_day_effects, self.policy.sigma_gamma
        wrong = held.sigma_gamma != sigma
        yield from row_findings(
            CODES.SIGMA_MISMATCH,
            wrong,
            lambda row: self._text(held, row),
            str(sigma),
            held.sigma_gamma,
        )

    def v_11_generator_and_stream_are_the_policy_s(self, outputs: states.S2B_S3.Outputs) -> Findings:
        held, audit = outputs.s3_day_effects, outputs.rng_audit_log_2B_S3
        engines = [("day_effect_policy_v1 /rng_engine", ENGINE, self.policy.rng_engine)]
        engines += [
            ("rng_audit_log_2B_S3 algorithm", self.policy.rng_engine, str(row.algorithm)) for row in audit
        ]
        yield from echo_findings(CODES.RNG_ENGINE_MISMATCH, engines)
        stream, name = held.rng_stream_id, self.policy.rng_stream_id
        wrong = np.array([*(value != name for value in stream.values), True])[stream.codes]
        yield from row_findings(
            CODES.RNG_STREAM_MISMATCH,
            wrong,
            lambda row: self._text(held, row),
            name,
            lambda row: stream.values[int(stream.codes[row])],
        )

    def v_12_as_many_draws_as_rows(self, outputs: states.S2B_S3.Outputs) -> Findings:
        held = outputs.s3_day_effects
        if not held.num_rows:
            return
        first, last = (self._counter(held, row) for row in (0, held.num_rows - 1))
        blocks = (last - first) % (1 << 128) + 1
        draws = held.num_rows * self.policy.draws_per_row
        if blocks != draws:
            where = f"s3_day_effects from {self._text(held, 0)} to {self._text(held, held.num_rows - 1)}"
            yield Finding(CODES.RNG_DRAWS_COUNT_MISMATCH, where, f"{draws} draws", f"{blocks}")

    def v_13_counters_follow_the_row_s_position_and_never_wrap(
        self, outputs: states.S2B_S3.Outputs
    ) -> Findings:
        held = outputs.s3_day_effects
        found = self._block(held)
        number = found[0].first_row(found[1], self.days.shape[0]) if found else 0
        position = np.arange(held.num_rows, dtype=np.uint64) + np.uint64(number)
        low = np.uint64(self.stream.counter_lo) + position
        carry = low < position
        high = np.uint64(self.stream.counter_hi) + carry.astype(np.uint64)
        wrong = (held.rng_counter_lo != low) | (held.rng_counter_hi != high)
        yield from row_findings(
            CODES.RNG_COUNTER_NOT_MONOTONE,
            wrong,
            lambda row: self._text(held, row),
            lambda row: f"counter {high[row]:016x}{low[row]:016x}",
            lambda row: f"{self._counter(held, row):032x}",
        )
        wrapped = high < carry
        falls = np.zeros(held.num_rows, dtype=np.bool_)
        falls[1:] = held.rng_counter_hi[1:] < held.rng_counter_hi[:-1]
        yield from row_findings(
            CODES.RNG_COUNTER_WRAP,
            wrapped | falls,
            lambda row: self._text(held, row),
            "a counter below 2^128",
            "one that starts again",
        )

    def v_20_every_day_of_the_policy_s_range_is_there(self, outputs: states.S2B_S3.Outputs) -> Findings:
        found = np.unique(outputs.s3_day_effects.utc_day)
        missing, other = np.setdiff1d(self.days, found), np.setdiff1d(found, self.days)
        code, where = CODES.DAY_GRID_MISMATCH, "s3_day_effects utc_day"
        if outputs.s3_day_effects.num_rows:
            yield from row_findings(
                code, np.ones(missing.shape, np.bool_), lambda d: f"{where} {missing[d]}", "rows", "none"
            )
        yield from row_findings(
            code, np.ones(other.shape, np.bool_), lambda d: f"{where} {other[d]}", "no row", "rows"
        )

    def v_21_every_group_is_a_time_zone_of_site_timezones(self, outputs: states.S2B_S3.Outputs) -> Findings:
        held = outputs.s3_day_effects
        unknown = held.tz_group_id.codes_in(self.timezones.tzid.values) < 0
        yield from row_findings(
            CODES.TZID_NOT_IN_SITE_TIMEZONES,
            unknown,
            lambda row: self._text(held, row),
            "a zone of site_timezones",
            "another zone",
        )

    def v_22_each_row_used_exactly_one_draw(self, outputs: states.S2B_S3.Outputs) -> Findings:
        """Every row drawn again from the counter of the block's first row: the values follow from one word each."""
        held = outputs.s3_day_effects
        if not held.num_rows:
            return
        start = PlanStream(self.stream.key, int(held.rng_counter_hi[0]), int(held.rng_counter_lo[0]))
        try:
            drawn = day_effects(
                start,
                first=0,
                count=held.num_rows,
                sigma=self.policy.sigma_gamma,
                normal_icdf_name=self.policy.normal_icdf,
            )
        except KernelError:  # V-13 says where the counter wraps
            return
        for column, wanted, values in (
            ("gamma", drawn.gamma, held.gamma),
            ("log_gamma", drawn.log_gamma, held.log_gamma),
        ):
            wrong = wanted.view(np.uint64) != values.view(np.uint64)
            yield from row_findings(
                CODES.RNG_DRAWS_COUNT_MISMATCH,
                wrong,
                lambda row: self._text(held, row),
                wanted,
                values,
                column=column,
            )

    def v_23_each_row_s_merchant_and_group_come_from_the_join(
        self, outputs: states.S2B_S3.Outputs
    ) -> Findings:
        held = outputs.s3_day_effects
        if self.groups is None:
            return
        zones = self.groups.zones
        owner = np.repeat(np.arange(self.groups.merchants), np.diff(self.groups.starts))
        known = owner * len(zones) + self.groups.zone
        place = np.searchsorted(self.groups.merchant_id, held.merchant_id)
        code = held.tz_group_id.codes_in(zones)
        listed = place < self.groups.merchants
        listed[listed] = self.groups.merchant_id[place[listed]] == held.merchant_id[listed]
        pair = np.where(listed & (code >= 0), place * len(zones) + code, -1)
        at = np.minimum(np.searchsorted(known, pair), max(known.shape[0] - 1, 0))
        foreign = known[at] != pair if known.shape[0] else np.ones(held.num_rows, np.bool_)
        yield from row_findings(
            CODES.JOIN_KEY_MISMATCH,
            foreign,
            lambda row: self._text(held, row),
            "a group of the merchant's sites",
            "none of them",
        )

    @staticmethod
    def _counter(held: S3DayEffects, row: int) -> int:
        return (int(held.rng_counter_hi[row]) << 64) | int(held.rng_counter_lo[row])
