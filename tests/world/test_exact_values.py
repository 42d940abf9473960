"""The conversion room: every layout of the same values gives the same values, and what is not exact is told."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.world import exact_values as room
from engine.world.exact_layouts import UnfitLayout, plain, spelling

Layout = Callable[[list[Any]], Any]


def coded(layout: Layout) -> Layout:
    """A dictionary in the order of the rows, with a missing entry and a code that nothing uses."""

    def array(values: list[Any]) -> pa.Array:
        distinct = list(dict.fromkeys(values))
        codes = pa.array([distinct.index(one) for one in values], pa.int16())
        return pa.DictionaryArray.from_arrays(codes, layout([*distinct, None]))

    return array


def in_runs(layout: Layout) -> Layout:
    def array(values: list[Any]) -> pa.Array:
        ends = [at + 1 for at in range(len(values)) if at + 1 == len(values) or values[at] != values[at + 1]]
        runs = layout([values[end - 1] for end in ends])
        return pa.RunEndEncodedArray.from_arrays(pa.array(ends, pa.int32()), runs)

    return array


def cut_out(layout: Layout) -> Layout:
    """A slice of a longer array."""
    return lambda values: layout([*values[::-1], *values, *values[:1]])[len(values) : 2 * len(values)]


def in_chunks(layout: Layout) -> Layout:
    """Chunks of one row and of no row, each with what is its own, such as its dictionary."""
    return lambda values: pa.chunked_array([layout([one]) for one in values] + [layout(values)[:0]])


def over_garbage(kind: pa.DataType) -> Layout:
    """What is missing has 255 in all its bytes beneath."""

    def array(values: list[Any]) -> pa.Array:
        width = kind.bit_width // 8
        whole = pa.array([one if one is not None else 0 for one in values], pa.int64()).cast(pa.int64())
        words = (
            np.frombuffer(whole.cast(kind).buffers()[1], np.uint8).reshape(-1, width)[: len(values)].copy()
        )
        words[[one is None for one in values]] = 255
        bits = np.packbits([one is not None for one in values], bitorder="little")
        return pa.Array.from_buffers(
            kind, len(values), [pa.py_buffer(bits.tobytes()), pa.py_buffer(words.tobytes())]
        )

    return array


def typed(kind: pa.DataType) -> Layout:
    return lambda values: pa.array(values, kind)


def text(kind: pa.DataType, spell: Callable[[Any], str] = str) -> Layout:
    binary = pa.types.is_binary(kind) or pa.types.is_large_binary(kind) or pa.types.is_binary_view(kind)

    def array(values: list[Any]) -> pa.Array:
        texts = [None if one is None else spell(one) for one in values]
        return pa.array([one.encode() if binary and one is not None else one for one in texts], kind)

    return array


TEXT_KINDS = (
    pa.string(), pa.large_string(), pa.string_view(), pa.binary(), pa.large_binary(), pa.binary_view(),
)  # fmt: skip


def decimals(kind: pa.DataType) -> Layout:
    return lambda values: pa.array([None if one is None else Decimal(one) for one in values], kind)


def all_ways(layouts: dict[str, Layout]) -> dict[str, Layout]:
    """Each layout plain, coded, in runs, cut out of a longer one, in chunks."""
    ways = {"": lambda one: one, "coded": coded, "runs": in_runs, "slice": cut_out, "chunks": in_chunks}
    ways["chunks of codes"] = lambda one: in_chunks(coded(one))
    ways["slice of runs"] = lambda one: cut_out(in_runs(one))
    ways["runs of codes"] = lambda one: in_runs(coded(one))
    return {f"{name} {way}": make(layout) for name, layout in layouts.items() for way, make in ways.items()}


def some_layout(layouts: dict[str, Layout]) -> st.SearchStrategy[Layout]:
    """One of the layouts, in one of the ways; a failure names it."""
    ways = all_ways(layouts)
    return st.sampled_from(list(ways)).map(lambda name: Named(name, ways[name]))


class Named:
    def __init__(self, name: str, layout: Layout) -> None:
        self.name, self.layout = name, layout

    def __repr__(self) -> str:
        return self.name

    def __call__(self, values: list[Any]) -> Any:
        return self.layout(values)


def texts(spell: Callable[[Any], str] = str) -> dict[str, Layout]:
    return {str(kind): text(kind, spell) for kind in TEXT_KINDS}


WHOLE = {
    **{str(kind): typed(kind) for kind in (pa.uint64(), pa.uint32(), pa.uint16(), pa.uint8())},
    **{str(kind): typed(kind) for kind in (pa.int64(), pa.int32(), pa.int16(), pa.int8())},
    **{str(kind): typed(kind) for kind in (pa.float64(), pa.float32(), pa.float16())},
    **{str(kind): decimals(kind) for kind in (
        pa.decimal32(9, 0), pa.decimal32(9, 3), pa.decimal64(18, 0), pa.decimal64(18, 2), pa.decimal128(20, 0),
        pa.decimal128(38, 18), pa.decimal256(76, 0), pa.decimal256(76, 40),
    )},
    **texts(),
}  # fmt: skip
WIDE = {name: WHOLE[name] for name in (
    "uint64", "decimal128(20, 0)", "decimal128(38, 18)", "decimal256(76, 0)", "decimal256(76, 40)", *texts(),
)}  # fmt: skip


def missing_or(values: st.SearchStrategy[Any]) -> st.SearchStrategy[list[Any]]:
    return st.lists(st.none() | values, min_size=1, max_size=6)


def read_back(found: tuple[Any, Any]) -> list[Any]:
    """Values, None where they are missing; a status of another kind stands as text."""
    value, status = found
    return [
        None if came == room.EMPTY else one if came == room.READ else f"status {came}"
        for one, came in zip(value.tolist(), status.tolist(), strict=True)
    ]


@settings(max_examples=400)
@given(layout=some_layout(WHOLE), values=missing_or(st.integers(0, 127)))
def test_small_integers_are_the_same_in_every_layout(layout: Layout, values: list[int | None]) -> None:
    assert read_back(room.identifiers(plain(layout(values)))) == values


@settings(max_examples=400)
@given(layout=some_layout(WIDE), values=missing_or(st.integers(0, 2**64 - 1)))
def test_every_uint64_is_exact_in_every_layout_that_holds_it(
    layout: Layout, values: list[int | None]
) -> None:
    assert read_back(room.identifiers(plain(layout(values)))) == values


def as_numbers(layout: Layout) -> Layout:
    return lambda values: layout([None if one is None else int(one) for one in values])


FLAG_LAYOUTS = {
    "bool": typed(pa.bool_()),
    "bool8": lambda values: pa.ExtensionArray.from_storage(
        pa.bool8(), pa.array([None if one is None else 3 * one for one in values], pa.int8())
    ),
    **{name: as_numbers(layout) for name, layout in WHOLE.items()},
    **{f"{kind} word": text(kind, lambda one: str(one).lower()) for kind in TEXT_KINDS},
}  # fmt: skip


@settings(max_examples=300)
@given(
    layout=some_layout(FLAG_LAYOUTS),
    values=st.sampled_from([[True, False, None, False], [None], [False, False, True]]),
)
def test_flags_are_the_same_in_every_layout(layout: Layout, values: list[bool | None]) -> None:
    assert read_back(room.flags(plain(layout(values)))) == values


def ticks(unit: str, zone: str | None, per_value: int) -> Layout:
    return lambda values: pa.array(
        [None if one is None else one * per_value for one in values], pa.int64()
    ).cast(pa.timestamp(unit, tz=zone))


ZONES = (None, "UTC", "Asia/Tokyo", "-05:00")
PER_DAY = {"s": 86_400, "ms": 86_400_000, "us": 86_400_000_000, "ns": 86_400_000_000_000}
DAY_LAYOUTS = {
    "date32": lambda values: pa.array(values, pa.int32()).cast(pa.date32()),
    "date64": lambda values: pa.array(values, pa.int32()).cast(pa.date32()).cast(pa.date64()),
    **{f"{unit} {zone}": ticks(unit, zone, per) for unit, per in PER_DAY.items() for zone in ZONES},
    **texts(lambda one: str(np.datetime64(one, "D"))),
}


@settings(max_examples=300)
@given(
    layout=some_layout(DAY_LAYOUTS),
    values=st.sampled_from([[0, None, 19_723, 19_723], [None], [-20_000, 40_000]]),
)
def test_days_are_the_same_in_every_layout(layout: Layout, values: list[int | None]) -> None:
    assert read_back(room.days(plain(layout(values)))) == values


INSTANT_LAYOUTS = {
    **{f"{unit} {zone}": ticks(unit, zone, per // 86_400) for unit, per in PER_DAY.items() for zone in ZONES},
    **texts(lambda one: f"{np.datetime64(one, 's')}Z"),
}


@settings(max_examples=300)
@given(
    layout=some_layout(INSTANT_LAYOUTS),
    values=st.sampled_from([[0, None, 1_704_448_800, 1_704_448_800], [None], [-1, 4_000_000_000]]),
)
def test_instants_are_the_same_in_every_layout(layout: Layout, values: list[int | None]) -> None:
    found = read_back(room.instants(plain(layout(values))))
    assert found == [None if one is None else one * 1_000_000 for one in values]


@pytest.mark.parametrize(
    "kind", [pa.int8(), pa.uint64(), pa.float32(), pa.float64(), pa.decimal128(20, 0), pa.decimal256(50, 0)]
)
def test_what_lies_beneath_a_missing_value_is_not_looked_at(kind: pa.DataType) -> None:
    array = over_garbage(kind)([7, None, 1])
    assert read_back(room.identifiers(plain(array))) == [7, None, 1]
    assert read_back(room.flags(plain(array))) == [f"status {room.NOT_FLAG}", None, True]


@pytest.mark.parametrize("kind", [pa.date32(), pa.date64(), pa.timestamp("s"), pa.timestamp("ns", tz="UTC")])
def test_what_lies_beneath_a_missing_day_is_not_looked_at(kind: pa.DataType) -> None:
    words = np.full(2, -7, np.int32 if pa.types.is_date32(kind) else np.int64)
    array = pa.Array.from_buffers(kind, 2, [pa.py_buffer(b"\0"), pa.py_buffer(words.tobytes())])
    assert read_back(room.days(plain(array))) == [None, None]
    if pa.types.is_timestamp(kind):
        assert read_back(room.instants(plain(array))) == [None, None]


@pytest.mark.parametrize(
    ("array", "value"),
    [
        (pa.array([Decimal("7E+2")], pa.decimal128(3, -2)), 700),
        (pa.array([2.0**53 - 1]), 2**53 - 1),
        (pa.array([-0.0]), 0),
        (pa.array([2.0**24 - 1], pa.float32()), 2**24 - 1),
        (pa.array([np.float16(2047)], pa.float16()), 2047),
        (pa.array([b"7"], pa.binary(1)), 7),
        (pa.array([None], pa.null()), None),
        (pa.ExtensionArray.from_storage(pa.json_(), pa.array(["18446744073709551615"])), 2**64 - 1),
        (pa.ExtensionArray.from_storage(pa.json_(), pa.array(['"7"'])), 7),
        (pa.ExtensionArray.from_storage(pa.json_(), pa.array(["null"])), None),
    ],
)  # fmt: skip
def test_an_identifier_at_the_edge_is_exact(array: pa.Array, value: int | None) -> None:
    assert read_back(room.identifiers(plain(array))) == [value]


@pytest.mark.parametrize(
    ("array", "status"),
    [
        (pa.array([-1], pa.int8()), room.MALFORMED),
        (pa.array([Decimal(-1)], pa.decimal32(4, 0)), room.MALFORMED),
        (pa.array([Decimal(-(2**64))], pa.decimal256(60, 0)), room.MALFORMED),
        (pa.array([Decimal(2**64)], pa.decimal128(20, 0)), room.OUT_OF_RANGE),
        (pa.array([Decimal(10**75)], pa.decimal256(76, 0)), room.OUT_OF_RANGE),
        (pa.array([Decimal("7.5")], pa.decimal128(5, 1)), room.NOT_WHOLE),
        (pa.array([Decimal("-0.5")], pa.decimal64(5, 1)), room.NOT_WHOLE),
        (pa.array([Decimal("7E+20")], pa.decimal128(3, -20)), room.OUT_OF_RANGE),
        (pa.array([Decimal("-7E+2")], pa.decimal128(3, -2)), room.MALFORMED),
        (pa.array([2.0**53]), room.NOT_EXACT),
        (pa.array([1e300]), room.NOT_EXACT),
        (pa.array([-7.0]), room.MALFORMED),
        (pa.array([0.5]), room.NOT_WHOLE),
        (pa.array([float("nan")]), room.NOT_WHOLE),
        (pa.array([float("inf")]), room.NOT_WHOLE),
        (pa.array([2.0**24], pa.float32()), room.NOT_EXACT),
        (pa.array([np.float16(2048)], pa.float16()), room.NOT_EXACT),
        (pa.array([b"7\0"], pa.binary(2)), room.MALFORMED),
        (pa.array([b"\xff"], pa.binary()), room.NOT_TEXT),
        (pa.array([b"caf\xe9"], pa.binary()).view(pa.string()), room.NOT_TEXT),
        (pa.ExtensionArray.from_storage(pa.json_(), pa.array(["7.0"])), room.MALFORMED),
        (pa.ExtensionArray.from_storage(pa.json_(), pa.array(["{"])), room.MALFORMED),
        (pa.ExtensionArray.from_storage(pa.json_(), pa.array(["[7]"])), room.MALFORMED),
    ],
)  # fmt: skip
def test_what_is_no_exact_identifier_is_told(array: pa.Array, status: int) -> None:
    assert room.identifiers(plain(array))[1].tolist() == [status]


@pytest.mark.parametrize(
    ("read", "array", "status"),
    [
        (room.instants, pa.array([1_001], pa.timestamp("ns")), room.TOO_FINE),
        (room.instants, pa.array([-1], pa.timestamp("ns")), room.TOO_FINE),
        (room.instants, pa.array([2**62], pa.timestamp("s")), room.NO_SUCH_TIME),
        (room.instants, pa.array([-(2**62)], pa.timestamp("ms", tz="UTC")), room.NO_SUCH_TIME),
        (room.days, pa.array([1], pa.timestamp("s")), room.NOT_MIDNIGHT),
        (room.days, pa.array([86_399_999_999_999], pa.timestamp("ns")), room.NOT_MIDNIGHT),
        (room.days, pa.array([1], pa.int64()).view(pa.date64()), room.NOT_MIDNIGHT),
        (room.days, pa.array(["2024-01-05T00:00:00Z"]), room.MALFORMED),
        (room.days, pa.array([b"2024-01-0\xff"], pa.binary()), room.NOT_TEXT),
        (room.flags, pa.array([2], pa.int8()), room.NOT_FLAG),
        (room.flags, pa.array([-1], pa.int8()), room.NOT_FLAG),
        (room.flags, pa.array([0.5]), room.NOT_FLAG),
        (room.flags, pa.array(["yes"], pa.string_view()), room.NOT_FLAG),
        (room.flags, pa.array([b"\xfftrue"], pa.binary_view()), room.NOT_TEXT),
    ],
)  # fmt: skip
def test_what_is_not_exact_is_told(read: Any, array: pa.Array, status: int) -> None:
    assert read(plain(array))[1].tolist() == [status]


@pytest.mark.parametrize("unit", ["s", "ms", "us", "ns"])
@pytest.mark.parametrize("far", [2**63 - 1, -(2**63) + 1])
def test_values_at_the_ends_of_time_are_spelt(unit: str, far: int) -> None:
    assert spelling(pa.array([far], pa.timestamp(unit))[0])
    assert spelling(pa.array([far], pa.int64()).view(pa.date64())[0])
    assert room.instants(pa.array([far], pa.timestamp(unit)))[1].tolist() != [room.EMPTY]


def test_a_uuid_is_the_text_that_people_write() -> None:
    one = uuid.UUID("12345678-1234-5678-1234-567812345678")
    array = pa.ExtensionArray.from_storage(pa.uuid(), pa.array([one.bytes, None], pa.binary(16)))
    assert plain(array).to_pylist() == [str(one).encode(), None]


UNFIT = [
    pa.array([[7]]), pa.array([{"a": 7}]), pa.array([7], pa.duration("s")), pa.array([7], pa.time64("us")),
    pa.array([[(7, 7)]], pa.map_(pa.int8(), pa.int8())), pa.array([[7.5]]),
]  # fmt: skip


@pytest.mark.parametrize("array", UNFIT, ids=lambda array: str(array.type))
@pytest.mark.parametrize("read", [room.identifiers, room.flags, room.days, room.instants])
def test_a_layout_that_cannot_hold_the_values_is_refused_by_name(read: Any, array: pa.Array) -> None:
    with pytest.raises(UnfitLayout) as caught:
        read(plain(array))
    assert caught.value.found == str(array.type)


@pytest.mark.parametrize(
    ("read", "array"),
    [
        (room.identifiers, pa.array([True])),
        (room.identifiers, pa.array([0], pa.date32())),
        (room.identifiers, pa.array([0], pa.timestamp("s"))),
        (room.flags, pa.array([0], pa.timestamp("s"))),
        (room.days, pa.array([0])),
        (room.days, pa.array([0.0])),
        (room.instants, pa.array([0])),
        (room.instants, pa.array([0], pa.date32())),
    ],
)
def test_values_of_another_kind_are_never_guessed(read: Any, array: pa.Array) -> None:
    with pytest.raises(UnfitLayout):
        read(plain(array))


def test_an_extension_type_of_unknown_meaning_is_refused() -> None:
    kind = pa.opaque(pa.int64(), "period", "somebody")
    with pytest.raises(UnfitLayout) as caught:
        plain(pa.ExtensionArray.from_storage(kind, pa.array([7])))
    assert "opaque" in caught.value.found
