import pytest

from cj_assessment_service.cj_core_logic.judging.injection_guard import SIGNALS
from cj_assessment_service.cj_core_logic.judging.needed_words import needed_words
from cj_assessment_service.cj_core_logic.judging.plain_letters import plain_letters
from cj_assessment_service.tests.fixtures.attacks import HELD_OUT, HONEST, SEEN


@pytest.mark.parametrize(
    ("pattern", "words"),
    [
        (r"\bwinner\b", ("winner",)),
        (r"winners?", ("winner",)),
        (r"(?:choose|pick)[\s,]+this", ("choose", "pick")),
        (r"(?:a|)[\s,]+text", ("text",)),
        (r"(?:very )?good", ("good",)),
        (r"(?:very ){0,3}good", ("good",)),
        (r"good(?! idea)", ("good",)),
        (r"[<>]{2,}(?:begin|end)", ("begin", "end")),
        (r"first|(?:the )?second", ("first", "second")),
        (r"first|\d+", ()),
        (r"[\])|]+x{2}", ("x",)),
    ],
)
def test_the_words_a_pattern_cannot_do_without_are_read_off_it(pattern: str, words: tuple[str, ...]) -> None:
    assert needed_words(pattern) == words


@pytest.mark.parametrize("text", [*(attack.text for attack in (*SEEN, *HELD_OUT)), *HONEST])
def test_looking_for_needed_words_first_hides_no_match(text: str) -> None:
    read = plain_letters(text).lower()
    for signal in SIGNALS:
        assert list(signal.places_in(read)) == [match.start() for match in signal.pattern.finditer(read)]


def test_every_signal_is_cheap_to_rule_out() -> None:
    assert all(signal.needed for signal in SIGNALS)
