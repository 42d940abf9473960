"""Every value that S1 to S4 store equals, bit for bit, what the slow version of the plan gives."""

from __future__ import annotations

import hashlib
from pathlib import Path

import numpy as np
import pytest

from tests.s2b import plan_oracle
from tests.s2b.plan_oracle import Plan
from tests.s2b.small_plan import IDENTITY, SITES, SmallPlan

PLANS = {
    "zipf": Plan(),
    "uniform": Plan(mode="uniform", start_day="2023-03-01", end_day="2024-02-28"),
    "column with a fallback": Plan(mode="column", floor=("absolute", 0.0)),
    "absolute floor and cap": Plan(
        mode="column", floor=("absolute", 0.75), cap=("absolute", 2.5), icdf="as241_v1"
    ),
    "relative floor and cap": Plan(mode="column", floor=("relative", 0.3), cap=("relative", 1.4), sigma=1.2),
    "coarse big-endian grid": Plan(zipf_s=0.4, quantised_bits=20, endianness="big", alignment_bytes=32),
    "fine grid": Plan(zipf_s=2.5, quantised_bits=30, alignment_bytes=16, sigma=0.08),
}


@pytest.fixture(params=list(PLANS))
def small(request: pytest.FixtureRequest, tmp_path: Path) -> SmallPlan:
    """The hand-made sites under each plan."""
    return SmallPlan(tmp_path, plan=PLANS[request.param])


def bits(values: object) -> list[int]:
    """Binary64 values as their bits."""
    words: list[int] = np.asarray(values, dtype=np.float64).view(np.uint64).tolist()
    return words


def test_site_weights_are_the_oracles(small: SmallPlan) -> None:
    expected = plan_oracle.site_weights(list(SITES), small.plan)
    (held,) = small.outputs("2B.S1")
    table = held.s1_site_weights
    assert table.merchant_id.tolist() == [row.site.merchant_id for row in expected]
    assert table.legal_country_iso.decoded().tolist() == [row.site.country for row in expected]
    assert table.site_order.tolist() == [row.site.site_order for row in expected]
    assert bits(table.p_weight) == bits([row.p for row in expected])
    assert table.floor_applied.tolist() == [row.floor_applied for row in expected]
    assert set(table.weight_source.decoded()) == {"test_source"}
    assert set(table.quantised_bits.tolist()) == {small.plan.quantised_bits}


def test_alias_blob_and_index_are_the_oracles(small: SmallPlan) -> None:
    slices, blob = plan_oracle.alias_blob(plan_oracle.site_weights(list(SITES), small.plan), small.plan)
    (held,) = small.outputs("2B.S2")
    assert held.s2_alias_blob == blob
    index = held.s2_alias_index
    assert [row.content() for row in index.merchants] == [
        {
            "merchant_id": expected.merchant_id,
            "offset": expected.offset,
            "length": len(expected.payload),
            "sites": len(expected.masses),
            "quantised_bits": small.plan.quantised_bits,
            "checksum": hashlib.sha256(expected.payload).hexdigest(),
        }
        for expected in slices
    ]
    assert {name: value for name, value in index.content().items() if name != "merchants"} == {
        "layout_version": "2B.alias.blob.v1",
        "endianness": small.plan.endianness,
        "alignment_bytes": small.plan.alignment_bytes,
        "quantised_bits": small.plan.quantised_bits,
        "created_utc": IDENTITY.created_utc,
        "policy_id": "alias_layout_policy_v1",
        "policy_digest": small.run.sealed["alias_layout_policy_v1"].sha256_hex,
        "blob_sha256": hashlib.sha256(blob).hexdigest(),
        "blob_size_bytes": len(blob),
        "merchants_count": len(slices),
    }


def test_day_effects_and_group_weights_are_the_oracles(small: SmallPlan) -> None:
    expected = plan_oracle.day_effects(list(SITES), small.plan, IDENTITY.manifest_fingerprint, IDENTITY.seed)
    (effects,), (weights,) = small.outputs("2B.S3"), small.outputs("2B.S4")
    for table in (effects.s3_day_effects, weights.s4_group_weights):
        assert table.merchant_id.tolist() == [row.merchant_id for row in expected]
        assert table.utc_day.tolist() == [row.day for row in expected]
        assert table.tz_group_id.decoded().tolist() == [row.tzid for row in expected]
        assert bits(table.gamma) == bits([row.gamma for row in expected])
    drawn = effects.s3_day_effects
    assert bits(drawn.log_gamma) == bits([row.log_gamma for row in expected])
    assert drawn.rng_counter_lo.tolist() == [row.counter % 2**64 for row in expected]
    assert drawn.rng_counter_hi.tolist() == [row.counter >> 64 for row in expected]
    assert set(drawn.sigma_gamma.tolist()) == {small.plan.sigma}
    assert set(drawn.rng_stream_id.decoded()) == {small.plan.rng_stream_id}
    shared = weights.s4_group_weights
    for name in ("base_share", "mass_raw", "denom_raw", "p_group"):
        assert bits(getattr(shared, name)) == bits([getattr(row, name) for row in expected]), name


def test_audit_row_names_the_generator_and_the_identity(small: SmallPlan) -> None:
    (held,) = small.outputs("2B.S3")
    (row,) = held.rng_audit_log_2B_S3
    assert row.content() == {
        "ts_utc": IDENTITY.created_utc,
        "run_id": IDENTITY.run_id,
        "seed": 42,
        "parameter_hash": IDENTITY.parameter_hash,
        "manifest_fingerprint": IDENTITY.manifest_fingerprint,
        "module": "2B.S3",
        "algorithm": "philox2x64-10",
        "contracts_digest": IDENTITY.contracts_digest,
        "law_version": 1,
    }
