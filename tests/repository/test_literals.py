"""What only the contracts may say: paths, column lists and error codes are never spelled out in the engine."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from tests.repository.source_tree import declared_columns, modules, place, text_lists, texts

DATASET_PATH = re.compile(r"\b(data|logs|config|reports)/layer|\w\.parquet\b|\bpart-([0-9*]|$)")
ERROR_CODE = re.compile(
    r"\b[0-9][AB]-S[0-9]-[0-9]{3}\b|\b[0-9][AB]\.S[0-9]\.[A-Z]"
    r"|\b(USE|RUN|POLICY|SEAL|PUBLISH|CONTRACT|WORLD|ENV|BUG)-[0-9]{3}\b"
)
PATH_TOKENS = {"seed", "manifest_fingerprint", "parameter_hash", "run_id", "scenario_id", "utc_day"}
COLUMN_LIST_FROM = 3


def literal_paths(source: str) -> Iterator[tuple[int, str]]:
    """Strings that name a dataset's file or folder."""
    return ((line, text) for line, text in texts(source) if DATASET_PATH.search(text))


def literal_codes(source: str) -> Iterator[tuple[int, str]]:
    """Strings that hold an error code."""
    return ((line, text) for line, text in texts(source) if ERROR_CODE.search(text))


def literal_column_lists(source: str) -> Iterator[tuple[int, str]]:
    """Literal collections of at least three columns of one table (identity tokens are not counted)."""
    for line, names in text_lists(source):
        listed = set(names) - PATH_TOKENS
        if len(listed) < COLUMN_LIST_FROM:
            continue
        table = next((table for table, columns in declared_columns().items() if listed <= columns), None)
        if table is not None:
            yield line, f"columns of {table}: {', '.join(names)}"


LINTS = {"path": literal_paths, "error code": literal_codes, "column list": literal_column_lists}


@pytest.mark.parametrize("kind", LINTS)
def test_engine_spells_out_nothing_that_the_contracts_say(kind: str) -> None:
    found = [
        f"{place(path, line)}: literal {kind}: {text!r}"
        for path in modules("engine")
        for line, text in LINTS[kind](path.read_text("utf-8"))
    ]
    assert not found, "\n".join(found)


def test_there_is_an_engine_to_read() -> None:
    assert len(modules("engine")) > 20
    assert any("s3_day_effects" in table for table in declared_columns())


@pytest.mark.parametrize(
    ("kind", "source"),
    [
        ("path", 'PLACE = "data/layer1/2B/s1_site_weights/"'),
        ("path", 'def name(n):\n    return f"part-{n}.parquet"'),
        ("path", 'open(folder / "logs/layer1/2B/rng/audit")'),
        ("error code", 'raise ValueError("2B-S3-041")'),
        ("error code", 'CODE = f"5B.S2.DOMAIN: {x}"'),
        ("error code", 'print("SEAL-002", file=out)'),
        ("column list", 'KEEP = ["merchant_id", "utc_day", "tz_group_id", "gamma"]'),
        ("column list", 'rows = {"merchant_id": a, "p_weight": b, "site_order": c}'),
    ],
)
def test_a_planted_literal_is_found(kind: str, source: str) -> None:
    assert list(LINTS[kind](source))


@pytest.mark.parametrize(
    ("kind", "source"),
    [
        ("path", '"""Writes data/layer1/2B/s1_site_weights/."""\nSUFFIX = ".parquet"'),
        ("error code", 'def law():\n    """Aborts with 2B-S3-041."""\n    return "2B.S3"'),
        ("column list", 'TOKENS = ("seed", "manifest_fingerprint", "parameter_hash", "run_id")'),
        (
            "column list",
            'places = {"gamma": t.gamma, "log_gamma": t.log_gamma.codes, "utc_day": t.utc_day[1:]}',
        ),
        ("column list", 'WORDS = ["merchant_id", "is", "a", "column"]'),
    ],
)
def test_prose_and_tokens_are_left_alone(kind: str, source: str) -> None:
    assert not list(LINTS[kind](source))
