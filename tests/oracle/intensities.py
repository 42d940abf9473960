"""Expected arrivals, the slow and obvious way: the calendar of Python, the zones of zoneinfo, one bucket at a time.

Written from spec/world.md 3, "5A intensities", and the recipe's schema; imports nothing from the engine.
"""

from __future__ import annotations

import calendar
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from math import fsum
from typing import Any
from zoneinfo import ZoneInfo

import holidays


@lru_cache
def public_holidays(country: str, year: int) -> frozenset[date]:
    """The public holidays of a year, with those that a neighbouring year's rules give it."""
    found = holidays.country_holidays(country, years=[year - 1, year, year + 1])
    return frozenset(day for day in found if day.year == year)


def starts(recipe: dict[str, Any]) -> Iterator[datetime]:
    """The start of every bucket of the horizon, UTC."""
    horizon = recipe["horizon"]
    first = datetime.fromisoformat(horizon["start_utc"].replace("Z", "+00:00")).astimezone(UTC)
    for number in range(horizon["days"] * 86_400 // horizon["bucket_seconds"]):
        yield first + timedelta(seconds=number * horizon["bucket_seconds"])


def weekend_of(recipe: dict[str, Any], country: str) -> list[int]:
    """The days off of a country, 1 = Monday."""
    own = [one["days"] for one in recipe["demand"]["weekends"] if one["country_iso"] == country]
    return own[0] if own else [6, 7]


def hours_of(shape: dict[str, Any], weekend: list[int], day: date) -> list[float]:
    """The 24 relative hours of a day: of working days, or of the first or the last day off."""
    if day.isoweekday() == weekend[-1]:
        return shape["sunday"]
    if day.isoweekday() == weekend[0]:
        return shape["saturday"]
    return shape["weekday"]


def is_pay_day(recipe: dict[str, Any], day: date) -> bool:
    """Whether wages arrive; on the month's last day where the month is too short."""
    length = calendar.monthrange(day.year, day.month)[1]
    return any(min(wanted, length) == day.day for wanted in recipe["demand"]["pay_days"])


def surge_of(recipe: dict[str, Any], scenario: dict[str, Any], demand_class: str, day: date) -> float:
    """The factor of all surges on a civil day."""
    first_day = datetime.fromisoformat(recipe["horizon"]["start_utc"].replace("Z", "+00:00")).date()
    factor = 1.0
    for surge in scenario["surges"]:
        number = (day - first_day).days - surge["start_day"]
        peaks = [one["factor"] for one in surge["factors"] if one["demand_class"] == demand_class]
        if 0 <= number < surge["days"] and peaks:
            climb = max(1, surge["days"] // 4)
            height = min(1.0, (number + 1) / climb, (surge["days"] - number) / climb)
            factor *= 1.0 + (peaks[0] - 1.0) * height
    return factor


def row_intensities(
    recipe: dict[str, Any], scenario_id: str, country: str, zone: str, demand_class: str, weekly: float
) -> list[float]:
    """The expected arrivals of one merchant, country and zone in every bucket."""
    (scenario,) = [one for one in recipe["scenarios"] if one["scenario_id"] == scenario_id]
    (shape,) = [one for one in recipe["demand"]["shapes"] if one["demand_class"] == demand_class]
    weekend = weekend_of(recipe, country)
    monday = date(2024, 1, 1)
    week = [
        hours_of(shape, weekend, monday + timedelta(days=day))[hour] for day in range(7) for hour in range(24)
    ]
    mean = fsum(week) / 168
    per_bucket = weekly * recipe["horizon"]["bucket_seconds"] / (168 * 3600)
    civil = [start.astimezone(ZoneInfo(zone)).replace(tzinfo=None) for start in starts(recipe)]
    surged = []
    for local in civil:
        day = local.date()
        value = per_bucket * hours_of(shape, weekend, day)[local.hour] / mean
        if day in public_holidays(country, day.year):
            value *= shape["holiday_factor"]
        if is_pay_day(recipe, day):
            value *= shape["pay_day_factor"]
        surged.append(value * surge_of(recipe, scenario, demand_class, day))
    found = list(surged)
    first = datetime.fromisoformat(recipe["horizon"]["start_utc"].replace("Z", "+00:00"))
    midnight = datetime(first.year, first.month, first.day)
    for outage in scenario["outages"]:
        if outage["country_iso"] != country:
            continue
        begin = midnight + timedelta(days=outage["day"], hours=outage["start_hour"])
        end = begin + timedelta(hours=outage["hours"])
        calm = end + timedelta(hours=outage["catch_up_hours"])
        hour = [local.replace(minute=0, second=0) for local in civil]
        dark = [place for place, local in enumerate(hour) if begin <= local < end]
        after = [place for place, local in enumerate(hour) if end <= local < calm]
        lost = fsum(surged[place] * (1 - outage["residual_factor"]) for place in dark)
        later = fsum(surged[place] for place in after)
        for place in dark:
            found[place] *= outage["residual_factor"]
        for place in after:
            found[place] *= 1 + outage["catch_up_share"] * lost / later if later else 1.0
    return found
