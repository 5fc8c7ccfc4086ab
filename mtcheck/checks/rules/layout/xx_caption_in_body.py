"""Picture captions that have slipped into the running text."""

from __future__ import annotations

import re
from collections.abc import Iterator

from mtcheck.checks.rule import Hit
from mtcheck.checks.view import View
from mtcheck.core.findings import Severity

INFO = {
    "title": "Picture caption in the running text",
    "why": "A picture caption has slipped into the running text: delete it or mark it as a caption.",
    "langs": [],
    "source_langs": ["pt", "es", "fr"],
    "severity": "minor",
    "confidence": "medium",
    "mqm": "Design and markup > Layout",
    "speaks_to": ["translated"],
    "rewrite": "delete, or mark as a caption",
    "evidence": '"Image of video", "Photo: Reproduction" = pt; "(left)" without a full stop = agency caption',
    "examples": [
        {"text": "Canvia (N)om, (C)omentari, (E)mail", "lang": "ca",
         "source": "Change (N)ame, (C)omment, (E)mail", "source_lang": "en"},
        {"text": "The dam reopened on Friday.\n\n⟦Handshake between Rosa Lima (left) and Tom Hale"
         " (right)⟧\n\nBoth sides praised the deal."},
        {"text": "The army denied the claim.\n\n⟦Image of video shared by the coast guard of Malta⟧"
         "\n\nNobody was hurt."},
        {"text": "⟦Farmers block the motorway, in a photo taken this Monday.⟧"},
        {"text": "⟦Photo: Disclosure/City Hall⟧"},
        {"text": "Talks go on.\n\n⟦Prime Minister Ana Horvat speaks to reporters in Zagreb on March"
         " 4, 2021⟧\n\nNo date was set for the vote."},
        {"text": "Rivers are falling, officials warned.\n\n⟦The canal lies between the old harbour"
         " and the market square of the town⟧\n\nBarges will carry less."},
        {"text": "Die Brücke bleibt zu.\n\n⟦Bürgermeisterin Eva Roth (links) und Minister Jan Falk"
         " (rechts)⟧\n\nEin Ende ist nicht in Sicht.", "lang": "de"},
        {"text": "O porto fechou.\n\n⟦Foto: Reprodução/TV Litoral⟧\n\nNinguém ficou ferido.",
         "lang": "pt"},
        {"text": "She sat on the left of the judge (right next to the door)."},
        {"text": "The photo shows two boats.\n\nWhat happens next?\n\nNobody knows."},
        {"text": "Storm Hits Northern Coast\n\nThousands had no power on Sunday."},
        {"text": "The party of the left (and right) lost seats on March 4, 2021."},
    ],
}  # fmt: skip

_SIDE = (
    r"\((?:from )?(?:[LlRrCc]|left|right|cent(?:er|re)|back|front|top|bottom|2nd left|"
    r"(?:second|third|far) (?:from )?(?:the )?(?:left|right)|in (?:the )?(?:middle|cent(?:er|re))|"
    r"on the (?:left|right)|[àa] (?:esquerda|direita|gauche|droite)|esq\.?|dir\.?|izq\.?|dcha\.?|"
    r"izquierda|derecha|esquerda|direita|(?:a|à) la (?:izquierda|derecha)|au centre|centro|"
    r"gauche|droite|links|rechts|Mitte|l\.|r\.)\)"
)
_SIDES = re.compile(rf"{_SIDE}")
_LEAD = re.compile(
    r"^[ \[(]?(?:(?:(?:File|Archive|Archival|Undated|Handout|Aerial|Satellite|Screen|Still) )?"
    r"(?:Images?|Photos?|Pictures?|Photographs?|Screenshots?|Frames?|Stills?|Footage|Captures?)"
    r" (?:of (?:the |a )?(?:video|archive|file|footage|recording|screen)|from (?:the |a )?(?:video"
    r"|archive|footage|file|recording)|(?:released|provided|published|taken|shared|distributed|"
    r"divulged|made available|obtained) (?:by|on|in|this))"
    r"|(?:Imagem|Imagen|Foto|Fotografía|Fotografia|Image|Photo|Bild|Foto) (?:de|do|da|du|del|aus dem)"
    r" (?:vídeo|video|vidéo|archivo|arquivo|archives?|Archiv)"
    r"|Illustrat(?:ive|ion) (?:image|photo|picture)|Imagem ilustrativa|Imagen ilustrativa"
    r"|Photo d'illustration|Symbolbild|Symbolfoto|Archivbild|Reproduction photo|Photo reproduction)\b"
)
_CREDIT = re.compile(
    r"(?:^|(?<=[.!?)\"”] ))[\[(]?(?:Image|Images|Photo|Photos|Foto|Fotos|Imagem|Imagen|Picture|Bild|"
    r"Credits?|Photo credit|Image credit|Crédito|Créditos|Crédit|Crédit photo|Crédits|Video|Vídeo)"
    r" ?: ?(?:(?:Reproduction|Reprodução|Reproducción|Disclosure|Divulgação|Playback|Publicity|"
    r"Archive|Arquivo|Archivo|Handout|Getty(?: Images)?|AFP|AP|Reuters|EFE|EPA|DPA|dpa|TASS|"
    r"Shutterstock|iStock|Unsplash|Twitter|Facebook|Instagram|Internet|Personal archive|"
    r"Arquivo pessoal|Social (?:media|networks)|Redes sociais|Redes sociales)\b[^.\n]{0,60}"
    r"|[A-ZÀ-Ý][\w' .-]{2,40} ?/ ?[A-ZÀ-Ý][\w' ]{1,40})[)\]]?"
)
_IN_PHOTO = re.compile(
    r"[,:] (?:(?:seen|shown|pictured) )?(?:in|on) (?:an?|this|the) (?:(?:undated|recent|file|archive|handout|"
    r"combination|aerial|satellite) )?(?:photo(?:graph)?|image|picture|file|screenshot|frame|still)"
    r"(?: grab)?(?: (?:taken|released|published|divulged|shared|captured|provided|obtained|from|of|made|issued))?"
    r"(?: (?:by [\w' ]{2,30} )?(?:on|this|last|in|from)? ?(?:(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day|"
    r"January|February|March|April|May|June|July|August|September|October|November|December|video|file|"
    r"archive|\d)| by\b)"
)
_PRESENT = re.compile(
    r"\b(?:attends?|speaks?|poses?|shakes?|waves?|walks?|arrives?|looks?|meets?|delivers?|gestures?|"
    r"addresses|greets?|embraces?|hugs?|talks?|stands?|sits?|visits?|celebrates?|holds?|participates?|"
    r"takes? part|smiles?|listens?|leaves?|reacts?|protests?|gathers?|carry|carries|rescues?|queue|"
    r"marches|march|during|attending|speaking|posing|arriving|observes?|inspects?|votes?|plays?)\b"
)
_DATED = re.compile(
    r"(?:\b(?:on|in|this|last)|,) (?:(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day,? )?(?:(?:January|"
    r"February|March|April|May|June|July|August|September|October|November|December|Jan\.|Feb\.|"
    r"Aug\.|Sept\.|Oct\.|Nov\.|Dec\.)(?: \d{1,2})?,? (?:\d{4})|\d{1,2} (?:January|February|March|April|"
    r"May|June|July|August|September|October|November|December),? \d{4}|\d{4})$"
)
_TERMINAL = frozenset(".!?…:;。！？")
_CLOSING = "\"'”’»)]"
_MIN_WORDS = 8
_MAX_LENGTH = 320


def check(view: View) -> Iterator[Hit]:
    """Yield paragraphs that read as captions: by their words, or by having no full stop."""
    flat = view.flat
    texts = [flat.text[start:end].strip() for start, end in flat.blocks]
    ended = [text.rstrip(_CLOSING)[-1:] in _TERMINAL and bool(text) for text in texts]
    loose = sum(not e for e in ended) <= max(len(ended) // 2, 1)
    for i, (start, end) in enumerate(flat.blocks):
        text = flat.text[start:end]
        if not text.strip() or len(text) > 4 * _MAX_LENGTH or view.blocks[i].source is not None:
            continue
        worded = _is_caption(text.strip(), ended[i])
        if worded or (loose and not ended[i] and _stands_loose(texts, ended, i, view)):
            lead = len(text) - len(text.lstrip())
            span = flat.to_text(start + lead, start + len(text.rstrip()))
            # Without words that only captions have it may as well be a heading.
            yield Hit(*span, severity=None if worded else Severity.NEUTRAL)
            continue
        for match in _CREDIT.finditer(text) if ":" in text else ():
            yield Hit(*flat.to_text(start + match.start(), start + match.end()))


def _is_caption(text: str, ended: bool) -> bool:
    if len(text) > _MAX_LENGTH:
        return False
    credit = _CREDIT.match(text)
    if credit and len(text) - credit.end() < 20:
        return True
    if _LEAD.match(text) and not (ended and len(text) > 120):
        return True
    if _one_sentence(text) and (match := _IN_PHOTO.search(text)) and len(text) - match.end() < 45:
        return True
    if ended:
        return False
    if _SIDES.search(text):
        return True
    return bool(_DATED.search(text) and _PRESENT.search(text) and len(text.split()) >= _MIN_WORDS)


def _one_sentence(text: str) -> bool:
    return not re.search(r"[a-z)]{2}[.!?] [A-Z]", text)


def _stands_loose(texts: list[str], ended: list[bool], i: int, view: View) -> bool:
    """Tell whether a long unpunctuated line stands among paragraphs that all end in a full stop.

    A heading is shorter or has capitals throughout; a list has more such lines.
    """
    text = texts[i]
    words = text.split()
    if i == 0 or i == len(texts) - 1 or not _MIN_WORDS <= len(words) <= 45:
        return False
    if view.blocks[i].kind.value not in {"paragraph", "heading"} or view.format != "text":
        return False
    around = view.text[view.blocks[i - 1].span.end : view.blocks[i].span.start]
    if around.count("\n") < 2:  # a line of a list or of a sentence-per-line file
        return False
    if (
        not (ended[i - 1] and ended[i + 1])
        or not text[:1].isupper()
        or re.search(r"[\d,)\"”’»]$", text)
    ):
        return False
    capitals = sum(w[:1].isupper() for w in words)
    lower = sum(w[:1].islower() for w in words)
    return lower > capitals
