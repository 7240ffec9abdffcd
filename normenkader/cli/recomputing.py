"""How an adopted folder stands today: where it is, whether it is unchanged, and whether it still recomputes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from normenkader.cli.progress import stage
from normenkader.cli.register_folders import folder_of_event
from normenkader.errors import InputRefused

if TYPE_CHECKING:
    from normenkader.register.events import Event
    from normenkader.verification.recompute import Recomputation

NOT_RECOMPUTED, DEPARTS = "niet herrekend", "afwijkend"
_NO_INPUTS = "de invoerbestanden zijn hier niet te vinden; noem hun map met --study"
_UNREADABLE = "de instellingen in de map zijn niet te lezen; `normenkader verify` zegt waarom"
_REFUSED = "met deze invoer komt er niet hetzelfde uit; `normenkader verify` zegt waarom"


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """An adopted output folder as it is now.

    Attributes
    ----------
    folder : str
        Where it is; empty when it was not found, ``MLflow`` when it was had from there.
    files : str
        ``ongewijzigd``, ``gewijzigd`` or ``niet gevonden``.
    verdict : str
        ``identiek``, ``binnen afronding``, ``afwijkend`` or ``niet herrekend``.
    reason : str
        Why, in Dutch; `verify` says it in full.
    n_differences : int
        Values that came out otherwise.
    """

    folder: str
    files: str
    verdict: str
    reason: str
    n_differences: int = 0


def standing_of(
    event: Event, home: Path, *, given: Path | None = None, study: Path | None = None, recompute: bool = True
) -> Standing:
    """Find the folder of an adoption, hold it against the event, and recompute it."""
    with folder_of_event(event, home, given=given) as found:
        if found is None:
            reason = "de uitvoermap is niet gevonden; noem haar met --dir"
            return Standing(folder="", files="niet gevonden", verdict=NOT_RECOMPUTED, reason=reason)
        where = "MLflow" if found.from_mlflow else str(found.path.resolve())
        changed = _changed(found.path, event)
        if changed:
            return Standing(folder=where, files="gewijzigd", verdict=DEPARTS, reason=changed)
        if not recompute:
            reason = "daarom is niet gevraagd (--no-recompute)"
            return Standing(folder=where, files="ongewijzigd", verdict=NOT_RECOMPUTED, reason=reason)
        return _recomputed(found.path, where, study or _study_of(found.path, home))


def _changed(folder: Path, event: Event) -> str:
    """Why a folder is not the one that was adopted; empty when it is."""
    from normenkader.register.evidence import fits, read_evidence

    try:
        evidence = read_evidence(folder)
    except InputRefused as refusal:
        return f"{Path(refusal.file).name} ontbreekt, is gewijzigd of is niet te lezen"
    if fits(evidence, event):
        return ""
    if (evidence.norms_sha256, evidence.bands_sha256) == (event.norms_sha256, event.bands_sha256):
        return "dezelfde normen en klassen, maar een ander ontvangstbewijs dan dat van de vaststelling"
    return "niet de normen en klassen van de vaststelling"


def _study_of(folder: Path, home: Path) -> Path | None:
    """The study beside the register, where the folder does not stand in its own study's folder."""
    around = folder.resolve().parent.parent
    if not (around / "study.toml").is_file() and (home / "study.toml").is_file():
        return home
    return None


def _recomputed(folder: Path, where: str, study: Path | None) -> Standing:
    from normenkader.verification.recompute import recompute

    found = recompute(folder, study, stage=stage)
    return Standing(folder=where, files="ongewijzigd", verdict=found.verdict, reason=_why(found),
                    n_differences=len(found.differences))  # fmt: skip


def _why(found: Recomputation) -> str:
    """Why it is not identical, in Dutch; empty when it is."""
    from normenkader.verification.inputs import NO_PLACE
    from normenkader.verification.judging import IDENTICAL

    if found.verdict == IDENTICAL:
        return ""
    if found.inputs.study is None:
        return _NO_INPUTS if found.reason == NO_PLACE else _UNREADABLE
    return "; ".join(_what_differs(found)) or _REFUSED


def _what_differs(found: Recomputation) -> Iterator[str]:
    from normenkader.verification.judging import ROUNDING

    inputs = found.inputs
    differing = tuple(name for name, state in found.files.items() if state in (DEPARTS, ROUNDING))
    libraries = tuple(f"{v.library} (toen {v.there or 'geen'}, nu {v.here or 'geen'})" for v in found.versions)
    parts = (
        ("invoer gewijzigd", inputs.changed), ("invoer ontbreekt", inputs.missing), ("invoer erbij", inputs.added),
        ("niet hetzelfde", differing), ("andere bibliotheken", libraries),
    )  # fmt: skip
    yield from (f"{what}: {', '.join(names)}" for what, names in parts if names)
