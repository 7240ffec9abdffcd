"""The stored reference data are what their script makes, free of anything but generated rows."""

from __future__ import annotations

import csv
import importlib.util

from model_data import REFERENCE


def test_small_csv_is_what_its_script_makes():
    spec = importlib.util.spec_from_file_location("make_small", REFERENCE / "make_small.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    with open(REFERENCE / "small.csv", newline="") as file:
        stored = list(csv.reader(file))
    assert stored[1:] == module.rows()
