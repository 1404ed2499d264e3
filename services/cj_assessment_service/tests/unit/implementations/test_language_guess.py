import pytest

from cj_assessment_service.implementations.language_guess import WordListLanguageGuess, guess_language

SENTENCES = {
    "en": "I like my school because my friends are there.",
    "sv": "Jag tycker om min skola eftersom mina vänner är där.",
    "de": "Ich mag meine Schule, weil meine Freunde dort sind.",
    "nb": "Jeg liker skolen min fordi vennene mine er der.",
    "da": "Jeg kan lide min skole, fordi mine venner er der.",
    "fi": "Pidän koulustani, koska ystäväni ovat siellä.",
    "fr": "J'aime mon école parce que mes amis sont là.",
    "es": "Me gusta mi escuela porque mis amigos están allí.",
    "it": "Mi piace la mia scuola perché ci sono i miei amici.",
    "nl": "Ik vind mijn school leuk omdat mijn vrienden daar zijn.",
    "pt": "Gosto da minha escola porque os meus amigos estão lá.",
    "pl": "Lubię moją szkołę, bo są tam moi przyjaciele.",
}


@pytest.mark.parametrize(("language", "sentence"), SENTENCES.items())
def test_one_sentence_tells_the_language(language: str, sentence: str) -> None:
    assert guess_language([sentence]) == language


def test_most_of_the_words_decide() -> None:
    assert guess_language([SENTENCES["sv"], SENTENCES["sv"] * 2, SENTENCES["en"]]) == "sv"


def test_one_endless_text_does_not_outvote_the_others() -> None:
    assert guess_language([SENTENCES["en"] * 1000] + [SENTENCES["de"] * 30] * 5) == "de"


@pytest.mark.parametrize(
    "texts", [[], [""], ["12 345"], ["xyzzy qwrt"], ["Это моя школа."], ["日本語の文章です"]]
)
def test_what_cannot_be_told_is_taken_for_english(texts: list[str]) -> None:
    assert guess_language(texts) == "en"


def test_the_guess_is_offered_through_its_protocol() -> None:
    assert WordListLanguageGuess().guess_language([SENTENCES["fr"]]) == "fr"
