"""Rules of the group dates; one file a rule."""
