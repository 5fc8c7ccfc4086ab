import json

import pytest

from mtcheck.api.calibrate import CalibrationText, calibrate_stability, read_calibration_texts
from mtcheck.core.config import Config, RoundTripConfig
from mtcheck.core.errors import UsageError
from tests.engines.embedded import needs_ct2
from tests.engines.sentences import SENTENCES


def test_json_lines_name_language_and_article(tmp_path):
    path = tmp_path / "texts.jsonl"
    rows = [{"lang": "pt-BR", "text": "Olá.", "doc_id": "a1"}, {"lang": "en", "text": "Hello."}]
    path.write_text("\n".join(json.dumps(r) for r in rows) + "\n\n")
    assert read_calibration_texts(path) == [
        CalibrationText("pt", "Olá.", "a1"),
        CalibrationText("en", "Hello.", "texts.jsonl:2"),
    ]


def test_plain_lines_take_the_files_name_as_language(tmp_path):
    path = tmp_path / "pt.txt"
    path.write_text("Olá.\n\nAdeus.\n")
    assert [(t.lang, t.article) for t in read_calibration_texts(path)] == [
        ("pt", "pt.txt:1"),
        ("pt", "pt.txt:3"),
    ]
    assert read_calibration_texts(path, lang="es")[0].lang == "es"


@pytest.mark.parametrize("line", ["{", "[]", '{"lang": "en"}', '"text"'])
def test_a_line_that_is_no_segment_is_named(tmp_path, line):
    path = tmp_path / "texts.jsonl"
    path.write_text('{"lang": "en", "text": "Hello."}\n' + line + "\n")
    with pytest.raises(UsageError) as caught:
        read_calibration_texts(path)
    assert caught.value.code == "bad-line"
    assert caught.value.where == f"{path}:2"


def test_a_file_that_is_not_there(tmp_path):
    with pytest.raises(UsageError) as caught:
        read_calibration_texts(tmp_path / "none.jsonl")
    assert caught.value.code == "unreadable"


def test_files_without_text(tmp_path):
    (tmp_path / "en.txt").write_text("\n")
    with pytest.raises(UsageError) as caught:
        calibrate_stability([tmp_path / "en.txt"], config=Config())
    assert caught.value.code == "no-text"


@needs_ct2
def test_the_embedded_model_is_calibrated_and_earlier_entries_stay(tmp_path):
    from mtcheck.evidence.reference import read_reference

    texts = tmp_path / "en.txt"
    # Short sentences of its own languages: enough of them come through any state of the model.
    words = ("bridge", "school", "house", "museum")
    lines = [s.replace("bridge", w) for s in SENTENCES["en"] for w in words]
    made = [f"The {a} of the {b} is old." for a in words for b in ("city", "north", "island")]
    texts.write_text("\n".join(dict.fromkeys([*lines, *made])))
    config = Config(roundtrip=RoundTripConfig(cache=False), offline=True)
    out = tmp_path / "calibration.json"
    said = []
    calibrate_stability([texts], config=config, out=out, limit=40, progress=said.append)
    assert len(said) == 1
    assert said[0].startswith("en-pt")
    data = json.loads(out.read_text())
    assert len(data["sha256"][0]) == 64
    assert "compute:int8_float32" in data["signature"]
    reference = read_reference(out, lang="en", pivot="pt", sha256=data["sha256"][0])
    assert reference.n >= 20
    # A second run for another pair keeps the first.
    data["pairs"]["xx-yy"] = data["pairs"]["en-pt"]
    out.write_text(json.dumps(data))
    calibrate_stability([texts], config=config, out=out, limit=40)
    assert set(json.loads(out.read_text())["pairs"]) == {"en-pt", "xx-yy"}
