"""Each segment to a pivot language and back, and what has changed on the way."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from functools import cache
from typing import TYPE_CHECKING, Any

from mtcheck.core.evidence import RoundTrip
from mtcheck.engines import guards

if TYPE_CHECKING:
    from mtcheck.engines.base import Embedder, Translation, Translator

# Segments that are translated together, and groups of them that are on their way ahead of the one
# that is looked at. Documents of fewer segments are one group.
_GROUP = 256
_AHEAD = 2
_OFF_TARGET_WORDS = 5
# Confidence of the identification; short texts take more.
_OFF_TARGET_LONG = 80
_OFF_TARGET_CONFIDENCE, _OFF_TARGET_CONFIDENCE_SHORT = 0.7, 0.9
# Written so alike that identification mixes them up.
_INDISTINCT = (
    {"no", "da"},
    {"hr", "sr", "bs"},
    {"id", "ms"},
    {"pt", "gl"},
    {"cs", "sk"},
    {"hi", "mr", "ne"},
    {"ru", "uk", "be", "bg", "mk"},
)


def roundtrip(
    texts: Sequence[str],
    *,
    lang: str,
    pivot: str,
    forward: Translator,
    backward: Translator,
    embedder: Embedder | None,
    floors: tuple[float | None, float | None] = (None, None),
) -> list[RoundTrip]:
    """Translate ``texts`` to ``pivot`` and back and compare.

    Args:
        texts: segments in ``lang``.
        lang: their language.
        pivot: the language between.
        forward: serves ``lang`` → ``pivot``.
        backward: serves ``pivot`` → ``lang``.
        embedder: for the similarity; None, or one that does not know ``lang``, leaves it out.
        floors: mean log-probabilities per token (nats) of the forward and the backward leg under
            which a segment is ``low-confidence``: not measured by this model; None = no floor.

    Returns:
        One result for each text, in the same order. Segments that carry a flag of
        `guards.EXCLUDING` have neither chrF nor similarity; of a text without content nothing is
        measured and nothing flagged.

    Raises:
        ModelError: a translator does not serve its pair or its backend failed.
    """
    # Each text once, and those of like length together, whatever documents they come from.
    distinct = sorted(dict.fromkeys(texts), key=len, reverse=True)
    groups = [distinct[i : i + _GROUP] for i in range(0, len(distinct), _GROUP)]
    legs = _both_ways(groups, forward=forward, backward=backward, lang=lang, pivot=pivot)
    done: dict[str, RoundTrip] = {}
    for group, there, back in legs:
        made = _compare(group, there, back, (lang, pivot), embedder, floors)
        done.update(zip(group, made, strict=True))
    return [done[text] for text in texts]


_Legs = tuple[list[str], list["Translation"], list["Translation | None"]]


def _both_ways(
    groups: Sequence[list[str]],
    *,
    forward: Translator,
    backward: Translator,
    lang: str,
    pivot: str,
) -> Iterator[_Legs]:
    """Yield each group with its translations there and back.

    While the caller looks at one group, the next is on its way back and the one after it on its way
    there, so that no core waits for the last sentence of a leg.
    """

    def there(group: list[str]) -> list[Translation]:
        return forward.translate(group, source=lang, target=pivot)

    def back(group: list[str], made: list[Translation]) -> list[Translation | None]:
        # Nothing is sent back of what did not get there, or came there as it was.
        sent = [
            i
            for i, (text, t) in enumerate(zip(group, made, strict=True))
            if t.text.strip() and not guards.is_copy(text, t.text)
        ]
        returned = backward.translate([made[i].text for i in sent], source=pivot, target=lang)
        results: list[Translation | None] = [None] * len(group)
        for i, t in zip(sent, returned, strict=True):
            results[i] = t
        return results

    if len(groups) == 1:
        made = there(groups[0])
        yield groups[0], made, back(groups[0], made)
        return
    with ThreadPoolExecutor(1, "there") as out, ThreadPoolExecutor(1, "back") as home:
        pending: deque[tuple[list[str], Future[list[Translation]], Future[Any]]] = deque()
        try:
            for group in groups:
                going = out.submit(there, group)
                coming = home.submit(lambda g, f: back(g, f.result()), group, going)
                pending.append((group, going, coming))
                if len(pending) > _AHEAD:
                    yield _arrived(*pending.popleft())
            while pending:
                yield _arrived(*pending.popleft())
        finally:
            for _, going, coming in pending:
                coming.cancel()
                going.cancel()


def _arrived(group: list[str], going: Future[list[Translation]], coming: Future[Any]) -> _Legs:
    return group, going.result(), coming.result()


def _compare(
    texts: Sequence[str],
    there: Sequence[Translation],
    back: Sequence[Translation | None],
    langs: tuple[str, str],
    embedder: Embedder | None,
    floors: tuple[float | None, float | None],
) -> list[RoundTrip]:
    lang, pivot = langs
    flags = [
        _flags(text, t, b, floors, langs) for text, t, b in zip(texts, there, back, strict=True)
    ]
    scored = [
        i
        for i, b in enumerate(back)
        if b is not None and b.text.strip() and not guards.EXCLUDING.intersection(flags[i])
    ]
    pairs = [(texts[i], _text(back[i])) for i in scored]
    similarity = dict(zip(scored, _similarities(pairs, lang, embedder), strict=True))
    chrf = {i: chrf_plus_plus(b, text) for i, (text, b) in zip(scored, pairs, strict=True)}
    return [
        _result(text, pivot, lang, t, b, flags[i], chrf.get(i), similarity.get(i))
        for i, (text, t, b) in enumerate(zip(texts, there, back, strict=True))
    ]


def chrf_plus_plus(hypothesis: str, reference: str) -> float:
    """Return sacrebleu's sentence-level chrF++ (word order 2), 0–100."""
    score: float = _metric().sentence_score(hypothesis, [reference]).score
    return score


@cache
def chrf_signature() -> str:
    """Return sacrebleu's signature of `chrf_plus_plus`."""
    metric = _metric()
    metric.sentence_score("a", ["a"])  # the number of references is unknown before the first
    return str(metric.get_signature())


@cache
def _metric() -> Any:
    from sacrebleu.metrics.chrf import CHRF

    return CHRF(word_order=2)


def _flags(
    text: str,
    there: Translation,
    back: Translation | None,
    floors: tuple[float | None, float | None],
    langs: tuple[str, str],
) -> tuple[str, ...]:
    if not text.strip():
        return ()
    lang, pivot = langs
    flags = [*guards.inspect(text, there.text), *there.flags]
    if is_off_target(there.text, pivot):
        flags.append("off-target")
    if _below(there, floors[0]):
        flags.append("low-confidence")
    if back is not None:
        flags += [*guards.inspect(there.text, back.text), *back.flags]
        if is_off_target(back.text, lang):
            flags.append("off-target")
        if _below(back, floors[1]):
            flags.append("low-confidence")
        if guards.is_repaired(text, back.text):
            flags.append("repaired")
    return tuple(dict.fromkeys(flags))


def is_off_target(text: str, lang: str) -> bool:
    """Tell whether a translation is in another language than the one asked for.

    Text of fewer than five words is not judged. Of 12,710 human news sentences in the five default
    languages at most 4 are taken for another language.
    """
    from mtcheck.text.langid import identify

    if len(text.split()) < _OFF_TARGET_WORDS:
        return False
    guess = identify(text)
    long = len(text) >= _OFF_TARGET_LONG
    return (
        guess is not None
        and guess.lang != lang
        and guess.confidence >= (_OFF_TARGET_CONFIDENCE if long else _OFF_TARGET_CONFIDENCE_SHORT)
        and not any(guess.lang in group and lang in group for group in _INDISTINCT)
    )


def _below(translation: Translation, floor: float | None) -> bool:
    return floor is not None and translation.logprob is not None and translation.logprob < floor


def _text(translation: Translation | None) -> str:
    return "" if translation is None else translation.text


def _similarities(
    pairs: Sequence[tuple[str, str]], lang: str, embedder: Embedder | None
) -> list[float | None]:
    if embedder is None or not embedder.serves(lang) or not pairs:
        return [None] * len(pairs)
    rows = embedder.embed([text for pair in pairs for text in pair])
    cosines = (rows[0::2] * rows[1::2]).sum(axis=1)
    # Rounding may leave a cosine of equal texts a little above one.
    return [min(1.0, max(-1.0, float(c))) for c in cosines]


def _result(
    text: str,
    pivot: str,
    lang: str,
    there: Translation,
    back: Translation | None,
    flags: tuple[str, ...],
    chrf: float | None,
    similarity: float | None,
) -> RoundTrip:
    from mtcheck.text.diff import word_diff

    diff = None if back is None else word_diff(text, back.text, lang)
    return RoundTrip(
        pivot=pivot,
        forward=there.text,
        back=None if back is None else back.text,
        chrf=chrf,
        similarity=similarity,
        flags=flags,
        lost=diff.lost if diff else (),
        gained=diff.gained if diff else (),
        forward_logprob=there.logprob,
        back_logprob=None if back is None else back.logprob,
    )
