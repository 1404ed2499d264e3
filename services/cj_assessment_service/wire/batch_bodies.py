"""What a request for a batch says over HTTP."""

from decimal import Decimal
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, Field, model_validator

from cj_assessment_service.domain.answers import AnswerForm
from cj_assessment_service.domain.essays import MAXIMUM_ESSAY_CHARACTERS, MINIMUM_ESSAY_CHARACTERS
from cj_assessment_service.domain.panels import JudgeRole
from cj_assessment_service.domain.policies import PairStrategy
from cj_assessment_service.wire.assessment_request import CourseCode
from cj_assessment_service.wire.http import NAME_PATTERN, AssignmentName, Body, StorageName, readable

OPTIONS_PART = "request"
FILES_PART = "files"
"""The parts of a form: the options as JSON, and the essays."""

MAXIMUM_ESSAYS = 2000
MAXIMUM_PAIRS = 50_000
MAXIMUM_JUDGES = 20
LANGUAGE_PATTERN = r"^[a-z]{2,3}(-[A-Za-z0-9]{2,4})?$"

EssayName = Annotated[str, Field(min_length=1, max_length=255, pattern=NAME_PATTERN)]
DisplayName = Annotated[str, Field(min_length=1, max_length=255), AfterValidator(readable)]
Text = Annotated[str, Field(min_length=1, max_length=MAXIMUM_ESSAY_CHARACTERS), AfterValidator(readable)]
EssayText = Annotated[
    str,
    Field(min_length=MINIMUM_ESSAY_CHARACTERS, max_length=MAXIMUM_ESSAY_CHARACTERS),
    AfterValidator(readable),
]
JudgeName = Annotated[str, Field(min_length=1, max_length=255), AfterValidator(readable)]
OrganisationName = Annotated[str, Field(min_length=1, max_length=255), AfterValidator(readable)]
Share = Annotated[float, Field(gt=0, lt=1, allow_inf_nan=False)]


class EssayBody(Body):
    """An essay with its text, or with the storage id of its text: exactly one of the two."""

    id: EssayName
    text: EssayText | None = None
    storage_id: StorageName | None = None
    name: DisplayName | None = None

    @model_validator(mode="after")
    def _has_one_text(self) -> Self:
        if (self.text is None) == (self.storage_id is None):
            raise ValueError("an essay has either a text or a storage_id")
        return self


class JudgeBody(Body):
    """A judge of the panel. One with the share 2 gets twice as many questions as one with the share 1."""

    judge: JudgeName
    role: JudgeRole = JudgeRole.PRIMARY
    share: Annotated[float, Field(gt=0, le=1000, allow_inf_nan=False)] = 1.0


class PairBody(Body):
    """Two essays by id, in the order in which the judge is shown them."""

    first: EssayName
    second: EssayName


class BatchOptions(Body):
    """How a batch is to be judged. Money is in USD.

    With an assignment the task, the rubric, the scale and the anchors come from it. Without a language it is told from the
    texts. Without a goal (`target_reliability`, `max_expected_grade_changes`) the usual one holds; `budget`, `max_cost` and
    `max_seconds` are never exceeded. `organisation` is for the role service only.
    """

    assignment_id: AssignmentName | None = None
    course_code: CourseCode | None = None
    task: Text | None = None
    rubric: Text | None = None
    language: Annotated[str, Field(max_length=10, pattern=LANGUAGE_PATTERN)] | None = None
    prompt_language: Literal["en", "sv", "de"] | None = None
    judges: Annotated[tuple[JudgeBody, ...], Field(max_length=MAXIMUM_JUDGES)] = ()
    budget: Annotated[int, Field(ge=1, le=1_000_000)] | None = None
    max_cost: Annotated[Decimal, Field(gt=0, max_digits=18, decimal_places=8)] | None = None
    max_seconds: Annotated[float, Field(gt=0, le=10_000_000, allow_inf_nan=False)] | None = None
    target_reliability: Share | None = None
    max_expected_grade_changes: Share | None = None
    answers: AnswerForm = AnswerForm.GRADED
    strategy: PairStrategy | None = None
    pairs: Annotated[tuple[PairBody, ...], Field(max_length=MAXIMUM_PAIRS)] = ()
    pairs_only: bool = False
    seed: Annotated[int, Field(ge=0, lt=2**31)] | None = None
    reuse_answers: bool = False
    local_only: bool = False
    organisation: OrganisationName | None = None


class BatchBody(BatchOptions):
    """A batch whose essays are named or brought along here."""

    essays: Annotated[tuple[EssayBody, ...], Field(min_length=1, max_length=MAXIMUM_ESSAYS)]


class UploadOptions(BatchOptions):
    """Beside the files of a batch. With `skip_bad` files that hold no essay are left out and listed as failed."""

    skip_bad: bool = False
