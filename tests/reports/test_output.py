import errno
import io
import os
import stat
from pathlib import Path

import pytest

from mtcheck.core.errors import UsageError
from mtcheck.reports.base import WriterOptions
from mtcheck.reports.output import AtomicFile, Outputs, OutputSpec, format_for, parse_output
from tests.reports import sample

OPTIONS = WriterOptions(rules=sample.RULES)


def run_all(outputs):
    run = sample.run()
    outputs.start(run.tool)
    for document in run.documents:
        outputs.add(document)
    outputs.finish(run.summary, run.gate)


def specs(*texts):
    return [parse_output(t) for t in texts]


@pytest.mark.parametrize(
    ("text", "format_", "path"),
    [
        ("text", "text", None),
        ("json:-", "json", None),
        ("sarif:out.sarif", "sarif", "out.sarif"),
        ("csv:C:\\reports\\x.csv", "csv", "C:\\reports\\x.csv"),
        ("json:a b/c:d.json", "json", "a b/c:d.json"),
    ],
)
def test_parse_output(text, format_, path):
    assert parse_output(text) == OutputSpec(format_, path)


@pytest.mark.parametrize(
    ("text", "code"),
    [("sarif:", "no-path"), ("sarf:x", "unknown-format"), ("", "unknown-format")],
)
def test_parse_output_errors(text, code):
    with pytest.raises(UsageError) as caught:
        parse_output(text)
    assert caught.value.code == code


@pytest.mark.parametrize(
    ("path", "format_"),
    [
        ("a.sarif", "sarif"),
        ("a.json", "json"),
        ("a.gitlab.json", "gitlab"),
        ("A.MD", "markdown"),
        ("a.junit.xml", "junit"),
        ("a.xml", None),
        ("a", None),
    ],
)
def test_format_for(path, format_):
    assert format_for(path) == format_


def test_several_outputs_at_once(tmp_path):
    stdout = io.StringIO()
    names = specs(f"sarif:{tmp_path}/o.sarif", f"csv:{tmp_path}/o.csv", f"xlsx:{tmp_path}/o.xlsx",
                  "text")  # fmt: skip
    with Outputs(names, OPTIONS, stdout=stdout) as outputs:
        run_all(outputs)
    assert sorted(p.name for p in tmp_path.iterdir()) == ["o.csv", "o.sarif", "o.xlsx"]
    assert outputs.errors == ()
    assert stdout.getvalue().startswith("FAIL  news/storm 1.txt")
    umask = os.umask(0)
    os.umask(umask)
    assert stat.S_IMODE((tmp_path / "o.csv").stat().st_mode) == 0o666 & ~umask


def test_nothing_appears_before_the_end_and_an_old_report_stays_on_failure(tmp_path):
    target = tmp_path / "o.json"
    target.write_text("old")
    run = sample.run()
    with (
        pytest.raises(KeyboardInterrupt),
        Outputs(specs(f"json:{target}"), OPTIONS, stdout=io.StringIO()) as outputs,
    ):
        outputs.start(run.tool)
        outputs.add(run.documents[0])
        assert target.read_text() == "old"
        raise KeyboardInterrupt
    assert [p.name for p in tmp_path.iterdir()] == ["o.json"]
    assert target.read_text() == "old"


def test_missing_folder_is_told_at_once_and_leaves_nothing(tmp_path):
    with pytest.raises(UsageError) as caught:
        Outputs(
            specs(f"json:{tmp_path}/a.json", f"csv:{tmp_path}/none/b.csv"),
            OPTIONS,
            stdout=io.StringIO(),
        )
    assert caught.value.code == "cannot-write"
    assert caught.value.where == f"{tmp_path}/none/b.csv"
    assert "No such file" in caught.value.what
    assert list(tmp_path.iterdir()) == []


def test_a_folder_as_output_and_a_read_only_file(tmp_path, monkeypatch):
    with pytest.raises(UsageError, match="csv report can't be written: Is a directory"):
        Outputs(specs(f"csv:{tmp_path}"), OPTIONS, stdout=io.StringIO())
    target = tmp_path / "o.csv"
    target.write_text("old")
    # Root may write anywhere; the question is what happens where one may not.
    monkeypatch.setattr(os, "access", lambda path, mode: False)
    with pytest.raises(UsageError, match="Permission denied"):
        Outputs(specs(f"csv:{target}"), OPTIONS, stdout=io.StringIO())


class FullDisk(io.RawIOBase):
    """A disk that takes some bytes and is full then."""

    def __init__(self, room):
        self.room = room

    def writable(self):
        return True

    def fileno(self):
        return os.open(os.devnull, os.O_WRONLY)

    def write(self, data):
        if self.room < len(data):
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        self.room -= len(data)
        return len(data)


@pytest.mark.parametrize("room", [0, 5_000])
@pytest.mark.parametrize("name", ["json", "xlsx", "sarif"])
def test_full_disk_breaks_its_own_output_only(tmp_path, monkeypatch, name, room):
    real = os.fdopen

    def fdopen(handle, mode, *args, **kwargs):
        stream = real(handle, mode, *args, **kwargs)
        if ".full." in str(Path(f"/proc/self/fd/{stream.fileno()}").readlink()):
            stream.close()
            return io.BufferedWriter(FullDisk(room), 512)
        return stream

    monkeypatch.setattr(os, "fdopen", fdopen)
    stdout = io.StringIO()
    with Outputs(
        specs(f"{name}:{tmp_path}/full.x", f"csv:{tmp_path}/good.csv", "text"),
        OPTIONS,
        stdout=stdout,
    ) as outputs:
        run_all(outputs)
    (error,) = outputs.errors
    assert (error.code, error.where) == ("cannot-write", f"{tmp_path}/full.x")
    assert "No space left" in error.what
    assert [p.name for p in tmp_path.iterdir()] == ["good.csv"]
    assert "3 documents" in stdout.getvalue()


def test_two_reports_in_one_place_are_refused(tmp_path):
    for pair in (("text", "json"), (f"csv:{tmp_path}/x", f"json:{tmp_path}/../{tmp_path.name}/x")):
        with pytest.raises(UsageError) as caught:
            Outputs(specs(*pair), OPTIONS, stdout=io.StringIO())
        assert caught.value.code == "same-output"


def test_binary_formats_go_to_pipes_and_not_to_terminals():
    with pytest.raises(UsageError) as caught:
        Outputs(specs("xlsx"), OPTIONS, stdout=io.StringIO())
    assert caught.value.code == "binary-output"
    raw = io.BytesIO()
    pipe = io.TextIOWrapper(raw)
    with Outputs(specs("xlsx"), OPTIONS, stdout=pipe) as outputs:
        run_all(outputs)
        assert raw.getvalue().startswith(b"PK")


def test_a_closed_pipe_is_the_callers_business():
    class Closed(io.StringIO):
        def write(self, text):
            raise BrokenPipeError

    with (
        pytest.raises(BrokenPipeError),
        Outputs(specs("text"), OPTIONS, stdout=Closed()) as outputs,
    ):
        run_all(outputs)


def test_devices_and_links_are_written_through(tmp_path):
    target = tmp_path / "real.csv"
    target.write_text("old")
    link = tmp_path / "link.csv"
    link.symlink_to(target)
    with Outputs(specs(f"csv:{link}", "csv:/dev/null"), OPTIONS, stdout=io.StringIO()) as outputs:
        run_all(outputs)
    assert link.is_symlink()
    assert target.read_text().startswith("record,")


def test_discard_is_harmless_twice(tmp_path):
    file = AtomicFile(str(tmp_path / "x"), binary=False)
    file.discard()
    file.discard()
    assert list(tmp_path.iterdir()) == []
