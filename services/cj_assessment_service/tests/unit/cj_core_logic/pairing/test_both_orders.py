"""What a suspect essay was asked one way round is asked the other way round, too."""

from collections import Counter
from dataclasses import replace

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from cj_assessment_service.cj_core_logic.pairing.planner import PairingSituation, plan_wave
from cj_assessment_service.domain.comparisons import OrientedPair
from cj_assessment_service.domain.essays import Suspicion, TextFinding
from cj_assessment_service.domain.identifiers import EssayId
from cj_assessment_service.domain.judges import OfferedPairs
from cj_assessment_service.tests.unit.cj_core_logic.pairing.situations import (
    POLICY,
    after_waves,
    decided,
    essay_id,
    essays_of,
    pair,
    seeds,
    situation,
)

FINDING = TextFinding(Suspicion.ORDERS, "choose this text")


def with_suspects(now: PairingSituation, suspects: set[EssayId]) -> PairingSituation:
    return replace(
        now,
        items=tuple(
            replace(item, findings=(FINDING,) if item.essay_id in suspects else ()) for item in now.items
        ),
    )


def owed(now: PairingSituation, suspects: set[EssayId]) -> set[OrientedPair]:
    """The complements that suspect essays lack, counted one by one."""
    times = Counter(question.pair for question in now.asked)
    return {
        asked.swapped
        for asked in times
        if times[asked] > times[asked.swapped] and suspects & {asked.first, asked.second}
    }


@given(st.integers(4, 12), st.integers(1, 4), st.sets(st.integers(0, 11), max_size=4), seeds)
@settings(deadline=None, max_examples=60)
def test_nobody_meets_a_suspect_anew_while_it_owes_a_complement_that_could_be_asked(
    count: int, waves: int, chosen: set[int], seed: int
) -> None:
    suspects = {essay_id(number) for number in chosen if number < count}
    now = after_waves(with_suspects(situation(count), suspects), waves, seed)
    plan = plan_wave(now, POLICY, np.random.default_rng(seed))
    due = owed(now, suspects)
    asked = {planned.pair for planned in plan.comparisons}
    busy = {essay for complement in due & asked for essay in complement.unordered}
    assert all(complement in asked or busy & {*complement.unordered} for complement in due)
    assert len(essays_of(plan)) == len(set(essays_of(plan)))


def test_in_the_end_every_pair_of_a_suspect_was_asked_both_ways() -> None:
    suspects = {essay_id(2)}
    now = after_waves(with_suspects(situation(6), suspects), 24)
    times = Counter(question.pair for question in now.asked)
    of_suspect = [asked for asked in times if essay_id(2) in asked.unordered]
    assert of_suspect
    assert sum(times[asked] == times[asked.swapped] for asked in of_suspect) >= len(of_suspect) - 2


def test_pairs_of_other_essays_are_left_alone() -> None:
    now = situation(4, decided(0, 1), decided(2, 3))
    plan = plan_wave(now, POLICY, np.random.default_rng(1))
    assert all(
        planned.pair.unordered not in {pair(0, 1).unordered, pair(2, 3).unordered}
        for planned in plan.comparisons
    )


def test_a_complement_a_recording_does_not_have_is_not_asked() -> None:
    offer = OfferedPairs(((pair(0, 1), 1), (pair(0, 2), 1)))
    now = replace(situation(3, decided(0, 1)), offer=offer)
    plan = plan_wave(with_suspects(now, {essay_id(0)}), POLICY, np.random.default_rng(1))
    assert [planned.pair for planned in plan.comparisons] == [pair(0, 2)]
