"""How many tokens a question will take: a judge can only say how many at most."""

from dataclasses import dataclass
from math import ceil

from cj_assessment_service.domain.comparisons import JudgeUsage
from cj_assessment_service.domain.judges import Quote


@dataclass(slots=True)
class TokenEstimate:
    """The largest share of its quote that any question of this judge took so far; all of it before the first answer. A
    quote counts a token for every byte, so that a rate kept by quotes alone would be a quarter of what is allowed.
    """

    _share: float | None = None

    def of(self, quote: Quote) -> int:
        return quote.tokens if self._share is None else ceil(self._share * quote.tokens)

    def learn(self, quote: Quote, usage: JudgeUsage | None) -> None:
        """From one attempt; one whose tokens nobody counted says nothing."""
        taken = usage.prompt_tokens + usage.completion_tokens if usage is not None else 0
        if taken and quote.tokens:
            self._share = max(self._share or 0.0, min(1.0, taken / quote.tokens))
