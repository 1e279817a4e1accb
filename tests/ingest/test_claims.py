"""What a party says of the other: told, never seen, and never added up."""

from datetime import UTC, datetime
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from trucewatch.ingest.claims import parse
from trucewatch.model.source import Screened, SourceProfile
from trucewatch.model.vocabulary import Means

PROFILE = SourceProfile(source_id="claims", means=Means.TOLD, published=True)
HEADER = "claim_id,claimed_by,against,window_start,window_end,category,count,qualifier,relation,source_url"
ROW = {
    "claim_id": "C1",
    "claimed_by": "A",
    "against": "B",
    "window_start": "2025-04-20T00:00+03:00",
    "window_end": "2025-04-20T16:00+03:00",
    "category": "shelling",
    "count": "10",
    "qualifier": "exact",
}


def csv(*rows: dict[str, str]) -> bytes:
    names = HEADER.split(",")
    lines = [",".join((ROW | row).get(name, "") for name in names) for row in rows]
    return ("\n".join([HEADER, *lines]) + "\n").encode()


def relations(screened: Screened) -> list[str]:
    return [text.split(" | ")[1] for text in screened.accepted["text"]]


@pytest.fixture(scope="module")
def easter(shared: Path) -> Screened:
    return parse((shared / "data/truces-2025/party_claims.csv").read_bytes(), PROFILE)


def test_every_claim_is_taken_as_told_and_none_as_seen(easter: Screened) -> None:
    assert easter.refused == ()
    assert easter.accepted["row"].to_list() == list(range(1, 18))
    assert set(easter.accepted["means"]) == {"told"}
    assert set(easter.accepted["phenomenon"]) == {"total"}
    assert easter.accepted["told_by"].to_list() == ["Ukraine"] * 14 + ["Russia"] * 3


def test_a_claim_keeps_its_category_and_whom_it_is_against(easter: Screened) -> None:
    first = easter.accepted.row(0, named=True)
    assert first["text"] == "shelling |  | against Russia"
    assert (first["count_min"], first["count_max"]) == (387, 387)
    assert first["from_utc"] == datetime(2025, 4, 19, 15, tzinfo=UTC)
    assert str(first["origin"]).startswith("https://www.the-independent.com/")


@pytest.mark.parametrize(
    ("row", "marks"),
    [
        (6, "subset of the 901"),  # the file's own words
        (8, "cumulative, end of window approximate"),
        (10, "cumulative (by its window); a subset of shelling (by its words)"),  # unflagged in the file
        (11, "cumulative (by its window)"),  # unflagged in the file
        (12, "all kinds together (by its words)"),
        (13, "cumulative (by its window)"),
        (17, "all kinds together (by its words)"),
        (7, ""),
        (15, ""),
    ],
)
def test_a_claim_says_how_it_overlaps_the_others(easter: Screened, row: int, marks: str) -> None:
    assert relations(easter)[row - 1] == marks


@pytest.mark.parametrize(("row", "bounds"), [(7, (400, None)), (12, (2900, None)), (17, (4900, 4900))])
def test_over_and_more_than_have_no_upper_bound(
    easter: Screened, row: int, bounds: tuple[int, int | None]
) -> None:
    found = easter.accepted.filter(row=row).row(0, named=True)
    assert (found["count_min"], found["count_max"]) == bounds


def test_claims_of_two_claimants_do_not_overlap() -> None:
    longer = {"window_end": "2025-04-20T20:00+03:00", "claimed_by": "B", "against": "A"}
    assert relations(parse(csv({}, longer), PROFILE)) == ["", ""]


def test_a_narrower_word_in_another_window_is_no_subset() -> None:
    later = {
        "category": "heavy shelling",
        "window_start": "2025-04-20T16:00+03:00",
        "window_end": "2025-04-20T20:00+03:00",
    }
    assert relations(parse(csv({}, later), PROFILE)) == ["", ""]


def test_the_same_claim_twice_is_not_cumulative() -> None:
    assert relations(parse(csv({}, {"claim_id": "C2"}), PROFILE)) == ["", ""]


@given(
    st.lists(
        st.tuples(st.integers(0, 9), st.integers(0, 9), st.sampled_from(["x", "x y", "y"])),
        max_size=8,
    )
)
def test_marks_are_those_that_comparing_every_pair_gives(found: list[tuple[int, int, str]]) -> None:
    claims = [(start, start + length, category) for start, length, category in found]
    rows = [
        {
            "window_start": f"2025-04-20T{start:02}:00Z",
            "window_end": f"2025-04-20T{end:02}:00Z",
            "category": category,
        }
        for start, end, category in claims
    ]
    for (start, end, category), marks in zip(claims, relations(parse(csv(*rows), PROFILE)), strict=True):
        holds = any(
            c == category and start <= s and e <= end and (s, e) != (start, end) for s, e, c in claims
        )
        part = any(c != category and c in category.split() and s < end and e > start for s, e, c in claims)
        assert ("cumulative" in marks) == holds
        assert ("subset" in marks) == part


HOSTILE = [
    ({"claimed_by": ""}, "claimed_by"),
    ({"against": ""}, "against"),
    ({"category": ""}, "category"),
    ({"count": "-1"}, "count"),
    ({"count": "lots"}, "count"),
    ({"window_start": "2025-04-20T00:00"}, "window_start"),
    ({"window_end": "Easter"}, "window_end"),
    ({"window_end": "2025-04-19T00:00+03:00"}, "window_end"),
    ({"window_end": "9999-12-31T23:59-12:00"}, "window_end"),
]


@pytest.mark.parametrize(("row", "column"), HOSTILE)
def test_a_bad_claim_is_refused_with_its_column_and_no_other_is_lost(
    row: dict[str, str], column: str
) -> None:
    screened = parse(csv({}, row, {}), PROFILE)
    assert [(r.row, r.column) for r in screened.refused] == [(2, column)]
    assert screened.accepted["row"].to_list() == [1, 3]


def test_a_bar_in_a_word_does_not_add_a_part() -> None:
    text = parse(csv({"category": "a | b", "relation": "c|d"}), PROFILE).accepted["text"][0]
    assert text == "a / b | c/d | against B"


def test_claims_before_a_cut_are_kept() -> None:
    whole = csv({}, {}, {})
    screened = parse(whole[: len(whole) - 30], PROFILE)
    assert screened.accepted["row"].to_list() == [1, 2]
    assert [r.row for r in screened.refused] == [3]


@pytest.mark.parametrize("raw", [b"", csv({}).decode().encode("utf-16"), b"a,b\n1,2\n"])
def test_a_file_without_claims_is_refused_whole(raw: bytes) -> None:
    screened = parse(raw, PROFILE)
    assert screened.accepted.is_empty()
    assert [r.row for r in screened.refused] == [0]


def test_the_sum_of_claims_is_nobodys_column(easter: Screened) -> None:
    assert easter.accepted.filter(pl.col("told_by").is_null()).is_empty()
