"""Drawings that take their colours from the page and never read a name."""

from concurrent.futures import ThreadPoolExecutor

import matplotlib as mpl
from markupsafe import Markup

from cj_assessment_service.domain.scores import PositionEffect
from cj_assessment_service.reports.plot_parts import NORMAL, panel
from cj_assessment_service.reports.small_plots import comparisons_plot, grade_counts_plot, position_plot
from cj_assessment_service.reports.svg import Ink, Texts, blank_figure, grade_ink, themed_svg


def drawing_of(text: str) -> Markup:
    texts = Texts()
    figure = blank_figure(200, 100)
    axes = panel(figure, (10, 10, 180, 80))
    axes.text(0.5, 0.5, texts.slot(text), fontsize=NORMAL, color=Ink.TEXT)
    axes.plot([0, 1], [0, 1], color=grade_ink(3), gid=texts.tip(text))
    return themed_svg(figure, "one", "a line", texts)


def test_colours_are_those_of_the_page() -> None:
    drawing = drawing_of("x")
    assert "var(--text)" in drawing
    assert "var(--grade-3)" in drawing
    assert "#" not in drawing.replace("url(#one-", "").replace('href="#one-', "")


def test_the_typeface_is_that_of_the_page_and_text_stays_text() -> None:
    drawing = drawing_of("a name")
    assert "font-family" not in drawing
    assert ">a name</text>" in drawing


def test_a_hostile_text_is_only_a_text() -> None:
    drawing = drawing_of('<script>"$x^2$" @@0@@ @@77@@ <g id="tip-0">')
    assert "<script" not in drawing
    assert drawing.count("&lt;script&gt;&#34;$x^2$&#34; @@0@@ @@77@@ &lt;g id=&#34;tip-0&#34;&gt;") == 2


def test_nothing_outside_the_page_is_named() -> None:
    assert "http" not in drawing_of("x")
    assert "<style" not in drawing_of("x")


def test_ids_of_two_drawings_differ() -> None:
    one = position_plot(PositionEffect(0.1, 0.1), "one")
    assert 'id="position-' in one
    assert 'id="position-' not in comparisons_plot([3, 4], "two")


def test_equal_drawings_are_equal_also_when_drawn_at_once() -> None:
    alone = drawing_of("x")
    with ThreadPoolExecutor(4) as pool:
        assert set(pool.map(drawing_of, ["x"] * 8)) == {alone}


def test_settings_of_the_drawing_library_are_left_as_they_were() -> None:
    before = dict(mpl.rcParams)
    drawing_of("x")
    assert dict(mpl.rcParams) == before


def test_a_drawing_says_in_words_what_it_shows() -> None:
    drawing = grade_counts_plot([1, 2], ["A", "B"], 'one A, two "B"')
    assert 'role="img" aria-label="one A, two &#34;B&#34;"' in drawing
