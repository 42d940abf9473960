# Generated from contracts/layer1/1B/schemas.1B.yaml (sha256 8caff85b...), contracts/layer1/1B/states.1B.yaml (sha256 089027d5...) by `closedworld codegen`; do not edit: change the contract and regenerate.
"""Validators of 1B: the checks of its tables, and what each state must check itself."""

from __future__ import annotations

from abc import abstractmethod
from typing import ClassVar, Final

from codegen.runtime.cards import StateCard, StateValidators
from codegen.runtime.checks import TableChecks
from codegen.runtime.findings import Findings
from generated.states.s1b import S1B_S0
from generated.tables import s1b as tables

SITE_LOCATIONS: Final = TableChecks(tables.SiteLocations.SPEC)
"""Every declared constraint of `site_locations`."""


class S1B_S0Validators(StateValidators["S1B_S0.Inputs", "S1B_S0.Outputs"]):
    """What 1B.S0 (Site locations) checks of its outputs."""

    CARD: ClassVar[StateCard] = S1B_S0.CARD

    @abstractmethod
    def v_03_as_many_sites_as_the_catalogue_says(self, outputs: S1B_S0.Outputs) -> Findings:
        """V-03: As many sites as the catalogue says. Severity: abort. Codes: 042."""

    @abstractmethod
    def v_04_every_site_lies_near_its_city_in_its_country_on_its(self, outputs: S1B_S0.Outputs) -> Findings:
        """V-04: Every site lies near its city, in its country, on its side of the zone. Severity: abort. Codes: 050, 051, 052."""
