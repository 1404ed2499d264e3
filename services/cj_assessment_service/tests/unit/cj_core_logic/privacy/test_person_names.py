"""Names of files that are names of people."""

import pytest

from cj_assessment_service.cj_core_logic.privacy.person_names import person_in
from cj_assessment_service.tests.fixtures.privacy import vocabulary_of

TEXTS = [
    "we have a school uniform and a smith, a garden and Handyverbot",
    "the Handyverbot is old, a summer holiday",
]


@pytest.mark.parametrize(
    ("label", "name"),
    [
        ("Anna Svensson", "Anna Svensson"),
        ("Anna_Svensson_9b", "Anna Svensson"),
        ("9B-Anna-Svensson", "Anna-Svensson"),
        ("Svensson, Anna", "Anna Svensson"),
        ("ANNA SVENSSON", "ANNA SVENSSON"),
        ("AnnaSvensson2", "Anna Svensson"),
        ("Essay_Anna_Svensson_final", "Anna Svensson"),
        ("José von Berg", "José von Berg"),
        ("Anna-Lena Ek", "Anna-Lena Ek"),
        ("Zofia Król", "Zofia Król"),
        ("Qwzu Xyrk", "Qwzu Xyrk"),
        ("Will Jones", "Will Jones"),
    ],
)
def test_a_persons_name_is_found(label: str, name: str) -> None:
    assert person_in(label, vocabulary_of(TEXTS)) == name


@pytest.mark.parametrize(
    "label",
    [
        "School_Uniform",
        "school uniform",
        "Anna",
        "text-20",
        "S0007",
        "1061_0120295_DE_A1",
        "Climate Change",
        "Summer Holiday",
        "Will Smith",
        "Summer Rose",
        "Handyverbot Schulalltag",
        "été naïve",
        "Essay final version",
        "Anna went home",
        "",
    ],
)
def test_other_labels_are_no_names(label: str) -> None:
    assert person_in(label, vocabulary_of(TEXTS)) is None
