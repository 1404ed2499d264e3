"""Which columns are recognised."""

import pytest

from cj_assessment_service.implementations.decision_files.headings import Role, layout_of


def roles(header: str) -> dict[Role, str] | None:
    headings = header.split(",")
    layout = layout_of(headings)
    return None if layout is None else {role: headings[place] for role, place in layout.places}


@pytest.mark.parametrize(
    "header",
    [
        "first,second,winner",
        "left,right,winner",
        "essay_a,essay_b,winner",
        "Essay A,Essay B,Winner",
        "item1,item2,winner",
        "Item 1 ID,Item 2 ID,Winner ID",
        "candidateA,candidateB,chosen",
        "leftItemId,rightItemId,winnerId",
        "model_a,model_b,winner",
        "a,b,chose_a",
        "id1,id2,result",
        "script 1,script 2,preference",
    ],
)
def test_two_items_in_the_order_shown_and_an_answer(header: str) -> None:
    first, second, answer = header.split(",")
    assert roles(header) == {Role.FIRST: first, Role.SECOND: second, Role.ANSWER: answer}


@pytest.mark.parametrize(
    "header", ["winner,loser", "Won,Lost", "chosen,notChosen", "candidate_chosen,candidate_not_chosen"]
)
def test_a_winner_and_a_loser(header: str) -> None:
    winner, loser = header.split(",")
    assert roles(header) == {Role.WINNER: winner, Role.LOSER: loser}


def test_decisions_of_no_more_marking() -> None:
    assert roles("id,timeTaken,createdAt,judgeId,chosen,notChosen,task,person_chosen,person_not_chosen") == {
        Role.WINNER: "chosen",
        Role.LOSER: "notChosen",
        Role.JUDGE: "judgeId",
        Role.SECONDS: "timeTaken",
    }


def test_raw_data_of_the_moodle_plugin() -> None:
    assert roles("JudgeID,Won,Lost,TimeTaken") == {
        Role.WINNER: "Won",
        Role.LOSER: "Lost",
        Role.JUDGE: "JudgeID",
        Role.SECONDS: "TimeTaken",
    }


def test_the_table_of_comparisons_of_the_moodle_plugin_by_ids_and_with_the_side() -> None:
    header = "Full name,Winning submission,Winning submission id,Losing submission,Losing submission id,Winning position"
    assert roles(header) == {
        Role.WINNER: "Winning submission id",
        Role.LOSER: "Losing submission id",
        Role.WINNER_PLACE: "Winning position",
        Role.JUDGE: "Full name",
    }


def test_a_level_or_a_probability_is_an_answer_too() -> None:
    assert roles("first,second,level") == {Role.FIRST: "first", Role.SECOND: "second", Role.LEVEL: "level"}
    assert roles("first,second,p_first") == {
        Role.FIRST: "first",
        Role.SECOND: "second",
        Role.P_FIRST: "p_first",
    }


def test_an_order_shown_goes_before_winner_and_loser() -> None:
    found = roles("winner,loser,left,right")
    assert found == {Role.FIRST: "left", Role.SECOND: "right", Role.ANSWER: "winner"}


@pytest.mark.parametrize("header", ["id,text", "first,second", "winner", "item,score,se", ""])
def test_other_tables_are_no_decisions(header: str) -> None:
    assert roles(header) is None
