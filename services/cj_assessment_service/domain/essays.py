"""Essays as they are named, loaded, failed and compared."""

from dataclasses import dataclass

from cj_assessment_service.domain.errors import ErrorCode
from cj_assessment_service.domain.identifiers import AnchorId, EssayId, Grade, StorageId

MINIMUM_ESSAY_CHARACTERS = 20
"""Shorter texts are refused: there is nothing to judge."""


@dataclass(frozen=True, slots=True)
class EssayReference:
    """An essay of a request: who it is and where its text lies. `name` is what people call it."""

    essay_id: EssayId
    storage_id: StorageId
    name: str | None = None


@dataclass(frozen=True, slots=True)
class AnchorReference:
    """A registered anchor: an essay whose grade is known."""

    anchor_id: AnchorId
    label: str
    grade: Grade
    storage_id: StorageId


@dataclass(frozen=True, slots=True)
class LoadedEssay:
    """An essay with its text. `known_grade` is set for anchors only; `requested` is false for anchors that were
    added from the assignment and are nobody's submission.
    """

    essay_id: EssayId
    storage_id: StorageId
    text: str
    name: str | None = None
    known_grade: Grade | None = None
    requested: bool = True


@dataclass(frozen=True, slots=True)
class FailedEssay:
    """An essay that could not be loaded: reported as failed, never dropped."""

    essay_id: EssayId
    storage_id: StorageId | None
    code: ErrorCode
    reason: str
    name: str | None = None
    requested: bool = True


@dataclass(frozen=True, slots=True)
class EssayItem:
    """A loaded essay as the comparison graph sees it: without its text.

    `score` and `se` (logits) are those of the last scoring, None before the first.
    """

    essay_id: EssayId
    known_grade: Grade | None = None
    name: str | None = None
    requested: bool = True
    score: float | None = None
    se: float | None = None

    @property
    def is_anchor(self) -> bool:
        return self.known_grade is not None
