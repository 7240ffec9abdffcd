"""The answer to "what had legal force on that day": as JSON, and as one page in plain Dutch made from that JSON."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from normenkader.cli import register_place as place
from normenkader.cli.output import text_table

if TYPE_CHECKING:
    from normenkader.cli.recomputing import Standing
    from normenkader.register.chained_file import Register
    from normenkader.register.history import InForce

Document = Mapping[str, Any]

_LABEL = 18


def document(
    register: Register, found: InForce | None, standing: Standing | None, later: Document | None, *, on: date,
    known_on: date | None,
) -> dict[str, Any]:  # fmt: skip
    """All that the page says.

    Parameters
    ----------
    register : Register
        Read and verified.
    found : InForce or None
        What had force on `on` as known on `known_on`.
    standing : Standing or None
        How its folder stands; None when nothing had force.
    later : mapping or None
        ``version`` and ``event`` of what is known now, where that differs.
    """
    asked = {
        "on": on.isoformat(),
        "known_on": known_on.isoformat() if known_on else None,
        "in_force": found is not None,
        "as_known_now": dict(later) if later else None,
        "register": place.register_document(register),
    }
    if found is None or standing is None:
        return asked
    return asked | _adoption(found) | {"standing": asdict(standing)}


def page(answer: Document) -> str:
    """The page, in plain Dutch."""
    parts = [_head(answer)]
    if answer["in_force"]:
        parts += [_block(_what(answer)), _bands(answer), _block(_basis(answer))]
    return "\n\n".join([*parts, _block(_register(answer))])


def legal_force_sentence(calibration_number: str, on: date, home: Path) -> str:
    """What the register in `home` says of a decision taken on a day under a calibration; empty where there is none."""
    from normenkader.cli.register_folders import has_register
    from normenkader.register.chained_file import read_register
    from normenkader.register.history import in_force

    if not has_register(home) or not calibration_number:
        return ""
    found, day = in_force(read_register(home).events, on=on), _day(on.isoformat())
    if found is None:
        return f"Let op: op {day} had volgens het register geen enkele versie rechtskracht."
    held = f"op {day} had volgens het register versie {found.period.version} rechtskracht"
    if found.event.calibration_number != calibration_number:
        return f"Let op: {held}, en dit is een andere."
    return f"Dit is de versie in werking: {held} ({found.event.decision})."


def _adoption(found: InForce) -> dict[str, Any]:
    from normenkader.register.history import registered_day

    event, period = found.event, found.period
    names = ("calibration_number", "receipt_seal", "norms_sha256", "bands_sha256", "data_sha256", "unit", "study",
             "n_reservations", "decision", "corrects")  # fmt: skip
    return {
        "version": period.version, "valid_from": period.valid_from.isoformat(),
        "valid_to": period.valid_to.isoformat() if period.valid_to else None, "ended_by": period.ended_by,
        "event": event.number, "event_hash": event.sha256,
        "registered_on": event.registered_on.isoformat(timespec="seconds"),
        "retroactive": event.valid_from < registered_day(event),
        **{name: getattr(event, name) for name in names},
        "bands": [dict(band) for band in event.bands],
        "code": dict(event.code), "catalogue": dict(event.catalogue) if event.catalogue else None,
        "transitions": [{"event": e.number, "text": e.transition} for e in found.transitions],
    }  # fmt: skip


def _head(answer: Document) -> str:
    known = f", zoals bekend op {_day(answer['known_on'])}" if answer["known_on"] else ""
    lines = [f"In werking op {_day(answer['on'])}{known}: {_short(answer.get('version'))}."]
    if not answer["in_force"]:
        lines.append("Op die dag had volgens het register geen enkele versie rechtskracht.")
    if answer["as_known_now"]:
        now = answer["as_known_now"]
        by = f" (gebeurtenis {now['event']})" if now["event"] else ""
        lines.append(f"Let op: volgens wat nu bekend is, was dat op die dag: {_short(now['version'])}{by}.")
    return "\n".join(lines)


def _short(version: int | None) -> str:
    return "geen" if version is None else f"versie {version}"


def _what(answer: Document) -> Iterator[tuple[str, str]]:
    last = f"tot en met {_day(answer['valid_to'])}" if answer["valid_to"] else "tot zij wordt vervangen of ingetrokken"
    ended = f" (door gebeurtenis {answer['ended_by']})" if answer["ended_by"] else ""
    yield "Geldt", f"vanaf {_day(answer['valid_from'])}, {last}{ended}"
    yield "Besluit", answer["decision"]
    late = ", met terugwerkende kracht" if answer["retroactive"] else ""
    instead = f", in de plaats van gebeurtenis {answer['corrects']}" if answer["corrects"] else ""
    yield "Geregistreerd", f"{answer['registered_on']}, als gebeurtenis {answer['event']}{instead}{late}"
    for transition in answer["transitions"]:
        yield "Overgangsregeling", f"{transition['text']} (gebeurtenis {transition['event']})"


def _bands(answer: Document) -> str:
    from normenkader.dossier.numbers import dutch_unit
    from normenkader.dossier.wording import name

    rows = [(band["band"], name(band["label"]), band["lower"], band["upper"]) for band in answer["bands"]]
    return f"Klassen, in {dutch_unit(answer['unit'])} (vanaf de ondergrens, tot de bovengrens)\n" + text_table(
        ("klasse", "naam", "vanaf", "tot"), rows
    )


def _basis(answer: Document) -> Iterator[tuple[str, str]]:
    standing, catalogue = answer["standing"], answer["catalogue"]
    if answer["study"]:
        yield "Studie", answer["study"]
    yield "Kalibratienummer", answer["calibration_number"]
    yield "Gegevens", f"{answer['data_sha256']} (SHA-256 over alle invoerbestanden)"
    yield "Code", _code(answer["code"])
    yield "Voorbehouden", f"{answer['n_reservations']}, in bands.json en het dossier"
    if catalogue:
        yield "MLflow", f"{catalogue['model_name']} versie {catalogue['model_version']}, run {catalogue['run_id']}"
    yield "Map", f"{standing['folder']}, bestanden {standing['files']}" if standing["folder"] else standing["files"]
    count = standing["n_differences"]
    counted = f", {count} {'waarde' if count == 1 else 'waarden'} anders" if count else ""
    reason = f" ({standing['reason']})" if standing["reason"] else ""
    yield "Herrekend", f"{standing['verdict']}{counted}{reason}"


def _code(code: Document) -> str:
    version = f"normenkader {code['version']}" if code["version"] else "versie onbekend"
    if not code["commit"]:
        return f"{version}, commit niet bekend"
    dirty = {True: "met wijzigingen sinds die commit", False: "zonder wijzigingen", None: "wijzigingen niet bekend"}
    return f"{version}, commit {code['commit']}, {dirty[code['dirty']]}"


def _register(answer: Document) -> Iterator[tuple[str, str]]:
    register = answer["register"]
    count = f"{register['events']} gebeurtenis{'sen' if register['events'] != 1 else ''}"
    yield "Register", f"{register['file']}, {count}, keten ongebroken"
    if not register["has_head"]:
        yield "", "register.head ontbreekt: of er aan het eind regels weg zijn, is niet te zeggen"
    yield "Laatste hash", register["last_hash"]


def _block(rows: Iterator[tuple[str, str]]) -> str:
    indent = "\n" + " " * _LABEL
    return "\n".join(f"{label:<{_LABEL}}{value}".replace("\n", indent) for label, value in rows)


def _day(iso: str) -> str:
    from normenkader.dossier.numbers import dutch_date

    return dutch_date(iso)
