# Generated from contracts/ by `closedworld codegen`; do not edit: change the contract and regenerate.
"""The commands of every segment that has any, by the word that the command line knows them under."""

from __future__ import annotations

from typing import Final

COMMANDS: Final[dict[str, str]] = {
    "2b": "generated.cli.s2b:app",
    "5b": "generated.cli.s5b:app",
}
"""Import path of the Typer app of each segment, so that a command loads only its own."""
