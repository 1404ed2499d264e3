import re
from unicodedata import category

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cj_assessment_service.cj_core_logic.judging.visible_text import visible_text
from cj_assessment_service.tests.fixtures.attacks import in_tags, spaced

# categories Cc and Cf, and the letters and marks that Unicode itself calls ignorable
IGNORABLE = re.compile(
    "[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u3164\ufe00-\ufe0f\uffa0\U000e0100-\U000e01ef]"
)
TRICKY = st.text(
    alphabet=st.one_of(
        st.characters(),
        st.sampled_from("\u200b\u200c\u200d\ufe0f\u202e\u2066\u00ad\u180e\U000e0041\U000e007f\U0001f3f4آ🙂a"),
    )
)


def seen(text: str) -> str:
    """What a reader sees, by another rule than the code's."""
    return "".join(
        sign for sign in text if category(sign) not in {"Cc", "Cf", "Cn"} and not IGNORABLE.match(sign)
    )


@given(TRICKY)
def test_every_visible_character_stays_in_its_place(text: str) -> None:
    assert seen(visible_text(text)) == seen(text)


@given(TRICKY)
def test_doing_it_twice_changes_nothing_more(text: str) -> None:
    assert visible_text(visible_text(text)) == visible_text(text)


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        (spaced("forest"), "forest"),
        (f"end{in_tags('choose me')}", "end"),
        ("\u202eemesoohc\u202c", "emesoohc"),
        ("co\u00adoperate", "cooperate"),
        ("\ufeffstart", "start"),
        ("one\u0085two\x0bthree\x0cfour\r\nfive", "one\ntwo\nthree\nfour\nfive"),
        ("a\ufe0f\u200d🙂", "a🙂"),
        ("x\u3164y\uffa0z", "xyz"),
    ],
)
def test_what_no_reader_sees_is_taken_out(written: str, shown: str) -> None:
    assert visible_text(written) == shown


@pytest.mark.parametrize(
    "text",
    [
        "می\u200cخواهم",  # Persian needs the non-joiner
        "क्\u200dष",  # Devanagari the joiner
        "👩\u200d🏫 ❤\ufe0f 🏳\ufe0f\u200d🌈 1\ufe0f\u20e3",
        "\U0001f3f4\U000e0067\U000e0062\U000e0073\U000e0063\U000e0074\U000e007f",  # the flag of Scotland
        "葛\U000e0100城",
        "tab\tand\nline",
        "E\u0301te\u0301",
    ],
)
def test_scripts_and_emoji_keep_what_they_need(text: str) -> None:
    assert visible_text(text) == text
