"""Rules of the group untranslated; one file a rule."""
