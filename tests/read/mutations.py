"""Thirty changed copies of the two articles, and which fields of which proposals each change may reach.

Rules:
- a mutation is a few words exchanged, named for what they do; the articles themselves are not held here;
- `must` are the fields that the change touches, with their new value, or ... when any other value will do;
- `may` are the fields that a stated rule derives from the touched one, such as the kind when another
  speaks, who "he" is in the next sentence, or the modality that a language file gives a denied verb;
- every other field of every proposal stays as it was, moved by as many bytes as the change is longer.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

ARTICLES = {
    "nb": ("000_073684c4beaa16f8.txt", "2025-09-04"),
    "fi": ("001_96a868d85fd8b0c4.txt", "2026-01-06"),
}
ANY: object = ...
Fields = Mapping[str, object]


@dataclass(frozen=True, kw_only=True)
class Reach:
    """What a mutation does to the proposals whose words hold `at`, in the article as it was."""

    at: str
    must: Fields = field(default_factory=dict)
    may: frozenset[str] = frozenset()


@dataclass(frozen=True, kw_only=True)
class Mutation:
    """Words of an article exchanged for others; each old text stands in it exactly once."""

    name: str
    article: str
    edits: tuple[tuple[str, str], ...]
    reaches: tuple[Reach, ...]


@dataclass(frozen=True, kw_only=True)
class Edit:
    """Bytes exchanged, at a place in the article as it was."""

    at: int
    old: bytes
    new: bytes


def article(folder: Path, name: str) -> bytes:
    """Return an article's bytes, from the folder of shared files."""
    return (folder / "data" / "seeds" / ARTICLES[name][0]).read_bytes()


def edits_of(mutation: Mutation, raw: bytes) -> tuple[Edit, ...]:
    """Return the least exchange of whole words that each edit is, in the order of the text."""
    return tuple(sorted((_least(old, new, raw) for old, new in mutation.edits), key=lambda edit: edit.at))


def changed(raw: bytes, edits: tuple[Edit, ...]) -> bytes:
    """Return the changed copy."""
    for edit in reversed(edits):
        raw = raw[: edit.at] + edit.new + raw[edit.at + len(edit.old) :]
    return raw


def moved(start: int, end: int, edits: tuple[Edit, ...]) -> tuple[int, int]:
    """Return where a span of the article stands in the changed copy; what was exchanged inside stays inside."""
    return _moved(start, edits, after=False), _moved(end, edits, after=True)


def _moved(place: int, edits: tuple[Edit, ...], *, after: bool) -> int:
    shift = 0
    for edit in edits:
        past = edit.at + len(edit.old)
        if place >= past and (after or place > edit.at):
            shift += len(edit.new) - len(edit.old)
    return place + shift


def _least(old: str, new: str, raw: bytes) -> Edit:
    place = raw.find(old.encode())
    if raw.count(old.encode()) != 1:
        raise ValueError(f"{old!r} stands {raw.count(old.encode())} times in the article")
    olds, news = list(_words(old)), list(_words(new))
    while olds and news and olds[0] == news[0]:
        place += len(olds.pop(0).encode())
        news.pop(0)
    while olds and news and olds[-1] == news[-1]:
        olds.pop()
        news.pop()
    return Edit(at=place, old="".join(olds).encode(), new="".join(news).encode())


def _words(text: str) -> Iterator[str]:
    word = ""
    for letter in text:
        if letter.isalpha() == (word[-1:].isalpha()) and word:
            word += letter
            continue
        if word:
            yield word
        word = letter
    if word:
        yield word


def _one(name: str, where: str, old: str, new: str, *reaches: Reach) -> Mutation:
    return Mutation(name=name, article=where, edits=((old, new),), reaches=reaches)


def _at(at: str, *may: str, **must: object) -> Reach:
    return Reach(at=at, must=must, may=frozenset(may))


MUTATIONS: tuple[Mutation, ...] = (
    # the Norwegian article
    _one(
        "nb-26-to-31",
        "nb",
        "De 26 har gitt",
        "De 31 har gitt",
        _at("har gitt «formell» tilslutning", group="De 31"),
        _at("å stille med militære styrker", "group"),  # "de", the group before
    ),
    _one(
        "nb-promised-to-considers",
        "nb",
        "de har lovet å stille med militære styrker",
        "de vurderer å stille med militære styrker",
        _at("å stille med militære styrker", modality="considering"),
    ),
    _one(
        "nb-war-over-to-peace-agreement",
        "nb",
        "når krigen eventuelt er slutt",
        "når en fredsavtale eventuelt er undertegnet",
        _at("å stille med militære styrker", conditions=["peace_agreement_signed"]),
    ),
    _one(
        "nb-a-date-for-the-coming-days",
        "nb",
        "I løpet av de neste dagene skal USA",
        "Innen 30. september skal USA",
        _at("USA ferdigstille sin støtte", date={"resolved": "2025-09-30"}),
    ),
    _one(
        "nb-will-to-may",
        "nb",
        "skal USA ferdigstille sin støtte",
        "kan USA ferdigstille sin støtte",
        _at("USA ferdigstille sin støtte", modality="may"),
    ),
    _one(
        "nb-the-american-president-says-so",
        "nb",
        "sier den franske presidenten etter en videosamtale",
        "sier den amerikanske presidenten etter en videosamtale",
        _at("USA ferdigstille sin støtte", "said_by", "actor", kind="commitment"),
        _at("ikke er noen tvil om at USA er med", "said_by", "kind", "actor"),  # "Han", the speaker before
    ),
    _one(
        "nb-poland-for-britain",
        "nb",
        "Storbritannias statsminister Keir Starmer",
        "Polens statsminister Donald Tusk",
        _at("må ha støtte fra USA", "said_by", actor=["FR", "PL"]),
    ),
    _one(
        "nb-russia-has-a-veto",
        "nb",
        "Russland ikke har vetorett",
        "Russland har vetorett",
        _at("vetorett på om vestlige land", "object", negated=False),  # a view's object is its words,
    ),
    _one(
        "nb-peace-agreement-to-truce",
        "nb",
        "hvis det oppnås en fredsavtale",
        "hvis det oppnås en våpenhvile",
        _at("vetorett på om vestlige land", conditions=["truce_concluded"]),
    ),
    _one(
        "nb-truce-to-peace-agreement",
        "nb",
        "til det er inngått en våpenhvile",
        "til det er inngått en fredsavtale",
        _at("vente med en beslutning", conditions=["peace_agreement_signed"]),
    ),
    _one(
        "nb-spain-for-italy",
        "nb",
        "ikke er aktuelt for Italia å sende",
        "ikke er aktuelt for Spania å sende",
        _at("å sende soldater til Ukraina", actor=["ES"], kind="claim_about"),
    ),
    _one(
        "nb-germany-is-not-ready",
        "nb",
        "Tyskland er klar til å øke",
        "Tyskland er ikke klar til å øke",
        _at(
            "klar til å øke finansieringen", "modality", negated=True, kind="refusal"
        ),  # the language file: denied
    ),
    _one(
        "nb-ready-to-may",
        "nb",
        "Tyskland er klar til å øke finansieringen",
        "Tyskland kan øke finansieringen",
        _at("øke finansieringen av og opplæringen", modality="may"),
    ),
    _one(
        "nb-denmark-for-germany",
        "nb",
        "Tyskland er klar til å øke",
        "Danmark er klar til å øke",
        _at("klar til å øke finansieringen", actor=["DK"], kind="claim_about"),
        _at("først ta beslutninger om ytterligere", actor=["DK"], kind="claim_about"),
    ),
    # the Finnish article
    _one(
        "fi-several-thousand-to-about-500",
        "fi",
        "Presidentti Emmanuel Macron sanoi, että Ranska saattaa lähettää ”useita tuhansia” sotilaita",
        "Presidentti Emmanuel Macron sanoi, että Ranska saattaa lähettää ”noin 500” sotilasta",
        _at(
            "saattaa lähettää ”useita tuhansia” sotilaita Ukrainaan.",
            "object",
            quantity={"min": 450, "max": 550},
        ),
    ),
    _one(
        "fi-belgium-for-france",
        "fi",
        "Presidentti Emmanuel Macron sanoi, että Ranska saattaa",
        "Presidentti Emmanuel Macron sanoi, että Belgia saattaa",
        _at("saattaa lähettää ”useita tuhansia” sotilaita Ukrainaan.", actor=["BE"], kind="claim_about"),
    ),
    _one(
        "fi-monday-for-tuesday",
        "fi",
        "koalitio sopi tiistaina vahvoista",
        "koalitio sopi maanantaina vahvoista",
        _at("vahvoista turvatakuista", date={"resolved": "2026-01-05"}),
    ),
    _one(
        "fi-canada-leads-the-monitoring",
        "fi",
        "Yhdysvallat johtaa tulitauon",
        "Kanada johtaa tulitauon",
        _at("johtaa tulitauon valvontamekanismia", actor=["CA"]),
    ),
    _one(
        "fi-the-american-president-says-so",
        "fi",
        "valvontamekanismia, sanoi Ranskan presidentti Emmanuel Macron.",
        "valvontamekanismia, sanoi Yhdysvaltain presidentti Donald Trump.",
        _at("johtaa tulitauon valvontamekanismia", said_by="Donald Trump", kind="commitment"),
    ),
    _one(
        "fi-another-president-signs",
        "fi",
        "Ukrainan presidentti Volodymyr Zelenskyi allekirjoittivat",
        "Puolan presidentti Karol Nawrocki allekirjoittivat",
        _at("allekirjoittivat kokouksen yhteydessä", actor=["FR", "GB", "PL"]),
    ),
    _one(
        "fi-may-to-will",
        "fi",
        "Macron sanoi, että Ranska saattaa lähettää ”useita tuhansia” sotilaita Ukrainaan ylläpitämään",
        "Macron sanoi, että Ranska aikoo lähettää ”useita tuhansia” sotilaita Ukrainaan ylläpitämään",
        _at("lähettää ”useita tuhansia” sotilaita Ukrainaan ylläpitämään", modality="will"),
    ),
    _one(
        "fi-ceasefire-agreement-to-peace-agreement",
        "fi",
        "on allekirjoitettu tulitaukosopimus",
        "on allekirjoitettu rauhansopimus",
        _at(
            "lähettää ”useita tuhansia” sotilaita Ukrainaan ylläpitämään",
            conditions=["peace_agreement_signed"],
        ),
    ),
    _one(
        "fi-the-forces-take-part-in-combat",
        "fi",
        "Nämä joukot eivät osallistu taisteluihin",
        "Nämä joukot osallistuvat taisteluihin",
        _at("taisteluihin", "kind", negated=False, modality=ANY),
    ),
    _one(
        "fi-ceasefire-to-truce",
        "fi",
        "että tulitauon jälkeen Britannia ja Ranska",
        "että aselevon jälkeen Britannia ja Ranska",
        _at("niin sanottuja sotilastukikohtia", conditions=["truce_concluded"]),
    ),
    _one(
        "fi-establish-to-may-establish",
        "fi",
        "Britannia ja Ranska perustavat niin sanottuja",
        "Britannia ja Ranska voivat perustaa niin sanottuja",
        _at("niin sanottuja sotilastukikohtia", modality="may"),
    ),
    _one(
        "fi-poland-for-germany",
        "fi",
        "Saksa on myös varautunut",
        "Puola on myös varautunut",
        _at("varautunut osallistumaan monikansallisiin", actor=["PL"]),
    ),
    _one(
        "fi-german-forces-could-not",
        "fi",
        "Saksan joukot voisivat liittyä",
        "Saksan joukot eivät voisi liittyä",
        _at(
            "liittyä aselevon valvontaan", "modality", negated=True, kind="refusal"
        ),  # the language file: denied
    ),
    _one(
        "fi-italy-intends-to-send",
        "fi",
        "Italia ei aio lähettää joukkoja",
        "Italia aikoo lähettää joukkoja",
        _at("lähettää joukkoja Ukrainaan", negated=False, modality="will", kind="commitment"),
    ),
    _one(
        "fi-greece-for-italy",
        "fi",
        "Italia ei aio lähettää joukkoja",
        "Kreikka ei aio lähettää joukkoja",
        _at("lähettää joukkoja Ukrainaan", actor=["GR"], kind="claim_about"),
    ),
    Mutation(
        name="fi-two-speakers-exchanged",
        article="fi",
        edits=(
            (
                "Liittokansleri Friedrich Merz sanoi kuitenkin",
                "Italian pääministeri Giorgia Meloni sanoi kuitenkin",
            ),
            ("Italian pääministeri Giorgia Meloni puolestaan", "Liittokansleri Friedrich Merz puolestaan"),
        ),
        reaches=(
            _at("liittyä aselevon valvontaan", said_by="Giorgia Meloni", kind="claim_about"),
            _at("lähettää joukkoja Ukrainaan", said_by="Friedrich Merz", kind="claim_about"),
        ),
    ),
)
