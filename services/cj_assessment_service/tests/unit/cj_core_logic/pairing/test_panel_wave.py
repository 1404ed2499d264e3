"""Whole batches of panels: retries, arbitrations, new questions and second opinions, until nothing is left."""

from collections import Counter
from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from cj_assessment_service.cj_core_logic.pairing.panel_wave import WavePolicies, count_panel_askable
from cj_assessment_service.cj_core_logic.pairing.situation import PairingSituation
from cj_assessment_service.domain.comparisons import (
    AskedState,
    AssignedComparison,
    OrientedPair,
    PairPlan,
    PlanUse,
    Winner,
)
from cj_assessment_service.domain.errors import ErrorCode
from cj_assessment_service.domain.policies import PairingPolicy, PanelPolicy
from cj_assessment_service.tests.unit.cj_core_logic.pairing.panels import (
    Reply,
    after,
    arbiter,
    by_lot,
    panel_of,
    said,
    seats,
    shares,
    wave_of,
    wave_policies,
)
from cj_assessment_service.tests.unit.cj_core_logic.pairing.situations import (
    decided,
    essay_id,
    items,
    pair,
    pairs_among,
    seeds,
)

USUAL = WavePolicies(PairingPolicy(), PanelPolicy())
DISPUTED = (said("a", decided(0, 1), Winner.FIRST), said("b", decided(1, 0), Winner.FIRST))


def asked_out(start: PairingSituation, policies: WavePolicies, reply: Reply, seed: int) -> PairingSituation:
    """`start.limit` is the budget. Raises AssertionError when a batch goes on for ever."""
    now, budget = start, start.limit
    for number in range(1, 2_000):
        now = replace(now, limit=budget - len(now.asked))
        wave = wave_of(now, policies, seed, number)
        if not wave:
            return now
        now = after(now, wave, number, reply)
    raise AssertionError("the batch never ends")


def arbitrated(wave: tuple[AssignedComparison, ...]) -> list[OrientedPair]:
    return [one.planned.pair for one in wave if one.judge == "arbiter"]


@given(
    st.integers(2, 6),
    st.integers(0, 60),
    shares,
    wave_policies,
    st.booleans(),
    st.sampled_from([0.0, 0.3, 1.0]),
    seeds,
)
@settings(deadline=None, max_examples=30)
def test_a_batch_ends_when_the_budget_is_spent_or_nothing_can_be_asked(
    count: int,
    budget: int,
    share: list[float],
    policies: WavePolicies,
    with_arbiter: bool,
    failure_rate: float,
    seed: int,
) -> None:
    start = panel_of(count, seats(*share), arbiters=arbiter() if with_arbiter else (), limit=budget)
    end = asked_out(start, policies, by_lot(seed, failure_rate), seed)
    assert len(end.asked) <= budget
    assert len(end.asked) == budget or count_panel_askable(end, policies) == 0


@given(st.integers(2, 4), shares, wave_policies, seeds)
@settings(deadline=None, max_examples=12)
def test_without_a_budget_every_pair_is_judged_to_its_cap_and_no_further(
    count: int, share: list[float], policies: WavePolicies, seed: int
) -> None:
    end = asked_out(panel_of(count, seats(*share)), policies, by_lot(seed), seed)
    judged = Counter(question.pair.unordered for question in end.asked)
    assert set(judged.values()) == {policies.pairing.max_judgements_per_pair * len(share)}
    assert len(judged) == count * (count - 1) // 2


@given(st.integers(3, 6), st.sampled_from([0.0, 0.5]), seeds)
@settings(deadline=None, max_examples=10)
def test_an_arbiter_judges_only_what_judges_dispute_and_each_pair_once(
    count: int, failure_rate: float, seed: int
) -> None:
    now, reply = panel_of(count, seats(1.0, 1.0), arbiters=arbiter()), by_lot(seed, failure_rate)
    for number in range(1, 15):
        wave = wave_of(now, USUAL, seed, number)
        assert all(is_disputed(now, one) for one in arbitrated(wave))
        now = after(now, wave, number, reply)
    judged = Counter(
        q.pair.unordered for q in now.asked if q.judge == "arbiter" and q.state is not AskedState.FAILED
    )
    assert set(judged.values()) <= {1}


def is_disputed(now: PairingSituation, one: OrientedPair) -> bool:
    won = {
        q.pair.first if q.winner is Winner.FIRST else q.pair.second
        for q in now.asked
        if q.pair.unordered == one.unordered and q.winner is not None and q.judge != "arbiter"
    }
    return len(won) == 2


def test_a_disputed_pair_is_asked_of_the_arbiter_in_the_next_wave() -> None:
    now = panel_of(6, seats(1.0, 1.0), *DISPUTED, arbiters=arbiter())
    assert [one.unordered for one in arbitrated(wave_of(now, USUAL, 0, 2))] == [pair(0, 1).unordered]


def test_judges_that_agree_in_both_orders_or_call_a_tie_dispute_nothing() -> None:
    agreed = (said("a", decided(0, 1), Winner.FIRST), said("b", decided(1, 0), Winner.SECOND))
    tied = (said("a", decided(2, 3), Winner.TIE), said("b", decided(2, 3), Winner.SECOND))
    alone = (said("a", decided(4, 5), Winner.FIRST), said("a", decided(5, 4), Winner.FIRST))
    now = panel_of(6, seats(1.0, 1.0), *agreed, *tied, *alone, arbiters=arbiter())
    assert not arbitrated(wave_of(now, USUAL, 0, 2))


def test_arbiters_get_at_most_their_share_of_a_wave() -> None:
    disputed = [
        said(judge, decided(first, first + 1), winner)
        for first in range(0, 20, 2)
        for judge, winner in (("a", Winner.FIRST), ("b", Winner.SECOND))
    ]
    now = panel_of(20, seats(1.0, 1.0), *disputed, arbiters=arbiter())
    assert len(arbitrated(wave_of(now, USUAL, 0, 2))) == 2


def test_an_arbiter_that_fails_is_asked_again_but_not_for_ever() -> None:
    now = panel_of(2, seats(1.0, 1.0), *DISPUTED, arbiters=arbiter())
    for number in range(2, 9):
        reply: Reply = lambda one: ErrorCode.TIMEOUT if one.judge == "arbiter" else Winner.FIRST  # noqa: E731
        now = after(now, wave_of(now, USUAL, 0, number), number, reply)
    assert sum(question.judge == "arbiter" for question in now.asked) == 3


def test_what_an_arbiter_failed_at_is_not_asked_of_the_others() -> None:
    now = panel_of(2, seats(1.0, 1.0), *DISPUTED, arbiters=arbiter())
    wave = wave_of(now, USUAL, 0, 2)
    now = after(now, wave, 2, lambda one: ErrorCode.TIMEOUT if one.judge == "arbiter" else Winner.FIRST)
    retried = [one for one in wave_of(now, USUAL, 0, 3) if one.planned.attempt == 2]
    assert [one.judge for one in retried] == ["arbiter"]


def test_an_arbiter_judges_planned_comparisons_of_essays_between_two_grades() -> None:
    scores = [-3.0, -2.6, 0.0, 0.1, 2.6, 3.0, -1.9, -2.2, 2.1, 1.9]
    once = [said("a", decided(first, second), Winner.FIRST) for first in range(10) for second in range(first)]
    now = replace(
        panel_of(10, seats(1.0), *once, arbiters=arbiter()),
        items=items(10, scores, se=0.3),
        cut_points=(0.05,),
    )
    wave = wave_of(now, USUAL, 1, 2)
    essays = {essay for one in arbitrated(wave) for essay in one.unordered}
    assert essays & {essay_id(2), essay_id(3)}
    assert len(arbitrated(wave)) == 1


def test_a_share_of_the_pairs_is_asked_of_a_second_judge_in_the_other_order() -> None:
    policies = WavePolicies(PairingPolicy(), PanelPolicy(second_share=0.5, swap_share=0.25))
    wave = wave_of(panel_of(40, seats(1.0, 1.0, 1.0)), policies, 0, 1)
    first, extra = wave[:20], wave[20:]
    judge_of = {one.planned.pair: one.judge for one in first}
    assert len(extra) == 15
    assert [judge_of[one.planned.pair.swapped] == one.judge for one in extra] == [False] * 10 + [True] * 5


def test_a_single_judge_is_asked_some_pairs_again_in_the_other_order() -> None:
    waves = [wave_of(panel_of(40, seats(1.0)), USUAL, seed, 1) for seed in range(20)]
    extra = sum(len(wave) - 20 for wave in waves)
    assert 10 <= extra <= 30


def test_extra_questions_never_break_the_limit() -> None:
    policies = WavePolicies(PairingPolicy(), PanelPolicy(second_share=1.0, swap_share=1.0))
    assert len(wave_of(panel_of(10, seats(1.0, 1.0), limit=7), policies, 0, 1)) == 7


@given(st.lists(pairs_among(6), min_size=1, max_size=12), shares, seeds)
@settings(deadline=None, max_examples=20)
def test_each_question_of_a_plan_goes_to_one_judge_and_nothing_is_added(
    pairs: list[OrientedPair], share: list[float], seed: int
) -> None:
    start = replace(panel_of(6, seats(*share), arbiters=arbiter()), plan=PairPlan(tuple(pairs), PlanUse.ONLY))
    end = asked_out(start, USUAL, by_lot(seed), seed)
    assert [question.pair for question in end.asked] == pairs
    assert "arbiter" not in {question.judge for question in end.asked}
