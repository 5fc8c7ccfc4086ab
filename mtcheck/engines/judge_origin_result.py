"""What the origin model says of a text."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class OriginResult:
    """What the model says of one text; values are None where nothing was measured (see ``note``).

    ``machine_translated`` and ``translated`` are probabilities (0 to 1) under equal shares of
    originals, human and machine translations; ``interval`` is a 95 % bootstrap interval of the
    former over the ``n`` segments. ``label`` is ``machine-translated``, ``not-machine-translated``
    or None where the model abstains. ``fpr`` and ``fpr_translation`` are the shares of human
    originals and of human translations of like length that score at least as high.
    ``translated_from`` maps languages and ``other`` to probabilities, None where the model has no
    such part; ``translated_from_label`` is its best language, None where it abstains. ``reasons``
    say what the verdict rests on; ``by_rules`` that the rules' findings are part of it.
    """

    machine_translated: float | None
    translated: float | None
    interval: tuple[float, float] | None = None
    n: int = 0
    words: int = 0
    abstained: bool = True
    label: str | None = None
    fpr: float | None = None
    fpr_translation: float | None = None
    reference: str | None = None
    translated_from: Mapping[str, float] | None = None
    translated_from_label: str | None = None
    note: str | None = None
    reasons: tuple[str, ...] = ()
    by_rules: bool = False
