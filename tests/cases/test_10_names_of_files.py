"""Case 10: a file's name may be any that the file system takes: its bad rows are reported as any other's."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from engine.execute.roster_imports import REPORTS_FOLDER, report_name
from tests.cases.imports import import_of, merchants, reported, roster_of, world_root

NAMES = [
    b"b\xffd.csv",
    b"\xff\xfe\xfd.csv",
    b"line\nbreak.csv",
    b"\x1b[31mred.csv",
    "turned \u202egnp.csv".encode(),
    b"x" * 251 + b".csv",
    b"\xff" * 251 + b".csv",
    "é".encode() * 125 + b".csv",
    b"-n.csv",
    b"[bold]a[x].csv",
    b'quote\'d "name".csv',
]


@pytest.mark.parametrize("name", NAMES, ids=range(len(NAMES)))
def test_bad_rows_are_reported_whatever_the_name(
    name: bytes,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(tmp_path)
    path = Path(os.fsdecode(name))
    path.write_bytes(b"merchant_id,utc_timestamp\n18314993640381704968,bad\n")
    outcome = import_of("--", str(path))
    outcome.refused("WORLD-012", exit_code=3, saying=["utc_timestamp 'bad'", REPORTS_FOLDER])
    assert [one["line"] for one in reported(path.name)][-1] == 2
    report = world_root() / REPORTS_FOLDER / report_name(path.name)
    for text in (outcome.err, report.read_text("utf-8")):
        text.encode()
        assert not set(text) & set("\x1b\u202e\x00")
    report.name.encode()
    assert len(report.name.encode()) <= 143
    json.loads(report.read_text().splitlines()[0])["file"].encode()
    path.write_text(f"merchant_id,utc_timestamp\n{merchants()[0]},2024-01-05T10:00:00Z\n")
    assert roster_of(path)
    assert not report.exists()


def test_names_that_are_shortened_stay_apart() -> None:
    names = {
        report_name("x" * length + tail)
        for length in (130, 200, 240)
        for tail in ("a.csv", "b.csv", "\udcff.csv")
    }
    assert len(names) == 9
    assert report_name("mine.csv") == "mine.csv.errors.jsonl"


@pytest.mark.parametrize(
    ("pairs", "words"),
    [
        (["shop=merchant_id", "store=merchant_id"], ["shop=merchant_id and store=merchant_id"]),
        (["shop=merchant_id", "shop=utc_timestamp"], ["shop=merchant_id, shop=utc_timestamp"]),
        (["shop=merchant_id", "shop=merchant_id"], ["shop=merchant_id and shop=merchant_id"]),
        (["at=utc_timestamp"], ["at=utc_timestamp", "merchant_id, utc_timestamp"]),
        (["merchant_id=shop"], ["merchant_id=shop", "one of merchant_id"]),
        (["merchant_id=utc_timestamp"], ["merchant_id for merchant_id and utc_timestamp"]),
        (["=merchant_id"], ["old=new"]),
        (["a\udcff=merchant_id"], ["a\\xff=merchant_id"]),
    ],
)
def test_a_map_that_cannot_be_meant_is_wrong_use(
    pairs: list[str],
    words: list[str],
    tmp_path: Path,
) -> None:
    path = tmp_path / "a.csv"
    path.write_text(f"merchant_id,utc_timestamp\n{merchants()[0]},2024-01-05T10:00:00Z\n")
    options = [word for pair in pairs for word in ("--map", pair)]
    outcome = import_of(str(path), *options)
    outcome.refused("USE-004", exit_code=2, saying=["--map", *words])


def test_a_name_with_a_sign_of_equality_can_be_mapped(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text(f"a=b,utc_timestamp\n{merchants()[0]},2024-01-05T10:00:00Z\n")
    assert import_of(str(path), "--map", "a=b=merchant_id").exit_code == 0
