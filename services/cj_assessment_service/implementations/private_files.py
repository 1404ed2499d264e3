"""Files for their owner's eyes only."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from cj_assessment_service.domain.errors import ConfigurationRejected
from cj_assessment_service.protocols import PrivateFilesProtocol

OWNER_ONLY = 0o600
_OWNERS_FOLDER = 0o700
_OTHERS = 0o077


def write_private(path: Path, content: str) -> None:
    """Replaces the whole file. Raises OSError."""
    draft = path.with_name(f".{path.name}.part")
    draft.unlink(missing_ok=True)
    create_private(draft, content)
    draft.replace(path)


def create_private(path: Path, content: str) -> None:
    """Raises FileExistsError, or any other OSError."""
    # created closed: what is closed afterwards could be opened before
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, OWNER_ONLY)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def make_private_folder(path: Path) -> None:
    """A folder that exists stays as it is. Raises OSError."""
    path.mkdir(mode=_OWNERS_FOLDER, parents=True, exist_ok=True)


def is_open_to_others(path: Path) -> bool:
    """Raises OSError."""
    return bool(path.stat().st_mode & _OTHERS)


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """The lock is the system's, so that it never outlives its process. Raises OSError."""
    descriptor = os.open(path.with_name(f".{path.name}.lock"), os.O_RDWR | os.O_CREAT, OWNER_ONLY)
    with os.fdopen(descriptor) as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


class PrivateFiles(PrivateFilesProtocol):
    def read(self, path: Path) -> str | None:
        with _usable(path):
            if not path.exists():
                return None
            if is_open_to_others(path):
                raise ConfigurationRejected(
                    f"{path} can be opened by others on this machine. Close it: chmod 600 '{path}'"
                )
            return path.read_text(encoding="utf-8")

    def write(self, path: Path, content: str) -> None:
        with _usable(path):
            make_private_folder(path.parent)
            write_private(path, content)

    def write_new(self, path: Path, content: str) -> None:
        with _usable(path):
            make_private_folder(path.parent)
            try:
                create_private(path, content)
            except FileExistsError as error:
                raise ConfigurationRejected(
                    f"{path} exists already, and is left as it is. Name another file."
                ) from error

    @contextmanager
    def locked(self, path: Path) -> Iterator[None]:
        with ExitStack() as held:
            with _usable(path):
                make_private_folder(path.parent)
                held.enter_context(locked(path))
            yield


@contextmanager
def _usable(path: Path) -> Iterator[None]:
    """Raises ConfigurationRejected."""
    try:
        yield
    except (OSError, UnicodeDecodeError) as error:
        said = error.strerror if isinstance(error, OSError) else "it holds no text"
        raise ConfigurationRejected(f"{path} cannot be used ({said}). Name another file.") from error
