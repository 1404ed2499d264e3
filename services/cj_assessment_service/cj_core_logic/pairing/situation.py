"""All that pairing looks at."""

from dataclasses import dataclass

from cj_assessment_service.domain.comparisons import AskedComparison, PairPlan
from cj_assessment_service.domain.essays import EssayItem
from cj_assessment_service.domain.judges import JudgeOffer


@dataclass(frozen=True, slots=True)
class Seat:
    """A judge of the panel: its share beside the others of its role, and what it can be asked."""

    judge: str
    share: float
    offer: JudgeOffer


@dataclass(frozen=True, slots=True)
class PairingSituation:
    """The essays with their newest scores, every question so far, what the primary judges can be asked together, the most
    comparisons a plan may hold, the grades' cut-points in logits where they are known, the requester's own plan, and who
    judges. The order of `items` and `asked` does not matter. Choosing pairs takes no notice of who judges. A wave has
    `rounds`, each with every essay in one new question at most.
    """

    items: tuple[EssayItem, ...]
    asked: tuple[AskedComparison, ...]
    offer: JudgeOffer
    limit: int
    cut_points: tuple[float, ...] = ()
    plan: PairPlan | None = None
    primaries: tuple[Seat, ...] = ()
    arbiters: tuple[Seat, ...] = ()
    rounds: int = 1

    @property
    def next_wave(self) -> int:
        return 1 + max((question.wave for question in self.asked), default=0)
