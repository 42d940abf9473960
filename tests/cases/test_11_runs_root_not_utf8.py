"""Case 11: a run is the same run whatever its folder is called."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

import closedworld
from engine.core.run import RunFolder
from tests.cases.started import C_LOCALE, started
from tests.cli.command import command

NAMES = ["r\udcfft", "caf\udce9", "\udced\udca0\udc80/deeper/\udcfe", "esc\x1b[31m", "zürich", "two\nlines"]


@pytest.fixture(params=NAMES)
def elsewhere(
    request: pytest.FixtureRequest, tiny_original: RunFolder, tmp_path: Path
) -> Iterator[RunFolder]:
    root = tmp_path / request.param / tiny_original.root.name
    shutil.copytree(tiny_original.root, root, copy_function=os.link)
    yield RunFolder(root, tiny_original.identity, tiny_original.receipt)
    shutil.rmtree(tmp_path / request.param)


def test_verify_says_the_same_as_elsewhere(elsewhere: RunFolder, tiny_original: RunFolder) -> None:
    here, there = (command("verify", str(one.root)) for one in (elsewhere, tiny_original))
    assert here.exit_code == there.exit_code and here.out == there.out
    assert json.loads(command("verify", str(elsewhere.root), "--json").out.encode())["findings"] == []


def test_every_command_reads_it(elsewhere: RunFolder) -> None:
    root = ("--runs-root", str(elsewhere.root.parent))
    for words in (["status"], ["runs", "list"], ["runs", "show", "latest"], ["world", "show"], ["explain", "2B.S3"],
                  ["query", "SELECT count(*) AS n FROM outlet_catalogue"], ["doctor"]):  # fmt: skip
        plain, as_json = command(*words, *root), command(*words, *root, "--json")
        assert (plain.exit_code, as_json.exit_code) == (0, 0), plain.err + as_json.err
        assert json.loads(as_json.out.encode())
        assert not [sign for sign in plain.out if sign != "\n" and not sign.isprintable()]


def test_the_api_reads_it(elsewhere: RunFolder, tiny_original: RunFolder) -> None:
    here, there = closedworld.open(elsewhere), closedworld.open(tiny_original)
    assert here["outlet_catalogue"].to_table() == there["outlet_catalogue"].to_table()
    sql = "SELECT * FROM outlet_catalogue ORDER BY ALL"
    assert here.query(sql) == there.query(sql)
    assert closedworld.verify(elsewhere.root).passed


def test_a_run_is_made_there(tiny_original: RunFolder, tmp_path: Path) -> None:
    made = closedworld.run("tiny", runs_root=tmp_path / "n\udcffw", to="2B.S1", jobs=1)
    assert made.identity == tiny_original.identity
    found = command("verify", str(made.root))
    assert found.exit_code == 0, found.out


@pytest.mark.parametrize("env", [{}, C_LOCALE])
def test_a_process_given_the_bytes_of_the_path_reads_it(
    tiny_original: RunFolder, tmp_path: Path, env: dict[str, str]
) -> None:
    place = tmp_path / "ü\udcff"
    shutil.copytree(tiny_original.root, place / tiny_original.root.name, copy_function=os.link)
    verified = started("verify", os.fsencode(place / tiny_original.root.name), env=env)
    assert verified.exit_code == 0 and verified.out.startswith(b"PASS"), verified.told
    sql = "SELECT 'ü' AS u, count(*) AS n FROM outlet_catalogue"
    found = started("query", sql, "--json", "--runs-root", os.fsencode(place), env=env)
    assert found.exit_code == 0 and json.loads(found.out)["rows"][0]["u"] == "ü", found.told
