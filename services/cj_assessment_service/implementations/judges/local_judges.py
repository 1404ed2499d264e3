"""Judges of an installation that no text may leave."""

from dataclasses import dataclass

from cj_assessment_service.cj_core_logic.privacy.local_only import refuse_remote
from cj_assessment_service.domain.judges import JudgeSpec
from cj_assessment_service.protocols import BatchJudgeProtocol, JudgeProtocol, JudgeProviderProtocol


@dataclass(frozen=True, slots=True)
class LocalJudges(JudgeProviderProtocol):
    """Opens judges that send nothing, whoever asks for one: a new batch, a resumed one, a check or a fall-back."""

    judges: JudgeProviderProtocol

    def open(self, spec: JudgeSpec) -> JudgeProtocol:
        """Raises RemoteJudgeRefused for any other, and what the judge itself raises."""
        judge = self.judges.open(spec)
        refuse_remote(str(spec), judge.traits.destination)
        return judge

    def open_batch(self, spec: JudgeSpec) -> BatchJudgeProtocol:
        """Raises RemoteJudgeRefused as `open` does."""
        self.open(spec)
        return self.judges.open_batch(spec)
