"""3B.S1: the edges of every merchant that sells online, as a catalogue and as alias tables (spec/world.md 3, 3B).

The alias tables follow 2B's law (spec/segment-2B.md, S2): masses on a grid, Walker's and Vose's construction in exact
integers, one slice a merchant; cell i of a slice is the edge with edge_seq_index i. The universe digest is the SHA-256
over the canonical form of the edge rows in key order, one a line; it binds virtual arrivals to the edges that they
could have gone to. The bundle of 3B is written here, and tells of both states.
"""

from __future__ import annotations

import hashlib
from itertools import pairwise
from typing import Final

import numpy as np
from numpy.typing import NDArray

from codegen.runtime.canonical import canonical_bytes
from codegen.runtime.findings import Finding, Findings
from engine.core.errors import EngineError
from engine.core.run import Run
from engine.core.runner import implements, validates
from engine.kernels.alias_integer import PROB_QBITS, AliasTables, alias_tables, decode_check, encoded_blob
from engine.kernels.alias_slices import AliasSlices, slices_at
from engine.kernels.errors import KernelError
from engine.kernels.expected_masses import expected_masses
from engine.kernels.grid_masses import grid_masses
from engine.numerics import serial_sum, sum_tolerance
from engine.world.allocation import TargetUnreachable
from engine.world.columns import named, row_findings, run_starts
from engine.world.edges import edge_identifier, merchant_edges
from engine.world.streams import WorldStreams
from engine.world.world_report import bundle_members
from generated import states
from generated.errors import S3B_S1
from generated.models.s3b import EdgeAliasIndex3B, EdgeUniverseHash3B, VirtualRoutingPolicy3B
from generated.tables.s3b import EdgeCatalogue3B
from generated.validators.s3b import S3B_S1Validators

LAYOUT_VERSION: Final = "2B.alias.blob.v1"
ENDIANNESS: Final = "little"
ALIGNMENT_BYTES: Final = 8
DECODE_LAW: Final = "walker_vose_q0_32"
EPSILON: Final = 1e-12
"""How far the shares of a merchant may sum from 1, but for rounding (spec/rng-and-numerics.md, section 4)."""

IntArray = NDArray[np.int64]


@implements(states.S3B_S1)
def edge_catalogue(inputs: states.S3B_S1.Inputs, run: Run) -> states.S3B_S1.Outputs:
    """One row an edge, their alias tables with an index, their digest, and how virtual arrivals tell their time."""
    recipe, reference = inputs.recipe, run.reference
    merchant_id, home = _merchants(inputs, run)
    try:
        edges = merchant_edges(
            recipe.world, merchant_id, home, reference, WorldStreams.of(run, states.S3B_S1.CARD)
        )
    except TargetUnreachable as failure:
        raise EngineError.from_failure(S3B_S1.TARGETS_UNREACHABLE, failure) from failure
    cities, count = reference.cities, np.diff(edges.starts)
    catalogue = EdgeCatalogue3B.from_columns(
        merchant_id=np.repeat(merchant_id, count),
        edge_id=np.array(
            [edge_identifier(city) for city in cities.geoname_id[edges.city].tolist()], dtype=np.uint64
        ),
        edge_seq_index=(np.arange(edges.city.shape[0]) - np.repeat(edges.starts[:-1], count)).astype(
            np.int32
        ),
        country_iso=named(cities.country[edges.city], reference.countries.iso),
        lat=cities.latitude_deg[edges.city],
        lon=cities.longitude_deg[edges.city],
        tzid_operational=named(cities.zone[edges.city], reference.zones),
        edge_weight=edges.weight,
    )
    index, blob = _aliases(catalogue, recipe.world.virtual.edge_quantised_bits, run)
    run.note("merchants", int(merchant_id.shape[0]))
    run.note("edges", catalogue.num_rows)
    version = recipe.recipe_version
    return states.S3B_S1.Outputs(
        edge_catalogue_3B=catalogue,
        edge_alias_index_3B=index,
        edge_alias_blob_3B=blob,
        edge_universe_hash_3B=EdgeUniverseHash3B.of(
            {
                "universe_hash": universe_digest(catalogue),
                "merchants_total": int(merchant_id.shape[0]),
                "edges_total": catalogue.num_rows,
                "created_utc": run.identity.created_utc,
            }
        ),
        virtual_routing_policy_3B=VirtualRoutingPolicy3B.of(
            {
                "policy_id": "virtual_routing_policy_3B",
                "policy_version": version,
                "version_tag": version,
                "virtual_primary_clock": recipe.world.virtual.primary_clock,
                "edge_decode_law": DECODE_LAW,
                "created_utc": run.identity.created_utc,
            }
        ),
        validation_bundle_3B=bundle_members(run, states.S3B_S0.CARD, states.S3B_S1.CARD),
    )


def _merchants(inputs: states.S3B_S1.Inputs, run: Run) -> tuple[NDArray[np.uint64], NDArray[np.int32]]:
    """The merchants that sell online, ascending, and the places of the countries in which they are at home."""
    catalogue = inputs.outlet_catalogue.read()
    classified = inputs.virtual_classification_3B.read()
    first = run_starts(catalogue.merchant_id)
    online = np.isin(catalogue.merchant_id[first], classified.merchant_id[classified.is_virtual])
    merchants = catalogue.take(first[online])
    return merchants.merchant_id, merchants.home_country_iso.codes_in(run.reference.countries.iso)


def _aliases(catalogue: EdgeCatalogue3B, bits: int, run: Run) -> tuple[EdgeAliasIndex3B, bytes]:
    """The alias tables of all merchants in one blob, each checked to decode to its weights, and where each lies."""
    starts = _starts(catalogue)
    tables = _tables(catalogue, starts, bits)
    if starts.shape[0] > 1:
        encoded = encoded_blob(starts, tables, alignment=ALIGNMENT_BYTES, endianness=ENDIANNESS)
        blob, offsets, lengths = encoded.blob.tobytes(), encoded.offsets.tolist(), encoded.lengths.tolist()
    else:
        blob, offsets, lengths = b"", [], []
    merchants = catalogue.merchant_id[starts[:-1]].tolist()
    rows = zip(merchants, offsets, lengths, np.diff(starts).tolist(), strict=True)
    index = EdgeAliasIndex3B.of(
        {
            "layout_version": LAYOUT_VERSION,
            "endianness": ENDIANNESS,
            "alignment_bytes": ALIGNMENT_BYTES,
            "quantised_bits": bits,
            "created_utc": run.identity.created_utc,
            "blob_sha256": hashlib.sha256(blob).hexdigest(),
            "blob_size_bytes": len(blob),
            "merchants_count": len(merchants),
            "merchants": [
                {
                    "merchant_id": merchant,
                    "offset": offset,
                    "length": length,
                    "edges": count,
                    "quantised_bits": bits,
                    "checksum": hashlib.sha256(blob[offset : offset + length]).hexdigest(),
                }
                for merchant, offset, length, count in rows
            ],
        }
    )
    return index, blob


def _tables(catalogue: EdgeCatalogue3B, starts: IntArray, bits: int) -> AliasTables:
    weight = catalogue.edge_weight
    tables = alias_tables(starts, grid_masses(starts, weight, bits=bits), bits=bits)
    away, row = decode_check(starts, tables, weight)
    if not away <= decode_tolerance(bits):
        raise EngineError(
            S3B_S1.EDGE_ALIAS_DECODE_INCOHERENT,
            where=_edge_place(catalogue, row),
            expected=f"a decoded share within {decode_tolerance(bits)}",
            found=f"one {away} away",
        )
    return tables


def decode_tolerance(bits: int) -> float:
    """How far a decoded share may lie from its weight: two steps of the grid."""
    return 2.0 ** (1 - bits)


def universe_digest(catalogue: EdgeCatalogue3B) -> str:
    """SHA-256 over the canonical form of the rows in key order, one a line, each an object of all its columns."""
    names = catalogue.ARROW_SCHEMA.names
    digest = hashlib.sha256()
    for row in catalogue.arrow.select(names).to_pylist():
        digest.update(canonical_bytes(row) + b"\n")
    return digest.hexdigest()


def _starts(catalogue: EdgeCatalogue3B) -> IntArray:
    """(M + 1,) the rows at which each merchant's edges begin, and the number of rows."""
    return np.append(run_starts(catalogue.merchant_id), catalogue.num_rows).astype(np.int64)


def _edge_place(catalogue: EdgeCatalogue3B, row: int) -> str:
    return f"merchant_id={catalogue.merchant_id[row]}, edge_seq_index={catalogue.edge_seq_index[row]}"


@validates(states.S3B_S1)
class EdgeCatalogueValidators(S3B_S1Validators):
    """What catalogue, alias tables and digest must be: all rows, and every cell read back from its bytes."""

    def v_03_every_merchant_that_sells_online_has_edges(self, outputs: states.S3B_S1.Outputs) -> Findings:
        catalogue, virtual = outputs.edge_catalogue_3B, self.inputs.recipe.world.virtual
        classified = self.inputs.virtual_classification_3B.read()
        online = classified.merchant_id[classified.is_virtual]
        held = {
            "edge_catalogue_3B": np.unique(catalogue.merchant_id),
            "edge_alias_index_3B": np.array(
                [row.merchant_id for row in outputs.edge_alias_index_3B.merchants], dtype=np.uint64
            ),
        }
        for name, merchants in held.items():
            either = np.union1d(online, merchants)
            yield from row_findings(
                S3B_S1.COVERAGE_MISMATCH,
                ~(np.isin(either, online) & np.isin(either, merchants)),
                lambda row, name=name, either=either: f"{name} merchant_id={either[row]}",
                lambda row, either=either: "edges" if either[row] in online else "no edge",
                lambda row, either=either, merchants=merchants: (
                    "edges" if either[row] in merchants else "no edge"
                ),
            )
        pairs = np.unique(
            np.stack([catalogue.merchant_id, catalogue.country_iso.codes.astype(np.uint64)]), axis=1
        )
        merchants, countries = np.unique(pairs[0], return_counts=True)
        most = min(virtual.edge_countries_max, len(self.run.reference.countries.iso))
        yield from row_findings(
            S3B_S1.COVERAGE_MISMATCH,
            (countries < virtual.edge_countries_min) | (countries > most),
            lambda row: f"merchant_id={merchants[row]}",
            lambda _: f"edges in {virtual.edge_countries_min} to {most} countries",
            lambda row: f"edges in {countries[row]}",
        )

    def v_04_edge_weights_sum_to_1(self, outputs: states.S3B_S1.Outputs) -> Findings:
        catalogue = outputs.edge_catalogue_3B
        starts = _starts(catalogue)
        sums = np.array([serial_sum(catalogue.edge_weight[start:stop]) for start, stop in pairwise(starts)])
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
            lambda row: _edge_place(catalogue, int(order[row])),
            lambda _: "an edge_id that no other edge of the merchant has",
            lambda row: edge[row],
        )

    def v_06_every_slice_decodes_to_the_edge_weights(self, outputs: states.S3B_S1.Outputs) -> Findings:
        code, catalogue = S3B_S1.EDGE_ALIAS_DECODE_INCOHERENT, outputs.edge_catalogue_3B
        bits = self.inputs.recipe.world.virtual.edge_quantised_bits
        starts = _starts(catalogue)
        places = np.arange(catalogue.num_rows) - np.repeat(starts[:-1], np.diff(starts))
        yield from row_findings(
            code,
            catalogue.edge_seq_index != places,
            lambda row: _edge_place(catalogue, row),
            lambda row: f"edge_seq_index {places[row]}, its place in the slice",
            lambda row: catalogue.edge_seq_index[row],
        )
        yield from self._index_findings(outputs, bits)
        slices = self._slices(outputs)
        yield from self._layout_findings(slices)
        decodable, law, _ = slices.decoded_law()
        yield from row_findings(
            code,
            ~decodable,
            slices.text,
            lambda _: "a slice that decodes",
            lambda _: "words outside its layout",
        )
        merchants = catalogue.merchant_id[starts[:-1]]
        if not (
            bool(decodable.all())
            and np.array_equal(slices.merchant_id, merchants)
            and np.array_equal(slices.sites, np.diff(starts))
        ):
            yield Finding(
                code, "edge_alias_blob_3B", "one cell an edge of edge_catalogue_3B", f"{law.shape[0]} cells"
            )
            return
        yield from row_findings(
            code,
            ~(np.abs(law - catalogue.edge_weight) <= decode_tolerance(bits)),
            lambda row: _edge_place(catalogue, row),
            lambda row: f"{catalogue.edge_weight[row]} within {decode_tolerance(bits)}",
            lambda row: law[row],
        )
        yield from self._construction_findings(outputs, slices, starts, bits)

    def _slices(self, outputs: states.S3B_S1.Outputs) -> AliasSlices:
        index = outputs.edge_alias_index_3B
        rows = index.merchants
        return slices_at(
            np.array([row.merchant_id for row in rows], dtype=np.uint64),
            np.array([row.offset for row in rows], dtype=np.int64),
            np.array([row.length for row in rows], dtype=np.int64),
            np.array([row.edges for row in rows], dtype=np.int64),
            outputs.edge_alias_blob_3B,
            index.endianness,
        )

    def _index_findings(self, outputs: states.S3B_S1.Outputs, bits: int) -> Findings:
        """What the index says of the blob: digests, sizes, counts."""
        index, blob = outputs.edge_alias_index_3B, outputs.edge_alias_blob_3B
        stated = [
            ("/blob_sha256", hashlib.sha256(blob).hexdigest(), index.blob_sha256),
            ("/blob_size_bytes", len(blob), index.blob_size_bytes),
            ("/merchants_count", len(index.merchants), index.merchants_count),
            ("/quantised_bits", bits, index.quantised_bits),
        ]
        for row in index.merchants:
            checksum = hashlib.sha256(blob[row.offset : row.offset + row.length]).hexdigest()
            stated.append((f" merchant {row.merchant_id} checksum", checksum, row.checksum))
            stated.append((f" merchant {row.merchant_id} quantised_bits", bits, row.quantised_bits))
        for name, wanted, found in stated:
            if wanted != found:
                where = f"edge_alias_index_3B{name}"
                yield Finding(S3B_S1.EDGE_ALIAS_DECODE_INCOHERENT, where, str(wanted), str(found))

    def _layout_findings(self, slices: AliasSlices) -> Findings:
        """The words of each slice and the bytes between slices."""
        code = S3B_S1.EDGE_ALIAS_DECODE_INCOHERENT
        header = np.stack([slices.sites, *map(slices.repeated, (PROB_QBITS, 0, 0))], axis=1)
        for wrong, words in (
            (
                slices.readable & (slices.header != header).any(axis=1),
                f"the header words n, {PROB_QBITS}, 0, 0",
            ),
            (slices.zero_thresholds(), "thresholds from 1 to 2^32 - 1"),
            (slices.offset % ALIGNMENT_BYTES != 0, f"an offset that is a multiple of {ALIGNMENT_BYTES}"),
        ):
            yield from row_findings(
                code, wrong, slices.text, lambda _, words=words: words, lambda _: "another word"
            )
        first, rest = slices.stray_bytes()
        if rest:
            where = f"edge_alias_blob_3B byte {first}"
            yield Finding(code, where, "zero bytes between slices, none behind the last", f"{rest} others")

    def _construction_findings(
        self, outputs: states.S3B_S1.Outputs, slices: AliasSlices, starts: IntArray, bits: int
    ) -> Findings:
        """Whether the cells are those of the one construction, from masses that were reckoned another way."""
        masses = expected_masses(starts, outputs.edge_catalogue_3B.edge_weight, bits)
        try:
            wanted = alias_tables(starts, masses, bits=bits)
        except KernelError:  # V-04 says what is wrong with the weights
            return
        other = (slices.prob_q != wanted.prob_q) | (slices.alias != wanted.alias)
        yield from row_findings(
            S3B_S1.EDGE_ALIAS_DECODE_INCOHERENT,
            other,
            lambda row: _edge_place(outputs.edge_catalogue_3B, row),
            lambda row: f"the cell {wanted.prob_q[row]}, {wanted.alias[row]}",
            lambda row: f"{slices.prob_q[row]}, {slices.alias[row]}",
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
        unknown = np.array([zone not in known for zone in zones.values], dtype=np.bool_)
        yield from row_findings(
            S3B_S1.EDGE_ZONE_UNKNOWN,
            unknown[zones.codes] if zones.values else np.zeros(0, dtype=np.bool_),
            lambda row: f"{_edge_place(catalogue, row)}, tzid_operational",
            lambda _: "a zone of tz_timetable_cache",
            lambda row: zones.values[zones.codes[row]],
        )
