"""3A.S0: how many sites each merchant has in each zone of each country (spec/world.md 3, 3A)."""

from __future__ import annotations

from collections import Counter

import numpy as np

from codegen.runtime.findings import Findings
from engine.core.run import Run
from engine.core.runner import implements, validates
from engine.world.columns import row_findings, run_starts
from engine.world.world_report import bundle_members
from generated import states
from generated.errors import S3A_S0
from generated.tables.s2a import SiteTimezones
from generated.tables.s3a import ZoneAlloc
from generated.validators.s3a import S3A_S0Validators


@implements(states.S3A_S0)
def zone_allocation(inputs: states.S3A_S0.Inputs, run: Run) -> states.S3A_S0.Outputs:
    """One row a merchant, country and zone with the number of sites there."""
    allocated = zone_counts(inputs.site_timezones.read())
    run.note("zone_rows", allocated.num_rows)
    return states.S3A_S0.Outputs(
        zone_alloc=allocated, validation_bundle_3A=bundle_members(run, states.S3A_S0.CARD)
    )


def zone_counts(sites: SiteTimezones) -> ZoneAlloc:
    """The sites counted by merchant, country and zone, in key order."""
    country, tzid = sites.legal_country_iso.ordered(), sites.tzid.ordered()
    order = np.lexsort((tzid.codes, country.codes, sites.merchant_id))
    starts = run_starts(sites.merchant_id[order], country.codes[order], tzid.codes[order])
    rows = order[starts]
    return ZoneAlloc.from_columns(
        merchant_id=sites.merchant_id[rows],
        legal_country_iso=country.take(rows),
        tzid=tzid.take(rows),
        site_count=np.diff(np.append(starts, order.shape[0])).astype(np.int32),
    )


@validates(states.S3A_S0)
class ZoneAllocationValidators(S3A_S0Validators):
    """What the allocation must be."""

    def v_03_every_site_is_counted_once(self, outputs: states.S3A_S0.Outputs) -> Findings:
        sites, allocated = self.inputs.site_timezones.read(), outputs.zone_alloc
        wanted = Counter(
            zip(
                sites.merchant_id.tolist(),
                sites.legal_country_iso.decoded(),
                sites.tzid.decoded(),
                strict=True,
            )
        )
        found: Counter[tuple[int, str, str]] = Counter()
        for merchant, country, tzid, count in zip(
            allocated.merchant_id.tolist(),
            allocated.legal_country_iso.decoded(),
            allocated.tzid.decoded(),
            allocated.site_count.tolist(),
            strict=True,
        ):
            found[merchant, country, tzid] += count
        keys = sorted(set(wanted) | set(found))
        yield from row_findings(
            S3A_S0.COVERAGE_MISMATCH,
            np.array([wanted[key] != found[key] for key in keys], dtype=np.bool_),
            lambda row: "merchant_id={}, legal_country_iso={}, tzid={}".format(*keys[row]),
            lambda row: f"{wanted[keys[row]]} sites",
            lambda row: f"{found[keys[row]]} sites",
        )
