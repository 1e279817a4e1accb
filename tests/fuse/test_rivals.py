"""What else a report may be one with: rivals, and what they change."""

import numpy as np
import pytest

from trucewatch.fuse.fuse import fuse
from trucewatch.fuse.reports import reports_of
from trucewatch.fuse.shares import MOST_STRAY, STRAY, not_alone
from trucewatch.model.source import SourceProfile
from trucewatch.model.vocabulary import Means

ITEMISES = {"array": SourceProfile(source_id="array", means=Means.DETECTED, repeats=0.0)}
ARRAY = {"source_id": "array", "means": "detected", "sigma_m": 100.0}


def sizes(observed, *rows) -> list[int]:
    return sorted(fuse(observed(list(rows)), ITEMISES).incidents["n_observations"].to_list())


@pytest.mark.parametrize(
    ("east", "joined"),
    [
        ((0.501,), [2]),  # one that it may be
        ((0.501, 0.499), [1, 1, 1]),  # two as likely, which one array told apart
        ((0.501, 0.499, 0.5), [1, 1, 1, 1]),
        ((0.501, 0.494), [1, 2]),  # one of them far likelier
        ((0.501, 0.6), [1, 2]),  # the other out of reach
    ],
)
def test_a_report_joins_an_event_that_outweighs_all_others_it_may_be_of(observed, east, joined) -> None:
    assert sizes(observed, {"source_id": "town"}, *({**ARRAY, "lon": lon} for lon in east)) == joined


def test_reports_that_may_all_be_one_are_no_rivals(observed) -> None:
    posts = [{"source_id": f"post-{at}", "lon": 0.5 + at / 4_000} for at in range(5)]
    assert sizes(observed, *posts) == [5]


def test_a_pair_that_rivals_outweigh_stays_in_the_links_with_its_weight(observed) -> None:
    table = observed([{"source_id": "town"}, {**ARRAY, "lon": 0.501}, {**ARRAY, "lon": 0.499}])
    links = fuse(table, ITEMISES).links
    assert (links["weight"] > 0).sum() == 2
    assert not links["joined"].any()


def test_a_coarse_report_that_stands_alone_more_often_tells_of_what_another_told(observed) -> None:
    told = SourceProfile(source_id="post", means=Means.HEARD, false_share=0.1, alone=0.3)
    rows = [{"sigma_m": sigma} for sigma in (100.0, 1_000.0, 10_000.0)]
    doubts = [float(not_alone(reports_of(observed([row]), {"post": told})[0])[0]) for row in rows]
    assert doubts == sorted(doubts)
    real = 0.9 * 0.3
    least, most = (1 - real / (real + 0.1 + 0.9 * 0.7 * share) for share in (STRAY, MOST_STRAY))
    assert np.all((least <= np.array(doubts)) & (np.array(doubts) <= most))
