"""Rules of the group calques; one file a rule."""
