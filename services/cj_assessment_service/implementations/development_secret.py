"""The secret of an installation that has no other: made once, kept beside the data for its owner's eyes only."""

import os
import secrets
from pathlib import Path

from cj_assessment_service.domain.errors import ConfigurationRejected

SECRET_BYTES = 48
OWNER_ONLY = 0o600


def development_secret(path: Path) -> str:
    """The secret in the file, which is made where there is none. Raises ConfigurationRejected."""
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        return _made(path) or path.read_text(encoding="utf-8").strip()
    except OSError as error:
        raise ConfigurationRejected(
            f"The secret {path} cannot be used ({error.strerror}). Set CJ_ASSESSMENT_SERVICE_JWT_SECRET instead."
        ) from error


def known_secret(path: Path) -> str | None:
    """None where none was made, or not for us."""
    try:
        return path.read_text(encoding="utf-8").strip()
    except OSError:
        return None


def _made(path: Path) -> str | None:
    """None where there is one already, however many processes begin at once: it appears whole or not at all."""
    if path.exists():
        return None
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    # created closed: what is closed afterwards could be opened before
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, OWNER_ONLY)
    secret = secrets.token_urlsafe(SECRET_BYTES)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(secret)
    try:
        path.hardlink_to(draft)
    except FileExistsError:
        return None
    finally:
        draft.unlink()
    return secret
