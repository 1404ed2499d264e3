"""How well projected levels agree with real ones: `cj assess` with the offline judge on texts whose level is known."""

import csv
import tempfile
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median

import numpy as np

from benchmarks.figures import Bench, Figure
from cj_assessment_service.cj_core_logic.grade_projection.scales import get_scale
from cj_assessment_service.cj_core_logic.scoring.agreement import quadratic_weighted_kappa, spearman
from cj_assessment_service.domain.grades import GradeScale
from cj_assessment_service.domain.identifiers import Grade, GradeScaleId
from cj_assessment_service.tests.integration.killed_process import Command, run_command, run_to_its_end

ROOT = Path(__file__).parents[1]
GERMAN = ROOT.parent / "shared" / "data" / "graded_learner_texts_de" / "texts.csv"
EXAMPLES = ROOT / "examples"
FIRST_SEED = 2026


@dataclass(frozen=True, slots=True)
class GradedText:
    text_id: str
    level: Grade
    text: str


@dataclass(frozen=True, slots=True)
class TextSet:
    """Texts whose level is known, and how many of each level are given to the service as anchors."""

    name: str
    language: str
    scale: GradeScale
    texts: tuple[GradedText, ...]
    anchors_per_level: int


@dataclass(frozen=True, slots=True)
class Agreement:
    """Of projected and real levels of the texts that were no anchors. `by_score` and `by_length` are Spearman of the real
    level with the score and with the plain number of words, which needs no judge at all.
    """

    anchors: tuple[str, ...]
    others: int
    spearman: float | None
    by_score: float | None
    by_length: float | None
    kappa: float | None
    exact: float
    adjacent: float


async def measure(bench: Bench) -> tuple[Figure, ...]:
    sets = [
        *german_texts(),
        demo_texts("english", "en", "cefr", 2),
        demo_texts("swedish", "sv", "swedish_8_anchor", 1),
    ]
    return tuple([await figure_for(each, bench) for each in sets])


def german_texts() -> tuple[TextSet, ...]:
    """Loudly nothing where the shared data is not beside the repository."""
    if not GERMAN.exists():
        print(f"SKIPPED: the 60 German learner texts are not at {GERMAN}.")
        return ()
    with GERMAN.open(newline="", encoding="utf-8-sig") as file:
        texts = tuple(
            GradedText(row["item"], Grade(row["cefr_overall"]), row["text"]) for row in csv.DictReader(file)
        )
    return (TextSet("German learner texts (real)", "de", get_scale(GradeScaleId("cefr")), texts, 2),)


def demo_texts(folder: str, language: str, scale: str, anchors_per_level: int) -> TextSet:
    with (EXAMPLES / folder / "levels.csv").open(newline="") as file:
        levels = {row["id"]: Grade(row["intended_level"]) for row in csv.DictReader(file)}
    texts = tuple(
        GradedText(name, level, (EXAMPLES / folder / "essays" / f"{name}.txt").read_text(encoding="utf-8"))
        for name, level in levels.items()
    )
    name = f"{folder.capitalize()} demo texts (written for the project)"
    return TextSet(name, language, get_scale(GradeScaleId(scale)), texts, anchors_per_level)


async def figure_for(texts: TextSet, bench: Bench) -> Figure:
    agreements = []
    with tempfile.TemporaryDirectory(prefix="cj-bench-") as folder:
        for draw in range(bench.effort.draws):
            work = Path(folder) / f"draw-{draw}"
            anchors = drawn_anchors(texts, FIRST_SEED + draw)
            prepare_input(work, texts, anchors)
            if await run_to_its_end(run_command, command_for(work, texts, bench.data_dir)) != 0:
                raise RuntimeError((work / "said.txt").read_text())
            agreements.append(agreement_in(work, texts, anchors))
            print(f"{texts.name}, draw {FIRST_SEED + draw}: {agreements[-1]}")
    first = agreements[0]
    return Figure(
        f"{texts.name}: {first.others} graded from {len(first.anchors)} anchors, {len(agreements)} draws",
        "",
        "",
        summary(agreements),
    )


def summary(agreements: Sequence[Agreement]) -> str:
    return (
        f"Spearman {spread([a.spearman for a in agreements])}, QWK {spread([a.kappa for a in agreements])}, "
        f"exact {spread([a.exact for a in agreements])}, "
        f"exact or adjacent {spread([a.adjacent for a in agreements])}; "
        f"Spearman of the scores {spread([a.by_score for a in agreements])}, "
        f"of the number of words alone {spread([a.by_length for a in agreements])}"
    )


def spread(values: Sequence[float | None]) -> str:
    """Median and range; None is a draw in which the figure is undefined, because one side did not vary."""
    defined = [value for value in values if value is not None]
    if not defined:
        return "undefined"
    text = f"{median(defined):.2f} [{min(defined):.2f} to {max(defined):.2f}]"
    return text if len(defined) == len(values) else f"{text} (undefined in {len(values) - len(defined)})"


def drawn_anchors(texts: TextSet, seed: int) -> tuple[GradedText, ...]:
    """The same number of each level, lowest level first."""
    rng = np.random.default_rng(seed)
    by_level: defaultdict[Grade, list[GradedText]] = defaultdict(list)
    for text in sorted(texts.texts, key=lambda each: each.text_id):
        by_level[text.level].append(text)
    return tuple(
        by_level[level][place]
        for level in sorted(by_level, key=texts.scale.index_of)
        for place in sorted(rng.choice(len(by_level[level]), texts.anchors_per_level, replace=False).tolist())
    )


def prepare_input(work: Path, texts: TextSet, anchors: Sequence[GradedText]) -> None:
    work.mkdir()
    write_table(work / "essays.csv", ("id", "text"), [(text.text_id, text.text) for text in texts.texts])
    write_table(work / "anchors.csv", ("id", "grade"), [(anchor.text_id, anchor.level) for anchor in anchors])


def write_table(path: Path, header: tuple[str, str], rows: Sequence[tuple[str, str]]) -> None:
    with path.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([header, *rows])


def command_for(work: Path, texts: TextSet, data_dir: Path) -> Command:
    options = {
        "--anchors": str(work / "anchors.csv"),
        "--scale": texts.scale.scale_id,
        "--judge": "offline",
        "--language": texts.language,
        "--seed": "7",
        "--out": str(work / "results"),
    }
    words = [word for option in options.items() for word in option]
    return Command(("assess", str(work / "essays.csv"), *words), data_dir, work / "said.txt")


def agreement_in(work: Path, texts: TextSet, anchors: Sequence[GradedText]) -> Agreement:
    real = {text.text_id: texts.scale.index_of(text.level) for text in texts.texts}
    words = {text.text_id: len(text.text.split()) for text in texts.texts}
    with (work / "results" / "essays.csv").open(newline="", encoding="utf-8") as file:
        rows = [row for row in csv.DictReader(file) if row["is_anchor"] == "false"]
    levels = [real[row["essay_id"]] for row in rows]
    projected = [texts.scale.index_of(base_grade(texts.scale, row["grade"])) for row in rows]
    scores = [float(row["score"]) for row in rows]
    apart = np.abs(np.subtract(levels, projected))
    return Agreement(
        anchors=tuple(f"{anchor.text_id} ({anchor.level})" for anchor in anchors),
        others=len(rows),
        spearman=spearman(projected, levels),
        by_score=spearman(scores, levels),
        by_length=spearman([words[row["essay_id"]] for row in rows], levels),
        kappa=quadratic_weighted_kappa(projected, levels),
        exact=float((apart == 0).mean()),
        adjacent=float((apart <= 1).mean()),
    )


def base_grade(scale: GradeScale, grade: str) -> Grade:
    """Without the minus or plus that says where in the grade a text lies."""
    return Grade(grade) if scale.accepts(grade) else Grade(grade.rstrip("+-"))
