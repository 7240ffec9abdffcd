"""One small study and its output folder, calibrated with few resamples; and hands to copy and to break it."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from normenkader.bands import derive
from normenkader.bands.calibration import Stage, calibrated_bands, no_stage
from normenkader.casemix.synthetic import synthesise
from normenkader.dossier import write
from normenkader.dossier.write import calibration_number, contents, write_dossier
from normenkader.provenance import readable_json, sealed, sha256_of_file
from normenkader.study import Study, read_study
from normenkader.verification import anew

QUICK = partial(derive.derive_bands, n_resamples=40, n_folds=0, with_robustness=False)


@pytest.fixture(scope="session")
def known() -> dict[Any, Any]:
    """What was recomputed before: the same settings and inputs are truly recomputed once."""
    return {}


@pytest.fixture(autouse=True)
def quick_chain(monkeypatch: pytest.MonkeyPatch, known: dict[Any, Any]) -> None:
    """The chain as it is, with few resamples, and not twice on the same inputs."""

    def bands_of(study: Study, *, stage: Stage = no_stage) -> Any:
        files = {p.relative_to(study.folder): p.read_bytes() for p in study.folder.glob("*/*.*")}
        key = (study.text, tuple(sorted(files.items())))
        return known[key] if key in known else known.setdefault(key, calibrated_bands(study, stage=stage))

    def contents_of(bands: Any, documents: Any, *, docx: bool = False) -> dict[str, bytes]:
        key = (id(bands), json.dumps(documents.versions), docx)
        return known[key] if key in known else known.setdefault(key, contents(bands, documents, docx=docx))

    monkeypatch.setattr(derive, "derive_bands", QUICK)
    monkeypatch.setattr(anew, "calibrated_bands", bands_of)
    monkeypatch.setattr(write, "contents", contents_of)


@pytest.fixture(scope="session")
def study(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return synthesise(tmp_path_factory.mktemp("verify") / "study", regime="few", n_clients=300, with_panel=False)


@pytest.fixture(scope="session")
def out(study: Path) -> Path:
    """The folder as calibrated, in its default place. Never change it: take a copy."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(derive, "derive_bands", QUICK)
        return write_dossier(calibrated_bands(read_study(study)))


@pytest.fixture
def copied(out: Path, tmp_path: Path) -> Path:
    return shutil.copytree(out, tmp_path / "copy")


@pytest.fixture
def copied_study(study: Path, out: Path, tmp_path: Path) -> Path:
    """The study with its output folder; its inputs may be changed."""
    return shutil.copytree(study, tmp_path / "study")


def reseal(folder: Path) -> None:
    """Make the receipt fit whatever the folder holds now, as a forger would: hashes, number and seal."""
    receipt = json.loads((folder / "receipt.json").read_text())
    for entry in receipt["outputs"]:
        entry["sha256"] = sha256_of_file(folder / entry["file"])
    norms, bands = (json.loads((folder / f"{name}.json").read_text()) for name in ("norms", "bands"))
    receipt["calibration_number"] = calibration_number(receipt["inputs"], receipt["settings"], norms, bands)
    write_receipt(folder, receipt)


def write_receipt(folder: Path, receipt: dict[str, Any]) -> None:
    (folder / "receipt.json").write_bytes(readable_json(sealed(receipt)).encode())


def edit_json(path: Path, change: Callable[[Any], None]) -> None:
    """Change a JSON document in place, written as calibrate writes it."""
    document = json.loads(path.read_text())
    change(document)
    path.write_bytes(readable_json(document).encode())
