"""The judge that repeats decisions made before, by people or by another judge: `replay:FILE`."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from cj_assessment_service.domain.comparisons import JudgeFailure, JudgeReply, OrientedPair, Verdict
from cj_assessment_service.domain.errors import ErrorCode, InvalidJudge
from cj_assessment_service.domain.judges import (
    FREE,
    ComparisonTask,
    JudgeSpec,
    JudgeTraits,
    OfferedPairs,
    Quote,
)
from cj_assessment_service.implementations.judges.recording import RecordedDecision, read_recording
from cj_assessment_service.protocols import JudgeProtocol


@dataclass(frozen=True, slots=True)
class ReplayJudge(JudgeProtocol):
    """The k-th question for a pair in one order gets the k-th recorded verdict for it, whenever it is asked: the
    request says how often it was asked before, so a resumed batch goes on where it stopped.
    """

    verdicts: Mapping[OrientedPair, Sequence[Verdict]]

    @property
    def traits(self) -> JudgeTraits:
        counts = tuple((pair, len(verdicts)) for pair, verdicts in self.verdicts.items())
        return JudgeTraits(offer=OfferedPairs(counts))

    def quote(self, task: ComparisonTask) -> Quote:  # noqa: ARG002 - what it cost was paid when it was recorded
        return FREE

    async def compare(self, task: ComparisonTask) -> JudgeReply:
        pair, repeat = task.request.pair, task.request.repeat
        recorded = self.verdicts.get(pair, ())
        if repeat < len(recorded):
            return recorded[repeat]
        return JudgeFailure(
            ErrorCode.RESOURCE_NOT_FOUND,
            f"The recording holds {len(recorded)} decisions on {pair.first} shown before {pair.second}, "
            f"and decision number {repeat + 1} was asked for.",
        )

    async def close(self) -> None:
        """The file was read at once."""


def open_judge(spec: JudgeSpec) -> JudgeProtocol:
    """Raises InvalidJudge without a file name and for any option, InputRejected when the file cannot be used."""
    spec.options_among()
    if not spec.argument.strip():
        raise InvalidJudge("The replay judge needs the recorded decisions. Write replay:FILE.csv.")
    return ReplayJudge(_by_pair(read_recording(Path(spec.argument.strip()).expanduser())))


def _by_pair(decisions: Sequence[RecordedDecision]) -> dict[OrientedPair, list[Verdict]]:
    verdicts: dict[OrientedPair, list[Verdict]] = {}
    for decision in decisions:
        verdicts.setdefault(decision.pair, []).append(decision.verdict)
    return verdicts
