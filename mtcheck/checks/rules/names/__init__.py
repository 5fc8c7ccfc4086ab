"""Rules of the group names; one file a rule."""
