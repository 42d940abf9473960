"""Every kind of row is derived bit for bit; a row that was changed by one ulp, with its seals mended, is not."""

from __future__ import annotations

import ast
import json
import random
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from codegen.runtime.canonical import canonical_bytes
from engine.core.digests import sha256_bytes
from engine.core.inputs import opened
from engine.core.run import RunFolder
from engine.explain.registry import EXPLAINERS, explained
from engine.explain.selectors import Selector
from engine.explain.steps import Explanation
from generated.datasets import BY_ID
from tests.cli.command import command
from tests.explain.altered import altered_document, altered_table, one_ulp_up, recorded_anew, without_rows
from tests.repository.source_tree import ROOT
from tests.repository.test_imports import imported
from tests.support.runs import config_folder, only_run

KEYS = {
    "2B.S1": {"merchant": "merchant_id", "country": "legal_country_iso", "site": "site_order"},
    "2B.S2": {"merchant": "merchant_id", "country": "legal_country_iso", "site": "site_order"},
    "2B.S3": {"merchant": "merchant_id", "day": "utc_day", "zone": "tz_group_id"},
    "2B.S4": {"merchant": "merchant_id", "day": "utc_day", "zone": "tz_group_id"},
}
SERIES = {
    "merchant": "merchant_id",
    "zone": "zone_representation",
    "channel": "channel_group",
    "bucket": "bucket_index",
    "seq": "arrival_seq",
    "scenario": "scenario_id",
}
ARRIVAL = {"merchant": "merchant_id", "time": "utc_timestamp", "day": "utc_day"}
TABLES = {
    "2B.S1": "s1_site_weights",
    "2B.S2": "s1_site_weights",
    "2B.S3": "s3_day_effects",
    "2B.S4": "s4_group_weights",
}


def rows(folder: RunFolder, state: str) -> list[dict[str, str]]:
    """The keys of all rows of a state as options; for S2 the sites that its tables can give."""
    table = opened(folder, BY_ID[TABLES[state]]).read()
    columns = {}
    for option, name in KEYS[state].items():
        column = getattr(table, name)
        columns[option] = [str(cell) for cell in (column.decoded() if hasattr(column, "decoded") else column)]
    return [dict(zip(columns, cells, strict=True)) for cells in zip(*columns.values(), strict=True)]


def explanation(folder: RunFolder, state: str, **given: str) -> Explanation:
    return explained(folder, Selector(state, given))


def mismatches(found: Explanation) -> set[str]:
    return {comparison.name for comparison in found.comparisons if not comparison.matches}


@pytest.fixture(scope="module")
def other_laws(tmp_path_factory: pytest.TempPathFactory) -> RunFolder:
    """The tiny world under the other values that the policies can take; tests must not change it."""
    root = tmp_path_factory.mktemp("other_laws")

    def alias(data: bytes) -> bytes:
        policy = json.loads(data)
        policy.update(endianness="big", alignment_bytes=32, quantised_bits=21, quantisation_epsilon=1e-6)
        policy["weight_source"] = {"mode": "column", "column": "site_order"}
        policy["floor"] = {"mode": "absolute", "value": 1.5}
        policy["cap"] = {"mode": "relative", "value": 1.25}
        return json.dumps(policy).encode()

    def days(data: bytes) -> bytes:
        policy = json.loads(data)
        policy.update(normal_icdf="as241_v1", sigma_gamma=0.9)
        del policy["sha256_hex"]
        policy["sha256_hex"] = sha256_bytes(canonical_bytes(policy))
        return json.dumps(policy).encode()

    config = config_folder(root / "config", {"alias_layout_policy_v1": alias, "day_effect_policy_v1": days})
    done = command("run", "--config", str(config), "--to", "2B.S4", "--runs-root", str(root / "runs"))
    assert done.exit_code == 0, done.err
    return only_run(root / "runs")


@pytest.mark.parametrize("state", ["2B.S1", "2B.S2"])
def test_every_row_of_every_merchant_matches(tiny_original: RunFolder, state: str) -> None:
    keys = rows(tiny_original, state)
    assert len(keys) > 50
    wrong = [key for key in keys if not explanation(tiny_original, state, **key).matches]
    assert wrong == []


@pytest.mark.parametrize("state", ["2B.S3", "2B.S4"])
def test_every_row_of_a_small_merchant_matches(tiny_original: RunFolder, state: str) -> None:
    keys = rows(tiny_original, state)
    merchants: dict[str, set[str]] = {}
    for key in keys:
        merchants.setdefault(key["merchant"], set()).add(key["zone"])
    small = min(merchants, key=lambda merchant: (len(merchants[merchant]), merchant))
    own = [key for key in keys if key["merchant"] == small]
    assert len(own) >= 365
    assert [key for key in own if not explanation(tiny_original, state, **key).matches] == []


@pytest.mark.parametrize("state", ["2B.S3", "2B.S4"])
def test_random_rows_match(tiny_original: RunFolder, state: str) -> None:
    keys = rows(tiny_original, state)
    drawn = [keys[0], keys[-1], *random.Random(20240301).sample(keys, 60)]
    assert len({key["merchant"] for key in drawn}) > 8
    assert [key for key in drawn if not explanation(tiny_original, state, **key).matches] == []


@pytest.mark.parametrize("state", list(KEYS))
def test_rows_under_the_policies_other_values_match(other_laws: RunFolder, state: str) -> None:
    drawn = random.Random(7).sample(rows(other_laws, state), 40)
    assert [key for key in drawn if not explanation(other_laws, state, **key).matches] == []


def test_the_other_values_reach_the_other_branches(other_laws: RunFolder) -> None:
    """Else the test above would say nothing about floor, cap and tails."""
    found = [explanation(other_laws, "2B.S1", **key) for key in rows(other_laws, "2B.S1")]
    shown = [{v.name: v.value for step in one.steps for v in step.values} for one in found]
    assert {one["raised by the floor"] for one in shown} == {True, False}
    assert any(one["weight after both"] == one["cap"] for one in shown)
    keys = rows(other_laws, "2B.S3")[:150]
    branches = {
        str(value.value).partition(":")[0]
        for key in keys
        for step in explanation(other_laws, "2B.S3", **key).steps
        for value in step.values
        if value.name == "branch"
    }
    assert {"centre", "lower tail, near", "upper tail, near"} <= branches


def test_both_tails_of_the_first_approximation_are_met(tiny_original: RunFolder) -> None:
    seen = set()
    for key in rows(tiny_original, "2B.S3"):
        found = explanation(tiny_original, "2B.S3", **key)
        value = next(v.value for step in found.steps for v in step.values if v.name == "branch")
        branch = str(value).partition(":")[0]
        if branch not in seen:
            seen.add(branch)
            assert found.matches
        if seen == {"centre", "lower tail", "upper tail"}:
            return
    raise AssertionError(seen)


# -- rows that were changed ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("state", "table", "column"),
    [
        ("2B.S1", "s1_site_weights", "p_weight"),
        ("2B.S3", "s3_day_effects", "gamma"),
        ("2B.S3", "s3_day_effects", "log_gamma"),
        ("2B.S4", "s4_group_weights", "p_group"),
        ("2B.S4", "s4_group_weights", "base_share"),
        ("2B.S4", "s4_group_weights", "gamma"),
        ("2B.S4", "s4_group_weights", "mass_raw"),
        ("2B.S4", "s4_group_weights", "denom_raw"),
    ],
)
def test_one_ulp_is_a_mismatch_of_that_column_alone(
    tiny_run: RunFolder, state: str, table: str, column: str
) -> None:
    keys = rows(tiny_run, state)
    row = len(keys) // 3
    altered_table(tiny_run, table, column, np.array([row]), one_ulp_up)
    found = explanation(tiny_run, state, **keys[row])
    assert found.verdict == "MISMATCH"
    assert mismatches(found) == {column}
    (comparison,) = (one for one in found.comparisons if not one.matches)
    assert isinstance(comparison.derived, float)
    assert comparison.stored == one_ulp_up(comparison.derived)
    assert explanation(tiny_run, state, **keys[row + 1]).matches


@pytest.mark.parametrize(
    ("state", "table", "column", "change"),
    [
        ("2B.S1", "s1_site_weights", "floor_applied", lambda old: not old),
        ("2B.S1", "s1_site_weights", "quantised_bits", 25),
        ("2B.S3", "s3_day_effects", "rng_counter_lo", lambda old: old ^ 1),
        ("2B.S3", "s3_day_effects", "rng_counter_hi", lambda old: old ^ 1),
        ("2B.S3", "s3_day_effects", "created_utc", np.datetime64("2024-01-01T00:00:00.000001", "us")),
        ("2B.S4", "s4_group_weights", "created_utc", np.datetime64("2024-01-02", "us")),
    ],
)
def test_a_changed_value_of_another_kind_is_a_mismatch(
    tiny_run: RunFolder, state: str, table: str, column: str, change: Any
) -> None:
    keys = rows(tiny_run, state)
    every = np.arange(len(keys))  # a constant must stay one
    altered_table(tiny_run, table, column, every, change)
    assert mismatches(explanation(tiny_run, state, **keys[5])) == {column}


def test_a_changed_gamma_of_s3_is_seen_from_s4(tiny_run: RunFolder) -> None:
    """S4 takes gamma as S3 stored it; a zone of its own has p_group 1 whatever gamma is."""
    keys = rows(tiny_run, "2B.S4")
    altered_table(tiny_run, "s3_day_effects", "gamma", np.array([0]), one_ulp_up)
    assert (
        {"gamma"}
        <= mismatches(explanation(tiny_run, "2B.S4", **keys[0]))
        <= {"gamma", "mass_raw", "denom_raw"}
    )


def test_a_row_that_is_gone_is_a_mismatch(tiny_run: RunFolder) -> None:
    keys = rows(tiny_run, "2B.S3")
    last = keys[-1]

    def is_last(part: Any) -> Any:
        same = part.merchant_id == np.uint64(int(last["merchant"]))
        same &= part.utc_day == np.datetime64(last["day"])
        return same & (part.tz_group_id.decoded() == last["zone"])

    without_rows(tiny_run, "s3_day_effects", is_last)
    found = explanation(tiny_run, "2B.S3", **last)
    assert not found.matches
    assert [check.law for check in found.checks if not check.holds] == ["the row is stored once"]
    assert all(comparison.stored is None for comparison in found.comparisons)


def test_a_row_out_of_place_is_a_mismatch(tiny_run: RunFolder) -> None:
    keys = rows(tiny_run, "2B.S3")
    first = keys[0]
    without_rows(tiny_run, "s3_day_effects", lambda part: part.utc_day == np.datetime64(first["day"]))
    assert mismatches(explanation(tiny_run, "2B.S3", **keys[-1])) == {"row number"}


@pytest.mark.parametrize("gamma", [0.0, float("inf"), float("nan")])
def test_a_gamma_that_cannot_be_is_a_broken_law_and_no_crash(tiny_run: RunFolder, gamma: float) -> None:
    keys = rows(tiny_run, "2B.S4")
    altered_table(tiny_run, "s3_day_effects", "gamma", np.array([0]), gamma)
    assert explanation(tiny_run, "2B.S4", **keys[0]).verdict == "MISMATCH"


@pytest.mark.parametrize("share", [float("nan"), -0.25, 1.5])
@pytest.mark.parametrize("state", ["2B.S2", "2B.S4"])
def test_a_share_that_cannot_be_is_a_broken_law_and_no_crash(
    tiny_run: RunFolder, state: str, share: float
) -> None:
    keys = rows(tiny_run, state)
    altered_table(tiny_run, "s1_site_weights", "p_weight", np.array([0]), share)
    assert explanation(tiny_run, state, merchant=keys[0]["merchant"]).verdict == "MISMATCH"


def test_a_changed_threshold_is_a_mismatch_of_that_cell(tiny_run: RunFolder) -> None:
    path = tiny_run.path(BY_ID["s2_alias_blob"])
    whole = bytearray(path.read_bytes())
    whole[16 + 4 * 2] ^= 1  # prob_q[2] of the first merchant, lowest byte of a little-endian word
    path.write_bytes(bytes(whole))
    recorded_anew(tiny_run, "s2_alias_blob")
    merchants = sorted({int(key["merchant"]) for key in rows(tiny_run, "2B.S2")})
    found = explanation(tiny_run, "2B.S2", merchant=str(merchants[0]))
    assert mismatches(found) == {"slice bytes", "prob_q[2]", "blob_sha256"}
    assert mismatches(explanation(tiny_run, "2B.S2", merchant=str(merchants[1]))) == {"blob_sha256"}


def test_an_alias_outside_the_table_is_a_broken_law_and_no_crash(tiny_run: RunFolder) -> None:
    path = tiny_run.path(BY_ID["s2_alias_blob"])
    whole = bytearray(path.read_bytes())
    n = whole[0]
    whole[16 + 4 * n : 20 + 4 * n] = b"\xff" * 4
    path.write_bytes(bytes(whole))
    recorded_anew(tiny_run, "s2_alias_blob")
    found = explanation(tiny_run, "2B.S2")
    assert "alias[0]" in mismatches(found)
    assert [check.law for check in found.checks if not check.holds] == ["every alias is a cell of the table"]


@pytest.mark.parametrize("cut", [0, 20, 33])
def test_a_blob_cut_short_is_a_mismatch_and_no_crash(tiny_run: RunFolder, cut: int) -> None:
    path = tiny_run.path(BY_ID["s2_alias_blob"])
    path.write_bytes(path.read_bytes()[:cut])
    recorded_anew(tiny_run, "s2_alias_blob")
    assert {"blob_size_bytes", "slice bytes"} <= mismatches(explanation(tiny_run, "2B.S2"))


@pytest.mark.parametrize("field", ["offset", "length", "sites", "checksum"])
def test_a_changed_index_row_is_a_mismatch(tiny_run: RunFolder, field: str) -> None:
    def change(index: Any) -> None:
        row = index["merchants"][3]
        row[field] = "0" * 64 if field == "checksum" else row[field] + 8

    altered_document(tiny_run, "s2_alias_index", change)
    merchants = sorted({int(key["merchant"]) for key in rows(tiny_run, "2B.S2")})
    assert mismatches(explanation(tiny_run, "2B.S2", merchant=str(merchants[3]))) == {field}
    assert explanation(tiny_run, "2B.S2", merchant=str(merchants[2])).matches


def test_a_site_in_no_zone_is_a_broken_law(tiny_run: RunFolder) -> None:
    """S1 with a site fewer than site_timezones: the join of S3 and S4 no longer is one to one."""
    without_rows(tiny_run, "s1_site_weights", lambda part: np.arange(part.num_rows) == 1)
    for state in ("2B.S3", "2B.S4"):
        found = explanation(tiny_run, state)
        assert [check.law for check in found.checks if not check.holds] == ["every site has one zone"]
        assert found.verdict == "MISMATCH"


# -- independence ----------------------------------------------------------------------------------------------


def test_explanations_share_no_code_with_the_laws() -> None:
    refused = ("engine.s2b", "engine.s5b", "engine.kernels", "engine.rng", "engine.world", "engine.execute")
    allowed = {"cos2pi", "exp", "log", "log1p", "normal_icdf_acklam", "normal_icdf_as241"}
    read = sorted((ROOT / "engine" / "explain").glob("*.py"))
    assert len(read) > 8
    found = []
    for path in read:
        source = path.read_text("utf-8")
        found += [f"{path.name}: {name}" for _, name in imported(source) if name.startswith(refused)]
        for node in ast.walk(ast.parse(source)):
            if isinstance(node, ast.ImportFrom) and str(node.module).startswith("engine.numerics"):
                found += [f"{path.name}: {alias.name}" for alias in node.names if alias.name not in allowed]
    assert found == []


def test_every_explainer_is_there_and_its_options_stand_for_its_key() -> None:
    for state, explainer in EXPLAINERS.items():
        assert explainer.dataset.produced_by == state
        assert Path(ROOT, *explainer.law.partition(":")[0].split(".")).with_suffix(".py").is_file()
        own = SERIES if state.startswith("5B") else KEYS.get(state, ARRIVAL)
        own = {key: name for key, name in own.items() if key != "seq" or state == "5B.S4"}
        expected = {key: name for key, name in own.items() if state != "2B.S2" or key == "merchant"}
        assert dict(zip(explainer.options, explainer.key, strict=False)) == expected
