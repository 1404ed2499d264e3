"""How a server is asked for the form of an answer."""

from enum import StrEnum


class Structure(StrEnum):
    SCHEMA = "schema"
    """The provider holds the model to a JSON schema."""

    TEXT = "text"
    """Only the prompt asks for it; the strict reader decides."""
