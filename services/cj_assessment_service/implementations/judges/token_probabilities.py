"""How probable a model found each of its possible verdicts, read from the log-probabilities of its tokens.

Only the token that begins the word after `"winner"` tells: there the model chooses. Of the tokens that could have stood
there, those that can only begin "first" are added up against those that can only begin "second"; the rest is left out
and the two are divided by their sum. A tie is not part of it: p_first is the probability that the first is better given
that one is.

What the model wrote before counts as given. A justification before the winner has mostly decided already, so these
probabilities are closer to 0 and 1 than the model's hits warrant; scoring allows for that (docs/measurement.md, 1.5).
"""

import re
from collections.abc import Sequence
from math import exp, isfinite

from cj_assessment_service.domain.comparisons import Winner
from cj_assessment_service.implementations.judges.model_answer import TokenChoice

SMALLEST_SHARE = 0.5
"""Of the probability at that place. Where less falls on the words asked for, the model was not choosing among them."""

HIGHEST_TOTAL = 1.01
"""Rounding may bring the sum of probabilities above 1; more than that, and they are none."""

_VALUE = re.compile(rb'(?<!\\)"winner"\s*:\s*"')
_BEFORE_VALUE = b' \t\r\n":'


def first_probability(text: str, tokens: Sequence[TokenChoice]) -> float | None:
    """None where the place cannot be found for certain, and where the most probable verdict is a tie."""
    place = _place_of_winner(text.encode("utf-8", "replace"), tokens)
    if place is None:
        return None
    shares = dict.fromkeys(Winner, 0.0)
    total = 0.0
    for token, logprob in place.options:
        probability = exp(min(0.0, logprob)) if isfinite(logprob) else 0.0
        total += probability
        winner = _begins(token)
        if winner is not None:
            shares[winner] += probability
    first, second, tie = shares[Winner.FIRST], shares[Winner.SECOND], shares[Winner.TIE]
    if first + second + tie < SMALLEST_SHARE or tie >= max(first, second) or total > HIGHEST_TOTAL:
        return None
    return first / (first + second)


def _place_of_winner(text: bytes, tokens: Sequence[TokenChoice]) -> TokenChoice | None:
    """The token that holds the first letter of the value, if there is exactly one such value and the tokens are the text."""
    starts = [match.end() for match in _VALUE.finditer(text)]
    told = b"".join(token.said for token in tokens)
    if len(starts) != 1 or told.count(text) != 1:
        return None
    wanted, end = told.index(text) + starts[0], 0
    for token in tokens:
        end += len(token.said)
        if end > wanted:
            # with more than blanks and signs before the value this token decides more than the winner
            return token if _begins(token.said) is not None else None
    return None


def _begins(token: bytes) -> Winner | None:
    """The only verdict that can go on from this token; None for none or several."""
    letters = token.lstrip(_BEFORE_VALUE).lower()
    if not letters:
        return None
    # the closing quote belongs to the word: "firstly" is no verdict
    fitting = [
        winner
        for winner in Winner
        if (word := winner.value.encode() + b'"').startswith(letters) or letters.startswith(word)
    ]
    return fitting[0] if len(fitting) == 1 else None
