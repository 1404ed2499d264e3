"""What people hand in: essays and anchors as their files hold them."""

from dataclasses import dataclass

from cj_assessment_service.domain.comparisons import OrientedPair
from cj_assessment_service.domain.errors import InputProblem
from cj_assessment_service.domain.essays import TextFinding
from cj_assessment_service.domain.identifiers import EssayId, Grade

MAXIMUM_ESSAY_ID_CHARACTERS = 255
"""Longer ids cannot be stored."""


@dataclass(frozen=True, slots=True)
class SubmittedEssay:
    """An essay ready to be assessed. `source` is its file, or file and row, for messages; `name` is what people call it
    where that differs from the id; `findings` is what was seen in its file.
    """

    essay_id: EssayId
    text: str
    source: str
    name: str | None = None
    findings: tuple[TextFinding, ...] = ()


@dataclass(frozen=True, slots=True)
class RefusedEssay:
    """An essay that cannot be assessed. Where its own id is missing or taken, `essay_id` is its file name or row."""

    essay_id: EssayId
    problem: InputProblem
    name: str | None = None


@dataclass(frozen=True, slots=True)
class Submission:
    """All that was handed in, in the order of the files or rows. Raises ValueError when an id occurs twice."""

    essays: tuple[SubmittedEssay, ...]
    refused: tuple[RefusedEssay, ...]

    def __post_init__(self) -> None:
        ids = [essay.essay_id for essay in self.essays] + [essay.essay_id for essay in self.refused]
        if len(set(ids)) != len(ids):
            raise ValueError("every essay of a submission needs an id of its own")

    @property
    def problems(self) -> tuple[InputProblem, ...]:
        """Why essays were refused."""
        return tuple(essay.problem for essay in self.refused)


@dataclass(frozen=True, slots=True)
class SubmittedPairs:
    """Pairs of a plan, at least one, in the order of their rows. `locked` says that the file itself forbids to ask anything
    else.
    """

    pairs: tuple[OrientedPair, ...]
    locked: bool


@dataclass(frozen=True, slots=True)
class SubmittedAnchor:
    """An essay whose grade is known. `text` is None when the essay is also submitted: it is the same one."""

    essay_id: EssayId
    grade: Grade
    text: str | None
