"""A day as one self-contained page: no request leaves it, and the same day gives the same bytes.

Rules:
- every text is escaped; what comes from others stands in `bdi` or with its language;
- templates ship with the package; a name that a template does not know is an error, not a blank.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from jinja2 import BaseLoader, ChoiceLoader, Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from trucewatch.model.agreement import Objection, WhyNot
from trucewatch.model.instants import Clock
from trucewatch.model.plain import plain_text
from trucewatch.model.vocabulary import Verdict
from trucewatch.report.board import board
from trucewatch.report.daily import Day
from trucewatch.report.drawn import Drawn
from trucewatch.report.drawn_map import family, map_svg
from trucewatch.report.drawn_series import beside_svg, series_svg
from trucewatch.report.punctuation import Punctuation
from trucewatch.report.regions import Region
from trucewatch.report.sightings import Incident
from trucewatch.report.tellings import Teller
from trucewatch.report.terms import AFFILIATIONS, mark
from trucewatch.report.totals import BlockKind, Series
from trucewatch.report.words import NO_NAMES, Language, Words, words

# How many incidents a page prints: of those observed, of those told by others only, of heat from space.
OBSERVED_SHOWN, TOLD_SHOWN, HEAT_SHOWN = 150, 60, 20

# The sections of a day in their order: the template's name and the heading.
SECTIONS: Sequence[tuple[str, str]] = (
    ("glance", mark("In one glance")),
    ("figures", mark("Figures by region and kind")),
    ("change", mark("Change on the day before")),
    ("map", mark("Map")),
    ("incidents", mark("Incidents")),
    ("looked", mark("Looked and saw nothing")),
    ("casualties", mark("Casualties, as each source states them")),
    ("fortnight", mark("The last 14 days")),
    ("assessments", mark("Assessments")),
    ("unseen", mark("What could not be seen")),
    ("alerts", mark("Alerts and claims")),
    ("promises", mark("Open statements")),
    ("sources", mark("Sources")),
    ("behind", mark("Ids behind the figures")),
)
STAMPS = {
    "EXERCISE": mark("EXERCISE"),
    "REPLAY": mark("REPLAY"),
    "INTERNAL": mark("INTERNAL"),
    "BODY": mark("BODY"),
    "GUARANTOR": mark("GUARANTOR"),
    "PARTY:A": mark("PARTY A"),
    "PARTY:B": mark("PARTY B"),
    "PUBLIC": mark("PUBLIC"),
    "SIMULATED": mark("SIMULATED"),
}


def environment(
    spoken: Words,
    organisations: Mapping[str, str] = NO_NAMES,
    phrases: Mapping[str, str] = NO_NAMES,
    shells: Sequence[BaseLoader] = (),
) -> Environment:
    """Return the templates with everything that every page may say; `phrases` are packs' words in it.

    A template that one of `shells` has stands before the report's own of that name.
    """
    env = Environment(
        loader=ChoiceLoader([*shells, PackageLoader("trucewatch.report")]),
        autoescape=True,
        finalize=lambda value: plain_text(value) if isinstance(value, str) else value,
        undefined=StrictUndefined,
        extensions=["jinja2.ext.i18n", Punctuation],
        trim_blocks=True,
        lstrip_blocks=True,
    )
    env.install_gettext_callables(spoken.gettext, spoken.ngettext, newstyle=True)  # type: ignore[attr-defined]
    env.filters["area"] = spoken.area
    env.filters["apart"] = lambda text: Markup("<bdi>{}</bdi>").format(text)
    env.filters["actor"] = lambda code: spoken.actor(code, organisations)
    teller = Teller(spoken=spoken, organisations=organisations, phrases=phrases)
    env.filters["ours"] = teller.ours
    env.filters["told"] = teller.told
    env.filters["running"] = teller.running
    env.filters["person"] = teller.person
    env.globals.update(
        w=spoken,
        link=nowhere,
        area=spoken.area,
        stamp_words=lambda marks: " · ".join(spoken.gettext(STAMPS.get(m, m)) for m in marks.split(" · ")),
    )
    return env


def nowhere(_kind: str, _name: str) -> str:
    """Return no address: a page that is a file of its own points nowhere; a served one does."""
    return ""


def html(
    day: Day,
    language: Language = Language.ENGLISH,
    organisations: Mapping[str, str] = NO_NAMES,
    own: Mapping[str, str] = NO_NAMES,
) -> str:
    """Return the day's page; `own` are the packs' words in the language."""
    spoken = words(language)
    return day_drawn(day, spoken).html(environment(spoken, organisations, own))


def day_drawn(day: Day, spoken: Words) -> Drawn:
    """Return the day for a shell to show."""
    clock, drawn = day.masthead.clock, day.sheet
    told = {
        "day": day,
        "mark": day.masthead.stamp,
        "clock": clock,
        "contents": [(anchor, spoken.gettext(name)) for anchor, name in SECTIONS],
        "printed": _printed(day.incidents),
        "glance": _glance(day),
        "board": board(day.assessed),
        "map_svg": map_svg(drawn, spoken) if drawn else Markup(""),
        "families": {family(i) for i in drawn.placed} if drawn else set(),
        "hatched": any(o.numbers for o in drawn.outlines) if drawn else False,
        "full": [region for region in day.regions if region.full],
        "at_hand": [c for c in day.contributors if c.rows_in_record or c.refused is not None],
        "others": [region for region in day.regions if not region.full],
        "charts": charts(day.series, clock, spoken),
        "alerts_svg": beside_svg(day.alerts[0].beside[0], spoken, prefix="alerts") if day.alerts else "",
    }
    return Drawn(template="day.html", told=told | phrases(spoken))


def charts(series: Sequence[Series], clock: Clock, spoken: Words) -> list[tuple[Series, Markup | None]]:
    """Return each series with its drawing; one figure is no chart, and has none."""
    return [
        (s, series_svg(s, clock, spoken, prefix=f"series{at}") if _stated(s) > 1 else None)
        for at, s in enumerate(series)
    ]


def _stated(series: Series) -> int:
    return sum(block.kind is not BlockKind.GAP for block in series.blocks)


def _printed(found: Sequence[Incident]) -> list[Incident]:
    """Return the incidents that the page prints; the JSON and CSV hold them all."""
    seen = [i for i in found if i.observed]
    told = [i for i in found if i.told]
    heat = [i for i in found if not i.observed and not i.told]
    return [*seen[:OBSERVED_SHOWN], *told[:TOLD_SHOWN], *heat[:HEAT_SHOWN]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Glance:
    """The few numbers that a page opens with."""

    observed: int  # incidents
    straddling: int  # of those observed, that may lie in a neighbouring day
    heat: int
    told: int
    apparent: int  # incidents that are an apparent breach under some reading
    comparable: bool
    regions: tuple[Region, ...]  # with observed incidents
    others: int  # regions with heat from space or news only
    clouded: int  # of these, hidden by cloud from all that pass


def _glance(day: Day) -> Glance:
    seen = [i for i in day.incidents if i.observed]
    breaches = [a for a in day.assessed if any(v.verdict is Verdict.APPARENT_BREACH for v in a.views)]
    others = [r for r in day.regions if not r.full and r.region is not None]
    told = sum(i.told for i in day.incidents)
    return Glance(
        observed=len(seen),
        straddling=sum(i.straddles for i in seen),
        heat=len(day.incidents) - len(seen) - told,
        told=told,
        apparent=len({a.incident.incident_id for a in breaches if a.incident is not None}),
        comparable=any(c.comparable for c in day.changes),
        regions=tuple(r for r in day.regions if r.full),
        others=len(others),
        clouded=sum(bool(r.clouded and not r.passed) for r in others),
    )


def phrases(spoken: Words) -> dict[str, object]:
    """Return the small sentences that need more than a template should know."""

    def objection(code: Objection | str) -> str:
        return spoken.term(code) if isinstance(code, Objection) else code.replace("_", " ")

    def why_not(code: str) -> str:
        return spoken.term(WhyNot(code)) if code in list(WhyNot) else code.replace("_", " ")

    return {
        "objection": objection,
        "why_not": why_not,
        "affiliation": lambda code: spoken.gettext(AFFILIATIONS[code]) if code in AFFILIATIONS else code,
        "bits": lambda weight: bits(weight, spoken),
        "share_words": lambda share: share_words(share, spoken),
    }


def bits(weight: float | None, spoken: Words) -> str:
    """Return bits with their sign and one decimal."""
    if weight is None:
        return "–"
    return f"{'+' if weight > 0 else '−' if weight < 0 else '±'}{spoken.number(round(abs(weight), 1))}"


def share_words(share: float | None, spoken: Words) -> str:
    """Return a share of a whole in words: "about half (48 %)"."""
    if share is None:
        return spoken.gettext("a share not known")
    percent = spoken.percent(share)
    if 0.45 <= share <= 0.55:
        return spoken.gettext("about half (%(percent)s)") % {"percent": percent}
    return spoken.gettext("about %(percent)s") % {"percent": percent}
