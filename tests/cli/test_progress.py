"""Progress goes to standard error, plainly where nobody watches."""

from __future__ import annotations

import re
import time

import pytest

from normenkader.cli import progress


def test_a_stage_is_one_plain_line_with_its_time(capsys: pytest.CaptureFixture[str]) -> None:
    with progress.stage("reading the data"):
        time.sleep(0.06)
    shown = capsys.readouterr()
    assert shown.out == ""
    assert re.fullmatch(r"reading the data +0\.[1-9] s\n", shown.err)


def test_a_watched_terminal_sees_the_clock_run(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(progress, "_watched", lambda: True)
    with progress.stage("deriving bands"):
        time.sleep(1.1)
    shown = capsys.readouterr().err
    assert shown.count("deriving bands") >= 3
    assert re.search(r"deriving bands +1\.[0-9] s\n$", shown)


def test_a_stage_that_fails_says_no_time_and_lets_the_error_through(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(progress, "_watched", lambda: True)
    with pytest.raises(KeyError), progress.stage("reading"):
        raise KeyError("x")
    assert not capsys.readouterr().err.endswith("s\n")
