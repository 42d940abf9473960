"""`closedworld query` as a user meets it."""

from __future__ import annotations

import csv
import io
import json

import pytest

from engine.core.run import RunFolder
from tests.cli.command import Outcome, command
from tests.s5b.arrived_runs import arrived_original, passed
from tests.s5b.gated_runs import gated_original

__all__ = ["arrived_original", "gated_original", "passed"]
SQL = "SELECT scenario_id, count(*) AS n, min(ts_utc) AS first FROM s4_arrival_events_5B GROUP BY ALL ORDER BY ALL"


def asked(folder: RunFolder, sql: str, *options: str) -> Outcome:
    return command("query", sql, "--runs-root", str(folder.root.parent), *options)


def test_a_query_gives_the_same_rows_as_a_table_csv_and_json(passed: RunFolder) -> None:
    table, text, document = (asked(passed, SQL, *form) for form in ((), ("--csv",), ("--json",)))
    assert [one.exit_code for one in (table, text, document)] == [0, 0, 0]
    value = json.loads(document.out)
    assert value["run_id"] == passed.identity.run_id
    assert value["columns"] == ["scenario_id", "n", "first"]
    assert value["rows_total"] == len(value["rows"]) == 2
    assert value["rows"][0]["first"].startswith("2024-03-04T00:") and value["rows"][0]["n"] > 10_000
    rows = list(csv.DictReader(io.StringIO(text.out)))
    assert rows == [{name: str(cell) for name, cell in row.items()} for row in value["rows"]]
    for row in value["rows"]:
        assert row["scenario_id"] in table.out and str(row["n"]) in table.out


def test_a_table_shows_a_hundred_rows_and_says_how_many_there_are(passed: RunFolder) -> None:
    sql = "SELECT bucket_index FROM s3_bucket_counts_5B"
    found = asked(passed, sql)
    assert len(found.out.splitlines()) == 102
    assert "100 of 53,760 rows" in found.err
    assert len(asked(passed, sql, "--limit", "3").out.splitlines()) == 5
    assert len(json.loads(asked(passed, sql, "--json").out)["rows"]) == 53_760


def test_a_query_is_refused_in_words_that_help(passed: RunFolder, arrived_original: RunFolder) -> None:
    asked(passed, "SELECT nothing FROM s4_arrival_events_5B").refused(
        "USE-008", exit_code=2, saying=["nothing"]
    )
    asked(passed, "DROP TABLE s4_arrival_events_5B").refused(
        "USE-008", exit_code=2, saying=["one SELECT", "DROP"]
    )
    asked(passed, SQL, "--csv", "--json").refused("USE-005", exit_code=2)
    asked(arrived_original, SQL).refused("SEAL-011", exit_code=4, saying=["5B.S5"])


@pytest.mark.parametrize("sql", [SQL, "SELECT count(*) FROM s1_time_grid_5B"])
def test_an_unfinished_run_can_be_looked_into(arrived_original: RunFolder, sql: str) -> None:
    found = asked(arrived_original, sql, "--unverified")
    assert found.exit_code == 0
    assert "gates are not asked" in found.err
