"""What is known of the people behind the texts, and what becomes of their names."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from cj_assessment_service.domain.identifiers import BatchId, EssayId


class NameEvidence(StrEnum):
    """Where a student's name was read."""

    FILE_NAME = "file_name"
    """From a file name that looks like a person's name: a guess, if a good one."""

    TABLE = "table"
    HEADER = "header"
    CLASS_LIST = "class_list"

    @property
    def is_stated(self) -> bool:
        """Somebody said that this is a student's name."""
        return self is not NameEvidence.FILE_NAME


@dataclass(frozen=True, slots=True)
class Student:
    """A person by the name that was read; `evidence` is the best there is."""

    name: str
    evidence: NameEvidence


@dataclass(frozen=True, slots=True)
class ListedStudent:
    """A row of a class list; `essay_id` is set where the list says whose essay is whose."""

    name: str
    essay_id: EssayId | None = None


class NameHandling(StrEnum):
    """What was done about students' names before a batch was requested."""

    NOT_LOOKED_FOR = "not_looked_for"
    KEPT = "kept"
    REPLACED = "replaced"
    REPLACED_IN_TEXTS = "replaced_in_texts"
    """The ids stayed, because recorded decisions know essays by nothing else."""

    @property
    def leaves_ids(self) -> bool:
        """Whether ids may hold the names of students."""
        return self in {NameHandling.KEPT, NameHandling.REPLACED_IN_TEXTS}


@dataclass(frozen=True, slots=True)
class PrivacySettings:
    """`local_only`: no text may leave this machine. `replacements` counts the names that gave way to pseudonyms, in
    `texts_changed` texts.
    """

    local_only: bool = False
    names: NameHandling = NameHandling.NOT_LOOKED_FOR
    replacements: int = 0
    texts_changed: int = 0


NOTHING_DONE: Final = PrivacySettings()


@dataclass(frozen=True, slots=True)
class EndedBatch:
    """A batch that has ended, and whether it still has its texts."""

    batch_id: BatchId
    has_texts: bool


@dataclass(frozen=True, slots=True)
class PseudonymBook:
    """The secret that pseudonyms are made from and what they stand for. `names` pairs each pseudonym with the name as it
    was first read, `labels` each opaque id or label of an essay with the real one; nothing stands twice in either column.
    """

    secret: bytes
    names: tuple[tuple[str, str], ...] = ()
    labels: tuple[tuple[str, str], ...] = ()

    def __repr__(self) -> str:
        return f"PseudonymBook({len(self.names)} names)"
