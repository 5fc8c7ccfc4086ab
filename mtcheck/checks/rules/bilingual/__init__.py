"""Rules of the group bilingual; one file a rule."""
