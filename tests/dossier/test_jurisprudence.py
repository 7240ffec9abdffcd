from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest
from pydantic import ValidationError

from normenkader.dossier.jurisprudence import ECLI, NAME, edition, jurisprudence, marked, read_jurisprudence
from normenkader.dossier.write import library_versions

ROOT = Path(__file__).resolve().parents[2]
FILE = ROOT / "data" / NAME


def test_the_file_is_read_whole() -> None:
    raw = tomllib.loads(FILE.read_text(encoding="utf-8"))
    found = jurisprudence()
    assert [ruling.ecli for ruling in found.ruling] == [entry["ecli"] for entry in raw["ruling"]]
    assert [statute.name for statute in found.statute] == [entry["name"] for entry in raw["statute"]]
    assert len(found.ruling) >= 29


def test_nobody_is_said_to_have_read_what_nobody_signed_for() -> None:
    raw = tomllib.loads(FILE.read_text(encoding="utf-8"))
    for entry in raw["ruling"]:
        assert entry["verified"] is bool(entry["verified_by"])


def test_every_ruling_named_in_code_or_templates_stands_in_the_file() -> None:
    known = set(jurisprudence().read)
    sources = [path for kind in ("py", "j2", "toml", "typ") for path in (ROOT / "normenkader").rglob(f"*.{kind}")]
    named = {code: path for path in sources for code in ECLI.findall(path.read_text(encoding="utf-8"))}
    assert "CRVB:2018:3835" in named
    assert {code: path.name for code, path in named.items() if code not in known} == {}


def test_also_in_the_documents_that_people_read() -> None:
    known = set(jurisprudence().read)
    pages = [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), *(ROOT / "data").glob("*.md")]
    assert {code for page in pages for code in ECLI.findall(page.read_text(encoding="utf-8"))} <= known


@pytest.mark.parametrize(
    ("text", "printed"),
    [
        ("in CRVB:2018:3835 bleven", "in CRVB:2018:3835 [niet nagelezen] bleven"),
        ("(ECLI:NL:CRVB:2018:3835).", "(ECLI:NL:CRVB:2018:3835 [niet nagelezen])."),
        ("CRVB:2016:1402; RBGEL:2018:4689 en meer", "CRVB:2016:1402; RBGEL:2018:4689 [niet nagelezen] en meer"),
        ("RBGEL:1999:1", "RBGEL:1999:1 [niet nagelezen]"),
        ("CRVB:2007:BC1097", "CRVB:2007:BC1097 [niet nagelezen]"),
        ("om 12:30:45 in 2018", "om 12:30:45 in 2018"),
    ],
)
def test_a_ruling_nobody_read_is_marked(text: str, printed: str) -> None:
    assert marked(text) == printed
    assert marked(printed) == printed


def rewritten(tmp_path: Path, old: str, new: str) -> Path:
    text = FILE.read_text(encoding="utf-8")
    assert old in text
    target = tmp_path / NAME
    target.write_text(text.replace(old, new, 1), encoding="utf-8")
    return target


def test_a_ruling_somebody_read_loses_its_mark(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    old = 'verified = false\nverified_by = ""\nverified_on = ""'
    target = rewritten(tmp_path, old, 'verified = true\nverified_by = "mr. Voorbeeld"\nverified_on = "2026-01-05"')
    found = read_jurisprudence(target)
    monkeypatch.setattr("normenkader.dossier.jurisprudence.jurisprudence", lambda: found)
    assert marked("zie CRVB:2015:4262.") == "zie CRVB:2015:4262."
    assert marked("CRVB:2015:4262 en CRVB:2016:1402") == "CRVB:2015:4262 en CRVB:2016:1402 [niet nagelezen]"


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("verified = false", "verified = true"),
        ('ecli = "CRVB:2015:4262"', 'ecli = "ECLI:NL:CRVB:2015:4262"'),
        ('ecli = "CRVB:2018:1113"', 'ecli = "CRVB:2016:1402"'),
        ('date = "2016-05-18"', 'date = "18 mei 2016"'),
        ('status = "S2"', 'status = "goed"'),
        ('court = "Hoge Raad"', 'court = "Hoge Raad"\ncolour = "rood"'),
    ],
)
def test_a_file_that_says_more_than_it_can_is_refused(tmp_path: Path, old: str, new: str) -> None:
    with pytest.raises(ValidationError):
        read_jurisprudence(rewritten(tmp_path, old, new))


def test_a_ruling_that_somebody_reads_makes_another_edition(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = edition()
    assert re.fullmatch(r"\d+-[0-9a-f]{12}", before)
    assert library_versions()[NAME] == before
    old = 'verified = false\nverified_by = ""\nverified_on = ""'
    new = 'verified = true\nverified_by = "mr. Voorbeeld"\nverified_on = "2026-01-05"'
    target = rewritten(tmp_path, old, new)
    monkeypatch.setattr("normenkader.dossier.jurisprudence._place", lambda: target)
    assert edition() != before


def test_the_wheel_carries_the_file_beside_its_reader() -> None:
    build = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["hatch"]["build"]
    assert build["targets"]["wheel"]["force-include"][f"data/{NAME}"] == f"normenkader/dossier/data/{NAME}"
