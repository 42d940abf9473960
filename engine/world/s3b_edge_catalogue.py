"""3B.S1: the edges of every merchant that sells online, as a catalogue and as alias tables (spec/world.md 3, 3B).

The universe digest is the SHA-256 over the canonical form of the edge rows in key order, one a line; it binds virtual
arrivals to the edges that they could have gone to. The bundle of 3B is written here, and tells of both states.
"""

from __future__ import annotations

from itertools import pairwise
from typing import Final

import numpy as np
from numpy.typing import NDArray

from codegen.runtime.findings import Finding, Findings
from engine.core.errors import EngineError
from engine.core.run import Run
from engine.core.runner import implements, validates
from engine.core.table_lines import table_lines_digest
from engine.numerics import serial_sum, sum_tolerance
from engine.world.allocation import TargetUnreachable
from engine.world.columns import named, row_findings, run_starts
from engine.world.edge_aliases import DECODE_LAW, alias_findings, edge_aliases, edge_place, edge_starts
from engine.world.edges import edge_identifier, merchant_edges
from engine.world.streams import WorldStreams
from engine.world.world_report import bundle_members
from generated import states
from generated.errors import S3B_S1
from generated.models.s3b import EdgeUniverseHash3B, VirtualRoutingPolicy3B
from generated.tables.s3b import EdgeCatalogue3B
from generated.validators.s3b import S3B_S1Validators

EPSILON: Final = 1e-12
"""How far the shares of a merchant may sum from 1, but for rounding (spec/rng-and-numerics.md, section 4)."""


@implements(states.S3B_S1)
def edge_catalogue(inputs: states.S3B_S1.Inputs, run: Run) -> states.S3B_S1.Outputs:
    """One row an edge, their alias tables with an index, their digest, and how virtual arrivals tell their time."""
    recipe, reference, created_utc = inputs.recipe, run.reference, run.identity.created_utc
    merchant_id, home = _merchants(inputs, run)
    streams = WorldStreams.of(run, states.S3B_S1.CARD)
    try:
        edges = merchant_edges(recipe.world, merchant_id, home, reference, streams)
    except TargetUnreachable as failure:
        raise EngineError.from_failure(S3B_S1.TARGETS_UNREACHABLE, failure) from failure
    cities, count = reference.cities, np.diff(edges.starts)
    place = np.arange(edges.city.shape[0]) - np.repeat(edges.starts[:-1], count)
    identifiers = [edge_identifier(city) for city in cities.geoname_id[edges.city].tolist()]
    catalogue = EdgeCatalogue3B.from_columns(
        merchant_id=np.repeat(merchant_id, count),
        edge_id=np.array(identifiers, dtype=np.uint64),
        edge_seq_index=place.astype(np.int32),
        country_iso=named(cities.country[edges.city], reference.countries.iso),
        lat=cities.latitude_deg[edges.city],
        lon=cities.longitude_deg[edges.city],
        tzid_operational=named(cities.zone[edges.city], reference.zones),
        edge_weight=edges.weight,
    )
    index, blob = edge_aliases(catalogue, recipe.world.virtual.edge_quantised_bits, created_utc)
    run.note("merchants", int(merchant_id.shape[0]))
    run.note("edges", catalogue.num_rows)
    universe = {
        "universe_hash": universe_digest(catalogue),
        "merchants_total": int(merchant_id.shape[0]),
        "edges_total": catalogue.num_rows,
        "created_utc": created_utc,
    }
    policy = {
        "policy_id": "virtual_routing_policy_3B",
        "policy_version": recipe.recipe_version,
        "version_tag": recipe.recipe_version,
        "virtual_primary_clock": recipe.world.virtual.primary_clock,
        "edge_decode_law": DECODE_LAW,
        "created_utc": created_utc,
    }
    return states.S3B_S1.Outputs(
        edge_catalogue_3B=catalogue,
        edge_alias_index_3B=index,
        edge_alias_blob_3B=blob,
        edge_universe_hash_3B=EdgeUniverseHash3B.of(universe),
        virtual_routing_policy_3B=VirtualRoutingPolicy3B.of(policy),
        validation_bundle_3B=bundle_members(run, states.S3B_S0.CARD, states.S3B_S1.CARD),
    )


def _merchants(inputs: states.S3B_S1.Inputs, run: Run) -> tuple[NDArray[np.uint64], NDArray[np.int32]]:
    """The merchants that sell online, ascending, and the places of the countries in which they are at home."""
    catalogue, classified = inputs.outlet_catalogue.read(), inputs.virtual_classification_3B.read()
    first = run_starts(catalogue.merchant_id)
    online = np.isin(catalogue.merchant_id[first], classified.merchant_id[classified.is_virtual])
    merchants = catalogue.take(first[online])
    return merchants.merchant_id, merchants.home_country_iso.codes_in(run.reference.countries.iso)


def universe_digest(catalogue: EdgeCatalogue3B) -> str:
    """SHA-256 over the canonical form of the rows in key order, one a line, each an object of all its columns."""
    return table_lines_digest(catalogue)


@validates(states.S3B_S1)
class EdgeCatalogueValidators(S3B_S1Validators):
    """What catalogue, alias tables and digest must be: all rows, and every cell read back from its bytes."""

    def v_03_every_merchant_that_sells_online_has_edges(self, outputs: states.S3B_S1.Outputs) -> Findings:
        catalogue, virtual = outputs.edge_catalogue_3B, self.inputs.recipe.world.virtual
        indexed = [row.merchant_id for row in outputs.edge_alias_index_3B.merchants]
        yield from self._coverage("edge_catalogue_3B", np.unique(catalogue.merchant_id))
        yield from self._coverage("edge_alias_index_3B", np.array(indexed, dtype=np.uint64))
        countries = catalogue.country_iso.codes.astype(np.uint64)
        pairs = np.unique(np.stack([catalogue.merchant_id, countries]), axis=1)
        merchants, count = np.unique(pairs[0], return_counts=True)
        most = min(virtual.edge_countries_max, len(self.run.reference.countries.iso))
        yield from row_findings(
            S3B_S1.COVERAGE_MISMATCH,
            (count < virtual.edge_countries_min) | (count > most),
            lambda row: f"merchant_id={merchants[row]}",
            lambda _: f"edges in {virtual.edge_countries_min} to {most} countries",
            lambda row: f"edges in {count[row]}",
        )

    def _coverage(self, name: str, merchants: NDArray[np.uint64]) -> Findings:
        """Merchants that stand in an output and do not sell online, or sell online and do not stand in it."""
        classified = self.inputs.virtual_classification_3B.read()
        online = classified.merchant_id[classified.is_virtual]
        either = np.union1d(online, merchants)
        yield from row_findings(
            S3B_S1.COVERAGE_MISMATCH,
            ~(np.isin(either, online) & np.isin(either, merchants)),
            lambda row: f"{name} merchant_id={either[row]}",
            lambda row: "edges" if either[row] in online else "no edge",
            lambda row: "edges" if either[row] in merchants else "no edge",
        )

    def v_04_edge_weights_sum_to_1(self, outputs: states.S3B_S1.Outputs) -> Findings:
        catalogue = outputs.edge_catalogue_3B
        starts, weight = edge_starts(catalogue), catalogue.edge_weight
        sums = np.array([serial_sum(weight[first:stop].copy()) for first, stop in pairwise(starts)])
        allowed = np.array([sum_tolerance(EPSILON, int(count)) for count in np.diff(starts)])
        yield from row_findings(
            S3B_S1.EDGE_WEIGHTS_INVALID,
            ~(np.abs(sums - 1.0) <= allowed),
            lambda row: f"merchant_id={catalogue.merchant_id[starts[row]]}",
            lambda row: f"weights that sum to 1 within {allowed[row]}",
            lambda row: sums[row],
        )

    def v_05_edge_ids_are_unique_in_a_merchant(self, outputs: states.S3B_S1.Outputs) -> Findings:
        catalogue = outputs.edge_catalogue_3B
        order = np.lexsort((catalogue.edge_id, catalogue.merchant_id))
        merchant, edge = catalogue.merchant_id[order], catalogue.edge_id[order]
        again = np.zeros(order.shape[0], dtype=np.bool_)
        again[1:] = (merchant[1:] == merchant[:-1]) & (edge[1:] == edge[:-1])
        yield from row_findings(
            S3B_S1.EDGE_ID_DUPLICATE,
            again,
            lambda row: edge_place(catalogue, int(order[row])),
            lambda _: "an edge_id that no other edge of the merchant has",
            lambda row: edge[row],
        )

    def v_06_every_slice_decodes_to_the_edge_weights(self, outputs: states.S3B_S1.Outputs) -> Findings:
        yield from alias_findings(
            outputs.edge_catalogue_3B,
            outputs.edge_alias_index_3B,
            outputs.edge_alias_blob_3B,
            self.inputs.recipe.world.virtual.edge_quantised_bits,
        )

    def v_07_the_universe_digest_is_that_of_the_rows(self, outputs: states.S3B_S1.Outputs) -> Findings:
        catalogue, stated = outputs.edge_catalogue_3B, outputs.edge_universe_hash_3B
        for name, wanted, found in (
            ("universe_hash", universe_digest(catalogue), stated.universe_hash),
            ("merchants_total", int(np.unique(catalogue.merchant_id).shape[0]), stated.merchants_total),
            ("edges_total", catalogue.num_rows, stated.edges_total),
        ):
            if wanted != found:
                where = f"edge_universe_hash_3B /{name}"
                yield Finding(S3B_S1.UNIVERSE_HASH_MISMATCH, where, str(wanted), str(found))

    def v_08_every_edge_has_a_known_zone(self, outputs: states.S3B_S1.Outputs) -> Findings:
        catalogue = outputs.edge_catalogue_3B
        zones, known = catalogue.tzid_operational, set(self.inputs.tz_timetable_cache.read().tzid.values)
        unknown = np.array([*(zone not in known for zone in zones.values), False], dtype=np.bool_)
        yield from row_findings(
            S3B_S1.EDGE_ZONE_UNKNOWN,
            unknown[zones.codes],
            lambda row: f"{edge_place(catalogue, row)}, tzid_operational",
            lambda _: "a zone of tz_timetable_cache",
            lambda row: zones.values[zones.codes[row]],
        )
