# Generated from contracts/layer1/schemas.layer1.yaml (sha256 8e1dbf12...) by `closedworld codegen`; do not edit: change the contract and regenerate.
"""Validators of layer1: the checks of its tables, and what each state must check itself."""

from __future__ import annotations

from typing import Final

from codegen.runtime.checks import TableChecks
from generated.tables import layer1 as tables

RNG_TRACE_ROW: Final = TableChecks(tables.RngTraceRow.SPEC)
"""Every declared constraint of `rng_trace_row`."""
