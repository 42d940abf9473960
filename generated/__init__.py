# Generated from contracts/ by `closedworld codegen`; do not edit: change the contract and regenerate.
"""The typed surface of the contracts: models, tables, paths, datasets, validators, states, error codes, commands."""

from __future__ import annotations

from typing import Final

CONTRACTS_DIGEST: Final = "a9ad7941bb278e38f4c429fa7704ca49a2c19a91f6a331231a4a3730e5573e65"
"""SHA-256 of the canonical catalogue without prose."""
GENERATOR_VERSION: Final = "1.0.0"
"""Version of the generator that emitted these files."""
