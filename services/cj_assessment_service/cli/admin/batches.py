"""`cj admin batches`: the batches of the service."""

import click

from cj_assessment_service.cli.admin.access import service_client
from cj_assessment_service.cli.admin.confirming import confirm
from cj_assessment_service.cli.admin.documents import document_of
from cj_assessment_service.cli.admin.service_client import BatchOrder
from cj_assessment_service.cli.listing import list_rows
from cj_assessment_service.cli.tables import NOTHING, Column
from cj_assessment_service.cli.talk import talk_for
from cj_assessment_service.wire.batch_views import BatchView


def _reliability(batch: BatchView) -> str:
    reliability = batch.progress.reliability
    return NOTHING if reliability is None else f"{reliability:.2f}"


_COLUMNS: tuple[Column[BatchView], ...] = (
    Column("batch", lambda batch: str(batch.id), is_number=True),
    Column("started", lambda batch: f"{batch.created_at.astimezone():%Y-%m-%d %H:%M}"),
    Column("assignment", lambda batch: batch.assignment_id or NOTHING, may_shrink=True),
    Column("essays", lambda batch: str(batch.essays_loaded), is_number=True),
    Column("judged", lambda batch: str(batch.progress.completed), is_number=True),
    Column("reliability", _reliability, is_number=True),
    Column("status", lambda batch: batch.progress.status.value),
)

as_json_option = click.option("--json", "as_json", is_flag=True, help="One JSON object.")


@click.group()
def batches() -> None:
    """The batches of the service, as far as the token may see them."""


@batches.command("list")
@click.option(
    "--before", type=click.IntRange(min=1), help="Only batches with a smaller number: the next page."
)
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")
def list_batches(before: int | None, as_json: bool) -> None:
    """List the batches, the newest first."""
    with service_client() as client:
        found = client.list_batches(before)
    talk = talk_for(as_json)
    list_rows(talk, _COLUMNS, found.items, document_of)
    if found.next_before is not None:
        talk.say(f"There are more: --before {found.next_before}")


@batches.command()
@click.argument("batch", type=int)
@as_json_option
def show(batch: int, as_json: bool) -> None:
    """Show where BATCH stands."""
    with service_client() as client:
        found = client.get_batch(batch)
    talk = talk_for(as_json)
    talk.send(document_of(found))
    counts = found.progress
    talk.say(f"Batch {batch}: {counts.status.value}.")
    talk.say(f"Comparisons: {counts.completed:,} of at most {counts.budget:,}, {counts.failed:,} failed.")
    talk.say(f"Reliability: {_reliability(found)}.")
    if found.stop_reason is not None:
        talk.say(" ".join(filter(None, (f"It stopped: {found.stop_reason.value}.", found.detail))))


@batches.command()
@click.argument("batch", type=int)
@click.option("--yes", is_flag=True, help="Do not ask.")
@as_json_option
def cancel(batch: int, yes: bool, as_json: bool) -> None:
    """Stop BATCH without a result; what was judged is kept."""
    confirm(f"Cancel batch {batch} for good?", yes, talk_for(as_json))
    _order(batch, BatchOrder.CANCEL, as_json, "is cancelled")


@batches.command("finish-now")
@click.argument("batch", type=int)
@as_json_option
def finish_now(batch: int, as_json: bool) -> None:
    """Ask nothing more of the judges of BATCH, and score it as it stands."""
    _order(batch, BatchOrder.FINISH_NOW, as_json, "finishes with what is judged")


@batches.command()
@click.argument("batch", type=int)
@as_json_option
def rerun(batch: int, as_json: bool) -> None:
    """Assess the essays of BATCH again."""
    _order(batch, BatchOrder.RERUN, as_json, "is assessed again")


def _order(batch: int, order: BatchOrder, as_json: bool, said: str) -> None:
    with service_client() as client:
        found = client.order_batch(batch, order)
    talk = talk_for(as_json)
    talk.send(document_of(found))
    talk.say(f"Batch {batch} {said}{f', as batch {found.id}' if found.id != batch else ''}.")
