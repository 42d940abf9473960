"""3B.S0: which merchants sell online, and where they settle (spec/world.md 3, 3B).

The recipe's shares are hit exactly (largest remainder). Merchants become virtual in the order of exponential waiting
times whose rate is their class's affinity: first those that are VIRTUAL_ONLY, which hardly ever take payments with the
card present, then the HYBRID ones among the others. A merchant that sells online settles at
its first site in its home country, in that site's zone. With an import, modes that the profile gives stand, and the
shares hold among the others.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import numpy as np
from numpy.typing import NDArray

from codegen.runtime.findings import Findings
from engine.core.errors import EngineError
from engine.core.run import Run
from engine.core.runner import implements, validates
from engine.world.allocation import TargetUnreachable, largest_remainder, waiting_times
from engine.world.columns import merchant_keys, named, row_findings, run_starts
from engine.world.streams import WorldStreams
from generated import states
from generated.errors import S3B_S0
from generated.models.s1a import RecipeWorld
from generated.tables.s1a import ImportedMerchants, OutletCatalogue
from generated.tables.s1b import SiteLocations
from generated.tables.s2a import SiteTimezones
from generated.tables.s3b import VirtualClassification3B, VirtualSettlement3B
from generated.validators.s3b import S3B_S0Validators

MODES: Final = ("NON_VIRTUAL", "HYBRID", "VIRTUAL_ONLY")
NON_VIRTUAL, HYBRID, VIRTUAL_ONLY = range(3)
CARD_PRESENT: Final = "card_present"
CARD_PRESENT_RATE: Final = 0.01
"""How much less likely a merchant whose customers show their card is to sell online only."""

IntArray = NDArray[np.int64]


@implements(states.S3B_S0)
def virtual_merchants(inputs: states.S3B_S0.Inputs, run: Run) -> states.S3B_S0.Outputs:
    """One row a merchant with its mode, and one row a merchant that sells online with its place of settlement."""
    catalogue = inputs.outlet_catalogue.read()
    profile = inputs.imported_merchants.read() if inputs.imported_merchants is not None else None
    first = run_starts(catalogue.merchant_id)
    streams = WorldStreams.of(run, states.S3B_S0.CARD)
    try:
        mode = virtual_modes(inputs.recipe.world, catalogue.take(first), profile, streams)
    except TargetUnreachable as failure:
        raise EngineError.from_failure(S3B_S0.TARGETS_UNREACHABLE, failure) from failure
    for place, name in enumerate(MODES):
        run.note(name, int((mode == place).sum()))
    merchant_id = catalogue.merchant_id[first]
    return states.S3B_S0.Outputs(
        virtual_classification_3B=VirtualClassification3B.from_columns(
            merchant_id=merchant_id, virtual_mode=named(mode, MODES), is_virtual=mode != NON_VIRTUAL
        ),
        virtual_settlement_3B=settlements(
            catalogue.take(first).take(mode != NON_VIRTUAL),
            inputs.site_locations.read(),
            inputs.site_timezones.read(),
        ),
    )


def share_problems(world: RecipeWorld) -> Iterator[tuple[str, str, object]]:
    """(where, expected, found) of shares of merchants that sell online and cannot stand together."""
    total = world.virtual.hybrid_share + world.virtual.virtual_only_share
    if total > 1.0:
        yield "recipe world.virtual", "shares that sum to at most 1", total


def virtual_modes(
    world: RecipeWorld, merchants: OutletCatalogue, profile: ImportedMerchants | None, streams: WorldStreams
) -> IntArray:
    """(M,) places in MODES; `merchants` has one row a merchant, ascending.

    Raises:
        TargetUnreachable: the shares exceed 1, or too few merchants have a class with any affinity.
    """
    mode = np.full(merchants.num_rows, -1, dtype=np.int64)
    if profile is not None:
        mode[np.searchsorted(merchants.merchant_id, profile.merchant_id)] = profile.virtual_mode.codes_in(
            MODES
        )
    open_ = np.flatnonzero(mode < 0)
    mode[open_] = NON_VIRTUAL

    hybrid, virtual_only = world.virtual.hybrid_share, world.virtual.virtual_only_share
    for where, expected, found in share_problems(world):
        raise TargetUnreachable(where=where, expected=expected, found=found)
    shares = np.array([max(1.0 - hybrid - virtual_only, 0.0), hybrid, virtual_only])
    _, hybrids, virtual_onlies = largest_remainder(open_.shape[0], shares).tolist()
    affinity: dict[str, float] = {one.demand_class: one.virtual_affinity for one in world.classes}
    demand_class = merchants.demand_class
    rates = np.array([affinity.get(name, 0.0) for name in demand_class.values])[demand_class.codes[open_]]
    if (rates > 0.0).sum() < hybrids + virtual_onlies:
        raise TargetUnreachable(
            where="recipe world.classes virtual_affinity",
            expected=f"at least {hybrids + virtual_onlies} merchants of classes with an affinity above 0",
            found=int((rates > 0.0).sum()),
        )
    keys = merchant_keys(merchants.merchant_id[open_], "virtual_mode")
    u_hybrid, u_virtual_only = streams.uniforms("virtual_mode", keys, [1] * open_.shape[0])
    at_a_till = merchants.channel_group.decoded()[open_] == CARD_PRESENT
    remote = waiting_times(u_virtual_only, rates * np.where(at_a_till, CARD_PRESENT_RATE, 1.0))
    chosen = np.argsort(remote, kind="stable")[:virtual_onlies]
    mode[open_[chosen]] = VIRTUAL_ONLY
    wait = waiting_times(u_hybrid, rates)
    wait[chosen] = np.inf
    mode[open_[np.argsort(wait, kind="stable")[:hybrids]]] = HYBRID
    return mode


def settlements(virtual: OutletCatalogue, sites: SiteLocations, zones: SiteTimezones) -> VirtualSettlement3B:
    """The places of settlement of merchants, one row each: the first site of the home country, and its zone."""
    home = virtual.home_country_iso
    at_home = home.codes_in(sites.legal_country_iso.values)
    country = sites.legal_country_iso.codes
    start = np.searchsorted(sites.merchant_id, virtual.merchant_id, side="left")
    stop = np.searchsorted(sites.merchant_id, virtual.merchant_id, side="right")
    rows = np.array(
        [
            int(low + np.argmax(country[low:high] == code))
            for low, high, code in zip(start.tolist(), stop.tolist(), at_home.tolist(), strict=True)
        ],
        dtype=np.int64,
    )
    return VirtualSettlement3B.from_columns(
        merchant_id=virtual.merchant_id,
        tzid_settlement=zones.tzid.take(rows),
        lat=sites.lat_deg[rows],
        lon=sites.lon_deg[rows],
    )


@validates(states.S3B_S0)
class VirtualMerchantValidators(S3B_S0Validators):
    """What classification and settlement must be."""

    def v_03_one_row_for_each_merchant(self, outputs: states.S3B_S0.Outputs) -> Findings:
        wanted = np.unique(self.inputs.outlet_catalogue.read().merchant_id)
        found = np.unique(outputs.virtual_classification_3B.merchant_id)
        either = np.union1d(wanted, found)
        yield from row_findings(
            S3B_S0.COVERAGE_MISMATCH,
            ~(np.isin(either, wanted) & np.isin(either, found)),
            lambda row: f"merchant_id={either[row]}",
            lambda row: "a row" if either[row] in wanted else "no row",
            lambda row: "a row" if either[row] in found else "no row",
        )

    def v_04_flag_and_mode_agree(self, outputs: states.S3B_S0.Outputs) -> Findings:
        table = outputs.virtual_classification_3B
        sells_online = table.virtual_mode.decoded() != MODES[NON_VIRTUAL]
        yield from row_findings(
            S3B_S0.MODE_FLAG_INCOHERENT,
            sells_online != table.is_virtual,
            lambda row: f"merchant_id={table.merchant_id[row]}, is_virtual",
            lambda row: bool(sells_online[row]),
            lambda row: bool(table.is_virtual[row]),
        )

    def v_05_exactly_the_merchants_that_sell_online_settle(self, outputs: states.S3B_S0.Outputs) -> Findings:
        table, settled = outputs.virtual_classification_3B, outputs.virtual_settlement_3B
        online = table.merchant_id[table.virtual_mode.decoded() != MODES[NON_VIRTUAL]]
        either = np.union1d(online, settled.merchant_id)
        yield from row_findings(
            S3B_S0.SETTLEMENT_INCOMPLETE,
            ~(np.isin(either, online) & np.isin(either, settled.merchant_id)),
            lambda row: f"merchant_id={either[row]}",
            lambda row: "a place of settlement" if either[row] in online else "none",
            lambda row: "none" if either[row] in online else "a place of settlement",
        )
        yield from self._zones_of_sites(outputs)

    def _zones_of_sites(self, outputs: states.S3B_S0.Outputs) -> Findings:
        """A settlement zone must be one in which the merchant has a site."""
        settled, zones = outputs.virtual_settlement_3B, self.inputs.site_timezones.read()
        pairs = set(zip(zones.merchant_id.tolist(), zones.tzid.decoded(), strict=True))
        settling = zip(settled.merchant_id.tolist(), settled.tzid_settlement.decoded(), strict=True)
        own = [pair in pairs for pair in settling]
        yield from row_findings(
            S3B_S0.SETTLEMENT_INCOMPLETE,
            ~np.array(own, dtype=np.bool_),
            lambda row: f"merchant_id={settled.merchant_id[row]}, tzid_settlement",
            lambda _: "a zone of one of its sites",
            lambda row: settled.tzid_settlement.values[settled.tzid_settlement.codes[row]],
        )
