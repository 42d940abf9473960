"""The audit of the alias index and blob: shape, digests, places and the decoded law of every slice (V-04 to V-07).

Source: spec/segment-2B.md, S2 (steps 4 to 6) and S7. The header's bits are compared with record_layout.prob_qbits,
not with quantised_bits.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np

from codegen.runtime.findings import Finding
from engine.core.policy_checks import shape_findings
from engine.core.row_findings import echo_findings, row_findings
from engine.s2b.alias_policy import POLICY
from engine.s2b.alias_slices import HEADER, AliasSlices, alias_slices
from engine.s2b.audit_checks import Checks
from engine.s2b.site_keys import SiteKeys, merchant_starts
from generated import errors

if TYPE_CHECKING:
    from engine.core.run import Run
    from generated.models.s2b import AliasLayoutPolicyV1, S2AliasIndex
    from generated.tables.s2b import S1SiteWeights

CODES = errors.S2B_S7
SUM_EPSILON = 1e-12


def audit_alias(
    checks: Checks,
    index: S2AliasIndex,
    blob: bytes,
    policy: AliasLayoutPolicyV1,
    weights: S1SiteWeights,
    run: Run,
) -> None:
    """Check the alias tables against S1 and the policy; an index out of shape leaves the other checks undone."""
    checks.looked_at("V-04", slices=len(index.merchants) if hasattr(index, "merchants") else 0)
    if checks.add("V-04", shape_findings(index, "s2_alias_index", CODES.INDEX_SCHEMA_INVALID)):
        return
    slices = alias_slices(index, blob)
    checks.add("V-04", _index_findings(index, blob, run))
    checks.add("V-04", _layout_findings(index, slices, policy))
    checks.looked_at("V-05", slices=len(slices), bytes=slices.size)
    checks.add("V-05", _digest_findings(index, blob, run))
    checks.add("V-05", _bit_findings(index, slices, policy, weights))
    checks.looked_at("V-06", slices=len(slices))
    checks.add("V-06", _place_findings(index, slices, policy))
    checks.looked_at("V-07", slices=len(slices), sites=weights.num_rows)
    checks.add("V-07", _decode_findings(checks, slices, policy, weights))


def _index_findings(index: S2AliasIndex, blob: bytes, run: Run) -> Iterator[Finding]:
    """Counts, sizes, times and order that the index states."""
    code = CODES.INDEX_SCHEMA_INVALID
    yield from echo_findings(
        code,
        (
            ("s2_alias_index /merchants_count", len(index.merchants), index.merchants_count),
            ("s2_alias_index /blob_size_bytes", len(blob), index.blob_size_bytes),
            ("s2_alias_index /created_utc", run.identity.created_utc, str(index.created_utc)),
        ),
    )
    ids = np.array([row.merchant_id for row in index.merchants], dtype=np.uint64)
    yield from row_findings(
        code,
        ids[1:] <= ids[:-1],
        lambda row: f"s2_alias_index merchant {ids[row + 1]}",
        lambda row: f"a merchant after {ids[row]}",
        lambda row: str(ids[row + 1]),
    )


def _layout_findings(
    index: S2AliasIndex, slices: AliasSlices, policy: AliasLayoutPolicyV1
) -> Iterator[Finding]:
    """Words of the blob that break the slice layout."""
    code = CODES.BLOB_CONTRACT_VIOLATION
    yield from echo_findings(
        code, [("s2_alias_index /endianness", str(policy.endianness), str(index.endianness))]
    )
    wanted = HEADER + 8 * slices.sites
    yield from row_findings(
        code,
        (slices.sites < 1) | (slices.length != wanted),
        slices.text,
        lambda m: f"{wanted[m]} bytes for {slices.sites[m]} sites",
        slices.length,
    )
    odd = (slices.header[:, 0] != slices.sites) | (slices.header[:, 2:] != 0).any(axis=1)
    yield from row_findings(
        code,
        slices.readable & odd,
        slices.text,
        lambda m: f"a header of {slices.sites[m]} sites and zero reserved words",
        lambda m: slices.header[m].tolist(),
    )
    yield from row_findings(
        code, slices.out_of_range(), slices.text, "aliases below n_sites", "a greater one"
    )
    yield from row_findings(
        code, slices.zero_thresholds(), slices.text, "thresholds from 1 to 2^32 - 1", "a threshold of 0"
    )
    first, strays = slices.stray_bytes()
    if strays:
        where = f"s2_alias_blob byte {first}"
        yield Finding(code, where, "zero bytes between slices, none behind the last", f"{strays} others")


def _digest_findings(index: S2AliasIndex, blob: bytes, run: Run) -> Iterator[Finding]:
    """The blob's digest, the checksum of every slice, and the digest under which the policy is sealed."""
    code = CODES.BLOB_DIGEST_MISMATCH
    sealed = run.sealed.get(POLICY)
    digest = hashlib.sha256(blob).hexdigest()
    yield from echo_findings(
        code,
        (
            ("s2_alias_blob", str(index.blob_sha256), digest),
            (
                "s2_alias_index /policy_digest",
                sealed.sha256_hex if sealed else "none",
                str(index.policy_digest),
            ),
        ),
    )
    view = memoryview(blob)
    sums = [hashlib.sha256(view[row.offset : row.offset + row.length]).hexdigest() for row in index.merchants]
    stated = np.array([row.checksum for row in index.merchants], dtype=object)
    found = np.array(sums, dtype=object)
    yield from row_findings(
        code,
        np.array(stated != found, dtype=np.bool_),
        lambda m: f"s2_alias_blob merchant {index.merchants[m].merchant_id}",
        lambda m: f"checksum {stated[m]}",
        lambda m: found[m],
    )


def _bit_findings(
    index: S2AliasIndex, slices: AliasSlices, policy: AliasLayoutPolicyV1, weights: S1SiteWeights
) -> Iterator[Finding]:
    """Every statement of a bit depth: the header's is prob_qbits, all others are quantised_bits."""
    code, bits, qbits = CODES.BIT_DEPTH_INCOHERENT, policy.quantised_bits, policy.record_layout.prob_qbits
    yield from echo_findings(
        code,
        (
            ("s2_alias_index /quantised_bits", bits, index.quantised_bits),
            ("s2_alias_index /policy_id", str(policy.policy_id), str(index.policy_id)),
        ),
    )
    held = np.array([row.quantised_bits for row in index.merchants], dtype=np.int64)
    yield from row_findings(code, held != bits, slices.text, str(bits), held)
    yield from row_findings(
        code,
        slices.readable & (slices.header[:, 1] != qbits),
        slices.text,
        f"{qbits} in the header",
        slices.header[:, 1],
    )
    stated = weights.quantised_bits
    yield from row_findings(code, stated != bits, SiteKeys.of(weights).text, str(bits), stated)


def _place_findings(
    index: S2AliasIndex, slices: AliasSlices, policy: AliasLayoutPolicyV1
) -> Iterator[Finding]:
    """Slices outside the blob or over one another (203), and starts that are not aligned (204)."""
    yield from row_findings(
        CODES.OFFSET_OVERLAP,
        slices.outside,
        slices.text,
        f"a slice that ends by byte {slices.size}",
        lambda m: f"bytes {slices.offset[m]} to {slices.offset[m] + slices.length[m]}",
    )
    order = np.argsort(slices.offset, kind="stable")
    ends = np.maximum.accumulate((slices.offset + slices.length)[order])
    yield from row_findings(
        CODES.OFFSET_OVERLAP,
        slices.offset[order][1:] < ends[:-1],
        lambda m: slices.text(int(order[m + 1])),
        lambda m: f"an offset of at least {ends[m]}",
        lambda m: slices.offset[order[m + 1]],
    )
    yield from row_findings(
        CODES.OFFSET_OVERLAP,
        slices.offset[1:] <= slices.offset[:-1],
        lambda m: slices.text(m + 1),
        lambda m: f"an offset after {slices.offset[m]}",
        lambda m: slices.offset[m + 1],
    )
    alignment = max(policy.alignment_bytes, 1)
    yield from echo_findings(
        CODES.ALIGNMENT_ERROR,
        [("s2_alias_index /alignment_bytes", policy.alignment_bytes, index.alignment_bytes)],
    )
    yield from row_findings(
        CODES.ALIGNMENT_ERROR,
        slices.offset % alignment != 0,
        slices.text,
        f"a multiple of {alignment}",
        slices.offset,
    )


def _decode_findings(
    checks: Checks, slices: AliasSlices, policy: AliasLayoutPolicyV1, weights: S1SiteWeights
) -> Iterator[Finding]:
    """Every slice, decoded, against the shares of its merchant."""
    code = CODES.ALIAS_DECODE_INCOHERENT
    decodable, law, owner = slices.decoded_law()
    yield from row_findings(code, ~decodable, slices.text, "a slice that decodes", "words outside its layout")
    starts = merchant_starts(weights.merchant_id)
    merchants, sites = weights.merchant_id[starts[:-1]], np.diff(starts)
    same = np.array_equal(slices.merchant_id, merchants) and np.array_equal(slices.sites, sites)
    if not same:
        yield Finding(
            code,
            "s2_alias_index",
            f"the {merchants.shape[0]} merchants of s1_site_weights with their {weights.num_rows} sites",
            _first_difference(slices, merchants.tolist(), sites.tolist()),
        )
    sums = np.bincount(owner, weights=law, minlength=len(slices))
    off = decodable & ~(np.abs(sums - 1.0) <= np.maximum(SUM_EPSILON, slices.sites * 2.0**-53))
    yield from row_findings(code, off, slices.text, "a law that sums to 1", sums)
    if not same or not bool(decodable.all()):
        return
    p, epsilon = weights.p_weight, policy.quantisation_epsilon
    delta = np.abs(law - p)
    checks.figures.alias_decode_max_abs_delta = float(delta.max(initial=0.0))
    yield from row_findings(
        code, ~(delta <= epsilon), SiteKeys.of(weights).text, lambda row: f"{p[row]} within {epsilon}", law
    )


def _first_difference(slices: AliasSlices, merchants: list[int], sites: list[int]) -> str:
    held = list(zip(slices.merchant_id.tolist(), slices.sites.tolist(), strict=True))
    wanted = list(zip(merchants, sites, strict=True))
    place = next((n for n, pair in enumerate(zip(held, wanted, strict=False)) if pair[0] != pair[1]), None)
    if place is None:
        return f"{len(held)} merchants"
    return f"merchant {held[place][0]} with {held[place][1]} sites in row {place}"
