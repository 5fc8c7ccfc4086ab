"""What OPUS-MT's model names mean, and which of its models serves a language pair."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from mtcheck.core import languages
from mtcheck.core.errors import UsageError

HUB_OWNER = "Helsinki-NLP"
_NAME = re.compile(r"opus-mt(?:-tc)?(?:-bible)?(?:-(?:big|base|small|tiny))?-([\w]+)-([\w]+)$")
_TOKEN = re.compile(r">>([A-Za-z_]+)<<")


@dataclass(frozen=True, slots=True)
class ListedModel:
    """A recommended OPUS-MT model. ``source`` and ``target`` are a language or a group's code.

    ``download_mb`` is what is fetched, ``int8_mb`` what stays after conversion, both rounded.
    """

    id: str
    source: str
    target: str
    tier: str
    download_mb: int
    int8_mb: int
    license: str

    def serves(self, source: str, target: str) -> bool:
        """Tell whether the model translates between two normalised languages."""
        return (
            source != target and source in members(self.source) and target in members(self.target)
        )

    def direct(self, source: str, target: str) -> bool:
        """Tell whether the model was made for exactly this pair."""
        return members(self.source) == (source,) and members(self.target) == (target,)


@cache
def _data() -> Mapping[str, Any]:
    return tomllib.loads(files("mtcheck.engines").joinpath("opus_mt.toml").read_text("utf-8"))


@cache
def listed_models() -> tuple[ListedModel, ...]:
    """Return the recommended models, in the order of their table."""
    return tuple(
        ListedModel(f"{HUB_OWNER}/{name}", source, target, tier, download, int8, license)
        for name, source, target, tier, download, int8, license in _data()["models"]["rows"]
    )


@cache
def members(code: str) -> tuple[str, ...]:
    """Return the normalised languages that a code in a model's name stands for.

    ``pt`` and ``por`` → pt; ``ROMANCE`` → fr, es, pt, …; ``ces_slk`` → cs, sk; ``mul`` → all that
    mtcheck knows. Empty for a code of a language that it has no name for.
    """
    groups = _data()["groups"]
    if code in groups:
        return tuple(groups[code])
    if code in ("mul", "ine"):
        return tuple(languages.LANGUAGES)
    found: list[str] = []
    for part in code.split("_"):
        if part in groups:
            found += groups[part]
            continue
        try:
            found.append(languages.normalise(part))
        except UsageError:
            continue
    return tuple(dict.fromkeys(found))


def codes_in(name: str) -> tuple[str, str] | None:
    """Return the source and target codes in a model's or folder's name, None if it has none.

    ``Helsinki-NLP/opus-mt-tc-big-en-pt`` → ``("en", "pt")``.
    """
    match = _NAME.search(name.rstrip("/"))
    return (match[1], match[2]) if match else None


def target_tokens(vocabulary: Iterable[str]) -> dict[str, str]:
    """Return the target token of each language that a vocabulary has one for.

    Where a vocabulary has several for a language (``>>pob<<`` and ``>>por<<``), the one that stands
    first in ``opus_mt.toml`` is taken.
    """
    codes = {match[1] for token in vocabulary if (match := _TOKEN.fullmatch(token))}
    found: dict[str, str] = {}
    if not codes:
        return found
    preferred: Mapping[str, list[str]] = _data()["tokens"]
    for lang, (_, three) in languages.LANGUAGES.items():
        order = [*preferred.get(lang, ()), three, lang]
        code = next((c for c in order if c in codes), None)
        if code is None:  # a variant that the table does not name, such as eng_Latn
            code = min((c for c in codes if c.split("_")[0] in (three, lang)), default=None)
        if code is not None:
            found[lang] = f">>{code}<<"
    return found


def derive_pairs(
    codes: tuple[str, str] | None, tokens: Mapping[str, str]
) -> tuple[tuple[str, str], ...]:
    """Return the pairs of a model with these codes in its name and target tokens in its vocabulary.

    A vocabulary with target tokens says exactly which targets there are; a model with one target
    language needs none. ``mul`` on both sides means the languages that have tokens.
    """
    source, target = codes or ("mul", "mul")
    targets = members(target)
    if tokens and (len(targets) != 1 or targets[0] in tokens):
        targets = tuple(t for t in targets if t in tokens)
    if source == "mul" == target:
        if not tokens:
            return ()
        sources = targets
    else:
        sources = members(source)
    return tuple((s, t) for s in sources for t in targets if s != t)


def candidates(source: str, target: str, *, quality: bool = False) -> list[ListedModel]:
    """Return the listed models that serve a pair, best choice first.

    Models made for the pair come before group models, smaller groups before larger ones; among
    equals the base size comes first, or the big one if ``quality`` is set, which then also wins
    over a direct base model.
    """
    serving = [m for m in listed_models() if m.serves(source, target)]

    def rank(model: ListedModel) -> tuple[bool, bool, bool, int]:
        big = model.tier == "big"
        size = len(members(model.source)) * len(members(model.target))
        wrong_tier = big is not quality
        return quality and wrong_tier, not model.direct(source, target), wrong_tier, size

    return sorted(serving, key=rank)
