"""Rules of the group register; one file a rule."""
