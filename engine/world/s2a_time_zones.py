"""2A.S0: the time zone of every site, and the offsets of all zones (spec/world.md 3, 2A).

A site has its city's zone; links resolve to their canonical zone. With an import, a given zone goes first, then the
nearest city of the country. The timetable holds every zone in which a real city or a site lies, 1970 to 2100, compiled
from the files of the IANA database (`tz_timetable`); the validators read the same files another way (`zone_clocks`).
"""

from __future__ import annotations

from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from codegen.runtime.findings import Finding, Findings
from engine.core.errors import EngineError
from engine.core.run import Run
from engine.core.runner import implements, validates
from engine.world.columns import SHOWN_ROWS, named, row_findings, run_starts, site_place
from engine.world.reference import Reference
from engine.world.tz_timetable import SPAN_END_UTC_S, SPAN_START_UTC_S
from engine.world.world_report import bundle_members
from engine.world.zone_clocks import GRID_S, zone_clocks
from generated import states
from generated.errors import S2A_S0
from generated.tables.s1a import ImportedSites
from generated.tables.s1b import SiteLocations
from generated.tables.s2a import SiteTimezones, TzTimetableCache
from generated.validators.s2a import S2A_S0Validators

_SOURCES: Final = ("city", "given", "nearest_city")
_CITY, _GIVEN, _NEAREST = range(3)


@implements(states.S2A_S0)
def time_zones(inputs: states.S2A_S0.Inputs, run: Run) -> states.S2A_S0.Outputs:
    """One row a site with its canonical zone, and one row a change of a zone's clocks."""
    reference: Reference = run.reference
    sites = inputs.site_locations.read()
    imported = inputs.imported_sites.read() if inputs.imported_sites is not None else None
    names = tuple(sorted(set(reference.canonical_zones.values())))
    zone, source = site_zones(sites, imported, reference, names)
    zones = sorted({*reference.zones, *(names[place] for place in np.unique(zone))})
    run.note("zones_of_sites", int(np.unique(zone).shape[0]))
    run.note("tzdata_release", reference.tzdata_release)
    return states.S2A_S0.Outputs(
        site_timezones=SiteTimezones.from_columns(
            merchant_id=sites.merchant_id,
            legal_country_iso=sites.legal_country_iso,
            site_order=sites.site_order,
            tzid=named(zone, names),
            tzid_source=named(source, _SOURCES),
        ),
        tz_timetable_cache=timetable(reference, zones),
        validation_bundle_2A=bundle_members(run, states.S2A_S0.CARD),
    )


def site_zones(
    sites: SiteLocations, imported: ImportedSites | None, reference: Reference, names: tuple[str, ...]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """(S,) places of the sites' zones in `names`, and of where they come from in the sources of a zone.

    Raises:
        EngineError: an imported zone is not in the database, or a site without one has no city near.
    """
    places = {name: place for place, name in enumerate(names)}
    city_zone = np.array([places[name] for name in reference.zones], dtype=np.int64)[reference.cities.zone]
    has_city = ~np.ma.getmaskarray(sites.city_geoname_id)
    city = np.searchsorted(reference.cities.geoname_id, sites.city_geoname_id.filled(0).astype(np.int64))
    city = np.minimum(city, city_zone.shape[0] - 1)
    zone = np.where(has_city, city_zone[city], -1)
    source = np.full(sites.num_rows, _CITY if imported is None else _NEAREST, dtype=np.int64)
    if imported is not None:
        given, is_given = _given_zones(sites, imported, reference, places)
        zone, source = np.where(is_given, given, zone), np.where(is_given, _GIVEN, source)
    if (zone < 0).any():
        row = int(np.argmax(zone < 0))
        raise EngineError(
            S2A_S0.NO_CITY_NEAR,
            where=site_place(sites.merchant_id, sites.legal_country_iso, sites.site_order, row),
            expected="a city of the country within 100 km, or a tzid",
            found="neither",
        )
    return zone, source


def _given_zones(
    sites: SiteLocations, imported: ImportedSites, reference: Reference, places: dict[str, int]
) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
    """(S,) places of the canonical zones that the import gives, in the order of the sites, and where it gives one."""
    tzid = imported.tzid
    for code, name in enumerate(tzid.values):
        if name not in reference.canonical_zones and (tzid.codes == code).any():
            row = int(np.argmax(tzid.codes == code))
            raise EngineError(
                S2A_S0.TZID_UNKNOWN,
                where=site_place(imported.merchant_id, imported.legal_country_iso, imported.site_order, row),
                expected="a zone of the IANA database",
                found=name,
            )
    table = np.array(
        [*(places[reference.canonical_zones.get(n, n)] for n in tzid.values), -1], dtype=np.int64
    )
    order = np.lexsort(
        (imported.site_order, imported.legal_country_iso.ordered().codes, imported.merchant_id)
    )
    given = table[tzid.codes][order]
    if order.shape[0] != sites.num_rows:
        raise EngineError(
            S2A_S0.COVERAGE_MISMATCH, where="imported_sites", expected=sites.num_rows, found=order.shape[0]
        )
    return given, given >= 0


def timetable(reference: Reference, zones: list[str]) -> TzTimetableCache:
    """The offsets of canonical zones that ascend by name, one row a change."""
    tables = [reference.timetable(zone) for zone in zones]
    place = np.repeat(np.arange(len(zones)), [table.offset_s.shape[0] for table in tables])
    return TzTimetableCache.from_columns(
        tzid=named(place, zones),
        transition_utc_s=np.concatenate([table.transition_utc_s for table in tables]),
        offset_s=np.concatenate([table.offset_s for table in tables]),
        is_dst=np.concatenate([table.is_dst for table in tables]),
    )


@validates(states.S2A_S0)
class TimeZoneValidators(S2A_S0Validators):
    """What zones and timetable must be."""

    def v_03_every_site_has_exactly_one_zone(self, outputs: states.S2A_S0.Outputs) -> Findings:
        sites, zoned = self.inputs.site_locations.read(), outputs.site_timezones
        if sites.num_rows != zoned.num_rows:
            yield Finding(
                S2A_S0.COVERAGE_MISMATCH, "site_timezones", f"{sites.num_rows} rows", f"{zoned.num_rows} rows"
            )
            return
        same = (
            (sites.merchant_id == zoned.merchant_id)
            & (sites.legal_country_iso.decoded() == zoned.legal_country_iso.decoded())
            & (sites.site_order == zoned.site_order)
        )
        yield from row_findings(
            S2A_S0.COVERAGE_MISMATCH,
            ~same,
            lambda row: f"site_timezones row {row}",
            lambda row: site_place(sites.merchant_id, sites.legal_country_iso, sites.site_order, row),
            lambda row: site_place(zoned.merchant_id, zoned.legal_country_iso, zoned.site_order, row),
        )

    def v_04_every_zone_is_canonical(self, outputs: states.S2A_S0.Outputs) -> Findings:
        canonical = self.run.reference.canonical_zones
        columns = {
            "site_timezones": outputs.site_timezones.tzid,
            "tz_timetable_cache": outputs.tz_timetable_cache.tzid,
        }
        for dataset, tzid in columns.items():
            for name in sorted({tzid.values[code] for code in np.unique(tzid.codes)}):
                if canonical.get(name) != name:
                    expected = canonical.get(name, "a zone of the IANA database")
                    yield Finding(S2A_S0.TZID_NOT_CANONICAL, f"{dataset} tzid", expected, name)

    def v_05_the_timetable_agrees_with_the_iana_database_everywhere(
        self, outputs: states.S2A_S0.Outputs
    ) -> Findings:
        files = self.run.reference.zone_files
        for name, instants, offsets, flags in _by_zone(outputs.tz_timetable_cache):
            if name in files and instants[0] <= SPAN_START_UTC_S:
                disagreeing = _disagreements(files[name], instants, offsets, flags)
                for place, expected, found in disagreeing[:SHOWN_ROWS]:
                    yield Finding(S2A_S0.TIMETABLE_DISAGREES, f"tzid={name} at {place}", expected, found)

    def v_06_the_timetable_covers_every_zone_from_1970_on(self, outputs: states.S2A_S0.Outputs) -> Findings:
        tzid = outputs.site_timezones.tzid
        wanted = {*self.run.reference.zones, *(tzid.values[code] for code in np.unique(tzid.codes))}
        firsts = {name: int(instants[0]) for name, instants, _, _ in _by_zone(outputs.tz_timetable_cache)}
        for name in sorted(wanted):
            if name not in firsts:
                yield Finding(S2A_S0.TIMETABLE_INCOMPLETE, f"tzid={name}", "its rows", "none")
            elif firsts[name] > 0:
                yield Finding(
                    S2A_S0.TIMETABLE_INCOMPLETE,
                    f"tzid={name}",
                    "a first row at or before 0 s",
                    f"{firsts[name]} s",
                )


def _by_zone(
    table: TzTimetableCache,
) -> list[tuple[str, NDArray[np.int64], NDArray[np.int32], NDArray[np.bool_]]]:
    """Name, instants, offsets and flags of every run of rows of one zone."""
    tzid = table.tzid
    starts = run_starts(tzid.codes).tolist()
    stops = [*starts[1:], table.num_rows]
    return [
        (
            tzid.values[tzid.codes[start]],
            table.transition_utc_s[start:stop],
            table.offset_s[start:stop],
            table.is_dst[start:stop],
        )
        for start, stop in zip(starts, stops, strict=True)
    ]


def _disagreements(
    tzif: bytes, instants: NDArray[np.int64], offsets: NDArray[np.int32], flags: NDArray[np.bool_]
) -> list[tuple[str, str, str]]:
    """(Instant, expected, found) wherever the rows differ from the clocks of the zone's file, in order of time.

    Looked at: the second of every row, the second before it, and a grid of 30 days, so that a change that is missing
    from the rows shows unless it is undone within the grid's step.
    """
    probes = np.unique(np.concatenate([instants, instants[1:] - 1, GRID_S]))
    probes = probes[(probes < SPAN_END_UTC_S) & (probes >= instants[0])]
    clocks = zone_clocks(tzif, probes)
    rows = np.searchsorted(instants, probes, side="right") - 1
    same = (clocks.offset_s == offsets[rows]) & (clocks.is_dst == flags[rows])
    return [
        (
            f"{probes[probe]} s",
            _words(clocks.offset_s[probe], clocks.is_dst[probe]),
            _words(offsets[rows[probe]], flags[rows[probe]]),
        )
        for probe in np.flatnonzero(~same).tolist()
    ]


def _words(offset_s: Any, is_dst: Any) -> str:
    return f"offset {int(offset_s)} s" + (" with daylight saving" if is_dst else "")
