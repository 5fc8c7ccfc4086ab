"""Signatures in sacrebleu's ``key:value|key:value`` form."""

from __future__ import annotations

from collections.abc import Mapping


def signature(parts: Mapping[str, object]) -> str:
    """Join ``parts`` in their order; characters that the form uses itself become hyphens."""
    clean = ((k, str(v).replace("|", "-").replace(":", "-")) for k, v in parts.items())
    return "|".join(f"{k}:{v}" for k, v in clean)


def part(signed: str, key: str) -> str | None:
    """Return what a signature has under ``key``, None if nothing."""
    return dict(entry.split(":", 1) for entry in signed.split("|") if ":" in entry).get(key)
