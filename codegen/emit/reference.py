"""The Markdown reference of every dataset, policy, state, validator and code."""

from __future__ import annotations

from codegen.emit.views import Views
from codegen.ir import Contracts


def pages(contracts: Contracts, views: Views, digest: str) -> dict[str, str]:
    """Every page of docs/contracts, by path."""
    return {}
