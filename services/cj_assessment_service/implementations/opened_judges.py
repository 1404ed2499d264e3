"""Judges that are opened here only to tell what they are and what they cost, while others ask them."""

from decimal import Decimal

from cj_assessment_service.domain.judges import ComparisonTask, JudgeSpec, JudgeTraits
from cj_assessment_service.protocols import JudgeProtocol, JudgeProviderProtocol


class OpenedJudges:
    """Each is opened once and stays open."""

    def __init__(self, provider: JudgeProviderProtocol) -> None:
        self._provider = provider
        self._opened: dict[str, JudgeProtocol] = {}

    def traits(self, judge: str) -> JudgeTraits:
        """Raises InvalidJudge."""
        return self._judge(judge).traits

    def admit(self, task: ComparisonTask) -> None:
        """Raises InvalidJudge for a task whose judge, or an alternate of it, cannot be opened."""
        for judge in (task.request.judge, *task.alternates):
            self._judge(judge)

    def most(self, task: ComparisonTask) -> Decimal | None:
        """What one attempt at the question can cost in USD, by the dearest of the judges that may answer it; None where the
        price of the one that is asked is unknown. Raises InvalidJudge.
        """
        asked = self.quote(task.request.judge, task)
        if asked is None:
            return None
        others = (self.quote(judge, task) for judge in task.alternates)
        return max([asked, *(cost for cost in others if cost is not None)])

    def quote(self, judge: str, task: ComparisonTask) -> Decimal | None:
        """What one attempt of this judge can cost in USD, None where that is unknown. Raises InvalidJudge."""
        return self._judge(judge).quote(task).cost

    async def close(self) -> None:
        for judge in self._opened.values():
            await judge.close()

    def _judge(self, name: str) -> JudgeProtocol:
        if name not in self._opened:
            self._opened[name] = self._provider.open(JudgeSpec.parse(name))
        return self._opened[name]
