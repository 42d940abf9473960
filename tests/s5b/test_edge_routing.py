"""Edges, settlement zones and clocks of 5B.S4: of a built world, and of parts that do not belong together."""

from __future__ import annotations

import struct
from collections.abc import Callable
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any

import numpy as np
import pytest

from codegen.runtime.columns import TextColumn
from engine.core.inputs import opened
from engine.core.run import RunFolder
from engine.core.work import StateAborted
from engine.s5b.clocks import Clocks
from engine.s5b.edge_routing import EdgeRouting, settlement_zones
from generated.datasets import BY_ID
from generated.tables.s2a import TzTimetableCache
from generated.tables.s3b import EdgeCatalogue3B

END = np.datetime64("2024-06-02")


@dataclass(frozen=True)
class World:
    """What a built world says of its edges and clocks."""

    catalogue: EdgeCatalogue3B
    index: Any
    blob: bytes
    universe: Any
    timetable: TzTimetableCache

    def routing(self) -> EdgeRouting:
        clocks = Clocks.of(self.timetable, END)
        return EdgeRouting.of(self.catalogue, self.index, self.blob, self.universe, clocks)


@pytest.fixture(scope="module")
def built(tiny_original: RunFolder) -> tuple[World, Any]:
    def read(name: str) -> Any:
        found = opened(tiny_original, BY_ID[name])
        return found.read() if hasattr(found, "read") else found

    world = World(
        read("edge_catalogue_3B"),
        read("edge_alias_index_3B"),
        read("edge_alias_blob_3B"),
        read("edge_universe_hash_3B"),
        read("tz_timetable_cache"),
    )
    return world, read("virtual_settlement_3B")


@pytest.fixture
def world(built: tuple[World, Any]) -> World:
    return built[0]


def refused(call: Callable[[], object]) -> tuple[str, str]:
    with pytest.raises(StateAborted) as caught:
        call()
    return caught.value.code.name, caught.value.message


def changed_table(table: Any, **columns: Any) -> Any:
    """The table with some columns replaced."""
    held = {column.name: getattr(table, column.name) for column in table.SPEC.columns}
    return type(table).from_columns(**{**held, **columns})


def changed_document(document: Any, **fields: Any) -> Any:
    return type(document).of({**document.content(), **fields})


def test_each_merchant_has_the_edges_of_the_catalogue_with_their_slice_of_the_blob(world: World) -> None:
    routing = world.routing()
    rows = world.catalogue.arrow.to_pylist()
    assert routing.merchant_id.tolist() == sorted({row["merchant_id"] for row in rows})
    assert routing.edge_id.tolist() == [row["edge_id"] for row in rows]
    assert routing.universe_hash == world.universe.universe_hash
    clocks = Clocks.of(world.timetable, END)
    assert [clocks.zones[code] for code in routing.tables.zone] == [row["tzid_operational"] for row in rows]
    for (first, last), entry in zip(
        pairwise(routing.tables.starts.tolist()), world.index.merchants, strict=True
    ):
        words = struct.unpack_from(f"<{4 + 2 * entry.edges}I", world.blob, entry.offset)
        assert words[0] == entry.edges == last - first
        assert routing.tables.prob_q[first:last].tolist() == list(words[4 : 4 + entry.edges])
        assert routing.tables.alias[first:last].tolist() == list(words[4 + entry.edges :])
    wanted = np.array([routing.merchant_id[-1], 1, routing.merchant_id[0]], np.uint64)
    assert routing.tables_of(wanted).tolist() == [len(routing.merchant_id) - 1, -1, 0]


def test_a_world_without_edges_routes_nothing() -> None:
    routing = EdgeRouting.none()
    assert routing.tables_of(np.array([7], np.uint64)).tolist() == [-1]
    assert routing.tables.starts.tolist() == [0]
    assert routing.universe_hash == ""


def test_merchants_settle_where_3b_says(built: tuple[World, Any]) -> None:
    world, settlement = built
    clocks = Clocks.of(world.timetable, END)
    ids = np.append(settlement.merchant_id[::-1], np.uint64(1))
    zones = settlement.tzid_settlement.decoded()[::-1].tolist()
    found = settlement_zones(settlement, ids, clocks).tolist()
    assert found[-1] == -1
    assert [clocks.zones[code] for code in found[:-1]] == zones
    elsewhere = changed_table(settlement, tzid_settlement=TextColumn.constant("Mars/Olympus", len(zones)))
    code, message = refused(lambda: settlement_zones(elsewhere, ids, clocks))
    assert (code, "virtual_settlement_3B tzid_settlement Mars/Olympus" in message) == (
        "DST_MAPPING_FAILED",
        True,
    )


def test_the_clocks_are_the_runs_of_the_timetable(world: World) -> None:
    clocks = Clocks.of(world.timetable, END)
    rows = world.timetable.arrow.to_pylist()
    wanted: dict[str, list[tuple[int, int]]] = {}
    for row in rows:
        wanted.setdefault(row["tzid"], []).append((row["transition_utc_s"], row["offset_s"]))
    assert clocks.zones == tuple(wanted)
    starts = clocks.changes.starts.tolist()
    for zone, (first, last) in zip(clocks.zones, pairwise(starts), strict=True):
        held = zip(
            clocks.changes.transition_s[first:last].tolist(),
            clocks.changes.offset_s[first:last].tolist(),
            strict=True,
        )
        assert list(held) == wanted[zone]


def test_clocks_that_cannot_be_read_or_end_too_early_are_refused(world: World) -> None:
    table = world.timetable
    turned = table.transition_utc_s.copy()
    place = int(np.flatnonzero(table.tzid.codes[1:] == table.tzid.codes[:-1])[3])
    turned[place + 1] = turned[place]
    code, message = refused(lambda: Clocks.of(changed_table(table, transition_utc_s=turned), END))
    assert (code, f"tz_timetable_cache row {place + 1}" in message) == ("DST_MAPPING_FAILED", True)
    doubled = TzTimetableCache.concatenated([table, table.rows(0, 1)])
    code, message = refused(lambda: Clocks.of(doubled, END))
    assert (code, "one run of rows" in message) == ("DST_MAPPING_FAILED", True)
    code, message = refused(lambda: Clocks.of(table, np.datetime64("2101-01-01T00:00:01")))
    assert (code, "a horizon that ends by 2101-01-01" in message) == ("DST_MAPPING_FAILED", True)
    Clocks.of(table, np.datetime64("2101-01-01"))
    used = world.catalogue.tzid_operational.decoded()[0]
    lacking = table.take(np.flatnonzero(table.tzid.decoded() != used))
    code, message = refused(replace(world, timetable=lacking).routing)
    assert (code, f"tzid_operational {used}" in message) == ("DST_MAPPING_FAILED", True)


def flipped_weight(world: World) -> World:
    weight = world.catalogue.edge_weight.copy()
    weight[3] = np.nextafter(weight[3], 1.0)
    return replace(world, catalogue=changed_table(world.catalogue, edge_weight=weight))


def turned_edges(world: World) -> World:
    sequence = world.catalogue.edge_seq_index.copy()
    sequence[[0, 1]] = sequence[[1, 0]]
    return replace(world, catalogue=changed_table(world.catalogue, edge_seq_index=sequence))


def damaged_blob(world: World) -> World:
    return replace(world, blob=world.blob[:-1] + bytes([world.blob[-1] ^ 1]))


def index_with(change: Callable[[list[dict[str, Any]]], Any]) -> Callable[[World], World]:
    def changed(world: World) -> World:
        rows = [dict(row) for row in world.index.content()["merchants"]]
        change(rows)
        return replace(world, index=changed_document(world.index, merchants=rows, merchants_count=len(rows)))

    return changed


def alias_outside(world: World) -> World:
    """A slice whose first alias is not one of its cells, with the blob's own digest."""
    from engine.core.digests import sha256_bytes

    entry = world.index.merchants[0]
    blob = bytearray(world.blob)
    struct.pack_into("<I", blob, entry.offset + 16 + 4 * entry.edges, entry.edges)
    return replace(
        world, blob=bytes(blob), index=changed_document(world.index, blob_sha256=sha256_bytes(bytes(blob)))
    )


def other_header(world: World) -> World:
    """A slice that says another number of bits, in a blob with its own digest."""
    from engine.core.digests import sha256_bytes

    blob = bytearray(world.blob)
    struct.pack_into("<I", blob, world.index.merchants[1].offset + 4, 31)
    return replace(
        world, blob=bytes(blob), index=changed_document(world.index, blob_sha256=sha256_bytes(bytes(blob)))
    )


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (flipped_weight, "edge_universe_hash_3B /universe_hash"),
        (turned_edges, "edge_universe_hash_3B /universe_hash"),
        (damaged_blob, "edge_alias_index_3B /blob_sha256"),
        (lambda w: replace(w, blob=w.blob + b"\\0" * 8), "edge_alias_index_3B /blob_sha256"),
        (
            lambda w: replace(w, universe=changed_document(w.universe, edges_total=1)),
            "edge_universe_hash_3B /edges_total",
        ),
        (
            lambda w: replace(w, universe=changed_document(w.universe, merchants_total=99)),
            "edge_universe_hash_3B /merchants_total",
        ),
        (
            lambda w: replace(w, universe=changed_document(w.universe, universe_hash="0" * 64)),
            "edge_universe_hash_3B /universe_hash",
        ),
        (index_with(lambda rows: rows.pop()), "other merchants"),
        (index_with(lambda rows: rows[0].update(offset=2**40)), "a slice inside the blob"),
        (index_with(lambda rows: rows[0].update(edges=rows[0]["edges"] - 1)), "a slice inside the blob"),
        (other_header, ", 31, 0, 0]"),
        (alias_outside, "whose aliases are its cells"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_parts_of_different_builds_are_refused(
    world: World, change: Callable[[World], World], words: str
) -> None:
    with pytest.raises(StateAborted) as caught:
        change(world).routing()
    assert {finding.code.name for finding in caught.value.findings} == {"ROUTING_UNIVERSE_HASH_MISMATCH"}
    said = [f"{f.where}: {f.expected}, {f.found}" for f in caught.value.findings]
    assert any(words in text for text in said), said


def test_edges_out_of_order_are_named_beside_the_digest(world: World) -> None:
    with pytest.raises(StateAborted) as caught:
        turned_edges(world).routing()
    assert [finding.where.split(":")[0] for finding in caught.value.findings[1:]] == [
        "edge_catalogue_3B row 0",
        "edge_catalogue_3B row 1",
    ]
