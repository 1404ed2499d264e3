"""What can be counted on the surface of a text: no meaning, no argument, no truth."""

import math
import re
from dataclasses import dataclass
from functools import lru_cache

from wordfreq import available_languages, zipf_frequency
from wordfreq.tokens import simple_tokenize

LONGEST_JUDGED_WORD = 10
"""Longer words that no list knows are often correct compounds, above all in Germanic languages."""

_ZIPF_CEILING = 8.0
"""No word is more frequent on the Zipf scale (log10 of occurrences in a billion words)."""

_CUT_BY_OTHER_MEANS = frozenset({"ja", "ko", "zh"})
"""Languages written without spaces, or so that spaces do not part words: their lists do not fit our words."""

_LIST_INSTEAD = {"no": "nb", "nn": "nb"}
_SENTENCE_END = re.compile(r"[.!?…]+(?=[\s\"'”’»)]|$)|\n\s*\n")


@dataclass(frozen=True, slots=True)
class SurfaceFeatures:
    """Of one text; without arguments those of a text without words, the worst of each.

    `length`: ln(1 + words). `diversity`: different words / sqrt(words) (Guiraud 1954), which falls when a text repeats
    itself. `rarity`: mean of 8 - Zipf frequency over the different words a list knows. `sentence_length`: ln of the mean
    words in a sentence. `unknown_share`: words of at most ten letters that the list lacks, among all words: mostly
    misspellings. `rarity` and `unknown_share` are None where no list helps.
    """

    length: float = 0.0
    diversity: float = 0.0
    rarity: float | None = 0.0
    sentence_length: float = 0.0
    unknown_share: float | None = 1.0


def surface_features(text: str, language: str) -> SurfaceFeatures:
    words = [token for token in simple_tokenize(text) if any(character.isalpha() for character in token)]
    if not words:
        return SurfaceFeatures()
    sentences = [piece for piece in _SENTENCE_END.split(text) if any(map(str.isalpha, piece))]
    word_list = word_list_for(language)
    return SurfaceFeatures(
        length=math.log1p(len(words)),
        diversity=len(set(words)) / math.sqrt(len(words)),
        rarity=_rarity(words, word_list) if word_list else None,
        sentence_length=math.log(len(words) / max(1, len(sentences))),
        unknown_share=_unknown_share(words, word_list) if word_list else None,
    )


@lru_cache(maxsize=64)
def word_list_for(language: str) -> str | None:
    """The list to use for an ISO 639-1 code, with or without a region (`sv`, `pt-BR`); None when there is none."""
    code = re.split(r"[-_]", language.strip().lower())[0]
    code = _LIST_INSTEAD.get(code, code)
    return code if code in available_languages() and code not in _CUT_BY_OTHER_MEANS else None


def _rarity(words: list[str], word_list: str) -> float | None:
    frequencies = [zipf_frequency(word, word_list) for word in sorted(set(words))]
    known = [frequency for frequency in frequencies if frequency > 0]
    return _ZIPF_CEILING - sum(known) / len(known) if known else None


def _unknown_share(words: list[str], word_list: str) -> float:
    unknown = [w for w in words if len(w) <= LONGEST_JUDGED_WORD and zipf_frequency(w, word_list) == 0]
    return len(unknown) / len(words)
