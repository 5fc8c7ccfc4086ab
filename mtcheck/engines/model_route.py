"""Which models take a text from one language to another, as reports tell it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Leg:
    """One translation step.

    ``model`` is an embedded model's name, a hub id or a folder's name; ``revision`` the hub commit,
    None for models that did not come from the hub; ``sha256`` that of the weights in use; ``token``
    the target token put before the source text, None where the model needs none.
    """

    source: str
    target: str
    model: str
    revision: str | None
    sha256: str
    token: str | None = None

    def describe(self) -> str:
        """Return for example ``en→pt by marian-mul-small (59da62412ba9, >>por<<)``."""
        name = f"{self.model}@{self.revision[:12]}" if self.revision else self.model
        details = [self.sha256[:12], *([self.token] if self.token else [])]
        return f"{self.source}→{self.target} by {name} ({', '.join(details)})"


@dataclass(frozen=True, slots=True)
class Route:
    """How a pair is translated.

    ``kind`` is ``direct`` (a model for just this pair), ``group`` (one for several languages) or
    ``chain`` (two models, through English).
    """

    kind: str
    legs: tuple[Leg, ...]

    def describe(self) -> str:
        """Return the route in words, for reports."""
        return f"{self.kind}: " + ", then ".join(leg.describe() for leg in self.legs)

    def to_dict(self) -> dict[str, object]:
        """Return the route as JSON-ready values."""
        return {
            "kind": self.kind,
            "legs": [
                {
                    "source": leg.source,
                    "target": leg.target,
                    "model": leg.model,
                    "revision": leg.revision,
                    "sha256": leg.sha256,
                    "token": leg.token,
                }
                for leg in self.legs
            ],
        }
