"""Real names in a result that was made from pseudonyms."""

from collections.abc import Mapping
from dataclasses import fields, is_dataclass, replace
from enum import Enum
from typing import TypeVar

from cj_assessment_service.cj_core_logic.privacy.pseudonyms import PSEUDONYM
from cj_assessment_service.domain.privacy import PseudonymBook

Value = TypeVar("Value")


class Reidentifier:
    """Knows what the pseudonyms of one book stand for; one the book does not know stays as it is."""

    def __init__(self, book: PseudonymBook) -> None:
        self._names: Mapping[str, str] = dict(book.names)
        self._labels: Mapping[str, str] = dict(book.labels)

    def text(self, text: str) -> str:
        """A whole label is the label it stood for; in other texts each pseudonym becomes the name."""
        if text in self._labels:
            return self._labels[text]
        return PSEUDONYM.sub(lambda found: self._names.get(found.group(), found.group()), text)

    def value(self, value: Value) -> Value:
        """The same value with every text in it re-identified: of frozen dataclasses and tuples, at any depth."""
        made = self._made(value)
        if not isinstance(made, type(value)):
            raise TypeError(f"a {type(value).__name__} became a {type(made).__name__}")
        return made

    def _made(self, value: object) -> object:
        match value:
            case Enum():
                return value
            case str():
                return self.text(value)
            case tuple():
                made = tuple(self._made(item) for item in value)
                return value if all(new is old for new, old in zip(made, value, strict=True)) else made
            case _:
                return self._of_fields(value)

    def _of_fields(self, value: object) -> object:
        if not is_dataclass(value) or isinstance(value, type):
            return value
        changes: dict[str, object] = {}
        for field in fields(value):
            old = getattr(value, field.name)
            new = self._made(old)
            if new is not old:
                changes[field.name] = new
        return replace(value, **changes) if changes else value
