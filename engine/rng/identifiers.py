"""64-bit identifiers and flags that are hashes of decimal keys."""

from __future__ import annotations

import hashlib

__all__ = ["is_virtual", "site_id", "world_merchant_id"]

_VIRTUAL_PER_HUNDRED = 10


def site_id(merchant_id: int, legal_country_iso: str, site_order: int) -> int:
    """Identifier of a site in [0, 2^64): the digest's last 8 bytes, little-endian (spec/segment-2B.md S5)."""
    digest = hashlib.sha256(f"{merchant_id}:{legal_country_iso}:{site_order}".encode()).digest()
    return int.from_bytes(digest[24:], "little")


def is_virtual(merchant_id: int, seed: int) -> bool:
    """Whether the roster marks the merchant's arrivals as virtual, about one in ten (spec/world.md 5)."""
    digest = hashlib.sha256(f"{merchant_id}:{seed}".encode()).digest()
    return int.from_bytes(digest, "big") % 100 < _VIRTUAL_PER_HUNDRED


def world_merchant_id(i: int) -> int:
    """Identifier in [0, 2^64) of the world builder's merchant i, counted from 0 (spec/world.md 3)."""
    return int.from_bytes(hashlib.sha256(f"merchant|{i}".encode()).digest()[:8], "big")
