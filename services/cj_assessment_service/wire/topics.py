"""The names of the topics; the type of an event in its envelope is the name of its topic."""

REQUESTED = "huleedu.els.cj_assessment.requested.v1"
COMPARISON_RESULT = "huleedu.llm_provider.comparison_result.v1"
COMPLETED = "huleedu.cj_assessment.completed.v1"
FAILED = "huleedu.cj_assessment.failed.v1"
RESULT_PUBLISHED = "huleedu.assessment.result.published.v1"
RESOURCE_CONSUMPTION = "huleedu.resource.consumption.v1"
COMPARISON_REQUESTED = "huleedu.cj_assessment.comparison_requested.v1"
"""Questions for our own judge workers, keyed by batch."""

DEAD_LETTER_SUFFIX = ".dead-letter"
