"""The documents say what is so: links lead somewhere, named files and commands exist, tables agree with the code."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import typer
import yaml

from closedworld.command import composed
from codegen.runtime.errors import EXIT_CODES
from engine.execute import plan
from tests.repository.source_tree import ROOT, place, tracked_files

DOCUMENTS = [path for path in tracked_files() if path.suffix == ".md"]
WRITTEN = [path for path in DOCUMENTS if ROOT / "docs" / "contracts" not in path.parents]
LINK = re.compile(r"\]\(([^)\s#]+)(?:#[^)\s]*)?\)")
SPAN = re.compile(r"`([^`\n]+)`")
COMMAND = re.compile(r"closedworld ((?:[a-z0-9]+(?:-[a-z]+)*)(?: [a-z0-9]+)*)")
SESSION = re.compile(r"\bnox -s ([a-z]+)")
FOLDERS = (
    "closedworld/",
    "codegen/",
    "contracts/",
    "docs/",
    "engine/",
    "generated/",
    "policies/",
    "requirements/",
)


def lines_of(path: Path) -> Iterator[tuple[int, str]]:
    """The lines of a document, numbered from 1."""
    return enumerate(path.read_text("utf-8").splitlines(), 1)


def dead_links(path: Path, text: str) -> Iterator[tuple[int, str]]:
    """Relative links of a document to which nothing corresponds."""
    for number, line in enumerate(text.splitlines(), 1):
        for target in LINK.findall(line):
            if "://" not in target and not (path.parent / target).exists():
                yield number, target


def missing_files(text: str) -> Iterator[tuple[int, str]]:
    """Files and folders of the repository that a document names in code type and that do not exist."""
    for number, line in enumerate(text.splitlines(), 1):
        for span in SPAN.findall(line):
            if span.startswith(FOLDERS) and not re.search(r"[<>{}*…\s]", span) and not (ROOT / span).exists():
                yield number, span


def commands(text: str) -> Iterator[tuple[int, list[str]]]:
    """Line and words of every command that a document shows, in a line of its own inside a fence or in code type."""
    fenced = False
    for number, line in enumerate(text.splitlines(), 1):
        fenced ^= line.startswith("```")
        shown = [line.removeprefix("$ ")] if fenced else SPAN.findall(line)
        for command in shown:
            if match := COMMAND.match(command):
                yield number, match[1].split()


@cache
def command_line() -> Any:
    """The whole command line."""
    return typer.main.get_command(composed())


def unknown_command(words: list[str]) -> str | None:
    """The first word that is neither a command nor follows one that takes arguments; None when all are known."""
    command = command_line()
    for word in words:
        if not hasattr(command, "commands"):
            return None
        found = command.commands.get(word)
        if found is None:
            return word
        command = found
    return None


def test_there_are_documents() -> None:
    assert {"README.md", "CONTRIBUTING.md", "CHANGELOG.md"} <= {path.name for path in DOCUMENTS}


def test_links_lead_somewhere() -> None:
    found = [
        f"{place(path, line)}: {target}"
        for path in DOCUMENTS
        for line, target in dead_links(path, path.read_text("utf-8"))
    ]
    assert not found, "\n".join(found)


def test_named_files_exist() -> None:
    found = [
        f"{place(path, line)}: {name}"
        for path in WRITTEN
        for line, name in missing_files(path.read_text("utf-8"))
    ]
    assert not found, "\n".join(found)


def test_shown_commands_exist() -> None:
    shown = [
        (place(path, line), words) for path in WRITTEN for line, words in commands(path.read_text("utf-8"))
    ]
    found = [f"{where}: closedworld {' '.join(words)}" for where, words in shown if unknown_command(words)]
    assert len(shown) > 8
    assert not found, "\n".join(found)


def test_shown_sessions_exist() -> None:
    tree = ast.parse((ROOT / "noxfile.py").read_text("utf-8"))
    sessions = {
        node.name
        for node in tree.body
        if isinstance(node, ast.FunctionDef) and any("session" in ast.unparse(d) for d in node.decorator_list)
    }
    shown = {name for path in DOCUMENTS for _, line in lines_of(path) for name in SESSION.findall(line)}
    assert {"demo", "types", "tests"} <= shown <= sessions


def test_the_exit_codes_are_those_of_the_code() -> None:
    rows = re.findall(
        r"^\| (\d+) \|\s*(\w*)\s*\|", (ROOT / "docs" / "errors.md").read_text("utf-8"), re.MULTILINE
    )
    assert {kind: int(code) for code, kind in rows if kind} == EXIT_CODES
    assert ("0", "") in rows


def test_the_gate_script_runs_what_the_readme_says() -> None:
    script = (ROOT / ".ci" / "run").read_text("utf-8")
    assert (ROOT / ".ci" / "run").stat().st_mode & 0o111
    assert "set -euo pipefail" in script
    assert re.search(r"^pip install --quiet nox\nnox$", script, re.MULTILINE)
    assert "pip install nox && nox " in (ROOT / "README.md").read_text("utf-8")


@pytest.mark.parametrize(
    ("words", "unknown"),
    [("codegen", None), ("contracts nonsense", "nonsense"), ("2b s3", None), ("2b s99", "s99")],
)
def test_an_unknown_command_is_noticed(words: str, unknown: str | None) -> None:
    assert unknown_command(words.split()) == unknown


def test_commands_are_read_from_fences_and_code_type_only() -> None:
    text = "closedworld makes: `closedworld run --to 2B.S4`\n```\n$ closedworld contracts check\nclosedworld\n```"
    assert list(commands(text)) == [(1, ["run"]), (3, ["contracts", "check"])]


def test_planted_dead_links_and_files_are_found() -> None:
    assert list(dead_links(ROOT / "docs" / "x.md", "see [x](no-such-page.md) and [y](../README.md)")) == [
        (1, "no-such-page.md")
    ]
    assert list(missing_files("`engine/no_such.py`, `engine/s2b/<state>.py`, `engine/core/`")) == [
        (1, "engine/no_such.py")
    ]


def named_states(text: str) -> set[str]:
    """State ids in a text, with ranges such as `2B.S0 to 2B.S4` written out."""
    found = set(re.findall(r"\b\d[AB]\.S\d\b", text))
    for segment, first, last in re.findall(r"\b(\d[AB])\.S(\d) to \1\.S(\d)\b", text):
        found |= {f"{segment}.S{number}" for number in range(int(first), int(last) + 1)}
    return found


def test_the_readme_names_exactly_the_states_that_are_written() -> None:
    readme = (ROOT / "README.md").read_text("utf-8")
    section = readme.partition("## What exists")[2].partition("\n## ")[0]
    assert named_states(section) == {card.id for card in plan.implemented_cards()}


def test_the_recipes_in_the_documents_are_those_that_ship() -> None:
    rows = re.findall(
        r"^\| `(\w+)` \| ([\d,]+) \| ([\d,]+) \|",
        (ROOT / "docs" / "world.md").read_text("utf-8"),
        re.MULTILINE,
    )
    told = {
        name: (int(merchants.replace(",", "")), int(sites.replace(",", "")))
        for name, merchants, sites in rows
    }
    shipped = {}
    for path in (ROOT / "policies" / "recipes").glob("*.yaml"):
        world = yaml.safe_load(path.read_text("utf-8"))["world"]
        shipped[path.stem] = (world["merchants"], world["sites"])
    assert told == shipped
