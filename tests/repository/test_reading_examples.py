"""The examples of docs/reading.md and of the README are run as they stand there."""

from __future__ import annotations

import re
import shlex
from pathlib import Path
from typing import Any

import pytest

import closedworld
from engine.core.run import RunFolder
from tests.cli.command import command
from tests.s5b.arrived_runs import arrived_original, passed
from tests.s5b.gated_runs import gated_original

__all__ = ["arrived_original", "gated_original", "passed"]
ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "reading.md"
EXAMPLE = re.compile(r"<!-- run: (python|sh) -->\n```\1\n(.*?)```", re.DOTALL)


def test_every_example_of_the_page_runs(passed: RunFolder) -> None:
    examples = EXAMPLE.findall(PAGE.read_text("utf-8"))
    assert len(examples) == len(re.findall("^```[a-z]+$", PAGE.read_text("utf-8"), re.MULTILINE)) == 5
    names: dict[str, Any] = {"folder": passed.root}
    for language, text in examples:
        if language == "python":
            exec(compile(text, str(PAGE), "exec"), names)
            continue
        for line in text.splitlines():
            program, *words = shlex.split(line)
            assert program == "closedworld"
            done = command(*words, "--runs-root", str(passed.root.parent))
            assert (done.exit_code, done.out.strip() != "") == (0, True), done.err
    assert names["rows"] > 0 and names["table"].num_rows == 2
    assert isinstance(names["world"], type(closedworld.open(passed.root)))


def test_the_python_of_the_readme_runs(passed: RunFolder, monkeypatch: pytest.MonkeyPatch) -> None:
    """Over the finished tiny run, which stands in for the demo that the text makes."""
    (text,) = re.findall(
        r"^```python\n(.*?)```", (ROOT / "README.md").read_text("utf-8"), re.DOTALL | re.MULTILINE
    )
    monkeypatch.setattr(closedworld, "run", {"demo": passed}.__getitem__)
    names: dict[str, Any] = {}
    exec(compile(text, "README.md", "exec"), names)
    assert names["batch"].num_rows > 0 and "ts_local_primary" in names["batch"].schema.names
