"""All that pairing looks at."""

from dataclasses import dataclass

from cj_assessment_service.domain.comparisons import AskedComparison, PairPlan
from cj_assessment_service.domain.essays import EssayItem
from cj_assessment_service.domain.judges import JudgeOffer


@dataclass(frozen=True, slots=True)
class PairingSituation:
    """The essays with their newest scores, every question so far, what the judge can be asked, the most comparisons a plan
    may hold, the grades' cut-points in logits where they are known, and the requester's own plan. The order of `items`
    and `asked` does not matter.
    """

    items: tuple[EssayItem, ...]
    asked: tuple[AskedComparison, ...]
    offer: JudgeOffer
    limit: int
    cut_points: tuple[float, ...] = ()
    plan: PairPlan | None = None
