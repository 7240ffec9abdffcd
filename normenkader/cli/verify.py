"""``normenkader verify``: hashes, figures, signature, and the table that is really applied."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import click

from normenkader.cli.output import json_option, show, text_table
from normenkader.cli.progress import stage

Document = Mapping[str, Any]

DEPARTURE = 3
_MOST_SHOWN = 20
_FEW = "- : not known, or too few clients or providers to show. Clients in rounded numbers."


@click.command("verify")
@click.argument("folder", type=click.Path(path_type=Path))
@click.option(
    "--study",
    type=click.Path(path_type=Path),
    help="Folder (or study.toml) where the inputs are; default: the folder that FOLDER stands in.",
)
@click.option(
    "--applied",
    type=click.Path(path_type=Path),
    help="The table that is really applied (TOML, CSV or XLSX), to compare with the calibrated one.",
)
@click.option("--public-key", type=click.Path(path_type=Path), help="PEM file to check receipt.sig with.")
@click.option("--no-recompute", is_flag=True, help="Check hashes only; quick.")
@json_option
def command(
    folder: Path, study: Path | None, applied: Path | None, public_key: Path | None, no_recompute: bool, as_json: bool
) -> None:
    """Check FOLDER, an output folder of calibrate, wherever it stands now.

    Checked are the receipt's seal, the hash of every file and input, the calibration number, and every figure,
    recomputed from the inputs where these are to be had: identiek, binnen afronding, afwijkend or niet herrekend.

    An applied table is onderbouwd (every value is the calibrated one), afwijkend (each departure is listed, with what
    it does to clients), or niet onderbouwd (it cannot be tied to this calibration, or the calibration does not
    stand). Its form stands in data/codebook.md.

    Not looked at: the register of legal force and the log of deviations. Their chains are held by versions, in-force
    and deviations, with --anchor against last lines that are gone.

    \b
    Examples:
      normenkader verify data/example/out/2f6c
      normenkader verify court/2026-03 --study data/example
      normenkader verify out/2f6c --applied beleidsregel.xlsx
      normenkader verify out/2f6c --no-recompute --public-key public.pem

    Exit code 3: something departs.
    """
    from normenkader.verification.document import verification_document
    from normenkader.verification.verdict import verify

    found = verify(folder, study, applied, public_key=public_key, with_recompute=not no_recompute, stage=stage)
    document = verification_document(found)
    show(document, "\n\n".join(part for part in _text(document) if part), as_json=as_json)
    if found.departs:
        raise click.exceptions.Exit(DEPARTURE)


def _text(found: Document) -> Iterator[str]:
    yield _summary(found)
    if found["departures"]:
        rows = [(d["kind"], d["file"], d["text"]) for d in found["departures"]]
        yield f"Departures ({len(rows)})\n{text_table(('what', 'file', 'how'), rows)}"
    yield _differences(found["recomputation"]["differences"])
    if found["not_checked"]:
        yield "\n".join(["Not checked", *(f"  {text}" for text in found["not_checked"])])
    if found["applied"]:
        yield from _applied(found["applied"])


def _summary(found: Document) -> str:
    recomputed, signature = found["recomputation"], found["signature"]
    of_folder = sum(d["kind"] not in ("input", "figure", "signature") for d in found["departures"])
    lines = {
        "Folder": found["folder"],
        "Calibration number": found["calibration_number"] or "-",
        "Seal": found["seal"] or "-",
        "Receipt and files": f"{of_folder} departure(s)" if of_folder else "as written",
        "Inputs": _inputs(recomputed["inputs"]),
        "Recomputed": ": ".join(filter(None, (recomputed["verdict"], recomputed["reason"]))),
    }
    if signature:
        lines["Signature"] = f"valid, by the key {signature['key']}" if signature["valid"] else signature["reason"]
    if found["applied"]:
        lines["Applied table"] = found["applied"]["verdict"]
    return "\n".join(f"{name + ':':<20}{value}" for name, value in lines.items())


def _inputs(inputs: Document) -> str:
    if inputs["study"] is None:
        return "not to be had"
    words = [f"{len(inputs[key])} {key}" for key in ("changed", "missing", "added") if inputs[key]]
    return f"{', '.join(words) or 'as calibrated on'}, in {inputs['study']}"


def _differences(differences: Sequence[Document]) -> str:
    if not differences:
        return ""
    rows = [(d["file"], d["path"], _short(d["there"]), _short(d["here"]), d["difference"],
             "yes" if d["within_rounding"] else "no") for d in differences[:_MOST_SHOWN]]  # fmt: skip
    more = len(differences) - len(rows)
    table = text_table(("file", "place", "there", "recomputed", "difference", "within rounding"), rows)
    return f"Differences ({len(differences)})\n{table}" + (f"\nand {more} more; --json lists all" if more else "")


def _short(value: Any) -> str:
    text = "-" if value is None else f"{value:g}" if isinstance(value, float) else str(value)
    return text if len(text) <= 24 else text[:23] + "…"


def _applied(found: Document) -> Iterator[str]:
    parts, absent = (", ".join(found[key]) or "-" for key in ("compared", "not_compared"))
    yield "\n".join([
        f"Applied table {found['file']}: {found['verdict']}",
        *(f"  {reason}" for reason in found["reasons"]),
        f"  compared: {parts}; not in the table: {absent}",
        *(f"  {note}" for note in found["notes"]),
    ])  # fmt: skip
    if not found["departures"]:
        return
    rows = [
        (d["place"], _short(d["calibrated"]), _short(d["applied"]), d["difference"], *_counts(d["effect"]))
        for d in found["departures"]
    ]
    rows.append(("all together", "", "", None, *_counts(found["together"])))
    header = ("place", "calibrated", "applied", "difference", "lower band", "higher band", "less", "by", "more", "by")
    yield f"What departs, and the clients it moves\n{text_table(header, rows)}\n{_FEW}"
    yield "\n".join(_reasons(found))


def _counts(effect: Document) -> tuple[Any, ...]:
    keys = ("n_lower_band", "n_higher_band", "n_less", "mean_less", "n_more", "mean_more")
    return tuple(effect[key] for key in keys)


def _reasons(found: Document) -> Iterator[str]:
    """Departures by what is said of them, and why clients were not counted."""
    said: dict[str, list[str]] = {}
    for d in found["departures"]:
        said.setdefault(d["text"], []).append(d["place"])
        if d["effect"]["reason"]:
            said.setdefault(f"clients not counted: {d['effect']['reason']}", []).append(d["place"])
    for text, places in said.items():
        yield f"{text}:"
        yield f"  {'; '.join(places)}"
