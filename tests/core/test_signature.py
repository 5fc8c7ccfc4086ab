"""Signatures and their parts."""

from __future__ import annotations

from mtcheck.core.signature import part, signature


def test_parts_are_found_again() -> None:
    signed = signature({"name": "origin", "by": "wording+rules", "odd": "a:b|c"})
    assert part(signed, "by") == "wording+rules"
    assert part(signed, "odd") == "a-b-c"
    assert part(signed, "house") is None
    assert part("", "by") is None
