"""Copying raises no probability: whoever copies, however often and however late."""

from datetime import UTC, datetime, timedelta

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from trucewatch.fuse.fuse import fuse
from trucewatch.fuse.repeats import spelled_alike, spelled_plain
from trucewatch.model.source import SourceProfile
from trucewatch.model.vocabulary import Means

NOON = datetime(2027, 3, 1, 12, tzinfo=UTC)
WORDS = "Three explosions were heard at the western edge of the harbour, the agency was told on Monday."
LEARNED = {
    name: SourceProfile(source_id=name, means=Means.TOLD, false_share=0.2, alone=0.3)
    for name in ("agency", "first", "second", "third")
}
COPY = st.fixed_dictionaries(
    {
        "source_id": st.sampled_from(["first", "second", "third"]),
        "late_h": st.integers(0, 90),
        "named": st.booleans(),
        "placed": st.booleans(),
        "reliability": st.sampled_from(["A", "C", "E"]),
    }
)


def copy(drawn: dict[str, object]) -> dict[str, object]:
    row = {
        "means": "told",
        "text": None if drawn["named"] else WORDS,
        "origin": "agency" if drawn["named"] else None,
        "source_id": drawn["source_id"],
        "reliability": drawn["reliability"],
        "reported_utc": NOON + timedelta(hours=1 + int(str(drawn["late_h"]))),
    }
    return row if drawn["placed"] else {**row, "lon": None, "lat": None}


@pytest.mark.parametrize("profiles", [{}, LEARNED], ids=["undeclared", "learned"])
@settings(max_examples=10, deadline=None)
@given(copies=st.lists(COPY, max_size=5))
def test_no_copy_raises_a_probability_or_a_number_of_origins(observed, profiles, copies) -> None:
    told = {"means": "told", "source_id": "agency", "text": WORDS, "reported_utc": NOON}
    alone = fuse(observed([told]), profiles).incidents
    with_copies = fuse(observed([told, *(copy(one) for one in copies)]), profiles).incidents
    assert with_copies["n_origins"].to_list() == [1]
    assert with_copies["p_real"].item() <= alone["p_real"].item()


@given(st.text(st.characters(max_codepoint=127) | st.sampled_from(" \n\tAz"), max_size=60))
def test_words_in_ascii_are_spelled_one_by_one_as_they_are_all_at_once(text: str) -> None:
    assert pl.DataFrame({"text": [text]}).select(spelled_alike()).item() == spelled_plain(text)
