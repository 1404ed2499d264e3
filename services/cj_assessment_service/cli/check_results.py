"""From a finished check to its scorecard, on the terminal and in the folder."""

import asyncio
import logging
from collections.abc import Callable
from pkgutil import resolve_name
from uuid import UUID

from cj_assessment_service.cj_core_logic.scorecard.accuracy import Baseline, longest_wins
from cj_assessment_service.cj_core_logic.scorecard.assembly import CheckRecord, evidence_of
from cj_assessment_service.cj_core_logic.scorecard.checked_answers import checked_answers
from cj_assessment_service.cj_core_logic.scorecard.verdict_rules import rule_on
from cj_assessment_service.cli.check_notes import NotedCheck
from cj_assessment_service.cli.check_run import CheckDriver, FinishedCheck
from cj_assessment_service.cli.check_words import scorecard_lines, scorecard_table
from cj_assessment_service.cli.exits import ExitCode, Stopped
from cj_assessment_service.cli.output import ResultFile, write_results
from cj_assessment_service.cli.services import Services
from cj_assessment_service.cli.talk import Talk
from cj_assessment_service.domain.answers import AnswerForm
from cj_assessment_service.domain.comparisons import (
    ComparisonRequest,
    OrientedPair,
    Verdict,
    Winner,
)
from cj_assessment_service.domain.identifiers import BatchId, EssayId, RequestId
from cj_assessment_service.domain.judges import ComparisonTask, JudgePrompt, JudgeSpec
from cj_assessment_service.domain.scorecards import JudgeVerdict, Scorecard, VerdictPolicy
from cj_assessment_service.reports.scorecard_document import scorecard_document, scorecard_json

OFFLINE = "offline"
_REMEDY = (
    "The answers are safe in the database: `cj resume BATCH --out FOLDER` writes the scorecard anywhere."
)
_NOBODYS = RequestId(UUID(int=0))
_NO_PROMPT = JudgePrompt(system="", context="", texts="", version="")


async def finish_check(services: Services, check: NotedCheck, talk: Talk) -> None:
    """Brings the check to its end, writes its scorecard and raises Stopped unless the judge may be used."""
    finished = await CheckDriver(services, talk).finish(check)
    with talk.waiting("Writing the scorecard"):
        card = await scorecard_of(services, check, finished)
        files = await asyncio.to_thread(_made_files, card)
        await asyncio.to_thread(write_results, check.folder, files, _REMEDY)
    code = exit_code_of_check(card)
    talk.send({**scorecard_document(card), "output": str(check.folder), "exit_code": code.value})
    talk.show(scorecard_table(card))
    for line in scorecard_lines(card):
        talk.say(line)
    talk.say(f"Scorecard: {check.folder / 'scorecard.html'}", "bold")
    if code is not ExitCode.FINISHED:
        raise Stopped(code)


def exit_code_of_check(card: Scorecard) -> ExitCode:
    """A condemned judge counts as one that failed, whatever else happened; then a cap."""
    if card.ruling.verdict is JudgeVerdict.DO_NOT_USE:
        return ExitCode.JUDGES_FAILED
    partial = card.evidence.ending.is_cap or card.ruling.verdict is JudgeVerdict.UNDECIDED
    return ExitCode.CAPPED if partial else ExitCode.FINISHED


async def scorecard_of(services: Services, check: NotedCheck, finished: FinishedCheck) -> Scorecard:
    material, settings = finished.material, check.request.settings
    questions = [one.pair for one in checked_answers(finished.comparisons, material.essays)]
    evidence = evidence_of(
        CheckRecord(
            comparisons=finished.comparisons,
            planned=material.plan.questions,
            ending=finished.ending,
            screening=finished.screening,
            essays=material.essays,
            baselines=(
                longest_wins(questions, material.texts),
                await _offline(services, questions, material.texts, settings.language),
            ),
            human=material.human,
        )
    )
    return Scorecard(
        judge=settings.panel.judges[0],
        scale=material.scale.scale_id,
        essays=len(material.essays),
        language=settings.language,
        batches=tuple(batch.identity.batch_id for batch in finished.batches),
        ruling=rule_on(evidence, VerdictPolicy()),
        evidence=evidence,
        notice=check.notice,
    )


async def _offline(
    services: Services, questions: list[OrientedPair], texts: dict[EssayId, str], language: str
) -> Baseline:
    """What the judge that counts words says of the same questions."""
    judge = services.judges.open(JudgeSpec(OFFLINE))
    said = []
    for pair in questions:
        reply = await judge.compare(
            ComparisonTask(
                request=ComparisonRequest(_NOBODYS, BatchId(0), 0, pair, OFFLINE),
                first_text=texts[pair.first],
                second_text=texts[pair.second],
                prompt=_NO_PROMPT,
                language=language,
                answers=AnswerForm.WINNER_OR_TIE,
            )
        )
        said.append(reply.winner if isinstance(reply, Verdict) else Winner.TIE)
    await judge.close()
    return Baseline(OFFLINE, tuple(said))


MakeReport = Callable[[Scorecard], str]


def _made_files(card: Scorecard) -> tuple[ResultFile, ...]:
    # it warns about its own caches, and the folder they may not lie in is none of the user's business
    logging.getLogger("matplotlib").setLevel(logging.ERROR)
    make: MakeReport = resolve_name("cj_assessment_service.reports.scorecard_report:scorecard_html")
    return (
        ResultFile("scorecard.json", scorecard_json(card).encode()),
        ResultFile("scorecard.html", make(card).encode()),
    )
