"""Rows of 5B.S2 and 5B.S3 derived again: they match, what was changed does not, and no name stands for nothing."""

from __future__ import annotations

import json
import random
import shutil
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
import yaml
from hypothesis import example, given, settings
from hypothesis import strategies as st

from engine.core.inputs import is_published, opened
from engine.core.run import RunFolder
from engine.execute.runs import opened_run, run_folders
from engine.explain.draws import box_muller, family_event_steps
from engine.explain.registry import explained
from engine.explain.s5b_s3 import poisson_steps
from engine.explain.selectors import Selector
from engine.explain.steps import Explanation
from engine.kernels.bucket_counts import CountLaw, counts
from engine.numerics import box_muller_u2
from engine.rng.derivation import family_stream
from generated.datasets import BY_ID
from tests.cli.command import Outcome, command
from tests.explain.altered import altered_table, one_ulp_up
from tests.support.runs import built, config_folder

STATES = ["5B.S2", "5B.S3"]
TABLES = {"5B.S2": "s2_realised_intensity_5B", "5B.S3": "s3_bucket_counts_5B"}
Config = dict[str, Any]


@pytest.fixture(scope="module")
def counted(tmp_path_factory: pytest.TempPathFactory) -> RunFolder:
    """The tiny run made up to 5B.S3; tests must not change it."""
    return built(tmp_path_factory.mktemp("counted") / "runs", to="5B.S3")


@pytest.fixture
def counted_copy(counted: RunFolder, tmp_path: Path) -> RunFolder:
    """A copy that a test may damage."""
    target = tmp_path / "runs" / counted.root.name
    shutil.copytree(counted.root, target)
    return opened_run(target)


def other_run(counted: RunFolder, root: Path, to: str, **changes: Any) -> RunFolder:
    """The tiny run under other policies of 5B, beside the first one, whose world and plan it takes over."""

    def changed(change: Config) -> Any:
        def apply(data: bytes) -> bytes:
            value = yaml.safe_load(data)
            for name, new in change.items():
                value[name] = {**value[name], **new} if isinstance(new, dict) else new
            return yaml.safe_dump(value).encode()

        return apply

    config = config_folder(root / "config", {name: changed(change) for name, change in changes.items()})
    runs = counted.root.parent
    before = set(run_folders(runs))
    done = command("run", "--config", str(config), "--to", to, "--jobs", "1", "--runs-root", str(runs))
    assert done.exit_code == 0, done.err
    (new,) = set(run_folders(runs)) - before
    return opened_run(new)


@pytest.fixture(scope="module")
def other_laws(counted: RunFolder, tmp_path_factory: pytest.TempPathFactory) -> RunFolder:
    """Independent deviates, Poisson's law with a short walk, the older normal branch, commitments for events."""
    return other_run(
        counted,
        tmp_path_factory.mktemp("other"),
        "5B.S3",
        arrival_lgcp_config_5B={
            "latent_model_id": "log_gaussian_iid_v1",
            "sigma": {"bounds": {"lower": 0.26, "upper": 0.45}},
            "clip": {"min_factor": 0.5, "max_factor": 1.5, "lambda_max": 3.0},
            "realism_floors": {"min_clip_ratio": 2.0},
            "diagnostics": {"emit_latent_field": False},
        },
        arrival_count_config_5B={
            "count_law_id": "poisson",
            "poisson_exact_lambda_max": 1.0,
            "lambda_zero_eps": 1.0e-6,
            "normal_icdf": "as241_v1",
            "normal_branch": "plain_v1",
        },
        rng_evidence_policy_5B={"full_up_to_events": 0},
    )


@pytest.fixture(scope="module")
def nothing_drawn(counted: RunFolder, tmp_path_factory: pytest.TempPathFactory) -> RunFolder:
    """The latent model without randomness."""
    return other_run(
        counted,
        tmp_path_factory.mktemp("none"),
        "5B.S2",
        arrival_lgcp_config_5B={"latent_model_id": "none"},
    )


def keys(folder: RunFolder, state: str, scenario: str) -> list[dict[str, str]]:
    """The keys of all rows of a scenario as options."""
    table = opened(folder, BY_ID[TABLES[state]], {"scenario_id": scenario}).read()
    zones, channels = table.zone_representation.decoded(), table.channel_group.decoded()
    return [
        {"merchant": str(m), "zone": str(z), "channel": str(c), "bucket": str(b), "scenario": scenario}
        for m, z, c, b in zip(
            table.merchant_id.tolist(), zones, channels, table.bucket_index.tolist(), strict=True
        )
    ]


def scenarios(folder: RunFolder) -> list[str]:
    return list(opened(folder, BY_ID["s0_gate_receipt_5B"]).scenario_set)


def explanation(folder: RunFolder, state: str, given: dict[str, str]) -> Explanation:
    return explained(folder, Selector(state, given))


def mismatches(found: Explanation) -> set[str]:
    return {comparison.name for comparison in found.comparisons if not comparison.matches}


def drawn_keys(folder: RunFolder, state: str, number: int) -> list[dict[str, str]]:
    """The first and the last row of every scenario, and some between."""
    found = []
    for scenario in scenarios(folder):
        every = keys(folder, state, scenario)
        found += [every[0], every[-1], *random.Random(f"{state} {scenario}").sample(every, number)]
    return found


def shown(found: Explanation) -> dict[str, Any]:
    return {value.name: value.value for step in found.steps for value in step.values}


@pytest.mark.parametrize("state", STATES)
def test_rows_of_every_scenario_match(counted: RunFolder, state: str) -> None:
    drawn = drawn_keys(counted, state, 25)
    assert len({key["scenario"] for key in drawn}) == 2
    found = [explanation(counted, state, key) for key in drawn]
    assert [one.key for one in found if not one.matches] == []
    names = {comparison.name for comparison in found[0].comparisons}
    assert {"event rng_counter_before_hi", "event rng_counter_before_lo", "event draws"} <= names
    assert ("field latent_value" in names) == (state == "5B.S2")


@pytest.mark.parametrize("state", STATES)
def test_rows_under_other_laws_match_and_reach_their_branches(other_laws: RunFolder, state: str) -> None:
    found = [explanation(other_laws, state, key) for key in drawn_keys(other_laws, state, 40)]
    assert [one.key for one in found if not one.matches] == []
    values = [shown(one) for one in found]
    assert all(one["compared"] == "nothing" for one in values if one.get("draws", True))
    if state == "5B.S2":
        assert {one["latent model"] for one in values} == {"log_gaussian_iid_v1"}
        assert any(one["lambda_realised"] == 3.0 < one["product"] for one in values)
        assert {0.5, 1.5} < {one["factor"] for one in values}
        assert {0.26, 0.45} < {one["sigma"] for one in values}
    else:
        assert any("normal_branch" in one for one in values)
        assert any("p_0" in one for one in values)
        assert all("kappa" not in one for one in values)


def test_a_row_that_draws_nothing_counts_nothing(counted_copy: RunFolder) -> None:
    """An intensity of 0 is put in: no event, no draw, and a count of 0 is what must be stored."""
    token = scenarios(counted_copy)[0]
    key = keys(counted_copy, "5B.S3", token)[40]
    for name in ("s2_realised_intensity_5B", "s3_bucket_counts_5B"):
        altered_table(counted_copy, name, "lambda_realised", np.array([40]), 0.0, {"scenario_id": token})
    altered_table(counted_copy, "s3_bucket_counts_5B", "count_N", np.array([40]), 0, {"scenario_id": token})
    found = explanation(counted_copy, "5B.S3", key)
    assert found.matches
    assert shown(found)["draws"] is False
    assert not any("digest" in step.title for step in found.steps)


def test_without_randomness_the_factor_is_one(nothing_drawn: RunFolder) -> None:
    assert not is_published(nothing_drawn, BY_ID["rng_event_arrival_lgcp_gaussian"])
    for key in drawn_keys(nothing_drawn, "5B.S2", 5):
        found = explanation(nothing_drawn, "5B.S2", key)
        assert found.matches
        assert shown(found)["factor"] == 1.0
        assert not any("digest" in step.title for step in found.steps)


@pytest.mark.parametrize(
    ("state", "table", "column", "change", "seen"),
    [
        ("5B.S2", "s2_realised_intensity_5B", "lambda_realised", one_ulp_up, "lambda_realised"),
        (
            "5B.S2",
            "s2_realised_intensity_5B",
            "lambda_random_component",
            one_ulp_up,
            "lambda_random_component",
        ),
        ("5B.S2", "s2_realised_intensity_5B", "lambda_baseline", one_ulp_up, "lambda_baseline"),
        ("5B.S3", "s3_bucket_counts_5B", "count_N", lambda old: old + 1, "count_N"),
        ("5B.S3", "s3_bucket_counts_5B", "count_capped", lambda old: not old, "count_capped"),
        ("5B.S3", "s3_bucket_counts_5B", "kappa", one_ulp_up, "kappa"),
        ("5B.S3", "s3_bucket_counts_5B", "lambda_realised", one_ulp_up, "lambda_realised"),
    ],
)
def test_a_changed_value_is_a_mismatch_of_that_column_alone(
    counted_copy: RunFolder, state: str, table: str, column: str, change: Any, seen: str
) -> None:
    scenario = scenarios(counted_copy)[1]
    every = keys(counted_copy, state, scenario)
    row = len(every) // 3
    altered_table(counted_copy, table, column, np.array([row]), change, {"scenario_id": scenario})
    found = explanation(counted_copy, state, every[row])
    assert found.verdict == "MISMATCH"
    assert mismatches(found) == {seen}
    assert explanation(counted_copy, state, every[row + 1]).matches


def test_a_changed_path_or_event_is_a_mismatch(counted_copy: RunFolder) -> None:
    scenario = scenarios(counted_copy)[0]
    key = keys(counted_copy, "5B.S2", scenario)[7]
    place = shown(explanation(counted_copy, "5B.S2", key))
    field = opened(counted_copy, BY_ID["s2_latent_field_5B"], {"scenario_id": scenario}).read()
    own = (field.group_id.decoded() == place["group_id"]) & (field.bucket_index == 7)
    altered_table(
        counted_copy,
        "s2_latent_field_5B",
        "latent_value",
        np.flatnonzero(own),
        one_ulp_up,
        {"scenario_id": scenario},
    )
    altered_table(
        counted_copy,
        "rng_event_arrival_lgcp_gaussian",
        "rng_counter_before_lo",
        np.array([place["event number"]]),
        lambda old: old ^ 1,
    )
    found = explanation(counted_copy, "5B.S2", key)
    assert mismatches(found) == {"field latent_value", "event rng_counter_before_lo"}


def test_an_intensity_that_cannot_be_is_a_broken_law_and_no_crash(counted_copy: RunFolder) -> None:
    scenario = scenarios(counted_copy)[0]
    key = keys(counted_copy, "5B.S3", scenario)[3]
    altered_table(
        counted_copy,
        "s2_realised_intensity_5B",
        "lambda_realised",
        np.array([3]),
        float("inf"),
        {"scenario_id": scenario},
    )
    found = explanation(counted_copy, "5B.S3", key)
    assert found.verdict == "MISMATCH"
    assert [check.law for check in found.checks if not check.holds] == [
        "the intensity is finite and at least 0"
    ]


# -- the command -----------------------------------------------------------------------------------------------


def explain(folder: RunFolder, *words: str) -> Outcome:
    runs = str(folder.root.parent)
    return command("explain", *words, "--run", folder.identity.run_id, "--runs-root", runs)


@pytest.mark.parametrize("state", STATES)
def test_the_text_says_match_in_short_lines_and_json_holds_all_rows(counted: RunFolder, state: str) -> None:
    done = explain(counted, state, "--bucket", "100", "--scenario", scenarios(counted)[1])
    assert done.exit_code == 0, done.err
    lines = done.out.splitlines()
    assert lines[-1].startswith("MATCH: ")
    assert max(map(len, lines)) <= 100
    assert "chosen: merchant_id: the first of 12; name another with --merchant" in done.out
    whole = json.loads(explain(counted, state, "--bucket", "100", "--json").out)
    assert whole["verdict"] == "MATCH"
    assert whole["key"]["bucket_index"] == 100
    if state == "5B.S2":
        (path,) = (step["terms"]["rows"] for step in whole["steps"] if step["title"] == "The path")
        assert [row[0] for row in path] == list(range(101))


def test_a_mismatch_ends_with_exit_code_1(counted_copy: RunFolder) -> None:
    scenario = scenarios(counted_copy)[0]
    altered_table(
        counted_copy,
        "s3_bucket_counts_5B",
        "count_N",
        np.array([0]),
        lambda old: old + 1,
        {"scenario_id": scenario},
    )
    done = explain(counted_copy, "5B.S3")
    assert done.exit_code == 1
    assert done.out.splitlines()[-1] == "MISMATCH: count_N"


def test_a_row_is_named_by_dataset_and_key_columns_too(counted: RunFolder) -> None:
    scenario = scenarios(counted)[1]
    key = keys(counted, "5B.S3", scenario)[1000]
    name = (
        f"s3_bucket_counts_5B:merchant_id={key['merchant']},zone_representation={key['zone']},"
        f"bucket_index={key['bucket']},scenario_id={scenario}"
    )
    whole = json.loads(explain(counted, name, "--json").out)
    assert (str(whole["key"]["merchant_id"]), whole["key"]["scenario_id"]) == (key["merchant"], scenario)
    assert whole["verdict"] == "MATCH"


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--bucket", "672"), "an index from 0 to 671"),
        (("--bucket", "-1"), "an index from 0 to 671"),
        (("--bucket", "07"), "an index from 0 to 671"),
        (("--scenario", "nowhere"), "no such scenario"),
        (("--zone", "Mars/Olympus"), "no such zone"),
        (("--channel", "carrier_pigeon"), "no such channel"),
        (("--merchant", "1"), "a merchant id, or at least 4 of its first digits"),
        (("--day", "2024-03-01"), "--merchant, --zone, --channel, --bucket, --scenario"),
    ],
)
def test_a_name_that_stands_for_nothing_is_refused(
    counted: RunFolder, state: str, words: tuple[str, str], said: str
) -> None:
    done = explain(counted, state, *words)
    assert done.exit_code == 2
    assert "USE-007" in done.err
    assert said in " ".join(done.err.split())
    assert done.out == ""


def test_the_new_options_do_not_belong_to_other_states(counted: RunFolder) -> None:
    done = explain(counted, "2B.S3", "--bucket", "1")
    assert done.exit_code == 2
    assert "--bucket" in done.err


def test_a_run_without_the_state_says_how_to_make_it(nothing_drawn: RunFolder) -> None:
    done = explain(nothing_drawn, "5B.S3")
    assert done.exit_code != 0
    assert "--to 5B.S3" in done.err


# -- the second implementation ---------------------------------------------------------------------------------

UNIFORMS = st.floats(min_value=0.0, max_value=1.0, exclude_min=True, exclude_max=True)


@example(24.0, 1.0 - 2.0**-53, 700.0, "acklam_v1", "plain_v1", 50_000, 200_000)  # the sum no longer grows
@given(
    st.floats(0.0, 120.0) | st.floats(0.0, 1e7),
    UNIFORMS | st.sampled_from([2.0**-65, 1.0 - 2.0**-53]),
    st.sampled_from([0.0, 50.0, 700.0]),
    st.sampled_from(["acklam_v1", "as241_v1"]),
    st.sampled_from(["plain_v1", "cornish_fisher_v1"]),
    st.sampled_from([0, 3, 50_000]),
    st.sampled_from([1, 5, 200_000]),
)
def test_counts_are_the_kernel_s(
    rate: float, u: float, exact: float, icdf: str, branch: str, most: int, cap: int
) -> None:
    config: Any = SimpleNamespace(
        poisson_exact_lambda_max=exact,
        poisson_n_cap_exact=cap,
        max_count_per_bucket=most,
        normal_icdf=icdf,
        normal_branch=branch,
    )
    law = CountLaw("poisson", 0.0, most, exact, cap, icdf, branch)
    kernel = counts(law, [rate], None, [u], None)
    found = poisson_steps(Explanation("5B.S3", "", "", ""), config, rate, u, "lambda", "u")
    assert found == (int(kernel.counts[0]), bool(kernel.capped[0]))


@given(UNIFORMS, UNIFORMS)
def test_deviates_are_the_kernel_s(u0: float, u1: float) -> None:
    assert box_muller(u0, u1) == box_muller_u2(u0, u1)


@settings(max_examples=30)
@given(
    st.integers(0, 2**64 - 1),
    st.text(st.characters(codec="utf-8"), max_size=80),
    st.sampled_from(["S2.latent_vector.v1", "S3.bucket_count.v1"]),
)
def test_events_lie_where_the_derivation_says(seed: int, domain_key: str, family: str) -> None:
    found = family_event_steps(
        Explanation("5B.S3", "", "", ""),
        family_id=family,
        manifest_fingerprint="ab" * 32,
        parameter_hash="cd" * 32,
        seed=seed,
        scenario_id="baseline_v1",
        domain_key=domain_key,
    )
    stream = family_stream(family, "ab" * 32, "cd" * 32, seed, "baseline_v1", domain_key)
    assert (found.key, found.counter) == (stream.key, stream.counter_hi << 64 | stream.counter_lo)
