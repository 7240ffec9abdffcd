"""What recomputing says of each file and of the whole: identical, within rounding, or departing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from normenkader.verification.figures import Difference, is_figures, same_text, same_text_within_rounding
from normenkader.verification.inputs import InputCheck

IDENTICAL, ROUNDING, DEPARTS, NOT_RECOMPUTED = "identiek", "binnen afronding", "afwijkend", "niet herrekend"
FOLLOWS = "volgt"
"""A drawing or page made from figures that differ, so that its bytes must, too."""


COMMIT = "normenkader (git commit)"
_SHORT = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class VersionChange:
    """A library that is not the one the receipt names: the likely cause of a difference. None: not installed."""

    library: str
    there: str | None
    here: str | None


def version_changes(receipt: Mapping[str, Any]) -> tuple[VersionChange, ...]:
    """Libraries whose version is not that of the receipt."""
    from normenkader.dossier.write import library_versions

    there, here = receipt.get("versions"), library_versions()
    if not isinstance(there, dict):
        return ()
    names = [*there, *(name for name in here if name not in there)]
    return _commit_change(receipt) + tuple(
        VersionChange(library=name, there=there.get(name), here=here.get(name))
        for name in names
        if there.get(name) != here.get(name)
    )


def _commit_change(receipt: Mapping[str, Any]) -> tuple[VersionChange, ...]:
    """Another commit of this package, where both stand in git: one version number has many states before it is out."""
    from normenkader.code_state import code_state

    given = receipt.get("code")
    there, here = given.get("commit") if isinstance(given, dict) else None, code_state()["commit"]
    if not there or not here or there == here:
        return ()
    return (VersionChange(library=COMMIT, there=str(there)[:_SHORT], here=here[:_SHORT]),)


def judge_files(
    there: Mapping[str, bytes],
    here: Mapping[str, bytes],
    differences: Sequence[Difference],
    *,
    other_libraries: bool,
) -> dict[str, str]:
    """Each file's verdict: those of figures by their figures, pages and drawings by their text or what they follow.

    Parameters
    ----------
    there, here : mapping
        Content by file, in the folder and recomputed.
    differences : sequence of Difference
        Of the files of figures.
    other_libraries : bool
        Whether a library has another version, which may draw or space a page otherwise.
    """
    names, judged = sorted({*there, *here}), {}
    for name in names:
        if there.get(name) == here.get(name):
            judged[name] = IDENTICAL
        elif name not in there or name not in here:
            judged[name] = DEPARTS
        elif is_figures(name):
            close = all(d.within_rounding for d in differences if d.file == name)
            judged[name] = ROUNDING if close else DEPARTS
    figures = {DEPARTS, ROUNDING} & set(judged.values())
    pages = {name: (there[name], here[name]) for name in names if name not in judged}
    judged |= {name: _judged_page(name, pair, figures, other_libraries) for name, pair in pages.items()}
    return {name: judged[name] for name in names}


def _judged_page(name: str, pair: tuple[bytes, bytes], figures: set[str], other_libraries: bool) -> str:
    if DEPARTS in figures:
        return FOLLOWS
    if name.endswith(".html"):
        close = same_text_within_rounding(*pair) if figures else same_text(*pair)
        # With the same figures and the same libraries every byte is the same: only an edit makes another page.
        return ROUNDING if close and (figures or other_libraries) else DEPARTS
    return FOLLOWS if figures or other_libraries else DEPARTS


def judge_whole(files: Mapping[str, str], of_receipt: Sequence[Difference], inputs: InputCheck) -> str:
    """The worst of the files, of the inputs, and of what the receipt says that follows from them.

    Results before rounding (the receipt's stages) may differ in a digit that is not printed. The calibration number
    may only where a printed figure does.
    """
    may = ("stages.", "calibration_number") if ROUNDING in files.values() else ("stages.",)
    if inputs.departs or DEPARTS in files.values() or any(not d.path.startswith(may) for d in of_receipt):
        return DEPARTS
    return ROUNDING if of_receipt or set(files.values()) - {IDENTICAL} else IDENTICAL


def reason_of(verdict: str, files: Mapping[str, str], inputs: InputCheck, versions: Sequence[VersionChange]) -> str:
    """Why a recomputation is not identical; empty when it is."""
    if verdict == IDENTICAL:
        return ""
    differing = [name for name, state in files.items() if state in (DEPARTS, ROUNDING)]
    parts = [f"inputs {inputs.in_words()}"] if inputs.departs else []
    if differing:
        parts.append(f"not the same: {', '.join(differing)}")
    elif verdict == ROUNDING:
        parts.append("what is printed is the same; results before rounding, or drawings, differ")
    elif not inputs.departs:
        parts.append("the receipt does not follow from the inputs")
    return "; ".join([*parts, _likely_cause(versions)])


def _likely_cause(versions: Sequence[VersionChange]) -> str:
    if not versions:
        return (
            "the libraries are those of the receipt: another processor can change the last digit, "
            "and so can another state of the code, or an edit"
        )
    changes = (f"{v.library} {v.there or 'none'} there, {v.here or 'none'} here" for v in versions)
    return "likely cause: other libraries (" + "; ".join(changes) + ")"
