"""What people decided about the essays a judge is checked on."""

from collections.abc import Iterable
from pathlib import Path

from cj_assessment_service.cj_core_logic.scorecard.humans import decisions_in
from cj_assessment_service.cli.installed import current_installation
from cj_assessment_service.domain.comparisons import DecidedComparison
from cj_assessment_service.domain.errors import InputProblem, InputRejected
from cj_assessment_service.domain.identifiers import EssayId


def read_human(path: Path | None, essays: Iterable[EssayId]) -> tuple[DecidedComparison, ...]:
    """Those about these essays; none without a file. Raises InputRejected where it holds none."""
    if path is None:
        return ()
    known = set(essays)
    decisions = decisions_in(current_installation().decision_files.read(path))
    found = tuple(one for one in decisions if {one.pair.first, one.pair.second} <= known)
    if not found:
        raise InputRejected(
            (
                InputProblem(
                    str(path),
                    "There is no decision about two of the essays of known grade in it.",
                    "Check that the ids are the same.",
                ),
            )
        )
    return found
