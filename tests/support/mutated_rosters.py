"""Rosters that are nearly right: a CSV of arrivals with one thing changed, by seed."""

from __future__ import annotations

import random

HEADER = "merchant_id,utc_timestamp,utc_day,is_virtual"
_CELLS = (
    "", "NULL", "-1", "0", "1e3", "18446744073709551616", "NaN", "\ufeff1", "1 ", "\u0661", "2023-02-29",
    "2024-01-01T24:00:00.000000Z", "0000-01-01", "9999-12-31", "true", "yes", "x" * 70_000, "a\nb",
    "\x00", "'", "\x1b[2J",
)  # fmt: skip


def mutated_roster(seed: int) -> tuple[str, bytes]:
    """The name of a file and its bytes; the same for the same seed."""
    draw = random.Random(seed)
    rows = [
        [str(draw.getrandbits(63) + 1), f"2024-01-{day:02d}T00:00:00.000000Z", f"2024-01-{day:02d}", "false"]
        for day in range(1, 1 + draw.randrange(1, 9))
    ]
    row, column = draw.choice(rows), draw.randrange(4)
    kind = draw.choice(["cell", "quote", "short", "long", "header", "bytes", "empty", "twice", "none"])
    header = HEADER
    if kind == "cell":
        row[column] = draw.choice(_CELLS)
    elif kind == "quote":
        row[column] = '"' + row[column]
    elif kind == "short":
        del row[column]
    elif kind == "long":
        row.append("1")
    elif kind == "header":
        header = draw.choice(
            ["", "merchant_id", HEADER.upper(), HEADER + "," + HEADER, HEADER.replace(",", ";")]
        )
    elif kind == "twice":
        rows.append(list(row))
    text = "\n".join([header, *(",".join(one) for one in rows)]) + draw.choice(["\n", "", "\r\n"])
    data = text.encode("utf-8", "surrogatepass")
    if kind == "bytes":
        place = draw.randrange(len(data))
        data = data[:place] + draw.choice([b"\xff", b"\x00", b"\xc3("]) + data[place:]
    if kind == "empty":
        data = b""
    name = draw.choice(
        ["roster.csv", "roster.jsonl", "roster.parquet", "roster", "r\u00f6ster.csv", "roster.csv.gz"]
    )
    return name, data
