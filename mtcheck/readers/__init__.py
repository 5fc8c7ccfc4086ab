"""File formats in: one file a format, offsets into the raw file kept."""
