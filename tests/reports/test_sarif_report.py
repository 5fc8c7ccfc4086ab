import json

import pytest
from pydantic import ValidationError

from mtcheck.core.findings import Severity
from mtcheck.reports.base import WriterOptions
from tests.reports import sample
from tests.reports.harness import render


def validate(log):
    """Check against the models that pydantic-sarif generated from the official JSON schema."""
    from pydantic_sarif import model

    return model.StaticAnalysisResultsFormatSarifVersion210JsonSchema.model_validate(log)


@pytest.fixture(scope="module")
def log():
    return json.loads(render("sarif"))


def test_it_keeps_to_the_schema(log):
    validate(log)
    validate(json.loads(render("sarif", sample.failed())))


def test_the_schema_would_notice_what_others_forget(log):
    broken = json.loads(render("sarif"))
    fixed = [r for r in broken["runs"][0]["results"] if "fixes" in r]
    del fixed[0]["fixes"][0]["artifactChanges"]
    with pytest.raises(ValidationError):
        validate(broken)


def test_regions_count_code_points_and_hold_exactly_what_is_flagged(log):
    (run,) = log["runs"]
    assert run["columnKind"] == "unicodeCodePoints"
    lines = sample.ARTICLE.replace("\ud83d", "\ufffd").split("\r\n")
    assert len(run["results"]) == 9
    for result in run["results"]:
        region = result["locations"][0]["physicalLocation"]["region"]
        start, size = region["charOffset"], region["charLength"]
        snippet = region["snippet"]["text"]
        assert sample.ARTICLE[start : start + size].replace("\ud83d", "\ufffd") == snippet
        if region["startLine"] == region["endLine"]:
            line = lines[region["startLine"] - 1]
            assert line[region["startColumn"] - 1 : region["endColumn"] - 1] == snippet
        else:
            assert lines[region["endLine"] - 1][: region["endColumn"] - 1] == "東京の新聞"


def test_results_come_worst_first_with_rule_fingerprint_and_fix(log):
    (run,) = log["runs"]
    levels = [r["properties"]["severity"] for r in run["results"] if "suppressions" not in r]
    assert levels == sorted(levels, key=lambda s: -Severity(s).rank)
    rules = run["tool"]["driver"]["rules"]
    for result in run["results"]:
        assert rules[result["ruleIndex"]]["id"] == result["ruleId"]
        assert result["partialFingerprints"]["mtcheck/v1"]
    friday = next(r for r in run["results"] if r["ruleId"] == "calques/weekday-day")
    (change,) = friday["fixes"][0]["artifactChanges"]
    assert change["replacements"][0]["insertedContent"]["text"] == "on Friday, March 11,"
    assert "Rewrite: on Friday, March 11," in friday["message"]["text"]


def test_suppressed_findings_say_why(log):
    silenced = [r for r in log["runs"][0]["results"] if "suppressions" in r]
    assert [r["message"]["text"] for r in silenced] == ["Silenced in the text.", "Known."]
    (inline,), (baseline,) = (r["suppressions"] for r in silenced)
    assert (inline["kind"], inline["justification"]) == ("inSource", "=a <quotation>")
    assert inline["location"]["physicalLocation"]["region"] == {"startLine": 2}
    assert (baseline["kind"], baseline["justification"]) == ("external", "accepted in old.json")
    assert "location" not in baseline


def test_uris_are_relative_and_encoded_and_skips_are_notifications(log):
    (run,) = log["runs"]
    location = run["artifacts"][0]["location"]
    assert location == {"uri": "news/storm%201.txt", "uriBaseId": "%SRCROOT%"}
    assert "%SRCROOT%" in run["originalUriBaseIds"]
    (invocation,) = run["invocations"]
    assert invocation["executionSuccessful"] is False
    texts = [n["message"]["text"] for n in invocation["toolExecutionNotifications"]]
    assert any("not a ZIP archive" in t for t in texts)
    assert any("no judge model serves en" in t for t in texts)
    assert texts[0].startswith("Gate: FAIL; 3 findings")


def test_absolute_paths_inside_the_root_become_relative_and_others_stay(tmp_path):
    import dataclasses

    inside = dataclasses.replace(sample.clean(), path=str(tmp_path / "a b" / "ü.txt"))
    outside = dataclasses.replace(sample.clean(), path="/elsewhere/x.txt")
    log = json.loads(render("sarif", inside, outside, options=WriterOptions(root=str(tmp_path))))
    found = [a["location"] for a in log["runs"][0]["artifacts"]]
    assert found[0] == {"uri": "a%20b/%C3%BC.txt", "uriBaseId": "%SRCROOT%"}
    assert found[1] == {"uri": "file:///elsewhere/x.txt"}


def test_github_limits_hold_and_the_mildest_are_left_out(monkeypatch):
    from mtcheck.reports.formats import sarif

    assert sarif.MOST_RESULTS <= 25_000
    monkeypatch.setattr(sarif, "MOST_RESULTS", 30)
    log = json.loads(render("sarif", sample.many(200)))
    validate(log)
    (run,) = log["runs"]
    severities = [r["properties"]["severity"] for r in run["results"]]
    assert severities == ["major"] * 20 + ["minor"] * 10
    notes = [n["message"]["text"] for n in run["invocations"][0]["toolExecutionNotifications"]]
    assert "170 results of the lowest severity were left out" in notes
    assert all(len(r.get("properties", {}).get("tags", [])) <= 10 for r in
               run["tool"]["driver"]["rules"])  # fmt: skip


def test_extracted_formats_get_no_fixes_by_offset():
    import dataclasses

    report = dataclasses.replace(sample.article(), format="docx")
    assert "artifactChanges" not in render("sarif", report)
