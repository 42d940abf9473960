"""When customers come: the civil hours of a recipe's horizon, weekly shapes, holidays, pay days and scenarios.

Everything here follows from the recipe, the timetable and the holidays of countries; nothing is drawn.
Source: spec/world.md 3, "5A intensities".
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final, Self

import numpy as np
from numpy.typing import NDArray

from engine.core.errors import EngineError
from engine.kernels.intensities import (
    FIRST_DAY_OFF,
    LAST_DAY_OFF,
    Calendar,
    Outages,
    ScenarioFactors,
)
from engine.world.holiday_calendar import public_holidays
from engine.world.tz_timetable import SPAN_END_UTC_S, SPAN_START_UTC_S, offset_rows
from generated.errors import S5A_S0
from generated.models.s1a import Outage, Recipe, Scenario, Surge, WeeklyShape
from generated.tables.s2a import TzTimetableCache

__all__ = ["WEEK_SECONDS", "Demand", "Horizon", "checked_recipe", "recipe_problems", "surge_factors"]

DAY_SECONDS: Final = 86_400
WEEK_SECONDS: Final = 7 * DAY_SECONDS
SATURDAY, SUNDAY = 6, 7
USUAL_WEEKEND: Final = (SATURDAY, SUNDAY)
LARGEST_SURGE: Final = 1e6
"""To this, overlapping surges of a scenario may multiply."""

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Horizon:
    """The buckets of all scenarios, and the civil days that they touch anywhere.

    Civil time is at most a day away from UTC, so the calendar has one day before the horizon's first and one after its
    last, by UTC's date.
    """

    start_s: int
    bucket_seconds: int
    buckets: int

    @classmethod
    def of(cls, recipe: Recipe) -> Self:
        """The horizon of a recipe that was checked."""
        start = datetime.fromisoformat(recipe.horizon.start_utc.replace("Z", "+00:00")).astimezone(UTC)
        length = recipe.horizon.days * DAY_SECONDS
        return cls(
            int(start.timestamp()), recipe.horizon.bucket_seconds, length // recipe.horizon.bucket_seconds
        )

    @property
    def end_s(self) -> int:
        """The instant at which it ends, in seconds since 1970."""
        return self.start_s + self.buckets * self.bucket_seconds

    @property
    def buckets_per_week(self) -> int:
        """Buckets in 168 hours."""
        return WEEK_SECONDS // self.bucket_seconds

    @property
    def first_day(self) -> int:
        """The calendar's first day, in days since 1970-01-01: the one before the UTC date of the start."""
        return self.start_s // DAY_SECONDS - 1

    @property
    def days(self) -> int:
        """How many days the calendar has."""
        return (self.end_s - 1) // DAY_SECONDS + 1 - self.first_day + 1

    @property
    def dates(self) -> NDArray[np.datetime64]:
        """(D,) the calendar's days."""
        found: NDArray[np.datetime64] = (self.first_day + np.arange(self.days)).astype("datetime64[D]")
        return found


@dataclass(frozen=True, slots=True, eq=False)
class Demand:
    """The arrays that the intensity kernels need: for places in tuples of zones, countries and classes."""

    horizon: Horizon
    zones: tuple[str, ...]
    countries: tuple[str, ...]
    classes: tuple[str, ...]
    calendar: Calendar
    scenarios: Mapping[str, ScenarioFactors]
    """By scenario_id, ascending."""

    @classmethod
    def of(
        cls, recipe: Recipe, timetable: TzTimetableCache, zones: Sequence[str], countries: Sequence[str]
    ) -> Self:
        """The demand of a recipe in these zones and countries.

        Raises:
            EngineError: the recipe describes a scenario or an hour that cannot be built, or a zone has no timetable.
        """
        checked_recipe(recipe)
        horizon = Horizon.of(recipe)
        classes = tuple(one.demand_class for one in recipe.world.classes)
        day, hour = _civil_hours(horizon, timetable, zones)
        weekends = {one.country_iso: tuple(one.days) for one in recipe.demand.weekends}
        own = [weekends.get(country, USUAL_WEEKEND) for country in countries]
        weeks = sorted({len(days) for days in own})
        shapes = {one.demand_class: one for one in recipe.demand.shapes}
        shape = [[_scaled_shape(shapes[name], days_off) for name in classes] for days_off in weeks]
        calendar = Calendar(
            day=day,
            hour=hour,
            day_kind=np.stack([_day_kinds(horizon, days) for days in own]),
            holiday=np.stack([_holidays(horizon, country) for country in countries]),
            pay_day=_pay_days(horizon, recipe.demand.pay_days),
            week=np.array([weeks.index(len(days)) for days in own], dtype=np.int32),
            shape=np.array(shape, dtype=np.float64),
            holiday_factor=np.array([shapes[name].holiday_factor for name in classes], dtype=np.float64),
            pay_day_factor=np.array([shapes[name].pay_day_factor for name in classes], dtype=np.float64),
        )
        scenarios = {
            one.scenario_id: ScenarioFactors(
                surge_factors(one.surges, classes, horizon.days), _outages(one.outages, countries)
            )
            for one in sorted(recipe.scenarios, key=lambda one: one.scenario_id.encode())
        }
        return cls(horizon, tuple(zones), tuple(countries), classes, calendar, scenarios)


# -- the recipe ------------------------------------------------------------------------------------------------


def checked_recipe(recipe: Recipe) -> None:
    """Refuse a recipe whose scenarios or hours cannot be built (EngineError with 5A.S0's code)."""
    for where, expected, found in recipe_problems(recipe):
        raise EngineError(S5A_S0.SCENARIO_INVALID, where=where, expected=expected, found=found)


def recipe_problems(recipe: Recipe) -> Iterator[tuple[str, str, object]]:
    """(where, expected, found) of every scenario or hour that cannot be built."""
    start = datetime.fromisoformat(recipe.horizon.start_utc.replace("Z", "+00:00"))
    bucket = recipe.horizon.bucket_seconds
    if start.microsecond or int(start.timestamp()) % bucket:
        yield (
            "recipe horizon.start_utc",
            f"the border of a bucket of {bucket} s",
            recipe.horizon.start_utc,
        )
    horizon = Horizon.of(recipe)
    if horizon.start_s < SPAN_START_UTC_S + DAY_SECONDS or horizon.end_s > SPAN_END_UTC_S - DAY_SECONDS:
        yield "recipe horizon", "a horizon in the years 1970 to 2100", recipe.horizon.start_utc
    names = [one.demand_class for one in recipe.demand.shapes]
    yield from _twice("recipe demand.shapes", names)
    for one in recipe.world.classes:
        if one.demand_class not in names:
            yield "recipe demand.shapes", f"a shape of {one.demand_class}, which the mix has", "none"
    for place, shape in enumerate(recipe.demand.shapes):
        if not any((*shape.weekday, *shape.sunday)):
            yield f"recipe demand.shapes[{place}]", "an hour above 0 on a weekday or a Sunday", "zeros"
    yield from _twice("recipe demand.weekends", [one.country_iso for one in recipe.demand.weekends])
    yield from _twice("recipe scenarios", [one.scenario_id for one in recipe.scenarios])
    for place, scenario in enumerate(recipe.scenarios):
        where = f"recipe scenarios[{place}]"
        for number, surge in enumerate(scenario.surges):
            yield from _twice(f"{where}.surges[{number}]", [one.demand_class for one in surge.factors])
            if surge.start_day + surge.days > recipe.horizon.days:
                found = f"{surge.days} days from day {surge.start_day}"
                yield f"{where}.surges[{number}]", f"days below {recipe.horizon.days}", found
        yield from _overlaps(where, scenario)
        yield from _high_surges(where, scenario, recipe.horizon.days)
        for number, outage in enumerate(scenario.outages):
            if outage.day >= recipe.horizon.days:
                yield f"{where}.outages[{number}].day", f"a day below {recipe.horizon.days}", outage.day


def _overlaps(where: str, scenario: Scenario) -> Iterator[tuple[str, str, object]]:
    """Outages of one country that share an hour: what is left of demand in it would be said twice."""
    taken: dict[tuple[str, int], int] = {}
    for number, outage in enumerate(scenario.outages):
        first = 24 * outage.day + outage.start_hour
        hours = [(outage.country_iso, hour) for hour in range(first, first + outage.hours)]
        others = sorted({taken[hour] for hour in hours if hour in taken})
        if others:
            expected = f"hours without another outage of {outage.country_iso}"
            yield f"{where}.outages[{number}]", expected, f"hours of outages[{others[0]}]"
        for hour in hours:
            taken.setdefault(hour, number)


def _high_surges(where: str, scenario: Scenario, days: int) -> Iterator[tuple[str, str, object]]:
    """A class that surges of one scenario raise, together, beyond what any number of arrivals could follow."""
    if any(surge.start_day + surge.days > days for surge in scenario.surges):
        return
    classes = sorted({one.demand_class for surge in scenario.surges for one in surge.factors})
    with np.errstate(over="ignore"):
        factors = surge_factors(scenario.surges, classes, days + 2)
    for name, factor in zip(classes, factors.max(axis=1, initial=0.0).tolist(), strict=True):
        if factor > LARGEST_SURGE:
            expected = f"factors of {name} that multiply to at most {LARGEST_SURGE:g}"
            yield f"{where}.surges", expected, f"{factor:g}"


def _twice(where: str, names: Sequence[str]) -> Iterator[tuple[str, str, object]]:
    for place, name in enumerate(names):
        if name in names[:place]:
            yield f"{where}[{place}]", "each name once", name


# -- the calendar ----------------------------------------------------------------------------------------------


def _civil_hours(
    horizon: Horizon, timetable: TzTimetableCache, zones: Sequence[str]
) -> tuple[NDArray[np.int32], NDArray[np.uint8]]:
    """(Z, H) the civil day and hour of each bucket's start in each zone, daylight saving included."""
    instants = horizon.start_s + horizon.bucket_seconds * np.arange(horizon.buckets, dtype=np.int64)
    day = np.empty((len(zones), horizon.buckets), dtype=np.int32)
    hour = np.empty((len(zones), horizon.buckets), dtype=np.uint8)
    code = timetable.tzid.codes_in(zones)
    order = np.argsort(code, kind="stable")
    bounds = np.searchsorted(code[order], np.arange(len(zones) + 1))
    for zone, (start, stop) in enumerate(zip(bounds[:-1].tolist(), bounds[1:].tolist(), strict=True)):
        rows = order[start:stop]
        changes = timetable.transition_utc_s[rows]
        if not rows.size or changes[0] > horizon.start_s:
            raise EngineError(
                S5A_S0.CIVIL_TIME_MAPPING_FAILED,
                where=zones[zone],
                expected="a zone of tz_timetable_cache whose first row lies before the horizon",
                found="none" if not rows.size else f"a first row at {changes[0]} s",
            )
        local = instants + timetable.offset_s[rows][offset_rows(changes, instants)]
        day[zone] = local // DAY_SECONDS - horizon.first_day
        hour[zone] = local % DAY_SECONDS // 3600
    return day, hour


def _day_kinds(horizon: Horizon, days_off: Sequence[int]) -> NDArray[np.uint8]:
    """(D,) kinds of days in a country whose weekend has these days, 1 = Monday, first day first."""
    weekday = (horizon.first_day + np.arange(horizon.days) + 3) % 7 + 1  # 1970-01-01 was a Thursday, 4
    kinds = np.zeros(horizon.days, dtype=np.uint8)
    kinds[weekday == days_off[0]] = FIRST_DAY_OFF
    kinds[weekday == days_off[-1]] = LAST_DAY_OFF
    return kinds


def _holidays(horizon: Horizon, country: str) -> NDArray[np.uint8]:
    dates = horizon.dates
    years = dates[[0, -1]].astype("datetime64[Y]").astype(int) + 1970
    return np.isin(dates, public_holidays(country, int(years[0]), int(years[1]))).astype(np.uint8)


def _pay_days(horizon: Horizon, days_of_month: Iterable[int]) -> NDArray[np.uint8]:
    """(D,) whether wages arrive; in a month that is too short for a day of the list, on its last one."""
    dates = horizon.dates
    months = dates.astype("datetime64[M]")
    number = (dates - months.astype("datetime64[D]")).astype(np.int64) + 1
    length = ((months + 1).astype("datetime64[D]") - months.astype("datetime64[D]")).astype(np.int64)
    found = np.zeros(dates.shape[0], dtype=np.uint8)
    for day in days_of_month:
        found[number == np.minimum(length, day)] = 1
    return found


def _scaled_shape(shape: WeeklyShape, days_off: int) -> FloatArray:
    """(3, 24) the hours of working days and of days off, scaled to a mean of 1 over a week with so many of these."""
    hours = np.array([shape.weekday, shape.saturday, shape.sunday], dtype=np.float64)
    sums = np.cumsum(hours, axis=1)[:, -1]  # an accumulation is serial by definition
    week = (7 - days_off) * sums[0] + (days_off - 1) * sums[1] + sums[2]
    scaled: FloatArray = hours / (week / 168.0)
    return scaled


# -- scenarios -------------------------------------------------------------------------------------------------


def surge_factors(surges: Iterable[Surge], classes: Sequence[str], days: int) -> FloatArray:
    """(K, D) the factor of each class on each day of the calendar, whose day 1 is the first day of the horizon.

    In the first quarter of its days a surge climbs to its peak in equal steps, and in the last it comes back.
    """
    found = np.ones((len(classes), days), dtype=np.float64)
    for surge in surges:
        steps = max(surge.days // 4, 1)
        peaks = {one.demand_class: one.factor for one in surge.factors}
        for number in range(surge.days):
            height = min(number + 1, surge.days - number, steps) / steps
            for place, name in enumerate(classes):
                if name in peaks:
                    found[place, 1 + surge.start_day + number] *= 1.0 + (peaks[name] - 1.0) * height
    return found


def _outages(outages: Iterable[Outage], countries: Sequence[str]) -> Outages:
    """The outages of the countries that there are."""
    own = [one for one in outages if one.country_iso in countries]
    return Outages(
        country=np.array([countries.index(one.country_iso) for one in own], dtype=np.int32),
        first_hour=np.array([24 * (1 + one.day) + one.start_hour for one in own], dtype=np.int64),
        hours=np.array([one.hours for one in own], dtype=np.int64),
        residual=np.array([one.residual_factor for one in own], dtype=np.float64),
        catch_up_hours=np.array([one.catch_up_hours for one in own], dtype=np.int64),
        catch_up_share=np.array([one.catch_up_share for one in own], dtype=np.float64),
    )
