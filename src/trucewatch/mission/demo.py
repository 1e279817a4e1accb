"""The demo: three missions made in an empty folder and walked, with no network.

Rules:
- the guarantees are what was published; the patrol reports are the SMM's, up to the assessment and no
  further; what goes further is an exercise, and every page and object of it says so;
- every record's time is given, so that the demo has the same bytes wherever it is made;
- nothing is opened: the paths are printed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

from trucewatch.errors import InputError
from trucewatch.mission.content import archive, organisations
from trucewatch.mission.drill import drill
from trucewatch.mission.files import write_whole
from trucewatch.mission.folder import Folder, Plan, init
from trucewatch.mission.intake import ingest
from trucewatch.mission.known import known
from trucewatch.mission.reporting import day_of, promises_of
from trucewatch.mission.walk import walk
from trucewatch.model.vocabulary import Audience
from trucewatch.report.chain import chain_html
from trucewatch.report.daily import Day
from trucewatch.report.guarantees import promises_html
from trucewatch.report.html import html
from trucewatch.report.index import Link, index_html
from trucewatch.report.machine import to_csv, to_json
from trucewatch.report.totals_page import counted, counted_html
from trucewatch.report.words import Language

BY = "demo"
EARLIER, LATER = date(2025, 9, 4), date(2026, 1, 6)
PATROL_DAYS = (date(2016, 10, 29), date(2016, 10, 31))
COUNTED_DAYS = (date(2020, 7, 27), date(2020, 8, 20))
MEASURES_START = datetime(2020, 7, 26, 21, 1, tzinfo=UTC)  # 27 July 00:01 in Kyiv: tcg-2020
TITLE = "Trucewatch: a walk from what was promised to what follows"
LEAD = (
    "Three missions were made in this folder, and walked. Open the guarantees first: what 26 states, and"
    " those who speak for them, undertook between 4 September 2025 and 6 January 2026, and what it waits for."
)

Say = Callable[[str], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """One page that was made: its file, its title, and what to look at in it."""

    path: Path
    title: str
    look_for: str
    stamp: str


def demo(folder: Path | str, *, say: Say, language: Language = Language.ENGLISH) -> tuple[Page, ...]:
    """Make and walk the demo's missions in `folder`, telling `say` of each step; return its pages.

    Raises InputError when the folder holds anything already.
    """
    root = Path(folder)
    if root.exists() and any(root.iterdir()):
        raise InputError("is not empty: choose a new folder for the demo", where=str(root))
    say("1 of 3  the guarantees: what was promised, by whom, on which condition")
    pages = [_guarantees(root, language)]
    say("2 of 3  an exercise: one incident from reports to a changed condition")
    pages += _exercise(root, language)
    say("3 of 3  real patrol reports: October 2016 and the summer of 2020, up to the assessment")
    pages += _patrols(root, language)
    pages += _counted(root, language)
    links = [Link(href=p.path.name, title=p.title, look_for=p.look_for, stamp=p.stamp) for p in pages]
    index = index_html(title=TITLE, lead=LEAD, links=links, stamp="INTERNAL", language=language)
    write_whole(root / "index.html", index.encode())
    first = Page(path=root / "index.html", title=TITLE, look_for="all of it", stamp="INTERNAL")
    return (first, *pages)


def _guarantees(root: Path, language: Language) -> Page:
    plan = Plan(
        name="Guarantees for Ukraine",
        agreements=("paris-2026",),
        packs=("coalition", "paris-declaration"),
        replay=True,
    )
    folder = init(root / "missions" / "guarantees", plan, by=BY, at=datetime(2026, 1, 7, 8, tzinfo=UTC))
    record = known(folder.path)
    page = promises_of(record, earlier=EARLIER, later=LATER, valid_at=record.known_at)
    path = _write(root, "guarantees.html", promises_html(page, language, organisations()))
    return Page(
        path=path,
        title="The guarantees: 4 September 2025 to 6 January 2026, actor by actor",
        look_for="Italy refuses on both dates; a promise for the coming days is 124 days old; all of it waits.",
        stamp=page.stamp,
    )


def _exercise(root: Path, language: Language) -> Iterator[Page]:
    made = drill(root / "missions" / "exercise", root / "files")
    yield Page(
        path=_write(root, "exercise.html", chain_html(made.chain, language, organisations())),
        title="An exercise: one incident through all six steps",
        look_for="how a report becomes a changed condition of a guarantee, and who decided each step.",
        stamp=made.chain.stamp,
    )
    yield _day_page(
        root, made.day, "exercise-day", language, "The exercise's day", "hours watched above every count."
    )


def _patrols(root: Path, language: Language) -> Iterator[Page]:
    plan = Plan(name="Donbas, October 2016", agreements=("minsk-2015",), replay=True)
    folder = init(root / "missions" / "patrols-2016", plan, by=BY, at=datetime(2016, 9, 1, tzinfo=UTC))
    recorded_at = datetime(2016, 11, 9, 8, tzinfo=UTC)
    _ingest(root, folder, "smm", "osce-smm-2016-observations.csv", recorded_at)
    _ingest(root, folder, "smm-totals", "osce-smm-2016-counts.csv", recorded_at)
    looks = (
        "where posts looked and saw nothing; half of what the SMM counted is itemised; two readings of one text.",
        "two posts heard the same night: the bits for and against it being one event.",
    )
    for day, look_for in zip(PATROL_DAYS, looks, strict=True):
        made = day_of(walk(folder.path, day=day))
        yield _day_page(
            root, made, f"patrols-{day}", language, f"Patrol reports of {day}, under Minsk II", look_for
        )


def _counted(root: Path, language: Language) -> Iterator[Page]:
    plan = Plan(name="Donbas, summer of 2020", agreements=("tcg-2020",), replay=True)
    folder = init(root / "missions" / "patrols-2020", plan, by=BY, at=datetime(2020, 7, 22, tzinfo=UTC))
    _ingest(root, folder, "smm-totals", "osce-smm-2020-counts.csv", datetime(2020, 12, 12, 8, tzinfo=UTC))
    walked = walk(folder.path, day=COUNTED_DAYS[1])
    record = walked.known
    page = counted(
        mission=record.mission.name,
        observations=walked.observations,
        clock=record.clock,
        first=COUNTED_DAYS[0],
        last=COUNTED_DAYS[1],
        audience=Audience.INTERNAL,
        at=walked.at,
        known_at=record.known_at,
        starts=MEASURES_START,
        agreement=record.agreements[0].title,
        replay=record.mission.replay,
    )
    yield Page(
        path=_write(root, "totals-2020.html", counted_html(page, language)),
        title="What the SMM counted from 27 July 2020",
        look_for="the hatched block: 120 in three days whose reports are missing, never a zero.",
        stamp=page.stamp,
    )
    yield _day_page(
        root,
        day_of(walked),
        f"patrols-{COUNTED_DAYS[1]}",
        language,
        f"The day {COUNTED_DAYS[1]}, under the measures of 22 July 2020",
        "a total says neither what each item was nor where: what that leaves undecided.",
    )


def _ingest(root: Path, folder: Folder, source_id: str, name: str, at: datetime) -> None:
    path = root / "files" / name
    write_whole(path, archive(name))
    for taken in ingest(folder, source_id, [path], by=BY, at=at):
        if taken.refused:
            raise InputError(f"{len(taken.refused)} rows of a shipped file were refused", where=str(path))


def _day_page(root: Path, day: Day, name: str, language: Language, title: str, look_for: str) -> Page:
    for ending, raw in (("json", to_json(day)), ("csv", to_csv(day))):
        write_whole(root / f"{name}.{ending}", raw)
    path = _write(root, f"{name}.html", html(day, language, organisations()))
    return Page(path=path, title=title, look_for=look_for, stamp=day.masthead.stamp)


def _write(root: Path, name: str, page: str) -> Path:
    write_whole(root / name, page.encode())
    return root / name


def told(pages: Sequence[Page]) -> list[str]:
    """Return the lines that tell where the pages are and what to look at first."""
    index, *rest = pages
    return [
        f"open {index.path} first, then:",
        *(line for page in rest for line in (f"  {page.path}", f"      {page.title}: {page.look_for}")),
    ]
