"""How the offline judge orders the example texts by their intended levels (Spearman's rank correlation).

The bounds lie well below what was seen when the rule was written (English 0.89, Swedish 0.98): they notice a feature that
broke, not a changed example.
"""

import csv
from pathlib import Path

import pytest
from scipy.stats import spearmanr

from cj_assessment_service.implementations.judges.offline import quality

EXAMPLES = Path(__file__).parents[6] / "examples"
CEFR = ("A1", "A2", "B1", "B2", "C1", "C2")
SWEDISH = ("F", "E", "D", "D+", "C", "C+", "B", "A")


@pytest.mark.parametrize(
    ("folder", "language", "levels", "least"),
    [("english", "en", CEFR, 0.75), ("swedish", "sv", SWEDISH, 0.75)],
)
def test_better_examples_tend_to_get_the_higher_quality(
    folder: str, language: str, levels: tuple[str, ...], least: float
) -> None:
    with (EXAMPLES / folder / "levels.csv").open(newline="", encoding="utf-8") as lines:
        intended = {row["id"]: levels.index(row["intended_level"]) for row in csv.DictReader(lines)}
    texts = [(EXAMPLES / folder / "essays" / f"{name}.txt").read_text(encoding="utf-8") for name in intended]
    assert spearmanr([quality(text, language) for text in texts], list(intended.values()))[0] > least
