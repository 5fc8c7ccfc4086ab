"""Rules of the group encoding; one file a rule."""
