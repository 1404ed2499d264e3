"""What the decisions say of each judge."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from statistics import median

import numpy as np

from cj_assessment_service.cj_core_logic.results.panel_scales import PanelScales
from cj_assessment_service.cj_core_logic.scoring.arrays import FloatArray, IntArray
from cj_assessment_service.cj_core_logic.scoring.judge_agreement import judge_agreement
from cj_assessment_service.cj_core_logic.scoring.judgements import Judgements, judgements_of
from cj_assessment_service.cj_core_logic.scoring.length_preference import length_preference
from cj_assessment_service.cj_core_logic.scoring.observed_shares import (
    flip_rate,
    repeat_consistency,
    share_over_pairs,
)
from cj_assessment_service.cj_core_logic.scoring.tallies import won_by_first
from cj_assessment_service.domain.comparisons import DecidedComparison, RecordedComparison
from cj_assessment_service.domain.identifiers import EssayId
from cj_assessment_service.domain.judge_summaries import (
    JudgeAgreement,
    JudgeSummary,
    LengthPreference,
    ObservedShare,
    RemarkCount,
    ScaleAgreement,
    StatedCertainty,
    Yardstick,
    kind_of,
)
from cj_assessment_service.domain.scores import JudgeTerms, Scoreboard


@dataclass(frozen=True, slots=True)
class JudgeEvidence:
    """What judges are summed up from. `lengths` are those of the texts in characters; `board` and `scales` are None where no
    scale could be made.
    """

    comparisons: tuple[RecordedComparison, ...]
    excluded: frozenset[str]
    lengths: Mapping[EssayId, int]
    board: Scoreboard | None
    scales: PanelScales | None


def judge_summaries(evidence: JudgeEvidence) -> tuple[JudgeSummary, ...]:
    """One for each judge that was asked, by name."""
    asked: defaultdict[str, list[RecordedComparison]] = defaultdict(list)
    for one in evidence.comparisons:
        asked[one.judge].append(one)
    everyone = [one for judge, own in asked.items() if judge not in evidence.excluded for one in own]
    together = _judgements(everyone)
    summaries = []
    for judge in sorted(asked):
        is_excluded = judge in evidence.excluded
        company = _judgements([*everyone, *asked[judge]]) if is_excluded else together
        met = None if company is None else _met(judge, company)
        summaries.append(_summary(judge, asked[judge], evidence, met))
    return tuple(summaries)


def _summary(
    judge: str, asked: Sequence[RecordedComparison], evidence: JudgeEvidence, met: JudgeAgreement | None
) -> JudgeSummary:
    own = _judgements(asked)
    shares = _Shares(None, None, None, None) if own is None else _shares(own)
    paid = [one.usage for one in asked if one.usage is not None and not one.is_reused]
    known = [usage.cost for usage in paid if usage.cost is not None]
    remarks = Counter(remark for one in asked for remark in one.remarks)
    return JudgeSummary(
        judge=judge,
        kind=kind_of(judge),
        is_excluded=judge in evidence.excluded,
        decisions=sum(one.winner is not None for one in asked),
        failures=sum(one.error is not None for one in asked),
        reused=sum(one.is_reused for one in asked),
        agreement=None if own is None else _agreement(judge, own, asked, evidence),
        met=met,
        first_share=shares.first,
        ties=shares.ties,
        flips=shares.flips,
        repeats=shares.repeats,
        length=None if own is None else _length(judge, own, evidence),
        median_seconds=median(usage.seconds for usage in paid) if paid else None,
        prompt_tokens=sum(usage.prompt_tokens for usage in paid),
        completion_tokens=sum(usage.completion_tokens for usage in paid),
        cached_tokens=sum(usage.cached_tokens for usage in paid),
        cost=sum(known, Decimal(0)),
        unpriced=len(paid) - len(known),
        remarks=tuple(RemarkCount(remark, remarks[remark]) for remark in sorted(remarks)),
        terms=_terms(judge, evidence.scales),
    )


def _terms(judge: str, scales: PanelScales | None) -> JudgeTerms | None:
    return scales.terms.get(judge) if scales is not None else None


def _decided(asked: Sequence[RecordedComparison]) -> list[DecidedComparison]:
    return [judgement for one in asked if (judgement := one.judgement) is not None]


def _judgements(asked: Sequence[RecordedComparison]) -> Judgements | None:
    """About the essays that occur in them; None without a decision."""
    decided = _decided(asked)
    if not decided:
        return None
    return judgements_of(sorted({essay for one in decided for essay in one.pair.unordered}), decided)


@dataclass(frozen=True, slots=True)
class _Shares:
    first: ObservedShare | None
    ties: ObservedShare | None
    flips: ObservedShare | None
    repeats: ObservedShare | None


def _shares(own: Judgements) -> _Shares:
    first_won = won_by_first(own)
    is_tie = first_won == 0.5
    return _Shares(
        first=share_over_pairs(own, np.where(is_tie, np.nan, first_won)),
        ties=share_over_pairs(own, is_tie.astype(np.float64)),
        flips=flip_rate(own),
        repeats=repeat_consistency(own),
    )


def _agreement(
    judge: str, own: Judgements, asked: Sequence[RecordedComparison], evidence: JudgeEvidence
) -> ScaleAgreement | None:
    """None where no decision is about two essays that the yardstick tells apart."""
    others = evidence.scales.others.get(judge) if evidence.scales is not None else None
    board = others or evidence.board
    if board is None:
        return None
    agrees = _agrees(own, board)
    agreed = share_over_pairs(own, agrees)
    if agreed is None:
        return None
    confidence = [one.confidence for one in _decided(asked)]
    stated = np.array([0 if value is None else round(value) for value in confidence], dtype=np.intp)
    return ScaleAgreement(
        yardstick=Yardstick.ALL if others is None else Yardstick.OTHERS,
        agreed=agreed,
        by_confidence=_by_stated(own, agrees, stated),
        by_level=_by_stated(own, agrees, own.level),
    )


def _by_stated(own: Judgements, agrees: FloatArray, stated: IntArray) -> tuple[StatedCertainty, ...]:
    """0 is nothing stated."""
    found = []
    for value in sorted(set(stated[stated > 0].tolist())):
        agreed = share_over_pairs(own, np.where(stated == value, agrees, np.nan))
        if agreed is not None:
            found.append(StatedCertainty(value, agreed))
    return tuple(found)


def _agrees(own: Judgements, board: Scoreboard) -> FloatArray:
    """1 where the essay with the higher score won, 0 where it lost; nan for ties and where scores do not differ or compare."""
    scores, parts = _scores(own, board)
    lead = scores[own.first] - scores[own.second]
    first_won = won_by_first(own)
    counts = (parts[own.first] == parts[own.second]) & (np.nan_to_num(lead) != 0.0) & (first_won != 0.5)
    return np.where(counts, (lead > 0.0) == (first_won == 1.0), np.nan)


def _scores(own: Judgements, board: Scoreboard) -> tuple[FloatArray, IntArray]:
    """Score and connected part of each essay of `own`; nan for one that was not compared in `board`."""
    by_id = {score.essay_id: score for score in board.scores}
    found = [by_id[essay] for essay in own.essays]
    scores = np.array([score.score if score.comparisons else np.nan for score in found])
    return scores, np.array([score.component for score in found], dtype=np.intp)


def _met(judge: str, company: Judgements) -> JudgeAgreement | None:
    """With all others of the company together, none of whom meets another of them."""
    if judge not in company.judges:
        return None
    is_judge = np.asarray(company.judge == company.judges.index(judge)).astype(np.intp)
    return judge_agreement(replace(company, judges=("0 others", "1 judge"), judge=is_judge))


def _length(judge: str, own: Judgements, evidence: JudgeEvidence) -> LengthPreference | None:
    lengths = np.array([float(evidence.lengths.get(essay, np.nan)) for essay in own.essays])
    others = evidence.scales.others.get(judge) if evidence.scales is not None else None
    return length_preference(own, lengths, None if others is None else _scores(own, others)[0])
