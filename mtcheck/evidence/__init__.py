"""Measures what rules and scores need; judges nothing."""
