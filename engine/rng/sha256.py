"""SHA-256 compression in compiled code, from any state on, so that a shared beginning is hashed once.

Source: FIPS 180-4. There are two kernels of the same function: one in the processor's own SHA instructions (x86), one
in 32-bit integer operations for every other machine. `engine.numerics.processor` chooses between them, once in a
process. Both write the rounds out as LLVM instructions, several messages side by side: the instructions of one message
wait for each other, those of two overlap.

A state is eight words, `numpy.uint32`, in the order a to h; a message is bytes.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from typing import Any, cast

import numpy as np
from llvmlite import ir
from numba import types
from numba.core import cgutils
from numba.extending import intrinsic
from numpy.typing import NDArray

from engine.numerics import compiled_part
from engine.numerics.processor import sha256_instructions

__all__ = ["BLOCK", "INITIAL_STATE", "compressed_rows", "compression", "state_after"]

Uint8Array = NDArray[np.uint8]
Uint32Array = NDArray[np.uint32]
Value = Any
"""A value of llvmlite: a number that the compiled code will hold."""

BLOCK = 64
"""Bytes of a block."""

_WORD = ir.IntType(32)
_QUAD = ir.VectorType(_WORD, 4)
_INDEX = ir.IntType(64)


def _primes(count: int) -> list[int]:
    found: list[int] = []
    candidate = 2
    while len(found) < count:
        if all(candidate % prime for prime in found):
            found.append(candidate)
        candidate += 1
    return found


def _root_fraction(radicand: int, degree: int) -> int:
    """The first 32 bits of the fraction of a whole number's root, exactly."""
    scaled = radicand << (32 * degree)
    low, high = 0, 1 << 40
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if middle**degree <= scaled else (low, middle)
    return low & 0xFFFF_FFFF


_ROUND_CONSTANTS = [_root_fraction(prime, 3) for prime in _primes(64)]
INITIAL_STATE = np.array([_root_fraction(prime, 2) for prime in _primes(8)], np.uint32)
"""(8,) the state before the first block."""

Lane = tuple[Value, Value, Value]
"""Where a lane's state, block and new state stand: three pointers to bytes."""


def _operation(builder: Any, name: str, kind: Any, operands: int) -> Any:
    """LLVM's own function of that name, from so many values of a kind to one of them."""
    signature = ir.FunctionType(kind, [kind] * operands)
    return cgutils.get_or_insert_function(builder.module, signature, name)  # type: ignore[no-untyped-call]


def _loaded(builder: Any, kind: Any, pointer: Value, offset: int) -> Value:
    """The words of a state at a byte offset, unaligned."""
    address = builder.gep(pointer, [ir.Constant(_INDEX, offset)])
    return builder.load(builder.bitcast(address, kind.as_pointer()), align=1)


def _stored(builder: Any, value: Value, pointer: Value, offset: int) -> None:
    address = builder.gep(pointer, [ir.Constant(_INDEX, offset)])
    builder.store(value, builder.bitcast(address, value.type.as_pointer()), align=1)


def _message_words(builder: Any, kind: Any, pointer: Value, offset: int) -> Value:
    """The words of a message at a byte offset, each big-endian in memory."""
    words = _loaded(builder, kind, pointer, offset)
    if sys.byteorder == "little":
        name = "llvm.bswap.v4i32" if kind is _QUAD else "llvm.bswap.i32"
        words = builder.call(_operation(builder, name, kind, 1), [words])
    return words


def _emit_portable(builder: Any, lanes: Sequence[Lane]) -> None:
    """One compression a lane in 32-bit integer operations."""

    def word(value: int) -> Value:
        return ir.Constant(_WORD, value)

    def total(first: Value, *others: Value) -> Value:
        for other in others:
            first = builder.add(first, other)
        return first

    def exclusive_or(first: Value, *others: Value) -> Value:
        for other in others:
            first = builder.xor(first, other)
        return first

    def rotated(x: Value, places: int) -> Value:
        return builder.call(_operation(builder, "llvm.fshr.i32", _WORD, 3), [x, x, word(places)])

    def shifted(x: Value, places: int) -> Value:
        return builder.lshr(x, word(places))

    for source, message, target in lanes:
        state = [_loaded(builder, _WORD, source, 4 * i) for i in range(8)]
        schedule = [_message_words(builder, _WORD, message, 4 * i) for i in range(16)]
        for t in range(16, 64):
            early, late = schedule[t - 15], schedule[t - 2]
            sigma0 = exclusive_or(rotated(early, 7), rotated(early, 18), shifted(early, 3))
            sigma1 = exclusive_or(rotated(late, 17), rotated(late, 19), shifted(late, 10))
            schedule.append(total(sigma1, schedule[t - 7], sigma0, schedule[t - 16]))
        a, b, c, d, e, f, g, h = state
        for t in range(64):
            large1 = exclusive_or(rotated(e, 6), rotated(e, 11), rotated(e, 25))
            choice = exclusive_or(builder.and_(e, f), builder.and_(builder.not_(e), g))
            first = total(h, large1, choice, word(_ROUND_CONSTANTS[t]), schedule[t])
            large0 = exclusive_or(rotated(a, 2), rotated(a, 13), rotated(a, 22))
            majority = exclusive_or(builder.and_(a, b), builder.and_(a, c), builder.and_(b, c))
            a, b, c, d, e, f, g, h = total(first, large0, majority), a, b, c, builder.add(d, first), e, f, g
        for i, (before, after) in enumerate(zip(state, (a, b, c, d, e, f, g, h), strict=True)):
            _stored(builder, builder.add(before, after), target, 4 * i)


def _emit_instructions(builder: Any, lanes: Sequence[Lane]) -> None:
    """One compression a lane in SHA instructions, which keep the state as the words F E B A and H G D C."""

    def shuffled(x: Value, y: Value, *order: int) -> Value:
        return builder.shuffle_vector(x, y, ir.Constant(_QUAD, list(order)))

    rounds = _operation(builder, "llvm.x86.sha256rnds2", _QUAD, 3)
    schedule1 = _operation(builder, "llvm.x86.sha256msg1", _QUAD, 2)
    schedule2 = _operation(builder, "llvm.x86.sha256msg2", _QUAD, 2)
    before, state, window = [], [], []
    for source, message, _ in lanes:
        abcd, efgh = (_loaded(builder, _QUAD, source, offset) for offset in (0, 16))
        before.append((shuffled(abcd, efgh, 5, 4, 1, 0), shuffled(abcd, efgh, 7, 6, 3, 2)))
        state.append(before[-1])
        window.append([_message_words(builder, _QUAD, message, 16 * i) for i in range(4)])
    for step in range(16):
        constants = ir.Constant(_QUAD, _ROUND_CONSTANTS[4 * step : 4 * step + 4])
        for lane, (words, (feba, hgdc)) in enumerate(zip(window, state, strict=True)):
            summand = builder.add(words[0], constants)
            middle = builder.call(rounds, [hgdc, feba, summand])
            upper = shuffled(summand, summand, 2, 3, 2, 3)
            state[lane] = (builder.call(rounds, [feba, middle, upper]), middle)
            if step < 12:
                following = builder.call(schedule1, [words[0], words[1]])
                following = builder.add(following, shuffled(words[2], words[3], 1, 2, 3, 4))
                words.append(builder.call(schedule2, [following, words[3]]))
            del words[0]
    for (_, _, target), (feba0, hgdc0), (feba, hgdc) in zip(lanes, before, state, strict=True):
        front, back = builder.add(feba0, feba), builder.add(hgdc0, hgdc)
        _stored(builder, shuffled(front, back, 3, 2, 7, 6), target, 0)
        _stored(builder, shuffled(front, back, 1, 0, 5, 4), target, 16)


def _compression_of(emit: Callable[[Any, Sequence[Lane]], None], lanes: int) -> Any:
    """The intrinsic (source, message, target, then three offsets a lane) for that many lanes."""

    def code(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        byte = ir.IntType(8).as_pointer()
        starts = []
        for array, kind in zip(arguments[:3], signature.args[:3], strict=True):
            data = context.make_array(kind)(context, builder, array).data
            starts.append(builder.bitcast(data, byte))
        pointers = []
        for position, offset in enumerate(arguments[3:]):
            place = position % 3
            if place != 1:
                offset = builder.mul(offset, ir.Constant(_INDEX, 4))
            pointers.append(builder.gep(starts[place], [offset]))
        emit(builder, [tuple(pointers[3 * i : 3 * i + 3]) for i in range(lanes)])
        return context.get_dummy_value()

    words = types.Array(types.uint32, 1, "C")
    message = types.Array(types.uint8, 1, "C")
    return types.void(words, message, words, *[types.int64] * (3 * lanes)), code


@intrinsic
def _one_portable(typing_context: Any, source: Any, message: Any, target: Any, s: Any, m: Any, t: Any) -> Any:
    return _compression_of(_emit_portable, 1)


@intrinsic
def _one(typing_context: Any, source: Any, message: Any, target: Any, s: Any, m: Any, t: Any) -> Any:
    return _compression_of(_emit_instructions, 1)


@intrinsic
def _two(
    typing_context: Any,
    source: Any,
    message: Any,
    target: Any,
    s: Any,
    m: Any,
    t: Any,
    s2: Any,
    m2: Any,
    t2: Any,
) -> Any:
    return _compression_of(_emit_instructions, 2)


Compression = Callable[[Uint32Array, Uint8Array, Uint32Array, int, int, int], None]
TwoCompressions = Callable[[Uint32Array, Uint8Array, Uint32Array, int, int, int, int, int, int], None]
CompressedRows = Callable[[Uint32Array, Uint8Array, int, int, Uint32Array], None]

# Numba types these for its own use; this is what they are to a caller.
_portable = cast(Compression, _one_portable)
_instructions = cast(Compression, _one)
_instructions_twice = cast(TwoCompressions, _two)


@compiled_part
def portable_compression(
    source: Uint32Array, message: Uint8Array, target: Uint32Array, s: int, m: int, t: int
) -> None:
    """`compression` on any machine."""
    _portable(source, message, target, s, m, t)


@compiled_part
def portable_compressed_rows(
    state: Uint32Array, messages: Uint8Array, rows: int, blocks: int, states: Uint32Array
) -> None:
    """`compressed_rows` on any machine."""
    for row in range(rows):
        for word in range(8):
            states[8 * row + word] = state[word]
        for block in range(row * blocks, (row + 1) * blocks):
            portable_compression(states, messages, states, 8 * row, block * BLOCK, 8 * row)


if sha256_instructions():

    @compiled_part
    def instruction_compression(
        source: Uint32Array, message: Uint8Array, target: Uint32Array, s: int, m: int, t: int
    ) -> None:
        """`compression` where the processor has SHA instructions."""
        _instructions(source, message, target, s, m, t)

    @compiled_part
    def instruction_compressed_rows(
        state: Uint32Array, messages: Uint8Array, rows: int, blocks: int, states: Uint32Array
    ) -> None:
        """`compressed_rows` where the processor has SHA instructions, two rows at a time."""
        step = blocks * BLOCK
        even = rows - rows % 2
        for row in range(0, even, 2):
            at = row * step
            here, there = 8 * row, 8 * row + 8
            _instructions_twice(state, messages, states, 0, at, here, 0, at + step, there)
            for _ in range(1, blocks):
                at += BLOCK
                _instructions_twice(states, messages, states, here, at, here, there, at + step, there)
        if even < rows:
            at = even * step
            _instructions(state, messages, states, 0, at, 8 * even)
            for _ in range(1, blocks):
                at += BLOCK
                _instructions(states, messages, states, 8 * even, at, 8 * even)

    compression: Compression = instruction_compression
    """`compression(source, message, target, s, m, t)`: the 64 bytes from message[m] on are compressed into the state
    at source[s], and the new state goes to target[t], which may be the same place."""
    compressed_rows: CompressedRows = instruction_compressed_rows
    """`compressed_rows(state, messages, rows, blocks, states)`: every row's `blocks` blocks are compressed into one
    and the same state; messages hold rows x blocks x 64 bytes, states (rows x 8,) receives the states."""
else:
    compression = portable_compression
    compressed_rows = portable_compressed_rows


def state_after(message: bytes) -> tuple[Uint32Array, bytes]:
    """(state, rest): the state after the message's whole blocks, and the bytes that do not fill another."""
    state = INITIAL_STATE.copy()
    data = np.frombuffer(bytearray(message), np.uint8)
    whole = len(message) - len(message) % BLOCK
    for at in range(0, whole, BLOCK):
        compression(state, data, state, 0, at, 0)
    return state, message[whole:]
