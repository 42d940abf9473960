"""Every command and every piece of Python that a document shows is run, over a demo world, as a reader would run it."""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import typer

from closedworld.command import composed
from tests.docs.pages import RUN, SHOWN, Fence, fences, pages, spoken
from tests.repository.source_tree import ROOT

ALL = [fence for page in pages() for fence in fences(page)]
HERE = [fence for fence in ALL if fence.language in RUN and not fence.other]
PAGES = sorted({fence.page for fence in HERE})


@pytest.fixture(scope="session")
def program(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """The environment of a person who has installed closedworld: its command is on the path."""
    folder = tmp_path_factory.mktemp("bin")
    script = folder / "closedworld"
    script.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m closedworld.command "$@"\n', "utf-8")
    script.chmod(0o755)
    path = os.pathsep.join((str(folder), str(Path(sys.executable).parent), os.environ["PATH"]))
    return {**os.environ, "PATH": path, "PYTHONPATH": str(ROOT), "COLUMNS": "120"}


@pytest.fixture(scope="session")
def demo(program: dict[str, str], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder in which `closedworld demo` was typed."""
    folder = tmp_path_factory.mktemp("demo")
    done = shell("closedworld demo\n", folder, program)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "PASS: run " in done.stdout
    return folder


def shell(text: str, folder: Path, environment: dict[str, str]) -> subprocess.CompletedProcess[str]:
    """What lines come to when they are typed in a folder, one after the other, until one fails."""
    script = f"set -euo pipefail\n{text}"
    return subprocess.run(
        ["bash", "-c", script], cwd=folder, env=environment, capture_output=True, text=True, stdin=subprocess.DEVNULL
    )  # fmt: skip


@pytest.mark.e2e
@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_what_a_page_shows_runs(
    page: Path, demo: Path, program: dict[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copytree(demo / "runs", tmp_path / "runs", copy_function=os.link)
    monkeypatch.chdir(tmp_path)
    names: dict[str, Any] = {}
    for fence in [fence for fence in HERE if fence.page == page]:
        if fence.language == "python":
            exec(compile(fence.text, fence.name, "exec"), names)
            continue
        assert fence.place in ("", "the repository"), fence.name
        done = shell(fence.text, ROOT if fence.place else tmp_path, program)
        assert done.returncode == 0, f"{fence.name}\n{done.stdout}\n{done.stderr}"
        assert (done.stdout + done.stderr).strip() and "Traceback" not in done.stderr, fence.name
        if (
            "\\n" not in fence.text
        ):  # a line break of our own that the escapes of text from outside took for one of theirs
            assert "\\n" not in done.stdout + done.stderr, fence.name


def test_the_examples_of_a_page_gave_what_the_page_says(
    demo: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copytree(demo / "runs", tmp_path / "runs", copy_function=os.link)
    monkeypatch.chdir(tmp_path)
    names: dict[str, Any] = {}
    for fence in HERE:
        if fence.page.name == "reading.md" and fence.language == "python":
            exec(compile(fence.text, fence.name, "exec"), names)
    assert names["world"].scenarios == ("baseline_v1", "stress_peak_v1")
    assert names["rows"] > 0 and names["table"].num_rows == 2


def test_the_commands_that_the_demo_prints_run(demo: Path, program: dict[str, str]) -> None:
    done = shell("closedworld demo", demo, program)
    shown = [line.strip() for line in done.stdout.splitlines() if line.startswith("  closedworld ")]
    assert len(shown) == 3
    for line in shown:
        large = line == "closedworld run --recipe standard"
        assert shell(f"{line} --dry-run" if large else line, demo, program).returncode == 0, line


# -- what is shown, and where ------------------------------------------------------------------------------------------


def test_every_fence_says_what_it_is() -> None:
    assert len(HERE) > 12
    assert not [fence.name for fence in ALL if fence.language not in (*RUN, *SHOWN)]


def test_commands_stand_only_in_fences_that_are_run() -> None:
    assert not [(fence.name, line) for fence in ALL if fence.language in SHOWN for line in fence.typed()]


def test_few_fences_are_run_elsewhere_and_each_says_by_whom() -> None:
    elsewhere = {fence.page.name: fence.other for fence in ALL if fence.other}
    assert set(elsewhere) == {"README.md", "CONTRIBUTING.md"}
    assert all("nox" in who or ".ci/run" in who for who in elsewhere.values())


def options_of(words: list[str]) -> tuple[list[str], set[str]]:
    """The options among the words of a command, and those that the command has."""
    command = typer.main.get_command(composed())
    known = {"--traceback", *(name for option in command.params for name in option.opts)}
    rest = words[1:]
    while rest and hasattr(command, "commands") and rest[0] in command.commands:
        command = command.commands[rest.pop(0)]
    known |= {"--help", "-h", *(name for option in command.params for name in option.opts)}
    return [word for word in rest if word.startswith("-") and word.strip("-")], known


def test_commands_in_sentences_have_the_options_that_they_show() -> None:
    shown = [(page.name, line, command) for page in pages() for line, command in spoken(page)]
    assert len(shown) > 25
    for page, line, command in shown:
        used, known = options_of(shlex.split(command.replace("'", "")))
        assert set(used) <= known, (page, line, command)


def test_planted_faults_are_found() -> None:
    page = ROOT / "docs" / "x.md"
    run, unmarked, shown = (
        "```sh\nnox\n```\n",
        "```\nclosedworld demo\n```\n",
        "```text\n$ closedworld demo\nrows\n```\n",
    )
    text = f"<!-- run by: .ci/run -->\n{run}{unmarked}{shown}"
    first, second, third = fences(page, text)
    assert (first.other, second.other) == (".ci/run", "")
    assert second.language not in (*RUN, *SHOWN) and third.typed() == ["$ closedworld demo"]
    used, known = options_of(["closedworld", "run", "--recipe", "demo", "--no-such-option"])
    assert not set(used) <= known
    assert isinstance(first, Fence)
