"""Laws that hold for any set of sites: sums, coverage, independence of input order and of block sizes."""

from __future__ import annotations

from dataclasses import replace
from types import ModuleType
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.kernels.expected_masses import expected_masses
from engine.s2b import s1_site_weights, s3_day_effects, s4_group_weights
from generated import states
from tests.oracle import routing_plan
from tests.s2b import plan_oracle
from tests.s2b.plan_oracle import Plan, Site
from tests.s2b.small_plan import (
    IDENTITY,
    ZONES,
    SmallPlan,
    computed,
    findings_of,
    fresh_run,
    locations,
    timezones,
)

STATES = ("2B.S1", "2B.S2", "2B.S3", "2B.S4")
MERCHANTS = (1, 2, 77, 2**31, 2**63 - 1, 2**63, 2**64 - 1)


@st.composite
def site_sets(draw: st.DrawFn) -> list[Site]:
    """One to 24 sites of up to seven merchants, in any order; weights may be zero, tiny or huge."""
    keys = draw(
        st.lists(
            st.tuples(st.sampled_from(MERCHANTS), st.sampled_from(("CH", "NG", "US")), st.integers(1, 4)),
            min_size=1,
            max_size=24,
            unique=True,
        )
    )
    weights = st.one_of(st.sampled_from((0.0, 1e-300, 1.0, 1e12)), st.floats(0.0, 100.0))
    return [Site(*key, draw(st.sampled_from(ZONES)), draw(weights)) for key in keys]


@st.composite
def plans(draw: st.DrawFn) -> Plan:
    """Any mode, floor, cap, grid and layout that the policies accept."""
    bounds = st.tuples(st.sampled_from(("absolute", "relative")), st.floats(0.0, 2.0))
    return Plan(
        mode=draw(st.sampled_from(("uniform", "column", "zipf"))),
        zipf_s=draw(st.floats(0.0, 5.0)),
        floor=draw(bounds),
        cap=draw(st.one_of(st.just(("none", 0.0)), st.tuples(st.just("relative"), st.floats(0.1, 3.0)))),
        quantised_bits=draw(st.integers(20, 30)),
        endianness=draw(st.sampled_from(("little", "big"))),
        alignment_bytes=draw(st.sampled_from((8, 16, 32))),
        sigma=draw(st.floats(0.08, 1.2)),
        icdf=draw(st.sampled_from(("acklam_v1", "as241_v1"))),
    )


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """A folder for each example's part files."""
    return lambda: tmp_path_factory.mktemp("plan")


@settings(max_examples=40)
@given(sites=site_sets(), plan=plans())
def test_sound_sites_pass_every_validator(folder: Any, sites: list[Site], plan: Plan) -> None:
    small = SmallPlan(folder(), sites, plan)
    for state in STATES:
        for spec in states.BY_ID[state].CARD.validators:
            for outputs in small.outputs(state) if spec.method else ():
                assert findings_of(state, spec.id, small.inputs(state), outputs, small.run) == []


@settings(max_examples=60)
@given(sites=site_sets(), plan=plans())
def test_weights_and_tables_are_the_oracles(folder: Any, sites: list[Site], plan: Plan) -> None:
    small = SmallPlan(folder(), sites, plan)
    expected = plan_oracle.site_weights(sites, plan)
    held = small.outputs("2B.S1")[0].s1_site_weights
    assert held.p_weight.tolist() == [row.p for row in expected]
    assert held.floor_applied.tolist() == [row.floor_applied for row in expected]
    assert small.outputs("2B.S2")[0].s2_alias_blob == plan_oracle.alias_blob(expected, plan)[1]


@settings(max_examples=8)
@given(sites=site_sets(), plan=plans())
def test_effects_and_shares_are_the_oracles(folder: Any, sites: list[Site], plan: Plan) -> None:
    short = replace(plan, end_day="2024-12-30")
    small = SmallPlan(folder(), sites[:6], short)
    expected = plan_oracle.day_effects(sites[:6], short, IDENTITY.manifest_fingerprint, IDENTITY.seed)
    held = small.outputs("2B.S4")[0].s4_group_weights
    for name in ("gamma", "base_share", "mass_raw", "denom_raw", "p_group"):
        assert getattr(held, name).tolist() == [getattr(row, name) for row in expected], name


@settings(max_examples=30)
@given(sites=site_sets(), plan=plans(), data=st.data())
def test_the_order_of_the_input_rows_does_not_matter(
    folder: Any, sites: list[Site], plan: Plan, data: st.DataObject
) -> None:
    small = SmallPlan(folder(), sites, plan)
    shuffled = data.draw(st.permutations(sites))
    inputs = small.inputs("2B.S1")
    turned = replace(inputs, site_locations=small.partition("shuffled", locations(shuffled)))
    assert _rows(computed("2B.S1", turned, fresh_run())) == _rows(small.outputs("2B.S1"))
    inputs = small.inputs("2B.S3")
    turned = replace(inputs, site_timezones=small.partition("shuffled zones", timezones(shuffled)))
    assert _rows(computed("2B.S3", turned, fresh_run())) == _rows(small.outputs("2B.S3"))


@settings(max_examples=20)
@given(sites=site_sets(), plan=plans(), size=st.integers(1, 4))
def test_rows_do_not_depend_on_the_block_size(folder: Any, sites: list[Site], plan: Plan, size: int) -> None:
    whole = SmallPlan(folder(), sites, plan)
    parted = SmallPlan(folder(), sites, plan)
    merchants = len({site.merchant_id for site in sites})
    with pytest.MonkeyPatch.context() as patch:
        _block_size(patch, s1_site_weights, "S1_SITE_WEIGHTS", size)
        _block_size(patch, s3_day_effects, "S3_DAY_EFFECTS", size)
        _block_size(patch, s4_group_weights, "S4_GROUP_WEIGHTS", size)
        for state in ("2B.S1", "2B.S3", "2B.S4"):
            assert len(parted.outputs(state)) == -(-merchants // size)
            for spec in states.BY_ID[state].CARD.validators:
                for outputs in parted.outputs(state) if spec.method else ():
                    found = findings_of(state, spec.id, parted.inputs(state), outputs, parted.run)
                    assert found == []
    for state in ("2B.S1", "2B.S3", "2B.S4"):
        assert _rows(parted.outputs(state)) == _rows(whole.outputs(state))
    assert parted.outputs("2B.S2")[0] == whole.outputs("2B.S2")[0]


@settings(max_examples=25)
@given(sites=site_sets(), plan=plans())
def test_rows_are_merchants_by_days_by_zones(folder: Any, sites: list[Site], plan: Plan) -> None:
    small = SmallPlan(folder(), sites, plan)
    held = small.outputs("2B.S4")[0].s4_group_weights
    zones: dict[int, set[str]] = {}
    for site in sites:
        zones.setdefault(site.merchant_id, set()).add(site.tzid)
    days = np.arange(np.datetime64("2024-01-01"), np.datetime64("2025-01-01"))
    expected = [(m, day, zone) for m in sorted(zones) for day in days.tolist() for zone in sorted(zones[m])]
    found = zip(held.merchant_id.tolist(), held.utc_day.tolist(), held.tz_group_id.decoded(), strict=True)
    assert list(found) == expected
    for merchant in zones:
        rows = held.merchant_id == merchant
        sums = held.p_group[rows].reshape(days.size, -1).sum(axis=1)
        assert np.abs(sums - 1.0).max() <= 1e-12


@given(
    weights=st.lists(
        st.lists(st.one_of(st.integers(0, 3), st.integers(1, 10**6)), min_size=1, max_size=9).filter(any),
        min_size=1,
        max_size=4,
    ),
    bits=st.integers(2, 30),
    scale=st.sampled_from((1.0, 1.0 - 2.0**-6, 1.0 + 2.0**-6)),
)
def test_the_validators_masses_are_the_oracles(weights: list[list[int]], bits: int, scale: float) -> None:
    """Shares that sum to a little less or more leave a deficit or a surplus of many steps on a fine grid."""
    shares = [[w / sum(merchant) * scale for w in merchant] for merchant in weights]
    starts = np.cumsum([0, *map(len, shares)])
    found = expected_masses(starts, np.array([p for merchant in shares for p in merchant]), bits)
    for first, merchant in zip(starts[:-1].tolist(), shares, strict=True):
        expected = routing_plan.grid_masses(merchant, bits)
        held = found[first : first + len(merchant)].tolist()
        if expected is None:
            assert sum(held) != 2**bits
        else:
            assert held == expected


def _rows(outputs: list[Any]) -> Any:
    """All rows of the one table of a state, whatever its parts, text decoded."""
    name = next(iter(type(outputs[0]).__dataclass_fields__))
    tables = [getattr(made, name).arrow for made in outputs]
    plain = pa.concat_tables([_plain(table) for table in tables])
    return plain.combine_chunks()


def _plain(table: Any) -> Any:
    columns = [c.cast(pa.string()) if pa.types.is_dictionary(c.type) else c for c in table.columns]
    return pa.table(columns, names=table.column_names)


def _block_size(patch: pytest.MonkeyPatch, module: ModuleType, name: str, size: int) -> None:
    patch.setattr(module, name, replace(getattr(module, name), block_size=size))
