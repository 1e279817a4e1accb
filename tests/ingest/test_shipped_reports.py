"""What ships reads what ships: the SMM's archives under the profiles beside them."""

import tomllib
from importlib import resources

import pytest

from trucewatch.ingest import claims, smm, smm_totals, ucdp_ged
from trucewatch.mission.config import read_sources
from trucewatch.model.source import Source, SourceProfile

CONTENT = resources.files("trucewatch") / "content"
SOURCES = [smm.SOURCE, smm_totals.SOURCE, ucdp_ged.SOURCE, claims.SOURCE]


def profile(name: str) -> SourceProfile:
    return read_sources((CONTENT / "sources" / f"{name}.toml").read_text("utf-8"))[name]


@pytest.mark.parametrize("source", SOURCES, ids=lambda source: source.name)
def test_a_shipped_profile_is_one_table_by_its_sources_name(source: Source) -> None:
    text = (CONTENT / "sources" / f"{source.name}.toml").read_text("utf-8")
    assert list(tomllib.loads(text)) == [source.name]
    assert profile(source.name).format == source.name


@pytest.mark.parametrize("source", SOURCES, ids=lambda source: source.name)
def test_a_shipped_profile_says_in_one_sentence_what_its_rows_cannot(source: Source) -> None:
    says = profile(source.name).says
    assert says is not None
    assert "cannot say" in says
    assert says.endswith(".")
    assert ". " not in says


@pytest.mark.parametrize(
    ("source", "archive", "rows"),
    [
        (smm.SOURCE, "osce-smm-2016-observations.csv", 31),
        (smm_totals.SOURCE, "osce-smm-2016-counts.csv", 36),
        (smm_totals.SOURCE, "osce-smm-2020-counts.csv", 114),
    ],
)
def test_every_row_of_a_shipped_archive_is_taken(source: Source, archive: str, rows: int) -> None:
    screened = source.parse((CONTENT / "archives" / archive).read_bytes(), profile(source.name))
    assert screened.refused == ()
    assert set(screened.accepted["row"]) == set(range(1, rows + 1))
    assert set(screened.accepted["sensitivity"]) == {"public"}


def test_every_shipped_observation_of_the_smm_has_a_place() -> None:
    raw = (CONTENT / "archives" / "osce-smm-2016-observations.csv").read_bytes()
    assert smm.parse(raw, profile("smm")).accepted["lon"].null_count() == 0
