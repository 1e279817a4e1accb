"""What is learned of sources in a mission: recorded beside what is declared, used once a person chooses it, and verified."""

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import ModuleType

import numpy as np
import polars as pl
import pytest
from click.testing import CliRunner

from trucewatch import api
from trucewatch.cli.main import program
from trucewatch.errors import InputError, RefusedError
from trucewatch.log.keys import KeyKind, SignerKey
from trucewatch.mission.enrolling import add_oneself
from trucewatch.mission.folder import Folder, Plan, init
from trucewatch.mission.invitations import Part
from trucewatch.mission.journal import Entry, Kind
from trucewatch.mission.known import known
from trucewatch.mission.learning import choose, learned_from, record_learned
from trucewatch.mission.rebuilding import rebuild
from trucewatch.mission.verify import verify
from trucewatch.mission.verify_remarks import Gravity
from trucewatch.mission.walk import walk
from trucewatch.model.canonical import Json, canonical, content_id, with_ids
from trucewatch.model.formats import to_parquet
from trucewatch.model.learned import LearnedField, with_learned
from trucewatch.model.tables import OBSERVATIONS

MADE = datetime(2027, 2, 28, 12, tzinfo=UTC)
EVENTS = 300
TRUE: Mapping[str, tuple[float, float]] = {
    "exact": (150.0, 5.0),
    "middling": (200.0, 8.0),
    "coarse": (900.0, 60.0),
}
DECLARED = {"exact": 150.0, "middling": 2_000.0, "coarse": 900.0}
SOURCES = "\n".join(
    f'[{name}]\nmeans = "detected"\nformat = "table"\nposition_sigma_m = {sigma}\n'
    for name, sigma in DECLARED.items()
).replace("2000.0\n", "2000.0\nconfuses = { explosion = { airburst = 0.05, shot = 0.1 } }\n")
WRONG = 0.2  # of what middling reports, called an airburst
ADA = SignerKey(name="ada", kind=KeyKind.ED25519, seed=b"a" * 32)


def rows(name: str, generator: np.random.Generator, x: np.ndarray, t: np.ndarray) -> pl.DataFrame:
    sigma_m, sigma_s = TRUE[name]
    seen = np.flatnonzero(generator.random(EVENTS) < 0.7)
    east = x[seen] + generator.normal(0, sigma_m, len(seen))
    at = t[seen] + generator.normal(0, sigma_s, len(seen))
    wrong = pl.Series(generator.random(len(seen)) < (WRONG if name == "middling" else 0.0))
    moment = pl.Series(at * 1e6).cast(pl.Int64).cast(pl.Duration("us")) + datetime(2027, 2, 1, tzinfo=UTC)
    frame = pl.DataFrame({"lon": east / 111_195, "lat": generator.normal(0, sigma_m, len(seen)) / 111_195})
    return with_ids(
        frame.with_columns(
            from_utc=moment,
            to_utc=moment,
            source_id=pl.lit(name),
            means=pl.lit("detected"),
            phenomenon=pl.when(wrong).then(pl.lit("airburst")).otherwise(pl.lit("explosion")),
            sensitivity=pl.lit("public"),
        )
    )


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Folder:
    """A mission whose three sources report the same events, one of which declares its error wrongly."""
    plan = Plan(
        name="m", agreements=("exercise-line",), replay=True, exercise=True, sources=SOURCES, seed=b"learned"
    )
    folder = init(tmp_path_factory.mktemp("learned") / "m", plan, by="ann", at=MADE)
    generator = np.random.Generator(np.random.PCG64(5))
    x, t = generator.uniform(0, 200_000, EVENTS), generator.uniform(0, 10 * 86_400, EVENTS)
    for name in TRUE:
        taken = rows(name, generator, x, t)
        items = [folder.vault.put(raw) for raw in (name.encode(), to_parquet(OBSERVATIONS, taken), b"[]")]
        body: dict[str, Json] = {
            "source_id": name, "table": "observations", "table_schema": OBSERVATIONS.schema_number,
            "file": f"{name}.csv", "evidence": items[0], "rows": items[1], "words": None, "refusals": items[2],
            "accepted": taken.height, "known": 0, "refused": 0, "notes": [],
        }  # fmt: skip
        entry = Entry(kind=Kind.BATCH, author=name, body=body, rests_on=tuple(items))
        folder.journal.append([entry], at=MADE)
    return folder


@pytest.fixture
def mission(made: Folder, tmp_path: Path) -> Folder:
    """A copy of it."""
    copied = tmp_path / "m"
    for path in made.path.rglob("*"):
        if path.is_file():
            (copied / path.relative_to(made.path)).parent.mkdir(parents=True, exist_ok=True)
            (copied / path.relative_to(made.path)).write_bytes(path.read_bytes())
    return replace(made, path=copied)


def straight(folder: Folder, kind: Kind, body: Mapping[str, Json], named: str) -> None:
    """Append past every check but the id, as whoever has the log's key can."""
    whole = {**body, named: ""}
    name = content_id(kind.value, canonical(whole).decode())
    entry = Entry(kind=kind, author="ann (unsigned)", body={**whole, named: name})
    folder.journal.append([entry], at=MADE)


def faults(folder: Folder) -> list[str]:
    return [r.what for r in verify(folder.path).remarks if r.gravity is Gravity.BROKEN]


def verified(folder: Folder, alone: ModuleType) -> bool:
    """Whether neither the program nor the verifier that stands alone finds a fault."""
    found = alone.Verifier(folder.path, None)
    found.run([])
    return not faults(folder) and found.faults == []


def body_of(folder: Folder, kind: Kind) -> dict[str, Json]:
    (found,) = [r.body for r in folder.journal.replay() if r.kind is kind]
    return dict(json.loads(json.dumps(found)))


def test_learning_records_nothing_and_shows_what_is_far_from_what_was_declared(mission: Folder) -> None:
    before = mission.journal.head().size
    found = learned_from(mission)
    assert mission.journal.head().size == before
    wrong = {f.source_id: f for f in found.disagreeing if f.name == LearnedField.POSITION_SIGMA_M.value}
    assert wrong["middling"].declared == 2_000.0
    assert wrong["middling"].learned < 1_000
    assert all(figure.possible and figure.incidents >= 30 for figure in found.figures)


def test_kinds_that_a_source_confuses_are_learned_together_and_those_it_never_says_are_nought(
    mission: Folder,
) -> None:
    version = learned_from(mission)
    airburst, shot = version.confused
    assert (airburst.name, airburst.declared) == ("explosion said to be airburst", 0.05)
    assert 0.1 < airburst.learned < 0.3
    assert (shot.name, shot.declared, shot.learned) == ("explosion said to be shot", 0.1, 0.0)
    assert {airburst, shot} <= set(version.disagreeing)
    assert not replace(shot, declared=0.015).disagrees
    assert not replace(airburst, declared=None).disagrees


def test_the_version_that_is_used_fuses_to_the_bit_as_the_profiles_that_were_learned(mission: Folder) -> None:
    before = known(mission.path)
    rows = walk(mission.path).observations
    learned = api.learn(rows, before.profiles).profiles
    version = record_learned(mission, by="ann", at=MADE)
    choose(mission, version.learned_id, why="so", by="ann", at=MADE)
    used = known(mission.path).profiles
    assert {n: p.confuses for n, p in used.items()} == {n: p.confuses for n, p in learned.items()}
    assert used["middling"].confuses != before.profiles["middling"].confuses
    fused, wanted = walk(mission.path).fused, api.fuse(rows, learned)
    for name in ("incidents", "links", "counts"):
        assert getattr(fused, name).equals(getattr(wanted, name))


def test_a_version_recorded_before_confused_kinds_were_is_read_and_verified_and_keeps_its_bytes(
    mission: Folder, alone: ModuleType
) -> None:
    record_learned(mission, by="ann", at=MADE)
    body = body_of(mission, Kind.LEARNED)
    del body["confused"]
    straight(mission, Kind.LEARNED, body, "learned_id")
    old = known(mission.path).profiling.versions[-1]
    assert old.confused == ()
    choose(mission, old.learned_id, why="so", by="ann", at=MADE)
    declared = known(mission.path).profiling.declared
    assert known(mission.path).profiles["middling"].confuses == declared["middling"].confuses
    assert verified(mission, alone)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"learned": 1.5}, "cannot be"),
        ({"learned": -0.1}, "cannot be"),
        ({"said": "explosion"}, "cannot be"),
        ({"declared": 0.06}, "another number than was declared"),
        ({"source_id": "nobody"}, "another number than was declared"),
        ({"said": "shot"}, "one thing twice"),
        ({"learned": 0.9}, "cannot be"),  # more than all, with the other
    ],
)
def test_confused_kinds_that_nobody_could_have_learned_are_named(
    mission: Folder, change: dict[str, Json], words: str
) -> None:
    record_learned(mission, by="ann", at=MADE)
    body = body_of(mission, Kind.LEARNED)
    confused = body["confused"]
    assert isinstance(confused, list)
    airburst, shot = confused
    body["confused"] = [{**airburst, **change}, {**shot, "learned": 0.2}]
    straight(mission, Kind.LEARNED, body, "learned_id")
    (what,) = faults(mission)
    assert words in what


def test_what_is_recorded_is_used_once_a_person_chooses_it_and_no_longer_once_they_choose_otherwise(
    mission: Folder,
) -> None:
    declared = known(mission.path).profiles
    before = walk(mission.path).fused.incidents
    version = record_learned(mission, by="ann", at=MADE)
    assert record_learned(mission, by="ann", at=MADE) == version
    assert known(mission.path).profiles == declared
    assert walk(mission.path).fused.incidents.equals(before)
    choose(
        mission, version.learned_id[:8], why="middling is far better", by="ann", at=MADE + timedelta(hours=1)
    )
    used = known(mission.path)
    assert used.profiles == with_learned(declared, version) != declared
    assert used.profiling.declared == declared
    assert not walk(mission.path).fused.incidents.equals(before)
    assert known(mission.path, known_at=MADE).profiles == declared
    choose(mission, "declared", why="to compare", by="ann", at=MADE + timedelta(hours=2))
    assert known(mission.path).profiles == declared
    assert walk(mission.path).fused.incidents.equals(before)
    assert verify(mission.path).exit_code == 0


def test_a_choice_has_a_reason_and_names_one_version_and_changes_something(mission: Folder) -> None:
    version = record_learned(mission, by="ann", at=MADE)
    with pytest.raises(RefusedError, match="--why"):
        choose(mission, version.learned_id, why=" ", by="ann", at=MADE)
    with pytest.raises(InputError, match="names no one learned version"):
        choose(mission, "ffffffffff", why="so", by="ann", at=MADE)
    with pytest.raises(RefusedError, match="used already"):
        choose(mission, "declared", why="so", by="ann", at=MADE)


def test_the_same_record_gives_the_same_bytes_with_learned_profiles(mission: Folder) -> None:
    version = record_learned(mission, by="ann", at=MADE)
    choose(mission, version.learned_id, why="so", by="ann", at=MADE)
    first = rebuild(mission.path, step=lambda _: None)
    assert "profiles.json" in first.digests
    assert rebuild(mission.path, step=lambda _: None) == first


def test_nothing_can_be_learned_where_no_two_sources_tell_of_the_same(tmp_path: Path) -> None:
    folder = init(tmp_path / "m", Plan(name="m", agreements=("minsk-2015",)), by="ann")
    with pytest.raises(InputError, match="nothing can be learned"):
        record_learned(folder, by="ann")


def test_who_has_a_key_signs_what_was_learned_and_what_is_used(mission: Folder, alone: ModuleType) -> None:
    add_oneself(mission, "Ada", [Part.ADMINISTRATOR], key=ADA, at=MADE)
    with pytest.raises(RefusedError, match="has a key"):
        record_learned(mission, by="Ada", at=MADE)
    version = record_learned(mission, by="", key=ADA, at=MADE)
    choose(mission, version.learned_id, why="so", by="", key=ADA, at=MADE)
    signed = {r.kind for r in mission.journal.replay() if r.signed}
    assert {Kind.LEARNED, Kind.PROFILES} <= signed
    assert verified(mission, alone)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"through": 999}, "not learned beside"),
        ({"beside": 0}, "not learned beside"),
        ({"figures": []}, "learned nothing"),
        ({"figures": 2}, "or one thing twice"),
        ({"learned": -1.0}, "cannot be"),
        ({"declared": 7.0}, "another number than was declared"),
        ({"source_id": "nobody"}, "another number than was declared"),
    ],
)
def test_a_version_that_nobody_could_have_learned_there_is_named(
    mission: Folder, change: dict[str, Json], words: str
) -> None:
    record_learned(mission, by="ann", at=MADE)
    body = body_of(mission, Kind.LEARNED)
    figures = body["figures"]
    assert isinstance(figures, list)
    one = next(f for f in figures if f["field"] == "position_sigma_m")
    if change == {"figures": 2}:
        body["figures"] = [one, one]
    elif change.keys() <= one.keys():
        body["figures"] = [{**one, **change}]
    else:
        body |= change
    straight(mission, Kind.LEARNED, body, "learned_id")
    (what,) = faults(mission)
    assert words in what


def test_both_verifiers_name_a_choice_of_what_nobody_learned(mission: Folder, alone: ModuleType) -> None:
    record_learned(mission, by="ann", at=MADE)
    straight(
        mission, Kind.PROFILES, {"use": "0" * 32, "why": "so", "recorded_by": "ann (unsigned)"}, "choice_id"
    )
    (what,) = faults(mission)
    assert "no learned version on record" in what
    found = alone.Verifier(mission.path, None)
    found.run([])
    assert [why for _, why in found.faults] == ["it chooses profiles that nobody learned"]


def test_the_verb_shows_records_and_uses_what_was_learned(
    mission: Folder, monkeypatch: pytest.MonkeyPatch
) -> None:
    signer = mission.signer
    assert signer is not None
    home = mission.path.parent / "keys"
    monkeypatch.setenv("XDG_CONFIG_HOME", str(home))
    keys = home / "trucewatch" / "keys"
    keys.mkdir(parents=True)

    def run(*words: str) -> str:
        ended = CliRunner().invoke(program, ["fuse", "--mission", str(mission.path), *words])
        assert ended.exit_code == 0, ended.output
        return ended.output

    shown = run("--learn")
    assert "not recorded" in shown
    assert "middling" in shown
    assert "DISAGREES" in shown
    assert "explosion  shot      0.1       0.0      DISAGREES" in shown
    assert json.loads(run("--learn", "--json"))["disagrees"][-1] == "middling explosion said to be shot"
    version = record_learned(mission, by="ann", at=MADE)
    told = run()
    assert "sources are taken as declared" in told
    assert "middling position_sigma_m: declared 2000" in told
    assert "middling explosion said to be shot: declared 0.1, learned 0" in told
    choose(mission, version.learned_id, why="so", by="ann", at=MADE)
    assert f"as learned in {version.learned_id[:8]}, chosen by ann (unsigned)" in run()
    for words in (("--use", "x", "o.csv"), ("--record",), ("--learn", "--use", "x")):
        ended = CliRunner().invoke(program, ["fuse", "--mission", str(mission.path), *words])
        assert isinstance(ended.exception, InputError)
