# Generated from contracts/ by `closedworld codegen`; do not edit: change the contract and regenerate.
"""The typed surface of the contracts: models, tables, paths, datasets, validators, states, error codes, commands."""

from __future__ import annotations

from typing import Final

CONTRACTS_DIGEST: Final = "959caab893fa832fd962b34a0b837199e404e0a806ac7adef7877375f1ecb064"
"""SHA-256 of the canonical catalogue without prose."""
GENERATOR_VERSION: Final = "1.0.0"
"""Version of the generator that emitted these files."""
