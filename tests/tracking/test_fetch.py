"""A registered version's documents, had back from the store."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from normenkader.errors import InputRefused, NormenkaderError
from normenkader.study import Study
from normenkader.tracking import fetch_documents, log_calibration
from normenkader.tracking.store import opened_store


def test_a_version_gives_the_documents_of_its_folder(
    study: Study, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    logged = log_calibration(folder, study)
    with opened_store(study.folder) as store:
        store.client.set_registered_model_alias(logged.model_name, "in-force", "1")
    expected = tuple(json.loads((folder / name).read_text()) for name in ("norms.json", "bands.json"))
    name = logged.model_name
    for model in ("1", f"models:/{name}/1", f"models:/{name}@in-force"):
        assert fetch_documents(model, study.folder) == expected
    monkeypatch.chdir(study.folder.parent)
    assert fetch_documents("1", Path(study.folder.name)) == expected
    for model, words in (
        ("7", "it has: 1"), (f"models:/{name}/7", "it has: 1"), ("models:/x/1", "it has: none"),
        (f"models:/{name}@absent", "alias"), ("models:/a'b/1", "quotation mark"), (f"models:/{name}", "write models:/"),
    ):  # fmt: skip
        with pytest.raises(InputRefused, match=re.escape(words)):
            fetch_documents(model, study.folder)


def test_a_store_that_was_tampered_with_is_not_believed(study: Study, folder: Path) -> None:
    log_calibration(folder, study)
    for stored in (study.folder / "mlruns").rglob("bands.json"):
        content = json.loads(stored.read_text())
        content["bands"][1]["lower"] += 15
        stored.write_text(json.dumps(content))
    with pytest.raises(NormenkaderError, match="not those of its receipt"):
        fetch_documents("1", study.folder)


def test_where_no_store_is_none_is_made(tmp_path: Path) -> None:
    with pytest.raises(InputRefused, match="no MLflow store is here"):
        fetch_documents("1", tmp_path)
    assert not list(tmp_path.iterdir())


def test_a_bare_number_needs_a_store_with_one_model(study: Study) -> None:
    with pytest.raises(InputRefused, match=r"a bare number needs .* it has: none"):
        fetch_documents("1", study.folder)
