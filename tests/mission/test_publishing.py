"""Published checkpoints: their times and sizes are the clock's, whatever happened."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from trucewatch.errors import IntegrityError, RefusedError
from trucewatch.log.checkpoint import read_checkpoint
from trucewatch.log.note import open_note
from trucewatch.log.tree import Grown, leaf_hash
from trucewatch.mission.config import MISSION_FILE
from trucewatch.mission.folder import Folder, Plan, init, settle
from trucewatch.mission.journal import Entry, Kind, Record
from trucewatch.mission.publishing import latest, publish
from trucewatch.mission.ticks import tick_at, ticks_up_to

MADE = datetime(2026, 1, 6, 18, 20, tzinfo=UTC)
HOUR = datetime(2026, 1, 6, 18, tzinfo=UTC)
PLAN = Plan(name="m", agreements=(), replay=True)
FACT = Entry(kind=Kind.FACT, author="ann (unsigned)", body={})


def made(folder: Path) -> Folder:
    return init(folder / "m", PLAN, by="ann", at=MADE)


def size_at(mission: Folder, at: datetime) -> int | None:
    found = publish(mission, at=at)
    return None if found is None else found.size


def after(hours: float) -> datetime:
    return HOUR + timedelta(hours=hours)


@pytest.mark.parametrize(
    ("hours", "size"), [(0.34, None), (0.99, None), (1, 256), (1.99, 256), (2, 512), (26.5, 26 * 256)]
)
def test_tick_k_has_k_steps_from_the_record_s_first_hour_on(
    tmp_path: Path, hours: float, size: int | None
) -> None:
    assert size_at(made(tmp_path), after(hours)) == size


@settings(max_examples=15)
@given(busy=st.lists(st.integers(0, 400), min_size=4, max_size=4))
def test_sizes_are_the_clock_s_whatever_was_recorded(
    tmp_path_factory: pytest.TempPathFactory, busy: list[int]
) -> None:
    mission = made(tmp_path_factory.mktemp("published"))
    sizes = []
    for hour, count in enumerate(busy, start=1):
        mission.journal.append([FACT] * count, at=after(hour) - timedelta(minutes=1))
        sizes.append(size_at(mission, after(hour)))
    assert sizes == [256, 512, 768, 1024]
    assert mission.journal.head().size >= 1024
    assert len([r for r in mission.journal.replay() if r.kind is Kind.FACT]) == sum(busy)


def test_a_published_checkpoint_is_of_a_tree_that_the_log_begins_with(tmp_path: Path) -> None:
    mission = made(tmp_path)
    mission.journal.append([FACT] * 300, at=after(0.9))
    found = publish(mission, at=after(1))
    assert found is not None
    assert found.fresh
    checkpoint = read_checkpoint(open_note(found.raw, [mission.journal.key]).text)
    leaves = [leaf_hash(entry) for entry in mission.journal.store.entries(0, 256)]
    assert (checkpoint.origin, checkpoint.size) == (mission.journal.key.name, 256)
    assert checkpoint.root == Grown().with_leaves(leaves).root
    assert mission.journal.head().size == 302


def test_the_same_tick_is_published_once_and_cosignatures_stay(tmp_path: Path) -> None:
    mission = made(tmp_path)
    first = publish(mission, at=after(1))
    assert first is not None
    line = "— cosigner.example AAAAAAECAwQ=\n".encode()
    first.path.write_bytes(first.raw + line)
    again = publish(mission, at=after(1.5))
    assert again is not None
    assert (again.fresh, again.raw) == (False, first.raw + line)
    second = publish(mission, at=after(2))
    assert second is not None
    assert (first.path.parent / "256").read_bytes() == first.raw + line
    assert first.path.read_bytes() == second.raw
    assert latest(mission) is not None


def test_after_a_long_silence_the_last_tick_due_is_published(tmp_path: Path) -> None:
    mission = made(tmp_path)
    assert size_at(mission, after(500)) == 500 * 256
    assert sorted(path.name for path in (mission.path / "record" / "published").iterdir()) == ["checkpoint"]


def test_another_clock_counts_from_the_next_tick_of_the_one_before(tmp_path: Path) -> None:
    mission = made(tmp_path)
    path = mission.path / MISSION_FILE
    text = path.read_text("utf-8").replace("every_minutes = 60", "every_minutes = 30")
    path.write_text(text.replace("step = 256", "step = 512"), "utf-8")
    settle(mission, by="ann", at=after(2.5))
    records = tuple(mission.journal.replay())
    found = [tick_at(records, after(hours)) for hours in (0.5, 2.9, 3, 3.49, 3.5, 4)]
    assert [tick and tick.size for tick in found] == [None, 512, 768, 768, 1280, 1792]


def test_two_changes_within_one_tick_are_the_later_one(tmp_path: Path) -> None:
    mission = made(tmp_path)
    path = mission.path / MISSION_FILE
    for step, hours in ((1024, 2.5), (8, 2.6)):
        text = path.read_text("utf-8").splitlines(keepends=True)
        path.write_text("".join(t for t in text if not t.startswith("step")) + f"step = {step}\n", "utf-8")
        settle(mission, by="ann", at=after(hours))
    tick = tick_at(tuple(mission.journal.replay()), after(5))
    assert tick is not None
    assert tick.size == 3 * 256 + 2 * 8


def test_a_record_without_records_has_no_tick() -> None:
    nothing: tuple[Record, ...] = ()
    assert tick_at(nothing, HOUR) is None


def test_a_replay_without_a_moment_takes_the_last_record_s(tmp_path: Path) -> None:
    mission = made(tmp_path)
    assert publish(mission) is None
    mission.journal.append([FACT], at=after(3))
    found = publish(mission)
    assert found is not None
    assert found.size == 768


def test_only_a_replay_takes_a_moment(tmp_path: Path) -> None:
    mission = init(tmp_path / "m", Plan(name="m", agreements=()), by="ann")
    with pytest.raises(RefusedError, match="--replay"):
        publish(mission, at=after(1))
    assert publish(mission) is None


def test_an_altered_published_checkpoint_stops_the_next(tmp_path: Path) -> None:
    mission = made(tmp_path)
    found = publish(mission, at=after(1))
    assert found is not None
    found.path.write_bytes(found.raw.replace(b"\n256\n", b"\n128\n"))
    with pytest.raises(IntegrityError, match="published/checkpoint"):
        publish(mission, at=after(2))


def test_what_is_published_and_its_padding_are_the_same_bytes_with_a_seed(tmp_path: Path) -> None:
    raws = []
    for name in ("a", "b"):
        mission = init(
            tmp_path / name, Plan(name="m", agreements=(), replay=True, seed=b"s"), by="a", at=MADE
        )
        found = publish(mission, at=after(2))
        assert found is not None
        raws.append(found.raw)
    assert raws[0] == raws[1]


def test_nothing_is_recorded_with_a_time_before_the_checkpoint_that_left(tmp_path: Path) -> None:
    folder = made(tmp_path)
    publish(folder, at=MADE + timedelta(hours=3))
    entry = Entry(kind=Kind.TORN, author="trucewatch", body={"bytes": 1, "sha256": "x"})
    left = folder.journal.replay
    with pytest.raises(RefusedError, match="is before the checkpoint that left at"):
        folder.journal.append([entry], at=MADE + timedelta(hours=1))
    before = len(list(left()))
    folder.journal.append([entry], at=MADE + timedelta(hours=3))
    assert len(list(left())) == before + 1


def test_a_clock_that_jumped_publishes_nothing_until_somebody_confirms_up_to_when(tmp_path: Path) -> None:
    mission = made(tmp_path)
    publish(mission, at=after(2))
    jumped, size = after(2 + 1001), mission.journal.head().size
    with pytest.raises(
        RefusedError, match=r"1,001 checkpoints at once, up to 2026-02-17T13:00:00\+00:00"
    ) as no:
        publish(mission, at=jumped)
    assert f"--through {jumped.isoformat()}" in str(no.value)
    assert mission.journal.head().size == size
    with pytest.raises(RefusedError, match="at once"):
        publish(mission, at=jumped, through=jumped - timedelta(seconds=1))
    assert size_at(mission, after(2 + 1000)) == 1002 * 256
    assert size_at(mission, jumped) == 1003 * 256


def test_a_confirmed_jump_is_published(tmp_path: Path) -> None:
    mission = made(tmp_path)
    found = publish(mission, at=after(1200), through=after(1200))
    assert found is not None
    assert found.size == 1200 * 256


def test_ticks_are_counted_over_every_clock_there_was(tmp_path: Path) -> None:
    mission = made(tmp_path)
    path = mission.path / MISSION_FILE
    path.write_text(path.read_text("utf-8").replace("step = 256", "step = 8"), "utf-8")
    settle(mission, by="ann", at=after(2.5))
    records = tuple(mission.journal.replay())
    assert [ticks_up_to(records, size) for size in (0, 256, 768, 776, 784)] == [0, 1, 3, 4, 5]
