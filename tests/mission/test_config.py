"""trucewatch.toml and sources.toml: read as declared, or refused with the line and a way to mend it."""

import json
from pathlib import Path

import pytest

from trucewatch.errors import ConfigError
from trucewatch.mission.config import clock_of, read_mission, read_sources, schemas
from trucewatch.mission.content import profiles_text
from trucewatch.mission.folder import Plan, init
from trucewatch.mission.known import known
from trucewatch.model.vocabulary import Means, Phenomenon

ROOT = Path(__file__).resolve().parents[2]
MISSION = 'name = "north"\nzone = "Europe/Kyiv"\n'

WRONG_MISSIONS = [
    ('name = "x"\nzon = "Europe/Kyiv"\n', "trucewatch.toml:2: there is no key 'zon' (did you mean 'zone'?)"),
    (
        'name = "x"\nzone = "Europe/Kyjv"\n',
        "trucewatch.toml:2: 'Europe/Kyjv' is not a time zone (did you mean 'Europe/Kyiv'?)",
    ),
    (
        MISSION + "area = [41.0, 44.0, 22.0, 53.0]\n",
        "trucewatch.toml:3: `area` is [west, south, east, north]",
    ),
    (MISSION + 'cut = "25:00"\n', "trucewatch.toml:3: "),
    (MISSION + 'languages = ["sv"]\n', "trucewatch.toml:3: "),
    (
        MISSION + '[[bodies]]\nname = "b"\nstand_on = "i"\n',
        "trucewatch.toml:5: there is no key 'stand_on' (did you mean 'stands_on'?)",
    ),
    ("name = \n", "trucewatch.toml: is not TOML"),
    ('zone = "UTC"\n', "`name`"),
]
WRONG_SOURCES = [
    (
        '[a]\nmeans = "heard"\n[b]\nmeans = "seen"\ndetect = {}\n',
        "sources.toml:5: there is no key 'detect' (did you mean 'detects'?)",
    ),
    ('[a]\nmeans = "smelt"\n', "sources.toml:2: [a] "),
    ('[a]\nmeans = "heard"\nrepeats = 2.0\n', "sources.toml:3: [a] "),
    (
        '[a]\nmeans = "heard"\n[b]\nmeans = "heard"\nzone = "Kyiv"\n',
        "sources.toml:5: 'Kyiv' is not a time zone",
    ),
    ('[a]\nmeans = "heard"\ndetects = { explotion = 0.5 }\n', "sources.toml:3: [a] "),
    ('means = "heard"\n', "sources.toml:1: 'means' stands outside any source"),
    ("[a]\n", "`means`"),
]


@pytest.mark.parametrize(("text", "message"), WRONG_MISSIONS)
def test_a_wrong_mission_file_is_refused_with_its_line(text: str, message: str) -> None:
    with pytest.raises(ConfigError) as fault:
        read_mission(text)
    assert message in str(fault.value)
    assert "\n" not in str(fault.value)


@pytest.mark.parametrize(("text", "message"), WRONG_SOURCES)
def test_a_wrong_profile_is_refused_with_its_line(text: str, message: str) -> None:
    with pytest.raises(ConfigError) as fault:
        read_sources(text)
    assert message in str(fault.value)


def test_what_is_not_said_has_an_honest_default() -> None:
    table = read_mission(MISSION)
    assert (table.cut, table.area, table.exercise, table.replay) == ("19:30", None, False, False)
    assert clock_of(table).zone.key == "Europe/Kyiv"


def test_an_undeclared_field_of_a_profile_stays_unknown() -> None:
    profile = read_sources(
        '[a]\nmeans = "detected"\ntime_lag_s = { median = 60 }\ndetects = { explosion = 0.6 }\n'
    )["a"]
    assert profile.means is Means.DETECTED
    assert (profile.zone, profile.repeats, profile.time_lag_p95_s) == (None, None, None)
    assert profile.time_lag_median_s == 60
    assert profile.detects == {Phenomenon.EXPLOSION: 0.6}


def test_the_shipped_profiles_are_right() -> None:
    assert {"smm", "smm-totals", "firms", "viina", "ucdp-ged", "claims", "patrol"} <= set(
        read_sources(profiles_text())
    )


def test_the_published_schemas_are_those_of_the_program() -> None:
    for name, raw in schemas().items():
        assert (ROOT / "docs" / "schema" / name).read_bytes() == raw, "stale: run python tools/schemas.py"
        assert json.loads(raw)["$defs"]


@pytest.mark.parametrize("zone", ["UTC", "Europe/Kyiv", "Africa/Abidjan"])
def test_a_source_that_keeps_the_missions_time_keeps_it_in_the_missions_zone(
    tmp_path: Path, zone: str
) -> None:
    folder = init(tmp_path / "m", Plan(name="m", agreements=(), zone=zone), by="ann")
    assert str(known(folder.path).profiles["patrol"].zone) == zone
