"""Connected parts of the comparison graph."""

from cj_assessment_service.cj_core_logic.scoring.connectivity import components_of
from cj_assessment_service.cj_core_logic.scoring.design import design_of
from cj_assessment_service.domain.identifiers import EssayId
from cj_assessment_service.tests.unit.cj_core_logic.scoring.judgements import judged


def labels(names: str, *pairs: str) -> list[int]:
    decided = [decision for pair in pairs for decision in judged(pair[0], pair[1])]
    parts = components_of(design_of([EssayId(name) for name in names], decided))
    return [int(part) for part in parts]


def test_a_chain_is_one_part_whoever_won() -> None:
    assert labels("abcd", "ab", "cb", "cd") == [0, 0, 0, 0]


def test_the_largest_part_comes_first() -> None:
    assert labels("abcde", "ab", "ce", "ed") == [1, 1, 0, 0, 0]


def test_parts_of_equal_size_stand_by_their_first_essay() -> None:
    assert labels("abcdef", "bd", "ac") == [0, 1, 0, 1, 2, 3]
