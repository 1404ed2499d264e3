"""A private place for the server's socket: who may enter it is trusted, so nobody else may."""

import hashlib
import os
import stat
import tempfile
from pathlib import Path

from cj_assessment_service.domain.errors import DatabaseUnavailable
from cj_assessment_service.implementations.embedded_postgres.directories import ServerAccount

PATH_BYTES = 100  # the kernels' own limits are 104 (macOS) and 108 (Linux)
SHORT_TEMPORARY = Path("/tmp")  # noqa: S108 - what is found there is trusted only after checks


def private_socket_dir(data_root: Path, port: int, account: ServerAccount) -> Path:
    """A directory of mode 0700 owned by the account: below the data root where that path is usable, else temporary.

    Raises DatabaseUnavailable when there is no usable place, or when what is found there cannot be trusted.
    """
    digest = hashlib.sha256(os.fsencode(data_root)).hexdigest()[:12]
    elsewhere = f"cj-{account.uid}-{digest}"
    places = (data_root / "socket", Path(tempfile.gettempdir()) / elsewhere, SHORT_TEMPORARY / elsewhere)
    for place in places:
        if _is_usable(place, port, account):
            _claim(place, account)
            return place
    raise DatabaseUnavailable(
        f"There is no place for the socket of PostgreSQL: {', '.join(map(str, places))} are too long or closed to "
        f"the account with id {account.uid}. Set CJ_DATA_DIR to a directory with a short path."
    )


def _is_usable(socket_dir: Path, port: int, account: ServerAccount) -> bool:
    path = socket_dir / f".s.PGSQL.{port}"
    is_short = len(os.fsencode(path)) < PATH_BYTES
    # the drivers take these two characters for a list of hosts and for a port
    is_plain = not {",", ":"} & set(str(path))
    return is_short and is_plain and account.barrier(socket_dir.parent) is None


def _claim(directory: Path, account: ServerAccount) -> None:
    """Anyone may have put something at a guessable name: only a real directory, ours and private, is taken."""
    directory.mkdir(mode=0o700, exist_ok=True)
    found = directory.lstat()
    is_private = stat.S_ISDIR(found.st_mode) and stat.S_IMODE(found.st_mode) & 0o077 == 0
    if not is_private or found.st_uid not in {account.uid, os.geteuid()}:
        raise DatabaseUnavailable(
            f"{directory} should be a private directory for the socket of PostgreSQL (mode 0700, owned by the account "
            f"with id {account.uid}), and is not. Remove it if nothing else uses it, and try again."
        )
    if found.st_uid != account.uid:
        account.own(directory)
