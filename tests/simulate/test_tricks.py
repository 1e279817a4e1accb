"""Each trick alters at least a tenth of the reports, says which, and leaves the others alone."""

import polars as pl
import pytest

from trucewatch.model.tables import OBSERVATIONS
from trucewatch.simulate.observed import TRUTH, Observed, observe
from trucewatch.simulate.preset import preset
from trucewatch.simulate.tricks import Trick, tricked
from trucewatch.simulate.world import world


@pytest.fixture(scope="module")
def seen() -> Observed:
    return observe(world(preset("day"), seed=3))


@pytest.fixture(scope="module", params=list(Trick), ids=lambda one: one.value)
def done(request, seen) -> tuple[Trick, Observed]:
    return request.param, tricked(seen, request.param)


def test_a_tenth_of_the_reports_are_altered_and_marked(seen, done) -> None:
    trick, after = done
    altered = after.truth["altered"].is_not_null().sum() + len(after.lost)
    assert altered >= 0.1 * (after.observations.height + len(after.lost))
    assert altered <= 0.3 * after.observations.height
    assert set(after.truth["altered"].drop_nulls()) <= {trick.value}


def test_what_is_not_altered_is_as_it_was(seen, done) -> None:
    _, after = done
    kept = after.truth.filter(pl.col("altered").is_null())["observation_id"]
    before = set(seen.observations["observation_id"])
    assert len(set(kept) & before) >= 0.99 * len(kept)
    assert set(after.lost) <= before
    assert len(kept) + len(after.lost) <= seen.observations.height


def test_the_tables_keep_their_columns_and_ids_are_unique(done) -> None:
    _, after = done
    assert after.observations.schema == OBSERVATIONS.schema
    assert after.truth.schema == TRUTH
    assert (after.observations["observation_id"] == after.truth["observation_id"]).all()
    assert after.observations["observation_id"].is_unique().all()


def test_the_same_trick_twice_gives_the_same_bytes(seen, done) -> None:
    trick, after = done
    assert tricked(seen, trick).observations.equals(after.observations)


@pytest.mark.parametrize("trick", [Trick.FLOODING, Trick.FORGED_PATROLS, Trick.REPLAY])
def test_what_is_forged_tells_of_no_event(seen, trick) -> None:
    after = tricked(seen, trick)
    assert after.truth.filter(pl.col("altered").is_not_null())["event_id"].null_count() == (
        after.observations.height - seen.observations.height
    )


def test_copies_of_a_false_story_tell_of_the_one_false_alarm(seen) -> None:
    after = tricked(seen, Trick.COPIED_STORY)
    rows = after.observations.hstack(after.truth.drop("observation_id")).drop_nulls("altered")
    by_story = rows.group_by("text").agg(pl.col("event_id", "alarm_id").n_unique())
    assert (by_story["event_id"] == 1).all()
    assert (by_story["alarm_id"] == 1).all()
    assert rows["event_id"].is_null().eq(rows["alarm_id"].is_not_null()).all()
    assert rows["alarm_id"].is_not_null().any()


def test_what_is_replayed_of_one_event_on_one_day_is_one_false_thing(seen) -> None:
    after = tricked(seen, Trick.REPLAY).truth
    forged = after.filter(pl.col("altered").is_not_null())["alarm_id"]
    assert forged.null_count() == 0
    assert forged.n_unique() < len(forged)
    assert not set(forged) & set(after.filter(pl.col("altered").is_null())["alarm_id"].drop_nulls())


def test_a_story_is_printed_word_for_word_by_thirty_outlets(seen) -> None:
    after = tricked(seen, Trick.COPIED_STORY)
    rows = after.observations.hstack(after.truth.select("altered")).drop_nulls("altered")
    by_story = rows.group_by("text").agg(pl.col("source_id").n_unique())
    assert (by_story["source_id"] == 30).all()
    assert set(rows["source_id"]) == {f"outlet-{at + 1:02d}" for at in range(30)}


def test_reports_are_suppressed_on_one_side_only(seen) -> None:
    lost = set(tricked(seen, Trick.SUPPRESSED).lost)
    rows = seen.observations.filter(pl.col("observation_id").is_in(lost))
    assert "A" not in set(rows["held_by"].drop_nulls())
