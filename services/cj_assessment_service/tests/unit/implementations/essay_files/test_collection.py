"""Every essay is taken or refused, under an id of its own."""

from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cj_assessment_service.domain.errors import InputProblem
from cj_assessment_service.domain.submissions import RefusedEssay, Submission
from cj_assessment_service.implementations.essay_files.collection import FoundEssay, gather
from cj_assessment_service.implementations.essay_files.texts import ReadText

PROBLEM = InputProblem("x", "It is broken.", "Mend it.")


def found(essay_id: str, text: str | InputProblem, label: str = "") -> FoundEssay:
    read = text if isinstance(text, InputProblem) else ReadText(text)
    return FoundEssay(essay_id, label or f"{essay_id}.txt", label or f"{essay_id}.txt", read)


def long_text(letter: str) -> str:
    return letter * 30


def refused(submission: Submission) -> list[tuple[str, str]]:
    return [(essay.essay_id, str(essay.problem)) for essay in submission.refused]


def test_the_first_of_two_essays_with_the_same_id_is_taken() -> None:
    submission = gather([found("a", long_text("x"), "a.docx"), found("a", long_text("y"), "a.txt")])
    assert [essay.source for essay in submission.essays] == ["a.docx"]
    ((essay_id, problem),) = refused(submission)
    assert essay_id == "a.txt"
    assert problem.startswith("a.txt: The id a is already that of a.docx. Keep one of the two")


def test_the_first_of_two_essays_with_the_same_text_is_taken() -> None:
    submission = gather(
        [found("a", "one text for the two of us"), found("b", "one text  for\nthe two of us")]
    )
    assert [essay.essay_id for essay in submission.essays] == ["a"]
    assert refused(submission) == [
        ("b", "b.txt: The text is the same as in a.txt. Keep one of the two, or put in the right text.")
    ]


def test_a_refused_essay_leaves_its_id_to_one_that_can_be_used() -> None:
    submission = gather([found("a", PROBLEM, "a.doc"), found("a", long_text("x"), "a.txt")])
    assert [essay.essay_id for essay in submission.essays] == ["a"]
    assert [essay.essay_id for essay in submission.refused] == ["a.doc"]


@pytest.mark.parametrize(
    ("essay_id", "what"),
    [
        ("", "has no id"),
        ("x" * 256, "256 characters"),
        ("a\nb", "cannot be written"),
        ("\udce5", "cannot be written"),
    ],
)
def test_an_id_that_cannot_be_stored_is_refused_under_its_label(essay_id: str, what: str) -> None:
    ((name, problem),) = refused(gather([found(essay_id, long_text("x"), "row 2")]))
    assert name == "row 2"
    assert what in problem


def test_nothing_unwritable_is_left_in_a_problem_or_an_id() -> None:
    ((name, problem),) = refused(gather([found("\udce5", long_text("x"), "\udce5.txt")]))
    assert name == "\ufffd.txt"
    assert problem.encode().decode().startswith("\ufffd.txt: ")


@settings(deadline=None)
@given(
    st.lists(
        st.builds(
            found,
            st.sampled_from(["", "a", "b", "row 1", "row 1 (2)", "x" * 300]),
            st.one_of(st.just(PROBLEM), st.sampled_from(["", *map(long_text, "pqrst")])),
            st.sampled_from(["row 1", "row 2", "y" * 300]),
        )
    )
)
def test_every_essay_is_taken_or_refused_once(essays: Sequence[FoundEssay]) -> None:
    submission = gather(essays)
    ids = [essay.essay_id for essay in submission.essays] + [essay.essay_id for essay in submission.refused]
    assert len(ids) == len(set(ids)) == len(essays)
    assert all(0 < len(essay_id) <= 255 for essay_id in ids)


def test_a_submission_knows_its_problems_and_refuses_an_id_that_occurs_twice() -> None:
    essay = gather([found("a", PROBLEM)]).refused[0]
    assert Submission((), (essay,)).problems == (PROBLEM,)
    with pytest.raises(ValueError, match="id of its own"):
        Submission((), (essay, RefusedEssay(essay.essay_id, PROBLEM)))
