# Generated from contracts/ by `closedworld codegen`; do not edit: change the contract and regenerate.
"""The typed surface of the contracts: models, tables, paths, datasets, validators, states, error codes, commands."""

from __future__ import annotations

from typing import Final

CONTRACTS_DIGEST: Final = "c0bbcdc9fa55d5314e1cad3c152bd919dcf9dd071869741ef92deee127132db0"
"""SHA-256 of the canonical catalogue without prose."""
GENERATOR_VERSION: Final = "1.0.0"
"""Version of the generator that emitted these files."""
