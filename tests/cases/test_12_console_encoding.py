"""Case 12: there is output on any console; what its encoding lacks is an escape, and JSON is JSON everywhere."""

from __future__ import annotations

import io
import json
import sys

import pytest

from codegen.runtime.shown_text import escaped_for
from engine.core.run import RunFolder
from tests.cases.started import C_LOCALE, started
from tests.cli.command import command

ENCODINGS = [
    "ascii",
    "cp437",
    "cp1252",
    "latin-1",
    "utf-8",
    "utf-8-sig",
    "utf-16",
    "ascii:strict",
    "koi8-r",
    "shift_jis",
]
VALUE = "São … 東京 🏪 \u202e"


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_json_is_json_on_every_console(tiny_original: RunFolder, encoding: str) -> None:
    env = {"PYTHONIOENCODING": encoding}
    found = started("query", f"SELECT '{VALUE}' AS x", "--json", runs_root=tiny_original.root.parent, env=env)
    assert found.exit_code == 0 and found.is_clean(), found.told
    assert json.loads(found.out.decode("utf-8"))["rows"] == [{"x": VALUE}]


@pytest.mark.parametrize("encoding", ["ascii", "cp437", "latin-1", "koi8-r"])
@pytest.mark.parametrize(
    "words",
    [
        ["verify", "--help"],
        ["--help"],
        ["explain", "2B.S3"],
        ["query", f"SELECT '{VALUE}' AS x"],
        ["status"],
        ["contracts", "list"],
        ["contracts", "show", "2B.S3"],
    ],
)
def test_every_command_prints(tiny_original: RunFolder, encoding: str, words: list[str]) -> None:
    env = {"PYTHONIOENCODING": encoding, "COLUMNS": "200"}
    found = started(*words, runs_root=tiny_original.root.parent, env=env)
    assert found.exit_code == 0 and found.is_clean() and found.out, found.told
    assert found.out.decode(encoding)


def test_csv_says_that_characters_were_escaped(tiny_original: RunFolder) -> None:
    env = {"PYTHONIOENCODING": "cp437"}
    sql = "SELECT 'Zürich' AS a, 'São' AS b"
    found = started("query", sql, "--csv", runs_root=tiny_original.root.parent, env=env)
    assert found.out == "a,b\nZürich,S\\xe3o\n".encode("cp437")
    assert "other characters were written as escapes" in found.told
    quiet = started("query", "SELECT 'Zürich' AS a", "--csv", runs_root=tiny_original.root.parent, env=env)
    assert quiet.out == "a\nZürich\n".encode("cp437") and quiet.err == b""


def test_the_c_locale_takes_words_in_utf8(tiny_original: RunFolder) -> None:
    for words in (["query", "SELECT 'São' AS x", "--json"], ["query", "SELECT 'São' AS x"]):
        found = started(*words, runs_root=tiny_original.root.parent, env=C_LOCALE)
        assert found.exit_code == 0 and found.is_clean(), found.told
        assert escaped_for("São", "ascii").encode() in found.out or json.loads(found.out)["rows"] == [
            {"x": "São"}
        ]


@pytest.mark.parametrize(
    "words",
    [["query", b"SELECT '\xff' AS x"], ["status", "--run", b"\xff"], ["run", "--label", b"\xff\xfe"],
     ["explain", b"\xff"], ["contracts", "show", b"\xff"], ["contracts", "diff", b"\xff"], [b"\xff"],
     ["verify", "--jobs", b"\xff"], ["2b", "s1", "--run", b"caf\xe9"], ["runs", "diff", b"\xff", "latest"]],
)  # fmt: skip
@pytest.mark.parametrize("env", [{}, C_LOCALE])
def test_words_that_are_no_text_are_wrong_use(
    tiny_original: RunFolder, words: list[str | bytes], env: dict[str, str]
) -> None:
    found = started(*words, runs_root=tiny_original.root.parent, env=env)
    assert found.exit_code == 2 and found.is_clean(), found.told


@pytest.mark.parametrize("encoding", ["ascii", "cp437"])
def test_a_replaced_stream_of_few_characters_takes_escapes(
    tiny_original: RunFolder, encoding: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    from closedworld.command import main

    raw = io.BytesIO()
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(raw, encoding=encoding))
    with pytest.raises(SystemExit) as ended:
        main(["query", "SELECT 'São …' AS x", "--runs-root", str(tiny_original.root.parent)])
    assert ended.value.code == 0 and raw.getvalue().decode(encoding).splitlines()[2] == r"S\xe3o \u2026"


@pytest.mark.parametrize("sql", ["SELECT '\ud800'", "SELECT '\udcff'", "SELECT 1 \0"])
def test_a_statement_that_is_no_text_is_refused_from_python_too(tiny_original: RunFolder, sql: str) -> None:
    import closedworld
    from engine.core.errors import EngineError

    with pytest.raises(EngineError, match="USE-008"):
        closedworld.open(tiny_original).query(sql)
    found = command("query", sql, "--runs-root", str(tiny_original.root.parent))
    assert found.exit_code == 2 and "error USE-00" in found.err
