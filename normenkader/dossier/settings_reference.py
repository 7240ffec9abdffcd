"""Every key of study.toml with its values, its default and what it decides: `data/settings.md`."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from normenkader.dossier.choice_words import MEANINGS, SECTIONS, VALUES
from normenkader.settings.study_file import StudyFile

_HEAD = """# Instellingen / Settings

Elke sleutel van `study.toml`: welke waarden mogen, wat er geldt als de sleutel er niet staat, en waarover hij beslist.
Elke waarde die geldt, gekozen of standaard, staat in het hoofdstuk *Keuzes* van het dossier. Een sleutel die hier niet
staat, wordt geweigerd.

Every key of `study.toml`. This page is made from the code that checks the file.
"""
_MORE_SECTIONS = {"factor": "Een kenmerk; een blok voor elk", "plan": "Vooraf rekenen, met `plan`, zonder proefmeting",
                  "premise": "Een uitgangspunt; een blok voor elk"}  # fmt: skip
_MORE_MEANINGS = {
    ("factor", "name"): "Naam van de kolom, of van wat daarvoor in `[columns.episodes]` staat",
    ("factor", "kind"): "Zonder volgorde, met volgorde, of een getal dat in klassen wordt verdeeld",
    ("factor", "ijkclient"): "Niveau van de ijkcliënt",
    ("factor", "levels"): "Niveaus, van licht naar zwaar; niet bij een getal",
    ("factor", "breaks"): "Klassengrenzen van een getal: 13, 26 geeft <=13, 14-26, >26",
    ("factor", "direction"): "Of minuten mogen dalen of stijgen als het niveau stijgt",
    ("factor", "group"): "Groep waarin kenmerken elkaar kunnen overlappen",
    ("factor", "interacts_with"): "Kenmerken waarmee het samen telt",
    ("plan", "residual_sd"): "Spreiding tussen cliënten met dezelfde kenmerken bij één aanbieder, in minuten per week",
    ("plan", "provider_sd"): "Spreiding tussen aanbieders, in minuten per week",
    ("plan", "ijkclient_minutes"): "Verwachte minuten van de ijkcliënt",
    ("plan", "week_share"): "Deel van de variantie dat toeval van weken is",
    ("plan", "casemix_sd"): "Hoeveel de gemiddelde norm van aanbieders verschilt, in minuten per week",
    ("plan", "style_correlation"): "Hoe sterk aanbieders met zwaardere cliënten ook zelf meer geven (-1 tot 1)",
    ("plan", "shares"): "Deel van de cliënten op elk niveau, per kenmerk",
    ("premise", "id"): "Korte naam, zoals P1",
    ("premise", "text"): "Wat wordt aangenomen",
    ("premise", "source"): "Waar dat vandaan komt",
}
_MORE_VALUES = {
    ("factor", "kind", "nominal"): "zonder volgorde", ("factor", "kind", "ordinal"): "met volgorde",
    ("factor", "kind", "numeric"): "een getal", ("factor", "direction", "up"): "mogen niet dalen",
    ("factor", "direction", "down"): "mogen niet stijgen", ("factor", "direction", "free"): "vrij",
}  # fmt: skip
_BESIDE = """
## Verder

- `[sources]` heeft `episodes` nodig, of `summaries`. Met `judgements` zijn `vignettes` en `[triangulation] margin`
  verplicht.
- `[columns.episodes]`, en zo voor `minutes`, `vignettes`, `judgements` en `assessments`: de naam uit het codeboek, met
  daarachter de naam of de namen van die kolom in uw bestanden.
- `[research]`: wie het onderzoek deed, voor wie, met welk belang, en wie in het panel zat. Vrije sleutels; zij staan in
  het dossier.
"""
Schema = Mapping[str, Any]


def settings_markdown() -> str:
    """The page, in the order of the sections."""
    schema = StudyFile.model_json_schema()
    parts = [_HEAD]
    for section, value in schema["properties"].items():
        name = _reference(value)
        if name is not None:
            parts.append("\n".join(_section(section, schema["$defs"][name])))
    return "\n".join(parts) + _BESIDE


def _reference(value: Schema) -> str | None:
    options = [value, *value.get("anyOf", ()), value.get("items", {})]
    found = next((option["$ref"] for option in options if "$ref" in option), None)
    return None if found is None else str(found).rsplit("/", 1)[1]


def _section(section: str, schema: Schema) -> Iterator[str]:
    brackets = f"[[{section}]]" if section in ("factor", "premise") else f"[{section}]"
    yield f"## `{brackets}`: {({**SECTIONS, **_MORE_SECTIONS})[section]}\n"
    yield "| sleutel | waarden | standaard | beslist |\n| --- | --- | --- | --- |"
    for key, value in schema["properties"].items():
        default = "**verplicht**" if key in schema.get("required", ()) else _default(value.get("default"))
        yield f"| `{key}` | {_values(section, key, value)} | {default} | {_meaning(section, key)} |"
    yield ""


def _meaning(section: str, key: str) -> str:
    found = MEANINGS.get((section, key))
    return _MORE_MEANINGS[section, key] if found is None else found


def _default(value: Any) -> str:
    return "-" if value is None or value in ([], {}) else f"`{json.dumps(value, ensure_ascii=False)}`"


def _values(section: str, key: str, schema: Schema) -> str:
    if "anyOf" in schema:
        options = [_values(section, key, option) for option in schema["anyOf"] if option.get("type") != "null"]
        return " of ".join(options)
    if "const" in schema or "enum" in schema:
        return _words(section, key, schema.get("enum", [schema.get("const")]))
    known = [word for *place, word in VALUES if place == [section, key] and schema.get("type") == "array"]
    return f"lijst, zoals {_words(section, key, known)}" if known else _kind(schema)


def _words(section: str, key: str, words: Sequence[str]) -> str:
    return "; ".join(_word(section, key, word) for word in words)


def _word(section: str, key: str, word: str) -> str:
    said = VALUES.get((section, key, word), _MORE_VALUES.get((section, key, word)))
    return f"`{word}`" if said is None else f"`{word}` ({said})"


_KINDS = {"integer": "geheel getal", "number": "getal", "string": "tekst", "boolean": "`true` of `false`"}


def _kind(schema: Schema) -> str:
    kind = schema.get("type")
    if kind == "array":
        items: Schema = schema.get("items") or next(iter(schema.get("prefixItems", ())), {})
        least = schema.get("minItems")
        return f"{'lijst' if least is None else f'lijst van {least}'}: {_kind(items)}"
    if kind == "object":
        return f"tabel: {_kind(schema.get('additionalProperties', {}))}"
    word = "datum" if schema.get("format") == "date" else _KINDS[str(kind)]
    return word + _bounds(schema)


def _bounds(schema: Schema) -> str:
    marks = {"minimum": "vanaf", "exclusiveMinimum": "boven", "maximum": "tot en met", "exclusiveMaximum": "onder"}
    said = [f"{word} {schema[mark]:g}" for mark, word in marks.items() if mark in schema]
    return " " + " ".join(said) if said else ""
