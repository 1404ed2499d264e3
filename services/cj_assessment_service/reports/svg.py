"""Matplotlib figures as inline SVG that takes its colours and its typeface from the page around it.

Figures are drawn with colours that stand for roles (`Ink`, `grade_ink`) and with placeholders for every text that is not
ours (`Texts`): matplotlib never sees a name, so none can be read as markup, as a formula or as a missing glyph.
"""

import io
import re
from enum import StrEnum
from threading import Lock

from markupsafe import Markup, escape
from matplotlib import rc_context
from matplotlib.figure import Figure

UNITS_PER_INCH = 72
"""One unit of the drawing is one CSS pixel at the figure's own size, and one point of matplotlib."""

_DRAWING = Lock()
"""`rc_context` changes settings of the whole process while a figure is drawn."""


class Ink(StrEnum):
    """Colours by role; each becomes the CSS variable of its name."""

    TEXT = "#010100"
    MUTED = "#010101"
    LINE = "#010102"
    ACCENT = "#010103"
    ALERT = "#010104"
    SURFACE = "#010105"


_ROLES = {ink.value: f"var(--{ink.name.lower()})" for ink in Ink}
_ROLE = re.compile("|".join(_ROLES))
_GRADE = re.compile(r"#0201([0-9a-f]{2})")
_FOREIGN = re.compile(r'<g id="tip-(?P<tip>\d+)">|@@(?P<slot>\d+)@@')
_LONG_FRACTION = re.compile(r"(\.\d\d)\d+")


def grade_ink(index: int) -> str:
    """The colour of the grade at this place of the scale, 0 for the lowest: `--grade-0` and so on."""
    return f"#0201{index:02x}"


class Texts:
    """The foreign texts of one figure. Plain texts are escaped, Markup is taken as it is."""

    def __init__(self) -> None:
        self._texts: list[str] = []

    def slot(self, text: str) -> str:
        """What to draw in place of the text."""
        self._texts.append(text)
        return f"@@{len(self._texts) - 1}@@"

    def tip(self, text: str) -> str:
        """The gid of an artist that shows the text when pointed at."""
        self._texts.append(text)
        return f"tip-{len(self._texts) - 1}"

    def at(self, index: int) -> Markup:
        return escape(self._texts[index])


def blank_figure(width: float, height: float) -> Figure:
    return Figure(
        figsize=(width / UNITS_PER_INCH, height / UNITS_PER_INCH), dpi=UNITS_PER_INCH, facecolor="none"
    )


def themed_svg(figure: Figure, name: str, alternative: str, texts: Texts) -> Markup:
    """The figure for use inside a page. `name` keeps its ids apart from those of other figures, `alternative` says in
    words what it shows. Equal figures give equal strings.
    """
    drawing = _drawn(figure, name)
    body = drawing[drawing.index("<g ") : drawing.rindex("</svg>")]
    body = re.sub(r"\bid=\"(?!tip-)", f'id="{name}-', body)
    body = re.sub(r"xlink:href=\"#", f'href="#{name}-', body).replace("url(#", f"url(#{name}-")
    body = re.sub(r"font-family: [^;\"]*;? ?", "", body)
    body = re.sub(r' transform="rotate\(-0 [^"]*"', "", body)
    body = _LONG_FRACTION.sub(r"\1", body)
    body = re.sub(r"\s*\n\s*", " ", body).replace("> <", "><")
    body = _ROLE.sub(lambda found: _ROLES[found.group()], body)
    body = _GRADE.sub(lambda found: f"var(--grade-{int(found.group(1), 16)})", body)
    body = _FOREIGN.sub(lambda found: _filled(found, texts), body)
    width, height = (round(side * UNITS_PER_INCH) for side in figure.get_size_inches())
    head = Markup('<svg class="plot" viewBox="0 0 {} {}" role="img" aria-label="{}">').format(
        width, height, alternative
    )
    return head + Markup(body) + Markup("</svg>")  # noqa: S704 - our own drawing; every foreign text in it is escaped


def _filled(found: re.Match[str], texts: Texts) -> str:
    """In one pass over the drawing, so that a text that looks like a placeholder stays a text."""
    if found["tip"]:
        return f"<g><title>{texts.at(int(found['tip']))}</title>"
    return str(texts.at(int(found["slot"])))


def _drawn(figure: Figure, salt: str) -> str:
    buffer = io.StringIO()
    with _DRAWING, rc_context({"svg.fonttype": "none", "svg.hashsalt": salt}):
        figure.savefig(buffer, format="svg", metadata={"Date": None})
    return buffer.getvalue()
