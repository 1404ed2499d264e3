"""Files as they lie in a ZIP archive: read in memory, never unpacked to disk."""

import posixpath
from collections.abc import Iterator
from functools import partial
from pathlib import Path, PurePosixPath
from zipfile import ZipFile, ZipInfo

from cj_assessment_service.implementations.essay_files.problems import damage_refused, refusal
from cj_assessment_service.implementations.essay_files.stored_files import (
    MAXIMUM_FILE_BYTES,
    StoredFile,
    is_left_by_system,
    too_large,
)
from cj_assessment_service.implementations.essay_files.texts import tidy

MAXIMUM_ARCHIVE_BYTES = 2 * 2**30
_UTF8_NAME = 0x800
_ENCRYPTED = 0x1


def files_of_archive(path: Path) -> Iterator[StoredFile]:
    """The files directly inside, or directly inside the folder that holds everything else, by name.

    Each can be loaded until the next one is asked for. Raises InputRejected.
    """
    with damage_refused(path.name, "a ZIP archive"):
        archive = ZipFile(path)
    with archive:
        entries = _entries(archive)
        size = sum(info.file_size for _, info in entries)
        if size > MAXIMUM_ARCHIVE_BYTES:
            raise refusal(
                path.name,
                f"Unpacked, the archive takes {size / 2**30:,.1f} GB; the limit is {MAXIMUM_ARCHIVE_BYTES // 2**30} GB.",
                "Divide it, or save the essays without pictures.",
            )
        for name, info in entries:
            yield StoredFile(name, partial(_load, archive, name, info))


def _entries(archive: ZipFile) -> list[tuple[str, ZipInfo]]:
    found = [(_path(info), info) for info in archive.infolist() if not info.is_dir()]
    found = [(path, info) for path, info in found if not any(map(is_left_by_system, path.parts))]
    if not found:
        return []
    folder = PurePosixPath(posixpath.commonpath([path.parent for path, _ in found]))
    return sorted(
        ((path.name, info) for path, info in found if path.parent == folder), key=lambda entry: entry[0]
    )


def _path(info: ZipInfo) -> PurePosixPath:
    """Only a name inside the archive; some programs on Windows write it with backslashes."""
    parts = _name(info).replace("\\", "/").split("/")
    return PurePosixPath(*(part for part in parts if part not in {"", ".", ".."}))


def _name(info: ZipInfo) -> str:
    """Archives from macOS hold UTF-8 without saying so; `zipfile` then takes it for the old code page."""
    if info.flag_bits & _UTF8_NAME:
        return tidy(info.filename)
    try:
        return tidy(info.filename.encode("cp437").decode())
    except UnicodeError:
        return tidy(info.filename)


def _load(archive: ZipFile, name: str, info: ZipInfo) -> bytes:
    if info.flag_bits & _ENCRYPTED:
        raise refusal(
            name, "The archive is protected with a password.", "Make an archive without a password."
        )
    # the size an entry declares is also the most that is ever unpacked
    if info.file_size > MAXIMUM_FILE_BYTES:
        raise too_large(name, info.file_size)
    with damage_refused(name, "a part of the archive"):
        return archive.read(info)
