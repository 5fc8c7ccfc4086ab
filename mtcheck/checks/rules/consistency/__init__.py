"""Rules of the group consistency; one file a rule."""
