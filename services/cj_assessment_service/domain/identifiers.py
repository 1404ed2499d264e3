"""The names of things: distinct types, so that one id can never be passed for another."""

from typing import NewType
from uuid import UUID

BatchId = NewType("BatchId", int)
"""Our own number of one assessment batch."""

OuterBatchId = NewType("OuterBatchId", str)
"""The requester's id of the batch (`bos_batch_id` in the contracts)."""

EssayId = NewType("EssayId", str)
AssignmentId = NewType("AssignmentId", str)
CourseId = NewType("CourseId", str)
AnchorId = NewType("AnchorId", int)
StorageId = NewType("StorageId", str)
"""Where a text lies in the content store; the same id means the same text."""

RequestId = NewType("RequestId", UUID)
"""Names one comparison asked of one judge; an answer is matched by it."""

SubmissionId = NewType("SubmissionId", UUID)
"""Names one batch of questions handed to a provider as a whole; drawn before the provider knows of it."""

DeadLetterId = NewType("DeadLetterId", str)
"""Names one parked message where it is kept."""

CorrelationId = NewType("CorrelationId", UUID)
EventId = NewType("EventId", UUID)
ClaimToken = NewType("ClaimToken", UUID)
"""Proves who holds the hand-over from one wave to the next."""

UserId = NewType("UserId", str)
OrganisationId = NewType("OrganisationId", str)
GradeScaleId = NewType("GradeScaleId", str)
Grade = NewType("Grade", str)
