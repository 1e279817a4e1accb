"""Write docs/agreements from the folders of the agreements: a page each, with its worked examples as a lawyer reads them.

Rules:
- `pages()` is every page by file name; the same folders give the same bytes;
- the examples' verdicts are those that their authors expect, and tests/assess holds that they come out so;
- run it with `python tools/agreements.py` after a change to an agreement.
"""

import tomllib
from collections.abc import Iterator, Mapping
from datetime import datetime
from pathlib import Path

from plain_english import ONE_OF, WEAPONS, area, condition, kinds, listed, metres, moment

from trucewatch.assess.exceptions import looks_beyond
from trucewatch.assess.markdown import read_agreement
from trucewatch.model.agreement import Act, Agreement, Clause, Effect, Reading, WhyNot
from trucewatch.model.condition import AnyOf, Stated
from trucewatch.model.geodesy import COMPASS
from trucewatch.model.vocabulary import Phenomenon
from trucewatch.report.terms import TERMS

ROOT = Path(__file__).resolve().parent.parent
CONTENT = ROOT / "src" / "trucewatch" / "content" / "agreements"
OUT = ROOT / "docs" / "agreements"
MADE = "<!-- Made by tools/agreements.py from content/agreements; change the agreement, not this page. -->\n"
Toml = Mapping[str, object]
INDEX = """# Agreements

What ships with the program: texts that were agreed, declared or proposed, each in our own words with the addresses where it can be
read, and three forms and exercises to try things on. Each page is made from its folder: the clause's words, what the program makes of
them in a sentence, and worked examples that run with the tests. [How an agreement is written](../agreement-language.md) says how to
write your own, and [On real reports](on-real-data.md) shows two of them over published reports, attacked from both sides.

A verdict here is *apparent breach*, *no breach shown* or *indeterminate*: the program's reasoned view. Only the body that a text
names determines whether a clause was violated, and by whom.
"""


def pages() -> Mapping[str, str]:
    """Return each page by its file name."""
    found = {folder.name: _read(folder) for folder in sorted(CONTENT.iterdir()) if folder.is_dir()}
    made = {f"{name}.md": "\n".join(_page(text, CONTENT / name)) for name, text in found.items()}
    made["index.md"] = "\n".join(_index(found))
    return {name: f"{MADE}\n{text.rstrip()}\n" for name, text in made.items()}


def _read(folder: Path) -> Agreement:
    return read_agreement((folder / "agreement.md").read_text("utf-8"), name=folder.name)


def _index(found: Mapping[str, Agreement]) -> Iterator[str]:
    yield INDEX
    rows = [
        (
            f"[{text.title}]({name}.md)",
            text.status,
            str(len(text.clauses)),
            str(len(examples(CONTENT / name))),
        )
        for name, text in found.items()
    ]
    yield from grid(("agreement", "what it is", "clauses", "worked examples"), rows)


def grid(head: tuple[str, ...], rows: list[tuple[str, ...]]) -> Iterator[str]:
    """Yield a table's lines; nothing when it has no rows."""
    if rows:
        yield ""
        for row in (head, ("---",) * len(head), *rows):
            yield f"| {' | '.join(' '.join(cell.split()).replace('|', chr(92) + '|') for cell in row)} |"
        yield ""


def _points(title: str, words: tuple[str, ...]) -> Iterator[str]:
    if words:
        yield f"\n{title}\n"
        yield from (f"- {one}" for one in words)


def _page(text: Agreement, folder: Path) -> Iterator[str]:
    yield f"# {text.title}\n"
    if text.exercise:
        yield '!!! note "EXERCISE"\n    Nothing on this page stands for a real text, side or place.\n'
    yield f"**{_capital(text.status)}.** Version {text.version}. {_binds(text)} {text.ends_words}\n"
    yield _prose(folder)
    yield from grid(
        ("party", "the text's term", "its own designation"),
        [(p.code, p.term, p.self_designation) for p in text.parties],
    )
    yield from _points("**What it leaves open**", text.left_open)
    yield from _points("**What its parties must still choose**", text.choices)
    yield from _front(text)
    worked = examples(folder)
    for clause in text.clauses:
        yield from _clause(clause, text, worked)


def _front(text: Agreement) -> Iterator[str]:
    ends = tuple(f"{s.by}, {moment(s.at, text.clock)}: {s.words} <{s.source_url}>" for s in text.ends_said)
    yield from _points("**What was said of its end** (from the earliest on its effect is disputed)", ends)
    mapped = [
        (f"`{m.name}`", "line" if m.is_line else "zone", m.words, m.unknown or "drawn, for exercises")
        for m in text.mapped
    ]
    yield from grid(("name", "", "what it is", "coordinates"), mapped)
    yield from grid(
        ("body", "stands on", "members", "powers"),
        [
            (b.name, b.stands_on, ", ".join(b.members) or "not published", "; ".join(b.powers))
            for b in text.bodies
        ],
    )
    yield from _points("**How it is decided**", tuple(_procedure(text)))
    annexes = tuple(
        f"{a.name}: {a.words}" + (f" <{a.source_url}>" if a.source_url else "") for a in text.annexes
    )
    yield from _points("**Papers beside it**", annexes)
    yield from _points("**Where it can be read**", tuple(f"<{url}>" for url in text.source_urls))
    changes = tuple(f"Version {c.version}: {c.words} ({', '.join(c.clauses)})" for c in text.changes)
    yield from _points("**What its versions changed**", changes)


def _procedure(text: Agreement) -> Iterator[str]:
    how = text.procedure
    if how.body:
        yield f"{how.body} decides" + (f", with {how.quorum} seats present." if how.quorum else ".")
    if how.reply_days:
        yield f"The party concerned answers within {how.reply_days} days."
    if proof := how.standard_of_proof or text.standard_of_proof:
        yield f"Standard of proof: {proof}."
    if how.exception_shown_by:
        yield f"An exception is shown by {how.exception_shown_by}."
    if how.on_silence:
        yield how.on_silence


def _binds(text: Agreement) -> str:
    if text.starts is None:
        return "It has not taken effect."
    since = f"It binds from {moment(text.starts, text.clock)}"
    return f"{since} to {moment(text.ends, text.clock)}." if text.ends else f"{since}."


def _prose(folder: Path) -> str:
    """Return what stands between the title and the first clause."""
    text = (folder / "agreement.md").read_text("utf-8").split("+++", 2)[2]
    before = text.split("\n## ", 1)[0].strip().splitlines()
    return "\n".join(line for line in before if not line.startswith("# ")).strip() + "\n"


def _capital(words: str) -> str:
    return words[0].upper() + words[1:]


def _clause(clause: Clause, text: Agreement, examples: Mapping[str, Toml]) -> Iterator[str]:
    code = clause.clause_id.split("/")[1]
    yield f"\n## {code} {clause.title}\n\n{clause.words}\n"
    yield f"**What the program makes of it.** {reading_of(clause, text)}"
    if isinstance(clause.when, AnyOf):
        yield "\n" + "\n".join(f"- {condition(part)}" for part in clause.when.of)
    yield from _points("It leaves open:", clause.left_open)
    if clause.source_urls:
        yield "\nSources: " + ", ".join(f"<{url}>" for url in clause.source_urls)
    own = sorted((one for one in examples.values() if _about(one, code)), key=_simulated)
    rows = [(str(one["title"]), _seen(one, text.clock), _verdict(one), _why(one, text)) for one in own]
    yield from grid(("case", "what was seen", "verdict", "why"), rows)


def _about(one: Toml, code: str) -> bool:
    """Whether an example shows this clause: the exceptions that it names or relies on, or else the clause it asks."""
    shown = [*_texts(one, "shows"), *_texts(one, "invoked")]
    return code in shown if shown else one["clause"] == code


def _simulated(one: Toml) -> bool:
    return "line" in one or "zone" in one


def _texts(one: Toml, key: str) -> list[str]:
    found = one.get(key, [])
    return [str(word) for word in found] if isinstance(found, list) else []


def _tables(one: Toml, key: str) -> list[Toml]:
    found = one.get(key, [])
    return [table for table in found if isinstance(table, dict)] if isinstance(found, list) else []


def reading_of(clause: Clause, text: Agreement) -> str:
    """Return in a sentence or two what the program makes of a clause."""
    if clause.act is Act.PROCEDURE:
        return "It says who does what; no incident is assessed by it."
    if clause.act is Act.ACTIVATION:
        return "It says when something takes effect; no incident is assessed by it."
    if clause.act is Act.EXCEPTION:
        return _exception(clause)
    what, where = kinds(clause.phenomena, "or"), _where(clause.readings)
    if_so = "" if clause.when is None else f", if {condition(clause.when)}"
    if isinstance(clause.when, AnyOf):
        if_so = ", if one of these holds:"
    if clause.act is Act.PERMITTED:
        return f"{_capital(what)} are permitted{where}{if_so}; no incident is assessed by it."
    if clause.act is Act.REQUIRED:
        return (
            f"From {moment(clause.ends, text.clock) if clause.ends else 'its deadline'} on it is an apparent breach "
            f"when there are {what}{where}{if_so or '.'}" + ("" if not if_so or if_so.endswith(":") else ".")
        )
    since, until = clause.starts or text.starts, clause.ends or text.ends
    time = f" from {moment(since, text.clock)} on" if since else ""
    time += f" until {moment(until, text.clock)}" if until else ""
    end = "" if if_so.endswith(":") else "."
    verb = "is" if what.startswith(("fire", "interference")) and " or " not in what else "are"
    return f"It is an apparent breach when{time} there {verb} {what}{where}{if_so}{end}"


def _exception(clause: Clause) -> str:
    names = listed([code.split("/")[1] for code in clause.excepts])
    shown = clause.must_be_shown_by
    who = f"It is to be shown by {shown}" if shown else "Who must show it, the text does not say"
    rests = f"{who}; it rests on this: {'; '.join(clause.needs)}."
    so = "" if clause.when is None else condition(clause.when)
    if clause.effect is Effect.FORBIDDEN:
        shown_so = f" and it is shown that {so}" if so else ""
        return (
            f"An exception from the exceptions to {names}. Where a party relies on it{shown_so}, the exceptions of a higher number "
            f"do not help, and {names} is applied as if they were not there. {rests}"
        )
    support = (
        f", or when another incident of {kinds(clause.phenomena, 'or')} within a day and 50 km supports it"
        if clause.phenomena
        else ""
    )
    if looks_beyond(clause):
        support += ", or when the evidence itself shows what follows"
    closed = f", unless it is shown not to be so that {so}" if so else ""
    return (
        f"An exception from {names}. It is open when a party relies on it{support}{closed}. While it is open the program says "
        f"*indeterminate* and a body decides; else it is *not invoked* or *closed*, and {names} is applied as it stands. {rests}"
    )


def _where(readings: tuple[Reading, ...]) -> str:
    places = []
    for one in readings:
        if one.area_ids:
            named = listed([area(name) for name in one.area_ids[:2]], "or")
            more = f" or {len(one.area_ids) - 2} regions more" if len(one.area_ids) > 2 else ""
            places.append(f"in {named}{more}")
        elif not one.anywhere:
            places.append(f"somewhere that the text leaves open (`{one.name}`)")
    return f" {', or, read otherwise, '.join(places)}" if places else ""


def examples(folder: Path) -> Mapping[str, Toml]:
    files = sorted((folder / "examples").glob("*.toml"), key=lambda file: file.stem)
    return {file.stem: tomllib.loads(file.read_text("utf-8")) for file in files}


def _verdict(one: Toml) -> str:
    word = str(one["verdict"]).replace("_", " ")
    chance = one.get("p_breach")
    return f"**{word}**" + (f", {chance:.2f}" if isinstance(chance, float) and 0 < chance < 1 else "")


def _why(one: Toml, text: Agreement) -> str:
    codes = _texts(one, "why_not")
    more = f" ({'; '.join(TERMS[WhyNot][WhyNot(code)] for code in codes)})" if codes else ""
    asked = next(c for c in text.clauses if c.clause_id == f"{text.name}/{one['clause']}")
    read_as = f" Read as `{one['reading']}`." if len(asked.readings) > 1 else ""
    return f"{one.get('because', '')}{more}{read_as}".strip()


def _seen(one: Toml, clock: str | None) -> str:
    told = one["incident"]
    words = _incident(told, clock) if isinstance(told, dict) else ""
    words += "".join(f"; before it: {_incident(earlier, clock)}" for earlier in _tables(one, "before"))
    words += "".join(f"; on record: {_notice(note, clock)}" for note in _tables(one, "notices"))
    invoked = _texts(one, "invoked")
    return words + (f"; a party relies on {listed(invoked)}" if invoked else "")


STATED = {
    Stated.ORDERED: "that the leadership ordered it",
    Stated.MECHANISM_FAILED: "that the mechanism was tried and failed",
    Stated.NOTIFIED: "that it was notified",
    Stated.WARNED: "that a warning was given",
    Stated.INVOKED: "that it relies on an exception",
    Stated.OWN_ACT: "that it was its own act",
}


def _notice(note: Toml, clock: str | None) -> str:
    at, verb = note["at"], "denies" if note.get("denies") else "states"
    when = f", {moment(at, clock)}" if isinstance(at, datetime) else ""
    return f"{note['by']} {verb} {STATED[Stated(str(note['stated']))]}{when}"


def _incident(told: Toml, clock: str | None) -> str:
    kind = Phenomenon(str(told["phenomenon"]))
    name = ONE_OF[kind] if kind in ONE_OF else kind.value.replace("_", " ")
    weapon = WEAPONS[str(told["weapon"])] if "weapon" in told else ""
    if kind is Phenomenon.WEAPON and weapon:
        name, weapon = weapon, ""
    parts = [name, weapon]
    parts += [f"{told['calibre_mm']:g} mm"] if isinstance(told.get("calibre_mm"), int | float) else []
    parts += [f"{told['count']} of them"] if "count" in told else []
    parts += [str(told["trajectory"]).replace("_", " ")] if "trajectory" in told else []
    if isinstance(heading := told.get("heading_deg"), int | float):
        parts.append(f"towards {COMPASS[round(heading / 22.5) % 16]}")
    parts += (
        [f"{told['altitude_m']:g} m above ground"] if isinstance(told.get("altitude_m"), int | float) else []
    )
    parts += [_time(told, clock), _place(told)]
    means, origins = _texts(told, "means"), told.get("origins", 1)
    how = listed(means) if means else "means not told"
    return (
        ", ".join(part for part in parts if part) + f"; {how}, {origins} origin{'' if origins == 1 else 's'}"
    )


def _time(told: Toml, clock: str | None) -> str:
    start, end = told["from"], told["to"]
    if not isinstance(start, datetime) or not isinstance(end, datetime):
        return ""
    minutes = (end - start).total_seconds() / 60
    return moment(start, clock) + (f", in {minutes / 60:g} hours" if minutes >= 120 else "")


def _place(told: Toml) -> str:
    lon, lat, error = told.get("lon"), told.get("lat"), told.get("error_m")
    if isinstance(lon, int | float) and isinstance(lat, int | float) and isinstance(error, int | float):
        return f"{abs(lat):.3f}° {'N' if lat >= 0 else 'S'} {abs(lon):.3f}° {'E' if lon >= 0 else 'W'}, good to {metres(error)}"
    return f"somewhere in {area(str(told['area_id']))}" if "area_id" in told else "place not known"


def main() -> None:
    """Write every page of the agreements."""
    OUT.mkdir(parents=True, exist_ok=True)
    for name, text in pages().items():
        (OUT / name).write_text(text, "utf-8")
        print(OUT / name)


if __name__ == "__main__":
    main()
