"""Carries out an order: reads, requests, waits, writes."""

import asyncio
from uuid import uuid4

from cj_assessment_service.cli.given import GivenInput, check_judges, read_input
from cj_assessment_service.cli.installed import running
from cj_assessment_service.cli.names import handling_of, hide_names, names_text, remember_key
from cj_assessment_service.cli.order import Order
from cj_assessment_service.cli.output import prepare_folder
from cj_assessment_service.cli.prices import check_prices
from cj_assessment_service.cli.privacy import refuse_remote_judges
from cj_assessment_service.cli.request import prepare_request
from cj_assessment_service.cli.run import POLL_SECONDS, follow_to_the_end, remember_run
from cj_assessment_service.cli.run_record import recorded_run
from cj_assessment_service.cli.services import Services
from cj_assessment_service.cli.talk import Talk
from cj_assessment_service.cli.wording import left_out_text
from cj_assessment_service.domain.errors import CJError
from cj_assessment_service.domain.identifiers import BatchId
from cj_assessment_service.domain.messages import Message
from cj_assessment_service.domain.panels import Panel
from cj_assessment_service.domain.requests import AssessmentRequest
from cj_assessment_service.reports.wording import counted
from cj_assessment_service.wire.assessment_request import encode_request_event
from cj_assessment_service.wire.topics import REQUESTED

MOST_POLLS_FOR_A_BATCH = 4000
"""A request becomes a batch in far less than a second; one that does not within a minute was refused."""


async def assess_essays(order: Order, talk: Talk) -> None:
    """Raises Stopped, or a CJError that says what to change."""
    async with recorded_run(talk) as run, running(talk) as services:
        if order.local_only or services.privacy.local_only:
            await refuse_remote_judges(services, order.panel.judges)
        with talk.waiting("Reading the essays"):
            given = await asyncio.to_thread(read_input, services, order)
            notices = await check_judges(services, order.panel, given)
            if order.max_cost is not None:
                await check_prices(services, order.panel.judges, given)
            await asyncio.to_thread(prepare_folder, order.out)
            hidden = await asyncio.to_thread(hide_names, services, order, given, handling_of(order))
            request = await prepare_request(services, order, hidden.given, hidden.privacy)
            batch_id = await submit(services, request)
            run.begins(batch_id, order.out)
            await remember_run(services, batch_id, order.out.absolute(), notices)
            await remember_key(services, batch_id, hidden.key)
        _introduce(talk, batch_id, request, given, order.panel)
        if (said := names_text(hidden)) is not None:
            talk.say(said)
        for notice in notices:
            talk.say(notice, "yellow")
        async with services.run_lock.hold(batch_id):
            await follow_to_the_end(services, batch_id, order.out, talk)


def _introduce(
    talk: Talk, batch_id: BatchId, request: AssessmentRequest, given: GivenInput, panel: Panel
) -> None:
    anchors = f", {counted(len(given.anchors), 'anchor')}" if given.anchors else ""
    judges = "judge" if len(panel.judges) == 1 else "judges"
    talk.say(f"Batch {batch_id}: {counted(len(request.essays), 'essay')}{anchors}, {judges} {panel}.")
    if given.submission.refused:
        talk.say(left_out_text(given.submission.refused), "yellow")


async def submit(services: Services, request: AssessmentRequest) -> BatchId:
    """Sends the request as any other requester would, and waits until its batch exists."""
    value = encode_request_event(request, uuid4(), services.clock.now())
    await services.publisher.publish(Message(REQUESTED, request.outer_id, value))
    for _ in range(MOST_POLLS_FOR_A_BATCH):
        batch_id = await services.reader.find(request)
        if batch_id is not None:
            return batch_id
        await asyncio.sleep(POLL_SECONDS / 10)
    raise CJError("No batch came of the request, and nothing was judged. `cj --debug assess` shows why.")
