"""Broken agreements, each refused with its file, its line, what was met and how to mend it: the messages are kept.

`python tests/assess/test_agreement_broken.py` writes tests/golden/broken-agreements.txt anew; read its difference before you keep it.
"""

import json
from collections.abc import Mapping
from pathlib import Path

import pytest

from trucewatch.assess.markdown import read_agreement
from trucewatch.assess.zones import match_shapes, read_shapes
from trucewatch.errors import AgreementError

GOLDEN = Path(__file__).resolve().parents[1] / "golden" / "broken-agreements.txt"
FRONT = """\
+++
title = "Truce of the strip"
version = "1"
status = "agreed"
starts = 2027-03-01T00:00:00+02:00
d_day = 2027-03-01T00:00:00+02:00
clock = "Europe/Kyiv"
ends_words = "It names no end."

[[parties]]
code = "A"
term = "the first party"
self_designation = "Party A"

[[parties]]
code = "B"
term = "the second party"
self_designation = "Party B"

[[bodies]]
name = "Joint Commission"
stands_on = "S-4"

[procedure]
body = "Joint Commission"
quorum = 2

[[zones]]
name = "strip"
words = "The strip between the parties."

[[lines]]
name = "contact"
words = "The line of contact, from which both measure."

[[readings]]
name = "strip"
words = "The strip, by its outline."
area_ids = ["strip"]
+++

# Truce of the strip

## S-1 No fire

Nobody fires in the strip.

```toml
act = "forbidden"
phenomena = ["fire"]
readings = ["strip"]
starts = "D+0"
when = { zone = "strip" }
```

## S-2 Withdrawal

Heavy weapons leave the strip, tanks first.

```toml
act = "required"
phenomena = ["weapon"]
readings = ["strip"]

[[stages]]
name = "tanks"
deadline = "D+15"
when = { weapon = ["tank"] }

[[stages]]
name = "artillery"
deadline = "D+24"
when = { weapon = ["artillery"] }
```

## S-3 Return fire

Fire may be returned.

```toml
act = "exception"
phenomena = ["position_change"]
excepts = ["S-1"]
needs = ["it answers fire"]
must_be_shown_by = "the party that fired"
```
"""
ANOTHER = """
## S-9 Another exception

Warning shots may be fired.

```toml
act = "exception"
excepts = ["S-1"]
needs = ["it was a warning"]
must_be_shown_by = "the party that fired"
```
"""
STRIP = {"type": "Polygon", "coordinates": [[[30, 48], [31, 48], [31, 49], [30, 49], [30, 48]]]}
BOW = {"type": "Polygon", "coordinates": [[[30, 48], [31, 49], [31, 48], [30, 49], [30, 48]]]}
OPEN = {"type": "Polygon", "coordinates": [[[30, 48], [31, 48], [31, 49], [30, 49]]]}
METRES = {"type": "LineString", "coordinates": [[3351000, 6274000], [3352000, 6275000]]}
LINE = {"type": "LineString", "coordinates": [[30, 48.5], [31, 48.5]]}
RING = {"type": "LineString", "coordinates": [[30, 48], [31, 49], [31, 48], [30, 48]]}
KNOT = {"type": "LineString", "coordinates": [[30, 48], [31, 49], [31, 48], [30, 49]]}
AROUND = {"type": "Polygon", "coordinates": [[[179, 48], [-179, 48], [-179, 49], [179, 49], [179, 48]]]}
OVER = {"type": "LineString", "coordinates": [[179, 48.5], [-179, 48.5]]}
HOLDS = 'when = { zone = "strip" }'


def feature(name: str | None, geometry: object, **properties: str) -> str:
    whole = {"type": "Feature", "id": name, "properties": properties, "geometry": geometry}
    return json.dumps(whole if name else {key: value for key, value in whole.items() if key != "id"})


def collection(*features: str) -> str:
    return '{"type": "FeatureCollection", "features": [\n' + ",\n".join(features) + "\n]}\n"


ZONES = collection(feature("strip", STRIP), feature("contact", LINE, left="A"))


def mended(old: str, new: str) -> str:
    """The agreement with `old` exchanged once for `new`."""
    assert old in FRONT, old
    return FRONT.replace(old, new, 1)


def when(condition: str) -> str:
    return mended(HOLDS, f"when = {condition}")


TEXTS: Mapping[str, str] = {
    "an empty file": "",
    "front matter without an end": FRONT[: FRONT.index("+++\n\n# Truce")],
    "front matter that is no TOML": mended('"Joint Commission"\nstands', '"Joint Commission\nstands'),
    "no clause at all": FRONT[: FRONT.index("## S-1")],
    "a key that is misspelt": mended("version", "verison"),
    "a key that nobody knows": mended('status = "agreed"', 'status = "agreed"\ncolour = "blue"'),
    "no title": mended('title = "Truce of the strip"\n', ""),
    "a time without its offset": mended("starts = 2027-03-01T00:00:00+02:00", "starts = 2027-03-01T00:00:00"),
    "an end before the start": mended("clock =", "ends = 2027-02-01T00:00:00Z\nclock ="),
    "a clock that is no time zone": mended("Europe/Kyiv", "Kyiv time"),
    "a D-day by no clock": mended('clock = "Europe/Kyiv"\n', ""),
    "a party twice": mended('code = "B"', 'code = "A"'),
    "a party that is neither A nor B": mended('code = "B"', 'code = "C"'),
    "a body that decides and is none": mended('body = "Joint Commission"', 'body = "Joint Comission"'),
    "a quorum of none": mended("quorum = 2", "quorum = 0"),
    "a zone and a line of one name": mended('name = "contact"', 'name = "strip"'),
    "a line of one name beside a party's own": mended(
        "[[readings]]", '[[lines]]\nname = "contact-a"\nwords = "A line."\nmeasured_by = "A"\n\n[[readings]]'
    ),
    "a line measured by nobody known": mended('name = "contact"', 'name = "contact"\nmeasured_by = "C"'),
    "a reading that says where and does not": mended(
        'area_ids = ["strip"]', 'area_ids = ["strip"]\nanywhere = true'
    ),
    "a reading of an area nobody knows": mended('area_ids = ["strip"]', 'area_ids = ["stirp"]'),
    "a clause without its words": mended("Nobody fires in the strip.\n", ""),
    "a clause whose words are a comment": mended(
        "Heavy weapons leave the strip, tanks first.", "<!-- to be written -->"
    ),
    "a source that is no address": mended("clock =", 'source_urls = ["javascript:alert(1)"]\nclock ='),
    "a clause without a title": mended("## S-1 No fire", "## S-1"),
    "a clause without an id": mended("## S-1 No fire", "## No fire"),
    "a clause without its block": mended('```toml\nact = "forbidden"', '```text\nact = "forbidden"'),
    "a block that is not closed": FRONT[: FRONT.rindex("```")],
    "two blocks in one clause": FRONT + '\n```toml\nact = "procedure"\n```\n',
    "a clause twice": mended("## S-2", "## S-1"),
    "an act that is none": mended('"forbidden"', '"forbiden"'),
    "a kind that nobody knows": mended('["fire"]', '["fier"]'),
    "a clause that forbids nothing": mended('phenomena = ["fire"]\n', ""),
    "a reading that is not declared": mended('readings = ["strip"]\nstarts', 'readings = ["strips"]\nstarts'),
    "a deadline where nothing is required": mended('starts = "D+0"', 'deadline = "D+5"'),
    "a deadline before its start": mended('deadline = "D+15"', 'starts = "D+20"\ndeadline = "D+15"'),
    "stages out of order": mended('"D+24"', '"D+14"'),
    "a stage without a deadline": mended('deadline = "D+24"\n', ""),
    "a day that is not written as one": mended('"D+15"', '"day 15"'),
    "a day with nothing to count from": mended("d_day = 2027-03-01T00:00:00+02:00\n", ""),
    "an exception from no clause": mended('excepts = ["S-1"]', 'excepts = ["S-7"]'),
    "an exception from an exception": FRONT + ANOTHER.replace('["S-1"]', '["S-3"]'),
    "an exception that rests on nothing": mended('needs = ["it answers fire"]\n', ""),
    "exceptions that disagree on who must show them": FRONT
    + ANOTHER.replace("the party that fired", "nobody"),
    "exceptions that disagree on what they make of it": FRONT
    + ANOTHER.replace("needs", 'effect = "forbidden"\nneeds'),
    "a priority of what is no exception": mended('starts = "D+0"', "priority = 2"),
    "a condition that is empty": when("{}"),
    "a condition that nobody knows": when('{ zoen = "strip" }'),
    "all of nothing": when("{ all = [] }"),
    "any of nothing": when("{ any = [] }"),
    "two conditions in one table": when('{ zone = "strip", weapon = ["tank"] }'),
    "a key that goes with another condition": when('{ zone = "strip", within_h = 2 }'),
    "a zone that is not declared": when('{ zone = "stirp" }'),
    "a line where a zone belongs": when('{ zone = "contact" }'),
    "a line that is not declared": when('{ line = "contacts", side = "A" }'),
    "a side that is not said": when('{ line = "contact", nearer_than_m = 5000 }'),
    "each its own line, and only one is there": mended(
        'name = "contact"', 'name = "contact-a"\nmeasured_by = "A"'
    ).replace(HOLDS, 'when = { line = "contact", side = "own" }'),
    "a weapon class that is none": when('{ weapon = ["tanks"] }'),
    "calibres from more to less": when("{ calibre_from_mm = 152, calibre_below_mm = 100 }"),
    "heights that nothing lies in": when("{ altitude_from_m = 150, altitude_below_m = 150 }"),
    "distances from more to less": when(
        '{ line = "contact", side = "A", from_m = 9000, nearer_than_m = 5000 }'
    ),
    "a heading of a full turn": when("{ heading_from_deg = 0, heading_to_deg = 360 }"),
    "one heading without the other": when("{ heading_from_deg = 90 }"),
    "days from later to earlier": when("{ from_day = 15, to_day = 2 }"),
    "hours that are none": when('{ hours = ["22:00", "25:00"] }'),
    "hours by a clock that is none": when('{ hours = ["22:00", "06:00"], clock = "Kyiv" }'),
    "a party that is not declared": mended(
        '[[parties]]\ncode = "B"\nterm = "the second party"\nself_designation = "Party B"\n\n', ""
    ).replace(HOLDS, 'when = { party = "B" }'),
    "a count that is no number": when('{ count_at_least = "five" }'),
    "a repetition of one": when("{ repeated_at_least = 1, within_h = 24 }"),
    "a reply within no time": when('{ reply_to = ["fire"] }'),
    "a statement that is not stated": when("{ ordered = false }"),
    "deep inside, on the fourth line of it": when(
        '{ all = [\n  { zone = "strip" },\n  { any = [\n    { weapon = ["tank"] },\n'
        "    { calibre_from_mm = 100, calibre_below_mm = 85 },\n  ] },\n] }"
    ),
}
SHAPES: Mapping[str, str] = {
    "zones: no JSON": '{"type": "FeatureCollection",\n "features": [',
    "zones: no features": '{"type": "Feature"}',
    "zones: a zone that crosses itself": collection(
        feature("contact", LINE, left="A"), feature("strip", BOW)
    ),
    "zones: a ring that is not closed": collection(feature("strip", OPEN)),
    "zones: metres for degrees": collection(feature("contact", METRES, left="A")),
    "zones: a zone over the antimeridian": collection(feature("strip", AROUND)),
    "zones: a line over the antimeridian": collection(feature("contact", OVER, left="A")),
    "zones: a feature that is not drawn": collection(feature("strip", None)),
    "zones: a source that is no address": collection(feature("strip", STRIP, source_url="file:///x")),
    "zones: a line that crosses itself": collection(feature("contact", KNOT, left="A")),
    "zones: a line that ends where it begins": collection(feature("contact", RING, left="A")),
    "zones: a line without a left side": collection(feature("strip", STRIP), feature("contact", LINE)),
    "zones: a feature without a name": collection(feature(None, STRIP)),
    "zones: a property that nobody knows": collection(feature("strip", STRIP, clamed_by="A")),
    "zones: a time without its offset": collection(feature("strip", STRIP, to="2027-06-01")),
    "zones: two at once under one name": collection(feature("strip", STRIP), feature("strip", STRIP)),
    "zones: a name that is misspelt": collection(feature("stirp", STRIP)),
    "zones: a line where the agreement has a zone": collection(feature("strip", LINE, left="B")),
    "zones: a zone that is not drawn": collection(feature("contact", LINE, left="A")),
}


def refusal(text: str, zones: str) -> str:
    with pytest.raises(AgreementError) as refused:
        match_shapes(read_agreement(text, name="t"), read_shapes(zones))
    return str(refused.value)


def every() -> dict[str, str]:
    """The message of each broken agreement by its name."""
    told = {name: refusal(text, ZONES) for name, text in TEXTS.items()}
    return told | {name: refusal(FRONT, zones) for name, zones in SHAPES.items()}


def written(messages: Mapping[str, str]) -> str:
    return "\n".join(f"{name}\n    {message}\n" for name, message in messages.items())


def test_the_agreement_that_the_broken_ones_are_made_from_is_whole() -> None:
    agreement, shapes = read_agreement(FRONT, name="t"), read_shapes(ZONES)
    match_shapes(agreement, shapes)
    assert agreement.clauses
    assert shapes.names


def test_at_least_fifty_are_broken_and_no_two_have_one_message() -> None:
    messages = every()
    assert len(messages) >= 50
    assert len(set(messages.values())) == len(messages)


def test_each_broken_agreement_is_refused_in_the_words_that_are_kept() -> None:
    assert written(every()) == GOLDEN.read_text("utf-8")


@pytest.mark.parametrize("name", [*TEXTS, *SHAPES])
def test_a_message_names_its_file_and_line_and_how_to_mend_it_in_one_line(name: str) -> None:
    message = refusal(TEXTS.get(name, FRONT), SHAPES.get(name, ZONES))
    file, line, said = message.split(":", 2)
    assert file in ("agreement.md", "zones.geojson")
    assert int(line) >= 1
    assert ";" in said or "did you mean" in said
    assert "\n" not in message


if __name__ == "__main__":
    GOLDEN.write_text(written(every()), "utf-8")
