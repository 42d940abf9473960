# Generated from contracts/ by `closedworld codegen`; do not edit: change the contract and regenerate.
# ruff: noqa: E501
"""The typed surface of the contracts: models, tables, paths, datasets, validators, states, error codes, commands."""

from __future__ import annotations

from typing import Final

CONTRACTS_DIGEST: Final = "b2068ec9caec474f035f7357325c5d08bca74bae12835d49bd19fade8e9aa716"
"""SHA-256 of the canonical catalogue without prose."""
GENERATOR_VERSION: Final = "1.0.0"
"""Version of the generator that emitted these files."""
