"""Rules of the group markup; one file a rule."""
