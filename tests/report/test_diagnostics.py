"""The page that says what matching made of a file: its figures are those of the tables, and no request leaves it."""

import re

import polars as pl
import pytest

from trucewatch.model.learned import LearnedConfusion, LearnedField, LearnedFigure
from trucewatch.model.tables import INCIDENTS, LINKS, OBSERVATIONS
from trucewatch.model.vocabulary import Phenomenon
from trucewatch.report.diagnostics import Matching, diagnostics_html
from trucewatch.report.drawn_counts import Bars, counts_svg
from trucewatch.report.words import Language, words


@pytest.fixture(scope="module")
def matching() -> Matching:
    """Three reports of two sources and one that tells of nothing, made into two incidents."""
    observations = OBSERVATIONS.empty().select("observation_id", "source_id")
    observations = pl.concat(
        [observations, pl.DataFrame({"observation_id": list("abcd"), "source_id": ["<p>", "<p>", "q", "q"]})]
    )
    incidents = pl.DataFrame(
        {
            "source_ids": [["<p>", "q"], ["<p>"]],
            "observations": [["a", "c"], ["b"]],
            "p_real": [1.0, 0.35],
            "major90_m": [400.0, None],
        },
        schema={
            name: INCIDENTS.schema[name] for name in ("source_ids", "observations", "p_real", "major90_m")
        },
    )
    links = pl.DataFrame(
        {"weight": [7.5, -99.0, 99.0], "joined": [True, False, False]},
        schema={name: LINKS.schema[name] for name in ("weight", "joined")},
    )
    return Matching(name="two & three.csv", observations=observations, incidents=incidents, links=links)


def cells(page: str, section: str) -> list[list[str]]:
    (body,) = re.findall(rf'<section id="{section}">.*?<tbody>(.*?)</tbody>', page, re.DOTALL)
    rows = [re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row, re.DOTALL) for row in body.split("</tr>")]
    return [[re.sub("<[^>]*>", "", cell) for cell in row] for row in rows if row]


def test_every_figure_of_the_page_is_one_of_the_tables(matching: Matching) -> None:
    page = diagnostics_html(matching, mark="INTERNAL")
    assert cells(page, "sources") == [["&lt;p&gt;", "2", "1", "1", "0"], ["q", "2", "1", "0", "1"]]
    assert cells(page, "how-many") == [["1", "1", "0.35", "–"], ["2", "1", "1", "400 m"]]
    assert "two &amp; three.csv" in page
    assert "taken as they declare" in page
    assert not re.search(r"https?://", page.replace("http://www.w3.org/2000/svg", ""))


def test_what_was_learned_stands_beside_what_was_declared_and_is_marked_where_it_is_far(
    matching: Matching,
) -> None:
    figure = LearnedFigure(
        source_id="q", field=LearnedField.TIME_SIGMA_S, declared=10.0, learned=40.0, incidents=31
    )
    share = LearnedConfusion(
        source_id="q", meant=Phenomenon.BURST, said=Phenomenon.SHOT, declared=None, learned=0.2
    )
    found = Matching(
        name="x",
        observations=matching.observations,
        incidents=matching.incidents,
        links=matching.links,
        learned=[figure],
        confused=[share],
    )
    page = diagnostics_html(found, mark="INTERNAL")
    assert cells(page, "learned")[0] == ["q", "time_sigma_s", "10", "40 far from it", "31"]
    assert "20 %" in page
    assert page.count("far from it") == 1


@pytest.mark.parametrize("language", list(Language))
def test_a_file_without_rows_has_a_page_in_every_language(language: Language) -> None:
    empty = Matching(
        name="x", observations=OBSERVATIONS.empty(), incidents=INCIDENTS.empty(), links=LINKS.empty()
    )
    assert f'lang="{language.value}"' in diagnostics_html(empty, mark="INTERNAL", language=language)


def test_every_count_is_a_bar_of_its_height_and_what_is_beyond_the_scale_stands_at_its_end() -> None:
    drawn = counts_svg(
        Bars(title="t", edges=("0", "1", "2"), filled=(4, 0), empty=(2, 1)),
        "bits",
        words(Language.ENGLISH),
    )
    heights = [float(high) for high in re.findall(r'height="([\d.]+)" class="bar', drawn)]
    assert heights == [160.0, 80.0, 40.0]
    assert drawn.count("bar derived") == 2


def test_a_pair_that_weighs_more_than_the_scale_has_is_counted_at_its_end(matching: Matching) -> None:
    page = diagnostics_html(matching, mark="INTERNAL")
    (pairs,) = re.findall(r'<section id="pairs">.*?</section>', page, re.DOTALL)
    assert (pairs.count("bar own"), pairs.count("bar derived")) == (1, 2)
