"""32: what a policy or recipe names must exist, and what it says must fit; refused before there is a folder."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cli.command import command
from tests.support.runs import config_folder


def replacing(old: str, new: str) -> Callable[[bytes], bytes]:
    def changed(data: bytes) -> bytes:
        assert old.encode() in data, old
        return data.replace(old.encode(), new.encode(), 1)

    return changed


# (policy, text, replacement, code, words that must be said)
FAULTS = [
    ("recipe", "country_iso: AF", "country_iso: ZZ", "POLICY-013", ["recipe.yaml:192", "/demand/weekends/0/country_iso"]),
    ("recipe", "country_iso: BD", "country_iso: UK", "POLICY-013", ["/demand/weekends/1/country_iso"]),
    ("recipe", "country_iso: US, day: 15", "country_iso: EU, day: 15", "POLICY-013", ["outages/0/country_iso", "one that exists"]),
    ("recipe", "country_iso: BD", "country_iso: AF", "POLICY-013", ["/demand/weekends/1", "each name once"]),
    ("recipe", "country_iso: BD", "country_iso: bd", "POLICY-002", ["/demand/weekends/1/country_iso"]),
    ("recipe", "demand_class: office_hours", "demand_class: office_hour", "POLICY-002", ["/world/classes/0"]),
    ("recipe", "demand_class: office_hours", "demand_class: online_24h", "POLICY-013", ["each class once"]),
    ("recipe", "days: 28,", "days: 0,", "POLICY-005", ["/horizon/days"]),
    ("recipe", "days: 28,", "days: 20,", "POLICY-013", ["/scenarios/1/surges/0"]),
    ("time_grid_policy_5B", "min_horizon_days: 7", "min_horizon_days: 40", "POLICY-013", ["/horizon", "40 to 370 days"]),
    ("recipe", "start_day: 7", "start_day: 20", "POLICY-013", ["/scenarios/1/surges/0"]),
    ("recipe", "day: 17", "day: 28", "POLICY-013", ["/scenarios/1/outages/2/day"]),
    ("recipe", "country_iso: IN, day: 16, start_hour: 11", "country_iso: US, day: 15, start_hour: 14", "POLICY-013", ["/outages/1", "outages[0]"]),
    ("recipe", "scenario_id: stress_peak_v1", "scenario_id: baseline_v1", "POLICY-013", ["/scenarios/1", "each name once"]),
    ("recipe", "bucket_seconds: 3600", "bucket_seconds: 900", "POLICY-013", ["time_grid_policy_5B.yaml:", "/bucket_duration_seconds"]),
    ("recipe", "per_merchant: 1}", "per_merchant: 1, day: '2025-03-01'}", "POLICY-013", ["/roster/day", "2024-12-30"]),
    ("recipe", "sites: 80", "sites: 11", "POLICY-013", ["/world/sites"]),
    ("recipe", "hybrid_share: 0.17", "hybrid_share: 0.97", "POLICY-013", ["/world/virtual"]),
    ("recipe", "edge_countries_max: 200", "edge_countries_max: 30", "POLICY-013", ["edge_countries_min"]),
    ("recipe", "tz_groups_target: 20", "tz_groups_target: 200", "POLICY-013", ["/world/tz_groups_target"]),
    ("recipe", "series_target: 40", "series_target: 4", "POLICY-013", ["/world/series_target"]),
    ("virtual_edge_policy_v1", '"ip_country": "AE"', '"ip_country": "ZZ"', "POLICY-013", ["/edges/0/ip_country", "exists"]),
    ("virtual_edge_policy_v1", '"weight": 0.003786009731', '"weight": 0.5', "POLICY-013", ["/edges", "sum to 1"]),
    ("arrival_count_config_5B", "    online_bursty: 0.4\n", "", "POLICY-013", ["/kappa/class_multipliers", "online_bursty"]),
    ("arrival_count_config_5B", "min_distinct_kappas: 2", "min_distinct_kappas: 20", "POLICY-013", ["min_distinct_kappas"]),
    ("arrival_count_config_5B", "count_law_id: nb2", "count_law_id: nb3", "POLICY-013", ["/count_law_id", "poisson"]),
    ("arrival_lgcp_config_5B", "    mixed: 1.05\n", "", "POLICY-013", ["/sigma/channel_multipliers", "mixed"]),
    ("arrival_lgcp_config_5B", "stress_sigma_floor: 0.35", "stress_sigma_floor: 1.5", "POLICY-013", ["stress_sigma_floor"]),
    ("grouping_policy_5B", "min_groups_per_scenario: 5", "min_groups_per_scenario: 50", "POLICY-013", ["at most 40 groups"]),
    ("bundle_layout_policy_5B", "required: false\n    datasets:\n      - s2_latent_field_5B", "required: true\n    datasets:\n      - s2_latent_field_5B", "POLICY-013", ["/members/6/required", "s2_latent_field_5B"]),
    ("bundle_layout_policy_5B", "folder: evidence/s0", "folder: evidence/../..", "POLICY-013", ["/members/2/folder"]),
    ("bundle_layout_policy_5B", "role: gate_receipt", "role: sealed_inputs", "POLICY-013", ["/members/2", "gate_receipt"]),
    ("bundle_layout_policy_5B", "      - s1_time_grid_5B\n", "      - s1_time_grid\n", "POLICY-013", ["s1_time_grid: publish_records"]),
    ("arrival_rng_policy_5B", "[domain_sep, family_id,", "[family_id, domain_sep,", "POLICY-013", ["/derivation/message"]),
    ("arrival_rng_policy_5B", "substream_label: bucket_count", "substream_label: buckets", "POLICY-013", ["bucket_count"]),
    ("validation_policy_5B", "lower: 2.5, upper: null", "lower: 2.5, upper: 2.4", "POLICY-013", ["/realism/intensity_p99_over_p50"]),
    ("route_rng_policy_v1", '"selection_log_enabled": true', '"selection_log_enabled": false', "POLICY-013", ["edge_log_enabled"]),
    ("alias_layout_policy_v1", '"pad_byte_hex": "00"', '"pad_byte_hex": "01"', "POLICY-013", ["/padding_rule/pad_byte_hex"]),
]  # fmt: skip


@pytest.mark.parametrize(
    ("policy", "old", "new", "code", "words"), FAULTS, ids=[f"{fault[0]}-{fault[2][:30]}" for fault in FAULTS]
)
def test_a_fault_is_refused_before_there_is_a_folder(
    tmp_path: Path, policy: str, old: str, new: str, code: str, words: list[str]
) -> None:
    config, runs_root = config_folder(tmp_path / "config", {policy: replacing(old, new)}), tmp_path / "runs"
    command("run", "--config", str(config), "--runs-root", str(runs_root), "--dry-run").refused(
        code, exit_code=3, saying=words
    )
    assert not runs_root.exists()


def test_all_findings_are_told_together(tmp_path: Path) -> None:
    config = config_folder(
        tmp_path / "config",
        {
            "recipe": replacing("country_iso: AF", "country_iso: ZZ"),
            "alias_layout_policy_v1": replacing('"pad_byte_hex": "00"', '"pad_byte_hex": "01"'),
            "arrival_count_config_5B": replacing("count_law_id: nb2", "count_law_id: nb3"),
        },
    )
    said = ["/demand/weekends/0/country_iso", "/pad_byte_hex", "/count_law_id"]
    for more in (["--dry-run"], []):
        line = ["run", "--config", str(config), "--runs-root", str(tmp_path / "runs"), *more]
        command(*line).refused("POLICY-013", exit_code=3, saying=said)
    listed = json.loads(command(*line, "--json").out)["findings"]
    assert [said_of["where"].partition(" ")[0].rpartition(":")[0] for said_of in listed] == [
        "config/layer1/2B/policy/alias_layout_policy_v1.json",
        "config/layer2/5B/arrival_count_config_5B.yaml",
        "config/recipe.yaml",
    ]
    assert not (tmp_path / "runs").exists()
