"""What S3 requires of day_effect_policy_v1: shape, its own digest, the laws that are implemented, and its days."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

from codegen.runtime.canonical import canonical_bytes
from codegen.runtime.errors import ErrorCode
from codegen.runtime.findings import Finding
from engine.core.policy_checks import constant_findings, missing_findings, shape_findings
from engine.numerics import NORMAL_ICDF_CODES
from generated.tables.s2b import S3DayEffects

if TYPE_CHECKING:
    from generated.models.s2b import DayEffectPolicyV1

POLICY: Final = "day_effect_policy_v1"
ENGINE: Final = "philox2x64-10"
KEY_BASIS: Final = ("manifest_fingerprint", "seed", "rng_stream_id")
RECORD_FIELDS: Final = tuple(
    column.name for column in S3DayEffects.SPEC.columns if column.name not in S3DayEffects.PRIMARY_KEY
)
"""What a row records beside its key; the policy's own list is the minimum that must be present."""
FEWEST_DAYS: Final = 365
MOST_DAYS: Final = 1826
LEAST_SIGMA: Final = 0.08
GREATEST_SIGMA: Final = 1.2


def own_digest(policy: DayEffectPolicyV1) -> str:
    """SHA-256 of the policy's canonical JSON without its field sha256_hex."""
    content = policy.model_dump(mode="json", by_alias=True, exclude_unset=True)
    content.pop("sha256_hex", None)
    return hashlib.sha256(canonical_bytes(content)).hexdigest()


def days_of(policy: DayEffectPolicyV1) -> NDArray[np.datetime64]:
    """(D,) every day of the policy's range, both ends included, datetime64[D]; none for a range that runs backwards.

    Raises:
        ValueError: a bound is not a day of the calendar.
    """
    first = np.datetime64(str(policy.day_range.start_day), "D")
    last = np.datetime64(str(policy.day_range.end_day), "D")
    return np.arange(first, last + np.timedelta64(1, "D"))


def shape_and_digest_findings(policy: DayEffectPolicyV1, code: ErrorCode) -> Iterator[Finding]:
    """Every place where the policy breaks its schema, and a sha256_hex that is not the policy's own."""
    yield from shape_findings(policy, POLICY, code)
    digest = own_digest(policy)
    if policy.sha256_hex != digest:
        yield Finding(code, f"{POLICY} /sha256_hex", digest, str(policy.sha256_hex))


def constants_findings(policy: DayEffectPolicyV1, code: ErrorCode) -> Iterator[Finding]:
    """Every value that names a law other than the implemented ones, and record_fields short of the minimum."""
    derivation = policy.rng_derivation
    yield from constant_findings(
        POLICY,
        code,
        (
            ("/rng_engine", policy.rng_engine, (ENGINE,)),
            ("/draws_per_row", policy.draws_per_row, (1,)),
            ("/normal_icdf", policy.normal_icdf, tuple(NORMAL_ICDF_CODES)),
            ("/rng_derivation/low64_rule", derivation.low64_rule, ("le64_bytes_24_32",)),
            (
                "/rng_derivation/counter_split_rule",
                derivation.counter_split_rule,
                ("hi_be64_bytes_16_24_lo_be64_bytes_24_32",),
            ),
            ("/rng_derivation/key_basis", tuple(derivation.key_basis), (KEY_BASIS,)),
            ("/rng_derivation/base_counter_basis", tuple(derivation.base_counter_basis), (KEY_BASIS,)),
        ),
    )
    if not LEAST_SIGMA <= policy.sigma_gamma <= GREATEST_SIGMA:
        wanted = f"{LEAST_SIGMA} to {GREATEST_SIGMA}"
        yield Finding(code, f"{POLICY} /sigma_gamma", wanted, str(policy.sigma_gamma))
    yield from missing_findings(POLICY, code, "/record_fields", policy.record_fields, RECORD_FIELDS)


def day_range_findings(policy: DayEffectPolicyV1, code: ErrorCode) -> Iterator[Finding]:
    """A range with a bound that is no day, that runs backwards, or that has too few or too many days."""
    where = f"{POLICY} /day_range"
    stated = f"{policy.day_range.start_day} to {policy.day_range.end_day}"
    try:
        days = days_of(policy).shape[0]
    except ValueError:
        yield Finding(code, where, "two days of the calendar", stated)
        return
    if not FEWEST_DAYS <= days <= MOST_DAYS:
        yield Finding(code, where, f"{FEWEST_DAYS} to {MOST_DAYS} days", f"{stated}, {days} days")
