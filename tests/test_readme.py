"""The README says what is there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import normenkader as nk
from normenkader.cli import VERBS

ROOT = Path(__file__).resolve().parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")


def _block(language: str) -> str:
    return re.search(rf"```{language}\n(.*?)```", README, flags=re.S)[1]


def test_the_ten_lines_use_public_names_and_are_valid_python() -> None:
    code = _block("python")
    compile(code, "README.md", "exec")
    assert len([line for line in code.splitlines() if line]) <= 10
    used = set(re.findall(r"nk\.(\w+)", code))
    assert used <= set(nk.__all__)
    assert all(callable(getattr(nk, name)) for name in used)


def test_every_command_it_shows_exists_and_every_verb_is_shown() -> None:
    shown = set(re.findall(r"(?:^|`)normenkader ([a-z][a-z-]*)\b", README, flags=re.M))
    assert shown == set(VERBS)


@pytest.mark.parametrize("target", ["example", "test"])
def test_the_two_commands_are_in_the_makefile(target: str) -> None:
    assert f"make {target} " in README
    assert re.search(rf"^{target}:", (ROOT / "Makefile").read_text(), flags=re.M)


def test_the_changelog_starts_every_version_with_changed_numbers() -> None:
    text = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    versions = text.split("\n## ")[1:]
    assert versions
    assert versions[0].startswith(nk.__version__)
    assert all(re.match(r"[^\n]*\n\n### Changed numbers\n", version) for version in versions)


def test_the_figures_of_experiments_are_those_of_their_own_pages() -> None:
    pages = {
        "2026-11-22-recovery": (
            "from 93.8 ± 0.6 %",
            "to 97.7 ± 0.4 %",
            "norms on 5, against the oracle**, 20 providers and 3,000 clients: 7.4 ± 1.3 minutes",
            "norms in whole minutes, against the oracle**, 20 providers and 3,000 clients: 4.9 ± 1.0 minutes",
        ),
        "2026-11-22-plan": ("0.93 to 1.02 times",),
        "2026-11-22-peers": ("1,183 times as fast", "260 times lme4"),
        "2026-11-22-scale": ("135.3 s on two processors", "3.04 GB", "15.0, 14.8 and 14.8 s"),
    }
    for name, figures in pages.items():
        text = (ROOT / "experiments" / name / "README.md").read_text(encoding="utf-8")
        assert f"experiments/{name}/README.md" in README
        for figure in figures:
            assert figure in text, (name, figure)
    told = (
        "93.8 to 97.7 %",
        "7.4 minutes from",
        "4.9 in whole minutes",
        "within 7 %",
        "1,183 times",
        "260 times lme4",
        "135 s and 3.04 GB",
        "0.56 %",
    )
    assert [figure for figure in told if figure not in README] == []
    assert "0.56 %" in (ROOT / "tests" / "validity" / "README.md").read_text(encoding="utf-8")
