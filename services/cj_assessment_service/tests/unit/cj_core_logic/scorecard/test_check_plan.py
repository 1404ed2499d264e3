from collections import Counter
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cj_assessment_service.cj_core_logic.scorecard.check_plan import (
    graded_pairs,
    misleading_pairs,
    plan_of,
    sample_pairs,
)
from cj_assessment_service.domain.comparisons import OrientedPair
from cj_assessment_service.domain.identifiers import EssayId
from cj_assessment_service.domain.judge_checks import CheckFrame, CheckPlan, GradedEssay
from cj_assessment_service.domain.judges import EveryPair, JudgeOffer, OfferedPairs

TWELVE = tuple(GradedEssay(EssayId(f"e{n:02}"), n // 2) for n in range(12))
RANKS = {essay.essay_id: essay.rank for essay in TWELVE}


def frame(
    essays: tuple[GradedEssay, ...] = TWELVE,
    pairs: int = 60,
    offer: JudgeOffer | None = None,
    misleading: frozenset[tuple[EssayId, EssayId]] = frozenset(),
    seed: int = 1,
) -> CheckFrame:
    return CheckFrame(essays, pairs, offer or EveryPair(), frozenset(), misleading, seed)


def questions(plan: CheckPlan) -> list[OrientedPair]:
    return list(plan.after(0))


def distance(question: OrientedPair) -> int:
    return abs(RANKS[question.first] - RANKS[question.second])


@given(
    st.lists(st.integers(0, 5), min_size=6, max_size=20).filter(lambda ranks: len(set(ranks)) > 1),
    st.integers(15, 80),
    st.integers(0, 1000),
)
def test_only_essays_of_different_grades_are_ever_compared(ranks: list[int], pairs: int, seed: int) -> None:
    essays = tuple(GradedEssay(EssayId(f"e{n}"), rank) for n, rank in enumerate(ranks))
    rank_of = {essay.essay_id: essay.rank for essay in essays}
    plan = plan_of(frame(essays, pairs, seed=seed))
    assert plan.questions == len(questions(plan))
    assert all(rank_of[one.first] != rank_of[one.second] for one in questions(plan))
    assert len({one.unordered for one in questions(plan)}) <= pairs
    assert all(plan.screening)


def test_equal_frames_give_equal_plans_and_other_seeds_other_ones() -> None:
    assert plan_of(frame()) == plan_of(frame())
    assert plan_of(frame()) != plan_of(frame(seed=2))


def test_the_screening_asks_about_clear_pairs_in_both_orders() -> None:
    plan = plan_of(frame())
    assert [len(part) for part in plan.screening] == [14, 14, 12]
    asked = [one for part in plan.screening for one in part]
    assert min(map(distance, asked)) >= 3
    assert all(one.swapped in asked for one in asked)


def test_two_pairs_in_three_are_asked_in_both_orders_and_a_quarter_is_repeated_in_the_main_part() -> None:
    plan = plan_of(frame())
    counts = Counter(questions(plan))
    pairs = {one.unordered for one in counts}
    assert sum(one.swapped in counts for one in counts) / 2 == round(0.67 * len(pairs))
    assert sum(count - 1 for count in counts.values()) == len(pairs) // 4
    assert all(Counter(plan.main)[one] == count for one, count in counts.items() if count > 1)


def test_every_distance_gets_its_share_of_the_pairs() -> None:
    essays = tuple(GradedEssay(EssayId(f"e{n:02}"), n // 10) for n in range(60))
    taken = Counter(
        one.distance for one in sample_pairs(graded_pairs(essays), frame(), np.random.default_rng(1))
    )
    assert set(taken.values()) == {12}


def test_no_essay_is_taken_much_more_often_than_others_of_its_grade() -> None:
    essays = tuple(GradedEssay(EssayId(f"e{n:02}"), n // 10) for n in range(60))
    uses = Counter[EssayId]()
    for one in sample_pairs(graded_pairs(essays), frame(), np.random.default_rng(1)):
        uses.update((one.better, one.worse))
    by_grade = [[uses[essay.essay_id] for essay in essays if essay.rank == rank] for rank in range(6)]
    assert max(max(counts) - min(counts) for counts in by_grade) <= 2


def test_half_of_the_pairs_are_such_that_length_misleads() -> None:
    essays = tuple(GradedEssay(EssayId(f"e{n:02}"), n // 10) for n in range(60))
    rng = np.random.default_rng(3)
    texts = {essay.essay_id: "word " * int(rng.integers(20, 60) + 4 * essay.rank) for essay in essays}
    misleading = misleading_pairs(graded_pairs(essays), texts)
    taken = sample_pairs(graded_pairs(essays), frame(misleading=misleading), np.random.default_rng(1))
    near = [one for one in taken if one.distance <= 2]
    assert sum(one.unordered in misleading for one in near) == len(near) / 2


def test_pairs_that_people_judged_come_first() -> None:
    wanted = frozenset(one.unordered for one in graded_pairs(TWELVE) if one.distance == 1)
    preferred = frozenset(sorted(wanted)[:4])
    taken = sample_pairs(
        graded_pairs(TWELVE),
        CheckFrame(TWELVE, 20, EveryPair(), preferred, frozenset(), 1),
        np.random.default_rng(1),
    )
    assert preferred <= {one.unordered for one in taken}


def test_a_recorded_judge_is_asked_only_what_it_can_answer() -> None:
    known = [OrientedPair(one.essay_id, other.essay_id) for one, other in pairwise(TWELVE)]
    plan = plan_of(frame(offer=OfferedPairs(tuple((pair, 1) for pair in known))))
    assert set(questions(plan)) <= set(known)
    assert max(Counter(questions(plan)).values()) == 1


@pytest.mark.parametrize("looks", [0, 1, 3])
def test_what_is_left_after_some_looks_is_all_the_rest(looks: int) -> None:
    plan = plan_of(frame())
    before = sum(len(part) for part in plan.screening[:looks])
    assert len(plan.after(looks)) == plan.questions - before
