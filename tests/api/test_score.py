"""Scoring and comparing, from files to plain sentences."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from mtcheck.api import score as api
from mtcheck.api.pairs import Pairs, check_languages, read_pairs
from mtcheck.core.config import JudgeConfig
from mtcheck.core.errors import InputError, UsageError
from mtcheck.core.evidence import SegmentScore
from mtcheck.engines.base import EngineInfo


class LengthJudge:
    """Scores a target by its length: enough to see what the API does with scores."""

    info = EngineInfo("judge", "by-length", "0" * 64, "none", "0")
    score_languages = ("de", "en")
    unit = "characters"

    def fluency(self, texts: Sequence[str], *, lang: str) -> list[SegmentScore]:
        return [
            SegmentScore(float(len(t)), float(len(t)))
            if t
            else SegmentScore(None, flags=("empty",))
            for t in texts
        ]

    def quality(
        self, sources: Sequence[str], targets: Sequence[str], *, source_lang: str, target_lang: str
    ) -> list[SegmentScore]:
        assert len(sources) == len(targets)
        return self.fluency(targets, lang=target_lang)


JUDGE: Any = LengthJudge()
ENGLISH = [
    "The committee met on Tuesday and put the vote off.",
    "Nobody expected the bridge to reopen before summer.",
]
GERMAN = [
    "Der Ausschuss tagte am Dienstag und vertagte die Abstimmung.",
    "Niemand rechnete damit, dass die Brücke vor dem Sommer öffnet.",
]


def write(path: Path, text: str) -> Path:
    path.write_text(text, encoding="utf-8")
    return path


def test_line_files(tmp_path: Path) -> None:
    s = write(tmp_path / "s.txt", "one\n\nthree\u2028more\n")
    t = write(tmp_path / "t.txt", "eins\r\nzwei\r\ndrei\r\n")
    pairs = read_pairs(t, s)
    assert pairs.sources == ["one", "", "three\u2028more"]
    assert pairs.targets == ["eins", "zwei", "drei"]
    assert pairs.lines == [1, 2, 3]


def test_unequal_line_counts_name_the_line(tmp_path: Path) -> None:
    s, t = write(tmp_path / "s", "a\nb\nc\n"), write(tmp_path / "t", "a\nb\n")
    with pytest.raises(UsageError, match=r"3 lines, .* 2") as caught:
        read_pairs(t, s)
    assert caught.value.where == "line 3, where the shorter file has ended"


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("a.tsv", "source\ttarget\nThe \"dog\"\tDer Hund\nA cat\tEine Katze\n"),
        ("a.tsv", "The \"dog\"\tDer Hund\nA cat\tEine Katze\n"),
        ("a.tsv", "id\tmt\tsrc\n1\tDer Hund\tThe \"dog\"\n2\tEine Katze\tA cat\n"),
        ("a.tab", "TGT\tOriginal\nDer Hund\tThe \"dog\"\nEine Katze\tA cat\n"),
        ("a.csv", 'src,mt\n"The ""dog""",Der Hund\nA cat,Eine Katze\n'),
        (
            "a.jsonl",
            '{"src": "The \\"dog\\"", "mt": "Der Hund"}\n\n'
            '{"source": "A cat", "target": "Eine Katze"}\n',
        ),
    ],
)  # fmt: skip
def test_tables(tmp_path: Path, name: str, text: str) -> None:
    pairs = read_pairs(None, table=write(tmp_path / name, text))
    assert pairs.sources == ['The "dog"', "A cat"]
    assert pairs.targets == ["Der Hund", "Eine Katze"]


def test_line_numbers_of_tables_are_the_files(tmp_path: Path) -> None:
    with_header = read_pairs(None, table=write(tmp_path / "a.tsv", "source\ttarget\nx\ty\nu\tv\n"))
    assert with_header.lines == [2, 3]
    gap = read_pairs(None, table=write(tmp_path / "a.jsonl", '{"mt": "x"}\n\n{"mt": "y"}\n'))
    assert gap.lines == [1, 3]
    assert gap.sources is None


@pytest.mark.parametrize(
    ("name", "text", "code", "where"),
    [
        ("a.jsonl", '{"mt": "x"}\nnonsense\n', "bad-record", "a.jsonl:2"),
        ("a.jsonl", '{"mt": 5}\n', "bad-record", "a.jsonl:1"),
        ("a.jsonl", '{"src": "s", "mt": "x"}\n{"mt": "y"}\n', "no-source", "a.jsonl:2"),
        ("a.tsv", "a\tb\tc\n", "no-columns", "a.tsv:1"),
        ("a.tsv", "source\ttarget\nonly\n", "bad-record", "a.tsv:2"),
        ("a.txt", "One text alone.", "no-source", "a.txt"),
        ("a.po", 'msgid "a"\nmsgstr ""\n', "no-source", "a.po"),
        ("a.tsv", "", "no-input", "a.tsv"),
        ("a.tsv", "\udcff", "unreadable", "a.tsv"),
    ],
)
def test_bad_tables_say_where(tmp_path: Path, name: str, text: str, code: str, where: str) -> None:
    path = tmp_path / name
    path.write_bytes(text.encode("utf-8", "surrogateescape"))
    with pytest.raises(UsageError) as caught:
        read_pairs(None, table=path)
    assert caught.value.code == code
    assert (caught.value.where or "").endswith(where)


XLIFF = """<xliff version="1.2"><file source-language="en" target-language="de"><body>
<trans-unit id="dog"><source>The <g id="1">dog</g></source>
 <target>Der <g id="1">Hund</g></target></trans-unit>
<trans-unit id="new"><source>Not yet</source></trans-unit>
<trans-unit id="cat"><source>A cat</source><target>Eine Katze</target></trans-unit>
</body></file></xliff>"""
PO = """msgid ""
msgstr "Language: de\\n"

msgctxt "dog"
msgid "The dog"
msgstr "Der "
"Hund"

msgid "Not yet"
msgstr ""

msgctxt "cat"
msgid "A cat"
msgstr "Eine Katze"
"""
TMX = """<tmx version="1.4"><header srclang="en"/><body>
<tu tuid="dog"><tuv xml:lang="en"><seg>The dog</seg></tuv>
 <tuv xml:lang="de"><seg>Der Hund</seg></tuv></tu>
<tu tuid="cat"><tuv xml:lang="en"><seg>A cat</seg></tuv>
 <tuv xml:lang="de"><seg>Eine Katze</seg></tuv></tu>
</body></tmx>"""


@pytest.mark.parametrize(
    ("name", "text", "lines"),
    [("a.xlf", XLIFF, [3, 5]), ("a.po", PO, [6, 14]), ("a.tmx", TMX, [3, 5])],
)
def test_translation_files(tmp_path: Path, name: str, text: str, lines: list[int]) -> None:
    pairs = read_pairs(None, table=write(tmp_path / name, text))
    assert pairs.sources == ["The dog", "A cat"]
    assert pairs.targets == ["Der Hund", "Eine Katze"]
    assert pairs.lines == lines
    assert (pairs.source_lang, pairs.target_lang) == ("en", "de")
    assert pairs.units is not None
    assert "cat" in pairs.units[1].lower()
    assert pairs.place(0) == f"line {lines[0]} ({pairs.units[0]})"
    assert any("left out" in w for w in pairs.warnings) == ("Not yet" in text)


def test_a_damaged_translation_file(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no <xliff> element"):
        read_pairs(None, table=write(tmp_path / "a.xlf", "<a>x</a>"))


def test_nothing_to_score() -> None:
    with pytest.raises(UsageError) as caught:
        read_pairs(None)
    assert caught.value.code == "no-input"


def test_swapped_columns_are_an_error_and_a_wrong_language_a_warning() -> None:
    lines = [1, 2]
    with pytest.raises(UsageError, match="sources are in German") as caught:
        check_languages(Pairs(GERMAN, ENGLISH, lines), "en", "de")
    assert caught.value.code == "swapped-columns"
    assert check_languages(Pairs(ENGLISH, GERMAN, lines), "en", "de") == []
    assert check_languages(Pairs(ENGLISH, GERMAN, lines), "en", "nl") == [
        "the targets look like German, not Dutch"
    ]
    assert check_languages(Pairs(None, GERMAN, lines), None, "de") == []


def test_score_wants_sources_and_languages_to_fit() -> None:
    assert api.score(None, ["ab"], target_lang="de", judge=JUDGE)[0].value == 2
    with pytest.raises(UsageError, match="2 sources, but 1 targets"):
        api.score(["a", "b"], ["c"], source_lang="en", target_lang="de", judge=JUDGE)
    with pytest.raises(UsageError, match="source language"):
        api.score(["a"], ["c"], target_lang="de", judge=JUDGE)
    with pytest.raises(UsageError, match="not a language"):
        api.score(None, ["c"], target_lang="Klingon", judge=JUDGE)


def test_system_score_is_the_mean_of_what_was_measured() -> None:
    pairs = Pairs(None, ["abcd", "", "ab"], [1, 2, 3])
    result = api.score_pairs(pairs, source_lang=None, target_lang="de", judge=JUDGE)
    assert result.system.name == "fluency"
    assert result.system.value == 3
    assert result.system.n == 2
    assert result.system.interval == (2.0, 4.0)
    assert result.warnings == ["empty: line 2"]
    assert "model:by-length@000000000000" in result.system.signature


def test_nothing_measured_is_none() -> None:
    pairs = Pairs(None, ["", ""], [1, 2])
    result = api.score_pairs(pairs, source_lang=None, target_lang="de", judge=JUDGE)
    assert result.system.value is None
    assert result.system.note == "no segment could be scored"


def compare(a: list[str], b: list[str]) -> api.Comparison:
    return api.compare(a, b, ["x"] * len(a), source_lang="en", target_lang="de", judge=JUDGE)


def test_compare_says_who_is_better() -> None:
    short = ["a" * (3 + i % 3) for i in range(40)]
    result = compare(short, [t + "bb" for t in short])
    assert result.better == "b"
    assert result.difference == 2
    assert result.sentence == (
        "B scores better than A by 2.0 points over 40 segments (95% interval 2.0 to 2.0, p < 0.01)."
    )
    back = compare([t + "bb" for t in short], short)
    assert back.better == "a"
    assert back.sentence.startswith("A scores better than B by 2.0 points")
    assert back.shares == (1, 0, 0)


def test_compare_does_not_call_chance_a_difference() -> None:
    result = compare(["aaaa", "aa"] * 10, ["aa", "aaaa"] * 10)
    assert result.better is None
    assert result.sentence.startswith("No difference that chance would not explain")
    assert compare(["a", "b"], ["a", "b"]).p_value == 1


def test_compare_leaves_out_what_one_side_lacks() -> None:
    result = compare(["aa", "", "aaa"], ["aaa", "aaaa", "aaaa"])
    assert result.n == 2
    with pytest.raises(UsageError, match="no segment could be scored in both"):
        compare([""], ["a"])


def test_comparison_as_json() -> None:
    found = api.comparison_to_dict(compare(["a", "aa"], ["aaa", "aaaa"]))
    assert found["difference"] == 2
    assert found["shares"] == {"a_better": 0, "equal": 0, "b_better": 1}
    assert found["a"]["value"] == 1.5


def test_a_judge_that_is_switched_off() -> None:
    with pytest.raises(UsageError, match="switches the judge off"):
        api.open_judge(JudgeConfig(model="none"))


def test_words_come_with_the_scores_when_asked_for() -> None:
    class Odd(LengthJudge):
        def fluency(self, texts: Sequence[str], *, lang: str) -> list[SegmentScore]:
            return [SegmentScore(50.0, -float("gronk" in t)) for t in texts]

    judge: Any = Odd()
    texts = ["All of gronk it."]
    assert api.score(None, texts, target_lang="en", judge=judge)[0].suspicious == ()
    (word,) = api.score(None, texts, target_lang="en", judge=judge, words=True)[0].suspicious
    assert word.span.of(texts[0]) == "gronk"
    (pair,) = api.score(["x"], texts, source_lang="de", target_lang="en", judge=judge, words=True)
    assert pair.suspicious == (word,)
