"""What validation_policy_5B must say: intervals that some value of a statistic can lie in.

Source: spec/segment-5B.md, S5.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Final

from codegen.runtime.errors import ErrorCode
from codegen.runtime.findings import Finding
from engine.core.policy_checks import shape_findings
from engine.s5b.realism import RUN
from generated.datasets import s5b as datasets

if TYPE_CHECKING:
    from generated.models.s5b import ValidationPolicy5B

POLICY: Final = datasets.VALIDATION_POLICY_5B.id
_RANGES: Final[Mapping[str, tuple[float, float]]] = {
    "factor_mean": (0.0, math.inf),
    "nonzero_fraction": (0.0, 1.0),
    "intensity_p99_over_p50": (1.0, math.inf),
    "distinct_offsets_per_1000_events": (1.0, RUN),
    "hybrid_virtual_share_deviation": (0.0, 1.0),
    "edge_country_mix_deviation": (0.0, 1.0),
    "count_dispersion_ratio": (0.0, math.inf),
    "weekly_profile_deviation": (0.0, 1.0),
    "dst_week_deviation": (0.0, 1.0),
}
"""The values that each statistic can have."""


def bounds_findings(policy: ValidationPolicy5B, code: ErrorCode) -> Iterator[Finding]:
    """Where the policy breaks its schema, or asks for a value that a statistic can never have."""
    yield from shape_findings(policy, POLICY, code)
    for name, (least, most) in _RANGES.items():
        bounds, where = getattr(policy.realism, name), f"{POLICY} /realism/{name}"
        lower = -math.inf if bounds.lower is None else bounds.lower
        upper = math.inf if bounds.upper is None else bounds.upper
        if lower > upper:
            yield Finding(code, where, "lower at most upper", f"{bounds.lower} and {bounds.upper}")
        elif lower > most or upper < least:
            stated = f"{bounds.lower} to {bounds.upper}".replace("None", "any")
            yield Finding(code, where, f"an interval that meets {least:g} to {most:g}", stated)
