"""What a reader of an analysis must not miss, in sentences."""

from collections.abc import Sequence

from cj_assessment_service.domain.analyses import AnalysedItem, AnalysedJudge, AnalysisFigures
from cj_assessment_service.domain.decision_tables import DecisionTable
from cj_assessment_service.domain.scores import NORMAL_95, JudgeFlag

RELIABLE_ENOUGH = 0.8
"""The usual demand on scales that decide about people."""

FEW_COMPARISONS = 4
MOST_NAMED = 8
_NOTICEABLE_POSITION = 0.2


def analysis_warnings(
    table: DecisionTable,
    items: Sequence[AnalysedItem],
    judges: Sequence[AnalysedJudge],
    figures: AnalysisFigures,
) -> tuple[str, ...]:
    """The worst first."""
    found = [
        *_disconnected(items, figures),
        *_reliability(figures),
        *_adaptive(figures),
        *_rows(table),
        *_judges(judges),
        *_position(figures),
        *_rarely_compared(items),
    ]
    return (*found, *table.remarks)


def named(names: Sequence[str]) -> str:
    """The first few."""
    more = f" and {len(names) - MOST_NAMED:,} more" if len(names) > MOST_NAMED else ""
    return f"{', '.join(names[:MOST_NAMED])}{more}"


def _disconnected(items: Sequence[AnalysedItem], figures: AnalysisFigures) -> Sequence[str]:
    if figures.components == 1:
        return ()
    sizes = [0] * figures.components
    for item in items:
        sizes[item.component] += 1
    return (
        (
            f"The items fall into {figures.components:,} groups that were never compared with each other"
            f" ({named([str(size) for size in sizes])} items). Every group has a scale of its own: scores and ranks hold within"
            " a group and say nothing across groups. More comparisons between the groups would join them."
        ),
    )


def _reliability(figures: AnalysisFigures) -> Sequence[str]:
    reliability, null = figures.reliability, figures.null_reliability
    if reliability is None:
        return ()
    if null is not None and reliability <= null + 0.05:
        return (
            (
                f"The reliability of {reliability:.2f} is hardly better than the {null:.2f} that coin tosses would reach with"
                " these pairs: it does not show that there is an order."
            ),
        )
    if reliability < RELIABLE_ENOUGH:
        return (
            (
                f"The reliability of {reliability:.2f} is below {RELIABLE_ENOUGH}: do not base decisions about single items on"
                " this scale alone."
            ),
        )
    return ()


def _adaptive(figures: AnalysisFigures) -> Sequence[str]:
    if not figures.adaptive_suspected:
        return ()
    null = figures.null_reliability
    told = "" if null is None else f" Coin tosses with these pairs would show {null:.2f}."
    return (
        (
            "The pairs look as if they had been chosen adaptively, by what was known of the items. Reliabilities of such data are"
            f" inflated, those by the formulas of the literature most.{told}"
        ),
    )


def _rows(table: DecisionTable) -> Sequence[str]:
    if not table.left_out:
        return ()
    rows = "row says" if table.left_out == 1 else "rows say"
    return (
        f"{table.left_out:,} of {table.total_rows:,} {rows} nothing that could be used; they are listed below.",
    )


def _judges(judges: Sequence[AnalysedJudge]) -> Sequence[str]:
    found = []
    random = [judge.judge for judge in judges if JudgeFlag.NEAR_RANDOM in judge.flags]
    if random:
        found.append(f"Judges whose decisions are close to chance: {named(random)}.")
    misfits = [judge.judge for judge in judges if JudgeFlag.MISFIT in judge.flags]
    if misfits:
        found.append(f"Judges who disagree with the others more than chance explains: {named(misfits)}.")
    ignored = [judge.judge for judge in judges if JudgeFlag.LEVELS_IGNORED in judge.flags]
    if ignored:
        found.append(
            f"Judges whose levels say nothing beyond the winner, so that only that counts: {named(ignored)}."
        )
    return found


def _position(figures: AnalysisFigures) -> Sequence[str]:
    position = figures.position
    if position is None or abs(position.estimate) <= max(_NOTICEABLE_POSITION, NORMAL_95 * position.se):
        return ()
    place = "first" if position.estimate > 0 else "second"
    return (f"The judges favour the item shown {place}; the scores are corrected for it.",)


def _rarely_compared(items: Sequence[AnalysedItem]) -> Sequence[str]:
    rare = [item.item for item in items if item.comparisons < FEW_COMPARISONS]
    if not rare:
        return ()
    were = "1 item was" if len(rare) == 1 else f"{len(rare):,} items were"
    return (
        f"{were} compared fewer than {FEW_COMPARISONS} times, so the place is very uncertain: {named(rare)}.",
    )
