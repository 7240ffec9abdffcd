"""Tracking: one MLflow run and one registered version a calibration. MLflow is the catalogue, never the evidence."""

from normenkader.tracking.fetch import fetch_documents
from normenkader.tracking.model import ModelDiffers
from normenkader.tracking.runs import LoggedCalibration, log_calibration
from normenkader.tracking.store import TrackingFailed, store_home, tracking_uri

__all__ = [
    "LoggedCalibration", "ModelDiffers", "TrackingFailed", "fetch_documents", "log_calibration", "store_home",
    "tracking_uri",
]  # fmt: skip
