"""The demo: three missions made in an empty folder and walked, with no network.

Rules:
- the guarantees are what was published; the patrol reports are the SMM's, up to the assessment and no
  further; what goes further is an exercise, and every page and object of it says so;
- every record's time is given, and every salt and key comes from a seed, so that the demo has the same
  bytes wherever it is made; it writes nowhere but in its folder, and so its missions can only be read;
- nothing is opened: the paths are printed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

from trucewatch.errors import InputError
from trucewatch.mission.content import archive, organisations, phrases
from trucewatch.mission.drill import MADE, drill
from trucewatch.mission.files import write_whole
from trucewatch.mission.folder import Folder, Plan, init
from trucewatch.mission.intake import ingest
from trucewatch.mission.known import known
from trucewatch.mission.ledger_pages import board_of, if_withdrawn_of, timeline_of
from trucewatch.mission.reporting import day_of, promises_of
from trucewatch.mission.walk import walk
from trucewatch.model.gate import stamp
from trucewatch.model.vocabulary import Audience
from trucewatch.report.chain import chain_html
from trucewatch.report.daily import Day
from trucewatch.report.guarantees import promises_html
from trucewatch.report.html import html
from trucewatch.report.if_withdrawn import if_withdrawn_html
from trucewatch.report.index import DemoPage, Link, demo_words, index_html
from trucewatch.report.ledger_rows import board_csv, board_json
from trucewatch.report.machine import to_csv, to_json
from trucewatch.report.timeline import timeline_html
from trucewatch.report.totals_page import counted, counted_html
from trucewatch.report.undertakings import Undertakings, undertakings_html
from trucewatch.report.words import NO_NAMES, Language

BY = "demo"
PACKS, EXERCISE_PACK = ("coalition", "paris-declaration"), "exercise-ab"
EARLIER, LATER = date(2025, 9, 4), date(2026, 1, 6)
PATROL_DAYS = {date(2016, 10, 29): DemoPage.PATROLS, date(2016, 10, 31): DemoPage.PATROLS_PAIRED}
BACKER = "US"  # of whom the page of what would fail is made
COUNTED_DAYS = (date(2020, 7, 27), date(2020, 8, 20))
Say = Callable[[str], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """One page that was made: its file, its title, and what to look at in it."""

    path: Path
    title: str
    look_for: str
    stamp: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Album:
    """The folder that the pages go to, and the language they are in."""

    root: Path
    language: Language

    @property
    def phrases(self) -> Mapping[str, str]:
        """The packs' own words in the language."""
        return phrases((*PACKS, EXERCISE_PACK), self.language.value)

    def page(self, name: str, text: str, which: DemoPage, mark: str, day: date | None = None) -> Page:
        """Write a page and return it with its title and what to look for."""
        path = self.root / f"{name}.html"
        write_whole(path, text.encode())
        title, look_for = demo_words(which, self.language, day=day)
        return Page(path=path, title=title, look_for=look_for, stamp=mark)

    def board(
        self, name: str, board: Undertakings, which: DemoPage, links: Mapping[str, str] = NO_NAMES
    ) -> Page:
        """Write a board as a page, JSON and CSV, and return the page."""
        write_whole(self.root / f"{name}.json", board_json(board))
        write_whole(self.root / f"{name}.csv", board_csv(board, organisations()))
        text = undertakings_html(board, self.language, organisations(), self.phrases, links)
        return self.page(name, text, which, board.head.stamp)

    def day(self, name: str, day: Day, which: DemoPage) -> Page:
        """Write a day's report as a page, JSON and CSV, and return the page."""
        for ending, raw in (("json", to_json(day)), ("csv", to_csv(day))):
            write_whole(self.root / f"{name}.{ending}", raw)
        text = html(day, self.language, organisations(), self.phrases)
        return self.page(name, text, which, day.masthead.stamp, day.masthead.day)


def demo(folder: Path | str, *, say: Say, language: Language = Language.ENGLISH) -> tuple[Page, ...]:
    """Make and walk the demo's missions in `folder`, telling `say` of each step; return its pages.

    Raises InputError when the folder holds anything already.
    """
    root = Path(folder)
    if root.exists() and (not root.is_dir() or any(root.iterdir())):
        raise InputError("is not an empty folder: choose a new one for the demo", where=str(root))
    album = Album(root=root, language=language)
    say("1 of 3  the guarantees: what was promised, by whom, on which condition")
    pages = [*_guarantees(album)]
    say("2 of 3  an exercise: one incident from reports to a changed condition")
    pages += _exercise(album)
    say("3 of 3  real patrol reports: October 2016 and the summer of 2020, up to the assessment")
    pages += _patrols(album)
    pages += _counted(album)
    links = [Link(href=p.path.name, title=p.title, look_for=p.look_for, stamp=p.stamp) for p in pages]
    title, lead = demo_words(DemoPage.INDEX, language)
    mark = stamp(Audience.INTERNAL)
    index = index_html(title=title, lead=lead, links=links, stamp=mark, language=language)
    return (album.page("index", index, DemoPage.INDEX, mark), *pages)


def _guarantees(album: Album) -> Iterator[Page]:
    plan = Plan(
        name="Guarantees for Ukraine",
        agreements=("paris-2026",),
        packs=PACKS,
        replay=True,
        seed=b"guarantees",
    )
    folder = init(
        album.root / "missions" / "guarantees", plan, by=BY, at=datetime(2026, 1, 6, 20, tzinfo=UTC)
    )
    record = known(folder.path)
    links = {BACKER: f"without-{BACKER}.html"}
    yield album.board("board", board_of(record, at=record.known_at), DemoPage.BOARD, links)
    page = promises_of(record, earlier=EARLIER, later=LATER, valid_at=record.known_at)
    text = promises_html(page, album.language, organisations(), album.phrases)
    yield album.page("guarantees", text, DemoPage.GUARANTEES, page.stamp)
    over_time = timeline_of(record, at=record.known_at)
    text = timeline_html(over_time, album.language, organisations(), album.phrases)
    yield album.page("timeline", text, DemoPage.TIMELINE, over_time.head.stamp)
    asked = if_withdrawn_of(record, BACKER, at=record.known_at)
    text = if_withdrawn_html(asked, album.language, organisations(), album.phrases)
    yield album.page(f"without-{BACKER}", text, DemoPage.WITHOUT, asked.head.stamp)


def _exercise(album: Album) -> Iterator[Page]:
    folder = album.root / "missions" / "exercise"
    made = drill(folder, album.root / "files")
    text = chain_html(made.chain, album.language, organisations(), album.phrases)
    yield album.page("exercise", text, DemoPage.EXERCISE, made.chain.stamp)
    yield album.day("exercise-day", made.day, DemoPage.EXERCISE_DAY)
    before, after = known(folder, known_at=MADE), known(folder)
    early = board_of(before, at=before.known_at, audience=Audience.BODY)
    yield album.board("exercise-board-before", early, DemoPage.BOARD_BEFORE)
    late = board_of(after, at=after.known_at, audience=Audience.BODY)
    yield album.board("exercise-board-after", late, DemoPage.BOARD_AFTER)


def _patrols(album: Album) -> Iterator[Page]:
    plan = Plan(name="Donbas, October 2016", agreements=("minsk-2015",), replay=True, seed=b"patrols-2016")
    folder = init(album.root / "missions" / "patrols-2016", plan, by=BY, at=datetime(2016, 9, 1, tzinfo=UTC))
    recorded_at = datetime(2016, 11, 9, 8, tzinfo=UTC)
    _ingest(album.root, folder, "smm", "osce-smm-2016-observations.csv", recorded_at)
    _ingest(album.root, folder, "smm-totals", "osce-smm-2016-counts.csv", recorded_at)
    for day, which in PATROL_DAYS.items():
        yield album.day(f"patrols-{day}", day_of(walk(folder.path, day=day)), which)


def _counted(album: Album) -> Iterator[Page]:
    plan = Plan(name="Donbas, summer of 2020", agreements=("tcg-2020",), replay=True, seed=b"patrols-2020")
    folder = init(album.root / "missions" / "patrols-2020", plan, by=BY, at=datetime(2020, 7, 22, tzinfo=UTC))
    recorded_at = datetime(2020, 12, 12, 8, tzinfo=UTC)
    _ingest(album.root, folder, "smm-totals", "osce-smm-2020-counts.csv", recorded_at)
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
        starts=record.agreements[0].starts,
        agreement=record.agreements[0].title,
        replay=record.mission.replay,
    )
    yield album.page("totals-2020", counted_html(page, album.language), DemoPage.TOTALS, page.stamp)
    yield album.day(f"patrols-{COUNTED_DAYS[1]}", day_of(walked), DemoPage.TOTALS_DAY)


def _ingest(root: Path, folder: Folder, source_id: str, name: str, at: datetime) -> None:
    path = root / "files" / name
    write_whole(path, archive(name))
    for taken in ingest(folder, source_id, [path], by=BY, at=at):
        if taken.refused:
            raise InputError(f"{len(taken.refused)} rows of a shipped file were refused", where=str(path))


def told(pages: Sequence[Page]) -> list[str]:
    """Return the lines that tell where the pages are and what to look at first."""
    index, *rest = pages
    return [
        f"open {index.path} first, then:",
        *(line for page in rest for line in (f"  {page.path}", f"      {page.title}. {page.look_for}")),
    ]
