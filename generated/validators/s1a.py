# Generated from contracts/layer1/1A/schemas.1A.yaml (sha256 ed8c7980...), contracts/layer1/1A/states.1A.yaml (sha256 56de8d01...) by `closedworld codegen`; do not edit: change the contract and regenerate.
"""Validators of 1A: the checks of its tables, and what each state must check itself."""

from __future__ import annotations

from abc import abstractmethod
from typing import ClassVar, Final

from codegen.runtime.cards import StateCard, StateValidators
from codegen.runtime.checks import TableChecks
from codegen.runtime.findings import Findings
from generated.states.s1a import S1A_S0
from generated.tables import s1a as tables

IMPORTED_SITES: Final = TableChecks(tables.ImportedSites.SPEC)
"""Every declared constraint of `imported_sites`."""
IMPORTED_MERCHANTS: Final = TableChecks(tables.ImportedMerchants.SPEC)
"""Every declared constraint of `imported_merchants`."""
MERCHANT_ID_MAP: Final = TableChecks(tables.MerchantIdMap.SPEC)
"""Every declared constraint of `merchant_id_map`."""
OUTLET_CATALOGUE: Final = TableChecks(tables.OutletCatalogue.SPEC)
"""Every declared constraint of `outlet_catalogue`."""


class S1A_S0Validators(StateValidators["S1A_S0.Inputs", "S1A_S0.Outputs"]):
    """What 1A.S0 (Merchants and outlets) checks of its outputs."""

    CARD: ClassVar[StateCard] = S1A_S0.CARD

    @abstractmethod
    def v_03_merchants_and_sites_are_exactly_as_many_as_asked(self, outputs: S1A_S0.Outputs) -> Findings:
        """V-03: Merchants and sites are exactly as many as asked. Severity: abort. Codes: 050, 051."""

    @abstractmethod
    def v_04_each_merchant_has_one_home_class_channel_and_category(self, outputs: S1A_S0.Outputs) -> Findings:
        """V-04: Each merchant has one home, class, channel and category. Severity: abort. Codes: 052."""
