"""A study with calibrations to adopt, and the command line with the clock in hand."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from normenkader.cli import main, register_place
from normenkader.provenance import readable_json, sealed, sha256_of_bytes, sha256_of_file
from tests.bands.decision_documents import hand_bands, hand_norms

Run = Callable[..., Result]


def write_calibration(folder: Path, name: str) -> Path:
    """An output folder that decide can use, whose receipt fits."""
    folder.mkdir(parents=True)
    for file, document in (("norms.json", hand_norms()), ("bands.json", hand_bands())):
        (folder / file).write_text(readable_json(document), encoding="utf-8")
    (folder / "study.toml").write_text(f'[study]\nname = "Studie"\n# {name}\n', encoding="utf-8")
    receipt: dict[str, Any] = {
        "calibration_number": sha256_of_bytes(name.encode()),
        "inputs": [{"file": f"{name}.csv", "table": "episodes", "sha256": sha256_of_bytes(b"")}],
        "outputs": [{"file": p.name, "sha256": sha256_of_file(p)} for p in sorted(folder.iterdir())],
        "versions": {"normenkader": "0.1.0"},
    }
    (folder / "receipt.json").write_text(readable_json(sealed(receipt)), encoding="utf-8")
    return folder


def write_study(folder: Path, *names: str) -> Path:
    folder.mkdir(parents=True)
    (folder / "study.toml").write_text('[study]\nname = "Studie"\n', encoding="utf-8")
    for name in names:
        write_calibration(folder / "out" / name, name)
    return folder


def command_line(monkeypatch: pytest.MonkeyPatch) -> Run:
    """Run a verb; ``at`` is the moment, noon UTC."""
    for name in ("MLFLOW_TRACKING_URI", "NORMENKADER_HOME"):
        monkeypatch.delenv(name, raising=False)

    def run(*arguments: str, at: str = "2026-01-05") -> Result:
        moment = datetime.fromisoformat(at).replace(hour=12, tzinfo=UTC)
        monkeypatch.setattr(register_place, "now", lambda: moment)
        return CliRunner().invoke(main, list(arguments))

    return run


def answer(result: Result) -> Any:
    assert result.exit_code == 0, result.stderr
    return json.loads(result.stdout)
