import click
import pytest

from cj_assessment_service.cli.panel_options import Shares, ordered_panel
from cj_assessment_service.domain.panels import JudgeRole, Panel, PanelMember


def test_judges_share_alike_unless_somebody_says_otherwise() -> None:
    assert ordered_panel(["a", "b"], (), (), ()) == Panel.of("a", "b")


def test_roles_and_shares_come_from_their_options() -> None:
    assert ordered_panel(["a", "b"], (2.0, 1.0), ["c"], ["d"]).members == (
        PanelMember("a", share=2.0),
        PanelMember("b"),
        PanelMember("c", JudgeRole.ARBITER),
        PanelMember("d", JudgeRole.FALLBACK),
    )


def test_a_panel_is_shown_with_its_roles_and_with_shares_that_differ() -> None:
    assert str(ordered_panel(["a", "b"], (), ["c"], ())) == "a, b, c (arbiter)"
    assert str(ordered_panel(["a", "b"], (2.0, 1.0), (), ["d"])) == "a (share 2), b (share 1), d (fallback)"


def test_each_judge_needs_its_share() -> None:
    with pytest.raises(click.UsageError, match="give each judge its share"):
        ordered_panel(["a"], (2.0, 1.0), (), ())


@pytest.mark.parametrize("text", ["", "2,", "0,1", "2;1", "inf,1", "nan,1", "-1,1"])
def test_what_is_no_list_of_shares_is_refused(text: str) -> None:
    with pytest.raises(click.BadParameter, match="are not shares"):
        Shares().convert(text, None, None)


def test_shares_are_numbers_with_commas_between_them() -> None:
    assert Shares().convert("2, 0.5", None, None) == (2.0, 0.5)
