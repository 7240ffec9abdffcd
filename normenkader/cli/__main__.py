"""``python -m normenkader.cli``: the same command where no script is installed."""

from normenkader.cli import main

main(prog_name="normenkader")
