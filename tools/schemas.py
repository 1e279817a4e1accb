"""Write the JSON Schemas of trucewatch.toml and sources.toml into docs/schema/."""

from pathlib import Path

from trucewatch.mission.config import schemas
from trucewatch.mission.files import write_whole

FOLDER = Path(__file__).resolve().parent.parent / "docs" / "schema"

if __name__ == "__main__":
    for name, raw in schemas().items():
        write_whole(FOLDER / name, raw)
        print(FOLDER / name)
