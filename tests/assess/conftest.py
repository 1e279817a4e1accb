"""What the tests of assessing may ask for."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
import shapely

from trucewatch.assess.markdown import read_agreement
from trucewatch.model.agreement import Agreement
from trucewatch.model.areas import Areas, areas_from

CONTENT = Path(__file__).resolve().parents[2] / "src" / "trucewatch" / "content"


@pytest.fixture(scope="session")
def content() -> Path:
    return CONTENT


@pytest.fixture(scope="session")
def regions() -> Areas:
    features = json.loads((CONTENT / "areas" / "ua_admin1.geojson").read_text())["features"]
    return areas_from(
        [feature["properties"]["id"] for feature in features],
        [shapely.geometry.shape(feature["geometry"]) for feature in features],
    )


@pytest.fixture(scope="session")
def agreement() -> Callable[[str], Agreement]:
    def read(name: str) -> Agreement:
        return read_agreement((CONTENT / "agreements" / name / "agreement.md").read_text(), name=name)

    return read
