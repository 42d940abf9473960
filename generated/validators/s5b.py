# Generated from contracts/layer2/5B/schemas.5B.yaml (sha256 c64f0f58...), contracts/layer2/5B/states.5B.yaml (sha256 b05241de...) by `closedworld codegen`; do not edit: change the contract and regenerate.
# ruff: noqa: E501
"""Validators of 5B: the checks of its tables, and what each state must check itself."""

from __future__ import annotations

from typing import Final

from codegen.runtime.checks import TableChecks
from generated.tables import s5b as tables

S1_TIME_GRID_5B: Final = TableChecks(tables.S1TimeGrid5B.SPEC)
"""Every declared constraint of `s1_time_grid_5B`."""
S1_GROUPING_5B: Final = TableChecks(tables.S1Grouping5B.SPEC)
"""Every declared constraint of `s1_grouping_5B`."""
S2_REALISED_INTENSITY_5B: Final = TableChecks(tables.S2RealisedIntensity5B.SPEC)
"""Every declared constraint of `s2_realised_intensity_5B`."""
S2_LATENT_FIELD_5B: Final = TableChecks(tables.S2LatentField5B.SPEC)
"""Every declared constraint of `s2_latent_field_5B`."""
S3_BUCKET_COUNTS_5B: Final = TableChecks(tables.S3BucketCounts5B.SPEC)
"""Every declared constraint of `s3_bucket_counts_5B`."""
S4_ARRIVAL_EVENTS_5B: Final = TableChecks(tables.S4ArrivalEvents5B.SPEC)
"""Every declared constraint of `s4_arrival_events_5B`."""
S4_ARRIVAL_SUMMARY_5B: Final = TableChecks(tables.S4ArrivalSummary5B.SPEC)
"""Every declared constraint of `s4_arrival_summary_5B`."""
VALIDATION_ISSUE_TABLE_5B: Final = TableChecks(tables.ValidationIssueTable5B.SPEC)
"""Every declared constraint of `validation_issue_table_5B`."""
RNG_EVENT_ARRIVAL_LGCP_GAUSSIAN: Final = TableChecks(tables.RngEventArrivalLgcpGaussian.SPEC)
"""Every declared constraint of `rng_event_arrival_lgcp_gaussian`."""
RNG_EVENT_ARRIVAL_BUCKET_COUNT: Final = TableChecks(tables.RngEventArrivalBucketCount.SPEC)
"""Every declared constraint of `rng_event_arrival_bucket_count`."""
RNG_EVENT_ARRIVAL_TIME_JITTER: Final = TableChecks(tables.RngEventArrivalTimeJitter.SPEC)
"""Every declared constraint of `rng_event_arrival_time_jitter`."""
RNG_EVENT_ARRIVAL_SITE_PICK: Final = TableChecks(tables.RngEventArrivalSitePick.SPEC)
"""Every declared constraint of `rng_event_arrival_site_pick`."""
RNG_EVENT_ARRIVAL_EDGE_PICK: Final = TableChecks(tables.RngEventArrivalEdgePick.SPEC)
"""Every declared constraint of `rng_event_arrival_edge_pick`."""
