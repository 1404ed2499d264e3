import pytest

from cj_assessment_service.domain.answers import AnswerForm
from cj_assessment_service.domain.comparisons import JudgeReply, Verdict, Winner
from cj_assessment_service.domain.errors import InvalidJudge
from cj_assessment_service.domain.judges import JudgeSpec
from cj_assessment_service.implementations.judges.offline import NOTICE, open_judge, quality
from cj_assessment_service.implementations.judges.surface_features import surface_features, word_list_for
from cj_assessment_service.tests.unit.implementations.judges.tasks import LONG, SHORT, swapped, task


def read(reply: JudgeReply) -> Verdict:
    assert isinstance(reply, Verdict)
    return reply


def test_richer_writing_has_the_higher_quality() -> None:
    assert quality(LONG, "en") > quality(SHORT, "en")


def test_misspelling_words_lowers_the_quality() -> None:
    assert quality(LONG, "en") > quality(
        LONG.replace("families", "famylees").replace("animal", "animul"), "en"
    )


@pytest.mark.parametrize("text", ["a", "Dog.", "the xq", "7 7 7 is", SHORT])
def test_nothing_is_worse_than_an_empty_text(text: str) -> None:
    assert quality(" \n", "en") == quality("", "en") < quality(text, "en")


async def test_the_justification_names_what_decided() -> None:
    reply = read(await open_judge(JudgeSpec("offline")).compare(task()))
    assert reply.winner is Winner.SECOND
    assert reply.justification == "The better text has longer sentences and uses rarer words."


async def test_a_wide_margin_makes_it_sure_and_a_narrow_one_does_not() -> None:
    judge = open_judge(JudgeSpec("offline"))
    wide = read(await judge.compare(task(first_text="", second_text=LONG)))
    narrow = read(await judge.compare(task(first_text=LONG, second_text=LONG.replace("muddy", "dirty"))))
    assert (wide.confidence, narrow.confidence) == (5, 1)


async def test_the_wider_the_margin_the_higher_the_level() -> None:
    judge, graded = open_judge(JudgeSpec("offline")), AnswerForm.GRADED
    texts = [("", LONG), (LONG[:150], LONG), (LONG.replace("muddy", "dirty"), LONG)]
    replies = [read(await judge.compare(task("a", "b", *pair, answers=graded))) for pair in texts]
    assert [reply.level for reply in replies] == [3, 2, 1]


async def test_equal_texts_are_a_tie_where_one_is_allowed() -> None:
    question = task(first_text=SHORT, second_text=SHORT, answers=AnswerForm.GRADED_OR_TIE)
    reply = read(await open_judge(JudgeSpec("offline")).compare(question))
    assert (reply.winner, reply.level, reply.confidence) == (Winner.TIE, None, 1)


async def test_equal_texts_are_decided_alike_in_both_orders_and_without_confidence() -> None:
    judge, question = open_judge(JudgeSpec("offline")), task(first_text=SHORT, second_text=SHORT)
    one, other = read(await judge.compare(question)), read(await judge.compare(swapped(question)))
    assert one.winner is not other.winner
    assert (one.confidence, other.confidence) == (1, 1)


async def test_equal_texts_do_not_always_favour_the_first() -> None:
    judge = open_judge(JudgeSpec("offline"))
    replies = [read(await judge.compare(task(f"{n}", "x", SHORT, SHORT))) for n in range(20)]
    assert {reply.winner for reply in replies} == {Winner.FIRST, Winner.SECOND}


def test_people_are_told_not_to_grade_with_it() -> None:
    assert open_judge(JudgeSpec("offline")).traits.notice == NOTICE
    assert "never for grading" in NOTICE


def test_an_argument_is_refused() -> None:
    with pytest.raises(InvalidJudge, match="write offline"):
        open_judge(JudgeSpec("offline", "fast"))


@pytest.mark.parametrize(
    ("language", "word_list"),
    [
        ("en", "en"),
        ("SV", "sv"),
        ("pt-BR", "pt"),
        ("no", "nb"),
        ("nn_NO", "nb"),
        ("ja", None),
        ("xx", None),
        ("", None),
    ],
)
def test_the_word_list_follows_the_language(language: str, word_list: str | None) -> None:
    assert word_list_for(language) == word_list


def test_without_a_word_list_only_the_other_features_count() -> None:
    features = surface_features(LONG, "xx")
    assert (features.rarity, features.unknown_share) == (None, None)
    assert quality(LONG, "xx") > quality(SHORT, "xx")


def test_words_are_counted_without_digits_and_marks() -> None:
    assert (
        surface_features("One, two: 3 – four!", "en").length == surface_features("One two four", "en").length
    )


def test_long_compounds_do_not_count_as_misspelt() -> None:
    assert surface_features("Jag läser klassrumsbiblioteksboken nu.", "sv").unknown_share == 0
    assert surface_features("Jag läsxer boken nu.", "sv").unknown_share == 0.25
