"""Files as they lie in a folder."""

import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from cj_assessment_service.domain.errors import InputRejected
from cj_assessment_service.implementations.essay_files.problems import refusal

MAXIMUM_FILE_BYTES = 50 * 2**20
_LEFT_BY_SYSTEMS = frozenset({"thumbs.db", "desktop.ini", "__macosx", "icon\r"})


@dataclass(frozen=True, slots=True)
class StoredFile:
    """A file by its name without folders. `load` gives its content and raises InputRejected when that fails."""

    name: str
    load: Callable[[], bytes]


def is_left_by_system(name: str) -> bool:
    """Hidden files, locks of open documents, and what file managers leave behind."""
    return name.startswith((".", "~$")) or name.lower() in _LEFT_BY_SYSTEMS


def files_of_folder(folder: Path) -> Iterator[StoredFile]:
    """The files directly inside, by name."""
    for path in sorted(folder.iterdir(), key=lambda path: unicodedata.normalize("NFC", path.name)):
        if not is_left_by_system(path.name) and not path.is_dir():
            yield stored_file(path)


def stored_file(path: Path) -> StoredFile:
    return StoredFile(path.name, partial(load_file, path))


def load_file(path: Path) -> bytes:
    """Raises InputRejected for what is missing, no ordinary file, unreadable or too large."""
    try:
        if not path.is_file():
            raise refusal(path.name, "There is no such file.", "Check the name.")
        size = path.stat().st_size
        if size > MAXIMUM_FILE_BYTES:
            raise too_large(path.name, size)
        return path.read_bytes()
    except OSError as error:
        raise refusal(
            path.name, f"The file cannot be read ({error.strerror}).", "Check that you may read it."
        ) from error


def too_large(name: str, size: int) -> InputRejected:
    """The error for a file beyond the limit."""
    return refusal(
        name,
        f"The file has {size / 2**20:,.0f} MB; the limit is {MAXIMUM_FILE_BYTES // 2**20} MB.",
        "Take out the pictures, or save only the text.",
    )
