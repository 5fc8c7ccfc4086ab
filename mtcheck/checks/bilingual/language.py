"""Text that was not translated, or not into the language asked for; lost negation."""

from __future__ import annotations

import re
from collections.abc import Iterator

from mtcheck.checks.bilingual.context import UNSPACED, WORD, Comparison, fold, words
from mtcheck.checks.bilingual.verbatim import without_code
from mtcheck.checks.rule import Hit
from mtcheck.core.findings import Severity
from mtcheck.text.function_words import FUNCTION_WORDS

_MIN_WORDS = 4
# Addresses, paths, options and dotted names are the same in any language.
_ADDRESS = re.compile(
    r"(?:https?://|www\.)\S+|[\w.+-]+@[\w.-]+\w|~?(?:/[\w.*+-]+){2,}/?|[\w.-]+(?:/[\w.*+-]+){2,}"
    r"|--?[\w-]+(?:=\S+)?|\w+(?:(?:::|[._])\w+)+|&#?[\w.-]+;|[\w+-]+(?:[,/][\w+-]+)+"
)
# A conversion that touches letters: "%lid %lih".
_FORMAT = re.compile(r"%[-+#0-9.$]*[a-zA-Z]\w*")
# Marks of configuration files, programs and manual pages.
_CODE = re.compile(r"[{}=<>|*_/\\@$;]|::|--|\w,\w|^\s*\S+:.*\n\s*\S+:", re.MULTILINE)
_QUOTED = re.compile(r"[\"“”„«»'‘’「」]")
_NEGATION = {
    "en": r"\b(?:not|n't|never|no|none|nobody|nothing|neither|nor|cannot|without|nowhere)\b|n't\b",
    "es": r"\b(?:no|nunca|jamás|nadie|nada|ningun[oa]?|ningún|ni|sin|tampoco)\b",
    "pt": r"\b(?:não|nunca|jamais|ninguém|nada|nenhuma?|nem|sem|tampouco)\b",
    "fr": r"\b(?:ne|n'|pas|jamais|personne|rien|aucune?|ni|sans|non)\b|\bn'",
    "de": r"\b(?:nicht|nie|niemals|kein\w*|niemand\w*|nichts|weder|noch|ohne|nirgends)\b",
    "it": r"\b(?:non|mai|nessun[oa]?|niente|nulla|né|senza)\b",
    "ru": r"\b(?:не|нет|ни|никогда|никто|ничего|без|нельзя|не\w+)\b",
}
# Words that deny without a negator; where one stands, polarity can't be told by counting.
_LEXICAL = re.compile(
    r"(?i)\b(?:un\w{3,}|in\w{4,}|im\w{4,}|il\w{4,}|ir\w{4,}|dis\w{4,}|non-?\w+|mis\w{4,}|fail\w*|"
    r"refus\w*|den(?:y|i)\w*|lack\w*|avoid\w*|reject\w*|prevent\w*|hardly|barely|scarcely|few|little|"
    r"only|unless|until|but|free|less|\w+less|rather|instead|absence|stop\w*|ban\w*|impossible|far|"
    r"otherwise|too|than|rarely|seldom|miss\w*|except|apart|however|without|beyond|solo|sólo|sino|"
    r"nur|sondern|fehl\w*|verweiger\w*|lehn\w*|seulement|que|refus\w*|negó|negar\w*|negou|recus\w*|"
    r"rechaz\w*|falta\w*|apenas|menos|hasta|mais|mas|aber|kaum|bevor|als|statt|anders)\b"
)


def untranslated(c: Comparison) -> Iterator[Hit]:
    """A target that is the source, word by word."""
    if c.langs.source == c.langs.target or not c.target.strip():
        return
    source, target = words(c.source), words(c.target)
    unspaced = c.langs.source in UNSPACED and not re.search(r"[A-Za-z]", c.source)
    enough = len(source) >= _MIN_WORDS or (unspaced and len(c.source.strip()) >= 6)
    if source != target or not enough:
        return
    if unspaced:
        yield c.whole()
    elif _is_prose(_without_names(c.source)):
        # Without a word like "the" it may be a name, a headline, a line of a file.
        running = not FUNCTION_WORDS.get(c.langs.source, frozenset()).isdisjoint(source)
        marks = len(_CODE.findall(_without_names(c.source)))
        # A program has words like "if" and "for", and many marks between them.
        if 4 * marks < len(source) if running else not _CODE.search(c.source):
            yield c.whole(severity=None if running else Severity.MAJOR)


def _blank(match: re.Match[str]) -> str:
    return "\n" * len(match[0])


def _without_names(text: str) -> str:
    """Return text without what no translator touches: addresses, options, markup, placeholders."""
    return _FORMAT.sub(" ", _ADDRESS.sub(" ", without_code(text)))


def _is_prose(text: str) -> bool:
    """Tell running text from names, codes and titles: some words are lower case."""
    lower = [w for w in WORD.findall(text) if w[0].islower() and len(w) > 1]
    return len(lower) >= 2


def partly_copied(c: Comparison) -> Iterator[Hit]:
    """Four or more words in a row that stand in the source the same way."""
    if c.langs.source == c.langs.target or c.langs.source in UNSPACED:
        return
    text = without_code(_FORMAT.sub(_blank, _ADDRESS.sub(_blank, c.target)))
    source, target = words(without_code(c.source)), words(text)
    if source == target or len(target) < _MIN_WORDS:
        return
    minimum = int(c.options.get("min_words", _MIN_WORDS))
    there = {tuple(source[i : i + minimum]) for i in range(len(source) - minimum + 1)}
    found = list(WORD.finditer(text))
    i = 0
    while i <= len(found) - minimum:
        if tuple(target[i : i + minimum]) not in there:
            i += 1
            continue
        j = i + minimum
        while j < len(found) and tuple(target[j - minimum + 1 : j + 1]) in there:
            j += 1
        start, end = found[i].start(), found[j - 1].end()
        # A capital at the start, behind other words: the name of an organisation.
        named = c.target[start].isupper() and bool(c.target[:start].strip())
        if (
            not named
            and "\n" not in text[start:end]
            and _running(c.target[start:end])
            and not _inside_quotes(c.target, start, end)
        ):
            yield c.hit(start, end)
        i = j


def _running(text: str) -> bool:
    found = WORD.findall(text)
    lower = sum(1 for w in found if w[0].islower())
    return lower >= 3 and lower / len(found) > 0.6


def _inside_quotes(text: str, start: int, end: int) -> bool:
    return bool(_QUOTED.search(text[max(0, start - 25) : start])) and bool(
        _QUOTED.search(text[end : end + 25])
    )


def wrong_language(c: Comparison) -> Iterator[Hit]:
    """A target in another language than asked for."""
    text = c.target.strip()
    short = len(text) < 25 or len(words(text)) < 5
    if c.langs.target in UNSPACED:
        short = len(text) < 15
    if c.langs.target == "und" or short:
        return
    if fold(text) == fold(c.source.strip()):
        return  # the check for untranslated text tells it
    from mtcheck.text.langid import identify

    guess = identify(text)
    if guess is None or guess.lang == c.langs.target or guess.confidence < 0.85:
        return
    # Close relatives are told apart badly in a sentence.
    if frozenset((guess.lang, c.langs.target)) in _RELATIVES and (
        guess.confidence < 0.97 or len(words(text)) < 12
    ):
        return
    from mtcheck.core.languages import name

    yield c.whole(message=f"The text is in {name(guess.lang)}, not {name(c.langs.target)}.")


_RELATIVES = {
    frozenset(pair)
    for pair in (("es", "gl"), ("pt", "gl"), ("es", "ca"), ("es", "pt"), ("cs", "sk"), ("no", "da"),
                 ("no", "sv"), ("hr", "sr"), ("hr", "bs"), ("bs", "sr"), ("id", "ms"), ("ru", "uk"),
                 ("ru", "be"), ("uk", "be"), ("ru", "bg"), ("hi", "ne"), ("hi", "mr"), ("de", "lb"),
                 ("nl", "af"), ("sr", "mk"), ("bg", "mk"), ("fr", "oc"), ("hr", "sl"),
                 ("zh", "ja"), ("ru", "sr"), ("ca", "oc"), ("es", "oc"), ("it", "gl"), ("et", "fi"))
}  # fmt: skip


def negation(c: Comparison) -> Iterator[Hit]:
    """A negator on one side only, in short clauses without words that deny by themselves."""
    there, here = _NEGATION.get(c.langs.source), _NEGATION.get(c.langs.target)
    if there is None or here is None or not c.target.strip():
        return
    if max(len(words(c.source)), len(words(c.target))) > int(c.options.get("max_words", 9)):
        return
    if _LEXICAL.search(c.source) or _LEXICAL.search(c.target):
        return
    source = len(re.findall(there, c.source.replace("’", "'"), re.IGNORECASE))
    target = len(re.findall(here, c.target.replace("’", "'"), re.IGNORECASE))
    if bool(source) != bool(target):
        what = "denies, the target does not" if source else "does not deny, the target does"
        yield c.whole(message=f"The source {what}.")
