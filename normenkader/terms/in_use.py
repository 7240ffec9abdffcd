"""Words for the years after: tables that are applied, prices, departures, proof, and legal force."""

from __future__ import annotations

from normenkader.terms.term import OURS, terms_of

IN_USE = terms_of(
    OURS,
    ("applied_table", "toegepaste tabel", "applied table",
     "De tabel die de gemeente echt gebruikt, bijvoorbeeld de bijlage bij een beleidsregel."),
    ("onderbouwd", "onderbouwd", "supported table",
     "Elk getal in de toegepaste tabel is het getal uit het onderzoek.",
     f"{OURS}; beleid dat van zijn eigen onderzoek afwijkt, vindt daarin geen steun: CRVB:2018:3835"),
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
