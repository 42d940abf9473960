"""What arrival_rng_policy_5B must say: the generator, the derivation and the families that 5B's states implement.

Source: spec/rng-and-numerics.md, section 3.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Final

from codegen.runtime.cards import StateCard
from codegen.runtime.errors import ErrorCode
from codegen.runtime.findings import Finding
from engine.core.policy_checks import constant_findings, shape_findings

if TYPE_CHECKING:
    from generated.models.s5b import ArrivalRngPolicy5B

POLICY: Final = "arrival_rng_policy_5B"
_GROUP_KEY: Final = "group_id=<group_id>"
_ROW_KEY: Final = "merchant_id=<id>|zone=<tzid>|bucket_index=<b>"

_MESSAGE: Final = [
    "domain_sep",
    "family_id",
    "manifest_fingerprint",
    "parameter_hash",
    "seed",
    "scenario_id",
    "domain_key",
]
"""The fields from which keys and counters are derived, in order."""
_IMPLEMENTED: Final[Mapping[str, tuple[str, str, str]]] = {
    "S2.latent_vector.v1": ("latent_vector", _GROUP_KEY, "group"),
    "S3.bucket_count.v1": ("bucket_count", _ROW_KEY, "bucket_row"),
    "S4.arrival_time_jitter.v1": ("arrival_time_jitter", _ROW_KEY, "bucket_row_with_arrivals"),
    "S4.arrival_site_pick.v1": ("arrival_site_pick", _ROW_KEY, "bucket_row_with_site_pick"),
    "S4.arrival_edge_pick.v1": ("arrival_edge_pick", _ROW_KEY, "bucket_row_with_virtual_arrivals"),
}
"""By family: the label of its events, the form of its domain key, and what one event stands for."""


def substream_label(family_id: str) -> str:
    """The label under which a family's events are kept."""
    return _IMPLEMENTED[family_id][0]


def rng_policy_findings(policy: ArrivalRngPolicy5B, card: StateCard, code: ErrorCode) -> Iterator[Finding]:
    """Where the policy breaks its schema, or describes a family of the state otherwise than the state draws it."""
    yield from shape_findings(policy, POLICY, code)
    yield from constant_findings(
        POLICY, code, [("/derivation/message", list(policy.derivation.message), (_MESSAGE,))]
    )
    order = [entry.family_id for entry in policy.families]
    if sorted(order) == sorted(_IMPLEMENTED):
        yield from constant_findings(POLICY, code, [("/families", order, (list(_IMPLEMENTED),))])
    for family in card.rng:
        label, key, event = _IMPLEMENTED[family.family]
        wanted = {
            "family_id": family.family,
            "module": card.id,
            "substream_label": label,
            "event_dataset": family.event_dataset,
            "domain_key": key,
            "event": event,
            "draws": family.draws,
            "blocks": family.blocks,
        }
        found = [entry for entry in policy.families if entry.family_id == family.family]
        where = f"{POLICY} /families {family.family}"
        if len(found) != 1:
            yield Finding(code, where, "one entry", f"{len(found)} entries")
        for entry in found:
            held = entry.content()
            yield from (
                Finding(code, f"{where}/{name}", value, str(held.get(name)))
                for name, value in wanted.items()
                if held.get(name) != value
            )
