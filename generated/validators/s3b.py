# Generated from contracts/layer1/3B/schemas.3B.yaml (sha256 98f07120...), contracts/layer1/3B/states.3B.yaml (sha256 8fd94de1...) by `closedworld codegen`; do not edit: change the contract and regenerate.
"""Validators of 3B: the checks of its tables, and what each state must check itself."""

from __future__ import annotations

from abc import abstractmethod
from typing import ClassVar, Final

from codegen.runtime.cards import StateCard, StateValidators
from codegen.runtime.checks import TableChecks
from codegen.runtime.findings import Findings
from generated.states.s3b import S3B_S0, S3B_S1
from generated.tables import s3b as tables

VIRTUAL_CLASSIFICATION_3B: Final = TableChecks(tables.VirtualClassification3B.SPEC)
"""Every declared constraint of `virtual_classification_3B`."""
VIRTUAL_SETTLEMENT_3B: Final = TableChecks(tables.VirtualSettlement3B.SPEC)
"""Every declared constraint of `virtual_settlement_3B`."""
EDGE_CATALOGUE_3B: Final = TableChecks(tables.EdgeCatalogue3B.SPEC)
"""Every declared constraint of `edge_catalogue_3B`."""


class S3B_S0Validators(StateValidators["S3B_S0.Inputs", "S3B_S0.Outputs"]):
    """What 3B.S0 (Virtual merchants) checks of its outputs."""

    CARD: ClassVar[StateCard] = S3B_S0.CARD

    @abstractmethod
    def v_03_one_row_for_each_merchant(self, outputs: S3B_S0.Outputs) -> Findings:
        """V-03: One row for each merchant. Severity: abort. Codes: 042."""

    @abstractmethod
    def v_04_flag_and_mode_agree(self, outputs: S3B_S0.Outputs) -> Findings:
        """V-04: Flag and mode agree. Severity: abort. Codes: 050."""

    @abstractmethod
    def v_05_exactly_the_merchants_that_sell_online_settle(self, outputs: S3B_S0.Outputs) -> Findings:
        """V-05: Exactly the merchants that sell online settle. Severity: abort. Codes: 051."""


class S3B_S1Validators(StateValidators["S3B_S1.Inputs", "S3B_S1.Outputs"]):
    """What 3B.S1 (Edge catalogue) checks of its outputs."""

    CARD: ClassVar[StateCard] = S3B_S1.CARD

    @abstractmethod
    def v_03_every_merchant_that_sells_online_has_edges(self, outputs: S3B_S1.Outputs) -> Findings:
        """V-03: Every merchant that sells online has edges. Severity: abort. Codes: 042."""

    @abstractmethod
    def v_04_edge_weights_sum_to_1(self, outputs: S3B_S1.Outputs) -> Findings:
        """V-04: Edge weights sum to 1. Severity: abort. Codes: 050."""

    @abstractmethod
    def v_05_edge_ids_are_unique_in_a_merchant(self, outputs: S3B_S1.Outputs) -> Findings:
        """V-05: Edge ids are unique in a merchant. Severity: abort. Codes: 051."""

    @abstractmethod
    def v_06_every_slice_decodes_to_the_edge_weights(self, outputs: S3B_S1.Outputs) -> Findings:
        """V-06: Every slice decodes to the edge weights. Severity: abort. Codes: 052."""

    @abstractmethod
    def v_07_the_universe_digest_is_that_of_the_rows(self, outputs: S3B_S1.Outputs) -> Findings:
        """V-07: The universe digest is that of the rows. Severity: abort. Codes: 053."""

    @abstractmethod
    def v_08_every_edge_has_a_known_zone(self, outputs: S3B_S1.Outputs) -> Findings:
        """V-08: Every edge has a known zone. Severity: abort. Codes: 054."""
