"""The front matter of an agreement: its parties, bodies, procedure, places, readings, versions.

Rules:
- every name is given once; a body that decides is one of the bodies, a party that measures one of the parties;
- a reading says where, or why not, or that the conditions say it: one of the three;
- once it declares zones, an area that is neither one of them nor in ISO 3166-2 is refused.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from trucewatch.assess.block import Block, meant, nearest
from trucewatch.assess.keys import FRONT
from trucewatch.assess.named import Named, clock_of
from trucewatch.model.agreement import (
    Agreement,
    Annex,
    Body,
    Change,
    Mapped,
    OpenBecause,
    Party,
    Procedure,
    Reading,
    SaidToEnd,
)
from trucewatch.model.areas import NAMES


def read_front(front: Block, *, name: str) -> tuple[Agreement, Named, Mapping[str, Reading]]:
    """Return the agreement of folder `name` without its clauses, and what its clauses may name."""
    front.fits(FRONT)
    starts, ends = front.moment("starts"), front.moment("ends")
    if starts and ends and ends <= starts:
        raise front.fault("ends before it starts; mend `starts` or `ends`", "ends")
    parties, bodies = _parties(front), _bodies(front)
    mapped = _mapped(front, frozenset(party.code for party in parties))
    procedure = _procedure(front, bodies)
    clock = clock_of(front, "clock")
    agreement = Agreement(
        name=name,
        title=front.needed("title"),
        version=front.needed("version"),
        status=front.needed("status"),
        starts=starts,
        ends=ends,
        ends_words=front.needed("ends_words"),
        languages=front.texts("languages"),
        parties=parties,
        bodies=bodies,
        clauses=(),
        standard_of_proof=procedure.standard_of_proof,
        source_urls=front.texts("source_urls"),
        left_open=front.texts("left_open"),
        exercise=front.flag("exercise"),
        mapped=tuple(mapped.values()),
        ends_said=_ends_said(front),
        d_day=front.moment("d_day"),
        clock=clock.key if clock else None,
        procedure=procedure,
        annexes=_annexes(front),
        changes=_changes(front, name),
        choices=front.texts("choices"),
    )
    if agreement.d_day and clock is None:
        raise front.fault("d_day is a day by no clock; write clock = 'Europe/Kyiv' beside it", "d_day")
    named = Named(
        mapped=mapped,
        parties=frozenset(party.code for party in parties),
        clock=clock,
        d_day=agreement.d_day,
        waits=starts is None,
    )
    return agreement, named, _readings(front, mapped)


def _once(table: Block, key: str, before: Sequence[str] | Mapping[str, object], what: str) -> str:
    name = table.needed(key)
    if name in before:
        raise table.fault(f"{what} {name!r} stands twice; rename one", key)
    return name


def _parties(front: Block) -> tuple[Party, ...]:
    parties: dict[str, Party] = {}
    for table in front.tables("parties"):
        code = _once(table, "code", parties, "the party")
        parties[code] = Party(
            code=code, term=table.needed("term"), self_designation=table.needed("self_designation")
        )
    return tuple(parties.values())


def _bodies(front: Block) -> tuple[Body, ...]:
    bodies: dict[str, Body] = {}
    for table in front.tables("bodies"):
        name = _once(table, "name", bodies, "the body")
        bodies[name] = Body(
            name=name,
            stands_on=table.needed("stands_on"),
            members=table.texts("members"),
            powers=table.texts("powers"),
        )
    return tuple(bodies.values())


def _procedure(front: Block, bodies: Sequence[Body]) -> Procedure:
    table, names = front.table("procedure"), [body.name for body in bodies]
    body, standard = table.text("body"), front.text("standard_of_proof")
    if body is not None and body not in names:
        raise table.fault(
            f"body is {body!r}, which is none of the bodies; "
            f"{nearest(body, names, 'it is one of') if names else 'declare it under [[bodies]]'}",
            "body",
        )
    if standard and (table.text("standard_of_proof") or standard) != standard:
        raise table.fault("standard_of_proof stands twice and differs; keep one", "standard_of_proof")
    return Procedure(
        body=body,
        quorum=table.whole("quorum"),
        reply_days=table.whole("reply_days"),
        standard_of_proof=table.text("standard_of_proof") or standard,
        exception_shown_by=table.text("exception_shown_by"),
        on_silence=table.text("on_silence"),
    )


def _mapped(front: Block, parties: frozenset[str]) -> dict[str, Mapped]:
    mapped: dict[str, Mapped] = {}
    for key in ("zones", "lines"):
        for table in front.tables(key):
            name = _once(table, "name", mapped, "the zone or line")
            if key == "lines" and _shared(name, mapped):
                raise table.fault(
                    f"{name!r} stands beside {_shared(name, mapped)!r}, and one name would stand for one line and "
                    "for two; rename one",
                    "name",
                )
            if name in NAMES:
                raise table.fault(f"{name!r} is an ISO 3166-2 area; give the zone a name of its own", "name")
            measured_by = table.text("measured_by")
            if measured_by is not None and measured_by not in parties:
                raise table.fault(
                    f"measured_by is {measured_by}, and no party has that code; declare it under [[parties]]",
                    "measured_by",
                )
            mapped[name] = Mapped(
                name=name,
                words=table.needed("words"),
                is_line=key == "lines",
                measured_by=measured_by,
                unknown=table.text("unknown"),
                line=table.at("name"),
            )
    return mapped


def _shared(name: str, mapped: Mapping[str, Mapped]) -> str | None:
    """Return the line whose name is that of `name` but for -a or -b, if there is one."""
    twins = [f"{name}-a", f"{name}-b", *([name[:-2]] if name.endswith(("-a", "-b")) else [])]
    return next((twin for twin in twins if twin in mapped and mapped[twin].is_line), None)


def _readings(front: Block, mapped: Mapping[str, Mapped]) -> dict[str, Reading]:
    readings: dict[str, Reading] = {}
    for table in front.tables("readings"):
        name, reason = _once(table, "name", readings, "the reading"), table.text("open_because")
        area_ids = table.texts("area_ids") if "area_ids" in table.keys else None
        if area_ids is not None and not area_ids:
            raise table.fault("area_ids is empty; leave it out when the text does not say where", "area_ids")
        if (area_ids is not None) + (reason is not None) + table.flag("anywhere") != 1:
            raise table.fault(
                "does not say where in one way; give area_ids, or open_because = 'text_silent' or 'line_unknown', or anywhere = true, and one alone",
                "name",
            )
        _known_areas(table, area_ids or (), mapped)
        readings[name] = Reading(
            name=name,
            words=table.needed("words"),
            area_ids=area_ids,
            open_because=OpenBecause(reason) if reason else None,
            anywhere=table.flag("anywhere"),
        )
    return readings


def _known_areas(table: Block, area_ids: Sequence[str], mapped: Mapping[str, Mapped]) -> None:
    zones = [zone.name for zone in mapped.values() if not zone.is_line]
    for area_id in area_ids:
        if area_id in mapped and mapped[area_id].is_line:
            raise table.fault(f"area_ids has {area_id!r}, which is a line; name a zone", "area_ids")
        if zones and area_id not in (*zones, *NAMES):
            mend = meant(area_id, (*zones, *NAMES), "declare it under [[zones]], or write an ISO 3166-2 code")
            raise table.fault(f"area_ids has {area_id!r}; {mend}", "area_ids")


def _ends_said(front: Block) -> tuple[SaidToEnd, ...]:
    said = []
    for table in front.tables("ends_said"):
        at = table.moment("at")
        if at is not None:
            said.append(
                SaidToEnd(
                    by=table.needed("by"),
                    at=at,
                    words=table.needed("words"),
                    source_url=table.needed("source_url"),
                )
            )
    return tuple(said)


def _annexes(front: Block) -> tuple[Annex, ...]:
    return tuple(
        Annex(name=table.needed("name"), words=table.needed("words"), source_url=table.text("source_url"))
        for table in front.tables("annexes")
    )


def _changes(front: Block, name: str) -> tuple[Change, ...]:
    changes = []
    for table in front.tables("changes"):
        first, last = table.moment("from"), table.moment("to")
        if first and last and last <= first:
            raise table.fault("the period ends before it starts; mend `from` or `to`", "to")
        changes.append(
            Change(
                version=table.needed("version"),
                words=table.needed("words"),
                clauses=tuple(c if "/" in c else f"{name}/{c}" for c in table.texts("clauses")),
                from_utc=first,
                to_utc=last,
            )
        )
    return tuple(changes)
