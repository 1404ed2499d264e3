"""Messages that cannot be handled, in a table, where no broker keeps them."""

from dataclasses import dataclass

from sqlalchemy import delete, insert, select

from cj_assessment_service.domain.clock import Clock
from cj_assessment_service.domain.identifiers import DeadLetterId
from cj_assessment_service.domain.messages import DeadLetter as ParkedMessage
from cj_assessment_service.domain.messages import Message
from cj_assessment_service.models_db import DeadLetter
from cj_assessment_service.protocols import (
    DeadLetterProtocol,
    MessagePublisherProtocol,
    SessionProviderProtocol,
)


@dataclass(frozen=True, slots=True)
class PostgreSQLDeadLetters(DeadLetterProtocol):
    """The same promise as a broker's, so each call is a transaction of its own."""

    sessions: SessionProviderProtocol
    publisher: MessagePublisherProtocol
    clock: Clock

    async def park(self, message: Message, reason: str) -> None:
        async with self.sessions.session() as session:
            await session.execute(
                insert(DeadLetter).values(
                    topic=message.topic,
                    event_key=message.key,
                    value=message.value,
                    reason=reason,
                    parked_at=self.clock.now(),
                )
            )
            await session.commit()

    async def list_letters(self, limit: int) -> tuple[ParkedMessage, ...]:
        async with self.sessions.session() as session:
            rows = await session.scalars(select(DeadLetter).order_by(DeadLetter.id).limit(limit))
            return tuple(
                ParkedMessage(
                    DeadLetterId(str(row.id)),
                    Message(row.topic, row.event_key, row.value),
                    row.reason,
                    row.parked_at,
                )
                for row in rows
            )

    async def replay(self, letter: ParkedMessage) -> None:
        await self.publisher.publish(letter.message)
        async with self.sessions.session() as session:
            await session.execute(delete(DeadLetter).where(DeadLetter.id == int(letter.letter_id)))
            await session.commit()
