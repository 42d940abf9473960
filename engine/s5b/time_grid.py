"""The time grid of a scenario: its horizon cut into half-open buckets (spec/segment-5B.md, S1).

Nothing is snapped: both ends of a horizon are whole multiples of the bucket since 1970-01-01 UTC, or the state aborts.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from codegen.runtime.errors import ErrorCode
from codegen.runtime.findings import Finding
from engine.core.policy_checks import shape_findings
from engine.core.run import Run
from engine.s5b.laws import SPEC_VERSION
from generated.datasets.s5b import TIME_GRID_POLICY_5B
from generated.tables.s5a import ScenarioManifest5A
from generated.tables.s5b import S1TimeGrid5B

if TYPE_CHECKING:
    from generated.models.s5b import TimeGridPolicy5B

POLICY: Final = TIME_GRID_POLICY_5B.id
MANIFEST: Final = ScenarioManifest5A.SPEC.dataset
_SECOND: Final = 1_000_000  # microseconds
_DAY: Final = 86_400 * _SECOND
_THURSDAY: Final = 3  # days from Monday to the day of the week of 1970-01-01
_SATURDAY: Final = 6


@dataclass(frozen=True, slots=True)
class Scenario:
    """One row of the scenario manifest; instants are microseconds since 1970-01-01 UTC."""

    scenario_id: str
    start: int
    end: int
    is_baseline: bool
    is_stress: bool
    labels: str

    @property
    def band(self) -> str:
        """`stress` for a stressed scenario, else `baseline`."""
        return "stress" if self.is_stress else "baseline"


def scenarios(manifest: ScenarioManifest5A) -> dict[str, Scenario]:
    """The scenarios of the manifest by their ids."""
    labels = manifest.labels.decoded()
    start, end = (
        values.astype(np.int64) for values in (manifest.horizon_start_utc, manifest.horizon_end_utc)
    )
    return {
        name: Scenario(
            name,
            int(start[row]),
            int(end[row]),
            bool(manifest.is_baseline[row]),
            bool(manifest.is_stress[row]),
            str(labels[row]),
        )
        for row, name in enumerate(manifest.scenario_id.decoded())
    }


def policy_findings(
    missing: ErrorCode, invalid: ErrorCode, policy: TimeGridPolicy5B | None
) -> Iterator[Finding]:
    """What the policy lacks: it is not there, breaks its shape, or its guardrails contradict each other."""
    if policy is None:
        yield Finding(missing, POLICY, "a policy", "nothing")
        return
    yield from shape_findings(policy, POLICY, invalid)
    rails = policy.guardrails
    if rails.min_horizon_days > rails.max_horizon_days:
        yield Finding(
            invalid,
            f"{POLICY} /guardrails/max_horizon_days",
            f"at least min_horizon_days, {rails.min_horizon_days}",
            str(rails.max_horizon_days),
        )


def horizon_findings(code: ErrorCode, scenario: Scenario, policy: TimeGridPolicy5B) -> Iterator[Finding]:
    """Why a horizon cannot be cut: an end off the bucket boundary, no length, or a length beyond the guardrails."""
    seconds, rails = policy.bucket_duration_seconds, policy.guardrails
    where = f"{MANIFEST} {scenario.scenario_id}"
    for name, instant in (("horizon_start_utc", scenario.start), ("horizon_end_utc", scenario.end)):
        if instant % (seconds * _SECOND):
            yield Finding(code, f"{where}: {name}", f"a whole multiple of {seconds} s", said(instant))
    length = scenario.end - scenario.start
    if length <= 0:
        found = f"{said(scenario.start)} to {said(scenario.end)}"
        yield Finding(code, f"{where}: horizon", "an end after the start", found)
        return
    if not rails.min_horizon_days * _DAY <= length <= rails.max_horizon_days * _DAY:
        expected = f"{rails.min_horizon_days} to {rails.max_horizon_days} days"
        yield Finding(code, f"{where}: horizon", expected, f"{length / _DAY:g} days")
    buckets = -(-length // (seconds * _SECOND))
    if buckets > rails.max_buckets_per_scenario:
        expected = f"at most {rails.max_buckets_per_scenario} buckets of {seconds} s"
        yield Finding(code, f"{where}: horizon", expected, f"{buckets} buckets")


def said(instant: int) -> str:
    """An instant in words."""
    return f"{np.datetime64(instant, 'us')}Z"


def bucket_starts(scenario: Scenario, seconds: int) -> NDArray[np.int64]:
    """(H,) the first instant of each bucket, in microseconds since 1970-01-01 UTC."""
    return np.arange(scenario.start, scenario.end, seconds * _SECOND, dtype=np.int64)


class Annotations(NamedTuple):
    """(H,) what the grid says of each bucket start in Etc/UTC."""

    local_day_of_week: NDArray[np.uint8]
    """1 = Monday."""
    local_minutes_since_midnight: NDArray[np.uint16]
    is_weekend: NDArray[np.bool_]


def local_annotations(starts: NDArray[np.int64]) -> Annotations:
    """Day of the week, minute of the day and weekend of instants, in microseconds since 1970-01-01 UTC."""
    days = starts // _DAY
    weekday = ((days + _THURSDAY) % 7 + 1).astype(np.uint8)
    minutes = ((starts - days * _DAY) // (60 * _SECOND)).astype(np.uint16)
    return Annotations(weekday, minutes, weekday >= _SATURDAY)


def time_grid(scenario: Scenario, policy: TimeGridPolicy5B, run: Run) -> S1TimeGrid5B:
    """The buckets of one scenario whose horizon fits the policy."""
    seconds = int(policy.bucket_duration_seconds)
    starts = bucket_starts(scenario, seconds)
    marks = local_annotations(starts)
    hidden = np.full(starts.shape[0], not policy.local_annotations.emit)
    return S1TimeGrid5B.from_columns(
        manifest_fingerprint=run.identity.manifest_fingerprint,
        parameter_hash=run.identity.parameter_hash,
        scenario_id=scenario.scenario_id,
        bucket_index=np.arange(starts.shape[0], dtype=np.int32),
        bucket_start_utc=starts.astype("datetime64[us]"),
        bucket_end_utc=(starts + seconds * _SECOND).astype("datetime64[us]"),
        bucket_duration_seconds=seconds,
        scenario_is_baseline=scenario.is_baseline,
        scenario_is_stress=scenario.is_stress,
        local_day_of_week=np.ma.MaskedArray(marks.local_day_of_week, mask=hidden),
        local_minutes_since_midnight=np.ma.MaskedArray(marks.local_minutes_since_midnight, mask=hidden),
        is_weekend=np.ma.MaskedArray(marks.is_weekend, mask=hidden),
        scenario_labels=scenario.labels,
        s1_spec_version=SPEC_VERSION,
    )
