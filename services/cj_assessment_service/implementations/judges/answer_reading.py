"""From what a model answered to a verdict or a typed failure, with what it took. Nothing here knows of a protocol."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from types import MappingProxyType

from cj_assessment_service.cj_core_logic.judging.verdicts import excerpt, parse_verdict
from cj_assessment_service.domain.answers import AnswerForm
from cj_assessment_service.domain.comparisons import JudgeFailure, JudgeReply, JudgeUsage, Verdict
from cj_assessment_service.domain.errors import ErrorCode
from cj_assessment_service.implementations.judges.model_answer import Ending, ModelAnswer
from cj_assessment_service.implementations.judges.model_endpoint import ModelEndpoint
from cj_assessment_service.implementations.judges.model_faults import ModelFault
from cj_assessment_service.implementations.judges.model_prices import ModelPrices
from cj_assessment_service.implementations.judges.token_probabilities import first_probability

_FAILED: Mapping[Ending, tuple[ErrorCode, str]] = MappingProxyType(
    {
        Ending.CUT_OFF: (
            ErrorCode.ANSWER_CUT_OFF,
            "The answer was cut off at its length limit. Allow more tokens with the option max_tokens.",
        ),
        Ending.FILTERED: (ErrorCode.ANSWER_FILTERED, "The provider's content filter withheld the answer."),
        Ending.REFUSED: (ErrorCode.ANSWER_REFUSED, "The model refuses to judge."),
    }
)


@dataclass(frozen=True, slots=True)
class Taken:
    """What a question took, whatever came of it: seconds of waiting, and characters that left this machine."""

    seconds: float
    characters_sent: int


@dataclass(frozen=True, slots=True)
class AnswerReader:
    """Reads the answers of one model."""

    endpoint: ModelEndpoint
    prices: ModelPrices

    def reply(
        self, answer: ModelAnswer, answers: AnswerForm, taken: Taken, price_factor: Decimal = Decimal(1)
    ) -> JudgeReply:
        """A text that was cut off, filtered or refused is not read, whatever it seems to say. `price_factor` is the share of
        the usual price that is paid, as in a provider's batch mode.
        """
        usage = self._usage(answer, taken, price_factor)
        if answer.refusal is not None:
            return JudgeFailure(
                ErrorCode.ANSWER_REFUSED,
                f"The model refuses to judge. It says {excerpt(answer.refusal)}.",
                usage,
            )
        if answer.ending in _FAILED:
            code, message = _FAILED[answer.ending]
            return JudgeFailure(code, message, usage)
        text = answer.text or ""
        verdict = parse_verdict(text, answers, usage)
        if isinstance(verdict, Verdict) and answer.tokens:
            return replace(verdict, p_first=first_probability(text, answer.tokens))
        return verdict

    def unreadable(self, body: str, taken: Taken) -> JudgeFailure:
        """Of a body that is no answer in the protocol."""
        return JudgeFailure(
            ErrorCode.INVALID_RESPONSE,
            f"{self.endpoint.host} did not send an answer of a model. It says {excerpt(body)}.",
            self._unknown_usage(taken, None),
        )

    def failure(self, fault: ModelFault, taken: Taken) -> JudgeFailure:
        """A refused question costs nothing; what a server charges for an answer that came too late nobody knows."""
        cost = None if fault.code is ErrorCode.TIMEOUT else Decimal(0)
        return JudgeFailure(
            fault.code, fault.told(self.endpoint), self._unknown_usage(taken, cost), fault.retry_after
        )

    def _usage(self, answer: ModelAnswer, taken: Taken, price_factor: Decimal) -> JudgeUsage:
        model = answer.model or self.endpoint.model
        cost = self.prices.cost(answer.counts, model)
        return JudgeUsage(
            provider=self.endpoint.provider,
            model=model,
            seconds=taken.seconds,
            prompt_tokens=answer.counts.prompt,
            completion_tokens=answer.counts.completion,
            cost=None if cost is None else cost * price_factor,
            cached_tokens=answer.counts.cached,
            characters_sent=taken.characters_sent,
        )

    def _unknown_usage(self, taken: Taken, cost: Decimal | None) -> JudgeUsage:
        return JudgeUsage(
            self.endpoint.provider,
            self.endpoint.model,
            taken.seconds,
            cost=Decimal(0) if self.endpoint.destination is None and self.prices.own is None else cost,
            characters_sent=taken.characters_sent,
        )
