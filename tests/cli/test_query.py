"""`closedworld query` as a user meets it."""

from __future__ import annotations

import csv
import io
import json

import pytest

from engine.cli.querying import query_run
from engine.core.run import RunFolder
from generated.tables.s5b import S4ArrivalEvents5B
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
    assert value["truncated"] is False and len(value["rows"]) == 2
    assert value["rows"][0]["first"].startswith("2024-03-04T00:") and value["rows"][0]["n"] > 10_000
    rows = list(csv.DictReader(io.StringIO(text.out)))
    assert rows == [{name: str(cell) for name, cell in row.items()} for row in value["rows"]]
    for row in value["rows"]:
        assert row["scenario_id"] in table.out and str(row["n"]) in table.out


def test_a_table_shows_a_hundred_rows_and_says_that_there_are_more(passed: RunFolder) -> None:
    sql = "SELECT bucket_index FROM s3_bucket_counts_5B"
    found = asked(passed, sql)
    assert len(found.out.splitlines()) == 102
    assert "the first 100 rows, and there are more" in found.err
    assert len(asked(passed, sql, "--limit", "3").out.splitlines()) == 5
    assert len(json.loads(asked(passed, sql, "--json").out)["rows"]) == 53_760
    three = json.loads(asked(passed, sql, "--json", "--limit", "3").out)
    assert (len(three["rows"]), three["truncated"]) == (3, True)
    exact = asked(passed, f"{sql} LIMIT 100")
    assert len(exact.out.splitlines()) == 102 and exact.err == ""


@pytest.mark.parametrize("form", [(), ("--csv",), ("--json",)])
def test_rows_past_the_limit_are_never_made(passed: RunFolder, form: tuple[str, ...]) -> None:
    found = asked(passed, "SELECT range FROM range(1000000000000)", "--limit", "3", *form)
    assert found.exit_code == 0 and "the first 3 rows" in found.err


ODD = (
    "SELECT sum(count_N) AS s, 0.5 AS d, 'nan'::DOUBLE AS f, 1 AS n, 2 AS n, '[bold]x[/bold]' AS t, ':smile:' AS e, "
    "NULL AS z, '' AS y, 1234567.25::DOUBLE AS g, 'x'::BLOB AS b, {'a': [1, 2]} AS l, INTERVAL 3 DAY AS i, "
    "18446744073709551615::UBIGINT AS u, TIMESTAMP_NS '2024-03-05 00:00:00.123456789' AS ns FROM s3_bucket_counts_5B"
)


def test_json_keeps_numbers_names_and_what_is_none(passed: RunFolder) -> None:
    def no_constant(name: str) -> None:
        raise AssertionError(f"{name} is not JSON")

    value = json.loads(asked(passed, ODD, "--json").out, parse_constant=no_constant)
    (row,) = value["rows"]
    assert value["columns"] == list(row) and row["n"] == 1 and row["n_2"] == 2
    assert type(row["s"]) is int and row["s"] > 10_000
    assert (row["d"], row["f"], row["z"], row["y"], row["g"]) == (0.5, None, None, "", 1234567.25)
    assert (row["t"], row["e"], row["b"], row["l"]) == ("[bold]x[/bold]", ":smile:", "78", {"a": [1, 2]})
    assert row["i"] == {"months": 0, "days": 3, "nanoseconds": 0}
    assert row["u"] == 18446744073709551615 and row["ns"] == "2024-03-05T00:00:00.123456789"


def test_a_table_shows_values_as_they_are(passed: RunFolder) -> None:
    _, heading, line = asked(passed, ODD).out.splitlines()
    for text in ("[bold]x[/bold]", ":smile:", "NULL", "1234567.25", "nan", '{"a": [1, 2]}', str(2**64 - 1)):
        assert text in line
    assert "n_2" in heading


def test_a_wide_row_is_whole_where_it_is_piped_and_upright_on_a_terminal(
    passed: RunFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    sql = "SELECT * FROM s4_arrival_events_5B LIMIT 2"
    piped = asked(passed, sql).out.splitlines()
    assert len(piped) == 4 and passed.identity.manifest_fingerprint in piped[2]
    monkeypatch.setenv("COLUMNS", "90")
    shown = io.StringIO()
    monkeypatch.setattr(shown, "isatty", lambda: True, raising=False)
    monkeypatch.setattr("sys.stdout", shown)
    query_run(sql, "latest", passed.root.parent, limit=None, form="table", verified=True)
    lines = shown.getvalue().splitlines()
    assert sum(line.endswith(passed.identity.manifest_fingerprint) for line in lines) == 2
    assert len(lines) == 2 * (1 + len(S4ArrivalEvents5B.SPEC.columns))


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
