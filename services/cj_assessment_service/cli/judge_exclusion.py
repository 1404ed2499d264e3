"""Commands that leave a judge out of a scale, or take it back in."""

import asyncio
from collections.abc import Callable, Coroutine

import click

from cj_assessment_service.cli.exclusion_words import change_document, change_lines, moves_table
from cj_assessment_service.cli.installed import running
from cj_assessment_service.cli.services import Services
from cj_assessment_service.cli.talk import Talk, talk_for
from cj_assessment_service.domain.identifiers import BatchId
from cj_assessment_service.domain.scale_changes import ScaleChange

Change = Callable[[Services, BatchId, str], Coroutine[None, None, ScaleChange]]

JSON = click.option("--json", "as_json", is_flag=True, help="One JSON object.")


@click.command()
@click.argument("batch", type=int)
@click.argument("judge")
@JSON
def exclude(batch: int, judge: str, as_json: bool) -> None:
    """Leave the decisions of JUDGE out of the scale of BATCH, and show what that changes.

    They stay in the database and in decisions.csv. In a batch that is not finished the judge is not asked any more.
    """
    asyncio.run(_change(_exclude, BatchId(batch), judge, talk_for(as_json)))


@click.command()
@click.argument("batch", type=int)
@click.argument("judge")
@JSON
def restore(batch: int, judge: str, as_json: bool) -> None:
    """Take the decisions of JUDGE back into the scale of BATCH, and show what that changes."""
    asyncio.run(_change(_restore, BatchId(batch), judge, talk_for(as_json)))


async def _exclude(services: Services, batch_id: BatchId, judge: str) -> ScaleChange:
    return await services.exclusion.exclude(batch_id, judge)


async def _restore(services: Services, batch_id: BatchId, judge: str) -> ScaleChange:
    return await services.exclusion.restore(batch_id, judge)


async def _change(change: Change, batch_id: BatchId, judge: str, talk: Talk) -> None:
    async with running(talk) as services:
        with talk.waiting("Making the scale anew"):
            changed = await change(services, batch_id, judge)
    talk.send(change_document(changed))
    first, *others = change_lines(changed)
    talk.say(first, "bold")
    if changed.moves:
        talk.show(moves_table(changed))
    for line in others:
        talk.say(line)
