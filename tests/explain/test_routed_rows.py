"""Selections and edge picks are derived again bit for bit; one that was changed, with its seals mended, is not."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from engine.core.inputs import opened
from engine.core.run import RunFolder
from engine.explain import arrivals
from engine.explain.registry import explained
from engine.explain.selectors import Selector
from engine.explain.steps import Explanation
from generated.datasets import BY_ID
from tests.cli.command import Outcome, command
from tests.s2b.routed_runs import (
    ARRIVALS,
    PART,
    change_records,
    change_table,
    copied,
    routed_run,
    without_dataset,
)
from tests.support.runs import flipped


def explanation(folder: RunFolder, state: str, **given: object) -> Explanation:
    return explained(folder, Selector(state, {name: str(value) for name, value in given.items()}))


def explain(folder: RunFolder, *words: str) -> Outcome:
    return command("explain", *words, "--runs-root", str(folder.root.parent), "--run", folder.root.name)


def mismatches(found: Explanation) -> set[str]:
    return {comparison.name for comparison in found.comparisons if not comparison.matches}


def broken(found: Explanation) -> list[str]:
    return [check.law for check in found.checks if not check.holds]


def roster(folder: RunFolder) -> Any:
    return opened(folder, BY_ID["s5_arrival_roster"]).read()


def virtual_rows(folder: RunFolder) -> list[int]:
    rows: list[int] = np.flatnonzero(np.ma.filled(roster(folder).is_virtual, False)).tolist()
    return rows


@pytest.fixture
def parts_of_the_run(monkeypatch: pytest.MonkeyPatch) -> None:
    """The explanation reckons with the small parts that the run was made with."""
    small = replace(arrivals.S5_ARRIVAL_ROSTER, block_size=PART)
    monkeypatch.setattr(arrivals, "S5_ARRIVAL_ROSTER", small)


@pytest.fixture(scope="module")
def unlogged(tmp_path_factory: pytest.TempPathFactory) -> RunFolder:
    """A routed run that keeps neither single events nor logs; tests must not change it."""
    return routed_run(tmp_path_factory.mktemp("unlogged"), full_up_to_events=0, logs=False)


@pytest.mark.usefixtures("parts_of_the_run")
def test_every_arrival_of_a_run_in_parts_matches_in_both_forms_of_evidence(
    parted_original: RunFolder,
) -> None:
    virtual = virtual_rows(parted_original)
    assert len(virtual) > PART
    for state, rows in (("2B.S5", range(ARRIVALS)), ("2B.S6", virtual)):
        for row in rows:
            found = explanation(parted_original, state, row=row)
            assert found.matches, (row, mismatches(found), broken(found))
            assert found.key["arrival"] == row


def test_the_pick_is_the_one_that_the_log_tells_of(routed_original: RunFolder) -> None:
    """Else the derivation could be compared with itself: what is shown beside is what lies in the files."""
    log = opened(routed_original, BY_ID["s5_selection_log"]).read()
    day = str(log.utc_day[0])
    found = explanation(
        routed_original, "2B.S5", merchant=int(log.merchant_id[0]), time=str(log.utc_timestamp[0]), day=day
    )
    stored = {one.name: one.stored for one in found.comparisons}
    assert stored["log.site_id"] == int(log.site_id[0])
    assert stored["log.tz_group_id"] == log.tz_group_id.decoded()[0]
    assert found.matches


# -- rows that were changed ------------------------------------------------------------------------------------


def changed(column: str, row: int, change: Callable[[Any], Any]) -> Callable[[Any], Any]:
    """A change of one cell of a table."""

    def made(table: Any) -> Any:
        columns = {spec.name: getattr(table, spec.name) for spec in table.SPEC.columns}
        values = columns[column]
        cells = list(values.decoded()) if hasattr(values, "decoded") else values.copy()
        cells[row] = change(cells[row])
        return type(table).from_columns(**{**columns, column: cells})

    return made


def next_one(value: Any) -> Any:
    return value + type(value)(1)


@pytest.mark.parametrize(
    ("state", "dataset", "column", "change"),
    [
        ("2B.S5", "rng_event_alias_pick_group", "p_group", lambda old: np.nextafter(old, 0.0)),
        ("2B.S5", "rng_event_alias_pick_group", "tz_group_id", lambda old: "Europe/Atlantis"),
        ("2B.S5", "rng_event_alias_pick_group", "rng_counter_before_lo", next_one),
        ("2B.S5", "rng_event_alias_pick_group", "draws", lambda old: "2"),
        ("2B.S5", "rng_event_alias_pick_site", "site_id", next_one),
        ("2B.S5", "rng_event_alias_pick_site", "rng_counter_after_lo", next_one),
        ("2B.S5", "rng_event_alias_pick_site", "blocks", next_one),
        ("2B.S6", "rng_event_cdn_edge_pick", "edge_id", lambda old: f"{old}x"),
        ("2B.S6", "rng_event_cdn_edge_pick", "rng_counter_before_hi", next_one),
        ("2B.S6", "rng_event_cdn_edge_pick", "merchant_id", next_one),
    ],
)
def test_a_changed_event_is_a_mismatch_of_that_column_alone(
    routed_original: RunFolder, tmp_path: Path, state: str, dataset: str, column: str, change: Any
) -> None:
    folder = copied(routed_original, tmp_path)
    place = 5
    rows = list(range(ARRIVALS)) if state == "2B.S5" else virtual_rows(folder)
    change_table(folder, dataset, changed(column, place, change))
    label = dataset.removeprefix("rng_event_")
    assert mismatches(explanation(folder, state, row=rows[place])) == {f"{label}.{column}"}
    assert explanation(folder, state, row=rows[place + 1]).matches


@pytest.mark.parametrize(
    ("state", "dataset", "column", "change"),
    [
        ("2B.S5", "s5_selection_log", "site_id", next_one),
        ("2B.S5", "s5_selection_log", "tz_group_id", lambda old: "Europe/Atlantis"),
        ("2B.S5", "s5_selection_log", "ctr_site_lo", next_one),
        ("2B.S6", "s6_edge_log", "edge_id", lambda old: f"{old}x"),
        ("2B.S6", "s6_edge_log", "ip_country", lambda old: "XX"),
        ("2B.S6", "s6_edge_log", "edge_lat", lambda old: np.nextafter(old, 90.0)),
        ("2B.S6", "s6_edge_log", "edge_lon", lambda old: np.nextafter(old, 180.0)),
        ("2B.S6", "s6_edge_log", "site_id", next_one),
    ],
)
@pytest.mark.parametrize("form", ["events", "commitments"])
def test_a_changed_row_of_the_log_is_a_mismatch_of_that_column_alone(
    routed_original: RunFolder,
    committed_original: RunFolder,
    tmp_path: Path,
    form: str,
    state: str,
    dataset: str,
    column: str,
    change: Any,
) -> None:
    """Where events are not stored one by one, the log is what a pick is compared with."""
    folder = copied(routed_original if form == "events" else committed_original, tmp_path)
    log = opened(folder, BY_ID[dataset]).read()
    given = {"merchant": int(log.merchant_id[0]), "time": str(log.utc_timestamp[0])}
    assert explanation(folder, state, **given).matches
    change_table(folder, dataset, changed(column, 0, change))
    assert mismatches(explanation(folder, state, **given)) == {f"log.{column}"}


def test_a_row_that_the_log_lacks_is_a_mismatch(routed_original: RunFolder, tmp_path: Path) -> None:
    folder = copied(routed_original, tmp_path)
    change_table(folder, "s5_selection_log", lambda log: log.take(log.ctr_group_lo != np.uint64(0)))
    assert opened(folder, BY_ID["s5_selection_log"]).num_rows == ARRIVALS - 1
    found = explanation(folder, "2B.S5", row=0)
    assert broken(found) == ["the log has the arrival once"]
    assert not found.matches


@pytest.mark.parametrize(("state", "number"), [("2B.S5", "S5"), ("2B.S6", "S6")])
@pytest.mark.parametrize("total", ["events_total", "draws_total", "blocks_total"])
def test_a_changed_total_of_the_trace_is_a_mismatch(
    routed_original: RunFolder, tmp_path: Path, state: str, number: str, total: str
) -> None:
    folder = copied(routed_original, tmp_path)
    change_table(folder, f"rng_trace_log_2B_{number}", changed(total, 0, next_one))
    row = 0 if state == "2B.S5" else virtual_rows(folder)[0]
    (name,) = mismatches(explanation(folder, state, row=row))
    assert name.endswith(f".{total}")


@pytest.mark.parametrize(
    ("state", "family"),
    [("2B.S5", "alias_pick_group"), ("2B.S5", "alias_pick_site"), ("2B.S6", "cdn_edge_pick")],
)
@pytest.mark.parametrize("field", ["rows", "draws", "first_utc_day", "last_merchant_id"])
def test_a_changed_commitment_is_a_mismatch_where_the_arrival_tells_of_it(
    committed_original: RunFolder, tmp_path: Path, state: str, family: str, field: str
) -> None:
    folder = copied(committed_original, tmp_path)
    rows = list(range(ARRIVALS)) if state == "2B.S5" else virtual_rows(folder)

    def change(records: list[Any]) -> list[Any]:
        other = {"rows": 1, "draws": "1", "first_utc_day": "2023-01-01", "last_merchant_id": 1}
        return [{**record, field: other[field]} for record in records]

    change_records(folder, f"rng_commitment_{family}", change)
    ends = {"first_utc_day": rows[0], "last_merchant_id": rows[-1]}
    found = explanation(folder, state, row=ends.get(field, rows[3]))
    assert mismatches(found) == {f"commitment {family}.{field}"}
    if field in ends:
        assert explanation(folder, state, row=rows[3]).matches


def test_an_edge_pick_without_its_selection_is_a_broken_law(
    routed_original: RunFolder, tmp_path: Path
) -> None:
    folder = copied(routed_original, tmp_path)
    row = virtual_rows(folder)[0]
    arrival = roster(folder).rows(row, row + 1)
    change_table(folder, "s5_selection_log", lambda log: log.take(log.merchant_id != arrival.merchant_id[0]))
    assert broken(explanation(folder, "2B.S6", row=row)) == ["the selection log has the arrival"]


def test_a_law_of_the_day_that_does_not_sum_to_1_is_broken(
    routed_original: RunFolder, tmp_path: Path
) -> None:
    folder = copied(routed_original, tmp_path)
    arrivals_ = roster(folder)
    merchant, day = arrivals_.merchant_id[0], arrivals_.utc_day[0]

    def change(table: Any) -> Any:
        columns = {spec.name: getattr(table, spec.name) for spec in table.SPEC.columns}
        own = (table.merchant_id == merchant) & (table.utc_day == day)
        return type(table).from_columns(**{**columns, "p_group": np.where(own, 0.25, table.p_group)})

    change_table(folder, "s4_group_weights", change)
    assert broken(explanation(folder, "2B.S5", row=0)) == ["|sum of p_group - 1| <= max(1e-12, zones 2^-53)"]


# -- as a person types it --------------------------------------------------------------------------------------


@pytest.mark.parametrize("state", ["2B.S5", "2B.S6"])
def test_the_text_tells_the_steps_and_the_verdict(routed_original: RunFolder, state: str) -> None:
    done = explain(routed_original, state)
    assert done.exit_code == 0, done.err
    lines = done.out.splitlines()
    assert lines[0].startswith(f"{state} ")
    assert lines[-1].startswith("MATCH: ")
    assert max(map(len, lines)) <= 100
    for words in ("M = SHA-256", "word 0", "prob[j]", "whole events, and the log"):
        assert words in done.out
    assert "arrivals that fit; name another with --row or --time" in done.out


@pytest.mark.parametrize("state", ["2B.S5", "2B.S6"])
def test_json_is_one_document_and_a_mismatch_exits_1(
    routed_original: RunFolder, tmp_path: Path, state: str
) -> None:
    done = explain(routed_original, state, "--json")
    assert done.exit_code == 0, done.err
    assert json.loads(done.out)["verdict"] == "MATCH"
    folder = copied(routed_original, tmp_path)
    dataset = "rng_event_alias_pick_site" if state == "2B.S5" else "rng_event_cdn_edge_pick"
    change_table(folder, dataset, changed("merchant_id", 0, next_one))
    again = explain(folder, state, "--json")
    assert again.exit_code == 1
    assert json.loads(again.out)["verdict"] == "MISMATCH"
    assert explain(folder, state).out.splitlines()[-1].startswith("MISMATCH: ")


@pytest.mark.parametrize("state", ["2B.S5", "2B.S6"])
def test_where_events_are_not_stored_one_by_one_it_says_what_is_compared(
    committed_original: RunFolder, unlogged: RunFolder, state: str
) -> None:
    done = explain(committed_original, state)
    assert done.exit_code == 0, done.err
    assert "the log, and the part's commitment; events are not stored one by one" in done.out
    done = explain(unlogged, state)
    assert done.exit_code == 0, done.err
    assert "the part's commitment alone, whose digest covers this pick" in " ".join(done.out.split())
    document = json.loads(explain(unlogged, state, "--json").out)
    assert not [one for one in document["comparisons"] if one["name"].startswith("log.")]


def test_the_same_arrival_by_number_by_instant_and_by_key(routed_original: RunFolder) -> None:
    table = roster(routed_original)
    row = 41
    merchant, instant, day = table.merchant_id[row], table.utc_timestamp[row], table.utc_day[row]
    named = [
        explain(routed_original, "2B.S5", "--row", str(row)),
        explain(routed_original, "2b.s5", "--merchant", str(merchant), "--time", f"{instant}Z"),
        explain(routed_original, "2B.S5", "--time", str(instant), "--day", str(day), "--row", str(row)),
        explain(
            routed_original, f"s5_selection_log:merchant_id={merchant},utc_timestamp={instant},utc_day={day}"
        ),
    ]
    assert all(done.exit_code == 0 for done in named)
    assert len({done.out for done in named}) == 1
    assert f"arrival        {row}" in named[0].out


def test_a_selector_that_names_no_arrival_says_what_there_is(routed_original: RunFolder) -> None:
    table = roster(routed_original)
    still = next(row for row in range(ARRIVALS) if row not in virtual_rows(routed_original))
    merchant = str(table.merchant_id[still])
    first = str(table.utc_timestamp[table.merchant_id == table.merchant_id[still]][0])
    for words, saying in [
        (["2B.S5", "--row", str(ARRIVALS)], [f"from 0 to {ARRIVALS - 1}"]),
        (["2B.S5", "--row", "-1"], ["from 0 to"]),
        (["2B.S5", "--row", "two"], ["'two'"]),
        (["2B.S5", "--time", "noon"], ["such as 2024-03-01T12:34:56.000001Z", "'noon'"]),
        (["2B.S5", "--time", "2024-01-01T00:00:00+01:00"], ["an instant in UTC"]),
        (["2B.S5", "--merchant", merchant, "--time", "1999-01-01T00:00:00"], [first, "none at that time"]),
        (["2B.S5", "--merchant", "00001"], ["no merchant of that id"]),
        (["2B.S5", "--day", "1999-01-01"], ["none at that time"]),
        (["2B.S5", "--row", "0", "--day", "1999-01-01"], ["arrival 0, of which something else is said"]),
        (["2B.S5", "--zone", "Europe/Paris"], ["--merchant, --time, --day, --row", "--zone"]),
        (["2B.S6", "--row", str(still)], [f"arrival {still}, which is not virtual and draws nothing"]),
        (["2B.S6", "--merchant", merchant], [f"a virtual arrival of merchant {merchant} in the roster"]),
        (["s6_edge_log:row=1"], ["merchant_id=…,utc_timestamp=…,utc_day=…"]),
    ]:
        explain(routed_original, *words).refused("USE-007", exit_code=2, saying=saying)


def test_a_run_that_is_not_routed_is_told_the_command(tiny_original: RunFolder) -> None:
    explain(tiny_original, "2B.S5").refused("CONTRACT-010", saying=["rng_audit_log_2B_S5", "--to 2B.S5"])


@pytest.mark.parametrize(
    ("state", "dataset"),
    [
        ("2B.S5", "s5_arrival_roster"),
        ("2B.S5", "route_rng_policy_v1"),
        ("2B.S5", "rng_event_alias_pick_site"),
        ("2B.S5", "rng_trace_log_2B_S5"),
        ("2B.S6", "virtual_edge_policy_v1"),
        ("2B.S6", "rng_event_cdn_edge_pick"),
    ],
)
def test_nothing_is_explained_from_bytes_that_are_not_those_sealed(
    routed_original: RunFolder, tmp_path: Path, state: str, dataset: str
) -> None:
    folder = copied(routed_original, tmp_path)
    path = folder.path(BY_ID[dataset])
    flipped(path if path.is_file() else sorted(path.rglob("*.parquet"))[0])
    explain(folder, state).refused("SEAL-002", exit_code=4)


def test_an_edge_log_without_selections_is_not_explained(routed_original: RunFolder, tmp_path: Path) -> None:
    folder = copied(routed_original, tmp_path)
    without_dataset(folder, "s5_selection_log")
    explain(folder, "2B.S6").refused("CONTRACT-010", saying=["s5_selection_log", "--to 2B.S5"])
