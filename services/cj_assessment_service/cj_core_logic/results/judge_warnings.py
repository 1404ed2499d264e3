"""What somebody must know about the judges before relying on the scale."""

from collections.abc import Sequence

from cj_assessment_service.domain.judge_summaries import BetweenJudges, GroupAgreement
from cj_assessment_service.domain.scores import JudgeFlag, Scoreboard

CLEARLY_LESS = 0.05
"""How far the reliability between judges must lie below the claimed one, with 97.5 % certainty, to be warned of."""

APART = 0.1
"""How far a judge's scale must lie from those of the others, beyond how far those lie from each other, to be named."""


def judge_warnings(excluded: Sequence[str], board: Scoreboard, between: BetweenJudges) -> tuple[str, ...]:
    """Empty when the judges agree and none of them is excluded."""
    found = []
    if excluded:
        found.append(f"Excluded, so that their decisions do not count: {', '.join(excluded)}.")
    if random := _flagged(board, JudgeFlag.NEAR_RANDOM):
        found.append(f"Judges whose decisions are close to chance, and count for little: {random}.")
    if ignored := _flagged(board, JudgeFlag.LEVELS_IGNORED):
        found.append(
            f"Judges whose levels say nothing beyond the winner, so that only the winner counts: {ignored}."
        )
    if apart := judges_apart(between):
        found.append(
            f"Judges that see another order than the others: {', '.join(apart)}. Look at the scale without them before you"
            " rely on it."
        )
    return (*found, *_disagreement(board, between))


def judges_apart(between: BetweenJudges) -> tuple[str, ...]:
    """Judges whose own scales all lie further from those of the others than these lie from each other, with 97.5 % certainty."""
    known = [one for one in between.scales if one.disattenuated is not None]
    judges = sorted({name for one in known for name in (one.one, one.other)})
    return tuple(judge for judge in judges if _is_apart(judge, known))


def _is_apart(judge: str, known: Sequence[GroupAgreement]) -> bool:
    own = [one.limits[1] for one in known if judge in (one.one, one.other) and one.limits is not None]
    rest = [
        one.disattenuated
        for one in known
        if judge not in (one.one, one.other) and one.disattenuated is not None
    ]
    return bool(own and rest) and max(own) < sum(rest) / len(rest) - APART


def _disagreement(board: Scoreboard, between: BetweenJudges) -> Sequence[str]:
    if between.correlation is None or between.reliability is None or between.reliability_limits is None:
        return ()
    if between.reliability_limits[1] >= board.reliability - CLEARLY_LESS:
        return ()
    words = (
        f"The judges do not see the same order: their separate scales correlate with {between.correlation:.2f} once chance"
        f" is taken out. Other judges of this sort would confirm this scale with about {between.reliability:.2f}, not with the"
        f" reliability of {board.reliability:.2f} that holds for these judges only."
    )
    return (words,)


def _flagged(board: Scoreboard, flag: JudgeFlag) -> str:
    return ", ".join(judge.judge for judge in board.judges if flag in judge.flags)
