"""The upstream world: merchants, sites, time zones and virtual merchants, built from real geography (spec/world.md).

One module per world state holds that segment's law and validators. They stand on pure parts: `reference` (the
sources), `allocation` (exact shares and weighted picks), `streams` (addressed draws), `geography` (distances and
jitter) and `tz_timetable` (offset changes of a zone).
"""
