"""Parameters the routes of batches share."""

from typing import Annotated

from litestar.params import HeaderParameter, Parameter, QueryParameter

from cj_assessment_service.domain.batches import BatchStatus
from cj_assessment_service.wire.http import NAME_PATTERN

LARGEST_ID = 2**63 - 1

BatchInPath = Annotated[int, Parameter(ge=1, le=LARGEST_ID, description="The number of the batch.")]
EssayInPath = Annotated[str, Parameter(max_length=255, pattern=NAME_PATTERN)]
PageSize = Annotated[int, Parameter(ge=1, le=200)]
Before = Annotated[
    int | None, Parameter(ge=1, le=LARGEST_ID, description="Only batches older than this one.")
]
After = Annotated[int, Parameter(ge=0, le=2**31 - 1, description="Only comparisons after this sequence.")]
StatusInQuery = Annotated[BatchStatus | None, QueryParameter(name="status")]
IdempotencyKey = Annotated[
    str | None,
    HeaderParameter(
        name="Idempotency-Key",
        min_length=1,
        max_length=255,
        description="The same key with the same request gives the same batch, however often it is sent.",
    ),
]
