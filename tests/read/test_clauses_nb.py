"""What Norwegian sentences propose: who, how far, how much, on what condition; and what proposes nothing."""

import pytest
from reader import short

SENTENCES = [
    ("Hellas sa mandag at landet ikke vil delta i noen bakkestyrke.", ["refusal GR will_not not"]),
    ("Ungarn har utelukket å sende våpen til Ukraina.", ["refusal HU refuses not"]),
    ("– Canada har ikke utelukket å sende bakkestyrker, sa Mark Carney.", ["commitment CA may"]),
    (
        "Japan har lovet 200 millioner dollar til minerydding.",
        ["commitment JP has_promised 200000000-200000000"],
    ),
    (
        "Nederland vurderer å sende en fregatt, skriver den nederlandske regjeringen.",
        ["commitment NL considering"],
    ),
    ("Sør-Korea vurderer om landet skal levere ammunisjon.", ["claim_about KR considering"]),
    ("Det finnes ingen planer om å sende danske soldater, sa Mette Frederiksen.", ["refusal DK refuses not"]),
    ("– Det er uaktuelt for Slovakia å sende soldater, sa Fico.", ["refusal SK refuses not"]),
    ("Å sende soldater er uaktuelt for Italia, ifølge Meloni.", ["refusal IT refuses not"]),
    ("På spørsmål om soldater svarte Merz at det var for tidlig å snakke om det.", ["position DE too_early"]),
    ("Zelenskyj oppfordret USA til å innføre strengere sanksjoner.", ["demand UA asks"]),
    ("Pakistan og India ble enige om en våpenhvile lørdag.", ["instrument PK+IN made"]),
    ("India undertegnet ikke sluttdokumentet.", ["instrument IN did_not not"]),
    ("Utenriksministrene i Egypt og Qatar møttes i Kairo.", ["meeting EG+QA took_part"]),
    ("Om Washington vil støtte styrken, er fortsatt uklart.", ["open_item - open"]),
    ("Armenia anklager Aserbajdsjan for brudd på våpenhvilen.", ["position AM holds"]),
    ("Aserbajdsjan avviser å ha brutt våpenhvilen.", ["position AZ holds not"]),
    ("Tyrkia har sagt seg villig til å overvåke Svartehavet.", ["commitment TR ready_to"]),
    (
        "Ungarns statsminister Viktor Orbán sa at Ungarn verken vil sende soldater eller betale for styrken.",
        ["refusal HU will_not not", "refusal HU will_not not"],
    ),
    (
        "Danmark bidrar allerede med 200 soldater, og Island betaler for utstyret.",
        ["claim_about DK does 200-200", "claim_about IS does"],
    ),
    (
        "Storbritannia og Frankrike skal opprette militære baser i Ukraina etter en våpenhvile, sa Starmer.",
        ["commitment GB+FR will if truce_concluded"],
    ),
    (
        "– Vi er klare til å sende inntil 2000 soldater når en våpenhvile trer i kraft, sa Emmanuel Macron.",
        ["commitment FR ready_to ..-2000 if ceasefire_in_force"],
    ),
    (
        "Bare dersom Kongressen godkjenner det, vil USA dele etterretning.",
        ["claim_about US will if parliament_approved"],
    ),
    (
        "Tyskland vil delta i overvåkingen bare dersom USA er med, sa Merz.",
        ["commitment DE will if backer_backs"],
    ),
    (
        "Irland er villig til å være vertskap for en fredskonferanse og til å sende inntil 300 soldater, ifølge den irske regjeringen.",
        ["commitment IE ready_to", "commitment IE ready_to ..-300"],
    ),
    (
        "Uten amerikansk støtte sender Danmark ingen soldater, sa statsminister Mette Frederiksen.",
        ["refusal DK will_not not if backer_backs"],
    ),
    (
        "Så fremt Riksdagen sier ja, stiller Sverige med 300 ingeniørsoldater, opplyser forsvarsminister Pål Jonson.",
        ["commitment SE will 300-300 if parliament_approved"],
    ),
    (
        "Først når kampene er over, kan Irland sende politirådgivere, sa utenriksminister Simon Harris.",
        ["commitment IE may if war_over"],
    ),
    (
        "Forutsatt at en fredsavtale er undertegnet, er Kenya villig til å sende en bataljon, sa president William Ruto.",
        ["commitment KE ready_to if peace_agreement_signed"],
    ),
    (
        "Skulle våpenhvilen bryte sammen, vil Latvia sende flere våpen, sa forsvarsminister Andris Spruds.",
        ["commitment LV will if breach_determined"],
    ),
    (
        "Blir det våpenhvile, bidrar Belgia med to fregatter, sa forsvarsminister Theo Francken.",
        ["commitment BE will 2-2 if truce_concluded"],
    ),
    (
        "Får styrken et klart mandat, sender Portugal et kompani, ifølge Portugals forsvarsminister Nuno Melo.",
        ["commitment PT will if conditions_clarified"],
    ),
    (
        "Med mindre Nasjonalforsamlingen gir grønt lys, sender Bulgaria ingen minejegere, ifølge den bulgarske regjeringen.",
        ["refusal BG will_not not if parliament_approved"],
    ),
    (
        "Straks en våpenhvile er i kraft, vil Romania åpne to logistikksentre, sa president Nicușor Dan.",
        ["commitment RO will 2-2 if ceasefire_in_force"],
    ),
    (
        "Innen seks måneder etter at våpenhvilen er inngått, vil Spania ha 500 soldater på plass, sa den spanske forsvarsministeren.",
        ["commitment ES will 500-500 if truce_concluded"],
    ),
    (
        "Så snart våpenhvileavtalen er underskrevet, begynner Østerrike å trene grensevakter, ifølge Østerrikes forsvarsdepartement.",
        ["commitment AT will if ceasefire_agreement_signed"],
    ),
    (
        "Luxembourg bidrar med ti millioner euro, men først når rammene for styrken er klare, sa utenriksminister Xavier Bettel.",
        ["commitment LU will 10000000-10000000 if conditions_clarified"],
    ),
    (
        "Slovenia sender observatører bare hvis begge parter godtar det, sa statsminister Robert Golob.",
        ["commitment SI will if other"],
    ),
    (
        "Etter en fredsavtale vil Hellas stille med to minejegere, sa den greske statsministeren.",
        ["commitment GR will 2-2 if peace_agreement_signed"],
    ),
    (
        "Under en våpenhvile skal Norge overvåke luftrommet, sa forsvarsminister Tore Sandvik.",
        ["commitment NO will if ceasefire_in_force"],
    ),
    (
        "Dersom Russland angriper igjen, kommer Tyrkia Ukraina til unnsetning, sa president Erdoğan.",
        ["commitment TR will if attack_determined"],
    ),
    (
        "På et møte med sine nordiske kolleger i Helsingfors mandag lovet Danmark 300 millioner kroner til minerydding.",
        ["commitment DK has_promised 300000000-300000000"],
    ),
    (
        "Av hensyn til sikkerheten ved grensen vil ikke Moldova sende egne styrker, sa president Maia Sandu.",
        ["refusal MD will_not not"],
    ),
    (
        "Til den flernasjonale styrken har Kroatia tilbudt 120 mann, ifølge forsvarsministeren i Zagreb.",
        ["commitment HR has_promised 120-120"],
    ),
    (
        "Noen bakkestyrker kommer ikke Irland til å sende, sa den irske statsministeren.",
        ["refusal IE will_not not"],
    ),
    ("Til Armenias grense har EU allerede sendt 100 observatører.", ["claim_about EU does 100-100"]),
    (
        "Montenegro sender et feltsykehus og vil i tillegg trene 60 sanitetssoldater, sa forsvarsministeren i Podgorica.",
        ["commitment ME will", "commitment ME will 60-60"],
    ),
    (
        "Estland har lovet et infanterikompani, men vil ikke lede styrken, sa forsvarsminister Hanno Pevkur.",
        ["commitment EE has_promised", "refusal EE will_not not"],
    ),
    ("Australia vil bidra med et overvåkingsfly, som skal stasjoneres i Polen.", ["claim_about AU will"]),
    (
        "Kypros åpner havnene for hjelpesendinger, men avviser å huse en base, opplyser utenriksdepartementet i Nikosia.",
        ["commitment CY will", "refusal CY refuses not"],
    ),
    (
        "Pakistan avviste forslaget og krevde at India trekker styrkene tilbake.",
        ["position PK holds not", "demand PK asks"],
    ),
    ("Ghana vil verken sende soldater eller politi, sa president John Mahama.", ["refusal GH will_not not"]),
    ("Kasakhstan har hverken lovet tropper eller penger.", ["claim_about KZ has_promised not"]),
    ("Latvia stiller med 80 soldater, sa Latvias president Edgars Rinkēvičs.", ["commitment LV will 80-80"]),
    ("Jordan tilbyr et feltsykehus med 40 senger.", ["commitment JO has_promised"]),
    (
        "Tyrkia står klar til å rydde miner i Svartehavet, ifølge forsvarsdepartementet i Ankara.",
        ["commitment TR ready_to"],
    ),
    (
        "Danmark sier ja til å lede øvelsene, sa forsvarsminister Troels Lund Poulsen.",
        ["commitment DK has_promised"],
    ),
    ("Belgia tar på seg å trene 300 piloter.", ["commitment BE has_promised 300-300"]),
    (
        "Nederland er beredt til å huse domstolen, sa den nederlandske utenriksministeren.",
        ["commitment NL ready_to"],
    ),
    (
        "Albania har tenkt å sende 50 soldater, sa Albanias statsminister Edi Rama.",
        ["commitment AL will 50-50"],
    ),
    (
        "Irland kan tenke seg å stille med politifolk, sa utenriksminister Simon Harris.",
        ["commitment IE may"],
    ),
    ("Japan ser på muligheten for å finansiere overvåkingen.", ["claim_about JP considering"]),
    (
        "Italia venter med å sende fregatten til våpenhvilen er trådt i kraft.",
        ["claim_about IT defers if ceasefire_in_force"],
    ),
    (
        "Tsjekkia utsetter avgjørelsen om styrkebidraget til parlamentet har godkjent det.",
        ["claim_about CZ defers if parliament_approved"],
    ),
    ("Kroatia har ennå ikke bestemt om landet vil delta i styrken.", ["claim_about HR defers"]),
    (
        "Ungarn stiller seg avvisende til å sende soldater, ifølge statsminister Viktor Orbán.",
        ["refusal HU refuses not"],
    ),
    ("Malta har sagt nei til å huse flåtebasen.", ["refusal MT refuses not"]),
    ("India takker nei til å lede kommisjonen.", ["refusal IN refuses not"]),
    ("Sør-Afrika lover ingen soldater.", ["claim_about ZA has_promised not"]),
    (
        "Brasil lover verken penger eller soldater, sa president Lula da Silva.",
        ["commitment BR has_promised not"],
    ),
    (
        "Litauen forplikter seg til å gi 0,25 prosent av BNP i støtte hvert år.",
        ["commitment LT has_promised"],
    ),
    ("Bulgaria stiller en flyplass til rådighet for overvåkingsflyene.", ["claim_about BG will"]),
    (
        "Armenia møtte ikke opp i Genève, og Georgia sendte bare en observatør til møtet.",
        ["meeting AM did_not not", "meeting GE took_part"],
    ),
    ("Ungarn meldte avbud til toppmøtet i Paris.", ["meeting HU did_not not"]),
    ("Serbia glimret med sitt fravær på konferansen.", ["meeting RS did_not not"]),
    ("Statsministrene i Estland og Latvia møttes i Riga tirsdag.", ["meeting EE+LV took_part"]),
    ("Irlands utenriksminister Simon Harris deltok på videomøtet fra Dublin.", ["meeting IE took_part"]),
    ("Egypt var vertskap for forhandlingene onsdag.", ["meeting EG took_part"]),
    ("Kinas utenriksminister Wang Yi ledet møtet i Sikkerhetsrådet.", ["meeting CN took_part"]),
    ("Til stede i Kairo var også Qatars statsminister.", ["meeting QA took_part"]),
    ("Canada og Mexico deltok ikke på møtet.", ["meeting CA+MX did_not not"]),
    (
        "USAs utenriksminister Marco Rubio reiste til Ankara for å møte sin tyrkiske kollega.",
        ["meeting US took_part"],
    ),
    ("Indias statsminister snakket tirsdag på telefon med Pakistans president.", ["meeting IN took_part"]),
    ("Belarus holdt seg borte fra samtalene i Minsk.", ["meeting BY did_not not"]),
    ("Sudans hærsjef nektet å møte til forhandlingene i Jeddah.", ["meeting SD did_not not"]),
    ("Danmarks forsvarsminister uteble fra møtet i koalisjonen.", ["meeting DK did_not not"]),
    ("Forsvarsministrene fra Norge, Sverige og Danmark samlet seg i Oslo.", ["meeting NO+SE+DK took_part"]),
    ("Kenya og Somalia inngikk onsdag en avtale om overvåking av grensen.", ["instrument KE+SO made"]),
    ("Det sveitsiske parlamentet ratifiserte tirsdag avtalen om observatørsenteret.", ["instrument CH made"]),
    ("Ungarn nektet å skrive under på erklæringen.", ["instrument HU refuses not"]),
    ("Avtalen ble undertegnet av Rwanda og Burundi i Arusha.", ["instrument RW+BI signed"]),
    ("FNs sikkerhetsråd vedtok en resolusjon om overvåkingsstyrken.", ["instrument UN made"]),
    ("Serbia skrev ikke under på slutterklæringen.", ["instrument RS did_not not"]),
    ("Tyrkia og Irak satte tirsdag sine navn under en protokoll om grensevakt.", ["instrument TR+IQ signed"]),
    ("Finansieringen av styrken er fortsatt uavklart.", ["open_item - open"]),
    ("Det gjenstår å se hvem som skal lede overvåkingen.", ["open_item - open"]),
    ("Partene er ikke enige om hvor grensen skal gå.", ["open_item - open"]),
    ("Hvem som skal overvåke våpenhvilen, er ikke avgjort.", ["open_item - open"]),
    ("Det er ennå ingen enighet om mandatet for styrken.", ["open_item - open"]),
    (
        "Spørsmålet om fangeutvekslingen står fremdeles åpent, sa Estlands utenriksminister Margus Tsahkna.",
        ["open_item EE open"],
    ),
    ("Ett punkt er ennå uløst: hvor lenge styrken skal bli stående.", ["open_item - open"]),
    ("Uklart er det også hvem som skal lede styrken.", ["open_item - open"]),
    ("Polen krever at Russland trekker styrkene tilbake.", ["demand PL asks"]),
    ("FNs generalsekretær António Guterres ba partene om å respektere våpenhvilen.", ["demand UN asks"]),
    ("Egypt ber om at grenseovergangen åpnes.", ["demand EG asks"]),
    ("Tyrkia oppfordrer begge parter til å vise tilbakeholdenhet.", ["demand TR asks"]),
    ("Sør-Afrikas president anmodet Angola om å sende observatører.", ["demand ZA asks"]),
    ("Ukraina presser på for raskere våpenleveranser.", ["demand UA asks"]),
    (
        "– Vi sender 40 observatører så snart våpenhvilen er på plass, opplyser den svenske utenriksministeren.",
        ["commitment SE will 40-40 if truce_concluded"],
    ),
    (
        "– Noen base blir det ikke, slo Slovenias statsminister Robert Golob fast.",
        ["refusal SI will_not not"],
    ),
    ("– Kroatia kan ikke sende flere folk nå, sa Andrej Plenković.", ["refusal HR refuses not"]),
    (
        "Sverige skal sende 40 observatører. Det sa statsminister Ulf Kristersson mandag.",
        ["commitment SE will 40-40"],
    ),
    (
        "Moldova vil ikke ta imot fremmede styrker. Det opplyste president Maia Sandu til pressen.",
        ["refusal MD will_not not"],
    ),
    (
        "Estland tilbyr 30 ingeniørsoldater, opplyser forsvarsdepartementet i Tallinn.",
        ["commitment EE has_promised 30-30"],
    ),
    ("Nederland leverer 12 radarer, bekrefter forsvarsministeren.", ["commitment NL will 12-12"]),
    ("Regjeringen i Wellington vil trene 50 mineryddere.", ["claim_about NZ will 50-50"]),
    (
        "Landet er klart til å stille med 200 soldater, sa Bulgarias president Iliana Iotova.",
        ["commitment BG ready_to 200-200"],
    ),
    (
        "Argentinas president Javier Milei sa at landet ikke planlegger å sende soldater.",
        ["refusal AR does_not_intend not"],
    ),
    ("Ifølge Frankrikes forsvarsminister vil Italia lede flåtestyrken.", ["claim_about IT will"]),
    ("USA vil stå bak styrken, hevdet Keir Starmer.", ["claim_about US will"]),
    (
        "Statsminister Mark Carney sa at Canada er villig til å delta, men at beslutningen ikke er tatt.",
        ["commitment CA ready_to", "position CA defers"],
    ),
    (
        "«Vi kommer ikke til å lede noen operasjon i Sahel», skrev det marokkanske utenriksdepartementet på X.",
        ["refusal MA will_not not"],
    ),
    (
        "Styrken skal ikke delta i kamphandlinger, sa Frankrikes president Emmanuel Macron.",
        ["position FR will_not not"],
    ),
    (
        "– Observatørene våre skal ikke bære våpen, understreket Finlands utenriksminister Elina Valtonen.",
        ["position FI will_not not"],
    ),
    ("To fregatter vil bli sendt av Italia i juni.", ["claim_about IT will 2-2"]),
    ("Treningen skal ledes av Polen, sa statsminister Donald Tusk.", ["commitment PL will"]),
    (
        "Tyrkias utenriksminister Hakan Fidan tok ordet. Han sa at landet hans vil sende fem skip.",
        ["commitment TR will 5-5"],
    ),
    (
        "EU har bestemt seg for å forlenge oppdraget. Unionen betaler også for drivstoffet.",
        ["commitment EU will", "claim_about EU does"],
    ),
]
NOTHING = [
    "Det er ventet at Danmark vil sende 200 soldater.",
    "Få tror at Ungarn vil bidra.",
    "Sverige skulle opprinnelig sende 300 soldater.",
    "Hvis Norge hadde sendt soldater, ville Russland ha reagert.",
    "Spania kommer kanskje til å sende observatører.",
    "I 2014 sendte Norge 200 soldater til Afghanistan.",
    "",
    "I 2014 annekterte Russland Krim og sendte soldater til Donbas.",
    "Avtalen, som ble undertegnet i Minsk i 2015, pålegger partene å trekke tilbake tunge våpen.",
    "Norske bønder protesterer mot import av ukrainsk korn.",
    "Oljefondet skal selge aksjene sine i tre selskaper.",
    "Vil Norge sende soldater?",
    "– Vi er takknemlige for støtten fra Norge, sa Zelenskyj.",
]


@pytest.mark.parametrize(("text", "expected"), SENTENCES)
def test_a_norwegian_sentence_says_who_goes_how_far(text: str, expected: list[str]) -> None:
    assert short(text, "nb") == expected


@pytest.mark.parametrize("text", NOTHING)
def test_norwegian_background_proposes_nothing(text: str) -> None:
    assert short(text, "nb") == []


def test_could_and_can_are_two_modalities() -> None:
    assert short("Norge kunne lede patruljene, sa Jonas Gahr Støre.", "nb") == ["commitment NO could"]
    assert short("Norge kan lede patruljene, sa Jonas Gahr Støre.", "nb") == ["commitment NO may"]


def test_two_triggers_used_almost_as_one_stay_apart() -> None:
    said = "Norge vil sende soldater {}, sa Jonas Gahr Støre."
    for when, trigger in [
        ("når en våpenhvile er inngått", "truce_concluded"),
        ("når våpenhvilen trer i kraft", "ceasefire_in_force"),
        ("når en våpenhvileavtale er undertegnet", "ceasefire_agreement_signed"),
        ("når en fredsavtale er undertegnet", "peace_agreement_signed"),
        ("når krigen er over", "war_over"),
        ("når rammene er avklart", "conditions_clarified"),
        ("dersom våpenhvilen brytes", "breach_determined"),
        ("dersom Stortinget godkjenner det", "parliament_approved"),
    ]:
        assert short(said.format(when), "nb") == [f"commitment NO will if {trigger}"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Svenskene sender droner til Ukraina.", ["claim_about SE will"]),
        (
            "Regjeringen sender 20 offiserer til Jordan, sier forsvarsminister Kari Holm.",
            ["commitment NO will 20-20"],
        ),
        (
            "Sveriges forsvarsminister Nils Berg kalte kravet urimelig.",
            ["position SE holds"],
        ),
        ("Danmark har ikke svart på forespørselen.", ["claim_about DK defers"]),
    ],
)
def test_peoples_a_government_without_its_country_and_views_are_read(text: str, expected: list[str]) -> None:
    assert short(text, "nb") == expected
