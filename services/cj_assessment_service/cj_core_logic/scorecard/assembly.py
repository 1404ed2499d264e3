"""All figures of a check from its answers."""

from collections.abc import Sequence
from dataclasses import dataclass

from cj_assessment_service.cj_core_logic.scorecard.accuracy import (
    Baseline,
    accuracy_of,
    by_distance,
    kappa_of,
    rival_of,
)
from cj_assessment_service.cj_core_logic.scorecard.checked_answers import checked_answers
from cj_assessment_service.cj_core_logic.scorecard.claims import claim_curves
from cj_assessment_service.cj_core_logic.scorecard.consistency import consistency_of
from cj_assessment_service.cj_core_logic.scorecard.humans import human_row
from cj_assessment_service.cj_core_logic.scorecard.spending import failures_of, spending_of
from cj_assessment_service.domain.comparisons import DecidedComparison, RecordedComparison
from cj_assessment_service.domain.judge_checks import GradedEssay, Screening
from cj_assessment_service.domain.scorecards import CheckEnding, Evidence


@dataclass(frozen=True, slots=True)
class CheckRecord:
    """What a check left behind: every question that was `planned` and was asked, the essays with their known grades, what
    the baselines say of the answered questions in their order, and the decisions of people (none where none were given).
    """

    comparisons: tuple[RecordedComparison, ...]
    planned: int
    ending: CheckEnding
    screening: Screening
    essays: tuple[GradedEssay, ...]
    baselines: Sequence[Baseline] = ()
    human: tuple[DecidedComparison, ...] = ()


def evidence_of(record: CheckRecord) -> Evidence:
    """Raises ValueError where a baseline does not speak of every answered question."""
    answers = checked_answers(record.comparisons, record.essays)
    rivals = (rival_of(answers, baseline) for baseline in record.baselines)
    return Evidence(
        ending=record.ending,
        planned=record.planned,
        asked=len(record.comparisons),
        decided=len(answers),
        pairs=len({answer.pair.unordered for answer in answers}),
        screening=record.screening,
        accuracy=accuracy_of(answers),
        kappa=kappa_of(answers),
        rivals=tuple(rival for rival in rivals if rival is not None),
        by_distance=by_distance(answers, record.baselines),
        consistency=consistency_of(answers),
        claims=claim_curves(answers),
        human=human_row(record.human, answers, record.essays) if record.human else None,
        failures=failures_of(record.comparisons),
        spending=spending_of(record.comparisons),
    )
