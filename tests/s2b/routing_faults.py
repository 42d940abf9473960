"""One planted fault for every validator and code of S5 and S6 that a state's own class checks.

A fault takes a sound routing and gives (inputs, outputs, run) with one thing wrong; the validator must find it under
its code. The codes of publishing (080, 081) belong to the runner, whose tests plant them.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from generated.models.s2b import RouteRngPolicyV1, S2AliasIndex, VirtualEdgePolicyV1
from tests.s2b.plan_oracle import Site
from tests.s2b.small_plan import ZONES, changed_rows, edited, policy_content, timezones, unchecked
from tests.s2b.small_routing import OVERRIDDEN, SmallRouting, edge_content

Planted = tuple[Any, Any, Any]
GROUP, SITE = "rng_event_alias_pick_group", "rng_event_alias_pick_site"
EDGE = "rng_event_cdn_edge_pick"
LOGS = {"2B.S5": "s5_selection_log", "2B.S6": "s6_edge_log"}


@dataclass(frozen=True)
class Fault:
    """A named way to break one law of one state; `committed` for one that only commitments can have."""

    state: str
    validator: str
    code: str
    name: str
    plant: Callable[[SmallRouting], Planted]
    committed: bool

    @property
    def label(self) -> str:
        """The fault in the words of a test id."""
        return f"{self.state} {self.validator} {self.code} {self.name}"


FAULTS: list[Fault] = []


def fault(
    state: str,
    validator: str,
    code: str,
    name: str,
    plant: Callable[..., Planted],
    *,
    committed: bool = False,
) -> None:
    """Register the planted fault of a validator and code."""
    FAULTS.append(Fault(f"2B.{state}", f"V-{validator}", code, name, plant, committed))


def _at(row: int, value: object) -> Callable[[Any], Any]:
    def put(values: Any) -> Any:
        changed = values.copy()
        changed[row] = value
        return changed

    return put


def _plus(row: int, step: int) -> Callable[[Any], Any]:
    return lambda values: _at(row, values[row] + values.dtype.type(step))(values)


def rows(state: str, table: str, **columns: Callable[[Any], Any]) -> Callable[[SmallRouting], Planted]:
    """Another value in some columns of a table of the first block."""

    def plant(small: SmallRouting) -> Planted:
        outputs = small.outputs(state)[0]
        changed = changed_rows(getattr(outputs, table), **columns)
        return small.inputs(state), replace(outputs, **{table: changed}), small.run

    return plant


def output(state: str, **values: Callable[[Any], Any]) -> Callable[[SmallRouting], Planted]:
    """Another output of the first block."""

    def plant(small: SmallRouting) -> Planted:
        outputs = small.outputs(state)[0]
        changed = {name: change(getattr(outputs, name)) for name, change in values.items()}
        return small.inputs(state), replace(outputs, **changed), small.run

    return plant


def log(state: str, change: Callable[[Any], Any]) -> Callable[[SmallRouting], Planted]:
    """The log of the first block changed."""
    return output(state, **{LOGS[state]: change})


def log_rows(state: str, **columns: Callable[[Any], Any]) -> Callable[[SmallRouting], Planted]:
    """Another value in some columns of the log of the first block."""
    return log(state, lambda table: changed_rows(table, **columns))


def given(state: str, **values: Callable[[SmallRouting], Any]) -> Callable[[SmallRouting], Planted]:
    """Other inputs."""

    def plant(small: SmallRouting) -> Planted:
        inputs = small.inputs(state)
        changed = {name: make(small) for name, make in values.items()}
        return replace(inputs, **changed), small.outputs(state)[0], small.run

    return plant


def commitment(state: str, name: str, **fields: object) -> Callable[[SmallRouting], Planted]:
    """Another value in the commitment of the first block."""
    return output(state, **{name: lambda held: (held[0].model_copy(update=fields),)})


def _without_last(table: Any) -> Any:
    return table.rows(0, table.num_rows - 1)


def _first_day_turned(table: Any) -> Any:
    """The rows of the first day in reverse."""
    first = int(np.count_nonzero(table.utc_day == table.utc_day[0]))
    assert first > 1
    return table.take(np.concatenate([np.arange(first)[::-1], np.arange(first, table.num_rows)]))


def _index(pointer: str, value: object) -> Callable[[SmallRouting], Any]:
    return lambda small: S2AliasIndex.of(
        edited(small.outputs("2B.S2")[0].s2_alias_index.content(), pointer, value)
    )


def _policy(pointer: str, value: object) -> Callable[[SmallRouting], Any]:
    return lambda small: RouteRngPolicyV1.of(edited(policy_content("route_rng_policy_v1"), pointer, value))


def _shares(change: Callable[[Any], Any]) -> Callable[[SmallRouting], Any]:
    def changed(small: SmallRouting) -> Any:
        (made,) = small.outputs("2B.S4")
        return small.partition("s4 changed", changed_rows(made.s4_group_weights, p_group=change))

    return changed


def _weights(change: Callable[[Any], Any]) -> Callable[[SmallRouting], Any]:
    def changed(small: SmallRouting) -> Any:
        (made,) = small.outputs("2B.S1")
        return small.partition("s1 changed", changed_rows(made.s1_site_weights, p_weight=change))

    return changed


def _zones(change: Callable[[list[Site]], list[Site]]) -> Callable[[SmallRouting], Any]:
    return lambda small: small.partition(
        "zones changed", timezones(change(sorted(small.sites, key=lambda s: s.key)))
    )


def _edges(pointer: str, value: object) -> Callable[[SmallRouting], Any]:
    return lambda small: unchecked_edges(edited(edge_content(**OVERRIDDEN), pointer, value))


def unchecked_edges(content: dict[str, Any]) -> Any:
    """An edge policy that its schema may refuse."""
    from pydantic import ValidationError

    try:
        return VirtualEdgePolicyV1.of(content)
    except ValidationError:
        return unchecked(VirtualEdgePolicyV1, content)


def _other_text(row: int) -> Callable[[Any], Any]:
    """The text of the row exchanged for the first other one of the column."""

    def put(values: Any) -> Any:
        other = next(text for text in values if text != values[row])
        return _at(row, other)(values)

    return put


def _other_value(row: int) -> Callable[[Any], Any]:
    def put(values: Any) -> Any:
        other = next(value for value in values if value != values[row])
        return _at(row, other)(values)

    return put


# -- S5 --------------------------------------------------------------------------------------------------------

S5 = "2B.S5"
fault("S5", "04", "041", "blob digest", given(S5, s2_alias_index=_index("blob_sha256", "0" * 64)))
fault("S5", "04", "041", "blob size", given(S5, s2_alias_index=_index("blob_size_bytes", 24)))
fault("S5", "04", "041", "policy digest", given(S5, s2_alias_index=_index("policy_digest", "0" * 64)))
fault("S5", "04", "041", "merchants", given(S5, s2_alias_index=_index("merchants_count", 1)))


def _header(small: SmallRouting) -> bytes:
    blob = bytearray(small.outputs("2B.S2")[0].s2_alias_blob)
    blob[4] ^= 1
    return bytes(blob)


fault("S5", "04", "041", "header", given(S5, s2_alias_blob=_header))
fault(
    "S5", "05", "040", "shares that do not sum to 1", given(S5, s4_group_weights=_shares(lambda p: p * 0.5))
)
fault("S5", "05", "040", "no group of the merchant", rows(S5, GROUP, tz_group_id=_at(0, "Asia/Kolkata")))
fault("S5", "05", "040", "in the log alone", log_rows(S5, tz_group_id=_at(0, "Asia/Kolkata")))
fault(
    "S5",
    "05",
    "040",
    "first group of a commitment",
    commitment(S5, "rng_commitment_alias_pick_group", first_tz_group_id="Asia/Kolkata"),
    committed=True,
)
fault("S5", "06", "041", "weights below 0", given(S5, s1_site_weights=_weights(lambda p: -p)))
fault("S5", "06", "041", "an unknown site", rows(S5, SITE, site_id=_at(0, 1)))
fault("S5", "06", "041", "an unknown site in the log", log_rows(S5, site_id=_at(0, 1)))
fault("S5", "07", "060", "a site twice", given(S5, site_timezones=_zones(lambda s: [s[0], *s])))
fault("S5", "07", "060", "another group's site", rows(S5, SITE, tz_group_id=_other_text(0)))
fault("S5", "08", "050", "a row less", output(S5, **{SITE: _without_last}))
fault("S5", "08", "050", "no events", output(S5, **{GROUP: lambda _: None}))
fault("S5", "08", "050", "two draws", rows(S5, GROUP, draws=_at(1, "2")))
fault("S5", "08", "050", "two blocks", rows(S5, SITE, blocks=_at(1, 2)))
fault(
    "S5",
    "08",
    "050",
    "draws of a commitment",
    commitment(S5, "rng_commitment_alias_pick_site", draws="8"),
    committed=True,
)
fault("S5", "08", "056", "another merchant", rows(S5, GROUP, merchant_id=_other_value(0)))
fault("S5", "08", "056", "site before group", rows(S5, GROUP, rng_counter_before_lo=_plus(2, 2)))
fault("S5", "09", "051", "another counter", rows(S5, SITE, rng_counter_before_lo=_plus(3, 1)))
fault("S5", "09", "051", "another counter afterwards", rows(S5, GROUP, rng_counter_after_lo=_plus(3, 1)))
fault("S5", "09", "051", "another counter in the log", log_rows(S5, ctr_site_hi=_at(0, 1)))
fault("S5", "09", "052", "a counter that starts again", rows(S5, SITE, rng_counter_after_lo=_at(4, 0)))
fault(
    "S5",
    "09",
    "052",
    "a start that leaves no room",
    given(
        S5,
        route_rng_policy_v1=_policy(
            "streams/routing_selection/basis/counter_start", {"hi": 2**64 - 1, "lo": 2**64 - 8}
        ),
    ),
)
fault(
    "S5",
    "10",
    "053",
    "equal streams",
    given(S5, route_rng_policy_v1=_policy("streams/routing_edge/rng_stream_id", "2B.routing")),
)
fault("S5", "10", "053", "another label", rows(S5, GROUP, substream_label=lambda v: ["other"] * len(v)))
fault("S5", "10", "053", "another stream", log_rows(S5, rng_stream_id=lambda v: ["2B.other"] * len(v)))
fault("S5", "10", "053", "no audit row", output(S5, rng_audit_log_2B_S5=lambda _: None))
fault("S5", "11", "050", "another total", rows(S5, "rng_trace_log_2B_S5", events_total=_plus(5, 1)))
fault("S5", "11", "050", "another label", rows(S5, "rng_trace_log_2B_S5", substream_label=_other_text(0)))
fault("S5", "11", "050", "a row less", output(S5, rng_trace_log_2B_S5=_without_last))
fault("S5", "12", "071", "another day", log_rows(S5, utc_day=_at(0, np.datetime64("2024-07-07"))))
fault("S5", "12", "071", "another world", log_rows(S5, manifest_fingerprint=lambda v: ["0" * 64] * len(v)))
fault("S5", "12", "071", "no log", log(S5, lambda _: None))
fault("S5", "12", "071", "in roster order", log(S5, lambda table: table.take(np.argsort(table.ctr_group_lo))))
fault("S5", "12", "071", "the last arrival of a day first", log(S5, _first_day_turned))
fault("S5", "12", "071", "a row less", log(S5, _without_last))
fault(
    "S5", "12", "071", "a row twice", log(S5, lambda table: table.take(np.array([0, *range(table.num_rows)])))
)
fault("S5", "12", "071", "another instant", log_rows(S5, utc_timestamp=_at(0, np.datetime64(1, "us"))))
fault("S5", "12", "086", "another time", log_rows(S5, created_utc=lambda v: v + np.timedelta64(1, "us")))
fault("S5", "15", "095", "another site", rows(S5, SITE, site_id=_other_value(0)))
fault("S5", "15", "095", "another group", rows(S5, GROUP, tz_group_id=_other_text(0)))
fault("S5", "15", "095", "another site in the log", log_rows(S5, site_id=_at(0, 1)))
fault(
    "S5",
    "15",
    "095",
    "another digest",
    commitment(S5, "rng_commitment_alias_pick_group", events_digest="0" * 64),
    committed=True,
)
fault("S5", "16", "040", "the share recomputed", rows(S5, GROUP, p_group=lambda p: np.nextafter(p, 2.0)))

# -- S6 --------------------------------------------------------------------------------------------------------

S6 = "2B.S6"
DEFAULT = OVERRIDDEN["default_edges"]
PLACE = {"ip_country": "CH", "edge_lat": 47.4, "edge_lon": 8.5}
fault(
    "S6",
    "04",
    "030",
    "a latitude of 91",
    given(S6, virtual_edge_policy_v1=_edges("geo_metadata/B_3/edge_lat", 91)),
)
fault("S6", "04", "031", "both forms", given(S6, virtual_edge_policy_v1=_edges("edges", DEFAULT)))
fault(
    "S6",
    "04",
    "031",
    "weights that sum to more",
    given(S6, virtual_edge_policy_v1=_edges("default_edges", [{"edge_id": "B_3", "weight": 0.999}])),
)
fault(
    "S6",
    "05",
    "040",
    "more events than virtual arrivals",
    output(S6, **{EDGE: lambda t: type(t).concatenated([t, t])}),
)
fault("S6", "05", "040", "another merchant", rows(S6, EDGE, merchant_id=_other_value(0)))
fault("S6", "07", "060", "no such edge", rows(S6, EDGE, edge_id=_at(0, "nowhere")))
fault("S6", "07", "060", "another country", log_rows(S6, ip_country=_at(0, "XX")))
fault("S6", "07", "060", "another latitude", log_rows(S6, edge_lat=_at(0, 1.5)))
fault("S6", "07", "060", "another longitude", log_rows(S6, edge_lon=_at(0, 1.5)))
fault(
    "S6",
    "07",
    "060",
    "an edge without a place",
    given(S6, virtual_edge_policy_v1=_edges("geo_metadata", {"zz-1": PLACE})),
)
fault("S6", "08", "050", "a row less", output(S6, **{EDGE: _without_last}))
fault("S6", "08", "050", "two draws", rows(S6, EDGE, draws=_at(0, "2")))
fault("S6", "08", "050", "two blocks", rows(S6, EDGE, blocks=_at(0, 2)))
fault(
    "S6",
    "08",
    "050",
    "rows of a commitment",
    commitment(S6, "rng_commitment_cdn_edge_pick", rows=1),
    committed=True,
)
fault("S6", "09", "051", "another counter", rows(S6, EDGE, rng_counter_before_lo=_plus(1, 1)))
fault("S6", "09", "051", "another counter in the log", log_rows(S6, ctr_edge_lo=_plus(0, 9)))
fault("S6", "09", "052", "a counter that starts again", rows(S6, EDGE, rng_counter_after_lo=_at(1, 0)))
fault("S6", "10", "053", "another label", rows(S6, EDGE, substream_label=lambda v: ["other"] * len(v)))
fault("S6", "10", "053", "another stream", log_rows(S6, rng_stream_id=lambda v: ["2B.other"] * len(v)))
fault("S6", "10", "053", "no audit row", output(S6, rng_audit_log_2B_S6=lambda _: None))
fault("S6", "11", "050", "another total", rows(S6, "rng_trace_log_2B_S6", draws_total=_plus(0, 1)))
fault("S6", "11", "050", "no trace", output(S6, rng_trace_log_2B_S6=lambda _: None))
fault("S6", "12", "071", "another day", log_rows(S6, utc_day=_at(0, np.datetime64("2024-07-07"))))
fault("S6", "12", "071", "another group", log_rows(S6, tz_group_id=_at(0, ZONES[3])))
fault("S6", "12", "071", "another site", log_rows(S6, site_id=_plus(0, 1)))
fault("S6", "12", "071", "no log", log(S6, lambda _: None))
fault("S6", "12", "071", "the last arrival of a day first", log(S6, _first_day_turned))
fault("S6", "12", "071", "a row less", log(S6, _without_last))
fault("S6", "15", "095", "another edge", rows(S6, EDGE, edge_id=_other_text(0)))
fault("S6", "15", "095", "another edge in the log", log_rows(S6, edge_id=_at(0, "nowhere")))
fault(
    "S6",
    "15",
    "095",
    "another digest",
    commitment(S6, "rng_commitment_cdn_edge_pick", events_digest="0" * 64),
    committed=True,
)
