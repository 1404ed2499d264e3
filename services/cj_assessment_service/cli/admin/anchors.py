"""`cj admin anchors`: essays whose grade is known."""

from collections.abc import Sequence
from pathlib import Path
from typing import TypedDict, Unpack

import click

from cj_assessment_service.cj_core_logic.grade_projection.scales import get_scale
from cj_assessment_service.cli.admin.access import service_client
from cj_assessment_service.cli.admin.documents import document_of
from cj_assessment_service.cli.admin.given_texts import check_one, fitting, given_text
from cj_assessment_service.cli.admin.service_client import ServiceClient
from cj_assessment_service.cli.assess import GIVEN_FILE
from cj_assessment_service.cli.installed import current_installation
from cj_assessment_service.cli.listing import list_rows
from cj_assessment_service.cli.tables import Column
from cj_assessment_service.cli.talk import Talk, talk_for
from cj_assessment_service.domain.errors import InputRejected
from cj_assessment_service.domain.identifiers import GradeScaleId
from cj_assessment_service.domain.submissions import Submission, SubmittedAnchor
from cj_assessment_service.reports.wording import counted
from cj_assessment_service.wire.http import AnchorBody, AnchorView

NO_ESSAYS = Submission(essays=(), refused=())

_COLUMNS: tuple[Column[AnchorView], ...] = (
    Column("anchor", lambda view: str(view.anchor_id), is_number=True),
    Column("label", lambda view: view.anchor_label, may_shrink=True),
    Column("grade", lambda view: view.grade),
    Column("storage id", lambda view: view.text_storage_id, may_shrink=True),
)


@click.group()
def anchors() -> None:
    """Essays whose grade is known; grades are read off them."""


class RegisterOptions(TypedDict):
    grade: str | None
    text: str | None
    file: Path | None
    label: str | None
    table: Path | None
    essays: Path | None


@anchors.command(short_help="Register one anchor, or a table of them.")
@click.argument("assignment")
@click.option("--grade", help="Grade of the anchor, one of the assignment's scale.")
@click.option("--text", help="The essay.")
@click.option("--file", type=GIVEN_FILE, help="The same, in a file.")
@click.option("--label", help="Its name (default: the grade). A label that is taken is replaced.")
@click.option(
    "--from", "table", type=GIVEN_FILE, help="Table of anchors: id,grade,path|text; the id is the label."
)
@click.option(
    "--essays",
    type=click.Path(exists=True, path_type=Path),
    help="Folder, zip or table of the essays that the ids of --from name, where it gives no text.",
)
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")
def register(assignment: str, as_json: bool, **options: Unpack[RegisterOptions]) -> None:
    """Register essays whose grade is known for ASSIGNMENT, which must be configured."""
    _check(options)
    table = options["table"]
    bodies: tuple[AnchorBody, ...] = () if table is not None else (_one_body(assignment, options),)
    with service_client() as client:
        if table is not None:
            bodies = _bodies_of_table(client, assignment, table, options["essays"])
        _register(client, bodies, talk_for(as_json))


def _check(options: RegisterOptions) -> None:
    """Raises UsageError."""
    one = (options["grade"], options["text"], options["file"], options["label"])
    by_table = options["table"] is not None
    check_one("--grade with --text or --file", any(one), "--from", by_table)
    if by_table:
        return
    if options["essays"] is not None:
        raise click.UsageError("--essays holds the texts of --from.")
    if not options["grade"]:
        raise click.UsageError("An anchor needs its --grade.")
    check_one("--text", options["text"] is not None, "--file", options["file"] is not None)


def _register(client: ServiceClient, bodies: Sequence[AnchorBody], talk: Talk) -> None:
    """Repeating it after a failure registers nothing twice: labels stay what they are."""
    for body in bodies:
        view = client.register_anchor(body)
        label = body.anchor_label or body.grade
        talk.send({"anchor_label": label, "grade": body.grade, **document_of(view)})
        talk.say(f"{label} is registered with the grade {body.grade}.")
    if len(bodies) > 1:
        talk.say(f"{counted(len(bodies), 'anchor')} of {bodies[0].assignment_id} registered.")


def _bodies_of_table(
    client: ServiceClient, assignment: str, table: Path, essays: Path | None
) -> tuple[AnchorBody, ...]:
    """Read and checked as a whole, before the first is registered. Raises InputRejected."""
    files = current_installation().administration().texts
    scale = get_scale(GradeScaleId(client.get_instruction(assignment).grade_scale))
    submission = files.read(essays) if essays is not None else NO_ESSAYS
    if submission.refused:
        raise InputRejected(submission.problems)
    texts = {essay.essay_id: essay.text for essay in submission.essays}
    return tuple(
        _body(assignment, anchor, anchor.text or texts[anchor.essay_id])
        for anchor in files.read_anchors(table, submission, scale)
    )


def _one_body(assignment: str, options: RegisterOptions) -> AnchorBody:
    grade, label = options["grade"] or "", options["label"]
    text = given_text(options["text"], options["file"]) or ""
    with fitting(f"The anchor {label or grade}"):
        return AnchorBody(assignment_id=assignment, grade=grade, essay_text=text, anchor_label=label)


def _body(assignment: str, anchor: SubmittedAnchor, text: str) -> AnchorBody:
    with fitting(f"The anchor {anchor.essay_id}"):
        return AnchorBody(
            assignment_id=assignment, grade=anchor.grade, essay_text=text, anchor_label=anchor.essay_id
        )


@anchors.command("list")
@click.argument("assignment")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")
def list_anchors(assignment: str, as_json: bool) -> None:
    """List the anchors of ASSIGNMENT in its own grade scale."""
    with service_client() as client:
        view = client.list_anchors(assignment)
    talk = talk_for(as_json)
    list_rows(talk, _COLUMNS, view.anchors, document_of)
    others = view.anchor_count_total - view.anchor_count
    talk.say(f"{counted(view.anchor_count, 'anchor')} in the scale {view.grade_scale}.")
    if others:
        talk.say(f"{counted(others, 'other')} in other scales, which count for nothing here.")
