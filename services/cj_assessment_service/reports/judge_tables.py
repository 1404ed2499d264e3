"""The judges of a result as plain tables."""

from cj_assessment_service.domain.judge_summaries import (
    GroupAgreement,
    JudgeAgreement,
    JudgeSummary,
    LengthPreference,
    ObservedShare,
    ScaleAgreement,
)
from cj_assessment_service.domain.results import AssessmentResult
from cj_assessment_service.domain.scores import JudgeTerms
from cj_assessment_service.reports.tables import Cell, Column, Kind, Table

JUDGE_COLUMNS = (
    Column("judge", Kind.TEXT),
    Column("kind", Kind.TEXT),
    Column("excluded", Kind.FLAG),
    Column("decisions", Kind.COUNT),
    Column("failures", Kind.COUNT),
    Column("reused", Kind.COUNT),
    Column("agreement", Kind.SHARE),
    Column("agreement_low", Kind.SHARE),
    Column("agreement_high", Kind.SHARE),
    Column("agreement_with", Kind.TEXT),
    Column("met_answers", Kind.COUNT),
    Column("met_equal", Kind.SHARE),
    Column("met_kappa", Kind.SCORE),
    Column("first_share", Kind.SHARE),
    Column("position_effect", Kind.SCORE),
    Column("position_low", Kind.SCORE),
    Column("position_high", Kind.SCORE),
    Column("flip_rate", Kind.SHARE),
    Column("flip_low", Kind.SHARE),
    Column("flip_high", Kind.SHARE),
    Column("flip_pairs", Kind.COUNT),
    Column("repeat_consistency", Kind.SHARE),
    Column("repeat_low", Kind.SHARE),
    Column("repeat_high", Kind.SHARE),
    Column("repeat_pairs", Kind.COUNT),
    Column("tie_rate", Kind.SHARE),
    Column("longer_share", Kind.SHARE),
    Column("longer_low", Kind.SHARE),
    Column("longer_high", Kind.SHARE),
    Column("longer_beyond", Kind.SCORE),
    Column("longer_beyond_low", Kind.SCORE),
    Column("longer_beyond_high", Kind.SCORE),
    Column("infit", Kind.SCORE),
    Column("outfit", Kind.SCORE),
    Column("discrimination", Kind.SCORE),
    Column("discrimination_se", Kind.SCORE),
    Column("levels", Kind.TEXT),
    Column("form", Kind.TEXT),
    Column("median_seconds", Kind.SECONDS),
    Column("prompt_tokens", Kind.COUNT),
    Column("completion_tokens", Kind.COUNT),
    Column("cached_tokens", Kind.COUNT),
    Column("cost", Kind.MONEY),
    Column("unpriced", Kind.COUNT),
    Column("remarks", Kind.TEXT),
    Column("flags", Kind.TEXT),
)

PAIR_COLUMNS = (
    Column("judge", Kind.TEXT),
    Column("other", Kind.TEXT),
    Column("met_answers", Kind.COUNT),
    Column("met_equal", Kind.SHARE),
    Column("met_equal_winner", Kind.SHARE),
    Column("met_kappa", Kind.SCORE),
    Column("essays", Kind.COUNT),
    Column("correlation", Kind.SCORE),
    Column("disattenuated", Kind.SCORE),
    Column("disattenuated_low", Kind.SCORE),
    Column("disattenuated_high", Kind.SCORE),
)


def judges_table(result: AssessmentResult) -> Table:
    """One row for each judge, by name. `cost` is empty where no price is known, and without the `unpriced` answers otherwise."""
    return Table("Judges", JUDGE_COLUMNS, tuple(_judge(judge) for judge in result.judges))


def judge_pairs_tables(result: AssessmentResult) -> tuple[Table, ...]:
    """Every two judges, and every two kinds of judges, that can be compared; no table where there are none."""
    between = result.quality.between_judges if result.quality is not None else None
    if between is None:
        return ()
    met = {(one.one, one.other): one.agreement for one in between.met}
    scales = {(one.one, one.other): one for one in between.scales}
    rows = [
        (*pair, *_met(met.get(pair)), *_scales(scales.get(pair)))
        for pair in sorted(met.keys() | scales.keys())
    ]
    rows += [(one.one, one.other, *_met(None), *_scales(one)) for one in between.kinds]
    return (Table("Judge pairs", PAIR_COLUMNS, tuple(rows)),) if rows else ()


def _judge(judge: JudgeSummary) -> tuple[Cell, ...]:
    return (
        judge.judge,
        judge.kind.value,
        judge.is_excluded,
        judge.decisions,
        judge.failures,
        judge.reused,
        *_agreement(judge.agreement),
        *_met(judge.met)[:2],
        None if judge.met is None else judge.met.kappa,
        None if judge.first_share is None else judge.first_share.share,
        *_position(judge.terms),
        *_share(judge.flips),
        *_share(judge.repeats),
        None if judge.ties is None else judge.ties.share,
        *_length(judge.length),
        *_terms(judge.terms),
        judge.median_seconds,
        judge.prompt_tokens,
        judge.completion_tokens,
        judge.cached_tokens,
        judge.cost if judge.cost or judge.is_priced else None,
        judge.unpriced,
        ", ".join(f"{one.remark.value} {one.answers}" for one in judge.remarks),
        ", ".join(flag.value for flag in judge.terms.flags) if judge.terms is not None else None,
    )


def _share(seen: ObservedShare | None) -> tuple[Cell, ...]:
    return (None, None, None, 0) if seen is None else (seen.share, seen.low, seen.high, seen.pairs)


def _agreement(agreement: ScaleAgreement | None) -> tuple[Cell, ...]:
    if agreement is None:
        return (None,) * 4
    return (*_share(agreement.agreed)[:3], agreement.yardstick.value)


def _met(met: JudgeAgreement | None) -> tuple[Cell, ...]:
    return (0, None, None, None) if met is None else (met.meetings, met.equal, met.equal_winner, met.kappa)


def _scales(scales: GroupAgreement | None) -> tuple[Cell, ...]:
    if scales is None:
        return (None,) * 5
    return (scales.essays, scales.correlation, scales.disattenuated, *(scales.limits or (None, None)))


def _position(terms: JudgeTerms | None) -> tuple[Cell, ...]:
    return (None,) * 3 if terms is None else (terms.position.estimate, *terms.position.interval)


def _length(length: LengthPreference | None) -> tuple[Cell, ...]:
    if length is None:
        return (None,) * 6
    return (*_share(length.longer)[:3], length.beyond, *(length.beyond_limits or (None, None)))


def _terms(terms: JudgeTerms | None) -> tuple[Cell, ...]:
    if terms is None:
        return (None,) * 6
    return (
        terms.infit,
        terms.outfit,
        terms.discrimination,
        terms.discrimination_se,
        terms.grading_use.value,
        terms.form.value,
    )
