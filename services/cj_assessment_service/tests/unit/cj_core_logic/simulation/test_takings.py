import math
from decimal import Decimal

import numpy as np
import pytest

from cj_assessment_service.cj_core_logic.simulation.takings import SessionFrame, takings_of
from cj_assessment_service.domain.comparisons import JudgeUsage
from cj_assessment_service.domain.forecasts import Experience, Takings
from cj_assessment_service.domain.simulations import PlannedRun


def run(cpe: float) -> PlannedRun:
    return PlannedRun(sd=2.0, cpe=cpe, stop_cpe=cpe, stop_r_squared=0.9)


def took(seconds: float = 2.0, cost: str | None = "0.01", tokens: int = 1000) -> JudgeUsage:
    return JudgeUsage("host", "model", seconds, tokens, 0, Decimal(cost) if cost is not None else None)


def takings(
    usages: tuple[JudgeUsage, ...], readable: int | None = None, reused: int = 0, cpe: float = 10.0
) -> Takings:
    experience = Experience(usages, len(usages) if readable is None else readable)
    frame = SessionFrame(essays=20, reused=reused, concurrency=5)
    return takings_of([run(cpe)] * 5, frame, experience, np.random.default_rng(1))


def test_every_comparison_shows_two_essays() -> None:
    found = takings((took(),) * 10)
    assert found.to_ask.likely == 100
    assert found.tokens is not None
    assert found.price is not None
    assert (found.tokens.likely, found.price.likely) == pytest.approx((100_000, 1.0))


def test_answers_that_are_there_are_not_paid_again() -> None:
    found = takings((took(),) * 10, reused=60)
    assert (found.to_ask.likely, found.reused) == (40, 60)
    assert found.price is not None
    assert found.price.likely == pytest.approx(0.4)
    assert takings((took(),) * 10, reused=500).to_ask.high == 0


def test_failures_raise_the_price_of_what_is_readable() -> None:
    found = takings((took(),) * 10, readable=5)
    assert found.price is not None
    assert found.price.likely == pytest.approx(2.0)


def test_one_answer_without_a_price_makes_the_price_unknown() -> None:
    found = takings((took(), took(cost=None)))
    assert found.price is None
    assert found.tokens is not None


def test_a_wave_of_ten_at_five_places_takes_two_answers_time() -> None:
    # 100 questions in waves of 10 pairs: 10 waves of 2 + 2 seconds
    found = takings((took(),) * 10)
    assert found.seconds is not None
    assert found.seconds.likely == pytest.approx(40.0)


def test_what_differs_from_answer_to_answer_widens_the_range() -> None:
    found = takings((*[took(cost="0.001")] * 3, took(cost="0.05")))
    assert found.price is not None
    assert found.price.low < found.price.likely < found.price.high


def test_sessions_that_never_got_there_have_no_end() -> None:
    found = takings((took(),) * 4, cpe=math.inf)
    assert found.price is not None
    assert found.seconds is not None
    assert (found.to_ask.likely, found.price.likely, found.seconds.likely) == (math.inf,) * 3


def test_without_experience_only_the_questions_are_known() -> None:
    found = takings_of([run(4.0)], SessionFrame(10, 0, 4), None, np.random.default_rng(1))
    assert (found.to_ask.likely, found.tokens, found.price, found.seconds) == (20, None, None, None)
