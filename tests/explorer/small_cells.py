"""A small cells.json by hand, for figures that can be done on paper."""

from __future__ import annotations

from typing import Any

# Four cells: 0-30, 30-45, 45-60, 60 and more.
SMALL: dict[str, Any] = {
    "calibration_number": "ab" * 32, "name": "Klein synthetisch voorbeeld", "unit": "minutes per week",
    "min_clients": 10, "round_to": 5, "n_without_norm": None, "same_band_reason": "",
    "designs": [{"code": "calibrated", "n_bands": 2, "edges": [0, 45], "places": [0, 2], "exact": True}],
    "words": {"synthetic": True, "unit": "minuten per week", "time": "directe tijd", "factors": {}, "levels": {}},
    "lower": [0, 30, 45, 60], "n_clients": [20, 40, 30, 10], "mean_norm": [20, 40, 50, 80],
    "mean_minutes": [18.0, 35.0, 60.0, 90.0], "share_within_cells": 0.1, "sd_norm": 16.0, "sd_minutes": 30.0,
    "step": 15, "norm_step": 5, "ijkclient_minutes": 45, "labels": ["minder", "ijkclient", "meer"],
    "demands": {"min_share": 0.15, "min_providers": 4, "min_width": 20, "ijkclient_band": 2},
    "same_band_floor": 0.5, "promise": 0.9, "in_doubt": "higher",
    "n_providers": [[3, 4, 5, 5], [4, 5, 5], [4, 5], [3]],
    "share_met": [[1, 1, 1, 1], [1, 1, 1], [1, 1], [0]],
    "promise_kept": [[1.0, 1.0, 1.0, 1.0], [0.8, 0.75, 0.7], [0.6, None], [0.5]],
    "fits_below_upper": [[0.9, 0.8, 0.7, 1.0], [0.6, 0.65, 1.0], [0.5, 1.0], [1.0]],
    "periods_within": [[10, 60, 90, 200], [30, 70, 100], [20, 50], [15]], "n_periods": 200,
    "changes_within": [[50, 150, 250, 400], [60, 140, 200], [40, 90], [20]], "n_changes": 400,
    "same_band": [[0.15, 0.5, 0.8, 1.0], [0.25, 0.55, 0.7], [0.2, 0.3], [0.08]],
    "resampled_below": [[0.97, 1.0, 1.0], [0.06, 0.8, 0.99], [0.0, 0.3, 0.95], [0.0, 0.0, 0.02]],
}  # fmt: skip
