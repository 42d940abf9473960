"""Sites and their time zone groups as Python's own values, in key order (spec/segment-2B.md, S1 and S3)."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any, NamedTuple, TypeAlias

from codegen.runtime.tables import Table
from engine.explain.selectors import Chosen, Selector, chosen_merchant
from engine.explain.sources import python_column
from engine.explain.steps import Explanation, Value

__all__ = ["SiteKey", "TzGroups", "key_order", "select_merchant", "site_id_step", "site_keys", "tz_groups"]

SiteKey: TypeAlias = tuple[int, str, int]
"""Merchant, country, order."""


def site_keys(table: Table) -> list[SiteKey]:
    """The key of every row, in the table's order."""
    merchant, country, order, *_ = (python_column(table, name) for name in table.SPEC.primary_key)
    return [(int(str(m)), str(c), int(str(o))) for m, c, o in zip(merchant, country, order, strict=True)]


def key_order(key: SiteKey) -> tuple[int, bytes, int]:
    """What keys sort by: texts by their UTF-8 bytes."""
    return key[0], key[1].encode(), key[2]


def noted(explanation: Explanation, chosen: Chosen) -> int:
    """The chosen position, after its note was kept."""
    if chosen.note:
        explanation.choices.append(chosen.note)
    return chosen.place


def select_merchant(explanation: Explanation, selector: Selector, keys: list[SiteKey]) -> int:
    """The merchant that the selector names, put into the explanation's key."""
    merchants = sorted({key[0] for key in keys})
    merchant = merchants[noted(explanation, chosen_merchant(selector, merchants))]
    explanation.key["merchant_id"] = merchant
    return merchant


class TzGroups(NamedTuple):
    """Which zone each site lies in, and which zones each merchant has."""

    zone: Mapping[SiteKey, str]
    zones: Mapping[int, list[str]]
    """By merchant, ascending; zones sorted by their UTF-8 bytes."""
    unjoined: int
    """Sites that do not have exactly one row on both sides of the join."""


def tz_groups(weighed: list[SiteKey], timezones: Any) -> TzGroups:
    """The groups of all merchants by the 1:1 join of the weighed sites with their zones."""
    known: dict[SiteKey, str] = {}
    twice: set[SiteKey] = set()
    for key, tzid in zip(site_keys(timezones), python_column(timezones, "tzid"), strict=True):
        if key in known:
            twice.add(key)
        known[key] = str(tzid)
    zone = {key: known[key] for key in weighed if key in known}
    found: dict[int, set[str]] = {}
    for key, tzid in zone.items():
        found.setdefault(key[0], set()).add(tzid)
    zones = {merchant: sorted(found[merchant], key=str.encode) for merchant in sorted(found)}
    return TzGroups(zone, zones, len(known.keys() ^ set(weighed)) + len(twice))


def site_id_step(explanation: Explanation, site: SiteKey) -> int:
    """The identifier of a site."""
    message = f"{site[0]}:{site[1]}:{site[2]}"
    digest = hashlib.sha256(message.encode()).digest()
    site_id = int.from_bytes(digest[24:32], "little")
    explanation.step(
        "The site's identifier",
        "One number for the three columns of the key, the same in every run.",
        Value("message", message, "merchant_id:legal_country_iso:site_order"),
        Value("SHA-256", digest.hex()),
        Value("last 8 bytes", digest[24:32].hex()),
        Value("site_id", site_id, "lowest byte first"),
    )
    return site_id
