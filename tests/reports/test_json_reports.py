import json
import re

import jsonschema
import pytest

from mtcheck.core.report import Report, RunReport
from mtcheck.core.schema import line_schema, report_schema
from tests.reports import sample
from tests.reports.harness import render

VALIDATE = jsonschema.Draft202012Validator


def closed(schema):
    """Return the schema with unknown properties forbidden, to find what it does not describe."""
    if isinstance(schema, dict):
        out = {k: closed(v) for k, v in schema.items()}
        if "properties" in schema and isinstance(schema["properties"], dict):
            out["additionalProperties"] = False
        return out
    return [closed(s) for s in schema] if isinstance(schema, list) else schema


def test_json_is_what_the_run_itself_gives():
    run = sample.run()
    assert render("json") == run.to_json() + "\n"
    assert "lone \ufffd surrogate" in run.to_json()
    assert json.loads(render("json", sample.failed()))["documents"][0]["status"] == "failed"


def test_json_of_no_documents_is_still_a_document():
    import io

    from mtcheck.reports.base import WriterOptions
    from mtcheck.reports.registry import open_writer

    run = RunReport.of((), sample.failed().gate, sample.TOOL)
    stream = io.StringIO()
    writer = open_writer("json", stream, WriterOptions())
    writer.start(run.tool)
    writer.finish(run.summary, run.gate)
    assert stream.getvalue() == run.to_json() + "\n"


def test_schema_is_valid_and_describes_every_property():
    VALIDATE.check_schema(report_schema())
    VALIDATE(closed(report_schema())).validate(json.loads(render("json")))
    one = sample.article()
    VALIDATE(closed(report_schema())).validate(one.to_dict())


def test_suppressed_findings_say_why_and_survive_the_journal():
    from mtcheck.core.from_json import report_from_dict

    run = json.loads(render("json"))
    inline, baseline = (f["suppression"] for f in run["documents"][0]["suppressed"])
    assert inline == {"by": "inline", "reason": "=a <quotation>", "line": 2}
    assert baseline == {"by": "baseline", "reason": "accepted in old.json", "line": None}
    assert not any("suppression" in f for f in run["documents"][0]["findings"])
    article = sample.article()
    again = report_from_dict(run["documents"][0], text=article.text, tool=article.tool)
    assert [f.suppression for f in again.suppressed] == [f.suppression for f in article.suppressed]
    del run["documents"][0]["suppressed"][0]["suppression"]
    with pytest.raises(jsonschema.ValidationError):
        VALIDATE(report_schema()).validate(run)


@pytest.mark.parametrize("name", ["text", "message", "rule", "key", "start", "line"])
def test_schema_misses_what_is_missing(name):
    data = json.loads(render("json"))
    del data["documents"][0]["findings"][0][name]
    with pytest.raises(jsonschema.ValidationError):
        VALIDATE(report_schema()).validate(data)


def test_jsonl_has_one_line_a_document_and_the_summary_last():
    lines = render("jsonl").splitlines()
    records = [json.loads(line) for line in lines]
    assert [r["type"] for r in records] == ["document", "document", "document", "summary"]
    VALIDATE.check_schema(line_schema())
    for record in records:
        VALIDATE(closed(line_schema())).validate(record)
    whole = json.loads(render("json"))
    assert [{k: v for k, v in r.items() if k != "type"} for r in records[:3]] == whole["documents"]
    assert records[3]["summary"] == whole["summary"]


def test_jsonl_keeps_to_one_line_whatever_the_text():
    text = "a\u2028b\u2029c\x85d\ne\rf"
    report = Report("p", sample.clean().status, "en", 1, text=text, notes=(text,))
    out = render("jsonl", report)
    assert len(out.splitlines()) == 2
    assert json.loads(out.splitlines()[0])["notes"] == [text]


def test_figures_that_are_no_numbers_become_null():
    import dataclasses

    score = dataclasses.replace(sample.article().scores["penalty"], value=float("nan"))
    report = dataclasses.replace(sample.clean(), scores={"penalty": score})
    assert json.loads(render("json", report))["documents"][0]["scores"]["penalty"]["value"] is None
    assert not re.search(r"\bNaN\b|Infinity", render("json", report))
