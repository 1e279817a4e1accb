"""Coordinates in VIINA that stand for more than the place they bear the name of.

Rules:
- listed by longitude and latitude to three decimals, with the area that its headlines speak of, or None
  where they speak of the whole country or where a word was mistaken for a place;
- each was found by how many rows it holds, by its distance from the middle of its oblast, and by reading
  headlines of 2023 and 2025 ("in Sumy region" lies at Voronyne);
- a city that gives its oblast the name and holds its rows too is none of these: it is a crowd.
"""

from __future__ import annotations

from collections.abc import Mapping

CENTROIDS: Mapping[str, str | None] = {
    "30.524 50.45": None,  # Kyiv: the country and its government as well as the city
    "34.099 44.954": "UA-43",  # Simferopol
    "28.686 48.921": "UA-05",  # Vorobiivka
    "24.87 51.191": "UA-07",  # Voloshky
    "38.903 49.159": "UA-09",  # Baidivka
    "37.675 47.955": "UA-14",  # Rutchenkove
    "28.476 50.64": "UA-18",  # Danylivka
    "23.413 48.221": "UA-21",  # Posich
    "35.767 47.179": "UA-23",  # Vesele
    "30.477 50.024": "UA-32",  # Deremezna
    "23.917 49.718": "UA-46",  # Pustomyty
    "23.917 49.717": "UA-46",
    "31.767 47.395": "UA-48",  # Kryvorizhzhia
    "30.406 46.908": "UA-51",  # Bilka
    "33.779 49.732": "UA-53",  # Luhove
    "33.778 49.732": "UA-53",
    "26.391 51.04": "UA-56",  # Marianivka
    "34.124 51.106": "UA-59",  # Voronyne
    "25.648 49.402": "UA-61",  # Druzhba
    "36.505 49.615": "UA-63",  # Slobozhanske
    "33.482 46.558": "UA-65",  # Chorna Dolyna
    "26.93 49.507": "UA-68",  # Kalynivka
    "31.352 49.26": "UA-71",  # Petropavlivka
    "32.004 51.355": "UA-74",  # Volovytsia
    "25.977 48.268": "UA-77",  # Chahor
    "38.591 48.5": None,  # Novyi: the word for "new"
    "37.506 47.076": None,  # Cheremushky: mostly Primorye and Primorskyi
}
