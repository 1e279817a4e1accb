"""Random agreements, written to Markdown and read again, are the same agreements."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import fields, replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given, settings
from hypothesis import strategies as st

from trucewatch.assess.markdown import read_agreement
from trucewatch.assess.said import said
from trucewatch.errors import AgreementError
from trucewatch.model.agreement import (
    Act,
    Agreement,
    Annex,
    Body,
    Change,
    Clause,
    Effect,
    Mapped,
    OpenBecause,
    Party,
    Procedure,
    Reading,
    SaidToEnd,
)
from trucewatch.model.condition import (
    AgainstMonitors,
    AllOf,
    Altitude,
    AnyOf,
    Before,
    Calibre,
    Condition,
    CountAtLeast,
    Crosses,
    Days,
    FiredInto,
    FromLine,
    Heading,
    Hours,
    InZone,
    KindIs,
    NotSo,
    PartyIs,
    RecordStates,
    Repeated,
    ReplyTo,
    Side,
    Stated,
    WeaponIs,
)
from trucewatch.model.vocabulary import Phenomenon, Trajectory
from trucewatch.model.weapon import WeaponClass

D_DAY = datetime(2027, 3, 1, 0, 0, tzinfo=ZoneInfo("Europe/Kyiv"))
CLOCKS = ("Europe/Kyiv", "Europe/Moscow", "UTC")
ALPHABET = "abc XYZ æøå їґ \"'\\#[]{}=,.;:|`*_-+<>&\u2028\u0085"
ONE_LINE = st.text(ALPHABET, min_size=1, max_size=20).map(lambda t: " ".join(t.split())).filter(bool)
TEXT = st.text(ALPHABET + "\n\t", min_size=1, max_size=30).filter(lambda t: t.strip())
WORDS = st.lists(ONE_LINE.filter(lambda t: not t.startswith(("#", "`", "+"))), min_size=1, max_size=3).map(
    "\n".join
)
TITLE = ONE_LINE.filter(lambda t: ": " not in t)
TEXTS = st.lists(TEXT, max_size=2).map(tuple)
LINK = TEXT.map(lambda t: f"https://a.example/{t}")
LINKS = st.lists(LINK, max_size=2).map(tuple)
HOURS = st.integers(1, 400).map(float) | st.floats(0.01, 9.5)
METRES = st.integers(1, 200_000).map(float) | st.floats(0.5, 10.0)


def several(words):
    return st.frozensets(st.sampled_from(sorted(words)), min_size=1, max_size=4)


def ranges(low, high):
    """From, below: one of them may be None, and nothing is empty."""
    both = st.tuples(st.integers(low, high), st.integers(1, 400)).map(lambda p: (float(p[0]), float(sum(p))))
    some = st.integers(max(low, 1), high).map(float)
    return both | some.map(lambda n: (n, None)) | some.map(lambda n: (None, n))


LEAVES = st.one_of(
    several(Phenomenon).map(lambda k: KindIs(kinds=k)),
    several(WeaponClass).map(lambda c: WeaponIs(classes=c)),
    ranges(0, 300).map(lambda r: Calibre(from_mm=r[0], below_mm=r[1])),
    ranges(0, 9000).map(lambda r: Altitude(from_m=r[0], below_m=r[1])),
    st.builds(CountAtLeast, at_least=st.integers(1, 99), within_h=HOURS, around_m=st.none() | METRES),
    st.integers(1, 99).map(lambda n: CountAtLeast(at_least=n, within_h=None, around_m=None)),
    st.builds(Repeated, at_least=st.integers(2, 99), within_h=HOURS, around_m=st.none() | METRES),
    st.sampled_from(["strip", "basin", "UA-14"]).map(lambda z: InZone(zone=z)),
    st.sampled_from(["strip", "basin", "UA-14"]).map(lambda z: FiredInto(zone=z)),
    st.tuples(
        st.sampled_from(["contact-a", "contact-b", "river"]), st.sampled_from([Side.A, Side.B, Side.EITHER])
    ).flatmap(
        lambda p: ranges(0, 90_000).map(
            lambda r: FromLine(line=p[0], side=p[1], from_m=r[0], nearer_than_m=r[1])
        )
    ),
    st.sampled_from(["contact", "river"]).map(
        lambda line: FromLine(line=line, side=Side.OWN, from_m=None, nearer_than_m=None)
    ),
    st.tuples(st.integers(0, 359), st.integers(1, 359)).map(
        lambda p: Heading(from_deg=float(p[0]), to_deg=float((p[0] + p[1]) % 360))
    ),
    st.builds(
        Crosses,
        line=st.sampled_from(["contact-a", "river"]),
        towards=st.sampled_from([Side.A, Side.B, Side.EITHER]),
    ),
    st.sampled_from("AB").map(lambda p: PartyIs(party=p)),
    st.builds(
        lambda first, later, clock, days: Hours(
            from_minute=first, until_minute=(first + later) % 1440, clock=clock, weekdays=tuple(sorted(days))
        ),
        st.integers(0, 1439),
        st.integers(1, 1439),
        st.sampled_from(CLOCKS),
        st.frozensets(st.integers(0, 6), max_size=7),
    ),
    st.builds(
        lambda a, n: Days(from_day=a, to_day=None if n is None else a + n),
        st.integers(-9, 99),
        st.none() | st.integers(0, 99),
    ),
    st.integers(-9, 99).map(lambda day: Days(from_day=None, to_day=day)),
    st.builds(Before, stated=st.sampled_from([Stated.NOTIFIED, Stated.WARNED]), at_least_h=HOURS),
    st.builds(ReplyTo, kinds=several(Phenomenon), within_h=HOURS, around_m=st.none() | METRES),
    st.sampled_from([Stated.ORDERED, Stated.MECHANISM_FAILED]).map(lambda s: RecordStates(stated=s)),
    st.just(AgainstMonitors()),
)
CONDITIONS: st.SearchStrategy[Condition] = st.recursive(
    LEAVES,
    lambda inner: st.one_of(
        st.lists(inner, min_size=1, max_size=3).map(lambda p: AllOf(of=tuple(p))),
        st.lists(inner, min_size=1, max_size=3).map(lambda p: AnyOf(of=tuple(p))),
        inner.map(lambda p: NotSo(of=p)),
    ),
    max_leaves=8,
)
READINGS = st.one_of(
    st.lists(st.sampled_from(["strip", "basin", "UA-09", "RU-KRS"]), min_size=1, max_size=3, unique=True).map(
        lambda a: {"area_ids": tuple(a)}
    ),
    st.sampled_from(OpenBecause).map(lambda b: {"area_ids": None, "open_because": b}),
    st.just({"area_ids": None, "anywhere": True}),
)


@st.composite
def agreements(draw) -> Agreement:
    clock = draw(st.sampled_from(CLOCKS))
    readings = tuple(
        Reading(name=f"reading {n}", words=draw(TEXT), **draw(READINGS))
        for n in range(draw(st.integers(1, 3)))
    )
    clauses: list[Clause] = []
    for n in range(draw(st.integers(1, 4))):
        act = draw(st.sampled_from(Act)) if clauses else Act.FORBIDDEN
        clauses += draw(
            clauses_of(
                f"t/X-{n}",
                act,
                readings,
                clock,
                n,
                [c for c in clauses if c.act in (Act.FORBIDDEN, Act.REQUIRED)],
            )
        )
    moments = st.integers(0, 9_000).map(lambda h: D_DAY.astimezone(UTC) + timedelta(hours=h))
    return Agreement(
        name="t",
        title=draw(TEXT),
        version=draw(TEXT),
        status=draw(TEXT),
        starts=D_DAY.astimezone(UTC),
        ends=draw(st.none() | moments.map(lambda m: m + timedelta(days=900))),
        ends_words=draw(TEXT),
        languages=draw(TEXTS),
        parties=tuple(Party(code=c, term=draw(TEXT), self_designation=draw(TEXT)) for c in "AB"),
        bodies=(Body(name="JC", stands_on=draw(TEXT), members=draw(TEXTS), powers=draw(TEXTS)),),
        clauses=tuple(clauses),
        standard_of_proof=(standard := draw(st.none() | TEXT)),
        source_urls=draw(LINKS),
        left_open=draw(TEXTS),
        exercise=draw(st.booleans()),
        mapped=tuple(
            Mapped(
                name=name,
                words=draw(TEXT),
                is_line=owner is not None,
                measured_by=owner or None,
                unknown=draw(st.none() | TEXT),
            )
            for name, owner in (
                ("strip", None),
                ("basin", None),
                ("contact-a", "A"),
                ("contact-b", "B"),
                ("river", ""),
            )
        ),
        ends_said=tuple(
            SaidToEnd(by=draw(TEXT), at=draw(moments), words=draw(TEXT), source_url=draw(LINK))
            for _ in range(draw(st.integers(0, 2)))
        ),
        d_day=D_DAY.astimezone(UTC),
        clock=clock,
        procedure=Procedure(
            body=draw(st.sampled_from([None, "JC"])),
            quorum=draw(st.none() | st.integers(1, 9)),
            reply_days=draw(st.none() | st.integers(0, 90)),
            standard_of_proof=standard,
            exception_shown_by=draw(st.none() | TEXT),
            on_silence=draw(st.none() | TEXT),
        ),
        annexes=tuple(
            Annex(name=draw(TEXT), words=draw(TEXT), source_url=draw(st.none() | LINK))
            for _ in range(draw(st.integers(0, 1)))
        ),
        changes=tuple(
            Change(
                version=draw(TEXT),
                words=draw(TEXT),
                clauses=("t/X-0",),
                from_utc=draw(st.none() | moments),
                to_utc=None,
            )
            for _ in range(draw(st.integers(0, 1)))
        ),
        choices=draw(TEXTS),
    )


@st.composite
def clauses_of(draw, clause_id, act, readings, clock, nth, exceptable) -> list[Clause]:
    assessed = act in (Act.FORBIDDEN, Act.REQUIRED, Act.PERMITTED)
    starts_day, starts = draw(days(0, 30, clock, end=False))
    ends_day, ends = draw(days(40, 90, clock, end=True))
    made = Clause(
        clause_id=clause_id,
        title=draw(TITLE),
        words=draw(WORDS),
        act=act,
        phenomena=draw(several(Phenomenon)) if assessed else frozenset(),
        trajectories=draw(st.frozensets(st.sampled_from(Trajectory), max_size=3)),
        readings=tuple(readings[: draw(st.integers(1, len(readings)))]) if assessed else (),
        starts=starts,
        starts_day=starts_day,
        ends=ends,
        ends_day=ends_day,
        excepts=(draw(st.sampled_from(exceptable)).clause_id,) if act is Act.EXCEPTION else (),
        needs=(draw(TEXT),) if act is Act.EXCEPTION else (),
        must_be_shown_by=draw(st.none() | TEXT) if act is Act.EXCEPTION else None,
        source_urls=draw(LINKS),
        left_open=draw(TEXTS),
        line=0,
        when=draw(st.none() | CONDITIONS) if assessed or act is Act.EXCEPTION else None,
        priority=nth + 1 if act is Act.EXCEPTION else 1,
        effect=draw(st.sampled_from(Effect)) if act is Act.EXCEPTION else Effect.PERMITTED,
    )
    if act is not Act.REQUIRED or draw(st.booleans()):
        return [made]
    stages = []
    for stage in range(draw(st.integers(1, 3))):
        by_day, deadline = draw(days(100 + 10 * stage, 105 + 10 * stage, clock, end=True))
        stages.append(
            replace(
                made,
                clause_id=f"{clause_id}.{stage + 1}",
                title=f"{made.title}: {draw(ONE_LINE)}",
                ends=deadline,
                ends_day=by_day,
                when=draw(st.none() | CONDITIONS),
                stage_of=clause_id,
            )
        )
    return stages


@st.composite
def days(draw, first, last, clock, *, end):
    """A day counted from D-day with its time, or a time alone."""
    day = draw(st.integers(first, last))
    if draw(st.booleans()):
        return None, (D_DAY + timedelta(days=day, minutes=draw(st.integers(1, 1000)))).astimezone(UTC)
    local: date = D_DAY.astimezone(ZoneInfo(clock)).date() + timedelta(days=day + end)
    return day, datetime.combine(local, time(0), ZoneInfo(clock)).astimezone(UTC)


def toml(value: object) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, Iterable) and not isinstance(value, str):
        return f"[{', '.join(map(toml, value))}]"
    return str(value) if isinstance(value, int) else json.dumps(value)


def pairs(**values: object) -> list[str]:
    return [f"{key} = {toml(value)}" for key, value in values.items() if value not in (None, (), "")]


def nouns(name: str, rows: Sequence[object]) -> list[str]:
    return [
        line
        for row in rows
        for line in (f"[[{name}]]", *pairs(**{f.name: getattr(row, f.name) for f in fields(row)}))
    ]


def written(agreement: Agreement) -> str:
    readings = {r.name: r for c in agreement.clauses for r in c.readings}.values()
    front = [
        *pairs(
            **{
                key: getattr(agreement, key)
                for key in (
                    *("title", "version", "status", "starts", "ends", "ends_words", "languages"),
                    *("source_urls", "left_open", "exercise", "d_day", "clock", "choices"),
                )
            }
        ),
        *nouns("parties", agreement.parties),
        *nouns("bodies", agreement.bodies),
        "[procedure]",
        *pairs(**{f.name: getattr(agreement.procedure, f.name) for f in fields(Procedure)}),
    ]
    for mapped in agreement.mapped:
        front += [
            "[[lines]]" if mapped.is_line else "[[zones]]",
            *pairs(
                name=mapped.name, words=mapped.words, measured_by=mapped.measured_by, unknown=mapped.unknown
            ),
        ]
    for reading in readings:
        front += [
            "[[readings]]",
            *pairs(name=reading.name, words=reading.words, area_ids=reading.area_ids),
            *pairs(open_because=reading.open_because, anywhere=reading.anywhere or None),
        ]
    front += [*nouns("ends_said", agreement.ends_said), *nouns("annexes", agreement.annexes)]
    for change in agreement.changes:
        front += [
            "[[changes]]",
            *pairs(
                version=change.version, words=change.words, clauses=[c.split("/")[1] for c in change.clauses]
            ),
            *pairs(**{"from": change.from_utc, "to": change.to_utc}),
        ]
    body = [line for group in grouped(agreement.clauses) for line in clause(group)]
    return "\n".join(["+++", *front, "+++", "", "# T", "", *body])


def grouped(clauses: Sequence[Clause]) -> list[list[Clause]]:
    groups: dict[str, list[Clause]] = {}
    for one in clauses:
        groups.setdefault(one.stage_of or one.clause_id, []).append(one)
    return list(groups.values())


def clause(group: Sequence[Clause]) -> list[str]:
    one, staged = group[0], group[0].stage_of is not None
    code = (one.stage_of or one.clause_id).split("/")[1]
    exception = one.act is Act.EXCEPTION
    lines = [f"## {code} {one.title.split(': ')[0] if staged else one.title}", "", one.words, "", "```toml"]
    lines += pairs(
        act=one.act,
        phenomena=sorted(one.phenomena),
        trajectories=sorted(one.trajectories),
        readings=[reading.name for reading in one.readings],
        starts=day(one.starts_day, one.starts),
        excepts=[c.split("/")[1] for c in one.excepts],
        needs=one.needs,
        must_be_shown_by=one.must_be_shown_by,
        priority=one.priority if exception else None,
        effect=one.effect if exception else None,
        source_urls=one.source_urls,
        left_open=one.left_open,
    )
    if not staged:
        lines += [
            *pairs(**{"deadline" if one.act is Act.REQUIRED else "ends": day(one.ends_day, one.ends)}),
            *([f"when = {said(one.when)}"] if one.when else []),
        ]
    for stage in group if staged else ():
        lines += [
            "[[stages]]",
            *pairs(name=stage.title.split(": ", 1)[1], deadline=day(stage.ends_day, stage.ends)),
            *([f"when = {said(stage.when)}"] if stage.when else []),
        ]
    return [*lines, "```", ""]


def day(counted: int | None, moment: datetime | None) -> object:
    return moment if counted is None else f"D{counted:+d}"


def unplaced(agreement: Agreement) -> Agreement:
    return replace(
        agreement,
        clauses=tuple(replace(c, line=0) for c in agreement.clauses),
        mapped=tuple(replace(m, line=0) for m in agreement.mapped),
    )


@settings(max_examples=50)
@given(agreements())
def test_what_is_written_and_read_again_is_the_same(agreement: Agreement) -> None:
    expected = replace(
        agreement,
        clauses=tuple(
            replace(c, excepts=tuple(x.clause_id for x in agreement.clauses if x.clause_id in c.excepts))
            for c in agreement.clauses
        ),
    )
    assert unplaced(read_agreement(written(agreement), name="t")) == expected


@settings(max_examples=80)
@given(agreements(), st.data())
def test_a_text_that_lost_a_piece_is_read_or_refused_and_never_an_error_of_ours(agreement, data) -> None:
    text = written(agreement)
    start = data.draw(st.integers(0, len(text)))
    end = min(len(text), start + data.draw(st.integers(0, 40)))
    said_instead = data.draw(st.sampled_from(["", "{", "]", '"', "= 1", "\n", "[["]))
    refusal = refused(text[:start] + said_instead + text[end:])
    assert refusal is None or (refusal.where is not None and "\n" not in str(refusal))


def refused(text: str) -> AgreementError | None:
    try:
        read_agreement(text, name="t")
    except AgreementError as refusal:
        return refusal
    return None


@given(CONDITIONS)
def test_a_condition_is_said_in_one_line(condition: Condition) -> None:
    assert "\n" not in said(condition)
