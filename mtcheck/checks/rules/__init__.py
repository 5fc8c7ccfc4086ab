"""The rules that come with mtcheck: one file a rule, its folder the group."""
