"""`cj delete`: forgets batches, or all of them but their decisions."""

import asyncio
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

import click

from cj_assessment_service.cli.exits import ExitCode, Stopped
from cj_assessment_service.cli.installed import running
from cj_assessment_service.cli.services import Services
from cj_assessment_service.cli.talk import talk_for
from cj_assessment_service.domain.errors import BatchBusy, NamesInIds
from cj_assessment_service.domain.identifiers import BatchId

_UNITS = {"d": timedelta(days=1), "w": timedelta(weeks=1), "h": timedelta(hours=1)}


class Age(click.ParamType[timedelta]):
    """A number of days (90d), weeks (12w) or hours (36h)."""

    name = "age"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> timedelta:
        if isinstance(value, timedelta):
            return value
        found = re.fullmatch(r"(\d{1,6})([dwh])", str(value).strip().lower())
        if found is None:
            self.fail(f"{str(value)!r} is not an age. Write for example 90d, 12w or 36h.", param, ctx)
        return int(found[1]) * _UNITS[found[2]]


@dataclass(frozen=True, slots=True)
class Forgetting:
    """What is to be forgotten of a batch, in words, and how."""

    keeps_decisions: bool

    @property
    def what(self) -> str:
        return "the texts and names" if self.keeps_decisions else "all texts and results"

    async def forget(self, services: Services, batch_id: BatchId) -> None:
        if self.keeps_decisions:
            await services.deletion.delete_texts(batch_id)
        else:
            await services.provider_batches.cancel_all(batch_id)
            await services.deletion.delete(batch_id)

    def said_of(self, batch_id: BatchId) -> str:
        if self.keeps_decisions:
            return f"The texts of batch {batch_id} are deleted; its decisions, scores and grades are kept."
        return f"Batch {batch_id} is deleted."


@click.command()
@click.argument("batch", type=int, required=False)
@click.option(
    "--keep-decisions", is_flag=True, help="Keep decisions, scores, grades and costs, without any text."
)
@click.option(
    "--older-than", type=Age(), help="All batches that ended longer ago than this, as 90d, 12w or 36h."
)
@click.option("--yes", is_flag=True, help="Do not ask.")
def delete(batch: int | None, keep_decisions: bool, older_than: timedelta | None, yes: bool) -> None:
    """Forget BATCH: its essays, comparisons and results, and every text that only it used."""
    if (batch is None) == (older_than is None):
        raise click.UsageError("Name a batch, or say --older-than, for example --older-than 90d.")
    forgetting = Forgetting(keep_decisions)
    if batch is not None:
        _ask(f"Delete {forgetting.what} of batch {batch} for good?", yes)
        asyncio.run(_delete(BatchId(batch), forgetting))
        return
    if older_than is not None:
        found = asyncio.run(_ended(older_than, forgetting))
        if not found:
            click.echo("No batch ended that long ago.")
            return
        _ask(f"Delete {forgetting.what} of {_batches(len(found))} for good?", yes)
        asyncio.run(_delete_where_possible(found, forgetting))


def _batches(number: int) -> str:
    return "1 batch" if number == 1 else f"{number:,} batches"


def _ask(question: str, yes: bool) -> None:
    """Raises Stopped for a no."""
    if not yes and not click.confirm(question):
        click.echo("Nothing was deleted.")
        raise Stopped(ExitCode.INTERRUPTED)


async def _ended(age: timedelta, forgetting: Forgetting) -> tuple[BatchId, ...]:
    async with running(talk_for(as_json=False)) as services:
        ended = await services.deletion.ended_before(services.clock.now() - age)
    return tuple(batch.batch_id for batch in ended if batch.has_texts or not forgetting.keeps_decisions)


async def _delete(batch_id: BatchId, forgetting: Forgetting) -> None:
    async with running(talk_for(as_json=False)) as services:
        await forgetting.forget(services, batch_id)
    click.echo(forgetting.said_of(batch_id))


async def _delete_where_possible(batches: Sequence[BatchId], forgetting: Forgetting) -> None:
    """One that another process works on now, or that has names for ids, is told and left."""
    async with running(talk_for(as_json=False)) as services:
        for batch_id in batches:
            try:
                await forgetting.forget(services, batch_id)
                click.echo(forgetting.said_of(batch_id))
            except (BatchBusy, NamesInIds) as left:
                click.echo(str(left), err=True)
