"""`data/settings.md`: every key of study.toml, as the code that checks the file has it."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

from normenkader.dossier.settings_reference import settings_markdown
from normenkader.settings.study_file import StudyFile

ROOT = Path(__file__).resolve().parents[2]


def test_the_page_is_up_to_date() -> None:
    written = (ROOT / "data" / "settings.md").read_text(encoding="utf-8")
    assert written == settings_markdown(), "write settings_markdown() to data/settings.md; see CONTRIBUTING.md"


def test_every_key_of_the_example_stands_on_it() -> None:
    page = settings_markdown()
    example = tomllib.loads((ROOT / "data" / "example" / "study.toml").read_text(encoding="utf-8"))
    for section, content in example.items():
        if section in ("columns", "research"):
            continue
        part = page.split(f"[{section}]")[1].split("\n## ")[0]
        keys = {key for block in content for key in block} if isinstance(content, list) else set(content)
        assert keys <= set(re.findall(r"^\| `(\w+)`", part, re.MULTILINE)), section


def test_what_is_required_is_what_the_code_refuses_to_miss() -> None:
    page = settings_markdown()
    required = {
        (section, key)
        for section, field in (("study", "StudyInfo"), ("factor", "Factor"), ("plan", "PlanSettings"))
        for key in StudyFile.model_json_schema()["$defs"][field]["required"]
    }
    for section, key in required:
        part = page.split(f"[{section}]")[1].split("\n## ")[0]
        assert re.search(rf"^\| `{key}` \|.*\| \*\*verplicht\*\* \|", part, re.MULTILINE), (section, key)
