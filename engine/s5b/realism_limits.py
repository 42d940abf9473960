"""Limits of the realism statistics: the greatest score, or the interval that the world should meet.

Source: spec/segment-5B.md, S5; spec/realism.md: a limit that keeps the flag away is never a matter of luck.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, Self

from engine.s5b.realism import Statistic

if TYPE_CHECKING:
    from generated.models.s5b import RealismScore, RealismTarget

Status = Literal["PASS", "WARN", "FAIL", "NOT_RUN"]


@dataclass(frozen=True, slots=True)
class Limit:
    """The limit of one statistic: `max_score` where it has a law, `lower` and `upper` where it has a target."""

    minimum_events: int
    severity: str
    max_score: float | None = None
    lower: float | None = None
    upper: float | None = None

    @classmethod
    def of(cls, limit: RealismScore | RealismTarget) -> Self:
        """What validation_policy_5B says of a statistic; a target warns and never aborts."""
        max_score = getattr(limit, "max_score", None)
        if max_score is not None:
            return cls(limit.minimum_events, str(limit.severity), max_score)  # type: ignore[union-attr]
        return cls(limit.minimum_events, "warn", None, limit.lower, limit.upper)  # type: ignore[union-attr]

    def status(self, statistic: Statistic) -> Status:
        """The outcome of the statistic."""
        if statistic.value is None or statistic.events < self.minimum_events:
            return "NOT_RUN"
        if self.max_score is not None:
            if statistic.score is None:
                return "NOT_RUN"
            beyond = statistic.score > self.max_score
        else:
            beyond = (self.lower is not None and statistic.value < self.lower) or (
                self.upper is not None and statistic.value > self.upper
            )
        if not beyond:
            return "PASS"
        return "FAIL" if self.severity == "abort" else "WARN"

    def words(self, statistic: Statistic) -> tuple[str, str]:
        """What a finding says was expected of the statistic, and what was found."""
        if self.max_score is None:
            return f"from {self.lower} to {self.upper}".replace("None", "any"), f"{statistic.value!r}"
        return (
            f"{statistic.expected!r} within {self.max_score} standard deviations of {statistic.deviation!r}",
            f"{statistic.value!r}, a score of {statistic.score!r}",
        )
