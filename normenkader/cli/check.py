"""``normenkader check``: what the data of a study hold and what is set aside, with nothing fitted."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import nullcontext
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from normenkader.cli.output import json_option, show, text_table
from normenkader.cli.progress import stage

if TYPE_CHECKING:
    from normenkader.casemix import InputFile
    from normenkader.casemix.casemix import Casemix
    from normenkader.casemix.ledger import Ledger
    from normenkader.casemix.quality import QualityFinding
    from normenkader.study import Study

# What most often makes a provider's minutes unfit; the other measures stand in --json.
_BY_PROVIDER = (
    ("heaping_15", "on 15 min"), ("heaping_60", "on 60 min"), ("planned_copied", "as planned"), ("at_cap", "at cap"),
    ("missing_indirect", "no indirect"), ("identical_weeks", "same weeks"), ("overlapping_episodes", "overlapping"),
    ("basis_planned", "basis planned"), ("basis_estimated", "basis estimated"),
)  # fmt: skip
_LINES_SHOWN = 5


@click.command("check")
@click.argument("study", type=click.Path(path_type=Path))
@json_option
def command(study: Path, as_json: bool) -> None:
    """Read a STUDY (a study.toml or its folder) and report on its data; nothing is fitted and nothing written.

    Shown are how each file was read, the rows set aside with their first lines, and signs that minutes are not what
    they seem: rounding, plans copied, deliveries at the assigned maximum. Counts and shares that rest on too few
    clients are left out. Rows and lines of the ledger are exact, and not for publication.

    Every file that calibrate would refuse for what is in it (judgements, assessments, existing norms, prices,
    summaries) is refused here, in the same words. That one provider's files alone cannot be calibrated is only said.

    \b
    Examples:
      normenkader check data/example
      normenkader check data/example --json
    """
    import normenkader as nk

    with stage("reading the settings"):
        settings = nk.read_study(study)
    with stage("reading the data"):
        casemix = _casemix(settings)
    if casemix is None:
        _show_summaries(settings, as_json=as_json)
    else:
        show(_document(casemix), _text(casemix), as_json=as_json)


def _casemix(study: Study) -> Casemix | None:
    """The study's own episodes, every other file read beside them; None where all is in summaries."""
    from normenkader.bands.inputs import read_beside, read_inputs
    from normenkader.casemix import read_casemix
    from normenkader.federated.files import read_summaries
    from normenkader.federated.refusals import refuse_both_ways

    if not study.sources.summaries:
        return read_inputs(study, stage=lambda what: nullcontext()).casemix
    read_beside(study)
    received = read_summaries(study)
    casemix = read_casemix(study) if study.sources.episodes else None
    if casemix is not None:
        refuse_both_ways(sorted(casemix.to_frame()["provider"].unique()), received.file_of)
    return casemix


def _show_summaries(study: Study, *, as_json: bool) -> None:
    names = [file.file for file in _received(study)]
    text = f"{study.info.name}\nSummaries, whole and of this study: {len(names)}\n" + "\n".join(f"  {n}" for n in names)
    show({"study": study.info.name, "summaries": names}, text, as_json=as_json)


def _received(study: Study) -> Sequence[InputFile]:
    from normenkader.federated.files import read_summaries

    return read_summaries(study).files


def _document(casemix: Casemix) -> dict[str, Any]:
    more = _more(casemix.ledger)
    aside = [{"file": f, "code": c, "rows": len(at) + more[f, c], "lines": at} for f, c, at in _aside(casemix.ledger)]
    return {
        "study": casemix.study.info.name, **_counts(casemix), "not_calibrated": _why_not(casemix),
        "files": [asdict(file) for file in casemix.files],
        "set_aside": {
            "note": "exact, not for publication",
            "files": [asdict(count) for count in casemix.ledger.files],
            "codes": aside,
        },
        "quality": [{**asdict(finding), "what": _what(finding.code)} for finding in casemix.quality],
    }  # fmt: skip


def _why_not(casemix: Casemix) -> str | None:
    """Why these rows cannot be fitted; no fault of a file, and usual for the files of one provider."""
    from normenkader.model.fit import why_not_fitted

    return why_not_fitted(casemix.to_frame()) or None


def _counts(casemix: Casemix) -> dict[str, int | None]:
    from normenkader.disclosure import published_clients, published_providers

    rows, floor = casemix.to_frame(), casemix.study.disclosure
    return {
        "n_clients": published_clients(rows["client"].nunique(), floor),
        "n_episodes": published_clients(len(rows), floor),
        "n_providers": published_providers(rows["provider"].nunique(), floor),
        "n_municipalities": int(rows["municipality"].nunique()),
    }


def _text(casemix: Casemix) -> str:
    parts = [
        f"{casemix.study.info.name}\nUsed: {_used_text(casemix)}",
        *([f"Calibrate would refuse this: {why}."] if (why := _why_not(casemix)) else []),
        "Files (rows are exact, not for publication)\n" + _files_text(casemix),
        _aside_text(casemix.ledger),
        "All providers together\n" + _overall_text(casemix.quality),
        "By provider\n" + _provider_text(casemix.quality),
    ]
    return "\n\n".join(parts)


def _used_text(casemix: Casemix) -> str:
    if not len(casemix.to_frame()):
        return "nothing. Every row was set aside; below stands why, and nothing can be fitted."
    counts = {name.removeprefix("n_"): "too few to show" if n is None else n for name, n in _counts(casemix).items()}
    return ", ".join(f"{name} {n}" for name, n in counts.items()) + "; clients and episodes are rounded"


def _files_text(casemix: Casemix) -> str:
    count = {c.file: c for c in casemix.ledger.files}
    rows = [(f.table, f.file, count[f.file].read, count[f.file].used, count[f.file].set_aside, f.dialect)
            for f in casemix.files if f.file in count]  # fmt: skip
    return text_table(("table", "file", "read", "used", "set aside", "how it is written"), rows)


def _aside_text(ledger: Ledger) -> str:
    more = _more(ledger)
    rows = [(f, code, len(at) + more[f, code], _first(at, more[f, code]), _why(code)) for f, code, at in _aside(ledger)]
    if not rows:
        return "No row was set aside."
    return "Set aside (not for publication)\n" + text_table(("file", "code", "rows", "lines", "because"), rows)


def _aside(ledger: Ledger) -> Iterator[tuple[str, str, list[int]]]:
    found: dict[tuple[str, str], list[int]] = {}
    for row in ledger.rows:
        found.setdefault((row.file, row.code), []).append(row.line)
    for file, code in sorted(found):
        yield file, code, found[(file, code)]


def _more(ledger: Ledger) -> Counter[tuple[str, str]]:
    """Rows set aside beyond those whose lines are listed, by file and code."""
    found: Counter[tuple[str, str]] = Counter()
    for unlisted in ledger.unlisted:
        found[unlisted.file, unlisted.code] += unlisted.n
    return found


def _first(lines: Sequence[int], unlisted: int) -> str:
    shown = ", ".join(map(str, lines[:_LINES_SHOWN]))
    more = len(lines) + unlisted - _LINES_SHOWN
    return shown + (f" and {more} more" if more > 0 else "")


def _overall_text(findings: Sequence[QualityFinding]) -> str:
    """Everything but the counts of rows set aside: those stand above, exact."""
    shown = [f for f in findings if not f.provider and not f.code.startswith("set_aside_")]
    rows = [(f.code, _share(f.value, f.unit), _share(f.expected, f.unit), f.reason or _what(f.code)) for f in shown]
    return text_table(("measure", "value", "by chance", "what it is, or why there is none"), rows)


def _provider_text(findings: Sequence[QualityFinding]) -> str:
    value = {(f.provider, f.code): f.value for f in findings}
    providers = list(dict.fromkeys(f.provider for f in findings if f.provider))
    known = [(code, name) for code, name in _BY_PROVIDER if any(value.get((p, code)) for p in providers)]
    rows = [(p, *(_share(value.get((p, code)), "share", 0) for code, _ in known)) for p in providers]
    nothing = [name for code, name in _BY_PROVIDER if (code, name) not in known]
    note = f"\nZero or not known at every provider: {', '.join(nothing)}" if nothing else ""
    return text_table(("provider", *(name for _, name in known)), rows) + note


def _share(value: float | None, unit: str, digits: int = 1) -> str | float | None:
    return value if value is None or unit != "share" else f"{100 * value:.{digits}f} %"


def _why(code: str) -> str:
    return _what(f"set_aside_{code}").partition(" because ")[2].rstrip(".")


def _what(code: str) -> str:
    from normenkader.casemix.quality_words import QUALITY_MEASURES

    return QUALITY_MEASURES[code].english if code in QUALITY_MEASURES else ""
