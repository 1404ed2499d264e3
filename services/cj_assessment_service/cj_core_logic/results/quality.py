"""How far a scale can be trusted, and what the judges did."""

from collections.abc import Sequence
from decimal import Decimal
from statistics import mean

from cj_assessment_service.cj_core_logic.results.anchor_warnings import anchor_warnings
from cj_assessment_service.domain.batches import BatchOverview
from cj_assessment_service.domain.comparisons import RecordedComparison, Winner
from cj_assessment_service.domain.grades import Calibration
from cj_assessment_service.domain.results import JudgeSummary, QualityBlock
from cj_assessment_service.domain.scores import Scoreboard

RELIABLE_ENOUGH = 0.8
"""The usual demand on scales that decide about people."""


def quality_block(
    overview: BatchOverview,
    board: Scoreboard,
    comparisons: Sequence[RecordedComparison],
    calibration: Calibration | None,
) -> QualityBlock:
    essays = len(board.scores)
    pairs = essays * (essays - 1) / 2
    covered = len({c.pair.unordered for c in comparisons if c.winner is not None})
    return QualityBlock(
        reliability=board.reliability,
        separation_reliability=board.separation_reliability,
        prior_sd=board.prior_sd,
        mean_se=board.mean_se,
        max_se=board.max_se,
        components=board.components,
        coverage=covered / pairs if pairs else 0.0,
        comparisons_per_essay=2 * board.decisions / essays if essays else 0.0,
        position=board.position,
        success_rate=overview.progress.success_rate,
        warnings=_warnings(overview, board, calibration),
    )


def _warnings(overview: BatchOverview, board: Scoreboard, calibration: Calibration | None) -> tuple[str, ...]:
    warnings = []
    if board.components > 1:
        warnings.append(
            f"The essays fall into {board.components} groups that were never compared with each other;"
            " scores of different groups do not compare."
        )
    if board.reliability < RELIABLE_ENOUGH:
        warnings.append(
            f"The reliability of {board.reliability:.2f} is below {RELIABLE_ENOUGH}:"
            " do not base decisions about single essays on this scale alone."
        )
    uncompared = sum(score.comparisons == 0 for score in board.scores)
    if uncompared:
        warnings.append(_counted(uncompared, "essay was", "essays were") + " never compared.")
    if abs(board.position.estimate) > 2 * board.position.se and abs(board.position.estimate) > 0.2:
        place = "first" if board.position.estimate > 0 else "second"
        warnings.append(f"The judge favours the essay shown {place}; the scores are corrected for it.")
    if calibration is not None:
        warnings.extend(anchor_warnings(calibration))
    if overview.unpriced:
        answers = _counted(overview.unpriced, "answer", "answers")
        warnings.append(f"The price of {answers} is unknown and not part of the cost.")
    return tuple(warnings)


def _counted(number: int, singular: str, plural: str) -> str:
    return f"{number} {singular if number == 1 else plural}"


def judge_summaries(
    comparisons: Sequence[RecordedComparison], board: Scoreboard | None
) -> tuple[JudgeSummary, ...]:
    """One row for each judge, by name."""
    judges = sorted({comparison.judge for comparison in comparisons})
    return tuple(_summary(judge, [c for c in comparisons if c.judge == judge], board) for judge in judges)


def _summary(judge: str, asked: Sequence[RecordedComparison], board: Scoreboard | None) -> JudgeSummary:
    decided = [c for c in asked if c.winner is not None]
    usages = [c.usage for c in asked if c.usage is not None]
    prices = [usage.cost for usage in usages]
    known = [price for price in prices if price is not None]
    return JudgeSummary(
        judge=judge,
        decisions=len(decided),
        failures=sum(c.error is not None for c in asked),
        agreement=_agreement(decided, board),
        first_share=mean(c.winner is Winner.FIRST for c in decided) if decided else None,
        mean_seconds=mean(usage.seconds for usage in usages) if usages else None,
        prompt_tokens=sum(usage.prompt_tokens for usage in usages),
        completion_tokens=sum(usage.completion_tokens for usage in usages),
        cost=sum(known, Decimal(0)) if len(known) == len(prices) else None,
    )


def _agreement(decided: Sequence[RecordedComparison], board: Scoreboard | None) -> float | None:
    """The share of decisions won by the essay with the higher final score."""
    if board is None or not decided:
        return None
    scores = {score.essay_id: score.score for score in board.scores}
    return mean((scores[c.pair.first] > scores[c.pair.second]) == (c.winner is Winner.FIRST) for c in decided)
