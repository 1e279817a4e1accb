"""What somebody with a hand in the folder tries, and what the program says of it: one line, and the right code."""

import json
import shutil
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import polars as pl
import pytest

from trucewatch.errors import ConfigError, InputError, IntegrityError, TrucewatchError
from trucewatch.mission.config import read_mission, read_sources
from trucewatch.mission.files import read_whole
from trucewatch.mission.folder import Folder, Plan, init
from trucewatch.mission.intake import batches, ingest
from trucewatch.mission.journal import Entry, Journal, Kind
from trucewatch.mission.keys import log_key, make_log_key
from trucewatch.mission.lines import Line
from trucewatch.mission.segments import extend, read_lines, tail
from trucewatch.mission.vault import Vault
from trucewatch.mission.walk import walk
from trucewatch.model.canonical import canonical

FIRES = b"latitude,longitude,acq_date\n48.4,38.2,2026-01-01\n48.5,38.2,2026-01-01\n"


@pytest.fixture
def mission(tmp_path: Path) -> Folder:
    folder = init(tmp_path / "m", Plan(name="m", agreements=("minsk-2015",)), by="ann")
    (tmp_path / "f.csv").write_bytes(FIRES)
    list(ingest(folder, "firms-dates", [tmp_path / "f.csv"], by="ann"))
    return folder


def relogged(mission: Folder, raws: list[bytes]) -> None:
    """Write the whole record anew, its log and all, as who has the log's key can."""
    journal = mission.journal
    signer = log_key(journal.key.name)
    shutil.rmtree(journal.folder)
    journal.create(signer)
    lines = [Line(index=n, salt=bytes(32), raw=raw) for n, raw in enumerate(raws)]
    extend(tail(journal.lines, 0), lines)
    journal.store.append([entry for line in lines for entry in line.leaves()], signer=signer)


def raws_of(mission: Folder) -> list[bytes]:
    return [line.raw for _, line in read_lines(mission.journal.lines, mission.journal.head().size)]


def rewritten(mission: Folder, change: Callable[[list[dict[str, object]]], object]) -> None:
    """Rewrite the records, each canonical and in the log again."""
    lines = [json.loads(raw) for raw in raws_of(mission)]
    change(lines)
    relogged(mission, [canonical(line) for line in lines])  # type: ignore[arg-type]


def more(**fields: object) -> Callable[[list[dict[str, object]]], object]:
    return lambda lines: lines.append({**lines[-1], "seq": len(lines), **fields})


def last(**fields: object) -> Callable[[list[dict[str, object]]], object]:
    return lambda lines: lines[-1].update(fields)


def body(**fields: object) -> Callable[[list[dict[str, object]]], object]:
    return lambda lines: lines[-1].update(body={**dict(lines[-1]["body"]), **fields})  # type: ignore[call-overload]


def without(kind: str) -> Callable[[list[dict[str, object]]], object]:
    def change(lines: list[dict[str, object]]) -> None:
        kept = [line for line in lines if line["kind"] != kind]
        lines[:] = [{**line, "seq": seq} for seq, line in enumerate(kept)]

    return change


FORGED = [
    (lambda lines: lines.append(lines[-1]), IntegrityError, "order is broken"),
    (more(recorded_at="2001-01-01T00:00:00.000000Z"), IntegrityError, "order is broken"),
    (more(recorded_at="2001-01-01T00:00:00"), IntegrityError, "not a record as it was written"),
    (last(seq="3"), IntegrityError, "not a record as it was written"),
    (last(body=[]), IntegrityError, "not a record as it was written"),
    (last(body={"source_id": "firms-dates"}), IntegrityError, "record 3 is not a batch"),
    (more(kind="fact", author="ann (unsigned)", body={"x": 1}), IntegrityError, "record 4 is not a fact"),
    (more(kind="move", author="ann (unsigned)", body={"x": 1}), IntegrityError, "record 4 is not a move"),
    (
        more(kind="mission", author="ann (unsigned)", body={"x": 1}),
        IntegrityError,
        "record 4 is not the text of a file",
    ),
    (body(rows="../../../../etc/passwd"), IntegrityError, "no SHA-256"),
    (body(rows=""), IntegrityError, "no SHA-256"),
    (body(rows="ab" * 32), IntegrityError, "restore the vault"),
    (without("mission"), IntegrityError, "no mission 'trucewatch.toml'"),
    (without("source"), IntegrityError, "no source 'sources.toml'"),
    (without("agreement"), IntegrityError, "no agreement 'minsk-2015'"),
    (lambda lines: lines.clear(), IntegrityError, "the record is empty"),
    (more(kind="fact", body={"x": 1}), IntegrityError, "record 4 is not validly signed"),
    (last(author="ann"), IntegrityError, "record 3 is not validly signed"),
    (more(kind="resolution"), InputError, "a later version wrote it"),
    (more(schema=4), InputError, "a later version wrote it"),
    (body(table="sightings"), InputError, "a later version wrote it"),
    (body(table_schema=9), InputError, "a later version wrote it"),
]


@pytest.mark.parametrize(("change", "kind", "words"), FORGED, ids=[str(n) for n in range(len(FORGED))])
def test_a_forged_record_is_refused_in_one_line(
    mission: Folder,
    change: Callable[[list[dict[str, object]]], object],
    kind: type[TrucewatchError],
    words: str,
) -> None:
    rewritten(mission, change)
    with pytest.raises(kind, match=words) as refused:
        walk(mission.path)
    assert "\n" not in str(refused.value)


@pytest.mark.parametrize(
    "raw",
    [
        b"[" * 100_000,
        b'{"a":' * 100_000 + b"{}" + b"}" * 100_000,
        b'{"a":"\\ud800"}',
        b"\0" * 5000,
        b"",
        b"null",
        b'{"seq":1' + b"0" * 5000 + b"}",
        b'{"count":0,"kind":"padding"}',
        b'{"count":1,"kind":"padding","x":1}',
    ],
)
def test_a_line_that_is_no_record_is_named_though_the_log_holds_it(mission: Folder, raw: bytes) -> None:
    relogged(mission, [*raws_of(mission), raw])
    with pytest.raises(IntegrityError, match=r"0000000000\.lines:5: this line is not a record"):
        walk(mission.path)


@pytest.mark.parametrize(
    "fields", [{"more": 1}, {"signed": {"person": "x"}}, {"author": 7}, {"rests_on": "ab"}]
)
def test_a_record_with_a_field_too_many_or_of_another_form_is_none(
    mission: Folder, fields: dict[str, object]
) -> None:
    rewritten(mission, last(**fields))
    with pytest.raises(IntegrityError, match="not a record as it was written"):
        walk(mission.path)


def test_any_altered_vault_file_is_named_when_it_is_used(mission: Folder, tmp_path: Path) -> None:
    (batch,) = batches(mission.journal.replay())
    for name in (batch.evidence, batch.rows, batch.refusals):
        path = mission.vault.path(name)
        kept = path.read_bytes()
        path.chmod(0o644)
        path.write_bytes(bytes([kept[0] ^ 1]) + kept[1:])
        with pytest.raises(IntegrityError, match="restore the vault") as altered:
            list(ingest(mission, "firms-dates", [tmp_path / "f.csv"], by="ann"))
        assert altered.value.where == str(path)
        path.write_bytes(kept)


@pytest.mark.parametrize("end", ["itself", "nowhere", "a folder", "other bytes"])
def test_a_link_in_the_vault_is_not_followed_into_other_bytes(tmp_path: Path, end: str) -> None:
    vault = Vault(folder=tmp_path / "vault")
    name = vault.put(b"as received")
    path = vault.path(name)
    path.unlink()
    (tmp_path / "other").write_bytes(b"x" * 43)
    others = {
        "itself": path,
        "nowhere": tmp_path / "x",
        "a folder": tmp_path,
        "other bytes": tmp_path / "other",
    }
    path.symlink_to(others[end])
    with pytest.raises(IntegrityError):
        vault.get(name)


@pytest.mark.parametrize("name", ["../../evil", "/etc", ".", "", "a\\u0000b", "a/b", "\\u202ea", "x" * 65])
@pytest.mark.parametrize("key", ["agreements", "statements"])
def test_a_folders_name_leads_nowhere_else(key: str, name: str) -> None:
    with pytest.raises(ConfigError, match=rf"trucewatch\.toml:3: .*{key}"):
        read_mission(f'name = "m"\nzone = "UTC"\n{key} = ["{name}"]\n')


@pytest.mark.parametrize("name", ["../../evil", "a/b", "", "a\\u001b[31m", "\\u202ea", "x" * 65])
def test_a_sources_name_is_plain(name: str) -> None:
    with pytest.raises(ConfigError, match="no name of a source"):
        read_sources(f'["{name}"]\nmeans = "seen"\n')


def test_one_agreement_is_named_once() -> None:
    with pytest.raises(ConfigError, match=r"trucewatch\.toml:3: `agreements` names one twice"):
        read_mission('name = "m"\nzone = "UTC"\nagreements = ["a", "a"]\n')


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("\n".join(f"k{n} = 1" for n in range(10**6)), "is longer than"),
        ("x = " + "[" * 100_000, "nested too deeply"),
        ("x = " + "{a=" * 100_000, "nested too deeply"),
    ],
)
def test_a_huge_or_deep_configuration_is_refused_unread(text: str, words: str) -> None:
    for read in (read_mission, read_sources):
        with pytest.raises(ConfigError, match=words):
            read(text)


def test_a_stream_without_end_is_refused() -> None:
    with pytest.raises(InputError, match="longer than 4 MiB"):
        read_whole("/dev/zero", longest_bytes=1 << 22)


def test_parquet_that_declares_too_many_rows_is_refused_before_it_is_unpacked(
    mission: Folder, tmp_path: Path
) -> None:
    pl.select(
        latitude=pl.repeat(48.4, 3_000_000),
        longitude=pl.repeat(38.2, 3_000_000),
        acq_date=pl.repeat("2026-01-01", 3_000_000),
    ).write_parquet(tmp_path / "bomb.parquet")
    (taken,) = ingest(mission, "firms-dates", [tmp_path / "bomb.parquet"], by="ann")
    assert [(r.row, r.reason) for r in taken.refused] == [(0, "over 2,000,000 rows: send it in parts")]


def test_parquet_with_one_long_text_many_times_over_is_refused(mission: Folder, tmp_path: Path) -> None:
    fires = pl.DataFrame({"latitude": [48.4], "longitude": [38.2], "acq_date": ["2026-01-01"]})
    long = pl.concat([fires] * 60).with_columns(satellite=pl.lit("x" * 10_000_000))
    long.write_parquet(tmp_path / "wide.parquet")
    (taken,) = ingest(mission, "firms-dates", [tmp_path / "wide.parquet"], by="ann")
    assert [(r.row, "512 MiB" in r.reason) for r in taken.refused] == [(0, True)]


def test_parquet_of_unusual_types_loses_only_what_it_cannot_say(mission: Folder, tmp_path: Path) -> None:
    pl.DataFrame({"latitude": [48.6], "longitude": [38.2], "acq_date": ["2026-01-02"]}).with_columns(
        a=pl.lit(None),
        b=pl.duration(days=1),
        c=pl.lit("x").cast(pl.Categorical),
        d=pl.time(1, 2, 3),
        e=pl.struct(pl.lit(1)),
        f=pl.lit(b"\xff"),
    ).write_parquet(tmp_path / "types.parquet")
    (taken,) = ingest(mission, "firms-dates", [tmp_path / "types.parquet"], by="ann")
    assert (taken.accepted, taken.refused) == (1, ())


FEATURE = '{{"type": "Feature", "geometry": null, "properties": {{"latitude": {lat}, "longitude": 38.2, "acq_date": "2026-01-0{n}"{more}}}}}'


@pytest.mark.parametrize("lat", ["NaN", "Infinity", "-Infinity", "1e999", "[1, 2]", "{}", "true", "null"])
def test_a_latitude_that_is_no_number_costs_its_feature_alone(
    mission: Folder, tmp_path: Path, lat: str
) -> None:
    features = [FEATURE.format(lat=lat if n == 5 else "48.9", n=n, more="") for n in (4, 5, 6)]
    (tmp_path / "x.geojson").write_text(f'{{"features": [{", ".join(features)}]}}', "utf-8")
    (taken,) = ingest(mission, "firms-dates", [tmp_path / "x.geojson"], by="ann")
    assert (taken.accepted, [r.row for r in taken.refused]) == (2, [2])


def test_half_a_character_costs_its_feature_alone(mission: Folder, tmp_path: Path) -> None:
    half = ', "satellite": "\\ud800"'
    features = [FEATURE.format(lat=48.9, n=n, more=half if n == 5 else "") for n in (4, 5, 6)]
    (tmp_path / "x.geojson").write_text(f'{{"features": [{", ".join(features)}]}}', "utf-8")
    (taken,) = ingest(mission, "firms-dates", [tmp_path / "x.geojson"], by="ann")
    assert (taken.accepted, [(r.row, "half a character" in r.reason) for r in taken.refused]) == (
        2,
        [(2, True)],
    )


def test_a_file_of_nothing_but_refused_features_says_why(mission: Folder, tmp_path: Path) -> None:
    half = FEATURE.format(lat=48.9, n=5, more=', "satellite": "\\ud800"')
    (tmp_path / "x.geojson").write_text(f'{{"features": [{half}]}}', "utf-8")
    (taken,) = ingest(mission, "firms-dates", [tmp_path / "x.geojson"], by="ann")
    assert [(r.row, "half a character" in r.reason) for r in taken.refused] == [(1, True)]


WRITER = """
import sys
from datetime import UTC, datetime
from pathlib import Path
from trucewatch.mission.journal import Entry, Journal, Kind
journal = Journal(folder=Path(sys.argv[1]))
for n in range(int(sys.argv[3])):
    journal.append([Entry(kind=Kind.FACT, author=sys.argv[2], body={"n": n, "x": "y" * 20000})])
    print(n, flush=True)
"""


def writer(folder: Path, name: str, times: int) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", WRITER, str(folder), name, str(times)], stdout=subprocess.PIPE, text=True
    )


def test_two_writers_at_once_lose_nothing(tmp_path: Path) -> None:
    Journal(folder=tmp_path / "record").create(make_log_key("attack.00000001"))
    running = [writer(tmp_path / "record", name, 25) for name in ("ann", "ben", "cy")]
    for each in running:
        each.communicate(timeout=120)
        assert each.returncode == 0
    records = list(Journal(folder=tmp_path / "record").replay())
    assert [record.seq for record in records] == list(range(75))
    for name in ("ann", "ben", "cy"):
        assert [record.body["n"] for record in records if record.author == name] == list(range(25))


def test_a_writer_killed_a_hundred_times_at_any_moment_loses_nothing_that_it_acknowledged() -> None:
    bench = Path(__file__).resolve().parents[2] / "bench" / "journal_kill.py"
    run = subprocess.run([sys.executable, str(bench), "100"], capture_output=True, text=True, timeout=600)
    assert (run.returncode, run.stderr) == (0, "")
    assert run.stdout.startswith("100 kills, ")


def test_record_time_beyond_the_clock_stops_the_next_writer_in_one_line(mission: Folder) -> None:
    rewritten(mission, last(recorded_at="2999-01-01T00:00:00.000000Z"))
    with pytest.raises(TrucewatchError, match="record time never runs back"):
        mission.journal.append(
            [Entry(kind=Kind.FACT, author="a (unsigned)", body={})], at=datetime(2026, 1, 1, tzinfo=UTC)
        )
