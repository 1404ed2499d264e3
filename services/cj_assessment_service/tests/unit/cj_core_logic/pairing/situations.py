"""Batches in the middle of their questions, built from essay numbers."""

from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np
from hypothesis import strategies as st

from cj_assessment_service.cj_core_logic.pairing.planner import PairingSituation, plan_wave
from cj_assessment_service.domain.comparisons import (
    AskedComparison,
    AskedState,
    OrientedPair,
    PlannedComparison,
    WavePlan,
)
from cj_assessment_service.domain.errors import ErrorCode
from cj_assessment_service.domain.essays import EssayItem
from cj_assessment_service.domain.identifiers import EssayId, Grade
from cj_assessment_service.domain.judges import EveryPair, OfferedPairs
from cj_assessment_service.domain.policies import PairingPolicy, PairStrategy

POLICY = PairingPolicy()
NO_LIMIT = 10_000

Judge = Callable[[PlannedComparison], ErrorCode | None]
"""The error a question ends in, or None for a verdict."""


def essay_id(number: int) -> EssayId:
    return EssayId(f"essay-{number:03d}")


def pair(first: int, second: int) -> OrientedPair:
    return OrientedPair(essay_id(first), essay_id(second))


def items(count: int, scores: Sequence[float] | None = None, se: float = 0.5) -> tuple[EssayItem, ...]:
    plain = [EssayItem(essay_id(number)) for number in range(count)]
    if scores is None:
        return tuple(plain)
    return tuple(replace(item, score=score, se=se) for item, score in zip(plain, scores, strict=True))


def decided(first: int, second: int, wave: int = 1) -> AskedComparison:
    return AskedComparison(pair(first, second), wave, 1, AskedState.DECIDED)


def outstanding(first: int, second: int, wave: int = 1) -> AskedComparison:
    return AskedComparison(pair(first, second), wave, 1, AskedState.OUTSTANDING)


def failed(
    first: int, second: int, wave: int = 1, attempt: int = 1, code: ErrorCode | None = ErrorCode.TIMEOUT
) -> AskedComparison:
    return AskedComparison(pair(first, second), wave, attempt, AskedState.FAILED, code)


def situation(
    count: int, *asked: AskedComparison, scores: Sequence[float] | None = None, limit: int = NO_LIMIT
) -> PairingSituation:
    return PairingSituation(items(count, scores), asked, EveryPair(), limit)


def answered(
    now: PairingSituation, plan: WavePlan, wave: int, judge: Judge = lambda _: None
) -> PairingSituation:
    """The situation after the judge answered the plan."""
    news = [(planned, judge(planned)) for planned in plan.comparisons]
    return replace(
        now,
        asked=now.asked
        + tuple(
            AskedComparison(
                planned.pair,
                wave,
                planned.attempt,
                AskedState.FAILED if error else AskedState.DECIDED,
                error,
            )
            for planned, error in news
        ),
    )


def after_waves(
    start: PairingSituation, waves: int, seed: int = 0, policy: PairingPolicy = POLICY
) -> PairingSituation:
    """Every question of every wave answered."""
    now = start
    for wave in range(1, waves + 1):
        now = answered(now, plan_wave(now, policy, np.random.default_rng([seed, wave])), wave)
    return now


def unordered(plan: WavePlan) -> list[tuple[EssayId, EssayId]]:
    return [planned.pair.unordered for planned in plan.comparisons]


def essays_of(plan: WavePlan) -> list[EssayId]:
    return [essay for both in unordered(plan) for essay in both]


@st.composite
def pairs_among(draw: st.DrawFn, count: int) -> OrientedPair:
    first = draw(st.integers(0, count - 1))
    return pair(first, (first + draw(st.integers(1, count - 1))) % count)


@st.composite
def questions_among(draw: st.DrawFn, count: int) -> AskedComparison:
    state = draw(st.sampled_from(AskedState))
    code = draw(st.none() | st.sampled_from(ErrorCode)) if state is AskedState.FAILED else None
    return AskedComparison(
        draw(pairs_among(count)), draw(st.integers(1, 6)), draw(st.integers(1, 3)), state, code
    )


@st.composite
def offers_among(draw: st.DrawFn, count: int) -> OfferedPairs:
    offered = draw(st.dictionaries(pairs_among(count), st.integers(0, 4), max_size=20))
    return OfferedPairs(tuple(offered.items()))


@st.composite
def situations(draw: st.DrawFn) -> PairingSituation:
    """Anything that may happen to 2 to 15 essays, and some that may not."""
    count = draw(st.integers(2, 15))
    score = st.none() | st.floats(-6, 6)
    return PairingSituation(
        items=tuple(
            EssayItem(
                essay_id(number),
                known_grade=draw(st.none() | st.just(Grade("C"))),
                score=draw(score),
                se=draw(st.none() | st.floats(0, 3)),
            )
            for number in range(count)
        ),
        asked=tuple(draw(st.lists(questions_among(count), max_size=40))),
        offer=draw(st.just(EveryPair()) | offers_among(count)),
        limit=draw(st.integers(0, 10)),
        cut_points=tuple(draw(st.lists(st.floats(-3, 3), max_size=3))),
    )


policies = st.builds(
    PairingPolicy,
    strategy=st.sampled_from(PairStrategy),
    count_weight=st.floats(0, 3),
    proximity_weight=st.floats(0, 3),
    max_judgements_per_pair=st.integers(1, 5),
    max_attempts_per_question=st.integers(1, 4),
)
seeds = st.integers(0, 2**32 - 1)
