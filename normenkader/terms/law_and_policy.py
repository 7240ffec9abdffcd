"""Words that law, rulings or policy define, each with the text that does."""

from __future__ import annotations

from normenkader.terms.term import FAQT, MEETING, MODEL_TEXT, terms_of

LAW_AND_POLICY = terms_of(
    MODEL_TEXT,
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
     f"{FAQT}; {MEETING}"),
    ("band", "bandbreedte, klasse", "band",
     "Een groep van normen die bij elkaar horen: van zoveel tot zoveel minuten per week."),
    ("lower_bound", "ondergrens", "lower bound",
     "Het kleinste aantal minuten per week van een klasse. De cliënt krijgt dit getal te horen. Het wordt nooit "
     "naar beneden afgerond.",
     f"{MODEL_TEXT}; niet naar beneden afronden: CRvB 18 mei 2016"),
    ("beschikking", "beschikking", "decision",
     "Het besluit van de gemeente over de hulp. Er moet in staan hoeveel tijd de cliënt krijgt.",
     "CRVB:2021:1381 (omvang in tijdseenheden)"),
    ("ondersteuningsplan", "ondersteuningsplan", "support plan",
     "Het plan van aanbieder en cliënt met het precieze aantal minuten. Het geldt als beschikking als de "
     "gemeente dat aan de aanbieder heeft overgelaten.",
     f"Wmo 2015 art. 2.6.3; {MODEL_TEXT}"),
    ("orientation", "gerichtheid: behoudgericht of ontwikkelgericht", "orientation",
     "Of de hulp helpt om te houden wat er is, of om iets nieuws te leren.",
     MEETING),
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
     MEETING),
)  # fmt: skip
