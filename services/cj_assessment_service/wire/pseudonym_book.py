"""The key file as JSON."""

from typing import Literal

from pydantic import BaseModel, ConfigDict, ValidationError

from cj_assessment_service.domain.errors import ConfigurationRejected
from cj_assessment_service.domain.privacy import PseudonymBook


class _Document(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    schema_name: Literal["cj-pseudonym-key/1"] = "cj-pseudonym-key/1"
    secret: str
    names: dict[str, str]
    labels: dict[str, str]


def encode_book(book: PseudonymBook) -> str:
    document = _Document(secret=book.secret.hex(), names=dict(book.names), labels=dict(book.labels))
    return document.model_dump_json(indent=1)


def decode_book(content: bytes, where: str) -> PseudonymBook:
    """Raises ConfigurationRejected, in words that repeat nothing of the content."""
    try:
        document = _Document.model_validate_json(content)
        secret = bytes.fromhex(document.secret)
    except (ValidationError, ValueError):
        # not chained: the cause would show what stands in the file
        raise ConfigurationRejected(
            f"{where} is no pseudonym key. Name the right file with --pseudonym-key, or one that does not exist yet."
        ) from None
    return PseudonymBook(secret, tuple(document.names.items()), tuple(document.labels.items()))
