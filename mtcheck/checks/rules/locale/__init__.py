"""Rules of the group locale; one file a rule."""
