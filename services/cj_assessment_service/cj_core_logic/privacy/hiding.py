"""Takes the names out of everything that is handed in."""

from dataclasses import replace

from cj_assessment_service.cj_core_logic.privacy.person_names import person_in
from cj_assessment_service.cj_core_logic.privacy.pseudonyms import Pseudonyms
from cj_assessment_service.cj_core_logic.privacy.replacement import NameReplacer
from cj_assessment_service.cj_core_logic.privacy.roster import NamedText, Place, Roster
from cj_assessment_service.cj_core_logic.privacy.vocabulary import Vocabulary
from cj_assessment_service.cj_core_logic.privacy.words import fold, words_of
from cj_assessment_service.domain.comparisons import OrientedPair
from cj_assessment_service.domain.errors import InputProblem
from cj_assessment_service.domain.essays import LONGEST_EXCERPT
from cj_assessment_service.domain.identifiers import EssayId
from cj_assessment_service.domain.submissions import RefusedEssay, Submission, SubmittedAnchor, SubmittedEssay


def named_texts(submission: Submission, anchors: tuple[SubmittedAnchor, ...]) -> tuple[NamedText, ...]:
    """All that was handed in, with its labels; of refused essays only these are there."""
    return (
        *(NamedText(essay.essay_id, essay.text, essay.name) for essay in submission.essays),
        *(NamedText(anchor.essay_id, anchor.text) for anchor in anchors if anchor.text is not None),
        *(NamedText(essay.essay_id, "", essay.name) for essay in submission.refused),
    )


class NameHider:
    """Counts what it replaces: `names` in `texts_changed` texts."""

    def __init__(self, roster: Roster, vocabulary: Vocabulary, pseudonyms: Pseudonyms) -> None:
        self._roster = roster
        self._vocabulary = vocabulary
        self._pseudonyms = pseudonyms
        self._replacer = NameReplacer(roster, vocabulary, pseudonyms.of)
        self.names = 0
        self.texts_changed = 0

    def text(self, text: str, author: Place | None = None) -> str:
        replaced = self._replacer.replace(text, author)
        self.names += replaced.names
        self.texts_changed += bool(replaced.names)
        return replaced.text

    def submission(self, submission: Submission) -> Submission:
        """Ids, names and texts; ids of different essays stay different."""
        return Submission(
            tuple(
                replace(
                    self._with_hidden_text(essay),
                    essay_id=self.essay_id(essay.essay_id),
                    name=self._name(essay.name, essay.essay_id),
                )
                for essay in submission.essays
            ),
            tuple(self._refused(essay) for essay in submission.refused),
        )

    def submission_with_ids(self, submission: Submission) -> Submission:
        """Where the ids and names must stay as they are."""
        return Submission(
            tuple(self._with_hidden_text(essay) for essay in submission.essays),
            submission.refused,
        )

    def _with_hidden_text(self, essay: SubmittedEssay) -> SubmittedEssay:
        """What was quoted from the file is part of its text."""
        author = self._author(essay.essay_id)
        findings = tuple(
            replace(finding, excerpt=self.text(finding.excerpt, author)[:LONGEST_EXCERPT])
            for finding in essay.findings
        )
        return replace(essay, text=self.text(essay.text, author), findings=findings)

    def anchor(self, anchor: SubmittedAnchor) -> SubmittedAnchor:
        kept = self.anchor_with_id(anchor)
        return SubmittedAnchor(self.essay_id(anchor.essay_id), kept.grade, kept.text)

    def anchor_with_id(self, anchor: SubmittedAnchor) -> SubmittedAnchor:
        text = self.text(anchor.text, self._author(anchor.essay_id)) if anchor.text is not None else None
        return SubmittedAnchor(anchor.essay_id, anchor.grade, text)

    def pair(self, pair: OrientedPair) -> OrientedPair:
        return OrientedPair(self.essay_id(pair.first), self.essay_id(pair.second))

    def essay_id(self, essay_id: EssayId) -> EssayId:
        """With a pseudonym in the place of the name; as it is where it holds none."""
        hidden = self._hidden(essay_id, self._author(essay_id))
        return EssayId(self._pseudonyms.opaque_label(essay_id, hidden)) if hidden != essay_id else essay_id

    def _name(self, name: str | None, essay_id: EssayId) -> str | None:
        """What people call an essay is hidden whatever it is."""
        if name is None:
            return None
        author = self._author(essay_id)
        hidden = self._hidden(name, author)
        if hidden == name:
            hidden = self._pseudonyms.of(name)
        return self._pseudonyms.opaque_label(name, hidden)

    def _refused(self, essay: RefusedEssay) -> RefusedEssay:
        hidden_id, name = self.essay_id(essay.essay_id), self._name(essay.name, essay.essay_id)
        problem = essay.problem
        swaps = [(essay.essay_id, hidden_id)] + ([(essay.name, name)] if essay.name and name else [])

        def without_names(said: str) -> str:
            for shown, hidden in swaps:
                said = said.replace(shown, hidden)
            return self._hidden_words(said)

        return RefusedEssay(
            hidden_id,
            InputProblem(
                without_names(problem.where), without_names(problem.what), without_names(problem.remedy)
            ),
            name,
        )

    def _hidden_words(self, said: str) -> str:
        """A message names files, and files are named by students."""
        for word in said.split():
            stem = word.rpartition(".")[0] or word
            hidden = self._hidden(stem, None)
            said = said.replace(stem, hidden) if hidden != stem else said
        return self._replacer.replace(said, None).text

    def _author(self, essay_id: EssayId) -> Place | None:
        return self._roster.authors.get(essay_id)

    def _hidden(self, label: str, author: Place | None) -> str:
        """The label with a pseudonym from the first word of the student's name to the last."""
        place = author if author is not None else self._named_in(label)
        if place is None:
            person = person_in(label, self._vocabulary)
            return self._pseudonyms.of(person) if person is not None else label
        parts = self._roster.parts_of(place)
        named = [word for word in words_of(label) if fold(word.text) in parts]
        pseudonym = self._pseudonyms.of(self._roster.students[place].name)
        if named:
            return label[: named[0].start] + pseudonym + label[named[-1].end :]
        return pseudonym if person_in(label, self._vocabulary) is not None else label

    def _named_in(self, label: str) -> Place | None:
        """The one student two parts of whose name are in the label."""
        words = {fold(word.text) for word in words_of(label)}
        found = [
            place
            for place in range(len(self._roster.students))
            if len(self._roster.parts_of(place) & words) > 1
        ]
        return found[0] if len(found) == 1 else None
