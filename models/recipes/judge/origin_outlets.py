"""News outlets that write English where it is not the first language of most people.

WMT's documents are named after the outlet. Who wrote an article is not known; its newsroom is: the
nearest thing to a non-native register that the data have.
"""

from __future__ import annotations

OUTLETS = (
    "aj-english", "allafrica", "egyptindependent", "en.ndtv", "gateway-zh", "kazakhtv-en",
    "novinite", "one_india_english", "parstoday-en", "rt.com",
)  # fmt: skip


def from_abroad(doc_id: str) -> bool:
    """Tell whether a document is from one of `OUTLETS`."""
    return doc_id.startswith(OUTLETS)
