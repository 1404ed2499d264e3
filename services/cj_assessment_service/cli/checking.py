"""Starts a check: reads the essays, plans the questions, makes the first request."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from cj_assessment_service.cj_core_logic.scorecard.check_plan import (
    graded_pairs,
    misleading_pairs,
    plan_of,
)
from cj_assessment_service.cj_core_logic.scorecard.humans import judged_pairs
from cj_assessment_service.cli.check_notes import NotedCheck
from cj_assessment_service.cli.check_order import CheckOrder
from cj_assessment_service.cli.check_results import finish_check
from cj_assessment_service.cli.check_run import asking, offer_of
from cj_assessment_service.cli.given import GivenInput, check_judges, read_input
from cj_assessment_service.cli.human_decisions import read_human
from cj_assessment_service.cli.installed import running
from cj_assessment_service.cli.names import HiddenInput, hide_names
from cj_assessment_service.cli.output import prepare_folder
from cj_assessment_service.cli.request import prepare_request
from cj_assessment_service.cli.services import Services
from cj_assessment_service.cli.talk import Talk
from cj_assessment_service.domain.comparisons import DecidedComparison
from cj_assessment_service.domain.errors import InputProblem, InputRejected
from cj_assessment_service.domain.grades import GradeScale
from cj_assessment_service.domain.judge_checks import CheckDesign, CheckFrame, GradedEssay
from cj_assessment_service.domain.privacy import NameHandling
from cj_assessment_service.domain.requests import AssessmentRequest
from cj_assessment_service.domain.submissions import Submission, SubmittedEssay
from cj_assessment_service.reports.wording import counted


async def check_one_judge(order: CheckOrder, talk: Talk) -> None:
    """Raises Stopped unless the judge may be used, or a CJError that says what to change."""
    async with running(talk) as services:
        with talk.waiting("Reading the essays"):
            given, scale = await asyncio.to_thread(read_graded, services, order)
            human = read_human(order.human, [anchor.essay_id for anchor in given.anchors])
            notices = await check_judges(services, order.assessment.panel, given)
            await asyncio.to_thread(prepare_folder, order.out)
            # the decisions of people name essays by their ids, which no judge is shown anyway
            hidden = await asyncio.to_thread(
                hide_names, services, order.assessment, given, NameHandling.REPLACED_IN_TEXTS
            )
            request = await _first_request(services, order, hidden, human)
        talk.say(
            f"Checking {order.judge} on {counted(len(given.anchors), 'essay')} of known grade ({scale.scale_id})."
        )
        for notice in notices:
            talk.say(notice, "yellow")
        check = NotedCheck(request, order.pairs, order.out, order.human, next(iter(notices), None))
        await finish_check(services, check, talk)


def read_graded(services: Services, order: CheckOrder) -> tuple[GivenInput, GradeScale]:
    """The essays of known grade and no others. Raises InputRejected where they give too few pairs."""
    given = read_input(services, order.assessment)
    if given.scale is None:
        raise ValueError("a check has a scale")
    named = {essay.essay_id: essay for essay in given.submission.essays}
    essays = tuple(
        SubmittedEssay(anchor.essay_id, anchor.text, str(order.anchors))
        if anchor.text is not None
        else named[anchor.essay_id]
        for anchor in given.anchors
    )
    _refuse_too_few(given, order.anchors or order.essays)
    anchors = tuple(replace(anchor, text=None) for anchor in given.anchors)
    return replace(given, submission=Submission(essays, ()), anchors=anchors), given.scale


def _refuse_too_few(given: GivenInput, source: Path) -> None:
    possible, needed = len(graded_pairs(graded(given))), CheckDesign().fewest_pairs
    if possible < needed:
        raise InputRejected(
            (
                InputProblem(
                    str(source),
                    f"Its essays give {counted(possible, 'pair')} of different grades, and a check needs {needed}.",
                    "Add essays of known grades: six of different grades are enough, twelve are better.",
                ),
            )
        )


def graded(given: GivenInput) -> tuple[GradedEssay, ...]:
    """The essays of known grade; none without a scale."""
    if given.scale is None:
        return ()
    return tuple(GradedEssay(one.essay_id, given.scale.index_of(one.grade)) for one in given.anchors)


async def _first_request(
    services: Services, order: CheckOrder, hidden: HiddenInput, human: Sequence[DecidedComparison]
) -> AssessmentRequest:
    """Asks the first part of the screening. Raises InputRejected where the judge has no answer to any question."""
    given = hidden.given
    request = await prepare_request(services, order.assessment, given, hidden.privacy)
    essays = graded(given)
    texts = {essay.essay_id: essay.text for essay in given.submission.essays}
    frame = CheckFrame(
        essays=essays,
        pairs=order.pairs,
        offer=await offer_of(services, request),
        preferred=judged_pairs(human),
        misleading=misleading_pairs(graded_pairs(essays), texts),
        seed=request.settings.seed,
    )
    parts = plan_of(frame)
    if not parts.questions:
        raise InputRejected(
            (
                InputProblem(
                    order.judge,
                    "It has no answer about two essays of different grades.",
                    "Check that the ids are the same.",
                ),
            )
        )
    request = replace(request, settings=replace(request.settings, reuse_answers=order.reuse))
    return asking(request, parts.screening[0])
