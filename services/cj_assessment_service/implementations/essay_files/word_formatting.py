"""What of a Word document can be seen: formatting as far as it hides text.

Properties come from the run, its style, the paragraph's style and the defaults of the document, in this order (ECMA-376,
part 1, 17.7.2). Wherever the background cannot be told, text counts as visible.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Final

from docx.document import Document
from docx.oxml.ns import nsmap
from docx.oxml.xmlchemy import BaseOxmlElement

from cj_assessment_service.implementations.essay_files.colours import SMALLEST_POINTS, WHITE, Colour

W: Final = f"{{{nsmap['w']}}}"
_A: Final = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
_SHAPE = "{http://schemas.microsoft.com/office/word/2010/wordprocessingShape}"
_VALUE, _FILL = f"{W}val", f"{W}fill"
_OFF = frozenset({"0", "false", "off"})
_HIGHLIGHTS: Mapping[str, str] = {
    "white": "FFFFFF",
    "black": "000000",
    "yellow": "FFFF00",
    "green": "00FF00",
    "cyan": "00FFFF",
    "magenta": "FF00FF",
    "red": "FF0000",
    "blue": "0000FF",
    "lightGray": "C0C0C0",
    "darkGray": "808080",
}


@dataclass(frozen=True, slots=True)
class Surroundings:
    """Where a run stands: the style of its paragraph, and the colour behind it (None: it cannot be told)."""

    paragraph_style: str | None
    background: Colour | None


@dataclass(frozen=True, slots=True)
class WordFormatting:
    """The styles of a document by their ids, and its defaults for runs (None where it has none)."""

    styles: Mapping[str, BaseOxmlElement]
    defaults: BaseOxmlElement | None
    page: Surroundings

    def within(self, element: BaseOxmlElement, outside: Surroundings) -> Surroundings:
        """What surrounds the content of the element."""
        if element.tag == f"{W}p":
            style = _value(element, f"{W}pPr/{W}pStyle")
            shadings = [element.find(f"{W}pPr/{W}shd")]
            shadings += [each.find(f"{W}pPr/{W}shd") for each in self._style_chain(style)]
            return Surroundings(style, _background(shadings, outside.background))
        if element.tag == f"{W}tbl":
            style = _value(element, f"{W}tblPr/{W}tblStyle")
            if any(next(each.iter(f"{W}shd"), None) is not None for each in self._style_chain(style)):
                return replace(outside, background=None)
            return replace(
                outside, background=_background([element.find(f"{W}tblPr/{W}shd")], outside.background)
            )
        if element.tag == f"{W}tc":
            shading = element.find(f"{W}tcPr/{W}shd")
            return replace(outside, background=_background([shading], outside.background))
        if element.tag == f"{_SHAPE}wsp":
            return replace(outside, background=_fill_of_shape(element, self.page.background))
        return outside

    def hides(self, run: BaseOxmlElement, surroundings: Surroundings) -> bool:
        """Whether no reader sees the text of this run: hidden, as good as without size, or of its background's colour."""
        properties = tuple(self._properties(run, surroundings))
        vanish = _first(properties, "vanish")
        if vanish is not None and vanish.get(_VALUE, "1") not in _OFF:
            return True
        size = _number(_first(properties, "sz"))
        if size is not None and size / 2 <= SMALLEST_POINTS:
            return True
        colour = _first(properties, "color")
        letters = Colour.parse(colour.get(_VALUE)) if colour is not None else None
        background = self._behind(properties, surroundings)
        return letters is not None and background is not None and letters.vanishes_on(background)

    def _properties(self, run: BaseOxmlElement, surroundings: Surroundings) -> Iterator[BaseOxmlElement]:
        own = run.find(f"{W}rPr")
        if own is not None:
            yield own
        for style in (_value(run, f"{W}rPr/{W}rStyle"), surroundings.paragraph_style or self._usual_style()):
            for element in self._style_chain(style):
                if (properties := element.find(f"{W}rPr")) is not None:
                    yield properties
        if self.defaults is not None:
            yield self.defaults

    def _behind(self, properties: tuple[BaseOxmlElement, ...], surroundings: Surroundings) -> Colour | None:
        highlight = _first(properties, "highlight")
        name = highlight.get(_VALUE, "none") if highlight is not None else "none"
        if name != "none":
            return Colour.parse(_HIGHLIGHTS.get(name))
        return _background([_first(properties, "shd")], surroundings.background)

    def _usual_style(self) -> str | None:
        for style_id, style in self.styles.items():
            if style.get(f"{W}type") == "paragraph" and style.get(f"{W}default") in {"1", "true", "on"}:
                return style_id
        return None

    def _style_chain(self, style_id: str | None) -> Iterator[BaseOxmlElement]:
        """The style and those it is based on; a circle is left."""
        seen: set[str] = set()
        while style_id is not None and style_id not in seen and style_id in self.styles:
            seen.add(style_id)
            yield self.styles[style_id]
            style_id = _value(self.styles[style_id], f"{W}basedOn")


def formatting_of(document: Document) -> WordFormatting:
    styles = document.styles.element
    page = document.element.find(f"{W}background")
    colour: Colour | None = WHITE
    if page is not None and Colour.parse(page.get(f"{W}color")) != WHITE:
        # whether the colour is shown depends on the program
        colour = None
    return WordFormatting(
        styles={style.get(f"{W}styleId", ""): style for style in styles.iter(f"{W}style")},
        defaults=styles.find(f"{W}docDefaults/{W}rPrDefault/{W}rPr"),
        page=Surroundings(None, colour),
    )


def _background(shadings: list[BaseOxmlElement | None], outside: Colour | None) -> Colour | None:
    """The first fill, or what is behind; None where a pattern is drawn or the fill cannot be read."""
    shading = next((each for each in shadings if each is not None), None)
    if shading is None or (shading.get(_VALUE) == "clear" and shading.get(_FILL, "auto") == "auto"):
        return outside
    return Colour.parse(shading.get(_FILL)) if shading.get(_VALUE) == "clear" else None


def _fill_of_shape(shape: BaseOxmlElement, page: Colour | None) -> Colour | None:
    look = shape.find(f"{_SHAPE}spPr")
    if look is None or look.find(f"{_A}noFill") is not None:
        return page
    solid = look.find(f"{_A}solidFill/{_A}srgbClr")
    return Colour.parse(solid.get("val")) if solid is not None else None


def _first(properties: tuple[BaseOxmlElement, ...], name: str) -> BaseOxmlElement | None:
    found = (each.find(f"{W}{name}") for each in properties)
    return next((each for each in found if each is not None), None)


def _value(element: BaseOxmlElement, path: str) -> str | None:
    found = element.find(path)
    return str(found.get(_VALUE)) if found is not None and found.get(_VALUE) is not None else None


def _number(element: BaseOxmlElement | None) -> float | None:
    text = element.get(_VALUE, "") if element is not None else ""
    return float(text) if text.isascii() and text.isdecimal() else None
