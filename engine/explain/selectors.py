"""Selectors: which row a person means, and what there is when they name none."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final, NamedTuple

from engine.core.errors import EngineError
from generated.errors.engine import USE

__all__ = [
    "Chosen",
    "Selector",
    "bad_selector",
    "chosen_day",
    "chosen_merchant",
    "chosen_site",
    "chosen_zone",
    "one_of",
]

SHORTEST_PREFIX: Final = 4
_LISTED: Final = 8


@dataclass(frozen=True, slots=True)
class Selector:
    """A state and what was typed to name a row of it, by option (`merchant`, `day`, …)."""

    state: str
    given: Mapping[str, str]

    def get(self, option: str) -> str | None:
        """What was typed for an option; None when it was left out."""
        return self.given.get(option)


class Chosen(NamedTuple):
    """A position among what there is, and a note when it was not named."""

    place: int
    note: str = ""


def bad_selector(where: str, expected: str, found: str) -> EngineError:
    """The error of a selector that names nothing, or more than one thing."""
    return EngineError(USE.BAD_SELECTOR, where=where, expected=expected, found=found)


def one_of(values: Sequence[str]) -> str:
    """What there is, in words, cut short."""
    shown = ", ".join(values[:_LISTED])
    more = len(values) - _LISTED
    return f"{shown} and {more:,} more" if more > 0 else shown


def chosen_merchant(selector: Selector, merchants: Sequence[int]) -> Chosen:
    """The merchant of that id, or of the only one whose decimal digits start so; the first when none is named.

    Args:
        selector: what was typed.
        merchants: ids in ascending order, at least one.

    Raises:
        EngineError: no merchant, or more than one.
    """
    text = selector.get("merchant")
    if text is None:
        return Chosen(0, f"merchant_id: the first of {len(merchants):,}; name another with --merchant")
    known = [str(merchant) for merchant in merchants]
    where = f"{selector.state} --merchant {text}"
    if text in known:
        return Chosen(known.index(text))
    if not (text.isascii() and text.isdigit()) or len(text) < SHORTEST_PREFIX:
        wanted = f"a merchant id, or at least {SHORTEST_PREFIX} of its first digits"
        raise bad_selector(where, wanted, f"{text!r} (there are {one_of(known)})")
    hits = [place for place, digits in enumerate(known) if digits.startswith(text)]
    if not hits:
        raise bad_selector(where, f"one of {one_of(known)}", "no merchant of that id or beginning")
    if len(hits) > 1:
        raise bad_selector(where, "one merchant", f"{len(hits)}: {one_of([known[hit] for hit in hits])}")
    return Chosen(hits[0], f"merchant_id: the only one that starts with {text}")


def chosen_site(selector: Selector, merchant: int, sites: Sequence[tuple[str, int]]) -> Chosen:
    """The site of that country and order among a merchant's, in key order; the first of what is left open.

    Raises:
        EngineError: no such country or site, or a site order that several countries have.
    """
    country, order = selector.get("country"), selector.get("site")
    where = f"{selector.state} merchant {merchant}"
    countries = list(dict.fromkeys(iso for iso, _ in sites))
    if country is not None and country not in countries:
        raise bad_selector(f"{where} --country {country}", f"one of {one_of(countries)}", "no such country")
    places = [place for place, (iso, _) in enumerate(sites) if country in (None, iso)]
    if order is None:
        first = sites[places[0]]
        left = "legal_country_iso and site_order" if country is None else "site_order"
        return Chosen(
            places[0],
            f"{left}: the first of {len(places):,}, {first[0]} {first[1]}; name another with --site",
        )
    hits = [place for place in places if str(sites[place][1]) == order]
    if not hits:
        known = [f"{iso} {number}" for iso, number in (sites[place] for place in places)]
        raise bad_selector(f"{where} --site {order}", f"one of {one_of(known)}", "no such site")
    if len(hits) > 1:
        found = ", ".join(sites[hit][0] for hit in hits[:_LISTED])
        raise bad_selector(
            f"{where} --site {order}", "one site: add --country", f"sites of that order in {found}"
        )
    only = f"legal_country_iso: {sites[hits[0]][0]}, the only one with a site of that order"
    return Chosen(hits[0], "" if country is not None or len(countries) == 1 else only)


def chosen_day(selector: Selector, days: Sequence[str]) -> Chosen:
    """The position of the day among the plan's days, which ascend; the first when none is named.

    Raises:
        EngineError: not a day of the calendar, or none of the plan.
    """
    text = selector.get("day")
    if text is None:
        return Chosen(0, f"utc_day: the first of {len(days):,}; name another with --day")
    where = f"{selector.state} --day {text}"
    plan = f"a day from {days[0]} to {days[-1]}"
    try:
        valid = date.fromisoformat(text).isoformat() == text
    except ValueError:
        valid = False
    if not valid:
        raise bad_selector(where, f"{plan}, written YYYY-MM-DD", repr(text))
    if text not in days:
        raise bad_selector(where, plan, "a day outside the plan")
    return Chosen(days.index(text))


def chosen_zone(selector: Selector, merchant: int, zones: Sequence[str]) -> Chosen:
    """The position of the zone among a merchant's; the first when none is named.

    Raises:
        EngineError: the merchant has no site in that zone.
    """
    text = selector.get("zone")
    if text is None:
        only = len(zones) == 1
        return Chosen(
            0,
            "tz_group_id: the only one that the merchant has"
            if only
            else f"tz_group_id: the first of {len(zones):,}; name another with --zone",
        )
    if text not in zones:
        raise bad_selector(
            f"{selector.state} merchant {merchant} --zone {text}",
            f"one of {one_of(zones)}",
            "no site in that zone",
        )
    return Chosen(zones.index(text))
