# Generated from contracts/layer2/schemas.layer2.yaml (sha256 5a05d28e...) by `closedworld codegen`; do not edit: change the contract and regenerate.
"""Documents of layer2: what their JSON Schemas accept, as Pydantic models."""

from __future__ import annotations

from typing import Annotated, Literal, TypeAlias

from pydantic import ConfigDict, Field

from codegen.runtime.models import Document
from generated.models.layer1 import Hex64, Sha256

BucketDurationSeconds: TypeAlias = Literal[900, 1800, 3600]
"""The length of a bucket. Unit: seconds."""


BucketIndex: TypeAlias = Annotated[int, Field(ge=0, le=2147483647)]
"""The position of a bucket in the scenario horizon, counted from 0."""


GroupId: TypeAlias = Annotated[
    str,
    Field(
        pattern="^g\\|(baseline|stress)\\|[a-z0-9_]+\\|[a-z0-9_]+\\|(physical|virtual)\\|zg(0[0-9]|1[0-5])\\|b[0-9]{2}$"
    ),
]
"""The name of a group of series that share one latent path."""


LawId: TypeAlias = Annotated[str, Field(pattern="^[a-z][a-z0-9_]*$")]
"""The name under which a law is registered."""


Layer1AndLayer2Segment: TypeAlias = Literal["1A", "1B", "2A", "2B", "3A", "3B", "5A", "5B"]
"""A segment of the catalogue."""


MemberRole: TypeAlias = Annotated[str, Field(pattern="^[a-z][a-z0-9_]*$")]
"""What a member of a bundle is for."""


Multiplier: TypeAlias = Annotated[float, Field(gt=0.0, le=100.0)]
"""A factor above zero."""


Multipliers: TypeAlias = dict[str, Multiplier]
"""One factor a name; a name that is used but has no factor aborts."""


class PassedFlag(Document):
    """The sign that a bundle passed; exactly the world and the digest of the bundle."""

    model_config = ConfigDict(
        extra="forbid",
    )
    manifest_fingerprint: Hex64
    """The world that the bundle belongs to."""
    bundle_digest_sha256: Hex64
    """The digest of the bundle by its index law."""


PolicyVersion: TypeAlias = Annotated[
    str, Field(pattern="^v(0|[1-9][0-9]*)\\.(0|[1-9][0-9]*)\\.(0|[1-9][0-9]*)$")
]
"""A policy version such as v1.0.0."""


ScenarioBand: TypeAlias = Literal["baseline", "stress"]
"""Whether a scenario is the ordinary course or a stressed one."""


ScenarioId: TypeAlias = Annotated[str, Field(pattern="^[A-Za-z0-9][A-Za-z0-9_.-]{0,63}$")]
"""The name of a scenario, fit to stand in a path."""


VirtualBand: TypeAlias = Literal["physical", "virtual"]
"""Whether a merchant sells at its sites alone (physical) or online as well or only (virtual)."""


ZoneGroupId: TypeAlias = Annotated[str, Field(pattern="^zg(0[0-9]|1[0-5])$")]
"""One of 16 hash groups of time zones."""


class BundleIndexEntriesItem(Document):
    model_config = ConfigDict(
        extra="forbid",
    )
    path: Annotated[str, Field(min_length=1)]
    """The path of the member inside the bundle."""
    sha256_hex: Sha256
    """The SHA-256 of the member."""
    role: MemberRole
    """What the member is for."""


class BundleIndex(Document):
    """Every member of a bundle with its digest and role, in ASCII order of path; neither the index nor the flag is listed."""

    model_config = ConfigDict(
        extra="forbid",
    )
    entries: Annotated[list[BundleIndexEntriesItem], Field(min_length=1)]
    """The members, ascending by path."""
