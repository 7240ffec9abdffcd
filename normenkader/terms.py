"""The only glossary: every word of the field, what it is called in code, and where law or policy defines it.

Words that law or policy defines carry their source. The others are ours or the field's, and say so. GLOSSARY.md is
generated from here by `glossary_markdown`; a test holds the two together.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Term:
    """One word of the field.

    Attributes
    ----------
    name : str
        As it is written in code, files and settings.
    dutch, english : str
        As it is said.
    meaning_nl : str
        What it means, in plain Dutch (B1).
    source : str
        Law, ruling or policy text that defines it; else whose word it is.
    """

    name: str
    dutch: str
    english: str
    meaning_nl: str
    source: str


_MODEL_TEXT = "Toelichting bandbreedtemodel individuele begeleiding, Sociale Dienst Drechtsteden, 28 november 2024"
_MEETING = "Verslag fysieke overlegtafel Begeleiding, 12 december 2024"
_FAQT = "FAQT-V (Factum), https://www.factumadvies.nl/faqt-v-methodiek/opbouw-faqt-v/"
_OURS = "deze toolkit"
_FIELD = "gangbaar begrip in de statistiek"


def _terms(source: str, *rows: tuple[str, str, str, str] | tuple[str, str, str, str, str]) -> tuple[Term, ...]:
    return tuple(
        Term(name=row[0], dutch=row[1], english=row[2], meaning_nl=row[3], source=row[4] if len(row) == 5 else source)
        for row in rows
    )


LAW_AND_POLICY = _terms(
    _MODEL_TEXT,
    ("ijkclient", "ijkcliënt", "reference client",
     "De cliënt met wie we alle andere cliënten vergelijken. De norm begint bij de minuten van de ijkcliënt. "
     "Elk ander kenmerk telt er minuten bij op of trekt er minuten van af."),
    ("normenkader", "normenkader", "framework of norms",
     "Een tabel die zegt hoeveel minuten bij welke kenmerken horen, met het onderzoek waar die minuten op "
     "rusten.",
     "Woudenberg, CVDR684640/1: ‘objectieve criteria, steunend op deugdelijk onderzoek verricht door "
     "onafhankelijke, geen belang bij de uitkomst hebbende, derden’"),
    ("leefgebied", "leefgebied", "life domain",
     "Een deel van het dagelijks leven waar iemand hulp bij kan nodig hebben, zoals wonen of financiën. Er zijn "
     "er elf.",
     f"{_FAQT}; {_MEETING}"),
    ("band", "bandbreedte, klasse", "band",
     "Een groep van normen die bij elkaar horen: van zoveel tot zoveel minuten per week."),
    ("lower_bound", "ondergrens", "lower bound",
     "Het kleinste aantal minuten per week van een klasse. De cliënt krijgt dit getal te horen. Het wordt nooit "
     "naar beneden afgerond.",
     f"{_MODEL_TEXT}; niet naar beneden afronden: CRvB 18 mei 2016"),
    ("beschikking", "beschikking", "decision",
     "Het besluit van de gemeente over de hulp. Er moet in staan hoeveel tijd de cliënt krijgt.",
     "CRVB:2021:1381 (omvang in tijdseenheden)"),
    ("ondersteuningsplan", "ondersteuningsplan", "support plan",
     "Het plan van aanbieder en cliënt met het precieze aantal minuten. Het geldt als beschikking als de "
     "gemeente dat aan de aanbieder heeft overgelaten.",
     f"Wmo 2015 art. 2.6.3; {_MODEL_TEXT}"),
    ("orientation", "gerichtheid: behoudgericht of ontwikkelgericht", "orientation",
     "Of de hulp helpt om te houden wat er is, of om iets nieuws te leren.",
     _MEETING),
    ("own_strength", "eigen kracht", "own strength",
     "Wat iemand zelf kan doen om het probleem op te lossen.",
     "Wmo 2015 art. 2.3.2 lid 4 onder b"),
    ("network", "sociaal netwerk", "social network",
     "De mensen om iemand heen die kunnen helpen.",
     "Wmo 2015 art. 2.3.2 lid 4 onder c"),
    ("passende bijdrage", "passende bijdrage", "fitting contribution",
     "De eis van de wet aan de hulp: zij moet passen bij wat deze persoon nodig heeft.",
     "Wmo 2015 art. 2.3.5 lid 3"),
    ("premise", "uitgangspunt", "premise",
     "Wat het onderzoek vooraf aanneemt, bijvoorbeeld dat reistijd niet meetelt. Wie van een uitgangspunt "
     "afwijkt, kan niet zomaar op dat onderzoek steunen.",
     "CRVB:2018:3835"),
    ("deviation", "afwijken", "deviation clause",
     "De gemeente wijkt van de norm af als de norm in een bijzonder geval verkeerd uitpakt.",
     "Awb art. 4:84"),
    ("departure", "afwijking van de norm", "departure from the norm",
     "De gemeente geeft in één geval meer of minder minuten dan de norm. Dat moet als de norm voor deze cliënt slecht "
     "uitpakt. De reden staat in het besluit.",
     "Awb art. 4:84; CRVB:2016:1402"),
    ("real_price", "reële prijs", "real price",
     "De prijs die een gemeente minstens betaalt. Hij rust op zes soorten kosten: beroepskracht, overhead, "
     "niet-productieve uren, reizen en opleiding, indexatie en verplichtingen van de gemeente.",
     "Uitvoeringsbesluit Wmo 2015 art. 5.4, aangehaald in HR:2021:1452"),
    ("product", "IB1, IB2, IB3", "product level",
     "De soorten individuele begeleiding van nu: van toezicht en stimuleren (IB1) tot helpen, overnemen en "
     "regie (IB3).",
     _MEETING),
)  # fmt: skip

TOOLKIT = _terms(
    _OURS,
    ("norm", "norm", "norm",
     "Het aantal minuten per week dat de normtabel voor een cliënt geeft. Het is een gewone som, die op papier "
     "kan."),
    ("term", "regel van de normtabel", "term",
     "Het aantal minuten dat één kenmerk erbij telt of eraf haalt, vergeleken met de ijkcliënt."),
    ("factor", "kenmerk, factor", "factor",
     "Iets van de cliënt of de hulp dat minuten verandert, met een paar niveaus."),
    ("level", "niveau", "level",
     "Eén van de mogelijke waarden van een kenmerk, zoals ‘licht’ of ‘zwaar’."),
    ("interaction", "samenhang van twee kenmerken", "interaction",
     "Minuten die erbij komen of eraf gaan als twee kenmerken samen voorkomen.",
     _FIELD),
    ("overlap", "overlap", "overlap",
     "Hulp bij meer leefgebieden tegelijk kost soms minder tijd dan alles apart. De tabel trekt daar minuten "
     "voor af.",
     "FAQT-V (Factum), veelgestelde vragen: normen optellen, en bijstellen bij overlap"),
    ("edge", "grens", "edge",
     "Het aantal minuten waar de ene klasse ophoudt en de volgende begint."),
    ("doubt_zone", "twijfelzone", "doubt zone",
     "De minuten vlak bij een grens, waar een ander onderzoek met andere aanbieders makkelijk de andere klasse "
     "had gegeven."),
    ("stability_interval", "stabiliteitsinterval", "stability interval",
     "Tussen welke minuten een grens meestal ligt als we het onderzoek overdoen met andere aanbieders. Het is "
     "geen betrouwbaarheidsinterval."),
    ("promise", "belofte", "promise",
     "Het deel van de cliënten in een klasse dat minstens de ondergrens nodig heeft."),
    ("reservation", "voorbehoud", "reservation",
     "Iets wat de lezer moet weten voordat hij op de klassen vertrouwt. Het staat overal waar de klassen staan."),
    ("check", "toets", "check",
     "Een vraag aan de gegevens, met een grens die vooraf vaststaat."),
    ("supported", "onderbouwd niveau", "supported",
     "Er zijn genoeg cliënten en aanbieders gezien om een norm te dragen.",
     f"{_OURS}; te weinig waarnemingen dragen geen norm: RBOBR:2019:4844"),
    ("merged_with", "samengevoegd met", "merged with",
     "Er waren te weinig waarnemingen. Het niveau krijgt de minuten van het niveau ernaast."),
    ("casemix", "samenstelling van de cliënten", "case mix",
     "Welke cliënten een aanbieder heeft: veel of weinig mensen met zware problemen.",
     "gangbaar begrip in de zorg"),
    ("provider-neutral", "los van de stijl van de aanbieder", "provider-neutral",
     "Het antwoord zoals het bij een gemiddelde aanbieder zou zijn. Zo telt niet mee dat de ene aanbieder "
     "ruimer levert dan de andere."),
    ("within-provider", "binnen aanbieders", "within-provider",
     "We vergelijken cliënten van dezelfde aanbieder met elkaar. Verschillen tussen aanbieders tellen dan niet "
     "mee.",
     _FIELD),
    ("censored", "afgekapt bij het maximum", "censored",
     "De cliënt kreeg alle minuten die waren toegekend. Misschien was er meer nodig; dat is niet te zien.",
     _FIELD),
    ("at_cap", "aan het toegekende maximum", "at the cap",
     "Er is evenveel geleverd als was toegekend, of meer."),
    ("need", "behoefte", "need",
     "Het aantal minuten per week dat op de lange duur nodig is. Dat is iets anders dan wat geleverd is."),
    ("minutes_basis", "herkomst van de minuten", "basis of the minutes",
     "Hoe de minuten bekend zijn: gemeten, geregistreerd, gedeclareerd, gepland of geschat."),
    ("time_definition", "welke tijd telt", "time definition",
     "Alleen tijd met de cliënt (direct), of ook reizen, overleg en verslag (indirect).",
     "VNG-rekentool begeleiding: directe en indirecte cliënttijd, naar lokale afspraak"),
    ("window", "meetperiode", "window",
     "De eerste en de laatste dag waarover de minuten tellen."),
    ("exposure_days", "dagen in de meetperiode", "exposure days",
     "Het aantal dagen van de meetperiode waarop de hulp liep."),
    ("episode", "traject", "episode",
     "Eén periode van hulp van één aanbieder aan één cliënt."),
    ("heaping", "afronden bij het registreren", "heaping",
     "Opvallend veel tijden zijn een rond getal, zoals een kwartier. Dan is er geschat of afgerond.",
     _FIELD),
    ("ledger", "uitvalregister", "ledger",
     "De lijst van alle regels die niet meetellen, met bestand, regelnummer en reden."),
    ("receipt", "ontvangstbewijs", "receipt",
     "Een bestand met een vingerafdruk van alles wat erin ging en eruit kwam. Wie later iets verandert, valt "
     "door de mand."),
    ("calibration_number", "kalibratienummer", "calibration number",
     "De vingerafdruk van één ijking. Het dossier drukt hem af."),
    ("elicitation", "oordelen vragen aan deskundigen", "elicitation",
     "Deskundigen schatten volgens een vaste methode hoeveel minuten nodig zijn.",
     _FIELD),
    ("vignette", "casusbeschrijving", "vignette",
     "Een beschreven, verzonnen cliënt die deskundigen beoordelen.",
     _FIELD),
    ("triangulation", "bronnen vergelijken", "triangulation",
     "We leggen gegevens, deskundigen en een bestaand normenkader naast elkaar. Verschillen blijven zichtbaar.",
     f"{_MEETING}; {_FIELD}"),
    ("same_band", "kans op dezelfde klasse", "same-band chance",
     "De kans dat twee beoordelaars dezelfde cliënt dezelfde klasse geven."),
    ("explained", "verklaard deel", "explained share",
     "Welk deel van de verschillen in minuten de kenmerken verklaren.",
     _FIELD),
    ("published", "gepubliceerde minuten", "published minutes",
     "De minuten in hele stappen, zoals ze in de tabel staan en gelden."),
    ("disclosure", "onthulling voorkomen", "disclosure control",
     "Kleine aantallen laten we weg en andere ronden we af, zodat niemand te herkennen is.",
     _FIELD),
    ("synthetic", "verzonnen voorbeeld", "synthetic",
     "Gegevens die een computer heeft verzonnen. Er is geen echte cliënt bij."),
    ("applied_table", "toegepaste tabel", "applied table",
     "De tabel die de gemeente echt gebruikt, bijvoorbeeld de bijlage bij een beleidsregel."),
    ("onderbouwd", "onderbouwd", "supported table",
     "Elk getal in de toegepaste tabel is het getal uit het onderzoek.",
     f"{_OURS}; beleid dat van zijn eigen onderzoek afwijkt, vindt daarin geen steun: CRVB:2018:3835"),
    ("afwijkend", "afwijkend", "departing",
     "Niet alles is hetzelfde. Bij een toegepaste tabel: een getal is anders dan in het onderzoek. Bij herrekenen: een "
     "getal komt anders uit."),
    ("niet_onderbouwd", "niet onderbouwd", "not supported",
     "De toegepaste tabel hoort niet bij dit onderzoek. Of het onderzoek zelf klopt niet meer met zijn "
     "ontvangstbewijs."),
    ("identiek", "identiek", "identical",
     "Opnieuw uitgerekend: elk bestand is tot op het laatste teken hetzelfde."),
    ("binnen_afronding", "binnen afronding", "within rounding",
     "Opnieuw uitgerekend: alleen het laatste cijfer achter de komma verschilt hier en daar. Grenzen, normen en "
     "aantallen zijn gelijk."),
    ("niet_herrekend", "niet herrekend", "not recomputed",
     "De gegevens waren er niet bij, dus er is niet opnieuw gerekend. Wel is gekeken of er iets aan de bestanden is "
     "veranderd."),
    ("week_price", "weekprijs", "week price",
     "Wat één week hulp in een klasse kost: de prijs per uur gedeeld door 60, maal de gemiddelde minuten van de "
     "klasse."),
    ("volumes", "gemiddelde tijd per klasse", "volumes",
     "De gemiddelde geleverde minuten van de cliënten voor wie een klasse geldt, ook door twijfel. Alleen met het "
     "gemiddelde komen alle minuten samen weer terug."),
    ("deviation_log", "lijst van afwijkingen", "log of departures",
     "Een bestand met per afwijking een maand, een klasse, minuten en een code voor de reden. Er staat geen cliënt "
     "in."),
    ("trigger_share", "grens voor herijken", "trigger share",
     "Het deel van de besluiten in een klasse dat in dezelfde richting mag afwijken. Daarboven is het antwoord: "
     "herijken."),
    ("herijken", "herijken", "calibrate again",
     "Het onderzoek opnieuw doen met nieuwe gegevens, omdat de norm niet meer lijkt te kloppen."),
    ("seal", "zegel", "seal",
     "De vingerafdruk van het ontvangstbewijs zelf. Wie daar iets in verandert, krijgt een ander zegel."),
    ("signature", "handtekening", "signature",
     "Wie zijn digitale handtekening zet, staat in voor deze bestanden. Een ander kan dat nagaan met een openbare "
     "sleutel.",
     "RFC 8032 (Ed25519)"),
    ("register", "register van rechtskracht", "register of legal force",
     "Een bestand dat vertelt welke versie op welke dag gold. Er komt alleen iets bij; er gaat nooit iets af."),
    ("event", "gebeurtenis", "event",
     "Eén regel in het register: een versie gaat gelden, vervalt, of een eerdere regel wordt verbeterd."),
    ("valid_time", "geldigheid", "valid time",
     "De dagen waarop een versie geldt: van de eerste tot en met de laatste dag.",
     "gangbaar begrip voor gegevens met twee tijden"),
    ("registration_time", "moment van registreren", "registration time",
     "Wanneer iets in het register is gezet. Zo is later te zien wat op een dag bekend was.",
     "gangbaar begrip voor gegevens met twee tijden"),
    ("in_force", "in werking", "in force",
     "Welke versie op een dag geldt. Soms is dat er geen, en dan staat dat er."),
    ("adopt", "vaststellen", "adopt",
     "Een versie vanaf een dag laten gelden, met het besluit erbij."),
    ("withdraw", "intrekken", "withdraw",
     "Een versie vanaf een dag niet meer laten gelden. Een oude versie gaat daardoor niet vanzelf weer gelden."),
    ("correct", "verbeteren", "correct",
     "Iets in de plaats zetten van wat verkeerd is geregistreerd. Het oude blijft te zien."),
    ("transition", "overgangsregeling", "transitional rule",
     "Een regel die zegt voor wie de vorige versie nog even blijft gelden."),
    ("retroactive", "met terugwerkende kracht", "retroactive",
     "De versie geldt ook voor dagen van vóór de registratie."),
    ("last_hash", "laatste hash", "last hash",
     "De vingerafdruk van de laatste regel van het register. Wie hem op papier bewaart, ziet later of er iets is "
     "veranderd."),
)  # fmt: skip

LEDGER_CODES = _terms(
    _OURS,
    ("negative", "lager dan nul", "negative",
     "Het aantal minuten is lager dan nul. Dat kan niet."),
    ("impossible", "kan niet bestaan", "impossible",
     "De waarde kan niet: meer minuten dan een week heeft, geen getal of geen datum."),
    ("end_before_start", "einde vóór begin", "end before start",
     "De einddatum ligt vóór de begindatum."),
    ("missing_factor", "kenmerk ontbreekt", "missing factor",
     "Een kenmerk dat de norm nodig heeft, is niet ingevuld."),
    ("missing_minutes", "minuten ontbreken", "missing minutes",
     "De minuten zijn niet ingevuld. Dat is iets anders dan nul."),
    ("outside_window", "buiten de meetperiode", "outside the window",
     "De regel valt buiten de meetperiode."),
    ("duplicate", "dubbel", "duplicate",
     "Dezelfde regel stond er al. Hij telt één keer."),
    ("orphan", "zonder traject", "orphan",
     "Deze minuten horen bij een traject dat niet bekend is of niet meetelt."),
    ("no_registration", "geen registratie", "no registration",
     "Van het traject is niets geregistreerd. Dat is iets anders dan nul minuten."),
    ("concurrent_conflict", "tegenstrijdige trajecten", "concurrent conflict",
     "Eén cliënt heeft tegelijk trajecten met verschillende kenmerken."),
    ("basis_not_accepted", "herkomst niet aanvaard", "basis not accepted",
     "De minuten zijn verkregen op een manier die de studie niet aanvaardt, zoals een planning."),
)  # fmt: skip

RESERVATION_AND_CHECK_CODES = _terms(
    _OURS,
    ("edges_chosen", "gekozen grenzen", "chosen edges",
     "De grenzen zijn door mensen gekozen. Ze volgen niet uit de regel van de studie."),
    ("fewer_bands", "minder klassen", "fewer bands",
     "Met het gevraagde aantal klassen lukte het niet om aan alle eisen te voldoen."),
    ("from_summaries", "norm uit sommen", "norm from sums",
     "Aanbieders gaven sommen in plaats van gegevens per cliënt. Niet alles is daaruit te berekenen."),
    ("round_two_open", "tweede ronde nog open", "round two open",
     "Er zijn nog geen klassen: aanbieders moeten hun cliënten nog tellen onder de normtabel."),
    ("provider_too_small", "te kleine aanbieder", "provider too small",
     "Een aanbieder heeft te weinig cliënten voor eigen sommen en telt niet mee."),
    ("stability_not_known", "vastheid niet bekend", "stability not known",
     "Hoe vast de grenzen liggen bij andere aanbieders, is uit sommen niet te berekenen."),
    ("suppressed_band", "klasse zonder cijfers", "suppressed band",
     "In deze klasse zitten te weinig cliënten of aanbieders om cijfers te tonen."),
    ("dominated_band", "klasse van enkele aanbieders", "dominated band",
     "In deze klasse leveren een of twee aanbieders bijna alle minuten. Een gemiddelde zou tonen wat zij leveren."),
    ("merged_levels", "samengevoegde niveaus", "merged levels",
     "Sommige niveaus hadden te weinig waarnemingen en krijgen de minuten van het niveau ernaast."),
    ("unsupported_levels", "niveaus zonder norm", "unsupported levels",
     "Voor sommige niveaus zijn er te weinig waarnemingen. Er is dan geen norm."),
    ("unsupported_interactions", "samenhang zonder norm", "unsupported interactions",
     "Twee kenmerken kwamen te weinig samen voor. Dan telt de som van de losse kenmerken."),
    ("published_below_unrounded", "afgerond lager dan onafgerond", "published below unrounded",
     "Bij een deel van de cliënten is de som uit de tabel iets lager dan de som zonder afronding."),
    ("clients_without_norm", "cliënten zonder norm", "clients without a norm",
     "Voor een deel van de cliënten geeft de tabel geen norm."),
    ("few_providers", "weinig aanbieders", "few providers",
     "Er deden te weinig aanbieders mee voor een uitspraak over een nieuwe aanbieder."),
    ("rows_set_aside", "terzijde gelegde regels", "rows set aside",
     "Niet alle regels tellen mee. Het uitvalregister zegt welke en waarom."),
    ("unregistered_as_zero", "geen registratie als nul geteld", "unregistered as zero",
     "De grenzen als trajecten zonder registratie wel als nul minuten tellen."),
    ("censoring_on", "maximum als ondergrens geteld", "censoring on",
     "De grenzen als een levering aan het maximum telt als ‘minstens zoveel’."),
    ("censoring_off", "maximum als behoefte geteld", "censoring off",
     "De grenzen als een levering aan het maximum telt als alles wat nodig was."),
    ("censored_need", "behoefte boven het maximum geschat", "censored need",
     "Een deel van de leveringen zit aan het maximum. De behoefte daarboven is geschat."),
    ("no_experts", "geen deskundigen", "no experts",
     "Er zijn geen oordelen van deskundigen om mee te vergelijken."),
    ("no_source_norms", "geen bestaand normenkader", "no source norms",
     "Er is geen bestaand normenkader om mee te vergelijken."),
    ("no_assessments", "geen dubbele beoordelingen", "no double assessments",
     "Er zijn geen cliënten door twee mensen beoordeeld."),
    ("cap_counted_as_delivered", "maximum toch als geleverd geteld", "cap counted as delivered",
     "Bij een aanbieder of niveau zit alles aan het maximum. Die leveringen tellen zoals geleverd; er kan meer "
     "nodig zijn."),
    ("experts_silent", "deskundigen zeggen hier niets", "experts silent",
     "Over een deel van de tabel leveren de oordelen van deskundigen niets bruikbaars op."),
    ("few_assessments", "weinig dubbele beoordelingen", "few double assessments",
     "Er zijn te weinig cliënten door twee mensen beoordeeld om te weten hoe vaak zij dezelfde klasse geven."),
    ("no_margin", "geen marge afgesproken", "no margin",
     "De studie zegt niet hoeveel minuten verschil telt. Over de bronnen is dan geen oordeel mogelijk."),
    ("open_conflict", "open verschil", "open conflict",
     "Gegevens en deskundigen spreken elkaar tegen, en de studie laat dat open."),
    ("settled_conflict", "beslist verschil", "settled conflict",
     "Gegevens en deskundigen spreken elkaar tegen. De regel van de studie heeft beslist welke minuten gelden."),
    ("source_norms_conflict", "verschil met het bestaande normenkader", "conflict with source norms",
     "De gegevens spreken het bestaande normenkader op sommige punten tegen."),
    ("silent_comparisons", "niet te zeggen of bronnen het eens zijn", "silent comparisons",
     "Op sommige punten zijn de marges te groot om te zeggen of de bronnen het eens zijn."),
    ("panel_model_smaller", "kleiner model voor deskundigen", "smaller panel model",
     "De casussen verschillen te weinig om van de deskundigen alles te weten wat in de tabel staat."),
    ("premises_differ", "andere uitgangspunten", "premises differ",
     "De studie heeft andere uitgangspunten dan het bestaande normenkader."),
    ("prmse_panel", "voorspelt de deskundigen", "PRMSE of the panel",
     "Voorspelt de tabel de minuten die deskundigen nodig vinden?"),
    ("reliability_of_minutes", "betrouwbaarheid van minuten", "reliability of minutes",
     "Komen twee beoordelaars voor dezelfde cliënt op dezelfde minuten uit?"),
    ("signal_at_unseen_providers", "werkt bij een nieuwe aanbieder", "signal at unseen providers",
     "Voorspelt de tabel ook de minuten bij een aanbieder die niet meedeed?"),
    ("leakage_alarm", "verdacht goed", "leakage alarm",
     "De tabel verklaart verdacht veel. Misschien zitten de toegekende minuten in een kenmerk."),
    ("bands_keep_explained", "klassen houden de uitleg vast", "bands keep what is explained",
     "Hoeveel van wat de tabel verklaart, blijft over in klassen?"),
    ("style_follows_casemix", "stijl volgt de cliënten", "style follows case mix",
     "Aanbieders met zwaardere cliënten leveren ook los daarvan meer of minder."),
    ("share_at_cap", "deel aan het maximum", "share at the cap",
     "Hoeveel leveringen zitten aan het toegekende maximum?"),
    ("bands_possible_in_resamples", "klassen steeds mogelijk", "bands possible in resamples",
     "Was dit aantal klassen ook mogelijk geweest met andere aanbieders?"),
    ("ijkclient_unsupported", "ijkcliënt met weinig waarnemingen", "thin reference level",
     "Een niveau van de ijkcliënt zelf komt weinig voor. Alle rijen van dat kenmerk hangen daaraan."),
    ("signal_at_unseen_municipalities", "werkt in een andere gemeente", "signal at unseen municipalities",
     "Voorspelt de tabel ook de minuten in een gemeente die niet meedeed?"),
    ("calibration_in_the_large", "gemiddeld goed", "calibration in the large",
     "Klopt het gemiddelde van de voorspelling bij aanbieders die niet meededen?"),
    ("calibration_slope", "even ver uit elkaar", "calibration slope",
     "Liggen voorspelde en geleverde minuten even ver uit elkaar?"),
    ("calibration_by_tenth", "goed bij lichte en zware cliënten", "calibration by tenth",
     "Klopt de voorspelling bij lichte én bij zware cliënten?"),
    ("error_unseen", "fout bij een nieuwe aanbieder", "error at unseen providers",
     "Hoeveel minuten zit de tabel er in acht van de tien gevallen hooguit naast bij een aanbieder die niet meedeed?"),
    ("error_unseen_municipality", "fout in een andere gemeente", "error at unseen municipalities",
     "Hoeveel minuten zit de tabel er in acht van de tien gevallen hooguit naast in een gemeente die niet meedeed?"),
    ("explained_absolute_unseen", "verklaard in gewone minuten", "explained in absolute error",
     "Hoeveel kleiner wordt de gewone fout in minuten door de tabel?"),
    ("undeclared_interactions", "samenhang buiten de tabel", "undeclared interactions",
     "Hangen kenmerken samen op een manier die de tabel niet kent?"),
    ("domains_add_up", "domeinen tellen op", "domains add up",
     "Tellen de minuten van domeinen gewoon op, hoe veel domeinen het er ook zijn?"),
    ("sum_does_not_bend", "de som blijft recht", "sum does not bend",
     "Klopt de som van domeinen ook bij cliënten bij wie die som groot is?"),
    ("declared_directions", "gestelde richtingen", "declared directions",
     "Spreken de gegevens een richting tegen die het onderzoek vooraf stelde?"),
    ("fair_error_*", "even goed voor elke groep", "fair error",
     "Klopt de norm voor elke groep cliënten even goed? Achter de naam staat waarnaar de groepen zijn gemaakt."),
    ("fair_class_*", "niet vaker een te lage klasse", "fair class",
     "Krijgt een groep vaker een te lage klasse dan andere cliënten? Achter de naam staat waarnaar de groepen zijn "
     "gemaakt."),
    ("observed_limit_band_*", "ten minste geleverd", "observed limit of a band",
     "Hoeveel minuten levert een nieuwe aanbieder ten minste? Achter de naam staat het nummer van de klasse."),
    ("front_loading_*", "meer in het begin", "front-loading",
     "Wordt in de eerste weken meer geleverd dan later? Het nummer hoort bij een niveau van een kenmerk."),
    ("optimism", "te rooskleurig", "optimism",
     "Hoeveel beter lijkt de tabel bij de eigen gegevens dan bij nieuwe aanbieders?"),
    ("factor_is_assigned_minutes", "kenmerk is de toewijzing", "factor is the assigned minutes",
     "Is een kenmerk bijna hetzelfde als de toegekende minuten?"),
    ("provider_share", "aandeel van de aanbieder", "provider share",
     "Hoeveel van de verschillen in minuten komt door de aanbieder en niet door de cliënt?"),
    ("sum_keeps_ceiling", "optelsom haalt het plafond", "sum keeps the ceiling",
     "Hoeveel van wat een vrij model kan voorspellen, haalt de optelsom?"),
    ("one_level_too_heavy", "één niveau te zwaar", "one level too heavy",
     "Welk kenmerk verschuift de meeste cliënten als het één niveau te zwaar wordt genoteerd?"),
    ("delivered_against_neutral", "geleverd tegenover neutraal", "delivered against neutral",
     "Hoeveel scheelt een gewoon gemiddelde met de norm binnen aanbieders?"),
    ("provider_effects", "verschil tussen aanbieders", "provider effects",
     "Hoeveel meer of minder levert een aanbieder aan een gelijke cliënt?"),
    ("under_delivery_overall", "te weinig geleverd bij allen", "under-delivery overall",
     "Hoeveel te weinig moet bij iedereen geleverd zijn om een grens te verschuiven?"),
    ("under_delivery_capped", "te weinig geleverd aan het maximum", "under-delivery at the cap",
     "Hoeveel te weinig moet aan het maximum geleverd zijn om een grens te verschuiven?"),
    ("promise_kept", "ondergrens is nodig", "promise kept",
     "Welk deel van de cliënten in een klasse heeft ten minste de ondergrens nodig?"),
    ("promise_at_worst_provider", "ondergrens bij de verste aanbieder", "promise at the worst provider",
     "Hoe is dat bij de aanbieder waar het het minst klopt?"),
    ("fits_below_upper", "bovengrens is genoeg", "fits below the upper bound",
     "Welk deel van de cliënten in een klasse heeft minder dan de bovengrens nodig?"),
    ("weeks_in_band", "weken binnen de klasse", "weeks in the band",
     "In welk deel van de weken vallen de minuten binnen de klasse van de cliënt?"),
    ("periods_in_band", "perioden binnen de klasse", "periods in the band",
     "In welk deel van de perioden van vier weken vallen de minuten binnen de klasse?"),
    ("fortnightly_delivery", "om de week geleverd", "fortnightly delivery",
     "Hoeveel cliënten krijgen om de week ondersteuning?"),
    ("peak_weeks", "pieken", "peak weeks",
     "In hoeveel weken is het meer dan twee keer het eigen gemiddelde?"),
    ("band_survives_choices", "klasse blijft bij andere keuzes", "band survives other choices",
     "Welk deel van de cliënten houdt bij elke verdedigbare keuze dezelfde klasse?"),
    ("choices_within_stability", "keuzes binnen de onzekerheid", "choices within stability",
     "Verschuift een andere keuze een grens verder dan andere aanbieders dat zouden doen?"),
    ("same_band_uncertain", "niet zeker of beoordelaars gelijk kiezen", "same band uncertain",
     "Twee beoordelaars kiezen vaak genoeg dezelfde klasse, maar zeker is dat niet."),
    ("losers_above_20_percent", "meer dan een vijfde minder", "losers above 20 per cent",
     "Hoeveel cliënten krijgen volgens de norm meer dan een vijfde minder dan nu?"),
)  # fmt: skip

TERMS = LAW_AND_POLICY + TOOLKIT + LEDGER_CODES + RESERVATION_AND_CHECK_CODES

_SECTIONS = (
    ("Woorden uit wet en beleid", LAW_AND_POLICY),
    ("Woorden van onderzoek en toolkit", TOOLKIT),
    ("Waarom een regel niet meetelt (uitvalregister)", LEDGER_CODES),
    ("Voorbehouden en toetsen", RESERVATION_AND_CHECK_CODES),
)
_HEAD = """\
# Woordenlijst

Gemaakt uit `normenkader/terms.py`; verander de woorden daar. De betekenis is onze uitleg in gewone taal; de bron zegt
waar het woord vandaan komt.

Wetten zijn genoemd naar de tekst van mei 2017 en uitspraken naar hun kop of een samenvatting: geen van beide is voor
deze lijst door een jurist nagelezen. Controleer ze voordat u ze aanhaalt."""


def term(name: str) -> Term:
    """The term called `name` in code.

    Raises
    ------
    KeyError
        If the glossary has no such term.
    """
    found = next((known for known in TERMS if known.name == name), None)
    if found is None:
        raise KeyError(f"the glossary has no term '{name}'")
    return found


def glossary_markdown() -> str:
    """GLOSSARY.md: one table a section, in the order of this module."""
    return "\n\n".join([_HEAD, *(_section(title, terms) for title, terms in _SECTIONS)]) + "\n"


def _section(title: str, terms: tuple[Term, ...]) -> str:
    rows = ["| Nederlands | in code | English | betekenis | bron |", "| --- | --- | --- | --- | --- |"]
    rows += [f"| {t.dutch} | `{t.name}` | {t.english} | {t.meaning_nl} | {t.source} |" for t in terms]
    return "\n".join([f"## {title}", "", *rows])
