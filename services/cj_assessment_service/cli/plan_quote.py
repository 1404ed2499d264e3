"""What a judge that nobody tried yet may cost at most."""

import asyncio
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

import numpy as np

from cj_assessment_service.cli.installed import running
from cj_assessment_service.cli.planning_order import PlanningOrder
from cj_assessment_service.cli.sample_question import sample_question
from cj_assessment_service.cli.services import Services
from cj_assessment_service.cli.talk import Talk
from cj_assessment_service.domain.identifiers import EssayId
from cj_assessment_service.domain.instructions import AssessmentContext
from cj_assessment_service.domain.judges import JudgeSpec, Quote
from cj_assessment_service.domain.submissions import SubmittedEssay

_MOST_PAIRS = 50


@dataclass(frozen=True, slots=True)
class GivenEssays:
    """The essays of a plan, and the most one question about two of them may take: None where no judge is named, its cost
    None where the price is unknown.
    """

    ids: frozenset[EssayId]
    most: Quote | None


def read_essays(order: PlanningOrder, talk: Talk) -> GivenEssays | None:
    """None where none are given. Raises InputRejected or InvalidJudge."""
    return asyncio.run(_read(order, order.texts, talk)) if order.texts is not None else None


async def _read(order: PlanningOrder, texts: Path, talk: Talk) -> GivenEssays:
    async with running(talk) as services:
        essays = (await asyncio.to_thread(services.files.read, texts)).essays
        ids = frozenset(essay.essay_id for essay in essays)
        most = None
        if order.judge is not None and len(essays) > 1:
            most = await _mean_quote(services, order.judge, _context(services, order), essays)
    return GivenEssays(ids, most)


def _context(services: Services, order: PlanningOrder) -> AssessmentContext:
    return AssessmentContext(
        task=services.files.read_text(order.task) if order.task is not None else "",
        rubric=services.files.read_text(order.rubric) if order.rubric is not None else "",
        instructions="",
    )


async def _mean_quote(
    services: Services, judge: JudgeSpec, context: AssessmentContext, essays: tuple[SubmittedEssay, ...]
) -> Quote:
    """Over pairs drawn at random, always the same ones."""
    rng = np.random.default_rng(0)
    opened = services.judges.open(judge)
    quotes = []
    for _ in range(_MOST_PAIRS):
        first, second = (essays[place] for place in rng.choice(len(essays), 2, replace=False).tolist())
        quotes.append(opened.quote(sample_question(str(judge), context, first, second)))
    await opened.close()
    costs = [quote.cost for quote in quotes if quote.cost is not None]
    tokens = sum(quote.tokens for quote in quotes) // len(quotes)
    return Quote(tokens, sum(costs, Decimal(0)) / len(costs) if len(costs) == len(quotes) else None)
