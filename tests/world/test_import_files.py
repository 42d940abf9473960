"""Files as other programs leave them: every row is taken or told with its line, and every file ends in an answer."""

from __future__ import annotations

import gzip
import io
import json
import os
import socket
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from engine.core.errors import EngineError
from engine.world import import_csv, import_json, import_parquet
from engine.world.roster_import import RosterChecks, RowProblem, read_roster
from generated.errors.engine import USE, WORLD
from tests.support.mutated_rosters import mutated_roster

CHECKS = RosterChecks(
    np.array([7, 42, 2**63], np.uint64),
    np.datetime64("2024-01-01"),
    np.datetime64("2024-12-31"),
    42,
    {"7 é": 7},
)
TIME = b"2024-01-05T10:00:00Z"
HEAD = b"merchant_id,utc_timestamp,note\n"


def imported(path: Path, names: dict[str, str] | None = None) -> tuple[int, list[RowProblem]]:
    """(usable rows, problems) of a file."""
    rows, problems = 0, []
    for block in read_roster(path, CHECKS, names):
        rows += len(block.accepted.merchant_id)
        problems += block.problems
    return rows, problems


def of_bytes(folder: Path, name: str, data: bytes, **options: Any) -> tuple[int, list[RowProblem]]:
    path = folder / name
    path.write_bytes(data)
    return imported(path, **options)


def refused(path: Path, code: Any, *words: str, names: dict[str, str] | None = None) -> None:
    with pytest.raises(EngineError) as caught:
        imported(path, names)
    assert caught.value.code is code
    for word in words:
        assert word in str(caught.value), str(caught.value)


def row(note: bytes = b"x", merchant: bytes = b"7", end: bytes = b"\n") -> bytes:
    return merchant + b"," + TIME + b"," + note + end


# -- CSV -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("body", "rows"),
    [
        (row() + row(), 2),
        (row() + row(end=b""), 2),
        (row(end=b"\r\n") + row(end=b"\r") + row(end=b"\n") + row(end=b"\r\n"), 4),
        (b"\n \n\r\n\t\n" + row() + b"\n\n", 1),
        (row(b'"a, ""quoted"" one"') + row(b'""') + row(b'"two\nlines"') + row(b'"\r\n\r\n"'), 4),
        (b'"7","' + TIME + b'","x"\n', 1),
        (row(b"x" * 3_000_000) + row(), 2),
        (row("é ñ 😀 \u202e".encode()), 1),
        (row("é".encode(), "7 é".encode()), 1),
    ],
)
@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
def test_lawful_csv_is_taken(body: bytes, rows: int, mark: bytes, tmp_path: Path) -> None:
    assert of_bytes(tmp_path, "a.csv", mark + HEAD + body) == (rows, [])
    assert of_bytes(tmp_path, "a.csv", mark + b"\n\r\n" + HEAD.replace(b"\n", b"\r\n") + body) == (rows, [])


@pytest.mark.parametrize(
    ("body", "rows", "told"),
    [
        (row(b'"open') + row() + row(), 0, [(2, "never closed")]),
        (row() + row(b'"open') + row(), 1, [(3, "never closed")]),
        (row() + row() + row(b'"', end=b""), 2, [(4, "never closed")]),
        (row() + b'"7,' + TIME + b",x\n" + row(), 1, [(3, "never closed")]),
        (row(b'"a') + row(b'"b"') + row(), 1, [(2, "no comma follows")]),
        (row(b'"a" b') + row(), 1, [(2, "no comma follows")]),
        (row(b'"a\\"b"') + row(), 1, [(2, "no comma follows")]),
        (row(b'5" pipe') + row(), 1, [(2, "begins with none")]),
        (row(b' "a\nb"') + row(), 1, [(2, "begins with none"), (3, "begins with none")]),
        (row(b"x,y") + row() + b"7\n" + row(b"x,"), 1, [(2, "4 found"), (4, "1 found"), (5, "4 found")]),
        (b" 7\n" + row(), 1, [(2, "3 fields expected, 1 found")]),
        (b",,\n" + row(), 1, [(2, "missing"), (2, "missing")]),
        (b",,only a note\n" + row(), 1, [(2, "missing"), (2, "missing")]),
        (row(b"a\0b") + row(), 1, [(2, "byte of 0")]),
        (row(b'"a\n\nb"') + row(b"\xe9") + row(), 2, [(5, "not UTF-8")]),
        (row(b"\xff") + row(b"ok", b"7\xff") + row(), 1, [(2, "not UTF-8"), (3, "not UTF-8")]),
        (row("é".encode() + b"\xc3") + row(), 1, [(2, "not UTF-8")]),
        (row(b"\xed\xa0\x80") + row(b"\xc0\x80") + row(), 1, [(2, "not UTF-8"), (3, "not UTF-8")]),
    ],
)
@pytest.mark.parametrize("block", [16, 1 << 20])
def test_a_row_that_csv_does_not_tell_for_sure_is_told_by_its_line(
    body: bytes,
    rows: int,
    told: list[tuple[int, str]],
    block: int,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(import_csv, "BLOCK_BYTES", block)
    found, problems = of_bytes(tmp_path, "a.csv", HEAD + body)
    assert found == rows
    assert [problem.line for problem in problems] == [line for line, _ in told]
    for problem, (_, reason) in zip(problems, told, strict=True):
        assert reason in problem.reason
        assert len(problem.value) <= 201
        problem.value.encode()


def test_bytes_that_are_no_text_are_told_with_their_column_whichever_it_is(tmp_path: Path) -> None:
    _, problems = of_bytes(tmp_path, "a.csv", HEAD + row(b"caf\xe9", b"\xe9") + row())
    assert problems == [
        RowProblem(2, "merchant_id", "\\xe9", "not UTF-8"),
        RowProblem(2, "note", "caf\\xe9", "not UTF-8"),
    ]


def test_a_row_without_an_end_is_refused_before_it_fills_the_memory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(import_csv, "BLOCK_BYTES", 100)
    monkeypatch.setattr(import_csv, "LONGEST_RECORD", 1_000)
    (tmp_path / "a.csv").write_bytes(HEAD + row() + row(b'"') + row() * 100)
    refused(tmp_path / "a.csv", WORLD.IMPORT_UNREADABLE, "a.csv:3", "not closed")
    monkeypatch.setattr(import_json, "BLOCK_BYTES", 100)
    monkeypatch.setattr(import_json, "LONGEST_LINE", 1_000)
    (tmp_path / "a.jsonl").write_bytes(b"{}\n{" + b" " * 5_000)
    refused(tmp_path / "a.jsonl", WORLD.IMPORT_UNREADABLE, "a.jsonl:2", "a longer one")


def test_rows_over_several_lines_are_counted(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_bytes(HEAD + row() + row(b'"a\nb"') + row(b'"c\r\nd"') + row())
    blocks = list(read_roster(tmp_path / "a.csv", CHECKS))
    assert sum(block.spread_rows for block in blocks) == 2
    assert [block.spread for block in blocks if block.spread] == [3]


def test_a_row_that_arrows_reader_left_out_would_be_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    parsed = import_csv._parsed
    monkeypatch.setattr(
        import_csv,
        "_parsed",
        lambda data, *rest: (lambda t: t if t.num_rows < 2 else t.slice(1))(parsed(data, *rest)),
    )
    (tmp_path / "a.csv").write_bytes(HEAD + row() * 5)
    refused(tmp_path / "a.csv", WORLD.IMPORT_UNREADABLE, "5 rows from there to line 6", "4 by Arrow's reader")


@pytest.mark.parametrize(
    ("data", "code", "words"),
    [
        (b"", WORLD.IMPORT_UNREADABLE, ["an empty file"]),
        (b"\n\n", WORLD.IMPORT_UNREADABLE, ["an empty file"]),
        (b"\xef\xbb\xbf", WORLD.IMPORT_UNREADABLE, ["an empty file"]),
        (b'merchant_id,"utc_timestamp\n7,x\n', WORLD.IMPORT_UNREADABLE, ["a.csv:1", "never closed"]),
        (b'"merchant_id"x,utc_timestamp\n', WORLD.IMPORT_UNREADABLE, ["a.csv:1", "no comma follows"]),
        (b"merchant_id,utc_timestamp,caf\xe9\n", WORLD.IMPORT_UNREADABLE, ["a.csv:1", "UTF-8", "caf\\xe9"]),
        (b"merchant_id,utc_timestamp,utc_timestamp\n", WORLD.IMPORT_UNREADABLE, ["one column utc_timestamp", "2"]),
        (HEAD.replace(b",", b";"), WORLD.IMPORT_UNREADABLE, ["commas between the fields", "semicolons"]),
        (HEAD.replace(b",", b"\t"), WORLD.IMPORT_UNREADABLE, ["tabs"]),
        (HEAD.replace(b",", b"|"), WORLD.IMPORT_UNREADABLE, ["upright strokes"]),
        (b"merchant_id;x,utc_day\n", WORLD.IMPORT_FIELD_MISSING, ["merchant_id;x, utc_day"]),
        (b"7," + TIME + b"\n", WORLD.IMPORT_FIELD_MISSING, ["a column merchant_id"]),
        (HEAD.decode().encode("utf-16"), WORLD.IMPORT_UNREADABLE, ["UTF-8", "UTF-16"]),
        (HEAD.decode().encode("utf-16-le"), WORLD.IMPORT_UNREADABLE, ["bytes of 0"]),
        (HEAD.decode().encode("utf-32"), WORLD.IMPORT_UNREADABLE, ["UTF-32"]),
        (gzip.compress(HEAD, mtime=0), WORLD.IMPORT_UNREADABLE, ["a gzip file"]),
        (b"PK\x03\x04...", WORLD.IMPORT_UNREADABLE, ["a zip file or a spreadsheet"]),
        (b"PAR1....PAR1", WORLD.IMPORT_UNREADABLE, ["found Parquet"]),
    ],
)  # fmt: skip
def test_csv_that_is_none_is_refused_by_what_it_is(
    data: bytes, code: Any, words: list[str], tmp_path: Path
) -> None:
    (tmp_path / "a.csv").write_bytes(data)
    refused(tmp_path / "a.csv", code, *words)


def test_a_header_alone_has_no_rows_and_two_columns_that_nobody_reads_may_share_a_name(
    tmp_path: Path,
) -> None:
    assert of_bytes(tmp_path, "a.csv", HEAD) == (0, [])
    assert of_bytes(tmp_path, "a.csv", HEAD.replace(b"note", b"a,a,") + row(b"1,2,3")) == (1, [])


# -- JSON Lines ------------------------------------------------------------------------------------------------

GOOD = json.dumps({"merchant_id": 7, "utc_timestamp": TIME.decode()}).encode()


def member(name: str, value: bytes) -> bytes:
    return GOOD.replace(b"{", b'{"' + name.encode() + b'": ' + value + b", ", 1)


@pytest.mark.parametrize(
    ("line", "field", "reason"),
    [
        (b"{", "", "not JSON"),
        (GOOD[:-5], "", "not JSON"),
        (GOOD + GOOD, "", "not JSON"),
        (GOOD + b"\0", "", "not JSON"),
        (GOOD[:-1] + b"}\0}", "", "not JSON"),
        (b"[" + GOOD + b"]", "", "not a JSON object"),
        (b"7", "", "not a JSON object"),
        (b"[" * 100_000, "", "nested too deep"),
        (member("merchant_id", b"7"), "merchant_id", "the field stands twice"),
        (member("note", b"NaN"), "", "NaN is no number"),
        (member("note", b"-Infinity"), "", "no number"),
        (member("note", b'"\\x41"'), "", "not JSON"),
        (member("note", b'"a\tb"'), "", "not JSON"),
        (member("note", b"01"), "", "not JSON"),
        (member("note", b'"\\ud800"'), "note", "surrogate"),
        (member("note", b'["a", {"b": "\\udfff"}]'), "note", "surrogate"),
        (member("note", b'"caf\xe9"'), "note", "not UTF-8"),
        (member("note", b'{"caf\xe9": 7}'), "note", "not UTF-8"),
        (GOOD.replace(b"7", b'"caf\xe9"', 1), "merchant_id", "not UTF-8"),
        (GOOD.replace(b"7", b"1e3", 1), "merchant_id", "not an identifier"),
        (GOOD.replace(b"7", b"7.0", 1), "merchant_id", "not an identifier"),
        (GOOD.replace(b"7", b"9" * 5_000, 1), "merchant_id", "above 2^64 - 1"),
        (GOOD.replace(b"7", b"true", 1), "merchant_id", "not an identifier"),
        (GOOD.replace(b"7", b"[7]", 1), "merchant_id", "a nested value"),
        (GOOD.replace(b"7", b'{"id": 7}', 1), "merchant_id", "a nested value"),
        (GOOD.replace(b"7", b'""', 1), "merchant_id", "missing"),
        (GOOD.replace(b'"2024-01-05T10:00:00Z"', b"1704448800"), "utc_timestamp", "not RFC 3339"),
        (b"{}", "merchant_id", "missing"),
    ],
)
def test_a_line_that_is_no_row_is_told(line: bytes, field: str, reason: str, tmp_path: Path) -> None:
    for data in (GOOD + b"\n" + line + b"\n\n" + GOOD, line + b"\n" + GOOD + b"\r\n" + GOOD + b"\n"):
        rows, problems = of_bytes(tmp_path, "a.jsonl", data)
        assert rows == 2
        assert {problem.line for problem in problems} == {2 if data.startswith(GOOD + b"\n") else 1}
        assert problems[0].field == field
        assert reason in problems[0].reason, problems
        for problem in problems:
            (problem.value + problem.field + problem.reason).encode()
            assert len(problem.value) <= 201


@pytest.mark.parametrize(
    "line",
    [
        GOOD,
        member("note", b'"\\ud83d\\ude00 \\u00e9"'),
        member("note", b'[1e3, 1.0, null, {"a": [' + b"9" * 400 + b"]}]"),
        GOOD.replace(b"merchant_id", b"merchant\\u005fid"),
        GOOD.replace(b"7", b'"7"', 1),
        GOOD.replace(b"7", '"7 é"'.encode(), 1),
        GOOD.replace(b"7", b'"7 \\u00e9"', 1),
        member("is_virtual", b"1"),
        member("is_virtual", b'"TRUE"'),
        member("is_virtual", b"null"),
        b"  " + GOOD + b" \t",
    ],
)
@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
def test_lawful_json_is_taken_whichever_way_it_is_read(line: bytes, mark: bytes, tmp_path: Path) -> None:
    assert of_bytes(tmp_path, "a.jsonl", mark + (line + b"\n") * 3) == (3, [])
    assert of_bytes(tmp_path, "a.ndjson", mark + line + b"\r\n\n \n" + line) == (2, [])


@pytest.mark.parametrize("break_", [b"", b"\n"])
def test_a_number_that_is_a_merchants_name_is_that_name_in_every_format(
    break_: bytes, tmp_path: Path
) -> None:
    checks = RosterChecks(CHECKS.merchant_id, CHECKS.first_day, CHECKS.last_day, 42, {"42": 7, "900": 42})
    table = pa.table({"merchant_id": [42, 900], "utc_timestamp": [TIME.decode()] * 2})
    pq.write_table(table, tmp_path / "a.parquet")
    (tmp_path / "a.csv").write_bytes(HEAD + row(merchant=b"42") + break_ + row(merchant=b"900"))
    lines = [json.dumps(one).encode() + b"\n" for one in table.to_pylist()]
    (tmp_path / "a.jsonl").write_bytes(lines[0] + break_ + lines[1])
    for name in ("a.parquet", "a.csv", "a.jsonl"):
        blocks = list(read_roster(tmp_path / name, checks))
        assert [one for block in blocks for one in block.accepted.merchant_id.tolist()] == [7, 42]


@pytest.mark.parametrize("encoding", ["utf-16", "utf-32", "utf-16-be"])
def test_json_in_another_encoding_is_refused_by_name(encoding: str, tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_bytes(GOOD.decode().encode(encoding))
    refused(tmp_path / "a.jsonl", WORLD.IMPORT_UNREADABLE, "UTF-8")


# -- Parquet ---------------------------------------------------------------------------------------------------


def parquet(columns: dict[str, Any], **options: Any) -> bytes:
    into = io.BytesIO()
    pq.write_table(pa.table(columns), into, **options)
    return into.getvalue()


FEW: dict[str, Any] = {"merchant_id": [7, 42], "utc_timestamp": [TIME.decode()] * 2}
WHOLE = parquet(FEW)


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", ["an empty file"]),
        (b"merchant_id,utc_timestamp\n", ["b'merc'"]),
        (WHOLE[:-1], ["a Parquet file"]),
        (WHOLE[: len(WHOLE) // 2], ["a Parquet file"]),
        (WHOLE[:4] + b"\xff" * (len(WHOLE) - 8) + WHOLE[-4:], ["a Parquet file"]),
        (b"PARE" + WHOLE[4:-4] + b"PARE", ["encrypted Parquet"]),
        (gzip.compress(WHOLE, mtime=0), ["a gzip file"]),
        (b"ARROW1\0\0", ["an Arrow file"]),
    ],
)
def test_parquet_that_is_damaged_is_refused(data: bytes, words: list[str], tmp_path: Path) -> None:
    for name in ("a.parquet", "a.pq"):
        (tmp_path / name).write_bytes(data)
        refused(tmp_path / name, WORLD.IMPORT_UNREADABLE, *words)


def test_a_changed_byte_under_a_page_checksum_is_found(tmp_path: Path) -> None:
    data = parquet(
        FEW, write_page_checksum=True, compression="none", use_dictionary=False, write_statistics=False
    )
    at = data.index(TIME)
    (tmp_path / "a.parquet").write_bytes(data[:at] + b"3" + data[at + 1 :])
    refused(tmp_path / "a.parquet", WORLD.IMPORT_UNREADABLE, "a Parquet file")


def test_parquet_of_no_rows_of_no_groups_and_of_a_thousand_columns(tmp_path: Path) -> None:
    assert of_bytes(tmp_path, "a.parquet", parquet({name: pa.array([], pa.string()) for name in FEW})) == (
        0,
        [],
    )
    wide = {**{f"column {number}": [number] * 2 for number in range(1_000)}, **FEW}
    assert of_bytes(tmp_path, "a.parquet", parquet(wide)) == (2, [])
    del wide["merchant_id"]
    (tmp_path / "a.parquet").write_bytes(parquet(wide))
    refused(tmp_path / "a.parquet", WORLD.IMPORT_FIELD_MISSING, "column 19 and 981 more")


@pytest.mark.parametrize("kind", [pa.string(), pa.large_string()])
@pytest.mark.parametrize("coded", [False, True])
def test_text_of_parquet_is_utf8_in_every_column(kind: Any, coded: bool, tmp_path: Path) -> None:
    binary = pa.large_binary() if pa.types.is_large_string(kind) else pa.binary()
    note = pa.array([b"fine", b"caf\xe9"], binary).view(kind)
    columns = {**FEW, "note": note.dictionary_encode() if coded else note}
    _, problems = of_bytes(tmp_path, "a.parquet", parquet(columns))
    assert problems == [RowProblem(2, "note", "caf\\xe9", "not UTF-8")]
    columns = {**FEW, "note": pa.array([b"fine", b"caf\xe9"])}  # bytes may be any
    assert of_bytes(tmp_path, "a.parquet", parquet(columns)) == (2, [])


def test_parquet_in_small_pieces_with_dictionaries_of_their_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(import_parquet, "BATCH_ROWS", 3)
    columns = {
        "merchant_id": pa.array(["7", "42", None] * 7).dictionary_encode(),
        "utc_timestamp": [TIME.decode()] * 21,
    }
    rows, problems = of_bytes(tmp_path, "a.parquet", parquet(columns, row_group_size=5))
    assert rows == 14
    assert [problem.line for problem in problems] == list(range(3, 22, 3))


# -- places ----------------------------------------------------------------------------------------------------


def test_what_stands_in_a_files_place_is_refused_and_nobody_waits(tmp_path: Path) -> None:
    (tmp_path / "folder.csv").mkdir()
    os.mkfifo(tmp_path / "pipe.csv")
    (tmp_path / "device.csv").symlink_to("/dev/zero")
    (tmp_path / "loop.csv").symlink_to("loop.csv")
    (tmp_path / "dangling.csv").symlink_to("nowhere")
    with socket.socket(socket.AF_UNIX) as one:
        one.bind(str(tmp_path / "s.csv"))
        for name, word in (("folder", "a folder"), ("pipe", "a named pipe"), ("device", "a device"),
                           ("s", "a socket"), ("dangling", "none"), ("loop", "levels")):  # fmt: skip
            refused(tmp_path / f"{name}.csv", USE.BAD_OPTION, f"found {word}" if word != "levels" else word)
    refused(tmp_path / ("x" * 300 + ".csv"), USE.BAD_OPTION, "too long")
    refused(tmp_path / "/".join(["y" * 200] * 50) / "a.csv", USE.BAD_OPTION, "too long")
    (tmp_path / "plain.csv").write_bytes(HEAD)
    refused(tmp_path / "plain.csv" / "a.csv", USE.BAD_OPTION, "not a directory")
    refused(tmp_path / "a\0b.csv", USE.BAD_OPTION, "a file")


NAMES = [
    b"caf\xe9.csv", b"\xff\xfe.csv", b"line\nbreak.csv", b"\x1b[31mred.csv", b"-dash.csv", b"--map.csv", b" .csv",
    b"x" * 251 + b".csv", b"\xff" * 251 + b".csv", "é".encode() * 125 + b".csv", b"[red].CSV", b"a'b\"c.csv",
]  # fmt: skip


@pytest.mark.parametrize("name", NAMES, ids=range(len(NAMES)))
def test_a_lawful_name_is_as_good_as_any(
    name: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / os.fsdecode(name)
    path.write_bytes(HEAD + row())
    assert imported(path) == (1, [])
    monkeypatch.chdir(tmp_path)
    assert imported(Path(os.fsdecode(name))) == (1, [])
    (tmp_path / "link.csv").symlink_to(path.name)
    assert imported(Path("link.csv")) == (1, [])
    path.write_bytes(b"x")
    with pytest.raises(EngineError) as caught:
        imported(path)
    str(caught.value).encode()


@pytest.mark.parametrize("name", ["a.csv", "a.jsonl", "a.parquet"])
def test_a_file_that_changes_while_it_is_read_is_refused(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(import_csv, "BLOCK_BYTES", 64)
    monkeypatch.setattr(import_json, "BLOCK_BYTES", 64)
    data = {"a.csv": HEAD + row() * 50, "a.jsonl": (GOOD + b"\n") * 50, "a.parquet": WHOLE}[name]
    path = tmp_path / name
    for change in (lambda: path.open("ab").write(b"\n"), lambda: os.truncate(path, len(data) - 3)):
        path.write_bytes(data)
        with pytest.raises(EngineError) as caught:
            for number, _ in enumerate(read_roster(path, CHECKS)):
                if number == 0:
                    change()
        assert caught.value.code is WORLD.IMPORT_FILE_FAILED
        assert "it changed while it was read" in str(caught.value)


def test_a_file_that_may_not_be_read_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def no(*_words: Any, **_options: Any) -> int:
        raise PermissionError(13, "Permission denied")

    (tmp_path / "a.csv").write_bytes(HEAD + row())
    monkeypatch.setattr(os, "open", no)
    refused(tmp_path / "a.csv", WORLD.IMPORT_FILE_FAILED, "Permission denied", "a.csv")


# -- names of columns ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("form", ["csv", "jsonl", "parquet"])
@pytest.mark.parametrize(
    ("names", "words"),
    [
        ({"merchant_id": "shop"}, ["shop=merchant_id", "merchant_id, utc_timestamp"]),
        ({"is_virtual": "flag"}, ["flag=is_virtual"]),
        ({"nonsense": "merchant_id"}, ["merchant_id=nonsense", "one of merchant_id, utc_timestamp"]),
        ({"merchant_id": "x", "utc_timestamp": "x"}, ["x=merchant_id, x=utc_timestamp"]),
        ({"utc_day": "utc_timestamp"}, ["utc_timestamp for utc_timestamp and utc_day"]),
        ({"utc_timestamp": "merchant_id"}, ["merchant_id for merchant_id and utc_timestamp"]),
    ],
)
def test_a_map_that_cannot_be_meant_is_wrong_use(
    form: str, names: dict[str, str], words: list[str], tmp_path: Path
) -> None:
    data = {"csv": HEAD + row(), "jsonl": GOOD + b"\n", "parquet": WHOLE}[form]
    (tmp_path / f"a.{form}").write_bytes(data)
    refused(tmp_path / f"a.{form}", USE.BAD_OPTION, "--map", *words, names=names)


def test_a_column_that_was_given_away_no_longer_stands_for_itself(tmp_path: Path) -> None:
    data = b"utc_day,merchant_id,is_virtual\n" + TIME + b",7,neither\n"
    names = {"utc_timestamp": "utc_day", "merchant_id": "merchant_id"}
    _, problems = of_bytes(tmp_path, "a.csv", data, names=names)
    assert [problem.field for problem in problems] == ["is_virtual"]
    swapped = {"merchant_id": "utc_timestamp", "utc_timestamp": "merchant_id"}
    data = b"merchant_id,utc_timestamp\n" + TIME + b",7\n"
    assert of_bytes(tmp_path, "a.csv", data, names=swapped) == (1, [])


# -- any file --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("first", range(0, 400, 50))
def test_every_mutated_roster_ends_in_rows_or_in_a_refusal_and_loses_none(first: int, tmp_path: Path) -> None:
    for seed in range(first, first + 50):
        name, data = mutated_roster(seed)
        try:
            rows, problems = of_bytes(tmp_path, name, data)
        except EngineError as error:
            assert error.exit_code in (2, 3), (seed, error)
            str(error).encode()
            continue
        told = rows + len({problem.line for problem in problems})
        if name.endswith((".pq", ".parquet")):
            assert told == pq.read_metadata(io.BytesIO(data)).num_rows, seed
        elif name.endswith(("jsonl", "ndjson")):
            lines = data.removeprefix(b"\xef\xbb\xbf").split(b"\n")
            assert told == sum(bool(line.strip(b" \t\r")) for line in lines), seed
        elif not problems:
            assert rows == _rows_of_csv(data), seed


def _rows_of_csv(data: bytes) -> int:
    """How many rows Python's reader, told to be strict, finds below the header."""
    import csv

    text = io.StringIO(data.decode("utf-8-sig"), newline="")
    rows = [one for one in csv.reader(text, strict=True) if one and (len(one) > 1 or one[0].strip(" \t"))]
    return len(rows) - 1
