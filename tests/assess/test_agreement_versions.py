"""Two versions of an agreement: what differs in words, whom it reaches and when, and what the changelog claims."""

from datetime import UTC, datetime

import pytest

from trucewatch.assess.markdown import read_agreement
from trucewatch.assess.reached import against_changelog, reached
from trucewatch.assess.versions import amendments
from trucewatch.assess.zones import read_shapes
from trucewatch.model.agreement import Agreement
from trucewatch.model.amendment import Reach
from trucewatch.model.shapes import NO_SHAPES

TEXT = """\
+++
title = "T"
version = "1"
status = "agreed"
starts = 2027-03-01T00:00:00Z
ends = 2027-09-01T00:00:00Z
ends_words = "none"
[[zones]]
name = "strip"
words = "The strip."
[[readings]]
name = "strip"
words = "The strip."
area_ids = ["strip"]
+++

## X-1 No fire

Nobody fires.

```toml
act = "forbidden"
phenomena = ["shot", "uav"]
readings = ["strip"]
ends = 2027-06-01T00:00:00Z
```

## X-2 Return fire

Fire may be returned.

```toml
act = "exception"
excepts = ["X-1"]
needs = ["it answers fire"]
when = { reply_to = ["fire"], within_h = 1 }
```

## X-3 Who decides

Somebody.

```toml
act = "procedure"
```
"""
CHANGE = '[[changes]]\nversion = "2"\nwords = "Longer."\nclauses = ["X-1"]\nfrom = 2027-06-01T00:00:00Z\n'
REPLY = 'reply_to = ["airburst", "burst", "explosion", "muzzle_flash", "projectile", "shot"]'
START, JUNE, JULY, END = (datetime(2027, month, 1, tzinfo=UTC) for month in (3, 6, 7, 9))


def read(text: str) -> Agreement:
    return read_agreement(text, name="t")


def said(new: str) -> list[str]:
    return [one.words for one in amendments(read(TEXT), read(new), NO_SHAPES, NO_SHAPES)]


def reaches(new: str) -> tuple[Reach, ...]:
    before, after = read(TEXT), read(new)
    return reached(before, after, NO_SHAPES, NO_SHAPES)


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ('"shot", "uav"', '"shot", "burst"', "X-1: phenomena gained burst and lost uav"),
        ("Nobody fires.", "Nobody\nshoots.", "X-1: words was Nobody fires.; it is Nobody shoots."),
        (
            "ends = 2027-06-01T00:00:00Z",
            "ends = 2027-07-01T00:00:00Z",
            "X-1: ends was 2027-06-01T00:00:00+00:00; it is 2027-07-01T00:00:00+00:00",
        ),
        ("ends = 2027-06-01T00:00:00Z\n", "", "X-1: ends was removed: 2027-06-01T00:00:00+00:00"),
        (
            "within_h = 1 ",
            "within_h = 2 ",
            f"X-2: when was {{ {REPLY}, within_h = 1 }}; it is {{ {REPLY}, within_h = 2 }}",
        ),
        ("[[zones]]", 'clock = "UTC"\n[[zones]]', "clock was added: UTC"),
        ("## X-3 Who decides", "## X-4 Who decides", "X-3 was removed: Who decides"),
    ],
)
def test_what_differs_is_told_field_by_field_in_words(old: str, new: str, words: str) -> None:
    assert said(TEXT.replace(old, new))[0] == words


def test_the_same_text_has_nothing_that_differs_wherever_its_folder_is() -> None:
    before, after = read(TEXT), read_agreement(TEXT, name="elsewhere")
    assert amendments(before, after, NO_SHAPES, NO_SHAPES) == ()
    assert reached(before, after, NO_SHAPES, NO_SHAPES) == ()


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("Nobody fires.", "Nobody shoots.", ()),
        ("ends = 2027-06-01T00:00:00Z", "ends = 2027-07-01T00:00:00Z", (("X-1", JUNE, JULY),)),
        ('"shot", "uav"', '"shot"', (("X-1", START, JUNE),)),
        ("within_h = 1 ", "within_h = 2 ", (("X-1", START, JUNE), ("X-2", START, END))),
        ("ends = 2027-06-01T00:00:00Z", "starts = 2027-07-01T00:00:00Z", (("X-1", START, END),)),
        (
            "ends = 2027-09-01T00:00:00Z",
            "ends = 2027-07-01T00:00:00Z",
            (("X-2", JULY, END),),
        ),
    ],
)
def test_a_change_reaches_its_clauses_and_those_that_an_exception_is_from(
    old: str, new: str, expected: tuple[tuple[str, datetime, datetime], ...]
) -> None:
    found = {(one.of, one.from_utc, one.to_utc) for one in reaches(TEXT.replace(old, new))}
    assert found == set(expected)


def test_a_zone_drawn_anew_reaches_the_clauses_that_name_it() -> None:
    drawn = [
        read_shapes(
            '{"type": "FeatureCollection", "features": [{"type": "Feature", "id": "strip", "properties": {}, '
            f'"geometry": {{"type": "Polygon", "coordinates": [[[30, 48], [{east}, 48], [{east}, 49], [30, 48]]]}}}}]}}'
        )
        for east in (31, 32)
    ]
    before = read(TEXT)
    found = amendments(before, before, drawn[0], drawn[1])
    assert found[0].words.startswith("shape of strip from ever was POLYGON")
    assert [one.of for one in reached(before, before, drawn[0], drawn[1])] == ["X-1"]


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ("", ["no [[changes]] tells of it"]),
        (CHANGE, []),
        (
            CHANGE.replace('"X-1"', '"X-9"'),
            ["X-1 differs, and no [[changes]] names it", "[[changes]] names X-9"],
        ),
        (
            CHANGE.replace('["X-1"]', '["X-1", "X-3"]'),
            ["[[changes]] names X-3, under which nothing can differ"],
        ),
        (CHANGE.replace("from = 2027-06", "from = 2027-08"), ["X-1 may differ from 2027-06-01"]),
        (
            CHANGE + "to = 2027-06-15T00:00:00Z\n",
            ["X-1 may differ from 2027-06-01T00:00:00+00:00 to 2027-07-01"],
        ),
    ],
)
def test_a_changelog_that_claims_less_or_more_than_what_differs_is_found(
    change: str, told: list[str]
) -> None:
    new = TEXT.replace("ends = 2027-06-01T00:00:00Z", "ends = 2027-07-01T00:00:00Z").replace(
        "+++\n\n", f"{change}+++\n\n"
    )
    before, after = read(TEXT), read(new)
    found = reached(before, after, NO_SHAPES, NO_SHAPES)
    said = against_changelog(after, before, found)
    assert [one for one, start in zip(said, told, strict=True) if not one.startswith(start)] == []
