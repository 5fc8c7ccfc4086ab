"""Rules of the group punctuation; one file a rule."""
