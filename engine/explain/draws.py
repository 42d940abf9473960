"""Steps that every draw shares: from message bytes to words, uniforms and picks.

Source: spec/rng-and-numerics.md, sections 1 to 3; spec/segment-2B.md, S5 (alias tables in binary64).
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Sequence
from typing import Final, NamedTuple

from engine.explain.arithmetic import WORD, binary64_table, philox_rounds, running_sums, uniform_steps
from engine.explain.steps import Explanation, Scalar, Terms, Value, hex_word
from engine.numerics import cos2pi, log
from engine.numerics.normal import normal_icdf_acklam, normal_icdf_as241

__all__ = [
    "FamilyEvent",
    "Labelled",
    "block_step",
    "box_muller",
    "family_event_steps",
    "normal_step",
    "pick_step",
    "routing_key_steps",
    "stream_digest_step",
    "two_words_step",
    "uer_be",
    "uer_le",
    "uniform_step",
    "uniforms_step",
]

_FAMILY_DOMAIN: Final = "5B.rng.v1"
_ACKLAM_SPLIT: Final = 0.02425
_AS241_CENTRE: Final = 0.425
_AS241_FAR: Final = 5.0


def uer_le(text: str) -> bytes:
    """A text with its length before it: u32, lowest byte first, then UTF-8."""
    encoded = text.encode()
    return len(encoded).to_bytes(4, "little") + encoded


def uer_be(text: str) -> bytes:
    """A text with its length before it: u32, highest byte first, then UTF-8."""
    encoded = text.encode()
    return len(encoded).to_bytes(4, "big") + encoded


def stream_digest_step(
    explanation: Explanation, master: bytes, domain_stream: str, rng_stream_id: str
) -> bytes:
    """The digest of a stream from the master digest and the stream's names."""
    tail = uer_le(domain_stream) + uer_le(rng_stream_id)
    digest = hashlib.sha256(master + tail).digest()
    explanation.step(
        "The stream's digest",
        "Streams of one world are told apart by their names.",
        Value("M", master.hex()),
        Value("UERle(domain_stream)", uer_le(domain_stream).hex(), repr(domain_stream)),
        Value("UERle(rng_stream_id)", uer_le(rng_stream_id).hex(), repr(rng_stream_id)),
        Value("message", (master + tail).hex(), f"{len(master + tail)} bytes"),
        Value("H = SHA-256", digest.hex()),
    )
    return digest


def routing_key_steps(
    explanation: Explanation,
    *,
    domain_master: str,
    domain_stream: str,
    rng_stream_id: str,
    parameter_hash: str,
    run_id: str,
    seed: int,
    start: int,
) -> int:
    """The steps from message bytes to the key of a routing stream, whose counter starts where the policy says."""
    message = uer_le(domain_master) + bytes.fromhex(parameter_hash) + bytes.fromhex(run_id)
    message += seed.to_bytes(8, "little")
    master = hashlib.sha256(message).digest()
    explanation.step(
        "The master digest of policies, run and seed",
        "Routing belongs to a run: another policy, roster, label or seed routes by other numbers throughout.",
        Value("UERle(domain_master)", uer_le(domain_master).hex(), f"u32 length, then {domain_master!r}"),
        Value("parameter_hash", parameter_hash, "32 raw bytes"),
        Value("run_id", run_id, "16 raw bytes"),
        Value("LE64(seed)", seed.to_bytes(8, "little").hex(), f"seed {seed}, 8 bytes, lowest first"),
        Value("message", message.hex(), f"{len(message)} bytes: the four in a row"),
        Value("M = SHA-256", master.hex()),
    )
    digest = stream_digest_step(explanation, master, domain_stream, rng_stream_id)
    key = int.from_bytes(digest[24:32], "little")
    explanation.step(
        "Key and first counter",
        "The generator is addressed, not stepped: a key for the stream, a counter for each event.",
        Value("H[24:32]", digest[24:32].hex()),
        Value("key", hex_word(key), "H[24:32], lowest byte first"),
        Value("counter start hi", hex_word(start // WORD), "policy counter_start"),
        Value("counter start lo", hex_word(start % WORD), "policy counter_start"),
    )
    return key


def block_step(explanation: Explanation, key: int, counter: int, where: str, user: str) -> int:
    """Word 0 of the block at the counter.

    Args:
        where: how the counter came about.
        user: what uses the word.
    """
    return _words_step(explanation, key, counter, where, f"{user} uses word 0", "not used")[0]


def two_words_step(
    explanation: Explanation, key: int, counter: int, where: str, user: str
) -> tuple[int, int]:
    """Both words of the block at the counter; arguments as for `block_step`."""
    return _words_step(explanation, key, counter, where, f"{user} uses both", "")


def _words_step(
    explanation: Explanation, key: int, counter: int, where: str, use: str, second: str
) -> tuple[int, int]:
    rounds = philox_rounds(counter, key)
    word0, word1 = rounds[-1].c0, rounds[-1].c1
    explanation.step(
        "The block: Philox2x64-10",
        f"Ten rounds turn counter and key into two words; {use}.",
        Value("counter", f"{counter:032x}", where),
        Value("counter hi", hex_word(counter // WORD), f"c1; {counter // WORD}"),
        Value("counter lo", hex_word(counter % WORD), f"c0; {counter % WORD}"),
        Value("key", hex_word(key)),
        Value("word 0", hex_word(word0), f"{word0}"),
        Value("word 1", hex_word(word1), second or f"{word1}"),
        terms=Terms(
            ("round", "c0", "c1", "key"),
            [
                (
                    str(number) if one.key is not None else "out",
                    hex_word(one.c0),
                    hex_word(one.c1),
                    hex_word(one.key) if one.key is not None else "",
                )
                for number, one in enumerate(rounds)
            ],
            frozenset((len(rounds) - 1,)),
        ),
    )
    return word0, word1


def uniform_step(explanation: Explanation, word: int) -> float:
    """The uniform of the word."""
    steps = uniform_steps(word)
    explanation.step(
        "The uniform",
        "u = (x + 0.5) / 2^64, rounded after each operation: never 0, never 1.",
        Value("x", steps.converted, "word 0, ties to even"),
        Value("x + 0.5", steps.raised),
        Value("u", steps.u, "by 2^-64, exact" if steps.u == steps.scaled else "1.0 becomes 1 - 2^-53"),
    )
    return steps.u


def uniforms_step(
    explanation: Explanation, words: tuple[int, int], names: tuple[str, str]
) -> tuple[float, float]:
    """The uniforms of both words of a block."""
    first, second = (uniform_steps(word) for word in words)
    explanation.step(
        "The uniforms",
        "u = (x + 0.5) / 2^64, rounded after each operation: never 0, never 1.",
        Value("x of word 0", first.converted, "ties to even"),
        Value(names[0], first.u, "(x + 0.5) 2^-64"),
        Value("x of word 1", second.converted, "ties to even"),
        Value(names[1], second.u, "(x + 0.5) 2^-64"),
    )
    return first.u, second.u


class FamilyEvent(NamedTuple):
    """The key of an event of a 5B family and its first counter."""

    key: int
    counter: int


def family_event_steps(
    explanation: Explanation,
    *,
    family_id: str,
    manifest_fingerprint: str,
    parameter_hash: str,
    seed: int,
    scenario_id: str,
    domain_key: str,
) -> FamilyEvent:
    """The steps from message bytes to key and first counter of an event of a 5B family."""
    texts = [
        ("'5B.rng.v1'", _FAMILY_DOMAIN),
        ("family_id", family_id),
        ("manifest_fingerprint", manifest_fingerprint),
        ("parameter_hash", parameter_hash),
    ]
    tail = [("scenario_id", scenario_id), ("domain_key", domain_key)]
    message = b"".join(uer_be(text) for _, text in texts) + seed.to_bytes(8, "little")
    message += b"".join(uer_be(text) for _, text in tail)
    digest = hashlib.sha256(message).digest()
    explanation.step(
        "The event's message and digest",
        "What is drawn has a name, and the digest of it says where in the generator its words lie.",
        *(Value(f"UERbe({name})", uer_be(text).hex(), _said(text)) for name, text in texts),
        Value("LE64(seed)", seed.to_bytes(8, "little").hex(), f"seed {seed}, 8 bytes, lowest first"),
        *(Value(f"UERbe({name})", uer_be(text).hex(), _said(text)) for name, text in tail),
        Value("message", message.hex(), f"{len(message)} bytes: the seven in a row"),
        Value("h = SHA-256", digest.hex()),
    )
    key, high, low = (int.from_bytes(digest[at : at + 8], "big") for at in (0, 8, 16))
    explanation.step(
        "Key and first counter",
        "The generator is addressed, not stepped: a key and a counter for the event.",
        Value("key", hex_word(key), "h[0:8], highest byte first"),
        Value("first counter hi", hex_word(high), "h[8:16], highest byte first"),
        Value("first counter lo", hex_word(low), "h[16:24], highest byte first"),
    )
    return FamilyEvent(key, high * WORD + low)


def _said(text: str) -> str:
    """The text behind its bytes; a digest only by its length."""
    if len(text) == 64 and not set(text) - set("0123456789abcdef"):
        return "u32 length, then 64 hexadecimal digits as text"
    return repr(text)


def box_muller(u0: float, u1: float) -> float:
    """The standard normal deviate sqrt(-2 log u0) cos(2 pi u1); the second one is discarded."""
    return math.sqrt(-2.0 * float(log(u0))) * float(cos2pi(u1))


def normal_step(explanation: Explanation, law: str, u: float, name_of_u: str = "u") -> float:
    """The standard normal quantile of u by the policy's approximation; a name other than AS 241's means Acklam's."""
    if law == "as241_v1":
        branch, within, z = *_as241_branch(u), float(normal_icdf_as241(u))
        name = "Wichura's AS 241 (PPND16)"
    else:
        branch, within, z = *_acklam_branch(u), float(normal_icdf_acklam(u))
        name = "Acklam's approximation, not refined"
    explanation.step(
        "The normal quantile",
        f"{name}; the policy names it, so that its bits are part of the law.",
        Value("normal_icdf", law, "policy"),
        Value(name_of_u, u),
        Value("branch", branch),
        *within,
        Value("z", z, "standard normal"),
    )
    return z


def _acklam_branch(u: float) -> tuple[str, tuple[Value, ...]]:
    if u < _ACKLAM_SPLIT:
        return f"lower tail: u < {_ACKLAM_SPLIT}", (Value("q", math.sqrt(-2.0 * log(u)), "sqrt(-2 log u)"),)
    if u > 1.0 - _ACKLAM_SPLIT:
        q = math.sqrt(-2.0 * log(1.0 - u))
        return f"upper tail: u > 1 - {_ACKLAM_SPLIT}", (Value("q", q, "sqrt(-2 log(1 - u))"),)
    q = u - 0.5
    return f"centre: {_ACKLAM_SPLIT} <= u <= 1 - {_ACKLAM_SPLIT}", (
        Value("q", q, "u - 0.5"),
        Value("r", q * q, "q q"),
    )


def _as241_branch(u: float) -> tuple[str, tuple[Value, ...]]:
    q = u - 0.5
    if abs(q) <= _AS241_CENTRE:
        return f"centre: |u - 0.5| <= {_AS241_CENTRE}", (
            Value("q", q, "u - 0.5"),
            Value("r", 0.180625 - q * q, "0.180625 - q q"),
        )
    r = math.sqrt(-log(u if q < 0.0 else 1.0 - u))
    side = "lower" if q < 0.0 else "upper"
    reach = "near" if r <= _AS241_FAR else "far"
    return f"{side} tail, {reach}", (
        Value("q", q, "u - 0.5"),
        Value("r", r, "sqrt(-log of the smaller of u and 1 - u)"),
    )


class Labelled(NamedTuple):
    """What can be picked: a heading for each part of a label, the labels, and their weights, in key order."""

    columns: tuple[str, ...]
    labels: Sequence[tuple[Scalar, ...]]
    weight_name: str
    weights: Sequence[float]


def pick_step(explanation: Explanation, title: str, why: str, choices: Labelled, u: float) -> int | None:
    """The position that u picks by the alias table of the weights; None, and a broken law, where there is no table."""
    table = binary64_table(choices.weights)
    name = choices.weight_name
    if table is None:
        total = running_sums(choices.weights)[-1] if choices.weights else 0.0
        explanation.check(f"{name} is finite, at least 0, and sums to more than 0", total, 0.0, False)
        return None
    n = len(choices.weights)
    scaled = u * n
    j = int(scaled)
    r = scaled - j
    place = j if r < table.prob[j] else table.alias[j]
    explanation.step(
        title,
        why,
        Value("cells N", n),
        Value(f"sum of {name}", table.total, "serial, in key order"),
        Value("u", u),
        Value("u N", scaled),
        Value("j", j, "floor(u N)"),
        Value("r", r, "u N - j"),
        Value("prob[j]", table.prob[j]),
        Value("alias[j]", table.alias[j]),
        Value("picked", place, "r < prob[j]: j itself" if place == j and r < table.prob[j] else "alias[j]"),
        terms=Terms(
            ("cell", *choices.columns, name, "p", "s", "prob", "alias"),
            [
                (
                    k,
                    *choices.labels[k],
                    choices.weights[k],
                    table.share[k],
                    table.scaled[k],
                    table.prob[k],
                    table.alias[k],
                )
                for k in range(n)
            ],
            frozenset((j, place)),
        ),
    )
    return place
