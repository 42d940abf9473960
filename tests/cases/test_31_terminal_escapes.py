"""Case 31: nothing that comes from outside is obeyed by a terminal: it is shown escaped, in every command."""

from __future__ import annotations

import json

import pytest

from engine.core.errors import EngineError, SealFailure, SealReason
from engine.core.run import RunFolder
from generated.errors.engine import USE
from tests.cases.asked import asked
from tests.cli.command import command

SIGNS = {
    27: r"\x1b[31mred",
    155: r"\x9b[31mred",
    8: r"\x08[31mred",
    13: r"\r[31mred",
    10: r"\n[31mred",
    9: r"\t[31mred",
    7: r"\x07[31mred",
    127: r"\x7f[31mred",
    133: r"\x85[31mred",
    0x202E: r"\u202e[31mred",
    0x2028: r"\u2028[31mred",
    0x2067: r"\u2067[31mred",
    0x200F: r"\u200f[31mred",
}


def is_plain(text: str) -> bool:
    return all(sign == "\n" or sign.isprintable() for sign in text)


@pytest.mark.parametrize(("sign", "text"), SIGNS.items())
def test_a_table_shows_control_characters_escaped(tiny_original: RunFolder, sign: int, text: str) -> None:
    found = asked(tiny_original, f"SELECT chr({sign}) || '[31mred' AS e")
    assert found.out.splitlines()[2] == text and is_plain(found.out)
    nested = asked(tiny_original, f"SELECT [{{'k': chr({sign}) || '[31mred'}}] AS e")
    assert is_plain(nested.out) and len(nested.out.splitlines()) == 3


@pytest.mark.parametrize("sign", SIGNS)
def test_json_escapes_them_as_json_does_and_csv_keeps_them(tiny_original: RunFolder, sign: int) -> None:
    found = asked(tiny_original, f"SELECT chr({sign}) || '[31mred' AS e", "--json")
    assert json.loads(found.out)["rows"] == [{"e": f"{chr(sign)}[31mred"}] and is_plain(found.out)
    data = asked(tiny_original, f"SELECT chr({sign}) || 'a' AS e", "--csv")
    assert f"{chr(sign)}a" in data.out


@pytest.mark.parametrize("form", [(), ("--json",)])
def test_names_of_columns_are_shown_escaped(tiny_original: RunFolder, form: tuple[str, ...]) -> None:
    found = asked(tiny_original, 'SELECT 1 AS "a\x1b[31m", 2 AS "a\n"', *form)
    assert found.exit_code == 0 and is_plain(found.out)


def test_a_terminal_gets_csv_escaped(tiny_original: RunFolder, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("codegen.runtime.streams.is_terminal", lambda stream: True)
    found = asked(tiny_original, "SELECT chr(27) || '[31m' AS e", "--csv")
    assert found.out == "e\n\\x1b[31m\n"


@pytest.mark.parametrize(
    "words",
    [
        ["status", "--run", "\x1b[31mx"],
        ["status", "--\x1b[31mx"],
        ["\x1b[31mx"],
        ["query", "SELECT \x1b[31m"],
        ["query", "SELECT 1", "--limit", "\x1b[31m"],
        ["explain", "\x1b[31mx"],
        ["verify", "\x1b[31mx\u202e"],
        ["run", "--recipe", "\x1b[31m"],
        ["run", "--scenarios", "\x1b[31m"],
        ["run", "--config", "\x1b[31m"],
        ["roster", "import", "\x1b[31m.csv"],
        ["roster", "import", "x.csv", "--map", "\x1b[31m"],
        ["contracts", "show", "\x1b[31m"],
        ["contracts", "diff", "\x1b[31m"],
        ["contracts", "check", "--contracts", "\x1b[31m"],
        ["runs", "show", "\x9b31m"],
        ["--log-format", "\x1b[31m", "status"],
    ],
)
def test_no_error_hands_on_what_a_terminal_obeys(tiny_original: RunFolder, words: list[str]) -> None:
    words = (
        words
        if words[0] in ("contracts", "\x1b[31mx", "--log-format")
        else [*words, "--runs-root", str(tiny_original.root.parent)]
    )
    found = command(*words)
    assert found.exit_code not in (0, 70), found.err
    assert is_plain(found.out + found.err), found.err


def test_evidence_of_errors_is_one_line_of_text() -> None:
    error = EngineError(USE.BAD_OPTION, where="a\x1b", expected="b\n", found="c\udcff")
    assert (error.where, error.expected, error.found) == (r"a\x1b", r"b\n", r"c\xff")
    failure = SealFailure(where="a\u202e", expected="b", found="c\r", reason=SealReason.NAME)
    assert is_plain(str(failure)) and is_plain(str(error))
