"""Scores, calibration, baselines, suppressions and the gate."""
