"""Segmentation, language identification, words, differences and alignment; pure functions."""
