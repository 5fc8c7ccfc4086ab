"""Rules of the group typography; one file a rule."""
