"""The folder of results."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryFile

from cj_assessment_service.domain.errors import CJError, ConfigurationRejected

FORMATS = ("csv", "xlsx", "json", "html", "disclosure")


@dataclass(frozen=True, slots=True)
class ResultFile:
    name: str
    content: bytes


class ResultsNotWritten(CJError):
    """The folder took the results no longer."""


def prepare_folder(folder: Path) -> None:
    """Finds out before anything is paid for whether results can be written there. Raises ConfigurationRejected."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with TemporaryFile(dir=folder):
            pass
    except OSError as error:
        raise ConfigurationRejected(
            f"The results cannot be written to {folder} ({error.strerror}). Name another folder with --out."
        ) from error


STORED = "They are safe in the database: `cj results BATCH --out FOLDER` writes them anywhere."


def write_results(folder: Path, files: Sequence[ResultFile], remedy: str = STORED) -> None:
    """Each file is replaced whole, so that nobody ever reads half a file. Raises ResultsNotWritten, with the remedy."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for file in files:
            draft = folder / f".{file.name}.part"
            draft.write_bytes(file.content)
            draft.replace(folder / file.name)
    except OSError as error:
        raise ResultsNotWritten(
            f"The results cannot be written to {folder} ({error.strerror}). {remedy}"
        ) from error
