"""Sites, groups and day tables of 5B.S4 against dictionaries of the same rows."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from codegen.runtime.columns import TextColumn
from codegen.runtime.tables import PartitionedTable, part_name
from engine.core.work import StateAborted
from engine.s5b.site_routing import SiteRouting
from generated.errors import S5B_S4
from generated.tables.s2a import SiteTimezones
from generated.tables.s2b import S1SiteWeights, S4GroupWeights
from tests.oracle.routing import site_id
from tests.s5b import small_arrivals

BIG = 2**64 - 1
SITES: list[tuple[int, str, int, str, float]] = [
    (3, "CH", 1, "Europe/Zurich", 0.25),
    (3, "CH", 2, "Africa/Lagos", 0.5),
    (3, "NG", 1, "Africa/Lagos", 0.25),
    (8, "CH", 1, "Europe/Zurich", 1.0),
    (BIG, "JP", 4, "Asia/Tokyo", 0.0),
    (BIG, "US", 1, "America/New_York", 0.75),
    (BIG, "US", 9, "America/New_York", 0.25),
]
"""(merchant, country, site order, zone, weight) in key order."""
GROUPS = [
    (3, "Africa/Lagos"),
    (3, "Europe/Zurich"),
    (8, "Europe/Zurich"),
    (BIG, "America/New_York"),
    (BIG, "Asia/Tokyo"),
]
FIRST = np.datetime64("2024-03-01")


def weights(sites: list[tuple[int, str, int, str, float]] = SITES) -> S1SiteWeights:
    return small_arrivals.weights(sites)


def timezones(sites: list[tuple[int, str, int, str, float]] = SITES) -> SiteTimezones:
    return small_arrivals.timezones(sites)


def shares_of(day: int) -> dict[tuple[int, str], float]:
    """p_group on a day, counted from 2024-02-28."""
    return {
        GROUPS[0]: day / 8,
        GROUPS[1]: 1 - day / 8,
        GROUPS[2]: 1.0,
        GROUPS[3]: 0.5 + day / 16,
        GROUPS[4]: 0.5 - day / 16,
    }


def group_weights(
    folder: Path, days: int = 6, changed: dict[tuple[int, str], float] | None = None
) -> PartitionedTable[S4GroupWeights]:
    """Two parts, by merchant, day and zone, for days from 2024-02-28 on."""
    folder.mkdir()
    for number, merchants in enumerate(((3, 8), (BIG,))):
        rows = [
            (merchant, day, zone, {**shares_of(day), **(changed or {})}[merchant, zone])
            for merchant in merchants
            for day in range(days)
            for owner, zone in GROUPS
            if owner == merchant
        ]
        merchant_id, day, zone, share = zip(*rows, strict=True)
        constants: dict[str, Any] = {
            column.name: np.ones(len(rows))
            for column in S4GroupWeights.SPEC.columns
            if column.type == "float64" and column.name != "p_group"
        }
        S4GroupWeights.from_columns(
            **constants,
            merchant_id=np.array(merchant_id, np.uint64),
            utc_day=np.datetime64("2024-02-28") + np.array(day).astype("timedelta64[D]"),
            tz_group_id=TextColumn.of(zone),
            p_group=np.array(share),
            created_utc=np.datetime64("2024-01-01T00:00:00", "us"),
        ).write_file(folder / part_name(number, "parquet"))
    return PartitionedTable.of(S4GroupWeights, folder)


def refused(call: Any) -> tuple[str, str]:
    with pytest.raises(StateAborted) as caught:
        call()
    return caught.value.code.name, caught.value.message


def test_groups_hold_the_sites_of_a_merchant_in_a_zone() -> None:
    routing = SiteRouting.of(weights(), timezones())
    zones = [routing.zone.values[code] for code in routing.zone.codes]
    merchants = np.repeat(routing.merchant_id, np.diff(routing.starts)).tolist()
    assert list(zip(merchants, zones, strict=True)) == GROUPS
    for group, (merchant, zone) in enumerate(GROUPS):
        first, last = routing.tables.starts[group : group + 2]
        own = [place for place, site in enumerate(SITES) if (site[0], site[3]) == (merchant, zone)]
        assert routing.tables.item[first:last].tolist() == own
        assert routing.tables.weight[first:last].tolist() == [SITES[place][4] for place in own]
        assert bool(routing.tables.drawable[group]) == any(SITES[place][4] for place in own)
    assert routing.site_id.tolist() == [site_id(*site[:3]) for site in SITES]


def test_a_series_finds_the_group_of_its_merchant_and_zone() -> None:
    routing = SiteRouting.of(weights(), timezones())
    wanted = [(3, "Europe/Zurich"), (BIG, "Asia/Tokyo"), (8, "Asia/Tokyo"), (5, "Europe/Zurich"),
              (3, "Pacific/Apia"), (BIG, "America/New_York")]  # fmt: skip
    ids = np.array([merchant for merchant, _ in wanted], np.uint64)
    zone = TextColumn.of([zone for _, zone in wanted])
    assert routing.groups_of(ids, zone).tolist() == [
        GROUPS.index(pair) if pair in GROUPS else -1 for pair in wanted
    ]
    assert routing.merchants_of(ids).tolist() == [0, 2, 1, -1, 0, 2]


def test_each_merchant_and_day_has_the_table_of_its_stored_weights(tmp_path: Path) -> None:
    routing = SiteRouting.of(weights(), timezones())
    tables = routing.day_tables(group_weights(tmp_path / "s4"), FIRST, 3)
    for m, merchant in enumerate((3, 8, BIG)):
        for d in range(3):
            first, last = tables.starts[m * 3 + d : m * 3 + d + 2]
            own = [group for group in range(5) if GROUPS[group][0] == merchant]
            assert tables.item[first:last].tolist() == own
            shares = shares_of(d + 2)  # 2024 is a leap year
            assert tables.weight[first:last].tolist() == [shares[GROUPS[group]] for group in own]


def test_days_without_weights_and_weights_that_are_no_law_are_refused(tmp_path: Path) -> None:
    routing = SiteRouting.of(weights(), timezones())
    short = group_weights(tmp_path / "short", days=4)
    code, message = refused(lambda: routing.day_tables(short, FIRST, 3))
    assert (code, "5 groups on 3 days from 2024-03-01" in message) == ("ROUTING_POLICY_INVALID", True)
    assert "10 rows, 10 groups and days" in message
    crooked = group_weights(tmp_path / "crooked", changed={GROUPS[3]: 0.9})
    code, message = refused(lambda: routing.day_tables(crooked, FIRST, 3))
    assert code == "SITE_RESOLUTION_FAILED"
    assert f"merchant {BIG}, 2024-03-01" in message


@pytest.mark.parametrize(
    ("held", "words"),
    [
        (SITES[:-1], "7 rows"),
        ([*SITES[:3], (9, *SITES[3][1:]), *SITES[4:]], "merchant 8, CH, site 1"),
        ([(3, "CH", 5, *SITES[0][3:]), *SITES[1:]], "merchant 3, CH, site 1"),
        ([(3, "FR", 1, *SITES[0][3:]), *SITES[1:]], "merchant 3, CH, site 1"),
    ],
)
def test_zones_of_other_sites_are_refused(held: list[Any], words: str) -> None:
    code, message = refused(lambda: SiteRouting.of(weights(), timezones(held)))
    assert (code, words in message) == ("SITE_RESOLUTION_FAILED", True)


def test_sites_out_of_order_and_weights_that_are_no_share_are_refused() -> None:
    turned = [*SITES[3:], *SITES[:3]]
    code, message = refused(lambda: SiteRouting.of(weights(turned), timezones(turned)))
    assert (code, "ascending order" in message) == ("SITE_RESOLUTION_FAILED", True)
    for share in (-0.25, 1.5, float("nan")):
        crooked = [(*SITES[0][:4], share), *SITES[1:]]
        code, message = refused(lambda crooked=crooked: SiteRouting.of(weights(crooked), timezones(crooked)))
        assert (code, "merchant 3, CH, site 1" in message) == ("SITE_RESOLUTION_FAILED", True)


def test_two_sites_with_one_identifier_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    from engine.kernels import site_identifiers

    monkeypatch.setattr(site_identifiers, "site_id", lambda _merchant, _country, _order: 7)
    code, message = refused(lambda: SiteRouting.of(weights(), timezones()))
    assert (code, "SITE_ID_COLLISION" in message) == ("SITE_RESOLUTION_FAILED", True)
    assert code in {spec.name for spec in vars(S5B_S4).values() if hasattr(spec, "remedy")}
