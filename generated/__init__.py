# Generated from contracts/ by `closedworld codegen`; do not edit: change the contract and regenerate.
"""The typed surface of the contracts: models, tables, paths, datasets, validators, states, error codes, commands."""

from __future__ import annotations

from typing import Final

CONTRACTS_DIGEST: Final = "8e162d9e92b0496103f53dbd5e8e4c0397eb7d23d7ddd2b4631d60e7e8d9c888"
"""SHA-256 of the canonical catalogue without prose."""
GENERATOR_VERSION: Final = "1.0.0"
"""Version of the generator that emitted these files."""
