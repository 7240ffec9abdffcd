"""A small study on disk whose files a test writes itself."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from normenkader.study import Study, read_study

SMALL_STUDY = """
[study]
name = "Proef"
window = [2025-09-01, 2025-10-26]
time_definition = "direct"
seed = 1
{study}
[sources]
episodes = ["aanbieders/*"]
{sources}
[[factor]]
name = "orientation"
kind = "nominal"
levels = ["behoudgericht", "ontwikkelgericht"]
ijkclient = "behoudgericht"
[[factor]]
name = "duration_weeks"
kind = "numeric"
breaks = [13, 26, 52]
ijkclient = "27-52"
{rest}
"""
EPISODES = """\
client,provider,municipality,episode,start,end,orientation,duration_weeks,minutes_basis,minutes
c1,Aanbieder A,Lisse,e1,2025-08-01,,behoudgericht,30,registered,600
c2,Aanbieder A,Lisse,e2,2025-08-01,2025-10-01,ontwikkelgericht,13,registered,480
"""


@pytest.fixture
def study_of(tmp_path: Path) -> Callable[..., Study]:
    """Write files (text in UTF-8, or bytes) and a study.toml, and read the study."""

    def write(
        files: Mapping[str, str | bytes] | None = None, *, study: str = "", sources: str = "", rest: str = ""
    ) -> Study:
        for name, content in (files or {"aanbieders/a.csv": EPISODES}).items():
            path = tmp_path / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content.encode() if isinstance(content, str) else content)
        text = SMALL_STUDY.format(study=study, sources=sources, rest=rest)
        (tmp_path / "study.toml").write_text(text, encoding="utf-8")
        return read_study(tmp_path)

    return write
