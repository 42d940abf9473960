"""What validation_policy_5B must say: targets that some value of a statistic can meet.

Source: spec/segment-5B.md, S5.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from codegen.runtime.errors import ErrorCode
from codegen.runtime.findings import Finding
from engine.core.policy_checks import shape_findings
from generated.datasets import s5b as datasets

if TYPE_CHECKING:
    from generated.models.s5b import ValidationPolicy5B

POLICY: Final = datasets.VALIDATION_POLICY_5B.id
_LEAST: Final = 1.0
"""The least value of `intensity_p99_over_p50`."""


def bounds_findings(policy: ValidationPolicy5B, code: ErrorCode) -> Iterator[Finding]:
    """Where the policy breaks its schema, or aims at a value that a statistic can never have."""
    yield from shape_findings(policy, POLICY, code)
    target, where = policy.realism.intensity_p99_over_p50, f"{POLICY} /realism/intensity_p99_over_p50"
    lower = -math.inf if target.lower is None else target.lower
    upper = math.inf if target.upper is None else target.upper
    if lower > upper:
        yield Finding(code, where, "lower at most upper", f"{target.lower} and {target.upper}")
    elif upper < _LEAST:
        stated = f"{target.lower} to {target.upper}".replace("None", "any")
        yield Finding(code, where, f"an interval that holds a value from {_LEAST:g} on", stated)
