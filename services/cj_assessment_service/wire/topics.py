"""The names of the topics; the type of an event in its envelope is the name of its topic."""

from enum import StrEnum

REQUESTED = "huleedu.els.cj_assessment.requested.v1"
COMPARISON_RESULT = "huleedu.llm_provider.comparison_result.v1"
COMPLETED = "huleedu.cj_assessment.completed.v1"
FAILED = "huleedu.cj_assessment.failed.v1"
RESULT_PUBLISHED = "huleedu.assessment.result.published.v1"
RESOURCE_CONSUMPTION = "huleedu.resource.consumption.v1"
COMPARISON_REQUESTED = "huleedu.cj_assessment.comparison_requested.v1"
"""Questions for our own judge workers, keyed by batch."""

DEAD_LETTER_SUFFIX = ".dead-letter"
"""Of the topic where messages of another one are parked."""


class ConsumerGroup(StrEnum):
    """Who shares the messages of which topics; apart, so that slow requests never delay answers."""

    REQUESTS = "requests"
    ANSWERS = "answers"
    WORKERS = "workers"

    @property
    def topics(self) -> tuple[str, ...]:
        return _TOPICS_OF[self]


_TOPICS_OF = {
    ConsumerGroup.REQUESTS: (REQUESTED,),
    ConsumerGroup.ANSWERS: (COMPARISON_RESULT,),
    ConsumerGroup.WORKERS: (COMPARISON_REQUESTED,),
}

CONSUMED = tuple(topic for group in ConsumerGroup for topic in group.topics)
"""The topics whose messages may be parked."""

PUBLISHED = (COMPLETED, FAILED, RESULT_PUBLISHED, RESOURCE_CONSUMPTION)
"""The topics where results leave."""
