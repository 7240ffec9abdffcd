"""Tracking: one MLflow run and one registered version a calibration. MLflow is the catalogue, never the evidence."""

from normenkader.tracking.fetch import FetchedVersion, fetch_documents, fetch_version
from normenkader.tracking.model import ModelDiffers
from normenkader.tracking.runs import LoggedCalibration, log_calibration
from normenkader.tracking.store import TrackingFailed, store_home, tracking_uri

__all__ = [
    "FetchedVersion", "LoggedCalibration", "ModelDiffers", "TrackingFailed", "fetch_documents", "fetch_version",
    "log_calibration", "store_home", "tracking_uri",
]  # fmt: skip
