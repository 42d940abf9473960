"""What an audit has found so far: the findings, contexts and figures of each check, by the validator's id."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from itertools import islice
from typing import Any, Final

from codegen.runtime.findings import Finding

MOST_FINDINGS: Final = 200
"""How many findings a check keeps; a log of millions of rows can break a law in each of them."""


@dataclass
class Figures:
    """What the audit counts and measures (the report's metrics)."""

    merchants_total: int = 0
    groups_total: int = 0
    days_total: int = 0
    selections_checked: int = 0
    draws_expected: int = 0
    draws_observed: int = 0
    alias_decode_max_abs_delta: float = 0.0
    max_abs_mass_error_s4: float = 0.0

    def as_json(self) -> dict[str, int | float]:
        """The figures by name."""
        return dict(vars(self))


@dataclass
class Checks:
    """Findings by validator, with what each check looked at. A check without `looked_at` was skipped."""

    findings: dict[str, list[Finding]] = field(default_factory=dict)
    contexts: dict[str, dict[str, int]] = field(default_factory=dict)
    figures: Figures = field(default_factory=Figures)

    def add(self, validator: str, found: Iterable[Finding]) -> bool:
        """Keep the findings of one check, the first `MOST_FINDINGS` of them; whether there was any."""
        kept = self.findings.setdefault(validator, [])
        before = len(kept)
        new = list(islice(found, MOST_FINDINGS))
        kept.extend(new[: MOST_FINDINGS - before])
        return bool(new)

    def looked_at(self, validator: str, **counts: int) -> None:
        """Count what a check has looked at, which says that it ran."""
        context = self.contexts.setdefault(validator, {})
        for name, count in counts.items():
            context[name] = context.get(name, 0) + count

    def of(self, validator: str) -> list[Finding]:
        """The findings of one check, each once."""
        return list(dict.fromkeys(self.findings.get(validator, ())))

    def row(self, validator: str) -> dict[str, Any]:
        """The check's row of the report: SKIPPED when it never ran, FAIL with findings, else PASS."""
        found = self.of(validator)
        status = "FAIL" if found else "PASS" if validator in self.contexts else "SKIPPED"
        codes = sorted({finding.code.full for finding in found})
        context: Mapping[str, int] = self.contexts.get(validator, {})
        return {"id": validator, "status": status, "codes": codes, "context": dict(context)}
