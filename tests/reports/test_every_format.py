"""What holds for all formats: found by the registry, same between runs, bad input survived."""

import dataclasses
import io
import json

import pytest

from mtcheck.core.errors import UsageError
from mtcheck.core.report import RunReport
from mtcheck.reports.base import WriterOptions
from mtcheck.reports.registry import formats, get_format, names, open_writer
from tests.reports import sample
from tests.reports.harness import render, render_any


def test_all_formats_are_there_and_named_like_their_files():
    assert set(names()) == {
        "text", "json", "jsonl", "sarif", "junit", "github", "gitlab", "checkstyle", "markdown",
        "html", "csv", "xlsx",
    }  # fmt: skip
    assert [f.name for f in formats()] == list(names())
    assert all(f.title and f.extension.startswith(".") for f in formats())
    assert [f.name for f in formats() if f.binary] == ["xlsx"]


def test_extensions_tell_formats_apart():
    assert len({f.extension for f in formats()}) == len(formats())


@pytest.mark.parametrize(("wrong", "near"), [("sariff", "sarif"), ("JSON", "json"), ("md", None)])
def test_unknown_format_names_the_nearest(wrong, near):
    with pytest.raises(UsageError) as caught:
        get_format(wrong)
    assert caught.value.code == "unknown-format"
    assert caught.value.try_ == (near or ", ".join(names()))


def test_two_runs_write_the_same_bytes(format_name):
    assert render_any(format_name) == render_any(format_name)


def test_times_are_the_only_thing_that_may_change(format_name):
    slow = dataclasses.replace(sample.article(), timings_ms={"roundtrip": 99_999.0})
    fast = dataclasses.replace(sample.article(), timings_ms={"roundtrip": 1.0})
    one, two = render_any(format_name, slow), render_any(format_name, fast)
    if format_name not in ("json", "jsonl", "junit"):
        assert one == two
    else:
        assert one.replace("99999.0", "1.0").replace("99.999", "0.001") == two


def test_lone_surrogates_and_controls_are_survived(format_name):
    bad = "\ud83d\x00\x07\x1b[2J\u2028\ufffe"
    article = sample.article()
    finding = dataclasses.replace(
        article.findings[0], message=bad, suggestion=bad, rule=bad, unit=bad, key=bad
    )
    report = dataclasses.replace(
        article, path=f"p{bad}.txt", findings=(finding,), suppressed=(finding,), notes=(bad,)
    )
    out = render_any(format_name, report, sample.failed())
    data = out if isinstance(out, bytes) else out.encode("utf-8")
    assert data
    if format_name not in ("xlsx", "csv"):  # zip is binary; CSV keeps harmless controls
        assert not {0x00, 0x07, 0x1B} & set(data)


def test_no_document_and_only_failed_ones(format_name):
    run = RunReport.of((), sample.failed().gate, sample.TOOL)
    stream = io.BytesIO() if get_format(format_name).binary else io.StringIO(newline="\n")
    writer = open_writer(format_name, stream, WriterOptions())
    writer.start(run.tool)
    writer.finish(run.summary, run.gate)
    assert render_any(format_name, sample.failed())


def test_unknown_scores_skips_and_missing_text_are_survived(format_name):
    report = dataclasses.replace(sample.article(), text="", segments=(), scores={}, lang=None)
    assert render_any(format_name, report)


def test_opening_a_writer_is_cheap(format_name):
    """No format drags in a heavy package before it is used."""
    import subprocess
    import sys

    heavy = {"rich", "numpy", "transformers", "ctranslate2", "torch", "lxml"}
    code = (
        "import io, json, sys\n"
        "from mtcheck.reports.registry import open_writer, get_format\n"
        "from mtcheck.reports.base import WriterOptions\n"
        f"name = {format_name!r}\n"
        "stream = io.BytesIO() if get_format(name).binary else io.StringIO()\n"
        "open_writer(name, stream, WriterOptions())\n"
        "print(json.dumps(sorted({m.partition('.')[0] for m in sys.modules})))\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert not heavy & set(json.loads(done.stdout))


def test_findings_are_all_there(format_name):
    if format_name in ("xlsx", "github", "text", "markdown", "html"):
        pytest.skip("looked at in its own test")
    out = render(format_name, sample.many(50))
    assert all(f"Number {i}." in out for i in range(50))
