"""A run read back: datasets behind gates, arrivals in a stream, SQL, and files that other libraries open unchanged."""

from __future__ import annotations

import contextlib
import hashlib
import json
import shutil
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

import closedworld
from codegen.runtime.canonical import document_bytes
from engine.core import publish
from engine.core.errors import EngineError
from engine.core.run import RunFolder
from engine.reading import gate, open_run
from engine.reading.open_run import OpenRun
from engine.reading.sql import selected
from generated.datasets import BY_ID
from tests.s5b.arrived_runs import copy_of, tokens_of, without_partition
from tests.support.runs import flipped

EVENTS, COUNTS = "s4_arrival_events_5B", "s3_bucket_counts_5B"
BASELINE, STRESS = "baseline_v1", "stress_peak_v1"


@pytest.fixture(scope="module")
def run(passed: RunFolder) -> OpenRun:
    return closedworld.open(passed.root)


def whole(folder: RunFolder, dataset: str, *scenarios: str) -> pa.Table:
    """The rows of a dataset, by pyarrow alone."""
    parts = [
        path
        for scenario in scenarios or ("",)
        for path in sorted(
            folder.folder(BY_ID[dataset], {"scenario_id": scenario} if scenario else {}).glob("*.parquet")
        )
    ]
    return pa.concat_tables([pq.ParquetFile(path).read() for path in parts])


def streamed(batches: Any) -> pa.Table:
    return pa.Table.from_batches(list(batches))


def plain(table: pa.Table) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = table.to_pylist()
    return found


# -- datasets ------------------------------------------------------------------------------------------------------


def test_every_published_table_is_a_dataset_in_writer_order(run: OpenRun, passed: RunFolder) -> None:
    assert {EVENTS, COUNTS, "s1_site_weights", "edge_catalogue_3B", "validation_issue_table_5B"} <= set(run)
    assert len(run) == len(run.ids) > 20 and EVENTS in run and "sealed_inputs_5B" not in run
    for name in run:
        assert run[name].schema == run[name].to_table().schema
    assert plain(run[EVENTS].to_table()) == plain(whole(passed, EVENTS, BASELINE, STRESS))
    assert plain(run.dataset(COUNTS, scenario=STRESS).to_table()) == plain(whole(passed, COUNTS, STRESS))
    assert run.scenarios == (BASELINE, STRESS)
    assert run.identity == passed.identity and str(passed.identity.run_id) in repr(run)


def test_a_run_folder_and_a_path_open_alike(passed: RunFolder) -> None:
    assert closedworld.open(passed).identity == closedworld.open(str(passed.root)).identity


@pytest.mark.parametrize(
    ("ask", "code", "words"),
    [
        (lambda run: run["s4_arrival_event"], "UNKNOWN_DATASET", "s4_arrival_events_5B"),
        (lambda run: run["sealed_inputs_5B"], "UNKNOWN_DATASET", "table"),
        (lambda run: run.dataset(EVENTS, scenario="calm_v1"), "UNKNOWN_SCENARIO", "baseline_v1"),
        (lambda run: run.dataset("s1_site_weights", scenario=BASELINE), "BAD_OPTION", "s1_site_weights"),
        (lambda run: run.arrivals(columns=["ts", "site_id"]), "BAD_OPTION", "ts_utc"),
        (lambda run: run.arrivals(merchant=0), "BAD_OPTION", "from 1"),
        (lambda run: run.arrivals(merchant=["7"]), "BAD_OPTION", "merchant_ids"),
        (lambda run: run.arrivals(merchant=[7, 8]), "BAD_OPTION", "7, 8"),
        (lambda run: run.arrivals(between=("2024-03-05", "2024-03-05")), "BAD_OPTION", "before the end"),
        (lambda run: run.arrivals(between=("yesterday", "2024-03-05")), "BAD_OPTION", "ISO 8601"),
        (lambda run: run.arrivals(between=(datetime(2024, 3, 5), "2024-03-06")), "BAD_OPTION", "time zone"),
        (lambda run: run.arrivals(between="2024-03-05"), "BAD_OPTION", "pair"),
        (lambda run: run.query("SELECT * FROM nowhere"), "BAD_QUERY", "nowhere"),
        (
            lambda run: run.query("SELECT * FROM s4_arrival_event"),
            "BAD_QUERY",
            "Did you mean s4_arrival_events_5B",
        ),
        (lambda run: run.query(f"SELECT no_column FROM {EVENTS}"), "BAD_QUERY", "no_column"),
        (lambda run: run.query("SELECT * FROM grouping_policy_5B"), "BAD_QUERY", "grouping_policy_5B"),
        (lambda run: run.query("SELEC 1"), "BAD_QUERY", "syntax"),
    ],
)
def test_what_is_not_there_is_named(run: OpenRun, ask: Any, code: str, words: str) -> None:
    with pytest.raises(EngineError) as caught:
        ask(run)
    assert caught.value.code.name == code and caught.value.exit_code == 2
    assert words in caught.value.message


# -- gates ---------------------------------------------------------------------------------------------------------


def refusal(folder: RunFolder, dataset: str = EVENTS) -> str:
    with pytest.raises(EngineError) as caught:
        closedworld.open(folder.root)[dataset]
    assert caught.value.exit_code == 4
    return f"{caught.value.code.full} {caught.value.message}"


def test_without_a_bundle_no_row_is_handed_out(arrived_original: RunFolder) -> None:
    said = refusal(arrived_original)
    assert "FLAG_MISSING" in said or "SEAL-011" in said
    assert "5B.S5" in said
    assert closedworld.open(arrived_original.root)["s1_site_weights"].count_rows() > 0  # 2B has passed
    assert closedworld.open(arrived_original.root, verified=False)[EVENTS].count_rows() > 0
    with pytest.raises(EngineError):
        closedworld.open(arrived_original.root).query(f"SELECT * FROM {EVENTS}")


@pytest.mark.parametrize("name", ["_passed.flag", "index.json", "reports/validation_report.json"])
def test_a_bundle_that_does_not_verify_closes_the_segment(
    passed: RunFolder, tmp_path: Path, name: str
) -> None:
    folder = copy_of(passed, tmp_path)
    flipped(folder.folder(BY_ID["validation_bundle_5B"]) / name, at=-3)
    refusal(folder)
    refusal(folder, COUNTS)
    assert closedworld.open(folder.root)["s1_site_weights"].count_rows() > 0


def test_one_changed_byte_of_a_table_closes_it_alone(passed: RunFolder, tmp_path: Path) -> None:
    folder = copy_of(passed, tmp_path)
    path = next(folder.folder(BY_ID[EVENTS], {"scenario_id": STRESS}).iterdir())
    flipped(path, at=1_000)
    assert path.name in refusal(folder)
    opened = closedworld.open(folder.root)
    assert opened.dataset(EVENTS, scenario=BASELINE).count_rows() > 0
    assert opened[COUNTS].count_rows() > 0


def test_a_record_that_the_bundle_does_not_hold_is_refused(passed: RunFolder, tmp_path: Path) -> None:
    folder = copy_of(passed, tmp_path)
    (path,) = (folder.root / "published" / EVENTS).rglob(f"*{BASELINE}.json")
    record = json.loads(path.read_text())
    path.write_bytes(document_bytes({**record, "law_version": record["law_version"] + 1}))
    assert "bundle" in refusal(folder)


def test_records_that_were_all_forged_do_not_pass_for_those_of_a_bundle_without_records(
    passed: RunFolder, tmp_path: Path
) -> None:
    """When no record of the segment is the bundle's any more, none of them is."""
    folder = copy_of(passed, tmp_path)
    part = next(folder.folder(BY_ID[EVENTS], {"scenario_id": BASELINE}).iterdir())
    flipped(part, at=1_000)
    for path in (folder.root / "published").rglob("*.json"):
        record = json.loads(path.read_text())
        if BY_ID[record["dataset"]].segment == "5B":
            files = record["files"]
            if record["dataset"] == EVENTS and record["partition"].endswith(BASELINE):
                files[0]["sha256_hex"] = hashlib.sha256(part.read_bytes()).hexdigest()
            law = record["law_version"] + 1
            path.write_bytes(document_bytes({**record, "files": files, "law_version": law}))
    assert "as the bundle of segment 5B says" in refusal(folder)
    refusal(folder, COUNTS)


@pytest.mark.parametrize("dataset", [EVENTS, COUNTS])
def test_a_scenario_that_was_taken_away_after_the_pass_is_missed(
    passed: RunFolder, tmp_path: Path, dataset: str
) -> None:
    folder = copy_of(passed, tmp_path)
    without_partition(folder, dataset, STRESS)
    said = refusal(folder, dataset)
    assert STRESS in said and "found none" in said
    assert closedworld.open(folder.root, verified=False)[dataset].count_rows() > 0


def test_a_scenario_that_was_added_after_the_pass_is_refused(passed: RunFolder, tmp_path: Path) -> None:
    folder = copy_of(passed, tmp_path)
    tokens = tokens_of(folder, EVENTS, BASELINE)
    added = {**tokens, "scenario_id": "added_v1"}
    shutil.copytree(folder.folder(BY_ID[EVENTS], tokens), folder.folder(BY_ID[EVENTS], added))
    record = json.loads((folder.root / publish.record_path(EVENTS, tokens)).read_text())
    place = folder.root / publish.record_path(EVENTS, added)
    place.write_bytes(document_bytes({**record, "partition": publish.partition_text(added)}))
    said = refusal(folder)
    assert "added_v1" in said and "no such record" in said


def test_a_partition_of_another_run_is_refused(passed: RunFolder, tmp_path: Path) -> None:
    folder = copy_of(passed, tmp_path)
    tokens = tokens_of(folder, EVENTS, BASELINE)
    other = {**tokens, "seed": "7"}
    record = json.loads((folder.root / publish.record_path(EVENTS, tokens)).read_text())
    place = folder.root / publish.record_path(EVENTS, other)
    place.parent.mkdir(parents=True)
    place.write_bytes(document_bytes({**record, "partition": publish.partition_text(other)}))
    for verified in (True, False):
        with pytest.raises(EngineError) as caught:
            closedworld.open(folder.root, verified=verified)[EVENTS]
        assert caught.value.exit_code == 4 and "seed=7" in caught.value.message


@pytest.mark.parametrize("damage", [Path.unlink, lambda path: path.write_bytes(b"PAR1")])
def test_files_that_cannot_be_read_are_named_though_nobody_checked_them(
    passed: RunFolder, tmp_path: Path, damage: Any
) -> None:
    folder = copy_of(passed, tmp_path)
    damage(next(folder.folder(BY_ID[EVENTS], {"scenario_id": BASELINE}).iterdir()))
    unverified = closedworld.open(folder.root, verified=False)
    for ask, code in ((unverified.dataset, "PUBLISH_RECORD_MISMATCH"), (unverified.query, "BAD_QUERY")):
        with pytest.raises(EngineError) as caught:
            ask(EVENTS if code != "BAD_QUERY" else f"SELECT * FROM {EVENTS}")
        assert caught.value.code.name == code and EVENTS.removesuffix("_5B") in caught.value.message


@pytest.mark.parametrize("verified", [True, False])
def test_what_was_never_published_says_who_makes_it(passed: RunFolder, verified: bool) -> None:
    with pytest.raises(EngineError) as caught:
        closedworld.open(passed.root, verified=verified)["s6_edge_log"]
    assert caught.value.code.name == "INPUT_NOT_PUBLISHED" and "2B.S6" in caught.value.message


def test_a_run_of_other_contracts_is_read_by_those_that_it_keeps(
    passed: RunFolder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As after an update: the engine's own dictionary says nothing of the run's datasets but where the copy lies."""
    wanted = closedworld.open(passed.root)[EVENTS].to_table()
    folder = copy_of(passed, tmp_path)
    monkeypatch.setattr(gate, "CONTRACTS_DIGEST", "0" * 64)
    monkeypatch.setattr(gate, "BY_ID", {"contracts_ir": BY_ID["contracts_ir"]})
    older = closedworld.open(folder.root)
    assert older[EVENTS].to_table() == wanted
    assert plain(older.query(f"SELECT count(*) AS n FROM {EVENTS}")) == [{"n": wanted.num_rows}]
    flipped(next(folder.folder(BY_ID[EVENTS], {"scenario_id": STRESS}).iterdir()), at=1_000)
    refusal(folder)
    flipped(folder.path(BY_ID["contracts_ir"]))
    gate._kept.cache_clear()
    assert "contracts" in refusal(folder, COUNTS)


# -- arrivals ------------------------------------------------------------------------------------------------------


def test_arrivals_are_streamed_in_bounded_batches(
    run: OpenRun, passed: RunFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(open_run, "BATCH_ROWS", 1_000)
    batches = list(run.arrivals())
    assert len(batches) > 50 and max(batch.num_rows for batch in batches) <= 1_000
    assert plain(pa.Table.from_batches(batches)) == plain(whole(passed, EVENTS, BASELINE, STRESS))


@pytest.mark.parametrize("several", [False, True])
def test_arrivals_of_some_merchants_scenarios_and_times(
    run: OpenRun, passed: RunFolder, several: bool
) -> None:
    rows = plain(whole(passed, EVENTS, STRESS))
    ids = sorted({row["merchant_id"] for row in rows})[1:3]
    merchant: Any = ids if several else ids[0]
    start, end = datetime(2024, 3, 5, 6, tzinfo=UTC), datetime(2024, 3, 9, 6, tzinfo=UTC)
    wanted = [
        row
        for row in rows
        if row["merchant_id"] in (ids if several else ids[:1]) and start <= row["ts_utc"] < end
    ]
    assert wanted
    asked = run.arrivals(
        scenario=[STRESS] if several else STRESS,
        merchant=merchant,
        between=(start.isoformat(), end.astimezone(timezone(timedelta(hours=9)))),
        columns=["ts_utc", "merchant_id", "site_id"],
    )
    found = streamed(asked)
    assert found.column_names == ["ts_utc", "merchant_id", "site_id"]
    assert plain(found) == [{name: row[name] for name in found.column_names} for row in wanted]


def test_an_end_is_excluded_and_a_start_is_not(run: OpenRun) -> None:
    first = streamed(run.arrivals(scenario=BASELINE, columns=["ts_utc"])).column(0).to_pylist()
    instant = first[17]
    one = timedelta(microseconds=1)
    assert streamed(
        run.arrivals(scenario=BASELINE, between=(instant, instant + one))
    ).num_rows == first.count(instant)
    assert list(run.arrivals(scenario=BASELINE, between=(instant - one, instant))) == []


def test_row_groups_without_a_row_that_is_asked_for_are_not_read(passed: RunFolder, tmp_path: Path) -> None:
    """All pages of the parts are destroyed; only their footers, which hold the statistics, can be read."""
    folder = copy_of(passed, tmp_path)
    for scenario in (BASELINE, STRESS):
        for path in folder.folder(BY_ID[EVENTS], {"scenario_id": scenario}).iterdir():
            data = path.read_bytes()
            footer = 8 + int.from_bytes(data[-8:-4], "little")
            path.write_bytes(data[:4] + bytes(len(data) - footer - 4) + data[-footer:])
    broken = closedworld.open(folder.root, verified=False)
    assert list(broken.arrivals(between=("2030-01-01", "2031-01-01"))) == []
    with pytest.raises(Exception, match=r"(?i)page|decompress|thrift|corrupt|end of stream|snappy|zstd"):
        list(broken.arrivals())


# -- other libraries -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("dataset", [EVENTS, "s4_arrival_summary_5B", COUNTS, "s2_realised_intensity_5B"])
def test_the_files_open_unchanged_in_polars_and_duckdb(run: OpenRun, passed: RunFolder, dataset: str) -> None:
    files = [str(path) for path in run.files(dataset, scenario=BASELINE)]
    wanted = plain(whole(passed, dataset, BASELINE))
    read = pl.read_parquet(files).to_dicts()
    with duckdb.connect(":memory:") as connection:
        connection.execute("SET TimeZone = 'UTC'")
        told = plain(connection.execute("SELECT * FROM read_parquet($1)", [files]).to_arrow_table())
    assert len(read) == len(told) == len(wanted)
    for rows in (read, told):
        assert rows == wanted


# -- SQL -----------------------------------------------------------------------------------------------------------


def test_a_query_counts_what_pyarrow_counts(run: OpenRun, passed: RunFolder) -> None:
    table = whole(passed, EVENTS, BASELINE, STRESS)
    virtual = int(np.count_nonzero(table.column("is_virtual").to_numpy()))
    found = run.query(f"SELECT is_virtual, count(*) AS n FROM {EVENTS} GROUP BY ALL ORDER BY ALL")
    assert plain(found) == [
        {"is_virtual": False, "n": table.num_rows - virtual},
        {"is_virtual": True, "n": virtual},
    ]
    joined = run.query(
        f"SELECT count(*) AS n FROM {EVENTS.upper()} JOIN {COUNTS} "
        "USING (scenario_id, merchant_id, zone_representation, channel_group, bucket_index)"
    )
    assert plain(joined) == [{"n": table.num_rows}]


@pytest.mark.parametrize(
    "sql",
    [
        "COPY (SELECT 1) TO '{folder}/out.csv'",
        f"COPY (SELECT 1) TO '{{file}}' (FORMAT parquet); SELECT * FROM {EVENTS}",
        "CREATE TABLE a AS SELECT 1",
        "ATTACH '{folder}/a.db'",
        "INSTALL httpfs",
        "LOAD httpfs",
        "SET enable_external_access = true",
        "EXPLAIN ANALYZE COPY (SELECT 1) TO '{folder}/out.csv'",
        "SELECT 1; SELECT 2",
        "SELECT * FROM read_csv('/etc/hostname')",
        "SELECT * FROM read_parquet('{other}')",
        "SELECT * FROM '{other}'",
        "SELECT * FROM glob('/*')",
        "SELECT * FROM read_text('{folder}/run_receipt.json')",
        "SELECT * FROM read_csv('https://example.org/a.csv')",
        "",
    ],
)
def test_a_query_reads_its_tables_and_nothing_else(run: OpenRun, passed: RunFolder, sql: str) -> None:
    before = sorted(path for path in passed.root.rglob("*") if path.is_file())
    text = sql.format(folder=passed.root, file=run.files(EVENTS)[0], other=run.files("s1_site_weights")[0])
    with pytest.raises(EngineError) as caught:
        run.query(text)
    assert caught.value.code.name == "BAD_QUERY"
    assert sorted(path for path in passed.root.rglob("*") if path.is_file()) == before


def test_what_there_is_can_be_listed_and_described(run: OpenRun, arrived_original: RunFolder) -> None:
    listed = {row["name"] for row in plain(run.query("SHOW TABLES"))}
    assert listed == set(run.ids)
    unfinished = {row["name"] for row in plain(closedworld.open(arrived_original.root).query("SHOW TABLES"))}
    assert "s1_site_weights" in unfinished and not {EVENTS, COUNTS} & unfinished
    described = [row["column_name"] for row in plain(run.query(f"DESCRIBE {EVENTS}"))]
    assert described == run[EVENTS].schema.names


def test_documents_and_logs_are_views_too(run: OpenRun, passed: RunFolder) -> None:
    (path,) = run.files("sealed_inputs_2B")
    wanted = [row["asset_id"] for row in json.loads(path.read_text())]
    assert [row["asset_id"] for row in plain(run.query("SELECT asset_id FROM sealed_inputs_2B"))] == wanted
    lines = [json.loads(line) for path in run.files("rng_trace_log_5B_S4") for line in path.open()]
    sums = plain(run.query("SELECT sum(draws_total) AS n FROM rng_trace_log_5B_S4"))
    assert sums == [{"n": sum(line["draws_total"] for line in lines)}]


@pytest.mark.parametrize("place", ["{file}", "{folder}", "{folder}/log"])
def test_a_query_cannot_be_logged_over_what_it_reads(run: OpenRun, place: str) -> None:
    """DuckDB's log is switched on by a SELECT, and may be sent to a file that the query is allowed to open."""
    file = run.files("s1_site_weights")[0]
    before, beside = file.read_bytes(), sorted(file.parent.rglob("*"))
    log = f"enable_logging('QueryLog', storage = 'file', storage_path = '{place}')"
    sql = f"SELECT * FROM {log} UNION ALL SELECT merchant_id::VARCHAR FROM s1_site_weights"
    with contextlib.suppress(EngineError):
        run.query(sql.format(file=file, folder=file.parent))
    assert file.read_bytes() == before and sorted(file.parent.rglob("*")) == beside


def test_duckdb_is_shut_in_before_it_sees_a_query(run: OpenRun) -> None:
    names = ("temp_directory", "enable_external_access", "python_enable_replacements", "lock_configuration")
    asked = ", ".join(f"current_setting('{name}') AS {name}" for name in names)
    (settings,) = plain(run.query(f"SELECT {asked}"))
    assert settings == {
        "temp_directory": "",
        "enable_external_access": False,
        "python_enable_replacements": False,
        "lock_configuration": True,
    }


@pytest.mark.parametrize(
    ("raised", "code", "exit_code"),
    [
        (duckdb.OutOfMemoryException("could not allocate"), "MEMORY_SHORT", 6),
        (pa.ArrowMemoryError("malloc failed"), "MEMORY_SHORT", 6),
        (pa.ArrowInvalid("Conversion Error: not a number"), "BAD_QUERY", 2),
    ],
)
def test_an_error_among_the_rows_has_a_code(
    run: OpenRun, raised: Exception, code: str, exit_code: int
) -> None:
    with pytest.raises(EngineError) as caught, selected(run, "SELECT 1"):
        raise raised
    assert (caught.value.code.name, caught.value.exit_code) == (code, exit_code)


def test_an_interrupted_query_is_an_interrupt(run: OpenRun) -> None:
    with pytest.raises(KeyboardInterrupt), selected(run, "SELECT 1"):
        raise duckdb.InterruptException("Interrupted")


def test_a_conversion_that_fails_late_is_a_bad_query(run: OpenRun) -> None:
    sql = f"SELECT CASE WHEN arrival_seq > 0 THEN tzid_primary ELSE '1' END::INT AS n FROM {EVENTS}"
    with pytest.raises(EngineError) as caught:
        run.query(sql)
    assert caught.value.code.name == "BAD_QUERY" and "Conversion" in caught.value.found
