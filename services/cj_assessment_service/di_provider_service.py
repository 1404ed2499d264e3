"""Who asks the judges where an external service does."""

from collections.abc import AsyncIterator

from dishka import Provider, Scope, provide

from cj_assessment_service.config import Settings
from cj_assessment_service.domain.clock import Clock
from cj_assessment_service.domain.policies import DispatchPolicy, PrivacyPolicy, RemotePolicy
from cj_assessment_service.implementations.opened_judges import OpenedJudges
from cj_assessment_service.implementations.provider_service import ProviderServiceJudging
from cj_assessment_service.implementations.remote_service import RemoteService, remote_service
from cj_assessment_service.protocols import (
    AnswerDeliveryProtocol,
    LLMInteractionProtocol,
    TelemetryProtocol,
)


class ProviderServiceProvider(Provider):
    scope = Scope.APP

    @provide
    async def service(self, settings: Settings) -> AsyncIterator[RemoteService]:
        calls = RemotePolicy(
            concurrency=settings.llm_provider_concurrency,
            attempts=settings.llm_provider_attempts,
            timeout=settings.llm_provider_timeout_seconds,
            first_wait=settings.judge_first_wait_seconds,
            longest_wait=settings.judge_longest_wait_seconds,
        )
        async with remote_service("LLM provider service", calls) as service:
            yield service

    @provide
    def interaction(  # noqa: PLR0913, PLR0917 - one parameter for each of its parts
        self,
        settings: Settings,
        service: RemoteService,
        judges: OpenedJudges,
        answers: AnswerDeliveryProtocol,
        telemetry: TelemetryProtocol,
        clock: Clock,
        privacy: PrivacyPolicy,
        dispatch: DispatchPolicy,
    ) -> LLMInteractionProtocol:
        url = settings.llm_provider_service_url
        return ProviderServiceJudging(url, service, judges, answers, telemetry, clock, privacy, dispatch)
