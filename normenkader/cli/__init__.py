"""The command line: verbs, progress, messages, exit codes. No other room prints."""

from __future__ import annotations

from importlib import import_module

import click

from normenkader import __version__
from normenkader.cli.faults import run_guarded
from normenkader.cli.output import use_utf8

# In the order in which they are used, not of the alphabet.
VERBS = (
    "init", "plan", "check", "vignettes", "summarise", "calibrate", "decide", "deviate", "deviations", "explore",
    "verify", "sign", "compare", "tariff", "adopt", "withdraw", "versions", "in-force", "synthesise",
)  # fmt: skip


class Verbs(click.Group):
    """Loads a verb's module when the verb is asked for, and guards every run; see `run_guarded`."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Names of the verbs."""
        return list(VERBS)

    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:
        """The verb called `name`."""
        if name not in VERBS:
            return None
        command: click.Command = import_module(f"normenkader.cli.{name.replace('-', '_')}").command
        return command

    def invoke(self, ctx: click.Context) -> object:
        """Run the verb; errors become one message and an exit code."""
        use_utf8()
        return run_guarded(lambda: super(Verbs, self).invoke(ctx), verb=lambda: ctx.invoked_subcommand or "")


@click.command(cls=Verbs, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110})
@click.version_option(__version__, prog_name="normenkader")
def main() -> None:
    """Calibrate norms and bands of minutes per week, so that every boundary can be inspected and recomputed.

    \b
    A first calibration of your own data:
      normenkader init exports/*.csv --out study     drafts study/study.toml
      normenkader check study                        what the data hold, and what is set aside
      normenkader calibrate study                    norm table, bands and dossier

    \b
    To see what comes out, without data of your own:
      normenkader synthesise trial
      normenkader calibrate trial

    \b
    Once it is decided on, and in the years after:
      normenkader adopt study/out/2f6c --from 2026-03-01 --decision "Collegebesluit 2026-117"
      normenkader in-force --on 2026-03-14 --home study

    Results go to standard output, progress and messages to standard error.

    \b
    Exit codes:
      0  done; reservations are printed and stand in the files
      1  a fault of ours
      2  input refused: the message says what to mend, and nothing was written
      3  verify found a departure
    """
