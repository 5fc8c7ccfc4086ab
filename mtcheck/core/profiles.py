"""Named starting points for the configuration; every key can still be overridden."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

# newsroom:     editors read every finding; only what hurts readers stops publication.
# localisation: bilingual files in CI; accuracy first, style is for reviewers.
# strict:       nothing of severity minor or more, nothing unmeasured.
# machine-only: is this raw machine output? No style, no translationese.
PROFILES: Mapping[str, Mapping[str, Any]] = {
    "newsroom": {
        "gate": {"fail_on": "major", "max_penalty": 10.0},
    },
    "localisation": {
        "rules": {"ignore": ["calques", "register"]},
        "gate": {"fail_on": "major", "strict_inputs": True},
        "roundtrip": {"enabled": False},
    },
    "strict": {
        "gate": {"fail_on": "minor", "max_penalty": 0.0, "strict_inputs": True},
    },
    "machine-only": {
        "rules": {
            "select": ["encoding", "markup", "repetition", "untranslated"],
        },
        "gate": {"fail_on": "major", "max_machine_translated": 0.9},
    },
}

DESCRIPTIONS: Mapping[str, str] = {
    "newsroom": "articles before publication: major findings or 10 penalty points in 1,000 words",
    "localisation": "bilingual files in CI: accuracy, placeholders, terms; no round trip, no style",
    "strict": "any finding of severity minor or more fails, and so does an unreadable file",
    "machine-only": "only signs of raw machine output: loops, residue, untranslated text, origin",
}
