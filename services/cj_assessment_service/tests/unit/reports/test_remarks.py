"""What the page says of single decisions."""

from dataclasses import replace

import pytest

from cj_assessment_service.domain.comparisons import Winner
from cj_assessment_service.reports.remarks import remarks_of
from cj_assessment_service.tests.fixtures.results import Shape, a_result


@pytest.mark.parametrize(
    ("winner", "level", "of_first", "of_second"),
    [
        (Winner.FIRST, 2, "Clearly better than", "Clearly behind"),
        (Winner.SECOND, 1, "Slightly behind", "Slightly better than"),
        (Winner.SECOND, 3, "Far behind", "Far better than"),
        (Winner.FIRST, None, "Preferred to", "Behind"),
        (Winner.TIE, None, "As good as", "As good as"),
    ],
)
def test_a_remark_says_how_the_essay_fared(
    winner: Winner, level: int | None, of_first: str, of_second: str
) -> None:
    one = a_result(Shape(essays=4, anchors=0, waves=1)).comparisons[0]
    first, second = one.pair.first, one.pair.second
    remarks = remarks_of([replace(one, winner=winner, level=level)], {first: "Åsa", second: "Örjan"})
    assert [remark.verdict for remark in remarks[first]] == [f"{of_first} Örjan"]
    assert [remark.verdict for remark in remarks[second]] == [f"{of_second} Åsa"]
