"""Segmentation, language identification, words, alignment: pure functions over text."""
