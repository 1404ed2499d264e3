"""How a judge agrees with itself: the other order, the same question again."""

import math
from collections.abc import Sequence

from scipy.special import betaincinv, logit

from cj_assessment_service.cj_core_logic.scorecard.checked_answers import (
    CheckedAnswer,
    SwappedAnswers,
    repeated_answers,
    swapped_answers,
)
from cj_assessment_service.cj_core_logic.scorecard.shares import plain_share
from cj_assessment_service.domain.comparisons import Winner
from cj_assessment_service.domain.scorecards import Consistency, Difference


def consistency_of(answers: Sequence[CheckedAnswer]) -> Consistency:
    swapped = swapped_answers(answers)
    decided = [pair for pair in swapped if pair.decided]
    repeated = repeated_answers(answers)
    return Consistency(
        flips=plain_share(sum(pair.flipped for pair in decided), len(decided)),
        position=order_effect(swapped),
        repeated=plain_share(sum(one is again for one, again in repeated), len(repeated)),
        ties=plain_share(sum(answer.winner is Winner.TIE for answer in answers), len(answers)),
    )


def order_effect(swapped: Sequence[SwappedAnswers]) -> Difference | None:
    """The advantage b of the text shown first, in logits, whatever the two texts are worth, with its 95 % interval; None
    where no answer changed with the order.

    Under P(first wins) = 1 / (1 + exp(-(d + b))) in one order and with -d in the other, the odds that a pair whose answer
    changed named the first text twice rather than the second twice are exp(2 b): d cancels (Cox 1958, Biometrika 45,
    562-565). With f and s such pairs, b = ln((f + 1/2) / (s + 1/2)) / 2 (Haldane 1956, Ann. Hum. Genet. 20, 309-311); the
    interval is that of Jeffreys for f of f + s (Brown, Cai & DasGupta 2001, Statist. Sci. 16, 101-133), carried over.
    """
    first = sum(pair.flipped and pair.one is Winner.FIRST for pair in swapped)
    second = sum(pair.flipped and pair.one is Winner.SECOND for pair in swapped)
    if not first + second:
        return None
    low, high = (float(logit(betaincinv(first + 0.5, second + 0.5, tail))) / 2.0 for tail in (0.025, 0.975))
    return Difference(math.log((first + 0.5) / (second + 0.5)) / 2.0, low, high)
