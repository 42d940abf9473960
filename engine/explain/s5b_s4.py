"""5B.S4 explained: one arrival, from the bytes that are hashed to its instant, its site or edge, and its clocks.

Nothing here asks the kernel that made it. Source: spec/segment-5B.md, S4; spec/rng-and-numerics.md, sections 1 to 3.
"""

from __future__ import annotations

import struct
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import numpy as np

from codegen.runtime.columns import TextColumn
from engine.explain.arithmetic import WORD, philox_rounds, running_sums, sum_tolerance, uniform_steps
from engine.explain.draws import (
    FamilyEvent,
    Labelled,
    block_step,
    family_event_steps,
    pick_step,
    two_words_step,
    uniform_step,
    uniforms_step,
)
from engine.explain.selectors import Selector, bad_selector
from engine.explain.series import Place, place_of, stored_row
from engine.explain.sites import SiteKey, key_order, site_id_step, site_keys, tz_groups
from engine.explain.sources import Sources, derived_columns, python_column, rows_of_merchant
from engine.explain.steps import Explanation, Scalar, Terms, Value
from generated import states
from generated.datasets.s2a import SITE_TIMEZONES, TZ_TIMETABLE_CACHE
from generated.datasets.s2b import S1_SITE_WEIGHTS, S4_GROUP_WEIGHTS
from generated.datasets.s3b import (
    EDGE_ALIAS_BLOB_3B,
    EDGE_ALIAS_INDEX_3B,
    EDGE_CATALOGUE_3B,
    EDGE_UNIVERSE_HASH_3B,
    VIRTUAL_CLASSIFICATION_3B,
    VIRTUAL_ROUTING_POLICY_3B,
    VIRTUAL_SETTLEMENT_3B,
)
from generated.datasets.s5b import (
    ARRIVAL_ROUTING_POLICY_5B,
    S1_TIME_GRID_5B,
    S3_BUCKET_COUNTS_5B,
    S4_ARRIVAL_EVENTS_5B,
)
from generated.tables.s5b import S4ArrivalEvents5B

if TYPE_CHECKING:
    from generated.models.s5b import ArrivalRoutingPolicy5B

__all__ = ["arrival"]

_JITTER, _SITE, _EDGE = (family.family for family in states.S5B_S4.CARD.rng)
_DAY_MIX: Final = "day_mix"
_LARGEST: Final = 1.0 - 2.0**-53
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_HEADER_WORDS: Final = 4


class _Draw(NamedTuple):
    """The arrival as a draw of its bucket."""

    number: int
    """j, from 0."""
    sequence: int
    instant_us: int


class _Where(NamedTuple):
    """Where the arrival went: a site and its group, or an edge."""

    site_id: int | None
    edge_id: int | None
    zone: str


def arrival(sources: Sources, selector: Selector, explanation: Explanation) -> None:
    """Derive one arrival, and put it beside the stored row."""
    place = place_of(sources, selector, explanation)
    policy: ArrivalRoutingPolicy5B = sources.opened(ARRIVAL_ROUTING_POLICY_5B)
    grid = sources.opened(S1_TIME_GRID_5B, place.tokens).read()
    counts = sources.opened(S3_BUCKET_COUNTS_5B, place.tokens)
    if selector.get("bucket") is None:
        place = _first_used(place, counts, explanation)
    held = stored_row(explanation, counts, "S3's table", place.row, place.all_series * place.buckets)
    count = int(str(held["count_N"])) if held is not None else 0
    sequence = _chosen_sequence(selector, place, count, explanation)
    start_us = int(grid.bucket_start_utc.astype("datetime64[us]")[place.bucket].astype(np.int64))
    draw = _draw(sources, explanation, place, count, sequence, start_us)
    if draw is None:
        return
    mode = _mode(sources, place)
    sites = _sites(sources, place)
    virtual, uniforms = _kind(sources, explanation, place, policy, draw, mode, bool(sites.get(place.zone)))
    if virtual:
        where = _edge(sources, explanation, place, draw)
    else:
        where = _site(sources, explanation, place, policy, draw, mode, sites, uniforms)
    if where is None:
        return
    settlement = _settlement(sources, place) if virtual else None
    clocks = {}
    for zone in dict.fromkeys(name for name in (where.zone, settlement) if name is not None):
        local = _local_time(sources, explanation, zone, draw.instant_us)
        if local is None:
            return
        clocks[zone] = local
    first = _primary(sources, explanation, where.zone, settlement)
    before = int(counts.values("count_N", 0, place.row).sum(dtype=np.uint64))
    table = sources.opened(S4_ARRIVAL_EVENTS_5B, place.tokens)
    total = int(counts.values("count_N", 0, counts.num_rows).sum(dtype=np.uint64))
    stored = stored_row(explanation, table, "the stored table", before + sequence - 1, total)
    explanation.check("the row is stored", stored is not None, True, stored is not None)
    derived = _row(sources, place, draw, virtual, where, settlement, clocks, first)
    explanation.compare_row(stored, {**place.key, "arrival_seq": sequence, **derived_columns(derived)})


def _first_used(place: Place, counts: Any, explanation: Explanation) -> Place:
    """The first bucket of the series that has an arrival, for a selector that names none."""
    first = place.series * place.buckets
    if counts.num_rows < first + place.buckets:
        return place
    used = np.flatnonzero(counts.values("count_N", first, first + place.buckets))
    if not used.size:
        return place
    found = replace(place, bucket=int(used[0]))
    explanation.choices[-1] = "bucket_index: the first with arrivals; name another with --bucket"
    explanation.key.update(found.key)
    return found


def _chosen_sequence(selector: Selector, place: Place, count: int, explanation: Explanation) -> int:
    """The arrival_seq that the selector names; the first when none is named.

    Raises:
        EngineError: the bucket has no arrival, or not that one.
    """
    where = f"{selector.state} merchant {place.merchant_id}, {place.zone}, bucket {place.bucket}"
    if count < 1:
        raise bad_selector(where, "a bucket with arrivals", "count_N 0")
    text = selector.get("seq")
    if text is None:
        if count > 1:
            explanation.choices.append(f"arrival_seq: the first of {count:,}; name another with --seq")
        sequence = 1
    elif not (text.isascii() and text.isdecimal() and 1 <= int(text) <= count):
        raise bad_selector(f"{where} --seq {text}", f"a number from 1 to {count}", repr(text))
    else:
        sequence = int(text)
    explanation.key["arrival_seq"] = sequence
    return sequence


def _event(sources: Sources, explanation: Explanation, place: Place, family: str) -> FamilyEvent:
    identity = sources.folder.identity
    return family_event_steps(
        explanation,
        family_id=family,
        manifest_fingerprint=identity.manifest_fingerprint,
        parameter_hash=identity.parameter_hash,
        seed=identity.seed,
        scenario_id=place.scenario_id,
        domain_key=f"merchant_id={place.merchant_id}|zone={place.zone}|bucket_index={place.bucket}",
    )


def _offset(key: int, counter: int, length_us: int) -> int:
    """The offset of one draw in its bucket."""
    u = uniform_steps(philox_rounds(counter, key)[-1].c0).u
    return min(int(u * float(length_us)), length_us - 1)


def _draw(
    sources: Sources, explanation: Explanation, place: Place, count: int, sequence: int, start_us: int
) -> _Draw | None:
    """Which draw of the bucket the arrival is, and its instant; None, and a broken law, where counters wrap."""
    key, counter = _event(sources, explanation, place, _JITTER)
    fits = counter + count < WORD * WORD
    if not explanation.check("the event's counters stay below 2^128", f"{counter + count:x}", "f" * 32, fits):
        return None
    length_us = place.bucket_seconds * 10**6
    offsets = [_offset(key, counter + j, length_us) for j in range(count)]
    order = sorted(range(count), key=lambda j: (offsets[j], j))
    j = order[sequence - 1]
    near = range(max(0, sequence - 4), min(count, sequence + 3))
    explanation.step(
        "Which draw the arrival is",
        "Every draw of the bucket has an offset; rows stand by (instant, draw_index), and arrival_seq counts them.",
        Value("count_N", count, "as S3 stored it"),
        Value("bucket length", length_us, f"microseconds: {place.bucket_seconds} s"),
        Value("arrival_seq", sequence, f"of 1 to {count}"),
        Value("draw_index j", j, "of 0 to N - 1, in order of the draws"),
        terms=Terms(
            ("arrival_seq", "draw_index", "offset in us"),
            [(place_ + 1, order[place_], offsets[order[place_]]) for place_ in near],
            frozenset((sequence - 1 - near.start,)),
        ),
    )
    u = uniform_step(
        explanation, block_step(explanation, key, counter + j, f"first counter + {j}", "the instant")
    )
    product = u * float(length_us)
    instant_us = start_us + offsets[j]
    explanation.step(
        "The instant",
        "Whole microseconds from the start of the bucket; its end is not the bucket's.",
        Value("bucket start", _utc(start_us), f"bucket {place.bucket} of s1_time_grid_5B"),
        Value("u (D 10^6)", product, "one binary64 product"),
        Value("offset", offsets[j], "floor of it, at most D 10^6 - 1"),
        Value("ts_utc", _utc(instant_us)),
    )
    return _Draw(j, sequence, instant_us)


def _mode(sources: Sources, place: Place) -> str:
    table = sources.opened(VIRTUAL_CLASSIFICATION_3B)
    modes = (row["virtual_mode"] for _, row in rows_of_merchant(table, place.merchant_id, ("virtual_mode",)))
    return str(next(modes, "unknown"))


def _sites(sources: Sources, place: Place) -> dict[str, list[tuple[SiteKey, float]]]:
    """The merchant's sites with their weights by zone, in key order."""
    weights = sources.opened(S1_SITE_WEIGHTS).read()
    keys = site_keys(weights)
    groups = tz_groups(keys, sources.opened(SITE_TIMEZONES).read())
    share = dict(zip(keys, python_column(weights, "p_weight"), strict=True))
    found: dict[str, list[tuple[SiteKey, float]]] = {}
    for key in sorted((one for one in keys if one[0] == place.merchant_id), key=key_order):
        found.setdefault(groups.zone[key], []).append((key, float(str(share[key]))))
    return found


def _kind(
    sources: Sources,
    explanation: Explanation,
    place: Place,
    policy: ArrivalRoutingPolicy5B,
    draw: _Draw,
    mode: str,
    has_sites: bool,
) -> tuple[bool, tuple[float, float]]:
    """Whether the arrival is virtual, and the two uniforms of its site pick; zeros where it has none."""
    uniforms = (0.0, 0.0)
    if mode != "VIRTUAL_ONLY":
        key, counter = _event(sources, explanation, place, _SITE)
        words = two_words_step(
            explanation, key, counter + draw.number, f"first counter + {draw.number}", "coin and site"
        )
        uniforms = uniforms_step(explanation, words, ("u0", "u1"))
    p = float(policy.p_virtual_hybrid)
    tosses = mode == "HYBRID" and has_sites
    virtual = mode == "VIRTUAL_ONLY" or (mode == "HYBRID" and (not has_sites or uniforms[0] < p))
    why = {
        "VIRTUAL_ONLY": "the merchant sells online alone",
        "NON_VIRTUAL": "the merchant sells at sites alone",
    }.get(mode, "u0 < p" if virtual else "u0 >= p")
    if mode == "HYBRID" and not has_sites:
        why = "the merchant has no site in the zone"
    explanation.step(
        "Physical or virtual",
        "A merchant that sells at both tosses a coin where it has a site in the zone.",
        Value("virtual_mode", mode, "virtual_classification_3B"),
        Value("sites in the zone", has_sites, place.zone),
        *((Value("p", p, "policy p_virtual_hybrid"), Value("u0", uniforms[0])) if tosses else ()),
        Value("is_virtual", virtual, why),
    )
    return virtual, uniforms


def _site(
    sources: Sources,
    explanation: Explanation,
    place: Place,
    policy: ArrivalRoutingPolicy5B,
    draw: _Draw,
    mode: str,
    sites: dict[str, list[tuple[SiteKey, float]]],
    uniforms: tuple[float, float],
) -> _Where | None:
    """The site of a physical arrival; None, and a broken law, where it has none."""
    u0, u1 = uniforms
    selection = policy.physical_router.group_selection
    zone: str | None = place.zone
    if selection == _DAY_MIX:
        if mode == "HYBRID":
            p = float(policy.p_virtual_hybrid)
            u0 = min((u0 - p) / (1.0 - p), _LARGEST)
        zone = _group_of_day(sources, explanation, place, draw, u0)
    else:
        explanation.step(
            "The group",
            "zone_locked: the group is the series' own zone, so that the zone's intensity stays in the zone.",
            Value("group_selection", selection, "policy"),
            Value("tz_group_id", place.zone),
        )
    own = sites.get(zone, []) if zone is not None else []
    if not explanation.check("the merchant has a site in the group", len(own), 1, bool(own)) or zone is None:
        return None
    chosen = pick_step(
        explanation,
        "The site",
        f"One of the merchant's sites in {zone}, by the weights of 2B.S1 over all of it, in key order.",
        Labelled(
            ("country", "order"), [key[1:] for key, _ in own], "p_weight", [weight for _, weight in own]
        ),
        u1,
    )
    if chosen is None:
        return None
    return _Where(site_id_step(explanation, own[chosen][0]), None, zone)


def _group_of_day(
    sources: Sources, explanation: Explanation, place: Place, draw: _Draw, u: float
) -> str | None:
    """The zone that the day's mix gives."""
    day = str(np.datetime64(draw.instant_us, "us").astype("datetime64[D]"))
    columns = ("utc_day", "tz_group_id", "p_group")
    table = sources.opened(S4_GROUP_WEIGHTS)
    shares = {
        str(row["tz_group_id"]): float(str(row["p_group"]))
        for _, row in rows_of_merchant(table, place.merchant_id, columns)
        if row["utc_day"] == day
    }
    weights = list(shares.values())
    away = abs(running_sums(weights)[-1] - 1.0) if weights else 1.0
    allowed = sum_tolerance(1e-12, len(weights))
    if not explanation.check("|sum of p_group - 1| is within its tolerance", away, allowed, away <= allowed):
        return None
    zones = list(shares)
    chosen = pick_step(
        explanation,
        "The group",
        f"One of the merchant's zones, by its shares of {day} (closedworld explain 2B.S4 derives them).",
        Labelled(("tz_group_id",), [(zone,) for zone in zones], "p_group", weights),
        u,
    )
    return zones[chosen] if chosen is not None else None


def _edge(sources: Sources, explanation: Explanation, place: Place, draw: _Draw) -> _Where | None:
    """The edge of a virtual arrival; None, and a broken law, where the merchant has none."""
    key, counter = _event(sources, explanation, place, _EDGE)
    index = sources.opened(EDGE_ALIAS_INDEX_3B)
    own = [row for row in index.merchants if row.merchant_id == place.merchant_id]
    if not explanation.check("edge_alias_index_3B has the merchant", len(own), 1, len(own) == 1):
        return None
    blob = sources.opened(EDGE_ALIAS_BLOB_3B)
    count = own[0].edges
    words = struct.unpack_from(f"<{_HEADER_WORDS + 2 * count}I", blob, own[0].offset)
    thresholds, aliases = words[_HEADER_WORDS : _HEADER_WORDS + count], words[_HEADER_WORDS + count :]
    catalogue = sources.opened(EDGE_CATALOGUE_3B)
    edges: Sequence[dict[str, Scalar]] = [row for _, row in rows_of_merchant(catalogue, place.merchant_id)]
    if not explanation.check(
        "the slice has a cell for each edge", count, len(edges), count == len(edges) and count > 0
    ):
        return None
    word = block_step(
        explanation, key, counter + draw.number, f"first counter + {draw.number}", "the edge pick"
    )
    u = uniform_step(explanation, word)
    scaled = u * float(count)
    cell = min(int(scaled), count - 1)
    fraction = int((scaled - float(cell)) * 2.0**32)
    picked = cell if fraction < thresholds[cell] else aliases[cell]
    edge = edges[picked]
    universe = sources.opened(EDGE_UNIVERSE_HASH_3B)
    explanation.step(
        "The edge",
        "The merchant's slice of edge_alias_blob_3B: a cell, then the edge itself or its alias.",
        Value("slice at byte", own[0].offset, f"{count} cells"),
        Value("u n", scaled),
        Value("cell", cell, "floor(u n)"),
        Value("fraction", fraction, "floor((u n - cell) 2^32)"),
        Value("threshold", thresholds[cell], "of the cell, in units of 2^-32"),
        Value("alias", aliases[cell], "of the cell"),
        Value("edge_seq_index", picked, "the cell" if picked == cell else "its alias"),
        Value("edge_id", int(str(edge["edge_id"]))),
        Value("country", str(edge["country_iso"])),
        Value("tzid_operational", str(edge["tzid_operational"])),
        Value("universe", universe.universe_hash, "edge_universe_hash_3B"),
    )
    return _Where(None, int(str(edge["edge_id"])), str(edge["tzid_operational"]))


def _settlement(sources: Sources, place: Place) -> str | None:
    """The zone in which the merchant settles."""
    table = sources.opened(VIRTUAL_SETTLEMENT_3B)
    rows = rows_of_merchant(table, place.merchant_id, ("tzid_settlement",))
    return next((str(row["tzid_settlement"]) for _, row in rows), None)


def _local_time(sources: Sources, explanation: Explanation, zone: str, instant_us: int) -> int | None:
    """The civil time in a zone, in microseconds; None, and a broken law, where the timetable has no offset."""
    table = sources.opened(TZ_TIMETABLE_CACHE).read()
    own = np.flatnonzero(np.array([name == zone for name in table.tzid.values])[table.tzid.codes])
    starts, offsets = table.transition_utc_s[own].tolist(), table.offset_s[own].tolist()
    second = instant_us // 10**6
    known = [place for place, start in enumerate(starts) if start <= second]
    if not explanation.check(f"tz_timetable_cache has {zone} at the instant", len(known), 1, bool(known)):
        return None
    row = known[-1]
    local_us: int = instant_us + int(offsets[row]) * 10**6
    near = range(max(0, row - 1), min(len(starts), row + 2))
    explanation.step(
        f"The clock of {zone}",
        "The change of the timetable that is in force at the instant says how far the clock is from UTC.",
        Value("in force since", _utc(starts[row] * 10**6), "tz_timetable_cache"),
        Value("offset", offsets[row], "seconds east of UTC"),
        Value("local time", _utc(local_us).removesuffix("Z"), "ts_utc + offset"),
        terms=Terms(
            ("from", "offset"),
            [(_utc(starts[one] * 10**6), offsets[one]) for one in near],
            frozenset((row - near.start,)),
        ),
    )
    return local_us


def _primary(sources: Sources, explanation: Explanation, zone: str, settlement: str | None) -> str:
    """The zone of the primary clock."""
    if settlement is None:
        return zone
    clock = sources.opened(VIRTUAL_ROUTING_POLICY_3B).virtual_primary_clock
    first = settlement if clock == "settlement" else zone
    explanation.step(
        "The primary clock",
        "A virtual arrival has two clocks; virtual_routing_policy_3B says which is the first.",
        Value("virtual_primary_clock", clock, "policy"),
        Value("tzid_primary", first),
    )
    return first


def _row(
    sources: Sources,
    place: Place,
    draw: _Draw,
    virtual: bool,
    where: _Where,
    settlement: str | None,
    clocks: dict[str, int],
    first: str,
) -> S4ArrivalEvents5B:
    """The derived row, in the table's own form."""
    identity = sources.folder.identity
    universe = sources.opened(EDGE_UNIVERSE_HASH_3B).universe_hash if virtual else None

    def number(value: int | None) -> np.ma.MaskedArray[Any, Any]:
        return np.ma.MaskedArray(np.array([value or 0], np.uint64), mask=[value is None])

    def civil(zone: str | None) -> np.ma.MaskedArray[Any, Any]:
        times = np.array([clocks[zone] if zone is not None else 0]).astype("datetime64[us]")
        return np.ma.MaskedArray(times, mask=[zone is None])

    def text(value: str | None) -> TextColumn:
        return TextColumn.of([value])

    operational = where.zone if virtual else None
    return S4ArrivalEvents5B.from_columns(
        manifest_fingerprint=identity.manifest_fingerprint,
        parameter_hash=identity.parameter_hash,
        seed=identity.seed,
        scenario_id=place.scenario_id,
        merchant_id=np.array([place.merchant_id], np.uint64),
        zone_representation=text(place.zone),
        channel_group=text(place.channel),
        bucket_index=np.array([place.bucket], np.int32),
        arrival_seq=np.array([draw.sequence], np.uint32),
        draw_index=np.array([draw.number], np.uint32),
        ts_utc=np.array([draw.instant_us]).astype("datetime64[us]"),
        is_virtual=np.array([virtual]),
        site_id=number(where.site_id),
        edge_id=number(where.edge_id),
        tz_group_id=text(None if virtual else where.zone),
        tzid_primary=text(first),
        ts_local_primary=civil(first).data,
        tzid_operational=text(operational),
        ts_local_operational=civil(operational),
        tzid_settlement=text(settlement),
        ts_local_settlement=civil(settlement),
        routing_universe_hash=text(universe),
        s4_spec_version=place.spec_version,
    )


def _utc(us: int) -> str:
    return (_EPOCH + timedelta(microseconds=us)).isoformat().replace("+00:00", "Z")
