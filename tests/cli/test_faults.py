"""What a person sees when something goes wrong."""

from __future__ import annotations

import errno
import re
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from normenkader.cli import main
from normenkader.cli.faults import run_guarded
from normenkader.errors import InputRefused, NormenkaderError, OutputRefused


def _raising(error: BaseException) -> None:
    def fail() -> None:
        secret = "Jansen-123456782"
        raise error from ValueError(f"{secret} is no number")

    run_guarded(fail, verb=lambda: "calibrate")


@pytest.mark.parametrize(
    ("error", "code", "words"),
    [
        (
            InputRefused("a rule", file="a.csv", column="minuten", lines=(3, 4)),
            2,
            "a.csv, column 'minuten': a rule (lines 3, 4)",
        ),
        (OutputRefused("this exists"), 2, "this exists"),
        (NormenkaderError("the server does not answer"), 1, "the server does not answer"),
        (KeyboardInterrupt(), 130, "Stopped"),
        (OSError(errno.ENOSPC, "No space left", "out"), 2, "out: the disk is full"),
        (PermissionError(errno.EACCES, "Permission denied", "out"), 2, "out: no permission"),
        (RuntimeError("Jansen-123456782"), 1, "a fault of ours"),
        (OSError("Jansen-123456782"), 1, "a fault of ours"),
    ],
)
def test_one_message_and_the_exit_code_of_the_contract(
    error: BaseException, code: int, words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(click.exceptions.Exit) as left:
        _raising(error)
    shown = capsys.readouterr()
    assert left.value.exit_code == code
    assert words in shown.err
    assert shown.out == ""
    assert "Jansen" not in shown.err
    assert "Traceback" not in shown.err
    assert len(shown.err.splitlines()) == 1


def test_the_log_of_a_fault_names_places_and_no_data(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    with pytest.raises(click.exceptions.Exit):
        _raising(RuntimeError("Jansen-123456782"))
    log = Path(re.search(r"log without client data: (\S+)", capsys.readouterr().err)[1])
    text = log.read_text()
    assert log.parent == tmp_path
    assert "builtins.RuntimeError" in text
    assert "builtins.ValueError" in text
    assert "in fail" in text
    assert "verb calibrate" in text
    assert "Jansen" not in text
    assert str(Path.cwd()) not in text


def test_clicks_own_ways_out_are_left_alone() -> None:
    for error in (click.exceptions.Exit(0), click.Abort(), click.UsageError("wrong")):
        with pytest.raises(type(error)):
            _raising(error)


def test_a_refusal_inside_a_verb_exits_2_without_traceback(tmp_path: Path) -> None:
    result = CliRunner().invoke(main, ["check", str(tmp_path)])
    assert result.exit_code == 2
    assert result.stdout == ""
    assert result.stderr.splitlines()[-1].startswith("Refused: ")
    assert "study.toml" in result.stderr
    assert isinstance(result.exception, SystemExit)


def test_a_fault_inside_a_verb_exits_1_and_the_log_names_the_verb(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def fail(path: Path) -> None:
        raise ZeroDivisionError("Jansen")

    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    monkeypatch.setattr("normenkader.read_study", fail, raising=False)
    result = CliRunner().invoke(main, ["check", "anything"])
    assert result.exit_code == 1
    assert result.stdout == ""
    assert "Jansen" not in result.stderr
    (log,) = tmp_path.glob("normenkader-fault-*.log")
    assert "verb check" in log.read_text()
