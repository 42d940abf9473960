# Generated from contracts/layer1/3A/schemas.3A.yaml (sha256 4c7f5d9a...), contracts/layer1/3A/states.3A.yaml (sha256 43496d88...) by `closedworld codegen`; do not edit: change the contract and regenerate.
"""Validators of 3A: the checks of its tables, and what each state must check itself."""

from __future__ import annotations

from abc import abstractmethod
from typing import ClassVar, Final

from codegen.runtime.cards import StateCard, StateValidators
from codegen.runtime.checks import TableChecks
from codegen.runtime.findings import Findings
from generated.states.s3a import S3A_S0
from generated.tables import s3a as tables

ZONE_ALLOC: Final = TableChecks(tables.ZoneAlloc.SPEC)
"""Every declared constraint of `zone_alloc`."""


class S3A_S0Validators(StateValidators["S3A_S0.Inputs", "S3A_S0.Outputs"]):
    """What 3A.S0 (Zone allocation) checks of its outputs."""

    CARD: ClassVar[StateCard] = S3A_S0.CARD

    @abstractmethod
    def v_03_every_site_is_counted_once(self, outputs: S3A_S0.Outputs) -> Findings:
        """V-03: Every site is counted once. Severity: abort. Codes: 042."""
