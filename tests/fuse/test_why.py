"""A link in words."""

from datetime import UTC, datetime

from trucewatch.fuse.fuse import fuse
from trucewatch.fuse.why import sentence


def told(observed, first, second) -> str:
    table = observed([{"source_id": "a", **first}, {"source_id": "b", **second}])
    (link,) = fuse(table, {}).links.to_dicts()
    return sentence(link, table.row(link["left"], named=True), table.row(link["right"], named=True))


def test_the_largest_part_stands_first_and_the_verdict_last(observed) -> None:
    assert told(observed, {}, {"lon": 0.503}) == (
        "for: 8.1 bits the times overlap for 5 minutes of 5 minutes, 6.0 bits the places lie 334 m apart "
        "within their errors, 5.0 bits about 0.031 other events a day are to be expected on 100 km² here, "
        "0.9 bits both tell of explosion; against: 0.6 bits either source may have missed it, or told of "
        "nothing real. Joined: +19.5 bits."
    )


def test_what_spoke_against_is_said(observed) -> None:
    hours = {"sigma_m": 9000.0, "to_utc": datetime(2027, 3, 4, tzinfo=UTC)}
    words = told(observed, {"trajectory": "outgoing", **hours}, {"trajectory": "incoming", **hours})
    assert "both tell of explosion, outgoing and incoming" in words
    assert "Not joined" in words


def test_two_kinds_are_both_named(observed) -> None:
    assert "one tells of muzzle flash, the other of explosion" in told(
        observed, {"phenomenon": "muzzle_flash", "count_min": 1}, {"lon": 0.5001}
    ) or "one tells of explosion, the other of muzzle flash" in told(
        observed, {"phenomenon": "muzzle_flash"}, {}
    )


def test_sectors_that_miss_each_other_are_named_as_the_reason(observed) -> None:
    sector = {
        "bearing_halfwidth_deg": 5.0,
        "distance_min_m": 4000.0,
        "distance_max_m": 5000.0,
        "sigma_m": 2500.0,
    }
    words = told(
        observed,
        {**sector, "observer_lon": 0.46, "observer_lat": 0.25, "bearing_deg": 0.0},
        {**sector, "observer_lon": 0.54, "observer_lat": 0.25, "bearing_deg": 0.0},
    )
    assert words.endswith("their sectors miss each other by 8.0 km.")


def test_a_copy_is_said_to_count_once(observed) -> None:
    words = told(observed, {"origin": "agency"}, {"origin": "agency", "lon": None, "lat": None})
    assert "they go back to one post or one origin, and count once" in words
    assert words.endswith("Joined: +19.1 bits.")
