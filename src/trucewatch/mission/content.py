"""What ships with the program: agreements, statements, source profiles, areas, forms.

Rules:
- content is read where it lies in the package, and is never written to;
- a name that is not shipped is refused with the ones that are.
"""

from __future__ import annotations

import json
import tomllib
from collections.abc import Iterable, Mapping
from importlib.resources import files
from importlib.resources.abc import Traversable

import shapely

from trucewatch.errors import ConfigError
from trucewatch.guarantee.actors import read_organisations
from trucewatch.ingest.gazetteer import read_gazetteer
from trucewatch.mission.nearest import suggestion
from trucewatch.model.areas import Areas, areas_from
from trucewatch.model.source import Gazetteer

CONTENT = files("trucewatch") / "content"


def shipped(room: str) -> tuple[str, ...]:
    """Return the names of the folders that ship in `room` (agreements, statements), sorted."""
    return tuple(sorted(item.name for item in (CONTENT / room).iterdir() if item.is_dir()))


def _folder(room: str, name: str) -> Traversable:
    known = shipped(room)
    if name not in known:
        raise ConfigError(
            f"no {room} {name!r} ships with the program{suggestion(name, list(known))}; it has {', '.join(known)}"
        )
    return CONTENT / room / name


def agreement_files(name: str) -> Mapping[str, bytes]:
    """Return the files of the shipped agreement `name` by their path inside its folder."""
    return _tree(_folder("agreements", name), "")


def beginning_files() -> Mapping[str, bytes]:
    """Return the files of an agreement to start one's own from, by their path inside its folder."""
    return _tree(CONTENT / "beginning", "")


def pack_files(name: str) -> Mapping[str, bytes]:
    """Return the files of the shipped statements pack `name`."""
    return _tree(_folder("statements", name), "")


def _tree(folder: Traversable, before: str) -> dict[str, bytes]:
    found: dict[str, bytes] = {}
    for item in sorted(folder.iterdir(), key=lambda item: item.name):
        if item.is_dir():
            found.update(_tree(item, f"{before}{item.name}/"))
        else:
            found[before + item.name] = item.read_bytes()
    return found


def profiles_text() -> str:
    """Return the shipped source profiles as one sources.toml."""
    found = sorted((CONTENT / "sources").iterdir(), key=lambda item: item.name)
    return "\n".join(item.read_text("utf-8").strip() + "\n" for item in found if item.name.endswith(".toml"))


def organisations() -> Mapping[str, str]:
    """Return the shipped names of actors that are no states, by code."""
    return read_organisations((CONTENT / "statements" / "organisations.toml").read_text("utf-8"))


def language_files() -> Mapping[str, Mapping[str, bytes]]:
    """Return the files of each shipped language by its code: what the prose reader knows of it."""
    return {code: _tree(CONTENT / "languages" / code, "") for code in shipped("languages")}


def actor_files() -> Mapping[str, bytes]:
    """Return the files that name actors for the prose reader."""
    return _tree(CONTENT / "actors", "")


def phrases(packs: Iterable[str], language: str) -> Mapping[str, str]:
    """Return the shipped packs' own words in a language, by their English; none where a pack ships none."""
    found: dict[str, str] = {}
    for name in (name for name in packs if name in shipped("statements")):
        file = CONTENT / "statements" / name / f"phrases.{language}.toml"
        if file.is_file():
            found |= {str(key): str(value) for key, value in tomllib.loads(file.read_text("utf-8")).items()}
    return found


def archive(name: str) -> bytes:
    """Return a shipped file of a published archive."""
    return (CONTENT / "archives" / name).read_bytes()


def verifier_text() -> str:
    """Return the verifier that stands alone: one file of Python, nothing of ours in it."""
    return (CONTENT / "verifier" / "verify.py").read_text("utf-8")


def exercise_sources() -> str:
    """Return the source profiles of the exercise."""
    return (CONTENT / "exercise" / "sources.toml").read_text("utf-8")


def gazetteer() -> Gazetteer:
    """Return the shipped places of GeoNames by id, with their spellings."""
    return read_gazetteer((CONTENT / "places" / "geonames_ua.csv").read_text("utf-8"))


def basemap() -> Areas:
    """Return the first-level areas of ISO 3166-2, from the shipped Natural Earth outlines."""
    return outlines((CONTENT / "areas" / "ua_admin1.geojson").read_text("utf-8"), where="ua_admin1.geojson")


def outlines(*texts: str, where: str) -> Areas:
    """Return the areas in GeoJSON texts, by a feature's id or `properties.id`; raises ConfigError when one is none.

    Lines are no areas; of a zone's shapes one after the other the last counts.
    """
    try:
        features = [feature for text in texts for feature in json.loads(text)["features"]]
        zones = [f for f in features if f["geometry"]["type"] != "LineString"]
        named = sorted(
            (_id(f), str((f["properties"] or {}).get("from", "")), json.dumps(f["geometry"])) for f in zones
        )
        shapes = {name: shapely.from_geojson(text) for name, _, text in named}
    except (ValueError, KeyError, TypeError, shapely.errors.GEOSException) as fault:
        raise ConfigError(
            f"not a GeoJSON FeatureCollection whose features have an id: {fault}", where=where
        ) from fault
    return areas_from(list(shapes), list(shapes.values()))


def _id(feature: Mapping[str, Mapping[str, object]]) -> str:
    return str(feature["id"] if "id" in feature else feature["properties"]["id"])
