"""A small study and its output folder by section 3 of the contract, made by hand, with all a norm table can hold."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from normenkader.provenance import readable_json, sealed, sha256_of_bytes, sha256_of_file
from normenkader.study import Study

STUDY = """
[study]
name = "Begeleiding, hand gemaakt: één"
window = [2025-09-01, 2025-10-26]
time_definition = "direct"
seed = 7

[sources]
episodes = ["aanbieders/*.csv"]

[columns.episodes]
client = ["Cliëntnummer (pseudo)", "client_id"]

[[factor]]
name = "orientation"
kind = "nominal"
levels = ["behoudgericht", "ontwikkelgericht"]
ijkclient = "behoudgericht"
interacts_with = ["duration_weeks"]

[[factor]]
name = "duration_weeks"
kind = "numeric"
breaks = [13, 26, 52]
ijkclient = "27-52"

[[factor]]
name = "leefgebied_financien"
kind = "ordinal"
levels = ["geen", "licht", "zwaar"]
ijkclient = "licht"
group = "leefgebied"

[[factor]]
name = "leefgebied_wonen"
kind = "ordinal"
levels = ["geen", "licht", "zwaar"]
ijkclient = "geen"
group = "leefgebied"

[model]
overlap_breaks.leefgebied = [0, 1]

[[premise]]
id = "P1"
text = "Reistijd telt niet mee."

[research]
panel = ["Jansen"]
"""


def term(factor: str, level: str, published: int | None, **more: Any) -> dict[str, Any]:
    estimate = None if published is None else published + 1.27
    base = {"with": None, "estimate": estimate, "interval": None, "published": published, "n_clients": 40,
            "n_providers": 6, "supported": published is not None, "merged_with": None}  # fmt: skip
    return {"factor": factor, "level": level} | base | more


def norms_document(study: Study) -> dict[str, Any]:
    factors = [factor.model_dump(mode="json") for factor in study.factors]
    beside = [{"factor": "duration_weeks", "level": level} for level in ("<=13", "14-26", ">52")]
    return {
        "ijkclient_minutes": {"estimate": 96.41, "interval": [88.2, 104.7], "published": 100},
        "terms": [
            term("orientation", "ontwikkelgericht", 30),
            term("orientation", "ontwikkelgericht", 20, **{"with": beside[0]}),
            term("orientation", "ontwikkelgericht", -10, **{"with": beside[1]}),
            term("orientation", "ontwikkelgericht", None, **{"with": beside[2]}),
            term("duration_weeks", "<=13", 15), term("duration_weeks", "14-26", -5),
            term("duration_weeks", ">52", None, n_clients=None, n_providers=None),
            term("leefgebied_financien", "geen", -60), term("leefgebied_financien", "zwaar", 45),
            term("leefgebied_wonen", "licht", 20),
            term("leefgebied_wonen", "zwaar", 20, estimate=None, supported=False, merged_with="licht"),
            term("n_leefgebied", "0", -50), term("n_leefgebied", ">1", -15),
        ],
        "factors": factors,
        "overlap": [{"group": "leefgebied", "factor": "n_leefgebied", "breaks": [0, 1], "classes": ["0", "1", ">1"],
                     "ijkclient": "1"}],
        "unit": "minutes per week",
        "loss": {"explained_unrounded": 0.283, "explained_published": 0.28},
    }  # fmt: skip


def band(number: int, label: str, lower: int, upper: int | None, zone: list[float] | None) -> dict[str, Any]:
    return {"band": number, "label": label, "lower": lower, "upper": upper, "doubt_zone": zone, "suppressed": False}


def bands_document() -> dict[str, Any]:
    return {
        "n_bands": 4,
        "rule": "least within-band variation",
        "in_doubt": "higher",
        "bands": [band(1, "minder", 0, 60, None), band(2, "ijkclient", 60, 120, [50.0, 65.0]),
                  band(3, "meer", 120, 150, [115.0, 125.0]), band(4, "veel meer", 150, None, None)],
        "explained": {"model": 0.283, "norm_table": 0.28, "bands": 0.241},
        "same_band": {"value": None, "reason": "no assessments"},
        "reservations": [{"code": "promise_failed", "text": "Een belofte van 90 % wordt niet gehaald."}],
    }  # fmt: skip


VALIDATION = {
    "checks": [
        {"code": "leakage", "question": "?", "value": 0.283, "unit": "share", "limit": 0.45, "passed": True},
        {"code": "censoring", "question": "?", "value": None, "unit": "share", "passed": None, "reason": "no caps"},
    ]
}
LEDGER = {
    "files": [
        {"file": "aanbieders/a.csv", "read": 120, "used": 118, "set_aside": 2},
        {"file": "aanbieders/b.csv", "read": 80, "used": 79, "set_aside": 1},
    ]
}


def write_output(folder: Path, study: Study, **changed: Any) -> Path:
    """An output folder by section 3 of the contract; `changed` replaces whole documents."""
    documents = {"norms": norms_document(study), "bands": bands_document(), "validation": VALIDATION, "ledger": LEDGER}
    folder.mkdir(parents=True)
    for name, document in (documents | changed).items():
        (folder / f"{name}.json").write_text(readable_json(document), encoding="utf-8")
    (folder / "ledger.csv").write_text("file,line,column,code\n", encoding="utf-8")
    (folder / "study.toml").write_text(study.text, encoding="utf-8")
    (folder / "dossier.html").write_text("<!doctype html><title>Normenkader</title>", encoding="utf-8")
    outputs = [{"file": path.name, "sha256": sha256_of_file(path)} for path in sorted(folder.iterdir())]
    inputs = [
        {"file": f"aanbieders/{name}.csv", "table": "episodes", "sha256": sha256_of_bytes(name.encode())}
        for name in "ab"
    ]
    number = sha256_of_bytes(json.dumps([inputs, outputs]).encode())
    receipt = {"calibration_number": number, "inputs": inputs, "outputs": outputs, "seed": 7}
    (folder / "receipt.json").write_text(readable_json(sealed(receipt)), encoding="utf-8")
    return folder
