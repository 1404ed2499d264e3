"""Scales that users write themselves."""

import pytest

from cj_assessment_service.cj_core_logic.grade_projection.scales import parse_scale_definition
from cj_assessment_service.domain.errors import InvalidGradeScale
from cj_assessment_service.domain.grades import GradeScale
from cj_assessment_service.domain.identifiers import Grade, GradeScaleId

HEAD = 'id = "own"\nname = "Own"\n'
GRADES = 'grades = ["U", "G", "VG"]\n'
PLAIN = HEAD + GRADES


def test_a_plain_scale_needs_three_keys() -> None:
    scale = parse_scale_definition(PLAIN, "own.toml")
    assert scale == GradeScale(GradeScaleId("own"), "Own", (Grade("U"), Grade("G"), Grade("VG")))


def test_every_key_is_read() -> None:
    text = PLAIN + 'below_lowest = "-"\nminus_for = ["G"]\nplus_for = ["G", "VG"]\npriors = [0.2, 0.5, 0.3]'
    scale = parse_scale_definition(text, "own.toml")
    assert scale.below_lowest == "-"
    assert scale.minus_for == {"G"}
    assert scale.plus_for == {"G", "VG"}
    assert scale.priors == (0.2, 0.5, 0.3)


def test_priors_by_grade_may_stand_in_any_order() -> None:
    text = PLAIN + "[priors]\nVG = 0.3\nU = 0\nG = 0.7"
    assert parse_scale_definition(text, "own.toml").priors == (0.0, 0.7, 0.3)


REFUSED = {
    "nothing": ("", r"key grades: it is missing\. Add"),
    "not TOML": ("id = own", r"not TOML: .*line 1.*Mend"),
    "unknown key": (PLAIN + "grade = 1", r"key grade: nothing is known.*below_lowest"),
    "no id": ('name = "x"\n' + GRADES, r"key id: it is missing\. Add"),
    "no name": ('id = "x"\n' + GRADES, r"key name: it is missing\. Add"),
    "built-in id": ('id = "cefr"\nname = "x"\n' + GRADES, r"key id: 'cefr' is a built-in.*another"),
    "endless id": (f'id = "{"x" * 51}"\nname = "x"\n' + GRADES, r"key id: .*51 characters.*50"),
    "empty name": ('id = "x"\nname = " "\n' + GRADES, r"key name: ' ' is empty"),
    "grades as text": (HEAD + 'grades = "A B"', r"key grades: 'A B' is not a list\. Write"),
    "grades as numbers": (HEAD + "grades = [1, 2]", r'key grades: 1 is not a text.*"1"'),
    "blank grade": (HEAD + 'grades = ["A", " B"]', r"key grades: ' B' .*blanks"),
    "single grade": (HEAD + 'grades = ["A"]', r"key grades: 1 grades.*2 to 100"),
    "repeated grade": (HEAD + 'grades = ["A", "B", "A"]', r"key grades: 'A' .*more than once"),
    "below in grades": (PLAIN + 'below_lowest = "U"', r"key below_lowest: 'U' is also listed"),
    "below as number": (PLAIN + "below_lowest = 0", r'key below_lowest: 0 is not a text.*"0"'),
    "minus for unknown": (PLAIN + 'minus_for = ["MVG"]', r"key minus_for: 'MVG' .*U, G, VG"),
    "plus for text": (PLAIN + 'plus_for = "G"', r"key plus_for: 'G' is not a list"),
    "plus taken": (HEAD + 'grades = ["D", "D+"]\nplus_for = ["D"]', r"key plus_for: D\+ is already"),
    "minus taken": (PLAIN + 'below_lowest = "U-"\nminus_for = ["U"]', r"key minus_for: U- is already"),
    "few priors": (PLAIN + "priors = [0.5, 0.5]", r"key priors: 2 shares for 3 grades"),
    "light priors": (PLAIN + "priors = [0.5, 0.2, 0.2]", r"key priors: .*sum to 0\.900"),
    "negative prior": (PLAIN + "priors = [1.2, -0.4, 0.2]", r"key priors: 1\.2 is not a share"),
    "unknowable prior": (PLAIN + "priors = [nan, 0.5, 0.5]", r"key priors: nan is not a share"),
    "yes as prior": (PLAIN + "priors = [true, 0.0, 0.0]", r"key priors: True is not a share"),
    "prior as text": (PLAIN + 'priors = "equal"', r"key priors: 'equal' is neither"),
    "prior of nobody": (PLAIN + "[priors]\nU=0.5\nG=0.2\nVG=0.3\nA=0.0", r"key priors: 'A' is not one"),
    "prior left out": (PLAIN + "[priors]\nU=0.5\nG=0.5", r"key priors: the share of 'VG' is missing"),
}


@pytest.mark.parametrize(("text", "message"), REFUSED.values(), ids=REFUSED.keys())
def test_a_bad_definition_is_refused_with_file_key_and_remedy(text: str, message: str) -> None:
    with pytest.raises(InvalidGradeScale, match="^own.toml: .*" + message):
        parse_scale_definition(text, "own.toml")
