"""Rules of the group numbers; one file a rule."""
