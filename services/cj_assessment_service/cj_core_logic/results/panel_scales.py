"""The scales that tell judges apart: of all others for each judge, and of each judge alone."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import combinations
from statistics import fmean

import numpy as np

from cj_assessment_service.cj_core_logic.scoring.fit import fit, fit_judgements, fit_roughly
from cj_assessment_service.cj_core_logic.scoring.judge_agreement import group_reliability, judge_agreement
from cj_assessment_service.cj_core_logic.scoring.judgements import Judgements, judgements_of
from cj_assessment_service.domain.comparisons import DecidedComparison
from cj_assessment_service.domain.errors import GaveUp
from cj_assessment_service.domain.identifiers import EssayId
from cj_assessment_service.domain.judge_summaries import BetweenJudges, GroupAgreement, MetJudges, kind_of
from cj_assessment_service.domain.policies import DEFAULT_SCORING
from cj_assessment_service.domain.scores import JudgeTerms, Scoreboard

USABLE = 0.5
"""A scale of others that is less reliable than this is no yardstick."""

FOLDS = 12
"""More judges than this are left out together, a twelfth of them at a time: nobody is compared with itself all the same."""

MOST_PAIRED = 12
"""Every two of the judges with the most decisions are compared; of more, a table could not be read."""


@dataclass(frozen=True, slots=True)
class PanelScales:
    """`others`: by judge, the scale made without it (and without excluded judges), where that is a usable one. `terms`: by
    judge, what the model says of it, excluded ones as if they were restored.
    """

    others: Mapping[str, Scoreboard]
    terms: Mapping[str, JudgeTerms]
    between: BetweenJudges


def panel_scales(
    essays: Sequence[EssayId],
    decided: Sequence[DecidedComparison],
    excluded: frozenset[str],
    board: Scoreboard,
) -> PanelScales:
    """`board` is the scale of all decisions but those of excluded judges. Takes processor time."""
    counted = [one for one in decided if one.judge not in excluded]
    left_out = sorted({one.judge for one in decided} & excluded)
    others = dict(_scales_of_others(essays, counted))
    if board.reliability >= USABLE:
        others |= dict.fromkeys(left_out, board)
    terms = {one.judge: one for one in board.judges}
    for judge in left_out:
        with_it = fit(essays, [one for one in decided if one.judge == judge or one.judge not in excluded])
        terms |= {one.judge: one for one in with_it.judges if one.judge == judge}
    return PanelScales(others, terms, between_judges(judgements_of(essays, counted), board))


def _scales_of_others(
    essays: Sequence[EssayId], counted: Sequence[DecidedComparison]
) -> Iterator[tuple[str, Scoreboard]]:
    judges = sorted({one.judge for one in counted})
    fold_of = {judge: place % FOLDS for place, judge in enumerate(judges)}
    for fold in sorted(set(fold_of.values())):
        rest = [one for one in counted if fold_of[one.judge] != fold]
        scale = _usable(essays, rest) if rest else None
        if scale is not None:
            yield from ((judge, scale) for judge in judges if fold_of[judge] == fold)


def _usable(essays: Sequence[EssayId], decided: Sequence[DecidedComparison]) -> Scoreboard | None:
    try:
        scale = fit_roughly(judgements_of(essays, decided), DEFAULT_SCORING)
    except GaveUp:
        return None
    return scale if scale.reliability >= USABLE else None


def between_judges(judgements: Judgements, board: Scoreboard) -> BetweenJudges:
    """With rho the mean disattenuated correlation of the judges' own scales, R the reliability of `board` and k the effective
    number of judges, 1 / sum of squared shares of the decisions (Simpson 1949, Nature 163, 688):

        reliability = R k rho / (1 + (k - 1) rho)

    the generalisability coefficient with judges as a facet (Cronbach, Gleser, Nanda & Rajaratnam 1972, The Dependability of
    Behavioral Measurements; Brennan 2001, Generalizability Theory, ch. 4). Its limits are those of rho; as the scales of different
    pairs of judges hang together, the limits of rho are the mean of the limits of the pairs, and not narrower for their number.
    """
    judges = len(judgements.judges)
    most = _with_most_decisions(judgements)
    scales = group_reliability(most, most.judges, _refit) if judges > 1 else ()
    kinds = [kind_of(judge).value for judge in judgements.judges]
    of_kinds = group_reliability(judgements, kinds, _refit) if len(set(kinds)) > 1 else ()
    rho, limits = _mean_correlation(scales)
    shares = np.bincount(judgements.judge) / len(judgements)
    size = float(1.0 / np.square(shares).sum())
    return BetweenJudges(
        judges=judges,
        correlation=rho,
        limits=limits,
        reliability=None if rho is None else _generalised(board.reliability, rho, size),
        reliability_limits=None
        if limits is None
        else (
            _generalised(board.reliability, limits[0], size),
            _generalised(board.reliability, limits[1], size),
        ),
        scales=scales,
        kinds=of_kinds,
        met=tuple(_met(most)),
    )


def _refit(judgements: Judgements) -> Scoreboard:
    """With repeats counting for what they are worth, or each judge's own scale would look too reliable."""
    return fit_judgements(_without_idle_judges(judgements), DEFAULT_SCORING)


def _with_most_decisions(judgements: Judgements) -> Judgements:
    counts = np.bincount(judgements.judge, minlength=len(judgements.judges))
    chosen = np.argsort(-counts, kind="stable")[:MOST_PAIRED]
    return _without_idle_judges(judgements.take(np.flatnonzero(np.isin(judgements.judge, chosen))))


def _without_idle_judges(judgements: Judgements) -> Judgements:
    """A judge without decisions would make the others look like one of several."""
    busy, judge = np.unique(judgements.judge, return_inverse=True)
    return replace(judgements, judges=tuple(judgements.judges[place] for place in busy), judge=judge)


def _met(judgements: Judgements) -> Iterator[MetJudges]:
    """Every two judges that judged a pair in common."""
    for one, other in combinations(range(len(judgements.judges)), 2):
        both = judgements.take(np.flatnonzero(np.isin(judgements.judge, (one, other))))
        agreement = judge_agreement(both)
        if agreement is not None:
            yield MetJudges(judgements.judges[one], judgements.judges[other], agreement)


def _mean_correlation(
    scales: Sequence[GroupAgreement],
) -> tuple[float | None, tuple[float, float] | None]:
    known = [one.disattenuated for one in scales if one.disattenuated is not None]
    limits = [one.limits for one in scales if one.limits is not None]
    if not known:
        return None, None
    low, high = np.mean(limits, axis=0).tolist()
    return min(fmean(known), 1.0), (low, high)


def _generalised(reliability: float, rho: float, size: float) -> float:
    rho = max(rho, 0.0)
    return reliability * size * rho / (1.0 + (size - 1.0) * rho)
