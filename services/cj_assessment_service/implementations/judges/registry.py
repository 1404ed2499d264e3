"""Finds judges among the installed packages."""

from collections.abc import Callable
from dataclasses import dataclass
from importlib.metadata import EntryPoint, entry_points

from cj_assessment_service.domain.errors import InvalidJudge
from cj_assessment_service.domain.judges import JudgeSpec
from cj_assessment_service.protocols import JudgeProtocol, JudgeProviderProtocol

JUDGE_GROUP = "cj_assessment_service.judges"
"""The entry point group. An entry `KIND = "module:open_judge"` adds a judge; `open_judge` takes the judge's whole
name as a JudgeSpec.
"""


@dataclass(frozen=True, slots=True)
class EntryPointJudges(JudgeProviderProtocol):
    """A judge's module is imported when it is first opened."""

    group: str = JUDGE_GROUP

    def open(self, spec: JudgeSpec) -> JudgeProtocol:
        """Raises InvalidJudge for an unknown kind, and what the judge itself raises for its argument and options."""
        found = entry_points(group=self.group, name=spec.kind)
        if not found:
            known = ", ".join(sorted(entry_points(group=self.group).names)) or "none"
            raise InvalidJudge(
                f"There is no judge called {spec.kind}. The judges installed here are: {known}."
            )
        return _opener(next(iter(found)))(spec)


def _opener(entry: EntryPoint) -> Callable[[JudgeSpec], JudgeProtocol]:
    """Raises InvalidJudge."""
    try:
        opener: Callable[[JudgeSpec], JudgeProtocol] = entry.load()
    except (ImportError, AttributeError) as error:
        raise InvalidJudge(
            f"The judge {entry.name} is announced but cannot be loaded ({error}). Install again the package it is in."
        ) from error
    return opener
