"""What the answers of a model cost: by the user's own price, else by the price list of the client library."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from genai_prices import Usage, calc_price

from cj_assessment_service.implementations.judges.judges_file import TokenPrice
from cj_assessment_service.implementations.judges.model_answer import TokenCounts
from cj_assessment_service.implementations.judges.model_endpoint import ModelEndpoint

_MILLION: Final = Decimal(1_000_000)


@dataclass(frozen=True, slots=True)
class ModelPrices:
    """`own` is the user's price for the model, None where there is none. What is computed on this machine is free unless the
    user says otherwise.
    """

    endpoint: ModelEndpoint
    own: TokenPrice | None = None

    def cost(self, counts: TokenCounts, model: str) -> Decimal | None:
        """In USD, of an answer that `model` gave; None when the server counted no tokens, or no list has this model there."""
        if self.own is None and self.endpoint.destination is None:
            return Decimal(0)
        if counts.prompt == 0 and counts.completion == 0:
            return None
        if self.own is not None:
            return _at(self.own, counts)
        usage = Usage(
            input_tokens=counts.prompt,
            cache_read_tokens=counts.cached,
            cache_write_tokens=counts.written,
            output_tokens=counts.completion,
        )
        try:
            return calc_price(usage, model, provider_api_url=self.endpoint.base_url).total_price
        except LookupError:
            return None

    def most(self, prompt_tokens: int, answer_tokens: int) -> Decimal | None:
        """In USD, of a question with at most so many tokens, whichever of them the provider stores; None where the price is
        unknown.
        """
        ways = (TokenCounts(prompt_tokens, 0, written, answer_tokens) for written in (0, prompt_tokens))
        costs = [self.cost(counts, self.endpoint.model) for counts in ways]
        known = [cost for cost in costs if cost is not None]
        return max(known) if known else None


def _at(price: TokenPrice, counts: TokenCounts) -> Decimal:
    fresh = counts.prompt - counts.cached - counts.written
    total = (
        fresh * price.input
        + counts.cached * price.cached_input
        + counts.written * price.cache_write
        + counts.completion * price.output
    )
    return total / _MILLION
