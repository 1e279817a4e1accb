"""The finding pack: the same reasons for both parties, evidence as each may have it, and what is missing."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import exercised as ex
import pytest

from trucewatch.errors import RefusedError
from trucewatch.mission.finding_pack import find_case, finding_pack, spoken_in
from trucewatch.mission.folder import Folder, settle
from trucewatch.mission.journal import Kind
from trucewatch.mission.known import known
from trucewatch.mission.marking import record_mark
from trucewatch.mission.verify import verify
from trucewatch.mission.verify_remarks import Gravity
from trucewatch.mission.walk import cases_of, walk
from trucewatch.model.admiralty import Scale
from trucewatch.model.decision import Move, MoveKind, Outcome, Role
from trucewatch.model.vocabulary import Audience
from trucewatch.report.finding_pack import FindingPack, Level, Missing, pack_html, pack_json
from trucewatch.report.words import Language

AT = ex.START + timedelta(days=40)
POLICY = """
[release."party:{party}"]
delay_hours = 0
k_origins = 1
grid_m = 10000
"""


def restricted(place: Path) -> Folder:
    """The exercise with posts whose reports nobody published."""
    return ex.mission(place, told=ex.sources(published=""))


def policies(folder: Folder, *parties: str) -> None:
    path = folder.path / "trucewatch.toml"
    path.write_text(path.read_text("utf-8") + "".join(POLICY.format(party=p) for p in parties), "utf-8")
    settle(folder, by="Registrar", at=ex.START + timedelta(hours=12))


def heard(folder: Folder, case_id: str, *, hours: float = 14) -> None:
    at = ex.START + timedelta(hours=hours - 1)
    move = Move(
        move_id="",
        case_id=case_id,
        kind=MoveKind.FIND,
        by="",
        role=Role.VERIFIER,
        at=at,
        words="EXERCISE: found.",
    )
    find_case(walk(folder.path), move, by="Verifier K.", at=at)
    for party in "AB":
        hours += 0.1
        ex.moved(folder, case_id, MoveKind.REPLY, Role.PARTY, f"Liaison of {party}", hours=hours, party=party)


def test_the_pack_holds_clause_incident_custody_coverage_odds_objections_and_what_is_missing(
    tmp_path: Path,
) -> None:
    folder = ex.mission(tmp_path)
    case_id = ex.opened_on(folder, 0.5).case_id
    heard(folder, case_id)
    pack = finding_pack(walk(folder.path), case_id, at=AT)
    assert pack.assessed is not None
    assert pack.assessed.clause_id == "exercise-line/EX-1"
    assert pack.incident is not None
    assert (pack.origins, pack.level) == (1, Level.LOW)
    (custody,) = pack.custody
    assert (custody.source_id, custody.here, custody.signed) == ("post-1", True, False)
    assert {Missing.SECOND_ORIGIN, Missing.INQUIRY, Missing.MARKS} <= set(pack.missing)
    assert not {Missing.FINDING, Missing.REPLY_A, Missing.REPLY_B, Missing.PLACE} & set(pack.missing)
    page = pack_html(pack)
    for words in ("EX-1", "Analytic confidence: low", "a second independent origin", "EXERCISE", "post-1"):
        assert words in page
    assert json.loads(pack_json(pack))["stamp"] == "EXERCISE · REPLAY · INTERNAL"


@pytest.fixture(scope="module")
def pack(tmp_path_factory: pytest.TempPathFactory) -> FindingPack:
    folder = ex.mission(tmp_path_factory.mktemp("pack"))
    case_id = ex.opened_on(folder, 0.5).case_id
    return finding_pack(walk(folder.path), case_id, at=AT)


def test_likelihood_and_analytic_confidence_are_never_in_one_sentence(pack: FindingPack) -> None:
    plain = re.sub(r"<(?!/?(bdi|strong|em|span|a)\b)[^>]*>", "\n", pack_html(pack))
    likely = re.compile(r"almost no chance|unlikely|roughly even|likely|almost certain")
    for line in re.sub(r"<[^>]*>", "", plain).splitlines():
        assert not ("nalytic confidence" in line and likely.search(line)), line


@pytest.mark.parametrize("language", Language)
def test_the_page_is_whole_in_every_language(pack: FindingPack, language: Language) -> None:
    assert pack_html(pack, language).rstrip().endswith("</html>")


def test_both_parties_get_the_same_reasons_and_no_coordinates_names_or_custody(tmp_path: Path) -> None:
    folder = ex.mission(tmp_path)
    policies(folder, "A", "B")
    case_id = ex.opened_on(folder, 0.5, hours=12.5).case_id
    heard(folder, case_id)
    walked = walk(folder.path)
    told = {
        party: finding_pack(walked, case_id, at=AT, audience=audience)
        for party, audience in (("A", Audience.PARTY_A), ("B", Audience.PARTY_B))
    }
    assert told["A"].assessed == told["B"].assessed
    assert told["A"].said == told["B"].said
    assert told["A"].missing == told["B"].missing
    for pack in told.values():
        assert pack.outline is not None
        text = (pack_html(pack) + pack_json(pack).decode()).replace("EXERCISE", "")
        for secret in ("0.500", "0.50,", "post-1", "Verifier K.", "Analyst N.", "Registrar"):
            assert secret not in text, secret
    with pytest.raises(RefusedError, match="no release policy"):
        finding_pack(walked, case_id, at=AT, audience=Audience.PUBLIC)


def test_evidence_that_a_party_may_not_see_supports_no_determination_until_the_gate_gives_it_an_outline(
    tmp_path: Path,
) -> None:
    folder = restricted(tmp_path)
    case_id = ex.opened_on(folder, 0.5).case_id
    heard(folder, case_id)
    pack = finding_pack(walk(folder.path), case_id, at=AT)
    assert [(one.party, one.share) for one in pack.unseen] == [("A", 1.0), ("B", 1.0)]
    assert "Party A may not see 100" in pack_html(pack)
    found = next(move for move in cases_of(walk(folder.path).known)[0].moves if move.kind is MoveKind.FIND)
    assert found.unseen_by == ("A", "B")
    ruled = {"body": ex.BODY, "standard_of_proof": "reasonable grounds"}
    for outcome in (Outcome.BREACH_BY_A, Outcome.NOT_A_BREACH, Outcome.NOT_ATTRIBUTABLE):
        with pytest.raises(RefusedError, match="unseen evidence alone supports no determination"):
            ex.moved(
                folder,
                case_id,
                MoveKind.DETERMINE,
                Role.BODY,
                "Chair",
                hours=15,
                outcome=outcome,
                **ruled,
            )
    path = folder.path / "trucewatch.toml"
    path.write_text(path.read_text("utf-8") + "".join(POLICY.format(party=p) for p in "AB"), "utf-8")
    settle(folder, by="Registrar", at=ex.START + timedelta(hours=15))
    heard(folder, case_id, hours=18)
    ex.moved(
        folder, case_id, MoveKind.DETERMINE, Role.BODY, "Chair", hours=20, outcome=Outcome.ACCIDENT, **ruled
    )


def test_marks_stand_in_the_pack_when_both_are_in_and_a_forged_one_is_named(tmp_path: Path, alone) -> None:
    folder = ex.mission(tmp_path)
    case_id = ex.opened_on(folder, 0.5).case_id
    item = walk(folder.path).observations["observation_id"][0]
    for number, (by, grade) in enumerate((("Verifier K.", "B"), ("Verifier L.", "C"))):
        at = ex.START + timedelta(hours=13 + number)
        record_mark(
            folder,
            case_id=case_id,
            item=item,
            scale=Scale.RELIABILITY,
            grade=grade,
            role=Role.VERIFIER,
            by=by,
            moment=at,
            at=at,
        )
        lines = b"".join(path.read_bytes() for path in (folder.path / "record" / "journal").iterdir())
        assert (f'"grade":"{grade}"'.encode() in lines) == (number == 1)
        pack = finding_pack(walk(folder.path), case_id, at=AT)
        assert len(pack.marks) == (0, 2)[number]
    assert pack.agreement[0].pairs == 1
    assert "pairs in this mission are alike" in pack_html(pack)
    assert not [r for r in verify(folder.path).remarks if r.gravity is Gravity.BROKEN]
    assert alone(folder.path) == 0
    with pytest.raises(RefusedError, match="whoever alleged does not mark"):
        record_mark(
            folder,
            case_id=case_id,
            item=item,
            scale=Scale.CREDIBILITY,
            grade="2",
            role=Role.VERIFIER,
            by="Analyst N.",
            moment=AT,
            at=AT,
        )
    assert [r.kind for r in folder.journal.replay()].count(Kind.MARK) == 2


def test_the_verb_writes_the_pack_as_a_page_and_as_json(tmp_path: Path, run_here) -> None:
    folder = ex.mission(tmp_path)
    case_id = ex.opened_on(folder, 0.5).case_id
    told = run_here("case", "pack", case_id, "-o", "p.html,p.json", cwd=folder.path)
    assert (told.returncode, told.stderr) == (0, "")
    assert told.stdout.splitlines() == ["EXERCISE · REPLAY · INTERNAL", "p.html", "p.json"]
    assert case_id in (folder.path / "p.html").read_text("utf-8")
    assert run_here("case", "pack", case_id, "--audience", "party:A", cwd=folder.path).returncode == 3


def test_a_pack_is_in_the_language_of_the_procedure_unless_another_is_asked_for(tmp_path: Path) -> None:
    folder = ex.mission(tmp_path)
    opening = ex.opened_on(folder, 0.5)
    record = known(folder.path)
    (case,) = cases_of(record)
    assert spoken_in(record, case) == ("en",)
    (agreement,) = record.agreements
    spoken = replace(record, agreements=(replace(agreement, languages=("ru", "fi")),))
    assert spoken_in(spoken, case) == ("fi", "ru")  # the mission keeps Finnish
    silent = replace(record, agreements=(replace(agreement, languages=()),))
    assert spoken_in(silent, case) == ("en", "nb", "fi")
    assert opening.case_id == case.case_id
