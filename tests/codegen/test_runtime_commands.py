"""The hook through which generated commands reach the engine."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from typer.testing import CliRunner

from codegen.runtime import commands
from generated.cli import s2b


@pytest.fixture(autouse=True)
def clean_hook(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(commands, "_runner", [])
    monkeypatch.setattr(commands, "_notes", [])
    yield


def test_a_generated_command_hands_its_options_to_the_hook() -> None:
    seen: list[tuple[str, dict[str, Any]]] = []
    commands.set_state_runner(lambda state, **options: seen.append((state, options)))
    done = CliRunner().invoke(s2b.app, ["s3", "--run", "abc", "--jobs", "2", "--json", "--no-wait"])
    assert done.exit_code == 0, done.output
    assert seen == [("2B.S3", {"run": "abc", "runs_root": None, "jobs": 2, "no_wait": True, "as_json": True})]


def test_without_a_hook_a_command_says_how_to_start_it() -> None:
    done = CliRunner().invoke(s2b.app, ["s3"])
    assert isinstance(done.exception, RuntimeError)
    assert "start the command through `closedworld`" in str(done.exception)


def test_every_command_has_help_with_an_example() -> None:
    for number in range(9):
        done = CliRunner().invoke(s2b.app, [f"s{number}", "--help"])
        assert done.exit_code == 0
        assert f"Example: closedworld 2b s{number}" in done.stdout


def test_help_tells_what_the_hook_knows_of_a_state() -> None:
    assert (
        commands.help_text("2B.S3", "Draws.", "closedworld 2b s3") == "Draws.\n\nExample: closedworld 2b s3"
    )
    commands.set_state_runner(print, lambda state: "not implemented yet" if state == "2B.S3" else "")
    assert commands.help_text("2B.S3", "Draws.", "x").startswith("Draws. (not implemented yet)\n")
    assert commands.help_text("2B.S4", "Weighs.", "x").startswith("Weighs.\n")
