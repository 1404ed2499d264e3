from decimal import Decimal
from pathlib import Path

import pytest

from cj_assessment_service.domain.answers import AnswerForm
from cj_assessment_service.domain.comparisons import JudgeFailure, OrientedPair, Verdict, Winner
from cj_assessment_service.domain.errors import ErrorCode, InputRejected, InvalidJudge
from cj_assessment_service.domain.identifiers import EssayId
from cj_assessment_service.domain.judges import JudgeSpec, OfferedPairs
from cj_assessment_service.implementations.judges.replay import open_judge
from cj_assessment_service.protocols import JudgeProtocol
from cj_assessment_service.tests.unit.implementations.judges.tasks import task

FULL = (
    "sequence,first,second,winner,confidence,justification,error,seconds,prompt_tokens,completion_tokens,cost,model\n"
    '1,a,b,second,4,"Clearer, and calmer.",,1.25,900,40,0.000123,gpt-5-mini\n'
)


def pair(first: str, second: str) -> OrientedPair:
    return OrientedPair(EssayId(first), EssayId(second))


def recorded(folder: Path, content: str, encoding: str = "utf-8") -> JudgeProtocol:
    path = folder / "decisions.csv"
    path.write_text(content, encoding=encoding)
    return open_judge(JudgeSpec("replay", str(path)))


def rejected(folder: Path, content: str) -> InputRejected:
    with pytest.raises(InputRejected) as caught:
        recorded(folder, content)
    return caught.value


async def winners(judge: JudgeProtocol, first: str, second: str, count: int) -> list[Winner]:
    replies = [await judge.compare(task(first, second, repeat=repeat)) for repeat in range(count)]
    return [reply.winner for reply in replies if isinstance(reply, Verdict)]


async def test_everything_recorded_of_a_decision_comes_back(tmp_path: Path) -> None:
    reply = await recorded(tmp_path, FULL).compare(task())
    assert isinstance(reply, Verdict)
    assert (reply.winner, reply.confidence, reply.justification) == (Winner.SECOND, 4, "Clearer, and calmer.")
    usage = reply.usage
    assert (usage.provider, usage.model, usage.seconds) == ("replay", "gpt-5-mini", 1.25)
    assert (usage.prompt_tokens, usage.completion_tokens, usage.cost) == (900, 40, Decimal("0.000123"))


async def test_levels_and_ties_come_back_whatever_is_asked_now(tmp_path: Path) -> None:
    rows = "a,b,first,3\na,b,second,-1\na,b,tie,\na,b,tie,0\na,b,first,\n"
    judge = recorded(tmp_path, f"first,second,winner,level\n{rows}")
    for answers in AnswerForm:
        replies = [await judge.compare(task(repeat=repeat, answers=answers)) for repeat in range(5)]
        said = [(reply.winner, reply.level) for reply in replies if isinstance(reply, Verdict)]
        assert said == [
            (Winner.FIRST, 3),
            (Winner.SECOND, 1),
            (Winner.TIE, None),
            (Winner.TIE, None),
            (Winner.FIRST, None),
        ]


async def test_with_winner_and_loser_the_level_is_the_winners(tmp_path: Path) -> None:
    judge = recorded(tmp_path, "winner,loser,level\na,b,2\nb,a,2\n")
    assert isinstance(judge.traits.offer, OfferedPairs)
    ((shown, _),) = judge.traits.offer.counts
    replies = [await judge.compare(task(shown.first, shown.second, repeat=repeat)) for repeat in range(2)]
    assert [reply.level for reply in replies if isinstance(reply, Verdict)] == [2, 2]


async def test_what_was_not_recorded_is_unknown(tmp_path: Path) -> None:
    reply = await recorded(tmp_path, "first,second,winner\na,b,first\n").compare(task())
    assert isinstance(reply, Verdict)
    assert (reply.confidence, reply.justification, reply.usage.cost) == (None, None, None)
    assert reply.usage.model == "decisions.csv"


async def test_the_offer_counts_each_order_of_a_pair_by_itself(tmp_path: Path) -> None:
    judge = recorded(tmp_path, "first,second,winner\na,b,first\nb,a,first\na,b,second\na,c,first\n")
    assert judge.traits.offer == OfferedPairs(((pair("a", "b"), 2), (pair("b", "a"), 1), (pair("a", "c"), 1)))


async def test_the_next_question_gets_the_next_decision_however_often_it_is_put(tmp_path: Path) -> None:
    judge = recorded(tmp_path, "first,second,winner\na,b,first\na,b,second\na,b,first\n")
    expected = [Winner.FIRST, Winner.SECOND, Winner.FIRST]
    assert await winners(judge, "a", "b", 3) == expected
    assert await winners(judge, "a", "b", 3) == expected


async def test_a_decision_that_was_never_made_is_a_failure_nobody_need_repeat(tmp_path: Path) -> None:
    judge = recorded(tmp_path, "first,second,winner\na,b,first\n")
    for question in (task("a", "b", repeat=1), task("b", "a")):
        reply = await judge.compare(question)
        assert isinstance(reply, JudgeFailure)
        assert reply.code is ErrorCode.RESOURCE_NOT_FOUND
        assert not reply.code.is_retryable


async def test_rows_where_nothing_was_decided_are_skipped(tmp_path: Path) -> None:
    content = "first,second,winner,error\na,b,,TIMEOUT\na,b,first,INVALID_RESPONSE\na,b,,\n,,,\na,b,second,\n"
    judge = recorded(tmp_path, content)
    assert judge.traits.offer == OfferedPairs(((pair("a", "b"), 1),))
    assert await winners(judge, "a", "b", 1) == [Winner.SECOND]


@pytest.mark.parametrize("separator", [",", ";", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig"])
def test_files_of_common_spreadsheets_are_read(tmp_path: Path, separator: str, encoding: str) -> None:
    content = "First,Second,Winner\r\nåsa,örjan,FIRST\r\n".replace(",", separator)
    assert recorded(tmp_path, content, encoding).traits.offer == OfferedPairs(((pair("åsa", "örjan"), 1),))


async def test_with_winner_and_loser_every_decision_comes_back_in_one_order_of_the_pair(
    tmp_path: Path,
) -> None:
    judge = recorded(tmp_path, "winner,loser\na,b\nb,a\na,b\n")
    assert isinstance(judge.traits.offer, OfferedPairs)
    ((shown, count),) = judge.traits.offer.counts
    assert count == 3
    answers = await winners(judge, shown.first, shown.second, 3)
    named = [shown.first if winner is Winner.FIRST else shown.second for winner in answers]
    assert named == ["a", "b", "a"]


async def test_with_winner_and_loser_the_winner_is_not_always_shown_first(tmp_path: Path) -> None:
    rows = "".join(f"good{n},poor{n}\n" for n in range(40))
    judge = recorded(tmp_path, f"winner,loser\n{rows}")
    assert isinstance(judge.traits.offer, OfferedPairs)
    first_wins = sum(shown.first.startswith("good") for shown, _ in judge.traits.offer.counts)
    assert 10 <= first_wins <= 30


@pytest.mark.parametrize(
    ("row", "what"),
    [
        ("a,b,third,,,", "The winner is 'third'. Write first, second or tie."),
        ("a,b,a,,,", "The winner is 'a'. Write first, second or tie."),
        ("a,a,first,,,", "Essay a is compared with itself."),
        ("a,,first,,,", "An essay id is missing."),
        ("a,b,first,7,,", "The confidence is 7. Write a number from 1 to 5"),
        ("a,b,first,nan,,", "confidence is 'nan'. Write a number"),
        ("a,b,first,,-1,", "cost is '-1'. Write a number"),
        ("a,b,first,,,2.5", "prompt_tokens is 2.5. Write a whole number"),
        ("a,b,first,,,,odd", "more cells than the heading"),
    ],
)
def test_a_wrong_row_is_named_with_its_remedy(tmp_path: Path, row: str, what: str) -> None:
    content = f"first,second,winner,confidence,cost,prompt_tokens\na,b,first,,,\n{row}\n"
    (problem,) = rejected(tmp_path, content).problems
    assert problem.where == f"{tmp_path / 'decisions.csv'}, row 3"
    assert what in str(problem)


@pytest.mark.parametrize(
    ("row", "what"),
    [
        (
            "a,b,first,-2",
            "The level is -2 and the winner is first. Write a positive level where the first won",
        ),
        ("a,b,second,1", "The level is 1 and the winner is second."),
        ("a,b,first,0", "The level is 0 and the winner is first."),
        ("a,b,tie,1", "The level is 1 and the winner is tie."),
        ("a,b,first,4", "The level is '4'. Write a whole number from -3 to 3"),
        ("a,b,first,far", "The level is 'far'. Write a whole number from -3 to 3"),
    ],
)
def test_a_level_that_contradicts_the_winner_or_is_none_is_refused(
    tmp_path: Path, row: str, what: str
) -> None:
    assert what in str(rejected(tmp_path, f"first,second,winner,level\n{row}\n"))


def test_a_winner_that_is_worse_is_refused(tmp_path: Path) -> None:
    assert "Write how much better the winner is" in str(rejected(tmp_path, "winner,loser,level\na,b,-1\n"))


def test_all_wrong_rows_are_told_at_once(tmp_path: Path) -> None:
    problems = rejected(tmp_path, "first,second,winner\na,a,first\n\na,b,x\n").problems
    assert [problem.where.rpartition(" ")[2] for problem in problems] == ["2", "4"]


@pytest.mark.parametrize("content", ["", "first,second\na,b\n", "essay,grade\na,B\n", "winner\na\n"])
def test_a_file_without_the_columns_is_refused(tmp_path: Path, content: str) -> None:
    assert "Name them first, second and winner" in str(rejected(tmp_path, content))


def test_a_file_without_decisions_is_refused(tmp_path: Path) -> None:
    assert "No row holds a decision." in str(rejected(tmp_path, "first,second,winner\na,b,\n"))


def test_broken_quotes_are_refused(tmp_path: Path) -> None:
    assert "not well-formed CSV" in str(rejected(tmp_path, 'first,second,winner\n"a"x,b,first\n'))


def test_a_file_in_another_encoding_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "latin.csv"
    path.write_bytes("first,second,winner\nåsa,b,first\n".encode("latin-1"))
    with pytest.raises(InputRejected, match="Save it as CSV UTF-8"):
        open_judge(JudgeSpec("replay", str(path)))


def test_a_missing_file_and_a_folder_are_refused(tmp_path: Path) -> None:
    with pytest.raises(InputRejected, match="There is no such file"):
        open_judge(JudgeSpec("replay", str(tmp_path / "nothing.csv")))
    with pytest.raises(InputRejected, match="cannot be read"):
        open_judge(JudgeSpec("replay", str(tmp_path)))


def test_a_file_must_be_named() -> None:
    with pytest.raises(InvalidJudge, match=r"replay:FILE\.csv"):
        open_judge(JudgeSpec("replay", " "))
