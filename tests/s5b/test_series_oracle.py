"""Rows of a run's 5B.S2 and 5B.S3 tables, read with pyarrow alone and derived again in plain Python.

Nothing here comes from the engine: hashes are hashlib's, the generator is written out, elementary functions are rounded
once from arbitrary precision. Source: spec/segment-5B.md, S1 to S3; spec/rng-and-numerics.md, sections 1 to 4.
"""

from __future__ import annotations

import hashlib
import math
import random
from pathlib import Path
from typing import Any

import mpmath
import pyarrow.parquet as pq
import pytest
import yaml

from engine.core.run import RunFolder
from tests.s2b.plan_oracle import exp, log, normal_icdf
from tests.s5b.gated_runs import run_states
from tests.support.runs import opened_run

SEED = 20240304
ROWS = 60
WORD = (1 << 64) - 1
SCENARIOS = ("baseline_v1", "stress_peak_v1")
Row = dict[str, Any]


def philox(c0: int, c1: int, key: int) -> tuple[int, int]:
    for _ in range(10):
        product = 0xD2B74407B1CE6E93 * c0
        c0, c1 = (product >> 64) ^ key ^ c1, product & WORD
        key = (key + 0x9E3779B97F4A7C15) & WORD
    return c0, c1


def uniform(word: int) -> float:
    return min((float(word) + 0.5) * 2.0**-64, 1 - 2.0**-53)


def stream(run: RunFolder, family: str, scenario: str, key: str) -> tuple[int, int]:
    """(key, 128-bit counter) of an event."""
    own = run.identity

    def text(value: str) -> bytes:
        return len(value.encode()).to_bytes(4, "big") + value.encode()

    message = b"".join(map(text, ("5B.rng.v1", family, own.manifest_fingerprint, own.parameter_hash)))
    message += own.seed.to_bytes(8, "little") + text(scenario) + text(key)
    digest = hashlib.sha256(message).digest()
    return int.from_bytes(digest[:8], "big"), int.from_bytes(digest[8:24], "big")


def uniforms(key: int, counter: int) -> tuple[float, float]:
    word0, word1 = philox(counter & WORD, counter >> 64, key)
    return uniform(word0), uniform(word1)


def normal(u0: float, u1: float) -> float:
    with mpmath.workprec(200):
        cosine = float(mpmath.cospi(2 * mpmath.mpf(u1)))
    return math.sqrt(-2.0 * log(u0)) * cosine


def table(run: RunFolder, layer: str, name: str, scenario: str, *, seed: bool = True) -> list[Row]:
    own = run.identity
    place = run.root / "data" / "layer2" / layer / name
    place = place / f"seed={own.seed}" if seed else place
    place = place / f"manifest_fingerprint={own.manifest_fingerprint}" / f"scenario_id={scenario}"
    rows: list[Row] = []
    for part in sorted(place.glob("part-*.parquet")):
        rows += pq.ParquetFile(part).read().to_pylist()
    return rows


def config(run: RunFolder, name: str) -> Row:
    found: Row = yaml.safe_load(Path(run.root, "config", "layer2", "5B", f"{name}.yaml").read_text())
    return found


def clamped(value: float, bounds: Row) -> float:
    return min(max(value, bounds["lower"]), bounds["upper"])


@pytest.fixture(scope="module")
def counted(gated_original: RunFolder, tmp_path_factory: pytest.TempPathFactory) -> RunFolder:
    import shutil

    target = tmp_path_factory.mktemp("oracle") / gated_original.root.name
    shutil.copytree(gated_original.root, target)
    folder = opened_run(target)
    run_states(folder, "5B.S2", "5B.S3")
    return folder


def group_law(lgcp: Row, group: Row) -> tuple[float, float]:
    band, of = group["scenario_band"], group["demand_class"]
    sigma, length = lgcp["sigma"], lgcp["length_scale"]
    value = sigma["base_by_scenario_band"][band] * sigma["class_multipliers"][of]
    value = value * sigma["channel_multipliers"][group["channel_group"]]
    value = value * sigma["virtual_multipliers"][group["virtual_band"]]
    scale = length["base_by_scenario_band"][band] * length["class_multipliers"][of]
    return clamped(value, sigma["bounds"]), clamped(scale, length["bounds"])


@pytest.mark.parametrize("scenario", SCENARIOS)
def test_factors_and_intensities_are_those_of_the_paths_drawn_by_hand(
    counted: RunFolder, scenario: str
) -> None:
    lgcp = config(counted, "arrival_lgcp_config_5B")
    groups = table(counted, "5B", "s1_grouping", scenario, seed=False)
    realised = table(counted, "5B", "s2_realised_intensity", scenario)
    source = table(counted, "5A", "merchant_zone_scenario_local", scenario)
    buckets = len(realised) // len(groups)
    for place in random.Random(SEED).sample(range(len(groups)), 4):
        group = groups[place]
        sigma, length = group_law(lgcp, group)
        key, counter = stream(counted, "S2.latent_vector.v1", scenario, f"group_id={group['group_id']}")
        phi = exp(-1.0 / length)
        step, z = sigma * math.sqrt(1.0 - phi * phi), 0.0
        for t in range(200):
            own = normal(*uniforms(key, counter + t))
            z = sigma * own if t == 0 else phi * z + step * own
            factor = min(
                max(exp(z - sigma * sigma / 2.0), lgcp["clip"]["min_factor"]), lgcp["clip"]["max_factor"]
            )
            row, base = realised[place * buckets + t], source[place * buckets + t]
            assert (row["merchant_id"], row["zone_representation"], row["bucket_index"]) == (
                group["merchant_id"], group["zone_representation"], t,
            )  # fmt: skip
            assert row["lambda_baseline"] == base["lambda_local_scenario"]
            assert row["lambda_random_component"] == factor
            assert row["lambda_realised"] == min(row["lambda_baseline"] * factor, lgcp["clip"]["lambda_max"])


@pytest.mark.parametrize("scenario", SCENARIOS)
def test_counts_are_those_drawn_by_hand(counted: RunFolder, scenario: str) -> None:
    law = config(counted, "arrival_count_config_5B")
    groups = {row["group_id"]: row for row in table(counted, "5B", "s1_grouping", scenario, seed=False)}
    rows = table(counted, "5B", "s3_bucket_counts", scenario)
    busiest = sorted(rows, key=lambda row: row["lambda_realised"])[-5:]
    assert law["count_law_id"] == "nb2"
    for row in [*random.Random(SEED).sample(rows, ROWS), *busiest]:
        group = groups[row["group_id"]]
        kappa = law["kappa"]
        base = kappa["base_by_scenario_band"][group["scenario_band"]]
        own = clamped(base * kappa["class_multipliers"][group["demand_class"]], kappa["bounds"])
        assert row["kappa"] == own
        mu = row["lambda_realised"]
        if mu <= law["lambda_zero_eps"]:
            assert row["count_N"] == 0
            continue
        name = f"merchant_id={row['merchant_id']}|zone={row['zone_representation']}|bucket_index={row['bucket_index']}"
        u1, u2 = uniforms(*stream(counted, "S3.bucket_count.v1", scenario, name))
        with mpmath.workprec(200):
            s2 = float(mpmath.log1p(mpmath.mpf(1.0 / own)))
        rate = exp(log(mu) - s2 / 2 + math.sqrt(s2) * normal_icdf(law["normal_icdf"], u1))
        assert row["count_N"] == poisson(rate, u2, law)


def poisson(rate: float, u: float, law: Row) -> int:
    if rate <= law["poisson_exact_lambda_max"]:
        n, p = 0, exp(-rate)
        total = p
        while total < u:
            n += 1
            p = (p * rate) / n
            if n > rate and total + p == total:
                break
            total += p
        return n
    z = normal_icdf(law["normal_icdf"], u)
    return max(0, math.floor(rate + math.sqrt(rate) * z + ((z * z - 1) / 6 + 0.5)))
