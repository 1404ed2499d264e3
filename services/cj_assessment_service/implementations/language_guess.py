"""Tells the language of texts by their commonest words."""

import math
from collections.abc import Sequence
from functools import lru_cache

from wordfreq import top_n_list
from wordfreq.tokens import simple_tokenize

from cj_assessment_service.protocols import LanguageGuessProtocol

LANGUAGES = ("en", "sv", "de", "nb", "da", "fi", "fr", "es", "it", "nl", "pt", "pl")
UNDECIDED = "en"

_LISTED_WORDS = 3000
_UNLISTED_RANK = 20 * _LISTED_WORDS
_WORDS_READ_PER_TEXT = 200
_LEAST_SHARE_LISTED = 0.3


class WordListLanguageGuess(LanguageGuessProtocol):
    def guess_language(self, texts: Sequence[str]) -> str:
        return guess_language(texts)


def guess_language(texts: Sequence[str]) -> str:
    """The ISO 639-1 code of the language that makes the words most probable, a word of rank r having a probability of
    about 1/r (Zipf); `en` when no language lists at least 30 % of the words among its commonest 3000.
    """
    words = [word for text in texts for word in _first_words(text)]
    best = max(LANGUAGES, key=lambda language: _log_probability(words, language))
    listed = sum(word in _ranks(best) for word in words)
    return best if words and listed >= _LEAST_SHARE_LISTED * len(words) else UNDECIDED


def _first_words(text: str) -> list[str]:
    return [word for word in simple_tokenize(text) if word.isalpha()][:_WORDS_READ_PER_TEXT]


def _log_probability(words: Sequence[str], language: str) -> float:
    """Up to a constant that is the same for every language."""
    ranks = _ranks(language)
    return -sum(math.log(ranks.get(word, _UNLISTED_RANK)) for word in words)


@lru_cache(maxsize=len(LANGUAGES))
def _ranks(language: str) -> dict[str, int]:
    """1 for the commonest word."""
    return {word: rank for rank, word in enumerate(top_n_list(language, _LISTED_WORDS, "small"), start=1)}
