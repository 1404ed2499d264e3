"""How often two judges say the same of the same pair, and how well separate scales of kinds of judges agree."""

import math
from collections.abc import Callable, Sequence
from itertools import combinations

import numpy as np

from cj_assessment_service.cj_core_logic.scoring.arrays import BoolArray, FloatArray
from cj_assessment_service.cj_core_logic.scoring.judgements import Judgements
from cj_assessment_service.cj_core_logic.scoring.split_half import scale_correlation
from cj_assessment_service.cj_core_logic.scoring.tallies import Pairs, pairs_of, won_by_first
from cj_assessment_service.domain.errors import GaveUp, Rejected
from cj_assessment_service.domain.judge_summaries import GroupAgreement, JudgeAgreement
from cj_assessment_service.domain.scores import NORMAL_95, Scoreboard

_RELIABLE = 0.5
"""Scales less reliable than this are not corrected for it: the correction would be larger than what was measured."""


def judge_agreement(judgements: Judgements) -> JudgeAgreement | None:
    """None when no two judges judged the same pair.

    kappa = (equal - chance) / (1 - chance) (Cohen 1960, Educ. Psych. Measurement 20, 37-46). Which essay of a pair is called the
    first is arbitrary, so both wins are equally frequent by construction and, with t the share of ties in all meetings, chance =
    (1 - t)^2 / 2 + t^2 (Scott's 1955 margins, Public Opinion Quarterly 19, 321-325).
    """
    pairs = pairs_of(judgements)
    answer = np.rint(2.0 * (won_by_first(judgements) - 0.5)).astype(np.intp) * pairs.turned
    asked = _meetings(judgements, pairs, np.ones(len(judgements), dtype=np.bool_))
    meetings = float(asked.sum())
    if not meetings:
        return None
    equal_ties = _meetings(judgements, pairs, answer == 0).sum()
    equal_wins = sum(_meetings(judgements, pairs, answer == side).sum() for side in (1, -1))
    decided = float(_meetings(judgements, pairs, answer != 0).sum())
    # a meeting of a tie with a win is one of all meetings less those of two ties and of two wins
    ties = float(equal_ties + (meetings - equal_ties - decided) / 2.0) / meetings
    chance = (1.0 - ties) ** 2 / 2.0 + ties**2
    equal = float(equal_ties + equal_wins) / meetings
    return JudgeAgreement(
        meetings=round(meetings),
        equal=equal,
        equal_winner=float(equal_wins) / decided if decided else None,
        kappa=(equal - chance) / (1.0 - chance) if chance < 1.0 else None,
    )


def group_reliability(
    judgements: Judgements, groups: Sequence[str], refit: Callable[[Judgements], Scoreboard]
) -> tuple[GroupAgreement, ...]:
    """Every two of the groups that can be fitted on their own; `groups` names the group of each of `judgements.judges`.

    Disattenuated: r / sqrt(reliability_one reliability_other) (Spearman 1904, Am. J. Psychology 15, 72-101), `reliability` being
    the share of true variance that each fit reports. It may exceed 1 by chance. Raises ValueError for a wrong number of groups.
    """
    if len(groups) != len(judgements.judges):
        raise ValueError(f"{len(groups)} groups were given for {len(judgements.judges)} judges")
    kind = np.asarray(groups)[judgements.judge]
    scales = [
        (name, _fitted(judgements.take(np.flatnonzero(kind == name)), refit)) for name in sorted(set(groups))
    ]
    found = (_group_agreement(one, other) for one, other in combinations(scales, 2))
    return tuple(agreement for agreement in found if agreement is not None)


def _fitted(judgements: Judgements, refit: Callable[[Judgements], Scoreboard]) -> Scoreboard | None:
    try:
        return refit(judgements)
    except (GaveUp, Rejected):
        return None


def _group_agreement(
    one: tuple[str, Scoreboard | None], other: tuple[str, Scoreboard | None]
) -> GroupAgreement | None:
    (one_name, first), (other_name, second) = one, other
    if first is None or second is None:
        return None
    correlation = scale_correlation(first, second)
    if correlation is None:
        return None
    essays = sum(
        a.comparisons > 0 and b.comparisons > 0 for a, b in zip(first.scores, second.scores, strict=True)
    )
    both = (first.reliability, second.reliability)
    if min(both) < _RELIABLE:
        return GroupAgreement(one_name, other_name, correlation, None, essays, None)
    correction = math.sqrt(both[0] * both[1])
    low, high = correlation_limits(correlation, essays)
    return GroupAgreement(
        one_name,
        other_name,
        correlation,
        correlation / correction,
        essays,
        (low / correction, min(high / correction, 1.0)),
    )


def correlation_limits(correlation: float, cases: int) -> tuple[float, float]:
    """The 95 % interval, tanh(artanh r +- 1.96 / sqrt(cases - 3)) (Fisher 1921, Metron 1, 3-32); everything for fewer than
    four cases.
    """
    if cases < 4:
        return -1.0, 1.0
    middle = math.atanh(min(max(correlation, -1.0 + 1e-12), 1.0 - 1e-12))
    reach = NORMAL_95 / math.sqrt(cases - 3)
    return math.tanh(middle - reach), math.tanh(middle + reach)


def _meetings(judgements: Judgements, pairs: Pairs, chosen: BoolArray) -> FloatArray:
    """For each pair, how many two of the chosen answers come from different judges: all twos less those of one judge."""
    of_pair = np.bincount(pairs.pair[chosen], minlength=len(pairs))
    _, of_both = np.unique(
        pairs.pair[chosen] * max(1, len(judgements.judges)) + judgements.judge[chosen], return_counts=True
    )
    twos = of_pair * (of_pair - 1) / 2.0
    return np.asarray([twos.sum() - (of_both * (of_both - 1) / 2.0).sum()])
