"""S5 and S6 slowly and plainly: every event, log row, commitment and trace row of a roster, without the engine.

Source: segment-2B.md S5 and S6; rng-and-numerics.md 1 to 3 and 5; identity-and-seals.md 2 (content digest).
"""

from __future__ import annotations

import hashlib
import struct
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from tests.core import content_digest_oracle
from tests.oracle.routing_plan import binary64_alias_table
from tests.oracle.words import philox2x64_10, uniform
from tests.s2b.plan_oracle import Plan, Site, by_merchant, day_effects, site_weights

WORD = 2**64 - 1
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Arrival:
    """One row of a roster; is_virtual may be unsaid."""

    merchant_id: int
    instant: str
    is_virtual: bool | None

    @property
    def day(self) -> str:
        """The UTC day."""
        return self.instant[:10]

    @property
    def microsecond(self) -> int:
        """Microseconds since the epoch."""
        since = datetime.fromisoformat(self.instant).replace(tzinfo=UTC) - EPOCH
        return (since.days * 86_400 + since.seconds) * 1_000_000 + since.microseconds


@dataclass(frozen=True)
class Identity:
    """What the envelope says of a run."""

    seed: int
    parameter_hash: str
    manifest_fingerprint: str
    run_id: str
    created_utc: str


def stream_key(policy: dict[str, Any], stream_id: str, identity: Identity) -> int:
    """The key of a routing stream."""

    def uer(text: str) -> bytes:
        return struct.pack("<I", len(text.encode())) + text.encode()

    labels = policy["rng_derivation"]
    m = hashlib.sha256(
        uer(labels["domain_master"])
        + bytes.fromhex(identity.parameter_hash)
        + bytes.fromhex(identity.run_id)
        + struct.pack("<Q", identity.seed)
    ).digest()
    h = hashlib.sha256(m + uer(labels["domain_stream"]) + uer(stream_id)).digest()
    return int.from_bytes(h[24:32], "little")


def counter_start(stream: dict[str, Any]) -> int:
    """The counter of a stream's first event."""
    start = stream["basis"]["counter_start"]
    return int(start["hi"]) << 64 | int(start["lo"])


def drawn(weights: list[float], key: int, counter: int) -> int:
    """The position that a counter picks."""
    prob, alias = binary64_alias_table(weights)
    u = uniform(philox2x64_10(counter & WORD, counter >> 64, key)[0])
    scaled = u * len(weights)
    j = int(scaled)
    return j if scaled - j < prob[j] else alias[j]


def site_id(site: Site) -> int:
    """The identifier of a site."""
    digest = hashlib.sha256(f"{site.merchant_id}:{site.country}:{site.site_order}".encode()).digest()
    return int.from_bytes(digest[-8:], "little")


def _envelope(identity: Identity, module: str, label: str, counter: int) -> dict[str, Any]:
    created = datetime.fromisoformat(identity.created_utc.replace("Z", "+00:00")) - EPOCH
    return {
        "ts_utc": (created.days * 86_400 + created.seconds) * 1_000_000 + created.microseconds,
        "run_id": identity.run_id,
        "seed": identity.seed,
        "parameter_hash": identity.parameter_hash,
        "manifest_fingerprint": identity.manifest_fingerprint,
        "module": module,
        "substream_label": label,
        "rng_counter_before_hi": counter >> 64,
        "rng_counter_before_lo": counter & WORD,
        "rng_counter_after_hi": (counter + 1) >> 64,
        "rng_counter_after_lo": (counter + 1) & WORD,
        "draws": "1",
        "blocks": 1,
    }


@dataclass
class Selections:
    """S5: the rows of each family and of the log, in roster order."""

    groups: list[dict[str, Any]]
    sites: list[dict[str, Any]]
    log: list[dict[str, Any]]


def selections(
    sites: list[Site], plan: Plan, policy: dict[str, Any], identity: Identity, arrivals: list[Arrival]
) -> Selections:
    """Every arrival to its group and site."""
    stream = policy["streams"]["routing_selection"]
    labels = [
        stream["event_families"][name]["substream_label"] for name in ("alias_pick_group", "alias_pick_site")
    ]
    key, start = stream_key(policy, stream["rng_stream_id"], identity), counter_start(stream)
    weight = {row.site.key: row.p for row in site_weights(sites, plan)}
    merchants = {group[0].merchant_id: group for group in by_merchant(sites)}
    mix: dict[tuple[int, str], list[tuple[str, float]]] = {}
    for effect in day_effects(sites, plan, identity.manifest_fingerprint, identity.seed):
        mix.setdefault((effect.merchant_id, effect.day.isoformat()), []).append((effect.tzid, effect.p_group))
    found = Selections([], [], [])
    for a, arrival in enumerate(arrivals):
        shares = mix[arrival.merchant_id, arrival.day]
        at_group, at_site = start + 2 * a, start + 2 * a + 1
        zone, share = shares[drawn([p for _, p in shares], key, at_group)]
        there = [site for site in merchants[arrival.merchant_id] if site.tzid == zone]
        site = there[drawn([weight[s.key] for s in there], key, at_site)]
        common = {"merchant_id": arrival.merchant_id, "utc_day": arrival.day, "tz_group_id": zone}
        found.groups.append(_envelope(identity, "2B.S5", labels[0], at_group) | common | {"p_group": share})
        found.sites.append(
            _envelope(identity, "2B.S5", labels[1], at_site) | common | {"site_id": site_id(site)}
        )
        found.log.append(
            common
            | {
                "utc_timestamp": arrival.microsecond,
                "site_id": site_id(site),
                "rng_stream_id": stream["rng_stream_id"],
                "ctr_group_hi": at_group >> 64,
                "ctr_group_lo": at_group & WORD,
                "ctr_site_hi": at_site >> 64,
                "ctr_site_lo": at_site & WORD,
                "manifest_fingerprint": identity.manifest_fingerprint,
                "created_utc": found.groups[-1]["ts_utc"],
            }
        )
    return found


def edges_of(policy: dict[str, Any], merchant_id: int) -> list[dict[str, Any]]:
    """The edges of a merchant in order, each with its place and the weight that it enters the table with."""
    own = policy.get("merchant_overrides", {}).get(str(merchant_id))
    listed = policy.get("edges") or own or policy["default_edges"]
    edges = [policy.get("geo_metadata", {}).get(e["edge_id"], {}) | e for e in listed]
    edges.sort(key=lambda edge: edge["edge_id"].encode())
    if "weight" in edges[0]:
        return edges
    values = [edge["country_weights"][edge["ip_country"]] for edge in edges]
    total = 0.0
    for value in values:
        total = total + value
    return [edge | {"weight": value / total} for edge, value in zip(edges, values, strict=True)]


@dataclass
class Edges:
    """S6: the events and the log rows of the virtual arrivals, and where each stands in the roster."""

    events: list[dict[str, Any]]
    log: list[dict[str, Any]]
    arrival: list[int]


def edge_picks(
    policy: dict[str, Any],
    edges: dict[str, Any],
    identity: Identity,
    arrivals: list[Arrival],
    selected: list[dict[str, Any]],
) -> Edges:
    """Every virtual arrival to its edge, with group and site by key and occurrence number."""
    stream = policy["streams"]["routing_edge"]
    label = stream["event_families"]["cdn_edge_pick"]["substream_label"]
    key, start = stream_key(policy, stream["rng_stream_id"], identity), counter_start(stream)
    waiting: dict[tuple[int, int, str], list[dict[str, Any]]] = {}
    for row in selected:
        waiting.setdefault((row["merchant_id"], row["utc_timestamp"], row["utc_day"]), []).append(row)
    found = Edges([], [], [])
    for a, arrival in enumerate(arrivals):
        partner = waiting[arrival.merchant_id, arrival.microsecond, arrival.day].pop(0)
        if arrival.is_virtual is not True:
            continue
        counter = start + len(found.events)
        law = edges_of(edges, arrival.merchant_id)
        edge = law[drawn([e["weight"] for e in law], key, counter)]
        common = {"merchant_id": arrival.merchant_id, "utc_day": arrival.day, "edge_id": edge["edge_id"]}
        found.events.append(_envelope(identity, "2B.S6", label, counter) | common)
        found.log.append(
            common
            | {name: edge[name] for name in ("ip_country", "edge_lat", "edge_lon")}
            | {name: partner[name] for name in ("utc_timestamp", "tz_group_id", "site_id")}
            | {
                "rng_stream_id": stream["rng_stream_id"],
                "ctr_edge_hi": counter >> 64,
                "ctr_edge_lo": counter & WORD,
                "manifest_fingerprint": identity.manifest_fingerprint,
                "created_utc": found.events[-1]["ts_utc"],
            }
        )
        found.arrival.append(a)
    return found


KINDS = {
    "ts_utc": "timestamp_us_utc", "seed": "uint64", "rng_counter_before_hi": "uint64",
    "rng_counter_before_lo": "uint64", "rng_counter_after_hi": "uint64", "rng_counter_after_lo": "uint64",
    "blocks": "uint64", "merchant_id": "uint64", "utc_day": "date32", "p_group": "float64", "site_id": "uint64",
}  # fmt: skip
CONSTANT = ("ts_utc", "run_id", "seed", "parameter_hash", "manifest_fingerprint", "module", "substream_label")


def commitment(part: int, rows: list[dict[str, Any]], keys: tuple[str, ...], created: str) -> dict[str, Any]:
    """The row that stands for a part's events."""

    def stored(name: str, value: Any) -> Any:
        if name == "utc_day":
            return (datetime.fromisoformat(value).replace(tzinfo=UTC) - EPOCH).days
        return value

    columns = [
        {
            "name": name,
            "type": KINDS.get(name, "string"),
            "nullable": False,
            "constant": name in CONSTANT,
            "values": [stored(name, row[name]) for row in rows],
        }
        for name in rows[0]
    ]
    first = rows[0]
    return {
        **{name: first[name] for name in CONSTANT},
        "ts_utc": created,
        "part": part,
        "rows": len(rows),
        "events": len(rows),
        "draws": str(len(rows)),
        "blocks": len(rows),
        **{
            f"{end}_{name}": rows[place][name] for name in keys for end, place in (("first", 0), ("last", -1))
        },
        "events_digest": content_digest_oracle.digest(columns, [len(rows)]),
    }


def trace(first: int, units: int, module: str, labels: list[str], identity: Identity) -> list[dict[str, Any]]:
    """The running totals after each event of so many arrivals from the given one on."""
    envelope = _envelope(identity, module, "", 0)
    return [
        {name: envelope[name] for name in CONSTANT}
        | {
            "substream_label": label,
            "events_total": first + unit + 1,
            "draws_total": first + unit + 1,
            "blocks_total": first + unit + 1,
        }
        for unit in range(units)
        for label in labels
    ]
