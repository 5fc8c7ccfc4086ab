"""One module a file format; each has a ``FORMAT``, and the registry finds it by that."""
