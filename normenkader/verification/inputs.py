"""The input files that a receipt names, in the study's folder: there, changed, missing or joined by others."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from normenkader.casemix.sources import source_files
from normenkader.errors import InputRefused
from normenkader.provenance import sha256_of_file
from normenkader.settings import Sources
from normenkader.study import FILE_NAME, Study

NO_PLACE = (
    "the inputs are not to be had here: this folder does not stand in its study's folder; name the study with --study"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class InputCheck:
    """Inputs by name, relative to the study's folder.

    Attributes
    ----------
    study : Path or None
        Where they were looked for; None when no place is known.
    changed, missing, added : tuple of str
        Other bytes than the receipt says; not there; matched by the settings' patterns and not in the receipt.
    settings : str
        Empty when the study's own study.toml is the one kept in the output folder, or is not there; else what
        differs.
    """

    study: Path | None
    changed: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    added: tuple[str, ...] = ()
    settings: str = ""

    @property
    def departs(self) -> bool:
        """Whether an input that is there is not the one that was calibrated on."""
        return bool(self.changed or self.added)

    def in_words(self) -> str:
        """What is not as the receipt says, in one sentence; empty when all is."""
        parts = (("changed", self.changed), ("missing", self.missing), ("added", self.added))
        return "; ".join(f"{word}: {', '.join(names)}" for word, names in parts if names)


def place_of_study(folder: Path, study: Path | None) -> Path | None:
    """Folder to look for inputs in: the one given, else the one that the output folder stands in.

    Raises
    ------
    InputRefused
        If `study` is given and is neither a folder nor a file in one.
    """
    if study is not None:
        if not study.exists():
            raise InputRefused("no such study; give a study.toml or the folder that holds the inputs", file=str(study))
        return study if study.is_dir() else study.parent
    here = folder.resolve()
    # out/<calibration number> in the study's folder, or --out with a name of one's own in it.
    return next((p for p in (here.parent.parent, here.parent) if (p / FILE_NAME).is_file()), None)


def check_inputs(receipt: Mapping[str, Any], settings: Study, place: Path | None) -> InputCheck:
    """Compare the inputs that `receipt` names with the files below `place`, by hash.

    Parameters
    ----------
    receipt : mapping
        Content of receipt.json.
    settings : Study
        The settings kept in the output folder.
    place : Path or None
        The study's folder.
    """
    if place is None:
        return InputCheck(study=None)
    expected = {entry["file"]: entry["sha256"] for entry in receipt["inputs"]}
    missing = tuple(name for name in sorted(expected) if not (place / name).is_file())
    there = [name for name in sorted(expected) if name not in missing]
    changed = tuple(name for name in there if sha256_of_file(place / name) != expected[name])
    added = tuple(sorted(_matched(settings) - set(expected)))
    return InputCheck(study=place, changed=changed, missing=missing, added=added,
                      settings=_settings_difference(settings, place / FILE_NAME))  # fmt: skip


def _matched(settings: Study) -> set[str]:
    """Every file that the patterns of the settings match; a pattern that matches none adds none."""
    found: set[str] = set()
    for table in Sources.model_fields:
        try:
            found |= set(source_files(settings, table))
        except InputRefused:
            continue
    return found


def _settings_difference(settings: Study, path: Path) -> str:
    if not path.is_file():
        return ""
    content, kept = path.read_bytes().removeprefix(b"\xef\xbb\xbf"), settings.text.encode("utf-8")
    # study.toml is read with either line end, and kept with the plain one.
    if kept in (content, content.replace(b"\r\n", b"\n")):
        return ""
    return "the study's own study.toml is not the one that was calibrated with"
