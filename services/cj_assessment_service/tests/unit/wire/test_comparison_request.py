"""A question for the workers arrives as it left."""

import json
from datetime import UTC, datetime
from decimal import Decimal
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cj_assessment_service.domain.answers import AnswerForm
from cj_assessment_service.domain.comparisons import ComparisonRequest, OrientedPair
from cj_assessment_service.domain.errors import MessageUnreadable
from cj_assessment_service.domain.identifiers import BatchId, EssayId, RequestId
from cj_assessment_service.domain.judges import Allowance, ComparisonOrder, ComparisonTask, JudgePrompt
from cj_assessment_service.wire.comparison_request import (
    decode_comparison_request,
    encode_comparison_request,
)

NOW = datetime(2026, 5, 4, 12, tzinfo=UTC)
words = st.text(st.characters(codec="utf-8"), max_size=30)
names = st.text(st.characters(codec="utf-8"), min_size=1, max_size=20)
judges = st.text(st.characters(codec="utf-8", exclude_characters="?\0"), max_size=30).map(
    lambda argument: f"openai:{argument}?effort=low"
)
orders = st.builds(
    ComparisonOrder,
    task=st.builds(
        ComparisonTask,
        request=st.builds(
            ComparisonRequest,
            request_id=st.uuids().map(RequestId),
            batch_id=st.integers(1, 2**62).map(BatchId),
            wave=st.integers(0, 500),
            pair=st.lists(names, min_size=2, max_size=2, unique=True).map(
                lambda pair: OrientedPair(EssayId(pair[0]), EssayId(pair[1]))
            ),
            judge=judges,
            repeat=st.integers(0, 9),
        ),
        first_text=words,
        second_text=words,
        prompt=st.builds(JudgePrompt, system=words, context=words, texts=words, version=words),
        language=words,
        answers=st.sampled_from(AnswerForm),
        alternates=st.lists(judges, max_size=3).map(tuple),
        outer_id=words,
    ),
    allowance=st.builds(
        Allowance,
        cost=st.one_of(st.none(), st.decimals(0, 100, places=8)),
        until=st.one_of(st.none(), st.floats(0, 4e9)),
    ),
    trace_parent=st.one_of(st.none(), names),
)
ORDER = ComparisonOrder(
    ComparisonTask(
        ComparisonRequest(
            RequestId(UUID(int=7)),
            BatchId(3),
            2,
            OrientedPair(EssayId("a"), EssayId("b")),
            "offline",
        ),
        "x",
        "y",
        JudgePrompt("s", "c", "t", "v"),
        "sv",
        AnswerForm.WINNER,
    ),
    Allowance(Decimal("0.1"), 5.5),
)


@given(orders)
def test_a_question_survives_the_wire(order: ComparisonOrder) -> None:
    assert decode_comparison_request(encode_comparison_request(order, NOW)) == order


@pytest.mark.parametrize(
    "change",
    [
        {"request_id": "not-a-uuid"},
        {"essay_b_id": "a"},
        {"answers": "poem"},
        {"prompt": None},
        {"judge": None},
        {"judge": " "},
        {"judge": "openai:x?effort"},
        {"judge": "x" * 501},
        {"alternates": [":y"]},
        {"max_cost": -1},
    ],
)
def test_a_question_that_makes_no_sense_is_unreadable_and_its_texts_are_not_repeated(
    change: dict[str, object],
) -> None:
    document = json.loads(encode_comparison_request(ORDER, NOW))
    document["data"].update(change, essay_a_text="a secret of its writer")
    with pytest.raises(MessageUnreadable) as raised:
        decode_comparison_request(json.dumps(document).encode())
    assert "secret" not in str(raised.value)


@pytest.mark.parametrize("value", [b"", b"{", b"null", b"\xff\xfe", b'{"data": 1}'])
def test_what_is_no_question_at_all_is_unreadable(value: bytes) -> None:
    with pytest.raises(MessageUnreadable):
        decode_comparison_request(value)
