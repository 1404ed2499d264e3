"""What the pictures are drawn from, and the bare panel they are drawn on."""

from dataclasses import dataclass

from markupsafe import Markup
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from cj_assessment_service.reports.svg import Ink

SMALL, NORMAL = 11, 12
"""Type sizes in CSS pixels."""


@dataclass(frozen=True, slots=True)
class GradeBand:
    """The scores of one grade, from `low` to `high` (infinite at the ends of the scale); `grade` counts from 0. `low_se` is
    the standard error of `low`.
    """

    grade: int
    low: float
    high: float
    low_se: float = 0.0


@dataclass(frozen=True, slots=True)
class PlotRow:
    """One essay of the ranking plot. `shares` are its grade probabilities in the order of the grades; empty, and
    `grade` None, where none were projected. `description` appears when the row is pointed at.
    """

    label: Markup
    rank: int
    score: float
    low: float
    high: float
    is_anchor: bool
    needs_review: bool
    grade: int | None
    shares: tuple[float, ...]
    verdict: Markup
    description: str


@dataclass(frozen=True, slots=True)
class PlotAnchor:
    """An anchor at its score, in the row of its known grade; it agrees when the score lies in that grade's band, and is
    named in the picture when it does not. `description` appears when it is pointed at.
    """

    label: str
    description: str
    grade: int
    score: float
    se: float
    agrees: bool


@dataclass(frozen=True, slots=True)
class ScoreFrame:
    """The scores a picture shows and the grades on them, lowest first; without grades `names` and `bands` are empty.
    `label_width` is that of the longest label, in characters.
    """

    low: float
    high: float
    label_width: int = 0
    names: tuple[str, ...] = ()
    bands: tuple[GradeBand, ...] = ()


@dataclass(frozen=True, slots=True)
class WaveCount:
    wave: int
    decided: int
    failed: int


def panel(figure: Figure, box: tuple[float, float, float, float]) -> Axes:
    """Bare axes at (left, top, width, height) in CSS pixels from the upper left corner."""
    width, height = (float(side) * figure.dpi for side in figure.get_size_inches())
    left, top, wide, high = box
    axes = figure.add_axes(
        (left / width, 1 - (top + high) / height, wide / width, high / height), facecolor="none"
    )
    for spine in axes.spines.values():
        spine.set_visible(False)
    axes.tick_params(length=0, labelsize=SMALL, colors=Ink.MUTED, pad=6)
    return axes
