"""Finnish sentences in the manner of a news agency, written for these tests: what is read in them, and what is not."""

import pytest
from reader import reading, shipped_tongue

from trucewatch.read.inflection import Tense

PUBLISHED = "2026-03-12"


def read(text: str) -> list[str]:
    """Each proposal as one line: kind, actors, modality, "not", bounds, triggers."""
    lines = []
    for one in reading(text, language="fi", published=PUBLISHED).proposals:
        bounds = f"{one.quantity.least}..{one.quantity.most}" if one.quantity else ""
        triggers = " ".join(c.trigger.value if c.trigger else "other" for c in one.conditions)
        parts = (
            one.kind.value,
            "+".join(one.actors),
            one.modality.value,
            "not" if one.negated else "",
            bounds,
        )
        lines.append(" ".join(part for part in (*parts, triggers) if part))
    return lines


OWN_VOICE = [
    ("Suomi lähettää 50 sotilasta, sanoi Suomen puolustusministeri.", "commitment FI will 50..50"),
    ("Suomen ulkoministeri sanoo Suomen olevan valmis kouluttamaan sotilaita.", "commitment FI ready_to"),
    ("Australia on ilmoittanut lähettävänsä valvontakoneen.", "commitment AU will"),
    ("Norja ja Tanska lupaavat rahoittaa valvontaa 40 miljoonalla eurolla.", "commitment NO+DK has_promised 40000000..40000000"),
    ("Israel ja Libanon sopivat jatkavansa aselepoa kahdella kuukaudella.", "commitment IL+LB has_promised"),
    ("Valtioneuvosto päätti torstaina, että Suomi lähettää Irakiin 20 kouluttajaa.", "commitment FI will 20..20"),
    ("– Lähetämme joukkoja vasta, kun tulitauko on voimassa, Belgian puolustusministeri sanoi.", "commitment BE will ceasefire_in_force"),
    ("Jos Venäjä hyökkää uudelleen, Ranska lähettää joukkoja, Macron lupasi.", "commitment FR will attack_determined"),
    ("Kanadan pääministeri Mark Carney ei sulkenut pois sitä, että Kanada lähettäisi sotilaita.", "commitment CA may"),
    ("Irlanti voisi lähettää rauhanturvaajia sodan päätyttyä, maan pääministeri arvioi.", "commitment IE could war_over"),
    ("Tanskan pääministeri sanoi, että Tanska harkitsee osallistumista, jos Yhdysvallat on mukana.", "commitment DK considering backer_backs"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "line"), OWN_VOICE)
def test_what_an_actor_says_of_itself_is_its_commitment(text, line) -> None:
    assert read(text) == [line]


ANOTHERS = [
    ("Zelenskyin mukaan Yhdysvallat on sitoutunut toimittamaan ilmatorjuntaa.", "claim_about US has_promised"),
    ("Yhdysvallat johtaa valvontaa, sanoi Ranskan presidentti Emmanuel Macron.", "claim_about US does"),
    ("Britannia on jo kouluttanut yli 50 000 ukrainalaista sotilasta.", "claim_about GB does 50000..None"),
    ("Japani harkitsee miinanraivaajien lähettämistä aselevon jälkeen.", "claim_about JP considering truce_concluded"),
    ("Kanada saattaa osallistua operaatioon, jos parlamentti antaa siihen luvan.", "claim_about CA may parliament_approved"),
    ("Tanska on valmis vetämään kouluttajansa pois vasta sen jälkeen, kun rauhansopimus on solmittu.", "claim_about DK ready_to peace_agreement_signed"),
    ("Suomen on määrä lähettää 40 kouluttajaa keväällä.", "claim_about FI will 40..40"),
    ("Irlanti osallistuu, jos YK antaa mandaatin ja Ranska lähettää joukkoja.", "claim_about IE will other"),
    ("Ruotsilla on valmius lähettää pataljoona kahden viikon kuluessa.", "claim_about SE ready_to"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "line"), ANOTHERS)
def test_what_others_tell_of_an_actor_is_a_claim_about_it(text, line) -> None:
    assert read(text) == [line]


DENIED = [
    ("Italian pääministeri sanoi, että Italia ei aio lähettää joukkoja.", "refusal IT does_not_intend not"),
    ("Espanjan puolustusministeri kertoi, ettei maa aio lähettää sotilaita.", "refusal ES does_not_intend not"),
    ("”Emme lähetä sotilaita Ukrainaan”, Unkarin pääministeri sanoi.", "refusal HU will_not not"),
    ("Joukkojen lähettäminen ei tule kysymykseen, Unkarin pääministeri totesi.", "refusal HU refuses not"),
    ("Orpo sanoi, ettei Suomi lähetä sotilaita eikä rahaa Ukrainaan.", "refusal FI will_not not"),
    ("Viro ei lähetä joukkoja ilman Yhdysvaltain tukea, Viron pääministeri sanoi.", "refusal EE will_not not backer_backs"),
    ("Turkki kieltäytyi allekirjoittamasta julistusta.", "instrument TR refuses not"),
    ("Tšekki ja Slovakia eivät allekirjoittaneet julkilausumaa.", "instrument CZ+SK did_not not"),
    ("Romanian puolustusministeri jäi pois kokouksesta.", "meeting RO did_not not"),
    ("Saksan hallitus ei ole vielä päättänyt joukkojen lähettämisestä, hallitus sanoi.", "position DE defers"),
    ("Tanskan pääministeri sanoi, että on liian aikaista puhua joukkojen määrästä.", "position DK too_early"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "line"), DENIED)
def test_a_negation_binds_to_its_own_actor_and_verb(text, line) -> None:
    assert read(text) == [line]


SEVERAL = [
    (
        "Stubb sanoi, että Suomi on valmis osallistumaan turvatakuisiin, mutta ei lähetä taistelujoukkoja.",
        ["commitment FI ready_to", "refusal FI will_not not"],
    ),
    (
        "Sotilaita Puola ei lähetä, mutta logistista tukea se on valmis antamaan.",
        ["claim_about PL will_not not", "claim_about PL ready_to"],
    ),
    (
        "Operaatiota johtaisi Britannia, ja siihen osallistuisivat myös Kanada ja Australia.",
        ["claim_about GB could", "claim_about CA+AU could"],
    ),
    (
        "Merz sanoi, että Saksa voi valvoa tulitaukoa, muttei aio lähettää sotilaita.",
        ["commitment DE may", "refusal DE does_not_intend not"],
    ),
    (
        "Turkki ei lähetä sotilaita, kun taas Kreikka aikoo lähettää fregatin.",
        ["claim_about TR will_not not", "claim_about GR will"],
    ),
]


@pytest.mark.parametrize(("text", "lines"), SEVERAL)
def test_each_clause_has_its_own_actor_and_modality(text, lines) -> None:
    assert read(text) == lines


SILENT = [
    "Sopimuksen mukaan osapuolet vetävät raskaat aseensa 30 kilometrin päähän linjasta.",
    "Sota alkoi helmikuussa 2022, kun Venäjä hyökkäsi Ukrainaan.",
    "Iskuissa kuoli 12 ihmistä ja haavoittui 40.",
    "Vuonna 2014 Etyj lähetti Ukrainaan 100 tarkkailijaa.",
    "Ministeri ei kertonut, lähettääkö Suomi sotilaita.",
    "Lähettääkö Suomi joukkoja Ukrainaan?",
    "Ranskan asevoimilla on 200 000 sotilasta.",
    "Väitetysti Venäjä lähettää lisää joukkoja.",
    "Venäläismedian mukaan Ranska olisi jo lähettänyt sotilaita Odesaan.",
    "Oppositio vaatii, että Saksa lähettää ohjuksia.",
    "Suomen pitäisi lähettää lisää aseita, sanoi kansanedustaja.",
    "Jos Suomi lähettäisi joukkoja, se vaatisi eduskunnan päätöksen.",
    "Moni epäilee, että Venäjä ei noudata sopimusta.",
    "Kyselyn mukaan 60 prosenttia suomalaisista tukee joukkojen lähettämistä.",
    "Hamas ja Israel vaihtavat vankeja.",
    "Saksa ei vain rahoita.",
    "Saksan hallituksen tiedottaja torjui väitteet, että Saksa lähettäisi joukkoja.",
    "Arabiliitto vaati Israelia avaamaan rajanylityspaikat.",
    "Hallitus on varautunut lähettämään enintään 200 sotilasta.",
]


@pytest.mark.parametrize("text", SILENT)
def test_nothing_is_said_where_nobody_known_undertakes_anything(text) -> None:
    assert read(text) == []


def test_what_is_denied_as_a_report_is_nobodys_promise() -> None:
    assert read("Norjan puolustusministeriö kiisti tiedot, joiden mukaan maa lähettäisi joukkoja.") == [
        "position NO holds not"
    ]


FORMS = [
    ("lähetämme", "lähettää", Tense.PRESENT, True),
    ("lähetä", "lähettää", Tense.CONNEGATIVE, False),
    ("lähettäisivät", "lähettää", Tense.CONDITIONAL, False),
    ("lähetettiin", "lähettää", Tense.PASSIVE_PAST, False),
    ("lähettämässä", "lähettää", Tense.ONGOING, False),
    ("lähettävänsä", "lähettää", Tense.REFERATIVE_OWN, False),
    ("lähettäneen", "lähettää", Tense.REFERATIVE_PAST, False),
    ("jaamme", "jakaa", Tense.PRESENT, True),
    ("sulje", "sulkea", Tense.CONNEGATIVE, False),
    ("suljetaan", "sulkea", Tense.PASSIVE, False),
    ("myönsi", "myöntää", Tense.PAST, False),
    ("lykkäsi", "lykätä", Tense.PAST, False),
    ("luvannut", "luvata", Tense.PARTICIPLE, False),
    ("kieltäydy", "kieltäytyä", Tense.CONNEGATIVE, False),
    ("harkinnut", "harkita", Tense.PARTICIPLE, False),
    ("sovittu", "sopia", Tense.PASSIVE_PARTICIPLE, False),
]


@pytest.mark.parametrize(("word", "lemma", "tense", "we"), FORMS)
def test_a_form_is_known_by_its_verb_and_what_it_says(word, lemma, tense, we) -> None:
    forms = shipped_tongue("fi").grammar.forms[word]
    assert any((form.lemma, form.tense, form.we) == (lemma, tense, we) for form in forms)


def test_what_is_put_in_leaves_every_offset_the_documents_own() -> None:
    text = (
        "Ministeri puhui pitkään. Ranskan puolustusministeri kertoi maan lähettävän Ukrainaan 500 sotilasta."
    )
    (one,) = reading(text, language="fi", published=None).proposals
    assert (
        text.encode()[one.start : one.end].decode() == one.quote == "maan lähettävän Ukrainaan 500 sotilasta"
    )


def test_the_seed_article_is_read_without_an_invented_actor(shared) -> None:
    text = (shared / "data" / "seeds" / "001_96a868d85fd8b0c4.txt").read_text("utf-8")
    lines = read(text)
    assert "commitment FR may 2000..9999 ceasefire_agreement_signed" in lines
    assert "claim_about US does" in lines
    assert "commitment DE could" in lines
    assert "refusal IT does_not_intend not" in lines
    assert "instrument FR+GB+UA signed" in lines
    assert "commitment GB+FR will ceasefire_in_force" in lines
    assert "claim_about DE ready_to" in lines
