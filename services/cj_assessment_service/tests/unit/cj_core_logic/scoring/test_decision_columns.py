"""Parts of judgements."""

import numpy as np

from cj_assessment_service.cj_core_logic.scoring.decision_columns import only, with_unnamed_apart
from cj_assessment_service.cj_core_logic.scoring.judgements import Judgements
from cj_assessment_service.domain.decision_tables import UNNAMED_JUDGE
from cj_assessment_service.domain.identifiers import EssayId


def judgements(judges: tuple[str, ...], *rows: tuple[int, int, int]) -> Judgements:
    """Rows of first, second and judge; the first always wins."""
    first, second, judge = np.array(rows, dtype=np.intp).T
    ones = np.ones(len(rows))
    names = tuple(EssayId(name) for name in "abcd")
    return Judgements(
        names,
        judges,
        first,
        second,
        judge,
        ones.astype(np.intp),
        np.zeros(len(rows), np.intp),
        ones * np.nan,
        ones * np.nan,
        ones,
    )


def test_a_part_knows_only_the_essays_and_judges_in_it() -> None:
    whole = judgements(("j", "k"), (0, 1, 0), (3, 1, 1), (2, 3, 1))
    part = only(whole, np.array([1, 2]))
    assert (part.essays, part.judges) == (("b", "c", "d"), ("k",))
    assert (part.first.tolist(), part.second.tolist(), part.judge.tolist()) == ([2, 1], [0, 2], [0, 0])


def test_no_stand_in_of_an_unknown_judge_meets_a_pair_twice() -> None:
    whole = judgements((UNNAMED_JUDGE, "k"), (0, 1, 0), (1, 0, 0), (0, 2, 0), (0, 1, 1), (0, 1, 0))
    apart = with_unnamed_apart(whole)
    assert [apart.judges[place] for place in apart.judge] == [
        f"{UNNAMED_JUDGE} 000000001",
        f"{UNNAMED_JUDGE} 000000002",
        f"{UNNAMED_JUDGE} 000000001",
        "k",
        f"{UNNAMED_JUDGE} 000000003",
    ]


def test_named_judges_stay_who_they_are() -> None:
    whole = judgements(("j", "k"), (0, 1, 0), (3, 1, 1))
    assert with_unnamed_apart(whole) is whole
