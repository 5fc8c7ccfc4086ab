"""Comparisons of a text with its source, one function a check."""
