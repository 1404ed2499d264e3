"""Judgements in, scale out."""

from collections.abc import Sequence
from dataclasses import replace

from cj_assessment_service.cj_core_logic.scoring.design import Prior
from cj_assessment_service.cj_core_logic.scoring.earned_forms import learned_in_earned_forms
from cj_assessment_service.cj_core_logic.scoring.judgements import Judgements, judgements_of
from cj_assessment_service.cj_core_logic.scoring.learning import Learned, learned
from cj_assessment_service.cj_core_logic.scoring.mode import find_mode
from cj_assessment_service.cj_core_logic.scoring.overdispersion import with_repeats_weighted
from cj_assessment_service.cj_core_logic.scoring.scoreboards import scoreboard
from cj_assessment_service.cj_core_logic.scoring.spread import most_likely, point_spread, spread_posterior
from cj_assessment_service.domain.comparisons import DecidedComparison
from cj_assessment_service.domain.identifiers import EssayId
from cj_assessment_service.domain.policies import DEFAULT_SCORING, JudgeTermsUse, ScoringPolicy
from cj_assessment_service.domain.scores import Scoreboard


def fit(
    essays: Sequence[EssayId],
    decided: Sequence[DecidedComparison],
    policy: ScoringPolicy = DEFAULT_SCORING,
) -> Scoreboard:
    """The scale of `essays`, in their order. Deterministic; neither order nor names of anything matter.

    Raises InsufficientComparisons when there is no essay or no decision, ScoreConvergenceFailed when no optimum is
    found, and ValueError when an essay is listed twice or a decision names one that is not listed.
    """
    board = fit_judgements(judgements_of(essays, decided), policy)
    by_id = {score.essay_id: score for score in board.scores}
    return replace(board, scores=tuple(by_id[essay_id] for essay_id in essays))


def fit_judgements(judgements: Judgements, policy: ScoringPolicy) -> Scoreboard:
    """The same for judgements in columns; scores in the order of `judgements.essays`. A judge's repeats of a pair count
    less where they prove to hang together, unless the policy lets all judges count as one.
    """
    found = learned_in_earned_forms(judgements, policy)
    board = _board(found)
    if policy.judge_terms is JudgeTermsUse.POOLED:
        return board
    weighted = with_repeats_weighted(found.judgements, board)
    return board if weighted is None else _board(learned(weighted, policy))


def _board(found: Learned) -> Scoreboard:
    spread = spread_posterior(found.model, found.posterior)
    mode = find_mode(found.model, Prior(spread.sd), start=spread.nearest.mean)
    return scoreboard(found.model, spread, mode)


def fit_roughly(judgements: Judgements, policy: ScoringPolicy) -> Scoreboard:
    """A fraction of the work, for fits by the hundred: the most likely spread is taken for the true one, which makes
    errors too small while answers are few, and repeats count in full. The forms of the answers are best settled before
    (`in_earned_forms`), or every fit settles them anew.
    """
    found = learned_in_earned_forms(judgements, policy)
    spread = point_spread(found.model, most_likely(found.model, found.posterior))
    return scoreboard(
        found.model, spread, find_mode(found.model, Prior(spread.sd), start=spread.nearest.mean)
    )
