"""What S1 and S2 require of alias_layout_policy_v1: its shape and floors, and the one layout that is implemented."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from codegen.runtime.errors import ErrorCode
from codegen.runtime.findings import Finding
from engine.core.policy_checks import constant_findings, missing_findings, shape_findings
from engine.kernels.alias_integer import PROB_QBITS

if TYPE_CHECKING:
    from generated.models.s2b import AliasLayoutPolicyV1

POLICY: Final = "alias_layout_policy_v1"
LAYOUT_VERSION: Final = "2B.alias.blob.v1"
HEADER_FIELDS: Final = (
    "layout_version",
    "endianness",
    "alignment_bytes",
    "quantised_bits",
    "created_utc",
    "policy_id",
    "policy_digest",
    "blob_sha256",
    "blob_size_bytes",
    "merchants_count",
    "merchants",
)
MERCHANT_FIELDS: Final = ("merchant_id", "offset", "length", "sites", "quantised_bits", "checksum")


def policy_shape_findings(policy: AliasLayoutPolicyV1, code: ErrorCode) -> Iterator[Finding]:
    """Every place where the policy breaks its schema, and a quantisation_epsilon below half a grid step."""
    yield from shape_findings(policy, POLICY, code)
    half_step = 2.0 ** -(policy.quantised_bits + 1)
    if not policy.quantisation_epsilon >= half_step:
        where = f"{POLICY} /quantisation_epsilon"
        yield Finding(code, where, f"at least {half_step}", str(policy.quantisation_epsilon))


def layout_findings(policy: AliasLayoutPolicyV1, code: ErrorCode) -> Iterator[Finding]:
    """Every value that names a layout or law other than the implemented one (segment-2B.md, Policy constants)."""
    encode, layout = policy.encode_spec, policy.record_layout
    yield from constant_findings(
        POLICY,
        code,
        (
            ("/layout_version", policy.layout_version, (LAYOUT_VERSION,)),
            ("/endianness", policy.endianness, ("little", "big")),
            ("/alignment_bytes", policy.alignment_bytes, (8, 16, 32)),
            ("/padding_rule/pad_byte_hex", policy.padding_rule.pad_byte_hex, ("00",)),
            ("/encode_spec/mass_rounding", encode.mass_rounding, ("round_to_nearest_ties_to_even",)),
            ("/encode_spec/delta_adjust", encode.delta_adjust, ("residual_ranked_plus_minus_one",)),
            ("/encode_spec/worklist_order", encode.worklist_order, ("ascending_index",)),
            (
                "/record_layout/slice_header",
                layout.slice_header,
                ("u32_n_sites,u32_prob_qbits,u32_reserved0,u32_reserved1",),
            ),
            ("/record_layout/prob_qbits", layout.prob_qbits, (PROB_QBITS,)),
            ("/record_layout/prob_q_encoding", layout.prob_q_encoding, ("Q0.32_floor_clamp_1_to_2^32-1",)),
            ("/record_layout/alias_index_type", layout.alias_index_type, ("u32",)),
            ("/decode_law", policy.decode_law, ("walker_vose_q0_32",)),
            ("/checksum/algorithm", policy.checksum.algorithm, ("sha256",)),
            ("/checksum/scope", policy.checksum.scope, ("slice_payload_bytes",)),
            ("/blob_digest/algorithm", policy.blob_digest.algorithm, ("sha256",)),
            ("/blob_digest/scope", policy.blob_digest.scope, ("raw_blob_bytes",)),
        ),
    )
    required = policy.required_index_fields
    for pointer, named, written in (
        ("/required_index_fields/header", required.header, HEADER_FIELDS),
        ("/required_index_fields/merchant_row", required.merchant_row, MERCHANT_FIELDS),
    ):
        yield from missing_findings(POLICY, code, pointer, named, written)
        yield from constant_findings(POLICY, code, ((pointer, name, written) for name in named))
