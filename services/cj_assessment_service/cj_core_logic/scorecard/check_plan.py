"""The questions of a check: pairs of known order, those that tell most first."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import combinations

import numpy as np

from cj_assessment_service.domain.comparisons import OrientedPair, Winner
from cj_assessment_service.domain.identifiers import EssayId
from cj_assessment_service.domain.judge_checks import (
    CheckDesign,
    CheckFrame,
    CheckPlan,
    GradedEssay,
    GradedPair,
    ScreeningPolicy,
)
from cj_assessment_service.domain.judges import EveryPair, JudgeOffer

Unordered = tuple[EssayId, EssayId]


def plan_of(frame: CheckFrame) -> CheckPlan:
    """Equal frames give equal plans, so that an interrupted check finds its questions again."""
    rng = np.random.default_rng(frame.seed)
    possible = [pair for pair in graded_pairs(frame.essays) if is_offered(pair, frame.offer)]
    pairs = sample_pairs(possible, frame, rng)
    return plan_check(pairs, CheckDesign(pairs=frame.pairs), ScreeningPolicy(), frame.offer, rng)


def is_offered(pair: GradedPair, offer: JudgeOffer) -> bool:
    """Whether the judge has an answer about these two in either order."""
    if isinstance(offer, EveryPair):
        return True
    return any(count and known.unordered == pair.unordered for known, count in offer.counts)


def graded_pairs(essays: Iterable[GradedEssay]) -> tuple[GradedPair, ...]:
    """Every two essays of different grades, by their ids."""
    ordered = sorted(essays, key=lambda essay: essay.essay_id)
    found = []
    for one, other in combinations(ordered, 2):
        if one.rank != other.rank:
            better, worse = (one, other) if one.rank > other.rank else (other, one)
            found.append(GradedPair(better.essay_id, worse.essay_id, better.rank - worse.rank))
    return tuple(found)


def misleading_pairs(pairs: Iterable[GradedPair], texts: Mapping[EssayId, str]) -> frozenset[Unordered]:
    """Those whose worse text is the longer. Raises KeyError for an essay without a text."""
    words = {essay_id: len(text.split()) for essay_id, text in texts.items()}
    return frozenset(pair.unordered for pair in pairs if words[pair.worse] > words[pair.better])


def sample_pairs(
    candidates: Sequence[GradedPair], frame: CheckFrame, rng: np.random.Generator
) -> tuple[GradedPair, ...]:
    """As many as the frame wants, as evenly over the distances as there are pairs. Within a distance those come first that are
    preferred, then those that keep misleading and other pairs equal in number, then those whose essays were taken least.
    """
    left: dict[int, list[GradedPair]] = defaultdict(list)
    for place in rng.permutation(len(candidates)).tolist():
        left[candidates[place].distance].append(candidates[place])
    taken: list[GradedPair] = []
    uses, misleading = Counter[EssayId](), Counter[int]()
    while left and len(taken) < frame.pairs:
        for distance in sorted(left):
            needed = misleading[distance] < 0
            best = min(
                left[distance],
                key=lambda pair: (
                    pair.unordered not in frame.preferred,
                    (pair.unordered in frame.misleading) is not needed,
                    uses[pair.better] + uses[pair.worse],
                ),
            )
            left[distance].remove(best)
            taken.append(best)
            uses.update((best.better, best.worse))
            misleading[distance] += 1 if best.unordered in frame.misleading else -1
        left = {distance: pairs for distance, pairs in left.items() if pairs}
    return tuple(taken[: frame.pairs])


def plan_check(
    pairs: Sequence[GradedPair],
    design: CheckDesign,
    policy: ScreeningPolicy,
    offer: JudgeOffer,
    rng: np.random.Generator,
) -> CheckPlan:
    """All questions about these pairs. Screening takes the pairs at least half the greatest distance apart, in both
    orders; of the others some are asked in both orders and the rest in one, the better essay first as often as second.
    What a recorded judge cannot answer is left out.
    """
    screened, others = _split(pairs, sum(policy.looks), rng)
    screening = [
        [question for pair in part for question in _both_orders(pair, rng)]
        for part in _parts(screened, policy.looks)
    ]
    main = _main_questions(pairs, others, len(screened), design, rng)
    left = _Answerable(offer)
    parts = [tuple(left.take(part)) for part in screening]
    return CheckPlan(
        tuple(part for part in parts if part),
        tuple(left.take([main[place] for place in rng.permutation(len(main)).tolist()])),
    )


def _split(
    pairs: Sequence[GradedPair], wanted: int, rng: np.random.Generator
) -> tuple[list[GradedPair], list[GradedPair]]:
    """Clearly different ones by lot, then the next clearest; and all others."""
    clear = max((pair.distance for pair in pairs), default=0) / 2.0
    drawn = [pairs[place] for place in rng.permutation(len(pairs)).tolist()]
    order = sorted(drawn, key=lambda pair: 0.0 if pair.distance >= clear else -pair.distance + clear)
    return order[:wanted], order[wanted:]


def _parts(pairs: Sequence[GradedPair], sizes: Sequence[int]) -> Iterator[Sequence[GradedPair]]:
    start = 0
    for size in sizes:
        yield pairs[start : start + size]
        start += size


def _both_orders(pair: GradedPair, rng: np.random.Generator) -> tuple[OrientedPair, OrientedPair]:
    """Which comes first is drawn: a judge must not be able to learn it."""
    question = pair.shown(Winner.FIRST if rng.random() < 0.5 else Winner.SECOND)
    return (question, question.swapped)


def _main_questions(
    pairs: Sequence[GradedPair],
    others: Sequence[GradedPair],
    screened: int,
    design: CheckDesign,
    rng: np.random.Generator,
) -> list[OrientedPair]:
    in_both = min(len(others), max(0, round(design.both_orders * len(pairs)) - screened))
    questions = [question for pair in others[:in_both] for question in _both_orders(pair, rng)]
    for place, pair in enumerate(others[in_both:]):
        questions.append(pair.shown(Winner.FIRST if place % 2 else Winner.SECOND))
    again = min(len(questions), round(design.repeats * len(pairs)))
    # only questions of this part: asked again in another batch, an answer might be taken from the record
    repeated = rng.choice(len(questions), again, replace=False).tolist() if again else []
    return questions + [questions[place] for place in repeated]


class _Answerable:
    """Questions the judge has an answer to; one it knows in the other order only is turned round."""

    def __init__(self, offer: JudgeOffer) -> None:
        self._left = None if isinstance(offer, EveryPair) else Counter(dict(offer.counts))

    def take(self, questions: Iterable[OrientedPair]) -> Iterator[OrientedPair]:
        for question in questions:
            if self._left is None:
                yield question
                continue
            for asked in (question, question.swapped):
                if self._left[asked] > 0:
                    self._left[asked] -= 1
                    yield asked
                    break
