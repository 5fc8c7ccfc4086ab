"""Rules of the group repetition; one file a rule."""
