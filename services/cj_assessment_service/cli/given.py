"""Reads everything an order names, before anything is started."""

from dataclasses import dataclass, replace
from pathlib import Path

from cj_assessment_service.cj_core_logic.grade_projection.scales import get_scale, parse_scale_definition
from cj_assessment_service.cj_core_logic.judging.prompt_file import read_prompt_choice
from cj_assessment_service.cli.exits import EssaysRefused
from cj_assessment_service.cli.order import Order
from cj_assessment_service.cli.services import Services
from cj_assessment_service.domain.comparisons import PairPlan, PlanUse
from cj_assessment_service.domain.errors import InputProblem, InputRejected
from cj_assessment_service.domain.grades import GradeScale
from cj_assessment_service.domain.identifiers import GradeScaleId
from cj_assessment_service.domain.judges import EveryPair, JudgeOffer, JudgeSpec
from cj_assessment_service.domain.panels import Panel
from cj_assessment_service.domain.prompts import PromptChoice
from cj_assessment_service.domain.submissions import Submission, SubmittedAnchor


@dataclass(frozen=True, slots=True)
class GivenInput:
    """Everything read and checked. `scale` is None where there are no anchors, `plan` where no pairs are given,
    `prompt` where judges are asked in the usual words.
    """

    submission: Submission
    anchors: tuple[SubmittedAnchor, ...]
    scale: GradeScale | None
    task: str
    rubric: str
    plan: PairPlan | None = None
    prompt: PromptChoice | None = None

    @property
    def added_anchors(self) -> tuple[SubmittedAnchor, ...]:
        """Those that bring their own text, because they are not among the essays."""
        return tuple(anchor for anchor in self.anchors if anchor.text is not None)


def read_input(services: Services, order: Order) -> GivenInput:
    """Raises InputRejected with everything that is wrong, UnknownGradeScale or InvalidGradeScale."""
    submission = services.files.read(order.essays)
    if submission.refused and not order.skip_bad:
        raise EssaysRefused(submission.problems)
    if len(submission.essays) < 2:
        raise _refused(
            str(order.essays), "There is one essay, and nothing to compare it with.", "Add another one."
        )
    scale = read_scale(order.scale) if order.scale is not None else None
    anchors: tuple[SubmittedAnchor, ...] = ()
    if order.anchors is not None and scale is not None:
        anchors = services.files.read_anchors(order.anchors, submission, scale)
    return GivenInput(
        submission=submission,
        anchors=anchors,
        scale=scale,
        task=services.files.read_text(order.task) if order.task is not None else "",
        rubric=services.files.read_text(order.rubric) if order.rubric is not None else "",
        plan=_read_plan(services, order, submission, anchors),
        prompt=read_prompt(order.prompt, order.prompt_language),
    )


def _read_plan(
    services: Services, order: Order, submission: Submission, anchors: tuple[SubmittedAnchor, ...]
) -> PairPlan | None:
    """Raises InputRejected."""
    if order.pairs is None:
        return None
    given = services.files.read_pairs(order.pairs, submission, anchors)
    return PairPlan(given.pairs, PlanUse.ONLY if order.pairs_only or given.locked else PlanUse.FIRST)


def read_scale(name: str) -> GradeScale:
    """A name from the registry, or the user's own definition in a TOML file. Raises InputRejected, UnknownGradeScale
    or InvalidGradeScale.
    """
    path = Path(name)
    if path.suffix.lower() != ".toml":
        return get_scale(GradeScaleId(name))
    return parse_scale_definition(_toml_text(path, "scale"), name)


def read_prompt(file: Path | None, language: str | None) -> PromptChoice | None:
    """The words of the file, in the language where one is named; None where neither is. Raises InputRejected."""
    if file is None:
        return PromptChoice(language=language) if language is not None else None
    choice = read_prompt_choice(_toml_text(file, "prompt"), str(file))
    return replace(choice, language=language or choice.language)


def _toml_text(path: Path, kind: str) -> str:
    """Raises InputRejected."""
    try:
        return path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise _refused(
            str(path), f"The {kind} cannot be read ({error.strerror}).", "Name a TOML file you may read."
        ) from error
    except UnicodeDecodeError as error:
        raise _refused(str(path), f"The {kind} is not UTF-8 text.", "Save it as UTF-8.") from error


async def check_judges(services: Services, panel: Panel, given: GivenInput) -> tuple[str, ...]:
    """What people must read about the judges, everything once. Raises as `_notice_of` does, for the first that is wrong."""
    notices = [await _notice_of(services, judge, given) for judge in panel.judges]
    return tuple(dict.fromkeys(notice for notice in notices if notice is not None))


async def _notice_of(services: Services, judge: str, given: GivenInput) -> str | None:
    """What people must read about the judge. Raises InvalidJudge for a judge there is not, and InputRejected for one
    that has nothing to say about these essays.
    """
    opened = services.judges.open(JudgeSpec.parse(judge))
    offer, notice = opened.traits.offer, opened.traits.notice
    await opened.close()
    if not _can_answer(offer, given):
        raise _refused(
            judge, "There is no decision about two of these essays in it.", "Check that the ids are the same."
        )
    return notice


def _can_answer(offer: JudgeOffer, given: GivenInput) -> bool:
    if isinstance(offer, EveryPair):
        return True
    known = {essay.essay_id for essay in given.submission.essays} | {a.essay_id for a in given.anchors}
    return any(pair.first in known and pair.second in known for pair, _ in offer.counts)


def _refused(where: str, what: str, remedy: str) -> InputRejected:
    return InputRejected((InputProblem(where, what, remedy),))
