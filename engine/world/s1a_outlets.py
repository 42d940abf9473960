"""1A.S0: merchants and the countries in which they have sites (spec/world.md 3, 1A).

Merchant i is the first 8 bytes of SHA-256(`merchant|<i>`). Sizes follow Zipf's law of a drawn rank, hit the total
exactly and stay within the cap. Homes are drawn by population to a power; classes are dealt exactly by their weights.
The share of merchants that trade abroad is exact too, larger ones being likelier; how far they spread follows from the
recipe's number of tz groups (`merchant_spans`).

With an import, merchants, countries and numbers of sites are those of the imported rows, and a merchant is at home
where it has most sites; what the profile leaves open is drawn as above.
"""

from __future__ import annotations

from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from codegen.runtime.findings import Finding, Findings
from engine.core.errors import EngineError
from engine.core.run import Run
from engine.core.runner import implements, validates
from engine.world.allocation import TargetUnreachable
from engine.world.columns import named, row_findings
from engine.world.merchant_attributes import CHANNELS, attributes, categories, check_classes
from engine.world.merchants import built_merchants, imported_merchants
from engine.world.streams import WorldStreams
from engine.world.world_report import bundle_members
from generated import states
from generated.errors import S1A_S0
from generated.tables.s1a import OutletCatalogue
from generated.validators.s1a import S1A_S0Validators


@implements(states.S1A_S0)
def outlets(inputs: states.S1A_S0.Inputs, run: Run) -> states.S1A_S0.Outputs:
    """One row a merchant and country: its home, class, category, channel, and its sites there."""
    world, reference = inputs.recipe.world, run.reference
    streams = WorldStreams.of(run, states.S1A_S0.CARD)
    check_classes(world.classes)
    profile = inputs.imported_merchants.read() if inputs.imported_merchants is not None else None
    if inputs.imported_sites is None:
        try:
            merchants = built_merchants(world, reference, streams)
        except TargetUnreachable as failure:
            raise EngineError.from_failure(S1A_S0.TARGETS_UNREACHABLE, failure) from failure
    else:
        merchants = imported_merchants(inputs.imported_sites.read(), profile, reference)
    demand_class, channel = attributes(world, merchants.merchant_id, profile, streams)
    mcc = categories(world, merchants.merchant_id, demand_class, streams)

    at, rows = merchants.rows.merchant, merchants.rows
    run.note("merchants", int(merchants.merchant_id.shape[0]))
    run.note("sites", int(rows.site_count.sum()))
    return states.S1A_S0.Outputs(
        outlet_catalogue=OutletCatalogue.from_columns(
            merchant_id=merchants.merchant_id[at],
            home_country_iso=named(merchants.home[at], reference.countries.iso),
            legal_country_iso=named(rows.country, reference.countries.iso),
            mcc=mcc[at],
            demand_class=named(demand_class[at], [one.demand_class for one in world.classes]),
            channel_group=named(channel[at], CHANNELS),
            site_count=rows.site_count.astype(np.int32),
        ),
        validation_bundle_1A=bundle_members(run, states.S1A_S0.CARD),
    )


def _attribute_place(catalogue: OutletCatalogue, column: str, row: int) -> str:
    return f"merchant_id={catalogue.merchant_id[row]}, {column}"


@validates(states.S1A_S0)
class OutletValidators(S1A_S0Validators):
    """What every catalogue must be, built or imported."""

    def v_03_merchants_and_sites_are_exactly_as_many_as_asked(
        self, outputs: states.S1A_S0.Outputs
    ) -> Findings:
        catalogue = outputs.outlet_catalogue
        merchants = int(np.unique(catalogue.merchant_id).shape[0])
        sites = int(catalogue.site_count.sum(dtype=np.int64))
        if self.inputs.imported_sites is None:
            world = self.inputs.recipe.world
            wanted_merchants, wanted_sites = world.merchants, world.sites
        else:
            imported = self.inputs.imported_sites.read()
            wanted_merchants, wanted_sites = int(np.unique(imported.merchant_id).shape[0]), imported.num_rows
        if merchants != wanted_merchants:
            yield Finding(
                S1A_S0.MERCHANT_TOTAL_MISMATCH, "outlet_catalogue", str(wanted_merchants), str(merchants)
            )
        if sites != wanted_sites:
            yield Finding(S1A_S0.SITE_TOTAL_MISMATCH, "outlet_catalogue", str(wanted_sites), str(sites))

    def v_04_each_merchant_has_one_home_class_channel_and_category(
        self, outputs: states.S1A_S0.Outputs
    ) -> Findings:
        catalogue = outputs.outlet_catalogue
        _, first, merchant = np.unique(catalogue.merchant_id, return_index=True, return_inverse=True)
        columns: dict[str, NDArray[Any]] = {
            "home_country_iso": catalogue.home_country_iso.codes,
            "demand_class": catalogue.demand_class.codes,
            "channel_group": catalogue.channel_group.codes,
            "mcc": catalogue.mcc,
        }
        for name, values in columns.items():
            yield from row_findings(
                S1A_S0.MERCHANT_ATTRIBUTES_INCOHERENT,
                values != values[first][merchant],
                partial(_attribute_place, catalogue, name),
                lambda _: "one value in all rows of the merchant",
                lambda _: "two",
            )
        at_home = catalogue.home_country_iso.decoded() == catalogue.legal_country_iso.decoded()
        homes = np.bincount(merchant, weights=at_home, minlength=first.shape[0])
        yield from row_findings(
            S1A_S0.MERCHANT_ATTRIBUTES_INCOHERENT,
            homes != 1,
            lambda row: f"merchant_id={catalogue.merchant_id[first[row]]}, home_country_iso",
            lambda _: "one row for the home country",
            lambda row: int(homes[row]),
        )
