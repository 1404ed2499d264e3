"""`cj prompts`, as a user calls it."""

from pathlib import Path

import pytest
from click.testing import CliRunner

from cj_assessment_service.cj_core_logic.judging.templates import TEMPLATES
from cj_assessment_service.cli.assess import PROMPT_LANGUAGES
from cj_assessment_service.cli.main import cj
from cj_assessment_service.domain.errors import InputRejected


def said(*arguments: str) -> str:
    outcome = CliRunner().invoke(cj, ["prompts", *arguments], catch_exceptions=False)
    assert outcome.exit_code == 0, outcome.output
    return outcome.output


def test_the_languages_that_can_be_chosen_are_those_there_are() -> None:
    assert set(PROMPT_LANGUAGES) == set(TEMPLATES)


def test_the_list_names_every_language_with_its_version() -> None:
    lines = said("list").splitlines()
    assert [line.split()[:2] for line in lines] == [[t.language, t.version] for t in TEMPLATES.values()]


@pytest.mark.parametrize("language", PROMPT_LANGUAGES)
def test_a_prompt_is_shown_as_a_judge_would_be_sent_it(language: str) -> None:
    shown = said("show", "--language", language, "--answers", "winner", "--allow-ties")
    assert f"# Version pairwise-3/{language}/winner_or_tie." in shown
    assert TEMPLATES[language].system in shown
    assert '"tie"' in shown
    assert '"margin"' not in shown


def test_own_words_are_shown_in_their_place(tmp_path: Path) -> None:
    (tmp_path / "own.toml").write_text('language = "sv"\nquestion = "Vilken argumenterar bättre?"')
    shown = said("show", "--prompt", str(tmp_path / "own.toml"))
    assert "\nVilken argumenterar bättre?\n" in shown
    assert "# Version own-" in shown


def test_a_file_that_cannot_be_used_says_where(tmp_path: Path) -> None:
    (tmp_path / "own.toml").write_text('message = "{context}{first_text}"')
    with pytest.raises(InputRejected, match=r"own\.toml, line 1: The message has no \{second_text\}\."):
        CliRunner().invoke(
            cj, ["prompts", "show", "--prompt", str(tmp_path / "own.toml")], catch_exceptions=False
        )
