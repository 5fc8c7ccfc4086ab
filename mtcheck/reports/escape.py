"""Characters that a consumer of reports can't take, replaced one for one so that columns hold."""

from __future__ import annotations

import re

_SURROGATES = re.compile("[\ud800-\udfff]")
# XML 1.0, section 2.2: Char ::= #x9 | #xA | #xD | [#x20-#xD7FF] | [#xE000-#xFFFD] | ...
_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
# C0 and C1 controls can start escape sequences; bidi controls can reorder what is shown.
_NOT_TERMINAL = re.compile(
    "[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]"
)
# Inline markup anywhere, block markup at the start.
_MARKDOWN = re.compile(r"[\\`*_\[\]|~]|^[#+=-]|(?:(?<=^\d)|(?<=^\d{2})|(?<=^\d{4}))[.)](?=\s|$)")
_MENTION = re.compile(r"([@#])(?=\w)")


def well_formed(text: str) -> str:
    """Return ``text`` with lone surrogates, which UTF-8 can't hold, as U+FFFD."""
    return _SURROGATES.sub("\ufffd", text)


def xml_chars(text: str) -> str:
    """Return ``text`` with characters that are illegal in XML 1.0 as U+FFFD; markup is kept."""
    return _NOT_XML.sub("\ufffd", text)


def xml(text: str) -> str:
    """Return ``text`` for use in XML or HTML content and in double-quoted attributes."""
    clean = xml_chars(text)
    for char, entity in (("&", "&amp;"), ("<", "&lt;"), (">", "&gt;"), ('"', "&quot;")):
        clean = clean.replace(char, entity)
    return clean.replace("'", "&#39;")


def xml_attribute(text: str) -> str:
    """Return `xml` of ``text`` with line breaks and tabs kept through attribute normalisation."""
    return xml(text).replace("\n", "&#10;").replace("\r", "&#13;").replace("\t", "&#9;")


def terminal(text: str) -> str:
    """Return ``text`` on one line, without characters that steer a terminal.

    Line breaks and tabs become spaces, other controls U+FFFD; the length stays the same.
    """
    return _NOT_TERMINAL.sub(lambda m: " " if m[0] in "\t\n\r\v\f\u2028\u2029" else "\ufffd", text)


def markdown(text: str) -> str:
    """Return ``text`` as literal GitHub Markdown: no markup, no HTML, no mentions, no links.

    Line breaks become spaces. A zero-width space keeps ``@name`` and ``#12`` from notifying people
    or linking to other issues.
    """
    clean = terminal(text).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    clean = _MARKDOWN.sub(r"\\\g<0>", clean)
    clean = _MENTION.sub("\\g<1>\u200b", clean)
    return clean.replace("://", ":\u200b//").replace("www.", "www\u200b.")
