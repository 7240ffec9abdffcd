"""Reading every output of a study as a stranger would: every number that is a count or share of clients, every text."""

from __future__ import annotations

import base64
import json
import re
import shutil
import sqlite3
import subprocess
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

#: Keys of counts of clients, of their episodes or of decisions about them.
OF_CLIENTS = frozenset({
    "n_clients", "n_episodes", "n_episodes_with_sum", "n_without_norm", "n_decisions", "n_up", "n_down",
    "n_other_band", "n_other_calibrations", "n_no_norm", "n_compared", "lookalikes", "clients", "n_periods",
    "n_changes", "n_lower_band", "n_higher_band", "n_less", "n_more", "n_clients_now",
})  # fmt: skip
#: Other keys that begin with ``n_``: of providers, bands, experts, assessors, resamples, tables.
OF_OTHERS = frozenset({
    "n_providers", "n_bands", "n_folds", "n_left_out", "n_assessors", "n_experts", "n_vignettes", "n_judgements",
    "n_estimates", "n_seeds", "n_terms", "n_options", "n_single", "n_all", "n_infeasible", "n_disagreed",
    "n_municipalities", "n_losing", "n_sources", "n_resamples", "n_studies",
    "n_reservations", "n_differences",
})  # fmt: skip


def leaves(value: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Any]]:
    """Every plain value with the keys that lead to it; places in a list are left out of the path."""
    if isinstance(value, Mapping):
        for key, inner in value.items():
            yield from leaves(inner, (*path, str(key)))
    elif isinstance(value, list | tuple):
        for inner in value:
            yield from leaves(inner, path)
    else:
        yield path, value


def small_counts(documents: Mapping[str, Any], *, least: int, step: int) -> list[str]:
    """Counts of clients that are neither null nor a multiple of `step` of at least `least`, and keys nobody judged."""
    found = []
    for name, document in documents.items():
        for path, value in leaves(document):
            key = path[-1] if path else ""
            if key in OF_CLIENTS and value is not None and (value < least or value % step):
                found.append(f"{name}: {'.'.join(path)} = {value}")
            if key.startswith("n_") and key not in OF_CLIENTS | OF_OTHERS and not key.startswith("n_leefgebied"):
                found.append(f"{name}: {'.'.join(path)} is not known to be a count of clients or of something else")
    return found


def small_shares(documents: Mapping[str, Any], *, least: int) -> list[str]:
    """Shares beside a published count, from which fewer than `least` clients would follow that have, or lack, it."""
    found = []
    for name, document in documents.items():
        for path, row in _records(document):
            n = row.get("n_clients") if isinstance(row.get("n_clients"), int) else None
            shares = {k: v for k, v in row.items() if k.startswith(("share_", "too_")) and isinstance(v, float | int)}
            for key, share in shares.items():
                if n is not None and _tells(share, n, least):
                    found.append(f"{name}: {'.'.join(path)} {key} = {share} of {n}")
    return found


def _tells(share: float, n: int, least: int) -> bool:
    """Whether some count that gives this share, to the percent and with `n` rounded to five, is all too small."""
    side = min(share, 1 - share)
    coarse = side == 0 and n >= 2 * least / 0.05 - 5
    return not coarse and (side + 0.005) * (n + 2) < least


def _records(value: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Mapping[str, Any]]]:
    if isinstance(value, Mapping):
        yield path, value
        for key, inner in value.items():
            yield from _records(inner, (*path, str(key)))
    elif isinstance(value, list):
        for inner in value:
            yield from _records(inner, path)


def numbers_not_in(text: str, documents: list[Any]) -> list[str]:
    """Numbers in a text, English or Dutch, that no value of the documents gives when rounded, or as a percentage."""
    known = [value for document in documents for _, value in leaves(document)]
    values = [float(v) for v in known if isinstance(v, int | float) and not isinstance(v, bool)]
    words = " ".join(str(v) for v in known if isinstance(v, str))
    own = {token for value in known if isinstance(value, str) for token in _NUMBER.findall(value)}
    keys = {
        token for document in documents for path, _ in leaves(document) for token in _NUMBER.findall(" ".join(path))
    }
    own |= {token.lstrip("0") for token in own}
    values += [float(len(rows)) for document in documents for _, rows in _lists(document)]
    found = []
    for line in text.splitlines():
        bare = _without(line, words)
        found += [t for t in _NUMBER.findall(bare) if t not in own | keys | _IN_WORDS and not _gives(t, values)]
    return found


_NUMBER = re.compile(r"\d(?:[\d.,]*\d)?")
#: The level of every interval, two articles of law, weeks and months of a year, minutes of an hour; a fifth.
_IN_WORDS = frozenset({"95", "4", "84", "5.4", "12", "20", "52", "60"})


def _lists(value: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], list[Any]]]:
    inside = value.items() if isinstance(value, Mapping) else enumerate(value) if isinstance(value, list) else ()
    for key, inner in inside:
        yield from _lists(inner, (*path, str(key)))
    if isinstance(value, list):
        yield path, value


def _without(line: str, words: str) -> str:
    """A line without the words that stand in a document as they are, such as a path or a hash."""
    return " ".join(part for part in line.split() if len(part) < 12 or part.strip(".,;:()") not in words)


def _gives(token: str, values: list[float]) -> bool:
    readings = {token.replace(",", ""), token.replace(".", "").replace(",", ".")}
    for reading in readings:
        try:
            number = float(reading)
        except ValueError:
            continue
        digits = len(reading.partition(".")[2])
        half = 0.5 * 10.0**-digits + 1e-9
        if any(abs(abs(scale * value) - number) <= half for value in values for scale in (1, 100)):
            return True
    return False


def texts_of(folder: Path) -> Iterator[tuple[str, str]]:
    """Every file as text: pages with their figures, PDF by pdftotext, databases table by table, the rest as it is."""
    for path in sorted(p for p in folder.rglob("*") if p.is_file()):
        name = str(path.relative_to(folder))
        if path.suffix == ".pdf":
            yield name, _pdf_text(path)
        elif path.suffix == ".db":
            yield name, _database_text(path)
        else:
            text = path.read_bytes().decode("utf-8", "replace")
            yield name, text
            for figure in re.findall(r"data:image/svg\+xml;base64,([A-Za-z0-9+/=]+)", text):
                yield f"{name} (figure)", base64.b64decode(figure).decode("utf-8", "replace")


def documents_of(folder: Path) -> dict[str, Any]:
    """Every JSON document of an output folder that is for publication."""
    names = sorted(p.name for p in folder.glob("*.json") if p.name not in ("ledger.json", "receipt.json"))
    return {name: json.loads((folder / name).read_text(encoding="utf-8")) for name in names}


def _pdf_text(path: Path) -> str:
    raw = path.read_bytes().decode("latin-1")
    program = shutil.which("pdftotext")
    if program is None:
        return raw
    return raw + subprocess.run([program, str(path), "-"], capture_output=True, check=True).stdout.decode()


def _database_text(path: Path) -> str:
    with sqlite3.connect(path) as database:
        tables = [name for (name,) in database.execute("select name from sqlite_master where type = 'table'")]
        return "\n".join(str(row) for t in tables for row in database.execute(f'select * from "{t}"'))
