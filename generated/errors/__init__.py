# Generated from contracts/ by `closedworld codegen`; do not edit: change the contract and regenerate.
"""Every error code, by state and group, and by its full form."""

from __future__ import annotations

from typing import Final

from codegen.runtime.errors import ErrorCode
from generated.errors.engine import BUG, CONTRACT, ENV, POLICY, PUBLISH, RUN, SEAL, USE, WORLD
from generated.errors.s1a import S1A_S0
from generated.errors.s1b import S1B_S0
from generated.errors.s2a import S2A_S0
from generated.errors.s2b import S2B_S0, S2B_S1, S2B_S2, S2B_S3, S2B_S4, S2B_S5, S2B_S6, S2B_S7, S2B_S8
from generated.errors.s3a import S3A_S0
from generated.errors.s3b import S3B_S0, S3B_S1
from generated.errors.s5a import S5A_S0, S5A_S1
from generated.errors.s5b import S5B_S0, S5B_S1, S5B_S2, S5B_S3, S5B_S4, S5B_S5

__all__ = [
    "BY_CODE",
    "USE",
    "RUN",
    "POLICY",
    "SEAL",
    "PUBLISH",
    "CONTRACT",
    "WORLD",
    "ENV",
    "BUG",
    "S1A_S0",
    "S1B_S0",
    "S2A_S0",
    "S2B_S0",
    "S2B_S1",
    "S2B_S2",
    "S2B_S3",
    "S2B_S4",
    "S2B_S5",
    "S2B_S6",
    "S2B_S7",
    "S2B_S8",
    "S3A_S0",
    "S3B_S0",
    "S3B_S1",
    "S5A_S0",
    "S5A_S1",
    "S5B_S0",
    "S5B_S1",
    "S5B_S2",
    "S5B_S3",
    "S5B_S4",
    "S5B_S5",
]

_OWNERS: Final[tuple[type, ...]] = (
    USE,
    RUN,
    POLICY,
    SEAL,
    PUBLISH,
    CONTRACT,
    WORLD,
    ENV,
    BUG,
    S1A_S0,
    S1B_S0,
    S2A_S0,
    S2B_S0,
    S2B_S1,
    S2B_S2,
    S2B_S3,
    S2B_S4,
    S2B_S5,
    S2B_S6,
    S2B_S7,
    S2B_S8,
    S3A_S0,
    S3B_S0,
    S3B_S1,
    S5A_S0,
    S5A_S1,
    S5B_S0,
    S5B_S1,
    S5B_S2,
    S5B_S3,
    S5B_S4,
    S5B_S5,
)
BY_CODE: Final[dict[str, ErrorCode]] = {
    code.full: code for owner in _OWNERS for code in vars(owner).values() if isinstance(code, ErrorCode)
}
