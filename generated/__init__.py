# Generated from contracts/ by `closedworld codegen`; do not edit: change the contract and regenerate.
"""The typed surface of the contracts: models, tables, paths, datasets, validators, states, error codes, commands."""

from __future__ import annotations

from typing import Final

CONTRACTS_DIGEST: Final = "9a21c3215768940827a99606d9854d98e62df780442e6ed5a43aa9d05b4ae458"
"""SHA-256 of the canonical catalogue without prose."""
GENERATOR_VERSION: Final = "1.0.0"
"""Version of the generator that emitted these files."""
