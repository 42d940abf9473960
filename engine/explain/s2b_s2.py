"""2B.S2 explained: one merchant's alias table, from its shares to the bytes of its slice (spec/segment-2B.md, S2)."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Final, Literal

from engine.explain.arithmetic import QBITS, AliasTable, GridMasses, alias_table, grid_masses, running_sums
from engine.explain.selectors import Selector, chosen_site
from engine.explain.sites import SiteKey, key_order, noted, select_merchant, site_keys
from engine.explain.sources import Sources, python_column
from engine.explain.steps import Explanation, Terms, Value
from generated.datasets.s2b import ALIAS_LAYOUT_POLICY_V1, S1_SITE_WEIGHTS, S2_ALIAS_BLOB, S2_ALIAS_INDEX

if TYPE_CHECKING:
    from generated.models.s2b import AliasLayoutPolicyV1, S2AliasIndex

_WORD_BYTES: Final = 4
_HEADER_WORDS: Final = 4
_Q_ONE: Final = 1 << QBITS


def alias_slice(sources: Sources, selector: Selector, explanation: Explanation) -> None:
    """Derive the slice of one merchant and put it beside the stored index row and bytes."""
    policy: AliasLayoutPolicyV1 = sources.opened(ALIAS_LAYOUT_POLICY_V1)
    weights = sources.opened(S1_SITE_WEIGHTS).read()
    index: S2AliasIndex = sources.opened(S2_ALIAS_INDEX)
    blob: bytes = sources.opened(S2_ALIAS_BLOB)
    keys = site_keys(weights)
    merchant = select_merchant(explanation, selector, keys)
    shares_of = dict(zip(keys, python_column(weights, "p_weight"), strict=True))
    sites = sorted((key for key in shares_of if key[0] == merchant), key=key_order)
    shares = [float(str(shares_of[site])) for site in sites]
    focus = None
    if selector.get("site") is not None or selector.get("country") is not None:
        focus = noted(explanation, chosen_site(selector, merchant, [(iso, order) for _, iso, order in sites]))
        explanation.key.update(legal_country_iso=sites[focus][1], site_order=sites[focus][2])

    bits = policy.quantised_bits
    masses = grid_masses(shares, bits)
    reachable = masses is not None
    explanation.check("shares lie in 0 to 1 and reach the grid", running_sums(shares)[-1], 1.0, reachable)
    if masses is None:
        return
    _masses_step(policy, sites, shares, masses, explanation, focus)
    table = alias_table(masses.masses, bits)
    _construction_steps(policy, table, explanation, focus)
    sizes: dict[int, int] = {}
    for key in keys:
        sizes[key[0]] = sizes.get(key[0], 0) + 1
    offset = _offset(policy, {m: n for m, n in sizes.items() if m < merchant})
    payload = _slice_bytes(policy, table)
    _slice_step(policy, merchant, sizes, offset, payload, explanation)

    _compare_index(policy, index, merchant, offset, payload, len(sites), explanation)
    _compare_blob(sources, index, blob, explanation)
    stored = blob[offset : offset + len(payload)]
    _compare_cells(policy, stored, payload, len(sites), explanation)
    _decoded_step(policy, stored, sites, shares, explanation, focus)


def _masses_step(
    policy: AliasLayoutPolicyV1,
    sites: list[SiteKey],
    shares: list[float],
    found: GridMasses,
    explanation: Explanation,
    focus: int | None,
) -> None:
    grid = 1 << policy.quantised_bits
    explanation.step(
        "Shares become whole masses",
        "m is p G rounded to nearest; what is missing from G goes to the greatest residuals p G - m.",
        Value("G", grid, f"2^{policy.quantised_bits}, units that every merchant has to give away"),
        Value("G - sum of rounded", found.deficit, "units added (or, below 0, taken back)"),
        Value("sum of m", sum(found.masses), "must be G"),
        terms=Terms(
            ("j", "country", "order", "p", "rounded", "residual", "m"),
            [
                (j, site[1], site[2], shares[j], found.rounded[j], found.residual[j], found.masses[j])
                for j, site in enumerate(sites)
            ],
            _rows(focus),
        ),
    )
    total = sum(found.masses)
    explanation.check("sum of m = G", total, grid, total == grid)


def _rows(focus: int | None) -> frozenset[int]:
    return frozenset() if focus is None else frozenset((focus,))


def _construction_steps(
    policy: AliasLayoutPolicyV1, table: AliasTable, explanation: Explanation, focus: int | None
) -> None:
    """Walker's and Vose's construction, pairing by pairing, and the cells that it leaves."""
    n = len(table.scaled)
    grid = 1 << policy.quantised_bits
    explanation.step(
        "Pairing of small and large cells",
        "S = m N, whole numbers: a cell below G is filled up from a large one, smallest indices first.",
        Value("N", n, "cells, one a site"),
        Value("small at first", sum(scaled < grid for scaled in table.scaled), "S < G"),
        Value("large at first", sum(scaled >= grid for scaled in table.scaled), "S >= G"),
        Value("pairings", len(table.pairings)),
        terms=Terms(
            ("small s", "S_s", "large l", "S_l", "S_l - (G - S_s)", "l is then"),
            [tuple(pairing) for pairing in table.pairings],
            frozenset(
                place
                for place, pairing in enumerate(table.pairings)
                if focus in (pairing.small, pairing.large)
            ),
        ),
    )
    explanation.step(
        "The cells",
        f"A cell keeps its own site with probability S / G, stored as floor of that times 2^{QBITS}, "
        f"from 1 to 2^{QBITS} - 1.",
        terms=Terms(
            ("j", "S = m N", "prob_q", "prob_q / 2^32", "alias"),
            [
                (j, table.scaled[j], table.prob_q[j], table.prob_q[j] / _Q_ONE, table.alias[j])
                for j in range(n)
            ],
            _rows(focus),
        ),
    )


def _offset(policy: AliasLayoutPolicyV1, before: dict[int, int]) -> int:
    """Where the slice starts after the slices of the merchants before it, which have so many sites."""
    step, offset = policy.alignment_bytes, 0
    for merchant in sorted(before):
        offset += _length(before[merchant])
        offset += -offset % step
    return offset


def _length(sites: int) -> int:
    return _WORD_BYTES * (_HEADER_WORDS + 2 * sites)


def _order(policy: AliasLayoutPolicyV1) -> Literal["little", "big"]:
    return policy.endianness


def _slice_bytes(policy: AliasLayoutPolicyV1, table: AliasTable) -> bytes:
    """Header, thresholds and aliases as 32-bit words."""
    words = (len(table.prob_q), QBITS, 0, 0, *table.prob_q, *table.alias)
    return b"".join(word.to_bytes(_WORD_BYTES, _order(policy)) for word in words)


def _slice_step(
    policy: AliasLayoutPolicyV1,
    merchant: int,
    sizes: dict[int, int],
    offset: int,
    payload: bytes,
    explanation: Explanation,
) -> None:
    n = sizes[merchant]
    explanation.step(
        "The slice",
        "Slices lie by ascending merchant_id, each at the next multiple of the alignment.",
        Value("merchants before", sum(other < merchant for other in sizes)),
        Value("alignment_bytes", policy.alignment_bytes, "policy, bytes"),
        Value("offset", offset, "bytes from the start of the blob"),
        Value("length", len(payload), f"bytes: 16 of header + 2 x {_WORD_BYTES} x {n}"),
        Value(
            "header", payload[: _WORD_BYTES * _HEADER_WORDS].hex(), f"{n}, {QBITS}, 0, 0, {policy.endianness}"
        ),
        Value("bytes", payload.hex(), "header, prob_q, alias"),
        Value("checksum", hashlib.sha256(payload).hexdigest(), "SHA-256 of these bytes"),
    )


def _compare_index(
    policy: AliasLayoutPolicyV1,
    index: S2AliasIndex,
    merchant: int,
    offset: int,
    payload: bytes,
    sites: int,
    explanation: Explanation,
) -> None:
    held = [row for row in index.merchants if row.merchant_id == merchant]
    explanation.check("the merchant has one row in the index", len(held), 1, len(held) == 1)
    row = held[0] if held else None
    explanation.compare("offset", row.offset if row else None, offset)
    explanation.compare("length", row.length if row else None, len(payload))
    explanation.compare("sites", row.sites if row else None, sites)
    explanation.compare("quantised_bits", row.quantised_bits if row else None, policy.quantised_bits)
    explanation.compare("checksum", row.checksum if row else None, hashlib.sha256(payload).hexdigest())


def _compare_blob(sources: Sources, index: S2AliasIndex, blob: bytes, explanation: Explanation) -> None:
    policy = next(source for source in sources.read if source.dataset == ALIAS_LAYOUT_POLICY_V1.id)
    explanation.compare("blob_size_bytes", index.blob_size_bytes, len(blob))
    explanation.compare("blob_sha256", index.blob_sha256, hashlib.sha256(blob).hexdigest())
    explanation.compare("policy_digest", index.policy_digest, policy.digest)
    explanation.compare("created_utc", index.created_utc, sources.folder.identity.created_utc)


def _words(policy: AliasLayoutPolicyV1, data: bytes) -> list[int]:
    whole = len(data) // _WORD_BYTES
    return [
        int.from_bytes(data[place * _WORD_BYTES : (place + 1) * _WORD_BYTES], _order(policy))
        for place in range(whole)
    ]


def _compare_cells(
    policy: AliasLayoutPolicyV1, stored: bytes, payload: bytes, n: int, explanation: Explanation
) -> None:
    """The bytes of the slice as a whole, and each word that differs."""
    explanation.compare("slice bytes", stored.hex(), payload.hex())
    held, derived = _words(policy, stored), _words(policy, payload)
    for place, word in enumerate(derived):
        found = held[place] if place < len(held) else None
        if found != word:
            explanation.compare(_word_name(place, n), found, word)


def _word_name(place: int, n: int) -> str:
    if place < _HEADER_WORDS:
        return f"header[{place}]"
    cell = place - _HEADER_WORDS
    return f"prob_q[{cell}]" if cell < n else f"alias[{cell - n}]"


def _decoded_step(
    policy: AliasLayoutPolicyV1,
    stored: bytes,
    sites: list[SiteKey],
    shares: list[float],
    explanation: Explanation,
    focus: int | None,
) -> None:
    """The law that the stored table decodes to, and how far each site lies from its share."""
    n = len(sites)
    words = _words(policy, stored)[_HEADER_WORDS:]
    prob_q, alias = words[:n], words[n:]
    readable = len(alias) == n and max(alias) < n
    explanation.check("every alias is a cell of the table", max(alias, default=-1), n - 1, readable)
    if not readable:
        return
    units = [0] * n
    for cell in range(n):
        units[cell] += prob_q[cell]
        units[alias[cell]] += _Q_ONE - prob_q[cell]
    decoded = [unit / (n * _Q_ONE) for unit in units]
    away = [abs(law - share) for law, share in zip(decoded, shares, strict=True)]
    worst = max(range(n), key=away.__getitem__)
    values = [
        Value("units", n * _Q_ONE, "N 2^32, shared out exactly"),
        Value("greatest |decoded - p|", away[worst], f"at j = {worst}"),
    ]
    if focus is not None:
        givers = [cell for cell in range(n) if alias[cell] == focus and cell != focus]
        values += [
            Value("own cell gives", prob_q[focus], "units"),
            Value("filled from it", ", ".join(map(str, givers)) or "none", "cells whose alias it is"),
            Value("units of the site", units[focus]),
            Value("decoded", decoded[focus], "units / (N 2^32)"),
            Value("p", shares[focus]),
        ]
    explanation.step(
        "What the stored table decodes to",
        "j = floor(u N), r = floor((u N - j) 2^32); r < prob_q[j] gives j, anything else alias[j].",
        *values,
        terms=Terms(
            ("j", "country", "order", "p", "decoded", "|decoded - p|"),
            [(j, site[1], site[2], shares[j], decoded[j], away[j]) for j, site in enumerate(sites)],
            _rows(focus),
        ),
    )
    explanation.check("units sum to N 2^32", sum(units), n * _Q_ONE, sum(units) == n * _Q_ONE)
    epsilon = policy.quantisation_epsilon
    explanation.check("|decoded - p| <= quantisation_epsilon", away[worst], epsilon, away[worst] <= epsilon)
