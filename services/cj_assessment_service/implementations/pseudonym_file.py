"""The key file: the secret behind the pseudonyms and the names they stand for, for its owner's eyes only."""

import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from cj_assessment_service.domain.errors import ConfigurationRejected
from cj_assessment_service.domain.privacy import PseudonymBook
from cj_assessment_service.implementations.private_files import (
    is_open_to_others,
    locked,
    make_private_folder,
    write_private,
)
from cj_assessment_service.protocols import PseudonymKeysProtocol
from cj_assessment_service.wire.pseudonym_book import decode_book, encode_book

SECRET_BYTES = 32

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
            make_private_folder(path.parent)
            with locked(path):
                before = self.read(path) or PseudonymBook(secrets.token_bytes(SECRET_BYTES))
                after, outcome = change(before)
                if after != before:
                    write_private(path, encode_book(after))
        return outcome


def _check_mode(path: Path) -> None:
    """Raises ConfigurationRejected for a file that others may open."""
    if is_open_to_others(path):
        raise ConfigurationRejected(
            f"The pseudonym key {path} can be opened by others on this machine. Close it: chmod 600 '{path}'"
        )


@contextmanager
def _usable(path: Path) -> Iterator[None]:
    """Raises ConfigurationRejected."""
    try:
        yield
    except OSError as error:
        raise ConfigurationRejected(
            f"The pseudonym key {path} cannot be used ({error.strerror}). Name another file with --pseudonym-key."
        ) from error
