"""Parked messages are kept, told and sent again, whoever keeps them."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest

from cj_assessment_service.domain.messages import Message
from cj_assessment_service.implementations.dead_letters import PostgreSQLDeadLetters
from cj_assessment_service.implementations.in_process_bus import InProcessMessageBus
from cj_assessment_service.implementations.kafka.dead_letters import KafkaDeadLetters
from cj_assessment_service.implementations.system_clock import SystemClock
from cj_assessment_service.protocols import DeadLetterProtocol, MessageSourceProtocol, SessionProviderProtocol
from cj_assessment_service.tests.fixtures.kafka import Kafka, numbered, take
from cj_assessment_service.wire.topics import DEAD_LETTER_SUFFIX


@dataclass(frozen=True, slots=True)
class Kept:
    """Dead letters of one topic, and where its messages arrive again."""

    letters: DeadLetterProtocol
    topic: str
    source: MessageSourceProtocol

    async def park(self, *numbers: int) -> None:
        for number in numbers:
            await self.letters.park(numbered(self.topic, number), f"It cannot be read (number {number}).")

    async def waiting(self, limit: int = 100) -> list[int]:
        return [int(letter.message.value) for letter in await self.letters.list_letters(limit)]

    async def replay(self, number: int) -> None:
        [letter] = [
            each for each in await self.letters.list_letters(100) if int(each.message.value) == number
        ]
        await self.letters.replay(letter)


class DeadLetterContract:
    """What anybody promises who keeps dead letters."""

    async def test_a_letter_tells_everything_about_its_message(self, kept: Kept) -> None:
        message = Message(kept.topic, "nyckel-å", b"\x00\xff not text at all")
        await kept.letters.park(message, "Den går inte att läsa.")
        [letter] = await kept.letters.list_letters(10)
        assert (letter.message, letter.reason) == (message, "Den går inte att läsa.")
        assert abs(letter.parked_at - datetime.now(UTC)) < timedelta(minutes=1)

    async def test_letters_are_told_oldest_first_and_no_more_than_asked_for(self, kept: Kept) -> None:
        await kept.park(1, 2, 3, 4)
        assert await kept.waiting(3) == [1, 2, 3]
        assert await kept.waiting() == [1, 2, 3, 4]

    async def test_nothing_parked_is_nothing_told(self, kept: Kept) -> None:
        assert await kept.waiting() == []

    async def test_what_is_sent_again_arrives_byte_for_byte_and_is_told_no_more(self, kept: Kept) -> None:
        await kept.park(1, 2, 3)
        await kept.replay(2)
        [arrived] = await take(kept.source, 1)
        assert arrived.message == numbered(kept.topic, 2)
        assert await kept.waiting() == [1, 3]

    async def test_letters_may_be_sent_again_in_any_order(self, kept: Kept) -> None:
        await kept.park(*range(6))
        for number in (4, 0, 2, 1):
            await kept.replay(number)
        assert await kept.waiting() == [3, 5]
        for number in (5, 3):
            await kept.replay(number)
        assert await kept.waiting() == []
        await kept.park(7)
        assert await kept.waiting() == [7]

    async def test_a_message_may_be_parked_more_than_once(self, kept: Kept) -> None:
        await kept.park(1, 1)
        letters = await kept.letters.list_letters(10)
        assert len({letter.letter_id for letter in letters}) == 2
        await kept.letters.replay(letters[0])
        assert await kept.waiting() == [1]


class TestKafkaDeadLetters(DeadLetterContract):
    @pytest.fixture
    async def kept(self, kafka: Kafka) -> Kept:
        topic = await kafka.topic()
        await kafka.topic(2, topic + DEAD_LETTER_SUFFIX)
        topics = (topic,) if kafka.is_mock else (topic, "a-topic-that-is-not-there")
        letters = KafkaDeadLetters(kafka.policy, kafka.producer, SystemClock(), topics)
        return Kept(letters, topic, await kafka.source(topic))

    async def test_what_others_parked_is_told_too(self, kept: Kept, kafka: Kafka) -> None:
        await kafka.publisher.publish(Message(kept.topic + DEAD_LETTER_SUFFIX, "k", b"8"))
        [letter] = await kept.letters.list_letters(10)
        assert letter.message == numbered(kept.topic, 8)


class TestPostgreSQLDeadLetters(DeadLetterContract):
    @pytest.fixture
    def kept(self, session_provider: SessionProviderProtocol) -> Kept:
        bus = InProcessMessageBus()
        return Kept(PostgreSQLDeadLetters(session_provider, bus, SystemClock()), "t", bus.subscribe("t"))
