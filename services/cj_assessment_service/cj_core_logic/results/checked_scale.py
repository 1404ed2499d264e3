"""A scale with everything that was checked of it."""

from dataclasses import dataclass

from cj_assessment_service.cj_core_logic.results.panel_scales import PanelScales
from cj_assessment_service.domain.results import DesignCheck, Outlook
from cj_assessment_service.domain.scores import Scoreboard


@dataclass(frozen=True, slots=True)
class CheckedScale:
    """A scale, what the choice of pairs did to it, what more comparisons would do (None where none can be had), and what its
    judges would have made of it apart.
    """

    board: Scoreboard
    design: DesignCheck
    outlook: Outlook | None
    panel: PanelScales
