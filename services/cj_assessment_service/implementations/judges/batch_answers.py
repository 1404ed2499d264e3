"""What the batch modes of all providers have in common."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Final
from uuid import UUID

from cj_assessment_service.domain.answers import AnswerForm
from cj_assessment_service.domain.comparisons import JudgeFailure
from cj_assessment_service.domain.errors import CJError, InvalidJudge, ProviderRefused, TryAgain
from cj_assessment_service.domain.identifiers import RequestId
from cj_assessment_service.domain.provider_batches import CollectedAnswer
from cj_assessment_service.implementations.judges.answer_reading import AnswerReader, Taken
from cj_assessment_service.implementations.judges.model_answer import ModelAnswer
from cj_assessment_service.implementations.judges.model_faults import ModelFault
from cj_assessment_service.implementations.judges.model_setup import ModelSetup
from cj_assessment_service.implementations.judges.provider_profiles import Feature
from cj_assessment_service.implementations.judges.structures import Structure

CLOCKS_APART: Final = timedelta(minutes=10)
"""So far our clock and the provider's may differ when a lost submission is looked for."""


@dataclass(frozen=True, slots=True)
class BatchAnswers:
    """Reads the answers of one model in one of its batches, which took `seconds` from beginning to end."""

    setup: ModelSetup
    answers: AnswerForm
    seconds: float

    def answer(self, custom_id: str, answer: ModelAnswer | None, body: str) -> CollectedAnswer:
        reader, taken = self._reader, Taken(self.seconds, characters_sent=0)
        if answer is None:
            return CollectedAnswer(_request(custom_id), reader.unreadable(body, taken))
        factor = self.setup.endpoint.profile.batch_price_factor
        return CollectedAnswer(_request(custom_id), reader.reply(answer, self.answers, taken, factor))

    def failure(self, custom_id: str, fault: ModelFault) -> CollectedAnswer:
        failure: JudgeFailure = self._reader.failure(fault, Taken(self.seconds, characters_sent=0))
        return CollectedAnswer(_request(custom_id), failure)

    @property
    def _reader(self) -> AnswerReader:
        return AnswerReader(self.setup.endpoint, self.setup.prices)


def told(fault: ModelFault, setup: ModelSetup) -> CJError:
    """The fault as the workflow treats it: something that may pass, or a refusal."""
    sentence = fault.told(setup.endpoint)
    return TryAgain(sentence) if fault.code.is_passing else ProviderRefused(fault.code, sentence)


def structure_of(setup: ModelSetup) -> Structure:
    return Structure.SCHEMA if Feature.SCHEMA in setup.endpoint.profile.features else Structure.TEXT


def check_batches(setup: ModelSetup) -> ModelSetup:
    """Raises InvalidJudge for a judge that was not set up for batches."""
    if not setup.options.answers_in_batches:
        raise InvalidJudge("The judge answers one question at a time. Add the option batch=yes to its name.")
    return setup


def _request(custom_id: str) -> RequestId:
    return RequestId(UUID(custom_id))
