"""The explain command: a derivation in lines that a person can follow, or as one JSON document."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final

from codegen.runtime import shown_text
from codegen.runtime.streams import output
from engine.cli.printing import print_json, print_lines
from engine.execute.runs import found_run
from engine.explain.registry import explained, selector_of
from engine.explain.steps import Comparison, Explanation, Scalar, Step, Terms, Value, ulps_between

WIDTH: Final = 100
"""The longest line that is laid out; only a name may pass it."""
HEX_WIDTH: Final = 64
"""Digits of long hexadecimal values on a line: 32 bytes, one digest."""
LONG_HEX: Final = 4 * HEX_WIDTH
FIRST_ROWS, LAST_ROWS = 10, 2
_FEWER_DIGITS: Final = (10, 7)
_INDENT: Final = "   "
_NUMBER_WIDTH, _WORD_WIDTH = 46, 20


def explain_row(
    text: str, options: Mapping[str, str | None], run_name: str, runs_root: Path, as_json: bool
) -> bool:
    """Print how one row follows from what was sealed; whether the stored row is that one."""
    selector = selector_of(text, options)
    explanation = explained(found_run(runs_root, run_name), selector)
    if as_json:
        print_json(explanation.as_json())
    else:
        *lines, verdict = lines_of(explanation)
        print_lines(*lines)
        output().write(f"{verdict}\n")  # which may be in colour
    return explanation.matches


def lines_of(explanation: Explanation) -> Iterator[str]:
    """The explanation as lines of at most about a hundred signs."""
    yield f"{explanation.state} {explanation.title}: a row of {explanation.dataset}, from first principles"
    yield ""
    names = {"run": explanation.run_id, **{name: _shown(value) for name, value in explanation.key.items()}}
    width = max(len(name) for name in names)
    for name, shown in names.items():
        yield f"{_INDENT}{name.ljust(width)}  {shown}"
    for choice in explanation.choices:
        yield from _wrapped(f"chosen: {choice}", _INDENT)
    yield ""
    yield "Read after its digest was compared"
    width = max(len(source.dataset) for source in explanation.sources)
    for source in explanation.sources:
        yield f"{_INDENT}{source.dataset.ljust(width)}  {source.vouched:<14}  {source.digest[:32]}…"
    for number, step in enumerate(explanation.steps, start=1):
        yield ""
        yield from _step_lines(number, step)
    yield ""
    yield from _check_lines(explanation)
    yield from _comparison_lines(explanation)
    yield ""
    wrong = [comparison.name for comparison in explanation.comparisons if not comparison.matches]
    broken = [check.law for check in explanation.checks if not check.holds]
    if explanation.matches:
        yield f"{_verdict('MATCH', 'green')}: {len(explanation.comparisons)} stored values, derived bit for bit"
    else:
        yield f"{_verdict('MISMATCH', 'red')}: {shown_text.shown('; '.join([*wrong, *broken]))}"


def _verdict(word: str, colour: str) -> str:
    """The verdict, in colour on a terminal."""
    if not output().isatty():
        return word
    import typer

    return typer.style(word, fg=colour, bold=True)


def _wrapped(text: str, indent: str) -> list[str]:
    return textwrap.wrap(text, WIDTH, initial_indent=indent, subsequent_indent=indent)


def _shown(value: Scalar) -> str:
    """One value: binary64 numbers in decimal and hexadecimal, truth as a word."""
    if value is None:
        return "none"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return f"{value!r:<23} {value.hex():<22}".rstrip()
    return str(value)


def _cell(value: Scalar, digits: int = 0) -> str:
    """A value of a table: every digit of a binary64 number, or so many of them where the table would be too wide."""
    if isinstance(value, float):
        return f"{value:.{digits}g}" if digits else repr(value)
    return _shown(value)


def _is_long_hex(text: str) -> bool:
    return len(text) > HEX_WIDTH and not set(text) - set("0123456789abcdef")


def _step_lines(number: int, step: Step) -> Iterator[str]:
    yield f"{number}. {step.title}"
    yield from _wrapped(step.why, _INDENT)
    width = max((len(value.name) for value in step.values), default=0)
    for value in step.values:
        yield from _value_lines(value, width)
    if step.terms is not None:
        yield from _terms_lines(step.terms)


def _value_lines(value: Value, width: int) -> Iterator[str]:
    """The value beside its name, and its note behind it where there is room, else below."""
    shown = _shown(value.value)
    lead = f"{_INDENT}  {value.name.ljust(width)}  "
    blank = " " * len(lead)
    pieces = [shown]
    if _is_long_hex(shown):
        cut = shown if len(shown) <= LONG_HEX else shown[:LONG_HEX]
        pieces = [cut[at : at + HEX_WIDTH] for at in range(0, len(cut), HEX_WIDTH)]
        if cut != shown:
            pieces.append(f"… {(len(shown) - len(cut)) // 2:,} bytes more, all of them in --json")
    if value.note and len(lead) + len(pieces[-1]) + 2 + len(value.note) <= WIDTH:
        pieces[-1] = (
            f"{pieces[-1]}  {value.note}" if len(pieces) > 1 else f"{_padded(value, shown)}  {value.note}"
        )
    elif value.note:
        pieces += textwrap.wrap(value.note, max(WIDTH - len(lead), 20))
    for place, piece in enumerate(pieces):
        yield f"{lead if place == 0 else blank}{piece}".rstrip()


def _padded(value: Value, shown: str) -> str:
    """The value as wide as its kind, so that notes stand under each other."""
    return shown.ljust(_NUMBER_WIDTH if isinstance(value.value, float) else _WORD_WIDTH)


def _terms_lines(terms: Terms) -> Iterator[str]:
    """The rows as a table, abbreviated around the rows that matter."""
    count = len(terms.rows)
    if not count:
        return
    everything = count <= FIRST_ROWS + LAST_ROWS + 1
    near = set(sorted(terms.focus)[:FIRST_ROWS])
    kept = [
        place
        for place in range(count)
        if everything or place < FIRST_ROWS or place >= count - LAST_ROWS or place in near
    ]
    cells = {place: [_cell(cell) for cell in terms.rows[place]] for place in kept}
    widths = _widths(terms, cells)
    for digits in _FEWER_DIGITS:
        if sum(widths) + 2 * len(widths) > WIDTH - len(_INDENT):
            cells = {place: [_cell(cell, digits) for cell in terms.rows[place]] for place in kept}
            widths = _widths(terms, cells)
    right = [
        all(isinstance(terms.rows[place][column], int | float) for place in kept)
        for column in range(len(terms.columns))
    ]

    def laid(row: list[str], mark: str) -> str:
        aligned = [
            cell.rjust(width) if to_right else cell.ljust(width)
            for cell, width, to_right in zip(row, widths, right, strict=True)
        ]
        return f"{_INDENT}{mark} {'  '.join(aligned)}".rstrip()

    yield ""
    yield laid(list(terms.columns), " ")
    last = -1
    for place in kept:
        if place != last + 1:
            yield f"{_INDENT}  … {place - last - 1:,} more, all of them in --json"
        yield laid(cells[place], ">" if place in terms.focus else " ")
        last = place


def _widths(terms: Terms, cells: Mapping[int, list[str]]) -> list[int]:
    return [
        max(len(heading), *(len(row[column]) for row in cells.values()))
        for column, heading in enumerate(terms.columns)
    ]


def _check_lines(explanation: Explanation) -> Iterator[str]:
    if not explanation.checks:
        return
    yield "Laws"
    width = max(len(check.law) for check in explanation.checks)
    for check in explanation.checks:
        word = "holds" if check.holds else "BROKEN"
        found = f"{_cell(check.found)} against {_cell(check.bound)}"
        yield f"{_INDENT}{word:<6}  {check.law.ljust(width)}  {found if not check.holds else ''}".rstrip()
    yield ""


def _comparison_lines(explanation: Explanation) -> Iterator[str]:
    """Each stored value that is the derived one in a line; stored, derived and distance of each that is not."""
    if not explanation.comparisons:
        return
    yield "Stored and derived"
    width = max(len(comparison.name) for comparison in explanation.comparisons)
    for comparison in explanation.comparisons:
        if comparison.matches:
            line = f"{_INDENT}=  {comparison.name.ljust(width)}  {_brief(comparison.stored)}"
            yield line if len(line) <= WIDTH else f"{line[: WIDTH - 1]}…"
        else:
            yield f"{_INDENT}≠  {comparison.name.ljust(width)}  stored   {_brief(comparison.stored)}"
            yield f"{_INDENT}   {' ' * width}  derived  {_brief(comparison.derived)}{_distance(comparison)}"


def _brief(value: Scalar) -> str:
    shown = _shown(value)
    if not _is_long_hex(shown):
        return shown
    return f"{shown[:HEX_WIDTH]}… {len(shown) // 2:,} bytes"


def _distance(comparison: Comparison) -> str:
    if not (isinstance(comparison.stored, float) and isinstance(comparison.derived, float)):
        return ""
    ulps = ulps_between(comparison.stored, comparison.derived)
    return f"  ({ulps:,} ulp apart)" if ulps is not None else ""
