"""The judge that speaks the Messages protocol of Anthropic: Claude."""

from anthropic import AnthropicError, APIConnectionError, APIStatusError, APITimeoutError, AsyncAnthropic

from cj_assessment_service.domain.errors import ErrorCode
from cj_assessment_service.domain.judges import ComparisonTask, JudgeSpec
from cj_assessment_service.implementations.judges.language_model import LanguageModelJudge, ModelWire
from cj_assessment_service.implementations.judges.messages_protocol import messages_request, read_message
from cj_assessment_service.implementations.judges.model_answer import ModelAnswer
from cj_assessment_service.implementations.judges.model_faults import ModelFault, RefusedStatus
from cj_assessment_service.implementations.judges.model_setup import ModelSetup, open_setup
from cj_assessment_service.implementations.judges.structures import Structure
from cj_assessment_service.protocols import JudgeProtocol


class MessagesWire(ModelWire):
    def __init__(self, setup: ModelSetup) -> None:
        self._setup = setup
        self._client = AsyncAnthropic(
            api_key=setup.endpoint.api_key,
            base_url=setup.endpoint.base_url,
            timeout=setup.options.seconds,
            max_retries=0,
        )

    async def ask(self, task: ComparisonTask, structure: Structure) -> str:
        body = messages_request(task, self._setup.endpoint, self._setup.options, structure)
        try:
            response = await self._client.messages.with_raw_response.create(**body)
        except AnthropicError as error:
            raise fault_of(error) from error
        # a server may repeat what it was sent
        return self._setup.endpoint.without_key(await response.text())

    def read(self, body: str) -> ModelAnswer | None:
        return read_message(body)

    async def close(self) -> None:
        await self._client.close()


def open_judge(spec: JudgeSpec) -> JudgeProtocol:
    """Raises InvalidJudge for an argument, an option or a key that cannot work."""
    setup = open_setup(spec)
    return LanguageModelJudge(setup, MessagesWire(setup))


def fault_of(error: AnthropicError) -> ModelFault:
    match error:
        case APITimeoutError():
            return ModelFault(ErrorCode.TIMEOUT, "nothing")
        case APIConnectionError():
            return ModelFault(ErrorCode.CONNECTION_ERROR, "nothing")
        case APIStatusError():
            return RefusedStatus(error.status_code, error.response.headers, error.body).fault()
        case _:
            return ModelFault(ErrorCode.EXTERNAL_SERVICE_ERROR, type(error).__name__)
