"""What the departures from the norm say together, by band, and whether they call for a new calibration."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Literal

from normenkader.disclosure import is_dominated, published_clients, withheld_levels
from normenkader.errors import InputRefused
from normenkader.register.departures import Entry
from normenkader.settings import DeviationSettings, DisclosureSettings

Verdict = Literal["herijken", "niet", "niet te zeggen"]
Counted = Literal["given", "logged", ""]

UNKNOWN = "Het aantal besluiten in deze klasse is niet bekend. Noem het met --decisions, of leg elk besluit vast."
FEW = (
    "Er zijn in deze klasse nog te weinig besluiten: bij zo weinig zou het aandeel {share} op minder dan {least} "
    "afwijkingen rusten."
)
UP = "Meer dan {share} van de besluiten wijkt naar boven af: de norm lijkt te laag voor deze klasse."
DOWN = "Meer dan {share} van de besluiten wijkt naar beneden af: de norm lijkt te hoog voor deze klasse."
NOT = "Naar geen van beide kanten wijkt meer dan {share} van de besluiten af."


@dataclass(frozen=True, slots=True, kw_only=True)
class BandDepartures:
    """Departures in one band; what may not be published is None.

    Attributes
    ----------
    band : int
    n_decisions : int or None
        Decisions in the band, departures among them; rounded.
    n_up, n_down : int or None
        Departures upward and downward; rounded.
    share_up, share_down : float or None
        Of the decisions, in whole percents.
    mean_up, mean_down : float or None
        Mean of granted less norm, in the unit of the norms; None as well where one or two decisions make nearly all of
        it.
    n_other_band : int or None
        Departures whose granted amount lies in another band than the one that applies.
    verdict : {"herijken", "niet", "niet te zeggen"}
    reason : str
        Plain Dutch.
    """

    band: int
    n_decisions: int | None
    n_up: int | None
    n_down: int | None
    share_up: float | None
    share_down: float | None
    mean_up: float | None
    mean_down: float | None
    n_other_band: int | None
    verdict: Verdict
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Departures:
    """Departures of one calibration over some months.

    Attributes
    ----------
    calibration_number : str
    first, last : str
        First and last month of the entries that were counted; empty without any.
    trigger_share : float
        Share of the decisions of a band above which a new calibration is called for.
    counted : {"given", "logged", ""}
        Where the numbers of decisions come from: stated by the user, or the log; empty when they are not known.
    bands : tuple of BandDepartures
    reasons : tuple of (code, number or None)
        Over all bands, in the study's order.
    n_other_calibrations : int or None
        Departures logged under other calibrations, which are not counted here; rounded.
    verdict : {"herijken", "niet", "niet te zeggen"}
        ``herijken`` when any band says so; ``niet`` when every band does.
    """

    calibration_number: str
    first: str
    last: str
    trigger_share: float
    counted: Counted
    bands: tuple[BandDepartures, ...]
    reasons: tuple[tuple[str, int | None], ...]
    n_other_calibrations: int | None
    verdict: Verdict


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """What decides: the study's section ``[deviation]``, and what may be published."""

    deviation: DeviationSettings
    floor: DisclosureSettings


def rules_of(bands: Mapping[str, Any]) -> Rules:
    """The rules that bands.json carries; the defaults for one that was written before it did."""
    given = dict(bands.get("deviation") or {})
    floor = {name: given.pop(name) for name in ("min_clients", "round_to") if name in given}
    return Rules(deviation=DeviationSettings(**given), floor=DisclosureSettings(**floor))


def summarise_departures(
    entries: Sequence[Entry], *, calibration_number: str, bands: Sequence[int], rules: Rules,
    decisions: Mapping[int, int] | None = None, first: str = "", last: str = "",
) -> Departures:  # fmt: skip
    """Departures of one calibration by band, and the answer to the question whether to calibrate again.

    A band says ``herijken`` when departures in one direction are more than `trigger_share` of its decisions and at
    least ``min_clients``. It says ``niet`` when that is not so and it has at least min_clients / trigger_share
    decisions: so many that a share above the limit could not have rested on fewer than min_clients, and the answer
    tells no small count. Else nothing can be said yet. No test of chance stands behind it: it is an alarm, not a proof.

    Parameters
    ----------
    entries : sequence of Entry
        Those that count (`departures.counting`).
    calibration_number : str
        Departures from another table say nothing of this one.
    bands : sequence of int
        Numbers of all bands.
    rules : Rules
    decisions : mapping of int to int, optional
        Decisions in each band over the same months, departures among them; by default those that were logged.
    first, last : str, optional
        Months to count, both included.

    Raises
    ------
    InputRefused
        If fewer decisions are stated than departures were logged, or a band is stated that is none.
    """
    within = [e for e in entries if (not first or e.month >= first) and (not last or e.month <= last)]
    own = [e for e in within if e.calibration_number == calibration_number]
    departures = [e for e in own if e.kind == "deviation"]
    counts, counted = _decisions(own, decisions, bands)
    found = tuple(_band(band, departures, counts.get(band), rules) for band in bands)
    others = sum(e.kind == "deviation" for e in within) - len(departures)
    months = sorted(e.month for e in own)
    return Departures(
        calibration_number=calibration_number, first=months[0] if months else "", last=months[-1] if months else "",
        trigger_share=rules.deviation.trigger_share, counted=counted, bands=found,
        reasons=_reasons(departures, rules), n_other_calibrations=published_clients(others, rules.floor),
        verdict=_together([band.verdict for band in found]),
    )  # fmt: skip


def _decisions(
    own: Sequence[Entry], given: Mapping[int, int] | None, bands: Sequence[int]
) -> tuple[dict[int, int], Counted]:
    logged = {band: sum(e.band == band for e in own) for band in bands}
    if given is not None:
        _refuse_counts(own, given, bands)
        return dict(given), "given"
    if any(e.kind == "decision" for e in own):
        return logged, "logged"
    return {}, ""


def _refuse_counts(own: Sequence[Entry], given: Mapping[int, int], bands: Sequence[int]) -> None:
    unknown = sorted(set(given) - set(bands))
    if unknown:
        raise InputRefused(f"band {unknown[0]} is none of the bands {bands[0]} to {bands[-1]}", column="--decisions")
    for band, number in sorted(given.items()):
        if number < sum(e.kind == "deviation" and e.band == band for e in own):
            rule = f"band {band} would have fewer decisions than departures that were logged in these months"
            raise InputRefused(rule, column="--decisions")


def _band(band: int, departures: Sequence[Entry], n: int | None, rules: Rules) -> BandDepartures:
    own = [e for e in departures if e.band == band]
    up, down = ([e for e in own if e.direction == side] for side in ("up", "down"))
    verdict, reason = _verdict(len(up), len(down), n, rules)
    return BandDepartures(
        band=band, n_decisions=None if n is None else published_clients(n, rules.floor),
        n_up=published_clients(len(up), rules.floor), n_down=published_clients(len(down), rules.floor),
        share_up=_share(len(up), n, rules), share_down=_share(len(down), n, rules),
        mean_up=_mean(up, rules), mean_down=_mean(down, rules),
        n_other_band=published_clients(sum(e.granted_band != e.band for e in own), rules.floor),
        verdict=verdict, reason=reason,
    )  # fmt: skip


def _verdict(n_up: int, n_down: int, n: int | None, rules: Rules) -> tuple[Verdict, str]:
    # A tenth of 30 decisions is 3, though 0.1 x 30 is a hair above it in floating point.
    limit, least = Fraction(str(rules.deviation.trigger_share)), rules.floor.min_clients
    words = {"share": f"{float(100 * limit):g}%".replace(".", ","), "least": least}
    if n is None:
        return "niet te zeggen", UNKNOWN
    for number, text in ((n_up, UP), (n_down, DOWN)):
        if number >= least and number > limit * n:
            return "herijken", text.format(**words)
    if limit * n >= least:
        return "niet", NOT.format(**words)
    return "niet te zeggen", FEW.format(**words)


def _share(number: int, n: int | None, rules: Rules) -> float | None:
    """In whole percents; not where it would tell a small number of departures, or of decisions without one."""
    least = rules.floor.min_clients
    if n is None or number < least or n - number < least:
        return None
    return round(number / n, 2)


def _mean(entries: Sequence[Entry], rules: Rules) -> float | None:
    if len(entries) < rules.floor.min_clients:
        return None
    moved = [(e.granted_minutes or 0.0) - (e.norm_minutes or 0.0) for e in entries]
    if is_dominated(map(abs, moved), rules.floor):
        return None
    return round(sum(moved) / len(moved), 1)


def _reasons(departures: Sequence[Entry], rules: Rules) -> tuple[tuple[str, int | None], ...]:
    """Number of each reason; codes that the study has dropped since stand behind its own."""
    codes = [*rules.deviation.reasons, *sorted({e.reason for e in departures} - set(rules.deviation.reasons))]
    counts = {code: sum(e.reason == code for e in departures) for code in codes}
    hidden = withheld_levels(counts, rules.floor)
    return tuple((code, None if code in hidden else published_clients(counts[code], rules.floor)) for code in codes)


def _together(verdicts: Sequence[Verdict]) -> Verdict:
    if "herijken" in verdicts:
        return "herijken"
    return "niet" if verdicts and all(verdict == "niet" for verdict in verdicts) else "niet te zeggen"
