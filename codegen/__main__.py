"""`python -m codegen` is `closedworld codegen`."""

from __future__ import annotations

import typer

from codegen.commands import codegen_command

if __name__ == "__main__":
    typer.run(codegen_command)
