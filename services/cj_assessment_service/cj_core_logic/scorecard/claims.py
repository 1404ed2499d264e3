"""Whether a judge is right as often as it claims to be."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from cj_assessment_service.cj_core_logic.scorecard.checked_answers import CheckedAnswer
from cj_assessment_service.cj_core_logic.scorecard.shares import plain_share
from cj_assessment_service.domain.comparisons import Winner
from cj_assessment_service.domain.scorecards import ClaimBin, ClaimCurve, ClaimSource

_BIN_WIDTH = 0.1


@dataclass(frozen=True, slots=True)
class _Claim:
    """The probability of being right that an answer claims, and whether it was."""

    label: str
    probability: float
    right: bool


def claim_curves(answers: Sequence[CheckedAnswer]) -> tuple[ClaimCurve, ...]:
    """One for each way in which the judge said how sure it was; ties claim nothing."""
    decided = [answer for answer in answers if answer.winner is not Winner.TIE]
    found = (
        _curve(ClaimSource.CONFIDENCE, decided, _by_confidence),
        _curve(ClaimSource.P_FIRST, decided, _by_probability),
    )
    return tuple(curve for curve in found if curve is not None)


def _by_confidence(answer: CheckedAnswer) -> _Claim | None:
    """1 is called a guess and 5 certain, so they claim 1/2 and 1, and those between lie evenly between."""
    if answer.confidence is None:
        return None
    level = round(answer.confidence)
    return _Claim(str(level), 0.5 + (answer.confidence - 1.0) / 8.0, answer.winner is answer.better)


def _by_probability(answer: CheckedAnswer) -> _Claim | None:
    """What the judge gave the text it named."""
    if answer.p_first is None:
        return None
    claimed = answer.p_first if answer.winner is Winner.FIRST else 1.0 - answer.p_first
    low = min(int(claimed / _BIN_WIDTH + 1e-9), 9) * _BIN_WIDTH
    return _Claim(f"{low:.1f}–{low + _BIN_WIDTH:.1f}", claimed, answer.winner is answer.better)


def _curve(
    source: ClaimSource,
    answers: Iterable[CheckedAnswer],
    read: Callable[[CheckedAnswer], _Claim | None],
) -> ClaimCurve | None:
    """Expected calibration error: the mean over the bins of |share right - mean claim|, by their answers (Naeini, Cooper &
    Hauskrecht 2015, AAAI, 2901-2907).
    """
    claims = [claim for answer in answers if (claim := read(answer)) is not None]
    if not claims:
        return None
    by_label: dict[str, list[_Claim]] = defaultdict(list)
    for claim in claims:
        by_label[claim.label].append(claim)
    bins = tuple(_bin(label, by_label[label]) for label in sorted(by_label))
    error = sum(one.right.count * abs(one.right.share - one.claimed) for one in bins) / len(claims)
    return ClaimCurve(source, bins, error, _discrimination(claims))


def _bin(label: str, claims: Sequence[_Claim]) -> ClaimBin:
    right = plain_share(sum(claim.right for claim in claims), len(claims))
    if right is None:
        raise ValueError("a bin holds at least one claim")
    return ClaimBin(label, sum(claim.probability for claim in claims) / len(claims), right)


def _discrimination(claims: Sequence[_Claim]) -> float | None:
    """Mann & Whitney's (1947, Ann. Math. Statist. 18, 50-60) share of right-wrong pairs with the higher claim on the right
    answer, equal claims counting half.
    """
    right = [claim.probability for claim in claims if claim.right]
    wrong = [claim.probability for claim in claims if not claim.right]
    if not right or not wrong:
        return None
    above = sum((one > other) + 0.5 * (one == other) for one in right for other in wrong)
    return above / (len(right) * len(wrong))
