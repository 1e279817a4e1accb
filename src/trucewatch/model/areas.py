"""Areas by ISO 3166-2, the many names sources have for them, and where a point lies.

Rules:
- one alias table serves every file; a name that is not in it is unknown, never guessed;
- boundaries follow ISO 3166-2 and UN General Assembly resolution 68/262, and imply no position of a
  mission on status.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import shapely

# id: English name, then every other spelling met in sources (compared without case and apostrophes).
NAMES: Mapping[str, tuple[str, ...]] = {
    "UA-05": (
        "Vinnytsia",
        "Vinnytsia oblast",
        "Vinnytska oblast",
        "Вінницька область",
        "Vinnytsya",
        "Vinnitsa",
    ),
    "UA-07": ("Volyn", "Volyn oblast", "Volynska oblast", "Волинська область", "Volhynia"),
    "UA-09": (
        "Luhansk",
        "Luhanska oblast",
        "Луганська область",
        "Lugansk",
        "Luhansk region",
        "Luhansk oblast",
    ),
    "UA-12": (
        "Dnipropetrovsk",
        "Dnipropetrovsk oblast",
        "Dnipropetrovska oblast",
        "Дніпропетровська область",
        "Dnepropetrovsk",
    ),
    "UA-14": (
        "Donetsk",
        "Donetska oblast",
        "Донецька область",
        "Donetsk region",
        "Donetsk oblast",
        "Donets'k",
    ),
    "UA-18": ("Zhytomyr", "Zhytomyr oblast", "Zhytomyrska oblast", "Житомирська область", "Zhitomir"),
    "UA-21": (
        "Zakarpattia",
        "Zakarpattia oblast",
        "Zakarpatska oblast",
        "Закарпатська область",
        "Transcarpathia",
    ),
    "UA-23": (
        "Zaporizhzhia",
        "Zaporizhzhia oblast",
        "Zaporizka oblast",
        "Запорізька область",
        "Zaporizhia",
        "Zaporozhye",
    ),
    "UA-26": (
        "Ivano-Frankivsk",
        "Ivano-Frankivsk oblast",
        "Ivano-Frankivska oblast",
        "Івано-Франківська область",
    ),
    "UA-30": ("Kyiv City", "Kyiv", "Київ", "Kiev", "м. Київ"),
    "UA-32": ("Kyiv region", "Kyiv oblast", "Kyivska oblast", "Київська область", "Kiev region"),
    "UA-35": (
        "Kirovohrad",
        "Kirovohrad oblast",
        "Kirovohradska oblast",
        "Кіровоградська область",
        "Kropyvnytskyi",
    ),
    "UA-40": ("Sevastopol", "Севастополь", "Sevastopol City", "м. Севастополь"),
    "UA-43": (
        "Crimea",
        "Autonomous Republic of Crimea",
        "Avtonomna Respublika Krym",
        "Автономна Республіка Крим",
        "AR Crimea",
    ),
    "UA-46": ("Lviv", "Lviv oblast", "Lvivska oblast", "Львівська область", "Lvov"),
    "UA-48": ("Mykolaiv", "Mykolaiv oblast", "Mykolaivska oblast", "Миколаївська область", "Nikolaev"),
    "UA-51": ("Odesa", "Odesa oblast", "Odeska oblast", "Одеська область", "Odessa"),
    "UA-53": ("Poltava", "Poltava oblast", "Poltavska oblast", "Полтавська область"),
    "UA-56": ("Rivne", "Rivne oblast", "Rivnenska oblast", "Рівненська область", "Rovno"),
    "UA-59": ("Sumy", "Sumy oblast", "Sumska oblast", "Сумська область"),
    "UA-61": ("Ternopil", "Ternopil oblast", "Ternopilska oblast", "Тернопільська область"),
    "UA-63": ("Kharkiv", "Kharkiv oblast", "Kharkivska oblast", "Харківська область", "Kharkov"),
    "UA-65": ("Kherson", "Kherson oblast", "Khersonska oblast", "Херсонська область"),
    "UA-68": (
        "Khmelnytskyi",
        "Khmelnytskyi oblast",
        "Khmelnytska oblast",
        "Хмельницька область",
        "Khmelnitsky",
    ),
    "UA-71": ("Cherkasy", "Cherkasy oblast", "Cherkaska oblast", "Черкаська область", "Cherkassy"),
    "UA-74": ("Chernihiv", "Chernihiv oblast", "Chernihivska oblast", "Чернігівська область", "Chernigov"),
    "UA-77": ("Chernivtsi", "Chernivtsi oblast", "Chernivetska oblast", "Чернівецька область", "Chernovtsy"),
    "RU-BEL": ("Belgorod", "Belgorod oblast"),
    "RU-BRY": ("Bryansk", "Bryansk oblast"),
    "RU-KRS": ("Kursk", "Kursk oblast"),
    "RU-ROS": ("Rostov", "Rostov oblast"),
    "BY-HO": ("Gomel", "Homel", "Gomel region"),
}


def _folded(name: str) -> str:
    return name.casefold().replace("'", "").replace("’", "").replace("ʼ", "").strip()


def area_of(name: str) -> str | None:
    """Return the ISO 3166-2 id that `name` stands for ("UA51", "Donetska oblast", "Donetsk"), or None."""
    return ALIASES.get(_folded(name))


def area_name(area_id: str, language: str = "en") -> str:
    """Return the name of `area_id`: its own spelling in Ukrainian where one ships, else English, or a zone's id itself."""
    known = NAMES.get(area_id, (area_id,))
    own = [name for name in known if name >= "Ѐ"] if language == "uk" else []
    return (*own, *known)[0]


ALIASES: Mapping[str, str] = {
    spelling: area
    for area, names in NAMES.items()
    for spelling in (*map(_folded, names), area.casefold(), area.replace("-", "").casefold())
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Areas:
    """Outlines by id, lon and lat in degrees WGS 84."""

    ids: tuple[str, ...]
    outlines: tuple[shapely.Geometry, ...]

    def outline(self, area_id: str) -> shapely.Geometry | None:
        """Return the outline of `area_id`, or None when it is not known."""
        return self.outlines[self.ids.index(area_id)] if area_id in self.ids else None

    def locate(self, lon: npt.NDArray[np.float64], lat: npt.NDArray[np.float64]) -> list[str | None]:
        """Return the area of each point, None outside all of them; a shared border goes to the first."""
        found: list[str | None] = [None] * len(lon)
        left = np.flatnonzero(np.isfinite(lon) & np.isfinite(lat))
        for area_id, outline in zip(self.ids, self.outlines, strict=True):
            west, south, east, north = shapely.bounds(outline)
            x, y = lon[left], lat[left]
            near = (x >= west) & (x <= east) & (y >= south) & (y <= north)
            near[near] = shapely.intersects_xy(outline, x[near], y[near])
            for point in left[near].tolist():
                found[point] = area_id
            left = left[~near]
        return found


def areas_from(ids: Sequence[str], outlines: Sequence[shapely.Geometry]) -> Areas:
    """Return the areas, their outlines prepared for many questions."""
    shapely.prepare(list(outlines))
    return Areas(ids=tuple(ids), outlines=tuple(outlines))
