"""The marks of a mission on a simulated truce, as a page and for machines.

Rules:
- every page, object and file bears *simulated*, preset and seed;
- each figure stands beside what it counts; a share of nothing is a dash;
- parties are A and B, side by side, and nothing is added up over them.
"""

from __future__ import annotations

from collections.abc import Mapping

from trucewatch.model.marks import Located, Marks, Missed
from trucewatch.model.vocabulary import Phenomenon, Verdict
from trucewatch.model.weapon import WeaponClass
from trucewatch.report.drawn import Drawn
from trucewatch.report.drawn_marks import reliability_svg
from trucewatch.report.html import environment
from trucewatch.report.machine import as_text, marked
from trucewatch.report.terms import mark
from trucewatch.report.words import Language, Words, words

CLASSES: Mapping[str, str] = {
    WeaponClass.SMALL_ARMS.value: mark("small arms"),
    WeaponClass.MACHINE_GUN.value: mark("machine gun"),
    WeaponClass.GRENADE_LAUNCHER.value: mark("grenade launcher"),
    WeaponClass.MORTAR.value: mark("mortar"),
    WeaponClass.TANK.value: mark("tank"),
    WeaponClass.ARTILLERY.value: mark("artillery"),
    WeaponClass.MLRS.value: mark("rocket artillery"),
    WeaponClass.UAV.value: mark("drone"),
}
OTHERS: Mapping[str, str] = {
    "all": mark("all"),
    "none": mark("no weapon, or not placed"),
    "A": mark("A's ground"),
    "B": mark("B's ground"),
    "third": mark("a third"),
    "accident": mark("an accident"),
    "exercise": mark("a live-fire exercise"),
    "no_row": mark("no breach shown"),
}
BY: Mapping[str, str] = {
    "class": mark("By class of weapon"),
    "kind": mark("By kind"),
    "ground": mark("By whose ground it was"),
}
PROFILES: Mapping[str, str] = {
    "declared": mark("the source profiles that the sources declare, some of them wrong"),
    "learned": mark("source profiles learned from the reports"),
    "true": mark("the true source profiles"),
}
ALL, PARTIES = "all", ("A", "B")
MINUTE_S, HOUR_S, DAY_S = 60.0, 3_600.0, 86_400.0


def simulated(preset: str, seed: int) -> str:
    """Return the stamp of everything made of one simulation."""
    return f"SIMULATED · {preset} · {seed}"


def marks_json(marks: Marks) -> bytes:
    """Return the marks as the JSON of a file; every object bears the stamp."""
    return as_text(marked(marks, simulated(marks.preset, marks.seed)))


def marks_html(marks: Marks, language: Language = Language.ENGLISH) -> str:
    """Return the marks as one self-contained page."""
    spoken = words(language)
    return marks_drawn(marks, spoken).html(environment(spoken))


def marks_drawn(marks: Marks, spoken: Words) -> Drawn:
    """Return the marks for a shell to show."""
    told: Mapping[str, object] = {
        "page": marks,
        "mark": simulated(marks.preset, marks.seed),
        "drawn": reliability_svg(marks.reliability, spoken),
        "headings": {by: spoken.gettext(words) for by, words in BY.items()},
        "profiles": spoken.gettext(PROFILES[marks.profiles]),
        "share": lambda value: _share(value, spoken),
        "figure": _figure,
        "rows": _rows(marks, spoken),
        "missed": {by: [one for one in marks.missed if one.by == by] for by in BY},
    }
    return Drawn(template="marks.html", told=told)


def _rows(marks: Marks, spoken: Words) -> dict[str, list[tuple[str, ...]]]:
    """Return the cells of each table, in words."""
    n = spoken.number
    found: dict[str, list[tuple[str, ...]]] = {
        "tenths": [
            (f"{t.least:.1f}–{t.least + 0.1:.1f}", n(t.incidents), _figure(t.stated), _figure(t.real))
            for t in marks.reliability
            if t.incidents
        ],
        "located": [_located(one, spoken) for one in marks.located],
        "alerted": [
            (
                _named(one.name, spoken),
                n(one.events),
                *(_late(s, spoken) for s in (one.first_median_s, one.first_p90_s)),
                *(_late(s, spoken) for s in (one.second_median_s, one.second_p90_s)),
            )
            for one in marks.alerted
        ],
        "attributed": [
            (
                one.cause if one.cause in PARTIES else _named(one.cause, spoken),
                *(n(count) for count in (one.incidents, one.right, one.wrong, one.open)),
                _figure(one.log_loss),
            )
            for one in marks.attributed
        ],
        "judged": [
            (f"{one.clause_id}: {_named(one.verdict, spoken)}", n(one.breaches), n(one.others))
            for one in marks.judged
        ],
    }
    return found | {by: [_missed(one, spoken) for one in marks.missed if one.by == by] for by in BY}


def _located(one: Located, spoken: Words) -> tuple[str, ...]:
    if one.name == ALL:
        name = _named(one.name, spoken)
    else:
        many = int(one.name.removesuffix("+"))
        told = spoken.ngettext("%(num)s source", "%(num)s sources", many) % {"num": many}
        name = told if one.name.isdigit() else spoken.gettext("%(sources)s or more") % {"sources": told}
    far = ("–" if metres is None else spoken.metres(metres) for metres in (one.median_m, one.p90_m))
    return (
        name,
        spoken.number(one.incidents),
        *far,
        _share(one.covered, spoken),
        _share(one.counted, spoken),
    )


def _missed(one: Missed, spoken: Words) -> tuple[str, ...]:
    false = "–" if one.false_incidents is None else spoken.number(one.false_incidents)
    counts = (spoken.number(count) for count in (one.events, one.reported, one.found))
    return (_named(one.name, spoken), *counts, false)


def _share(value: float | None, spoken: Words) -> str:
    return "–" if value is None else spoken.percent(value)


def _figure(value: float | None) -> str:
    return "–" if value is None else f"{value:.3f}"


def _named(name: str, spoken: Words) -> str:
    """Return the words for a class, a kind, a ground, a cause or a verdict."""
    if name in CLASSES:
        return spoken.gettext(CLASSES[name])
    if name in OTHERS:
        return spoken.gettext(OTHERS[name])
    for listed in (Phenomenon, Verdict):
        if name in list(listed):
            return spoken.term(listed(name))
    return name


def _late(seconds: float | None, spoken: Words) -> str:
    if seconds is None:
        return "–"
    if seconds < HOUR_S:
        return spoken.gettext("%(minutes)s min") % {"minutes": spoken.number(round(seconds / MINUTE_S))}
    if seconds < 2 * DAY_S:
        return spoken.hours(seconds / HOUR_S)
    return spoken.gettext("%(days)s days") % {"days": spoken.number(round(seconds / DAY_S, 1))}
