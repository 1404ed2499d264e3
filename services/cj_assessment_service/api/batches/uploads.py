"""Essays out of uploaded files, which lie on the disk of this process only while they are read."""

import asyncio
import shutil
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory

from litestar.datastructures import UploadFile

from cj_assessment_service.domain.errors import InputProblem, InputRejected
from cj_assessment_service.domain.submissions import Submission
from cj_assessment_service.protocols import EssayFilesProtocol
from cj_assessment_service.wire.batch_bodies import FILES_PART, MAXIMUM_ESSAYS

READ_WHOLE = frozenset({".zip", ".csv", ".xlsx"})
"""A single file of these holds all essays; any other is one essay."""

MAXIMUM_NAME_BYTES = 200
MAXIMUM_UNPACKED_BYTES = 512 * 2**20
AT_ONCE = 1
"""Reading documents takes processor time, and memory for what is in them."""


@dataclass(frozen=True, slots=True)
class UploadReader:
    files: EssayFilesProtocol
    _few: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(AT_ONCE), init=False)

    async def read(self, uploads: Sequence[UploadFile]) -> Submission:
        """Raises InputRejected with every problem found."""
        async with self._few:
            return await asyncio.to_thread(self._read, uploads)

    def _read(self, uploads: Sequence[UploadFile]) -> Submission:
        names = _checked_names(uploads)
        with TemporaryDirectory(prefix="cj-upload-") as temporary:
            folder = Path(temporary)
            for name, upload in zip(names, uploads, strict=True):
                with (folder / name).open("wb") as written:
                    shutil.copyfileobj(upload.file, written)
            try:
                return self.files.read(_what_to_read(folder, names))
            except InputRejected as rejected:
                raise InputRejected(
                    tuple(_without_folder(problem, temporary) for problem in rejected.problems)
                ) from None


def _checked_names(uploads: Sequence[UploadFile]) -> tuple[str, ...]:
    """As they are written: without the folders some clients send along."""
    names = tuple(PurePosixPath(upload.filename.replace("\\", "/")).name for upload in uploads)
    problems = [
        InputProblem(
            FILES_PART, f"File {place} has a name that cannot be used.", "Give it a short, ordinary one."
        )
        for place, name in enumerate(names, start=1)
        if not _is_usable(name)
    ]
    if len({name.casefold() for name in names}) < len(names):
        problems.append(InputProblem(FILES_PART, "Two files have the same name.", "Rename one of them."))
    if problems:
        raise InputRejected(tuple(problems))
    return names


def _is_usable(name: str) -> bool:
    return (
        name.isprintable()
        and not name.startswith((".", "~"))
        and 0 < len(name.encode(errors="surrogatepass")) <= MAXIMUM_NAME_BYTES
    )


def _what_to_read(folder: Path, names: Sequence[str]) -> Path:
    if len(names) > 1 or Path(names[0]).suffix.lower() not in READ_WHOLE:
        return folder
    path = folder / names[0]
    if path.suffix.lower() == ".zip":
        _check_archive(path)
    return path


def _check_archive(path: Path) -> None:
    """Raises InputRejected for one that would unpack to more than any class writes. What is no archive is told elsewhere."""
    if not zipfile.is_zipfile(path):
        return
    with zipfile.ZipFile(path) as archive:
        entries = archive.infolist()
    if (
        len(entries) > 2 * MAXIMUM_ESSAYS
        or sum(entry.file_size for entry in entries) > MAXIMUM_UNPACKED_BYTES
    ):
        raise InputRejected(
            (
                InputProblem(
                    path.name,
                    f"The archive holds more than {2 * MAXIMUM_ESSAYS} files or, unpacked,"
                    f" {MAXIMUM_UNPACKED_BYTES // 2**20} MB.",
                    "Divide it, or save the essays without pictures.",
                ),
            )
        )


def _without_folder(problem: InputProblem, folder: str) -> InputProblem:
    where = problem.where.removeprefix(folder).lstrip("/") or FILES_PART
    return InputProblem(where, problem.what, problem.remedy)
