"""Rules of the group terminology; one file a rule."""
