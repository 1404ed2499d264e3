"""`cj admin prompts` and `cj admin rubrics`: the two texts of an assignment, handled alike."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Generic, TypeVar

import click

from cj_assessment_service.cli.admin.access import service_client
from cj_assessment_service.cli.admin.documents import document_of
from cj_assessment_service.cli.admin.given_texts import check_one, fitting, given_text
from cj_assessment_service.cli.admin.service_client import ServiceClient
from cj_assessment_service.cli.assess import GIVEN_FILE
from cj_assessment_service.cli.output import ResultFile, write_results
from cj_assessment_service.cli.talk import talk_for
from cj_assessment_service.wire.http import (
    JudgeRubricBody,
    JudgeRubricView,
    StudentPromptBody,
    StudentPromptView,
)

TextBody = TypeVar("TextBody", StudentPromptBody, JudgeRubricBody)
View = TypeVar("View", StudentPromptView, JudgeRubricView)


@dataclass(frozen=True, slots=True)
class TextKind(Generic[TextBody, View]):
    """One of the texts of an assignment, and how the service is asked about it."""

    group: str
    noun: str
    meaning: str
    body: Callable[[str, str], TextBody]
    upload: Callable[[ServiceClient, TextBody], View]
    fetch: Callable[[ServiceClient, str], View]
    text_of: Callable[[View], str]

    def commands(self) -> click.Group:
        group = click.Group(self.group, help=f"{self.meaning} One {self.noun} an assignment.")
        group.add_command(_upload_command(self))
        group.add_command(_get_command(self))
        return group


def _upload_command(kind: TextKind[TextBody, View]) -> click.Command:
    @click.command(
        help=f"Upload the {kind.noun} of ASSIGNMENT, which must be configured; it replaces the one before."
    )
    @click.argument("assignment")
    @click.option("--text", help=f"The {kind.noun}.")
    @click.option("--file", type=GIVEN_FILE, help="The same, in a file.")
    @click.option("--json", "as_json", is_flag=True, help="One JSON object.")
    def upload(assignment: str, text: str | None, file: Path | None, as_json: bool) -> None:
        check_one("--text", text is not None, "--file", file is not None)
        given = given_text(text, file) or ""
        with fitting(f"The {kind.noun} of {assignment}"):
            body = kind.body(assignment, given)
        with service_client() as client:
            view = kind.upload(client, body)
        talk = talk_for(as_json)
        talk.send(document_of(view))
        talk.say(f"The {kind.noun} of {assignment} is uploaded. Batches that have begun keep theirs.")

    return upload


def _get_command(kind: TextKind[TextBody, View]) -> click.Command:
    @click.command(help=f"Print the {kind.noun} of ASSIGNMENT, and nothing else.")
    @click.argument("assignment")
    @click.option(
        "--output", type=click.Path(path_type=Path, dir_okay=False), help="File it is written to instead."
    )
    @click.option("--json", "as_json", is_flag=True, help="One JSON object.")
    def get(assignment: str, output: Path | None, as_json: bool) -> None:
        with service_client() as client:
            view = kind.fetch(client, assignment)
        talk, text = talk_for(as_json), kind.text_of(view)
        talk.send(document_of(view))
        if output is None:
            talk.say(text)
            return
        file = ResultFile(output.name, text.encode())
        write_results(output.parent, (file,), "Name another file with --output.")
        talk.say(f"The {kind.noun} of {assignment} is in {output}.")

    return get


prompts = TextKind(
    group="prompts",
    noun="student prompt",
    meaning="The tasks students were given.",
    body=lambda assignment, text: StudentPromptBody(assignment_id=assignment, prompt_text=text),
    upload=ServiceClient.upload_student_prompt,
    fetch=ServiceClient.get_student_prompt,
    text_of=lambda view: view.prompt_text,
).commands()
rubrics = TextKind(
    group="rubrics",
    noun="judge rubric",
    meaning="What judges look for.",
    body=lambda assignment, text: JudgeRubricBody(assignment_id=assignment, rubric_text=text),
    upload=ServiceClient.upload_judge_rubric,
    fetch=ServiceClient.get_judge_rubric,
    text_of=lambda view: view.rubric_text,
).commands()
