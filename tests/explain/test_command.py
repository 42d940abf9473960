"""`closedworld explain` as a person types it: text, one JSON document, exit codes, and words for what names nothing."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pytest

from engine.core.inputs import opened
from engine.core.run import RunFolder
from generated.datasets import BY_ID
from tests.cli.command import Outcome, command
from tests.explain.altered import altered_table, one_ulp_up
from tests.support.runs import flipped, without

STATES = ["2B.S1", "2B.S2", "2B.S3", "2B.S4"]


def explain(folder: RunFolder, *words: str) -> Outcome:
    return command("explain", *words, "--runs-root", str(folder.root.parent))


def merchants(folder: RunFolder) -> list[int]:
    return sorted(set(opened(folder, BY_ID["s1_site_weights"]).read().merchant_id.tolist()))


def zones(folder: RunFolder, merchant: int) -> set[str]:
    table = opened(folder, BY_ID["site_timezones"]).read()
    return set(table.tzid.decoded()[table.merchant_id == np.uint64(merchant)])


def many_zones(folder: RunFolder) -> int:
    return max(merchants(folder), key=lambda merchant: len(zones(folder, merchant)))


@pytest.mark.parametrize("state", STATES)
def test_the_text_tells_the_steps_and_the_verdict_in_short_lines(
    tiny_original: RunFolder, state: str
) -> None:
    done = explain(tiny_original, state)
    assert done.exit_code == 0, done.err
    lines = done.out.splitlines()
    assert lines[0].startswith(f"{state} ")
    assert lines[-1].startswith("MATCH: ")
    assert any(line.startswith("2. ") for line in lines)
    assert max(map(len, lines)) <= 100
    assert not any(line != line.rstrip() for line in lines)
    assert "chosen: merchant_id: the first of 12; name another with --merchant" in done.out


def test_a_large_table_is_cut_in_text_and_whole_in_json(tiny_original: RunFolder) -> None:
    table = opened(tiny_original, BY_ID["s1_site_weights"]).read()
    largest = max(merchants(tiny_original), key=lambda m: int((table.merchant_id == np.uint64(m)).sum()))
    sites = int((table.merchant_id == np.uint64(largest)).sum())
    text = explain(tiny_original, "2B.S2", "--merchant", str(largest)).out
    assert f"{sites - 12} more, all of them in --json" in text
    whole = json.loads(explain(tiny_original, "2B.S2", "--merchant", str(largest), "--json").out)
    assert next(len(step["terms"]["rows"]) for step in whole["steps"] if step["terms"]) == sites


@pytest.mark.parametrize("state", STATES)
def test_json_is_one_document_with_every_step(tiny_original: RunFolder, state: str) -> None:
    done = explain(tiny_original, state, "--json")
    assert done.exit_code == 0, done.err

    def refused(constant: str) -> Any:
        raise AssertionError(constant)

    document = json.loads(done.out, parse_constant=refused)
    assert document["verdict"] == "MATCH"
    assert document["state"] == state
    assert document["key"]["merchant_id"] == merchants(tiny_original)[0]
    assert [step["number"] for step in document["steps"]] == list(range(1, len(document["steps"]) + 1))
    assert all(one["match"] for one in document["comparisons"])
    assert {one["vouched_for_by"] for one in document["sources"]} == {"seal", "publish record"}
    for comparison in document["comparisons"]:
        if isinstance(comparison["stored"], dict):
            assert float.fromhex(comparison["stored"]["hex"]) == comparison["stored"]["decimal"]


def test_a_mismatch_exits_1_and_shows_both_values_in_both_forms(tiny_run: RunFolder) -> None:
    altered_table(tiny_run, "s3_day_effects", "gamma", np.array([0]), one_ulp_up)
    stored = opened(tiny_run, BY_ID["s3_day_effects"]).read().gamma[0].item()
    done = explain(tiny_run, "2B.S3")
    assert done.exit_code == 1
    derived = float(np.nextafter(stored, 0.0))
    for value in (stored, derived):
        assert repr(value) in done.out
        assert value.hex() in done.out
    assert "(1 ulp apart)" in done.out
    assert done.out.splitlines()[-1] == "MISMATCH: gamma"
    as_json = explain(tiny_run, "2B.S3", "--json")
    assert as_json.exit_code == 1
    assert json.loads(as_json.out)["verdict"] == "MISMATCH"


# -- naming a row ----------------------------------------------------------------------------------------------


def test_a_dataset_with_its_key_columns_names_the_same_row(tiny_original: RunFolder) -> None:
    merchant = many_zones(tiny_original)
    zone = sorted(zones(tiny_original, merchant))[1]
    by_options = explain(
        tiny_original, "2b.s4", "--merchant", str(merchant), "--day", "2024-07-01", "--zone", zone
    )
    by_key = explain(
        tiny_original, f"s4_group_weights:merchant_id={merchant},utc_day=2024-07-01,tz_group_id={zone}"
    )
    assert by_options.exit_code == by_key.exit_code == 0
    assert by_options.out == by_key.out
    assert "chosen:" not in by_key.out


def test_first_digits_are_enough_where_they_are_one_merchant_s(tiny_original: RunFolder) -> None:
    merchant = str(many_zones(tiny_original))
    done = explain(tiny_original, "2B.S1", "--merchant", merchant[:6])
    assert f"merchant_id        {merchant}" in done.out
    assert f"the only one that starts with {merchant[:6]}" in done.out


def test_an_unknown_zone_is_answered_with_those_of_the_merchant(tiny_original: RunFolder) -> None:
    merchant = many_zones(tiny_original)
    done = explain(tiny_original, "2B.S3", "--merchant", str(merchant), "--zone", "Europe/Atlantis")
    done.refused(
        "USE-007",
        exit_code=2,
        saying=[*zones(tiny_original, merchant), str(merchant), "no site in that zone"],
    )


@pytest.mark.parametrize(
    ("words", "saying"),
    [
        (["2B.S9"], ["2B.S1 (s1_site_weights)", "2B.S4", "cannot be explained"]),
        (["1A.S0"], ["cannot be explained"]),
        (["nonsense"], ["2B.S3"]),
        (["2B.S3", "--merchant", "abcd"], ["at least 4 of its first digits"]),
        (["2B.S3", "--merchant", "1"], ["at least 4 of its first digits", "and 4 more"]),
        (["2B.S3", "--merchant", "00001"], ["no merchant of that id"]),
        (["2B.S3", "--merchant", ""], ["at least 4"]),
        (["2B.S3", "--merchant", "٣٤٥٦"], ["at least 4"]),
        (["2B.S3", "--day", "2024-12-31"], ["2024-01-01 to 2024-12-30", "outside the plan"]),
        (["2B.S4", "--day", "2025-01-01"], ["2024-01-01 to 2024-12-30", "outside the plan"]),
        (["2B.S3", "--day", "2024-02-30"], ["YYYY-MM-DD", "'2024-02-30'"]),
        (["2B.S3", "--day", "20240301"], ["YYYY-MM-DD"]),
        (["2B.S1", "--site", "999"], ["no such site"]),
        (["2B.S1", "--country", "XX"], ["no such country"]),
        (["2B.S2", "--country", "xx"], ["no such country"]),
        (["2B.S1", "--day", "2024-01-01"], ["--merchant, --country, --site", "--day"]),
        (["2B.S3", "--site", "1"], ["--merchant, --day, --zone"]),
        (["s3_day_effects:merchant_id"], ["merchant_id=…,utc_day=…,tz_group_id=…", "'merchant_id'"]),
        (["s3_day_effects:site_order=1"], ["'site_order=1'"]),
        (["s3_day_effects:merchant_id=1,merchant_id=2"], ["'merchant_id=2'"]),
        (["s2_alias_blob"], ["s2_alias_index"]),
    ],
)
def test_a_selector_that_names_nothing_says_what_there_is(
    tiny_original: RunFolder, words: list[str], saying: list[str]
) -> None:
    explain(tiny_original, *words).refused("USE-007", exit_code=2, saying=saying)


def test_a_site_order_that_two_countries_have_needs_the_country(tiny_original: RunFolder) -> None:
    table = opened(tiny_original, BY_ID["s1_site_weights"]).read()
    country = table.legal_country_iso.decoded()
    merchant = max(
        merchants(tiny_original), key=lambda m: len(set(country[table.merchant_id == np.uint64(m)]))
    )
    known = sorted(set(country[table.merchant_id == np.uint64(merchant)]))
    assert len(known) > 1
    words = ["2B.S1", "--merchant", str(merchant), "--site", "1"]
    explain(tiny_original, *words).refused("USE-007", exit_code=2, saying=["add --country", *known])
    assert explain(tiny_original, *words, "--country", known[1]).exit_code == 0


def test_a_state_that_is_not_done_is_said_with_the_command_that_does_it(tiny_run: RunFolder) -> None:
    without(tiny_run, "s4_group_weights")
    done = explain(tiny_run, "2B.S4")
    done.refused("CONTRACT-010", saying=["s4_group_weights", "--to 2B.S4", tiny_run.identity.run_id])


@pytest.mark.parametrize(
    ("state", "dataset"),
    [
        ("2B.S1", "site_locations"),
        ("2B.S1", "s1_site_weights"),
        ("2B.S2", "s2_alias_blob"),
        ("2B.S3", "day_effect_policy_v1"),
        ("2B.S3", "site_timezones"),
        ("2B.S3", "s3_day_effects"),
        ("2B.S4", "s4_group_weights"),
    ],
)
def test_nothing_is_explained_from_bytes_that_are_not_those_sealed(
    tiny_run: RunFolder, state: str, dataset: str
) -> None:
    path = tiny_run.path(BY_ID[dataset])
    flipped(path if path.is_file() else sorted(path.rglob("*.parquet"))[0])
    explain(tiny_run, state).refused("SEAL-002", exit_code=4)


def test_explaining_writes_nothing(tiny_run: RunFolder) -> None:
    before = {path: path.stat().st_mtime_ns for path in tiny_run.root.rglob("*")}
    assert all(explain(tiny_run, state).exit_code == 0 for state in STATES)
    assert {path: path.stat().st_mtime_ns for path in tiny_run.root.rglob("*")} == before
