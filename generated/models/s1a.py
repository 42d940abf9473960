# Generated from contracts/layer1/1A/schemas.1A.yaml (sha256 ed8c7980...) by `closedworld codegen`; do not edit: change the contract and regenerate.
"""Documents of 1A: what their JSON Schemas accept, as Pydantic models."""

from __future__ import annotations

from typing import Annotated, Literal, TypeAlias

from pydantic import ConfigDict, Field

from codegen.runtime.models import Document
from generated.models.layer1 import DemandClass, Iso2, Pct01, Rfc3339Micros, Semver, Uint64, UtcDay


class ClassFactor(Document):
    """A factor for one demand class."""

    model_config = ConfigDict(
        extra="forbid",
    )
    demand_class: DemandClass
    """The class."""
    factor: Annotated[float, Field(ge=0.0, le=10.0)]
    """The factor; 1 changes nothing."""


CountryWeekendDaysItem: TypeAlias = Annotated[int, Field(ge=1, le=7)]


class ImportError(Document):
    """One row of an imported file that cannot be used, and why."""

    model_config = ConfigDict(
        extra="forbid",
    )
    file: Annotated[str, Field(min_length=1)]
    """The name of the file."""
    line: Annotated[int, Field(ge=1)]
    """The line or row, counted from 1."""
    field: str
    """The column; empty when the whole row is meant."""
    value: str
    """The value as it stands there."""
    reason: Annotated[str, Field(min_length=1)]
    """Why it cannot be used."""


MerchantClassMccItem: TypeAlias = Annotated[int, Field(ge=1, le=9999)]


class Outage(Document):
    """Hours in which one country can hardly pay, and the hours after it in which part of the lost demand returns."""

    model_config = ConfigDict(
        extra="forbid",
    )
    country_iso: Iso2
    """The country."""
    day: Annotated[int, Field(ge=0)]
    """The local day, counted from the start of the horizon. Unit: days."""
    start_hour: Annotated[int, Field(ge=0, le=23)]
    """The local hour at which it begins. Unit: hours."""
    hours: Annotated[int, Field(ge=1, le=24)]
    """How long it lasts. Unit: hours."""
    residual_factor: Pct01
    """What is left of the demand meanwhile."""
    catch_up_hours: Annotated[int, Field(ge=1, le=72)]
    """How long the catching up takes. Unit: hours."""
    catch_up_share: Pct01
    """The share of the lost demand that returns, in proportion to the demand of the hours in which it does."""


RecipeDemandPayDaysItem: TypeAlias = Annotated[int, Field(ge=1, le=31)]


class RecipeHorizon(Document):
    """The time over which arrivals are expected."""

    model_config = ConfigDict(
        extra="forbid",
    )
    start_utc: Rfc3339Micros
    """Its first instant, at the border of a bucket."""
    days: Annotated[int, Field(ge=1, le=1826)]
    """Its length. Unit: days."""
    bucket_seconds: Literal[900, 1800, 3600]
    """The length of a bucket. Unit: seconds."""


class RecipeRoster(Document):
    """The arrival roster of a run whose user passes none."""

    model_config = ConfigDict(
        extra="forbid",
    )
    made_by_default: bool
    """Whether a run makes a roster by itself."""
    per_merchant: Annotated[int, Field(ge=1)]
    """Arrivals a merchant, unless rows is given. Unit: arrivals."""
    rows: Annotated[int | None, Field(ge=1)] = None
    """All arrivals, spread over merchants by weight and over days. Unit: arrivals."""
    day: UtcDay | None = None
    """Their day; when absent the first day of the plan, or all its days if rows is given."""


class RecipeWorldCustomerZones(Document):
    """Where merchants that sell online have customers without sites."""

    model_config = ConfigDict(
        extra="forbid",
    )
    population_exponent: Annotated[float, Field(ge=0.0, le=2.0)]
    """Zones are drawn by the population of their cities to this power."""
    home_region_factor: Annotated[float, Field(ge=1.0, le=100.0)]
    """How much more likely a zone on the merchant's home continent is."""


class RecipeWorldVirtual(Document):
    """Merchants that sell online and their edges."""

    model_config = ConfigDict(
        extra="forbid",
    )
    hybrid_share: Pct01
    """The share of merchants that sell at sites and online."""
    virtual_only_share: Pct01
    """The share of merchants that sell online only."""
    edge_countries_min: Annotated[int, Field(ge=1, le=250)]
    """The fewest countries in which a merchant has edges. Unit: countries."""
    edge_countries_max: Annotated[int, Field(ge=1, le=250)]
    """The most countries in which a merchant has edges. Unit: countries."""
    edge_city_exponent: Annotated[float, Field(ge=0.0, le=2.0)]
    """Edges weigh their city's population to this power."""
    edge_quantised_bits: Annotated[int, Field(ge=20, le=30)]
    """The grid size of the edge alias tables is 2 to this power. Unit: bits."""
    primary_clock: Literal["operational", "settlement"]
    """Which clock is the primary one of a virtual arrival: the edge's or the merchant's."""


class RecipeWorldVolume(Document):
    """Weekly volumes of the series: a log-normal body with a Pareto tail, scaled to arrivals_target."""

    model_config = ConfigDict(
        extra="forbid",
    )
    log_sigma: Annotated[float, Field(gt=0.0, le=4.0)]
    """The standard deviation of the body's logarithm."""
    pareto_share: Pct01
    """The share of merchants in the tail."""
    pareto_alpha: Annotated[float, Field(gt=1.0, le=10.0)]
    """The index of the tail; smaller is heavier."""
    merchant_share_max: Annotated[float, Field(gt=0.0, le=1.0)]
    """The most that one merchant may hold of all arrivals; at least an even share."""
    customer_zone_share: Annotated[float, Field(ge=0.0, lt=1.0)]
    """The share of a HYBRID merchant's volume that its customer zones hold together."""


ScenarioLabelsItem: TypeAlias = Annotated[str, Field(min_length=1)]


class Surge(Document):
    """Days on which demand is raised."""

    model_config = ConfigDict(
        extra="forbid",
    )
    start_day: Annotated[int, Field(ge=0)]
    """The first day, counted from the start of the horizon. Unit: days."""
    days: Annotated[int, Field(ge=1)]
    """How many days it lasts. Unit: days."""
    factors: Annotated[list[ClassFactor], Field(min_length=1)]
    """The peak factor of each class; a class not named keeps 1. The first and last quarter of the days climb to it and come back, in equal steps."""


WeeklyShapeSaturdayItem: TypeAlias = Annotated[float, Field(ge=0.0)]


WeeklyShapeSundayItem: TypeAlias = Annotated[float, Field(ge=0.0)]


WeeklyShapeWeekdayItem: TypeAlias = Annotated[float, Field(ge=0.0)]


class CountryWeekend(Document):
    """A country whose weekend is not Saturday and Sunday."""

    model_config = ConfigDict(
        extra="forbid",
    )
    country_iso: Iso2
    """The country."""
    days: Annotated[
        list[CountryWeekendDaysItem], Field(json_schema_extra={"unique": True}, max_length=2, min_length=1)
    ]
    """Its weekend days, 1 = Monday, first day first."""


class MerchantClass(Document):
    """One demand class of the mix and what its merchants are like."""

    model_config = ConfigDict(
        extra="forbid",
    )
    demand_class: DemandClass
    """The class."""
    weight: Annotated[float, Field(gt=0.0)]
    """Its share of the merchants, relative to the other classes."""
    mcc: Annotated[list[MerchantClassMccItem], Field(json_schema_extra={"unique": True}, min_length=1)]
    """Merchant category codes, each as likely as the others."""
    card_present: Annotated[float, Field(ge=0.0)]
    """Relative weight of this channel."""
    card_not_present: Annotated[float, Field(ge=0.0)]
    """Relative weight of this channel."""
    mixed: Annotated[float, Field(ge=0.0)]
    """Relative weight of this channel."""
    virtual_affinity: Annotated[float, Field(ge=0.0)]
    """How much more likely than others its merchants are to sell online; 1 is average."""
    volume_factor: Annotated[float, Field(gt=0.0)]
    """Its merchants' weekly volume relative to the average."""


class RecipeWorld(Document):
    """Merchants, sites and volumes; with the digests of the sources it keys every draw of the builder, so that nothing else moves a shop."""

    model_config = ConfigDict(
        extra="forbid",
    )
    source: Literal["built", "imported"]
    """Whether merchants and sites are drawn from real cities or imported."""
    merchants: Annotated[int, Field(ge=1, le=10000000)]
    """Merchants, hit exactly. Unit: merchants."""
    sites: Annotated[int, Field(ge=1, le=100000000)]
    """Sites, hit exactly. Unit: sites."""
    site_count_cap: Annotated[int, Field(ge=1, le=1000000)]
    """The most sites of one merchant. Unit: sites."""
    site_count_exponent: Annotated[float, Field(ge=0.0, le=3.0)]
    """The Zipf exponent of merchant sizes."""
    home_country_exponent: Annotated[float, Field(ge=0.0, le=2.0)]
    """Home countries are drawn by population to this power."""
    city_exponent: Annotated[float, Field(ge=0.0, le=2.0)]
    """Cities of a country are drawn by population to this power."""
    jitter_km_max: Annotated[float, Field(ge=0.0, le=5.0)]
    """How far a site may lie from its city's centre. Unit: kilometres."""
    multi_country_share: Pct01
    """The share of merchants with sites in more than one country."""
    tz_groups_target: Annotated[int, Field(ge=1)]
    """Pairs of merchant and time zone with sites, hit within 5 %. Unit: groups."""
    series_target: Annotated[int, Field(ge=1)]
    """Pairs of merchant and time zone with sites or customers, hit exactly. Unit: series."""
    arrivals_target: Annotated[float, Field(gt=0.0, le=1000000000000.0)]
    """Expected arrivals of the horizon, summed over all scenarios. Unit: arrivals."""
    classes: Annotated[list[MerchantClass], Field(max_length=11, min_length=1)]
    """The mix of demand classes, each at most once."""
    virtual: RecipeWorldVirtual
    """Merchants that sell online and their edges."""
    customer_zones: RecipeWorldCustomerZones
    """Where merchants that sell online have customers without sites."""
    volume: RecipeWorldVolume
    """Weekly volumes of the series: a log-normal body with a Pareto tail, scaled to arrivals_target."""


class Scenario(Document):
    """One scenario of the horizon."""

    model_config = ConfigDict(
        extra="forbid",
    )
    scenario_id: Annotated[str, Field(max_length=27, pattern="^[a-z][a-z0-9_]*$")]
    """The scenario. It stands in paths: with a longer one some would pass 215 characters."""
    kind: Literal["baseline", "stress"]
    """The ordinary course, or a stressed one."""
    labels: Annotated[list[ScenarioLabelsItem], Field(json_schema_extra={"unique": True})]
    """Free labels."""
    surges: list[Surge]
    """Its surges."""
    outages: list[Outage]
    """Its outages."""


class WeeklyShape(Document):
    """The hours of a class: relative intensities that are scaled to a mean of 1 over a week of the country."""

    model_config = ConfigDict(
        extra="forbid",
    )
    demand_class: DemandClass
    """The class."""
    weekday: Annotated[list[WeeklyShapeWeekdayItem], Field(max_length=24, min_length=24)]
    """Local hours 0 to 23, Monday to Friday."""
    saturday: Annotated[list[WeeklyShapeSaturdayItem], Field(max_length=24, min_length=24)]
    """Local hours 0 to 23 of the first day of a weekend of two days."""
    sunday: Annotated[list[WeeklyShapeSundayItem], Field(max_length=24, min_length=24)]
    """Local hours 0 to 23 of the second, or only, day of the weekend."""
    holiday_factor: Annotated[float, Field(ge=0.0, le=10.0)]
    """Factor on a public holiday of the country."""
    pay_day_factor: Annotated[float, Field(ge=0.0, le=10.0)]
    """Factor on a pay day."""


class RecipeDemand(Document):
    """When a merchant's customers come."""

    model_config = ConfigDict(
        extra="forbid",
    )
    shapes: Annotated[list[WeeklyShape], Field(max_length=11, min_length=1)]
    """One weekly shape for each class of the mix."""
    pay_days: Annotated[list[RecipeDemandPayDaysItem], Field(json_schema_extra={"unique": True})]
    """Days of the month on which wages arrive; 31 means the last day."""
    weekends: list[CountryWeekend]
    """Countries with another weekend."""


class Recipe(Document):
    """What world is made: how many merchants and sites, of what kind, over which time and in which scenarios."""

    model_config = ConfigDict(
        extra="forbid",
    )
    recipe_id: Annotated[str, Field(max_length=64, pattern="^[a-z][a-z0-9_]*$")]
    """The name of the recipe."""
    recipe_version: Semver
    """Its version."""
    as_of: Rfc3339Micros
    """The instant that every output carries as created_utc."""
    seed_default: Uint64
    """The seed when the user gives none."""
    policy_set: Annotated[str, Field(max_length=64, pattern="^[a-z][a-z0-9_]*$")]
    """The set of 2B and 5B policies that goes with the recipe."""
    world: RecipeWorld
    """Merchants, sites and volumes; with the digests of the sources it keys every draw of the builder, so that nothing else moves a shop."""
    horizon: RecipeHorizon
    """The time over which arrivals are expected."""
    demand: RecipeDemand
    """When a merchant's customers come."""
    scenarios: Annotated[list[Scenario], Field(min_length=1)]
    """The scenarios, each id once."""
    roster: RecipeRoster
    """The arrival roster of a run whose user passes none."""
