"""Essays as they are named, loaded, failed and compared."""

from dataclasses import dataclass
from enum import StrEnum

from cj_assessment_service.domain.errors import ErrorCode
from cj_assessment_service.domain.identifiers import (
    AnchorId,
    AssignmentId,
    EssayId,
    Grade,
    GradeScaleId,
    OrganisationId,
    StorageId,
)

MINIMUM_ESSAY_CHARACTERS = 20
"""Shorter texts are refused: there is nothing to judge."""

MAXIMUM_ESSAY_CHARACTERS = 500_000
"""Longer texts are refused: no essay is, and thousands of them would fill any memory."""


class Suspicion(StrEnum):
    """Why a text may have been written for a judge that is a program, and not for a reader."""

    ORDERS = "orders"
    """It tells the judge what to decide, or to forget what it was told."""

    ADDRESSES_JUDGE = "addresses_judge"
    POSES_AS_SYSTEM = "poses_as_system"
    """It speaks as the program around the judge would, or gives the judge another part to play."""

    FAKE_VERDICT = "fake_verdict"
    FAKE_MARKS = "fake_marks"
    """It imitates the marks that part the texts from the question."""

    CLAIMS_AUTHORITY = "claims_authority"
    """It claims that the decision was made already, or something about the other text that cannot be known."""

    ASKS_FOR_PROMPT = "asks_for_prompt"
    INVISIBLE_CHARACTERS = "invisible_characters"
    TURNED_LETTERS = "turned_letters"
    """Control characters make it read in another direction than it is stored."""

    LOOK_ALIKE_LETTERS = "look_alike_letters"
    """Words mix alphabets, so that they are not what they look like."""

    HIDDEN_TEXT = "hidden_text"
    """Its file holds words that no reader sees; they were left out."""


LONGEST_EXCERPT = 120


@dataclass(frozen=True, slots=True)
class TextFinding:
    """Something suspicious in a text, with the words it was found in (one printable line). Raises ValueError for an excerpt
    of more than 120 characters.
    """

    suspicion: Suspicion
    excerpt: str

    def __post_init__(self) -> None:
        if len(self.excerpt) > LONGEST_EXCERPT:
            raise ValueError(f"an excerpt has at most {LONGEST_EXCERPT} characters, not {len(self.excerpt)}")


@dataclass(frozen=True, slots=True)
class EssayReference:
    """An essay of a request: who it is and where its text lies. `name` is what people call it, `findings` what was seen in
    its file.
    """

    essay_id: EssayId
    storage_id: StorageId
    name: str | None = None
    findings: tuple[TextFinding, ...] = ()


@dataclass(frozen=True, slots=True)
class AnchorDraft:
    """An anchor to be registered. Without an organisation it is shared by all."""

    assignment_id: AssignmentId
    scale_id: GradeScaleId
    label: str
    grade: Grade
    storage_id: StorageId
    organisation_id: OrganisationId | None = None


@dataclass(frozen=True, slots=True)
class AnchorReference:
    """A registered anchor: an essay whose grade is known. Without an organisation it is shared by all."""

    anchor_id: AnchorId
    label: str
    grade: Grade
    storage_id: StorageId
    organisation_id: OrganisationId | None = None


@dataclass(frozen=True, slots=True)
class LoadedEssay:
    """An essay with its text as judges shall see it. `known_grade` is set for anchors only; `requested` is false for
    anchors that were added from the assignment and are nobody's submission.
    """

    essay_id: EssayId
    storage_id: StorageId
    text: str
    name: str | None = None
    known_grade: Grade | None = None
    requested: bool = True
    findings: tuple[TextFinding, ...] = ()


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
    findings: tuple[TextFinding, ...] = ()

    @property
    def is_anchor(self) -> bool:
        return self.known_grade is not None

    @property
    def is_suspect(self) -> bool:
        """Whether its text may try to influence the judge."""
        return bool(self.findings)
