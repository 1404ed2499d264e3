"""Documents that are ZIP packages inside: checked before a library unpacks them."""

import zipfile
from io import BytesIO

from cj_assessment_service.domain.errors import InputRejected
from cj_assessment_service.implementations.essay_files.problems import damage_refused, refusal

MAXIMUM_PACKAGE_BYTES = 200 * 2**20
_COMPOUND_FILE = bytes.fromhex("d0cf11e0a1b11ae1")
"""How files of old Office programs begin, and new ones behind a password."""


def check_package(content: bytes, where: str, kind: str) -> None:
    """Raises InputRejected for a package that is damaged, locked, or far too large once unpacked."""
    if content.startswith(_COMPOUND_FILE):
        raise _locked(where)
    with damage_refused(where, kind), zipfile.ZipFile(BytesIO(content)) as package:
        names = package.namelist()
        # the unpacked size a package declares is also the most that is ever unpacked
        size = sum(info.file_size for info in package.infolist())
        locked = "encrypted-package" in names or _is_encrypted_open_document(package, names)
    if locked:
        raise _locked(where)
    if size > MAXIMUM_PACKAGE_BYTES:
        raise refusal(
            where,
            f"Unpacked, the file takes {size / 2**20:,.0f} MB; the limit is {MAXIMUM_PACKAGE_BYTES // 2**20} MB.",
            "Take out the pictures, or save only the text.",
        )


def _is_encrypted_open_document(package: zipfile.ZipFile, names: list[str]) -> bool:
    manifest = "META-INF/manifest.xml"
    return manifest in names and b"encryption-data" in package.read(manifest)


def _locked(where: str) -> InputRejected:
    return refusal(
        where,
        "The file is protected with a password, or comes from an old Office program.",
        "Open it and save a copy without the password, in the current format.",
    )
