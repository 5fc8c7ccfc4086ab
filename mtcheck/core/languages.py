"""Language tags as mtcheck uses them: the primary subtag of BCP 47, lower case."""

from __future__ import annotations

from mtcheck.core.errors import UsageError

# ISO 639-1 → (English name, ISO 639-3). OPUS-MT's group models take the three-letter form.
LANGUAGES: dict[str, tuple[str, str]] = {
    "af": ("Afrikaans", "afr"), "am": ("Amharic", "amh"), "ar": ("Arabic", "ara"),
    "az": ("Azerbaijani", "aze"), "be": ("Belarusian", "bel"), "bg": ("Bulgarian", "bul"),
    "bn": ("Bengali", "ben"), "br": ("Breton", "bre"), "bs": ("Bosnian", "bos"),
    "ca": ("Catalan", "cat"), "cs": ("Czech", "ces"), "cy": ("Welsh", "cym"),
    "da": ("Danish", "dan"), "de": ("German", "deu"), "el": ("Greek", "ell"),
    "en": ("English", "eng"), "eo": ("Esperanto", "epo"), "es": ("Spanish", "spa"),
    "et": ("Estonian", "est"), "eu": ("Basque", "eus"), "fa": ("Persian", "fas"),
    "fi": ("Finnish", "fin"), "fr": ("French", "fra"), "ga": ("Irish", "gle"),
    "gl": ("Galician", "glg"), "gu": ("Gujarati", "guj"), "ha": ("Hausa", "hau"),
    "he": ("Hebrew", "heb"), "hi": ("Hindi", "hin"), "hr": ("Croatian", "hrv"),
    "hu": ("Hungarian", "hun"), "hy": ("Armenian", "hye"), "id": ("Indonesian", "ind"),
    "is": ("Icelandic", "isl"), "it": ("Italian", "ita"), "ja": ("Japanese", "jpn"),
    "ka": ("Georgian", "kat"), "kk": ("Kazakh", "kaz"), "km": ("Khmer", "khm"),
    "kn": ("Kannada", "kan"), "ko": ("Korean", "kor"), "ku": ("Kurdish", "kur"),
    "ky": ("Kyrgyz", "kir"), "lo": ("Lao", "lao"), "lt": ("Lithuanian", "lit"),
    "lv": ("Latvian", "lav"), "mk": ("Macedonian", "mkd"), "ml": ("Malayalam", "mal"),
    "mn": ("Mongolian", "mon"), "mr": ("Marathi", "mar"), "ms": ("Malay", "msa"),
    "mt": ("Maltese", "mlt"), "my": ("Burmese", "mya"), "ne": ("Nepali", "nep"),
    "nl": ("Dutch", "nld"), "no": ("Norwegian", "nor"), "oc": ("Occitan", "oci"),
    "pa": ("Punjabi", "pan"), "pl": ("Polish", "pol"), "ps": ("Pashto", "pus"),
    "pt": ("Portuguese", "por"), "ro": ("Romanian", "ron"), "ru": ("Russian", "rus"),
    "si": ("Sinhala", "sin"), "sk": ("Slovak", "slk"), "sl": ("Slovene", "slv"),
    "so": ("Somali", "som"), "sq": ("Albanian", "sqi"), "sr": ("Serbian", "srp"),
    "sv": ("Swedish", "swe"), "sw": ("Swahili", "swa"), "ta": ("Tamil", "tam"),
    "te": ("Telugu", "tel"), "th": ("Thai", "tha"), "tl": ("Tagalog", "tgl"),
    "tr": ("Turkish", "tur"), "uk": ("Ukrainian", "ukr"), "ur": ("Urdu", "urd"),
    "uz": ("Uzbek", "uzb"), "vi": ("Vietnamese", "vie"), "xh": ("Xhosa", "xho"),
    "yi": ("Yiddish", "yid"), "yo": ("Yoruba", "yor"), "zh": ("Chinese", "zho"),
    "zu": ("Zulu", "zul"),
}  # fmt: skip

_ALIASES = {"nb": "no", "nn": "no", "iw": "he", "in": "id", "fil": "tl", "cmn": "zh", "yue": "zh"}
_BY_THREE = {three: two for two, (_, three) in LANGUAGES.items()}
_BY_THREE |= {"fre": "fr", "ger": "de", "chi": "zh", "cze": "cs", "dut": "nl", "gre": "el",
              "per": "fa", "rum": "ro", "slo": "sk", "nob": "no", "nno": "no"}  # fmt: skip


def normalise(tag: str) -> str:
    """Return the two-letter primary language of a tag: ``pt-BR``, ``PT_br`` and ``por`` → ``pt``.

    Raises:
        UsageError: ``unknown-language`` if it is no language that mtcheck has a name for.
    """
    primary = tag.strip().replace("_", "-").split("-")[0].lower()
    primary = _ALIASES.get(primary, _BY_THREE.get(primary, primary))
    if primary not in LANGUAGES:
        raise UsageError(
            "unknown-language",
            f"{tag!r} is not a language that mtcheck knows",
            try_="a two-letter code such as en, pt, es, fr or de",
        )
    return primary


def name(tag: str) -> str:
    """Return the English name of a language, or the tag itself if there is none."""
    return LANGUAGES.get(tag, (tag, tag))[0]


def three_letter(tag: str) -> str:
    """Return the ISO 639-3 code of a normalised language (``pt`` → ``por``)."""
    return LANGUAGES[tag][1]
