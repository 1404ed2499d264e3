"""`cj dlq`: messages that could not be handled."""

import asyncio
from collections.abc import Mapping, Sequence

import click

from cj_assessment_service.cli.installed import running
from cj_assessment_service.cli.services import Services
from cj_assessment_service.cli.tables import Column, listing_lines, listing_table
from cj_assessment_service.cli.talk import Talk, talk_for
from cj_assessment_service.domain.errors import ConfigurationRejected
from cj_assessment_service.domain.messages import DeadLetter
from cj_assessment_service.reports.document import Json

MOST_LISTED = 50
MOST_LOOKED_AT = 10_000
"""Letters that are searched for those of one topic or id."""

NOTHING_PARKED = "No message is parked."

COLUMNS: tuple[Column[DeadLetter], ...] = (
    Column("id", lambda letter: letter.letter_id),
    Column("parked", lambda letter: f"{letter.parked_at.astimezone():%Y-%m-%d %H:%M}"),
    Column("topic", lambda letter: letter.message.topic),
    Column("key", lambda letter: letter.message.key, may_shrink=True),
    Column("bytes", lambda letter: str(len(letter.message.value)), is_number=True),
    Column("reason", lambda letter: letter.reason, may_shrink=True),
)

of_topic = click.option("--topic", help="Only messages of this topic.")


@click.group()
def dlq() -> None:
    """Messages that could not be handled, and were parked with the reason."""


@dlq.command("list")
@of_topic
@click.option("--limit", type=click.IntRange(min=1), default=MOST_LISTED, show_default=True)
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")
def list_letters(topic: str | None, limit: int, as_json: bool) -> None:
    """List parked messages, oldest first, without their content."""
    asyncio.run(_list(topic, limit, talk_for(as_json)))


async def _list(topic: str | None, limit: int, talk: Talk) -> None:
    async with running(talk) as services:
        letters = (await _letters(services, topic))[:limit]
    for letter in letters:
        talk.send(letter_document(letter))
    if not letters:
        talk.say(NOTHING_PARKED)
        return
    talk.show(listing_table(COLUMNS, letters))
    if not talk.is_watched:
        for line in listing_lines(COLUMNS, letters):
            talk.say(line)


@dlq.command(short_help="Send parked messages to their topic again.")
@of_topic
@click.option("--id", "ids", multiple=True, metavar="ID", help="Only this one; may be repeated.")
@click.option("--limit", type=click.IntRange(min=1), default=MOST_LISTED, show_default=True)
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")
def replay(topic: str | None, ids: Sequence[str], limit: int, as_json: bool) -> None:
    """Send parked messages to their topic again, oldest first, as they arrived.

    What still cannot be handled is parked again. Repeats do no harm: a request that was accepted and an answer that was
    recorded change nothing when they arrive once more.
    """
    asyncio.run(_replay(topic, frozenset(ids), limit, talk_for(as_json)))


async def _replay(topic: str | None, ids: frozenset[str], limit: int, talk: Talk) -> None:
    async with running(talk) as services:
        letters = await _letters(services, topic)
        unknown = ids - {letter.letter_id for letter in letters}
        if unknown:
            raise ConfigurationRejected(
                f"No message is parked under {', '.join(sorted(unknown))}. `cj dlq list` shows the ids."
            )
        chosen = [letter for letter in letters if not ids or letter.letter_id in ids][:limit]
        for letter in chosen:
            await services.dead_letters.replay(letter)
            talk.send(letter_document(letter))
    talk.say(NOTHING_PARKED if not chosen else f"Sent again: {len(chosen)}.")


async def _letters(services: Services, topic: str | None) -> list[DeadLetter]:
    letters = await services.dead_letters.list_letters(MOST_LOOKED_AT)
    return [letter for letter in letters if topic is None or letter.message.topic == topic]


def letter_document(letter: DeadLetter) -> Mapping[str, Json]:
    """Without the content, which may hold texts."""
    return {
        "id": letter.letter_id,
        "topic": letter.message.topic,
        "key": letter.message.key,
        "bytes": len(letter.message.value),
        "reason": letter.reason,
        "parked_at": letter.parked_at.isoformat(),
    }
