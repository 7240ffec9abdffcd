"""The command line as a whole: quick to start, teaching by example."""

from __future__ import annotations

import subprocess
import sys

import pytest
from click.testing import CliRunner

from normenkader.cli import VERBS, main

HEAVY = ("pandas", "numpy", "mlflow", "sklearn", "scipy", "pydantic", "matplotlib", "pyarrow", "jinja2", "statsmodels")


def _modules_after(*arguments: str) -> set[str]:
    code = (
        "import sys\n"
        "from normenkader.cli import main\n"
        "try:\n    main(sys.argv[1:])\nexcept SystemExit as left:\n    assert not left.code, left.code\n"
        "print('MODULES', *sorted({name.partition('.')[0] for name in sys.modules}))"
    )
    run = subprocess.run([sys.executable, "-c", code, *arguments], capture_output=True, text=True, check=True)
    return set(run.stdout.rpartition("MODULES")[2].split())


@pytest.mark.parametrize("arguments", [["--help"], ["--version"], *([verb, "--help"] for verb in VERBS)])
def test_help_imports_nothing_heavy(arguments: list[str]) -> None:
    assert not _modules_after(*arguments) & set(HEAVY)


def test_every_verb_is_listed_in_the_order_of_use() -> None:
    text = CliRunner().invoke(main, ["--help"]).stdout
    listed = [line.split()[0] for line in text.partition("Commands:")[2].splitlines() if line.strip()]
    assert listed == list(VERBS)


@pytest.mark.parametrize("verb", VERBS)
def test_the_help_of_a_verb_has_an_example_and_json(verb: str) -> None:
    text = CliRunner().invoke(main, [verb, "--help"]).stdout
    assert f"  normenkader {verb} " in text
    assert "--json" in text
    assert "Example" in text


def test_a_misspelt_verb_is_refused_with_exit_2() -> None:
    result = CliRunner().invoke(main, ["calibrat", "x"])
    assert result.exit_code == 2
    assert "Traceback" not in result.output
