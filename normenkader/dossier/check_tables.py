"""Checks and promises as documents: rounding and disclosure. Nothing is computed here."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from normenkader.bands.promises import FIRST_BAND, LAST_BAND, Promise
from normenkader.bands.table import BandTable
from normenkader.disclosure import share_of_all
from normenkader.evidence import Check
from normenkader.provenance import rounded
from normenkader.settings import DisclosureSettings

Document = dict[str, Any]

#: Who keeps to the lower or the upper bound of a band, and who does not, in words.
KEPT = ("ten minste de ondergrens nodig", "minder dan de ondergrens nodig")
FITS = ("minder dan de bovengrens nodig", "de bovengrens of meer nodig")
# Checks whose value is a share of all clients, or of their weeks.
_OF_ALL = frozenset({
    "share_at_cap", "one_level_too_heavy", "fortnightly_delivery", "peak_weeks", "periods_in_band", "weeks_in_band",
    "band_survives_choices",
})  # fmt: skip
_FEW = "Het zijn minder dan {} cliënten; het aandeel wordt niet getoond."
_PROMISES = {"promise_kept": KEPT, "fits_below_upper": FITS}


def promise_document(promise: Promise, words: tuple[str, str], n_clients: int, floor: DisclosureSettings) -> Document:
    """A promise with its interval in whole percents; no value, with the reason, where few keep it or few do not."""
    reason = promise.reason or _few(promise, words, n_clients, floor)
    if promise.value is None or (reason and not promise.reason):
        return {"value": None, "reason": reason}
    interval = None if promise.interval is None else [rounded(bound, 2) for bound in promise.interval]
    return {"value": rounded(promise.value, 2), "interval": interval, "reason": reason or None}


def _few(promise: Promise, words: tuple[str, str], n_clients: int, floor: DisclosureSettings) -> str:
    share, least = promise.value or 0.0, floor.min_clients
    few = [who for who, part in zip(words, (share, 1 - share), strict=True) if part * n_clients < least - 1e-6]
    return f"Minder dan {least} cliënten van deze klasse hebben {few[0]}; het deel wordt niet getoond." if few else ""


def checks_document(bands: BandTable) -> list[Document]:
    """``checks`` of validation.json."""
    return [check_document(_shown(check, bands)) for check in bands.checks]


def _shown(check: Check, bands: BandTable) -> Check:
    if check.code in _OF_ALL:
        return of_all_clients(check, bands.norms.model.clients_of_shares(), bands.study.disclosure)
    return _shown_promise(check, bands) if check.code in _PROMISES else check


def of_all_clients(check: Check, n_clients: int, floor: DisclosureSettings) -> Check:
    """A check whose value is a share of all clients, as it may be published."""
    value = share_of_all(check.value, n_clients, floor)
    few = value is None and check.value is not None
    return replace(check, value=value, reason=_FEW.format(floor.min_clients) if few else check.reason)


def _shown_promise(check: Check, bands: BandTable) -> Check:
    """The value of one of the bands, which stands with the band only if enough clients keep to it and enough do not."""
    for band in bands.bands:
        promise = band.promise.kept if check.code == "promise_kept" else band.promise.fits
        if promise.reason not in (FIRST_BAND, LAST_BAND) and promise.value == check.value is not None:
            found = promise_document(promise, _PROMISES[check.code], band.n_of_shares, bands.study.disclosure)
            if found["value"] is None:
                return replace(check, value=None, interval=None, reason=found["reason"])
    return check


def check_document(check: Check) -> Document:
    """One check of ``checks`` in validation.json."""
    return {
        "code": check.code, "question": check.question, "value": rounded(check.value, 4), "unit": check.unit,
        "interval": None if check.interval is None else [rounded(bound, 4) for bound in check.interval],
        "limit": check.limit, "passed": check.passed, "reason": check.reason or None,
    }  # fmt: skip
