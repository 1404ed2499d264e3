"""Connected parts of the comparison graph."""

from cj_assessment_service.cj_core_logic.scoring.answers import Answers, answers_of
from cj_assessment_service.cj_core_logic.scoring.connectivity import components_of
from cj_assessment_service.cj_core_logic.scoring.judgements import judgements_of
from cj_assessment_service.domain.identifiers import EssayId
from cj_assessment_service.domain.policies import TieTreatment
from cj_assessment_service.tests.unit.cj_core_logic.scoring.judgements import judged


def labels(names: str, *pairs: str) -> list[int]:
    decided = [decision for pair in pairs for decision in judged(pair[0], pair[1])]
    judgements = judgements_of([EssayId(name) for name in names], decided)
    return parts_of(answers_of(judgements, TieTreatment.DROP))


def parts_of(answers: Answers) -> list[int]:
    return [int(part) for part in components_of(answers.first, answers.second, len(answers.essays))]


def test_a_chain_is_one_part_whoever_won() -> None:
    assert labels("abcd", "ab", "cb", "cd") == [0, 0, 0, 0]


def test_the_largest_part_comes_first() -> None:
    assert labels("abcde", "ab", "ce", "ed") == [1, 1, 0, 0, 0]


def test_parts_of_equal_size_stand_by_their_first_essay() -> None:
    assert labels("abcdef", "bd", "ac") == [0, 1, 0, 1, 2, 3]


def test_dropped_ties_connect_nothing() -> None:
    essays = [EssayId("a"), EssayId("b"), EssayId("c")]
    judgements = judgements_of(essays, [*judged("a", "b"), *judged("b", "c", 0, 0, ties=1)])
    parts = [parts_of(answers_of(judgements, treatment)) for treatment in TieTreatment]
    assert parts == [[0, 0, 0], [0, 0, 0], [0, 0, 1]]
