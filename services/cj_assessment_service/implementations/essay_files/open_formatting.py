"""What of an OpenDocument text can be seen: formatting as far as it hides text (OpenDocument 1.3, part 3, 16 and 20)."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from odf.element import Element
from odf.namespaces import FONS, STYLENS, TABLENS, TEXTNS
from odf.opendocument import OpenDocument

from cj_assessment_service.implementations.essay_files.colours import SMALLEST_POINTS, WHITE, Colour

HIDDEN_FIELDS: Final = frozenset({(TEXTNS, "hidden-text"), (TEXTNS, "hidden-paragraph")})
_STYLED = frozenset({(TEXTNS, "p"), (TEXTNS, "h"), (TEXTNS, "span")})
_CELL = (TABLENS, "table-cell")
_POINTS = re.compile(r"(\d+(?:\.\d+)?)pt")


@dataclass(frozen=True, slots=True)
class Look:
    """How text is shown here, None where nothing was said. `background` is None where it cannot be told."""

    is_displayed: bool = True
    letters: Colour | None = None
    background: Colour | None = WHITE
    points: float | None = None

    @property
    def is_visible(self) -> bool:
        if not self.is_displayed or (self.points is not None and self.points <= SMALLEST_POINTS):
            return False
        return (
            self.letters is None or self.background is None or not self.letters.vanishes_on(self.background)
        )


@dataclass(frozen=True, slots=True)
class OpenFormatting:
    """The styles of a document by family and name."""

    styles: Mapping[tuple[str, str], Element]

    def look_of(self, element: Element, outside: Look) -> Look:
        """How the text inside the element is shown."""
        name = element.getAttrNS(TABLENS if element.qname == _CELL else TEXTNS, "style-name")
        if element.qname in _STYLED:
            family = "text" if element.qname == (TEXTNS, "span") else "paragraph"
            for style in reversed(tuple(self._style_chain(family, name))):
                outside = _styled(style, outside)
        elif element.qname == _CELL and any(map(_is_coloured, self._style_chain("table-cell", name))):
            return Look(outside.is_displayed, outside.letters, None, outside.points)
        return outside

    def _style_chain(self, family: str, name: str | None) -> Iterator[Element]:
        """The style and its parents; a circle is left."""
        seen: set[str] = set()
        while name is not None and name not in seen and (family, name) in self.styles:
            seen.add(name)
            style = self.styles[family, name]
            yield style
            name = style.getAttrNS(STYLENS, "parent-style-name")


def formatting_of(document: OpenDocument) -> OpenFormatting:
    styles = [
        style
        for group in (document.styles, document.automaticstyles)
        for style in group.childNodes
        if getattr(style, "qname", None) == (STYLENS, "style")
    ]
    return OpenFormatting(
        {
            (str(style.getAttrNS(STYLENS, "family")), str(style.getAttrNS(STYLENS, "name"))): style
            for style in styles
        }
    )


def _styled(style: Element, look: Look) -> Look:
    for properties in _properties(style):
        colour = _attribute(properties, FONS, "color")
        background = _attribute(properties, FONS, "background-color")
        size = _POINTS.fullmatch(_attribute(properties, FONS, "font-size") or "")
        display = _attribute(properties, TEXTNS, "display")
        look = Look(
            is_displayed=look.is_displayed if display is None else display != "none",
            letters=look.letters if colour is None else Colour.parse(colour),
            background=look.background if background in {None, "transparent"} else Colour.parse(background),
            points=look.points if size is None else float(size[1]),
        )
    return look


def _is_coloured(style: Element) -> bool:
    return any(
        _attribute(properties, FONS, "background-color") not in {None, "transparent"}
        for properties in _properties(style)
    )


def _properties(style: Element) -> Iterator[Element]:
    for child in style.childNodes:
        if str(getattr(child, "qname", ("", ""))[1]).endswith("-properties"):
            yield child


def _attribute(element: Element, namespace: str, name: str) -> str | None:
    found = element.attributes.get((namespace, name))
    return str(found) if found is not None else None
