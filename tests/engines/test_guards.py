"""Guards, on translations that early states of the embedded model really made."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mtcheck.engines import guards
from tests.engines.sentences import SENTENCES

LOOPS = (
    ("Tickets cost 12 euros; children under six get in free.",
     "Los paquetes de los los los los los tres años, y los niños se pueden en la gente."),
    ("Los agricultores temen que la sequía dure hasta octubre.",
     "The agriculators fear that the drys is still still still still still."),
    ("Sie sagte, das Unternehmen wolle die Preise nicht erhöhen.",
     "She said that the company will not want to" + " be able to" * 14),
    ("Three of the five judges agreed with the decision of the lower court.",
     "A três jugadores de acordo com a decisão da cidade, que tinha encontrado a" + " sua" * 40),
    ("Russian soldiers during military training in Belarus, in a photo released this Friday.",
     "Os soldados durante a formação de formação de combate, em dia, em dia, em dia, em dia."),
    ("Image of video released by the Russian Ministry of Defense in Belarus",
     "Image image image image image image image image in Blarus"),
    ("The trip to the north was cancelled.", "A viagem lalalalalalala foi cancelada."),
    ("会議は月曜日に開かれる。", "会议将于星期一会议将于星期一会议将于星期一会议将于星期一举行。"),
)  # fmt: skip

# Repetition that a source has, or that good prose has.
NO_LOOPS = (
    ("No, no, no, no, no!", "Não, não, não, não, não!"),
    ("He shouted NOOOOOOO at the screen.", "Ele gritou NÃÃÃÃÃÃÃO para o ecrã."),
    ("The fund lost 1000000000 in a year.", "O fundo perdeu 1000000000 num ano."),
    ("Sign here: ____________________", "Assine aqui: ____________________"),
    ("Sie sahen sich Schritt für Schritt und Tag für Tag wieder.",
     "They saw each other again step by step and day by day."),
    ("The rich get richer and the poor get poorer.",
     "Os ricos ficam mais ricos e os pobres ficam mais pobres."),
    ("The north of the city, the south of the city and the port were under water.",
     "O norte da cidade, o sul da cidade e o porto ficaram debaixo de água."),
)  # fmt: skip


@pytest.mark.parametrize(("source", "output"), LOOPS)
def test_real_loops_are_found(source, output):
    assert guards.is_loop(source, output)
    assert "loop" in guards.inspect(source, output)


@pytest.mark.parametrize(("source", "output"), NO_LOOPS)
def test_repetition_that_the_source_has_too_is_none(source, output):
    assert not guards.is_loop(source, output)


def test_a_loop_is_found_although_the_source_repeats_a_little():
    source = "No, no, no, he said, it was the other way round."
    assert guards.is_loop(source, "Não, não, não, disse ele, era ao" + " contrário" * 12)


@pytest.mark.parametrize("text", [t for texts in SENTENCES.values() for t in texts])
def test_human_sentences_carry_no_flag(text):
    assert not guards.is_loop("", text)
    assert not guards.is_overlong(text, text)


@pytest.mark.parametrize(
    ("source", "output"),
    [
        ("The council will vote on Tuesday.", "the council will vote on tuesday"),
        ("“The council will vote”, he said", '"The council  will vote," he said.'),
        ("ﬁne words butter no parsnips", "fine words butter no parsnips"),
    ],
)
def test_an_untranslated_text_is_a_copy(source, output):
    assert guards.inspect(source, output) == ("copy",)


@pytest.mark.parametrize(
    ("source", "output"),
    [
        ("Barack Obama", "Barack Obama"),
        ("Real Madrid – FC Barcelona", "Real Madrid – FC Barcelona "),
        ("The council will vote.", "O conselho vai votar."),
    ],
)
def test_names_may_stay_as_they_are(source, output):
    # "Real Madrid – FC Barcelona" has four words: it can't be told from a sentence.
    expected = ("copy",) if len(source.split()) > 4 else ()
    assert guards.inspect(source, output) == expected


@pytest.mark.parametrize("text", ["12:30", "1.500 €", "***"])
def test_what_has_no_letters_counts_as_a_copy(text):
    assert guards.inspect(text, text) == ("copy",)


def test_overlong_is_relative_with_some_slack():
    assert not guards.is_overlong("Yes.", "Sim, com certeza, foi isso mesmo que eu disse.")
    assert guards.is_overlong("Yes.", "Sim, " + "foi isso que o senhor disse na outra vez. " * 2)
    # Scripts of many strokes and few characters.
    assert not guards.is_overlong(
        "国会は来年度予算案を可決した。" * 3, "The parliament passed. " * 9
    )


def test_a_decoder_that_was_stopped_is_overlong():
    assert guards.inspect("A short text here.", "Um texto", complete=False) == ("overlong",)


def test_empty_output_of_a_text():
    assert guards.inspect("Some text", "  ") == ("empty",)
    assert guards.inspect("  ", "") == ()


@pytest.mark.parametrize(
    ("segment", "back", "repaired"),
    [
        ("The end of the the road is near.", "The end of the road is near.", False),
        ("They said said nothing.", "They said nothing.", True),
        ("It was clear clear to all.", "It was obvious to all.", False),
        ("They said nothing.", "They said nothing.", False),
    ],
)
def test_a_doubled_word_that_is_gone_was_repaired(segment, back, repaired):
    # "the" stands twice in the first back-translation: which of them is left can't be told.
    assert guards.is_repaired(segment, back) is repaired


@given(st.text(max_size=200), st.text(max_size=200))
def test_guards_take_any_text(source, output):
    flags = guards.inspect(source, output)
    assert set(flags) <= guards.EXCLUDING
    assert len(flags) == len(set(flags))
