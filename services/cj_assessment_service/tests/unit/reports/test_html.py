"""The report page: complete, safe, readable, alone."""

import re
from dataclasses import replace
from html.parser import HTMLParser

import pytest
from markupsafe import escape

from cj_assessment_service.domain.batches import StopReason
from cj_assessment_service.domain.grades import ProjectionUnavailableReason
from cj_assessment_service.domain.results import AssessmentResult
from cj_assessment_service.domain.scores import PositionEffect
from cj_assessment_service.reports.html import report_html
from cj_assessment_service.reports.wording import no_grades_sentence
from cj_assessment_service.tests.fixtures.results import NATIONAL, Shape, a_result, a_scale

EVIL = "<script>alert('x')</script><img src=x onerror=alert(1)>\"'&{{ 7 * 7 }}"
VOID = {"meta", "br", "path", "use", "rect"}


class Page(HTMLParser):
    """What a browser would make of the page, as far as the tests ask."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.ids: list[str] = []
        self.links: list[str] = []
        self.tags: list[str] = []
        self.open: list[str] = []
        self.unbalanced: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = dict(attrs)
        self.tags.append(tag)
        if tag not in VOID:
            self.open.append(tag)
        if identity := values.get("id"):
            self.ids.append(identity)
        if tag == "a" and (target := values.get("href")):
            self.links.append(target)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self.handle_endtag(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag not in VOID and (not self.open or self.open.pop() != tag):
            self.unbalanced.append(tag)


@pytest.fixture(scope="module")
def graded() -> str:
    return report_html(a_result(), ("The offline judge is for trying out.",))


def hostile(result: AssessmentResult) -> AssessmentResult:
    first, *others = result.essays
    return replace(
        result,
        essays=(replace(first, name=EVIL, review_reasons=(EVIL,)), *others),
        comparisons=tuple(replace(one, justification=EVIL) for one in result.comparisons),
        failed_essays=tuple(replace(essay, name=EVIL, reason=EVIL) for essay in result.failed_essays),
        task=EVIL,
        rubric=EVIL,
    )


def section(page: str, name: str) -> str:
    return page.split(f'id="{name}"', 1)[1].split("</section>", 1)[0]


def test_the_summary_says_how_many_by_whom_how_good_and_why_it_stopped(graded: str) -> None:
    head = graded.split("<main>", maxsplit=1)[0]
    for words in ("36 essays", "158 times", "openai:gpt-5-mini", "very good: 0.92", "It stopped because"):
        assert words in head


def test_notices_come_before_everything_else_that_is_said(graded: str) -> None:
    assert graded.index("The offline judge is for trying out.") < graded.index('class="lead"')


def test_the_page_names_no_address_outside_itself(graded: str) -> None:
    assert not re.search(r"https?:|//[a-z]|@import|url\((?!#)|<link|\bsrc=", graded)


def test_the_page_forbids_itself_to_load_anything(graded: str) -> None:
    assert "default-src 'none'" in graded
    assert re.search(r"script-src 'sha256-[A-Za-z0-9+/]{43}='", graded)


def test_every_link_leads_somewhere_and_every_id_is_given_once(graded: str) -> None:
    page = Page(graded)
    assert {link.removeprefix("#") for link in page.links} <= set(page.ids)
    assert len(page.ids) == len(set(page.ids))


def test_the_page_is_well_formed(graded: str) -> None:
    page = Page(graded)
    assert (page.unbalanced, page.open) == ([], [])


def test_headings_tables_and_pictures_are_named_for_those_who_cannot_see_them(graded: str) -> None:
    page = Page(graded)
    assert page.tags.count("h1") == 1
    assert page.tags.count("caption") == page.tags.count("table")
    assert graded.count("<svg ") == len(re.findall(r'<svg [^>]*role="img" aria-label="[^"]{10,}"', graded))


def test_essays_that_need_a_look_are_listed_with_reasons_and_linked_to_their_rows(graded: str) -> None:
    review = section(graded, "review")
    assert '<a href="#essay-6">Farid Andersson</a>' in review
    assert "contradict each other" in review


def test_failed_essays_are_listed_with_the_reason(graded: str) -> None:
    assert "essays/scan-04.pdf holds pictures but no text" in section(graded, "review")


def test_nothing_a_stranger_wrote_becomes_markup() -> None:
    page = report_html(hostile(a_result()), (EVIL,))
    assert page.count("<script") == 1
    assert "<img" not in page
    assert "&lt;script&gt;" in page
    assert "{{ 7 * 7 }}" in page


def test_equal_results_make_equal_pages(graded: str) -> None:
    assert report_html(a_result(), ("The offline judge is for trying out.",)) == graded


@pytest.mark.parametrize("reason", ProjectionUnavailableReason)
def test_without_grades_the_page_says_why(reason: ProjectionUnavailableReason) -> None:
    result = replace(a_result(Shape(essays=4, anchors=0)), projection_unavailable=reason)
    page = report_html(result, ())
    assert escape(no_grades_sentence(reason)) in section(page, "grades")
    assert "known grade" not in section(page, "table")


def test_two_essays_make_a_page() -> None:
    assert "2 essays in order" in report_html(a_result(Shape(essays=2, anchors=0)), ())


def test_without_decisions_the_page_says_that_there_is_no_order() -> None:
    page = report_html(a_result(Shape(essays=5, anchors=0, waves=0)), ())
    assert "No ranking could be made" in page
    assert "No essay was compared, so there is no order." in page
    assert "<svg" not in page


def test_without_any_essay_there_is_still_a_page() -> None:
    empty = replace(a_result(Shape(essays=2, anchors=0, waves=0)), essays=())
    assert "There is no essay to look at." in report_html(empty, ())


def test_essays_that_were_never_compared_are_counted_and_not_drawn() -> None:
    result = a_result(Shape(essays=6, anchors=0))
    *others, last = result.essays
    lonely = replace(last, rank=None, comparisons=0, wins=0)
    page = report_html(replace(result, essays=(*others, lonely)), ())
    assert "1 essay was never compared" in page
    assert f'href="#essay-{len(others)}"' in section(page, "ranking")
    assert f'href="#essay-{len(others) + 1}"' not in section(page, "ranking")


def test_separate_groups_are_warned_about() -> None:
    result = a_result(Shape(anchors=0))
    assert result.quality is not None
    apart = replace(result.quality, components=2, warnings=("The essays fall into 2 groups.",))
    page = report_html(replace(result, quality=apart), ())
    assert "The essays fall into 2 groups." in page.split("<main>", maxsplit=1)[0]
    assert "scores of different groups cannot be compared" in section(page, "quality")


def test_a_failed_batch_shows_its_detail() -> None:
    result = a_result(Shape(essays=3, anchors=0, waves=0))
    detail = "None of 12 answers of the judge could be read."
    failed = replace(result.overview, stop_reason=StopReason.HOPELESS_JUDGE, failure_detail=detail)
    assert detail in report_html(replace(result, overview=failed), ())


def test_a_leaning_judge_is_shown_as_one() -> None:
    result = a_result()
    assert result.quality is not None
    leaning = replace(result.quality, position=PositionEffect(0.8, 0.1))
    assert "leans towards the one shown first" in section(
        report_html(replace(result, quality=leaning), ()), "progress"
    )


def test_three_hundred_essays_fit_several_pictures_and_two_megabytes() -> None:
    page = report_html(a_result(Shape(essays=300, anchors=20, scale=NATIONAL)), ())
    assert len(page.encode()) < 2_000_000
    assert page.count('aria-label="Ranks ') == 2 * 8
    assert page.count('<tr id="essay-') == 300


def test_long_grade_names_and_a_grade_below_the_lowest_are_drawn() -> None:
    scale = a_scale("Fail", "Pass", "Pass with great distinction", below_lowest="Not submitted")
    page = report_html(a_result(Shape(essays=14, anchors=4, scale=scale)), ())
    assert "--grade-3" in page
    assert "Pass with great distinction" in section(page, "table")


def luminance(colour: str) -> float:
    """Relative luminance of WCAG 2."""
    channels = [int(colour[start : start + 2], 16) / 255 for start in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def themes(page: str) -> list[dict[str, str]]:
    blocks = re.findall(r":root \{(.*?)\}", page, re.DOTALL)[:2]
    return [dict(re.findall(r"--([a-z0-9-]+): (#[0-9a-f]{6});", block)) for block in blocks]


@pytest.mark.parametrize("theme", [0, 1], ids=["light", "dark"])
@pytest.mark.parametrize("shape", [Shape(), Shape(scale=NATIONAL)], ids=["6 grades", "10 grades"])
def test_colours_have_enough_contrast_in_both_themes(theme: int, shape: Shape) -> None:
    colours = themes(report_html(a_result(shape), ()))[theme]
    for ground in ("page", "surface", "sunken"):
        assert all(
            contrast(colours[ink], colours[ground]) >= 4.5 for ink in ("text", "muted", "accent", "alert")
        )
    assert contrast(colours["text"], colours["notice-soft"]) >= 4.5
    assert contrast(colours["text"], colours["alert-soft"]) >= 4.5
    grades = [name for name in colours if name.startswith("grade-")]
    assert all(contrast(colours[grade], colours["surface"]) >= 3 for grade in grades)


@pytest.mark.parametrize("theme", [0, 1], ids=["light", "dark"])
def test_the_lightness_of_the_grade_colours_keeps_their_order(theme: int) -> None:
    colours = themes(report_html(a_result(Shape(scale=NATIONAL)), ()))[theme]
    ramp = [luminance(colours[f"grade-{index}"]) for index in range(10)]
    assert ramp == sorted(ramp, reverse=theme == 0)


def test_the_grades_say_what_they_rest_on(graded: str) -> None:
    grades = section(graded, "grades")
    for words in (
        "Begins at",
        "Kendall",
        "contradicted by its comparisons",
        "has a lower score than",
        "Anchors met",
    ):
        assert words in grades
