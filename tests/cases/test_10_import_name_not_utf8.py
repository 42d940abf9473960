"""Case 10: a file whose name is not UTF-8 is imported, and its bad rows are reported, like any other's."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from engine.core.run import RunFolder
from tests.cases.started import C_LOCALE, started
from tests.cli.command import command

NAMES = [b"b\xffd", b"caf\xe9", b"\xed\xa0\x80", b"two\nlines\xff", b"esc\x1b[31m"]


def written(folder: Path, name: bytes, ending: str, merchant: object, time: str) -> Path:
    path = folder / os.fsdecode(name + b"." + ending.encode())
    row = {"merchant_id": str(merchant), "utc_timestamp": time}
    if ending == "csv":
        path.write_text(f"{','.join(row)}\n{','.join(row.values())}\n")
    elif ending == "jsonl":
        path.write_text(json.dumps(row) + "\n")
    else:
        with path.open("wb") as file:
            pq.write_table(pa.Table.from_pylist([row]), file)
    return path


@pytest.mark.parametrize("ending", ["csv", "jsonl", "parquet"])
@pytest.mark.parametrize("name", NAMES)
def test_bad_rows_are_reported(tiny_run: RunFolder, tmp_path: Path, name: bytes, ending: str) -> None:
    file = written(tmp_path, name, ending, 18314993640381704968, "bad")
    found = command("roster", "import", str(file), "--runs-root", str(tmp_path / "runs"))
    assert found.exit_code == 3, found.err
    assert "WORLD-012 ROSTER_ROW_INVALID" in found.err and "utc_timestamp 'bad'" in found.err
    assert not [sign for sign in found.err if sign != "\n" and not sign.isprintable()]
    as_json = command("roster", "import", str(file), "--runs-root", str(tmp_path / "runs"), "--json")
    assert json.loads(as_json.out.encode())["error"]["exit_code"] == 3
    (report,) = (tmp_path / "runs" / "import-reports").iterdir()
    (row,) = map(json.loads, report.read_bytes().splitlines())
    assert row["reason"].startswith("not RFC 3339") and row["file"].encode()


@pytest.mark.parametrize("ending", ["csv", "jsonl", "parquet"])
def test_good_rows_are_imported(tiny_run: RunFolder, tmp_path: Path, ending: str) -> None:
    summary = command("query", "SELECT min(merchant_id) AS m FROM outlet_catalogue", "--csv", "--runs-root",
                      str(tmp_path / "runs"))  # fmt: skip
    merchant = summary.out.split()[1]
    file = written(tmp_path, b"b\xffd", ending, merchant, "2024-03-05T10:00:00Z")
    found = command("roster", "import", str(file), "--runs-root", str(tmp_path / "runs"), "--json")
    assert found.exit_code == 0, found.err
    assert json.loads(found.out)["rows"] == 1


@pytest.mark.parametrize("env", [{}, C_LOCALE])
def test_a_process_given_the_bytes_of_the_name_ends_with_3(
    tiny_run: RunFolder, tmp_path: Path, env: dict[str, str]
) -> None:
    file = os.fsencode(written(tmp_path, "bäd\udcff".encode("utf-8", "surrogateescape"), "csv", 1, "bad"))
    found = started("roster", "import", file, runs_root=tmp_path / "runs", env=env)
    assert found.exit_code == 3 and found.is_clean(), found.told


def test_a_name_that_is_not_there_is_wrong_use(tiny_run: RunFolder, tmp_path: Path) -> None:
    found = command("roster", "import", "gone\udcff.csv", "--runs-root", str(tmp_path / "runs"))
    found.refused("USE-004", exit_code=2, saying=[r"gone\xff.csv"])
    found = command(
        "roster", "import", "x.csv", "--map", "\udcff=merchant_id", "--runs-root", str(tmp_path / "runs")
    )
    found.refused("USE-004", exit_code=2, saying=["--map", "text in UTF-8"])
