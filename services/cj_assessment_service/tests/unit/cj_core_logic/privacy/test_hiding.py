"""Everything that is handed in loses its names, and a result gets them back."""

from cj_assessment_service.cj_core_logic.privacy.hiding import NameHider, named_texts
from cj_assessment_service.cj_core_logic.privacy.pseudonyms import Pseudonyms
from cj_assessment_service.cj_core_logic.privacy.reidentification import Reidentifier
from cj_assessment_service.cj_core_logic.privacy.roster import roster_of
from cj_assessment_service.domain.comparisons import OrientedPair
from cj_assessment_service.domain.errors import InputProblem
from cj_assessment_service.domain.identifiers import EssayId, Grade
from cj_assessment_service.domain.privacy import ListedStudent, PseudonymBook
from cj_assessment_service.domain.submissions import RefusedEssay, Submission, SubmittedAnchor, SubmittedEssay
from cj_assessment_service.tests.fixtures.privacy import SECRET, vocabulary_of

ESSAYS = tuple(
    SubmittedEssay(EssayId(essay_id), text, f"{essay_id}.docx", name)
    for essay_id, text, name in (
        ("9b_Anna_Svensson", "Erik is my friend. I am Anna.", None),
        ("9b Anna Svensson (2)", "A second text of mine.", None),
        ("Erik", "I like the school uniform.", "Holm, Erik (9b)"),
        ("School_Uniform", "Some School Uniform is good. I am Mia Nowak.\n", None),
        ("text-5", "Name: Zofia Nowak\n\nA house.", None),
    )
)
REFUSED = RefusedEssay(
    EssayId("Lukas_Meyer"),
    InputProblem("Lukas_Meyer.docx", "There is no text in Lukas_Meyer.docx.", "Write one."),
    None,
)
SUBMISSION = Submission(ESSAYS, (REFUSED,))
ANCHORS = (SubmittedAnchor(EssayId("Ida Ekman"), Grade("B1"), "Ida Ekman wrote this anchor text."),)


def hider(book: PseudonymBook = PseudonymBook(SECRET)) -> tuple[NameHider, Pseudonyms]:  # noqa: B008 - frozen
    texts = named_texts(SUBMISSION, ANCHORS)
    vocabulary = vocabulary_of([text.text for text in texts])
    pseudonyms = Pseudonyms(book)
    return NameHider(
        roster_of(texts, [ListedStudent("Erik Holm")], vocabulary), vocabulary, pseudonyms
    ), pseudonyms


def test_no_name_is_left_in_ids_names_texts_and_reasons() -> None:
    hiding, _ = hider()
    hidden = repr(
        (
            hiding.submission(SUBMISSION).essays,
            hiding.submission(SUBMISSION).refused,
            hiding.anchor(ANCHORS[0]),
        )
    )
    shown = hidden.replace("source='", "")
    for essay in ESSAYS:
        shown = shown.replace(essay.source, "")
    assert not [
        name
        for name in ("Anna", "Svensson", "Erik", "Holm", "Zofia", "Lukas", "Meyer", "Ida", "Ekman")
        if name in shown
    ]


def test_ids_without_a_name_stay_and_those_with_one_stay_different() -> None:
    hiding, _ = hider()
    ids = [essay.essay_id for essay in hiding.submission(SUBMISSION).essays]
    assert ids[3:] == ["School_Uniform", "text-5"]
    assert len(set(ids)) == len(ids)
    assert ids[0].startswith("9b_Student ")


def test_words_of_a_file_name_that_is_no_name_stay_in_the_text() -> None:
    hiding, _ = hider()
    assert "Some School Uniform is good." in hiding.submission(SUBMISSION).essays[3].text


def test_pairs_and_anchors_keep_meaning_the_same_essays() -> None:
    hiding, _ = hider()
    hidden = hiding.submission(SUBMISSION)
    pair = hiding.pair(OrientedPair(ESSAYS[0].essay_id, ANCHORS[0].essay_id))
    assert pair == OrientedPair(hidden.essays[0].essay_id, hiding.anchor(ANCHORS[0]).essay_id)


def test_every_id_and_label_comes_back_to_the_letter() -> None:
    hiding, pseudonyms = hider()
    hidden = hiding.submission(SUBMISSION)
    shown = Reidentifier(pseudonyms.book).value(hidden)
    assert [(essay.essay_id, essay.name) for essay in shown.essays] == [(e.essay_id, e.name) for e in ESSAYS]
    assert shown.refused[0].essay_id == REFUSED.essay_id


def test_what_was_replaced_is_counted() -> None:
    hiding, _ = hider()
    hiding.submission(SUBMISSION)
    assert (hiding.names, hiding.texts_changed) == (4, 3)


def test_a_result_without_the_key_keeps_its_pseudonyms() -> None:
    hiding, _ = hider()
    hidden = hiding.submission(SUBMISSION)
    assert Reidentifier(PseudonymBook(SECRET)).value(hidden) == hidden
