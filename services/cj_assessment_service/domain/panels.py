"""Who judges a batch: one judge, or several with their roles."""

from dataclasses import dataclass
from enum import StrEnum
from math import isfinite

from cj_assessment_service.domain.errors import InvalidJudge


class JudgeRole(StrEnum):
    """When a judge is asked."""

    PRIMARY = "primary"
    """In every wave, for its share of the questions."""

    ARBITER = "arbiter"
    """Where primary judges disagree about a pair, and where an essay lies on the border of two grades."""

    FALLBACK = "fallback"
    """Where the judge that should have answered cannot be reached."""


@dataclass(frozen=True, slots=True)
class PanelMember:
    """One judge by name. `share` says how many questions it gets beside the other judges of its role: one with share 2
    gets twice as many as one with share 1. Raises ValueError for a share that is not above 0.
    """

    judge: str
    role: JudgeRole = JudgeRole.PRIMARY
    share: float = 1.0

    def __post_init__(self) -> None:
        if not isfinite(self.share) or self.share <= 0:
            raise ValueError(f"the share of a judge must be above 0, not {self.share}")


@dataclass(frozen=True, slots=True)
class Panel:
    """The judges of a batch, in the order they were named. Raises InvalidJudge without a primary judge, or when a judge is
    named twice.
    """

    members: tuple[PanelMember, ...]

    def __post_init__(self) -> None:
        names = [member.judge for member in self.members]
        if len(set(names)) != len(names):
            raise InvalidJudge(f"A judge is named twice: {', '.join(names)}. Name each judge once.")
        if not self.primaries:
            raise InvalidJudge("No judge is asked in every wave. Name at least one with --judge.")

    @classmethod
    def of(cls, *judges: str) -> "Panel":
        """Primary judges with equal shares."""
        return cls(tuple(PanelMember(judge) for judge in judges))

    @property
    def judges(self) -> tuple[str, ...]:
        return tuple(member.judge for member in self.members)

    @property
    def primaries(self) -> tuple[PanelMember, ...]:
        return self._with_role(JudgeRole.PRIMARY)

    @property
    def arbiters(self) -> tuple[PanelMember, ...]:
        return self._with_role(JudgeRole.ARBITER)

    @property
    def fallbacks(self) -> tuple[PanelMember, ...]:
        return self._with_role(JudgeRole.FALLBACK)

    def _with_role(self, role: JudgeRole) -> tuple[PanelMember, ...]:
        return tuple(member for member in self.members if member.role is role)

    def __str__(self) -> str:
        """The names; with the role of a judge that is not asked in every wave, and with shares where they differ."""
        return ", ".join(member.judge + _in_brackets(self._remarks_on(member)) for member in self.members)

    def _remarks_on(self, member: PanelMember) -> list[str]:
        remarks = [] if member.role is JudgeRole.PRIMARY else [str(member.role)]
        if len({other.share for other in self._with_role(member.role)}) > 1:
            remarks.append(f"share {member.share:g}")
        return remarks


def _in_brackets(remarks: list[str]) -> str:
    return f" ({', '.join(remarks)})" if remarks else ""
