"""What the documents show for people to type: fences of commands and of Python, and commands inside sentences.

A fence of `sh` or `python` runs in a test over the demo world, in the folder that holds its `runs/`, in the order of
the page. `<!-- run in: the repository -->` before it runs it in a checkout; `<!-- run by: WHO -->` says who runs it
instead. Everything else that is fenced is `text`, `yaml` or `json`, and shows no command.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from tests.repository.source_tree import ROOT, tracked_files

RUN: Final = ("sh", "python")
SHOWN: Final = ("text", "yaml", "json")
_MARK = re.compile(r"<!-- run (in|by): (.+) -->")
_SPAN = re.compile(r"`(closedworld [^`\n]+)`")
_TYPED = re.compile(r"^(\$ |closedworld |nox\b|pip |python |import closedworld)")


@dataclass(frozen=True, slots=True)
class Fence:
    """One fenced block of a page."""

    page: Path
    line: int
    language: str
    text: str
    place: str = ""
    """What stands behind `run in:`."""
    other: str = ""
    """What stands behind `run by:`."""

    @property
    def name(self) -> str:
        """Page and line."""
        return f"{self.page.relative_to(ROOT).as_posix()}:{self.line}"

    def typed(self) -> list[str]:
        """Lines that look as if a person should type them."""
        return [line for line in self.text.splitlines() if _TYPED.match(line)]


def pages() -> list[Path]:
    """The documents that people wrote, in order of their paths."""
    reference = ROOT / "docs" / "contracts"
    return sorted(path for path in tracked_files() if path.suffix == ".md" and reference not in path.parents)


def fences(page: Path, text: str | None = None) -> Iterator[Fence]:
    """The fenced blocks of a page, in order."""
    lines, mark = (page.read_text("utf-8") if text is None else text).splitlines(), ("", "")
    number = 0
    while number < len(lines):
        line = lines[number]
        if match := _MARK.fullmatch(line.strip()):
            mark = (match[1], match[2])
        elif line.startswith("```"):
            stop = next(at for at in range(number + 1, len(lines)) if lines[at].startswith("```"))
            body = "\n".join(lines[number + 1 : stop]) + "\n"
            place, other = (mark[1] if mark[0] == which else "" for which in ("in", "by"))
            yield Fence(page, number + 1, line.removeprefix("```").strip(), body, place, other)
            number, mark = stop, ("", "")
        elif line.strip():
            mark = ("", "")
        number += 1


def spoken(page: Path) -> Iterator[tuple[int, str]]:
    """Line and words of every command in code type inside a sentence."""
    for number, line in enumerate(page.read_text("utf-8").splitlines(), 1):
        for command in _SPAN.findall(line):
            yield number, command
