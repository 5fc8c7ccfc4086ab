"""Rules of the group grammar; one file a rule."""
