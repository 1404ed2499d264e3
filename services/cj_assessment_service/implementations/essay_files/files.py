"""The adapter: everything people hand in as files."""

from collections.abc import Iterator
from pathlib import Path

from cj_assessment_service.domain.errors import InputRejected
from cj_assessment_service.domain.grades import GradeScale
from cj_assessment_service.domain.privacy import ListedStudent
from cj_assessment_service.domain.submissions import Submission, SubmittedAnchor, SubmittedPairs
from cj_assessment_service.implementations.essay_files.anchors import read_anchors
from cj_assessment_service.implementations.essay_files.archive import files_of_archive
from cj_assessment_service.implementations.essay_files.class_lists import read_class_list
from cj_assessment_service.implementations.essay_files.collection import (
    FoundEssay,
    essays_of_files,
    essays_of_table,
    gather,
)
from cj_assessment_service.implementations.essay_files.documents import DOCUMENT_TYPES, read_document
from cj_assessment_service.implementations.essay_files.pair_plans import read_pairs
from cj_assessment_service.implementations.essay_files.problems import refusal
from cj_assessment_service.implementations.essay_files.stored_files import files_of_folder, stored_file
from cj_assessment_service.implementations.essay_files.tables import TABLE_TYPES
from cj_assessment_service.protocols import EssayFilesProtocol

_TYPES = ", ".join(DOCUMENT_TYPES)
_WHAT_TO_GIVE = (
    f"Give a folder or .zip of {_TYPES} files, or a .csv or .xlsx table with the columns `id` and `text`."
)


class EssayFiles(EssayFilesProtocol):
    """Folders, ZIP archives and tables of essays, tables of anchors, and single texts."""

    def read(self, path: Path) -> Submission:
        try:
            submission = gather(_found(path))
        except OSError as error:
            raise _unreadable(path, error) from error
        if submission.essays:
            return submission
        if submission.refused:
            raise InputRejected(submission.problems)
        raise refusal(
            str(path), "There is no essay in it; folders inside are not looked into.", _WHAT_TO_GIVE
        )

    def read_anchors(
        self, path: Path, submission: Submission, scale: GradeScale
    ) -> tuple[SubmittedAnchor, ...]:
        if path.suffix.lower() not in TABLE_TYPES:
            raise refusal(
                str(path),
                "Anchors are read from a table only.",
                "Give a .csv or .xlsx file with the columns `id` and `grade`.",
            )
        return read_anchors(path, submission, scale)

    def read_pairs(
        self, path: Path, submission: Submission, anchors: tuple[SubmittedAnchor, ...]
    ) -> SubmittedPairs:
        if path.suffix.lower() not in TABLE_TYPES:
            raise refusal(
                str(path),
                "Pairs are read from a table only.",
                "Give a .csv or .xlsx file with the columns `first` and `second`.",
            )
        return read_pairs(path, submission, anchors)

    def read_class_list(self, path: Path) -> tuple[ListedStudent, ...]:
        return read_class_list(path)

    def read_text(self, path: Path) -> str:
        text = read_document(stored_file(path)).text
        if not text or "\0" in text:
            raise refusal(str(path), "There is no text in it.", "Fill in the text, or name another file.")
        return text


def _found(path: Path) -> Iterator[FoundEssay]:
    suffix = path.suffix.lower()
    if path.is_dir():
        return essays_of_files(files_of_folder(path))
    if not path.exists():
        raise refusal(str(path), "There is no such file or folder.", "Check the path.")
    if suffix == ".zip":
        return essays_of_files(files_of_archive(path))
    if suffix in TABLE_TYPES:
        return essays_of_table(path)
    if suffix in DOCUMENT_TYPES:
        raise refusal(
            str(path),
            "This is a single text, and essays are compared with each other.",
            "Put the essays into one folder and name the folder.",
        )
    raise refusal(str(path), "No essays can be read from a file of this type.", _WHAT_TO_GIVE)


def _unreadable(path: Path, error: OSError) -> InputRejected:
    return refusal(str(path), f"It cannot be read ({error.strerror}).", "Check that you may read it.")
