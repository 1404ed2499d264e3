"""`cj admin instructions`: how assignments and courses are assessed."""

from dataclasses import dataclass
from pathlib import Path
from typing import TypedDict, Unpack

import click

from cj_assessment_service.cli.admin.access import service_client
from cj_assessment_service.cli.admin.confirming import confirm
from cj_assessment_service.cli.admin.documents import document_of
from cj_assessment_service.cli.admin.given_texts import check_one, fitting, given_text
from cj_assessment_service.cli.admin.service_client import ServiceClient
from cj_assessment_service.cli.assess import GIVEN_FILE
from cj_assessment_service.cli.listing import list_rows
from cj_assessment_service.cli.tables import NOTHING, Column
from cj_assessment_service.cli.talk import Talk, talk_for
from cj_assessment_service.domain.instructions import ContextOrigin
from cj_assessment_service.wire.http import (
    InstructionBody,
    InstructionView,
    JudgeRubricBody,
    StudentPromptBody,
)

LARGEST_PAGE = 200

_COLUMNS: tuple[Column[InstructionView], ...] = (
    Column("assignment", lambda view: view.assignment_id or NOTHING),
    Column("course", lambda view: view.course_id or NOTHING),
    Column("scale", lambda view: view.grade_scale),
    Column("origin", lambda view: view.context_origin.value),
    Column("prompt", lambda view: _yes(view.student_prompt_storage_id)),
    Column("rubric", lambda view: _yes(view.judge_rubric_storage_id)),
    Column("created", lambda view: f"{view.created_at.astimezone():%Y-%m-%d %H:%M}"),
)


@click.group()
def instructions() -> None:
    """How assignments and courses are assessed: what judges are told, and the grade scale."""


class CreateOptions(TypedDict):
    assignment: str | None
    course: str | None
    text: str | None
    file: Path | None
    scale: str
    origin: str
    prompt_text: str | None
    prompt_file: Path | None
    rubric_text: str | None
    rubric_file: Path | None
    as_json: bool


@instructions.command(short_help="Configure an assignment or a course.")
@click.option("--assignment", help="Assignment the instruction is for.")
@click.option("--course", help="Course the instruction is for.")
@click.option("--text", help="What judges are told.")
@click.option("--file", type=GIVEN_FILE, help="The same, in a file.")
@click.option(
    "--scale", required=True, help="Grade scale (`cj admin scales list`); never changes afterwards."
)
@click.option(
    "--origin",
    type=click.Choice([origin.value for origin in ContextOrigin]),
    default=ContextOrigin.RESEARCH_EXPERIMENT.value,
    show_default=True,
    help="Where the assignment comes from; never changes afterwards.",
)
@click.option("--prompt-text", help="The task the students were given.")
@click.option("--prompt-file", type=GIVEN_FILE, help="The same, in a file.")
@click.option("--rubric-text", help="What judges look for.")
@click.option("--rubric-file", type=GIVEN_FILE, help="The same, in a file.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
def create(**options: Unpack[CreateOptions]) -> None:
    """Configure an assignment or a course; one that is configured already gets the new text.

    The prompt and the rubric are those of an assignment, and can be uploaded later, too.
    """
    _check(options)
    order = _order(options)
    talk = talk_for(options["as_json"])
    with service_client() as client:
        view = client.put_instruction(order.instruction)
        talk.say(f"{order.owner} is configured, with the scale {view.grade_scale}.")
        view = _with_texts(client, talk, view, order)
    talk.send(document_of(view))


@dataclass(frozen=True, slots=True)
class CreateOrder:
    """All that is sent; a prompt and a rubric only for an assignment."""

    owner: str
    instruction: InstructionBody
    prompt: StudentPromptBody | None
    rubric: JudgeRubricBody | None


def _order(options: CreateOptions) -> CreateOrder:
    """Read and checked as a whole, before anything is written. Raises InputRejected."""
    assignment = options["assignment"] or ""
    owner = assignment or options["course"] or ""
    prompt = given_text(options["prompt_text"], options["prompt_file"])
    rubric = given_text(options["rubric_text"], options["rubric_file"])
    with fitting(f"The instruction of {owner}"):
        return CreateOrder(
            owner=owner,
            instruction=InstructionBody(
                instructions_text=given_text(options["text"], options["file"]) or "",
                grade_scale=options["scale"],
                assignment_id=options["assignment"],
                course_id=options["course"],
                context_origin=ContextOrigin(options["origin"]),
            ),
            prompt=StudentPromptBody(assignment_id=assignment, prompt_text=prompt)
            if prompt is not None
            else None,
            rubric=JudgeRubricBody(assignment_id=assignment, rubric_text=rubric)
            if rubric is not None
            else None,
        )


def _check(options: CreateOptions) -> None:
    """Raises UsageError."""
    check_one("--assignment", options["assignment"] is not None, "--course", options["course"] is not None)
    check_one("--text", options["text"] is not None, "--file", options["file"] is not None)
    for kind, text, file in (
        ("prompt", options["prompt_text"], options["prompt_file"]),
        ("rubric", options["rubric_text"], options["rubric_file"]),
    ):
        if text is None and file is None:
            continue
        check_one(f"--{kind}-text", text is not None, f"--{kind}-file", file is not None)
        if options["course"] is not None:
            raise click.UsageError(f"A {kind} belongs to an assignment, not to a course.")


def _with_texts(
    client: ServiceClient, talk: Talk, view: InstructionView, order: CreateOrder
) -> InstructionView:
    """Uploads what is given of prompt and rubric: the assignment exists by now."""
    if order.prompt is not None:
        client.upload_student_prompt(order.prompt)
        talk.say("Its student prompt is uploaded.")
    if order.rubric is not None:
        client.upload_judge_rubric(order.rubric)
        talk.say("Its judge rubric is uploaded.")
    if order.prompt is None and order.rubric is None:
        return view
    return client.get_instruction(view.assignment_id or order.owner)


@instructions.command("list")
@click.option("--scale", help="Only those with this grade scale.")
@click.option("--page", type=click.IntRange(min=1), default=1, show_default=True)
@click.option("--page-size", type=click.IntRange(1, LARGEST_PAGE), default=20, show_default=True)
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")
def list_instructions(scale: str | None, page: int, page_size: int, as_json: bool) -> None:
    """List what is configured, the newest first."""
    with service_client() as client:
        found = client.list_instructions(page, page_size, scale)
    talk = talk_for(as_json)
    list_rows(talk, _COLUMNS, found.items, document_of)
    last = -(-found.total // found.page_size)
    if last > 1:
        talk.say(f"Page {found.page} of {last}; {found.total} in all.")


@instructions.command()
@click.argument("assignment")
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
def get(assignment: str, as_json: bool) -> None:
    """Show how ASSIGNMENT is assessed."""
    with service_client() as client:
        view = client.get_instruction(assignment)
    talk = talk_for(as_json)
    talk.send(document_of(view))
    talk.say(f"Scale: {view.grade_scale}. Origin: {view.context_origin.value}.")
    talk.say(f"Student prompt: {_yes(view.student_prompt_storage_id)}.")
    talk.say(f"Judge rubric: {_yes(view.judge_rubric_storage_id)}.")
    talk.say(view.instructions_text)


@instructions.command()
@click.option("--assignment", help="Assignment whose instruction is deleted.")
@click.option("--course", help="Course whose instruction is deleted.")
@click.option("--yes", is_flag=True, help="Do not ask.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
def delete(assignment: str | None, course: str | None, yes: bool, as_json: bool) -> None:
    """Delete an instruction."""
    check_one("--assignment", assignment is not None, "--course", course is not None)
    talk = talk_for(as_json)
    owner = f"assignment {assignment}" if assignment is not None else f"course {course}"
    confirm(f"Delete the instruction of the {owner} for good?", yes, talk)
    with service_client() as client:
        if assignment is not None:
            view = client.delete_assignment_instruction(assignment)
        else:
            view = client.delete_course_instruction(course or "")
    talk.send(document_of(view))
    talk.say(f"The instruction of the {owner} is deleted.")


def _yes(storage_id: str | None) -> str:
    return "yes" if storage_id is not None else "no"
