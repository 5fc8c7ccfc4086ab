"""Puts the parts together: one document, many documents."""
