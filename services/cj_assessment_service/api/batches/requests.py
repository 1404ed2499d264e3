"""Turns what was sent into a request of the service."""

import asyncio
import json
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID, uuid4, uuid5

from cj_assessment_service.api.batches.incoming import IncomingBatch, IncomingEssay
from cj_assessment_service.api.security import SERVICE, Caller, NotAllowed
from cj_assessment_service.cj_core_logic.assignment_setup import AssignmentSetup
from cj_assessment_service.domain.batches import BatchSettings
from cj_assessment_service.domain.comparisons import OrientedPair, PlanUse
from cj_assessment_service.domain.errors import InvalidJudge, Rejected
from cj_assessment_service.domain.essays import EssayReference
from cj_assessment_service.domain.identifiers import (
    AssignmentId,
    CorrelationId,
    EssayId,
    OrganisationId,
    OuterBatchId,
)
from cj_assessment_service.domain.judges import JudgeSpec
from cj_assessment_service.domain.panels import Panel, PanelMember
from cj_assessment_service.domain.privacy import PrivacySettings
from cj_assessment_service.domain.prompts import PromptChoice
from cj_assessment_service.domain.requests import AssessmentRequest
from cj_assessment_service.protocols import LanguageGuessProtocol
from cj_assessment_service.wire.assessment_request import RequestDefaults
from cj_assessment_service.wire.batch_bodies import BatchOptions, JudgeBody

RECORDING = "replay"
_KEYS = UUID("0b3f3a4e-8a53-4c0e-9a3c-0d2f6a1c7b55")


@dataclass(frozen=True, slots=True)
class RequestIds:
    """What tells one request from another."""

    outer_id: OuterBatchId
    correlation_id: CorrelationId

    @classmethod
    def new(cls, correlation_id: CorrelationId) -> "RequestIds":
        return cls(OuterBatchId(str(uuid4())), correlation_id)

    @classmethod
    def of_key(cls, key: str, subject: str, organisation: str | None) -> "RequestIds":
        """The same whenever this caller sends this key."""
        name = json.dumps([organisation, subject, key])
        return cls(
            OuterBatchId(str(uuid5(_KEYS, f"batch {name}"))),
            CorrelationId(uuid5(_KEYS, f"correlation {name}")),
        )


@dataclass(frozen=True, slots=True)
class RequestWriter:
    setup: AssignmentSetup
    languages: LanguageGuessProtocol
    defaults: RequestDefaults

    async def write(
        self, incoming: IncomingBatch, caller: Caller, key: str | None, correlation_id: CorrelationId
    ) -> AssessmentRequest:
        """Stores the texts. Raises Rejected or NotAllowed."""
        options = incoming.options
        organisation = _organisation(options, caller)
        ids = (
            RequestIds.of_key(key, caller.subject, organisation)
            if key is not None
            else RequestIds.new(correlation_id)
        )
        settings = await self._settings(incoming, ids)
        pairs = _pairs(incoming)
        task_id = (await self.setup.store_texts([options.task]))[0] if options.task is not None else None
        return AssessmentRequest(
            outer_id=ids.outer_id,
            correlation_id=ids.correlation_id,
            user_id=caller.subject,
            essays=await self._store(incoming.essays),
            settings=settings,
            assignment_id=AssignmentId(options.assignment_id) if options.assignment_id is not None else None,
            organisation_id=organisation,
            course_code=options.course_code,
            task_storage_id=task_id,
            rubric_override=options.rubric,
            refused=incoming.refused,
            pairs=pairs,
            prompt=PromptChoice(options.prompt_language) if options.prompt_language is not None else None,
        )

    async def _settings(self, incoming: IncomingBatch, ids: RequestIds) -> BatchSettings:
        options = incoming.options
        plan_use = PlanUse.ONLY if options.pairs_only else PlanUse.FIRST
        return BatchSettings(
            panel=_panel(options.judges) or Panel.of(self.defaults.judge),
            seed=options.seed if options.seed is not None else ids.correlation_id.int % 2**31,
            language=options.language or await self._language_of(incoming.essays),
            budget=options.budget,
            max_cost=options.max_cost,
            max_seconds=options.max_seconds,
            target_reliability=options.target_reliability,
            max_expected_grade_changes=options.max_expected_grade_changes,
            answers=options.answers,
            strategy=options.strategy,
            plan_use=plan_use if options.pairs else None,
            reuse_answers=options.reuse_answers,
            privacy=PrivacySettings(local_only=options.local_only),
        )

    async def _language_of(self, essays: Sequence[IncomingEssay]) -> str:
        texts = [essay.text for essay in essays if essay.text is not None]
        if not texts:
            raise Rejected("The language cannot be told from storage ids. Name it in the field language.")
        return await asyncio.to_thread(self.languages.guess_language, texts)

    async def _store(self, essays: Sequence[IncomingEssay]) -> tuple[EssayReference, ...]:
        texts = [essay.text for essay in essays if essay.text is not None]
        stored = iter(await self.setup.store_texts(texts))
        return tuple(
            EssayReference(
                essay.essay_id,
                essay.storage_id if essay.storage_id is not None else next(stored),
                essay.name,
                essay.findings,
            )
            for essay in essays
        )


def _organisation(options: BatchOptions, caller: Caller) -> OrganisationId | None:
    if options.organisation is None or options.organisation == caller.organisation:
        return caller.organisation
    if SERVICE not in caller.roles:
        raise NotAllowed("Only the role service may act for another organisation than that of its token.")
    return OrganisationId(options.organisation)


def _panel(judges: Sequence[JudgeBody]) -> Panel | None:
    """Raises Rejected."""
    if not judges:
        return None
    for judge in judges:
        _refuse_what_only_operators_may_name(judge.judge)
    try:
        return Panel(tuple(PanelMember(judge.judge, judge.role, judge.share) for judge in judges))
    except InvalidJudge as error:
        raise Rejected(str(error)) from error


def _refuse_what_only_operators_may_name(judge: str) -> None:
    """Over the network nobody names files of this machine, or addresses that it would call from inside. Raises Rejected."""
    try:
        spec = JudgeSpec.parse(judge)
    except InvalidJudge as error:
        raise Rejected(str(error)) from error
    if spec.kind == RECORDING or "@" in spec.argument:
        raise Rejected(
            "A judge that reads a file or has an address of its own cannot be named over HTTP. Ask whoever runs this"
            " service to make it the default judge."
        )


def _pairs(incoming: IncomingBatch) -> tuple[OrientedPair, ...]:
    """Raises Rejected."""
    essays = {essay.essay_id for essay in incoming.essays}
    given = [(EssayId(pair.first), EssayId(pair.second)) for pair in incoming.options.pairs]
    if any(first == second or not {first, second} <= essays for first, second in given):
        raise Rejected("Every pair names two different essays of the batch. Correct the field pairs.")
    if incoming.options.pairs_only and not given:
        raise Rejected("The field pairs_only needs pairs. Name them in the field pairs.")
    return tuple(OrientedPair(first, second) for first, second in given)
