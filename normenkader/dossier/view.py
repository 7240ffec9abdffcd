"""The documents with absent keys filled in, and the lists a reader needs, so that templates only lay out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from normenkader.dossier import wording
from normenkader.dossier.documents import Document, Documents

_TERM = (
    "factor", "level", "with", "estimate", "interval", "published", "n_clients", "n_providers", "supported",
    "merged_with", "reason", "under_direction", "random_intercept",
    "source", "data_estimate",
)  # fmt: skip
_BAND = (
    "band", "label", "lower", "upper", "lower_interval", "doubt_zone", "n_clients", "n_providers", "mean_minutes",
    "median_minutes", "p10", "p90", "promise_kept", "fits_below_upper", "promise_lower", "minutes_above_lower",
    "suppressed",
)  # fmt: skip
_CHECK = ("code", "question", "value", "unit", "interval", "limit", "passed", "reason")
_COMPARISON = (
    "sources", "factor", "level", "with", "difference", "interval", "confidence", "verdict",
)  # fmt: skip
# How the limit of a check begins that is there to be read, and cannot be failed.
_NO_LIMIT = ("Geen.", "Een melding zonder grens.")
_FACTOR = ("name", "kind", "levels", "breaks", "ijkclient", "direction", "group", "interacts_with")
_VEILED = (
    "n_clients", "n_providers", "mean_minutes", "median_minutes", "p10", "p90", "promise_kept", "fits_below_upper",
    "minutes_above_lower",
)  # fmt: skip


def terms(documents: Documents) -> tuple[Document, ...]:
    """Rows of the norm table without the ijkclient's own levels, by factor in the order of first appearance."""
    base = {(factor["name"], factor["ijkclient"]) for factor in documents.settings["factor"]}
    rows = [_filled(term, _TERM) for term in documents.norms["terms"]]
    kept = [row for row in rows if row["with"] or (row["factor"], row["level"]) not in base]
    order = list(dict.fromkeys(row["factor"] for row in kept))
    return tuple(sorted(kept, key=lambda row: order.index(row["factor"])))


def term_groups(documents: Documents) -> tuple[Document, ...]:
    """The norm table by factor: its rows in the order of the levels, the ijkclient's own level in its place."""
    order = {factor["name"]: list(factor["levels"]) for factor in factors(documents)}
    order |= {entry["factor"]: list(entry["classes"]) for entry in documents.norms.get("overlap") or ()}
    rows = terms(documents)
    names = dict.fromkeys(row["factor"] for row in rows)
    return tuple(_group(name, [row for row in rows if row["factor"] == name], order.get(name, []),
                        ijkclient_level(documents, name)) for name in names)  # fmt: skip


def _group(name: str, rows: Sequence[Document], levels: Sequence[str], base: str | None) -> Document:
    mains = [row for row in rows if not row["with"]]
    known = [level for level in levels if level == base or any(row["level"] == level for row in mains)]
    placed = [{"base": level} if level == base else next(row for row in mains if row["level"] == level)
              for level in known]  # fmt: skip
    others = [row for row in rows if row["with"] or row["level"] not in known]
    return {"factor": name, "rows": tuple([*placed, *others])}


def sources(documents: Documents) -> tuple[Document, ...]:
    """Every file that was read, with its counts of rows where the ledger has them."""
    counts = {entry["file"]: entry for entry in documents.ledger.get("files") or ()}
    empty = dict.fromkeys(("table", "dialect", "read", "used", "set_aside"))
    least = documents.settings["disclosure"]["min_clients"]
    counts = {name: _without_told_rows(entry, least) for name, entry in counts.items()}
    known = [{**empty, **entry, **counts.get(entry["file"], {})} for entry in documents.inputs]
    named = {entry["file"] for entry in known}
    return (*known, *({**empty, **entry} for name, entry in counts.items() if name not in named))


def _without_told_rows(entry: Document, least: int) -> Document:
    """Read is used and set aside together: with few of either, what was read would tell how many."""
    few = any(0 < (entry.get(name) or 0) < least for name in ("used", "set_aside"))
    return {**entry, "read": None} if few else entry


def factors(documents: Documents) -> tuple[Document, ...]:
    """Factors of the study with every key."""
    return tuple(_filled(factor, _FACTOR) for factor in documents.settings["factor"])


def ijkclient_level(documents: Documents, factor: str) -> str | None:
    """The ijkclient's level of a factor, or of the number of factors in a group; None when not stated."""
    stated = {entry["name"]: entry["ijkclient"] for entry in documents.settings["factor"]}
    stated |= {entry["factor"]: entry["ijkclient"] for entry in documents.norms.get("overlap") or ()}
    return stated.get(factor)


def bands(documents: Documents) -> tuple[Document, ...]:
    """Bands with every key; what is suppressed is empty, whatever the document holds."""
    rows = (_filled(band, _BAND) for band in documents.bands["bands"])
    return tuple({**row, **dict.fromkeys(_VEILED)} if row["suppressed"] else row for row in rows)


def edges_of_rule(documents: Documents) -> tuple[int, ...]:
    """Lower bounds that the rule gives: those in force, or beside edges that people chose the rule's own."""
    rivals = documents.bands.get("rivals") or ()
    given = next((rival["edges"] for rival in rivals if rival["rule"] == "optimal"), None)
    return tuple(given or (band["lower"] for band in bands(documents)))


def has_promises(documents: Documents) -> bool:
    """Whether for any band it is known who needs at least its lower bound."""
    promises = [band["promise_kept"] for band in bands(documents)]
    return any(promise is not None and not _is_silent(promise) for promise in promises)


def checks(documents: Documents) -> tuple[Document, ...]:
    """Checks of the model with every key; whether there is a limit at all, and with how many decimals it is printed."""
    rows = (_filled(check, _CHECK) for check in documents.validation.get("checks") or ())
    own_unit = documents.settings["study"]["unit"]
    # Time has one decimal, as everywhere in the dossier; a coefficient two.
    return tuple(
        {**row, "sets_no_limit": _sets_no_limit(row), "digits": 1 if row["unit"] == own_unit else 2} for row in rows
    )


def _sets_no_limit(check: Document) -> bool:
    return check["passed"] is None and str(check["limit"] or "").startswith(_NO_LIMIT)


def comparisons(documents: Documents) -> tuple[Document, ...]:
    """Comparisons of data, experts and source norms with every key."""
    return tuple(_filled(row, _COMPARISON) for row in documents.triangulation.get("comparisons") or ())


def is_synthetic(settings: Mapping[str, Any]) -> bool:
    """Whether the study says that its data are made up."""
    said = settings.get("research", {}).get("synthetic") is True
    return said or "synthetisch" in str(settings["study"]["name"]).lower()


def limits(documents: Documents) -> tuple[Document, ...]:
    """What the documents leave empty or not met, each as a place and a reason: what these data cannot carry."""
    edges = documents.bands.get("edges_under") or ()
    return (
        *(_limit("check", check, check["reason"]) for check in checks(documents) if _is_a_limit(check)),
        *(_limit("edges", row, row.get("reason") or "te weinig gegevens") for row in edges if row.get("edges") is None),
        *_silent_promises(documents),
    )


def _is_a_limit(check: Document) -> bool:
    """Whether a check failed or could not be decided; a figure for which the study sets no limit is neither."""
    return check["passed"] is not True and not check["sets_no_limit"]


def _silent_promises(documents: Documents) -> list[Document]:
    """Bands for which the promise could not be tested, together where the reason is the same."""
    reasons = {band["band"]: _reason(band) for band in bands(documents)}
    found = dict.fromkeys(reason for reason in reasons.values() if reason)
    return [_limit("promise", [number for number in reasons if reasons[number] == reason], reason) for reason in found]


def _limit(where: str, item: Any, reason: str | None) -> Document:
    return {"where": where, "item": item, "reason": wording.reason(reason) if reason else ""}


def _reason(band: Document) -> str | None:
    promise = band["promise_kept"]
    return (promise.get("reason") or "te weinig gegevens") if _is_silent(promise) else None


def _is_silent(promise: Any) -> bool:
    return isinstance(promise, Mapping) and promise.get("value") is None


def _filled(row: Document, keys: Sequence[str]) -> dict[str, Any]:
    return {**dict.fromkeys(keys), **row}
