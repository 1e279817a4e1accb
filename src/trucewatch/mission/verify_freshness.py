"""Whether a record is held back: the age of the last checkpoint that left it, asked by whoever verifies.

Rules:
- a checkpoint's time is its tick's, by its size and the recorded clock; with a policy only one that has its
  quorum counts, for the others rest on the log's own key;
- one that is further ahead of the clock than it may be old says as little as an old one;
- none at all is stale once the record itself is older.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from trucewatch.errors import IntegrityError
from trucewatch.mission.journal import utc_text
from trucewatch.mission.ticks import tick_of
from trucewatch.mission.verify import Verified
from trucewatch.mission.verify_remarks import Gravity, Remark

PLACE = "record/published"


def stale(found: Verified, *, at: datetime, most: timedelta) -> Remark | None:
    """Return what is to be said when the last checkpoint is not of within `most` of the moment `at`."""
    counted = [one for one in found.published if one.quorum or not found.policy]
    if not found.clock:
        return _remark("frozen? when checkpoints leave cannot be told here", most)
    if not counted:
        begun = found.clock[0].recorded_at
        whose = " with the policy's quorum" if found.policy else ""
        none = f"frozen? no checkpoint{whose} has left, and the record is of {utc_text(begun)[:19]}Z"
        return _remark(none, most) if abs(at - begun) > most else None
    newest = max(counted, key=lambda one: one.checkpoint.size)
    try:
        left = tick_of(found.clock, newest.checkpoint.size).at
    except IntegrityError:
        return _remark("frozen? when the last checkpoint left cannot be told here", most)
    if abs(at - left) <= most:
        return None
    where = "ahead of this clock" if left > at else "the last that counts"
    return _remark(f"frozen? the checkpoint of {utc_text(left)[:19]}Z is {where}", most)


def _remark(what: str, most: timedelta) -> Remark:
    hours = most / timedelta(hours=1)
    return Remark(where=PLACE, what=f"{what}; --fresh allows {hours:g} hours", gravity=Gravity.DIFFERS)
