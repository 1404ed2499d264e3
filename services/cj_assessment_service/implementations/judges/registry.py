"""Finds judges among the installed packages."""

from collections.abc import Callable
from dataclasses import dataclass
from importlib.metadata import EntryPoint, entry_points
from typing import Any

from cj_assessment_service.domain.errors import InvalidJudge
from cj_assessment_service.domain.judges import JudgeSpec
from cj_assessment_service.protocols import BatchJudgeProtocol, JudgeProtocol, JudgeProviderProtocol

JUDGE_GROUP = "cj_assessment_service.judges"
"""The entry point group. An entry `KIND = "module:open_judge"` adds a judge; `open_judge` takes the judge's whole
name as a JudgeSpec.
"""

BATCH_JUDGE_GROUP = "cj_assessment_service.batch_judges"
"""The same for judges that are handed all questions of a wave at once: `KIND = "module:open_batch_judge"`."""


@dataclass(frozen=True, slots=True)
class EntryPointJudges(JudgeProviderProtocol):
    """A judge's module is imported when it is first opened."""

    group: str = JUDGE_GROUP
    batch_group: str = BATCH_JUDGE_GROUP

    def open(self, spec: JudgeSpec) -> JudgeProtocol:
        """Raises InvalidJudge for an unknown kind, and what the judge itself raises for its argument and options."""
        found = entry_points(group=self.group, name=spec.kind)
        if not found:
            known = ", ".join(sorted(entry_points(group=self.group).names)) or "none"
            raise InvalidJudge(
                f"There is no judge called {spec.kind}. The judges installed here are: {known}."
            )
        opener: Callable[[JudgeSpec], JudgeProtocol] = _loaded(next(iter(found)))
        return opener(spec)

    def open_batch(self, spec: JudgeSpec) -> BatchJudgeProtocol:
        found = entry_points(group=self.batch_group, name=spec.kind)
        if not found:
            known = ", ".join(sorted(entry_points(group=self.batch_group).names)) or "none"
            raise InvalidJudge(f"The judge {spec.kind} takes no batches. Those that do are: {known}.")
        opener: Callable[[JudgeSpec], BatchJudgeProtocol] = _loaded(next(iter(found)))
        return opener(spec)


def _loaded(entry: EntryPoint) -> Any:  # noqa: ANN401 - what a package announces has no type until it is called
    """Raises InvalidJudge."""
    try:
        opener = entry.load()
    except (ImportError, AttributeError) as error:
        raise InvalidJudge(
            f"The judge {entry.name} is announced but cannot be loaded ({error}). Install again the package it is in."
        ) from error
    return opener
