"""Reads the pilot a plan rests on, from a file of decisions or from a batch in the database."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from cj_assessment_service.cj_core_logic.scoring.decision_columns import judgements_in
from cj_assessment_service.cj_core_logic.scoring.judgements import judgements_of
from cj_assessment_service.cj_core_logic.simulation.pilot import Pilot, pilot_of
from cj_assessment_service.cli.check_notes import check_of
from cj_assessment_service.cli.installed import current_installation, running
from cj_assessment_service.cli.planning_order import PlanningOrder
from cj_assessment_service.cli.services import Services
from cj_assessment_service.cli.talk import Talk
from cj_assessment_service.domain.comparisons import RecordedComparison
from cj_assessment_service.domain.decision_tables import ShownOrder
from cj_assessment_service.domain.forecasts import Experience
from cj_assessment_service.domain.identifiers import BatchId, OuterBatchId
from cj_assessment_service.domain.policies import PositionTerm, ScoringPolicy


@dataclass(frozen=True, slots=True)
class ReadPilot:
    """`experience` is None where nothing is known of what its answers took."""

    pilot: Pilot
    experience: Experience | None


def read_pilot(order: PlanningOrder, talk: Talk) -> ReadPilot | None:
    """None without one. Raises InputRejected, UnknownBatch, or InsufficientComparisons for a pilot that says nothing."""
    if order.pilot is not None:
        return _from_file(order.pilot, talk)
    if order.batch is not None:
        return asyncio.run(_from_batch(BatchId(order.batch), talk))
    return None


def _from_file(path: Path, talk: Talk) -> ReadPilot:
    files = current_installation().decision_files
    with talk.waiting("Reading the pilot"):
        table = files.read(path)
        usages = files.read_usage(path)
        # without knowing who was shown first there can be no position effect
        shown = table.order is ShownOrder.KNOWN
        position = PositionTerm.ESTIMATED if shown else PositionTerm.ABSENT
        pilot = pilot_of(judgements_in(table), ScoringPolicy(position=position))
    if table.left_out:
        talk.alert(
            f"{table.left_out} of {table.total_rows} rows of {table.source} could not be read and were left out;"
            " `cj fit` lists them.",
            "yellow",
        )
    return ReadPilot(pilot, Experience(usages, len(usages)) if usages else None)


async def _from_batch(batch_id: BatchId, talk: Talk) -> ReadPilot:
    async with running(talk) as services:
        material = await services.reader.material(batch_id)
        comparisons: list[RecordedComparison] = []
        for each in await _batches_of(services, batch_id):
            comparisons += await services.reader.recorded(each)
    judgements = (one.judgement for one in comparisons)
    decided = [judgement for judgement in judgements if judgement is not None]
    pilot = pilot_of(judgements_of([item.essay_id for item in material.items], decided), ScoringPolicy())
    return ReadPilot(pilot, _experience(comparisons))


async def _batches_of(services: Services, batch_id: BatchId) -> Sequence[BatchId]:
    """The batch itself, or all batches of the check it belongs to."""
    check = await check_of(services, batch_id)
    if check is None:
        return [batch_id]
    found: list[BatchId] = []
    request = check.request
    while (known := await services.reader.find(request)) is not None:
        found.append(known)
        request = replace(check.request, outer_id=OuterBatchId(f"{check.request.outer_id}/{len(found) + 1}"))
    return found


def _experience(comparisons: Sequence[RecordedComparison]) -> Experience | None:
    fresh = [one for one in comparisons if not one.is_reused and one.usage is not None]
    usages = tuple(one.usage for one in fresh if one.usage is not None)
    readable = sum(one.winner is not None for one in fresh)
    return Experience(usages, readable) if readable else None
