"""The alias tables of edges, by the law of 2B's alias blob (spec/segment-2B.md, S2): made, and read back from bytes.

One slice a merchant, ascending; cell i of a slice is the edge with edge_seq_index i.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from typing import Final

import numpy as np
from numpy.typing import NDArray

from codegen.runtime.findings import Finding
from engine.core.errors import EngineError
from engine.kernels.alias_integer import PROB_QBITS, AliasTables, alias_tables, decode_check, encoded_blob
from engine.kernels.alias_slices import AliasSlices, slices_of_rows
from engine.kernels.errors import KernelError
from engine.kernels.expected_masses import expected_masses
from engine.kernels.grid_masses import grid_masses
from engine.world.columns import row_findings, run_starts
from generated.errors import S3B_S1
from generated.models.s3b import EdgeAliasIndex3B
from generated.tables.s3b import EdgeCatalogue3B

__all__ = ["DECODE_LAW", "alias_findings", "decode_tolerance", "edge_aliases", "edge_place", "edge_starts"]

LAYOUT_VERSION: Final = "2B.alias.blob.v1"
ENDIANNESS: Final = "little"
ALIGNMENT_BYTES: Final = 8
DECODE_LAW: Final = "walker_vose_q0_32"
CODE: Final = S3B_S1.EDGE_ALIAS_DECODE_INCOHERENT

IntArray = NDArray[np.int64]


def decode_tolerance(bits: int) -> float:
    """How far a decoded share may lie from its weight: two steps of the grid."""
    return 2.0 ** (1 - bits)


def edge_starts(catalogue: EdgeCatalogue3B) -> IntArray:
    """(M + 1,) the rows at which each merchant's edges begin, and the number of rows."""
    return np.append(run_starts(catalogue.merchant_id), catalogue.num_rows).astype(np.int64)


def edge_place(catalogue: EdgeCatalogue3B, row: int) -> str:
    """The key of an edge's row in words."""
    return f"merchant_id={catalogue.merchant_id[row]}, edge_seq_index={catalogue.edge_seq_index[row]}"


def edge_aliases(catalogue: EdgeCatalogue3B, bits: int, created_utc: str) -> tuple[EdgeAliasIndex3B, bytes]:
    """The alias tables of all merchants in one blob, each checked to decode to its weights, and where each lies.

    Args:
        catalogue: the edges, in key order.
        bits: the grid has 2^bits steps.
        created_utc: what the index states.

    Raises:
        EngineError: a slice decodes to other shares than the weights.
    """
    starts = edge_starts(catalogue)
    blob, offsets, lengths = b"", np.empty(0, dtype=np.int64), np.empty(0, dtype=np.int64)
    if catalogue.num_rows:
        tables = _tables(catalogue, starts, bits)
        encoded = encoded_blob(starts, tables, alignment=ALIGNMENT_BYTES, endianness=ENDIANNESS)
        blob, offsets, lengths = encoded.blob.tobytes(), encoded.offsets, encoded.lengths
    merchants = catalogue.merchant_id[starts[:-1]].tolist()
    rows = zip(merchants, offsets.tolist(), lengths.tolist(), np.diff(starts).tolist(), strict=True)
    index = {
        "layout_version": LAYOUT_VERSION,
        "endianness": ENDIANNESS,
        "alignment_bytes": ALIGNMENT_BYTES,
        "quantised_bits": bits,
        "created_utc": created_utc,
        "blob_sha256": hashlib.sha256(blob).hexdigest(),
        "blob_size_bytes": len(blob),
        "merchants_count": len(merchants),
        "merchants": [
            {
                "merchant_id": merchant,
                "offset": offset,
                "length": length,
                "edges": edges,
                "quantised_bits": bits,
                "checksum": _checksum(blob, offset, length),
            }
            for merchant, offset, length, edges in rows
        ],
    }
    return EdgeAliasIndex3B.of(index), blob


def _tables(catalogue: EdgeCatalogue3B, starts: IntArray, bits: int) -> AliasTables:
    weight = catalogue.edge_weight
    tables = alias_tables(starts, grid_masses(starts, weight, bits=bits), bits=bits)
    away, row = decode_check(starts, tables, weight)
    if not away <= decode_tolerance(bits):
        raise EngineError(
            CODE,
            where=edge_place(catalogue, row),
            expected=f"a decoded share within {decode_tolerance(bits)}",
            found=f"one {away} away",
        )
    return tables


def _checksum(blob: bytes, offset: int, length: int) -> str:
    return hashlib.sha256(blob[offset : offset + length]).hexdigest()


# -- read back -------------------------------------------------------------------------------------------------


def alias_findings(
    catalogue: EdgeCatalogue3B, index: EdgeAliasIndex3B, blob: bytes, bits: int
) -> Iterator[Finding]:
    """Everything that keeps the slices, as their bytes are, from being the tables of the catalogue's weights."""
    starts = edge_starts(catalogue)
    places = np.arange(catalogue.num_rows) - np.repeat(starts[:-1], np.diff(starts))
    yield from row_findings(
        CODE,
        catalogue.edge_seq_index != places,
        lambda row: edge_place(catalogue, row),
        lambda row: f"edge_seq_index {places[row]}, its place in the slice",
        lambda row: catalogue.edge_seq_index[row],
    )
    yield from _index_findings(index, blob, bits)
    rows = ((row.merchant_id, row.offset, row.length, row.edges) for row in index.merchants)
    slices = slices_of_rows(rows, blob, index.endianness)
    yield from _layout_findings(slices)
    decodable, law, _ = slices.decoded_law()
    yield from _slice_findings(slices, ~decodable, "a slice that decodes")
    if not (
        bool(decodable.all())
        and np.array_equal(slices.merchant_id, catalogue.merchant_id[starts[:-1]])
        and np.array_equal(slices.sites, np.diff(starts))
    ):
        yield Finding(
            CODE, "edge_alias_blob_3B", "one cell an edge of edge_catalogue_3B", f"{law.shape[0]} cells"
        )
        return
    yield from row_findings(
        CODE,
        ~(np.abs(law - catalogue.edge_weight) <= decode_tolerance(bits)),
        lambda row: edge_place(catalogue, row),
        lambda row: f"{catalogue.edge_weight[row]} within {decode_tolerance(bits)}",
        lambda row: law[row],
    )
    yield from _construction_findings(catalogue, slices, starts, bits)


def _index_findings(index: EdgeAliasIndex3B, blob: bytes, bits: int) -> Iterator[Finding]:
    """What the index says of the blob: digests, sizes, counts."""
    stated: list[tuple[str, object, object]] = [
        ("/blob_sha256", hashlib.sha256(blob).hexdigest(), index.blob_sha256),
        ("/blob_size_bytes", len(blob), index.blob_size_bytes),
        ("/merchants_count", len(index.merchants), index.merchants_count),
        ("/quantised_bits", bits, index.quantised_bits),
    ]
    for row in index.merchants:
        name = f"merchant {row.merchant_id}"
        stated.append((f"{name} checksum", _checksum(blob, row.offset, row.length), row.checksum))
        stated.append((f"{name} quantised_bits", bits, row.quantised_bits))
    for name, wanted, found in stated:
        if wanted != found:
            yield Finding(CODE, f"edge_alias_index_3B {name}", str(wanted), str(found))


def _layout_findings(slices: AliasSlices) -> Iterator[Finding]:
    """The words of each slice and the bytes between slices."""
    header = np.stack([slices.sites, *map(slices.repeated, (PROB_QBITS, 0, 0))], axis=1)
    another_header = slices.readable & (slices.header != header).any(axis=1)
    yield from _slice_findings(slices, another_header, f"the header words n, {PROB_QBITS}, 0, 0")
    yield from _slice_findings(slices, slices.zero_thresholds(), "thresholds from 1 to 2^32 - 1")
    misaligned = slices.offset % ALIGNMENT_BYTES != 0
    yield from _slice_findings(slices, misaligned, f"an offset that is a multiple of {ALIGNMENT_BYTES}")
    first, rest = slices.stray_bytes()
    if rest:
        where = f"edge_alias_blob_3B byte {first}"
        yield Finding(CODE, where, "zero bytes between slices, none behind the last", f"{rest} others")


def _slice_findings(slices: AliasSlices, wrong: NDArray[np.bool_], expected: str) -> Iterator[Finding]:
    where: Callable[[int], str] = slices.text
    yield from row_findings(CODE, wrong, where, lambda _: expected, lambda _: "another")


def _construction_findings(
    catalogue: EdgeCatalogue3B, slices: AliasSlices, starts: IntArray, bits: int
) -> Iterator[Finding]:
    """Whether the cells are those of the one construction, from masses that were reckoned another way."""
    try:
        wanted = alias_tables(starts, expected_masses(starts, catalogue.edge_weight, bits), bits=bits)
    except KernelError:  # V-04 says what is wrong with the weights
        return
    yield from row_findings(
        CODE,
        (slices.prob_q != wanted.prob_q) | (slices.alias != wanted.alias),
        lambda row: edge_place(catalogue, row),
        lambda row: f"the cell {wanted.prob_q[row]}, {wanted.alias[row]}",
        lambda row: f"{slices.prob_q[row]}, {slices.alias[row]}",
    )
