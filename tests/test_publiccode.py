"""publiccode.yml: the keys of version 0.5.0 that can be filled in honestly, and nothing that nobody knows."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

yaml = pytest.importorskip("yaml")
ROOT = Path(__file__).resolve().parents[1]


@pytest.fixture(scope="module")
def code() -> dict:
    return yaml.safe_load((ROOT / "publiccode.yml").read_text(encoding="utf-8"))


def test_it_has_the_shape_of_the_version_it_names(code: dict) -> None:
    assert code["publiccodeYmlVersion"] == "0.5.0"
    assert {"name", "platforms", "developmentStatus", "softwareType", "description", "legal", "maintenance",
            "localisation"} <= set(code)  # fmt: skip
    assert code["developmentStatus"] in ("concept", "development", "beta", "stable", "obsolete")
    assert code["maintenance"]["type"] in ("internal", "contract", "community", "none")


@pytest.mark.parametrize("language", ["nl", "en"])
def test_descriptions_keep_to_their_lengths(code: dict, language: str) -> None:
    text = code["description"][language]
    assert 0 < len(text["shortDescription"]) <= 150
    assert 150 <= len(text["longDescription"]) <= 10000
    assert all(0 < len(feature) <= 100 for feature in text["features"])


def test_it_agrees_with_the_package(code: dict) -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert code["name"] == project["name"]
    assert code["softwareVersion"] == project["version"]
    assert code["legal"]["license"] == project["license"]


def test_no_contact_or_address_is_made_up(code: dict) -> None:
    assert "contacts" not in code["maintenance"]
    assert "url" not in code
    assert "@" not in (ROOT / "publiccode.yml").read_text(encoding="utf-8")
