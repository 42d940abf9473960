"""2B.S3 explained: one day effect, from the bytes that are hashed to gamma.

Source: spec/segment-2B.md, S3; spec/rng-and-numerics.md, sections 1 to 4.
"""

from __future__ import annotations

import hashlib
from datetime import date, timedelta
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from engine.explain.arithmetic import WORD
from engine.explain.draws import block_step, normal_step, stream_digest_step, uer_le, uniform_step
from engine.explain.selectors import Selector, chosen_day, chosen_zone
from engine.explain.sites import TzGroups, noted, select_merchant, site_keys, tz_groups
from engine.explain.sources import Sources, derived_columns, rows_of_merchant
from engine.explain.steps import Explanation, Terms, Value, hex_word
from engine.numerics import exp
from generated.datasets.s2a import SITE_TIMEZONES
from generated.datasets.s2b import DAY_EFFECT_POLICY_V1, S1_SITE_WEIGHTS, S3_DAY_EFFECTS
from generated.tables.s2b import S3DayEffects

if TYPE_CHECKING:
    from generated.models.s2b import DayEffectPolicyV1

__all__ = ["Stream", "day_effect", "stream_steps"]


class Stream(NamedTuple):
    """The key of the plan stream and the counter of its row 0."""

    key: int
    base: int


def day_effect(sources: Sources, selector: Selector, explanation: Explanation) -> None:
    """Derive gamma of one merchant, day and zone, and put it beside the stored row."""
    policy: DayEffectPolicyV1 = sources.opened(DAY_EFFECT_POLICY_V1)
    weighed = site_keys(sources.opened(S1_SITE_WEIGHTS).read())
    groups = tz_groups(weighed, sources.opened(SITE_TIMEZONES).read())
    stored = sources.opened(S3_DAY_EFFECTS)
    merchant = select_merchant(explanation, selector, weighed)
    days = _days(policy)
    day = noted(explanation, chosen_day(selector, days))
    explanation.key["utc_day"] = days[day]
    if not explanation.check("every site has one zone", groups.unjoined, 0, groups.unjoined == 0):
        return
    zone = noted(explanation, chosen_zone(selector, merchant, groups.zones[merchant]))
    explanation.key["tz_group_id"] = groups.zones[merchant][zone]

    identity = sources.folder.identity
    derivation = policy.rng_derivation
    stream = stream_steps(
        explanation,
        domain_master=derivation.domain_master,
        domain_stream=derivation.domain_stream,
        rng_stream_id=policy.rng_stream_id,
        manifest_fingerprint=identity.manifest_fingerprint,
        seed=identity.seed,
    )
    row = _row_step(explanation, groups, merchant, len(days), day, zone)
    counter = stream.base + row
    in_range = counter < WORD * WORD
    explanation.check("the counter stays below 2^128", f"{counter:032x}", "f" * 32, in_range)
    if not in_range:
        return
    word = block_step(explanation, stream.key, counter, f"base counter + {row}", "the row")
    u = uniform_step(explanation, word)
    z = normal_step(explanation, policy.normal_icdf, u)
    log_gamma, gamma = _gamma_step(explanation, policy.sigma_gamma, z)

    found = [
        (place, held)
        for place, held in rows_of_merchant(stored, merchant)
        if (held["utc_day"], held["tz_group_id"]) == (days[day], groups.zones[merchant][zone])
    ]
    explanation.check("the row is stored once", len(found), 1, len(found) == 1)
    explanation.compare("row number", found[0][0] if found else None, row)
    derived = S3DayEffects.from_columns(
        merchant_id=np.array([merchant], np.uint64),
        utc_day=np.array([days[day]], "datetime64[D]"),
        tz_group_id=[groups.zones[merchant][zone]],
        gamma=np.array([gamma]),
        log_gamma=np.array([log_gamma]),
        sigma_gamma=float(policy.sigma_gamma),
        rng_stream_id=policy.rng_stream_id,
        rng_counter_lo=np.array([counter % WORD], np.uint64),
        rng_counter_hi=np.array([counter // WORD], np.uint64),
        created_utc=sources.created,
    )
    explanation.compare_row(found[0][1] if found else None, derived_columns(derived))


def _days(policy: DayEffectPolicyV1) -> list[str]:
    """Every day of the policy's range, both ends included."""
    first = date.fromisoformat(str(policy.day_range.start_day))
    last = date.fromisoformat(str(policy.day_range.end_day))
    return [(first + timedelta(days=d)).isoformat() for d in range((last - first).days + 1)]


def stream_steps(
    explanation: Explanation,
    *,
    domain_master: str,
    domain_stream: str,
    rng_stream_id: str,
    manifest_fingerprint: str,
    seed: int,
) -> Stream:
    """The steps from message bytes to key and base counter of a plan stream."""
    message = uer_le(domain_master) + bytes.fromhex(manifest_fingerprint) + seed.to_bytes(8, "little")
    master = hashlib.sha256(message).digest()
    explanation.step(
        "The master digest of world and seed",
        "Another world or another seed gives another M, and with it other numbers throughout.",
        Value("UERle(domain_master)", uer_le(domain_master).hex(), f"u32 length, then {domain_master!r}"),
        Value("manifest_fingerprint", manifest_fingerprint, "32 raw bytes"),
        Value("LE64(seed)", seed.to_bytes(8, "little").hex(), f"seed {seed}, 8 bytes, lowest first"),
        Value("message", message.hex(), f"{len(message)} bytes: the three in a row"),
        Value("M = SHA-256", master.hex()),
    )
    digest = stream_digest_step(explanation, master, domain_stream, rng_stream_id)
    key = int.from_bytes(digest[24:32], "little")
    high, low = int.from_bytes(digest[16:24], "big"), int.from_bytes(digest[24:32], "big")
    explanation.step(
        "Key and base counter",
        "The generator is addressed, not stepped: a key for the stream, a counter for each row.",
        Value("H[16:24]", digest[16:24].hex()),
        Value("H[24:32]", digest[24:32].hex()),
        Value("key", hex_word(key), "H[24:32], lowest byte first"),
        Value("base counter hi", hex_word(high), "H[16:24], highest byte first"),
        Value("base counter lo", hex_word(low), "H[24:32], highest byte first"),
    )
    return Stream(key, high * WORD + low)


def _row_step(
    explanation: Explanation, groups: TzGroups, merchant: int, days: int, day: int, zone: int
) -> int:
    """The number of the row in the table: merchants, then days, then zones."""
    before = [len(zones) for other, zones in groups.zones.items() if other < merchant]
    own = groups.zones[merchant]
    row = sum(before) * days + day * len(own) + zone
    explanation.step(
        "The row's number",
        "Rows lie by merchant, then day, then zone; row i draws at base counter + i, whoever computes it.",
        Value("merchants before", len(before)),
        Value("their zones", sum(before), "groups in all"),
        Value("days of the plan", days, "policy day_range, both ends included"),
        Value("day d", day, "0-based"),
        Value("zones of the merchant", len(own), "sorted by their UTF-8 bytes"),
        Value("zone z", zone, "0-based"),
        Value("row i", row, f"{sum(before)} x {days} + {day} x {len(own)} + {zone}"),
        terms=Terms(("z", "tz_group_id"), list(enumerate(own)), frozenset((zone,))),
    )
    return row


def _gamma_step(explanation: Explanation, sigma_gamma: float, z: float) -> tuple[float, float]:
    """log_gamma and gamma of the normal deviate."""
    sigma = float(sigma_gamma)
    drift = -(sigma * sigma) / 2.0
    log_gamma = drift + sigma * z
    gamma = float(exp(log_gamma))
    explanation.step(
        "The day effect",
        "Log-normal; the drift -sigma^2 / 2 makes its expectation 1: the mix moves, its mean does not.",
        Value("sigma", sigma, "policy sigma_gamma"),
        Value("-sigma^2 / 2", drift),
        Value("sigma z", sigma * z),
        Value("log_gamma", log_gamma, "the sum of both"),
        Value("gamma", gamma, "exp(log_gamma), correctly rounded"),
    )
    return log_gamma, gamma
