"""The secret of an installation that has no other: made once, kept beside the data for its owner's eyes only."""

import secrets
from pathlib import Path

from cj_assessment_service.domain.errors import ConfigurationRejected
from cj_assessment_service.implementations.private_files import PrivateFiles

SECRET_BYTES = 48


def development_secret(path: Path) -> str:
    """The secret in the file, which is made where there is none. Raises ConfigurationRejected."""
    files = PrivateFiles()
    with files.locked(path):
        known = files.read(path)
        if known is None:
            known = secrets.token_urlsafe(SECRET_BYTES)
            files.write(path, known)
    return known


def known_secret(path: Path) -> str | None:
    """None where none was made, or not for us."""
    try:
        return PrivateFiles().read(path)
    except ConfigurationRejected:
        return None
