"""Every verb run on the study with few clients: what it wrote, what it put in the store, and what it printed."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from rare_study import rare_study
from scan import documents_of

import normenkader as nk
from normenkader.bands import derive
from normenkader.bands.table import BandTable
from normenkader.cli import main
from tests.bands.price_files import INVENTED

PROVIDER = "aanbieder 1"
APPLIED = "toegepast.toml"


@dataclass(frozen=True, slots=True, kw_only=True)
class Left:
    """What left: the folder with its documents, the store, and what every verb printed as text, JSON and progress."""

    bands: BandTable
    study: Path
    folder: Path
    documents: dict[str, Any]
    texts: dict[str, str]
    printed: dict[str, Any]
    progress: str


def run_everything(place: Path, patch: pytest.MonkeyPatch) -> Left:
    """Calibrate with few resamples, then run every other verb on what that left."""
    study, folder, home = rare_study(place / "study"), place / "out", place / "home"
    patch.setenv("NORMENKADER_HOME", str(home))
    patch.delenv("MLFLOW_TRACKING_URI", raising=False)
    made: list[BandTable] = []
    patch.setattr(derive, "derive_bands", _once(made, derive.derive_bands))
    texts, printed, progress = {}, {}, ""
    for name, arguments in _verbs(study, folder, place).items():
        if name == "verify":
            _write_applied(folder, place)
        for as_json in ((), ("--json",)):
            if (name == "adopt 01" and as_json) or (name == "adopt 02" and not as_json):
                continue
            result = CliRunner().invoke(main, [*arguments, *as_json])
            assert result.exit_code in (0, 3), (arguments, result.stderr)
            progress += result.stderr
            if as_json:
                printed[name] = json.loads(result.stdout)
            else:
                texts[name] = result.stdout
    return Left(bands=made[0], study=study, folder=folder, documents=documents_of(folder), texts=texts,
                printed=printed, progress=progress)  # fmt: skip


def _once(made: list[BandTable], real: Any) -> Any:
    """The bands of the first calibration, with few resamples; whoever calibrates again gets the same."""

    def derive_bands(model: Any, agreed: Any, **given: Any) -> BandTable:
        if not made:
            made.append(real(model, agreed, n_resamples=60, n_folds=0, **given))
        return made[0]

    return derive_bands


def _verbs(study: Path, folder: Path, place: Path) -> Mapping[str, list[str]]:
    """Every verb that prints of a study, in an order in which each finds what it needs."""
    profile, prices, given = place / "profile.json", place / "tarief.toml", place / "besluiten.toml"
    profile.write_text(json.dumps({f.name: f.ijkclient for f in nk.read_study(study).factors}), encoding="utf-8")
    prices.write_text(INVENTED, encoding="utf-8")
    given.write_text("".join(f"{band} = {number}\n" for band, number in ((1, 4), (2, 43), (3, 131))), encoding="utf-8")
    for name in ("vignettes", "pages", "sums"):
        (place / name).mkdir()
    view, out, sums = ["decide", str(folder), str(profile), "--view"], str(folder), place / "sums"
    departure = ["deviate", out, str(profile), "--reason", "niet_planbare_zorg", "--on", "2026-03-14", "--granted"]
    return {
        "check": ["check", str(study)],
        "calibrate": ["calibrate", str(study), "--out", out],
        "decide client": [*view, "client"], "decide dossier": [*view, "dossier"],
        "compare clients": ["compare", out, out, "--study", str(study)],
        "compare products": ["compare", str(study), out],
        "vignettes": ["vignettes", str(study), "--out", str(place / "vignettes" / "form.xlsx"), "--n", "24"],
        "explore": ["explore", out, "--out", str(place / "pages" / "page.html")],
        "tariff": ["tariff", out, str(prices)],
        "verify": ["verify", out, "--study", str(study), "--applied", str(place / APPLIED)],
        "summarise 1": ["summarise", str(study), "--provider", PROVIDER, "--out", str(sums / "1.json")],
        "summarise 2": ["summarise", str(study), "--provider", PROVIDER, "--norms", str(folder / "norms.json"), "--out",
                        str(sums / "2.json")],
        **{f"deviate {k}": [*departure, str(20 + 15 * k)] for k in range(3)},
        "deviations": ["deviations", out],
        "deviations given": ["deviations", out, "--decisions", str(given)],
        "plan": ["plan", str(study), "--providers", "5"],
        "adopt 01": ["adopt", out, "--from", "2026-01-01", "--to", "2026-01-01", "--decision", "nr. 1"],
        "adopt 02": ["adopt", out, "--from", "2026-01-02", "--decision", "nr. 2"],
        "versions": ["versions"],
        "in-force": ["in-force", "--on", "2026-03-01"],
    }  # fmt: skip


def _write_applied(folder: Path, place: Path) -> None:
    """A table that is applied in place of the calibrated one: one edge lies higher, and some levels get less."""
    bands, norms = (json.loads((folder / name).read_text(encoding="utf-8")) for name in ("bands.json", "norms.json"))
    edges = [(band["label"], band["lower"] + 15 * (k == 3)) for k, band in enumerate(bands["bands"])]
    lines = [f"ijkclient_minutes = {norms['ijkclient_minutes']['published']}"]
    lines += [f'[[band]]\nlabel = "{label}"\nlower = {lower}' for label, lower in edges]
    for term in norms["terms"]:
        if term["published"] is not None and not term["with"] and not term["factor"].startswith("n_"):
            less = 5 * (term["level"] in ("licht", "zwaar", "weinig"))
            lines.append(f'[[term]]\nfactor = "{term["factor"]}"\nlevel = "{term["level"]}"\n'
                         f"minutes = {term['published'] - less}")  # fmt: skip
    (place / APPLIED).write_text("\n".join(lines) + "\n", encoding="utf-8")
