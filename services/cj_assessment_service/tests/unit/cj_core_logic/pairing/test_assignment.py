"""Who is asked: by share, every essay by every judge."""

from collections import Counter
from dataclasses import replace

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from cj_assessment_service.cj_core_logic.pairing.assignment import assigned
from cj_assessment_service.cj_core_logic.pairing.panel_wave import WavePolicies
from cj_assessment_service.cj_core_logic.pairing.roster import Roster, joint_offer
from cj_assessment_service.cj_core_logic.pairing.situation import PairingSituation, Seat
from cj_assessment_service.domain.comparisons import OrientedPair, PairMode, PlannedComparison
from cj_assessment_service.domain.errors import ErrorCode
from cj_assessment_service.domain.judges import EveryPair, OfferedPairs
from cj_assessment_service.domain.policies import PairingPolicy, PanelPolicy
from cj_assessment_service.tests.unit.cj_core_logic.pairing.panels import (
    after,
    by_lot,
    panel_of,
    seats,
    shares,
    wave_of,
)
from cj_assessment_service.tests.unit.cj_core_logic.pairing.situations import (
    decided,
    essay_id,
    failed,
    offers_among,
    pair,
    pairs_among,
    seeds,
)

PLAIN = WavePolicies(PairingPolicy(), PanelPolicy(second_share=0.0, swap_share=0.0))


def asked_for(count: int, waves: int, seed: int, *share: float) -> PairingSituation:
    now, reply = panel_of(count, seats(*share)), by_lot(seed)
    for number in range(1, waves + 1):
        now = after(now, wave_of(now, PLAIN, seed, number), number, reply)
    return now


@given(st.integers(2, 12), st.integers(1, 8), shares, seeds)
@settings(deadline=None, max_examples=30)
def test_every_judge_gets_its_share_of_the_questions_within_rounding(
    count: int, waves: int, share: list[float], seed: int
) -> None:
    end = asked_for(count, waves, seed, *share)
    got = Counter(question.judge for question in end.asked)
    for seat in end.primaries:
        due = seat.share / sum(share) * len(end.asked)
        # of two essays, the judge that saw them least goes first whatever its share
        assert abs(got[seat.judge] - due) <= (2.0 if count > 3 else len(end.asked))


def test_every_essay_meets_every_judge_in_proportion() -> None:
    end = asked_for(20, 24, 3, 2.0, 1.0, 1.0)
    met = Counter((question.judge, essay) for question in end.asked for essay in question.pair.unordered)
    for number in range(20):
        assert abs(met["a", essay_id(number)] - 12) <= 3
        assert abs(met["b", essay_id(number)] - 6) <= 3


@given(st.integers(4, 10), shares, seeds)
@settings(deadline=None, max_examples=30)
def test_the_same_seed_asks_the_same_judges(count: int, share: list[float], seed: int) -> None:
    assert asked_for(count, 3, seed, *share) == asked_for(count, 3, seed, *share)


def test_a_failed_question_goes_to_another_judge() -> None:
    for judge, other in (("a", "b"), ("b", "a")):
        now = panel_of(2, seats(1.0, 1.0), replace(failed(0, 1), judge=judge))
        assert {one.judge for one in wave_of(now, PLAIN, 0, 2)} == {other}


def test_a_question_goes_to_the_judge_that_has_not_answered_it() -> None:
    once = replace(decided(0, 1), judge="a")
    roster = Roster(
        seats(1.0, 9.0), [essay_id(0), essay_id(1)], (once, *[replace(decided(1, 0), judge="b")] * 5)
    )
    planned = [PlannedComparison(pair(0, 1), PairMode.RESAMPLING)]
    given_out = assigned(planned, roster, panel_of(2, seats(1.0)).items, np.random.default_rng(0))
    assert [one.judge for one in given_out] == ["b"]


@given(st.data(), st.integers(3, 6), seeds)
@settings(deadline=None, max_examples=20)
def test_a_judge_is_never_asked_for_more_than_it_offers(data: st.DataObject, count: int, seed: int) -> None:
    offers: list[OfferedPairs] = [data.draw(offers_among(count)) for _ in range(2)]
    recordings = [Seat(name, 1.0, offer) for name, offer in zip("ab", offers, strict=True)]
    now, reply = panel_of(count, recordings), by_lot(seed, data.draw(st.sampled_from([0.0, 0.3])))
    number = 1
    while wave := wave_of(now, PLAIN, seed, number):
        now, number = after(now, wave, number, reply), number + 1
    for seat, offer in zip("ab", offers, strict=True):
        used = Counter(question.pair for question in now.asked if question.judge == seat)
        assert used == Counter({one: times for one, times in offer.counts if times})


def test_a_recording_beside_a_judge_that_answers_all_gets_what_it_can_answer() -> None:
    recording = Seat("b", 1.0, OfferedPairs(((pair(0, 1), 1), (pair(1, 0), 1))))
    now = panel_of(4, [*seats(1.0), recording])
    assert joint_offer(now.primaries, ()) == EveryPair()
    for number in range(1, 13):
        now = after(now, wave_of(now, PLAIN, 0, number), number, by_lot(number))
    used = {question.pair for question in now.asked if question.judge == "b"}
    assert used == {pair(0, 1), pair(1, 0)}


@given(st.lists(pairs_among(5), min_size=1, max_size=12), shares, seeds)
@settings(deadline=None, max_examples=20)
def test_equal_questions_of_one_wave_go_to_different_judges(
    pairs: list[OrientedPair], share: list[float], seed: int
) -> None:
    roster = Roster(seats(*share), [essay_id(number) for number in range(5)], ())
    planned = [PlannedComparison(one, PairMode.COVERAGE) for one in pairs]
    given_out = assigned(planned, roster, panel_of(5, seats(1.0)).items, np.random.default_rng(seed))
    assert [one.planned for one in given_out] == planned
    times = Counter((one.judge, one.planned.pair) for one in given_out)
    for one, count in Counter(pairs).items():
        asked = [times[seat.judge, one] for seat in roster.seats]
        assert sum(asked) == count
        assert max(asked) - min(asked) <= 1


def test_a_judge_that_could_not_be_had_is_not_given_everything_afterwards() -> None:
    missed = [replace(decided(number % 5, number % 5 + 1, number), judge="a") for number in range(40)]
    wave = wave_of(panel_of(40, seats(1.0, 1.0), *missed), PLAIN, 0, 41)
    assert Counter(one.judge for one in wave) == {"a": 6, "b": 14}


def test_failures_keep_to_the_shares_too() -> None:
    now = panel_of(12, seats(1.0, 1.0))
    for number in range(1, 9):
        wave = wave_of(now, PLAIN, 5, number)
        now = after(now, wave, number, lambda one: ErrorCode.TIMEOUT if one.judge == "b" else by_lot(0)(one))
    got = Counter(question.judge for question in now.asked)
    assert got["b"] <= 0.55 * len(now.asked)
