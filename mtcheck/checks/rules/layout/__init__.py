"""Rules of the group layout; one file a rule."""
