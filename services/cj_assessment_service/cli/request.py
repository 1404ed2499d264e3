"""Turns what was read into a request of the service."""

import getpass
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from uuid import uuid4

from cj_assessment_service.cj_core_logic.assignment_setup import AnchorToRegister
from cj_assessment_service.cli.given import GivenInput
from cj_assessment_service.cli.order import Order
from cj_assessment_service.cli.services import Services
from cj_assessment_service.domain.batches import BatchSettings
from cj_assessment_service.domain.errors import ErrorCode
from cj_assessment_service.domain.essays import EssayReference, FailedEssay
from cj_assessment_service.domain.grades import GradeScale
from cj_assessment_service.domain.identifiers import (
    AssignmentId,
    CorrelationId,
    OuterBatchId,
    StorageId,
    UserId,
)
from cj_assessment_service.domain.instructions import InstructionDraft
from cj_assessment_service.domain.judges import JudgeSpec
from cj_assessment_service.domain.panels import Panel
from cj_assessment_service.domain.privacy import PrivacySettings
from cj_assessment_service.domain.requests import AssessmentRequest
from cj_assessment_service.domain.submissions import RefusedEssay

NOBODY = "unknown"


async def prepare_request(
    services: Services, order: Order, given: GivenInput, privacy: PrivacySettings
) -> AssessmentRequest:
    """Stores the texts and, where there are anchors, configures an assignment for this batch alone."""
    outer_id = OuterBatchId(str(uuid4()))
    references = await _store_essays(services, given)
    task_id = (await services.setup.store_texts([given.task]))[0] if given.task else None
    assignment_id = None
    if given.scale is not None:
        assignment_id = AssignmentId(outer_id)
        await _configure_assignment(services, given, given.scale, references, assignment_id, task_id)
    return AssessmentRequest(
        outer_id=outer_id,
        correlation_id=CorrelationId(uuid4()),
        user_id=UserId(user_name()),
        essays=references,
        settings=replace(_settings(services, order, given), privacy=privacy),
        assignment_id=assignment_id,
        task_storage_id=task_id if assignment_id is None else None,
        rubric_override=(given.rubric or None) if assignment_id is None else None,
        refused=tuple(_failed(refused) for refused in given.submission.refused),
        pairs=given.plan.pairs if given.plan is not None else (),
        prompt=given.prompt,
    )


def lasting_judge_name(judge: str) -> str:
    """A recording is found again from whatever folder the batch is resumed in."""
    spec = JudgeSpec.parse(judge)
    if spec.kind != "replay":
        return judge
    return str(replace(spec, argument=str(Path(spec.argument.strip()).expanduser().absolute())))


def _lasting(panel: Panel) -> Panel:
    return Panel(tuple(replace(member, judge=lasting_judge_name(member.judge)) for member in panel.members))


def user_name() -> str:
    """Of whoever runs the command; in a container there may be none."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return NOBODY


def _settings(services: Services, order: Order, given: GivenInput) -> BatchSettings:
    texts = [essay.text for essay in given.submission.essays]
    return BatchSettings(
        panel=_lasting(order.panel),
        seed=order.seed if order.seed is not None else uuid4().int % 2**31,
        language=order.language or services.languages.guess_language(texts),
        budget=order.budget,
        max_cost=order.max_cost,
        max_seconds=order.max_seconds,
        target_reliability=order.target_reliability,
        max_expected_grade_changes=order.max_expected_grade_changes,
        answers=order.answer_form,
        strategy=order.strategy,
        plan_use=given.plan.use if given.plan is not None else None,
        reuse_answers=order.reuse,
    )


async def _store_essays(services: Services, given: GivenInput) -> tuple[EssayReference, ...]:
    essays = given.submission.essays
    stored = await services.setup.store_texts([essay.text for essay in essays])
    return tuple(
        EssayReference(essay.essay_id, storage_id, essay.name, essay.findings)
        for essay, storage_id in zip(essays, stored, strict=True)
    )


async def _configure_assignment(
    services: Services,
    given: GivenInput,
    scale: GradeScale,
    essays: Sequence[EssayReference],
    assignment_id: AssignmentId,
    task_id: StorageId | None,
) -> None:
    places = {essay.essay_id: essay.storage_id for essay in essays}
    added = given.added_anchors
    stored = await services.setup.store_texts([anchor.text or "" for anchor in added])
    places.update({anchor.essay_id: storage_id for anchor, storage_id in zip(added, stored, strict=True)})
    rubric_id = (await services.setup.store_texts([given.rubric]))[0] if given.rubric else None
    draft = InstructionDraft(
        instructions_text="",
        scale=scale,
        assignment_id=assignment_id,
        student_prompt_storage_id=task_id,
        judge_rubric_storage_id=rubric_id,
    )
    anchors = [AnchorToRegister(a.essay_id, a.grade, places[a.essay_id]) for a in given.anchors]
    await services.setup.configure(draft, assignment_id, anchors)


def _failed(refused: RefusedEssay) -> FailedEssay:
    return FailedEssay(
        essay_id=refused.essay_id,
        storage_id=None,
        code=ErrorCode.VALIDATION_ERROR,
        reason=str(refused.problem),
        name=refused.name,
    )
