import statistics
from collections.abc import Sequence

import pytest

from cj_assessment_service.domain.answers import AnswerForm
from cj_assessment_service.domain.comparisons import JudgeFailure, JudgeReply, Verdict, Winner
from cj_assessment_service.domain.errors import ErrorCode, InvalidJudge
from cj_assessment_service.domain.identifiers import EssayId
from cj_assessment_service.domain.judges import JudgeSpec
from cj_assessment_service.implementations.judges.simulated import open_judge, true_ability
from cj_assessment_service.tests.unit.implementations.judges.tasks import task

QUESTIONS = 600


async def ask(
    argument: str, count: int = QUESTIONS, answers: AnswerForm = AnswerForm.WINNER
) -> list[JudgeReply]:
    """One question for each of `count` different pairs."""
    judge = open_judge(JudgeSpec("simulated", argument))
    return [await judge.compare(task(f"x{n}", f"y{n}", answers=answers)) for n in range(count)]


async def levels(argument: str) -> list[int]:
    """By the size of the true difference, the greatest last."""
    replies = [
        reply for reply in await ask(argument, answers=AnswerForm.GRADED) if isinstance(reply, Verdict)
    ]
    differences = [
        abs(true_ability(1, 2.0, EssayId(f"x{n}")) - true_ability(1, 2.0, EssayId(f"y{n}")))
        for n in range(len(replies))
    ]
    order = sorted(range(len(replies)), key=differences.__getitem__)
    return [reply.level for reply in map(replies.__getitem__, order) if reply.level is not None]


def first_share(replies: Sequence[JudgeReply]) -> float:
    verdicts = [reply for reply in replies if isinstance(reply, Verdict)]
    return sum(reply.winner is Winner.FIRST for reply in verdicts) / len(verdicts)


def test_abilities_are_normal_with_the_given_spread_and_stay_what_they_are() -> None:
    drawn = [true_ability(1, 2.0, EssayId(f"e{n}")) for n in range(2000)]
    assert statistics.fmean(drawn) == pytest.approx(0.0, abs=0.15)
    assert statistics.stdev(drawn) == pytest.approx(2.0, abs=0.15)
    assert true_ability(1, 2.0, EssayId("e7")) == drawn[7]
    assert true_ability(2, 2.0, EssayId("e7")) != drawn[7]


def test_an_ability_does_not_change_from_release_to_release() -> None:
    assert true_ability(1, 1.0, EssayId("text-01")) == pytest.approx(-1.0281168527745639)


async def test_the_abler_essay_wins_where_differences_are_great() -> None:
    judge = open_judge(JudgeSpec("simulated", "sd=1000,seed=3"))
    better = max((EssayId("a"), EssayId("b")), key=lambda essay: true_ability(3, 1000, essay))
    reply = await judge.compare(task("a", "b"))
    assert isinstance(reply, Verdict)
    assert (reply.winner is Winner.FIRST) == (better == "a")
    assert reply.confidence == 5


async def test_without_differences_both_places_win_alike() -> None:
    assert first_share(await ask("sd=0")) == pytest.approx(0.5, abs=0.06)


async def test_bias_favours_the_text_shown_first_by_so_many_logits() -> None:
    assert first_share(await ask("sd=0,bias=1.1")) == pytest.approx(0.75, abs=0.06)


async def test_errors_are_answers_by_a_coin() -> None:
    assert first_share(await ask("sd=0,bias=50,error=0.4")) == pytest.approx(0.8, abs=0.06)


@pytest.mark.parametrize(("asked", "highest"), [(4, 2), (6, 3)])
async def test_among_essays_of_spread_2_all_levels_occur_alike(asked: int, highest: int) -> None:
    given = await levels(f"sd=2,levels={asked}")
    assert len(given) == QUESTIONS
    shares = [given.count(level) / QUESTIONS for level in range(1, highest + 1)]
    assert shares == pytest.approx([1 / highest] * highest, abs=0.06)


async def test_greater_differences_get_higher_levels_unless_the_grading_is_worthless() -> None:
    third = QUESTIONS // 3
    full, worthless = await levels("sd=2,levels=6"), await levels("sd=2,levels=6,grading=0")
    assert statistics.fmean(full[-third:]) - statistics.fmean(full[:third]) > 0.8
    assert statistics.fmean(worthless[-third:]) == pytest.approx(statistics.fmean(worthless[:third]), abs=0.2)


async def test_levels_change_no_winner() -> None:
    plain, graded = (
        await ask("sd=2,bias=0.3,error=0.1", 100),
        await ask("sd=2,bias=0.3,error=0.1,levels=6", 100),
    )
    assert plain == graded
    answered = await ask("sd=2,bias=0.3,error=0.1,levels=6", 100, AnswerForm.GRADED)
    assert [r.winner for r in plain if isinstance(r, Verdict)] == [
        r.winner for r in answered if isinstance(r, Verdict)
    ]


async def test_without_levels_the_judge_names_a_bare_winner_whatever_it_is_asked() -> None:
    assert await levels("sd=2") == []


async def test_the_given_share_of_answers_are_ties_where_they_are_allowed() -> None:
    allowed = await ask("sd=2,ties=0.2", answers=AnswerForm.WINNER_OR_TIE)
    ties = [reply for reply in allowed if isinstance(reply, Verdict) and reply.winner is Winner.TIE]
    assert len(ties) / QUESTIONS == pytest.approx(0.2, abs=0.05)


async def test_the_level_of_an_answer_by_a_coin_is_drawn_by_lot() -> None:
    given = await levels("sd=2,bias=50,error=1,levels=6")
    assert [given.count(level) / QUESTIONS for level in (1, 2, 3)] == pytest.approx([1 / 3] * 3, abs=0.06)


async def test_the_given_share_of_answers_is_unreadable() -> None:
    replies = await ask("fail=0.25")
    failures = [reply for reply in replies if isinstance(reply, JudgeFailure)]
    assert len(failures) / len(replies) == pytest.approx(0.25, abs=0.06)
    assert {failure.code for failure in failures} == {ErrorCode.INVALID_RESPONSE}


async def test_asking_again_may_succeed() -> None:
    judge = open_judge(JudgeSpec("simulated", "fail=0.5"))
    replies = [await judge.compare(task(repeat=repeat)) for repeat in range(20)]
    assert {type(reply) for reply in replies} == {Verdict, JudgeFailure}


async def test_answers_depend_on_the_seed_and_on_nothing_else() -> None:
    assert await ask("seed=5", 50) == await ask("seed=5", 50)
    assert await ask("seed=5", 50) != await ask("seed=6", 50)


async def test_answers_do_not_depend_on_the_order_of_arrival() -> None:
    judge = open_judge(JudgeSpec("simulated", "sd=1"))
    questions = [task(f"x{n}", f"y{n}") for n in range(30)]
    forwards = [await judge.compare(question) for question in questions]
    backwards = [await judge.compare(question) for question in reversed(questions)]
    assert forwards == list(reversed(backwards))


@pytest.mark.parametrize(
    "argument", ["", "sd=2", " sd = 2 , seed = 7 ", "sd=2,bias=-0.3,error=0.05,fail=0,delay=0,"]
)
async def test_every_part_of_the_argument_may_be_left_out(argument: str) -> None:
    assert isinstance(await open_judge(JudgeSpec("simulated", argument)).compare(task()), Verdict)


@pytest.mark.parametrize(
    ("argument", "what"),
    [
        ("sd", "'sd' has no value"),
        ("sd=much", "could not convert"),
        ("sd=-1", "at least 0"),
        ("sd=inf", "must be finite"),
        ("bias=nan", "must be finite"),
        ("error=1.5", "between 0 and 1"),
        ("fail=-0.1", "between 0 and 1"),
        ("delay=-1", "at least 0"),
        ("seed=1.5", "invalid literal"),
        ("sd=1,sd=2", "sd is given twice"),
        ("speed=9", "knows nothing of speed"),
        ("levels=5", "levels must be 2, 4 or 6"),
        ("levels=6.0", "invalid literal"),
        ("ties=1", "ties below 1"),
        ("grading=2", "between 0 and 1"),
    ],
)
def test_a_wrong_argument_is_refused_with_an_example(argument: str, what: str) -> None:
    with pytest.raises(InvalidJudge, match=what) as caught:
        open_judge(JudgeSpec("simulated", argument))
    assert "Write for example simulated:sd=2" in str(caught.value)


@pytest.mark.parametrize("soft", ["calibrated", "overconfident", "underconfident"])
async def test_a_soft_judge_gives_its_winner_more_than_a_half(soft: str) -> None:
    replies = [reply for reply in await ask(f"soft={soft}", 50) if isinstance(reply, Verdict)]
    assert all(
        reply.p_first is not None and (reply.p_first > 0.5) == (reply.winner is Winner.FIRST)
        for reply in replies
    )


async def distances_from_a_half(argument: str) -> list[float]:
    verdicts = [reply for reply in await ask(argument, 50) if isinstance(reply, Verdict)]
    return [abs(verdict.p_first - 0.5) for verdict in verdicts if verdict.p_first is not None]


async def test_an_overconfident_judge_is_further_from_a_half_than_a_calibrated_one() -> None:
    sound, over = (
        await distances_from_a_half("soft=calibrated"),
        await distances_from_a_half("soft=overconfident"),
    )
    assert all(more > less for more, less in zip(over, sound, strict=True))


async def test_worthless_probabilities_contradict_the_winner_half_of_the_time() -> None:
    replies = [reply for reply in await ask("soft=worthless") if isinstance(reply, Verdict)]
    agreeing = [(reply.p_first or 0.0) > 0.5 for reply in replies if reply.winner is Winner.FIRST]
    assert statistics.fmean(agreeing) == pytest.approx(0.5, abs=0.1)


def test_an_unknown_softness_is_refused_with_what_there_is() -> None:
    with pytest.raises(InvalidJudge, match="calibrated"):
        open_judge(JudgeSpec("simulated", "soft=fluffy"))
