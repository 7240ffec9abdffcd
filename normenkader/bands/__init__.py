"""Bands of minutes per week: optimal boundaries, their stability, and one client's decision."""
