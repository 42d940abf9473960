# Generated from contracts/layer1/2A/schemas.2A.yaml (sha256 0b373bab...), contracts/layer1/2A/states.2A.yaml (sha256 ee7f501a...) by `closedworld codegen`; do not edit: change the contract and regenerate.
"""Validators of 2A: the checks of its tables, and what each state must check itself."""

from __future__ import annotations

from abc import abstractmethod
from typing import ClassVar, Final

from codegen.runtime.cards import StateCard, StateValidators
from codegen.runtime.checks import TableChecks
from codegen.runtime.findings import Findings
from generated.states.s2a import S2A_S0
from generated.tables import s2a as tables

SITE_TIMEZONES: Final = TableChecks(tables.SiteTimezones.SPEC)
"""Every declared constraint of `site_timezones`."""
TZ_TIMETABLE_CACHE: Final = TableChecks(tables.TzTimetableCache.SPEC)
"""Every declared constraint of `tz_timetable_cache`."""


class S2A_S0Validators(StateValidators["S2A_S0.Inputs", "S2A_S0.Outputs"]):
    """What 2A.S0 (Time zones) checks of its outputs."""

    CARD: ClassVar[StateCard] = S2A_S0.CARD

    @abstractmethod
    def v_03_every_site_has_exactly_one_zone(self, outputs: S2A_S0.Outputs) -> Findings:
        """V-03: Every site has exactly one zone. Severity: abort. Codes: 042."""

    @abstractmethod
    def v_04_every_zone_is_canonical(self, outputs: S2A_S0.Outputs) -> Findings:
        """V-04: Every zone is canonical. Severity: abort. Codes: 050."""

    @abstractmethod
    def v_05_the_timetable_agrees_with_the_iana_database_everywhere(
        self, outputs: S2A_S0.Outputs
    ) -> Findings:
        """V-05: The timetable agrees with the IANA database everywhere. Severity: abort. Codes: 051."""

    @abstractmethod
    def v_06_the_timetable_covers_every_zone_from_1970_on(self, outputs: S2A_S0.Outputs) -> Findings:
        """V-06: The timetable covers every zone from 1970 on. Severity: abort. Codes: 052."""
