"""Profiles and documents that verbs read."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from normenkader.cli.documents import read_json, read_model, read_profile
from normenkader.errors import InputRefused


def _file(folder: Path, text: str, name: str = "client.toml") -> Path:
    (folder / name).write_text(text, encoding="utf-8")
    return folder / name


@pytest.mark.parametrize(
    "text", ['orientation = "behoud"\nduration = 8.5\n', '\ufeff{"orientation": "behoud", "duration": 8.5}']
)
def test_a_profile_is_toml_or_json_whatever_it_is_called(tmp_path: Path, text: str) -> None:
    assert read_profile(_file(tmp_path, text)) == {"orientation": "behoud", "duration": 8.5}


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("orientation = Jansen", r"valid TOML.*\(line 1\)"),
        ('{"orientation": Jansen}', r"valid JSON.*\(line 1\)"),
        ('{"a": "Jansen", "a": "Pietersen"}', "twice"),
        ('["Jansen"]', "factor = level"),
        ('[client]\na = "Jansen"', "factor = level"),
    ],
)
def test_a_wrong_profile_is_refused_without_its_values(tmp_path: Path, text: str, words: str) -> None:
    with pytest.raises(InputRefused, match=words) as refusal:
        read_profile(_file(tmp_path, text))
    assert "Jansen" not in str(refusal.value)
    assert refusal.value.file == "client.toml"


def test_a_profile_that_is_absent_or_no_text_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputRefused, match="no such file"):
        read_profile(tmp_path / "client.toml")
    (tmp_path / "client.toml").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(InputRefused, match="UTF-8"):
        read_profile(tmp_path / "client.toml")


@pytest.mark.parametrize(
    ("norms", "words"),
    [(None, r"no norms\.json"), ([], "lacks ijkclient_minutes"), ({"terms": []}, "lacks ijkclient_minutes, unit")],
)
def test_a_folder_without_whole_documents_is_refused(tmp_path: Path, norms: object, words: str) -> None:
    if norms is not None:
        _file(tmp_path, json.dumps(norms), "norms.json")
    with pytest.raises(InputRefused, match=words):
        read_model(str(tmp_path), tmp_path)


def test_what_is_no_model_at_all_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputRefused, match="no output folder, no version number"):
        read_model(str(tmp_path / "absent"), tmp_path)


def test_broken_json_names_its_line(tmp_path: Path) -> None:
    with pytest.raises(InputRefused, match="line 2"):
        read_json(_file(tmp_path, '{"a": 1,\n!}', "norms.json"))
