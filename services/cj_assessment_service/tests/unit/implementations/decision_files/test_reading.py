"""Files of decisions, as people and programs write them."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cj_assessment_service.domain.decision_tables import DecisionTable, RowFault, ShownOrder
from cj_assessment_service.domain.errors import InputRejected
from cj_assessment_service.implementations.decision_files.reading import read_decisions

OUTCOME = {1: ">", -1: "<", 0: "="}


def table(folder: Path, *lines: str, name: str = "decisions.csv", encoding: str = "utf-8") -> DecisionTable:
    path = folder / name
    path.write_text("\n".join(lines) + "\n", encoding=encoding)
    return read_decisions(path)


def said(read: DecisionTable) -> list[str]:
    """Each decision as `a>b`."""
    columns = zip(read.first, read.outcome, read.second, strict=True)
    return [read.items[first] + OUTCOME[outcome] + read.items[second] for first, outcome, second in columns]


def faults(read: DecisionTable) -> list[tuple[int, RowFault]]:
    return [(problem.row, problem.fault) for problem in read.problems]


@pytest.mark.parametrize(
    ("answer", "meaning"),
    [
        ("x", "x>y"), ("y", "x<y"), ("first", "x>y"), ("Second", "x<y"), ("LEFT", "x>y"), ("right", "x<y"),
        ("a", "x>y"), ("B", "x<y"), ("1", "x>y"), ("2", "x<y"), ("tie", "x=y"), ("Draw", "x=y"), ("essay_b", "x<y"),
    ],
)  # fmt: skip
def test_an_answer_is_an_id_or_a_side_or_a_tie(tmp_path: Path, answer: str, meaning: str) -> None:
    read = table(tmp_path, "essay_a,essay_b,winner", f"x,y,{answer}")
    assert said(read) == [meaning]
    assert read.order is ShownOrder.KNOWN


def test_an_id_that_looks_like_a_side_is_the_id(tmp_path: Path) -> None:
    read = table(tmp_path, "first,second,winner", "2,1,1", "tie,b,tie", "b,a,a")
    assert said(read) == ["2<1", "tie>b", "b<a"]


def test_among_ids_the_id_of_an_item_of_another_row_is_no_side(tmp_path: Path) -> None:
    read = table(tmp_path, "first,second,winner", "1,2,1", "1,3,3", "3,4,4", "3,4,1")
    assert said(read) == ["1>2", "1<3", "3<4"]
    assert faults(read) == [(5, RowFault.UNKNOWN_WINNER)]


@pytest.mark.parametrize(
    ("values", "meaning"),
    [("1 0 0.5", "> < ="), ("1 0 -1", "> = <"), ("1 2 1", "> < >"), ("TRUE FALSE TRUE", "> < >")],
)
def test_answers_in_numbers(tmp_path: Path, values: str, meaning: str) -> None:
    read = table(tmp_path, "id1,id2,result", *(f"x,y,{value}" for value in values.split()))
    assert [one[1] for one in said(read)] == meaning.split()


def test_winner_and_loser_say_nothing_of_the_order(tmp_path: Path) -> None:
    read = table(tmp_path, "winner,loser", "x,y", "y,x", "z,x")
    assert said(read) == ["x>y", "x<y", "x<z"]
    assert read.order is ShownOrder.UNKNOWN


def test_the_side_of_the_winner_says_the_order(tmp_path: Path) -> None:
    read = table(tmp_path, "Winning submission id,Losing submission id,Winning position", "x,y,Left", "x,y,B")
    assert said(read) == ["x>y", "y<x"]
    assert read.order is ShownOrder.KNOWN


def test_a_first_item_that_always_wins_is_a_winner_and_not_the_one_shown_first(tmp_path: Path) -> None:
    read = table(tmp_path, "id1,id2,result", *(f"z,x{number},1" for number in range(12)))
    assert read.order is ShownOrder.UNKNOWN
    assert set(said(read)) == {f"x{number}<z" for number in range(12)}
    assert "no position effect" in read.remarks[0]


def test_every_faulty_row_is_named_and_left_out(tmp_path: Path) -> None:
    read = table(
        tmp_path,
        "judge,first,second,winner,weight,seconds",
        "j,x,y,x,1,9",
        "j,x,x,x,1,9",
        "j,x,,x,1,9",
        "j,x,y,z,1,9",
        "",
        "j,x,y,,1,9",
        "j,x,y,x,lots,9",
        "j,x,y,x,1,9,10",
        "j,x,y",
        "j,x,y,y,2,soon",
    )
    assert faults(read) == [
        (3, RowFault.SAME_ITEM),
        (4, RowFault.MISSING_ITEM),
        (5, RowFault.UNKNOWN_WINNER),
        (7, RowFault.NO_ANSWER),
        (8, RowFault.BAD_NUMBER),
        (9, RowFault.SURPLUS_CELLS),
        (10, RowFault.NO_ANSWER),
        (11, RowFault.BAD_REMARK),
    ]
    assert said(read) == ["x>y", "x<y"]
    assert (read.total_rows, read.left_out) == (9, 7)
    assert read.weight.tolist() == [1.0, 2.0]
    assert read.row.tolist() == [2, 11]


def test_signed_levels_lean_to_the_first_and_stand_for_the_answer(tmp_path: Path) -> None:
    read = table(tmp_path, "first,second,level", "x,y,2", "x,y,-1", "x,y,0", "x,y,1.5")
    assert said(read) == ["x>y", "x<y", "x=y"]
    assert read.level.tolist() == [2, 1, 0]
    assert faults(read) == [(5, RowFault.BAD_NUMBER)]


def test_levels_without_signs_say_how_much_better_the_winner_is(tmp_path: Path) -> None:
    read = table(tmp_path, "first,second,winner,level", "x,y,y,3", "x,y,x,", "x,y,tie,2")
    assert said(read) == ["x<y", "x>y"]
    assert read.level.tolist() == [3, 0]
    assert faults(read) == [(4, RowFault.CONTRADICTION)]


def test_a_signed_level_must_not_contradict_the_winner(tmp_path: Path) -> None:
    read = table(tmp_path, "first,second,winner,level", "x,y,y,-3", "x,y,x,-1")
    assert said(read) == ["x<y"]
    assert faults(read) == [(3, RowFault.CONTRADICTION)]


def test_a_probability_stands_for_an_empty_answer(tmp_path: Path) -> None:
    read = table(tmp_path, "first,second,winner,p_first", "x,y,,0.8", "x,y,,0.1", "x,y,y,1.2", "x,y,y,")
    assert said(read) == ["x>y", "x<y", "x<y"]
    np.testing.assert_array_equal(read.p_first, [0.8, 0.1, np.nan])
    assert faults(read) == [(4, RowFault.BAD_NUMBER)]


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_any_usual_delimiter_is_found(tmp_path: Path, delimiter: str) -> None:
    lines = [delimiter.join(row) for row in (("left", "right", "winner"), ("x", "y", "left"))]
    assert said(table(tmp_path, *lines)) == ["x>y"]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
def test_letters_survive_the_usual_encodings(tmp_path: Path, encoding: str) -> None:
    read = table(tmp_path, "winner,loser", "Größe,Åsa", encoding=encoding)
    assert read.items == ("Größe", "Åsa")


def test_decomposed_letters_and_blanks_make_no_second_item(tmp_path: Path) -> None:
    read = table(tmp_path, "first,second,winner", "Å, y,A\u030a", "A\u030a ,y,y")
    assert read.items == ("y", "Å")
    assert said(read) == ["Å>y", "Å<y"]


@pytest.mark.parametrize(
    ("heading", "cells", "seconds"),
    [
        ("seconds", "1.5 2,5", [1.5, 2.5]),
        ("TimeTaken", "73 59", [73.0, 59.0]),
        ("timeTaken", "9120 21212", [9.12, 21.212]),
        ("time_ms", "1500 2500", [1.5, 2.5]),
        ("time", "0:45 1:02:03", [45.0, 3723.0]),
    ],
)
def test_times_are_understood(tmp_path: Path, heading: str, cells: str, seconds: list[float]) -> None:
    read = table(tmp_path, f"left;right;winner;{heading}", *(f"x;y;x;{cell}" for cell in cells.split()))
    np.testing.assert_allclose(read.seconds, seconds)


def test_spoken_times_are_understood(tmp_path: Path) -> None:
    read = table(tmp_path, "left,right,winner,time taken", "x,y,x,1 min 23 secs", "x,y,x,12 secs")
    assert read.seconds.tolist() == [83.0, 12.0]


def test_a_column_of_dates_is_no_time_and_no_problem(tmp_path: Path) -> None:
    read = table(tmp_path, "left,right,winner,time", *["x,y,x,2026-03-01T09:30:00Z"] * 3)
    assert read.problems == ()
    assert np.isnan(read.seconds).all()
    assert "time" in read.remarks[0]


def test_judges_and_groups_are_named_where_the_file_names_them(tmp_path: Path) -> None:
    read = table(tmp_path, "left,right,winner,judge,group", "x,y,x,Bo,east", "x,y,y,,", "x,y,y,Al,east")
    assert [read.judges[place] for place in read.judge] == ["Bo", "(unnamed)", "Al"]
    assert read.group.tolist() == [0, -1, 0]


@pytest.mark.parametrize(
    ("lines", "what"),
    [
        (["id,text", "x,y"], "no two items"),
        (["winner,loser"], "no decision below"),
        ([""], "No row of it names columns"),
        (["winner,loser", 'x,"y', "z,x"], "quotation mark"),
    ],
)
def test_a_file_that_cannot_be_used_is_refused(tmp_path: Path, lines: list[str], what: str) -> None:
    with pytest.raises(InputRejected, match=what):
        table(tmp_path, *lines)


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputRejected, match="cannot be read"):
        read_decisions(tmp_path / "none.csv")


NAMES = st.sampled_from(["a", "b", "1", "2", "first", "tie", "Ö", "x y", "0"])


@given(st.lists(st.tuples(NAMES, NAMES), min_size=1, max_size=12))
def test_who_won_does_not_depend_on_the_form(
    tmp_path_factory: pytest.TempPathFactory, pairs: list[tuple[str, str]]
) -> None:
    folder = tmp_path_factory.mktemp("forms")
    won = [(winner, loser) for winner, loser in pairs if winner != loser]
    plain = table(folder, "winner,loser", *(f"{winner},{loser}" for winner, loser in pairs))
    shown = table(folder, "first,second,winner", *(f"{loser},{winner},{winner}" for winner, loser in pairs))
    for read in (plain, shown):
        ahead = np.where(read.outcome > 0, read.first, read.second)
        behind = np.where(read.outcome > 0, read.second, read.first)
        found = [(read.items[one], read.items[other]) for one, other in zip(ahead, behind, strict=True)]
        assert found == won
