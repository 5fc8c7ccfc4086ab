"""Files to documents with exact offsets. One module a format in ``mtcheck.readers.formats``."""

from mtcheck.readers.base import Format, ReadOptions
from mtcheck.readers.discover import discover
from mtcheck.readers.registry import format_named, formats, read, read_bytes

__all__ = ["Format", "ReadOptions", "discover", "format_named", "formats", "read", "read_bytes"]
