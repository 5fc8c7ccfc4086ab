"""Report formats. Each file here is one format; its name is the file's name."""
