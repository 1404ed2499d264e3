"""`cj assess`: essays in, a graded and explained result out."""

import asyncio
import getpass
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from uuid import uuid4

import click

from cj_assessment_service.cj_core_logic.assignment_setup import AnchorToRegister
from cj_assessment_service.cj_core_logic.grade_projection.scales import get_scale, parse_scale_definition
from cj_assessment_service.cli.installed import current_installation
from cj_assessment_service.cli.run import POLL_SECONDS, Talk, follow_to_the_end, remember_run, talk_for
from cj_assessment_service.cli.services import Services
from cj_assessment_service.domain.batches import BatchSettings
from cj_assessment_service.domain.errors import ErrorCode, InputProblem, InputRejected, InvalidJudge
from cj_assessment_service.domain.essays import EssayReference, FailedEssay
from cj_assessment_service.domain.grades import GradeScale
from cj_assessment_service.domain.identifiers import (
    AssignmentId,
    BatchId,
    CorrelationId,
    GradeScaleId,
    OuterBatchId,
    StorageId,
    UserId,
)
from cj_assessment_service.domain.instructions import InstructionDraft
from cj_assessment_service.domain.judges import EveryPair, JudgeSpec
from cj_assessment_service.domain.messages import Message
from cj_assessment_service.domain.requests import AssessmentRequest
from cj_assessment_service.domain.submissions import Submission, SubmittedAnchor
from cj_assessment_service.protocols import JudgeProtocol
from cj_assessment_service.wire.assessment_request import encode_request_event
from cj_assessment_service.wire.topics import REQUESTED


@dataclass(frozen=True, slots=True)
class Order:
    """What the user asked for on the command line."""

    essays: Path
    judge: str
    out: Path
    anchors: Path | None = None
    scale: str | None = None
    task: Path | None = None
    rubric: Path | None = None
    budget: int | None = None
    max_cost: Decimal | None = None
    max_seconds: float | None = None
    target_reliability: float | None = None
    seed: int | None = None
    language: str | None = None
    skip_bad: bool = False


@dataclass(frozen=True, slots=True)
class ReadInput:
    """Everything read and checked; nothing has been started yet."""

    submission: Submission
    anchors: tuple[SubmittedAnchor, ...]
    scale: GradeScale | None
    task: str
    rubric: str


class Cost(click.ParamType[Decimal]):
    """An amount in USD."""

    name = "USD"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> Decimal:
        text = str(value)
        if not text.replace(".", "", 1).isdigit():
            self.fail(f"{text!r} is not an amount of money, for example 2.50", param, ctx)
        return Decimal(text)


@click.command()
@click.argument("essays", type=click.Path(path_type=Path))
@click.option(
    "--anchors",
    type=click.Path(path_type=Path),
    help="CSV of essays with known grades: id,grade[,path|text].",
)
@click.option(
    "--scale", help="Grade scale of the anchors: a built-in one (cefr, swedish_8_anchor, …) or a TOML file."
)
@click.option("--task", type=click.Path(path_type=Path), help="The task the students were given.")
@click.option("--rubric", type=click.Path(path_type=Path), help="The criteria judges shall apply.")
@click.option(
    "--judge",
    default="offline",
    show_default=True,
    help="offline, openai:MODEL[@URL], replay:FILE, simulated:…",
)
@click.option(
    "--budget", type=click.IntRange(min=1), help="At most this many comparisons (default: 8 for each essay)."
)
@click.option("--max-cost", type=Cost(), help="Stop after the wave that spent this much (USD).")
@click.option(
    "--max-time",
    "max_seconds",
    type=click.FloatRange(min=0, min_open=True),
    help="Stop after the wave that took this long (seconds).",
)
@click.option(
    "--target-reliability",
    type=click.FloatRange(0, 1, min_open=True, max_open=True),
    help="Stop once the scale is this reliable (default 0.9).",
)
@click.option("--seed", type=click.IntRange(0, 2**31 - 1), help="Makes every random choice repeatable.")
@click.option("--language", help="ISO code of the essays' language (default: recognised).")
@click.option(
    "--skip-bad", is_flag=True, help="Go on without essays that cannot be used; they are listed as failed."
)
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    default=Path("results"),
    show_default=True,
    help="Folder for the results.",
)
@click.option("--json", "as_json", is_flag=True, help="Progress and outcome as JSON lines.")
def assess(as_json: bool, **options: object) -> None:
    """Assess ESSAYS: a folder or zip of .txt .md .docx .odt .pdf files, or a CSV/XLSX with the columns id,text[,name]."""
    order = Order(**options)  # type: ignore[arg-type]  # click has checked each option's type above
    asyncio.run(run_order(order, talk_for(as_json)))


async def run_order(order: Order, talk: Talk) -> None:
    """Raises Stopped, or a CJError that says what to change."""
    async with current_installation().open() as services:
        given = await asyncio.to_thread(read_input, services, order)
        judge = open_judge(services, order, given)
        request = await prepare_request(services, order, given)
        batch_id = await submit(services, request)
        await remember_run(services, batch_id, order.out.absolute(), judge.notice)
        if not talk.as_json:
            talk.console.print(
                f"Batch {batch_id}: {len(request.essays)} essays, {len(given.anchors)} anchors, judge {order.judge}"
            )
        async with services.run_lock.hold(batch_id):
            await follow_to_the_end(services, batch_id, order.out, talk)


def read_input(services: Services, order: Order) -> ReadInput:
    """Raises InputRejected with everything that is wrong."""
    submission = services.files.read(order.essays)
    if submission.refused and not order.skip_bad:
        remedy = InputProblem(
            str(order.essays),
            "nothing was started.",
            "Mend the files above, or add --skip-bad to go on without them.",
        )
        raise InputRejected((*(refused.problem for refused in submission.refused), remedy))
    scale = read_scale(order)
    anchors: tuple[SubmittedAnchor, ...] = ()
    if order.anchors is not None:
        if scale is None:
            raise click.UsageError("--anchors needs --scale, for example --scale cefr.")
        anchors = services.files.read_anchors(order.anchors, submission, scale)
    return ReadInput(
        submission=submission,
        anchors=anchors,
        scale=scale,
        task=services.files.read_text(order.task) if order.task is not None else "",
        rubric=services.files.read_text(order.rubric) if order.rubric is not None else "",
    )


def read_scale(order: Order) -> GradeScale | None:
    """A name from the registry, or the user's own definition. Raises UnknownGradeScale or InvalidGradeScale."""
    if order.scale is None:
        return None
    path = Path(order.scale)
    if path.suffix == ".toml":
        try:
            text = path.read_text(encoding="utf-8-sig")
        except (OSError, UnicodeDecodeError) as error:
            problem = InputProblem(
                str(path), f"the scale cannot be read ({error}).", "Give a TOML file in UTF-8."
            )
            raise InputRejected((problem,)) from error
        return parse_scale_definition(text, str(path))
    return get_scale(GradeScaleId(order.scale))


def open_judge(services: Services, order: Order, given: ReadInput) -> JudgeProtocol:
    """Finds out before anything starts that a judge does not exist or has nothing to say about these essays."""
    judge = services.judges.open(JudgeSpec.parse(order.judge))
    if isinstance(judge.offer, EveryPair):
        return judge
    known = {essay.essay_id for essay in given.submission.essays} | {a.essay_id for a in given.anchors}
    if not any(pair.first in known and pair.second in known for pair, _ in judge.offer.counts):
        raise InvalidJudge(
            f"The judge {order.judge} has no decision about two of these essays. Check that the ids are the same."
        )
    return judge


async def prepare_request(services: Services, order: Order, given: ReadInput) -> AssessmentRequest:
    """Stores the texts and, where there are anchors, configures an assignment for this batch alone."""
    outer_id = OuterBatchId(str(uuid4()))
    essays = given.submission.essays
    stored = await services.setup.store_texts([essay.text for essay in essays])
    references = tuple(
        EssayReference(essay.essay_id, storage_id, essay.name)
        for essay, storage_id in zip(essays, stored, strict=True)
    )
    task_id = (await services.setup.store_texts([given.task]))[0] if given.task else None
    assignment_id = None
    if given.anchors and given.scale is not None:
        assignment_id = AssignmentId(outer_id)
        await configure_assignment(services, given, references, assignment_id, task_id)
    return AssessmentRequest(
        outer_id=outer_id,
        correlation_id=CorrelationId(uuid4()),
        user_id=UserId(getpass.getuser()),
        essays=references,
        settings=BatchSettings(
            judge=lasting_judge_name(order.judge),
            seed=order.seed if order.seed is not None else uuid4().int % 2**31,
            language=order.language or services.languages.guess_language([essay.text for essay in essays]),
            budget=order.budget,
            max_cost=order.max_cost,
            max_seconds=order.max_seconds,
            target_reliability=order.target_reliability,
        ),
        assignment_id=assignment_id,
        task_storage_id=task_id if assignment_id is None else None,
        rubric_override=(given.rubric or None) if assignment_id is None else None,
        refused=tuple(
            FailedEssay(
                refused.essay_id, None, ErrorCode.VALIDATION_ERROR, str(refused.problem), refused.name
            )
            for refused in given.submission.refused
        ),
    )


async def configure_assignment(
    services: Services,
    given: ReadInput,
    references: tuple[EssayReference, ...],
    assignment_id: AssignmentId,
    task_id: StorageId | None,
) -> None:
    if given.scale is None:
        return
    submitted = {reference.essay_id: reference.storage_id for reference in references}
    brought = [anchor for anchor in given.anchors if anchor.text is not None]
    stored = await services.setup.store_texts([anchor.text or "" for anchor in brought])
    submitted.update({anchor.essay_id: storage for anchor, storage in zip(brought, stored, strict=True)})
    rubric_id = (await services.setup.store_texts([given.rubric]))[0] if given.rubric else None
    draft = InstructionDraft(
        instructions_text="",
        scale=given.scale,
        assignment_id=assignment_id,
        student_prompt_storage_id=task_id,
        judge_rubric_storage_id=rubric_id,
    )
    await services.setup.configure(
        draft,
        assignment_id,
        [AnchorToRegister(a.essay_id, a.grade, submitted[a.essay_id]) for a in given.anchors],
    )


def lasting_judge_name(judge: str) -> str:
    """A recording is found again from whatever folder the batch is resumed in."""
    spec = JudgeSpec.parse(judge)
    return str(JudgeSpec(spec.kind, str(Path(spec.argument).absolute()))) if spec.kind == "replay" else judge


async def submit(services: Services, request: AssessmentRequest) -> BatchId:
    """Sends the request as any other requester would, and waits until its batch exists."""
    value = encode_request_event(request, uuid4(), services.clock.now())
    await services.publisher.publish(Message(REQUESTED, request.outer_id, value))
    while True:
        batch_id = await services.reader.find(request)
        if batch_id is not None:
            return batch_id
        await asyncio.sleep(POLL_SECONDS / 10)
