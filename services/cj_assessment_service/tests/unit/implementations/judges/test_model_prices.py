from decimal import Decimal

import pytest

from cj_assessment_service.domain.judges import JudgeSpec
from cj_assessment_service.implementations.judges.judges_file import TokenPrice
from cj_assessment_service.implementations.judges.model_answer import TokenCounts
from cj_assessment_service.implementations.judges.model_endpoint import open_endpoint
from cj_assessment_service.implementations.judges.model_prices import ModelPrices
from cj_assessment_service.implementations.judges.provider_profiles import PROFILES

OWN = TokenPrice(Decimal(2), Decimal("0.5"), Decimal(3), Decimal(10))


def prices(name: str, own: TokenPrice | None = None) -> ModelPrices:
    return ModelPrices(open_endpoint(JudgeSpec.parse(name), {}, dict.fromkeys(PROFILES, "k-0123456789")), own)


def test_cached_tokens_cost_less() -> None:
    # per million tokens: 0.15 USD in, 0.075 cached, 0.60 out
    price = prices("openai:gpt-4o-mini")
    assert price.cost(TokenCounts(1000, 800, 0, 20), "gpt-4o-mini-2024-07-18") == Decimal("0.000102")
    assert price.cost(TokenCounts(1000, 0, 0, 20), "gpt-4o-mini") == Decimal("0.000162")


def test_the_users_own_price_goes_before_every_list() -> None:
    cost = prices("openai:gpt-4o-mini", OWN).cost(
        TokenCounts(1_000_000, 400_000, 100_000, 1000), "gpt-4o-mini"
    )
    assert cost == Decimal("1.0") + Decimal("0.2") + Decimal("0.3") + Decimal("0.01")


@pytest.mark.parametrize("name", ["openai:no-such-model", "openai:gpt-4o-mini@https://llm.example.org/v1"])
def test_a_price_on_no_list_is_unknown_and_not_zero(name: str) -> None:
    price = prices(name)
    assert price.cost(TokenCounts(1000, 0, 0, 20), price.endpoint.model) is None
    assert price.most(1000, 20) is None


def test_without_counted_tokens_the_price_is_unknown() -> None:
    assert prices("openai:gpt-4o-mini").cost(TokenCounts(), "gpt-4o-mini") is None


def test_this_machine_is_free_unless_the_user_says_otherwise() -> None:
    name, counts = "openai:llama@http://127.0.0.1:8000/v1", TokenCounts(1_000_000)
    assert prices(name).cost(counts, "llama") == 0
    assert prices(name, OWN).cost(counts, "llama") == 2


@pytest.mark.parametrize(
    "name", ["anthropic:claude-haiku-4-5", "openai:gpt-4o-mini", "google:gemini-2.5-pro"]
)
@pytest.mark.parametrize(
    "counts", [TokenCounts(9000, 0, 9000, 500), TokenCounts(9000), TokenCounts(250_000, 5, 7, 1)]
)
def test_no_way_of_counting_costs_more_than_the_bound(name: str, counts: TokenCounts) -> None:
    price = prices(name)
    cost, most = price.cost(counts, price.endpoint.model), price.most(counts.prompt, 500)
    assert cost is not None
    assert most is not None
    assert 0 < cost <= most
