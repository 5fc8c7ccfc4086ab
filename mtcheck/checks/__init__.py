"""Artefact rules: registry, kinds and one file a rule."""
