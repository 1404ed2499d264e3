"""Two textbook data sets with their maximum likelihood fits, for comparison.

Counts are facts, from Stigler (1994, Statistical Science 9, 94-108) and Agresti (2002, Categorical Data Analysis, pp. 448 and
438). The estimates agree with those printed in Turner & Firth (2012, J. Stat. Software 48(9)) to their four decimals; the further
digits were computed for this project with R 4.2.2 (glm).
"""

from dataclasses import dataclass

import numpy as np

from cj_assessment_service.cj_core_logic.scoring.judgements import Judgements
from cj_assessment_service.domain.identifiers import EssayId


@dataclass(frozen=True, slots=True)
class Textbook:
    """`counts`: first, second, wins of the first, wins of the second. `scores` and `errors` of the items in alphabetical order, for
    scores that sum to zero. `to_reference`: the errors of each difference to the first item, whose own is 0. `position` and its
    error are None in a fit without order effect.
    """

    counts: tuple[tuple[str, str, int, int], ...]
    scores: tuple[float, ...]
    errors: tuple[float, ...]
    to_reference: tuple[float, ...]
    deviance: float
    position: tuple[float, float] | None = None

    def judgements(self) -> Judgements:
        """One for each comparison counted."""
        items = sorted({row[0] for row in self.counts} | {row[1] for row in self.counts})
        place = {item: number for number, item in enumerate(items)}
        rows = [
            (place[first], place[second], outcome)
            for first, second, won, lost in self.counts
            for outcome in [1] * won + [-1] * lost
        ]
        table = np.array(rows, dtype=np.intp)
        return Judgements(
            essays=tuple(EssayId(item) for item in items),
            judges=("all",),
            first=table[:, 0],
            second=table[:, 1],
            judge=np.zeros(len(table), dtype=np.intp),
            outcome=table[:, 2],
            level=np.zeros(len(table), dtype=np.intp),
            p_first=np.full(len(table), np.nan),
            confidence=np.full(len(table), np.nan),
            weight=np.ones(len(table)),
        )

    @property
    def saturated(self) -> float:
        """The log-likelihood when every ordered pair has a probability of its own."""
        rows = ((won, won + lost) for _, _, won, lost in self.counts)
        return sum(float(n * np.log(n / total)) for won, total in rows for n in (won, total - won) if n)


_CITATIONS = (
    ("Biometrika", "Comm Statist", 730, 33),
    ("Biometrika", "JASA", 498, 320),
    ("Biometrika", "JRSS-B", 221, 284),
    ("Comm Statist", "JASA", 68, 813),
    ("Comm Statist", "JRSS-B", 17, 276),
    ("JASA", "JRSS-B", 142, 325),
)

_BASEBALL = (
    ("Milwaukee", "Detroit", 4, 3),
    ("Milwaukee", "Toronto", 4, 2),
    ("Milwaukee", "New York", 4, 3),
    ("Milwaukee", "Boston", 6, 1),
    ("Milwaukee", "Cleveland", 4, 2),
    ("Milwaukee", "Baltimore", 6, 0),
    ("Detroit", "Milwaukee", 3, 3),
    ("Detroit", "Toronto", 4, 2),
    ("Detroit", "New York", 4, 3),
    ("Detroit", "Boston", 6, 0),
    ("Detroit", "Cleveland", 6, 1),
    ("Detroit", "Baltimore", 4, 3),
    ("Toronto", "Milwaukee", 2, 5),
    ("Toronto", "Detroit", 4, 3),
    ("Toronto", "New York", 2, 4),
    ("Toronto", "Boston", 4, 3),
    ("Toronto", "Cleveland", 4, 2),
    ("Toronto", "Baltimore", 6, 0),
    ("New York", "Milwaukee", 3, 3),
    ("New York", "Detroit", 5, 1),
    ("New York", "Toronto", 2, 5),
    ("New York", "Boston", 4, 3),
    ("New York", "Cleveland", 4, 2),
    ("New York", "Baltimore", 6, 1),
    ("Boston", "Milwaukee", 5, 1),
    ("Boston", "Detroit", 2, 5),
    ("Boston", "Toronto", 3, 3),
    ("Boston", "New York", 4, 2),
    ("Boston", "Cleveland", 5, 2),
    ("Boston", "Baltimore", 6, 0),
    ("Cleveland", "Milwaukee", 2, 5),
    ("Cleveland", "Detroit", 3, 3),
    ("Cleveland", "Toronto", 3, 4),
    ("Cleveland", "New York", 4, 3),
    ("Cleveland", "Boston", 4, 2),
    ("Cleveland", "Baltimore", 2, 4),
    ("Baltimore", "Milwaukee", 2, 5),
    ("Baltimore", "Detroit", 1, 5),
    ("Baltimore", "Toronto", 1, 6),
    ("Baltimore", "New York", 2, 4),
    ("Baltimore", "Boston", 1, 6),
    ("Baltimore", "Cleveland", 3, 4),
)

CITATIONS = Textbook(
    counts=_CITATIONS,
    scores=(0.789922052694108, -2.1591504441498, 0.310352282942115, 1.05887610851358),
    errors=(0.0433304687116679, 0.0725797435702666, 0.0416410155441864, 0.0530469882135292),
    to_reference=(0.0, 0.102545335511209, 0.0605887292482307, 0.0708299651111413),
    deviance=4.29338396988899,
)
"""Citations among four statistics journals."""

BASEBALL = Textbook(
    counts=_BASEBALL,
    scores=(
        -1.05020253600926,
        0.0574951693693924,
        -0.366349766850102,
        0.386205895803173,
        0.531153340652131,
        0.197415309132125,
        0.244282587902544,
    ),
    errors=(
        0.232462296013052,
        0.200919071453533,
        0.205044319249037,
        0.204156558573223,
        0.207419476291954,
        0.201603748009944,
        0.202061520614838,
    ),
    to_reference=(
        0.0,
        0.333878206989037,
        0.331876672710727,
        0.339568506378472,
        0.343255981594256,
        0.335860922525364,
        0.33666940142248,
    ),
    deviance=44.0534612285738,
)
"""American League East 1987, home team first, without home advantage."""

BASEBALL_AT_HOME = Textbook(
    counts=_BASEBALL,
    scores=(
        -1.07883715982282,
        0.0649654934827859,
        -0.374142702915348,
        0.396520053772041,
        0.540717833764549,
        0.202503243461327,
        0.248273238257462,
    ),
    errors=(
        0.235428797057001,
        0.203160535399825,
        0.2069983224982,
        0.206843017396479,
        0.20951801411276,
        0.204045007571376,
        0.20392293746129,
    ),
    to_reference=(
        0.0,
        0.337842535245339,
        0.335001717498819,
        0.344552212894513,
        0.347365683421863,
        0.340403721200138,
        0.340322567525342,
    ),
    deviance=38.6428521439705,
    position=(0.302260655528941, 0.130943707455824),
)
"""The same with home advantage."""
