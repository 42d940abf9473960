# Generated from contracts/layer1/3B/schemas.3B.yaml (sha256 98f07120...) by `closedworld codegen`; do not edit: change the contract and regenerate.
"""Documents of 3B: what their JSON Schemas accept, as Pydantic models."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import ConfigDict, Field

from codegen.runtime.models import Document
from generated.models.layer1 import Hex64, Id64, Rfc3339Micros, Semver, Sha256, VersionTag


class EdgeAliasRow(Document):
    """Where one merchant's slice lies."""

    model_config = ConfigDict(
        extra="forbid",
    )
    merchant_id: Id64
    """The merchant."""
    offset: Annotated[int, Field(ge=0)]
    """Where the slice starts. Unit: bytes."""
    length: Annotated[int, Field(ge=24)]
    """Its length, padding not counted. Unit: bytes."""
    edges: Annotated[int, Field(ge=1)]
    """The merchant's edges. Unit: edges."""
    quantised_bits: Annotated[int, Field(ge=20, le=30)]
    """The grid size is 2 to this power. Unit: bits."""
    checksum: Sha256
    """The SHA-256 of the slice."""


class EdgeUniverseHash3B(Document):
    """What binds every virtual arrival to the edges that it could have gone to."""

    model_config = ConfigDict(
        extra="forbid",
    )
    universe_hash: Hex64
    """The SHA-256 over the canonical form of the edge rows in key order, one a line."""
    merchants_total: Annotated[int, Field(ge=0)]
    """Merchants that sell online. Unit: merchants."""
    edges_total: Annotated[int, Field(ge=0)]
    """Rows of edge_catalogue_3B. Unit: edges."""
    created_utc: Rfc3339Micros
    """The world's as_of."""


class VirtualRoutingPolicy3B(Document):
    """How virtual arrivals tell their time."""

    model_config = ConfigDict(
        extra="forbid",
    )
    policy_id: Literal["virtual_routing_policy_3B"]
    """The policy's id."""
    policy_version: Semver
    """Its version."""
    version_tag: VersionTag
    """The tag under which it is sealed."""
    virtual_primary_clock: Literal["operational", "settlement"]
    """Whether the primary clock is the edge's or the merchant's."""
    edge_decode_law: Literal["walker_vose_q0_32"]
    """How a slice of the edge blob is read."""
    created_utc: Rfc3339Micros
    """The world's as_of."""


class EdgeAliasIndex3B(Document):
    """Where each merchant's edge alias table lies in the blob."""

    model_config = ConfigDict(
        extra="forbid",
    )
    layout_version: Literal["2B.alias.blob.v1"]
    """The layout of the blob, that of 2B."""
    endianness: Literal["little"]
    """The byte order of every word of the blob."""
    alignment_bytes: Literal[8]
    """Every slice starts at a multiple of this. Unit: bytes."""
    quantised_bits: Annotated[int, Field(ge=20, le=30)]
    """The grid size is 2 to this power. Unit: bits."""
    created_utc: Rfc3339Micros
    """The world's as_of."""
    blob_sha256: Sha256
    """The SHA-256 of the blob."""
    blob_size_bytes: Annotated[int, Field(ge=0)]
    """The size of the blob. Unit: bytes."""
    merchants_count: Annotated[int, Field(ge=0)]
    """The number of slices. Unit: merchants."""
    merchants: list[EdgeAliasRow]
    """One row a merchant that sells online, ascending by merchant_id."""
