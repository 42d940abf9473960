"""Case 15: a program that calls the API may have any object, or nothing, in place of its standard streams."""

from __future__ import annotations

import io
import sys
from pathlib import Path
from typing import Any

import pytest

import closedworld
from engine.core import story
from engine.core.run import RunFolder
from tests.cases.started import started


class Bare:
    """The case's stream: `write` and `flush`, and nothing else."""

    def write(self, text: str) -> int:
        return len(text)

    def flush(self) -> None:
        pass


class WriteOnly:
    def write(self, text: str) -> int:
        return len(text)


class Raises:
    def write(self, text: str) -> int:
        raise RuntimeError("no stream")

    def isatty(self) -> bool:
        raise ValueError("no terminal")


class LiesAboutItself(io.StringIO):
    encoding = 7  # type: ignore[assignment]
    errors = None

    def isatty(self) -> Any:
        return "yes"

    def fileno(self) -> Any:
        return None


def closed() -> io.StringIO:
    stream = io.StringIO()
    stream.close()
    return stream


STREAMS = [None, Bare(), WriteOnly(), Raises(), closed(), io.StringIO(), object(), LiesAboutItself()]


@pytest.mark.parametrize("stream", STREAMS, ids=lambda stream: type(stream).__name__)
@pytest.mark.parametrize("opened", [False, True])
def test_a_run_is_made_with_any_stream(
    tiny_original: RunFolder, tmp_path: Path, stream: Any, opened: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    handlers, level = story.LOGGER.handlers[:], story.LOGGER.level
    for name in ("stdin", "stdout", "stderr"):
        monkeypatch.setattr(sys, name, stream)
    try:
        if opened:
            story.open_story(verbose=True, form="json")
        made = closedworld.run("tiny", runs_root=tmp_path, to="1A.S0", jobs=1)
        assert made.identity == tiny_original.identity and closedworld.verify(made.root).passed
        story.caution("a name \udcff\x1b[31m")
        with story.progress("steps", 3) as bar:
            bar.advance(3)
    finally:
        story.LOGGER.handlers[:], story.LOGGER.level = handlers, level


def test_the_case_as_it_was_seen(tmp_path: Path) -> None:
    script = tmp_path / "run.py"
    script.write_text(
        "import sys, closedworld\n"
        "class S:\n"
        "    def write(self, s): return len(s)\n"
        "    def flush(self): pass\n"
        "sys.stderr = S()\n"
        "sys.stdout = None\n"
        f"closedworld.run('tiny', runs_root={str(tmp_path / 'r')!r}, to='1A.S0')\n"
    )
    found = started(program=(str(script),))
    assert found.exit_code == 0 and found.is_clean(), found.told


def test_a_story_is_told_in_text_that_every_machine_reads() -> None:
    import json

    stream = io.StringIO()
    handlers, level = story.LOGGER.handlers[:], story.LOGGER.level
    try:
        story.open_story(form="json", stream=stream)
        story.tell("name \udcff \x9b31m", file="b\udcffd", share=float("inf"), path=Path("r\udcff"))
    finally:
        story.LOGGER.handlers[:], story.LOGGER.level = handlers, level
    entry = json.loads(stream.getvalue().encode())
    assert entry["message"] == r"name \xff \x9b31m" and entry["file"] == entry["path"].replace(
        "r\\xff", r"b\xffd"
    )
    assert entry["share"] is None and "\x9b" not in stream.getvalue()
