"""The key file: the secret behind the pseudonyms and the names they stand for, for its owner's eyes only."""

import fcntl
import os
import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from cj_assessment_service.domain.errors import ConfigurationRejected
from cj_assessment_service.domain.privacy import PseudonymBook
from cj_assessment_service.protocols import PseudonymKeysProtocol
from cj_assessment_service.wire.pseudonym_book import decode_book, encode_book

SECRET_BYTES = 32
OWNER_ONLY = 0o600
_OTHERS = 0o077

Made = TypeVar("Made")


@dataclass(frozen=True, slots=True)
class PseudonymFile(PseudonymKeysProtocol):
    """JSON, replaced whole; processes that write at once wait for each other."""

    usual_path: Path

    @property
    def default_path(self) -> Path:
        return self.usual_path

    def read(self, path: Path) -> PseudonymBook | None:
        with _usable(path):
            if not path.exists():
                return None
            _check_mode(path)
            return decode_book(path.read_bytes(), str(path))

    def change(self, path: Path, change: Callable[[PseudonymBook], tuple[PseudonymBook, Made]]) -> Made:
        with _usable(path):
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            with _locked(path):
                before = self.read(path) or PseudonymBook(secrets.token_bytes(SECRET_BYTES))
                after, outcome = change(before)
                if after != before:
                    _write(path, after)
        return outcome


def _write(path: Path, book: PseudonymBook) -> None:
    draft = path.with_name(f".{path.name}.part")
    draft.unlink(missing_ok=True)
    # created closed: what is closed afterwards could be opened before
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, OWNER_ONLY)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(encode_book(book))
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)


def _check_mode(path: Path) -> None:
    """Raises ConfigurationRejected for a file that others may open."""
    if path.stat().st_mode & _OTHERS:
        raise ConfigurationRejected(
            f"The pseudonym key {path} can be opened by others on this machine. Close it: chmod 600 '{path}'"
        )


@contextmanager
def _locked(path: Path) -> Iterator[None]:
    """The lock is the system's, so that it never outlives its process."""
    descriptor = os.open(path.with_name(f".{path.name}.lock"), os.O_RDWR | os.O_CREAT, OWNER_ONLY)
    with os.fdopen(descriptor) as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


@contextmanager
def _usable(path: Path) -> Iterator[None]:
    """Raises ConfigurationRejected."""
    try:
        yield
    except OSError as error:
        raise ConfigurationRejected(
            f"The pseudonym key {path} cannot be used ({error.strerror}). Name another file with --pseudonym-key."
        ) from error
