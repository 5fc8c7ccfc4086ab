"""Figures are kept if the other text can mean them in any way, and only then."""

from __future__ import annotations

from decimal import Decimal
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mtcheck.checks import number_words, numbers


@pytest.mark.parametrize(
    ("source", "source_lang", "target", "target_lang"),
    [
        ("Murieron 35 personas.", "es", "Thirty-five people died.", "en"),
        ("Es kamen 21 Gäste.", "de", "Twenty-one guests came.", "en"),
        ("It cost 1,500 euros.", "en", "Costó 1500 euros.", "es"),
        ("It cost 1,234.56 euros.", "en", "Es kostete 1.234,56 Euro.", "de"),
        ("At 2.30 p.m. sharp.", "en", "Um Punkt 14.30 Uhr.", "de"),
        ("На складе 3,5 млн штук.", "ru", "There are 3.5 million pieces.", "en"),
        ("Il y a 2 milliards d'arbres.", "fr", "There are 2 billion trees.", "en"),
        ("Cuesta 2 mil millones.", "es", "It costs 2 billion.", "en"),
        ("約4億5000万円", "ja", "about 450 million yen", "en"),
        ("有 1.4 万名学生", "zh", "14,000 students", "en"),
        ("au XVIIe siècle", "fr", "in the 17th century", "en"),
        ("in den 90er Jahren", "de", "in the 1990s", "en"),
        ("on 11/02/2022", "en", "il 11 febbraio 2022", "it"),
        ("6 feet tall", "en", "1,83 m de alto", "es"),
        ("The water was 80 degrees.", "en", "El agua estaba a 27 grados.", "es"),
        ("COVID-19 wards", "en", "salas de covid", "es"),
        ("Přišlo pětadvacet lidí.", "cs", "25 people came.", "en"),
        ("١٢ كتابا", "ar", "12 books", "en"),
    ],
)
def test_equal_values_match(source: str, source_lang: str, target: str, target_lang: str) -> None:
    assert numbers.unmatched(source, source_lang, target, target_lang) == ([], [])


@pytest.mark.parametrize(
    ("source", "source_lang", "target", "target_lang", "lost", "new"),
    [
        ("Murieron 35 personas.", "es", "53 people died.", "en", ["35"], ["53"]),
        ("3.5億元", "zh", "35 million yuan", "en", ["3.5億"], ["35 million"]),
        ("2 billion trees", "en", "2 Millionen Bäume", "de", ["2 billion"], ["2 Millionen"]),
        ("In 1987 it burned.", "en", "Ardió en 1978.", "es", ["1987"], ["1978"]),
    ],
)
def test_other_values_do_not(
    source: str, source_lang: str, target: str, target_lang: str, lost: list[str], new: list[str]
) -> None:
    there, here = numbers.unmatched(source, source_lang, target, target_lang)
    assert [f.text for f in there] == lost
    assert [f.text for f in here] == new


def test_one_separator_reads_both_ways() -> None:
    assert numbers.readings("1.500") == {Decimal(1500), Decimal("1.5")}
    assert numbers.readings("1.500,25") == {Decimal("1500.25")}
    assert numbers.readings("3,5") == {Decimal("3.5")}
    assert numbers.readings("12,34,567") == {Decimal(1234567)}


def test_digits_of_names_are_no_numbers() -> None:
    text = "The A320 and K2, COVID-19, 5G and 4K"
    assert numbers.figures(text, "en") == []


@pytest.mark.parametrize(
    ("numeral", "value"),
    [
        ("三百二十一", 321),
        ("3万5千", 35000),
        ("1.5億", 150_000_000),
        ("两万", 20000),
        ("二〇二〇", 2020),
    ],
)
def test_chinese_numerals(numeral: str, value: int) -> None:
    assert number_words.han(numeral) == value


@given(st.integers(min_value=2, max_value=10**12), st.sampled_from(",. '\u00a0\u202f"))
def test_grouped_digits_keep_their_value(value: int, separator: str) -> None:
    grouped = f"{value:,}".replace(",", separator)
    assert Decimal(value) in numbers.readings(grouped)


@given(st.integers(min_value=0, max_value=99), st.sampled_from("०٠๐০"))
def test_digits_of_any_script_count(value: int, zero: str) -> None:
    native = "".join(chr(ord(zero) + int(c)) for c in str(value))
    assert numbers.ascii_digits(native) == str(value)


@given(
    st.lists(st.integers(min_value=2, max_value=999_999), min_size=1, max_size=6),
    st.sampled_from(["en", "de", "es", "fr", "pt", "ru", "zh", "und"]),
)
def test_a_text_matches_itself(values: list[int], lang: str) -> None:
    text = " , ".join(f"x {v} y" for v in values)
    assert numbers.unmatched(text, lang, text, lang) == ([], [])


@given(st.text(max_size=80), st.sampled_from(["en", "de", "fr", "ru", "zh", "und", "hi"]))
def test_figures_lie_in_the_text_in_order(text: str, lang: str) -> None:
    found = numbers.figures(text, lang)
    assert all(0 <= f.start < f.end <= len(text) for f in found)
    assert all(a.end <= b.start for a, b in pairwise(found))
    numbers.possible(text, lang)
