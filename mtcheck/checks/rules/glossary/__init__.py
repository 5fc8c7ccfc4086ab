"""Rules of the group glossary; one file a rule."""
