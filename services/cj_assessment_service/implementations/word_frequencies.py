"""How common words are, from the word lists that come with wordfreq."""

from collections.abc import Callable
from functools import lru_cache

from wordfreq import available_languages, zipf_frequency

from cj_assessment_service.protocols import WordFrequenciesProtocol

_ALWAYS = "en"
"""Words of English stand in texts and file names of every language."""


class WordFrequencies(WordFrequenciesProtocol):
    def frequency_in(self, language: str) -> Callable[[str], float]:
        named = language.partition("-")[0]
        lists = {_ALWAYS, named} & set(available_languages())

        @lru_cache(maxsize=1 << 16)
        def frequency(word: str) -> float:
            return max(zipf_frequency(word, each) for each in lists)

        return frequency
