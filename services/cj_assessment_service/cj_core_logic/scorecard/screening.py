"""Whether the first answers already tell that a judge is useless."""

import math
from collections.abc import Sequence

from cj_assessment_service.cj_core_logic.scorecard.checked_answers import CheckedAnswer, swapped_answers
from cj_assessment_service.domain.comparisons import Winner
from cj_assessment_service.domain.judge_checks import CheckPlan, Screening, ScreeningPolicy, ScreeningState


def screen(answers: Sequence[CheckedAnswer], policy: ScreeningPolicy) -> Screening:
    """The sequential probability ratio test (Wald 1945, Ann. Math. Statist. 16, 117-186) on whether both answers about a
    pair are right, with probability `guess` or `fair`.

    The evidence is s ln(fair / guess) + f ln((1 - fair) / (1 - guess)) after s pairs right both times and f others. The
    judge is condemned at ln(condemns_fair / (1 - passes_guess)) or below and passes at ln((1 - condemns_fair) /
    passes_guess) or above. Looking only now and then makes either error rarer, never more frequent than Wald's bound.
    """
    pairs = swapped_answers(answers)
    both_right = sum(pair.both_right for pair in pairs)
    others = len(pairs) - both_right
    evidence = both_right * math.log(policy.fair / policy.guess) + others * math.log(
        (1.0 - policy.fair) / (1.0 - policy.guess)
    )
    said = [answer.winner for answer in answers]
    return Screening(
        state=_state(evidence, policy),
        pairs=len(pairs),
        both_right=both_right,
        evidence=evidence,
        named_first=said.count(Winner.FIRST),
        named_second=said.count(Winner.SECOND),
        ties=said.count(Winner.TIE),
    )


def goes_on(screening: Screening, looks: int, plan: CheckPlan) -> bool:
    """Whether the next look of the plan is still needed to tell."""
    return screening.state is ScreeningState.OPEN and looks < len(plan.screening)


def _state(evidence: float, policy: ScreeningPolicy) -> ScreeningState:
    if evidence <= math.log(policy.condemns_fair / (1.0 - policy.passes_guess)):
        return ScreeningState.CONDEMNED
    if evidence >= math.log((1.0 - policy.condemns_fair) / policy.passes_guess):
        return ScreeningState.PASSED
    return ScreeningState.OPEN


def most_questions_for_a_useless_judge(policy: ScreeningPolicy) -> int:
    """How many answers condemn a judge that is never right both times, as one that always names the same place."""
    limit = math.log(policy.condemns_fair / (1.0 - policy.passes_guess))
    needed = math.ceil(limit / math.log((1.0 - policy.fair) / (1.0 - policy.guess)))
    asked = 0
    for look in policy.looks:
        asked += look
        if asked >= needed:
            return 2 * asked
    return 2 * needed
