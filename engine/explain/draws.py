"""Steps that every draw shares: from message bytes to words, uniforms and picks.

Source: spec/rng-and-numerics.md, sections 1 to 3; spec/segment-2B.md, S5 (alias tables in binary64).
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import NamedTuple

from engine.explain.arithmetic import WORD, binary64_table, philox_rounds, running_sums, uniform_steps
from engine.explain.steps import Explanation, Scalar, Terms, Value, hex_word

__all__ = [
    "Labelled",
    "block_step",
    "pick_step",
    "routing_key_steps",
    "stream_digest_step",
    "uer_le",
    "uniform_step",
]


def uer_le(text: str) -> bytes:
    """A text with its length before it: u32, lowest byte first, then UTF-8."""
    encoded = text.encode()
    return len(encoded).to_bytes(4, "little") + encoded


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
    rounds = philox_rounds(counter, key)
    word0, word1 = rounds[-1].c0, rounds[-1].c1
    explanation.step(
        "The block: Philox2x64-10",
        f"Ten rounds turn counter and key into two words; {user} uses word 0.",
        Value("counter", f"{counter:032x}", where),
        Value("counter hi", hex_word(counter // WORD), f"c1; {counter // WORD}"),
        Value("counter lo", hex_word(counter % WORD), f"c0; {counter % WORD}"),
        Value("key", hex_word(key)),
        Value("word 0", hex_word(word0), f"{word0}"),
        Value("word 1", hex_word(word1), "not used"),
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
    return word0


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
