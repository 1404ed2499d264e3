"""Reads a grade scale that a user wrote in TOML, and says precisely what is wrong with it."""

import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from cj_assessment_service.domain.errors import InputProblem, InvalidGradeScale
from cj_assessment_service.domain.grades import GradeScale
from cj_assessment_service.domain.identifiers import Grade, GradeScaleId

LONGEST_ID = 50
LONGEST_NAME = 200
LONGEST_GRADE = 20
FEWEST_GRADES = 2
MOST_GRADES = 100

_KEYS = ("id", "name", "grades", "priors", "below_lowest", "minus_for", "plus_for")


def refuse(where: str, key: str, what: str, remedy: str) -> InvalidGradeScale:
    """The error for one key of a definition."""
    return InvalidGradeScale(str(InputProblem(where, f"key {key}: {what}", remedy)))


def read_definition(text: str, where: str) -> GradeScale:
    """Raises InvalidGradeScale. Two grades is the fewest: a projection tells grades apart."""
    definition = _parse(text, where)
    grades = definition.grade_list("grades")
    _check_grades(definition, grades)
    below_lowest = definition.below_lowest(grades)
    minus_for = definition.modified("minus_for", "-", grades, below_lowest)
    plus_for = definition.modified("plus_for", "+", grades, below_lowest)
    return GradeScale(
        scale_id=GradeScaleId(definition.text("id", LONGEST_ID)),
        display_name=definition.text("name", LONGEST_NAME),
        grades=grades,
        priors=definition.priors(grades),
        below_lowest=below_lowest,
        minus_for=minus_for,
        plus_for=plus_for,
    )


def _parse(text: str, where: str) -> "_Definition":
    try:
        document: Mapping[str, object] = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        problem = InputProblem(where, f"this is not TOML: {error}.", "Mend the line named here.")
        raise InvalidGradeScale(str(problem)) from error
    for key in document:
        if key not in _KEYS:
            raise refuse(where, key, "nothing is known by this name.", f"The keys are {', '.join(_KEYS)}.")
    return _Definition(where, document)


def _check_grades(definition: "_Definition", grades: Sequence[Grade]) -> None:
    if not FEWEST_GRADES <= len(grades) <= MOST_GRADES:
        raise definition.wrong(
            "grades",
            f"{len(grades)} grades are listed.",
            f"List {FEWEST_GRADES} to {MOST_GRADES} grades, lowest first.",
        )
    if repeated := _repeated(grades):
        raise definition.wrong("grades", f"{repeated!r} is listed more than once.", "List each grade once.")


def _repeated(grades: Iterable[Grade]) -> Grade | None:
    seen: set[Grade] = set()
    for grade in grades:
        if grade in seen:
            return grade
        seen.add(grade)
    return None


@dataclass(frozen=True, slots=True)
class _Definition:
    """The parsed document; every question about a key answers with a checked value or raises InvalidGradeScale."""

    where: str
    document: Mapping[str, object]

    def wrong(self, key: str, what: str, remedy: str) -> InvalidGradeScale:
        return refuse(self.where, key, what, remedy)

    def text(self, key: str, longest: int) -> str:
        if key not in self.document:
            raise self.wrong(key, "it is missing.", f'Add a line like {key} = "…".')
        return self._checked_text(key, self.document[key], longest)

    def _checked_text(self, key: str, value: object, longest: int) -> str:
        if not isinstance(value, str):
            raise self.wrong(key, f"{value!r} is not a text.", f'Put it into quotes: "{value}".')
        if not value or value != value.strip() or not value.isprintable():
            raise self.wrong(
                key,
                f"{value!r} is empty or has blanks around it or invisible characters in it.",
                "Write it plainly.",
            )
        if len(value) > longest:
            raise self.wrong(
                key, f"{value!r} has {len(value)} characters.", f"Use {longest} characters at most."
            )
        return value

    def grade_list(self, key: str) -> tuple[Grade, ...]:
        if key not in self.document:
            raise self.wrong(key, "it is missing.", f'Add a line like {key} = ["low", "middle", "high"].')
        value = self.document[key]
        if not isinstance(value, list):
            raise self.wrong(key, f"{value!r} is not a list.", 'Write it like ["low", "middle", "high"].')
        return tuple(Grade(self._checked_text(key, grade, LONGEST_GRADE)) for grade in value)

    def below_lowest(self, grades: Sequence[Grade]) -> Grade | None:
        if "below_lowest" not in self.document:
            return None
        grade = Grade(self.text("below_lowest", LONGEST_GRADE))
        if grade in grades:
            raise self.wrong(
                "below_lowest",
                f"{grade!r} is also listed in grades.",
                "Take it out of one of the two: it lies under all listed grades.",
            )
        return grade

    def modified(
        self, key: str, sign: str, grades: Sequence[Grade], below_lowest: Grade | None
    ) -> frozenset[Grade]:
        """The grades that may carry the sign. A modified grade must not read like another grade of the scale."""
        if key not in self.document:
            return frozenset()
        chosen = frozenset(self.grade_list(key))
        for grade in sorted(chosen):
            if grade not in grades:
                raise self.wrong(key, f"{grade!r} is not one of the grades.", f"Use {', '.join(grades)}.")
            if grade + sign in {*grades, below_lowest}:
                raise self.wrong(
                    key, f"{grade}{sign} is already a grade of its own.", f"Take {grade!r} out of {key}."
                )
        return chosen

    def priors(self, grades: Sequence[Grade]) -> tuple[float, ...] | None:
        if "priors" not in self.document:
            return None
        value = self.document["priors"]
        if isinstance(value, dict):
            shares = self._by_grade(value, grades)
        elif isinstance(value, list):
            shares = tuple(self._share(share) for share in value)
        else:
            raise self.wrong("priors", f"{value!r} is neither a list nor a table.", "Give a share per grade.")
        if len(shares) != len(grades):
            raise self.wrong(
                "priors", f"{len(shares)} shares for {len(grades)} grades.", "Give one for each grade."
            )
        if not 0.99 <= sum(shares) <= 1.01:
            raise self.wrong(
                "priors", f"the shares sum to {sum(shares):.3f}.", "Change them so that they sum to 1."
            )
        return shares

    def _by_grade(self, table: Mapping[str, object], grades: Sequence[Grade]) -> tuple[float, ...]:
        for grade in table:
            if grade not in grades:
                raise self.wrong(
                    "priors", f"{grade!r} is not one of the grades.", f"Use {', '.join(grades)}."
                )
        for grade in grades:
            if grade not in table:
                raise self.wrong("priors", f"the share of {grade!r} is missing.", "Give one for each grade.")
        return tuple(self._share(table[grade]) for grade in grades)

    def _share(self, value: object) -> float:
        if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= 1:
            raise self.wrong(
                "priors", f"{value!r} is not a share.", "Write a number from 0 to 1, for example 0.25."
            )
        return float(value)
