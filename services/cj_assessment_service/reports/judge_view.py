"""The judges of a report, as typed values: every word and number ready."""

from collections.abc import Sequence
from dataclasses import dataclass

from cj_assessment_service.domain.judge_summaries import (
    BetweenJudges,
    GroupAgreement,
    JudgeSummary,
    LengthPreference,
    MetJudges,
    ObservedShare,
)
from cj_assessment_service.domain.scores import JudgeTerms
from cj_assessment_service.reports.judge_words import (
    FLAG_WORDS,
    KIND_WORDS,
    REMARK_WORDS,
    YARDSTICK_WORDS,
    what_counts,
)
from cj_assessment_service.reports.wording import counted, first_win_share, money, signed

NOTHING = "–"


@dataclass(frozen=True, slots=True)
class Measured:
    """A value, and in lines beneath it how sure it is and on what it rests."""

    value: str
    notes: tuple[str, ...] = ()


NOT_MEASURED = Measured(NOTHING)


@dataclass(frozen=True, slots=True)
class JudgeView:
    """One judge: who it is, how it decided, how steady it is, and what it took."""

    name: str
    kind: str
    is_excluded: bool
    look: tuple[str, ...]
    decisions: str
    failures: str
    reused: str
    agreement: Measured
    met: Measured
    sharpness: Measured
    fit: Measured
    position: Measured
    flips: Measured
    repeats: Measured
    ties: str
    counts: str
    longer: Measured
    beyond: Measured
    seconds: str
    tokens: str
    cached: str
    cost: Measured


@dataclass(frozen=True, slots=True)
class JudgePairView:
    """Two judges, or two kinds of judges."""

    one: str
    other: str
    met: Measured
    kappa: str
    correlation: str
    disattenuated: Measured


def judge_views(judges: Sequence[JudgeSummary]) -> tuple[JudgeView, ...]:
    return tuple(_judge(judge) for judge in judges)


def judge_pair_views(between: BetweenJudges | None) -> tuple[JudgePairView, ...]:
    """Every two judges that can be compared, then every two kinds."""
    if between is None:
        return ()
    met = {(one.one, one.other): one for one in between.met}
    scales = {(one.one, one.other): one for one in between.scales}
    pairs = [_pair(pair, met.get(pair), scales.get(pair)) for pair in sorted(met.keys() | scales.keys())]
    words = {kind.value: word for kind, word in KIND_WORDS.items()}
    kinds = [_pair((f"all {words[one.one]}", f"all {words[one.other]}"), None, one) for one in between.kinds]
    return (*pairs, *kinds)


def _judge(judge: JudgeSummary) -> JudgeView:
    terms = judge.terms
    return JudgeView(
        name=judge.judge,
        kind=KIND_WORDS[judge.kind],
        is_excluded=judge.is_excluded,
        look=_look(judge),
        decisions=f"{judge.decisions:,}",
        failures=f"{judge.failures:,}",
        reused=f"{judge.reused:,}",
        agreement=_agreement(judge),
        met=_met(judge),
        sharpness=_sharpness(terms),
        fit=NOT_MEASURED
        if terms is None
        else Measured(_number(terms.infit), (f"outfit {_number(terms.outfit)}",)),
        position=_position(terms),
        flips=_seen(judge.flips),
        repeats=_seen(judge.repeats),
        ties=NOTHING if judge.ties is None else f"{judge.ties.share:.0%}",
        counts=NOTHING if terms is None else what_counts(terms),
        longer=NOT_MEASURED if judge.length is None else _seen(judge.length.longer),
        beyond=NOT_MEASURED if judge.length is None else _beyond(judge.length),
        seconds=NOTHING if judge.median_seconds is None else f"{judge.median_seconds:.1f} s",
        tokens=f"{judge.tokens:,}",
        cached=f"{judge.cached_tokens / judge.prompt_tokens:.0%}" if judge.prompt_tokens else NOTHING,
        cost=_cost(judge),
    )


def _look(judge: JudgeSummary) -> tuple[str, ...]:
    flags = judge.terms.flags if judge.terms is not None else ()
    remarks = [f"{REMARK_WORDS[one.remark]} in {counted(one.answers, 'answer')}" for one in judge.remarks]
    return (*(FLAG_WORDS[flag] for flag in flags), *remarks)


def _agreement(judge: JudgeSummary) -> Measured:
    if judge.agreement is None:
        return NOT_MEASURED
    agreed = judge.agreement.agreed
    notes = (_range(agreed.low, agreed.high), YARDSTICK_WORDS[judge.agreement.yardstick])
    return Measured(f"{agreed.share:.0%}", notes)


def _met(judge: JudgeSummary) -> Measured:
    if judge.met is None:
        return NOT_MEASURED
    kappa = () if judge.met.kappa is None else (f"kappa {signed(judge.met.kappa)}",)
    return Measured(f"{judge.met.equal:.0%}", (f"of {judge.met.meetings:,}", *kappa))


def _sharpness(terms: JudgeTerms | None) -> Measured:
    if terms is None:
        return NOT_MEASURED
    return Measured(f"{terms.discrimination:.2f}", (f"± {terms.discrimination_se:.2f}",))


def _position(terms: JudgeTerms | None) -> Measured:
    if terms is None:
        return NOT_MEASURED
    low, high = terms.position.interval
    share = first_win_share(terms.position.estimate)
    return Measured(
        signed(terms.position.estimate), (f"{signed(low)} … {signed(high)}", f"first wins {share:.0%}")
    )


def _beyond(length: LengthPreference) -> Measured:
    if length.beyond is None or length.beyond_limits is None:
        return NOT_MEASURED
    low, high = length.beyond_limits
    return Measured(signed(length.beyond), (f"{signed(low)} … {signed(high)}",))


def _seen(seen: ObservedShare | None) -> Measured:
    if seen is None:
        return NOT_MEASURED
    return Measured(f"{seen.share:.0%}", (_range(seen.low, seen.high), f"of {counted(seen.pairs, 'pair')}"))


def _cost(judge: JudgeSummary) -> Measured:
    if judge.is_priced:
        return Measured(money(judge.cost))
    unknown = ("price unknown of", counted(judge.unpriced, "answer"))
    return Measured(money(judge.cost), unknown) if judge.cost else Measured("unknown", unknown)


def _pair(names: tuple[str, str], met: MetJudges | None, scales: GroupAgreement | None) -> JudgePairView:
    agreement = met.agreement if met is not None else None
    return JudgePairView(
        one=names[0],
        other=names[1],
        met=Measured(f"{agreement.equal:.0%}", (f"of {agreement.meetings:,}",))
        if agreement
        else NOT_MEASURED,
        kappa=_number(agreement.kappa if agreement is not None else None),
        correlation=_number(scales.correlation if scales is not None else None),
        disattenuated=_disattenuated(scales),
    )


def _disattenuated(scales: GroupAgreement | None) -> Measured:
    if scales is None or scales.disattenuated is None or scales.limits is None:
        return NOT_MEASURED
    low, high = scales.limits
    return Measured(signed(scales.disattenuated), (f"{signed(low)} … {signed(high)}",))


def _range(low: float, high: float) -> str:
    return f"{low:.0%} … {high:.0%}"


def _number(value: float | None) -> str:
    return NOTHING if value is None else signed(value)
