"""Files of a source: kept, read, known again; what is refused is named, and nothing else is lost."""

from pathlib import Path

import polars as pl
import pytest

from trucewatch.errors import ConfigError, IntegrityError
from trucewatch.mission.config import SOURCES_FILE
from trucewatch.mission.erasing import erase
from trucewatch.mission.folder import Folder, Plan, init
from trucewatch.mission.intake import Taken, batches, ingest, refusals_of, rows_of
from trucewatch.mission.journal import Kind
from trucewatch.mission.known import known
from trucewatch.mission.verify import verify
from trucewatch.model.tables import OBSERVATIONS

HEADER = (
    b"report,from,to,position,position_lat,position_lon,means,phenomenon,count,weapon,trajectory,"
    b"distance_min_km,distance_max_km,directions,heading,held_by,remarks\n"
)
ROW = b"r1,2026-03-01T10:00,2026-03-01T10:15,post 1,48.10,37.70,heard,explosion,3,,undetermined,2,4,N,,,\n"
LATER = ROW.replace(b"T10:", b"T12:")
SWAPPED = ROW.replace(b"48.10,37.70", b"37.70,48.10")
OUTSIDE = ROW.replace(b"48.10,37.70", b"10.00,10.00")
PATROL = """
[patrol]
format = "table"
means = "heard"
{zone}
[patrol.mapping]
from_utc = "from"
to_utc = "to"
means = "means"
phenomenon = "phenomenon"
count = "count"
observer_lat = "position_lat"
observer_lon = "position_lon"
directions = "directions"
distance_min_m = {{ column = "distance_min_km", unit = "km" }}
distance_max_m = {{ column = "distance_max_km", unit = "km" }}
"""
ZONED = PATROL.format(zone='zone = "Europe/Kyiv"')
UNZONED = PATROL.format(zone="")


@pytest.fixture
def mission(tmp_path: Path) -> Folder:
    return init(tmp_path / "m", Plan(name="m", agreements=(), sources=ZONED), by="ann")


def take(mission: Folder, raw: bytes, name: str = "a.csv") -> Taken:
    path = mission.path.parent / name
    path.write_bytes(raw)
    (taken,) = ingest(mission, "patrol", [path], by="ann")
    return taken


def rows(mission: Folder) -> pl.DataFrame:
    return rows_of(mission.vault, batches(mission.journal.replay()), OBSERVATIONS)


def test_a_row_is_taken_with_its_evidence(mission: Folder) -> None:
    raw = HEADER + ROW
    taken = take(mission, raw)
    assert (taken.accepted, taken.known, taken.refused) == (1, 0, ())
    assert taken.evidence is not None
    assert mission.vault.get(taken.evidence) == raw
    assert rows(mission)["evidence"].to_list() == [taken.evidence]


@pytest.mark.parametrize("many", [1, 900])
def test_bulk_observations_are_one_record_a_batch(mission: Folder, many: int) -> None:
    before = len(list(mission.journal.replay()))
    each = [ROW.replace(b",3,,", b",%d,," % (n + 1)) for n in range(many)]
    take(mission, HEADER + b"".join(each))
    records = list(mission.journal.replay())[before:]
    assert [record.kind for record in records] == [Kind.BATCH]
    (batch,) = batches(records)
    assert (batch.accepted, rows(mission).height) == (many, many)
    assert mission.journal.head().size == before + 1
    assert len(records[0].raw) < 2_000  # what it says does not grow with its rows


def test_the_same_bytes_a_hundred_times_are_one_state(mission: Folder) -> None:
    take(mission, HEADER + ROW + LATER)
    before = mission.journal.head()
    for _ in range(99):
        again = take(mission, HEADER + ROW + LATER)
        assert (again.accepted, again.known, again.recorded) == (0, 2, False)
    assert mission.journal.head() == before
    assert rows(mission).height == 2


def test_what_the_vault_keeps_is_not_opened_for_writing_again(mission: Folder) -> None:
    def kept() -> dict[str, tuple[int, int, int]]:
        stats = {name: mission.vault.path(name).stat() for name in mission.vault.names()}
        return {name: (one.st_ino, one.st_mtime_ns, one.st_ctime_ns) for name, one in stats.items()}

    taken = take(mission, HEADER + ROW)
    before = kept()
    assert taken.evidence in before
    take(mission, HEADER + ROW)
    more = take(mission, HEADER + ROW + LATER, "b.csv")
    assert verify(mission.path).exit_code == 0
    assert rows(mission).height == len(known(mission.path).batches) == 2
    assert more.evidence is not None
    erase(mission, [more.evidence], by="ann", why="privacy")
    after = kept()
    assert {name: after[name] for name in before} == before


def test_a_row_sent_again_in_another_file_is_known(mission: Folder) -> None:
    take(mission, HEADER + ROW)
    taken = take(mission, HEADER + LATER + ROW, "b.csv")
    assert (taken.accepted, taken.known) == (1, 1)
    assert rows(mission).height == 2
    again = take(mission, HEADER + ROW)
    assert (again.accepted, again.known, again.recorded) == (0, 1, False)


def test_swapped_coordinates_are_refused_as_swapped(mission: Folder) -> None:
    taken = take(mission, HEADER + ROW + SWAPPED + OUTSIDE + LATER)
    assert taken.accepted == 2
    assert [(r.row, "swapped" in r.reason) for r in taken.refused] == [(2, True), (3, False)]
    assert "outside" in taken.refused[1].reason


HOSTILE = [
    (b"", "empty"),
    (HEADER + ROW + LATER[: len(LATER) // 2], "cut"),
    ((HEADER + ROW).decode().replace("post 1", "пост").encode("cp1251"), "encoding"),
    ((HEADER + ROW).decode().encode("utf-16"), "wide"),
    (b"\x00" * 4096, "zeros"),
    (HEADER + b"x" * (17 << 20) + b"\n" + ROW, "long line"),
]


@pytest.mark.parametrize("raw", [raw for raw, _ in HOSTILE], ids=[name for _, name in HOSTILE])
def test_every_refusal_of_a_hostile_file_is_recorded_and_nothing_else_is_lost(
    mission: Folder, raw: bytes
) -> None:
    take(mission, HEADER + LATER, "good.csv")
    taken = take(mission, raw, "hostile.csv")
    assert taken.refused
    assert all(refusal.reason and "\n" not in refusal.reason for refusal in taken.refused)
    assert taken.evidence is not None
    assert mission.vault.get(taken.evidence) == raw
    batch = next(b for b in batches(mission.journal.replay()) if b.evidence == taken.evidence)
    assert refusals_of(mission.vault, batch) == taken.refused
    assert rows(mission).height == 1 + taken.accepted


def test_a_file_cut_in_the_middle_keeps_its_whole_rows(mission: Folder) -> None:
    taken = take(mission, HEADER + ROW + LATER[: len(LATER) // 2])
    assert taken.accepted == 1
    assert [refusal.row for refusal in taken.refused] == [2]


def test_a_time_without_zone_is_refused_until_the_profile_says_which(tmp_path: Path) -> None:
    mission = init(tmp_path / "m", Plan(name="m", agreements=(), sources=UNZONED), by="ann")
    refused = take(mission, HEADER + ROW)
    assert (refused.accepted, [r.row for r in refused.refused]) == (0, [1])
    assert "zone" in refused.refused[0].reason
    (mission.path / SOURCES_FILE).write_text(ZONED, "utf-8")
    mended = take(mission, HEADER + ROW)
    assert (mended.accepted, mended.refused) == (1, ())
    assert rows(mission).height == 1


def test_one_file_that_cannot_be_read_leaves_the_others(mission: Folder) -> None:
    good = mission.path.parent / "good.csv"
    good.write_bytes(HEADER + ROW)
    first, second = ingest(mission, "patrol", [mission.path.parent / "none.csv", good], by="ann")
    assert (first.accepted, first.evidence, len(first.refused)) == (0, None, 1)
    assert (second.accepted, second.refused) == (1, ())


def test_an_unknown_source_is_refused_with_a_suggestion(mission: Folder) -> None:
    with pytest.raises(ConfigError, match="did you mean 'patrol'"):
        list(ingest(mission, "patrols", [], by="ann"))


def test_changed_configuration_is_recorded_before_it_counts(mission: Folder) -> None:
    path = mission.path / "trucewatch.toml"
    path.write_text(path.read_text("utf-8").replace('name = "m"', 'name = "north"'), "utf-8")
    assert known(mission.path).mission.name == "m"
    take(mission, HEADER + ROW)
    assert known(mission.path).mission.name == "north"
    kinds = [record.kind for record in mission.journal.replay()]
    assert kinds == [Kind.MISSION, Kind.SOURCE, Kind.MISSION, Kind.BATCH]


def test_many_small_files_are_taken_in_as_they_would_be_one_by_one(tmp_path: Path) -> None:
    head = "latitude,longitude,acq_date\n"
    raws = [f"{head}48.{n % 7},38.2,2026-01-0{1 + n % 3}\n48.9,38.{n},2026-01-01\n" for n in range(40)]
    raws[5] = raws[4]
    raws[9] = "no such columns\n"
    files = []
    for n, raw in enumerate(raws):
        files.append(tmp_path / f"{n}.csv")
        files[-1].write_text(raw, "utf-8")
    files[20] = tmp_path / "missing.csv"
    at_once = init(tmp_path / "a", Plan(name="m", agreements=("minsk-2015",)), by="ann")
    by_one = init(tmp_path / "b", Plan(name="m", agreements=("minsk-2015",)), by="ann")
    together = list(ingest(at_once, "firms-dates", files, by="ann"))
    alone = [taken for file in files for taken in ingest(by_one, "firms-dates", [file], by="ann")]

    def told(taken: Taken) -> tuple[object, ...]:
        return taken.file, taken.accepted, taken.known, taken.refused, taken.recorded

    assert list(map(told, together)) == list(map(told, alone))
    assert not together[20].recorded
    assert [r.kind for r in at_once.journal.replay()] == [r.kind for r in by_one.journal.replay()]
    assert verify(at_once.path).exit_code == 0
    again = list(ingest(at_once, "firms-dates", files, by="ann"))
    assert not any(taken.recorded for taken in again)


def test_files_before_one_that_cannot_be_recorded_are_told_and_stay(tmp_path: Path) -> None:
    mission = init(tmp_path / "m", Plan(name="m", agreements=("minsk-2015",)), by="ann")
    files = []
    for n in range(3):
        files.append(tmp_path / f"{n}.csv")
        files[-1].write_text(f"latitude,longitude,acq_date\n48.{n},38.2,2026-01-01\n", "utf-8")
    first = list(ingest(mission, "firms-dates", files[:1], by="ann"))
    assert first[0].evidence is not None
    (batch,) = batches(mission.journal.replay())
    told: list[str] = []
    path = mission.vault.path(batch.rows)
    kept = path.read_bytes()
    path.chmod(0o644)
    path.write_bytes(kept[:-1])
    with pytest.raises(IntegrityError):
        told += [taken.file for taken in ingest(mission, "firms-dates", files[1:], by="ann")]
    assert told == []
    path.write_bytes(kept)
    assert [taken.recorded for taken in ingest(mission, "firms-dates", files, by="ann")] == [
        False,
        True,
        True,
    ]
