"""Which column of a table means what.

Headings are compared without case, blanks and punctuation, and with a final `id` or `name` taken away where that helps.
Besides the plain names these are known:

- No More Marking: `chosen`, `notChosen`, `judgeId`, `timeTaken` (milliseconds) as in the decisions its users publish,
  and `candidate chosen`, `candidate not chosen`, `judge` of older exports;
- the Moodle plugin assignsubmission_comparativejudgement: `JudgeID,Won,Lost,TimeTaken` of its raw data (getrawjudgedatacsv
  in classes/ranking.php; seconds), and the table of comparisons with `winsubmissionid`, `loosesubmissionid` and the
  winning position (classes/managecomparisonstable.php);
- scripts around sirt::btm: `id1,id2,result`, and `a,b,chose_a` of published sessions;
- model arenas: `model_a,model_b,winner`.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from cj_assessment_service.domain.decision_tables import ColumnUse

_PUNCTUATION = re.compile(r"[\W_]+")


class Role(StrEnum):
    """What a column says of a decision."""

    FIRST = "the item shown first"
    SECOND = "the item shown second"
    ANSWER = "which of the two is better"
    WINNER = "the better item"
    LOSER = "the other item"
    WINNER_PLACE = "where the better item was shown"
    JUDGE = "who decided"
    LEVEL = "how much better, towards the first"
    P_FIRST = "the probability that the first is better"
    CONFIDENCE = "how sure the judge was"
    SECONDS = "seconds taken"
    MILLISECONDS = "milliseconds taken"
    WEIGHT = "how much the decision counts"
    GROUP = "the group of the judge"


_THINGS = (
    "item", "essay", "candidate", "script", "text", "option", "response", "answer", "model", "object", "player", "work",
    "portfolio", "submission", "stimulus", "representation", "artefact", "artifact", "paper", "document", "image",
    "alternative", "condition", "id", "",
)  # fmt: skip
_SIDES = (("first", "second"), ("left", "right"), ("a", "b"), ("1", "2"), ("i", "j"))

_WINNER_AND_LOSER = (
    ("winningsubmissionid", "losingsubmissionid"), ("winsubmissionid", "loosesubmissionid"),
    ("winner", "loser"), ("won", "lost"), ("chosen", "notchosen"), ("candidatechosen", "candidatenotchosen"),
    ("winningsubmission", "losingsubmission"), ("winsubmission", "loosesubmission"), ("selected", "notselected"),
    ("stimulusselected", "stimulusnotselected"), ("preferred", "notpreferred"), ("preferred", "rejected"),
    ("chosen", "rejected"), ("better", "worse"), ("win", "lose"), ("itemchosen", "itemnotchosen"),
    ("personchosen", "personnotchosen"),
)  # fmt: skip

CHOSE_FIRST = ("chosea", "chosefirst", "choseleft", "chose1", "firstwins", "leftwins", "awins")
"""Headings of a column that says yes or no."""

_ANSWERS = (
    "winner", "winning", "chosen", "choice", "preferred", "preference", "decision", "verdict", "judgement", "judgment",
    "selected", "selection", "better", "best", "result", "outcome", "response", "winnerposition", "winningposition",
    "winningsubmissionposition", *CHOSE_FIRST,
)  # fmt: skip

_OTHERS: tuple[tuple[Role, tuple[str, ...]], ...] = (
    (
        Role.JUDGE,
        (
            "judge", "assessor", "rater", "annotator", "worker", "evaluator", "marker", "examiner", "expert", "teacher",
            "participant", "respondent", "subject", "user", "fullname",
        ),
    ),
    (Role.LEVEL, ("level", "strength", "degree", "margin")),
    (Role.P_FIRST, ("pfirst", "probfirst", "probabilityfirst", "pleft", "pa", "p1")),
    (Role.CONFIDENCE, ("confidence", "certainty", "sureness")),
    (Role.SECONDS, ("seconds", "secs", "timetaken", "timeseconds", "duration", "responsetime", "time")),
    (Role.MILLISECONDS, ("milliseconds", "ms", "timems", "timetakenms", "durationms", "responsetimems")),
    (Role.WEIGHT, ("weight", "weights")),
    (Role.GROUP, ("group", "judgegroup", "judgekind", "panel")),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Layout:
    """Where each role stands in the rows; a role that no column plays is missing."""

    headings: tuple[str, ...]
    places: tuple[tuple[Role, int], ...]

    def place(self, role: Role) -> int | None:
        return dict(self.places).get(role)

    def heading(self, role: Role) -> str:
        """As written; empty where no column plays the role."""
        place = self.place(role)
        return "" if place is None else self.headings[place]

    @property
    def uses(self) -> tuple[ColumnUse, ...]:
        return tuple(ColumnUse(self.headings[place], role.value) for role, place in self.places)


def layout_of(headings: Sequence[str]) -> Layout | None:
    """None where the headings name no two items and nothing that says which is better."""
    names = _names(headings)
    found = _shown_pair(names) or _decided_pair(names)
    if found is None:
        return None
    taken = {place for _, place in found}
    for role, aliases in _OTHERS:
        place = _first_of(names, aliases, taken)
        if place is not None:
            found.append((role, place))
            taken.add(place)
    return Layout(tuple(headings), tuple(found))


def comparable(heading: str) -> str:
    """Lower case, letters and digits only."""
    return _PUNCTUATION.sub("", heading.casefold())


def _names(headings: Sequence[str]) -> dict[str, int]:
    """The place of every comparable heading, the first of equal ones; also without a final `id` or `name`."""
    names: dict[str, int] = {}
    plain = [comparable(heading) for heading in headings]
    for place, name in enumerate(plain):
        names.setdefault(name, place)
    for place, name in enumerate(plain):
        for ending in ("id", "name"):
            if name.endswith(ending) and len(name) > len(ending):
                names.setdefault(name.removesuffix(ending), place)
    return names


def _shown_pair(names: dict[str, int]) -> list[tuple[Role, int]] | None:
    """Two items in the order shown, with an answer, a level or a probability."""
    for first, second in _pair_names():
        if first not in names or second not in names:
            continue
        pair = [(Role.FIRST, names[first]), (Role.SECOND, names[second])]
        taken = {place for _, place in pair}
        answer = _first_of(names, _ANSWERS, taken)
        if answer is not None:
            return [*pair, (Role.ANSWER, answer)]
        graded = [
            alias for role, aliases in _OTHERS if role in {Role.LEVEL, Role.P_FIRST} for alias in aliases
        ]
        if _first_of(names, graded, taken) is not None:
            return pair
    return None


def _pair_names() -> Iterable[tuple[str, str]]:
    yield from _SIDES[:3]
    for thing in _THINGS:
        for one, other in _SIDES:
            yield thing + one, thing + other
            yield one + thing, other + thing


def _decided_pair(names: dict[str, int]) -> list[tuple[Role, int]] | None:
    """The better item and the other one; where the better was shown, if that is told."""
    for winner, loser in _WINNER_AND_LOSER:
        if winner in names and loser in names:
            found = [(Role.WINNER, names[winner]), (Role.LOSER, names[loser])]
            shown = ("winningposition", "winningsubmissionposition", "winnerposition", "side", "choice")
            place = _first_of(names, shown, {names[winner], names[loser]})
            return found if place is None else [*found, (Role.WINNER_PLACE, place)]
    return None


def _first_of(names: dict[str, int], aliases: Iterable[str], taken: set[int]) -> int | None:
    return next((names[alias] for alias in aliases if alias in names and names[alias] not in taken), None)
