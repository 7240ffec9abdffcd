"""Checks on the plain sum: interactions, domains together, and declared directions."""

from __future__ import annotations

from collections.abc import Sequence

from normenkader.evidence import NOT_SHOWN, Check
from normenkader.model.additivity import Additivity, SlopeTest
from normenkader.model.grouped import SIGNIFICANCE

_LIMIT = "Ten minste 0,05, na correctie voor het aantal toetsen (Holm): dan is geen afwijking aangetoond."
_FEW = "Te weinig aanbieders dragen dit om het te toetsen."


def additivity_checks(found: Additivity) -> tuple[Check, ...]:
    """Checks in a fixed order."""
    return (
        _check(
            "undeclared_interactions", found.interactions,
            question="Hangen factoren samen op een manier die de normtabel niet kent?",
            none="Elk paar factoren heeft al een eigen interactie.",
            reservation="Factoren hangen samen op een manier die de normtabel niet kent",
        ),
        _check(
            "domains_add_up", found.overlap,
            question="Tellen domeinen van dezelfde groep gewoon op, hoe veel het er ook zijn?",
            none="De studie vraagt geen klassen voor het aantal domeinen.",
            reservation="Minuten van domeinen tellen niet gewoon op. De normtabel houdt daar rekening mee met minuten "
                        "voor het aantal domeinen",
        ),
        _check(
            "sum_does_not_bend", found.bending,
            question="Blijft de som van domeinen recht, ook waar die som groot is?",
            none="Er is geen groep van factoren.",
            reservation="De som van domeinen wijkt bij zware cliënten af van een rechte lijn",
        ),
        _check(
            "declared_directions", found.directions,
            question="Spreken de gegevens de vooraf gestelde richtingen tegen?",
            none="De studie stelt geen richtingen.",
            reservation="De gegevens spreken een vooraf gestelde richting tegen; de normtabel volgt de richting",
        ),
    )  # fmt: skip


def _check(code: str, tests: Sequence[SlopeTest], *, question: str, none: str, reservation: str) -> Check:
    possible = [test for test in tests if test.possible]
    if not possible:
        return Check(
            code=code, question=question, value=None, unit="p-value", limit=_LIMIT, passed=None,
            reason=_FEW if tests else none,
        )  # fmt: skip
    least = min(possible, key=lambda test: test.adjusted)
    broken = list(dict.fromkeys(" en ".join(t.name) for t in possible if t.adjusted < SIGNIFICANCE))
    named = f": {', '.join(broken)}" if broken else ""
    return Check(
        code=code, question=question, value=least.adjusted, unit="p-value", limit=_LIMIT, passed=not broken,
        reason=_tested(tests, possible) if broken else f"{NOT_SHOWN} {_tested(tests, possible)}",
        reservation=f"{reservation}{named}.",
    )  # fmt: skip


def _tested(tests: Sequence[SlopeTest], possible: Sequence[SlopeTest]) -> str:
    left = len(tests) - len(possible)
    most = f"Aantal toetsen: {len(possible)}."
    return f"{most} Niet te toetsen met deze aanbieders: {left}." if left else most
