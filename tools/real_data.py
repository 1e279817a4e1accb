"""Write docs/agreements/on-real-data.md: what published reports amount to under two texts, attacked from both sides.

Rules:
- the numbers are computed anew from the published files beside the project; nothing is typed in;
- every assessment is of one kind, and each kind is attacked by two opposite briefs, tools/briefs.toml;
- an answer cites a word that the program prints of that kind or of the same files, which a test holds;
- nothing is totalled by party;
- run it with `python tools/real_data.py` where ../shared/data is.
"""

import os
import sys
import tempfile
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import polars as pl
from agreements import MADE, OUT, grid
from plain_english import KINDS, area, listed, metres, moment

from trucewatch.assess.weighing import weights
from trucewatch.errors import InputError
from trucewatch.mission.folder import Plan, init
from trucewatch.mission.intake import ingest
from trucewatch.mission.traces import explained
from trucewatch.mission.walk import Walk, attributed, walk
from trucewatch.model.agreement import Agreement, Objection, WhyNot
from trucewatch.model.vocabulary import Phenomenon, Subject, Truth, Verdict
from trucewatch.report.terms import TERMS

ROOT = Path(__file__).resolve().parent.parent
PAGE = "on-real-data.md"
CLOCKS = {"donbas-2016": "Europe/Kyiv", "truces-2025": "Europe/Moscow"}
Row = Mapping[str, object]


@dataclass(frozen=True, kw_only=True)
class Files:
    """Published files under one text."""

    name: str
    title: str
    agreement: str
    parts: Sequence[tuple[str, str]]  # source, file
    at: datetime
    words: str


@dataclass(frozen=True, kw_only=True)
class Line:
    """One attack and its answer."""

    attack: str
    answer: str
    cites: str


@dataclass(frozen=True, kw_only=True)
class Kind:
    """One kind of assessment, and the two briefs against it."""

    name: str
    files: str
    title: str
    clause: str
    reading: str
    verdict: str
    subject: str | None
    means: tuple[str, ...]
    lone: bool | None  # of one origin only; None: either
    briefs: Mapping[str, tuple[Line, ...]]


SETS = (
    Files(
        name="donbas-2016",
        title="Minsk II over the monitors' autumn of 2016",
        agreement="minsk-2015",
        parts=(("smm", "osce_smm_observations.csv"), ("smm-totals", "osce_smm_counts.csv")),
        at=datetime(2016, 11, 9, tzinfo=UTC),
        words="Single observations of the OSCE Special Monitoring Mission from September and October 2016, and its own counts by region and "
        "period, coded by hand from its daily reports. Reports that were not retrieved are gaps, not quiet days.",
    ),
    Files(
        name="truces-2025",
        title="The Easter truce of 2025 over what was told",
        agreement="easter-2025",
        parts=(("viina", "viina.parquet"), ("claims", "party_claims.csv")),
        at=datetime(2025, 5, 20, tzinfo=UTC),
        words="What newsrooms of the two countries told between 10 March and 15 May 2025, placed and classed by a machine (VIINA), and what "
        "each party claimed of the other. No monitor was there. A claim is kept as its claimant's total: it opens an inquiry, makes no incident and no row.",
    ),
)


def walked(files: Files, shared: Path) -> Walk:
    """Return the walk over the published files in a mission that is made for it and thrown away."""
    before = os.environ.get("TRUCEWATCH_KEYS")
    with tempfile.TemporaryDirectory() as place:
        os.environ["TRUCEWATCH_KEYS"] = f"{place}/keys"
        plan = Plan(name=files.name, agreements=(files.agreement,), replay=True, seed=files.name.encode())
        folder = init(Path(place) / "m", plan, by="docs", at=files.at)
        for source, file in files.parts:
            for taken in ingest(folder, source, [shared / files.name / file], by="docs", at=files.at):
                if taken.refused:
                    raise InputError(f"{len(taken.refused)} rows refused", where=file)
        found = walk(folder.path)
        if before is None:
            del os.environ["TRUCEWATCH_KEYS"]
        else:
            os.environ["TRUCEWATCH_KEYS"] = before
        return found


def kinds() -> tuple[Kind, ...]:
    """Return the kinds of assessments with their briefs."""
    read = tomllib.loads((ROOT / "tools" / "briefs.toml").read_text("utf-8"))
    return tuple(
        Kind(
            name=one["name"],
            files=one["files"],
            title=one["title"],
            clause=one["clause"],
            reading=one["reading"],
            verdict=one["verdict"],
            subject=one.get("subject"),
            means=tuple(one.get("means", ())),
            lone=one.get("lone"),
            briefs={b["party"]: tuple(Line(**line) for line in b["lines"]) for b in one["briefs"]},
        )
        for one in read["kinds"]
    )


def of_kind(rows: pl.DataFrame, kind: Kind) -> pl.DataFrame:
    """Return the rows of `kind`."""
    mine = rows.filter(
        pl.col("clause_id") == kind.clause,
        pl.col("reading") == kind.reading,
        pl.col("verdict") == kind.verdict,
    )
    if kind.subject:
        mine = mine.filter(pl.col("subject") == kind.subject)
    if kind.means:
        mine = mine.filter(pl.col("means") == pl.lit(list(kind.means), pl.List(pl.String)))
    if kind.lone is not None:
        mine = mine.filter((pl.col("n_origins") == 1) == kind.lone)
    return mine


def lines_of(found: Walk) -> pl.DataFrame:
    """Return the assessments with what is known of their incidents, in the order of time."""
    incidents = found.fused.incidents.rename({"from_utc": "since", "to_utc": "until", "area_id": "only_area"})
    odds = attributed(found.known, found.known.agreements[0], found.fused.incidents)
    joined = found.assessments.join(incidents, on="incident_id", how="left").join(
        odds, on="incident_id", how="left"
    )
    return joined.with_columns(pl.coalesce("since", "from_utc").alias("start")).sort(
        "start", "incident_id", "area_id", "clause_id", "reading", nulls_last=True
    )


def printed(rows: pl.DataFrame, found: Walk, text: Agreement) -> frozenset[str]:
    """Return the words that the program prints of `rows`: what an answer may cite."""
    lists = ("why_not", "objections", "means", "because")
    words = {
        str(word).rpartition(": ")[2]
        for name in lists
        for word in rows[name].drop_nulls().explode().drop_nulls()
    }
    single = ("verdict", "ceiling", "phenomenon", "area_id")
    words |= {str(word) for name in single for word in rows[name].drop_nulls().unique()}
    numbers = ("p_breach", "major90_m", "count_min", "n_origins", "p_accident", "p_unattributed")
    words |= {name for name in numbers if rows[name].drop_nulls().len()}
    words |= {"unattributed"} if "p_unattributed" in words else set()
    words |= {"trajectory"} if rows["incident_id"].drop_nulls().len() else set()
    words |= {w.affiliation for w in _weights(rows, found) if w.affiliation}
    clauses = [c for c in text.clauses if c.clause_id in set(rows["clause_id"])]
    return frozenset(
        words | ({"left_open"} if text.left_open or any(c.left_open for c in clauses) else set())
    )


def _weights(rows: pl.DataFrame, found: Walk) -> Sequence:
    ids = set(rows["observations"].drop_nulls().explode().drop_nulls())
    members = found.observations.filter(pl.col("observation_id").is_in(ids))
    return weights(members, found.known.profiles)


def page(shared: Path) -> str:
    """Return the page."""
    texts: list[str] = [
        MADE.replace(
            "agreements.py from content/agreements; change the agreement",
            "real_data.py; change tools/briefs.toml or the program",
        ),
        HEAD,
    ]
    for files in SETS:
        texts.extend(_set(files, walked(files, shared)))
    return "\n".join(texts).rstrip() + "\n"


HEAD = """# On real reports

Two texts over published reports: every line that the program makes, of which kind it is, why, and what each party's lawyer would hold against it,
with the answer that stands on what the program prints. The briefs are ours, written from two opposite sides; no party said these words.

Read it with three things in mind. A verdict is the program's reasoned view, never a violation. No line names a party: whose an incident was
is a step of its own, for analysts and verifiers, and here nothing tells the two apart, for no line is in a public source. And nothing
is added up by party.
"""


def _set(files: Files, found: Walk) -> Iterator[str]:
    text = found.known.agreements[0]
    rows, clock = lines_of(found), CLOCKS[files.name]
    yield f"\n## {files.title}\n\n{files.words}\n"
    yield (
        f"{found.observations.height:,} observations, {found.fused.incidents.height:,} incidents, {rows.height:,} assessments under "
        f"[{text.title}]({text.name}.md), version {text.version}. "
        + "; ".join(
            f"{n:,} incidents were asked of {clause.split('/')[1]} read as `{reading}` and show no breach of it"
            for clause, reading, n in found.cleared.sort("clause_id", "reading").iter_rows()
            if n
        )
        + ("." if found.cleared["n"].sum() else "")
    )
    yield from _counts(rows)
    mine = [kind for kind in kinds() if kind.files == files.name]
    names = _names(rows, mine)
    yield from _lines(rows, names, clock)
    for kind in mine:
        yield from _kind(kind, of_kind(rows, kind), found, text)


def _counts(rows: pl.DataFrame) -> Iterator[str]:
    counted = rows.group_by("clause_id", "reading", "subject", "verdict", "why_not").len()
    shown = [
        (str(c).split("/")[1], f"`{r}`", str(s), TERMS[Verdict][Verdict(v)], _reasons(w), str(n))
        for c, r, s, v, w, n in counted.sort(
            "clause_id", "reading", "subject", "verdict", "len", pl.col("why_not").list.join(" ")
        ).iter_rows()
    ]
    yield from grid(("clause", "read as", "of", "verdict", "because", "lines"), shown)


def _reasons(codes: Sequence[str]) -> str:
    return "; ".join(TERMS[WhyNot][WhyNot(code)] for code in codes) or "nothing stands in the way of more"


def _names(rows: pl.DataFrame, mine: Sequence[Kind]) -> Mapping[str, list[str]]:
    """Return the kinds of each assessment."""
    named: dict[str, list[str]] = {}
    for kind in mine:
        for one in of_kind(rows, kind)["assessment_id"]:
            named.setdefault(one, []).append(kind.name)
    return named


def _lines(rows: pl.DataFrame, names: Mapping[str, list[str]], clock: str) -> Iterator[str]:
    """Yield the incidents, each once, with its verdict under each reading."""
    shown: list[tuple[str, ...]] = []
    incidents = rows.filter(pl.col("subject") == Subject.INCIDENT.value)
    for nth, ((_name,), part) in enumerate(incidents.group_by("incident_id", maintain_order=True), start=1):
        first = part.row(0, named=True)
        verdicts = "; ".join(
            f"`{r['reading']}`: {TERMS[Verdict][Verdict(r['verdict'])]} ({', '.join(names.get(r['assessment_id'], ['?']))})"
            for r in part.iter_rows(named=True)
        )
        shown.append((f"{nth}", _when(first, clock), _what(first), _known(first), verdicts))
    yield from grid(("line", "when", "what", "how it is known", "verdict, and its kind below"), shown)


def _when(row: Row, clock: str) -> str:
    since, until = row["since"], row["until"]
    if not isinstance(since, datetime) or not isinstance(until, datetime):
        return ""
    hours = (until - since).total_seconds() / 3600
    return moment(since, clock) + (f", in {hours:.3g} hours" if hours >= 1 else "")


def _what(row: Row) -> str:
    kind = Phenomenon(str(row["phenomenon"]))
    low, high = row["count_min"], row["count_max"]
    many = "" if low is None else f", {low}" + ("" if high == low else f" to {high}" if high else " or more")
    place = f", place good to {metres(round(float(str(row['major90_m'])), -2))}" if row["major90_m"] else ""
    only = f", only {area(str(row['only_area']))} is known" if row["only_area"] else ""
    return f"{KINDS.get(kind, kind.value.replace('_', ' '))}{many}{place}{only}"


def _known(row: Row) -> str:
    means = row["means"]
    words = listed([str(m) for m in means]) if isinstance(means, list) and means else "not told"
    return f"{words}; {row['n_origins']} origin{'' if row['n_origins'] == 1 else 's'}; real with {row['p_real']:.2f}"


def _kind(kind: Kind, rows: pl.DataFrame, found: Walk, text: Agreement) -> Iterator[str]:
    yield f"\n### {kind.title}\n\nKind *{kind.name}*: {rows.height} line{'' if rows.height == 1 else 's'} under {kind.clause.split('/')[1]}, read as `{kind.reading}`: **{TERMS[Verdict][Verdict(kind.verdict)]}**."
    yield from _prints(rows, found)
    for party, lines in kind.briefs.items():
        term = next(p.term for p in text.parties if p.code == party)
        yield f"\n**Counsel for {party} ({term})**"
        yield from grid(
            ("holds against it", "answer", "printed"), [(x.attack, x.answer, f"`{x.cites}`") for x in lines]
        )


def _prints(rows: pl.DataFrame, found: Walk) -> Iterator[str]:
    """Yield what the program prints of the first line of a kind."""
    if rows.is_empty():
        return
    first = rows.row(0, named=True)
    words = [f"because: {_reasons(first['why_not'])}", f"no further than {first['ceiling']}"]
    for one in first["objections"]:
        party, _, code = one.partition(": ")
        words.append(f"the strongest objection open to {party}: {TERMS[Objection][Objection(code)]}")
    if first["p_unattributed"] is not None:
        words.append(
            f"whose: nothing tells {first['p_unattributed']:.2f}, a third {first['p_third']:.2f}, an accident {first['p_accident']:.2f}, an exercise {first['p_exercise']:.2f}"
        )
    if first["incident_id"] is None:
        yield "\nWhat the program prints of its first line: " + "; ".join(words) + "."
        return
    told = explained(found, first)
    weighed = [f"{w.affiliation or 'not declared'} {w.share:.2f}" for w in told.weights]
    words.append(f"weight of its sources by affiliation: {', '.join(weighed)}")
    words.append(
        "share that a party may not see: " + ", ".join(f"{u.party} {u.share:.2f}" for u in told.unseen)
    )
    yield "\nWhat the program prints of its first line: " + "; ".join(words) + "."
    yield "\n" + "\n".join(
        f"- {step.condition}: {Truth(step.value).name.lower()}, {step.because}" for step in told.trace.steps
    )
    if told.turns:
        yield "\nWhat would change it:\n\n" + "\n".join(
            f"- {turn.condition}: if so {TERMS[Verdict][turn.if_so]}, if not {TERMS[Verdict][turn.if_not]}"
            for turn in told.turns
        )


def main() -> None:
    """Write the page."""
    shared = Path(os.environ.get("TRUCEWATCH_SHARED", ROOT.parent / "shared")) / "data"
    if not shared.exists():
        sys.exit(f"the published files are not here: set TRUCEWATCH_SHARED (looked in {shared})")
    OUT.mkdir(parents=True, exist_ok=True)
    (OUT / PAGE).write_text(page(shared), "utf-8")
    print(OUT / PAGE)


if __name__ == "__main__":
    main()
