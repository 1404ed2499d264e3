"""`cj prompts`: the words judges are asked in."""

from collections.abc import Callable
from pathlib import Path
from pkgutil import resolve_name

import click

from cj_assessment_service.cli.assess import GIVEN_FILE, PROMPT_LANGUAGES
from cj_assessment_service.cli.lazy_group import LazyGroup
from cj_assessment_service.domain.answers import AnswerForm

_PAGES = "cj_assessment_service.cli.prompt_pages"

ListPrompts = Callable[[], str]
ShowPrompt = Callable[[Path | None, str | None, AnswerForm], str]


class PromptsGroup(LazyGroup):
    commands_by_name = {  # noqa: RUF012 - a constant of the group
        "list": ("cj_assessment_service.cli.prompts:list_prompts", "List the prompts there are."),
        "show": ("cj_assessment_service.cli.prompts:show", "Print what a judge would be sent."),
    }


@click.group(cls=PromptsGroup)
def prompts() -> None:
    """The words judges are asked in: English, Swedish, German, or your own."""


@click.command("list")
def list_prompts() -> None:
    """List the prompts there are, with their versions."""
    listed: ListPrompts = resolve_name(f"{_PAGES}:listed_prompts")
    click.echo(listed())


@click.command()
@click.option("--language", type=click.Choice(PROMPT_LANGUAGES), help="Language of the prompt (default: en).")
@click.option(
    "--answers",
    type=click.Choice([AnswerForm.GRADED.value, AnswerForm.WINNER.value]),
    default=AnswerForm.GRADED.value,
    show_default=True,
    help="What judges are asked for.",
)
@click.option("--allow-ties", is_flag=True, help="Judges may say that neither is better.")
@click.option("--prompt", "file", type=GIVEN_FILE, help="TOML file with own words.")
def show(language: str | None, answers: str, allow_ties: bool, file: Path | None) -> None:
    """Print exactly what a judge would be sent, with two example texts."""
    form = AnswerForm(answers)
    shown: ShowPrompt = resolve_name(f"{_PAGES}:shown_prompt")
    click.echo(shown(file, language, form.with_ties if allow_ties else form))
