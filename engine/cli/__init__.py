"""The command line: thin Typer commands over engine.execute."""
