"""What the defence is worth against a judge that can be talked into anything."""

import pytest

from cj_assessment_service.cj_core_logic.judging.verdicts import parse_verdict
from cj_assessment_service.domain.answers import AnswerForm
from cj_assessment_service.domain.comparisons import JudgeFailure, JudgeUsage, Winner
from cj_assessment_service.tests.fixtures.attacks import HELD_OUT, SEEN, Attack, Kind, Wish
from cj_assessment_service.tests.fixtures.gullible_judge import (
    CODE,
    Duel,
    Gullibility,
    defended,
    is_won_by_attack,
    undefended,
)

ATTACKS = (*SEEN, *HELD_OUT)


def wished_place(attack: Attack) -> Winner:
    return Winner.SECOND if attack.wish is Wish.SECOND else Winner.FIRST


@pytest.mark.parametrize("attack", ATTACKS, ids=lambda attack: attack.kind.value)
@pytest.mark.parametrize("gullibility", Gullibility)
def test_every_attack_works_where_nothing_is_done_about_it(attack: Attack, gullibility: Gullibility) -> None:
    duel = Duel(attack, wished_place(attack))
    assert is_won_by_attack(duel, undefended(duel), gullibility)


@pytest.mark.parametrize("attack", ATTACKS, ids=lambda attack: attack.kind.value)
@pytest.mark.parametrize("gullibility", [Gullibility.OUTSIDE_MARKS, Gullibility.LAST_WORD])
def test_marks_and_the_last_word_defend_against_every_attack(
    attack: Attack, gullibility: Gullibility
) -> None:
    for place in (Winner.FIRST, Winner.SECOND):
        duel = Duel(attack, place)
        assert not is_won_by_attack(duel, defended(duel), gullibility)


@pytest.mark.parametrize("attack", [a for a in ATTACKS if a.kind in {Kind.INVISIBLE, Kind.TURNED}])
def test_orders_that_no_reader_sees_do_not_reach_even_the_most_gullible_judge(attack: Attack) -> None:
    if any(ord(sign) >= 0xE0000 for sign in attack.text) or attack.kind is Kind.TURNED:
        duel = Duel(attack, Winner.FIRST)
        assert not is_won_by_attack(duel, defended(duel), Gullibility.ANYTHING)


@pytest.mark.parametrize("attack", ATTACKS, ids=lambda attack: attack.kind.value)
def test_no_attack_writes_a_mark_with_the_code_of_its_question(attack: Attack) -> None:
    prompt = defended(Duel(attack, Winner.FIRST))
    assert prompt.count(f"END FIRST TEXT {CODE}>>>") == prompt.count(f"BEGIN FIRST TEXT {CODE}>>>") == 1


@pytest.mark.parametrize("attack", ATTACKS, ids=lambda attack: attack.kind.value)
def test_an_answer_that_repeats_an_attack_is_no_verdict(attack: Attack) -> None:
    usage = JudgeUsage("double", "m", 0.1)
    assert isinstance(parse_verdict(attack.text, AnswerForm.GRADED, usage), JudgeFailure)
