"""The catalogue: runs and model versions in MLflow. No other room knows MLflow."""
