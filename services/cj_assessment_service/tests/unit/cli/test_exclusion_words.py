"""What people and programs read after a judge was excluded or restored."""

import json
from dataclasses import replace

from cj_assessment_service.cli.exclusion_words import change_document, change_lines, moves_table
from cj_assessment_service.domain.identifiers import BatchId, EssayId, Grade
from cj_assessment_service.domain.scale_changes import EssayMove, ScaleChange

LARGE = EssayMove(EssayId("e-2"), "Ida", 5, 2, -0.5, 0.75, Grade("C"), Grade("B"))
SMALL = EssayMove(EssayId("e-1"), None, 1, 1, 1.0, 1.1, Grade("A"), Grade("A"))
CHANGE = ScaleChange(BatchId(7), "offline", 40, ("offline",), 0.912, (LARGE, SMALL), 0.9, 0.84)


def test_an_exclusion_is_told_in_sentences() -> None:
    assert change_lines(CHANGE) == (
        "offline is excluded from batch 7: 40 decisions kept in the ledger, not counted.",
        "Ranks before and after correlate with 0.912; reliability 0.90 before, 0.84 after.",
        "Largest move: Ida, score −0.50 → 0.75, rank 5 → 2.",
        "1 grade changed: Ida C → B.",
        "Write the results again with: cj results 7",
    )


def test_a_restored_judge_is_back_and_others_stay_out() -> None:
    lines = change_lines(replace(CHANGE, judge="openai:x", decisions=1, moves=(SMALL,)))
    assert lines[0] == "openai:x is back in batch 7: 1 decision counted again."
    assert "No grade changed." in lines
    assert lines[-1] == "Also excluded: offline."


def test_without_decisions_there_is_nothing_to_change() -> None:
    nothing = replace(
        CHANGE, moves=(), rank_correlation=None, reliability_before=None, reliability_after=None
    )
    assert change_lines(nothing)[1:] == ("Nothing was decided yet, so there is no scale that could change.",)


def test_many_grades_end_in_a_count() -> None:
    assert "and 2 more." in change_lines(replace(CHANGE, moves=(LARGE,) * 12))[3]


def test_programs_get_every_move_and_people_the_largest() -> None:
    document = change_document(replace(CHANGE, moves=(LARGE, SMALL) * 9))
    assert (document["batch"], document["excluded_judges"], document["grades_changed"]) == (7, ["offline"], 9)
    assert json.dumps(document).count('"essay"') == 18
    assert moves_table(replace(CHANGE, moves=(LARGE, SMALL) * 9)).row_count == 10
