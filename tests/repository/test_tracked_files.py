"""What every tracked file holds to: no machine's paths, no registry's hosts, Unix line ends, UTF-8."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from tests.repository.source_tree import place, tracked_files

# Spelled with a break, so that this file does not name what it forbids.
MACHINE_PATH = re.compile(r"(?<![\w.}])/(?:wor(?:k)|roo(?:t)|hom(?:e)|User(?:s))/\w|\b[A-Z]:\\\\?User(?:s)\b")
REGISTRY_HOST = re.compile(
    r"pypi\.or(?:g)|pythonhoste(?:d)|registry\.npmj(?:s)|crates\.i(?:o)|deb\.debia(?:n)"
)
BINARY_SUFFIXES = {".parquet", ".bin", ".gz", ".png", ".ico", ".woff2"}


def forbidden(text: str) -> Iterator[tuple[int, str]]:
    """Line and words of each machine path or registry host."""
    for number, line in enumerate(text.splitlines(), 1):
        for pattern in (MACHINE_PATH, REGISTRY_HOST):
            if hit := pattern.search(line):
                yield number, hit[0]


def test_no_tracked_file_names_a_machine_path_or_a_registry_host() -> None:
    found = [
        f"{place(path, line)}: {words}"
        for path in tracked_files()
        if path.suffix not in BINARY_SUFFIXES
        for line, words in forbidden(path.read_text("utf-8"))
    ]
    assert len(tracked_files()) > 50
    assert not found, "\n".join(found)


def test_tracked_text_has_unix_line_ends_and_a_last_one() -> None:
    found = []
    for path in tracked_files():
        content = path.read_bytes()
        if path.suffix in BINARY_SUFFIXES or not content:
            continue
        if b"\r" in content:
            found.append(f"{place(path, 1)}: carriage return")
        if not content.endswith(b"\n"):
            found.append(f"{place(path, content.count(10) + 1)}: no line end at the end")
    assert not found, "\n".join(found)


def test_nothing_that_tools_or_runs_leave_behind_is_tracked() -> None:
    left = re.compile(r"(^|/)(__pycache__|\.mypy_cache|\.hypothesis|\.nox|runs)/|\.(pyc|nbi|nbc)$")
    assert not [place(path, 1) for path in tracked_files() if left.search(place(path, 1).rpartition(":")[0])]


@pytest.mark.parametrize(
    "line",
    [
        "cd /wor" + "k/main",
        'ROOT = "/roo' + 't/runs"',
        "see file:///hom" + "e/me/runs",
        "C:\\User" + "s\\me",
        "--index-url https://pypi.or" + "g/simple",
        "https://files.pythonhoste" + "d.org/x.whl",
    ],
)
def test_a_planted_path_or_host_is_found(line: str) -> None:
    assert list(forbidden(f"fine\n{line}\n")) and next(forbidden(f"fine\n{line}\n"))[0] == 2


@pytest.mark.parametrize(
    "line", ["tests/wor" + "k/home/x", "https://example.com/home/page", "{root}/wor" + "k/x"]
)
def test_paths_that_name_no_machine_are_left_alone(line: str) -> None:
    assert not list(forbidden(line))
